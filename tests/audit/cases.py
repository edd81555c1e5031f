"""One hand-derived case for each business area. With a discount rate of 0 every discount factor is 1."""

from __future__ import annotations

from .build import (
    BALANCED,
    FLOTATION,
    HARDWARE_DEPRECIATION,
    INTEREST,
    INTEREST_INCOME,
    OPEX,
    RAISE,
    REGION,
    REVENUE,
    TAX,
    TO_HARDWARE,
    Case,
    case,
    draw,
    post,
    rows,
)
from .cases_capital import CAPITAL
from .cases_contracts import CONTRACTS
from .cases_covenants import COVENANTS
from .cases_debt import DEBT
from .cases_equity import EQUITY
from .cases_groups import group_contracts, groups, reserved_and_swept, swept
from .cases_horizon import HORIZON
from .cases_loans import LOANS
from .cases_opening import OPENING
from .cases_quarters import QUARTERS
from .cases_sites import SITES
from .cases_sources import SOURCES
from .cases_tax import TAX_YEARS
from .cases_timing import TIMING
from .cases_upkeep import UPKEEP


def service() -> Case:
    """Free hardware of 10 kH100e, of which 0.9·0.8 can be used: 7.2. The cloud gives the rest."""
    hour = 8.76  # one kH100e for a year at 1 USD an hour, musd
    revenue = 8.1 * 2 * hour
    serving = {2026: (8.1 * 0.1 + 6.0 * 0.05) * hour, 2027: (8.1 * 0.1 + 5.0 * 0.05) * hour}
    shortfall = {2026: (1 - 0.4) * 3 * hour, 2027: 1 * 3 * hour}
    cloud = {2026: 2.1 * 2.5 * hour, 2027: 3.1 * 2.5 * hour}
    spot = {2026: 0.5 * hour, 2027: 2.0 * hour}
    margin = 2 * revenue + sum(spot.values()) - sum(serving.values()) - sum(shortfall.values()) - sum(cloud.values())
    return case(
        {
            "calendar": {"start": 2026, "periods": 2},
            "opening": BALANCED,
            "regions": REGION,
            "sites": {"s": {"region": "north", "pue": 1.2, "uptime_share": 0.9, "max_utilisation_share": 0.8}},
            "hardware": {"f": {"price_usd": 0, "compute_h100e": 1, "kw": 0, "lead_periods": 0, "life_periods": 2}},
            "cloud": {
                "c": {"price_usd_per_h100e_hour": 2.5, "limit_h100e": 4000},
                "gratis": {"price_usd_per_h100e_hour": 0, "limit_h100e": 1000},
            },
            "markets": {
                "main": {
                    "demand_h100e": 9000,
                    "revenue_usd_per_h100e_hour": 2,
                    "min_served_share": 0.9,
                    "serving_cost_usd_per_h100e_hour": 0.1,
                    "serving_cost_by_site_usd_per_h100e_hour": {"s": 0.05},
                },
                "train": {"demand_h100e": 1000, "min_served_share": 1, "shortfall_penalty_usd_per_h100e_hour": 3},
                "spot": {"demand_h100e": 2000, "revenue_usd_per_h100e_hour": 1, "surplus_only_below_share": 0.9},
                "gift": {"demand_h100e": 1000, "surplus_only_below_share": 0.9},
            },
        },
        {
            "orders": rows("offer period units", ("f", "2026", 10_000)),
            "allocations": rows("offer site period units", ("f", "s", "2026", 10_000)),
            # 2026: the others use 6.0 + 0.4 = 6.4 of the site, no more than 0.9·7.2 = 6.48
            "service": rows(
                "market from period h100e",
                ("main", "s", "2026", 6000),
                ("main", "c", "2026", 2100),
                ("train", "s", "2026", 400),
                ("spot", "s", "2026", 500),
                ("main", "s", "2027", 5000),
                ("main", "c", "2027", 3100),
                ("spot", "s", "2027", 2000),
            ),
        },
        [
            post("revenue.main", REVENUE, {2026: revenue, 2027: revenue}),
            post("revenue.spot", REVENUE, spot),
            post("opex.serving.main", OPEX, serving),
            post("opex.shortfall.train", OPEX, shortfall),
            post("opex.cloud.c", OPEX, cloud),
        ],
        {"net_present_cost": -margin, "terminal_cash": 1000 + margin},
    )


