"""The integer program's bones: what is bought, which items stand where, and that nothing is used that is not bought."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tracker.domain.part import Category
from tracker.domain.target import MOST_CARDS, Target
from tracker.optimiser.cp import cp_model
from tracker.optimiser.items import COOLER, Item
from tracker.optimiser.lots import Lot
from tracker.optimiser.machine import Machine
from tracker.optimiser.rules.power import is_server

Expression = Any  # a LinearExpr; ortools' own type is a union whose sums mypy refuses
MOST_SOCKETS = 4
MOST_KITS = 16  # memory kits in one machine
BIG = 10**6  # more than any watts, GB, lanes or slots of a machine


@dataclass(slots=True)
class Problem:
    """Variables of one machine: `host`, `psu`, `aux` say which item, `cpu` which item how often, `ram` and `card` how many.

    `no_cpu` stands for the unnamed processor of a system. `later` are the card counts of the later stage.
    """

    target: Target
    lots: Sequence[Lot]
    without: frozenset[str] = frozenset()
    model: cp_model.CpModel = field(default_factory=cp_model.CpModel)
    bought: list[cp_model.IntVar] = field(default_factory=list)
    items: dict[str, Item] = field(default_factory=dict)
    supply: dict[str, int] = field(default_factory=dict)
    host: dict[str, cp_model.IntVar] = field(default_factory=dict)
    cpu: dict[tuple[str, int], cp_model.IntVar] = field(default_factory=dict)
    ram: dict[str, cp_model.IntVar] = field(default_factory=dict)
    card: dict[str, cp_model.IntVar] = field(default_factory=dict)
    psu: dict[str, cp_model.IntVar] = field(default_factory=dict)
    aux: dict[str, cp_model.IntVar] = field(default_factory=dict)
    neediest: dict[str, cp_model.IntVar] = field(default_factory=dict)  # which card the later stage adds more of
    no_cpu: cp_model.IntVar = field(init=False)
    coolers: cp_model.IntVar = field(init=False)
    costs: list[Expression] = field(default_factory=list)

    def __post_init__(self) -> None:
        for lot in self.lots:
            for item, n in lot.items:
                self.items[item.key] = item
                self.supply[item.key] = self.supply.get(item.key, 0) + n * lot.available
        self._choose()
        self._use_only_what_is_bought()

    def asks(self, rule: str) -> bool:
        """Whether a rule is to hold."""
        return rule not in self.without

    def may_hold(self, what: str, rule: str) -> Expression:
        """1 where the host is a system whose listing does not name its "cpu" or "ram", and that is not refused."""
        hardened = rule in self.target.harden
        return self.hosts(
            lambda host: host.is_owned_machine or (host.is_system and what not in host.holds and not hardened)
        )

    def hosts(self, holds: Callable[[Item], bool]) -> Expression:
        """1 where the chosen host passes the test, else 0."""
        return weighted((variable, int(holds(self.items[key]))) for key, variable in self.host.items())

    def of_host(self, value: Callable[[Item], int]) -> Expression:
        """The chosen host's value."""
        return weighted((variable, value(self.items[key])) for key, variable in self.host.items())

    def of_cpus(self, value: Callable[[Item, int], int]) -> Expression:
        """The chosen processors' value, given the item and how many of it."""
        return weighted((variable, value(self.items[key], n)) for (key, n), variable in self.cpu.items())

    def of_rams(self, value: Callable[[Item], int]) -> Expression:
        """The memory's value, summed over kits."""
        return weighted((variable, value(self.items[key])) for key, variable in self.ram.items())

    def of_cards(self, value: Callable[[Item], int]) -> Expression:
        """The cards' value, summed over cards."""
        return weighted((variable, value(self.items[key])) for key, variable in self.card.items())

    def of_extra_cards(self, value: Callable[[Item], int]) -> Expression:
        """The value of the cards that the later stage adds: more of the neediest."""
        later, now = self.target.later, self.target.gpus
        extra = max(0, later.gpus - now) if later is not None and now is not None else 0
        return weighted((variable, extra * value(self.items[key])) for key, variable in self.neediest.items())

    def of_psu(self, value: Callable[[Item], int]) -> Expression:
        """The board's power supply's value; 0 in a system."""
        return weighted((variable, value(self.items[key])) for key, variable in self.psu.items())

    def of_aux(self, value: Callable[[Item], int]) -> Expression:
        """The server supply's value; 0 without one."""
        return weighted((variable, value(self.items[key])) for key, variable in self.aux.items())

    def variables(self) -> list[cp_model.IntVar]:
        """Those that describe the machine and what is bought: enough to start a second search from."""
        chosen = [v for each in (self.host, self.ram, self.card, self.psu, self.aux) for v in each.values()]
        return [*self.bought, *chosen, *self.cpu.values(), self.no_cpu]

    def used(self) -> Expression:
        """How many parts stand in the machine."""
        counts = [v for each in (self.host, self.ram, self.card, self.psu, self.aux) for v in each.values()]
        return weighted((v, 1) for v in counts) + self.of_cpus(lambda _cpu, n: n)

    def category(self, category: Category | None) -> Iterable[tuple[str, Item, int]]:
        """Key, item and supply of what there is of a category, in the order of keys."""
        return (
            (key, self.items[key], self.supply[key])
            for key in sorted(self.items)
            if self.items[key].category is category
        )

    def _choose(self) -> None:
        model = self.model
        for category in (Category.BOARD, Category.SYSTEM):
            self.host |= {key: model.new_bool_var(f"host {key}") for key, _, _ in self.category(category)}
        for key, _item, n in self.category(Category.CPU):
            for k in range(1, min(n, MOST_SOCKETS) + 1):
                self.cpu[key, k] = model.new_bool_var(f"{k} x {key}")
        for key, _item, n in self.category(Category.RAM):
            self.ram[key] = model.new_int_var(0, min(n, MOST_KITS), key)
        for key, _item, n in self.category(Category.GPU):
            self.card[key] = model.new_int_var(0, min(n, MOST_CARDS), key)
        for key, item, _n in self.category(Category.PSU):
            server = is_server(item.psu.is_server, item.psu.needs_breakout)
            if not server or not self.asks("server_psu"):
                self.psu[key] = model.new_bool_var(f"psu {key}")
            if server:
                self.aux[key] = model.new_bool_var(f"aux {key}")
        self.no_cpu = model.new_bool_var("no cpu")
        self.coolers = model.new_int_var(0, self.supply.get(COOLER, 0), COOLER)
        self.bought = [model.new_int_var(0, lot.available, lot.offer.id) for lot in self.lots]
        model.add_exactly_one(self.host.values())
        model.add_exactly_one([*self.cpu.values(), self.no_cpu])
        model.add_at_most_one(self.aux.values())
        # A system brings its own supply; whether a board may go without is the power rule's matter.
        model.add(self.of_psu(lambda _: 1) <= self.hosts(lambda host: not host.is_system))

    def _use_only_what_is_bought(self) -> None:
        terms: dict[str, list[tuple[cp_model.IntVar, int]]] = {key: [] for key in self.items}
        for lot, variable in zip(self.lots, self.bought, strict=True):
            for item, n in lot.items:
                terms[item.key].append((variable, n))
        used: dict[str, list[tuple[cp_model.IntVar, int]]] = {key: [] for key in self.items}
        for counts in (self.host, self.ram, self.card, self.psu, self.aux):
            for key, variable in counts.items():
                used[key].append((variable, 1))
        for (key, n), variable in self.cpu.items():
            used[key].append((variable, n))
        if COOLER in used:
            used[COOLER].append((self.coolers, 1))
        for key, uses in used.items():
            if uses:
                self.model.add(weighted(uses) <= weighted(terms[key]))


