"""Rows that only tighten the relaxation: no plan is lost by them, and they do tighten."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pyomo.environ as pyo
import pytest
from hypothesis import given

from optimizer.instance.loader import load
from optimizer.instance.schema import Instance
from optimizer.model.build import build
from optimizer.pyomo.algebra import PyomoModel
from optimizer.pyomo.standard_form import StandardForm
from optimizer.solver.highs import Limits, Outcome, minimise

from .solving import Data, examples, same
from .strategies import instances

KNOWN = Path(__file__).parents[2] / "instances" / "known-optimal"
TIGHTENING = ("capacity_cut", "surplus_hull", "bucket_floor", "contract_cover")
"""Families of rows that every plan satisfies without them."""


def optimum(data: Data, *, tight: bool = True, relaxed: bool = False) -> Outcome:
    """The least net present cost, with or without the tightening rows, or of the relaxation."""
    algebra = PyomoModel()
    built = build(Instance.model_validate(data), algebra)
    if not tight:
        _loosen(algebra.model)
    compiled = StandardForm(algebra.model)
    matrix = compiled.matrix
    if relaxed:
        matrix = replace(matrix, integer=np.zeros_like(matrix.integer))
    objective = compiled.expression(built.objectives["net_present_cost"].expression)
    return minimise(matrix, objective, Limits(gap_share=0.0, time_limit_s=120.0, threads=1, seed=0))


def _loosen(model: Any) -> None:
    for family in model.component_objects(pyo.Constraint):
        if family.local_name.strip("'").split(".")[0] in TIGHTENING:
            family.deactivate()
    for name, least in (("blocks_on_line", 0.0), ("paid_in", 0.0)):
        variables = getattr(model, name, None)
        for variable in variables.values() if variables is not None else ():
            variable.setlb(least)


@examples(40)
@given(instances())
def test_no_plan_is_lost(data: Data) -> None:
    """The optimum is the same without the tightening rows."""
    tight, loose = optimum(data), optimum(data, tight=False)
    assert tight.status == loose.status
    if tight.status == "optimal":
        assert same(tight.value, loose.value)


def halls(demand: float = 2600.0, **market: Any) -> Data:
    """Two sites that may each build two halls of 1 MW, 1 USD million apiece, for chips that are free.

    A unit does 1 kH100e a thousand and draws 1 kW; PUE 1, everything always up and usable: 1 kH100e takes 1 MW.
    """
    site = {
        "region": "flat",
        "pue": 1,
        "uptime_share": 1,
        "max_utilisation_share": 1,
        "load_factor_share": 1,
        "phases": [{"name": "hall", "count": 2, "mw": 1, "lead_periods": 0, "capex": {"all": {"musd": 1}}}],
    }
    chip = {"vendor": "v", "accelerator": "c", "price_usd": 0, "compute_h100e": 1, "kw": 1, "life_periods": 1}
    return {
        "name": "halls",
        "calendar": {"start": 2026, "periods": 1, "length": "year"},
        "discount": {"rate_per_year": 0, "timing": "end"},
        "objectives": [{"name": "net_present_cost"}],
        "opening": {"cash_musd": 100},
        "regions": {"flat": {"energy_price_usd_per_mwh": 0}},
        "sites": {"alpha": site, "beta": site},
        "hardware": {"chip": {**chip, "lead_periods": 0}},
        "markets": {"own": {"demand_h100e": demand, "min_served_share": 1}, **market},
    }


def test_halls_are_counted_over_all_sites() -> None:
    """2.6 MW are needed: the relaxation knows that these are 3 halls, where it would else pay for 2.6."""
    assert optimum(halls()).value == pytest.approx(3.0, abs=1e-6)
    assert optimum(halls(), relaxed=True).value == pytest.approx(3.0, abs=1e-6)
    assert optimum(halls(), relaxed=True, tight=False).value == pytest.approx(2.6, abs=1e-6)


def test_the_hull_of_a_surplus_market() -> None:
    """Own use is 2 to 4 kH100e, rental of 1 is worth 1.5 and allowed if own use is at most half of the capacity C.

    To rent w out, C ≥ U + (1/share − 1)·U̲·w = 2 + 2·w: it does not pay for the 2·w more halls, so the plan and the
    relaxation both stay at 2 halls. Without the hull, 2 ≤ C/2 + 4·(1 − w)/2 and C = 2 + w let the relaxation rent
    out w = 2/3 from as many more halls: 2 + 2/3 − 1.5·2/3 = 5/3.
    """
    rental = {"demand_h100e": 1000, "revenue_usd_per_h100e_hour": 1.5 / 8.76, "surplus_only_below_share": 0.5}
    data = halls(4000.0, rental=rental)
    data["markets"]["own"]["min_served_share"] = 0.5
    assert optimum(data).value == pytest.approx(2.0, abs=1e-6)
    assert optimum(data, relaxed=True).value == pytest.approx(2.0, abs=1e-6)
    assert optimum(data, relaxed=True, tight=False).value == pytest.approx(5.0 / 3.0, abs=1e-6)


def test_a_contract_that_the_renewable_share_needs_is_signed_as_a_whole() -> None:
    """Half of 2 MW has to be green; the one green source sells 4 MW at 1 USD million a MW-year, half of it take-or-pay.

    Signed, it costs 2 beside the 2 halls. The relaxation would sign a quarter and pay for the 1 MW it takes.
    """
    data = halls(2000.0)
    data["power"] = {"min_renewable_share": 0.5}
    data["energy_sources"] = {
        "sun": {
            "region": "flat",
            "price_usd_per_mwh": 1e6 / 8760,
            "limit_mw": 4,
            "renewable": True,
            "contract": {"term_periods": 1, "take_or_pay_share": 0.5},
        }
    }
    assert optimum(data).value == pytest.approx(4.0, abs=1e-6)
    assert optimum(data, relaxed=True).value == pytest.approx(4.0, abs=1e-6)
    assert optimum(data, relaxed=True, tight=False).value == pytest.approx(3.0, abs=1e-6)


@pytest.mark.parametrize("share", [0.3, 0.5, 0.7, 1.0])
def test_surplus_rows_hold_exactly_where_the_rule_does(share: float) -> None:
    """For own use U from U̲ to U̅ and any capacity C ≥ U, the rows say U ≤ share·C if w = 1, and nothing if w = 0."""
    least, most = 2.0, 6.0
    for use, spare, allowed in product(np.linspace(least, most, 9), np.linspace(0.0, 12.0, 25), (0, 1)):
        capacity = use + spare
        big = use <= share * capacity + (1.0 - share) * most * (1 - allowed) + 1e-9
        hull = use + (1.0 / share - 1.0) * least * allowed <= capacity + 1e-9
        assert (big and hull) == (not allowed or use <= share * capacity + 1e-9)


@pytest.mark.parametrize("mw", [100.0 / 3.0, 7.0, 1e-3, 0.1])
def test_phases_of_any_size_can_be_built(mw: float) -> None:
    """A size that is no whole number of watts is not counted in blocks, rather than bent to one."""
    data = load(KNOWN / "rent-or-build.yaml").model_dump(mode="json")
    [phase] = data["sites"]["campus"]["phases"]
    chips = data["hardware"]["chips"]
    # as many phases, each as good as a hall of 5 MW
    phase["mw"], chips["kw"] = mw, mw / 5.0
    found = optimum(data)
    assert found.value == pytest.approx(60 / 1.1 + 36.28 / 1.21, abs=1e-6)
