"""From stored offers to solved targets, each held against the cloud."""

import os
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from functools import cached_property, partial
from typing import TYPE_CHECKING

from tracker.cloud import CloudData, NoPriceError, load_cloud
from tracker.domain.build import Build, Solution
from tracker.domain.errors import UsageError
from tracker.domain.money import Rates
from tracker.domain.rental import RentOrBuy
from tracker.domain.target import Target
from tracker.fx import load_rates
from tracker.jobs.postcodes import postcodes
from tracker.landed import landed_cost, load_import_rules
from tracker.services.marks import owned_parts
from tracker.services.offers import Stock, offer_stock
from tracker.services.price_history import part_history
from tracker.services.too_cheap import Suspect, suspects
from tracker.settings import Settings
from tracker.targets import load_targets, pick_targets
from tracker.workspace import Workspace

if TYPE_CHECKING:
    from tracker.rental.resale import Resale


class Planning:
    """What every solve of one workspace shares: targets, rates and cloud prices, read once."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.suspects: list[Suspect] = []

    @cached_property
    def rates(self) -> Rates:
        """The last known reference rates."""
        return load_rates(self._workspace.layers, self._workspace.data)

    @cached_property
    def cloud(self) -> CloudData:
        """Cloud prices, tariffs and speeds: those that ship and those that were refreshed."""
        return load_cloud(self._workspace.layers, self._workspace.data)

    @cached_property
    def targets(self) -> dict[str, Target]:
        """Every target by name; what was marked bought is owned. Raises ConfigError, StorageError."""
        space = self._workspace
        owned = owned_parts(space.database)
        targets = load_targets(space.layers, space.settings, space.catalog)
        return {name: replace(each, owned_parts=each.owned_parts + owned) for name, each in targets.items()}

    def wanted(self, names: Sequence[str] = ()) -> list[Target]:
        """The named targets, or the settings'. Raises UsageError for an unknown name."""
        return pick_targets(self.targets, tuple(names) or self._workspace.settings.targets)

    @property
    def radius_km(self) -> float:
        """The farthest that any target lets a part be fetched from; 0: nothing is fetched."""
        return max(target.pickup_radius_km or 0 for target in self.targets.values())

    def stock(self, now: datetime) -> Stock:
        """What may be bought at `now`, and why the rest may not; `suspects` are then those that are too cheap to trust.

        Raises ConfigError for a wrong import.toml, and StorageError.
        """
        space = self._workspace
        stock = offer_stock(
            space.database,
            now=now,
            settings=space.settings,
            catalog=space.catalog,
            rates=self.rates,
            landed=partial(landed_cost, rules=load_import_rules(space.layers)),
            radius_km=self.radius_km,
            postcodes=postcodes(space),
        )
        self.suspects = suspects(space.database)
        return Stock(stock.offers, stock.left_out + Counter({"price_too_low": len(self.suspects)}))

    def solve(self, stock: Stock, targets: Sequence[Target], *, top: int = 3) -> list[Solution]:
        """The answer to each target over one stock."""
        from tracker.optimiser.extra import EXTRA
        from tracker.optimiser.later import with_later
        from tracker.optimiser.solve import solve

        catalog, rates = self._workspace.catalog, self.rates

        def one(target: Target) -> Solution:
            found = solve(target, stock.offers, catalog, top=top, rates=rates, extra=EXTRA)
            return with_later(found, target, stock.offers, catalog, rates=rates)

        # The solver runs outside Python's lock, one thread a target: two cores give the answers in half the time.
        with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
            return list(pool.map(one, targets))

    def resale(self, build: Build) -> "Resale | None":
        """What a build's parts should fetch in a year, by their own tracked history; None: too little of it."""
        from tracker.rental.resale import paid_by_part, tracked_resale

        database = self._workspace.database
        known = [part for part in paid_by_part(build) if part in self._workspace.catalog.parts]
        return tracked_resale(build, {part: part_history(database, part, with_trend=False) for part in known})

    def rent(self, target: Target, build: Build | None, settings: Settings | None = None) -> RentOrBuy | None:
        """A build against the cloud, by `settings` or the workspace's; None where there is nothing to hold against it."""
        from tracker.rental.compare import DEFAULT_WORKLOAD, rent_or_buy
        from tracker.rental.machine import machine_of

        if build is None:
            return None
        try:
            return rent_or_buy(
                machine_of(build),
                settings=settings or self._workspace.settings,
                cloud=self.cloud,
                rates=self.rates,
                workload=target.workload or DEFAULT_WORKLOAD,
                resale=self.resale(build),
            )
        except (UsageError, NoPriceError):
            return None
