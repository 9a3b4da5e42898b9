"""Which marketplaces there are: every module in spiders/marketplaces, found by its folder."""

import importlib
import pkgutil
from functools import cache

import spiders.marketplaces
from spiders.families.marketplace import MarketplaceSpider
from spiders.page import Page


def load(name: str) -> type[MarketplaceSpider]:
    """The class of one marketplace, which carries its file's name. Raises whatever its file raises, KeyError without one."""
    module = importlib.import_module(f"spiders.marketplaces.{name}")
    found = {
        value.name: value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, MarketplaceSpider) and value.__module__ == module.__name__
    }
    return found[name]


@cache
def _loaded() -> tuple[dict[str, type[MarketplaceSpider]], dict[str, str]]:
    found, broken = {}, {}
    for name in sorted(info.name for info in pkgutil.iter_modules(spiders.marketplaces.__path__)):
        try:
            found[name] = load(name)
        except Exception as error:  # noqa: BLE001 - a broken file costs its own source, no other
            broken[name] = f"{type(error).__name__}: {error}"
    return found, broken


def marketplaces() -> dict[str, type[MarketplaceSpider]]:
    """Every marketplace's class by name, sorted, without those whose file is broken."""
    return _loaded()[0]


def broken() -> dict[str, str]:
    """The marketplaces whose file can't be loaded, each with what is wrong."""
    return _loaded()[1]


def recognise(page: Page) -> type[MarketplaceSpider] | None:
    """The marketplace that a page is of, by host, else by marks; None where none knows it or several do."""
    by_host = [spider for spider in marketplaces().values() if page.url and spider.knows_host(page.url)]
    by_marks = by_host or [spider for spider in marketplaces().values() if spider.recognises(page)]
    found = [spider for spider in by_marks if not spider.is_fallback] or by_marks
    return found[0] if len(found) == 1 else None
