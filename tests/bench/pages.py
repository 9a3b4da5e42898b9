"""CPU a page beyond the download, as ratios to one `lxml.html.document_fromstring` of the same bytes in the same run.

Read whole (bytes → RawListings), then the other steps of a crawl: validate, archive, feed. Best of several runs each.
"""

import gzip
import io
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import lxml.html

from spiders.archive import ArchiveWriter
from spiders.discover import marketplaces
from spiders.page import Page
from spiders.pipelines.feed import encode
from spiders.pipelines.validate import flaw_of
from tracker.domain.listing import to_record

HERE = Path(__file__).parent
SHARED = HERE.parent.parent.parent / "shared" / "pages"
ROUNDS, RUNS = 8, 3
SENT = [("Content-Type", "text/html"), ("Content-Encoding", "gzip")]
CAPTURED = datetime(2026, 1, 1, tzinfo=UTC)
NAMES = ("ebay", "leboncoin", "kleinanzeigen", "craigslist", "marktplaats", "wallapop")


def best(works: Sequence[Callable[[], object]]) -> list[float]:
    """Milliseconds of CPU of each one's best run; in turns, so that what else the machine does falls on all alike."""
    times: list[list[float]] = [[] for _ in works]
    for _ in range(ROUNDS):
        for work, taken in zip(works, times, strict=True):
            for _ in range(RUNS):
                start = time.process_time()
                work()
                taken.append(time.process_time() - start)
    return [min(taken) * 1000 for taken in times]


def pages() -> list[tuple[str, Path]]:
    """The captured result pages; our own small ones where there are none."""
    found = [
        (name, path)
        for name in NAMES
        for kind in ("search", "sold")
        for path in sorted((SHARED / name / kind).glob("*.html"))
    ]
    ours = [(name, path) for name in NAMES for path in sorted((HERE.parent / "marketplaces" / name).glob("*.html"))]
    return found or ours


def measure(name: str, path: Path, archive: ArchiveWriter) -> list[float]:
    """Milliseconds of lxml's parse, and of read, validate, archive and feed."""
    body = path.read_bytes()
    page = Page("https://example.org/", body, CAPTURED)
    sent = replace(page, body=gzip.compress(body))  # as sites send it, and as the archive keeps it
    spider = marketplaces()[name]()
    listings = spider.read(page).listings

    def feed() -> None:
        stream = io.StringIO()
        for listing in listings:
            stream.write(f"{encode(to_record(listing))}\n")

    return best(
        (
            lambda: lxml.html.document_fromstring(body),
            lambda: spider.read(page),
            lambda: [flaw_of(listing) for listing in listings],
            lambda: archive.write(sent, SENT, "bench"),
            feed,
        )
    )


def main() -> None:
    """Print the table and its summary."""
    print(f"{'page':34} {'KB':>6} {'lxml ms':>8} {'read':>6} {'valid.':>7} {'archive':>8} {'feed':>6}   (× lxml)")
    ratios, sums = [], []
    with tempfile.TemporaryDirectory() as folder:
        archive = ArchiveWriter(Path(folder), "bench", CAPTURED)
        for name, path in pages():
            parse, *steps = measure(name, path, archive)
            read, valid, kept, fed = (step / parse for step in steps)
            ratios.append(read)
            sums.append(read + valid + kept + fed)
            label = "/".join(path.parts[-3:])
            print(
                f"{label:34} {path.stat().st_size // 1024:6} {parse:8.1f} {read:6.2f} {valid:7.2f} {kept:8.2f} {fed:6.2f}"
            )
        archive.close()
    print(f"\nread: median {statistics.median(ratios):.2f} (aim 1.0), worst {max(ratios):.2f} (aim under 2)")
    print(f"all steps: median {statistics.median(sums):.2f}, worst {max(sums):.2f} (aim under 2)")
    print("pages come compressed, as sites send them: the archive keeps them so")


if __name__ == "__main__":
    sys.exit(main())
