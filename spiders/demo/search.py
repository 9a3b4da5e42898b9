"""How the demo sites search: which ads a query finds in their titles, and which only share some of its words."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from spiders.demo.ads import Ad
from spiders.demo.world import World

_WORD = re.compile(r"[a-z]+|\d+")
_RUN = re.compile(r"[a-z0-9]+")
_FEW_RESULTS = 25  # a site fills up so short a list with looser results
_LOOSE = 8
_CARDS = "GPU graphics card Grafikkarte carte graphique"  # eBay's category of cards, in its sites' languages


@dataclass(frozen=True, slots=True)
class Found:
    """What a search finds on a day, newest first: the ads with all its words, and on eBay some with most of them."""

    exact: tuple[Ad, ...]
    loose: tuple[Ad, ...] = ()


class Index:
    """Searches a world; what matches a query doesn't depend on the day and is worked out once."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._hits: dict[tuple[str, str], tuple[frozenset[str], frozenset[str]]] = {}
        self._open: tuple[int, dict[str, list[Ad]]] = (-1, {})

    def search(self, site: str, query: str, day: int) -> Found:
        """The ads of `site` (a marketplace, or one of its national sites) that are open on `day` and match `query`."""
        exact_ids, loose_ids = self._matching(site, query)
        ads = self._open_on(day, site)
        exact = [ad for ad in ads if ad.external_id in exact_ids]
        if not site.startswith("ebay"):  # paid ads come first there, and nothing that was not asked for
            return Found(tuple(sorted(exact, key=lambda ad: not ad.terms.sponsored)))
        if len(exact) >= _FEW_RESULTS:
            return Found(tuple(exact))
        return Found(tuple(exact), tuple(ad for ad in ads if ad.external_id in loose_ids)[:_LOOSE])

    def sold(self, site: str, query: str, day: int) -> tuple[Ad, ...]:
        """The ads of `site` that match `query` and were sold before `day`, the last sold first."""
        exact_ids, _ = self._matching(site, query)
        ads = [ad for ad in self.world.ads if site in (ad.marketplace, ad.site) and ad.external_id in exact_ids]
        return tuple(
            sorted(
                (ad for ad in ads if ad.sold_on is not None and 0 <= ad.sold_on < day),
                key=lambda ad: ad.sold_on or 0,
                reverse=True,
            )
        )

    def _open_on(self, day: int, site: str) -> list[Ad]:
        # Local first, then stored whole: requests come from several threads.
        known_day, by_site = self._open
        if known_day != day:
            by_site = {}
        if site not in by_site:
            by_site = {**by_site, site: [ad for ad in self.world.open_on(day) if site in (ad.marketplace, ad.site)]}
            self._open = (day, by_site)
        return by_site[site]

    def _matching(self, site: str, query: str) -> tuple[frozenset[str], frozenset[str]]:
        key = (site, query)
        if key not in self._hits:
            ads = [ad for ad in self.world.ads if site in (ad.marketplace, ad.site)]
            words = _RUN.findall(folded(query))
            share = {ad.external_id: _share(words, tokens(searched(ad))) for ad in ads}
            exact = frozenset(number for number, part in share.items() if part == 1)
            loose = frozenset(number for number, part in share.items() if 0.5 <= part < 1)  # noqa: PLR2004 - half
            self._hits[key] = exact, loose
        return self._hits[key]


def searched(ad: Ad) -> str:
    """What a site searches: eBay the title and the item's category, the classified sites the ad's text."""
    if ad.marketplace != "ebay":
        return f"{ad.title} {ad.description}"
    is_card = len(ad.truth.parts) == 1 and ad.truth.parts[0].part.startswith("gpu:")
    return f"{ad.title} {_CARDS}" if is_card else ad.title


def _share(words: list[str], known: frozenset[str]) -> float:
    """How many of the query's words are among the known ones; a word may be known in pieces ("1080ti")."""
    if not words:
        return 1
    found = sum(1 for word in words if word in known or all(piece in known for piece in _WORD.findall(word)))
    return found / len(words)


@lru_cache(maxsize=8192)
def tokens(text: str) -> frozenset[str]:
    """The words of a title as a search knows them: as written, in letters and digits apart, and two neighbours as one."""
    runs = _RUN.findall(folded(text))
    pieces = [piece for run in runs for piece in _WORD.findall(run)]
    return frozenset(runs) | frozenset(pieces) | frozenset(a + b for a, b in pairwise(runs))


def folded(text: str) -> str:
    """`text` in lower case without accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c))
