"""The browser's only way out: a SOCKS proxy in this process that connects to no private address.

Chromium resolves names and follows redirects by itself; here, where the connection is made, only the address counts.
"""

import contextlib
import socket
from typing import Any, Self, cast
from urllib.parse import urlsplit

from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from twisted.internet import reactor
from twisted.internet.protocol import Factory
from twisted.protocols.socks import SOCKSv4

from spiders.middlewares.private_address import is_private, told_hosts
from spiders.spec import CrawlSpec

_CONNECT = 1
_PORTS = (80, 443)


def told_addresses(spec: CrawlSpec) -> frozenset[tuple[str, int]]:
    """Address and port of what the crawl was told to ask: allowed wherever it is."""
    found = set()
    for netloc in told_hosts(spec):
        parts = urlsplit(f"//{netloc}")
        with contextlib.suppress(OSError, ValueError):
            address = socket.gethostbyname(parts.hostname or "")
            found |= {(address, port) for port in ([parts.port] if parts.port else _PORTS)}
    return frozenset(found)


class _Guarded(SOCKSv4):
    told: frozenset[tuple[str, int]] = frozenset()

    def authorize(self, code: int, server: str, port: int, user: bytes) -> bool:  # noqa: ARG002 - Twisted's signature
        return code == _CONNECT and (not is_private(server) or (server, port) in self.told)


class BrowserGuard:
    """On for crawls with a browser, unless all addresses are allowed."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Open the proxy and have the browser use it. Raises NotConfigured where none is wanted."""
        spec: CrawlSpec = crawler.settings["RIGSCOUT_SPEC"]
        if spec.allow_loopback:
            raise NotConfigured
        factory = Factory.forProtocol(type("_Told", (_Guarded,), {"told": told_addresses(spec)}))
        port = cast("Any", reactor).listenTCP(0, factory, interface="127.0.0.1").getHost().port
        options = crawler.settings.getdict("PLAYWRIGHT_LAUNCH_OPTIONS")
        options["args"] += [
            f"--proxy-server=socks4://127.0.0.1:{port}",
            "--proxy-bypass-list=<-loopback>",  # else its own machine is asked past the proxy
            "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
        ]
        crawler.settings.set("PLAYWRIGHT_LAUNCH_OPTIONS", options, priority="cmdline")
        return cls()
