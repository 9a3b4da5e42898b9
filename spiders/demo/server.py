"""The demo market's web server: one loopback port a site, the simulated day set from outside, every answer made on demand."""

import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from spiders.demo.behaviour import Behaviour
from spiders.demo.routes import Answer, Asked, Stand, answer
from spiders.demo.search import Index
from spiders.demo.sites import MARKETPLACES
from spiders.demo.world import World

_LOOPBACK = "127.0.0.1"
_IDLE_SECONDS = 10  # a kept connection that asks for nothing is closed after this


class DemoMarket:
    """Serves a world on 127.0.0.1 while the `with` block lasts.

    with DemoMarket(make_world()) as market:
        market.day = market.world.last
        crawl(base_url=market.url("ebay"))

    `behaviour["ebay"]` makes a site misbehave. `requests` counts what has been asked of each site.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.index = Index(world)
        self.day = world.last
        self.behaviour = {name: Behaviour() for name in MARKETPLACES}
        self.requests = dict.fromkeys(MARKETPLACES, 0)
        self.closing = threading.Event()
        self._servers: dict[str, _Server] = {}

    def __enter__(self) -> Self:
        for name in MARKETPLACES:
            server = _Server((_LOOPBACK, 0), _Handler)
            server.market, server.marketplace = self, name
            self._servers[name] = server
            threading.Thread(target=server.serve_forever, args=(0.05,), name=f"demo-{name}", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closing.set()
        for server in self._servers.values():
            server.shutdown()
            server.server_close()
        self._servers.clear()

    def url(self, site: str) -> str:
        """The base address of a marketplace, or of one of eBay's national sites ("ebay.de"), without a slash at its end."""
        marketplace, _, country = site.partition(".")
        path = {"": "", "co.uk": "/uk"}.get(country, f"/{country}")
        return f"{self._root(marketplace)}{path}"

    def stand(self, marketplace: str) -> Stand:
        """What a site's pages are made from at this moment."""
        return Stand(marketplace, self.index, self.day, self._root(marketplace), self.behaviour[marketplace])

    def _root(self, marketplace: str) -> str:
        return f"http://{_LOOPBACK}:{self._servers[marketplace].server_address[1]}"


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    market: DemoMarket
    marketplace: str

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of visitors that hang up half-way; anything else is a mistake of ours and is shown."""
        if not isinstance(sys.exc_info()[1], ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "RigscoutDemo"
    timeout = _IDLE_SECONDS
    # Head and body go out in two writes: the second would wait 40 ms for the first to be acknowledged.
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        """Answer a page request."""
        self._respond("GET")

    def do_HEAD(self) -> None:
        """Answer as for a page, without its body."""
        self._respond("HEAD")

    def do_POST(self) -> None:
        """Answer the token request; the credentials in it are not looked at."""
        length = self.headers.get("Content-Length", "0")
        self.rfile.read(min(int(length), 1 << 16) if length.isdigit() else 0)
        self._respond("POST")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Say nothing: the demo's terminal belongs to its report."""

    def _respond(self, method: str) -> None:
        market, name = self.server.market, self.server.marketplace
        market.requests[name] += 1
        behaviour = market.behaviour[name]
        if behaviour.delay:
            market.closing.wait(behaviour.delay)
        if behaviour.down:
            self.close_connection = True
            return
        headers = {key.lower(): value for key, value in self.headers.items()}
        self._send(answer(market.stand(name), Asked(self.path, method, headers)), with_body=method != "HEAD")

    def _send(self, found: Answer, *, with_body: bool) -> None:
        body = found.text.encode("utf-8")
        self.send_response(found.status)
        self.send_header("Content-Type", found.content_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Rigscout-Demo", "made-up listings")
        self.end_headers()
        if with_body:
            self.wfile.write(body)
