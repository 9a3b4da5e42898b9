"""Why a target is impossible: the smallest set of missing offers, or of rules hardened by the target, that makes it so."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations
from time import monotonic

from tracker.domain.build import Offer, Verdict
from tracker.domain.money import Money
from tracker.domain.part import BoardFacts, Category, CpuFacts, GpuFacts, PsuFacts
from tracker.domain.target import MOST_CARDS, Target
from tracker.optimiser.card_sums import is_usable_card
from tracker.optimiser.check import check
from tracker.optimiser.items import Item, ItemFacts, RamFacts
from tracker.optimiser.lots import Lot
from tracker.optimiser.machine import Machine
from tracker.optimiser.search import Search, looks_at

_NAMES = {
    Category.BOARD: ("board or system", "boards and systems"),
    Category.CPU: ("processor", "processors"),
    Category.RAM: ("memory kit", "memory kits"),
    Category.PSU: ("power supply", "power supplies"),
    Category.GPU: ("card", "cards"),  # last: a card that asks nothing of the others would mend what they lack
}
_PLACES = {
    Category.BOARD: "host",
    Category.CPU: "cpu",
    Category.RAM: "ram",
    Category.PSU: "psu",
    Category.GPU: "card",
}
_MOST_MISSING = 3
_IDEAL = "ideal:"


def why_not(target: Target, lots: Sequence[Lot], deadline: float) -> tuple[str, ...]:
    """Sentences, one for each member of the smallest set that would make the target possible; the budget first."""
    if target.budget is not None:
        return _over_budget(target, lots, deadline)
    missing, found = smallest(target, lots, deadline)
    if found is not None:
        return tuple(_sentence(target, lots, wish, found) for wish in missing)
    if monotonic() > deadline:
        return ("not possible; the time ran out before the reason was found",)
    return tuple(f"missing: no {one} that will do is on offer" for one, _ in _NAMES.values())


def smallest(target: Target, lots: Sequence[Lot], deadline: float) -> tuple[tuple[Category | str, ...], Machine | None]:
    """The smallest set of categories and hardened rules that makes the target possible if granted, and a machine then."""
    for missing in wishes(target):
        if monotonic() > deadline:
            break
        wider, more = granted(target, lots, missing)
        found = Search(wider, more, frozenset(), deadline).cheapest(settles_ties=False)
        if found.machine is not None:
            return missing, found.machine
    return (), None


def _over_budget(target: Target, lots: Sequence[Lot], deadline: float) -> tuple[str, ...]:
    assert target.budget is not None
    free = replace(target, budget=None)
    cheapest = Search(free, lots, frozenset(), deadline).cheapest(settles_ties=False)
    if cheapest.machine is None:
        return why_not(free, lots, deadline)
    total = Money(cheapest.cost, target.currency)
    return (
        f"budget: the cheapest machine comes to {total}, {total - target.budget} over the budget of {target.budget}",
    )


def wishes(target: Target) -> Iterator[tuple[Category | str, ...]]:
    """The sets that may be missing, offers of a category or hardened rules, small ones first; of the large ones only offers."""
    categories = tuple(_NAMES) if target.owned_machine is None else (Category.GPU,)
    for size in range(1, _MOST_MISSING + 1):
        yield from combinations([*categories, *sorted(target.harden)], size)
    for size in range(_MOST_MISSING + 1, len(categories) + 1):
        yield from combinations(categories, size)


def granted(target: Target, lots: Sequence[Lot], missing: Sequence[Category | str]) -> tuple[Target, list[Lot]]:
    """The target without the rules, and the lots with an ideal one of each category, that are wished for.

    What is wished for is known to nobody: a hardened rule that looks at it must not refuse it for that.
    """
    categories = [each for each in missing if isinstance(each, Category)]
    places = {_PLACES[each] for each in categories}
    kept = (rule for rule in target.harden.difference(missing) if places.isdisjoint(looks_at(rule)))
    ideals = [_ideal(each, target, lots) for each in categories]
    return replace(target, harden=frozenset(kept)), [*lots, *ideals]


def _ideal(category: Category, target: Target, lots: Sequence[Lot]) -> Lot:
    """An offer that no rule refuses: all that matters is unknown, what is asked for is there.

    Of a card that the target names, and that is on offer, more of the same: they draw what they draw.
    """
    part = f"{category}:any"
    if category is Category.GPU:
        part = max(target.cards or tuple(target.speeds) or (part,), key=lambda card: target.speeds.get(card, 0))
    ideal: dict[Category, ItemFacts] = {
        Category.GPU: _ideal_card(target),
        Category.BOARD: BoardFacts(),
        Category.CPU: CpuFacts(),
        Category.RAM: RamFacts(gb=max(1, target.memory_gb)),
        Category.PSU: PsuFacts(),
    }
    named = [item for item in _there(lots, category) if item.part in target.cards and is_usable_card(item, target)]
    item = named[0] if named else Item(f"{_IDEAL}{category}", part, category, ideal[category], "any")
    offer = Offer(f"{_IDEAL}{category}", (), Money(0, target.currency))
    return Lot(offer, ((item, MOST_CARDS if category is Category.GPU else 1),), 0)


def _ideal_card(target: Target) -> GpuFacts:
    enough = max(target.vram_gb, target.vram_per_device_gb, 1)
    vendor = target.vendors[0] if target.vendors else None
    return GpuFacts(vendor=vendor, vram_gb=enough, vram_gb_per_device=enough, pcie_lanes=1)


def _sentence(target: Target, lots: Sequence[Lot], wish: Category | str, found: Machine) -> str:
    if not isinstance(wish, Category):
        return f"rule {wish}: hardened by the target, and no machine is known to keep it"
    one, many = _NAMES[wish]
    there = _there(lots, wish)
    if not there:
        return f"missing: no {one} is on offer"
    rule, detail = _nearest(target, wish, there, found)
    if len(there) == 1:
        return f"missing: the only {one} on offer will not do; it fails rule {rule}: {detail}"
    return f"missing: none of the {len(there)} {many} on offer will do; the nearest fails rule {rule}: {detail}"


def _there(lots: Sequence[Lot], category: Category) -> list[Item]:
    wanted = {category, Category.SYSTEM} if category is Category.BOARD else {category}
    items = {item.key: item for lot in lots for item, _ in lot.items if item.category in wanted}
    return [items[key] for key in sorted(items)]


def _nearest(target: Target, category: Category, there: Sequence[Item], found: Machine) -> tuple[str, str]:
    """The rule that the offer with the fewest violations breaks in the machine that was wished for."""
    words: list[tuple[int, str, str]] = []
    for item in there:
        broken = [v for v in check(_put(found, category, item), target) if v.verdict is Verdict.VIOLATED]
        if broken:
            words.append((len(broken), broken[0].rule, broken[0].detail))
    return min(words)[1:] if words else ("stock", "too few of them for all that is asked")


def _put(machine: Machine, category: Category, item: Item) -> Machine:
    match category:
        case Category.GPU:
            return replace(machine, cards=((item, max(1, machine.card_count)),))
        case Category.CPU:
            return replace(machine, cpu=item, cpus=max(1, machine.cpus))
        case Category.RAM:
            return replace(machine, rams=((item, 1),))
        case Category.PSU:
            return replace(machine, psu=item)
        case _:
            return replace(machine, host=item)
