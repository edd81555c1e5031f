"""One hand-derived case for each business area. With a discount rate of 0 every discount factor is 1."""

from __future__ import annotations

from .build import (
    DELIVERY,
    DEPOSIT,
    FEE,
    FLOTATION,
    HARDWARE_DEPRECIATION,
    IN_SERVICE,
    INTEREST,
    INTEREST_INCOME,
    OPEX,
    RAISE,
    REVENUE,
    SITE_DEPRECIATION,
    TAX,
    TO_CIP,
    TO_HARDWARE,
    TO_SITES,
    Case,
    case,
    draw,
    post,
    repayment,
    rows,
)
from .cases_capital import CAPITAL
from .cases_covenants import COVENANTS
from .cases_equity import EQUITY
from .cases_sources import SOURCES
from .cases_tax import TAX_YEARS
from .cases_timing import TIMING

REGION = {"north": {"energy_price_usd_per_mwh": 50}}
BALANCED = {"cash_musd": 1000, "paid_in_capital_musd": 1000}


def sites() -> Case:
    """Two phases of 40 started in 2026 and 2027 (on line after two years), a third of 20 in 2029 (after one).

    Spending of 40 is 20, 12, 8: the first two are paid before service. The last half of the 20 falls after 2030.
    """
    shell = {
        "name": "shell",
        "count": 2,
        "mw": 10,
        "capex": {"shell": {"musd": 40, "book_life_years": 4}},
        "spend_profile": [0.5, 0.3, 0.2],
        "lead_periods": 2,
        "fixed_opex_musd_per_year": 1,
        "gap_periods": 1,
        "committed": True,
        "resources": {"crew": {"building": 1}},
        "value_musd": 7,
    }
    fit = {
        "name": "fit",
        "mw": 5,
        "capex": {"fit": {"musd": 20, "book_life_years": 5}},
        "spend_profile": [0.25, 0.25, 0.5],
        "lead_periods": 1,
        "fixed_opex_musd_per_year": 0.5,
        "gap_periods": 2,
        "resources": {"crew": {"running": 3}},
        "value_musd": 2,
    }
    free = {"name": "free", "count": 2, "mw": 0, "lead_periods": 0}
    site = {"region": "north", "pue": 1.2, "existing_mw": 5, "land_musd": 10, "opening_cost_musd": 3}
    return case(
        {
            "calendar": {"start": 2026, "periods": 5},
            "opening": BALANCED,
            "regions": REGION,
            "resources": {"crew": {"limit": [1, 2, 1, 0, 3]}},
            "sites": {
                "a": {**site, "grid_connection_mw": {2026: 25, 2030: 30}, "phases": [shell, fit]},
                "b": {"region": "north", "pue": 1.2, "phases": [free]},
            },
        },
        {
            "phase_starts": rows(
                "site phase period count",
                ("a", "shell", "2026", 1),
                ("a", "shell", "2027", 1),
                ("a", "fit", "2029", 1),
            )
        },
        [
            post("capex.site.a.land", TO_SITES, {2026: 10}),
            post("opex.opening.a", OPEX, {2026: 3}),
            # first phase 20, 12, 8; second the same a year later; what is paid in the year of service is no longer CIP
            post("capex.site.a.shell", TO_CIP, {2026: 20, 2027: 12 + 20, 2028: 12}),
            post("capex.site.a.shell", TO_SITES, {2028: 8, 2029: 8}),
            post("capex.site.a.fit", TO_CIP, {2029: 5}),
            post("capex.site.a.fit", TO_SITES, {2030: 5}),
            post("in_service.site.a", IN_SERVICE, {2028: 20 + 12, 2029: 20 + 12, 2030: 5}),
            # 40 over 4 years from 2028 and from 2029; (5 + 5) over 5 years from 2030
            post("depreciation.site.a", SITE_DEPRECIATION, {2028: 10, 2029: 20, 2030: 20 + 2}),
            post("opex.site.a", OPEX, {2028: 1, 2029: 2, 2030: 2 + 0.5}),
        ],
        {
            "net_present_cost": (10 + 40 + 40 + 10) + (3 + 1 + 2 + 2.5),
            "terminal_cash": 1000 - 100 - 8.5,
            "total_value": 7 + 7 + 2,
        },
    )


