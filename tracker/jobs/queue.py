"""The queue in PostgreSQL, for more than one machine: crawls and ingests as Procrastinate's jobs, taken by any worker.

A crawl is locked by its marketplace: one worker at a time asks a site, wherever it runs, and what a source must remember
from run to run travels through the database. A feed lies on the disk of the machine that crawled, in a folder named after
its job, and is ingested by a worker of that machine. A worker that dies loses nothing: its job is taken again by another,
and what its crawl had left is ingested as soon as a worker of that machine looks.
"""

import asyncio
import contextlib
import logging
import uuid
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
from procrastinate import App, BaseRetryStrategy, JobContext, PsycopgConnector, RetryDecision
from procrastinate.exceptions import AlreadyEnqueued, UniqueViolation
from procrastinate.jobs import Job, Status

from spiders.state import SourceState
from tracker.domain.crawl import CrawlOutcome
from tracker.domain.errors import UsageError
from tracker.jobs.crawling import chosen_sources, crawl, ingest_pending, spec_of
from tracker.jobs.planning import Planning
from tracker.storage.meta import recall, remember
from tracker.storage.queue_schema import QUEUE_SCHEMA, make_queue_schema
from tracker.workspace import Workspace

_LOG = logging.getLogger("rigscout.worker")
_CRAWLS = "crawl"
_MOST_ATTEMPTS = 3
_GRACE_S = 3  # a job has this long after SIGTERM, and its crawl as long again: all within 10 s
_STALLED_AFTER_S = 60.0  # a worker that gave no sign for so long is dead, and its jobs are taken again


class Queue:
    """The queue of one installation. Use it as a context manager where jobs are put in; a worker opens it itself.

    Raises UsageError where the database is not PostgreSQL, StorageError where it can't be reached.
    """

    def __init__(self, workspace: Workspace) -> None:
        if workspace.database.is_sqlite:
            raise UsageError("the queue needs PostgreSQL", mend="set RIGSCOUT_DATABASE_URL=postgresql://…")
        self._workspace = workspace
        self._feeds = workspace.data / "feeds"
        self._ingests = f"ingest-{_machine(workspace.data)}"
        url = _plain_url(workspace)
        make_queue_schema(url)
        connector = PsycopgConnector(conninfo=url, kwargs={"options": f"-c search_path={QUEUE_SCHEMA}"})
        self.app = App(connector=connector)
        again = _Again()
        self.app.task(name="crawl", queue=_CRAWLS, pass_context=True, retry=again)(self._crawl)
        self.app.task(name="ingest", queue=self._ingests, retry=again)(self._ingest)
        stalled = self.app.task(name="take again", queue=_CRAWLS)(self._take_again)
        self.app.periodic(cron="* * * * *")(stalled)

    def put_crawls(self, names: Iterable[str]) -> list[str]:
        """Ask for a crawl of each marketplace; those that did not wait in the queue already."""
        with self.app.open():
            return [name for name in names if self._put(name)]

    def _put(self, name: str) -> bool:
        task = self.app.configure_task(
            "crawl", queue=_CRAWLS, lock=f"marketplace {name}", queueing_lock=f"crawl {name}"
        )
        try:
            task.defer(marketplace=name)
        except AlreadyEnqueued:
            return False
        return True

    async def work(self, *, at_once: int = 1, until_empty: bool = False) -> None:
        """Take jobs until SIGTERM or SIGINT, or until none is left; jobs that must stop go back into the queue."""
        async with self.app.open_async():
            await self._take_again()
            await self._sweep()
            await self._take(at_once, wait=not until_empty)
            while until_empty and await self._is_waiting():
                await self._take(at_once, wait=False)

    async def _take(self, at_once: int, *, wait: bool) -> None:
        await self.app.run_worker_async(
            queues=[_CRAWLS, self._ingests],
            concurrency=at_once,
            wait=wait,
            shutdown_graceful_timeout=_GRACE_S,
            update_heartbeat_interval=_STALLED_AFTER_S / 6,
            stalled_worker_timeout=_STALLED_AFTER_S,
        )

    async def _is_waiting(self) -> bool:
        """Whether a job is due that no running one elsewhere holds back."""
        jobs = list(await self.app.job_manager.list_jobs_async())
        held = {job.lock for job in jobs if job.status == Status.DOING.value and job.lock}
        due = (job for job in jobs if job.status == Status.TODO.value and job.scheduled_at is None)
        return any(job.queue in (_CRAWLS, self._ingests) and job.lock not in held for job in due)

    async def _crawl(self, context: JobContext, marketplace: str) -> None:
        """Crawl one marketplace into the job's own folder, and leave the ingest to this machine's queue."""
        source = chosen_sources(self._workspace, [marketplace])[marketplace]
        spec = replace(spec_of(self._workspace, marketplace, source), feed_dir=self._feeds / _folder(context.job))
        memory = SourceState(spec.state_dir, marketplace)
        await asyncio.to_thread(self._recall, memory, marketplace)
        try:
            await _to_the_end(asyncio.to_thread(crawl, [spec], told=_tell))
        finally:
            await asyncio.to_thread(self._remember, memory, marketplace)
            await self._put_ingest(spec.feed_dir.name)
        await self._sweep()

    async def _ingest(self, folder: str) -> None:
        """Store what a crawl on this machine left in its folder."""
        feeds = self._feeds / folder
        await _to_the_end(asyncio.to_thread(self._store, feeds))

    def _store(self, feeds: Path) -> None:
        if feeds.is_dir():
            ingest_pending(self._workspace, self._workspace.now, Planning(self._workspace).rates, feeds)
            feeds.rmdir()

    async def _put_ingest(self, folder: str) -> None:
        lock = f"{self._ingests} {folder}"
        with contextlib.suppress(AlreadyEnqueued):
            await self.app.configure_task("ingest", queue=self._ingests, lock=lock, queueing_lock=lock).defer_async(
                folder=folder
            )

    async def _sweep(self) -> None:
        """Have everything ingested that crawls on this machine left when their worker was killed."""
        running = {_folder(job) for job in await self.app.job_manager.list_jobs_async(status=Status.DOING.value)}
        for folder in sorted(self._feeds.glob("job-*")):
            if folder.name not in running:
                await self._put_ingest(folder.name)

    async def _take_again(self, timestamp: int = 0) -> None:  # noqa: ARG002 - Procrastinate's signature
        """Give back the jobs whose worker died; one that has killed several workers is given up."""
        manager = self.app.job_manager
        for job in await manager.get_stalled_jobs(seconds_since_heartbeat=_STALLED_AFTER_S):
            if job.attempts >= _MOST_ATTEMPTS:
                await manager.finish_job(job, status=Status.FAILED, delete_job=False)
            else:
                await self._give_back(job)
        await manager.delete_old_jobs(nb_hours=72, include_failed=True, include_aborted=True)

    async def _give_back(self, job: Job) -> None:
        manager = self.app.job_manager
        try:
            await manager.retry_job(job)
        except UniqueViolation:  # the same crawl was asked for since, and waits behind this one's lock
            await manager.finish_job(job, status=Status.ABORTED, delete_job=True)

    def _recall(self, memory: SourceState, marketplace: str) -> None:
        with self._workspace.database.reading() as connection:
            memory.adopt(recall(connection, f"memory of {marketplace}") or "")

    def _remember(self, memory: SourceState, marketplace: str) -> None:
        with self._workspace.database.writing() as connection:
            remember(connection, f"memory of {marketplace}", memory.told())


