"""Rows, variables and bounds of one's own change the optimum as derived by hand, and what cannot be is refused."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyomo.environ as pyo
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyomo.gdp import Disjunct, Disjunction

import optimizer
from optimizer.instance.loader import load
from optimizer.pyomo.model import ORIGIN
from optimizer.pyomo.own import OwnModelError, read_own
from optimizer.solver.matrix import Matrix
from optimizer.solving import programme
from optimizer.solving.compile import compile_instance
from tests.properties.solving import examples

from .campuses import BOTH, NORTH_FIRST, PERIODS, SITES, SOUTH_FIRST, begun, instance, model, one_at_once, value

KNOWN = Path(__file__).resolve().parents[2] / "instances" / "known-optimal"


def test_nothing_added_is_the_plan_of_the_instance() -> None:
    found = optimizer.solve_pyomo(model())
    assert value(found) == BOTH
    assert found.to_dict() == optimizer.solve(instance()).to_dict()
    assert "own" not in found.summary


@pytest.mark.parametrize(
    "name", ["lexicographic-share", "dilution", "wacc-net-of-cash", "tiers-incremental", "energy-mix", "loan-bullet"]
)
def test_a_known_optimum_by_way_of_pyomo(name: str) -> None:
    """Where nothing is added, what is solved is the matrix of the instance: plan and levels are the same."""
    known = load(KNOWN / f"{name}.yaml")
    plain, found = optimizer.solve(known), optimizer.solve_pyomo(optimizer.to_pyomo(known))
    assert found.audit_passed
    assert found.to_dict() == plain.to_dict()
    assert [level["value"] for level in found.summary["levels"]] == [
        level["value"] for level in plain.summary["levels"]
    ]


@pytest.mark.parametrize("name", ["anthropic-50b", "anthropic-50b-quarterly"])
def test_nothing_is_found_where_nothing_was_added(name: str) -> None:
    """Bounds of thousands of variables, worked out by two algebras: none is called narrower for its last digit."""
    shipped = load(KNOWN.parent / f"{name}.yaml")
    documented, (built, compiled) = optimizer.to_pyomo(shipped), compile_instance(shipped)
    own = read_own(documented, getattr(documented, ORIGIN), built, compiled)
    assert own.extension.parts == ()
    assert own.extension.narrowed == own.extension.row_low.size == 0
    for array in ("low", "high", "integer"):
        assert (getattr(own.extension, array) == getattr(compiled.matrix, array)).all()
    assert len(own.columns) == compiled.matrix.shape[1]


def test_a_rule_of_one_s_own() -> None:
    """One hall at a time: 10 + 5 in the place of 10 + 8. The summary names the rule, and the terminal does."""
    found = optimizer.solve_pyomo(one_at_once(model()))
    assert value(found) == NORTH_FIRST
    assert found.summary["own"] == {"rows": 5, "columns": 0, "narrowed": 0, "parts": ["at_once"]}


def test_what_was_added_is_told_and_cannot_be_taken_out_of_the_summary() -> None:
    from dataclasses import replace
    from io import StringIO

    from rich.console import Console

    from optimizer.report.terminal import print_plan

    found, text = optimizer.solve_pyomo(one_at_once(model())), StringIO()
    print_plan(found, Console(file=text, width=200))
    assert "with 5 rows of the user's own, which the audit does not know: at_once" in text.getvalue()
    own = {key: value for key, value in found.summary.items() if key != "own"}
    assert replace(found, summary=own).audit_passed is None


def test_a_run_keeps_what_was_added(tmp_path: Path) -> None:
    from optimizer.plan.run_folder import read_run, write_run

    folder = write_run(optimizer.solve_pyomo(one_at_once(model())), tmp_path)
    again = read_run(folder)
    assert again.summary["own"]["parts"] == ["at_once"]
    assert again.audit_passed
    assert optimizer.audit(again.instance, again.to_dict(), again.to_summary()).passed


@pytest.mark.parametrize(
    ("add", "expected"),
    [
        # halls begun by 2027: north alone, then the south in 2028
        (lambda m: m.add_component("few", pyo.Constraint(expr=begun(m, "north", 2) + begun(m, "south", 2) <= 1)), 15.0),
        # the south first and the north not beside it
        (
            lambda m: m.add_component("first", pyo.Constraint(expr=m.sites.starts["south", "hall", 1] == 1)),
            BOTH,
        ),
        # a row with two limits: exactly one hall in all, the better
        (
            lambda m: m.add_component(
                "one", pyo.Constraint(expr=pyo.inequality(1, sum(begun(m, s, 5) for s in SITES), 1))
            ),
            10.0,
        ),
        # ≥ from the left, and a constant on both sides: the north is begun by 2028 at the earliest
        (lambda m: m.add_component("late", pyo.Constraint(expr=1.0 + begun(m, "north", 2) <= 1.0)), 8.0 + 6.0),
    ],
)
def test_rows(add: Callable[[Any], None], expected: float) -> None:
    extended = model()
    add(extended)
    assert value(optimizer.solve_pyomo(extended)) == expected


def test_rows_in_blocks_and_lists_and_with_parameters() -> None:
    """At most ``most`` halls by 2027, in a block of one's own; the parameter has its value of the time of the solve."""
    extended = model()
    extended.mine = pyo.Block()
    extended.mine.most = pyo.Param(initialize=2, mutable=True)
    extended.mine.rules = pyo.ConstraintList()
    extended.mine.rules.add(begun(extended, "north", 2) + begun(extended, "south", 2) <= extended.mine.most)
    assert value(optimizer.solve_pyomo(extended)) == BOTH
    extended.mine.most = 1
    found = optimizer.solve_pyomo(extended)
    assert value(found) == NORTH_FIRST
    assert found.summary["own"]["parts"] == ["mine.rules"]
    extended.mine.deactivate()
    assert value(optimizer.solve_pyomo(extended)) == BOTH


