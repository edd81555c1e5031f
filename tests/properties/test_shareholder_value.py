"""What any measure of shareholders' value has to satisfy, on small instances at random.

Modigliani and Miller (1958): without taxes a plan is worth the same however it is paid for.
"""

from __future__ import annotations

import random
from typing import Any

import pytest

import optimizer
from optimizer.finance.effective_interest import service_flows, yield_of
from optimizer.instance.calendar import TIMING
from optimizer.instance.schema import Debt
from optimizer.plan.plan import Plan

SEEDS = range(4)
LENGTHS = {"year": 1, "quarter": 4}


def best(data: dict[str, Any]) -> Plan:
    """The plan that is worth most to shareholders, audited."""
    plan = optimizer.solve(optimizer.load({"objectives": [{"name": "shareholder_value"}], **data}), gap=0.0, threads=1)
    assert plan.status == "optimal"
    assert plan.audit_passed, [rule["name"] for rule in (plan.audit or {})["rules"] if not rule["passed"]]
    return plan


def worth(data: dict[str, Any]) -> float:
    value = best(data).metrics["shareholder_value"]
    assert value is not None
    return value


def calendar(length: str, periods: int) -> dict[str, Any]:
    return {"start": 2026 if length == "year" else "2026Q1", "periods": periods, "length": length}


def label(length: str, t: int) -> int | str:
    return 2025 + t if length == "year" else f"{2026 + (t - 1) // 4}Q{(t - 1) % 4 + 1}"


# ── ways of the same money ────────────────────────────────────────────────────────────────────────────────────────


def per_period(k: float, length: str) -> float:
    return float((1.0 + k) ** (1.0 / LENGTHS[length]) - 1.0)


def coupon(terms: dict[str, Any], target: float, timing: str) -> float:
    """The rate per period at which a loan with a fee and a discount yields ``target`` per period, by halving."""
    low, high = 0.0, 2.0 * target
    received = 1.0 - terms.get("upfront_fee_share", 0.0) - terms.get("issue_discount_share", 0.0)
    for _ in range(200):
        middle = (low + high) / 2.0
        debt = Debt.model_validate({"rate_per_year": middle, **terms})
        flows = service_flows(debt, middle, TIMING[timing])
        low, high = (middle, high) if yield_of(flows, received) < target else (low, middle)
    return low


WAYS: dict[str, dict[str, Any]] = {
    "bullet": {"kind": "bullet"},
    "bullet-with-fee": {"kind": "bullet", "upfront_fee_share": 0.015},
    "discount": {"kind": "bullet", "issue_discount_share": 0.02},
    "level": {"kind": "level", "upfront_fee_share": 0.005},
    "annuity": {"kind": "annuity"},
    "pik": {"kind": "bullet", "capitalise_interest": True, "grace_periods": 2},
    "revolver": {"kind": "revolver"},
    "sculpted": {"kind": "sculpted"},
}


@pytest.mark.parametrize("timing", ["end", "start"])
@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("seed", SEEDS)
def test_ways_of_the_same_money_at_the_same_price_tie(seed: int, length: str, timing: str) -> None:
    """Everybody asks k and the bank pays it: whoever lends, whenever, shareholders have what the flows are worth."""
    rng = random.Random(f"{seed} {length} {timing}")
    periods, k = rng.randint(3, 5), rng.uniform(0.04, 0.15)
    need, spent = rng.randint(1, periods), rng.uniform(20, 200)
    income = [rng.uniform(5, 30) for _ in range(periods)]
    i = per_period(k, length)
    flows = {
        "need": {"kind": "investing", "musd_per_period": [-spent * (t == need) for t in range(1, periods + 1)]},
        "income": {"kind": "operating", "musd_per_period": income},
    }
    base = {
        "name": "ties",
        "calendar": calendar(length, periods),
        "discount": {"rate_per_year": k},
        "draw_timing": timing,
        "fair_rate_per_year": k,
        "cash": {"yield_per_year": i * LENGTHS[length]},
        "cash_flows": flows,
        "equity": {"cost_of_equity_per_year": k, "dividends": "none"},
    }
    derived = sum(x * (1 + i) ** -t for t, x in enumerate(income, 1)) - spent * (1 + i) ** -need
    tenor = {"tenor_periods": rng.randint(3, 6)}
    first = {"first_draw": label(length, rng.randint(1, need)), "limit_musd": 1000}
    for name, terms in WAYS.items():
        terms = terms if terms["kind"] == "revolver" else {**terms, **tenor}
        rate = coupon(terms, i, timing) if terms["kind"] not in ("revolver", "sculpted") else i
        debt = {**terms, "rate_per_year": rate * LENGTHS[length], **first}
        assert worth({**base, "debt": {"way": debt}}) == pytest.approx(derived, abs=2e-5), name
    window = {"first_raise": first["first_draw"]}
    rounds = {"cost_of_equity_per_year": k, "dividends": "none", "rounds": {"r": {"max_musd": 1000, **window}}}
    assert worth({**base, "equity": rounds}) == pytest.approx(derived, abs=2e-5)
    preferred = {"p": {"dividend_per_year": i * LENGTHS[length], "max_musd": 1000, **window}}
    assert worth({**base, "preferred_equity": preferred}) == pytest.approx(derived, abs=2e-5)


