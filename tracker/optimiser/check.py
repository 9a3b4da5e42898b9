"""The one definition of a machine that works: every rule's verdict, and whether a target lets it pass."""

from collections.abc import Callable, Mapping

from tracker.domain.build import RuleVerdict, Verdict
from tracker.domain.target import Target
from tracker.optimiser.machine import Machine
from tracker.optimiser.rules import cards, memory, power, processor

Rule = Callable[[Machine, Target], RuleVerdict]

RULES: Mapping[str, Rule] = {
    "wanted_cards": cards.wanted_cards,
    "gpus": cards.gpus,
    "vram": cards.vram,
    "speed": cards.speed,
    "processor": processor.processor,
    "socket": processor.socket,
    "cpu_count": processor.cpu_count,
    "bios": processor.bios,
    "cpu_cooler": processor.cpu_cooler,
    "cpu_lanes": processor.cpu_lanes,
    "cores": processor.cores,
    "memory": memory.memory,
    "memory_type": memory.memory_type,
    "memory_registered": memory.memory_registered,
    "memory_slots": memory.memory_slots,
    "memory_max": memory.memory_max,
    "memory_channels": memory.memory_channels,
    "slots": cards.slots,
    "case": cards.case,
    "pcie_lanes": cards.pcie_lanes,
    "above_4g": cards.above_4g,
    "sxm": cards.sxm,
    "power": power.power,
    "psu_watts": power.psu_watts,
    "psu_connectors": power.psu_connectors,
    "server_psu": power.server_psu,
    "passive_cooling": cards.passive_cooling,
    "blower": cards.blower,
    "display": cards.display,
    "cuda_support": cards.cuda_support,
}
LATER_RULES: Mapping[str, Rule] = {
    "later_slots": cards.later_slots,
    "later_lanes": cards.later_lanes,
    "later_power": power.later_power,
    "later_connectors": power.later_connectors,
    "later_memory": memory.later_memory,
}
ALL_RULES: Mapping[str, Rule] = {**RULES, **LATER_RULES}


def check(machine: Machine, target: Target, without: frozenset[str] = frozenset()) -> tuple[RuleVerdict, ...]:
    """Every rule's verdict on a machine; the later stage's rules only where the target has one. `without` are left out."""
    rules = ALL_RULES if target.later else RULES
    return tuple(rule(machine, target) for name, rule in rules.items() if name not in without)


def refusal(machine: Machine, target: Target, without: frozenset[str] = frozenset()) -> RuleVerdict | None:
    """The first verdict that keeps the machine out, None where it passes: `check` cut short."""
    rules = ALL_RULES if target.later else RULES
    for name, rule in rules.items():
        if name not in without and is_refused(verdict := rule(machine, target), target):
            return verdict
    return None


def is_refused(verdict: RuleVerdict, target: Target) -> bool:
    """Whether a verdict keeps a machine out: violated always, unknown or a warning where the target hardens the rule."""
    if verdict.verdict is Verdict.VIOLATED:
        return True
    return verdict.verdict is Verdict.UNKNOWN and verdict.rule in target.harden
