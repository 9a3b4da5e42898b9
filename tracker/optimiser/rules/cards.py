"""Rules on the cards in their places: what is asked of them, slots, room, lanes, decoding, cooling, picture, software."""

from tracker.domain.build import RuleVerdict
from tracker.domain.target import MOST_CARDS, Target
from tracker.optimiser.items import Item
from tracker.optimiser.machine import Machine
from tracker.optimiser.rules.processor import may_assume
from tracker.optimiser.rules.verdicts import ok, settled, unknown, violated, warning

_WANT = "the target"
_DOUBLE = 2


def is_wanted(card: Item, target: Target) -> bool:
    """Whether the target lets this card count: named or any, of a wanted vendor, VRAM known and large enough a device."""
    gpu = card.gpu
    if gpu.vram_gb is None or (target.cards and card.part not in target.cards):
        return False
    if target.vendors and gpu.vendor not in target.vendors:
        return False
    each = gpu.vram_gb_per_device if gpu.vram_gb_per_device is not None else gpu.vram_gb / gpu.devices
    return each >= target.vram_per_device_gb


def wanted_cards(machine: Machine, target: Target) -> RuleVerdict:
    """Every card is one that the target names, of a known VRAM, each device large enough (a K80 is two of 12 GB)."""
    wrong = [card.name for card, _n in machine.cards if not is_wanted(card, target)]
    if wrong:
        return violated("wanted_cards", f"{', '.join(wrong)}: {_asked(target)} asked", _WANT)
    return ok("wanted_cards", _asked(target), _WANT)


def _asked(target: Target) -> str:
    which = " or ".join(target.cards) if target.cards else "any card"
    makers = f" of {' or '.join(target.vendors)}" if target.vendors else ""
    least = f" with at least {target.vram_per_device_gb:g} GB a device" if target.vram_per_device_gb else ""
    return f"{which}{makers}{least}"


def vram(machine: Machine, target: Target) -> RuleVerdict:
    """VRAM in all."""
    if machine.vram_gb < target.vram_gb:
        return violated("vram", f"{machine.vram_gb:g} GB, {target.vram_gb:g} asked", _WANT)
    doubt = [(card, "vram_gb") for card, _n in machine.cards]
    return settled("vram", f"{machine.vram_gb:g} GB in {machine.devices} device(s)", *doubt)


def gpus(machine: Machine, target: Target) -> RuleVerdict:
    """As many cards as asked; without a number at least one."""
    n = machine.card_count
    if n == 0 or n > MOST_CARDS or (target.gpus is not None and n != target.gpus):
        return violated("gpus", f"{n} card(s), {target.gpus or 'at least one'} asked", _WANT)
    return ok("gpus", f"{n} card(s)", _WANT)


def speed(machine: Machine, target: Target) -> RuleVerdict:
    """Speed on the named workload, cards added up; a card whose speed is not known counts nothing."""
    if not target.least_speed:
        return ok("speed", "no speed is asked for", _WANT)
    reached = speed_milli(machine, target)
    words = f"{reached / 1000:g} x one A10G on {target.workload}, {target.least_speed:g} asked"
    return ok("speed", words, _WANT) if reached >= milli(target.least_speed) else violated("speed", words, _WANT)


def speed_milli(machine: Machine, target: Target) -> int:
    """The cards' speeds on the target's workload, added up, in thousandths of one A10G."""
    return sum(milli(target.speeds.get(card.part, 0)) * n for card, n in machine.cards)


def milli(value: float) -> int:
    """Thousandths, so that sums compare the same everywhere."""
    return round(value * 1000)


def merit_of(card: Item, target: Target) -> int:
    """What a card adds to what the target maximises, in thousandths (of a GB of VRAM, or of one A10G's speed)."""
    return milli(target.speeds.get(card.part, 0) if target.maximise == "speed" else card.gpu.vram_gb or 0)


def sxm(machine: Machine, target: Target) -> RuleVerdict:
    """SXM modules fit no slot: refused unless the user owns a carrier."""
    modules = [card.name for card, _n in machine.cards if card.gpu.sxm is True]
    if modules and "sxm-carrier" not in target.owned_allowances:
        return violated("sxm", f"{', '.join(modules)}: an SXM module needs a carrier board", machine.cards[0][0].source)
    if any(card.gpu.sxm is None for card, _n in machine.cards):
        return unknown("sxm", "whether it is a slot card is not stated", "the catalog")
    return ok("sxm", "slot cards" if not modules else "your own carrier", "the catalog")


