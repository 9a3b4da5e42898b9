"""Swap posts: titles in all their spellings, and the prices that somebody asks for."""

from datetime import UTC, datetime

import pytest

from spiders.extract.asking_price import asking_price
from spiders.extract.location import country_of, currency_at
from spiders.extract.markdown import from_html
from spiders.extract.swap_post import items_of
from spiders.extract.swap_title import read_swap_title
from spiders.layouts.reddit_posts import Post, offers_of


@pytest.mark.parametrize(
    ("title", "have", "want", "place"),
    [
        ("[USA-CA] [H] Tesla P40 [W] PayPal", "Tesla P40", "PayPal", "USA-CA"),
        ("[Carman,MB][H]2x K80 [W] Cash", "2x K80", "Cash", "Carman,MB"),
        ("[USA-TX] (H) K80 (W) PayPal", "K80", "PayPal", "USA-TX"),
        ("[USA-TX] [h] K80 [w] PayPal", "K80", "PayPal", "USA-TX"),
        ("[USA-FL] [Have] P100 [Want] PayPal", "P100", "PayPal", "USA-FL"),
        ("[USA-CA]-[H] P40 [W] PayPal", "P40", "PayPal", "USA-CA"),
        ("[USA-TX] [H] P40 W] Cash", "P40", "Cash", "USA-TX"),
        ("[USA-OR] [W] PayPal [H] 2x P40", "2x P40", "PayPal", "USA-OR"),
        ("[FS][US-CA] Dell R720", "Dell R720", "", "US-CA"),
        ("[FS] [CAN-ON] RAM [W] EMT", "RAM", "EMT", "CAN-ON"),
        ("[USA-CA] H: P40 W: PayPal", "P40", "PayPal", "USA-CA"),
        ("USA-CA [H] P40 [W] PayPal", "P40", "PayPal", "USA-CA"),
    ],
)
def test_what_is_for_sale(title, have, want, place):
    swap = read_swap_title(title)
    assert (swap.have, swap.want, swap.place, swap.is_wanted) == (have, want, place, False)


@pytest.mark.parametrize(
    "title",
    [
        "[USA-CA] [H] PayPal [W] Tesla P40",
        "[Ottawa, ON] [H] $1450 Cash or Paypal [W] RAM",
        "[USA-CA] [H] Paypal G&S, local cash [W] K80",
        "[W][US-NY] 10GbE switch",
        "[W] K80 [H] $$$",
        "[W] Tesla P40 [H] PayPal [USA-TX]",
        "[WTB][US] tesla p40",
    ],
)
def test_who_offers_only_money_wants(title):
    assert read_swap_title(title).is_wanted


@pytest.mark.parametrize(
    "title", ["Price Check Thread", "[PC] Dell R730", "[Meta] rules", "AITA for asking?", "", "[H]"]
)
def test_talk_is_no_swap(title):
    assert read_swap_title(title) is None


def test_goods_beside_money_are_goods():
    assert not read_swap_title("[USA-CA] [H] RTX 3090, PayPal [W] 4090").is_wanted


@pytest.mark.parametrize(
    ("line", "name", "price", "shipping"),
    [
        ("GTX 1080 Ti - $150", "GTX 1080 Ti", "$150", None),
        ("Asking $185 shipped", "", "$185", "0"),
        ("RTX 3090: 650€", "RTX 3090", "650€", None),
        ("1950X + X399 combo -> $260 + shipping", "1950X + X399 combo", "$260", ""),
        ("RTX 4090 - €1.299", "RTX 4090", "€1.299", None),
        ("Server: $1,250.50 local", "Server", "$1,250.50", None),
        ("AMD 7700X - 200 CAD", "AMD 7700X", "200 CAD", None),
        ("DDR5 kit - Asking 425 obo", "DDR5 kit", "425", None),
        ("Looking for 180 local or 200 shipped", "", "200", "0"),
        ("$65 local, $75 shipped", "", "$75", "0"),
        ("Asking for $35 + $15 shipping.", "", "$35", "$15"),
        ("$450 per, add $15 for shipping", "", "$450", "$15"),
        ("Retail is $299. Asking $140 shipped", "Retail is $299.", "$140", "0"),
        ("Asking for $500 shipping included", "", "$500", "0"),
        ("Original price $1500. Selling price 650 each", "Original price $1500. Selling", "650", None),
        ("32GB DDR4-3600: was $90, now $75 shipped", "32GB DDR4-3600", "$75", "0"),
        ("Reduced to $380 from $420. Free shipping", "Reduced to", "$380", "0"),
        ("T7910 dual E5-2690 v4 - 600 OBO", "T7910 dual E5-2690 v4", "600", None),
        ("GTX 1080: 100 bucks", "GTX 1080", "100", None),
        ("Prix : 750 € fdp inclus", "Prix", "750 €", "0"),
    ],
)
def test_asking_price(line, name, price, shipping):
    found = asking_price(line)
    assert (found.name, found.price, found.shipping) == (name, price, shipping)


