"""The index of machines: each target's answer of each day, kept; and what was bought the time before."""

import json
from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from tracker.domain.build import Build, Solution
from tracker.domain.money import Money
from tracker.domain.report import IndexPoint
from tracker.services.daily_report import Before
from tracker.storage import tables
from tracker.storage.bulk import table, upsert
from tracker.storage.engine import Database
from tracker.storage.rows import as_json

BUILD = table(tables.BuildDay)


def keep_solution(database: Database, solution: Solution, *, day: date, at: datetime) -> None:
    """Keep a target's answer of `day` (the user's local day); a later one of the same day replaces it."""
    best = solution.builds[0] if solution.builds else None
    row = {
        "target": solution.target, "day": day, "status": solution.status.value, "at": at,
        "total_minor": best.total.minor if best else None, "currency": best.total.currency if best else None,
        "detail": as_json(_record(best) if best else {"why_not": list(solution.why_not)}),
    }  # fmt: skip
    with database.writing() as connection:
        upsert(connection, BUILD, [row])


def index_of(
    database: Database, target: str, *, currency: str, since: date = date.min, until: date = date.max
) -> tuple[IndexPoint, ...]:
    """The cheapest total of `target` on each calendar day from its first kept one.

    None where no machine could be built, nothing was solved, or the answer is in another currency.
    """
    c = BUILD.c
    query = select(c.day, c.total_minor, c.currency).where(c.target == target, c.day.between(since, until))
    with database.reading() as connection:
        kept = {row.day: row for row in connection.execute(query.order_by(c.day))}
    if not kept:
        return ()
    first, last = min(kept), max(kept)
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return tuple(IndexPoint(day, _total(kept.get(day), currency)) for day in days)


def kept_days(database: Database, targets: Collection[str]) -> set[date]:
    """The days on which every one of `targets` has a kept answer."""
    c = BUILD.c
    query = select(c.day).where(c.target.in_(targets)).group_by(c.day).having(func.count() == len(targets))
    with database.reading() as connection:
        return set(connection.execute(query).scalars())


def answer_before(database: Database, target: str, *, day: date) -> Before | None:
    """The newest answer kept before `day`: its total and what it would have bought, by offer id."""
    c = BUILD.c
    query = select(BUILD).where(c.target == target, c.day < day).order_by(c.day.desc()).limit(1)
    with database.reading() as connection:
        row = connection.execute(query).mappings().first()
    if row is None:
        return None
    bought = {offer["offer"]: offer["title"] for offer in json.loads(row["detail"]).get("offers", ())}
    total = None if row["total_minor"] is None else Money(row["total_minor"], row["currency"])
    return Before(row["day"], total, bought)


def solved_before(database: Database, day: date) -> datetime | None:
    """When the newest answer kept before `day` was found; None where there is none."""
    with database.reading() as connection:
        found: datetime | None = connection.execute(select(func.max(BUILD.c.at)).where(BUILD.c.day < day)).scalar()
    return found


def _total(row: Any, currency: str) -> Money | None:
    if row is None or row.total_minor is None or row.currency != currency:
        return None
    return Money(row.total_minor, row.currency)


def _record(build: Build) -> dict[str, Any]:
    """What a build buys and allows for, as JSON."""
    return {
        "offers": [
            {"offer": bought.offer.id, "qty": bought.qty, "title": bought.offer.title, "url": bought.offer.url,
             "landed": bought.offer.landed.as_record()}
            for bought in build.offers
        ],
        "allowances": [{"name": item.name, "amount": item.amount.as_record(), "qty": item.qty} for item in build.allowances],
        "to_verify": sorted(rule.rule for rule in build.to_verify),
    }  # fmt: skip
