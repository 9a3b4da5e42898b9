"""Refuse requests that pages could lead into this machine or its network: loopback, private and link-local addresses.

The address that the crawl was told to ask (its base and API) is always allowed; `allow_loopback` allows all.
"""

import ipaddress
from collections.abc import Iterator
from typing import Any, Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.resolver import CachingThreadedResolver
from twisted.internet.defer import Deferred

from spiders.spec import CrawlSpec

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class PrivateAddressError(IgnoreRequest):
    """A request was refused before it was made."""


def is_private(host: str) -> bool:
    """Whether a host is, by its own letters, no address of the open internet; names are judged when they are resolved."""
    host = host.strip("[]").partition("%")[0].rstrip(".").lower()
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith((".localhost", ".local", ".internal"))
    return not all(each.is_global and not each.is_multicast for each in (address, *_inside(address)))


def _inside(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> Iterator[ipaddress.IPv4Address]:
    """The IPv4 addresses that an IPv6 address leads to: mapped, 6to4, and by NAT64 (RFC 6052)."""
    if isinstance(address, ipaddress.IPv6Address):
        yield from filter(None, (address.ipv4_mapped, address.sixtofour))
        if address in _NAT64:
            yield ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)


def told_hosts(spec: CrawlSpec) -> frozenset[str]:
    """The hosts, with their ports, that the crawl was told to ask."""
    addresses = (spec.base_url, str(spec.options.get("api_url") or ""))
    return frozenset(urlsplit(address).netloc.lower() for address in addresses if address)


class PrivateAddress:
    """Downloader middleware: checks every request, redirected ones too, by the address's own letters."""

    def __init__(self, spec: CrawlSpec) -> None:
        self._allows_all = spec.allow_loopback
        self._told = told_hosts(spec)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The spec comes in the settings."""
        return cls(crawler.settings["RIGSCOUT_SPEC"])

    def process_request(self, request: Request) -> None:
        """Raise PrivateAddressError for what must not be asked."""
        parts = urlsplit(request.url)
        if parts.scheme not in ("http", "https"):
            raise PrivateAddressError(f"refused: {parts.scheme} is no web address")
        if self._allows_all or parts.netloc.lower() in self._told:
            return
        if is_private(parts.hostname or ""):
            raise PrivateAddressError(f"refused: {parts.hostname} is no public address")


class PublicResolver(CachingThreadedResolver):
    """Names that resolve to private addresses are refused where the connection is made, so that no name slips by."""

    _spec: CrawlSpec

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: Any) -> Self:
        """As Scrapy's, with the spec."""
        resolver = super().from_crawler(crawler, reactor)
        resolver._spec = crawler.settings["RIGSCOUT_SPEC"]  # noqa: SLF001 - our own class
        return resolver

    def getHostByName(self, name: str, timeout: Any = ()) -> "Deferred[str]":  # noqa: N802 - Twisted's name
        """The name's address, unless it is private and was not told."""
        told = {netloc.rpartition(":")[0] or netloc for netloc in told_hosts(self._spec)}
        answer = super().getHostByName(name, timeout)
        return answer if self._spec.allow_loopback or name in told else answer.addCallback(_public)


def _public(address: str) -> str:
    if is_private(address):
        raise PrivateAddressError(f"refused: the name leads to {address}, no public address")
    return address
