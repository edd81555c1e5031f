"""Plans of large programmes by parts: what is kept and what is free, dates one by one, two searches at once."""

from __future__ import annotations

import math
import threading
import time
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.shapes import Shape
from optimizer.algebra.array_model import ArrayModel
from optimizer.instance.loader import load
from optimizer.solver import by_parts
from optimizer.solver import dates as dates_module
from optimizer.solver.dates import enough, proven, ruled_out
from optimizer.solver.first_plan import first_plan, with_early_money
from optimizer.solver.highs import Limits, Outcome, minimise
from optimizer.solver.layout import Layout, Roles
from optimizer.solver.level import Objective
from optimizer.solver.matrix import Expression, Matrix, Vector
from optimizer.solver.neighbourhoods import improved, parts
from optimizer.solver.parts import each
from optimizer.solver.start_heuristic import FEWEST_INTEGERS
from optimizer.solving.compile import compile_instance
from optimizer.solving.compiled import Compiled
from optimizer.solving.programme import programme_of
from optimizer.solving.reductions.reduced import reduced

from .runs import worst_violation

INSTANCES = Path(__file__).resolve().parents[2] / "instances"
LIMITS = Limits(gap_share=1e-3, time_limit_s=60.0, threads=1, seed=0)
SMALL = Shape("quarter", 2, 2, 2, lots=True)


@cache
def small() -> tuple[Matrix, Expression, Layout, Roles]:
    built, compiled = compile_instance(SMALL.instance())
    layout = compiled.layout_of(built.model)
    assert layout.roles is not None
    return compiled.matrix, compiled.expression(built.objectives["cost_of_capital"].expression), layout, layout.roles


def assert_plan(matrix: Matrix, x: Vector) -> None:
    assert worst_violation(matrix, x) <= 1e-6
    assert np.abs(x - np.round(x))[matrix.integer].max() <= 1e-6


def test_what_the_flagship_builds_orders_and_dates() -> None:
    """By the names of its families; two rounds bring money, wind and partner have dates without."""
    built, compiled = compile_instance(load(INSTANCES / "anthropic-50b.yaml"))
    roles = compiled.layout_of(built.model).roles
    assert roles is not None
    names = np.array([name.partition("[")[0].partition(".")[0] for name in compiled.names.columns])
    assert set(names[roles.sites]) == {"starts", "entry_complete"}
    assert set(names[roles.orders]) == {"lots", "tier"}
    dated = [[compiled.names.columns[j] for j in dates] for dates in roles.dated]
    assert [columns[0].partition("[")[0] for columns in dated] == [
        "energy_signed.texas-wind",
        "partner_signed",
        "equity_round",
        "equity_round",
    ]
    # series F 2026 to 2028, series G 2027 to 2030
    assert [len(dates) for dates in roles.money] == [3, 4]


def test_roles_of_sums() -> None:
    """Columns 0 and 2 are one sum, 1 is a copy that is left out; dates follow their columns."""
    yes, no = True, False
    sites, orders, implied = (np.array(of) for of in ([yes, no, yes, no], [no, yes, no, no], [no, no, no, yes]))
    roles = Roles(sites, orders, implied, (np.array([1, 3], dtype=np.int32),))
    layout = Layout(np.array([1, 2, 3, 4], dtype=np.int32), np.full(4, -1, dtype=np.int32), roles)
    found = layout.of_groups(np.array([0, 3]), np.array([0, -1, 0, 1]))
    assert found.roles is not None
    assert (found.period.tolist(), found.roles.sites.tolist()) == ([1, 4], [yes, no])
    assert found.roles.implied.tolist() == [no, yes]
    assert [dates.tolist() for dates in found.roles.dated] == [[1]]
    longer = found.longer(1)
    assert longer.roles is not None
    assert (longer.period.tolist(), longer.roles.sites.tolist()) == ([1, 4, 0], [yes, no, no])


def test_only_the_quarterly_programme_of_those_shipped_is_searched_by_parts() -> None:
    """So that the plans of all others are what they were."""
    large = []
    for path in sorted(INSTANCES.glob("*.yaml")):
        if path.stem.endswith((".batch", ".tree")):
            continue
        instance = load(path)
        built, compiled = compile_instance(instance)
        programme = programme_of(instance, built, compiled, None)
        smaller = reduced(built.model.instance, compiled, programme, "auto")
        if (smaller.programme if smaller else programme).layout is not None:
            large.append(path.stem)
        else:
            assert int(compiled.matrix.integer.sum()) < FEWEST_INTEGERS
    assert large == ["anthropic-50b-quarterly"]


