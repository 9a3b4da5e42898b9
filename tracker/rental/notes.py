"""What a sum rests on, in words: where its rates come from, and of which day they are."""

from tracker.domain.rental import CloudInstance, Tariff
from tracker.domain.said import Said


def elsewhere(instance: str, region: str, nearest: str) -> Said:
    """The wanted region is not known to offer the instance."""
    return Said(
        "%(instance)s is not known to be offered in %(region)s: %(nearest)s is nearest",
        instance=instance,
        region=region,
        nearest=nearest,
    )


def hourly(item: CloudInstance) -> Said:
    """An instance's price, its day and its source."""
    return Said(
        "%(instance)s in %(region)s, %(term)s: %(price)s USD/h on %(day)s (%(source)s)", instance=item.name,
        region=item.region, term=Said(item.term.replace("_", " ")), price=item.rate, day=item.as_of,
        source=_sourced(item.source, is_verified=item.is_verified),
    )  # fmt: skip


def electricity(tariff: Tariff, place: str) -> Said:
    """A tariff, where it holds and when."""
    return Said(
        "electricity %(price)s %(currency)s/kWh (%(place)s, %(period)s)", price=tariff.per_kwh,
        currency=tariff.currency, place=place, period=_sourced(tariff.period, is_verified=tariff.is_verified),
    )  # fmt: skip


def _sourced(source: str, *, is_verified: bool) -> str:
    return source if is_verified else Said("%(source)s, unverified", source=source)
