"""The cheapest machines by trying everything: every purchase, every way to put it together. Slow, plain, independent.

It shares with the product what a machine is, the rules' verdicts (`check`), the allowances and the sum; the search,
the reduction and the integer program it knows nothing of.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product

from tracker.domain.part import Category
from tracker.domain.target import Target
from tracker.optimiser.allowances import needed, priced
from tracker.optimiser.check import RULES, check, is_refused
from tracker.optimiser.items import COOLER, Item
from tracker.optimiser.lots import Lot, total_minor
from tracker.optimiser.machine import Machine
from tracker.optimiser.rules.cards import merit_of
from tracker.optimiser.rules.power import is_server


@dataclass
class BruteForce:
    target: Target
    lots: list[Lot]
    without: frozenset[str] = frozenset()
    judged: dict[tuple, tuple[bool, int]] = field(default_factory=dict)
    merit: dict[frozenset, int] = field(default_factory=dict)
    seen: Counter = field(default_factory=Counter)  # what refused machines: (rule, verdict)

    def by_kinds(self) -> dict[frozenset, int]:
        """The least total of every set of kinds that passes."""
        best: dict[frozenset, int] = {}
        for counts in product(*(range(lot.available + 1) for lot in self.lots)):
            bought = [(lot, n) for lot, n in zip(self.lots, counts, strict=True) if n]
            price = total_minor(bought)
            for machine in self.machines(bought):
                works, allowances = self.judge(machine)
                kinds = frozenset(machine.kinds.items())
                self.merit[kinds] = sum(merit_of(card, self.target) * n for card, n in machine.cards)
                if works and price + allowances < best.get(kinds, 10**12):
                    best[kinds] = price + allowances
        return best

    def best_of_all(self) -> dict[frozenset, int]:
        """With a budget only what is within it and has the most of what is maximised; else everything."""
        found, budget = self.by_kinds(), self.target.budget
        if budget is None:
            return found
        within = {kinds: total for kinds, total in found.items() if total <= budget.minor}
        most = max((self.merit[kinds] for kinds in within), default=0)
        return {kinds: total for kinds, total in within.items() if self.merit[kinds] == most and most}

    def machines(self, bought: list[tuple[Lot, int]]) -> Iterator[Machine]:
        """Every way to put these offers together whose places, looked at alone, are not refused already."""
        pool: Counter = Counter()
        items: dict[str, Item] = {}
        for lot, units in bought:
            for item, n in lot.items:
                items[item.key] = item
                pool[item.key] += n * units
        of = {each: [items[key] for key in sorted(items) if items[key].category is each] for each in [*Category, None]}
        cards = [each for each in subsets(of[Category.GPU], pool) if self.may(CARDS, Machine(cards=each))]
        cpus = [(None, 0)] + [(cpu, n) for cpu in of[Category.CPU] for n in range(1, pool[cpu.key] + 1)]
        rams = subsets(of[Category.RAM], pool)
        server = {psu.key: is_server(psu.psu.is_server, psu.psu.needs_breakout) for psu in of[Category.PSU]}
        psus = [None] + [psu for psu in of[Category.PSU] if not server[psu.key] or "server_psu" in self.without]
        auxes = [None] + [psu for psu in of[Category.PSU] if server[psu.key]]
        bases = product(of[Category.BOARD] + of[Category.SYSTEM], cpus, rams) if cards else ()
        for host, (cpu, n), ram in bases:
            if not self.may(BASE, Machine(host, cpu, n, ram)):
                continue
            for card, psu, aux in product(cards, psus, auxes):
                if (host.is_system and psu is not None) or (psu is not None and psu is aux and pool[psu.key] < 2):
                    continue
                yield Machine(host, cpu, n, ram, card, psu, aux, pool[COOLER])

    def may(self, rules: tuple[str, ...], machine: Machine) -> bool:
        """Whether rules that look at these places only let them pass."""
        key = (rules, *key_of(machine))
        if key not in self.judged:
            verdicts = [RULES[rule](machine, self.target) for rule in rules if rule not in self.without]
            refused = [verdict for verdict in verdicts if is_refused(verdict, self.target)]
            self.seen.update((verdict.rule, verdict.verdict.value) for verdict in refused)
            self.judged[key] = not refused, 0
        return self.judged[key][0]

    def judge(self, machine: Machine) -> tuple[bool, int]:
        key = key_of(machine)
        if key not in self.judged:
            refused = [v for v in check(machine, self.target, self.without) if is_refused(v, self.target)]
            self.seen.update((verdict.rule, verdict.verdict.value) for verdict in refused)
            lines = priced(needed(machine, self.target, self.without), self.target) if not refused else ()
            self.judged[key] = not refused, sum(line.amount.minor for line in lines)
        return self.judged[key]

    def totals(self, top: int) -> list[int]:
        """The totals of the `top` cheapest machines of which none contains a cheaper one whole."""
        chosen: list[tuple[dict, int]] = []
        for kinds, total in sorted(self.best_of_all().items(), key=lambda pair: (pair[1], sum(n for _, n in pair[0]))):
            counts = dict(kinds)
            if len(chosen) < top and not any(contains(counts, better) for better, _ in chosen):
                chosen.append((counts, total))
        return [total for _, total in chosen]


def contains(machine: dict, better: dict) -> bool:
    return all(machine.get(kind, 0) >= n for kind, n in better.items())


CARDS = ("wanted_cards", "gpus", "vram", "speed", "sxm", "blower", "cuda_support")
BASE = (
    "processor","socket", "cpu_lanes", "cores", "bios", "memory", "memory_type", "memory_registered", "memory_slots", "memory_max",
        "memory_channels")  # fmt: skip


def key_of(machine: Machine) -> tuple:
    psu, aux = machine.psu, machine.aux
    return (*((item.key, n) for item, n in machine.used), psu and psu.key, aux and aux.key, machine.coolers)


def subsets(items: list[Item], pool: Counter) -> list[tuple[tuple[Item, int], ...]]:
    choices = product(*(range(pool[item.key] + 1) for item in items))
    return [tuple((item, n) for item, n in zip(items, counts, strict=True) if n) for counts in choices]
