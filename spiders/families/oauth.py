"""OAuth 2 client credentials: the keys out of the environment, the token's request, and what its answer means."""

import base64
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode, urljoin

import scrapy

_SHORTEST_TOKEN = 60  # seconds


@dataclass(frozen=True, slots=True)
class ClientCredentials:
    """How one API gives tokens: the names of the two variables, the address (against the API's base), the scope."""

    id_variable: str
    secret_variable: str
    token_url: str
    scope: str = ""

    def keys(self, environment: Mapping[str, str] = os.environ) -> tuple[str, str] | None:
        """The client's id and secret, or None where either is missing."""
        found = environment.get(self.id_variable, "").strip(), environment.get(self.secret_variable, "").strip()
        return found if all(found) else None

    @property
    def missing(self) -> str:
        """What a user is told without keys."""
        return f"set {self.id_variable} and {self.secret_variable} in the environment"

    def request(self, api_url: str, keys: tuple[str, str]) -> scrapy.Request:
        """The request for a token; kept out of the archive and the cache."""
        basic = base64.b64encode(":".join(keys).encode()).decode()
        body = {"grant_type": "client_credentials", **({"scope": self.scope} if self.scope else {})}
        return scrapy.Request(
            urljoin(api_url, self.token_url),
            method="POST",
            body=urlencode(body),
            headers={"Authorization": f"Basic {basic}", "Content-Type": "application/x-www-form-urlencoded"},
            meta={"no_archive": True, "dont_cache": True, "dont_obey_robotstxt": True},
        )


def token_in(body: bytes, now: datetime) -> tuple[str, datetime] | None:
    """The token in an answer and when it expires; None where it holds none."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return None
    token = answer.get("access_token") if isinstance(answer, dict) else None
    if not isinstance(token, str) or not token:
        return None
    seconds = answer.get("expires_in")
    lasts = seconds if isinstance(seconds, int) and seconds > _SHORTEST_TOKEN else _SHORTEST_TOKEN
    return token, now + timedelta(seconds=lasts)