def hardware() -> Case:
    """Three offers: one with a discount on all units, one with a discount above 1000 units, one that is free."""
    big = {
        "price_usd": {2026: 30_000, 2027: 28_000},
        "attach": {"server": {"usd_per_unit": 10_000}},
        "compute_h100e": 2,
        "kw": 1,
        "lead_periods": 1,
        "life_periods": 2,
        "lot_units": 100,
        "supply_units": 3000,
        "deposit_share": 0.25,
        "order_fee_musd": 0.5,
        "upkeep_usd_per_unit_year": 1000,
        "tiers": {
            "kind": "all_units",
            "steps": [{"from_units": 0, "discount_share": 0}, {"from_units": 2000, "discount_share": 0.1}],
        },
    }
    stepped = {
        "price_usd": 10_000,
        "compute_h100e": 1,
        "kw": 0,
        "lead_periods": 0,
        "life_periods": 4,
        "sites": ["s"],
        "tiers": {
            "kind": "incremental",
            "steps": [{"from_units": 0, "discount_share": 0}, {"from_units": 1000, "discount_share": 0.2}],
        },
    }
    free = {"price_usd": 0, "compute_h100e": 1, "kw": 0, "lead_periods": 1, "life_periods": 4}
    # MW: PUE 1.2 with 2, 3, 1 thousand units of 1 kW; PUE 1.5 with 1, 1. A MW at load factor 0.5 and 50 USD/MWh:
    mw_year = 0.5 * 8760 * 50 / 1e6
    first = 3 * 30 * 0.9  # 3000 units at 30,000 less 10 %
    second = 1 * 28
    return case(
        {
            "calendar": {"start": 2026, "periods": 4},
            "opening": BALANCED,
            "regions": {"north": {**REGION["north"], "power_limit_mw": 5.1}},  # 3.6 + 1.5 in 2028
            "power": {"system_limit_mw": 5.1},
            "sites": {
                "s": {"region": "north", "pue": 1.2, "existing_mw": 10, "load_factor_share": 0.5},
                "z": {"region": "north", "pue": 1.5, "existing_mw": 10, "load_factor_share": 0.5},
            },
            "hardware": {"big": big, "stepped": stepped, "free": free},
        },
        {
            "orders": rows(
                "offer period units",
                ("big", "2026", 3000),
                ("big", "2027", 1000),
                ("stepped", "2028", 1500),
                ("stepped", "2029", 500),
            ),
            "allocations": rows(
                "offer site period units",
                ("big", "s", "2026", 2000),
                ("big", "z", "2026", 1000),
                ("big", "s", "2027", 1000),
                ("stepped", "s", "2028", 1500),
                ("stepped", "s", "2029", 500),
            ),
        },
        [
            post("deposit.hardware.big.accelerator", DEPOSIT, {2026: first * 0.25, 2027: second * 0.25}),
            post("deposit.hardware.big.server", DEPOSIT, {2026: 30 * 0.25, 2027: 10 * 0.25}),
            post("capex.hardware.big.accelerator", TO_HARDWARE, {2027: first * 0.75, 2028: second * 0.75}),
            post("capex.hardware.big.server", TO_HARDWARE, {2027: 30 * 0.75, 2028: 10 * 0.75}),
            post("delivery.hardware.big", DELIVERY, {2027: (first + 30) * 0.25, 2028: (second + 10) * 0.25}),
            post(
                "depreciation.hardware.big",
                HARDWARE_DEPRECIATION,
                {2027: (first + 30) / 2, 2028: (first + 30) / 2 + (second + 10) / 2, 2029: (second + 10) / 2},
            ),
            post("opex.order_fee.big", OPEX, {2026: 0.5, 2027: 0.5}),
            post("opex.upkeep.big", OPEX, {2027: 3, 2028: 4, 2029: 1}),
            post("capex.hardware.stepped.accelerator", TO_HARDWARE, {2028: 1 * 10 + 0.5 * 8, 2029: 5}),
            post("depreciation.hardware.stepped", HARDWARE_DEPRECIATION, {2028: 14 / 4, 2029: 14 / 4 + 5 / 4}),
            post("opex.energy.s", OPEX, {2027: 2.4 * mw_year, 2028: 3.6 * mw_year, 2029: 1.2 * mw_year}),
            post("opex.energy.z", OPEX, {2027: 1.5 * mw_year, 2028: 1.5 * mw_year}),
        ],
        {
            "net_present_cost": (81 + 30 + 28 + 10 + 14 + 5) + (1 + 8 + 10.2 * mw_year),
            "terminal_cash": 1000 - 168 - 9 - 10.2 * mw_year,
        },
    )


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
        {"wacc": None, "net_present_cost": -margin, "terminal_cash": 1000 + margin},
    )


