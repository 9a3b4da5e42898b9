"""What each process of the kill drill would import, read and compile first: done once, in the one that they are forked from."""

import gc
from itertools import chain
from pathlib import Path

import alembic.command  # noqa: F401 - this and the next to be there
import dateparser  # noqa: F401
import scipy.special  # noqa: F401
import scrapy.core.downloader.handlers.http11  # noqa: F401
from scrapy.settings import BaseSettings, Settings
from scrapy.utils.misc import load_object

import reports.delivery.files
import reports.delivery.notify
import reports.kinds.page  # noqa: F401
import tracker.optimiser.later
import tracker.rental.value  # noqa: F401
from reports.formats import Formats
from reports.render import environment
from spiders.discover import marketplaces
from spiders.extract.location import country_named
from spiders.settings import scrapy_settings
from spiders.spec import CrawlSpec
from tests.soak.kill_drill import READY


def _scrapy_parts() -> None:
    """Scrapy imports what its settings name, one by one."""
    settings = Settings(scrapy_settings(CrawlSpec("demo", Path(), Path()), Path()))
    for setting in settings.values():
        named = chain.from_iterable(setting.items()) if isinstance(setting, BaseSettings) else [setting]
        for name in named:
            if isinstance(name, str) and name.startswith(("scrapy.", "spiders.")):
                load_object(name)


def _templates() -> None:
    jinja = environment(Formats(READY.settings.language, READY.settings.time_zone))
    for name in jinja.list_templates(
        filter_func=lambda name: name.startswith(("daily", "page", "mail")) and ".j2" in name
    ):
        jinja.get_template(name)


marketplaces()
country_named("anywhere")
_ = READY.matcher
_scrapy_parts()
_templates()
gc.collect()
gc.freeze()
