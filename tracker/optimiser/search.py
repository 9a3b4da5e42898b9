"""Runs the integer program: one worker and one seed, so that equal problems give equal answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from time import monotonic

from tracker.domain.target import Target
from tracker.optimiser.check import check, is_refused
from tracker.optimiser.cp import cp_model
from tracker.optimiser.encode import encode
from tracker.optimiser.lots import Lot
from tracker.optimiser.machine import Machine
from tracker.optimiser.problem import Expression, Problem, machine_of, weighted
from tracker.optimiser.rules.cards import merit_of

_MOST_UNITS = 64  # more than one machine buys, or uses parts; only the weight of ties depends on it
# Which places of a machine a rule looks at: a refused choice of these is excluded, whatever stands elsewhere.
_LOOKS_AT = {
    "processor": "host cpu",
    "socket": "host cpu",
    "cpu_count": "host cpu card",
    "bios": "host cpu",
    "cpu_cooler": "host cpu",
    "cpu_lanes": "cpu",
    "cores": "cpu",
    "memory": "host ram",
    "memory_type": "host ram",
    "memory_registered": "host ram",
    "memory_slots": "host ram",
    "memory_max": "host ram cpu",
    "memory_channels": "cpu ram",
    "slots": "host card",
    "case": "host card",
    "pcie_lanes": "host cpu card",
    "above_4g": "host card",
    "psu_watts": "host psu",
    "passive_cooling": "host card",
    "display": "host cpu card",
    "later_slots": "host card",
    "later_lanes": "host cpu card",
    "later_memory": "host",
    **dict.fromkeys(("wanted_cards", "gpus", "vram", "speed", "sxm", "blower", "cuda_support"), "card"),
}
_ALL_PLACES = "host cpu ram card psu aux"


def looks_at(rule: str) -> list[str]:
    """The places of a machine that decide a rule's verdict."""
    return _LOOKS_AT.get(rule, _ALL_PLACES).split()


@dataclass(frozen=True, slots=True)
class Found:
    """A machine and what is bought for it, or none; `is_proved` where the solver proved that nothing is better."""

    machine: Machine | None
    bought: tuple[tuple[Lot, int], ...] = ()
    is_proved: bool = True
    cost: int = 0
    values: tuple[tuple[cp_model.IntVar, int], ...] = ()


def merit_in(found: Found, target: Target) -> int:
    """What the cards found come to of what a target maximises; 0 where nothing is found."""
    return sum(merit_of(card, target) * n for card, n in found.machine.cards) if found.machine else 0


