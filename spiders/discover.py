"""Which marketplaces there are: every module in spiders/marketplaces, found by its folder."""

import importlib
import pkgutil
from functools import cache

import spiders.marketplaces
from spiders.families.marketplace import MarketplaceSpider
from spiders.page import Page


@cache
def marketplaces() -> dict[str, type[MarketplaceSpider]]:
    """Every marketplace's class by name, sorted. A file's class carries the file's name."""
    found: dict[str, type[MarketplaceSpider]] = {}
    for info in sorted(pkgutil.iter_modules(spiders.marketplaces.__path__), key=lambda item: item.name):
        module = importlib.import_module(f"spiders.marketplaces.{info.name}")
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, MarketplaceSpider) and value.__module__ == module.__name__:
                found[value.name] = value
    return found


def recognise(page: Page) -> type[MarketplaceSpider] | None:
    """The marketplace that a page is of, by host, else by marks; None where none knows it or several do."""
    by_host = [spider for spider in marketplaces().values() if page.url and spider.knows_host(page.url)]
    by_marks = by_host or [spider for spider in marketplaces().values() if spider.recognises(page)]
    found = [spider for spider in by_marks if not spider.is_fallback] or by_marks
    return found[0] if len(found) == 1 else None
