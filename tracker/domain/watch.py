"""Watches: what the user waits for, and the offers and machines that answer it."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from tracker.domain.money import Money


@dataclass(frozen=True, slots=True)
class Watch:
    """What the user waits for: a part (by id) or a target (by name), in one of `conditions` (none: any), at a limit.

    The limit is an amount at the user's door, or so many weeks of the cloud instance that builds are held against.
    """

    name: str
    part: str = ""
    target: str = ""
    conditions: frozenset[str] = frozenset()
    at_most: Money | None = None
    below_weeks: Decimal | None = None


@dataclass(frozen=True, slots=True)
class WatchHit:
    """What answers a watch: `landed` is one unit's price at the door (a machine's total), no more than `limit`.

    `subject` names it for ever: the offer's id ("ebay:123"), or "target:p40-box". `limit_words` is the limit as the user
    wrote it, where it is not an amount.
    """

    watch: str
    subject: str
    title: str
    landed: Money
    limit: Money
    limit_words: str = ""
    url: str | None = None
    condition: str = ""
    last_seen: datetime | None = None
    facts: tuple[str, ...] = field(default_factory=tuple)