@pytest.mark.parametrize(
    "line",
    [
        "I paid $400 for it",
        "retails for $299",
        "$10 off if you buy two",
        "shipping is $12",
        "Budget is $300",
        "16GB 2400MHz CL36",
        "worth $50",
        "$175 for both",
        "add $15 for shipping",
        "worth it at $2.5k",
        "Looking for P40s around $150",
        "Selling for 850W PSU owners",
        "Combo with the board for $240",
    ],
)
def test_what_nobody_asks_for_is_no_price(line):
    assert asking_price(line) is None


def test_a_price_for_each_tells_the_count():
    found = asking_price("2 - i7 3770 - $115 Each")
    assert (found.name, found.quantity, found.is_each) == ("i7 3770", 2, True)


@pytest.mark.parametrize(
    ("line", "name", "count"),
    [
        ("Tesla P40 (qty 2) $180 ea", "Tesla P40", 2),
        ("3070 (6 available) $260 each shipped", "3070", 6),
        ("DDR4 RDIMM 32GB - $35/each, have 8", "DDR4 RDIMM 32GB", 8),
        ("X520-DA2 - $25 shipped each (4 available)", "X520-DA2", 4),
        ("Riser x16 - $20 each", "Riser x16", None),
        ("650/ea shipped", "", None),
    ],
)
def test_the_count_may_stand_anywhere(line, name, count):
    found = asking_price(line)
    assert (found.name, found.quantity) == (name, count)


def test_where_each_has_a_price_the_title_says_no_count():
    assert sells("[USA-GA][H] 10x 32GB DDR4 RDIMM [W] PayPal", "$25/stick shipped, 6 left")[0][:4:3] == (
        "32GB DDR4 RDIMM",
        6,
    )
    assert sells("[USA-GA][H] 2x P40 [W] PayPal", "2x P40 $170 each")[0][:4:3] == ("P40", 2)


def sells(title, body, subreddit="hardwareswap"):
    """What a post sells: title, price, postage, count and whether sold."""
    post = Post("x", title, body, subreddit, "me", "/r/x", datetime(2026, 11, 1, tzinfo=UTC), "")
    return [
        (
            offer["title"],
            str(offer["price"].amount) if offer.get("price") else None,
            offer.get("shipping") and str(offer["shipping"].amount),
            offer.get("quantity"),
            offer["sold"],
        )
        for offer in offers_of(post)
    ]


def test_a_line_that_offers_several_things():
    assert sells(
        "[USA-CA][H] P40 / K80 [W] PayPal", "Tesla P40 24GB $200, K80 $40 shipped. $10 off if you take both"
    ) == [
        ("Tesla P40 24GB", "200.00", None, None, False),
        ("K80", "40.00", "0.00", None, False),
    ]


@pytest.mark.parametrize(
    ("title", "body", "price"),
    [
        ("[FS] Tesla P40 - $175 shipped [US-CO]", "Used in my lab.", "175.00"),
        ("[USA-ID] [H] Tesla P40 [W] $200 shipped", "Timestamp", "200.00"),
        ("[USA-MN] [H] 2x Xeon Gold 6148 [W] PayPal", "$90 for the pair shipped", "90.00"),
        ("[USA-SC] [H] 64GB DDR4 [W] PayPal", "4x16GB Micron. $35/stick or $130 for all four, shipped.", "130.00"),
        ("[USA-TX] [H] P40, $300 cash [W] RTX 4080", "Trading up", None),
        ("[USA-TX] [H] RTX 3060 [W] $250", "Bought last year for $450.", "250.00"),
        ("[USA-TX] [H] P40, M40, K80 [W] PayPal", "180, 60, 40 shipped", None),
    ],
)
def test_the_price_of_a_post_that_sells_one_thing(title, body, price):
    assert [offer[1] for offer in sells(title, body)] == [price]


def test_postage_and_pickup_prices_are_no_things():
    body = "Price: $120 shipped each, I have 3\n\nLocal pickup in Wichita $110\n\nShipping to Canada: $30 / Alaska $25"
    assert sells("[USA-KS] [H] MI50 [W] PayPal", body) == [("MI50", "120.00", "0.00", 3, False)]


def test_a_table_without_outer_bars_or_symbols():
    body = "Item | Price | Shipping\n---|---|---\nConnectX-3 | 20 | $5\nLSI 9211 | $25 | free\n~~H310~~ | ~~15~~ |"
    assert sells("[USA-SC] [H] Cards [W] PayPal", body) == [
        ("ConnectX-3", "20.00", "5.00", None, False),
        ("LSI 9211", "25.00", "0.00", None, False),
        ("H310", "15.00", None, None, True),
    ]