# ── plans ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_first_plan_is_a_plan_and_by_parts_it_gets_near_the_best() -> None:
    """Within 0.5 % of the bound, since blocks on line follow what is built in a window; better than the first."""
    matrix, cost, layout, roles = small()
    x = first_plan(matrix, cost, roles, LIMITS)
    assert x is not None
    assert_plan(matrix, x)
    better = improved(matrix, cost, layout, roles, LIMITS, x)
    assert_plan(matrix, better)
    bound = minimise(matrix, cost, LIMITS).bound
    assert bound - 1e-6 <= cost.value(better) <= min(cost.value(x), 1.005 * bound)


def test_early_money_is_at_the_first_date() -> None:
    """z of three dates: 1, 0, 0. What is no round is as it was."""
    low, high, whole = np.zeros(4), np.ones(4), np.ones(4, dtype=bool)
    matrix = Matrix(minimal_rows(4), np.zeros(1), np.full(1, 9.0), low, high, whole)
    roles = Roles(~whole, ~whole, ~whole, (), (np.array([0, 1, 2], dtype=np.int32),))
    early = with_early_money(matrix, roles)
    assert (early.low.tolist(), early.high.tolist()) == ([1, 0, 0, 0], [1, 0, 0, 1])


def minimal_rows(columns: int) -> object:
    from scipy import sparse

    return sparse.csr_matrix(np.ones((1, columns)))


def test_the_money_is_all_that_is_no_site_and_no_order() -> None:
    matrix, _, layout, roles = small()
    money, *windows = parts(matrix, layout, roles)
    assert not (money.free & roles.built).any()
    assert (money.free | roles.built)[matrix.integer].all()
    # eight quarters, four at a time, each overlapping the next by half, and every integer is in one of them
    assert len(windows) == 4
    assert np.logical_or.reduce([part.free for part in windows])[matrix.integer].all()
    for dates in roles.dated:
        assert all(part.free[dates].all() for part in windows)


def test_the_same_plan_for_the_same_threads() -> None:
    """Two searches at once, twice: which of them is done first does not matter."""
    matrix, cost, layout, roles = small()
    start = first_plan(matrix, cost, roles, LIMITS)
    assert start is not None
    two = Limits(1e-3, 60.0, 2, 0)
    one, other = (improved(matrix, cost, layout, roles, two, start) for _ in range(2))
    assert np.array_equal(one, other)


def test_parts_come_in_their_order() -> None:
    """The first takes longest."""

    def slept(seconds: float) -> float:
        time.sleep(seconds)
        return seconds

    assert each(slept, [0.05, 0.0, 0.02], 2) == [0.05, 0.0, 0.02]


def test_a_part_that_fails_fails_all() -> None:
    def fail(part: int) -> int:
        raise ValueError(str(part))

    with pytest.raises(ValueError, match="3"):
        each(fail, [3, 4], 2)


# ── dates ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def no_roles(columns: int) -> Roles:
    nothing = np.zeros(columns, dtype=bool)
    return Roles(nothing, nothing, nothing)


@cache
def round_of_three() -> tuple[Matrix, Expression, Roles]:
    """A round of at most 10 in period 1, 2 or 3, of which 4 are needed by 2 and 4 more by 3; carrying 1 costs 1.

    raised[t] ≤ 10·z[t], Σ z ≤ 1, cash never below 0: cash[t] = cash[t−1] + raised[t] − need[t]; cost = 3·r1 + 2·r2 +
    r3, what is carried from its date to the end of 3. A second source may give 4 in period 2 for 30.

    Date 1 or 2: 8 at 3 or 2 each, 24 or 16. Date 3: 4 of the second source and 4 of the round, 30 + 4. Never: nothing
    pays for 3, infeasible. Without whole numbers z = 0.4 in both of 2 and 3: 4·2 + 4·1 = 12.
    """
    algebra = ArrayModel()
    z = algebra.variables("round", [1, 2, 3], 0.0, 1.0, integer=True)
    raised = algebra.variables("raised", [1, 2, 3], 0.0, 10.0, integer=False)
    other = algebra.variables("other", [2], 0.0, 1.0, integer=True)
    rows = algebra.rows("rows")
    rows.add(z[1] + z[2] + z[3] <= 1)
    for t in (1, 2, 3):
        rows.add(raised[t] <= 10 * z[t])
    rows.add(raised[1] + raised[2] + 4 * other[2] >= 4)
    rows.add(raised[1] + raised[2] + raised[3] + 4 * other[2] >= 8)
    compiled = Compiled(algebra)
    cost = compiled.expression(3 * raised[1] + 2 * raised[2] + raised[3] + 30 * other[2] + 100)
    nothing = no_roles(compiled.matrix.shape[1])
    dates = np.array([0, 1, 2], dtype=np.int32)
    return compiled.matrix, cost, replace(nothing, dated=(dates,), money=(dates,))