def test_a_row_added_to_a_list_of_the_model_is_one_s_own() -> None:
    extended = model()
    extended.sites.phase_rules.add(begun(extended, "north", 2) + begun(extended, "south", 2) <= 1)
    assert value(optimizer.solve_pyomo(extended)) == NORTH_FIRST


def test_variables_of_one_s_own() -> None:
    """Either the north or the south is built, as a binary of one's own says: 10. A continuous one is half of it."""
    extended = model()
    extended.choice = pyo.Var(domain=pyo.Binary)
    extended.half = pyo.Var(bounds=(None, 7))
    extended.unused = pyo.Var()
    extended.either = pyo.ConstraintList()
    extended.either.add(begun(extended, "north", 5) <= extended.choice)
    extended.either.add(begun(extended, "south", 5) <= 1 - extended.choice)
    extended.either.add(2 * extended.half == extended.choice)
    found = optimizer.solve_pyomo(extended)
    assert value(found) == 10.0
    assert found.summary["own"] == {"rows": 3, "columns": 2, "narrowed": 0, "parts": ["either"]}
    assert (extended.choice.value, extended.half.value, extended.unused.value) == (1, 0.5, None)


def test_an_either_or_by_a_transformation_of_pyomo_s() -> None:
    """Nothing in the north or nothing in the south: 10. As a disjunction it is refused, as rows it is honoured."""
    extended = model()
    extended.not_north, extended.not_south = Disjunct(), Disjunct()
    extended.not_north.rule = pyo.Constraint(expr=begun(extended, "north", 5) <= 0)
    extended.not_south.rule = pyo.Constraint(expr=begun(extended, "south", 5) <= 0)
    extended.either = Disjunction(expr=[extended.not_north, extended.not_south])
    with pytest.raises(OwnModelError, match="either is a Disjunction, and only linear constraints can be added"):
        optimizer.solve_pyomo(extended)
    pyo.TransformationFactory("gdp.bigm").apply_to(extended)
    assert value(optimizer.solve_pyomo(extended)) == 10.0


