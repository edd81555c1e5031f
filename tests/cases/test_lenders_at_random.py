"""Small random companies with every kind of loan and test; the audit, which derives it all again, passes their plans.

An objective that is blind to money leaves the model free to do what no treasurer would; the tests hold all the same.
"""

from __future__ import annotations

import random
from typing import Any

import pytest

from optimizer.instance.checks import check
from optimizer.instance.schema import Instance
from optimizer.solver.highs import Limits
from optimizer.solving.run import NoPlanError, search

STARTS: dict[str, tuple[Any, int]] = {"year": (2026, 1), "quarter": ("2026Q2", 4), "month": ("2026-03", 12)}
FLOWS = ("dscr", "interest_cover", "debt_to_ebitda")
OBJECTIVES = ("terminal_cash", "cost_of_capital", "capital_raised", "net_present_cost", "peak_funding")


def company(seed: int) -> Instance:
    """A company of a few periods with up to four loans, a partner, a site, tax, history and some tests."""
    chance = random.Random(seed)
    length = chance.choice(["year", "quarter", "quarter", "month"])
    start, per_year = STARTS[length]
    periods = chance.randint(2, 4) if length == "year" else chance.randint(per_year, per_year + 4)

    def often(share: float) -> bool:
        return chance.random() < share

    debt: dict[str, dict[str, Any]] = {}
    for name in ("a", "b", "c", "d")[: chance.randint(1, 4)]:
        kind = chance.choice(["bullet", "level", "annuity", "sculpted", "revolver"])
        tenor = chance.randint(2, 2 * per_year + 2)
        debt[name] = {
            "kind": kind,
            "rate_per_year": chance.choice([0.0, 0.04, 0.08]),
            "limit_musd": chance.choice([0, 60, 120]),
            "opening_balance_musd": chance.choice([0, 0, 30]) if kind != "revolver" else 0,
        }
        if kind != "revolver":
            debt[name] |= {"tenor_periods": tenor, "grace_periods": chance.randint(0, 1)}
        if kind in ("bullet", "level", "annuity") and often(0.5):
            debt[name]["prepayment"] = {"premium_share": chance.choice([0, 0.01])}
        if kind == "level" and debt[name]["grace_periods"] and often(0.3):
            debt[name]["capitalise_interest"] = True
        if kind == "bullet":
            debt[name]["grace_periods"] = 0
    names = list(debt)
    for name in names:
        others = [other for other in names if debt[other]["kind"] != "revolver"]
        if others and often(0.4):
            debt[name]["refinances"] = chance.sample(others, chance.randint(1, len(others)))
    covenants: dict[str, dict[str, Any]] = {}
    for kind in chance.sample(FLOWS, chance.randint(1, 3)):
        covenants[kind] = {
            "kind": kind,
            "over": chance.choice(["year", "year", "period"]),
            "first_year": chance.choice(["untested", "annualised"]),
            "scope": chance.choice(["company", "infrastructure"]),
            **(
                {"maximum": chance.choice([2, 4])}
                if kind == "debt_to_ebitda"
                else {"minimum": chance.choice([0.8, 1.2])}
            ),
        }
        if kind == "dscr" and often(0.6):
            covenants[kind]["tax"] = chance.choice(["company", "stand_alone", "none"])
            covenants[kind]["balloons"] = chance.choice(["counted", "excluded"])
    data: dict[str, Any] = {
        "name": f"random-{seed}",
        "calendar": {"start": start, "periods": periods, "length": length},
        "discount": {"rate_per_year": 0.1},
        "draw_timing": chance.choice(["end", "end", "mid", "start"]),
        "objectives": [{"name": name} for name in chance.sample(OBJECTIVES, 2)],
        "opening": {"cash_musd": chance.choice([0, 20, 60]), "other_assets_musd": 200, "paid_in_capital_musd": 50},
        "cash_flows": {
            "income": {
                "kind": "operating",
                "musd_per_period": [round(chance.uniform(-10, 40) / per_year**0.5, 1) for _ in range(periods)],
            },
            "need": {"kind": "investing", "musd_per_period": [chance.choice([0, 0, -30]) for _ in range(periods)]},
            "overhead": {"kind": "operating", "musd_per_period": -1, "corporate": True},
        },
        "regions": {"flat": {"energy_price_usd_per_mwh": 0}},
        "sites": {"hall": {"region": "flat", "pue": 1, "existing_mw": 10, "opening_cost_musd": 4}},
        "hardware": {
            "chips": {
                "price_usd": 2000,
                "compute_h100e": 1,
                "kw": 1,
                "lead_periods": 0,
                "life_periods": 20,
                "supply_units": 5000,
                "order_fee_musd": 3,
            }
        },
        "markets": {"open": {"demand_h100e": 2000, "revenue_usd_per_h100e_hour": 0.4}},
        "debt": debt,
        "equity": {
            "cost_of_equity_per_year": 0.12,
            "rounds": {"r": {"max_musd": 200}},
        },
        "covenants": covenants,
    }
    if often(0.5):
        data["tax"] = {"rate": 0.25, "loss_usable_share": chance.choice([0.8, 1.0])}
    if often(0.5):
        data["history"] = {"ebitda_musd": 6, "interest_musd": 0.5, "principal_musd": 0.5, "corporate_musd": -1}
    if often(0.4):
        data["partners"] = {
            "lab": {
                "kind": "compute",
                "cash_musd": 8,
                "delivery_periods": 2,
                "delivery_h100e": 500,
                "price_usd_per_h100e_hour": 1,
            }
        }
    if often(0.5):
        terms = {"maximum_musd": 5, "lock_up_dscr": 1.2, "lock_up_over": chance.choice(["year", "period"])}
        data["equity"]["dividends"] = {**terms, "minimum_total_musd": chance.choice([0, 3])}
    if often(0.3):
        data["pricing_grid"] = {
            "by": "interest_cover",
            "over": chance.choice(["year", "period"]),
            "buckets": [
                {"lower": 3},
                {"lower": 1, "upper": 3, "spread_per_year": 0.02},
                {"upper": 1, "spread_per_year": 0.05},
            ],
        }
    return Instance.model_validate(data)


@pytest.mark.parametrize("seed", range(40))
def test_the_audit_passes(seed: int) -> None:
    instance = company(seed)
    assert [each for each in check(instance) if each.severity == "error"] == []
    status = "infeasible"
    try:
        plan = search(instance, Limits(gap_share=1e-4, time_limit_s=20.0, threads=1, seed=0))
    except NoPlanError as nothing:
        status = nothing.status
    else:
        assert plan.audit_passed, [rule for rule in (plan.audit or {})["rules"] if not rule["passed"]]
        assert {row["tested"] for row in plan.rows("covenants").records()} <= {"yes", "nothing owed", "first year"}
    assert status == "infeasible"