def test_lists_of_what_was_sold():
    body = "#1 - K80: $40\n\nSold list:\n1x M40 $95\n\nStill available:\nP4 - $70\nT4 - $400 to /u/somebody"
    assert [(title, sold) for title, _, _, _, sold in sells("[USA-SC] [H] Cards [W] PayPal", body)] == [
        ("K80", False),
        ("1x M40", True),
        ("P4", False),
        ("T4", True),
    ]


def test_pickup_only():
    assert asking_price("R730 - $300 local only").pickup_only is True
    assert asking_price("R730 - $300 shipped").pickup_only is False
    assert asking_price("R730 - $300").pickup_only is None


def test_items_keep_their_places_when_one_is_sold():
    before = items_of("* K80 - $40\n* M40 - $95")
    after = items_of("* ~~K80 - $40~~\n* M40 - $95")
    assert [item.name for item in before] == [item.name for item in after] == ["K80", "M40"]
    assert [item.sold for item in after] == [True, False]


def test_a_struck_old_price_is_no_sale():
    (item,) = items_of("K80: ~~$50~~ $40")
    assert (item.asking.price, item.sold) == ("$40", False)


def test_a_struck_letter_is_no_sale():
    (item,) = items_of("~~K~~eyboard - $20")
    assert (item.name, item.sold) == ("Keyboard", False)


def test_tables_find_their_columns():
    table = "|Item|Was|Price|Status|\n|:-|:-|:-|:-|\n|K80|$400|$40|SOLD|\n|M40 24GB|$500|$95||\n| | |\n|**Storage**|\n|SSD|$80|$20|"
    assert [(item.name, item.asking.price, item.sold) for item in items_of(table)] == [
        ("K80", "$40", True),
        ("M40 24GB", "$95", False),
        ("SSD", "$20", False),
    ]


def test_a_table_with_a_price_for_each_way_gives_the_shipped_one():
    (item,) = items_of("|Part|Local|Shipped|\n|-|-|-|\n|X10DRi|$140|$160|")
    assert (item.name, item.asking.price, item.asking.shipping) == ("X10DRi", "$160", "0")


def test_a_table_without_a_header():
    assert [(item.name, item.asking.price) for item in items_of("|K80|$40|\n|-|-|\n|M40|$95|")] == [
        ("K80", "$40"),
        ("M40", "$95"),
    ]


def test_a_price_line_belongs_to_its_section():
    body = "1. **Dell R730**\nWorks.\n**Price:** $300\n\n2. **Tesla P100**\n**Price: $190**"
    assert [(item.name or item.above, item.asking.price) for item in items_of(body)] == [
        ("Dell R730", "$300"),
        ("Tesla P100", "$190"),
    ]


def test_sold_sections_and_bundles():
    body = "K80 - $40\n\n# SOLD\n\nM40 - $95\n\n# Still here\n\nP40 - $180\n\nIf bought together - $300"
    assert [(item.name, item.sold) for item in items_of(body)] == [("K80", False), ("M40", True), ("P40", False)]


def test_postage_said_once_holds_for_all():
    assert [item.asking.shipping for item in items_of("K80 - $40\nM40 - $95\n\nPrices include shipping")] == ["0", "0"]
    assert [item.asking.shipping for item in items_of("K80 - $40\n\nPrices do not include shipping")] == [None]
    assert [item.asking.shipping for item in items_of("Prices shipped.\nK80 - $40 + shipping\nM40 - $95")] == ["", "0"]


def test_rendered_markdown_reads_like_its_source():
    html = "<p>Hi</p><ul><li><p><strong>P40</strong> - $170</p></li><li><del>K80 - $40</del></li></ul><table><tr><th>Item</th><th>Price</th></tr><tr><td>M40</td><td>$95</td></tr></table>"
    assert [(item.name, item.asking.price, item.sold) for item in items_of(from_html(html))] == [
        ("P40", "$170", False),
        ("K80", "$40", True),
        ("M40", "$95", False),
    ]


@pytest.mark.parametrize(
    "body", ["~~" * 20000, "|" * 20000, "[" * 20000, "$" * 20000, "1" * 60000, "* $1 \n" * 9000, "($5 " * 5000]
)
def test_hostile_bodies_end(body):
    assert isinstance(items_of(body), tuple)


@pytest.mark.parametrize(
    ("place", "home", "country"),
    [("USA-CA", "US", "US"), ("CAN-ON", "US", "CA"), ("Toronto, ON", "CA", "CA"), ("EU-DE", None, "DE"), ("EU", None, None),
     ("DE", None, "DE"), ("UK", "GB", "GB"), ("", "US", "US"), ("St. John's, NL", "CA", "CA")],
)  # fmt: skip
def test_country_of_a_tag(place, home, country):
    assert country_of(place, home) == country


def test_currency_of_a_country():
    assert [currency_at(country) for country in ("US", "CA", "DE", "GB", "ZZ", None)] == [
        "USD",
        "CAD",
        "EUR",
        "GBP",
        None,
        None,
    ]
