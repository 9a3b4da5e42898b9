"""Deals and watches' hits as they are shown: texts cut, links made safe, words in the reader's language."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from reports.filters import clean, cut, safe_url
from reports.formats import Formats
from reports.names import marketplace_name, part_name
from tracker.domain.history import Deal
from tracker.domain.money import Money
from tracker.domain.watch import WatchHit


@dataclass(frozen=True, slots=True)
class DealView:
    """A deal with its link made safe, and its words in the reader's language."""

    deal: Deal
    name: str
    title: str
    url: str | None
    marketplace: str
    why: str
    cautions: tuple[str, ...]
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HitView:
    """A watch's hit with its texts cut and its link made safe; `limit_words` say a limit that is no amount."""

    watch: str
    title: str
    landed: Money
    limit: Money
    limit_words: str
    url: str | None
    marketplace: str
    facts: tuple[str, ...]
    last_seen: datetime | None


def deal_views(deals: Sequence[Deal], formats: Formats) -> tuple[DealView, ...]:
    """The deals in the order they were decided."""
    return tuple(_deal(deal, formats) for deal in deals)


def hit_views(hits: Sequence[WatchHit], formats: Formats) -> tuple[HitView, ...]:
    """The hits in the order they were decided."""
    return tuple(
        HitView(
            watch=cut(hit.watch, 60),
            title=cut(hit.title),
            landed=hit.landed,
            limit=hit.limit,
            limit_words=clean(formats.say(hit.limit_words)),
            url=safe_url(hit.url),
            marketplace=marketplace_name(hit.subject.partition(":")[0]) if hit.url else "",
            facts=tuple(clean(formats.say(fact)) for fact in hit.facts),
            last_seen=hit.last_seen,
        )
        for hit in hits
    )


def _deal(deal: Deal, formats: Formats) -> DealView:
    raw = deal.listing.raw
    return DealView(
        deal=deal,
        name=part_name(deal.part, names={deal.part: deal.name}, formats=formats),
        title=cut(raw.title),
        url=safe_url(raw.url),
        marketplace=marketplace_name(raw.marketplace),
        why=formats.say(deal.why),
        cautions=tuple(formats.say(caution) for caution in deal.cautions),
        facts=tuple(formats.say(fact) for fact in deal.facts),
    )
