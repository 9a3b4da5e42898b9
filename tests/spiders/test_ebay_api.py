"""What eBay's API is asked: on which site, and where things are delivered to."""

from urllib.parse import unquote

import pytest

from spiders.layouts.ebay_api import headers


@pytest.mark.parametrize(
    ("base_url", "country", "postcode", "site", "place"),
    [
        ("", "DE", "", "EBAY_DE", "country=DE"),
        ("", "DE", "10115", "EBAY_DE", "country=DE,zip=10115"),
        ("https://www.ebay.com", "FR", "75011", "EBAY_US", "country=FR,zip=75011"),
        ("", "GB", "SW1A 1AA", "EBAY_GB", "country=GB,zip=SW1A 1AA"),
    ],
)
def test_the_site_and_the_user_s_place_are_told(base_url, country, postcode, site, place):
    asked = headers(base_url, country, postcode)
    assert asked["X-EBAY-C-MARKETPLACE-ID"] == site
    context = asked["X-EBAY-C-ENDUSERCTX"]
    assert unquote(context.removeprefix("contextualLocation=")) == place
    assert "," not in context  # the comma inside is escaped: one bare parts the header's own fields
    assert " " not in context