def test_a_bound_of_a_variable_of_one_s_own_is_kept() -> None:
    """2·half = halls ≤ 1 where half is at most 0.5."""
    extended = model()
    extended.half = pyo.Var(bounds=(None, 0.5))
    extended.all = pyo.Constraint(expr=2 * extended.half == sum(begun(extended, site, 5) for site in SITES))
    assert value(optimizer.solve_pyomo(extended)) == 10.0


def test_values_are_put_into_the_model() -> None:
    extended = one_at_once(model())
    found = optimizer.solve_pyomo(extended)
    starts = {key: variable.value for key, variable in extended.sites.starts.items() if variable.value}
    (north,) = [key for key in starts if key[0] == "north"]
    assert north[2] in (1, 2) or starts == {}
    assert sorted(starts) == sorted(
        (row["site"], row["phase"], int(row["period"]) - 2025) for row in found.decisions["phase_starts"]
    )
    assert pyo.value(extended.levels.total_value) == NORTH_FIRST
    assert all(isinstance(each, int) for each in starts.values())
    assert all(pyo.value(extended.at_once[t].body) <= 1 + 1e-9 for t in PERIODS)


@pytest.mark.parametrize("name", ["appsi_highs", "highs"])
def test_solvers_of_pyomo_find_the_same(name: str) -> None:
    for extended, expected in ((model(), BOTH), (one_at_once(model()), NORTH_FIRST)):
        pyo.SolverFactory(name).solve(extended)
        assert pyo.value(extended.levels.total_value) == pytest.approx(expected, abs=1e-6)


def test_a_known_optimum_by_a_solver_of_pyomo() -> None:
    """HiGHS as Pyomo calls it, at no gap, on the first level of a programme with tiers."""
    known = load(KNOWN / "tiers-incremental.yaml")
    documented = optimizer.to_pyomo(known)
    pyo.SolverFactory("appsi_highs").solve(documented, options={"mip_rel_gap": 0.0})
    level = optimizer.solve(known, gap=0.0).summary["levels"][0]
    assert pyo.value(documented.levels.component(level["name"])) == pytest.approx(level["value"], rel=1e-6)


def test_a_fixed_variable_is_honoured() -> None:
    """Nothing is begun in the north by 2027: 6 + 8."""
    extended = model()
    extended.sites.started["north", "hall", 2].fix(0)
    found = optimizer.solve_pyomo(extended)
    assert value(found) == SOUTH_FIRST
    assert found.summary["own"] == {"rows": 0, "columns": 0, "narrowed": 1, "parts": ["sites.started"]}
    extended.sites.started["north", "hall", 2].unfix()
    assert value(optimizer.solve_pyomo(extended)) == BOTH


def test_a_fixed_variable_in_a_row_of_one_s_own() -> None:
    """started[north] is 1 from 2026 on, so that ``few`` leaves nothing for the south by 2027."""
    extended = model()
    extended.few = pyo.Constraint(expr=begun(extended, "north", 2) + begun(extended, "south", 2) <= 1)
    extended.sites.started["north", "hall", 2].fix(1)
    assert value(optimizer.solve_pyomo(extended)) == NORTH_FIRST


def test_a_narrower_bound_is_honoured() -> None:
    extended = model()
    extended.sites.started["south", "hall", 2].setub(0)
    assert value(optimizer.solve_pyomo(extended)) == NORTH_FIRST


def test_a_clone_is_a_model_of_its_own() -> None:
    first = model()
    second = one_at_once(first.clone())
    assert value(optimizer.solve_pyomo(second)) == NORTH_FIRST
    assert value(optimizer.solve_pyomo(first)) == BOTH


def test_a_large_model_begins_with_a_plan_by_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    def always(matrix: Matrix) -> bool:
        return True

    monkeypatch.setattr(programme, "is_large", always)
    extended = one_at_once(model())
    extended.choice = pyo.Var(domain=pyo.Binary)
    extended.tied = pyo.Constraint(expr=extended.choice == begun(extended, "north", 1))
    assert value(optimizer.solve_pyomo(extended)) == NORTH_FIRST
    assert extended.choice.value == extended.sites.started["north", "hall", 1].value


