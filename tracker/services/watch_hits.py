"""What answers the user's watches today, and which of it was told: once, and again only when it falls by a step."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection, select, tuple_

from tracker.domain.build import Offer
from tracker.domain.match import figures_of, price_line
from tracker.domain.money import Money, NoRateError, Rates
from tracker.domain.report import MachineReport
from tracker.domain.said import Said
from tracker.domain.watch import Watch, WatchHit
from tracker.services.deals_told import is_news
from tracker.storage import tables
from tracker.storage.bulk import chunks, insert_new, table
from tracker.storage.engine import Database
from tracker.storage.figures import half_even
from tracker.storage.listings import LISTING

TOLD = table(tables.WatchTold)


def watch_hits(
    watches: Sequence[Watch],
    offers: Sequence[Offer],
    machines: Sequence[MachineReport],
    *,
    rates: Rates,
    week: Money | None,
) -> list[WatchHit]:
    """Every offer and machine that answers a watch, by watch, the cheapest first.

    A lot counts by its price for one piece; a bundle or computer that holds the part counts whole. `week` is what a week
    of the user's cloud instance costs: without it no part is below so many of them.
    """
    found: list[WatchHit] = []
    for watch in watches:
        hits = [*_offers(watch, offers, rates, week), *_machines(watch, machines, rates)]
        found += sorted(hits, key=lambda hit: (hit.landed.minor, hit.subject))
    return found


def _offers(watch: Watch, offers: Iterable[Offer], rates: Rates, week: Money | None) -> Iterator[WatchHit]:
    if not watch.part:
        return
    for offer in offers:
        held = {figures_of(price_line(part, offer.facts)): part.qty for part in offer.parts}
        if watch.part not in held or (watch.conditions and offer.condition not in watch.conditions):
            continue
        pieces = held[watch.part] if len(held) == 1 else 1
        unit = Money(half_even(offer.landed.minor, pieces), offer.landed.currency)
        limit = _limit(watch, week, unit.currency, rates)
        if limit is not None and unit <= limit:
            lot = (
                (Said("%(qty)s in one lot, %(landed)s in all", qty=pieces, landed=offer.landed),) if pieces > 1 else ()
            )
            more = (Said("sold with other parts"),) if len(held) > 1 else ()
            yield WatchHit(
                watch.name, offer.id, offer.title, unit, limit, _words(watch), offer.url, offer.condition,
                offer.last_seen, lot + more,
            )  # fmt: skip


def _machines(watch: Watch, machines: Iterable[MachineReport], rates: Rates) -> Iterator[WatchHit]:
    for machine in machines:
        if machine.target != watch.target or not machine.solution.builds:
            continue
        total = machine.solution.builds[0].total
        limit = _limit(watch, machine.rent.week if machine.rent else None, total.currency, rates)
        if limit is not None and total <= limit:
            yield WatchHit(watch.name, f"target:{machine.target}", machine.title, total, limit, _words(watch))


def _limit(watch: Watch, week: Money | None, currency: str, rates: Rates) -> Money | None:
    """The watch's limit in `currency`; None where it can't be said today."""
    limit = watch.at_most if watch.below_weeks is None else week and week * watch.below_weeks
    try:
        return rates.convert(limit, currency) if limit is not None else None
    except NoRateError:
        return None


def _words(watch: Watch) -> str:
    return "" if watch.below_weeks is None else Said("%(weeks)s weeks in the cloud", weeks=watch.below_weeks)


def untold_hits(database: Database, hits: Sequence[WatchHit], *, report_key: str) -> list[WatchHit]:
    """The hits that no other report of this kind has told, or that fell by a step since. Raises StorageError.

    A relisting, and a listing that was away, is the sale that was told; what this same report told is among them.
    """
    c, kind = TOLD.c, report_key.partition(":")[0]
    query = select(TOLD).where(c.report_key.startswith(f"{kind}:", autoescape=True), c.report_key != report_key)
    told: dict[tuple[str, str], list[Money]] = {}
    with database.reading() as connection:
        lines = _first_of_lines(connection, [hit.subject for hit in hits])
        for row in connection.execute(query).mappings():
            told.setdefault((row["watch"], row["subject"]), []).append(
                Money(row["landed_minor"], row["landed_currency"])
            )
    return [hit for hit in hits if is_news(hit.landed, told.get((hit.watch, lines[hit.subject]), ()))]


def remember_hits(connection: Connection, hits: Sequence[WatchHit], *, report_key: str, at: datetime) -> None:
    """Note that a report tells these hits at these prices."""
    lines = _first_of_lines(connection, [hit.subject for hit in hits])
    rows = {
        (hit.watch, lines[hit.subject]): {
            "watch": hit.watch, "subject": lines[hit.subject], "report_key": report_key,
            "landed_minor": hit.landed.minor, "landed_currency": hit.landed.currency, "at": at,
        }
        for hit in hits
    }  # fmt: skip
    insert_new(connection, TOLD, list(rows.values()))


def _first_of_lines(connection: Connection, subjects: Sequence[str]) -> dict[str, str]:
    """Each subject's own name, or that of the listing whose sale it goes on with."""
    first, c = LISTING.alias("first"), LISTING.c
    names = {subject: subject for subject in subjects}
    for some in chunks([subject.split(":", 1) for subject in names]):
        query = (
            select(c.marketplace, c.external_id, first.c.marketplace, first.c.external_id)
            .join(first, first.c.id == c.line_id)
            .where(tuple_(c.marketplace, c.external_id).in_(some))
        )
        names.update((f"{row[0]}:{row[1]}", f"{row[2]}:{row[3]}") for row in connection.execute(query))
    return names