def test_dates_are_ruled_out_one_by_one() -> None:
    """Linear programmes by date: 124, 116 and 134 with the 100 that nothing changes; never is infeasible."""
    matrix, cost, roles = round_of_three()
    assert minimise(matrix.relaxed(), cost, LIMITS).value == pytest.approx(112.0)
    everything = ruled_out(matrix, cost, roles, LIMITS, math.inf)
    assert everything is not None
    assert everything.bounds == pytest.approx({(0,): 124.0, (1,): 116.0, (2,): 134.0})
    some = ruled_out(matrix, cost, roles, LIMITS, 120.0)
    assert some is not None
    assert some.bounds == pytest.approx({(1,): 116.0})
    assert [some.closed, some.bound] == pytest.approx([124.0, 116.0])
    # a second round that changes nothing: where all dates of the first are ruled out, it is not asked
    twice = replace(roles, money=(roles.money[0], np.array([6], dtype=np.int32)))
    none = ruled_out(matrix, cost, twice, LIMITS, 110.0)
    assert none is not None
    assert not none.bounds
    assert none.closed == pytest.approx(116.0)


@pytest.mark.parametrize("threads", [1, 2])
def test_a_better_date_is_found_and_proven(threads: int) -> None:
    """From the plan of date 1, 124: date 2 is 116, and no plan is better."""
    matrix, cost, roles = round_of_three()
    x = np.array([1, 0, 0, 8, 0, 0, 0.0])
    assert cost.value(x) == 124.0
    found = proven(matrix, cost, roles, Limits(1e-4, 60.0, threads, 0), x)
    assert found is not None
    assert found.status == "optimal"
    assert found.value == pytest.approx(116.0)
    assert 116.0 * (1.0 - 1e-4) - 1e-6 <= found.bound <= 116.0


def test_the_gap_is_one_of_the_base_of_the_plan_that_is_proven(monkeypatch: pytest.MonkeyPatch) -> None:
    """The base is 50 below the value with date 1, and 90 below with date 2: the gap of 116 is a share of 26, not of 66.

    From date 1 the parts find date 2, and the proof sees it as large as its base: 26 − 26/5 is enough for
    it. To date 1, seen at 34, the fifth is one of 74.
    """
    matrix, cost, roles = round_of_three()
    base = Expression(cost.cost + np.array([40.0, 0, 0, 0, 0, 0, 0]), cost.constant - 90.0)
    objective = Objective("cost", cost, True, base=base)
    early, late = np.array([1, 0, 0, 8, 0, 0, 0.0]), np.array([0, 1, 0, 0, 8, 0, 0.0])
    assert [cost.value(early), base.value(early), cost.value(late), base.value(late)] == [124.0, 74.0, 116.0, 26.0]
    asked: list[float] = []

    def bounded(_: Matrix, seen: Expression, __: Roles, ___: Limits, x: Vector, **named: Any) -> Outcome:
        asked.extend(seen.value(plan) for plan in (late, early))
        asked.extend(named["wanted"](plan, seen.value(plan)) for plan in (late, early))
        return Outcome("optimal", x, seen.value(x), 22.0)

    layout = Layout(np.ones(matrix.shape[1], dtype=np.int32), np.full(matrix.shape[1], -1, dtype=np.int32), roles)
    monkeypatch.setattr(by_parts, "improved", lambda *_, **__: late)
    monkeypatch.setattr(by_parts, "proven", bounded)
    x, outcome = by_parts.search_by_parts(matrix, objective, layout, Limits(0.2, 60.0, 1, 0), start=early)
    assert asked == pytest.approx([26.0, 34.0, 26.0 - 26.0 / 5.0, 34.0 - 74.0 / 5.0])
    assert outcome is not None
    assert x is late
    assert (outcome.status, outcome.value, outcome.bound) == ("optimal", 116.0, 112.0)