def weighted(terms: Iterable[tuple[cp_model.IntVar, int]]) -> Expression:
    """The sum of variable times weight; zero weights are left out."""
    pairs = [(variable, weight) for variable, weight in terms if weight]
    return cp_model.LinearExpr.weighted_sum([v for v, _ in pairs], [w for _, w in pairs]) if pairs else 0


def machine_of(problem: Problem, value: Callable[[cp_model.IntVar], int]) -> Machine:
    """The machine that a solution describes."""
    items = problem.items
    cpu = next(((items[key], n) for (key, n), variable in problem.cpu.items() if value(variable)), (None, 0))
    return Machine(
        host=next(items[key] for key, variable in problem.host.items() if value(variable)),
        cpu=cpu[0],
        cpus=cpu[1],
        rams=_counted(items, problem.ram, value),
        cards=_counted(items, problem.card, value),
        psu=next((items[key] for key, variable in problem.psu.items() if value(variable)), None),
        aux=next((items[key] for key, variable in problem.aux.items() if value(variable)), None),
        coolers=value(problem.coolers),
    )


def _counted(
    items: Mapping[str, Item], counts: Mapping[str, cp_model.IntVar], value: Callable[[cp_model.IntVar], int]
) -> tuple[tuple[Item, int], ...]:
    return tuple((items[key], value(variable)) for key, variable in counts.items() if value(variable))
