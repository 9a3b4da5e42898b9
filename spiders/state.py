"""What a source must remember from run to run: calls spent today, blocked until when, the token in use.

One JSON file a marketplace in the state folder, mode 0600, replaced as a whole before a request is spent. A file that
can't be read counts as none: the worst that follows is one run that asks too early.
"""

import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

_FIRST_PAUSE = timedelta(hours=1)
_LONGEST_PAUSE = timedelta(days=7)
# A token is not used in its last minutes: the crawl that got it may still be running then.
_TOKEN_MARGIN = timedelta(minutes=5)


class SourceState:
    """The memory of one source. Every change is on disk when its method returns."""

    def __init__(self, folder: Path, marketplace: str) -> None:
        self._path = folder / f"{marketplace}.json"

    def paused_until(self, now: datetime) -> datetime | None:
        """Until when the source rests; None where it may be asked."""
        until = _moment(self._read().get("pause_until"))
        return until if until is not None and until > now else None

    def block(self, now: datetime, retry_after: datetime | None = None) -> datetime:
        """The site refused: rest for an hour, doubled with each block in a row, at most a week, and never under Retry-After."""
        state = self._read()
        blocks = _count(state.get("blocks")) + 1
        pause: timedelta = min(_FIRST_PAUSE * 2 ** min(blocks - 1, 10), _LONGEST_PAUSE)
        until = max(now + pause, retry_after or now)
        self._write({**state, "blocks": blocks, "pause_until": until.isoformat()})
        return until

    def rest_until(self, moment: datetime) -> None:
        """Rest until a moment that the site itself named, without counting a block."""
        self._write({**self._read(), "pause_until": moment.isoformat()})

    def answered(self) -> None:
        """The site answered: the next block is a first one again."""
        state = self._read()
        if "blocks" in state or "pause_until" in state:
            self._write({name: value for name, value in state.items() if name not in ("blocks", "pause_until")})

    def spend_call(self, now: datetime, budget: int) -> bool:
        """Count one call of today's `budget` (UTC days) before it is made; False where none is left."""
        state = self._read()
        day = now.astimezone(UTC).date().isoformat()
        calls = state.get("calls")
        spent = _count(calls.get("spent")) if isinstance(calls, Mapping) and calls.get("day") == day else 0
        if spent >= budget:
            return False
        self._write({**state, "calls": {"day": day, "spent": spent + 1}})
        return True

    def token(self, now: datetime, client: str) -> str | None:
        """The token of this client while it is good, else None."""
        token = self._read().get("token")
        if not isinstance(token, Mapping) or token.get("client") != client:
            return None
        expires = _moment(token.get("expires"))
        return str(token["value"]) if expires is not None and now < expires - _TOKEN_MARGIN else None

    def keep_token(self, value: str, client: str, expires: datetime) -> None:
        """Keep a token for the next run."""
        self._write({**self._read(), "token": {"value": value, "client": client, "expires": expires.isoformat()}})

    def drop_token(self) -> None:
        """Forget a token that the site refused."""
        state = self._read()
        if state.pop("token", None) is not None:
            self._write(state)

    def told(self) -> str:
        """What another machine must know before it asks the same site, as JSON: everything but the token."""
        return json.dumps({name: value for name, value in self._read().items() if name != "token"}, sort_keys=True)

    def adopt(self, told: str) -> None:
        """Know what another machine told; the token stays this machine's own. "" tells nothing."""
        if told:
            token = {name: value for name, value in self._read().items() if name == "token"}
            self._write({**json.loads(told), **token})

    def _read(self) -> dict[str, Any]:
        try:
            state = json.loads(self._path.read_bytes())
        except (OSError, ValueError, RecursionError):
            return {}
        return state if isinstance(state, dict) else {}

    def _write(self, state: Mapping[str, Any]) -> None:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = self._path.with_suffix(f".{os.getpid()}.part")
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            json.dump(state, stream)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(self._path)


def _moment(text: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _count(value: Any) -> int:
    return value if isinstance(value, int) and value > 0 else 0
