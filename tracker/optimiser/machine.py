"""A concrete machine: which items stand where. What the rules judge, whoever put it together."""

from dataclasses import dataclass, replace
from math import ceil

from tracker.domain.target import Target
from tracker.optimiser.items import Item


@dataclass(frozen=True, slots=True)
class Machine:
    """The components in use. `psu` feeds the board (None in a system), `aux` a server supply that feeds the cards.

    `coolers` are CPU coolers that came with an offer. Quantities are positive; sequences are sorted by key.
    """

    host: Item | None = None
    cpu: Item | None = None
    cpus: int = 0
    rams: tuple[tuple[Item, int], ...] = ()
    cards: tuple[tuple[Item, int], ...] = ()
    psu: Item | None = None
    aux: Item | None = None
    coolers: int = 0

    @property
    def used(self) -> list[tuple[Item, int]]:
        """Every item in use with its quantity; coolers left out."""
        singles = [(item, 1) for item in (self.host, self.psu, self.aux) if item is not None]
        cpus = [(self.cpu, self.cpus)] if self.cpu else []
        return [*singles, *cpus, *self.rams, *self.cards]

    @property
    def kinds(self) -> dict[str, int]:
        """How many of each kind of part it uses: what makes two machines different."""
        counts: dict[str, int] = {}
        for item, n in self.used:
            counts[item.kind] = counts.get(item.kind, 0) + n
        return counts

    @property
    def card_count(self) -> int:
        """How many cards it holds."""
        return sum(n for _, n in self.cards)

    @property
    def vram_gb(self) -> float:
        """VRAM in GB over all cards; unknown ones count nothing."""
        return sum((card.gpu.vram_gb or 0) * n for card, n in self.cards)

    @property
    def devices(self) -> int:
        """GPUs as a framework sees them."""
        return sum(card.gpu.devices * n for card, n in self.cards)

    @property
    def ram_gb(self) -> int:
        """Memory in GB that is named; a system may hold more."""
        return sum((ram.ram.gb or 0) * n for ram, n in self.rams)

    @property
    def may_hold_cpu(self) -> bool:
        """Whether the host may have a processor that its listing does not name."""
        return self.host is not None and self.host.is_system and "cpu" not in self.host.holds

    @property
    def may_hold_ram(self) -> bool:
        """Whether the host may have memory that its listing does not name."""
        return self.host is not None and self.host.is_system and "ram" not in self.host.holds

    @property
    def wide_cards(self) -> int:
        """Cards known to take the room of two slots or more."""
        return sum(n for card, n in self.cards if is_wide(card))

    @property
    def passive_cards(self) -> int:
        """Cards that need air from outside: those known to have no fan, unless the chassis is known to blow."""
        if self.host is not None and self.host.system is not None and self.host.system.cools_passive_cards is True:
            return 0
        return sum(n for card, n in self.cards if card.gpu.passive is True)

    def later(self, target: Target) -> "Machine":
        """The machine of the later stage: more cards like the neediest of now, one by one the dearest need."""
        extra = (target.later.gpus if target.later else 0) - self.card_count
        if extra <= 0 or not self.cards:
            return self
        neediest = max((card for card, _ in self.cards), key=lambda card: (card.gpu.tdp_w or 0, card.key))
        cards = {card.key: (card, n) for card, n in self.cards}
        cards[neediest.key] = (neediest, cards[neediest.key][1] + extra)
        return replace(self, cards=tuple(cards[key] for key in sorted(cards)))


def is_wide(card: Item) -> bool:
    """Whether a card is known to take the room of two slots or more."""
    return (card.gpu.slot_width or 0) > 1


def adapters_needed(machine: Machine) -> int:
    """EPS adapters (each from two PCIe 8-pin leads): for EPS cards that no EPS lead is known to be left for."""
    wanted = sum((card.gpu.eps8 or 0) * n for card, n in machine.cards)
    return max(0, wanted - spare_eps(machine))


def spare_eps(machine: Machine) -> int:
    """EPS leads known to be left for cards: a system's own, or a supply's beyond one for each processor."""
    if machine.aux is not None:
        return 0
    if machine.host is not None and machine.host.system is not None:
        return machine.host.system.eps8 or 0
    leads = machine.psu.psu.eps8 if machine.psu else None
    return max(0, leads - max(1, machine.cpus)) if leads is not None else 0


def pcie8_wanted(machine: Machine) -> int:
    """PCIe 8-pin leads that cards and adapters take; a 12VHPWR socket counts one for each 150 W of its card."""
    own = sum(((card.gpu.pcie8 or 0) + leads_of_16_pin(card)) * n for card, n in machine.cards)
    return own + 2 * adapters_needed(machine)


def pcie6_wanted(machine: Machine) -> int:
    """PCIe 6-pin sockets of all cards."""
    return sum((card.gpu.pcie6 or 0) * n for card, n in machine.cards)


def leads_of_16_pin(card: Item) -> int:
    """PCIe 8-pin leads that its 12VHPWR sockets take through the usual adapter: one for each 150 W, at least two."""
    return (card.gpu.pcie16 or 0) * max(2, ceil((card.gpu.tdp_w or 0) / 150))


BASE_WATTS = 75  # board, memory, disks: a choice of ours, as in config/catalog/psus.toml
FAN_WATTS = 10  # each fan of a passive card


def card_watts(machine: Machine) -> int:
    """Known TDP of all cards and their fans, in W."""
    return sum((card.gpu.tdp_w or 0) * n for card, n in machine.cards) + FAN_WATTS * machine.passive_cards


def rest_watts(machine: Machine) -> int:
    """Known TDP of the processors, and what board, memory and disks draw, in W."""
    return BASE_WATTS + (machine.cpu.cpu.tdp_w or 0 if machine.cpu else 0) * machine.cpus