def given() -> Case:
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
        {"wacc": None, "net_present_cost": -(12 - 8 + 3), "terminal_cash": cash},
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
        {"wacc": None, "net_present_cost": -(85 - 20 - sum(paid.values())), "terminal_cash": cash},
    )


EARLY = {"last_test": 2027}
"""Covenants on debt are not tested where liquidity is: they would say how much more can be drawn."""


def debt() -> Case:
    """Every kind of instrument; what is drawn in the middle of a year is repaid in the middle of another."""
    # annuity of 30 over 2 years at 10 %, opening: after a year (1.1² − 1.1)/(1.1² − 1) is left
    left = 30 * (1.1**2 - 1.1) / (1.1**2 - 1)
    interest = {
        "bullet": {2026: 0.5 * 4, 2027: 4 + 0.5 * 1.6, 2028: 5.6, 2029: 0.5 * 4 + 1.6, 2030: 0.5 * 1.6},
        "level": {2026: 0.5 * 4, 2027: 4, 2028: 4, 2029: 0.1 * (40 + 20) / 2, 2030: 0.1 * 20 / 2},
        "annuity": {2026: 3, 2027: 0.1 * left},  # from before the first year: repaid at the ends of years
        "revolver": {2026: 0.06 * 30 / 2, 2027: 0.06 * (30 + 20) / 2, 2028: 0.06 * (20 + 25) / 2, 2029: 0.06 * 25 / 2},
    }
    fees = {
        "fee.upfront.bullet": {2026: 0.5, 2027: 0.2},
        "fee.issue.bullet": {2026: 0.3, 2027: 0.3},
        "fee.commitment.revolver": {2026: 0.25, 2027: 0.005 * (50 - 30), 2028: 0.005 * (50 - 20), 2029: 0.005 * 25},
        "fee.commitment.standby": {2026: 0.1, 2027: 0.1},
    }
    drawn = {
        "bullet": {2026: 50, 2027: 20},
        "level": {2026: 40},
        "revolver": {2026: 30, 2028: 5},
        "overdraft": {2026: 5},
        "late": {2030: 5},
    }
    repaid = {
        "bullet": {2029: 50, 2030: 20},
        "level": {2029: 20, 2030: 20},
        "annuity": {2026: 30 - left, 2027: left},
        "revolver": {2027: 10, 2029: 25},
        "overdraft": {2028: 5},
    }
    due_2027 = 4.8 + 4 + 0.1 * left + 1.5
    charges = sum(sum(one.values()) for one in [*interest.values(), *fees.values()])
    net_draws = sum(sum(one.values()) for one in drawn.values()) - sum(sum(one.values()) for one in repaid.values())
    # minimum of liquidity, in 2030: the overdraft's 50 only, since the revolver has closed
    cash = 200 + 5 * (60 - 10) + net_draws - charges
    # in 2028 both are open; 155 − 5 have been drawn by then
    charged = sum(x for one in [*interest.values(), *fees.values()] for t, x in one.items() if t <= 2028)
    cash_2028 = 200 + 3 * (60 - 10) + 150 - (30 + 10 + 5) - charged
    return case(
        {
            "calendar": {"start": 2026, "periods": 5},
            "draw_timing": "mid",
            "opening": {"cash_musd": 200, "paid_in_capital_musd": 100},
            "cash_flows": {
                "sales": {"musd_per_year": 60, "kind": "operating"},
                "research": {"musd_per_year": -10, "kind": "operating", "corporate": True},
            },
            "debt": {
                "bullet": {
                    "kind": "bullet",
                    "rate_per_year": 0.08,
                    "tenor_periods": 3,
                    "last_draw": 2027,
                    "min_draw_musd": 20,
                    "max_draw_musd": 50,
                    "limit_musd": 70,
                    "upfront_fee_share": 0.01,
                    "issue_fee_musd": 0.3,
                },
                # grace of 2 in a tenor of 4: half is repaid after three years, half after four; at the rate of 2026
                "level": {"kind": "level", "rate_per_year": [0.1, 0, 0, 0, 0], "tenor_periods": 4, "grace_periods": 2},
                "annuity": {"kind": "annuity", "rate_per_year": 0.1, "tenor_periods": 2, "opening_balance_musd": 30},
                "revolver": {
                    "kind": "revolver",
                    "rate_per_year": 0.06,
                    "limit_musd": 50,
                    "last_draw": 2029,
                    "commitment_fee_per_year": 0.005,
                },
                "overdraft": {"kind": "revolver", "rate_per_year": 0, "limit_musd": 50},
                "standby": {
                    "kind": "bullet",
                    "rate_per_year": 0.1,
                    "tenor_periods": 5,
                    "limit_musd": 10,
                    "last_draw": 2027,
                    "commitment_fee_per_year": 0.01,
                },
                "late": {"kind": "bullet", "rate_per_year": 0, "tenor_periods": 5, "limit_musd": 10},
            },
            "covenants": {
                # 2027: interest and the annuity's principal (not the bullet's, a balloon, nor the revolver's)
                "dscr": {"kind": "dscr", "minimum": 50 / (due_2027 + left) - 1e-3},
                "dscr_infrastructure": {
                    "kind": "dscr",
                    "minimum": 60 / (due_2027 + left) - 1e-3,
                    "scope": "infrastructure",
                    "balloons": "excluded",
                },
                "cover": {"kind": "interest_cover", "minimum": 50 / due_2027 - 1e-3},
                "leverage": {"kind": "debt_to_ebitda", "maximum": (50 + 40 + left + 30 + 5) / 50 + 1e-3, **EARLY},
                "capital": {"kind": "debt_to_capital", "maximum": (125 + left) / (225 + left) + 1e-3, **EARLY},
                "liquidity": {"kind": "minimum_liquidity", "minimum": cash + 50 - 1e-3, "first_test": 2030},
                "liquidity_2028": {
                    "kind": "minimum_liquidity",
                    "minimum": cash_2028 + (50 - 25) + 50 - 1e-3,
                    "first_test": 2028,
                    "last_test": 2028,
                },
            },
        },
        {
            "debt_draws": rows(
                "instrument period musd", *((n, str(t), x) for n, one in drawn.items() for t, x in one.items())
            ),
            "debt_repayments": rows(
                "instrument period musd",
                ("revolver", "2027", 10),
                ("revolver", "2029", 25),
                ("overdraft", "2028", 5),
            ),
            "facilities": rows("instrument signed", ("revolver", 1), ("standby", 1)),
            "drawable": rows(
                "instrument period musd",
                ("revolver", "2028", 50 - 25),
                ("overdraft", "2028", 50),
                ("overdraft", "2030", 50),
            ),
        },
        [
            post("given.sales", REVENUE, dict.fromkeys(range(2026, 2031), 60)),
            post("given.research", OPEX, dict.fromkeys(range(2026, 2031), 10), corporate=True),
            *(post(f"draw.{name}", draw(name), one) for name, one in drawn.items()),
            *(post(f"repayment.{name}", repayment(name), one) for name, one in repaid.items()),
            *(post(f"interest.{name}", INTEREST, one) for name, one in interest.items()),
            *(post(name, FEE, one) for name, one in fees.items()),
        ],
        {
            "cost_of_capital": charges,
            "wacc": None,  # more cash than capital
            "capital_raised": 155,
            "net_present_cost": -(5 * 50 - sum(sum(one.values()) for one in fees.values())),
            "terminal_cash": cash,
            "peak_funding": 125 + left,
        },
    )


