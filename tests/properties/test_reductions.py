"""The reductions of the search on any programme: the same optimum, and every plan passes the audit."""

from __future__ import annotations

from copy import deepcopy

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from optimizer.instance.checks import check
from optimizer.instance.schema import Instance
from optimizer.plan.plan import Plan
from optimizer.solver.highs import Limits
from optimizer.solving.reductions.reduced import PARTED
from optimizer.solving.run import NoPlanError, search

from .complete_strategies import complete
from .solving import examples, same
from .strategies import Data, Draw, instances

LIMITS = Limits(gap_share=0.0, time_limit_s=120.0, threads=1, seed=0)
OTHER = [
    ("pue", 1.3),
    ("uptime_share", 0.9),
    ("load_factor_share", 0.8),
    ("existing_mw", 3),
    ("grid_connection_mw", 25),
    ("land_musd", 4),
    (
        "colocation",
        {"rent_musd_per_mw_year": 1, "limit_mw": 10, "lead_periods": 0, "term_periods": 2, "assignable_share": 1},
    ),
]


@st.composite
def with_like_sites(draw: Draw, base: st.SearchStrategy[Data]) -> Data:
    """A programme with one or two more sites like its first, of which some differ in one thing after all."""
    data = deepcopy(draw(base))
    first = next(iter(data["sites"]))
    for name in ("omega", "psi")[: draw(st.integers(1, 2))]:
        site = data["sites"][name] = deepcopy(data["sites"][first])
        for lists in (data["hardware"], data["markets"]):
            for block in lists.values():
                if first in block.get("sites", ()) and draw(st.integers(0, 3)):
                    block["sites"].append(name)
        for debt in data.get("debt", {}).values():
            if first in debt.get("tied_to", {}).get("sites", ()) and draw(st.integers(0, 3)):
                debt["tied_to"]["sites"].append(name)
        for market in data["markets"].values():
            costs = market.get("serving_cost_by_site_usd_per_h100e_hour", {})
            if first in costs and draw(st.integers(0, 3)):
                costs[name] = costs[first]
        if draw(st.integers(0, 3)) == 0:
            site.update([draw(st.sampled_from(OTHER))])
    assume(not [f for f in check(Instance.model_validate(data)) if f.severity == "error"])
    return data


def plan_of(data: Data, reductions: str) -> Plan | str:
    """The proven optimum, or what is proven instead."""
    try:
        plan = search(Instance.model_validate(data), LIMITS, reductions=reductions)
    except NoPlanError as nothing:
        return nothing.status
    assert plan.status == "optimal"
    return plan


def holds(data: Data) -> str:
    """The same first level with and without reductions, each bound below each plan; audited; which of them applied."""
    whole, found = plan_of(data, "off"), plan_of(data, "always")
    if isinstance(whole, str) or isinstance(found, str):
        assert whole == found
        return "no plan"
    record = found.summary.get("reductions", {"split": PARTED})
    assert record["split"] == PARTED
    assert found.audit_passed
    for one, other in zip(whole.summary["levels"], found.summary["levels"], strict=True):
        if one["name"] == "wacc" and one is not whole.summary["levels"][0]:
            break  # what is kept of the level before it is one of several plans
        assert same(one["value"], other["value"])
    return "phases" if record.get("phases") else "hardware" if record.get("hardware") else "less"


@pytest.mark.slow
def test_no_plan_and_no_bound_is_lost() -> None:
    """Of 44 programmes several have sites whose phases are counted together, and all have the same optimum."""
    applied: list[str] = []

    @examples(20)
    @given(with_like_sites(instances()))
    def small(data: Data) -> None:
        applied.append(holds(data))

    @examples(24)
    @given(with_like_sites(complete("resale")))
    def large(data: Data) -> None:
        applied.append(holds(data))

    small()
    large()
    assert applied.count("phases") >= 3
    assert applied.count("hardware") >= 3