def slots(machine: Machine, _: Target) -> RuleVerdict:
    """Every card has a physical x16 slot, every double-width one the room of two."""
    return _slots("slots", machine)


def later_slots(machine: Machine, target: Target) -> RuleVerdict:
    """The same for the later stage's cards."""
    return _slots("later_slots", machine.later(target))


def _slots(rule: str, machine: Machine) -> RuleVerdict:
    host = machine.host
    if host is None:
        return violated(rule, "no board")
    double, x16, wide, total = (
        host.board.double_width_gpus,
        host.board.x16_slots,
        machine.wide_cards,
        machine.card_count,
    )
    words = f"{total} card(s), {wide} double-width; {_said(x16)} x16 slots, room for {_said(double)} double-width cards"
    if (double is not None and wide > double) or (x16 is not None and total > x16):
        return violated(rule, words, host.source)
    widths = [card.gpu.slot_width for card, _n in machine.cards]
    if None in widths or (double is None and wide > 0) or (x16 is None and total > wide):
        return unknown(rule, words, host.source)
    if total > 1 and any(width is not None and width > _DOUBLE for width in widths):
        return unknown(rule, f"{words}; measure for triple-width cards", host.source)
    doubt = "double_width_gpus" if total > 1 else "x16_slots"  # one card fits wherever there is one slot
    return settled(rule, words, (host, doubt))


def _said(number: int | None) -> str:
    return "?" if number is None else str(number)


def case(machine: Machine, target: Target) -> RuleVerdict:
    """Cards have room: an open frame has; a case's or a system's length is not known."""
    if machine.host is not None and machine.host.is_system:
        return unknown("case", f"whether the cards fit into {machine.host.name}: measure", machine.host.source)
    if target.open_frame:
        return ok("case", "open frame: no limit", _WANT)
    longest = max((card.gpu.length_mm or 0 for card, _n in machine.cards), default=0)
    return unknown("case", f"the case must take {longest:g} mm" if longest else "lengths not known", "the catalog")


def pcie_lanes(machine: Machine, target: Target) -> RuleVerdict:
    """Every card gets the target's lanes (or all it can use) from the processors, or from a PLX switch."""
    return _lanes("pcie_lanes", machine, target)


def later_lanes(machine: Machine, target: Target) -> RuleVerdict:
    """The same for the later stage's cards."""
    return _lanes("later_lanes", machine.later(target), target)


def lanes_of(card: Item, target: Target) -> int:
    """The lanes a card is to get: what the target says, or fewer where the card has fewer."""
    return min(card.gpu.pcie_lanes or 16, target.lanes_per_gpu)


def _lanes(rule: str, machine: Machine, target: Target) -> RuleVerdict:
    wanted = sum(lanes_of(card, target) * n for card, n in machine.cards)
    lanes = machine.cpu.cpu.pcie_lanes if machine.cpu else None
    if lanes is None:
        return unknown(rule, f"{wanted} lanes wanted, the processor's are not known", "the catalog")
    words = f"{wanted} lanes wanted, {lanes * machine.cpus} from the processor(s)"
    if lanes * machine.cpus >= wanted:
        return settled(rule, words, (machine.cpu, "pcie_lanes"))
    if machine.host is not None and machine.host.board.has_plx is True:
        return settled(rule, f"{words}; a PLX switch shares them out", (machine.host, "has_plx"))
    return violated(rule, words, machine.cpu.source if machine.cpu else "")


def above_4g(machine: Machine, _: Target) -> RuleVerdict:
    """Cards with large memory windows need a board that decodes above 4 GB."""
    needs, host = {card.gpu.needs_above_4g for card, _n in machine.cards}, machine.host
    decodes = host.board.above_4g if host else None
    if decodes is True or needs <= {False}:
        return settled("above_4g", "decoded, or not needed", (host if True in needs else None, "above_4g"))
    if True in needs and decodes is False:
        return violated(
            "above_4g", f"{host.name if host else ''} is reported to fail with such cards", host.source if host else ""
        )
    return unknown("above_4g", "whether the board decodes above 4 GB is not known: look for the BIOS option",
                   host.source if host else "")  # fmt: skip


