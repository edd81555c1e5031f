"""Scenario programmes that are no instance, given to the engine as matrices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from scipy import sparse

from optimizer.solver.highs import Limits
from optimizer.solver.level import Objective
from optimizer.solver.matrix import Expression, Matrix, Names
from optimizer.solving.programme import Programme
from optimizer.uncertainty.joined import Joined, NotSharedError, joined
from optimizer.uncertainty.leaf import LeafProgramme
from optimizer.uncertainty.levels import all_at_once
from optimizer.uncertainty.objectives import risk_of, whole_of
from optimizer.uncertainty.tree import Leaf, Risk, TreeNode


@dataclass(frozen=True)
class StandIn:
    """A programme with its names, and the nodes that decide its columns, in place of a built instance."""

    programme: Programme
    names: Names
    published: Any
    row_periods: Any


class Given(LeafProgramme):
    """A leaf whose owners are given: ``r`` of today, else its own."""

    @property
    def owners(self) -> list[str]:  # type: ignore[override]
        own = self.leaf.path[-1].name
        return ["today" if name.startswith("r.") else own for name in self.built.names.columns]

    @property
    def keys(self) -> list[tuple[str, str]]:  # type: ignore[override]
        return list(zip(self.owners, self.built.names.columns, strict=True))


def leaf(
    name: str,
    probability: float,
    cost: dict[str, float],
    rows: list[tuple[dict[str, float], float, float]],
    whole: tuple[str, ...] = (),
    high: float = np.inf,
    periods: list[int] | None = None,
) -> LeafProgramme:
    """A minimum over columns ≥ 0 by name; rows are coefficients with their limits."""
    columns = list(cost)
    a = np.array([[row.get(column, 0.0) for column in columns] for row, _, _ in rows])
    n = len(columns)
    matrix = Matrix(
        sparse.csr_matrix(a),
        np.array([low for _, low, _ in rows]),
        np.array([top for _, _, top in rows]),
        np.zeros(n),
        np.full(n, high),
        np.array([column in whole for column in columns]),
    )
    nothing = np.zeros(n, dtype=bool)
    objective = Objective("cost", Expression(np.array([cost[column] for column in columns]), 0.0), True)
    programme = Programme(matrix, [objective], [], nothing, None)
    names = Names(tuple(f"row[{i + 1}]" for i in range(len(rows))), tuple(columns))
    path = (TreeNode("today", None, 1, 1.0), TreeNode(name, "today", 2, probability))
    built: Any = StandIn(programme, names, np.ones(n, dtype=bool), np.array(periods or [0] * len(rows)))
    return Given(Leaf(name, path, probability, None), built)  # type: ignore[arg-type]


EXPECTED = Risk()


def best(group: Joined, risk: Risk = EXPECTED) -> tuple[float, np.ndarray[Any, Any]]:
    solution = all_at_once(whole_of(group, risk), Limits(0.0, 60.0, 1, 0))
    return solution.levels[0].value, solution.x


def capacity(wanted: float, probability: float) -> LeafProgramme:
    """A scenario of Birge and Louveaux's capacity expansion (Introduction to Stochastic Programming, section 1.3)."""
    build = {"r.x1": 10.0, "r.x2": 7.0, "r.x3": 16.0, "r.x4": 6.0}
    base = (4.0, 4.5, 3.2, 5.5)
    run = {f"y{i + 1}{j + 1}": base[i] * length for i in range(4) for j, length in enumerate((10.0, 6.0, 1.0))}
    rows: list[tuple[dict[str, float], float, float]] = [
        (dict.fromkeys(build, 1.0), 12.0, np.inf),
        (dict(build), -np.inf, 120.0),
    ]
    for i in range(4):
        used = {f"y{i + 1}{j + 1}": 1.0 for j in range(3)}
        rows.append(({**used, f"r.x{i + 1}": -1.0}, -np.inf, 0.0))
    for j, demand in enumerate((wanted, 3.0, 2.0)):
        rows.append(({f"y{i + 1}{j + 1}": 1.0 for i in range(4)}, demand, np.inf))
    return leaf(f"d{wanted:g}", probability, {**build, **run}, rows)


