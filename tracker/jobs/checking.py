"""Before a report: what its machines buy is looked up once more, and what has gone is bought elsewhere."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import urlsplit, urlunsplit

from spiders.look_up import READS_ITEMS, LookedUp, look_up
from spiders.spec import CrawlSpec
from tracker.domain.build import Offer, Solution
from tracker.domain.errors import RigscoutError
from tracker.domain.said import Said
from tracker.domain.target import Target
from tracker.jobs.crawling import chosen_sources, spec_of
from tracker.jobs.planning import Planning
from tracker.services.checked import Found, record_check
from tracker.services.offers import Stock
from tracker.workspace import Workspace

MOST_PAGES = 10  # of one marketplace: at a polite pace that is a minute
SECONDS = 120.0  # for one marketplace, whatever its pace
_ROUNDS = 2  # what is bought instead is looked up too, once
Specs = Callable[[str], CrawlSpec | None]


@dataclass(slots=True)
class Checks:
    """What looking up came to: titles by offer id of those still there, of those that are not, and of those that tell nothing."""

    there: dict[str, str] = field(default_factory=dict)
    gone: dict[str, str] = field(default_factory=dict)
    untold: dict[str, str] = field(default_factory=dict)

    @property
    def words(self) -> tuple[str, ...]:
        """What the report says of it; nothing where nothing was looked up."""
        if not (self.there or self.gone):
            return ()
        lines: list[str] = [
            Said(
                "%(n)s of the listings bought were looked up just before this report, and are there", n=len(self.there)
            )
        ]
        lines += [
            Said("Gone when looked up just before this report, and bought elsewhere: %(title)s", title=title)
            for title in self.gone.values()
        ]
        if self.untold:
            lines.append(Said("%(n)s of the listings bought could not be looked up", n=len(self.untold)))
        return tuple(lines)


def live_specs(workspace: Workspace) -> Specs:
    """How each enabled source is asked. Raises ConfigError."""
    sources = chosen_sources(workspace)
    return lambda name: spec_of(workspace, name, sources[name]) if name in sources else None


def checked(
    workspace: Workspace, planning: Planning, targets: Sequence[Target], solved: tuple[Stock, Sequence[Solution]],
    now: datetime, specs: Specs,
) -> tuple[Stock, Sequence[Solution], Checks]:  # fmt: skip
    """The stock and the answers after every offer that the best builds buy was looked up, where its source allows.

    One that has gone, was sold or reserved is taken out, and the builds are solved again. It takes at most two rounds of
    `SECONDS` and a little more; a source that fails tells nothing. Raises StorageError.
    """
    stock, solutions = solved
    checks = Checks()
    for _ in range(_ROUNDS):
        known = {**checks.there, **checks.untold}
        fresh = {offer.id: offer for offer in _bought(solutions) if offer.id not in known}
        found = _look_up(fresh.values(), specs, now)
        ended = record_check(workspace.database, found, at=now)
        _note(checks, fresh, found)
        if not ended:
            break
        stock = planning.stock(now)
        solutions = planning.solve(stock, targets)
    return stock, solutions, checks


def _bought(solutions: Iterable[Solution]) -> list[Offer]:
    return [bought.offer for solution in solutions for build in solution.builds[:1] for bought in build.offers]


def _note(checks: Checks, offers: Mapping[str, Offer], found: Mapping[str, Found]) -> None:
    for name, offer in offers.items():
        told = found.get(name)
        place = checks.untold if told is None else checks.there if told is Found.OPEN else checks.gone
        place[name] = offer.title


def _look_up(offers: Iterable[Offer], specs: Specs, now: datetime) -> dict[str, Found]:
    """What each offer's own page says, by offer id."""
    by_source: dict[str, list[Offer]] = defaultdict(list)
    for offer in offers:
        if offer.url and offer.marketplace in READS_ITEMS:
            by_source[offer.marketplace].append(offer)
    asked = [
        (replace(spec, items=tuple(pages), timeout=SECONDS, max_requests=2 * MOST_PAGES), pages)
        for name, wanted in by_source.items()
        if (spec := specs(name)) is not None
        for pages in [{_address(offer.url or "", spec.base_url): offer for offer in wanted[:MOST_PAGES]}]
    ]
    with ThreadPoolExecutor(max_workers=2) as pool:
        answers = list(pool.map(_safely, [spec for spec, _ in asked]))
    return {
        pages[address].id: told
        for (_, pages), answer in zip(asked, answers, strict=True)
        for address, page in answer.items()
        if (told := _told(pages[address], page, now)) is not None
    }


def _address(url: str, stand_in: str) -> str:
    """The listing's page, at whoever stands in for the site."""
    if not stand_in:
        return url
    there = urlsplit(stand_in)
    return urlunsplit(urlsplit(url)._replace(scheme=there.scheme, netloc=there.netloc))


def _safely(spec: CrawlSpec) -> Mapping[str, LookedUp]:
    try:
        return look_up(spec)
    except (RigscoutError, OSError, ValueError, KeyError, TypeError):
        return {}  # the report is more than this look


def _told(offer: Offer, page: LookedUp, now: datetime) -> Found | None:
    listing = page.listing
    if listing is None:
        return Found.GONE
    if f"{listing.marketplace}:{listing.external_id}" != offer.id:
        return None  # led to another listing
    if listing.sold:
        return Found.SOLD
    if listing.quantity == 0 or (listing.ends_at is not None and listing.ends_at <= now):
        return Found.GONE
    return Found.RESERVED if listing.reserved else Found.OPEN
