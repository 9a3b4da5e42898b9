"""config/cloud/: what cloud instances are and cost, what a kWh costs, how fast cards are; each figure dated and sourced."""

import csv
import difflib
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from tracker.domain.errors import ConfigError, Problem, RigscoutError
from tracker.domain.money import Money
from tracker.domain.place import Place, kilometres
from tracker.domain.rental import CloudInstance, Speed, Tariff
from tracker.settings import located, read_layered

TERMS = ("on_demand", "spot", "reserved_1yr", "reserved_3yr")
PRICE_COLUMNS = ("instance", "region", "term", "usd_per_hour", "as_of", "source", "verified")
HISTORY_FOLDER = "cloud"  # in the data folder: what `rigscout cloud refresh` wrote
_TABLES = {
    "instances": {"instance"},
    "storage": {"storage", "egress"},
    "regions": {"region", "countries"},
    "electricity": {"country"},
    "performance": {"speed"},
}
_INSTANCE: dict[str, tuple[type, ...]] = {"gpu": (str,), "gpus": (int,), "vram_gb": (int, float)}


class NoPriceError(RigscoutError):
    """No price is known for an instance."""


@dataclass(frozen=True, slots=True)
class CloudData:
    """All that is known of the cloud. `prices` are in US dollars, several dates of one instance being its history."""

    prices: tuple[CloudInstance, ...]
    storage: Mapping[str, Decimal]  # region → US dollars a GB-month
    egress_per_gb: Decimal | None
    places: Mapping[str, Place]  # region → latitude, longitude
    countries: Mapping[str, Place]
    tariffs: Mapping[str, Tariff]  # country → a kWh; the EU average where a member has no line of its own
    speeds: Mapping[str, Mapping[str, Speed]]  # part → workload → speed

    def price(self, name: str, region: str, term: str = "on_demand") -> CloudInstance | None:
        """The newest price of one instance in one region, or None where it is not known to be offered there."""
        found = [item for item in self.prices if (item.name, item.region, item.term) == (name, region, term)]
        return max(found, key=lambda item: item.as_of, default=None)

    def nearest(self, name: str, region: str = "", country: str = "", term: str = "on_demand") -> CloudInstance:
        """The newest price of `name` in `region`, else in the region nearest to it (or to the user's country).

        Raises NoPriceError where no region is known to offer it.
        """
        if region and (here := self.price(name, region, term)):
            return here
        offered = {item.region for item in self.prices if (item.name, item.term) == (name, term)}
        if not offered:
            known = ", ".join(sorted({item.name for item in self.prices if item.term == term}))
            raise NoPriceError(f"no price is known for {name} ({term})", mend=f"name one of: {known}")
        start = self.places.get(region) or self.countries.get(country) or self.countries.get("DE")
        best = min(sorted(offered), key=lambda one: _distance(start, self.places.get(one)))
        found = self.price(name, best, term)
        assert found is not None
        return found

    def family(self, name: str, region: str, term: str = "on_demand") -> list[CloudInstance]:
        """All sizes of an instance's family in one region, cheapest first."""
        prefix = name.partition(".")[0] + "."
        names = {item.name for item in self.prices if item.name.startswith(prefix)}
        found = [item for one in names if (item := self.price(one, region, term))]
        return sorted(found, key=lambda item: (item.rate, item.name))

    def speed(self, part: str, workload: str) -> Speed | None:
        """How fast a card is on `workload`, or None."""
        return self.speeds.get(part, {}).get(workload)


def load_cloud(layers: tuple[Path, ...], data: Path | None = None) -> CloudData:
    """Everything of config/cloud of all layers, and the refreshed prices in `data`. Raises ConfigError."""
    reader = _Reader(layers)
    reader.name_strangers()
    files = [layer / "cloud" / "prices.csv" for layer in layers]
    if data is not None:
        files.extend(sorted((data / HISTORY_FOLDER).glob("prices-*.csv")))
    kinds = reader.instances()
    prices = tuple(price for file in files if file.is_file() for price in reader.prices(file, kinds))
    storage, egress = reader.storage()
    places, countries = reader.places()
    result = CloudData(prices, storage, egress, places, countries, reader.tariffs(), reader.speeds())
    if reader.problems:
        raise ConfigError(reader.problems)
    return result


