"""The demo market's world: every advertisement of some simulated days, the same for the same seed. Pure; no clock, no file."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from random import Random

from spiders.demo.ads import Ad, Life
from spiders.demo.asking import Market
from spiders.demo.selling import random_ad
from spiders.demo.sites import FIRST_ID
from spiders.demo.staples import staple_ads

SEED, DAYS, LISTINGS = 7, 90, 2400
LAST_DAY = date(2026, 11, 20)

_CRAWL_AT = time(6, 30, tzinfo=UTC)
_BEFORE = 24  # days before the first on which ads of the first day may have been listed
_RELISTED = 0.05  # of the ads that end unsold are listed again, under a new id


@dataclass(frozen=True)
class World:
    """All ads of all days, oldest first. Day 0 is the first, `days` - 1 the last; each is crawled once, at `moment`."""

    seed: int
    days: int
    first_day: date
    ads: tuple[Ad, ...]

    @property
    def last(self) -> int:
        """The last simulated day."""
        return self.days - 1

    def date_of(self, day: int) -> date:
        """The calendar date of simulated day `day`."""
        return self.first_day + timedelta(days=day)

    def moment(self, day: int) -> datetime:
        """When the market is crawled on `day` (aware UTC)."""
        return datetime.combine(self.date_of(day), _CRAWL_AT)

    def listed_at(self, ad: Ad, day: int) -> datetime:
        """When the ad that is open on `day` was put up: at some minute of the day before its first."""
        return self._minute(ad.life.listed_on(day) - 1, ad)

    def ends_at(self, ad: Ad, day: int) -> datetime:
        """When the ad that is open on `day` goes: on the last day of its span, after that day's crawl."""
        return self._minute(next(last for first, last in ad.life.spans if first <= day <= last), ad)

    def open_on(self, day: int, marketplace: str | None = None) -> list[Ad]:
        """The ads on offer on `day`, of one marketplace or of all; the newest first, as sites show them."""
        if not 0 <= day < self.days:
            return []
        return [ad for ad in self._by_day[day] if marketplace in (None, ad.marketplace)]

    def ad(self, marketplace: str, external_id: str) -> Ad | None:
        """The ad of that id; None where there is none."""
        return self._by_id.get((marketplace, external_id))

    @cached_property
    def _by_id(self) -> dict[tuple[str, str], Ad]:
        return {(ad.marketplace, ad.external_id): ad for ad in self.ads}

    @cached_property
    def _by_day(self) -> list[list[Ad]]:
        days: list[list[Ad]] = [[] for _ in range(self.days)]
        for ad in self.ads:
            for first, last in ad.life.spans:
                for day in range(max(first, 0), min(last, self.last) + 1):
                    days[day].append(ad)
        for day, ads in enumerate(days):
            ads.sort(key=lambda ad: (ad.life.listed_on(day), ad.life.minute), reverse=True)
        return days

    def _minute(self, day: int, ad: Ad) -> datetime:
        midnight = datetime.combine(self.date_of(day), time(tzinfo=UTC))
        return midnight + timedelta(minutes=ad.life.minute)


def make_world(seed: int = SEED, days: int = DAYS, listings: int = LISTINGS, last_day: date = LAST_DAY) -> World:
    """A world of `listings` ads seen on at least one of `days` days; of more where the staples alone are more."""
    rng, market = Random(seed), Market(days)  # noqa: S311 - a made-up market, not a secret
    ads = list(staple_ads(rng, market))
    wanted = max(listings, len(ads))
    while len(ads) < wanted:
        first = rng.randint(-_BEFORE, days - 1)
        ads.extend(_with_relisting(random_ad(rng, market, first), rng, days))
    ads = sorted(ads[:wanted], key=lambda ad: (ad.life.spans[0][0], ad.life.minute))
    return World(seed, days, last_day - timedelta(days=days - 1), tuple(_numbered(ads)))


def _with_relisting(ad: Ad, rng: Random, days: int) -> Iterator[Ad]:
    """The ad, if it is ever seen, and its second try, a little cheaper."""
    last = ad.life.spans[-1][1]
    if last >= 0:
        yield ad
    if not ad.life.sold and ad.life.prices and rng.random() < _RELISTED and 0 <= last < days - 2:
        first = last + rng.randint(1, 2)
        price = int(ad.life.prices[-1][1] * 0.95) // 100 * 100
        life = Life(
            ((first, first + rng.randint(4, 20)),), ((first, max(100, price)),), sold=True, minute=ad.life.minute
        )
        yield replace(ad, life=life)


def _numbered(ads: list[Ad]) -> Iterator[Ad]:
    following = dict(FIRST_ID)
    for ad in ads:
        following[ad.marketplace] += 1
        yield replace(ad, external_id=str(following[ad.marketplace]))