# ── what never helps ──────────────────────────────────────────────────────────────────────────────────────────────


def company(rng: random.Random) -> dict[str, Any]:
    """A company that needs money and can have it from a round at k or a loan below it; the rest is kept or paid out."""
    periods, k = 4, rng.uniform(0.08, 0.15)
    dividends: Any = rng.choice(["none", {"return_of_capital": True}])
    return {
        "name": "company",
        "calendar": calendar("year", periods),
        "discount": {"rate_per_year": k},
        "draw_timing": rng.choice(["end", "mid", "start"]),
        "fair_rate_per_year": 0.05,
        "cash": {"yield_per_year": rng.choice([0.0, 0.02])},
        "tax": {"rate": rng.choice([0.0, 0.25])},
        "cash_flows": {
            "need": {"kind": "investing", "musd_per_period": [-rng.uniform(50, 150), 0.0, 0.0, 0.0]},
            "income": {"kind": "operating", "musd_per_period": [0.0] + [rng.uniform(10, 60) for _ in range(3)]},
        },
        "debt": {
            "loan": {"kind": "bullet", "rate_per_year": 0.07, "tenor_periods": rng.randint(2, 6), "limit_musd": 60}
        },
        "equity": {"cost_of_equity_per_year": k, "rounds": {"r": {"max_musd": 500}}, "dividends": dividends},
    }


@pytest.mark.parametrize("seed", range(6))
def test_a_fee_and_a_dearer_rate_never_raise_it(seed: int) -> None:
    data = company(random.Random(seed))
    before, loan = worth(data), data["debt"]["loan"]
    for worse in ({"upfront_fee_share": 0.02}, {"issue_fee_musd": 1.0}, {"rate_per_year": 0.09}):
        assert worth({**data, "debt": {"loan": {**loan, **worse}}}) <= before + 1e-5
    rounds = {"r": {"max_musd": 500, "cost_of_equity_per_year": data["equity"]["cost_of_equity_per_year"] + 0.02}}
    assert worth({**data, "equity": {**data["equity"], "rounds": rounds}}) <= before + 1e-5
    idle = {**data, "cash": {**data["cash"], "minimum_musd": 20.0}}
    assert worth(idle) <= before + 1e-5