class _Reader:
    """Reads the files of config/cloud and collects what is wrong in them."""

    def __init__(self, layers: tuple[Path, ...]) -> None:
        self._layers = layers
        self.problems: list[Problem] = []

    def name_strangers(self) -> None:
        """Complain of tables that no file of ours has: a mistyped one would be ignored."""
        for stem, known in _TABLES.items():
            for table in self._file(stem).keys() - known:
                near = difflib.get_close_matches(table, sorted(known), n=1)
                mend = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(sorted(known))}"
                self._complain(stem, table, "there is no such table", mend)

    def instances(self) -> Mapping[str, Mapping[str, Any]]:
        """What each instance is."""
        right = {}
        for name, kind in self._entries("instances", "instance"):
            wrong = [
                key for key, types in _INSTANCE.items() if not isinstance(kind.get(key, 1), types) or key not in kind
            ]
            wrong += ["cards"] if (_decimal(kind.get("cards", 1)) or 0) <= 0 else []
            for key in wrong:
                self._complain(
                    "instances", f"instance.{name}.{key}", "is missing or wrong", "say what the instance has"
                )
            if not wrong and kind["gpus"] > 0 and kind["vram_gb"] >= 0:
                right[name] = kind
        return right

    def prices(self, file: Path, kinds: Mapping[str, Mapping[str, Any]]) -> Iterable[CloudInstance]:
        """The rows of a price file; an instance that is not described is left out."""
        with file.open(encoding="utf-8", errors="replace", newline="") as lines:
            for number, row in enumerate(csv.DictReader(lines), 2):
                kind = kinds.get(row.get("instance") or "")
                rate, day = _decimal(row.get("usd_per_hour")), _day(row.get("as_of"))
                if rate is None or rate <= 0 or day is None or row.get("term") not in TERMS:
                    mend = f"columns are {', '.join(PRICE_COLUMNS)}"
                    self.problems.append(Problem(file, "row", "has no price, date or term", mend, line=number))
                elif kind is not None:
                    yield _instance(row, kind, rate, day)

    def storage(self) -> tuple[dict[str, Decimal], Decimal | None]:
        """Disk by region, and egress."""
        disks = {
            region: self._amount("storage", f"storage.{region}", entry, "usd_per_gb_month")
            for region, entry in self._entries("storage", "storage")
        }
        egress = self._file("storage").get("egress", {})
        per_gb = (
            self._amount("storage", "egress", egress, "usd_per_gb") if isinstance(egress, dict) and egress else None
        )
        return {region: amount for region, amount in disks.items() if amount is not None}, per_gb

    def places(self) -> tuple[dict[str, Place], dict[str, Place]]:
        """Where regions and countries are."""
        regions = {name: _place(entry.get("at")) for name, entry in self._entries("regions", "region")}
        given = self._file("regions").get("countries", {})
        countries = {name: _place(at) for name, at in given.items()} if isinstance(given, dict) else {"": None}
        for table, entries in (("region", regions), ("countries", countries)):
            for name, at in entries.items():
                if at is None:
                    self._complain("regions", f"{table}.{name}", "is no place", "write [latitude, longitude]")
        return _known(regions), _known(countries)

    def tariffs(self) -> dict[str, Tariff]:
        """A kWh by country."""
        result: dict[str, Tariff] = {}
        serves: dict[str, Tariff] = {}
        for country, entry in self._entries("electricity", "country"):
            amount = self._amount("electricity", f"country.{country}", entry, "per_kwh")
            if amount is not None:
                texts = (str(entry.get("period", "")), str(entry.get("source", "")))
                verified = entry.get("verified") is True
                result[country] = Tariff(amount, str(entry.get("currency", "EUR")), *texts, verified)
                members = entry.get("serves", ())
                serves |= dict.fromkeys(map(str, members if isinstance(members, list) else ()), result[country])
        return serves | result

    def speeds(self) -> dict[str, dict[str, Speed]]:
        """How fast cards are, by part and workload."""
        result: dict[str, dict[str, Speed]] = {}
        for part, workloads in self._entries("performance", "speed"):
            for workload, given in workloads.items():
                entry = given if isinstance(given, dict) else {}
                relative, value = _decimal(entry.get("relative")), _decimal(entry.get("value"))
                if (relative is None and value is None) or (relative is not None and relative <= 0):
                    mend = "give relative = 0.6, or value and unit"
                    self._complain("performance", f"speed.{part}.{workload}", "holds no figure", mend)
                    continue
                texts = [str(entry.get(key, "")) for key in ("unit", "confidence", "source")]
                result.setdefault(part, {})[workload] = Speed(relative, value, *texts)
        return result

    def _entries(self, stem: str, table: str) -> Iterable[tuple[str, dict[str, Any]]]:
        """The tables below one table of a file; whatever is none is named."""
        content = self._file(stem).get(table, {})
        if not isinstance(content, dict):
            self._complain(stem, table, "is no table", f"write [{table}.name] and its keys below")
            return
        for name, entry in content.items():
            if isinstance(entry, dict):
                yield name, entry
            else:
                self._complain(stem, f"{table}.{name}", "is no table", f"write [{table}.{name}] and its keys below")

    def _file(self, stem: str) -> dict[str, Any]:
        return read_layered(f"cloud/{stem}.toml", self._layers)

    def _amount(self, stem: str, key: str, entry: Mapping[str, Any], name: str) -> Decimal | None:
        amount = _decimal(entry.get(name))
        if amount is None or amount < 0:
            self._complain(stem, f"{key}.{name}", "is no amount", f'write {name} = "0.08"')
            return None
        return amount

    def _complain(self, stem: str, key: str, message: str, mend: str) -> None:
        self.problems.append(located(f"cloud/{stem}.toml", self._layers, key, message, mend))


def _instance(row: Mapping[str, str], kind: Mapping[str, Any], rate: Decimal, day: date) -> CloudInstance:
    return CloudInstance(
        name=row["instance"],
        region=row["region"],
        gpu=kind["gpu"],
        gpus=int(kind["gpus"]),
        vram_gb=float(kind["vram_gb"]),
        hourly=Money.of(rate, "USD"),
        as_of=day,
        term=row["term"],
        source=row.get("source") or "",
        rate=rate,
        cards=Decimal(str(kind.get("cards", kind["gpus"]))),
        is_verified=row.get("verified") == "yes",
    )


def _distance(one: Place | None, other: Place | None) -> float:
    """Kilometres; infinite where a place is unknown."""
    return math.inf if one is None or other is None else kilometres(one, other)


def _known(places: Mapping[str, Place | None]) -> dict[str, Place]:
    return {name: at for name, at in places.items() if at is not None}


def _place(value: object) -> Place | None:
    match value:
        case [int() | float() as latitude, int() | float() as longitude]:
            return float(latitude), float(longitude)
    return None


def _decimal(value: object) -> Decimal | None:
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
