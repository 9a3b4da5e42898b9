"""Who may come in, how often, and what a browser may do with a page: one ASGI layer before all routes.

Names of hosts are checked (a page elsewhere can point its own name at 127.0.0.1); beyond loopback a password is
demanded, and with one each address has its allowance of requests; what changes something must come from a page of ours;
every answer forbids scripts and frames of others.
"""

import base64
import binascii
import hmac
import ipaddress
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tracker.domain.errors import UsageError

# style-src-attr: the charts and the shares of bars are style attributes; they can't load or run anything under this policy.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
# A past report is a file that carries its own styles, and runs nothing.
FILE_POLICY = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",  # with "no-referrer" a browser hides where our own forms come from, too
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cache-control": "no-store",
}
_OPEN = frozenset(("/healthz",))
_SAFE_METHODS = frozenset(("GET", "HEAD", "OPTIONS"))
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


def check_binding(host: str, password: str) -> None:
    """Refuse to listen beyond this machine without a password. Raises UsageError."""
    if not is_loopback(host) and not password:
        raise UsageError(
            f"listening on {host} would show the pages to the network without a password",
            mend="set RIGSCOUT_WEB_PASSWORD, or listen on 127.0.0.1",
        )


def is_loopback(host: str) -> bool:
    """Whether `host` is this machine only; an empty one is every address."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


@dataclass
class Allowance:
    """So many requests at once and so many a second after, for each address; the oldest addresses are forgotten."""

    burst: float
    per_second: float
    clock: Callable[[], float] = time.monotonic
    most: int = 10_000
    _left: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)

    def take(self, who: str) -> bool:
        """Whether `who` may go on; each yes uses one up."""
        now = self.clock()
        left, at = self._left.pop(who, (self.burst, now))
        left = min(self.burst, left + (now - at) * self.per_second)
        allowed = left >= 1
        self._left[who] = (left - 1 if allowed else left, now)
        while len(self._left) > self.most:
            self._left.popitem(last=False)
        return allowed


class Guard:
    """The layer itself; `hosts` are the names that a browser may call us by, beside loopback's."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        password: str = "",
        hosts: tuple[str, ...] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.app = app
        self.password = password
        self.hosts = frozenset(name.lower() for name in (*_LOOPBACK, *hosts))
        self.requests = Allowance(burst=120, per_second=20, clock=clock)
        self.guesses = Allowance(burst=8, per_second=1 / 30, clock=clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through or answer it here."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        await (refusal or self.app)(scope, receive, _with_headers(send))

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        headers, client = Headers(scope=scope), (scope.get("client") or ("unknown", 0))[0]
        if self.password and not self.requests.take(client):
            return PlainTextResponse("too many requests; wait a moment", 429, {"retry-after": "5"})
        host = headers.get("host", "")
        if _name_of(host) not in self.hosts:
            return PlainTextResponse("this host name is not one of ours", 421)
        if scope["path"] not in _OPEN and self.password and not self._knows(headers.get("authorization", "")):
            if not self.guesses.take(client):
                return PlainTextResponse("too many wrong passwords; wait a while", 429, {"retry-after": "60"})
            return PlainTextResponse(
                "a password is needed", 401, {"www-authenticate": 'Basic realm="Rigscout", charset="UTF-8"'}
            )
        if scope["method"] not in _SAFE_METHODS and not _is_ours(headers, host):
            return PlainTextResponse("this did not come from a page of ours", 403)
        return None

    def _knows(self, authorization: str) -> bool:
        """Basic with any name, or a bearer token; compared in constant time."""
        scheme, _, given = authorization.partition(" ")
        if scheme.lower() == "basic":
            try:
                given = base64.b64decode(given, validate=True).decode().partition(":")[2]
            except (binascii.Error, UnicodeDecodeError):
                return False
        elif scheme.lower() != "bearer":
            return False
        return hmac.compare_digest(given.encode(), self.password.encode())


def new_token() -> str:
    """A secret for one browser's forms."""
    return secrets.token_urlsafe(24)


def _name_of(host: str) -> str:
    name, colon, port = host.rpartition(":")
    return (name if colon and port.isdigit() else host).lower()


def _is_ours(headers: Headers, host: str) -> bool:
    """A browser says where a form came from; a program that says nothing has no cookies to be misused."""
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == host


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.setdefault("content-security-policy", _POLICY)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return sending