@pytest.mark.parametrize("seed", range(6))
def test_money_dearer_than_shareholders_ask_is_never_taken_for_its_own_sake(seed: int) -> None:
    """Not at the end either, when its price falls due after the plan; nor drawn and repaid at once.

    Where money can be paid out and raised at the end of every period, that is: else a revolver helps, since it can be
    repaid, and so does what is repaid at the start of a period out of the flows of that period.
    """
    data = company(random.Random(100 + seed))
    data["equity"]["dividends"] = {"return_of_capital": True}
    data["draw_timing"] = "end"
    data["equity"]["rounds"] = {f"r{t}": {"max_musd": 500} for t in range(4)}
    data["opening"] = {"paid_in_capital_musd": 1000, "other_assets_musd": 1000}
    k = data["equity"]["cost_of_equity_per_year"]
    data["tax"] = {"rate": 0.0}
    before = worth(data)
    for kind in ("bullet", "annuity", "revolver", "sculpted"):
        more = {"kind": kind, "rate_per_year": k + 0.01, "limit_musd": 100}
        more |= {} if kind == "revolver" else {"tenor_periods": 3}
        plan = best({**data, "debt": {**data["debt"], "dear": more}})
        assert plan.metrics["shareholder_value"] == pytest.approx(before, abs=1e-5)
        assert sum(row["musd"] for row in plan.decisions["debt_draws"] if row["instrument"] == "dear") < 1e-4
    preferred = {"p": {"dividend_per_year": k + 0.01, "max_musd": 100}}
    assert worth({**data, "preferred_equity": preferred}) == pytest.approx(before, abs=1e-5)
    rounds = {**data["equity"]["rounds"], "dear": {"max_musd": 100, "cost_of_equity_per_year": k + 0.01}}
    assert worth({**data, "equity": {**data["equity"], "rounds": rounds}}) == pytest.approx(before, abs=1e-5)


# ── theory ────────────────────────────────────────────────────────────────────────────────────────────────────────


def growth(rng: random.Random, length: str) -> dict[str, Any]:
    """A hall and chips that may be bought to serve a market, paid for by a round, and paid out freely."""
    return {
        "name": "growth",
        "calendar": calendar(length, 4),
        "discount": {"rate_per_year": 0.11},
        "regions": {"r": {"energy_price_usd_per_mwh": 50}},
        "sites": {
            "a": {
                "region": "r",
                "pue": 1.2,
                "phases": [
                    {
                        "name": "h",
                        "mw": rng.uniform(20, 60),
                        "lead_periods": rng.randint(0, 1),
                        "capex": {"all": {"musd": rng.uniform(100, 400), "book_life_years": 10}},
                    }
                ],
            }
        },
        "hardware": {
            "g": {
                "price_usd": rng.uniform(15_000, 40_000),
                "compute_h100e": 2,
                "kw": 1.5,
                "lead_periods": rng.randint(0, 1),
                "life_periods": 5,
                "supply_units": 30_000,
            }
        },
        "markets": {"m": {"demand_h100e": 40_000, "revenue_usd_per_h100e_hour": rng.uniform(1, 3)}},
        "equity": {
            "cost_of_equity_per_year": 0.11,
            "rounds": {"one": {"max_musd": 3000}, "two": {"max_musd": 3000}},
            "dividends": {"return_of_capital": True},
        },
        "terminal": {"kind": "book_share", "share": 0.5},
    }


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("seed", range(8))
def test_without_debt_and_tax_it_is_net_present_value(seed: int, length: str) -> None:
    plan = best(growth(random.Random(seed), length))
    cost = plan.metrics["net_present_cost"]
    assert cost is not None
    assert plan.metrics["shareholder_value"] == pytest.approx(-cost, abs=1e-4)


@pytest.mark.parametrize("seed", range(12))
def test_without_tax_debt_adds_nothing_where_equity_is_relevered(seed: int) -> None:
    """The loan costs f, the grid adds the spread of the bucket, and shareholders ask so much less than k_u for it."""
    rng = random.Random(seed)
    data = growth(rng, "year")
    data["pricing_grid"] = {
        "by": "leverage",
        "buckets": [
            {"upper": 0.3},
            {"lower": 0.3, "upper": 0.6, "spread_per_year": 0.01},
            {"lower": 0.6, "upper": 0.95, "spread_per_year": 0.03},
            {"lower": 0.95, "upper": 1.0, "spread_per_year": 0.05, "cost_of_equity_per_year": 1.0},
        ],
        "relever": {"method": "harris_pringle", "unlevered_cost_per_year": 0.11, "cost_of_debt_per_year": 0.06},
    }

    def lent(limit: float) -> float:
        terms = {"kind": "bullet", "rate_per_year": 0.06, "tenor_periods": rng.randint(1, 5), "limit_musd": limit}
        return worth({**data, "debt": {"loan": terms}})

    assert lent(rng.uniform(50, 300)) == pytest.approx(lent(0.0), abs=1e-4)
