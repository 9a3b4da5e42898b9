"""The rules as linear constraints: what `check` refuses for sure, the program can't choose.

An unknown fact counts as whatever fits best, as in the rules; what a target hardens is excluded by `solve`.
"""

from collections.abc import Callable

from tracker.domain.part import Category
from tracker.domain.target import MOST_CARDS
from tracker.optimiser.allowances import BOARD_ONLY, unit_price
from tracker.optimiser.cp import cp_model
from tracker.optimiser.encode_power import encode_power
from tracker.optimiser.items import Item
from tracker.optimiser.machine import is_wide
from tracker.optimiser.problem import BIG, Expression, Problem, weighted
from tracker.optimiser.rules.cards import is_wanted, lanes_of, milli
from tracker.optimiser.rules.processor import fits, may_assume


def encode(problem: Problem) -> Expression:
    """Add every rule that is asked for; return what the machine costs in minor units."""
    _cards(problem)
    _later_cards(problem)
    _processors(problem)
    _memory(problem)
    _memory_kinds(problem)
    _places(problem, problem.of_cards, "")
    encode_power(problem, problem.of_cards, "")
    if problem.target.later is not None:
        _places(problem, lambda value: problem.of_cards(value) + problem.of_extra_cards(value), "later_")
        encode_power(problem, lambda value: problem.of_cards(value) + problem.of_extra_cards(value), "later_")
    _decoding(problem)
    _coolers(problem)
    _picture(problem)
    _fixed_allowances(problem)
    return _price(problem)


def _cards(problem: Problem) -> None:
    target, model = problem.target, problem.model
    for key, variable in problem.card.items():
        if _is_hopeless(problem, problem.items[key]):
            model.add(variable == 0)
    count = problem.of_cards(lambda _: 1)
    if problem.asks("gpus"):
        model.add(count == target.gpus if target.gpus is not None else count >= 1)
        model.add(count <= MOST_CARDS)
    if problem.asks("vram"):
        model.add(problem.of_cards(lambda card: milli(card.gpu.vram_gb or 0)) >= milli(target.vram_gb))
    if problem.asks("speed"):
        model.add(problem.of_cards(lambda card: milli(target.speeds.get(card.part, 0))) >= milli(target.least_speed))


def _is_hopeless(problem: Problem, card: Item) -> bool:
    """Whether a card alone breaks a rule."""
    target, gpu = problem.target, card.gpu
    carrier = "sxm-carrier" in target.owned_allowances
    return (
        (problem.asks("wanted_cards") and not is_wanted(card, target))
        or (problem.asks("sxm") and gpu.sxm is True and not carrier)
        or (problem.asks("blower") and target.blower_only and gpu.blower is False and gpu.passive is not True)
    )


def _later_cards(problem: Problem) -> None:
    """The later stage adds more of the neediest card: the one of most W, then of the last key."""
    if problem.target.later is None:
        return
    model, present = problem.model, {}
    for key, variable in problem.card.items():
        present[key] = model.new_bool_var(f"has {key}")
        model.add(variable >= 1).only_enforce_if(present[key])
        model.add(variable == 0).only_enforce_if(present[key].negated())
    order = sorted(problem.card, key=lambda key: (problem.items[key].gpu.tdp_w or 0, key))
    for place, key in enumerate(order):
        problem.neediest[key] = model.new_bool_var(f"neediest {key}")
        model.add_implication(problem.neediest[key], present[key])
        for needier in order[place + 1 :]:
            model.add_implication(problem.neediest[key], present[needier].negated())
    if problem.neediest:
        model.add_at_most_one(problem.neediest.values())
        model.add(weighted((v, 1) for v in problem.neediest.values()) * BIG >= problem.of_cards(lambda _: 1))


def _processors(problem: Problem) -> None:
    target, model = problem.target, problem.model
    for (key, n), variable in problem.cpu.items():
        cpu = problem.items[key].cpu
        too_few_cores = problem.asks("cores") and cpu.cores is not None and cpu.cores * n < target.cores
        too_few_lanes = (
            problem.asks("cpu_lanes") and cpu.pcie_lanes is not None and cpu.pcie_lanes * n < target.cpu_lanes
        )
        too_many = problem.asks("cpu_count") and cpu.max_sockets is not None and n > cpu.max_sockets > 0
        if too_few_cores or too_few_lanes or (too_many and n > 1):
            model.add(variable == 0)
    if problem.asks("processor"):
        model.add(problem.no_cpu <= problem.may_hold("cpu", "processor"))
    if problem.asks("socket"):
        _fit_sockets(problem)
    if problem.asks("cpu_count"):
        _fit_counts(problem)