@dataclass(slots=True)
class Search:
    """One target's program, solved again and again with more machines excluded."""

    target: Target
    lots: Sequence[Lot]
    without: frozenset[str]
    deadline: float
    problem: Problem = field(init=False)
    cost: Expression = field(init=False)

    def __post_init__(self) -> None:
        self.problem = Problem(self.target, self.lots, self.without)
        if self.problem.host:
            self.cost = encode(self.problem)
            if self.target.budget is not None and self.problem.asks("budget"):
                self.problem.model.add(self.cost <= self.target.budget.minor)

    def most(self) -> Found:
        """The machine with the most of what the target maximises."""
        if not self.problem.host:
            return Found(None)
        model = self.problem.model.clone()
        model.maximize(self._merit())
        return self._solve(model)

    def _merit(self) -> Expression:
        return self.problem.of_cards(lambda card: merit_of(card, self.target))

    def limit_cost(self, total: int) -> None:
        """From here on only machines of at most this total."""
        if self.problem.host:
            self.problem.model.add(self.cost <= total)

    def ask_merit(self, merit: int) -> None:
        """From here on only machines that have at least so much of what the target maximises."""
        if self.problem.host:
            self.problem.model.add(self._merit() >= merit)

    def cheapest(self, *, settles_ties: bool = True) -> Found:
        """The cheapest machine not excluded."""
        if not self.problem.host:
            return Found(None)
        model = self.problem.model
        model.minimize(self.cost)
        first = self._solve(model)
        if first.machine is None or not settles_ties:
            return first
        # The same total again, by what decides ties: in one objective with the cost the weights would overflow.
        tied = model.clone()
        for variable, value in first.values:
            tied.add_hint(variable, value)
        tied.add(self.cost <= first.cost)
        tied.minimize(self._ties())
        best = self._solve(tied)
        return replace(best if best.machine is not None else first, is_proved=first.is_proved)

    def _ties(self) -> Expression:
        """Fewer offers, then those first by id, then fewer parts in use: each level weighs more than all below it."""
        units = weighted((v, 0 if lot.is_owned else 1) for v, lot in self._pairs())
        ranks = weighted((v, 0 if lot.is_owned else rank) for rank, (v, lot) in enumerate(self._pairs()))
        return units * (_MOST_UNITS**2 * len(self.lots)) + ranks * _MOST_UNITS + self.problem.used()

    def _pairs(self) -> list[tuple[cp_model.IntVar, Lot]]:
        return list(zip(self.problem.bought, self.lots, strict=True))

    def _solve(self, model: cp_model.CpModel, deadline: float | None = None) -> Found:
        """Solve until the answer passes the rules: what a hardened rule refuses is excluded and solved again."""
        while (left := (deadline or self.deadline) - monotonic()) > 0:
            solver = cp_model.CpSolver()
            solver.parameters.num_workers = 1
            # By default the solver takes Ctrl-C over, and leaves it with the system's own handler afterwards.
            solver.parameters.catch_sigint_signal = False
            solver.parameters.random_seed = 1
            solver.parameters.linearization_level = 2  # measured: the bounds need the linear relaxation most
            solver.parameters.max_time_in_seconds = left
            status = solver.solve(model)
            assert status != cp_model.MODEL_INVALID, model.validate()
            if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
                return Found(None, is_proved=status == cp_model.INFEASIBLE)
            machine = machine_of(self.problem, solver.value)
            refused = [v.rule for v in check(machine, self.target, self.without) if is_refused(v, self.target)]
            if not refused:
                return self._found(machine, solver, is_proved=status == cp_model.OPTIMAL)
            for rule in refused:
                self._exclude_choice(model, machine, looks_at(rule))
        return Found(None, is_proved=False)

    def _found(self, machine: Machine, solver: cp_model.CpSolver, *, is_proved: bool) -> Found:
        bought = tuple((lot, solver.value(v)) for v, lot in self._pairs() if solver.value(v))
        values = tuple((v, solver.value(v)) for v in self.problem.variables())
        return Found(machine, bought, is_proved, solver.value(self.cost), values)

    def exclude(self, machine: Machine) -> None:
        """Exclude every machine that contains this one whole."""
        fewer = []
        for kind, n in machine.kinds.items():
            literal = self.problem.model.new_bool_var(f"less {kind}")
            self.problem.model.add(self._count_of(kind) <= n - 1).only_enforce_if(literal)
            fewer.append(literal)
        self.problem.model.add_bool_or(fewer)

    def _count_of(self, kind: str) -> Expression:
        problem = self.problem
        terms = [(v, n) for (key, n), v in problem.cpu.items() if problem.items[key].kind == kind]
        for counts in (problem.host, problem.ram, problem.card, problem.psu, problem.aux):
            terms += [(v, 1) for key, v in counts.items() if problem.items[key].kind == kind]
        return weighted(terms)

    def _exclude_choice(self, model: cp_model.CpModel, machine: Machine, places: Sequence[str]) -> None:
        """Exclude just this choice of what stands in these places."""
        problem, differs = self.problem, []
        if "host" in places and machine.host is not None:
            differs.append(problem.host[machine.host.key].negated())
        if "cpu" in places:
            chosen = problem.cpu[machine.cpu.key, machine.cpus] if machine.cpu else problem.no_cpu
            differs.append(chosen.negated())
        for place, item, own in (("psu", machine.psu, problem.psu), ("aux", machine.aux, problem.aux)):
            if place in places:
                differs += [own[item.key].negated()] if item else list(own.values())
        for place, counts, used in (("ram", problem.ram, machine.rams), ("card", problem.card, machine.cards)):
            if place in places:
                differs += _other_counts(model, counts, {item.key: n for item, n in used})
        model.add_bool_or(differs)


def _other_counts(
    model: cp_model.CpModel, counts: Mapping[str, cp_model.IntVar], used: Mapping[str, int]
) -> list[cp_model.IntVar]:
    """Literals of which one is true where any count differs."""
    literals = []
    for key, variable in counts.items():
        n = used.get(key, 0)
        fewer, more = (model.new_bool_var(f"{word} {key}") for word in ("fewer", "more"))
        model.add(variable <= n - 1).only_enforce_if(fewer)
        model.add(variable >= n + 1).only_enforce_if(more)
        literals += [fewer, more]
    return literals
