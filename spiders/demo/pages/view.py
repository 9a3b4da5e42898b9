"""What a page needs to know: the results to show, the day, the address of the site, and the marks that it is a demo."""

from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode

from spiders.demo.ads import Ad
from spiders.demo.world import World

MARKER = "Rigscout demo market: made-up listings"
META = f'<meta name="generator" content="{MARKER}"><!-- {MARKER} -->'


@dataclass(frozen=True, slots=True)
class View:
    """One page of the results of `query`. `ads` are this page's, `loose` those after the "fewer words" divider.

    `page` counts from 1 to `pages`; `base` is the site's address without a slash at its end, `language` its visitor's.
    `changes` names what a test has made different ("classes", "price", "divider").
    """

    world: World
    day: int
    base: str
    language: str
    query: str
    ads: tuple[Ad, ...] = ()
    loose: tuple[Ad, ...] = ()
    total: int = 0
    page: int = 1
    pages: int = 1
    parameters: dict[str, str] = field(default_factory=dict)
    changes: frozenset[str] = frozenset()
    is_sold: bool = False  # of what was sold, instead of what is on offer

    @property
    def now(self) -> datetime:
        """The moment at which the page is asked for."""
        return self.world.moment(self.day)

    def address(self, path: str, **changed: str | int) -> str:
        """An address on this site, with the page's own parameters and the changed ones."""
        parameters = {**self.parameters, **{name: str(value) for name, value in changed.items()}}
        return f"{self.base}{path}" + (f"?{urlencode(parameters)}" if parameters else "")


def paged(found: tuple[Ad, ...], page: int, size: int) -> tuple[tuple[Ad, ...], int]:
    """The ads of page `page` (from 1) and how many pages there are, one at least."""
    pages = max(1, -(-len(found) // size))
    return found[(page - 1) * size : page * size], pages