def _fit_sockets(problem: Problem) -> None:
    """Hosts of one socket and chipset exclude the processors that do not fit them."""
    kinds: dict[tuple[str | None, str | None], Item] = {}
    for key in problem.host:
        kinds.setdefault(_socket_kind(problem.items[key]), problem.items[key])
    for kind, host in kinds.items():
        wrong = problem.of_cpus(lambda cpu, _n, host=host: int(not fits(host, cpu)))  # type: ignore[misc]
        problem.model.add(problem.hosts(lambda other, kind=kind: _socket_kind(other) == kind) + wrong <= 1)  # type: ignore[misc]


def _socket_kind(host: Item) -> tuple[str | None, str | None]:
    return host.board.socket, host.board.chipset


def _fit_counts(problem: Problem) -> None:
    """A board with known sockets gets exactly its pair, a system at most."""
    for sockets in {problem.items[key].board.sockets for key in problem.host} - {None}:
        for is_system in (False, True):
            chosen = problem.hosts(
                lambda host, s=sockets, w=is_system: host.board.sockets == s and host.is_system is w  # type: ignore[misc]
            )
            wrong = problem.of_cpus(lambda _cpu, n, s=sockets, w=is_system: int(n > s or (n < s and not w)))  # type: ignore[misc]
            problem.model.add(chosen + wrong <= 1)


def _memory(problem: Problem) -> None:
    target, model = problem.target, problem.model
    gigabytes = problem.of_rams(lambda ram: ram.ram.gb or 0)
    may_hold = problem.may_hold("ram", "memory")
    least = max(1, target.memory_gb)
    if problem.asks("memory"):
        model.add(gigabytes + least * may_hold >= least)
    if problem.asks("memory_slots"):
        modules = problem.of_rams(lambda ram: ram.ram.modules or 1)
        model.add(modules <= problem.of_host(lambda host: _or_any(host.board.memory_slots)))
    if problem.asks("memory_max"):
        model.add(gigabytes <= problem.of_host(lambda host: _or_any(host.board.memory_max_gb)))
        known = problem.of_cpus(lambda cpu, n: _or_any(cpu.cpu.memory_max_gb) * n)
        model.add(gigabytes <= known + BIG * problem.no_cpu)
    if target.later is not None and problem.asks("later_memory"):
        model.add(problem.of_host(lambda host: _or_any(host.board.memory_max_gb)) >= target.later.memory_gb)


def _or_any(number: int | None) -> int:
    return BIG if number is None else number


def _memory_kinds(problem: Problem) -> None:
    """One type, the board's; registered or not, as the board takes."""
    model = problem.model
    if problem.asks("memory_type"):
        for key, variable in problem.ram.items():
            if problem.items[key].ram.sodimm:
                model.add(variable == 0)
        kinds = sorted({item.ram.kind for _, item, _ in problem.category(Category.RAM)} - {None}, key=str)
        present = {kind: _present(problem, f"has {kind}", lambda ram, k=kind: ram.ram.kind == k) for kind in kinds}  # type: ignore[misc]
        model.add_at_most_one(present.values())
        for kind, variable in present.items():
            other = problem.hosts(lambda host, k=kind: host.board.memory_type not in (None, k))  # type: ignore[misc]
            model.add(variable + other <= 1)
    if problem.asks("memory_registered"):
        registered = _present(problem, "has registered", lambda ram: ram.ram.registered is True)
        unbuffered = _present(problem, "has unbuffered", lambda ram: ram.ram.registered is False)
        model.add_at_most_one(registered, unbuffered)
        model.add(registered + problem.hosts(lambda host: host.board.takes_registered is False) <= 1)