def security() -> Case:
    """Hardware of 100 and land of 40 secure two loans; the hardware is worth 75, 50, 25 in the books, the land 40."""
    free = {"name": "plot", "mw": 0, "lead_periods": 0}
    return case(
        {
            "calendar": {"start": 2026, "periods": 3},
            "opening": {"cash_musd": 200, "paid_in_capital_musd": 200},
            "regions": REGION,
            "sites": {"s": {"region": "north", "pue": 1.0, "land_musd": 40, "phases": [free]}},
            "hardware": {
                "h": {"price_usd": 100_000, "compute_h100e": 0, "kw": 0, "lead_periods": 0, "life_periods": 4}
            },
            "debt": {
                # 40, 30, 20
                "first": {"kind": "level", "rate_per_year": 0, "tenor_periods": 4, "security": {"hardware": 0.8}},
                "second": {
                    "kind": "bullet",
                    "rate_per_year": 0,
                    "tenor_periods": 5,
                    "security": {"hardware": 0.5, "sites": 0.5},
                },
            },
            "covenants": {
                "all": {"kind": "loan_to_value", "maximum": (20 + 10) / (25 + 40), "assets": ["hardware", "sites"]},
                "one": {
                    "kind": "loan_to_value",
                    "maximum": 20 / 25,
                    "assets": ["hardware"],
                    "instruments": ["first"],
                },
            },
            "terminal": {"kind": "book_share", "share": 0.6},
        },
        {
            "phase_starts": rows("site phase period count", ("s", "plot", "2026", 1)),
            "orders": rows("offer period units", ("h", "2026", 1000)),
            "allocations": rows("offer site period units", ("h", "s", "2026", 1000)),
            "debt_draws": rows("instrument period musd", ("first", "2026", 40), ("second", "2026", 10)),
            "pledges": rows(
                "instrument asset period musd",
                ("first", "hardware", "2026", 40 / 0.8),
                ("first", "hardware", "2027", 30 / 0.8),
                ("first", "hardware", "2028", 20 / 0.8),
                ("second", "sites", "2026", 20),
                ("second", "hardware", "2027", 10),
                ("second", "sites", "2027", 10),
                ("second", "sites", "2028", 20),
            ),
        },
        [
            post("capex.site.s.land", TO_SITES, {2026: 40}),
            post("capex.hardware.h.accelerator", TO_HARDWARE, {2026: 100}),
            post("depreciation.hardware.h", HARDWARE_DEPRECIATION, dict.fromkeys((2026, 2027, 2028), 25)),
            post("draw.first", draw("first"), {2026: 40}),
            post("draw.second", draw("second"), {2026: 10}),
            post("repayment.first", repayment("first"), {2027: 10, 2028: 10}),
        ],
        {
            "net_present_cost": 140 - 0.6 * (40 + 25),
            "terminal_cash": 200 - 140 + 50 - 20,
            "peak_funding": 50,
            "capital_raised": 50,
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
    charges = sum(factors[t] * ((1 - shield) * interest + flotation[t] + 0.12 * 50 + on_round[t]) for t in years)
    # raised at the start of the year: what is employed in it is debt and equity less cash at its end, and what is
    # raised lies in cash, but for the flotation cost of 3
    margin = 2 - interest - tax_paid
    employed = {2026 + k: (3 if k else 0) - (k + 1) * margin for k in range(4)}
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
            "net_present_cost": -sum(factors[t] * (2 - tax_paid - flotation[t]) for t in years) - factors[2029] * 5 * 2,
            "terminal_cash": 50 + 4 * (2 - interest - tax_paid) + 20 + 10 + 40 - 3,
            "peak_funding": 20 + 10 + 40,
            "capital_raised": 20 + 10 + 40,
        },
    )


