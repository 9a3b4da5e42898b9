"""Rules on the processors: socket, count, BIOS, cooler, lanes that a target asks for."""

from tracker.domain.build import RuleVerdict
from tracker.domain.target import Target
from tracker.optimiser.items import Item
from tracker.optimiser.machine import Machine
from tracker.optimiser.rules.verdicts import ok, settled, unknown, violated

# Generations that every board of a socket knows from its first BIOS on; a later one may need an update (figures.md D2).
_FIRST_GENERATIONS = {
    "LGA2011-3": {"v3", "Haswell-E"},
    "LGA2011": {"v1", "Sandy Bridge-E"},
    "LGA1155": {"v1", "Sandy Bridge"},
    "LGA1150": {"v3", "Haswell"},
    "LGA1151": {"v5", "Skylake"},
    "LGA2066": {"Skylake-W", "Skylake-X"},
    "TR4": {"Zen"},
    "sTRX4": {"Zen 2"},
    "sWRX8": {"Zen 2"},
}
# Chipsets that came with the later generation.
_KNOWS_LATER = {"Z77", "H77", "B75", "Z270", "H270", "B250", "Z97", "H97"}
# Same socket, but the chipset never runs it (Intel: Xeon E3 v5/v6 need C230, Xeon W needs C422).
_NEVER = {
    **{chipset: {"v5", "v6"} for chipset in ("Z170", "H170", "B150", "H110", "Q170", "Z270", "H270", "B250", "Q270")},
    "X299": {"Skylake-W", "Cascade Lake-W"},
}


def processor(machine: Machine, _: Target) -> RuleVerdict:
    """There is a processor: bought, in your own machine, or (unknown) in a system whose listing names none."""
    host, cpu = machine.host, machine.cpu
    if host is None:
        return violated("processor", "no board")
    if cpu is not None:
        return ok("processor", f"{machine.cpus} x {cpu.name}", cpu.source)
    if host.is_owned_machine:
        return ok("processor", "the processor of your own machine", host.source)
    if machine.may_hold_cpu:
        return unknown(
            "processor", f"the listing of {host.name} names no processor: ask whether one is in it", "the listing"
        )
    return violated("processor", f"no processor for {host.name}")


def socket(machine: Machine, _: Target) -> RuleVerdict:
    """The processor fits the board's socket and is of a generation that its chipset can run."""
    host, cpu = machine.host, machine.cpu
    if host is None or cpu is None:
        return ok("socket", "no processor is bought")
    board, ours = host.board.socket, cpu.cpu.socket
    if not fits(host, cpu):
        words = f"{cpu.name} ({ours}, {cpu.cpu.generation}) does not fit {host.name} ({board}, {host.board.chipset})"
        return violated("socket", words, host.source)
    if board is None or ours is None:
        return unknown("socket", f"{cpu.name} on {host.name}: socket not known", host.source)
    return settled("socket", f"{cpu.name} and {host.name}: {board}", (host, "socket"), (cpu, "socket"))


def fits(host: Item, cpu: Item) -> bool:
    """False where socket or chipset are known to refuse the processor."""
    board, ours = host.board.socket, cpu.cpu.socket
    if board is not None and ours is not None and board.split()[0] != ours.split()[0]:
        return False
    return cpu.cpu.generation not in _NEVER.get(host.board.chipset or "", ())


def cpu_count(machine: Machine, _: Target) -> RuleVerdict:
    """Not more processors than sockets, pairs only of dual-capable ones, and a dual board gets its pair."""
    host, cpu, n = machine.host, machine.cpu, machine.cpus
    if host is None or cpu is None:
        return ok("cpu_count", "no processor is bought")
    sockets, most = host.board.sockets, cpu.cpu.max_sockets
    if broken := _broken_count(host, cpu, n):
        return violated("cpu_count", broken, host.source)
    if sockets is None or (n > 1 and most is None):
        return unknown("cpu_count", f"sockets of {host.name} or {cpu.name} not known", host.source)
    if n < sockets and machine.card_count > 1:
        return unknown("cpu_count", f"{n} of {sockets} processors: the slots of the empty socket are dead", host.source)
    return settled("cpu_count", f"{n} in {sockets} socket(s)", (host, "sockets"), (cpu, "max_sockets"))