def _present(problem: Problem, name: str, holds: Callable[[Item], bool]) -> "cp_model.IntVar":
    """A variable that is 1 where any such memory is used."""
    variable = problem.model.new_bool_var(name)
    chosen = [v for key, v in problem.ram.items() if holds(problem.items[key])]
    for each in chosen:
        problem.model.add(each == 0).only_enforce_if(variable.negated())
    return variable


def _places(problem: Problem, cards: Callable[[Callable[[Item], int]], Expression], prefix: str) -> None:
    """Slots for every card, room for the wide ones, lanes."""
    target, model = problem.target, problem.model
    if problem.asks(f"{prefix}slots"):
        wide = cards(lambda card: int(is_wide(card)))
        model.add(wide <= problem.of_host(lambda host: _or_any(host.board.double_width_gpus)))
        model.add(cards(lambda _: 1) <= problem.of_host(lambda host: _or_any(host.board.x16_slots)))
    if problem.asks(f"{prefix}{'pcie_' if not prefix else ''}lanes"):
        given = problem.of_cpus(lambda cpu, n: _or_any(cpu.cpu.pcie_lanes) * n)
        switch = problem.hosts(lambda host: host.board.has_plx is True)
        model.add(cards(lambda card: lanes_of(card, target)) <= given + BIG * problem.no_cpu + BIG * switch)


def _decoding(problem: Problem) -> None:
    if problem.asks("above_4g"):
        needing = problem.of_cards(lambda card: int(card.gpu.needs_above_4g is True))
        blind = problem.hosts(lambda host: host.board.above_4g is False)
        problem.model.add(needing <= BIG * (1 - blind))


def _coolers(problem: Problem) -> None:
    """Each processor on a bare board: a cooler that came along, or an allowance."""
    if not problem.asks("cpu_cooler"):
        return
    model, target = problem.model, problem.target
    bought = model.new_int_var(0, 8, "coolers to buy")
    systems = problem.hosts(lambda host: host.is_system)
    model.add(bought + problem.coolers + BIG * systems >= problem.of_cpus(lambda _cpu, n: n))
    if not may_assume(target, "cpu-cooler"):
        model.add(bought == 0)
    problem.costs.append(bought * unit_price("cpu-cooler", target))


def _picture(problem: Problem) -> None:
    """Something gives a picture, or a display card is bought, or the target is headless."""
    target, model = problem.target, problem.model
    if not problem.asks("display") or target.display == "headless":
        return
    shows = (
        problem.hosts(lambda host: host.is_owned_machine or host.board.has_video is True)
        + problem.of_cpus(lambda cpu, _n: int(cpu.cpu.has_igpu is True))
        + problem.of_cards(lambda card: int(card.gpu.has_display_output is True))
    )
    if target.display == "allowance" and may_assume(target, "display-card"):
        bought = model.new_bool_var("display card")
        model.add(shows + bought >= 1)
        problem.costs.append(bought * unit_price("display-card", target))
        return
    perhaps = problem.of_cards(lambda card: int(card.gpu.has_display_output is None))
    model.add(shows + perhaps + problem.hosts(lambda host: host.board.has_video is None) >= 1)


def _fixed_allowances(problem: Problem) -> None:
    """What every build of the target needs; a system brings case and power button along, an owned machine all."""
    for name in problem.target.always:
        price = unit_price(name, problem.target)
        needs = problem.hosts(
            lambda host, n=name: not host.is_owned_machine and not (host.is_system and n in BOARD_ONLY)  # type: ignore[misc]
        )
        problem.costs.append(needs * price)


def _price(problem: Problem) -> Expression:
    """Lots and allowances, the dearest shared shipping of each seller once."""
    dearest = {}
    for lot, variable in zip(problem.lots, problem.bought, strict=True):
        problem.costs.append(variable * lot.least)
        if lot.seller and lot.shipping:
            if lot.seller not in dearest:
                dearest[lot.seller] = problem.model.new_int_var(0, 10**9, f"shipping of {lot.seller}")
            is_bought = problem.model.new_bool_var(f"ships {lot.offer.id}")
            problem.model.add(variable <= lot.available * is_bought)
            problem.model.add(dearest[lot.seller] >= lot.shipping * is_bought)
    return sum(problem.costs) + sum(dearest.values())
