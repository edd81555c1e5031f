"""What cannot be added to a model of Pyomo's, or changed in it, is refused by name."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pyomo.environ as pyo
import pytest

import optimizer
from optimizer.instance.loader import load
from optimizer.pyomo.own import OwnModelError

from .campuses import begun, instance, model
from .test_own_rows import KNOWN


def nonlinear(m: Any) -> None:
    m.square = pyo.Constraint(expr=begun(m, "north", 1) * begun(m, "south", 1) <= 0)


def own_objective(m: Any) -> None:
    m.free = pyo.Var()
    m.mine = pyo.Objective(expr=m.free)


def free_in_the_objective(m: Any) -> None:
    m.free = pyo.Var()
    m.levels.total_value.set_value(m.levels.total_value.expr + m.free)


def more_in_the_objective(m: Any) -> None:
    m.free = pyo.Var()
    m.levels.total_value.expr += m.free


def turned(m: Any) -> None:
    m.levels.total_value.sense = pyo.minimize


def no_objective(m: Any) -> None:
    m.levels.total_value.deactivate()


def without_objective(m: Any) -> None:
    m.del_component(m.levels)


def block_off(m: Any) -> None:
    m.debt.deactivate()


def row_off(m: Any) -> None:
    m.sites.started_roll_forward[1].deactivate()


def row_gone(m: Any) -> None:
    del m.sites.started_roll_forward[1]


def rows_gone(m: Any) -> None:
    m.sites.del_component("started_roll_forward")


def row_changed(m: Any) -> None:
    m.sites.started_roll_forward[1].set_value(begun(m, "north", 1) <= 5)


def variables_gone(m: Any) -> None:
    m.sites.del_component("starts")


def wider(m: Any) -> None:
    m.sites.starts["north", "hall", 1].setub(2)


def wider_below(m: Any) -> None:
    m.sites.started["north", "hall", 1].setlb(None)


def not_whole(m: Any) -> None:
    m.sites.starts["north", "hall", 1].domain = pyo.Reals


def fixed_outside(m: Any) -> None:
    m.sites.starts["north", "hall", 1].fix(2)


def fixed_between(m: Any) -> None:
    m.sites.starts["north", "hall", 1].fix(0.5)


def fixed_at_nothing(m: Any) -> None:
    m.sites.starts["north", "hall", 1].fixed = True


def with_gaps(m: Any) -> None:
    m.steps = pyo.Var(domain=[0, 5, 10])
    m.row = pyo.Constraint(expr=m.steps <= 7)


def special_ordered(m: Any) -> None:
    m.pair = pyo.Var([1, 2], bounds=(0, 1))
    m.only_one = pyo.SOSConstraint(var=m.pair, sos=1)


def without_a_number(m: Any) -> None:
    m.unknown = pyo.Param(mutable=True)
    m.row = pyo.Constraint(expr=begun(m, "north", 1) <= m.unknown)


def not_a_number(m: Any) -> None:
    m.factor = pyo.Param(mutable=True, initialize=math.nan)
    m.row = pyo.Constraint(expr=m.factor * begun(m, "north", 1) <= 1)


REFUSED = {
    nonlinear: "square is not linear",
    own_objective: "the objective mine is not the instance's.*to_pyomo.instance, objectives=",
    free_in_the_objective: "the objective total_value is not as it was made",
    more_in_the_objective: "the objective total_value is not as it was made",
    turned: "the objective total_value has its sense turned round",
    no_objective: "the objective total_value is deactivated",
    without_objective: "the objective total_value is not as it was made",
    block_off: "the block debt is deactivated; the rules of an instance are changed in the instance",
    row_off: r"the rule sites.started_roll_forward\[1\] is deactivated",
    row_gone: "a rule of sites.started_roll_forward is gone",
    rows_gone: "the rules started_roll_forward have been taken out",
    row_changed: r"the rule sites.started_roll_forward\[1\] is not as it was made",
    variables_gone: "the variables starts have been taken out",
    wider: r"sites.starts\[north,hall,1\] has wider bounds than it was made with",
    wider_below: r"sites.started\[north,hall,1\] has wider bounds",
    not_whole: r"sites.starts\[north,hall,1\] has wider bounds",
    fixed_outside: r"sites.starts\[north,hall,1\] is fixed at 2, and may be from 0 to 1",
    fixed_between: r"sites.starts\[north,hall,1\] is fixed at 0.5, and has to be a whole number",
    fixed_at_nothing: r"sites.starts\[north,hall,1\] is fixed without a value",
    with_gaps: "steps is neither continuous nor integer",
    special_ordered: "only_one is a SOSConstraint, and only linear constraints can be added",
    without_a_number: "row cannot be worked out: .*unknown",
    not_a_number: "row has a coefficient or a limit that is no finite number",
}


@pytest.mark.parametrize("change", REFUSED, ids=lambda change: change.__name__)
def test_what_is_refused(change: Callable[[Any], None]) -> None:
    changed = model()
    change(changed)
    with pytest.raises(OwnModelError, match=REFUSED[change]):
        optimizer.solve_pyomo(changed)


def test_several_objectives() -> None:
    """The second level is for solvers of Pyomo's to activate, not for ours to guess from."""
    known = load(KNOWN / "lexicographic-amount.yaml")
    documented = optimizer.to_pyomo(known)
    documented.levels.total_value.activate()
    with pytest.raises(OwnModelError, match="the objective total_value is active, which is for solvers of Pyomo's"):
        optimizer.solve_pyomo(documented)
    documented.levels.total_value.deactivate()
    assert optimizer.solve_pyomo(documented).audit_passed


def test_the_parts_of_a_ratio_stay_as_they_are() -> None:
    documented = optimizer.to_pyomo(load(KNOWN / "wacc-net-of-cash.yaml"))
    documented.levels.wacc_numerator.set_value(documented.levels.wacc_numerator.expr + 1)
    with pytest.raises(OwnModelError, match="wacc_numerator is not as it was made"):
        optimizer.solve_pyomo(documented)


def test_a_number_of_the_model_stays_one() -> None:
    """Demand that has to be met has no shortfall: a variable that is fixed at 0, and no column of what is solved."""
    documented = optimizer.to_pyomo(load(KNOWN / "attach-cost.yaml"))
    (fixed,) = [each for each in documented.component_data_objects(pyo.Var) if each.fixed]
    fixed.unfix()
    with pytest.raises(OwnModelError, match="has to stay fixed at 0"):
        optimizer.solve_pyomo(documented)
    fixed.fix(0)
    documented.row = pyo.Constraint(expr=fixed <= 1)
    assert optimizer.solve_pyomo(documented).audit_passed


@pytest.mark.parametrize("other", [3, None, pyo.ConcreteModel(), instance()], ids=["3", "None", "model", "instance"])
def test_other_models_are_refused(other: Any) -> None:
    with pytest.raises(TypeError, match=r"a model made by optimizer\.to_pyomo is expected"):
        optimizer.solve_pyomo(other)
