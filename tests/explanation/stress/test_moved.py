"""Units that the plan sells, and units that find no room where they were to go."""

from __future__ import annotations

from typing import Any

import pytest

import optimizer
from optimizer.explanation.stress.parts import Stressed
from optimizer.instance.reference import ROOT
from optimizer.plan.plan import Plan

SOLD = ROOT / "instances" / "known-optimal" / "early-retirement.yaml"
SHORT = ROOT / "instances" / "known-optimal" / "prepayment-as-debt-quarters.yaml"
SITE: dict[str, Any] = {"pue": 1, "existing_mw": 10}
HALLS: dict[str, Any] = {
    "name": "two-halls",
    "calendar": {"start": 2026, "periods": 2},
    "discount": {"rate_per_year": 0.1},
    "objectives": [{"name": "net_present_cost"}],
    "solve": {"threads": 1},
    "opening": {"cash_musd": 1000},
    "regions": {
        "cheap": {"energy_price_usd_per_mwh": 10, "power_limit_mw": {"2026": 10}},
        "dear": {"energy_price_usd_per_mwh": 20, "power_limit_mw": {"2026": 10}},
    },
    "sites": {"a": {"region": "cheap", **SITE}, "b": {"region": "dear", **SITE}},
    "hardware": {"chips": {"price_usd": 1000, "compute_h100e": 1, "kw": 1, "lead_periods": 0, "life_periods": 5}},
    "markets": {"api": {"demand_h100e": 10_000, "min_served_share": 1}},
}


def stressed(plan: Plan, changes: dict[str, Any]) -> tuple[Stressed, str]:
    found = optimizer.stress(plan, {"world": {"set": changes}})
    assert found["world"].audit_passed
    return found["world"], " ".join(str(found).split())


def test_a_unit_that_is_sold_takes_no_power() -> None:
    """5,000 of the 10,000 old chips are sold in 2027 and make room for 5,000 new ones: 10 of the 10 MW are used."""
    found, words = stressed(optimizer.solve(optimizer.load(SOLD)), {})
    assert (found.status, found.exceeded, found.late) == ("holds", (), ())
    assert "exceeded" not in words


def test_commitments_hold_where_more_units_are_sold() -> None:
    """With 5 MW in 2027 the new chips alone are left, which serve the 15,000 that are asked for then: units that are
    sold react, so that all commitments are kept, though 10 MW were planned.
    """
    changes = {
        "regions": {"flat": {"power_limit_mw": {"2026": 10, "2027": 5}}},
        "markets": {"demand": {"demand_h100e": [10_000, 15_000]}},
    }
    found, words = stressed(optimizer.solve(optimizer.load(SOLD)), changes)
    exceeded = [(each.limit, each.period, each.limit_mw, each.committed_mw) for each in found.exceeded]
    assert exceeded == [("regions.flat.power_limit_mw", "2027", 5.0, pytest.approx(10))]
    assert (found.status, found.late, found.unserved, found.short) == ("holds", (), (), ())
    assert "the plan holds" in words
    assert "power: regions.flat.power_limit_mw exceeded as planned, MW: 5 in 2027" in words


def test_units_that_go_to_another_site_are_told() -> None:
    """Power is cheap at a, where all 10,000 were to go: with 4 MW there 6,000 go to b, and nothing else is broken.

    To a unit: where units go counts so little that the dollar of room between levels is half of one.
    """
    plan = optimizer.solve(optimizer.load(HALLS))
    assert [(row["site"], row["units"]) for row in plan.decisions["allocations"]] == [("a", pytest.approx(10_000))]
    found, words = stressed(plan, {"regions": {"cheap": {"power_limit_mw": {"2026": 4}}}})
    late = [(each.table, each.name, each.planned, each.kept) for each in found.late if each.period == "2026"]
    assert late == [("allocations", "chips.a", pytest.approx(10_000), pytest.approx(4000, abs=1))]
    assert (found.status, found.short, found.unserved) == ("does not hold", (), ())
    assert "chips at a: 6,000 of 10,000 units planned by 2026 go to another site" in words


def test_waivers_and_money_come_together() -> None:
    """With three tenths less income cash cannot be at 0 in 2026Q1, whatever is waived: the money is there with it."""
    plan = optimizer.solve(optimizer.load(SHORT))
    flow = plan.instance.canonical()["cash_flows"]["income"]["musd_per_period"]
    less = [0.7 * musd for musd in flow] if isinstance(flow, list) else 0.7 * flow
    found, _ = stressed(plan, {"cash_flows": {"income": {"musd_per_period": less}}})
    assert found.status == "does not hold"
    assert found.short
    assert found.breaches