def cash_flows() -> Case:
    """Four quarters of given flows; cash earns 4 % a year, 1 % a quarter, on what is carried in."""
    income = {}
    cash = 100.0
    for quarter, other in (("2026Q1", 3 - 2), ("2026Q2", 3 - 2 + 3), ("2026Q3", 3 - 2 - 1), ("2026Q4", 3 - 2)):
        income[quarter] = 0.01 * cash
        cash += income[quarter] + other
    return case(
        {
            "calendar": {"start": "2026Q1", "periods": 4, "length": "quarter"},
            "opening": {"cash_musd": 100, "paid_in_capital_musd": 80, "other_assets_musd": 5},
            "cash": {"minimum_musd": 100, "minimum_opex_months": 150, "yield_per_year": 0.04},
            "cash_flows": {
                "sales": {"musd_per_year": 12, "kind": "operating"},
                "staff": {"musd_per_year": -8, "kind": "operating", "corporate": True},
                "grant": {"musd_per_period": [0, 3, 0, 0], "kind": "investing"},
                "settlement": {"musd_per_period": [0, 0, -1, 0], "kind": "financing"},
            },
        },
        {},
        [
            post("given.sales", REVENUE, dict.fromkeys(income, 3)),
            post("given.staff", OPEX, dict.fromkeys(income, 2), corporate=True),
            post("given.grant", ("other_investing", "cash", "retained_earnings"), {"2026Q2": 3}),
            post("given.settlement", ("other_financing", "retained_earnings", "cash"), {"2026Q3": 1}),
            post("interest_income", INTEREST_INCOME, income),
        ],
        {"cost_of_capital": -sum(income.values()), "net_present_cost": -(12 - 8 + 3), "terminal_cash": cash},
    )


def tax() -> Case:
    """Hardware of 20 written off for tax by a table with a bonus; losses are usable against 80 % of income."""
    offer = {
        "price_usd": 20_000,
        "compute_h100e": 0,
        "kw": 0,
        "lead_periods": 0,
        "life_periods": 5,
        "tax_class": "fast",
    }
    # written off so far: 0.2 + 0.8·(0.5, 0.8, 1) = 0.6, 0.84, 1; cash earns 2 % on what is carried in
    written_off = {2026: 20 * 0.6, 2027: 20 * 0.24, 2028: 20 * 0.16, 2029: 0, 2030: 0}
    sales = {2026: 5, 2027: 20, 2028: 40, 2029: 10, 2030: 10}
    earned: dict[int, float] = {}
    paid: dict[int, float] = {}
    cash, loss = 50.0, 10.0
    for t in sales:
        earned[t] = 0.02 * cash
        income = sales[t] + earned[t] - written_off[t]
        used = min(loss, 0.8 * max(0.0, income))
        paid[t] = 0.25 * (max(0.0, income) - used)
        loss += max(0.0, -income) - used
        cash += sales[t] + earned[t] - paid[t] - (20 if t == 2026 else 0)
    assert (paid[2026], loss) == (0, 0)  # a year of loss, after which all losses come to be used
    assert paid[2027] > 0.2 * 0.25 * 15  # in 2027 the share that may be offset binds
    return case(
        {
            "calendar": {"start": 2026, "periods": 5},
            "opening": {"cash_musd": 50, "paid_in_capital_musd": 50},
            "regions": REGION,
            "sites": {"s": {"region": "north", "pue": 1.0}},
            "hardware": {"h": offer},
            "depreciation": {"fast": {"table_shares": [0.5, 0.3, 0.2], "bonus_share": 0.2}},
            "cash": {"yield_per_year": 0.02},
            "tax": {"rate": 0.25, "loss_usable_share": 0.8, "opening_loss_musd": 10},
            "cash_flows": {"sales": {"musd_per_period": [5, 20, 40, 10, 10], "kind": "operating"}},
            "budgets": {
                "yearly": {"musd": 20, "covers": ["hardware"]},
                "running": {"musd": [20, 0, 0, 0, 0], "carry_over": True},
            },
        },
        {
            "orders": rows("offer period units", ("h", "2026", 1000)),
            "allocations": rows("offer site period units", ("h", "s", "2026", 1000)),
        },
        [
            post("capex.hardware.h.accelerator", TO_HARDWARE, {2026: 20}),
            post("depreciation.hardware.h", HARDWARE_DEPRECIATION, dict.fromkeys(range(2026, 2031), 4)),
            post("given.sales", REVENUE, sales),
            post("interest_income", INTEREST_INCOME, earned),
            post("tax", TAX, {t: musd for t, musd in paid.items() if musd}),
        ],
        {
            "cost_of_capital": -0.75 * sum(earned.values()),
            "net_present_cost": -(85 - 20 - sum(paid.values())),
            "terminal_cash": cash,
        },
    )


