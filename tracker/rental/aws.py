"""The AWS bulk price list (CSV, several GB) → dated price rows, read as a stream; only what a household could rent.

Spot prices are not in it: those come as the JSON of `aws ec2 describe-spot-price-history`, which asks for an account.
"""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from tracker.cloud import PRICE_COLUMNS
from tracker.domain.errors import RigscoutError

# The filter that leaves exactly one on-demand price: without it a capacity reservation at 0.0 or a dedicated host at
# +10 % stands for it (17 of 53 GPU types in us-east-1, see gpuhunt's PRICING_FILTERS).
_USED = {
    "Tenancy": {"Shared"},
    "Operating System": {"Linux"},
    "CapacityStatus": {"Used"},
    "Currency": {"USD"},
    "Pre Installed S/W": {"", "NA"},
}
_ON_DEMAND = {"TermType": {"OnDemand"}, "Unit": {"Hrs"}, "MarketOption": {"OnDemand", ""}}
_LEASES = {"1yr": ("reserved_1yr", 1), "3yr": ("reserved_3yr", 3)}
_HOURS_PER_YEAR = 8760
_DISCLAIMER_LINES = 5
_HEADER_WITHIN = 20
_NEEDED = ("TermType", "Instance Type", "Region Code", "PricePerUnit", "Unit")


class BadPriceListError(RigscoutError):
    """A file that should be the AWS price list is none."""


@dataclass(slots=True)
class PriceList:
    """What a price list gave: prices by (instance, region, term), in US dollars an hour, and how much was read."""

    prices: dict[tuple[str, str, str], Decimal] = field(default_factory=dict)
    rows: int = 0
    skipped: int = 0  # rows of our instances whose price is none
    source: str = "aws-bulk"


def read_price_list(file: Path, instances: frozenset[str]) -> PriceList:
    """The on-demand and reserved prices of `instances` in a bulk CSV, in constant memory.

    Raises BadPriceListError where the file has no header of a price list, OSError where it can't be opened.
    """
    found = PriceList()
    upfront: dict[tuple[str, str, str, str], Decimal] = {}
    hourly: dict[tuple[str, str, str, str], Decimal] = {}
    with file.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
        for row in _rows(file, lines, instances, found):
            if _fits(row, _USED):
                found.skipped += _take(row, found, upfront, hourly)
    _reserved(found, upfront, hourly)
    return found


def read_spot_prices(file: Path, instances: frozenset[str]) -> PriceList:
    """The spot prices of `instances` under Linux: in each zone the newest, of a region's zones the dearest.

    Raises BadPriceListError where the file is no such answer, OSError where it can't be opened.
    """
    found, newest = PriceList(source="aws-spot"), dict[tuple[str, str], tuple[str, Decimal]]()
    try:
        for row in json.loads(file.read_bytes())["SpotPriceHistory"]:
            found.rows += 1
            if row["InstanceType"] in instances and row["ProductDescription"].startswith("Linux/UNIX"):
                key, price = (row["InstanceType"], row["AvailabilityZone"]), Decimal(row["SpotPrice"])
                if not price.is_finite() or price <= 0:
                    found.skipped += 1
                else:
                    newest[key] = max(newest.get(key, ("", price)), (str(row["Timestamp"]), price))
    except (ValueError, KeyError, TypeError, AttributeError, InvalidOperation, RecursionError) as error:
        mend = "give the JSON that `aws ec2 describe-spot-price-history` prints"
        raise BadPriceListError(f"{file} is no list of spot prices", mend=mend) from error
    for (instance, zone), (_, price) in newest.items():
        place = (instance, zone.rstrip("abcdefghijklmnopqrstuvwxyz"), "spot")
        found.prices[place] = max(price, found.prices.get(place, price))
    return found


def write_history(prices: PriceList, day: date, folder: Path) -> Path:
    """The prices as a dated file of our own columns in `folder`, replaced in one step; earlier days stay as history.

    What the day's file holds already stays: lists of several regions may come one after the other.
    """
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"prices-{day.isoformat()}.csv"
    rows = _kept(file) | {
        key: [*key, f"{rate.normalize():f}", day.isoformat(), prices.source, "yes"]
        for key, rate in prices.prices.items()
    }
    draft = file.with_suffix(".tmp")
    with draft.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(PRICE_COLUMNS)
        writer.writerows(row for _, row in sorted(rows.items()))
    draft.replace(file)
    return file


def _kept(file: Path) -> dict[tuple[str, str, str], list[str]]:
    """The rows of a file of ours by instance, region and term; none where there is no such file yet."""
    if not file.is_file():
        return {}
    with file.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.reader(lines) if len(row) == len(PRICE_COLUMNS)]
    return {(row[0], row[1], row[2]): row for row in rows[1:]}


def _rows(file: Path, lines: Iterable[str], instances: frozenset[str], found: PriceList) -> Iterator[Mapping[str, str]]:
    """The rows of `instances` below the header, which stands behind a disclaimer of some lines; all are counted."""
    stream = iter(csv.reader(lines))
    try:
        for number, row in enumerate(stream):
            if set(_NEEDED) <= set(row):
                header = row
                break
            if number >= _HEADER_WITHIN:
                raise _no_list(file)
        else:
            raise _no_list(file)
        place = header.index("Instance Type")
        for row in stream:
            found.rows += 1
            if len(row) > place and row[place] in instances:  # one row in hundreds: only those become a mapping
                yield dict(zip(header, row, strict=False))
    except csv.Error as error:
        raise BadPriceListError(f"{file}: broken CSV: {error}", mend="download it again") from error


def _no_list(file: Path) -> BadPriceListError:
    mend = "give the AmazonEC2 index.csv of the AWS price list; its header is line " + str(_DISCLAIMER_LINES + 1)
    return BadPriceListError(f"{file} is no AWS price list", mend=mend)


def _fits(row: Mapping[str, str], wanted: Mapping[str, set[str]]) -> bool:
    return all(row.get(column, "") in values for column, values in wanted.items())


def _take(
    row: Mapping[str, str],
    found: PriceList,
    upfront: dict[tuple[str, str, str, str], Decimal],
    hourly: dict[tuple[str, str, str, str], Decimal],
) -> int:
    """Keep one row's price; 1 where it holds none."""
    try:
        price = Decimal(row["PricePerUnit"])
    except InvalidOperation:
        return 1
    if not price.is_finite() or price < 0:
        return 1
    place = (row["Instance Type"], row["Region Code"])
    if _fits(row, _ON_DEMAND):
        if price > 0:
            found.prices[(*place, "on_demand")] = price
        return int(price == 0)
    lease = _LEASES.get(row.get("LeaseContractLength", "").replace(" ", ""))
    if row["TermType"] == "Reserved" and lease and row.get("OfferingClass") == "standard":
        key = (*place, lease[0], row.get("PurchaseOption", ""))
        (hourly if row["Unit"] == "Hrs" else upfront)[key] = price
    return 0


def _reserved(
    found: PriceList,
    upfront: Mapping[tuple[str, str, str, str], Decimal],
    hourly: Mapping[tuple[str, str, str, str], Decimal],
) -> None:
    """The cheapest way to pay for a term: hourly part + upfront / hours of the lease."""
    years = dict(_LEASES.values())
    for key in upfront.keys() | hourly.keys():
        instance, region, term, _ = key
        rate = hourly.get(key, Decimal(0)) + upfront.get(key, Decimal(0)) / (years[term] * _HOURS_PER_YEAR)
        best = found.prices.get((instance, region, term))
        if rate > 0 and (best is None or rate < best):
            found.prices[instance, region, term] = round(rate, 5)