def test_capacity_expansion_of_birge_and_louveaux() -> None:
    """381.8533, as the book has it: 2.67, 4.00, 3.33 and 2.00 of the four technologies.

    It is no instance: technologies run by load segments of 10, 6 and 1, which our hardware does not know.
    """
    value, x = best(joined([capacity(3.0, 0.3), capacity(5.0, 0.4), capacity(7.0, 0.3)]))
    assert value == pytest.approx(381.8533, abs=1e-4)
    assert x[:4] == pytest.approx([8 / 3, 4.0, 10 / 3, 2.0], abs=1e-4)


def test_what_is_shared_stands_there_once() -> None:
    """Three scenarios with 4 columns and 2 rows of their own decisions today, 12 and 7 each of what follows."""
    group = joined([capacity(3.0, 0.3), capacity(5.0, 0.4), capacity(7.0, 0.3)])
    assert group.matrix.shape == (2 + 3 * 7, 4 + 3 * 12)
    assert group.sharing[:4].tolist() == [3, 3, 3, 3]


def simple(name: str, limit: float, periods: list[int] | None = None, high: float = np.inf) -> LeafProgramme:
    rows: list[tuple[dict[str, float], float, float]] = [
        ({"r.x": 1.0}, -np.inf, limit),
        ({"r.x": 1.0, "y": -1.0}, -np.inf, 0.0),
    ]
    return leaf(name, 0.5, {"r.x": -1.0, "y": 0.5}, rows, (), high, periods)


def test_a_row_of_today_that_knows_the_future_is_an_error_with_its_name() -> None:
    """x ≤ 3 in one scenario and x ≤ 4 in another, in period 1, in which nobody can tell them apart."""
    with pytest.raises(NotSharedError, match=r"row row\[1\] of `(one|other)`, of period 1, is not that of other"):
        joined([simple("one", 3.0, [1, 0]), simple("other", 4.0, [1, 0])])


@pytest.mark.parametrize("periods", [[0, 0], [2, 0]])
def test_a_row_of_later_may_differ_and_both_hold(periods: list[int]) -> None:
    """In period 2 they are told apart: today's x is at most 3 and at most 4, and its y costs half of it: −3 + 1.5."""
    group = joined([simple("one", 3.0, periods), simple("other", 4.0, periods)])
    assert group.differing == {"row": 2}
    value, x = best(group)
    assert x[0] == pytest.approx(3.0)
    assert value == pytest.approx(-1.5)


def test_bounds_of_what_is_shared_meet() -> None:
    one, other = simple("one", 9.0, high=5.0), simple("other", 9.0, high=2.0)
    assert joined([one, other]).matrix.high[0] == 2.0


def test_cvar_is_what_sorting_says() -> None:
    """Losses 0, 2, 5 and 10, a fixed choice each, with probabilities 0.4, 0.3, 0.2 and 0.1.

    The worst 15 % are all of 10 and a quarter of the 5: (0.1·10 + 0.05·5)/0.15 = 8.333; with a weight of one half
    beside the expectation of 2.6 that is 5.4667.
    """
    chance = {0.0: 0.4, 2.0: 0.3, 5.0: 0.2, 10.0: 0.1}
    leaves = [leaf(f"l{loss:g}", p, {"r.x": 1.0, "y": 1.0}, [({"y": 1.0}, loss, np.inf)]) for loss, p in chance.items()]
    risk = Risk("cvar", 0.85, 0.5)
    value, _ = best(joined(leaves), risk)
    assert value == pytest.approx(0.5 * 2.6 + 0.5 * (0.1 * 10 + 0.05 * 5) / 0.15, abs=1e-6)
    assert risk_of(list(chance), list(chance.values()), risk, True) == pytest.approx(value, abs=1e-6)
