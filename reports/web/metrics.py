"""What a monitor reads at /metrics: the vitals as Prometheus gauges."""

from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from tracker.domain.web import Vitals


class _Gauges(Collector):
    """Asks for the vitals anew each time that they are read."""

    def __init__(self, vitals: Callable[[], Vitals]) -> None:
        self._vitals = vitals

    def collect(self) -> Iterator[Metric]:
        """All gauges."""
        found = self._vitals()
        yield GaugeMetricFamily("rigscout_listings_open", "Listings open now.", found.listings_open)
        decided = GaugeMetricFamily(
            "rigscout_listings", "Open listings by what was decided of them.", labels=["reason"]
        )
        decided.add_metric(["accepted"], found.accepted)
        for reason, count in sorted(found.rejected.items()):
            decided.add_metric([reason], count)
        yield decided
        if found.newest_day is not None:
            seconds = (found.newest_day.toordinal() - _EPOCH) * _DAY_S
            yield GaugeMetricFamily(
                "rigscout_newest_day_timestamp_seconds", "The newest UTC day with figures.", seconds
            )
        yield from _sources(found)

    def describe(self) -> list[Metric]:
        """Nothing before the first reading: a registry would read the database to name its gauges."""
        return []


_EPOCH, _DAY_S = 719_163, 86_400  # 1970-01-01 as an ordinal


def _sources(found: Vitals) -> Iterator[Metric]:
    crawled = GaugeMetricFamily(
        "rigscout_crawl_timestamp_seconds", "When the last crawl ended.", labels=["marketplace"]
    )
    good = GaugeMetricFamily(
        "rigscout_crawl_good_timestamp_seconds", "When a crawl last brought listings.", labels=["marketplace"]
    )
    state = GaugeMetricFamily(
        "rigscout_crawl_state", "How the last crawl ended: 1 at its state.", labels=["marketplace", "state"]
    )
    listings = GaugeMetricFamily("rigscout_crawl_listings", "Listings of the last crawl.", labels=["marketplace"])
    pages = GaugeMetricFamily("rigscout_crawl_pages", "Pages of the last crawl.", labels=["marketplace"])
    for source in found.sources:
        name = [source.marketplace]
        crawled.add_metric(name, source.finished_at.timestamp())
        state.add_metric([*name, source.state], 1)
        listings.add_metric(name, source.listings)
        pages.add_metric(name, source.pages)
        if source.last_good_at is not None:
            good.add_metric(name, source.last_good_at.timestamp())
    yield from (crawled, good, state, listings, pages)


def exposition(vitals: Callable[[], Vitals]) -> bytes:
    """The gauges in Prometheus' text format."""
    registry = CollectorRegistry()
    registry.register(_Gauges(vitals))
    return generate_latest(registry)