def equity() -> Case:
    """Two rounds and a loan, all raised at the start of their year and charged for it in full; discounted at 10 %."""
    factors = {2026 + t: 1.1 ** -(t + 0.5) for t in range(4)}  # θ = ½
    shield, interest = 0.25, 20 * 0.08
    tax_paid = 0.25 * (2 - interest)
    on_round = {2026: 0, 2027: 0.15 * 40, 2028: 0.15 * 40, 2029: 0.15 * 40}
    flotation = {2026: 0, 2027: 0.05 * 40 + 1, 2028: 0, 2029: 0}
    years = range(2026, 2030)
    charges = sum(factors[t] * ((1 - shield) * interest + 0.12 * 50 + on_round[t]) for t in years)
    # raised at the start of the year, so employed in all of it
    employed = {t: 20 + 50 + 10 + (40 if t > 2026 else 0) for t in years}
    return case(
        {
            "calendar": {"start": 2026, "periods": 4},
            "discount": {"rate_per_year": 0.1, "timing": "mid"},
            "draw_timing": "start",
            "opening": {"cash_musd": 50, "paid_in_capital_musd": 50},
            "cash_flows": {"sales": {"musd_per_year": 2, "kind": "operating"}},
            "tax": {"rate": 0.25},
            "debt": {"loan": {"kind": "bullet", "rate_per_year": 0.08, "tenor_periods": 5}},
            "equity": {
                "cost_of_equity_per_year": 0.12,
                "rounds": {
                    "a": {
                        "min_musd": 20,
                        "max_musd": 60,
                        "first_raise": 2026,
                        "last_raise": 2028,
                        "flotation_share": 0.05,
                        "flotation_fixed_musd": 1,
                        "cost_of_equity_per_year": 0.15,
                    },
                    "patient": {"max_musd": 20, "cost_of_equity_per_year": 0},
                },
            },
            "terminal": {"kind": "ebitda_multiple", "multiple": 5},
        },
        {
            "debt_draws": rows("instrument period musd", ("loan", "2026", 20)),
            "equity_raises": rows("round period musd", ("patient", "2026", 10), ("a", "2027", 40)),
        },
        [
            post("given.sales", REVENUE, dict.fromkeys(years, 2)),
            post("draw.loan", draw("loan"), {2026: 20}),
            post("interest.loan", INTEREST, dict.fromkeys(years, interest)),
            post("tax", TAX, dict.fromkeys(years, tax_paid)),
            post("raise.patient", RAISE, {2026: 10}),
            post("raise.a", RAISE, {2027: 40}),
            post("flotation.a", FLOTATION, {2027: 3}),
        ],
        {
            "cost_of_capital": charges,
            "wacc": charges / sum(factors[t] * employed[t] for t in years),
            # the multiple falls on the end of 2029 and is taxed: there is no basis
            "net_present_cost": -sum(factors[t] * (2 - tax_paid - flotation[t]) for t in years)
            - 1.1**-4 * 0.75 * 5 * 2,
            "terminal_cash": 50 + 4 * (2 - interest - tax_paid) + 20 + 10 + 40 - 3,
            "peak_funding": 20 + 10 + 40,
            "capital_raised": 20 + 10 + 40,
        },
    )


CASES = {
    "service": service,
    "cash_flows": cash_flows,
    "tax": tax,
    "equity": equity,
    "groups": groups,
    "group_contracts": group_contracts,
    "swept": swept,
    "reserved_and_swept": reserved_and_swept,
    **SITES,
    **OPENING,
    **DEBT,
    **QUARTERS,
    **SOURCES,
    **CAPITAL,
    **CONTRACTS,
    **EQUITY,
    **COVENANTS,
    **TAX_YEARS,
    **TIMING,
    **LOANS,
    **HORIZON,
    **UPKEEP,
}
