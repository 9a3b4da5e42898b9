"""What one crawl is asked to do: plain values that travel to the child process as JSON."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

_PATHS = ("feed_dir", "state_dir", "archive_dir")
_TUPLES = ("searches", "items", "ways")


@dataclass(frozen=True, slots=True)
class CrawlSpec:
    """One crawl of one marketplace: its `searches`, or, where there are `items`, the pages of these listings alone.

    `base_url` is the site (or the demo market) that stands in for the live one; "" means the spider's own. `ways` are
    tried in order ("api", "html", "browser", …); () means the spider's own order. `seen_at` replaces the clock (the demo
    simulates days). `allow_loopback` lets requests reach this machine and private networks; only the demo and tests set it.
    `options` are the marketplace's own keys out of its TOML. Seconds and bytes.
    """

    marketplace: str
    feed_dir: Path
    state_dir: Path
    searches: tuple[str, ...] = ()
    items: tuple[str, ...] = ()  # addresses
    base_url: str = ""
    country: str = "FR"
    postcode: str = ""  # in `country`: where things are delivered to
    ways: tuple[str, ...] = ()
    archive_dir: Path | None = None
    archive_days: int = 60
    archive_bytes: int = 2**30  # in all: the oldest files go first
    max_pages: int = 3  # of one search
    max_requests: int = 200  # of one crawl
    delay: float = 5.0
    max_page_bytes: int = 16 * 2**20
    timeout: float = 1800.0  # for the whole crawl
    max_memory: int = 1_200 * 2**20  # of a crawl with its browser, as PSS of all its processes
    daily_calls: int | None = None  # an API's budget; None: the spider's own
    seen_at: datetime | None = None
    allow_loopback: bool = False
    contact: str = ""
    seed: int | None = None  # of the order of the searches; None: another order in every crawl
    options: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> str:
        """The spec as one JSON line."""
        record = {name: str(value) if isinstance(value, Path) else value for name, value in asdict(self).items()}
        if self.seen_at is not None:
            record["seen_at"] = self.seen_at.astimezone(UTC).isoformat()
        return json.dumps(record)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read the JSON form back. Raises ValueError, KeyError or TypeError where it is none of ours."""
        record = json.loads(text)
        values = {f.name: record[f.name] for f in fields(cls) if f.name in record}
        for name in _PATHS:
            values[name] = Path(values[name]) if values.get(name) else None
        for name in _TUPLES:
            values[name] = tuple(values.get(name, ()))
        if values.get("seen_at"):
            values["seen_at"] = datetime.fromisoformat(values["seen_at"])
        return cls(**values)