def _broken_count(host: Item, cpu: Item, n: int) -> str:
    """Why so many of this processor can't stand on this host; empty where they can, or may."""
    sockets, most = host.board.sockets, cpu.cpu.max_sockets
    if sockets is not None and n > sockets:
        return f"{n} processors, {sockets} socket(s) on {host.name}"
    if n > 1 and most is not None and n > most:
        return f"{cpu.name} works in at most {most} socket(s)"
    if sockets is not None and n < sockets and not host.is_system:
        return f"{host.name} has {sockets} sockets and needs its pair"
    return ""


def bios(machine: Machine, _: Target) -> RuleVerdict:
    """The board's BIOS may be older than the processor: only a first-generation processor is sure to start."""
    host, cpu = machine.host, machine.cpu
    if host is None or cpu is None:
        return ok("bios", "no processor is bought")
    generation, board = cpu.cpu.generation, host.board
    first = _FIRST_GENERATIONS.get((board.socket or "").split()[0] if board.socket else "")
    if generation is None or first is None:
        return unknown("bios", f"whether the BIOS of {host.name} knows {cpu.name} is not known", host.source)
    if generation in first or board.chipset in _KNOWS_LATER:
        return ok("bios", f"{cpu.name} is known to every BIOS of {host.name}", "generation of socket and chipset")
    return unknown("bios", f"{cpu.name} ({generation}) came after the first {board.chipset or board.socket} boards:"
                           " verify the BIOS version before purchase", "figures.md D2")  # fmt: skip


def cpu_cooler(machine: Machine, target: Target) -> RuleVerdict:
    """Every processor on a bare board needs a cooler: one that comes with an offer, or an allowance."""
    host = machine.host
    if host is None or machine.cpu is None:
        return ok("cpu_cooler", "no processor is bought")
    if host.is_system:
        return ok("cpu_cooler", f"{host.name} has its own cooler", "the listing")
    missing = machine.cpus - machine.coolers
    if missing <= 0:
        return ok("cpu_cooler", "a cooler comes with the offer", "the listing")
    if not may_assume(target, "cpu-cooler"):
        return violated("cpu_cooler", f"{missing} cooler(s) missing, and the target allows for none")
    watts = machine.cpu.cpu.tdp_w
    return ok("cpu_cooler", f"{missing} cooler(s) for {watts or '?'} W each, as an allowance", "allowances.toml")


def may_assume(target: Target, allowance: str) -> bool:
    """Whether an allowance is owned, or priced and not refused."""
    return allowance in target.owned_allowances or (
        allowance in target.prices and allowance not in target.refused_allowances
    )


def cpu_lanes(machine: Machine, target: Target) -> RuleVerdict:
    """The lanes that the target asks of the processors (B8: 36)."""
    if not target.cpu_lanes:
        return ok("cpu_lanes", "no number of lanes is asked for")
    lanes = machine.cpu.cpu.pcie_lanes if machine.cpu else None
    if lanes is None:
        return unknown("cpu_lanes", f"{target.cpu_lanes} lanes asked, the processor's are not known")
    if lanes * machine.cpus < target.cpu_lanes:
        return violated("cpu_lanes", f"{lanes * machine.cpus} lanes, {target.cpu_lanes} asked", _source(machine.cpu))
    return settled("cpu_lanes", f"{lanes * machine.cpus} lanes, {target.cpu_lanes} asked", (machine.cpu, "pcie_lanes"))


def cores(machine: Machine, target: Target) -> RuleVerdict:
    """The cores that the target asks for, over all processors."""
    if not target.cores:
        return ok("cores", "no number of cores is asked for")
    each = machine.cpu.cpu.cores if machine.cpu else None
    if each is None:
        return unknown("cores", f"{target.cores} cores asked, the processor's are not known")
    if each * machine.cpus < target.cores:
        return violated("cores", f"{each * machine.cpus} cores, {target.cores} asked", _source(machine.cpu))
    return settled("cores", f"{each * machine.cpus} cores, {target.cores} asked", (machine.cpu, "cores"))


def _source(item: Item | None) -> str:
    return item.source if item else ""