def test_second_opinions_are_of_the_rows_too() -> None:
    pytest.importorskip("pyscipopt")
    pytest.importorskip("flint")
    found = optimizer.solve_pyomo(one_at_once(model()), certify=["scip", "exact"])
    assert value(found) == NORTH_FIRST
    assert [opinion["agrees"] for opinion in found.summary["certificates"]] == [True, True]


def test_a_ratio_beside_a_row_of_one_s_own() -> None:
    """wacc, whose inserted level holds the physical decisions, with a column and a row that ask for nothing."""
    known = load(KNOWN / "wacc-net-of-cash.yaml")
    documented = optimizer.to_pyomo(known)
    documented.idle = pyo.Var(domain=pyo.Binary)
    documented.nothing = pyo.Constraint(expr=documented.idle >= 1)
    found, plain = optimizer.solve_pyomo(documented), optimizer.solve(known)
    assert found.audit_passed
    levels = {level["name"]: level["value"] for level in found.summary["levels"]}
    assert levels == pytest.approx({level["name"]: level["value"] for level in plain.summary["levels"]})
    assert documented.idle.value == 1


@given(
    worth=st.lists(st.integers(1, 9), min_size=4, max_size=4),
    weight=st.lists(st.integers(-3, 9), min_size=4, max_size=4),
    limit=st.integers(-2, 20),
    equal=st.booleans(),
)
@examples(15)
def test_random_rows_against_enumeration(worth: list[int], weight: list[int], limit: int, equal: bool) -> None:
    """Four halls of which any can be built, under Σ weight·hall ≤ limit (or = limit)."""
    sites = {
        f"s{k}": {
            "region": "flat",
            "pue": 1,
            "phases": [
                {"name": "hall", "mw": 1, "lead_periods": 0, "value_musd": value, "capex": {"all": {"musd": 1}}}
            ],
        }
        for k, value in enumerate(worth)
    }
    base = instance().canonical() | {"sites": sites, "calendar": {"start": 2026, "periods": 1}}
    extended = optimizer.to_pyomo(optimizer.load(base))
    total = sum(each * extended.sites.starts[f"s{k}", "hall", 1] for k, each in enumerate(weight))
    extended.row = pyo.Constraint(expr=total == limit if equal else total <= limit)
    every = list(itertools.product((0, 1), repeat=4))
    sums = [sum(w * x for w, x in zip(weight, bits, strict=True)) for bits in every]
    fits = [bits for bits, each in zip(every, sums, strict=True) if (each == limit if equal else each <= limit)]
    if fits:
        expected = max(sum(v * x for v, x in zip(worth, bits, strict=True)) for bits in fits)
        assert value(optimizer.solve_pyomo(extended)) == pytest.approx(expected)
    else:
        with pytest.raises(optimizer.NoPlanError):
            optimizer.solve_pyomo(extended)


# ── no plan ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_row_that_no_plan_meets() -> None:
    """Three of two halls; the message says that there are rows of one's own, and which."""
    extended = model()
    extended.three = pyo.Constraint(expr=sum(begun(extended, site, 5) for site in SITES) >= 3)
    with pytest.raises(optimizer.NoPlanError, match=r"no plan meets all limits; .* rows of your own: three") as failure:
        optimizer.solve_pyomo(extended)
    assert failure.value.status == "infeasible"
    assert failure.value.summary["own"]["parts"] == ["three"]


def test_a_row_without_a_variable_that_does_not_hold() -> None:
    extended = model()
    extended.most = pyo.Param(initialize=1, mutable=True)
    extended.figures = pyo.Constraint(expr=extended.most + 0 * begun(extended, "north", 1) >= 2)
    with pytest.raises(optimizer.NoPlanError, match="figures does not hold, whatever is decided"):
        optimizer.solve_pyomo(extended)
    extended.most = 2
    assert value(optimizer.solve_pyomo(extended)) == BOTH