def test_how_near_a_bound_has_to_be_is_asked_of_each_plan() -> None:
    """At the gap of 124 date 2 is left: its plan, 116, wants a bound of its own, with which nothing is left."""
    matrix, cost, roles = round_of_three()
    heard: list[float] = []

    def wanted(_: Vector, value: float) -> float:
        heard.append(value)
        return value - (7.0 if value > 120.0 else 0.5)

    found = proven(matrix, cost, roles, LIMITS, np.array([1, 0, 0, 8, 0, 0, 0.0]), wanted=wanted)
    assert found is not None
    assert (found.status, found.value) == ("optimal", pytest.approx(116.0))
    assert found.bound >= 115.5 - 1e-6
    assert [min(heard), max(heard)] == pytest.approx([116.0, 124.0])


def test_one_tree_where_dates_say_little() -> None:
    """Each dollar of the round costs 1 whenever it is raised: 8 with date 1 or 2, as in the relaxation, all with 100.

    Date 3 needs the second source: 4 + 30 more. From that plan, 134, one tree over all dates finds 108 and proves it.
    """
    matrix, _, roles = round_of_three()
    cost = Expression(np.array([0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 30.0]), 100.0)
    x = np.array([0, 0, 1, 0, 0, 4, 1.0])
    assert_plan(matrix, x)
    assert cost.value(x) == 134.0
    heard: list[str] = []
    found = proven(matrix, cost, roles, LIMITS, x, watch=lambda *state: heard.append(state[2]))
    assert found is not None
    assert (found.status, heard) == ("optimal", ["tree over all dates of money"])
    assert found.value == pytest.approx(108.0)
    assert 108.0 * (1.0 - 1e-3) - 1e-6 <= found.bound <= 108.0


def test_what_proves_too_much_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Linear programmes that are called infeasible at the dates of a plan that there is."""
    matrix, cost, roles = round_of_three()

    def nothing(_: object, __: object, ___: object, values: Vector, *____: object) -> Vector:
        return np.full(np.atleast_2d(values).shape[0], np.inf)

    monkeypatch.setattr(dates_module, "trials", nothing)
    assert proven(matrix, cost, roles, LIMITS, np.array([1, 0, 0, 8, 0, 0, 0.0])) is None


def test_without_rounds_there_is_nothing_to_tell_apart() -> None:
    matrix, cost, roles = round_of_three()
    assert ruled_out(matrix, cost, no_roles(roles.sites.size), LIMITS, math.inf) is None


def test_a_stop_leaves_the_plan_and_its_bound() -> None:
    """The linear programmes are not asked any more: the plan is kept, and nothing is said to be proven."""
    matrix, cost, roles = round_of_three()
    stop = threading.Event()
    stop.set()
    x = np.array([1, 0, 0, 8, 0, 0, 0.0])
    found = proven(matrix, cost, roles, LIMITS, x, stop=stop)
    assert found is None or (found.status, found.value) == ("feasible", 124.0)


def test_only_what_is_below_is_looked_for() -> None:
    """The best is 116, its constant of 100 counted: below 116 there is nothing, below 118 it is found."""
    matrix, cost, _ = round_of_three()
    nothing = minimise(matrix, cost, LIMITS, below=115.9)
    assert (nothing.status, nothing.bound) == ("infeasible", 115.9)
    assert minimise(matrix, cost, LIMITS, below=118.0).value == pytest.approx(116.0)
    turned = Expression(-cost.cost, -cost.constant)
    assert minimise(matrix, turned, LIMITS, maximise=True, below=-115.9).status == "infeasible"
    assert minimise(matrix, turned, LIMITS, maximise=True, below=-118.0).value == pytest.approx(-116.0)


def test_enough_is_the_gap_of_the_value() -> None:
    assert enough(200.0, Limits(0.01, 1.0, 1, 0)) == pytest.approx(198.0)
    assert enough(-200.0, Limits(0.01, 1.0, 1, 0)) == pytest.approx(-202.0)
