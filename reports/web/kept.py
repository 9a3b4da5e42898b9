"""Answers kept for as long as nothing that they show has changed: the same page is made once, however many ask for it."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Hashable
from weakref import WeakValueDictionary

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tracker.domain.errors import RigscoutError

_OK = 200
_LIVE = ("/healthz", "/metrics", "/static/")


class Kept:
    """One ASGI layer behind the guard; `version` is another one as soon as any page may show something else.

    Only whole answers to GET that set no cookie are kept, at most `most_bytes` of them; the least asked for go first.
    """

    def __init__(self, app: ASGIApp, *, version: Callable[[], Hashable], most_bytes: int = 16 * 2**20) -> None:
        self.app = app
        self.version = version
        self.most_bytes = most_bytes
        self._of: Hashable = None
        self._answers: OrderedDict[bytes, list[Message]] = OrderedDict()
        self._making: WeakValueDictionary[bytes, asyncio.Lock] = WeakValueDictionary()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with what is kept, or let the application answer and keep that."""
        if scope["type"] != "http" or scope["method"] != "GET" or scope["path"].startswith(_LIVE):
            await self.app(scope, receive, send)
            return
        address = scope["raw_path"] + b"?" + scope["query_string"]
        lock = self._making.setdefault(address, asyncio.Lock())
        async with lock:
            answer = await self._kept(address) or await self._made(address, scope, receive)
        for message in answer:  # a reader may be slow: nobody waits for that
            await send(message)

    async def _kept(self, address: bytes) -> list[Message]:
        try:
            version = await run_in_threadpool(self.version)
        except RigscoutError:
            version = object()  # the application says what is wrong
        if version != self._of:
            self._of = version
            self._answers.clear()
        if address in self._answers:
            self._answers.move_to_end(address)
        return self._answers.get(address, [])

    async def _made(self, address: bytes, scope: Scope, receive: Receive) -> list[Message]:
        version, answer = self._of, list[Message]()

        async def keep(message: Message) -> None:
            answer.append(message)

        await self.app(scope, receive, keep)
        is_whole = answer[0]["status"] == _OK and not any(name == b"set-cookie" for name, _ in answer[0]["headers"])
        if is_whole and version == self._of:
            self._answers[address] = answer
            while sum(map(_size, self._answers.values())) > self.most_bytes:
                self._answers.popitem(last=False)
        return answer


def _size(answer: list[Message]) -> int:
    return sum(len(message.get("body", b"")) for message in answer)
