"""Field truth over the captured pages: how many listings each source's pages hold against the manifest, which hand-labelled

facts are read right, and in how many listings each field is filled. Without ../shared/pages, our own pages are counted.
"""

import json
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from spiders.pipelines.feed import WATCHED, is_filled
from spiders.read import SavedPage, read_saved

HERE = Path(__file__).parent
SHARED = HERE.parent.parent.parent / "shared" / "pages"
FIELDS = (*WATCHED, "category", "country", "ends_at")
SYMBOLS = {"€": "EUR", "£": "GBP", "Rs": "PKR", "$": "CAD"}
# Of these the manifest counts posts or products, a listing is an item or a variant.
COUNTED_OTHERWISE = ("reddit", "shopify")


@dataclass
class Tally:
    """What was read of one source."""

    pages: int = 0
    listings: int = 0
    counted: int = 0
    expected: int = 0
    filled: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    labelled: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def add(self, saved: SavedPage) -> None:
        """One page."""
        self.pages += 1
        self.listings += len(saved.parsed.listings)
        for listing in saved.parsed.listings:
            self.filled.update(name for name in FIELDS if is_filled(listing, name))

    def compare(self, file: str, saved: SavedPage, truth: dict[str, Any]) -> None:
        """The hand-labelled facts of a page with one item."""
        listing = saved.parsed.listings[0] if saved.parsed.listings else None
        thousands = "." if file.startswith("olx") else ","  # "Rs 23.450" in Pakistan
        facts = {"price": Decimal(truth["price"][0].strip().replace(thousands, ""))}
        if "currency" in truth:
            facts["currency"] = SYMBOLS[truth["currency"][0]]
        facts["available"] = truth["availability"] == ["InStock"]
        found = {
            "price": listing.price.amount if listing and listing.price else None,
            "currency": listing.price.currency if listing and listing.price else None,
            "available": not listing.sold and listing.quantity != 0 if listing else None,
        }
        for name, fact in facts.items():
            self.labelled[name] += 1
            self.right[name] += found[name] == fact
            if found[name] != fact:
                self.wrong.append(f"{file}: {name} is {fact}, read as {found[name]}")


def tallies() -> dict[str, Tally]:
    """Every captured page of a site that has a spider, read as `rigscout parse` reads it."""
    found: dict[str, Tally] = defaultdict(Tally)
    for line in (SHARED / "MANIFEST.jsonl").read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        saved = read_saved(SHARED / entry["file"], url=(entry.get("truth") or {}).get("url"))[0]
        source = saved.marketplace or f"({entry['site']}: nobody's)"
        tally = found[source]
        tally.add(saved)
        if entry["listings"] is not None and saved.marketplace == entry["site"] not in COUNTED_OTHERWISE:
            tally.counted += len(saved.parsed.listings)
            tally.expected += entry["listings"]
        if entry.get("truth"):
            tally.compare(entry["file"], saved, entry["truth"])
    return found


def own_pages() -> dict[str, Tally]:
    """Our own pages, where there are no captured ones."""
    found: dict[str, Tally] = defaultdict(Tally)
    for path in sorted((HERE.parent / "marketplaces").glob("*/*.*")):
        if not path.name.endswith(".expected.json"):
            found[path.parent.name].add(read_saved(path, marketplace=path.parent.name)[0])
    return found


def main() -> None:
    """Print the tables."""
    found = tallies() if SHARED.is_dir() else own_pages()
    print(f"{'source':22} {'pages':>5} {'listings':>8} {'of those the manifest counts':>28}  hand-labelled facts right")
    for source, tally in sorted(found.items()):
        counts = f"{tally.counted} of {tally.expected}" if tally.expected else ""
        facts = ", ".join(f"{name} {tally.right[name]} of {number}" for name, number in sorted(tally.labelled.items()))
        print(f"{source:22} {tally.pages:5} {tally.listings:8} {counts:>28}  {facts}")
    print(f"\nfilled, % of listings\n{'source':22} " + " ".join(f"{name[:9]:>9}" for name in FIELDS))
    for source, tally in sorted(found.items()):
        if tally.listings:
            shares = (f"{100 * tally.filled[name] / tally.listings:9.0f}" for name in FIELDS)
            print(f"{source:22} " + " ".join(shares))
    for wrong in (line for tally in found.values() for line in tally.wrong):
        print(f"wrong: {wrong}")


if __name__ == "__main__":
    sys.exit(main())
