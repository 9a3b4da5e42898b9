"""The ways in which shops write one and the same schema.org offer: types, scripts, amounts, where the price stands."""

import json
from datetime import UTC, datetime

import pytest

from spiders.discover import marketplaces
from spiders.page import Page
from tracker.domain.listing import PriceKind

CAPTURED = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
OFFER = {"@type": "Offer", "price": "1299.00", "priceCurrency": "EUR"}
PRODUCT = {"@type": "Product", "name": "Tesla P40", "sku": "S1"}


def script(data, kind="application/ld+json"):
    return f'<script type="{kind}">{data if isinstance(data, str) else json.dumps(data)}</script>'


def read(html):
    body = f"<html><head><title>A shop</title></head><body>{html}<p>{'words ' * 60}</p></body></html>"
    return marketplaces()["product_page"]().read(Page("https://shop.example/p/1", body.encode(), CAPTURED)).listings


@pytest.mark.parametrize(
    "html",
    [
        script({**PRODUCT, "offers": OFFER}),
        script({**PRODUCT, "offers": OFFER}, "application/LD+JSON; charset=utf-8"),
        script({**PRODUCT, "@type": ["Thing", "http://schema.org/Product"], "offers": [OFFER]}),
        script({**PRODUCT, "@type": "schema:Product", "offers": OFFER}),
        script({"@graph": [{"@type": "WebPage"}, {**PRODUCT, "offers": OFFER}]}),
        script({**PRODUCT, **OFFER, "@type": "Product"}),
        script({"@type": "ItemList", "itemListElement": [{"item": {**PRODUCT, "name": "Other", "offers": OFFER}}]})
        + script({**PRODUCT, "offers": OFFER}),
        script('{"@type": "Product", "name": "Tesla\tP40", "sku": "S1", "offers": {"price": 1299, "priceCurrency": "eur",},}'),
        ('<div itemscope itemtype="https://schema.org/Product"><h1 itemprop="name">Tesla P40</h1><i itemprop="sku">S1</i>'
        '<b itemprop="price" content="1299">from</b><meta itemprop="priceCurrency" content="EUR"></div>'),
    ],
)  # fmt: skip
def test_one_offer_in_many_forms(html):
    (listing,) = read(html)
    assert (listing.external_id, listing.title, str(listing.price), listing.price_kind) == (
        "shop.example:S1", "Tesla P40", "1299.00 EUR", PriceKind.FIXED,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("price", "currency", "expected"),
    [
        ("1.299,00", "EUR", "1299.00 EUR"),
        ("1.299", "EUR", "1299.00 EUR"),
        ("1,299", "USD", "1299.00 USD"),
        ("1.299", "KWD", "1.299 KWD"),
        ("0.990", "EUR", "0.99 EUR"),
        ("49.9000", "EUR", "49.90 EUR"),
        (1299.5, "EUR", "1299.50 EUR"),
        ("EUR 129,90", None, "129.90 EUR"),
        ("12,800", "JPY", "12800 JPY"),
        ("129.90", None, "None"),
        ("0.00", "EUR", "None"),
        (-5, "EUR", "None"),
    ],
)
def test_amounts(price, currency, expected):
    (listing,) = read(script({**PRODUCT, "offers": {"price": price, "priceCurrency": currency}}))
    assert str(listing.price) == expected
