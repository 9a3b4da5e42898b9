"""Exchange rates: the ECB's feed in its real shape, weekends, and files that are none."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tracker.domain.errors import ConfigError
from tracker.domain.money import Money, Rates
from tracker.fx import BadFeedError, keep_rates, load_rates, parse_ecb, rates_on
from tracker.settings import shipped_config

FEED = b"""<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
<gesmes:subject>Reference rates</gesmes:subject>
<Cube>
  <Cube time="2026-11-19"><Cube currency="USD" rate="1.10"/><Cube currency="GBP" rate="0.85"/></Cube>
  <Cube time="2026-11-20"><Cube currency="USD" rate="1.25"/><Cube currency="GBP" rate="N/A"/><Cube currency="HUF" rate="400"/></Cube>
  <Cube time="someday"><Cube currency="USD" rate="9"/></Cube>
</Cube></gesmes:Envelope>"""


def test_the_feed_s_days_newest_first_without_what_is_no_rate() -> None:
    days = parse_ecb(FEED)
    assert [rates.day for rates in days] == [date(2026, 11, 20), date(2026, 11, 19)]
    assert dict(days[0].per_eur) == {"USD": Decimal("1.25"), "HUF": Decimal(400)}


def test_a_weekend_takes_the_last_day_before() -> None:
    days = parse_ecb(FEED)
    sunday, before = rates_on(days, date(2026, 11, 22)), rates_on(days, date(2026, 11, 1))
    assert sunday is not None
    assert sunday.day == date(2026, 11, 20)
    assert before is None


def test_pairs_without_the_euro_go_by_division() -> None:
    assert parse_ecb(FEED)[0].convert(Money.of("12.50", "USD"), "HUF") == Money.of(4000, "HUF")


BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><x><Cube time="2026-11-20"><Cube currency="&b;" rate="1"/></Cube></x>'


@pytest.mark.parametrize("xml", [b"", b"<html></html>", b"not xml", b'<Cube time="2026-11-20"/>', b"\xff\xfe", BOMB])
def test_what_is_no_feed_is_named(xml: bytes) -> None:
    with pytest.raises(BadFeedError):
        parse_ecb(xml)


def test_the_shipped_rates_are_dated_and_plausible() -> None:
    rates = load_rates((shipped_config(),))
    assert date(2026, 1, 1) < rates.day <= date(2026, 11, 21)
    assert {"USD", "GBP", "CHF", "PLN", "SEK", "DKK", "CZK", "HUF"} <= rates.per_eur.keys()
    assert Decimal("0.8") < rates.per_eur["USD"] < Decimal("1.6")


def test_a_user_s_rate_is_laid_over_and_a_wrong_one_named(tmp_path: Path) -> None:
    file = tmp_path / "fx.toml"
    file.write_text('[per_eur]\nUSD = "1.5"\n')
    assert load_rates((shipped_config(), tmp_path)).per_eur["USD"] == Decimal("1.5")
    file.write_text('day = "yesterday"\n[per_eur]\nUSD = "0"\ndollar = "1"\n')
    with pytest.raises(ConfigError) as caught:
        load_rates((shipped_config(), tmp_path))
    places = {(problem.key, problem.line) for problem in caught.value.problems}
    assert places == {("day", 1), ("per_eur.USD", 3), ("per_eur.dollar", 4)}
    file.write_text('[per_euro]\nUSD = "1.5"\n')
    with pytest.raises(ConfigError, match=r"fx\.toml:1: per_euro: there is no such key \(mend: did you mean 'per_eur'"):
        load_rates((shipped_config(), tmp_path))


def test_fetched_rates_serve_where_they_are_newer_and_a_user_s_own_stand_above(tmp_path: Path) -> None:
    shipped, data, user = load_rates((shipped_config(),)), tmp_path / "data", tmp_path / "user"
    data.mkdir()
    user.mkdir()
    layers = (shipped_config(), user)
    keep_rates(Rates(shipped.day + timedelta(days=1), {"USD": Decimal("1.3")}), data)
    (user / "fx.toml").write_text('[per_eur]\nGBP = "0.5"\n')
    newer = load_rates(layers, data)
    assert (newer.day, newer.per_eur["USD"]) == (shipped.day + timedelta(days=1), Decimal("1.3"))
    assert newer.per_eur["GBP"] == Decimal("0.5")
    keep_rates(Rates(shipped.day - timedelta(days=1), {"USD": Decimal("1.3")}), data)
    assert load_rates(layers, data).per_eur["USD"] == shipped.per_eur["USD"]
