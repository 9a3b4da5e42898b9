"""What a spider must read of an ad on a day, worked out from the world alone: the other side of every page test."""

from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from spiders.demo.ads import Ad
from spiders.demo.vocabulary import vocabulary
from spiders.demo.world import World
from spiders.extract.html import clean
from tracker.domain.listing import Condition, PriceKind, RawListing
from tracker.domain.money import Money

BERLIN = ZoneInfo("Europe/Berlin")


def expected(world: World, ad: Ad, day: int, language: str) -> dict[str, Any]:
    """Every field that the ad's site shows on `day`, in a page for visitors of `language`."""
    fields: dict[str, Any] = {
        "marketplace": ad.marketplace,
        "external_id": ad.external_id,
        "title": clean(ad.title),
        "seen_at": world.moment(day),
        "price": ad.price_on(day),
        "price_kind": ad.terms.price_kind,
        "pickup_only": ad.terms.pickup_only,
        "wanted": ad.truth.wanted,
        "sold": False,
        "condition": ad.condition,
        "shipping": ad.terms.shipping,
    }
    return fields | {"ebay": _ebay, "leboncoin": _leboncoin, "kleinanzeigen": _kleinanzeigen}[ad.marketplace](
        world, ad, day, language
    )


def _ebay(world: World, ad: Ad, day: int, language: str) -> dict[str, Any]:
    is_auction = ad.terms.price_kind is PriceKind.AUCTION
    return {
        "price_max": ad.terms.price_max,
        "best_offer": ad.terms.best_offer,
        "bids": ad.bids_on(day) if is_auction else None,
        "buy_now": ad.terms.buy_now if is_auction and not ad.bids_on(day) else None,
        "location": vocabulary("places")["countries"][ad.seller.country][language],
        "seller": ad.seller.name,
        "seller_is_business": None if language == "en" else ad.seller.is_business,
    }


def _leboncoin(world: World, ad: Ad, day: int, language: str) -> dict[str, Any]:
    return {
        "listed_at": world.listed_at(ad, day),
        "location": f"{ad.seller.place} {ad.seller.postcode}",
        "country": "FR",
        "seller": ad.seller.name,
        "seller_is_business": ad.seller.is_business,
        "reserved": ad.is_reserved(day),
        "condition": ad.condition,
    }


def _kleinanzeigen(world: World, ad: Ad, day: int, language: str) -> dict[str, Any]:
    return {
        "listed_at": _as_dated(world.listed_at(ad, day), world.moment(day)),
        "location": f"{ad.seller.postcode} {ad.seller.place}",
        "country": "DE",
        "description": clean(ad.description) or None,
        "seller": ad.seller.name if ad.seller.is_business else None,
        "seller_is_business": True if ad.seller.is_business else None,
        "condition": Condition.UNKNOWN,
        "sponsored": ad.terms.sponsored,
    }


def _as_dated(listed: datetime, now: datetime) -> datetime:
    """Older than yesterday an ad shows its date alone."""
    local, today = listed.astimezone(BERLIN), now.astimezone(BERLIN).date()
    if (today - local.date()).days <= 1:
        return listed
    return datetime.combine(local.date(), time(), BERLIN).astimezone(UTC)


def of_api(world: World, ad: Ad, day: int) -> dict[str, Any]:
    """The same for the Browse API, which says more of seller and place, and not how dear the dearest variation is."""
    auction = ad.terms.price_kind is PriceKind.AUCTION
    return expected(world, ad, day, "en") | {
        "price_max": None,
        "seller_is_business": ad.seller.is_business,
        "location": f"{ad.seller.postcode[:2]}***",
        "country": ad.seller.country,
        "sponsored": ad.terms.sponsored,
        "listed_at": world.listed_at(ad, day),
        "ends_at": world.ends_at(ad, day) if auction else None,
    }


def of_kleinanzeigen_item(world: World, ad: Ad, day: int) -> dict[str, Any]:
    """What an ad's own page on Kleinanzeigen says beside or in place of the result page."""
    return {
        "seller": ad.seller.name,
        "seller_is_business": ad.seller.is_business,
        "shipping": Money(699, "EUR") if ad.terms.pickup_only is False else None,
        "sponsored": None,
        "reserved": ad.is_reserved(day),
    }


def differences(listing: RawListing, wanted: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """The fields that were read otherwise: name → (read, expected)."""
    return {name: (getattr(listing, name), value) for name, value in wanted.items() if getattr(listing, name) != value}
