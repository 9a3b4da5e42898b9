"""A made-up advertisement: what its seller wrote, what it really sells, and its price and state on every simulated day."""

from dataclasses import dataclass
from itertools import pairwise

from tracker.domain.listing import Condition, PriceKind
from tracker.domain.match import Kind, MatchedPart
from tracker.domain.money import Money

_OLD_PRICE_DAYS = 10  # for so long after a drop the old price is shown beside the new one


@dataclass(frozen=True, slots=True)
class Truth:
    """What the ad really sells, in the words of a match; `trap` names what is odd about it ("scam", "hostile", …)."""

    kind: Kind
    parts: tuple[MatchedPart, ...] = ()
    defect: bool = False
    wanted: bool = False
    trap: str = ""


@dataclass(frozen=True, slots=True)
class Seller:
    """Who sells, and where: ISO country, place and postcode."""

    name: str
    is_business: bool
    country: str
    place: str
    postcode: str


@dataclass(frozen=True, slots=True)
class Terms:
    """How it is sold. `shipping` None: not stated; `pickup_only` None: not stated. `price_max`: a variation listing."""

    price_kind: PriceKind = PriceKind.FIXED
    price_max: Money | None = None
    buy_now: Money | None = None
    shipping: Money | None = None
    pickup_only: bool | None = None
    best_offer: bool = False
    sponsored: bool = False


@dataclass(frozen=True, slots=True)
class Life:
    """When it is on offer, both days of a span included, and what it asks: (from that day on, amount in minor units).

    Several spans: it goes and comes back under the same id. No prices: none is stated. `minute` of the day it was listed.
    """

    spans: tuple[tuple[int, int], ...]
    prices: tuple[tuple[int, int], ...]
    sold: bool = False
    reserved_from: int | None = None
    minute: int = 0

    def is_open(self, day: int) -> bool:
        """Whether it is on offer on simulated day `day`."""
        return any(first <= day <= last for first, last in self.spans)

    def listed_on(self, day: int) -> int:
        """The first day of the span that `day` lies in."""
        return max((first for first, _ in self.spans if first <= day), default=self.spans[0][0])

    def minor_on(self, day: int) -> int | None:
        """The amount asked on `day`, in minor units; None where no price is stated."""
        return next((minor for since, minor in reversed(self.prices) if since <= day), None)

    def old_minor_on(self, day: int) -> int | None:
        """The amount before the last drop, while the site still shows it."""
        drops = [
            before for (_, before), (since, after) in pairwise(self.prices)
            if after < before and since <= day < since + _OLD_PRICE_DAYS
        ]  # fmt: skip
        return drops[-1] if drops else None


@dataclass(frozen=True, slots=True)
class Ad:
    """One advertisement. `marketplace` is the spider's name, `site` the site's own ("ebay.de"), `language` the seller's."""

    marketplace: str
    site: str
    external_id: str
    language: str
    title: str
    description: str
    truth: Truth
    condition: Condition
    currency: str
    seller: Seller
    terms: Terms
    life: Life

    def is_open(self, day: int) -> bool:
        """Whether it is on offer on simulated day `day`."""
        return self.life.is_open(day)

    @property
    def sold_on(self) -> int | None:
        """The day on which it is sold; None where it never is."""
        return self.life.spans[-1][1] if self.life.sold else None

    def price_on(self, day: int) -> Money | None:
        """What is asked on `day`: the current bid of an auction, the lowest price of a variation; None: not stated."""
        return self._money(self.life.minor_on(day))

    def old_price_on(self, day: int) -> Money | None:
        """The price before the last drop, while the site still shows it."""
        return self._money(self.life.old_minor_on(day))

    def bids_on(self, day: int) -> int:
        """How often has been bid by `day`: each step of an auction's price is a bid, the first is the opening price."""
        return max(0, sum(1 for since, _ in self.life.prices if since <= day) - 1)

    def is_reserved(self, day: int) -> bool:
        """Whether the seller has promised it to someone."""
        return self.life.reserved_from is not None and day >= self.life.reserved_from

    def _money(self, minor: int | None) -> Money | None:
        return None if minor is None else Money(minor, self.currency)
