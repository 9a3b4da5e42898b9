"""The web pages and the JSON API: every page answers, links lead on, nothing foreign gets in, and only our forms change things."""

import base64
import dataclasses
import re
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html

from reports.web.app import create_app
from reports.web.guard import Allowance, check_binding, is_loopback
from tests.reports.sample import sample_report
from tests.reports.web.site import Client, Reads, Writes, before_the_first_report, empty_day
from tracker.domain.errors import StorageError, UsageError
from tracker.domain.web import Filters, Vitals

PAGES = ("/", "/machines/p40-box", "/machines/four-1080ti", "/deals", "/parts", "/parts/gpu%3Atesla-p40", "/parts/gpu%3Atesla-p40?span=all",
         "/listings/ebay/900", "/sources", "/rent-or-buy", "/rent-or-buy?target=p40-box&hours_per_week=10&per_kwh=0.3", "/review", "/archive")  # fmt: skip


class Clock:
    """A clock that moves when told."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def client(reads: Reads | None = None, *, writes: Writes | None = None, **more: object) -> Client:
    app = create_app(reads or Reads(), writes=writes, **more)  # type: ignore[arg-type]
    return Client(app)


@cache
def shared() -> Client:
    """One site for the tests that only look; its clock moves on with each request."""
    return client(writes=Writes(), clock=iter(range(10_000_000)).__next__)


@pytest.mark.parametrize("address", PAGES)
def test_every_page_answers_with_sound_html(address: str) -> None:
    answer = shared().get(address)
    assert answer.status_code == 200
    tree = lxml_html.document_fromstring(answer.text)
    assert len(list(tree.iter("h1"))) == 1
    assert tree.findtext(".//title")
    assert [script.get("src") for script in tree.iter("script")] == ["/static/web.js"]
    assert not re.search(r"\d[.,]\d{7}", " ".join(tree.itertext()))  # a figure that nobody rounded
    assert not [
        element
        for element in tree.iter()
        if isinstance(element.tag, str) and any(name.startswith("on") for name in element.attrib)
    ]
    ids = re.findall(r'\sid="([^"]+)"', answer.text)
    assert len(ids) == len(set(ids))


def test_every_inner_link_leads_somewhere() -> None:
    site = shared()
    todo, seen = ["/"], {"/"}
    while todo:
        answer = site.get(todo.pop())
        assert answer.status_code == 200, answer.url
        if "html" not in answer.headers["content-type"] or str(answer.url.path).startswith("/archive/"):
            continue
        for link in lxml_html.document_fromstring(answer.text).iter("a"):
            address = link.get("href")
            if address.startswith("?"):
                address = answer.url.path + address
            if (
                address.startswith("/")
                and address not in seen
                and len(seen) < 45
                and not address.startswith("/archive/daily%3A2026-1")
            ):
                seen.add(address)
                todo.append(address)
    assert len(seen) > 40


@pytest.mark.parametrize("address", ["/nothing", "/parts/gpu%3Anone-such", "/machines/none", "/listings/ebay/1", "/archive/x", "/static/secrets.txt",
                                     "/static/..%2fapp.py", "/archive/..%2f..%2fetc%2fpasswd"])  # fmt: skip
def test_what_is_not_there_is_a_404_page(address: str) -> None:
    answer = shared().get(address)
    assert answer.status_code == 404
    assert "Traceback" not in answer.text
    assert "<h1>Not here</h1>" in answer.text
    assert shared().get("/api/v1/nothing").json() == {"detail": "Not Found"}


@pytest.mark.parametrize("address", ["/", "/parts", "/review", "/archive"])
def test_before_the_first_report(address: str) -> None:
    assert client(before_the_first_report()).get(address).status_code == 200
    assert client(before_the_first_report()).get("/deals").status_code == 404
    assert client(before_the_first_report()).get("/api/v1/report").json() == {"detail": "there is no such thing"}
    assert client(empty_day()).get(address).status_code == 200


def test_a_demo_says_so_on_every_page() -> None:
    reads = Reads()
    reads.day = dataclasses.replace(reads.day, is_demo=True)
    site = client(reads, writes=Writes())
    for address in PAGES[1:]:  # the day's own page: tests/reports/test_page.py
        if "?" not in address:
            assert "Demo data" in site.get(address).text


def test_the_api_says_the_same_as_the_page() -> None:
    site = shared()
    machines = site.get("/api/v1/machines").json()
    assert machines["total"] == 5
    assert machines["items"][1]["builds"][0]["total"] == {"amount": "311.90", "currency": "EUR"}
    assert site.get("/api/v1/machines/four-1080ti").json()["status"] == "infeasible"
    history = site.get("/api/v1/parts/gpu:tesla-p40/history?since=2026-10-01").json()
    assert history["days"][0]["day"] == "2026-10-01"
    assert {"observed": False, "median": None}.items() <= history["days"][3].items()
    assert site.get("/api/v1/deals?limit=1").json()["next"] == 1
    assert site.get("/api/v1/deals?offset=2").json()["next"] is None
    assert site.get("/api/v1/listings/ebay/900").json()["observations"][1]["price"]["amount"] == "165.00"
    assert site.get("/api/v1/machines/p40-box/rent-or-buy?hours_per_week=10").json()["answer"] == "rent"
    assert site.get("/api/v1/sources").json()["items"][1]["state"] == "blocked"


@pytest.mark.parametrize("address", ["/api/v1/parts?limit=0", "/api/v1/parts?limit=501", "/api/v1/parts?offset=-1", "/api/v1/parts/x/history?since=tomorrow",
                                     "/api/v1/machines/p40-box/rent-or-buy?hours_per_week=169", "/api/v1/machines/p40-box/rent-or-buy?hours_per_week=nan", "/api/v1/machines/p40-box/rent-or-buy?hours_per_week=5e-324", "/api/v1/machines/p40-box/rent-or-buy?per_kwh=", "/api/v1/parts/x/history?since=0", "/api/v1/parts/x/history?since="])  # fmt: skip
def test_wrong_input_is_refused_by_name(address: str) -> None:
    assert shared().get(address).status_code == 422


@cache
def addresses() -> dict[str, dict]:
    return shared().get("/openapi.json").json()["paths"]


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_any_input_is_answered_as_the_description_says(data: st.DataObject) -> None:
    """Paths and queries out of our own OpenAPI, with any text in them: only documented answers, and never a 5xx."""
    site, paths = shared(), addresses()
    path = data.draw(st.sampled_from(sorted(paths)))
    described = paths[path]["get"]
    query = {}
    for parameter in described.get("parameters", []):
        value = data.draw(TEXT.filter(bool) | st.integers().map(str) | st.dates().map(str))
        if parameter["in"] == "path":
            path = path.replace(
                "{" + parameter["name"] + "}",
                re.sub(r"[^\w.~-]", lambda char: "".join(f"%{byte:02X}" for byte in char[0].encode()), value),
            )
        elif data.draw(st.booleans()):
            query[parameter["name"]] = value
    answer = site.get(path, params=query)
    assert str(answer.status_code) in described["responses"] or answer.status_code in (307, 404), (path, query)
    assert answer.headers["content-type"].startswith("application/json") or answer.status_code in (307, 404)


def test_nothing_foreign_is_loaded_and_no_frame_shows_us() -> None:
    for address in (*PAGES, "/static/web.js", "/api/v1/report", "/nothing", "/openapi.json"):
        headers = shared().get(address).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe-inline" not in policy.replace("style-src-attr 'unsafe-inline'", "")
        assert headers["x-content-type-options"] == "nosniff"
    past = shared().get("/archive/daily%3A2026-11-21").headers["content-security-policy"]
    assert past.startswith("sandbox;")
    assert "script-src" not in past


def test_no_documentation_page_from_elsewhere() -> None:
    assert client().get("/docs").status_code == 404
    assert client().get("/redoc").status_code == 404


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "evil.example:8765", "", "localhost.evil"])
def test_a_foreign_name_for_this_machine_is_refused(host: str) -> None:
    assert shared().get("/", headers={"host": host}).status_code == 421
    assert client(hosts=("box.home",)).get("/healthz", headers={"host": "box.home:8765"}).status_code == 200


def basic(password: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"me:{password}".encode()).decode()}


def test_with_a_password_nothing_is_shown_without_it() -> None:
    site = client(password="s3cret")
    for address in (*PAGES, "/api/v1/report", "/openapi.json", "/static/web.js"):
        assert site.get(address).status_code in (401, 429)
    site = client(password="s3cret")
    assert site.get("/healthz").text == "ok"
    assert site.head("/healthz").status_code == 200
    assert site.get("/", headers=basic("s3cret")).status_code == 200
    assert site.get("/", headers={"authorization": "Bearer s3cret"}).status_code == 200
    for wrong in (
        basic("S3cret"),
        basic(""),
        {"authorization": "Basic %%%"},
        {"authorization": "Bearer "},
        {"authorization": "Digest s3cret"},
    ):
        assert site.get("/", headers=wrong).status_code == 401


def test_guessing_is_slowed_down() -> None:
    clock = Clock()
    site = client(password="s3cret", clock=clock)
    codes = [site.get("/", headers=basic(str(n))).status_code for n in range(12)]
    assert codes == [401] * 8 + [429] * 4
    assert site.get("/", headers=basic("s3cret")).status_code == 200
    clock.now = 31
    assert site.get("/", headers=basic("no")).status_code == 401


def test_a_wrong_method_is_told_the_right_one() -> None:
    answer = shared().post("/api/v1/report")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")


def test_too_many_requests_are_refused_for_a_while() -> None:
    clock = Clock()
    site = client(clock=clock, password="s3cret")
    codes = [site.get("/healthz").status_code for _ in range(125)]
    assert codes.count(429) == 5
    clock.now = 1
    assert site.get("/healthz").status_code == 200
    alone = client(clock=clock)  # on this machine only, for its own user
    assert {alone.get("/healthz").status_code for _ in range(200)} == {200}


def test_an_allowance_forgets_the_oldest() -> None:
    allowance = Allowance(burst=1, per_second=0, clock=Clock(), most=2)
    assert [allowance.take(who) for who in "aabca"] == [True, False, True, True, True]


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.2", "box.home", ""])
def test_the_network_needs_a_password(host: str) -> None:
    with pytest.raises(UsageError, match="password"):
        check_binding(host, "")
    check_binding(host, "s3cret")


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "[::1]", "127.0.0.2"])
def test_loopback_needs_none(host: str) -> None:
    check_binding(host, "")
    assert is_loopback(host)


def token_of(site: Client, address: str) -> str:
    return lxml_html.document_fromstring(site.get(address).text).xpath("//input[@name='token']/@value")[0]


def test_a_form_of_ours_changes_something() -> None:
    writes = Writes()
    site = client(writes=writes)
    token = token_of(site, "/listings/ebay/900")
    answer = site.post("/listings/ebay/900/mark", data={"token": token, "mark": "bought"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/listings/ebay/900")
    answer = site.post("/review/903", data={"token": token_of(site, "/review"), "answer": "wrong"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/review")
    assert writes.done == [("mark", 900, "bought"), ("decide", 903, False)]


@pytest.mark.parametrize(
    ("headers", "change", "status"),
    [
        ({}, {"token": "guess"}, 403),
        ({}, {"token": ""}, 403),
        ({"origin": "https://evil.example"}, {}, 403),
        ({"sec-fetch-site": "cross-site"}, {}, 403),
        ({}, {"mark": "sell"}, 400),
        ({}, {"mark": "x" * 5000}, 413),
    ],
)
def test_nobody_else_s_form_does(headers: dict[str, str], change: dict[str, str], status: int) -> None:
    writes = Writes()
    site = client(writes=writes)
    fields = {"token": token_of(site, "/listings/ebay/900"), "mark": "bought"} | change
    assert site.post("/listings/ebay/900/mark", data=fields, headers=headers).status_code == status
    assert writes.done == []


def test_a_form_without_its_cookie_does_nothing() -> None:
    writes = Writes()
    site = client(writes=writes)
    token = token_of(site, "/listings/ebay/900")
    site.cookies.clear()
    assert site.post("/listings/ebay/900/mark", data={"token": token, "mark": "bought"}).status_code == 403
    assert writes.done == []


def test_without_writes_there_are_no_forms() -> None:
    site = client()
    assert '<form method="post"' not in site.get("/listings/ebay/900").text
    assert '<form method="post"' not in site.get("/review").text
    assert site.post("/listings/ebay/900/mark", data={"mark": "bought"}).status_code in (404, 405)


def test_the_cookie_stays_with_us() -> None:
    cookie = client(writes=Writes()).get("/review").headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


def test_a_part_page_narrowed_without_scripts() -> None:
    reads = Reads()
    page = (
        client(reads)
        .get("/parts/gpu%3Atesla-p40?marketplace=ebay&country=&condition=used&since=2026-11-01&until=")
        .text
    )
    assert reads.asked[-1] == Filters("ebay", None, "used")
    assert '<option value="ebay" selected>' in page
    assert page.count("<tr data-day=") == 21
    assert "half are gone in 4 days" in page


@pytest.mark.parametrize(
    "query", ["?since=2026-11-21&until=2026-11-01", "?since=9999-12-31", "?until=0001-01-01", "?country=ZZ&span=x"]
)
def test_a_part_page_of_no_days(query: str) -> None:
    assert shared().get("/parts/gpu%3Atesla-p40" + query).status_code == 200


def test_the_horizon_of_rent_or_buy() -> None:
    answer = shared().get("/api/v1/machines/p40-box/rent-or-buy?months=24").json()
    assert len(answer["cash_flow"]) == 25
    assert answer["horizon"]["months"] == 24
    year = shared().get("/api/v1/machines/p40-box/rent-or-buy").json()
    assert year["horizon"]["own"] == year["year_own"]
    assert float(answer["horizon"]["cloud"]["amount"]) == pytest.approx(
        2 * float(year["year_cloud"]["amount"]), abs=0.02
    )
    assert "24 months of owning" in shared().get("/rent-or-buy?target=p40-box&months=24").text


def test_an_archived_copy_runs_nothing() -> None:
    answer = shared().get("/listings/ebay/900/archive")
    assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert "<h1>As it was</h1>" in answer.text
    assert shared().get("/listings/ebay/901/archive").status_code == 404


def test_what_monitors_read() -> None:
    assert shared().get("/healthz").text == "ok"
    lines = shared().get("/metrics").text.splitlines()
    assert "rigscout_listings_open 120.0" in lines
    assert 'rigscout_crawl_state{marketplace="ebay",state="listings"} 1.0' in lines
    assert client(password="secret").get("/metrics").status_code == 401


def test_an_unreadable_database_is_unhealthy() -> None:
    class Broken(Reads):
        def vitals(self) -> Vitals:
            raise StorageError("the disk is gone", mend="find it")

    assert client(Broken()).get("/healthz").status_code == 503
    assert client(Broken()).get("/metrics").status_code == 503


def test_a_deal_and_what_a_machine_buys_lead_to_the_listings_page() -> None:
    report = sample_report()
    deal = report.deals[0].listing.raw
    assert f'href="/listings/{deal.marketplace}/{deal.external_id}"' in shared().get("/deals").text
    bought = report.machines[0].solution.builds[0].offers[0].offer.id
    page = shared().get(f"/machines/{report.machines[0].target}").text
    assert f'href="/listings/{bought.replace(":", "/")}"' in page
