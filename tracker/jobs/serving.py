"""The web application over one workspace: what is stored, the day's report solved in the background, and the files of past ones."""

import contextlib
import glob
import logging
import re
import time
from collections.abc import Callable, Hashable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from threading import Lock, Thread
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tracker.domain.errors import RigscoutError
from tracker.domain.history import StoredListing
from tracker.domain.rental import RentOrBuy
from tracker.domain.report import DailyReport
from tracker.domain.web import ArchivedCopy, PastReport, Slice
from tracker.jobs.planning import Planning
from tracker.jobs.reporting import composed
from tracker.services import report_files
from tracker.services.overview import last_seen, present
from tracker.services.web_reads import StoredReads
from tracker.services.web_writes import StoredWrites
from tracker.workspace import Workspace

if TYPE_CHECKING:
    from fastapi import FastAPI

FRESH_S = 300.0  # a report is solved anew after this, and after every change made from a page
_STARTED = "%Y%m%dT%H%M%S%f"  # in the name of an archive's file
Background = Callable[[Callable[[], None]], None]


def in_a_thread(work: Callable[[], None]) -> None:
    """Do `work` beside the requests; the program does not wait for it when it ends."""
    Thread(target=work, daemon=True).start()


class NewestReport:
    """The day's report: the first reader waits for it, later ones get the last one while a new one is made.

    What is due is made once, however many ask. An error of the first making is the reader's, a later one is logged.
    """

    def __init__(
        self,
        make: Callable[[], DailyReport | None],
        *,
        clock: Callable[[], float] = time.monotonic,
        background: Background = in_a_thread,
    ) -> None:
        self._make = make
        self._clock = clock
        self._background = background
        self._report: DailyReport | None = None
        self._due = 0.0
        self._making = Lock()

    def get(self) -> DailyReport | None:
        """The report; None as long as nothing is stored to report on. Raises RigscoutError."""
        if self._report is None:
            with self._making:
                self._report = self._report or self._made()
        elif self._clock() >= self._due and self._making.acquire(blocking=False):
            self._background(self._make_anew)
        return self._report

    def forget(self) -> None:
        """Something changed: the next reader has a new report made."""
        self._due = self._clock()

    def _made(self) -> DailyReport | None:
        self._due = self._clock() + FRESH_S  # before, so that a change in the meantime counts
        return self._make()

    def _make_anew(self) -> None:
        try:
            self._report = self._made()
        except RigscoutError as error:
            logging.getLogger(__name__).warning("the report could not be made anew: %s", error)
        finally:
            self._making.release()


class Reads(StoredReads):
    """WebReads over a workspace."""

    def __init__(self, workspace: Workspace, newest: NewestReport) -> None:
        names = {part.id: part.name for part in workspace.catalog.parts.values()}
        self._archive = workspace.data / "archive"
        super().__init__(
            workspace.database, names, lambda listing: is_archived(self._archive, listing), lambda: workspace.now
        )
        self._workspace = workspace
        self._planning = Planning(workspace)
        self._newest = newest
        self._folder = workspace.data / "reports"

    def version(self) -> Hashable:
        """Another one after each commit, each new report and each file of one."""
        report = self.report()
        files = self._folder.stat().st_mtime_ns if self._folder.is_dir() else 0
        return super().version(), report and (report.day, report.generated_at), files

    def report(self) -> DailyReport | None:
        """The report of what is stored now, at most some minutes old."""
        return self._newest.get()

    def rent_or_buy(self, target: str, *, hours_per_week: Decimal, per_kwh: Decimal | None) -> RentOrBuy | None:
        """The report's best build of `target` at these inputs; no build is solved anew."""
        report, wanted = self._newest.get(), self._planning.targets.get(target)
        machine = next((item for item in report.machines if item.target == target), None) if report else None
        if machine is None or wanted is None or not machine.solution.builds:
            return None
        changed = {"hours_per_week": hours_per_week} | ({} if per_kwh is None else {"electricity_per_kwh": per_kwh})
        settings = self._workspace.settings
        asked = settings.model_copy(update={"rent": settings.rent.model_copy(update=changed)})
        return self._planning.rent(wanted, machine.solution.builds[0], asked)

    def archived_copy(self, marketplace: str, external_id: str) -> ArchivedCopy | None:
        """The last archived page up to when the listing was last seen that names it."""
        life = self.listing(marketplace, external_id)
        return None if life is None else archived_copy(self._archive, life.listing)

    def past_reports(self, *, offset: int, limit: int) -> Slice[PastReport]:
        """The reports written to the data folder."""
        return report_files.past_reports(self._folder, offset=offset, limit=limit)

    def past_report(self, key: str) -> str | None:
        """One of them, as written."""
        return report_files.past_report(self._folder, key)


def report_of_now(workspace: Workspace) -> DailyReport | None:
    """The daily report of what is stored, solved but not kept: looking at a page changes no index of machines.

    A demo's is of the demo's last moment. None where no listing is stored. Raises RigscoutError.
    """
    if last_seen(workspace.database) is None:
        return None
    return composed(workspace, Planning(workspace), present(workspace.database, workspace.now), keeps=False)


def is_archived(folder: Path, listing: StoredListing) -> bool:
    """Whether a crawl of its marketplace was writing its pages down when the listing was last seen, and the file is kept."""
    return next(_archives(folder, listing), None) is not None


def archived_copy(folder: Path, listing: StoredListing) -> ArchivedCopy | None:
    """The last page of those files that names the listing: by its id, or by its address."""
    from spiders.archive import pages_in

    marks = (listing.raw.external_id.encode(), urlsplit(listing.raw.url).path.encode() or b"\0")
    found = None
    for file in _archives(folder, listing):
        with contextlib.suppress(RigscoutError):  # a damaged file is as good as none
            for archived in pages_in(file):
                if any(mark in archived.page.body for mark in marks):
                    found = archived.page
    if found is None:
        return None
    if "html" not in (found.content_type or "html"):
        return ArchivedCopy(found.url, found.fetched_at, found.body)
    media_type = f"text/html; charset={found.charset}" if found.charset else "text/html"
    return ArchivedCopy(found.url, found.fetched_at, found.body, media_type)


def _archives(folder: Path, listing: StoredListing) -> Iterator[Path]:
    marketplace = listing.raw.marketplace
    for file in folder.glob(f"{glob.escape(marketplace)}-*.warc.gz"):
        begun = re.fullmatch(r"-(\d{8}T\d{12})\b.*", file.name.removeprefix(marketplace), re.ASCII)
        if begun is None:
            continue
        started = datetime.strptime(begun[1], _STARTED).replace(tzinfo=UTC)
        ended = datetime.fromtimestamp(file.stat().st_mtime, UTC) + timedelta(seconds=1)
        if started <= listing.last_seen <= ended:
            yield file


def application(workspace: Workspace, *, password: str = "", hosts: tuple[str, ...] = ()) -> "FastAPI":
    """The pages and the API over `workspace`; `hosts` are names they may be called by beyond loopback's."""
    from reports.web.app import create_app

    newest = NewestReport(lambda: report_of_now(workspace))
    writes = StoredWrites(workspace.database, workspace.matcher, changed=newest.forget)
    return create_app(Reads(workspace, newest), writes=writes, password=password, hosts=hosts)
