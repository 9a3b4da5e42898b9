"""Rules on power: watts with headroom for spikes, connectors, server supplies, least watts asked."""

from tracker.domain.build import RuleVerdict
from tracker.domain.target import Target
from tracker.optimiser.machine import (
    Machine,
    adapters_needed,
    card_watts,
    pcie6_wanted,
    pcie8_wanted,
    rest_watts,
)
from tracker.optimiser.rules.processor import may_assume
from tracker.optimiser.rules.verdicts import ok, settled, unknown, violated

_LISTING = "the listing"


def power(machine: Machine, target: Target) -> RuleVerdict:
    """The supply gives the sum of all TDPs with headroom for spikes; a server supply feeds the cards alone."""
    return _power("power", machine, target)


def later_power(machine: Machine, target: Target) -> RuleVerdict:
    """The same for the later stage's cards."""
    return _power("later_power", machine.later(target), target)


def with_headroom(watts: int, target: Target) -> int:
    """The watts that a supply must be rated at for so much draw, rounded up."""
    return -(-watts * target.headroom_percent // 100)


def _power(rule: str, machine: Machine, target: Target) -> RuleVerdict:
    options = supply_watts(machine)
    needed = with_headroom(rest_watts(machine) + (0 if machine.aux else card_watts(machine)), target)
    words = f"{needed} W wanted ({target.headroom_percent}% of the sum of TDPs), {_said(options)} given"
    if machine.aux is not None:
        wanted, given = with_headroom(card_watts(machine), target), machine.aux.psu.watts
        words += f"; for the cards {wanted} W, {_said((given,) if given is not None else ())} from a server supply"
    if broken := _broken_power(machine, target, needed):
        return violated(rule, f"{broken}: {words}", _source(machine))
    aux_unknown = machine.aux is not None and machine.aux.psu.watts is None
    if not options or min(options) < needed or aux_unknown or not _all_known(machine):
        return unknown(rule, words, _source(machine))
    own = machine.host if _has_own_supply(machine) else None
    return settled(rule, words, (own, "psu_watts"), *((card, "tdp_w") for card, _n in machine.cards))


def _broken_power(machine: Machine, target: Target, needed: int) -> str:
    """Why the power does not suffice for sure; empty where it does, or may."""
    options = supply_watts(machine)
    if machine.psu is None and not _has_own_supply(machine):
        return "no power supply for the board"
    if options and max(options) < needed:
        return "too weak"
    if machine.aux is not None and machine.aux.psu.watts is not None:
        return "server supply too weak" if machine.aux.psu.watts < with_headroom(card_watts(machine), target) else ""
    if machine.aux is None and _limit(machine) < card_watts(machine):
        return f"cards draw {card_watts(machine)} W, the maker allows {_limit(machine)} W"
    return ""


def supply_watts(machine: Machine) -> tuple[int, ...]:
    """The watts that the board's supply may have: one number, a system's options, or none where it is not known."""
    if machine.psu is not None:
        return (machine.psu.psu.watts,) if machine.psu.psu.watts is not None else ()
    return machine.host.system.psu_watts if machine.host is not None and machine.host.system is not None else ()


def _has_own_supply(machine: Machine) -> bool:
    return machine.host is not None and machine.host.is_system


def _said(options: tuple[int, ...]) -> str:
    return " or ".join(map(str, options)) + " W" if options else "unknown"


def _source(machine: Machine) -> str:
    return machine.psu.source or _LISTING if machine.psu else (machine.host.source if machine.host else "")


def _limit(machine: Machine) -> int:
    """The watts that a system's maker allows for all cards; without a word of it, any."""
    system = machine.host.system if machine.host else None
    return system.gpu_power_limit_w if system and system.gpu_power_limit_w is not None else 10**6


def _all_known(machine: Machine) -> bool:
    cpu_known = machine.cpu is not None and machine.cpu.cpu.tdp_w is not None
    return cpu_known and all(card.gpu.tdp_w is not None for card, _n in machine.cards)


def psu_watts(machine: Machine, target: Target) -> RuleVerdict:
    """The rating that the target asks for (B8: 1,400 W)."""
    options = supply_watts(machine)
    if not target.psu_watts:
        return ok("psu_watts", "no rating is asked for", "the target")
    words = f"{target.psu_watts} W asked, {_said(options)} given"
    if options and max(options) < target.psu_watts:
        return violated("psu_watts", words, _source(machine))
    if not options or min(options) < target.psu_watts:
        return unknown("psu_watts", words, _source(machine))
    return settled("psu_watts", words, (machine.host if _has_own_supply(machine) else None, "psu_watts"))


def psu_connectors(machine: Machine, target: Target) -> RuleVerdict:
    """Leads for every socket: EPS-8 for Tesla cards (a spare EPS lead, or two PCIe-8 through an adapter), PCIe-8, PCIe-6."""
    return _connectors("psu_connectors", machine, target)


def later_connectors(machine: Machine, target: Target) -> RuleVerdict:
    """The same for the later stage's cards."""
    return _connectors("later_connectors", machine.later(target), target)


def _connectors(rule: str, machine: Machine, target: Target) -> RuleVerdict:
    adapters, eights, sixes = adapters_needed(machine), pcie8_wanted(machine), pcie6_wanted(machine)
    words = f"{eights} PCIe 8-pin and {sixes} 6-pin leads wanted, {adapters} EPS adapter(s) among them"
    if adapters and not may_assume(target, "eps-adapter"):
        return violated(rule, f"{adapters} EPS adapter(s) needed, and the target allows for none")
    if machine.psu is not None and machine.psu.psu.eps8 == 0:
        return violated(rule, "the supply has no EPS lead for the board", _LISTING)
    if machine.aux is not None:
        return unknown(rule, f"{words}; count the sockets of the breakout board", _LISTING)
    given8, given6 = leads(machine)
    if given8 is not None and eights + max(0, sixes - (given6 or 0)) > given8:
        return violated(rule, f"{words}; {given8} PCIe 8-pin and {given6 or 0} 6-pin given", _source(machine))
    sockets = [(card.gpu.eps8, card.gpu.pcie8, card.gpu.pcie6, card.gpu.pcie16) for card, _n in machine.cards]
    if any(None in each for each in sockets) or (given8 is None and eights + sixes > 0):
        return unknown(rule, f"{words}; the supply's leads are not stated", _source(machine))
    own = machine.host if _has_own_supply(machine) else None
    return settled(rule, words, (own, "pcie8"), (own, "pcie6"), (own, "eps8"))


def leads(machine: Machine) -> tuple[int | None, int | None]:
    """PCIe 8-pin (6+2) and 6-pin leads that are stated; None where they are not."""
    if machine.psu is not None:
        return machine.psu.psu.pcie8, 0
    system = machine.host.system if machine.host else None
    return (system.pcie8, system.pcie6) if system else (None, None)


def server_psu(machine: Machine, target: Target) -> RuleVerdict:
    """A server supply gives 12 V only: it feeds cards through a breakout board, beside a supply for the board."""
    if machine.psu is not None and is_server(machine.psu.psu.is_server, machine.psu.psu.needs_breakout):
        return violated("server_psu", f"{machine.psu.name} gives 12 V only and cannot feed a board", machine.psu.source)
    if machine.aux is None:
        return ok("server_psu", "no server supply")
    if not may_assume(target, "breakout"):
        return violated("server_psu", "a breakout board is needed, and the target allows for none")
    return ok("server_psu", "a breakout board as an allowance, grounds joined", "allowances.toml")


def is_server(server: bool, breakout: bool) -> bool:
    """Whether a supply is one that gives 12 V only."""
    return server or breakout
