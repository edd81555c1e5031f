"""Quarters instead of years, when all that is asked of a year is asked at its end."""

from __future__ import annotations

from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st

from optimizer.plan.plan import Plan

from .solving import Data, examples, solved, statement

DOLLAR = 1e-4
"""USD million. The first level is kept to a dollar by the second, which moves interest by less than that."""
Draw = st.DrawFn


@st.composite
def programmes(draw: Draw) -> Data:
    """A programme in years on flat data: halls, chips, an income, and a revolver that pays for everything.

    What is served, ordered and earned falls on the end of a year; nothing is paid for merely being there.
    """
    years = draw(st.integers(2, 4))
    steps = draw(st.lists(st.sampled_from([0, 4000, 10000]), min_size=years, max_size=years))
    income = draw(st.lists(st.sampled_from([0.0, 15.0, 60.0]), min_size=years, max_size=years))
    offer = {"price_usd": draw(st.sampled_from([5000, 2000])), "compute_h100e": 1, "kw": 1, "lead_periods": 0}
    return {
        "name": "ends",
        "calendar": {"start": 2026, "periods": years, "length": "year"},
        "discount": {"rate_per_year": draw(st.sampled_from([0.1, 0.05]))},
        "objectives": [{"name": "net_present_cost"}, {"name": "cost_of_capital"}],
        "opening": {"other_assets_musd": 100, "paid_in_capital_musd": 60},
        "cash_flows": {"income": {"kind": "operating", "musd_per_period": income}},
        "regions": {"flat": {"energy_price_usd_per_mwh": 0}},
        "sites": {
            "campus": {
                "region": "flat",
                "pue": 1,
                "phases": [
                    {
                        "name": "hall",
                        "mw": 8,
                        "count": 5,
                        "lead_periods": 0,
                        "capex": {"shell": {"musd": draw(st.sampled_from([20, 8]))}},
                    }
                ],
            }
        },
        "hardware": {"chips": offer | {"life_periods": years, "lot_units": draw(st.sampled_from([0, 3000]))}},
        "markets": {
            "demand": {"demand_h100e": [sum(steps[: t + 1]) for t in range(years)], "min_served_share": 1},
        },
        "debt": {
            "line": {
                "kind": "revolver",
                "rate_per_year": draw(st.sampled_from([0.08, 0.2])),
                "limit_musd": 2000,
                "opening_balance_musd": draw(st.sampled_from([0, 40])),
            }
        },
    }


def in_quarters(data: Data) -> Data:
    """The same in quarters: what falls on the end of a year falls on its fourth quarter."""
    years = data["calendar"]["periods"]
    income, demand = data["cash_flows"]["income"], data["markets"]["demand"]
    chips = data["hardware"]["chips"]
    return data | {
        "calendar": {"start": "2026Q1", "periods": 4 * years, "length": "quarter"},
        "cash_flows": {"income": income | {"musd_per_period": _at_ends(income["musd_per_period"])}},
        "markets": {"demand": demand | {"demand_h100e": _at_ends(demand["demand_h100e"])}},
        "hardware": {"chips": chips | {"life_periods": 4 * years}},
    }


def _at_ends(yearly: list[float]) -> list[float]:
    return [x for value in yearly for x in (0, 0, 0, value)]


def by_year(plan: Plan, table: str, column: str) -> dict[str, float]:
    """A table of decisions, summed over the periods of each year."""
    totals: dict[str, float] = defaultdict(float)
    for row in plan.decisions[table]:
        totals[str(row["period"])[:4]] += row[column]
    return dict(totals)


def yearly(plan: Plan, parts: int) -> tuple[list[float], list[float]]:
    """Interest of each year, and net debt (debt less cash) at instant 0 and at the end of each year."""
    sheet, income = statement(plan, "balance_sheet"), statement(plan, "income")
    periods = len(plan.instance.periods.labels)
    nothing = [0.0] * (periods + 1)
    debt, cash = sheet.get("Total debt", nothing), sheet.get("Cash", nothing)
    interest = [abs(x) for x in income.get("Interest", nothing[1:])]
    net = [d - c for d, c in zip(debt, cash, strict=True)]
    return [sum(interest[k : k + parts]) for k in range(0, periods, parts)], net[::parts]


@examples(25)
@given(programmes())
def test_annual_totals(data: Data) -> None:
    """Starts, orders and capital spending of each year are the same; interest and net debt differ by a known amount.

    Programme. Both calendars can do the same at the ends of years, at the same discount factor (1+ρ)^−t. In quarters
    nothing is wanted before the fourth, prices are flat and ρ > 0, so earlier spending only costs more: the least net
    present cost is the same, and so is what is spent in each year.

    Financing. With net debt N at the end of a year and no yield on cash, a year in quarters charges r/4 four times on
    a balance that grows by the interest drawn, as nothing comes in before its end: N grows by q = (1 + r/4)⁴ where a
    year's simple interest gives 1 + r. With the same flow F at the year's end

        N_t = N_{t−1} + r·max(0, N_{t−1}) − F_t,     N'_t = N'_{t−1} + (q − 1)·max(0, N'_{t−1}) − F_t

    and as both rise with N, 0 ≤ N' − N ≤ δ with δ_0 = 0, δ_t = q·δ_{t−1} + (q − 1 − r)·max(0, N_{t−1}). Interest of t
    differs by at least 0 and at most (q − 1)·δ_{t−1} + (q − 1 − r)·max(0, N_{t−1}); q − 1 − r = 3r²/8 + r³/16 + r⁴/256,
    which is 0.24 % of the balance a year at 8 %.
    """
    years, quarters = solved(data), solved(in_quarters(data))
    assert years is not None
    assert quarters is not None
    for plan in (years, quarters):
        assert plan.audit_passed
    one, other = years.metrics["net_present_cost"], quarters.metrics["net_present_cost"]
    assert one is not None
    assert other is not None
    assert abs(one - other) <= DOLLAR
    assert by_year(years, "phase_starts", "count") == by_year(quarters, "phase_starts", "count")
    in_years, in_fourths = by_year(years, "orders", "units"), by_year(quarters, "orders", "units")
    for year in {*in_years, *in_fourths}:
        assert abs(in_years.get(year, 0.0) - in_fourths.get(year, 0.0)) <= 1e-2

    rate = data["debt"]["line"]["rate_per_year"]
    growth = (1.0 + rate / 4.0) ** 4
    excess = growth - 1.0 - rate
    assert abs(excess - (3 * rate**2 / 8 + rate**3 / 16 + rate**4 / 256)) < 1e-15
    interest, net = yearly(years, 1)
    interest_in_quarters, net_in_quarters = yearly(quarters, 4)
    delta = 0.0
    for t, before in enumerate(net[:-1]):
        owed = max(0.0, before)
        tolerance = (growth - 1.0) * delta + excess * owed
        difference = interest_in_quarters[t] - interest[t]
        assert -DOLLAR <= difference <= tolerance + DOLLAR
        delta = growth * delta + excess * owed
        assert -DOLLAR <= net_in_quarters[t + 1] - net[t + 1] <= delta + DOLLAR
