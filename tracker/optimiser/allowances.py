"""What a machine needs that is not searched, and what that costs."""

from collections.abc import Mapping

from tracker.domain.build import Allowance
from tracker.domain.money import Money
from tracker.domain.target import Target
from tracker.optimiser.machine import Machine, adapters_needed
from tracker.optimiser.rules.cards import gives_picture
from tracker.optimiser.rules.processor import may_assume

# A system brings these along.
BOARD_ONLY = frozenset({"open-frame", "case", "power-button"})
# Which rule calls for which allowance: with the rule left out, nothing is priced for it.
CALLED_BY: Mapping[str, str] = {
    "shroud": "passive_cooling",
    "eps-adapter": "psu_connectors",
    "cpu-cooler": "cpu_cooler",
    "display-card": "display",
    "breakout": "server_psu",
}


def needed(machine: Machine, target: Target, without: frozenset[str] = frozenset()) -> dict[str, int]:
    """How many of each allowance the machine needs; names in a stable order."""
    is_board = machine.host is not None and not machine.host.is_system
    counts = {name: 1 for name in target.always if is_board or name not in BOARD_ONLY}
    if machine.host is not None and machine.host.is_owned_machine:
        counts = {}
    called = {
        "shroud": machine.passive_cards,
        "eps-adapter": adapters_needed(machine),
        "cpu-cooler": max(0, machine.cpus - machine.coolers) if is_board else 0,
        "display-card": int(_buys_display_card(machine, target)),
        "breakout": int(machine.aux is not None),
    }
    counts |= {name: n for name, n in called.items() if n and CALLED_BY[name] not in without}
    return counts


def _buys_display_card(machine: Machine, target: Target) -> bool:
    return target.display == "allowance" and may_assume(target, "display-card") and not gives_picture(machine)


def unit_price(name: str, target: Target) -> int:
    """Minor units for one piece; owned ones and those without a price cost nothing (the rules refuse the latter)."""
    if name in target.owned_allowances or name not in target.prices:
        return 0
    return target.prices[name].price.minor


def priced(counts: Mapping[str, int], target: Target) -> tuple[Allowance, ...]:
    """The allowances as lines of a build; owned ones stand at zero and say so."""
    return tuple(_line(name, n, target) for name, n in counts.items())


def _line(name: str, n: int, target: Target) -> Allowance:
    amount = Money(unit_price(name, target) * n, target.currency)
    if name in target.owned_allowances:
        return Allowance(name, amount, n, "owned already")
    price = target.prices.get(name)
    return Allowance(name, amount, n, price.why if price else "no price known")
