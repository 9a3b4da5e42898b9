"""What a machine that holds an offer must cost at least, for every group of offers at once.

Machines are told apart into classes by their host (socket, sockets, memory type, board or system) and by whether a server
supply feeds the cards. Of each class a small covering program is solved: so many cards, memory, a processor, a supply, a host,
a picture, coolers, EPS leads, each at the least price anybody asks. Its dual prices give every group's bound: the program's
value, and what the group costs beyond the value of what it covers. What the covering leaves out can only make a machine dearer.
"""

import numpy as np
from numpy.typing import NDArray
from ortools.linear_solver import pywraplp

from tracker.domain.target import Target
from tracker.optimiser.allowances import BOARD_ONLY, unit_price
from tracker.optimiser.cover import ROWS, Cover, Kind
from tracker.optimiser.market import Columns, Market
from tracker.optimiser.rules.processor import may_assume

Floats = NDArray[np.float64]
_SLACK = 1e-6  # of a minor unit: the linear solver's own tolerance
_NEW_COLUMNS = 12
_DEAR = 1e9  # minor units: more than any machine


def bounds(market: Market, target: Target, columns: Columns, merit: int) -> Floats:
    """The least total of a machine for the target that buys each column, in minor units; infinite where none does.

    `merit` is the least that the cards must come to of what the target maximises, beside what it asks.
    """
    best = np.full(len(columns.group), np.inf)
    cover = Cover(market, target, merit)
    if not cover.has_cards:
        return best
    for kind in cover.kinds():
        share = cover.of_groups(kind)[columns.group]
        live = np.flatnonzero((share > 0).any(axis=1))
        rows = cover.needed(kind)
        fixed, pieces = _allowances(target, kind, cover, rows)
        found = _bounds_of(share[live][:, rows], columns.cost[live].astype(np.float64), columns.most[live], pieces)
        if found is not None:
            best[live] = np.minimum(best[live], found + fixed)
    return best


def _allowances(target: Target, kind: Kind, cover: Cover, rows: list[int]) -> tuple[int, list[tuple[float, Floats]]]:
    """What every machine of the class pays for allowances; and those that stand in for something, as columns."""
    names = [name for name in target.always if not (kind.is_system and name in BOARD_ONLY)]
    fixed = sum(unit_price(name, target) for name in names)
    if kind.has_aux:
        fixed += unit_price("breakout", target) + cover.least.fewest * cover.least.eps8 * unit_price(
            "eps-adapter", target
        )
    if cover.least.all_passive and not kind.blows:
        fixed += cover.least.fewest * unit_price("shroud", target)
    columns = []
    for name, row, share in (
        ("display-card", "picture", 1.0),
        ("cpu-cooler", "cooler", 1 / cover.processors(kind)),
        ("eps-adapter", "eps", 1 / max(1, cover.least.fewest * cover.least.eps8)),
    ):
        if ROWS.index(row) in rows and may_assume(target, name):
            column = np.zeros(len(ROWS))
            column[ROWS.index(row)] = share
            columns.append((float(unit_price(name, target)), column[rows]))
    return fixed, columns


def _bounds_of(share: Floats, cost: Floats, most: Floats, pieces: list[tuple[float, Floats]]) -> Floats | None:
    """Dual prices by column generation, and each column's bound from them; None where nothing covers some row."""
    cheap = np.where(share > 0, cost[:, None] / np.maximum(share, 1e-9), np.inf)
    chosen = sorted({int(each) for each in cheap.argmin(axis=0)}) if len(cost) else []
    while True:
        columns = [(float(cost[each]), float(most[each]), share[each]) for each in chosen]
        columns += [(price, np.inf, covers) for price, covers in pieces]
        dual, is_covered = _dual(columns, share.shape[1])
        reduced = cost - share @ dual
        worst = np.argpartition(reduced, min(_NEW_COLUMNS, len(reduced) - 1))[:_NEW_COLUMNS] if len(cost) else ()
        new = [int(each) for each in worst if reduced[each] < -_SLACK and int(each) not in chosen]
        if not new:
            break
        chosen += new
    if not is_covered:
        return None
    # What is worth more than it costs is bought as often as it is there. One minor unit for rounding: never too high.
    value = dual.sum() + sum(min(0.0, reduced[each]) * most[each] for each in chosen if reduced[each] < -_SLACK)
    return np.asarray(value + np.maximum(reduced, 0) - 1, dtype=np.float64)


def _dual(columns: list[tuple[float, float, Floats]], height: int) -> tuple[Floats, bool]:
    """The rows' prices of the covering program over some columns, and whether they cover all rows.

    A row that is not covered is bought at a price that any column beats.
    """
    solver = pywraplp.Solver.CreateSolver("GLOP")
    rows = [solver.Constraint(1, solver.infinity()) for _ in range(height)]
    objective = solver.Objective()
    for price, most, covers in columns:
        column = solver.NumVar(0, most, "")
        objective.SetCoefficient(column, price)
        for row, part in zip(rows, covers.tolist(), strict=True):
            if part:
                row.SetCoefficient(column, part)
    missing = [solver.NumVar(0, solver.infinity(), "") for _ in rows]
    for row, column in zip(rows, missing, strict=True):
        row.SetCoefficient(column, 1)
        objective.SetCoefficient(column, _DEAR)
    objective.SetMinimization()
    if solver.Solve() != pywraplp.Solver.OPTIMAL:
        return np.zeros(height), True  # no price at all is a bound too
    return np.array([max(0.0, row.dual_value()) for row in rows]), all(m.solution_value() < _SLACK for m in missing)