def _tell(outcome: CrawlOutcome) -> None:
    level = logging.INFO if outcome.ok else logging.WARNING
    _LOG.log(
        level, "%s: %s, %d listings %s", outcome.marketplace, outcome.state.value, outcome.listings, outcome.detail
    )


class _Again(BaseRetryStrategy):
    """A job that had to stop with its worker goes back at once; one that failed is tried again, later each time."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """When to try again; None: never."""
        if isinstance(exception, asyncio.CancelledError):
            return RetryDecision(retry_in={"seconds": 0})
        return RetryDecision(retry_in={"minutes": 2**job.attempts}) if job.attempts < _MOST_ATTEMPTS else None


async def _to_the_end(work: Any) -> None:
    """Await a thread's work. When cancelled, the crawl's process is ended (it keeps what it has) and the thread awaited."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.to_thread(_end_children)
        await task
        raise


def _end_children() -> None:
    children = psutil.Process().children()
    for child in children:
        with contextlib.suppress(psutil.NoSuchProcess):
            child.terminate()
    _, alive = psutil.wait_procs(children, timeout=_GRACE_S)
    for child in alive:
        with contextlib.suppress(psutil.NoSuchProcess):
            child.kill()


def _folder(job: Job) -> str:
    """Where one attempt at a job leaves its feed: a later attempt must not write where an ingest reads."""
    return f"job-{job.id}-{job.attempts}"


def _machine(data: Path) -> str:
    """A name for this data folder that no other has, made once."""
    file = data / "machine"
    with contextlib.suppress(FileExistsError), file.open("x", encoding="ascii") as stream:
        stream.write(uuid.uuid4().hex[:12])
    return file.read_text(encoding="ascii").strip()


def _plain_url(workspace: Workspace) -> str:
    url = workspace.database.url.set(drivername="postgresql")
    return url.render_as_string(hide_password=False)
