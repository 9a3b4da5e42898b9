"""The power rules as linear constraints: watts with headroom, connectors, server supplies, fans."""

from collections.abc import Callable

from tracker.optimiser.allowances import unit_price
from tracker.optimiser.cp import cp_model
from tracker.optimiser.items import Item
from tracker.optimiser.machine import BASE_WATTS, FAN_WATTS, leads_of_16_pin
from tracker.optimiser.problem import BIG, MOST_SOCKETS, Expression, Problem
from tracker.optimiser.rules.processor import may_assume

Cards = Callable[[Callable[[Item], int]], Expression]


def encode_power(problem: Problem, cards: Cards, prefix: str) -> None:
    """All power rules for the cards of one stage ("" now, "later_" the later one); only today's are paid for."""
    fans = _fans(problem, cards, prefix)
    if problem.asks(f"{prefix}power"):
        _watts(problem, cards, fans)
    if problem.asks(f"{prefix}{'psu_' if not prefix else ''}connectors"):
        _connectors(problem, cards, prefix)
    if not prefix:
        _ratings(problem)
        _breakout(problem)


def _fans(problem: Problem, cards: Cards, prefix: str) -> cp_model.IntVar:
    """Fans of passive cards: none where the chassis is known to blow."""
    model, target = problem.model, problem.target
    fans = model.new_int_var(0, BIG, f"{prefix}fans")
    blows = problem.hosts(lambda host: host.system is not None and host.system.cools_passive_cards is True)
    model.add(fans + BIG * blows >= cards(lambda card: int(card.gpu.passive is True)))
    if not prefix and problem.asks("passive_cooling"):
        if not may_assume(target, "shroud"):
            model.add(fans == 0)
        problem.costs.append(fans * unit_price("shroud", target))
    return fans


def _watts(problem: Problem, cards: Cards, fans: cp_model.IntVar) -> None:
    model, percent = problem.model, problem.target.headroom_percent
    needs_psu = problem.hosts(lambda host: not host.is_system)
    model.add(problem.of_psu(lambda _: 1) == needs_psu)
    drawn_by_cards = cards(lambda card: card.gpu.tdp_w or 0) + FAN_WATTS * fans
    drawn_by_rest = BASE_WATTS + problem.of_cpus(lambda cpu, n: (cpu.cpu.tdp_w or 0) * n)
    given = problem.of_psu(lambda psu: _or_any(psu.psu.watts)) + problem.of_host(_most_watts)
    has_aux = problem.of_aux(lambda _: 1)
    model.add(percent * drawn_by_rest <= 100 * given)
    model.add(percent * (drawn_by_rest + drawn_by_cards) <= 100 * given + BIG * 100 * has_aux)
    given_by_aux = problem.of_aux(lambda aux: _or_any(aux.psu.watts))
    model.add(percent * drawn_by_cards <= 100 * given_by_aux + BIG * 100 * (1 - has_aux))
    model.add(drawn_by_cards <= problem.of_host(_limit) + BIG * has_aux)


def _most_watts(host: Item) -> int:
    if host.system is None:
        return 0
    return max(host.system.psu_watts) if host.system.psu_watts else BIG


def _limit(host: Item) -> int:
    return _or_any(host.system.gpu_power_limit_w if host.system else None)


def _or_any(number: int | None) -> int:
    return BIG if number is None else number


def _ratings(problem: Problem) -> None:
    """The least watts that the target asks for."""
    if not problem.asks("psu_watts") or not problem.target.psu_watts:
        return
    least = problem.target.psu_watts
    weak = problem.of_psu(lambda psu: int(_or_any(psu.psu.watts) < least))
    problem.model.add(weak + problem.hosts(lambda host: host.is_system and _most_watts(host) < least) == 0)


def _connectors(problem: Problem, cards: Cards, prefix: str) -> None:
    model, target = problem.model, problem.target
    has_aux = problem.of_aux(lambda _: 1)
    adapters = model.new_int_var(0, 4 * BIG, f"{prefix}EPS adapters")
    model.add(adapters + _spare_eps(problem, prefix) >= cards(lambda card: card.gpu.eps8 or 0))
    if not may_assume(target, "eps-adapter"):
        model.add(adapters == 0)
    dead = problem.of_psu(lambda psu: int(psu.psu.eps8 == 0))
    model.add(dead == 0)
    sixes = model.new_int_var(0, BIG, f"{prefix}6-pin from 8-pin leads")
    given6 = problem.of_host(lambda host: (host.system.pcie6 or 0) if host.system else 0)
    model.add(sixes + given6 >= cards(lambda card: card.gpu.pcie6 or 0))
    eights = cards(lambda card: (card.gpu.pcie8 or 0) + leads_of_16_pin(card)) + 2 * adapters
    given8 = problem.of_psu(lambda psu: _or_any(psu.psu.pcie8)) + problem.of_host(_leads8)
    # A board without a supply (possible only where the power rule is left out) has no stated leads either.
    bare = problem.hosts(lambda host: not host.is_system) - problem.of_psu(lambda _: 1)
    model.add(eights + sixes <= given8 + BIG * has_aux + BIG * bare)
    if not prefix:
        problem.costs.append(adapters * unit_price("eps-adapter", target))


def _leads8(host: Item) -> int:
    return _or_any(host.system.pcie8) if host.system else 0


def _spare_eps(problem: Problem, prefix: str) -> cp_model.IntVar:
    """EPS leads known to be left for cards: beyond one for each processor; none with a server supply."""
    model = problem.model
    spare = model.new_int_var(0, 64, f"{prefix}spare EPS")
    model.add(spare <= 64 * (1 - problem.of_aux(lambda _: 1)))
    own = problem.of_host(lambda host: (host.system.eps8 or 0) if host.system else 0)
    for count in range(1, MOST_SOCKETS + 1):
        left = problem.of_psu(lambda psu, n=count: max(0, (psu.psu.eps8 or 0) - n))  # type: ignore[misc]
        these = problem.of_cpus(lambda _cpu, n, c=count: int(n == c))  # type: ignore[misc]
        if count == 1:
            these = these + problem.no_cpu
        model.add(spare <= own + left + 64 * (1 - these))
    return spare


def _breakout(problem: Problem) -> None:
    """A server supply needs a breakout board."""
    if not problem.asks("server_psu"):
        return
    has_aux = problem.of_aux(lambda _: 1)
    if not may_assume(problem.target, "breakout"):
        problem.model.add(has_aux == 0)
    problem.costs.append(has_aux * unit_price("breakout", problem.target))
