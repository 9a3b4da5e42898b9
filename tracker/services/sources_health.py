"""How each source fares: its last crawl held against those before, with an alarm for what stopped being right."""

import json
from collections import defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from statistics import median
from typing import Any

from sqlalchemy import func, select

from tracker.domain.crawl import CrawlOutcome
from tracker.domain.listing import PageState
from tracker.domain.report import SourceReport
from tracker.domain.said import Said
from tracker.storage import tables
from tracker.storage.bulk import table
from tracker.storage.crawls import CRAWL, record_crawl
from tracker.storage.engine import Database

SEARCH = table(tables.CrawlSearch)
_RUNS = 8  # the last one, and those that it is held against
_FEW = 5  # with fewer listings than this as a rule, none at all is no news
_SILENT_RUNS = 3
_PRICE_FACTOR = 3
_HALF = 0.5
_GOOD = (PageState.LISTINGS, PageState.EMPTY)
# What a redesign of the site looks like: it wants a mend, not patience.
_UNREADABLE = (PageState.LAYOUT_UNKNOWN, PageState.NOT_RENDERED, PageState.TOO_LARGE)


def record_outcome(database: Database, outcome: CrawlOutcome) -> None:
    """Keep the outcome of a crawl that left no feed to ingest; the same crawl is kept once. Raises StorageError."""
    with database.writing() as connection:
        record_crawl(connection, outcome, {})


def sources_report(
    database: Database, *, now: datetime, enabled: Container[str] | None = None
) -> tuple[SourceReport, ...]:
    """Each marketplace that was ever crawled, with its last outcome and its alarms, by name. Raises StorageError.

    One that is not among `enabled` (None: all are) is switched off: it says so, and alarms nobody.
    """
    c = CRAWL.c
    rank = func.row_number().over(partition_by=c.marketplace, order_by=c.started_at.desc()).label("rank")
    recent = select(CRAWL, rank).subquery()
    last_good = select(c.marketplace, func.max(c.finished_at)).where(c.state.in_([s.value for s in _GOOD]))
    with database.reading() as connection:
        runs: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
        for row in connection.execute(select(recent).where(recent.c.rank <= _RUNS).order_by(recent.c.rank)).mappings():
            runs[row["marketplace"]].append(dict(row))
        last_ok: dict[str, datetime] = {row[0]: row[1] for row in connection.execute(last_good.group_by(c.marketplace))}
    reports = (_report(name, runs[name], last_ok.get(name), now) for name in sorted(runs))
    return tuple(report if enabled is None or report.marketplace in enabled else _off(report) for report in reports)


def _off(report: SourceReport) -> SourceReport:
    return replace(report, alarms=(), alarm_runs=0, alarm_since=None, note=Said("switched off in your config"))


def _report(name: str, runs: Sequence[Mapping[str, Any]], last_ok: datetime | None, now: datetime) -> SourceReport:
    last = runs[0]
    resting = last["retry_at"] is not None and last["retry_at"] > now
    alarmed = _alarmed(runs, last_ok)
    return SourceReport(
        marketplace=name,
        state=PageState(last["state"]),
        detail=last["detail"],
        pages=last["pages"],
        listings=last["listings"],
        last_ok=last_ok,
        coverage=json.loads(last["coverage"]),
        alarms=tuple(_alarms(runs, last_ok)),
        note=Said("left alone until %(moment)s UTC", moment=f"{last['retry_at']:%Y-%m-%d %H:%M}") if resting else "",
        seconds=(last["finished_at"] - last["started_at"]).total_seconds(),
        alarm_runs=alarmed,
        alarm_since=runs[alarmed - 1]["started_at"] if alarmed else None,
    )


def _alarmed(runs: Sequence[Mapping[str, Any]], last_ok: datetime | None) -> int:
    """How many of the newest runs in a row could not be read, or had an alarm when they were the last."""
    for number, run in enumerate(runs):
        if run["state"] in _GOOD and not any(_alarms(runs[number:], last_ok)):
            return number
    return len(runs)


def _alarms(runs: Sequence[Mapping[str, Any]], last_ok: datetime | None) -> Iterator[str]:
    """What stopped being right in the last run."""
    last, slug = runs[0], runs[0]["state"]
    state = Said(slug.replace("_", " "))
    failed = [run for run in runs[:_SILENT_RUNS] if run["state"] not in _GOOD]
    if len(failed) == _SILENT_RUNS:
        if any(run["listings"] for run in failed):
            yield Said("read only in part: %(state)s in the last %(n)s runs", state=state, n=_SILENT_RUNS)
        elif last_ok:
            yield Said(
                "not read since %(day)s: %(state)s in the last %(n)s runs",
                day=last_ok.date(),
                state=state,
                n=_SILENT_RUNS,
            )
        else:
            yield Said("never read: %(state)s in the last %(n)s runs", state=state, n=_SILENT_RUNS)
    elif slug in _UNREADABLE:
        yield Said("its pages can't be read: %(state)s", state=state)
    if strays := json.loads(last["stats"]).get("unrelated_to_query"):
        yield Said("%(n)s results answer something else than was asked", n=strays)
    before = [run for run in runs[1:] if run["state"] in _GOOD and run["listings"]]
    if not before:
        return
    usual = median(run["listings"] for run in before)
    if not last["listings"]:
        if usual >= _FEW and last["state"] in _GOOD:
            yield Said("no listings, where there were %(n)s as a rule", n=round(usual))
        return
    yield from _lost_fields(last, before)
    yield from _odd_prices(last, before)
    yield from _unrelated(last, before)


def _lost_fields(last: Mapping[str, Any], before: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    now = json.loads(last["coverage"])
    earlier = [json.loads(run["coverage"]) for run in before]
    for field in sorted({name for coverage in earlier for name in coverage}):
        usual = median(coverage.get(field, 0.0) for coverage in earlier)
        if usual >= _HALF and now.get(field, 0.0) < _HALF * usual:
            yield Said(
                "%(field)s is filled in %(now)s%% of listings, usually %(usual)s%%", field=Said(field.replace("_", " ")),
                now=round(100 * now.get(field, 0.0)), usual=round(100 * usual),
            )  # fmt: skip


def _odd_prices(last: Mapping[str, Any], before: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    earlier = [run["median_minor"] for run in before if run["median_currency"] == last["median_currency"]]
    earlier = [minor for minor in earlier if minor]
    if last["median_minor"] and earlier:
        factor = last["median_minor"] / median(earlier)
        if factor >= _PRICE_FACTOR or factor <= 1 / _PRICE_FACTOR:
            yield Said(
                "the median price is %(factor)s times the usual one: prices may be misread",
                factor=Decimal(f"{factor:.2g}"),
            )


def _unrelated(last: Mapping[str, Any], before: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    shares = [run["matched"] / run["listings"] for run in before]
    usual, now = median(shares), last["matched"] / last["listings"]
    if last["listings"] >= 4 * _FEW and usual > 0 and now < usual / 4:
        yield Said(
            "%(now)s%% of results have to do with the search, usually %(usual)s%%",
            now=round(100 * now),
            usual=round(100 * usual),
        )
