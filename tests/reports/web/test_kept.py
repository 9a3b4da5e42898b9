"""Answers kept between requests: made once while nothing changes, never another's, never a form's, never too many."""

import asyncio
from collections.abc import Hashable
from dataclasses import dataclass, field

import httpx
from starlette.types import Message, Receive, Scope, Send

from reports.web.app import create_app
from reports.web.kept import Kept
from tests.reports.web.site import Client, Reads, Writes
from tracker.domain.errors import StorageError
from tracker.domain.report import DailyReport


@dataclass
class Counting(Reads):
    """Counts how often the report is asked for; `at` is the state of the database, None where it can't be read."""

    at: int | None = 1
    made: int = 0

    def version(self) -> Hashable:
        if self.at is None:
            raise StorageError("the database is locked", mend="wait")
        return self.at

    def report(self) -> DailyReport | None:
        self.made += 1
        return super().report()


def test_a_page_is_made_once_until_something_changes() -> None:
    reads = Counting()
    site = Client(create_app(reads, writes=Writes()))
    first = site.get("/sources")
    assert site.get("/sources").content == first.content
    assert reads.made == 1
    assert site.get("/sources").headers["content-security-policy"] == first.headers["content-security-policy"]
    site.get("/sources?other=1")
    reads.at = 2
    site.get("/sources")
    assert reads.made == 3


def test_what_is_one_readers_or_went_wrong_is_made_each_time() -> None:
    reads = Counting()
    site, other = (Client(create_app(reads, writes=Writes())) for _ in range(2))
    tokens = {client.get("/review").cookies["rigscout_form"] for client in (site, other)}
    assert len(tokens) == 2
    made = reads.made
    for _ in range(2):
        assert site.get("/machines/none").status_code == 404
        assert site.get("/review").status_code == 200
    assert reads.made >= made + 4
    reads.at = None
    assert [site.get("/sources").status_code for _ in range(2)] == [200, 200]
    assert reads.made >= made + 6


@dataclass
class Slow:
    """Answers after a while with so many bytes."""

    size: int = 1000
    asked: list[str] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked.append(scope["path"])
        await asyncio.sleep(0)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"x" * self.size})


def ask(kept: Kept, *addresses: str) -> None:
    async def all_at_once() -> None:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=kept), base_url="http://box") as client:
            await asyncio.gather(*(client.get(address) for address in addresses))

    asyncio.run(all_at_once())


def test_many_readers_of_one_page_wait_for_one() -> None:
    slow = Slow()
    ask(Kept(slow, version=lambda: 1), *["/a"] * 20, *["/b"] * 20)
    assert sorted(slow.asked) == ["/a", "/b"]


def test_the_least_asked_for_goes_first() -> None:
    slow = Slow()
    kept = Kept(slow, version=lambda: 1, most_bytes=2500)
    for address in ("/a", "/b", "/a", "/c", "/a", "/b"):
        ask(kept, address)
    assert slow.asked == ["/a", "/b", "/c", "/b"]
    slow.size = 3000
    ask(kept, "/large")
    ask(kept, "/large")
    assert slow.asked[-2:] == ["/large", "/large"]


def test_a_change_while_a_page_is_made_is_not_missed() -> None:
    state = iter(range(100))
    slow = Slow()
    kept = Kept(slow, version=lambda: next(state))
    ask(kept, "/a", "/b")
    ask(kept, "/a")
    assert sorted(slow.asked) == ["/a", "/a", "/b"]


def test_nobody_waits_for_a_reader_that_does_not_read() -> None:
    async def stuck(_: Message) -> None:
        await asyncio.Event().wait()

    async def both() -> str:
        kept = Kept(Slow(), version=lambda: 1)
        scope = {"type": "http", "method": "GET", "path": "/a", "raw_path": b"/a", "query_string": b"", "headers": []}
        waiting = asyncio.create_task(kept(scope, no_body, stuck))
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app=kept), base_url="http://box", timeout=5
        ) as client:
            for _ in range(3):
                text = (await asyncio.wait_for(client.get("/a"), 5)).text
        assert not waiting.done()
        waiting.cancel()
        return text

    assert asyncio.run(both()) == "x" * 1000


async def no_body() -> Message:
    return {"type": "http.request", "body": b""}