def blower(machine: Machine, target: Target) -> RuleVerdict:
    """Cards side by side blow their heat out of the case (B8), where the target asks for it."""
    if not target.blower_only:
        return ok("blower", "blower cards are not asked for", _WANT)
    kinds = {card.gpu.blower for card, _n in machine.cards if card.gpu.passive is not True}
    if False in kinds:
        return violated("blower", "open-fan cards would heat each other", "the catalog")
    return (
        unknown("blower", "the coolers are not stated: ask for blower cards", "the listing")
        if None in kinds
        else ok("blower", "blower cards", "the catalog")
    )


def passive_cooling(machine: Machine, target: Target) -> RuleVerdict:
    """A passive card needs a shroud and a fan, or a chassis that blows through it."""
    n = machine.passive_cards
    if n and not may_assume(target, "shroud"):
        return violated("passive_cooling", f"{n} passive card(s) without a shroud and fan", "the catalog")
    if any(card.gpu.passive is None for card, _n in machine.cards):
        return unknown("passive_cooling", "whether the card has a fan is not stated", "the catalog")
    if n:
        return ok("passive_cooling", f"{n} shroud(s) with fan, as an allowance", "allowances.toml")
    return ok("passive_cooling", "fans of their own, or a chassis that blows", "the catalog")


def gives_picture(machine: Machine) -> bool:
    """Whether something in the machine is known to give a picture."""
    host = machine.host
    if host is not None and (host.is_owned_machine or host.board.has_video is True):
        return True
    if machine.cpu is not None and machine.cpu.cpu.has_igpu is True:
        return True
    return any(card.gpu.has_display_output is True for card, _n in machine.cards)


def display(machine: Machine, target: Target) -> RuleVerdict:
    """A picture to set the BIOS up with, or the stated way without."""
    if gives_picture(machine):
        return ok("display", "a card, processor or board gives a picture", "the catalog")
    if target.display == "headless":
        return ok("display", "headless: set up with a borrowed card, then boot without and use the network", _WANT)
    if target.display == "allowance" and may_assume(target, "display-card"):
        return ok("display", "a simple display card, as an allowance", "allowances.toml")
    if any(card.gpu.has_display_output is None for card, _n in machine.cards) or _host_may_show(machine):
        return unknown("display", "whether anything gives a picture is not known", "the catalog")
    return violated("display", "nothing gives a picture", "the catalog")


def _host_may_show(machine: Machine) -> bool:
    return machine.host is not None and machine.host.board.has_video is None


# Last PyTorch whose official wheels carry an architecture, by compute capability. Sources: its build scripts' arch lists
# (1.12: 3.7), pytorch#190385 (2.14 is the last with CUDA 12.6 and thus Maxwell, Pascal and Volta; a proposal of 2026-07).
_LAST_PYTORCH = {"3": "1.12 (CUDA 11.3 or 11.6) for sure, 2.7 reported to fail", "5": "2.14 with CUDA 12.6",
                 "6": "2.14 with CUDA 12.6", "7": "2.14 with CUDA 12.6"}  # fmt: skip


def cuda_support(machine: Machine, _: Target) -> RuleVerdict:
    """A warning where CUDA and the driver have dropped a card, with the last PyTorch that runs on it."""
    ended = [card for card, _n in machine.cards if card.gpu.last_cuda not in (None, "ongoing")]
    if ended:
        words = "; ".join(dict.fromkeys(_end_of(card) for card in ended))
        return warning("cuda_support", words, "NVIDIA's CUDA and driver matrix; PyTorch's build scripts and #190385")
    if any(card.gpu.vendor == "AMD" for card, _n in machine.cards):
        return warning("cuda_support", "no CUDA on AMD cards: verify that your ROCm release knows them", "the catalog")
    if any(card.gpu.last_cuda is None for card, _n in machine.cards):
        return unknown("cuda_support", "how long the driver supports the card is not known", "the catalog")
    return ok("cuda_support", "in NVIDIA's current driver and CUDA", "NVIDIA's CUDA and driver matrix")


def _end_of(card: Item) -> str:
    gpu = card.gpu
    last = _LAST_PYTORCH.get((gpu.compute_capability or "").partition(".")[0], "not known")
    return f"{card.name}: CUDA {gpu.last_cuda}, driver {gpu.last_driver or '?'}, last PyTorch {last}"
