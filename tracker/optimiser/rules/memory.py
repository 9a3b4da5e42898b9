"""Rules on memory: how much, type, registered or not, slots, maximum, channels."""

from tracker.domain.build import RuleVerdict
from tracker.domain.target import Target
from tracker.optimiser.machine import Machine
from tracker.optimiser.rules.verdicts import ok, settled, unknown, violated, warning

_LISTING = "the listing"


def memory(machine: Machine, target: Target) -> RuleVerdict:
    """As many GB as the target asks for; a machine without any does not boot."""
    if machine.host is not None and machine.host.is_owned_machine:
        return ok("memory", "the memory of your own machine", machine.host.source)
    if machine.ram_gb >= max(1, target.memory_gb):
        return ok("memory", f"{machine.ram_gb} GB, {target.memory_gb} asked", _LISTING)
    if machine.may_hold_ram:
        return unknown("memory", f"{target.memory_gb} GB asked; the listing of the machine names no memory", _LISTING)
    return violated("memory", f"{machine.ram_gb} GB, {target.memory_gb} asked", _LISTING)


def memory_type(machine: Machine, _: Target) -> RuleVerdict:
    """All modules of one type, the board's; no notebook modules."""
    if not machine.rams or machine.host is None:
        return ok("memory_type", "no memory is bought")
    kinds = {ram.ram.kind for ram, _n in machine.rams}
    board = machine.host.board.memory_type
    if any(ram.ram.sodimm for ram, _n in machine.rams):
        return violated("memory_type", "notebook modules (SO-DIMM) do not fit", _LISTING)
    if len(kinds - {None}) > 1:
        return violated("memory_type", f"mixed {' and '.join(sorted(k for k in kinds if k))}", _LISTING)
    if board is not None and kinds - {None, board}:
        wrong = next(kind for kind in kinds if kind not in (None, board))
        return violated("memory_type", f"{wrong} on {machine.host.name}, which takes {board}", machine.host.source)
    if None in kinds or board is None:
        return unknown("memory_type", f"type of the memory or of {machine.host.name} not known", machine.host.source)
    return settled("memory_type", board, (machine.host, "memory_type"))


def memory_registered(machine: Machine, _: Target) -> RuleVerdict:
    """Registered modules only where the board takes them; never registered and unbuffered mixed."""
    if not machine.rams or machine.host is None:
        return ok("memory_registered", "no memory is bought")
    stated, takes = {ram.ram.registered for ram, _n in machine.rams}, machine.host.board.takes_registered
    if stated >= {True, False}:
        return violated("memory_registered", "registered and unbuffered modules do not mix", _LISTING)
    if True in stated and takes is False:
        return violated("memory_registered", f"{machine.host.name} takes no registered memory", machine.host.source)
    if None in stated or takes is None:
        return unknown("memory_registered", "whether the modules are registered, or the board takes such, is not stated",
                       machine.host.source)  # fmt: skip
    if stated == {False} and takes:
        return unknown("memory_registered", f"{machine.host.name} takes registered memory: verify unbuffered",
                       machine.host.source)  # fmt: skip
    words = "registered" if True in stated else "unbuffered"
    return settled("memory_registered", words, (machine.host, "takes_registered"))


def memory_slots(machine: Machine, _: Target) -> RuleVerdict:
    """Not more modules than slots; a kit of unknown make-up has at least one."""
    if not machine.rams or machine.host is None:
        return ok("memory_slots", "no memory is bought")
    slots = machine.host.board.memory_slots
    least = sum((ram.ram.modules or 1) * n for ram, n in machine.rams)
    if slots is not None and least > slots:
        return violated("memory_slots", f"at least {least} modules, {slots} slots", machine.host.source)
    if slots is None or any(ram.ram.modules is None for ram, _n in machine.rams):
        return unknown("memory_slots", f"modules or slots not stated ({slots or '?'} slots)", machine.host.source)
    return settled("memory_slots", f"{least} modules, {slots} slots", (machine.host, "memory_slots"))


def memory_max(machine: Machine, _: Target) -> RuleVerdict:
    """Not more GB than board and processors address."""
    if not machine.rams or machine.host is None:
        return ok("memory_max", "no memory is bought")
    gb, board = machine.ram_gb, machine.host.board.memory_max_gb
    cpu = machine.cpu.cpu.memory_max_gb if machine.cpu else None
    if board is not None and gb > board:
        return violated("memory_max", f"{gb} GB, {machine.host.name} takes {board}", machine.host.source)
    if machine.cpu and cpu is not None and gb > cpu * machine.cpus:
        return violated("memory_max", f"{gb} GB, {machine.cpu.name} addresses {cpu * machine.cpus}", machine.cpu.source)
    if board is None:
        return unknown("memory_max", f"the maximum of {machine.host.name} is not known", machine.host.source)
    return settled("memory_max", f"{gb} GB of at most {board}", (machine.host, "memory_max_gb"))


def memory_channels(machine: Machine, _: Target) -> RuleVerdict:
    """A warning where fewer modules than channels make memory slow."""
    channels = machine.cpu.cpu.memory_channels if machine.cpu else None
    counts = [ram.ram.modules for ram, _n in machine.rams]
    if not machine.rams or channels is None or None in counts:
        return ok("memory_channels", "channels or modules are not stated; slower at worst")
    modules, wanted = sum((ram.ram.modules or 0) * n for ram, n in machine.rams), channels * machine.cpus
    if modules < wanted:
        return warning("memory_channels", f"{modules} modules on {wanted} channels: works, slower", _LISTING)
    return ok("memory_channels", f"{modules} modules on {wanted} channels", _LISTING)


def later_memory(machine: Machine, target: Target) -> RuleVerdict:
    """The board takes the later stage's memory."""
    wanted = target.later.memory_gb if target.later else 0
    most = machine.host.board.memory_max_gb if machine.host else None
    if not wanted or machine.host is None:
        return ok("later_memory", "no more memory is planned")
    if most is None:
        return unknown("later_memory", f"{wanted} GB later; the maximum of {machine.host.name} is not known")
    if most < wanted:
        return violated("later_memory", f"{wanted} GB later, {machine.host.name} takes {most}", machine.host.source)
    return settled("later_memory", f"{wanted} GB later of at most {most}", (machine.host, "memory_max_gb"))