def quarters() -> Case:
    """A year of quarters (Δ = ¼): a phase and hardware in service in all four, debt of 8 % and equity of 12 %."""
    labels = ["2026Q1", "2026Q2", "2026Q3", "2026Q4"]
    phase = {
        "name": "p",
        "mw": 2,
        "capex": {"hall": {"musd": 12, "book_life_years": 2, "tax_class": "straight"}},
        "lead_periods": 0,
        "fixed_opex_musd_per_year": 4,
    }
    offer = {
        "price_usd": 8000,
        "compute_h100e": 3,
        "kw": 1,
        "lead_periods": 0,
        "life_periods": 8,
        "upkeep_usd_per_unit_year": 400,
        "tax_class": "table",
    }
    revenue = 2 * 5 * 8.76 / 4  # 2 kH100e at 5 USD an hour
    energy = 1.5 * 0.8 * (8760 / 4) * 100 / 1e6  # 1.5 MW at load factor 0.8 and 100 USD/MWh
    opex = energy + 4 / 4 + 0.4 / 4
    # level over 4 quarters after the draw in Q1: 8, 6, 4, 2; interest 2 % a quarter on the balance carried in
    interest = {"2026Q2": 0.02 * 8, "2026Q3": 0.02 * 6, "2026Q4": 0.02 * 4}
    commitment = {"2026Q1": 0.01 / 4 * 10, "2026Q2": 0.01 / 4 * (10 - 8)}
    # tax: 12 over 3 years, and 60 % of 8 in the first year, both in equal parts over the quarters of the year
    written_off = 12 / 3 / 4 + 8 * 0.6 / 4
    taxable = 4 * (revenue - opex - written_off) - sum(interest.values()) - sum(commitment.values())
    paid = dict.fromkeys(labels, 0.2 * taxable / 4)  # in instalments
    flows = {t: revenue - opex - paid[t] - interest.get(t, 0) - commitment.get(t, 0) for t in labels}
    least_cover = min((revenue - opex - paid[t]) / (interest[t] + 2) for t in interest)
    factors = {t: 1.05 ** -((index + 1) / 4) for index, t in enumerate(labels)}
    return case(
        {
            "calendar": {"start": "2026Q1", "periods": 4, "length": "quarter"},
            "discount": {"rate_per_year": 0.05},
            "opening": {"cash_musd": 100, "paid_in_capital_musd": 100},
            "regions": {"north": {"energy_price_usd_per_mwh": 100}},
            "sites": {"s": {"region": "north", "pue": 1.5, "load_factor_share": 0.8, "phases": [phase]}},
            "hardware": {"h": offer},
            "markets": {"m": {"demand_h100e": 2000, "revenue_usd_per_h100e_hour": 5, "min_served_share": 1}},
            "depreciation": {"straight": {"life_years": 3}, "table": {"table_shares": [0.6, 0.4]}},
            "tax": {"rate": 0.2, "shield_in_cost_of_capital": False},
            "debt": {
                "loan": {
                    "kind": "level",
                    "rate_per_year": 0.08,
                    "tenor_periods": 4,
                    "limit_musd": 10,
                    "last_draw": "2026Q2",
                    "commitment_fee_per_year": 0.01,
                }
            },
            "equity": {
                "cost_of_equity_per_year": 0.12,
                "rounds": {"r": {"max_musd": 5, "cost_of_equity_per_year": 0.2}},
            },
            "covenants": {
                # 8 of debt against EBITDA of a year, in Q1
                "cover": {
                    "kind": "dscr",
                    "minimum": least_cover - 1e-3,
                    "first_test": "2026Q2",
                    "over": "period",
                },
                "leverage": {
                    "kind": "debt_to_ebitda",
                    "maximum": 8 / (4 * (revenue - opex)) + 1e-3,
                    "over": "period",
                },
            },
            "cash": {"minimum_opex_months": 3},  # a quarter of opex
            "terminal": {"kind": "ebitda_multiple", "multiple": 2},
        },
        {
            "phase_starts": rows("site phase period count", ("s", "p", "2026Q1", 1)),
            "orders": rows("offer period units", ("h", "2026Q1", 1000)),
            "allocations": rows("offer site period units", ("h", "s", "2026Q1", 1000)),
            "service": rows("market from period h100e", *(("m", "s", t, 2000) for t in labels)),
            "debt_draws": rows("instrument period musd", ("loan", "2026Q1", 8)),
            "facilities": rows("instrument signed", ("loan", 1)),
            "equity_raises": rows("round period musd", ("r", "2026Q1", 4)),
        },
        [
            post("capex.site.s.hall", TO_SITES, {"2026Q1": 12}),
            post("depreciation.site.s", SITE_DEPRECIATION, dict.fromkeys(labels, 12 / 8)),
            post("opex.site.s", OPEX, dict.fromkeys(labels, 1)),
            post("capex.hardware.h.accelerator", TO_HARDWARE, {"2026Q1": 8}),
            post("depreciation.hardware.h", HARDWARE_DEPRECIATION, dict.fromkeys(labels, 1)),
            post("opex.upkeep.h", OPEX, dict.fromkeys(labels, 0.1)),
            post("opex.energy.s", OPEX, dict.fromkeys(labels, energy)),
            post("revenue.m", REVENUE, dict.fromkeys(labels, revenue)),
            post("raise.r", RAISE, {"2026Q1": 4}),
            post("draw.loan", draw("loan"), {"2026Q1": 8}),
            post("repayment.loan", repayment("loan"), dict.fromkeys(labels[1:], 2)),
            post("interest.loan", INTEREST, interest),
            post("fee.commitment.loan", FEE, commitment),
            post("tax", TAX, paid),
        ],
        {
            "cost_of_capital": sum(
                factors[t] * (interest.get(t, 0) + commitment.get(t, 0) + 0.03 * 100) for t in labels
            )
            + sum(factors[t] * 0.05 * 4 for t in labels[1:]),  # the round costs from the quarter after it on
            "net_present_cost": sum(factors[t] * (paid[t] + commitment.get(t, 0) - revenue + opex) for t in labels)
            + factors["2026Q1"] * 20
            - factors["2026Q4"] * 2 * 4 * (revenue - opex),
            "terminal_cash": 100 - 20 + 8 + 4 - 6 + sum(flows.values()),
            "wacc": None,  # more cash than capital
            "peak_funding": 8 + 4,
            "capital_raised": 8 + 4,
        },
    )


CASES = {
    "quarters": quarters,
    "sites": sites,
    "hardware": hardware,
    "service": service,
    "given": given,
    "tax": tax,
    "debt": debt,
    "security": security,
    "equity": equity,
    **SOURCES,
    **CAPITAL,
    **EQUITY,
    **COVENANTS,
    **TAX_YEARS,
    **TIMING,
}
