"""Exchange rates and cloud prices over HTTP and from files; the last known serve where there is nothing newer."""

import json
import threading
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.postcode_file import BERLIN, geonames
from tracker.cli.main import run
from tracker.cloud import load_cloud
from tracker.domain.errors import ConfigError
from tracker.fx import load_rates
from tracker.jobs.cloud_prices import DownloadError, refresh_prices
from tracker.jobs.postcodes import NoPostcodesError, fetch_postcodes, postcodes
from tracker.jobs.rates import NoRatesError, refresh_rates
from tracker.settings import shipped_config
from tracker.workspace import Workspace

FEED = b"""<?xml version="1.0"?><e:Envelope xmlns:e="http://x" xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
<Cube><Cube time="2026-11-19"><Cube currency="USD" rate="1.5"/></Cube>
<Cube time="2026-11-20"><Cube currency="USD" rate="1.25"/></Cube>
<Cube time="2999-01-01"><Cube currency="USD" rate="99"/></Cube></Cube></e:Envelope>"""
LIST = b"""\
"FormatVersion","v1.0"
"Disclaimer","prices are for information"
"Publication Date","2026-11-20T00:00:00Z"
"Version","20261120"
"OfferCode","AmazonEC2"
"SKU","TermType","Instance Type","Region Code","Tenancy","Operating System","CapacityStatus","Unit","Currency","Pre Installed S/W","MarketOption","PricePerUnit"
"A","OnDemand","g5.xlarge","eu-west-1","Shared","Linux","Used","Hrs","USD","NA","OnDemand","1.1999000000"
"""
PAGES = {
    "/rates.xml": FEED,
    "/none.xml": b"<html/>",
    "/zip/DE.zip": geonames("DE", BERLIN),
    "/zip/FR.zip": b"<html/>",
    "/ec2/eu-west-2/index.csv": LIST,
    "/cut/eu-west-2/index.csv": LIST,
}


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = PAGES.get(self.path)
            self.send_response(200 if body else 404)
            extra = 100 if self.path.startswith("/cut") else 0
            self.send_header("Content-Length", str(len(body or b"") + extra))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: object) -> None:
            pass

    site = HTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=site.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{site.server_port}"
    site.shutdown()
    site.server_close()
    thread.join()


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RIGSCOUT_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("RIGSCOUT_CONFIG", str(tmp_path))
    return tmp_path


def workspace(config: Path, feed: str) -> Workspace:
    (config / "settings.toml").write_text(f'country = "FR"\nrates_feed = "{feed}"\n')
    return Workspace(config, config / "data")


def test_the_feed_s_newest_day_is_kept_and_serves_from_then_on(config: Path, server: str) -> None:
    space = workspace(config, f"{server}/rates.xml")
    assert refresh_rates(space).day == date(2026, 11, 20)  # the day in the future is none
    known = load_rates(space.layers, space.data)
    assert (known.day, known.per_eur["USD"]) == (date(2026, 11, 20), Decimal("1.25"))


@pytest.mark.parametrize("page", ["/none.xml", "/missing"])
def test_a_feed_that_gives_nothing_leaves_the_last_known_with_their_day(config: Path, server: str, page: str) -> None:
    space = workspace(config, server + page)
    shipped = load_rates((shipped_config(),))
    with pytest.raises(NoRatesError, match=f"exchange rates of {shipped.day} serve"):
        refresh_rates(space)
    assert load_rates(space.layers, space.data) == shipped


def test_no_feed_fetches_nothing_and_a_plain_http_feed_of_another_machine_is_refused(config: Path) -> None:
    space = workspace(config, "")
    assert refresh_rates(space).day == load_rates((shipped_config(),)).day
    with pytest.raises(ConfigError, match="rates_feed"):
        refresh_rates(workspace(config, "http://example.org/rates.xml"))


@pytest.mark.usefixtures("config")
def test_rates_from_a_downloaded_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "hist.xml").write_bytes(FEED)
    assert run(["cloud", "rates", "--file", str(tmp_path / "hist.xml"), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["day"], said["per_eur"]["USD"]) == ("2026-11-20", "1.25")
    assert run(["cloud", "rates"]) == 0
    assert "of 2026-11-20" in capsys.readouterr().out
    (tmp_path / "bad.xml").write_text("no")
    assert run(["cloud", "rates", "--file", str(tmp_path / "bad.xml")]) == 1
    assert "mend" in capsys.readouterr().err


def test_a_region_s_list_is_downloaded_whole_or_not_at_all(config: Path, server: str) -> None:
    """Without a region it is the one nearest the country that offers the instance: London for France."""
    space, day = workspace(config, ""), date(2026, 11, 21)
    done = refresh_prices(space, file=None, day=day, base=f"{server}/ec2")
    assert done.found.prices == {("g5.xlarge", "eu-west-1", "on_demand"): Decimal("1.1999")}
    newest = load_cloud(space.layers, space.data).price("g5.xlarge", "eu-west-1")
    assert newest is not None
    assert newest.rate == Decimal("1.1999")
    for base in (f"{server}/cut", f"{server}/missing"):
        with pytest.raises(DownloadError) as caught:
            refresh_prices(space, file=None, day=day, base=base)
        assert "--file" in caught.value.mend
    assert not list((config / "data").glob("tmp*"))


def away(config: Path, server: str, country: str) -> Workspace:
    lines = f'country = "{country}"\npostcodes_feed = "{server}/zip/{{country}}.zip"\n'
    (config / "settings.toml").write_text(lines)
    return Workspace(config, config / "data")


def test_postcodes_are_had_once_and_only_where_something_may_be_fetched(config: Path, server: str) -> None:
    space = away(config, server, "DE")
    fetch_postcodes(space, 0)
    assert not postcodes(space).knows("DE")
    fetch_postcodes(space, 30)
    assert postcodes(space).place("DE", "10115 Berlin") == (52.5323, 13.3846)
    fetch_postcodes(away(config, "http://127.0.0.1:1", "DE"), 30)  # nobody answers there, and nobody is asked
    space.close()


@pytest.mark.parametrize("country", ["FR", "IT"])
def test_postcodes_that_can_t_be_had_are_named_with_the_mend(config: Path, server: str, country: str) -> None:
    space = away(config, server, country)
    with pytest.raises(NoPostcodesError, match=f"distances in {country} stay unknown") as caught:
        fetch_postcodes(space, 30)
    assert f"{country}.txt" in caught.value.mend
    space.close()
