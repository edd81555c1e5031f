"""One hand-derived case for each kind of partner, loan, share and price of capital. The discount rate is 0."""

from __future__ import annotations

from tests.oracles.effective import bullet, held, yield_of
from tests.oracles.effective import charges as charges_of

from .build import (
    DIVIDEND,
    FEE,
    FLOTATION,
    HARDWARE_DEPRECIATION,
    INTEREST,
    PREFERRED_DIVIDEND,
    RAISE,
    RAISE_PREFERRED,
    REVENUE,
    TAX,
    TO_HARDWARE,
    Case,
    case,
    draw,
    post,
    repayment,
    rows,
)

HOUR = 8.76  # one kH100e for a year at 1 USD an hour, musd


def partners() -> Case:
    """One partner gets 2000 H100e in two years for 30, one 1000 at once for 10, and one a fifth of the company."""
    value, small = 2 * 1 * HOUR, 1 * 0.5 * HOUR
    left = 30 - value  # set against the second delivery, whose rest is paid in cash
    paid = {2027: 0.5 * value, 2028: 0.5 * (value + small)}
    compute = {"kind": "compute", "first_signing": 2026, "last_signing": 2028}
    return case(
        {
            "calendar": {"start": 2026, "periods": 4},
            "opening": {"cash_musd": 100, "paid_in_capital_musd": 100},
            "regions": {"north": {}},
            "sites": {"s": {"region": "north", "pue": 1.0}},
            "hardware": {"f": {"compute_h100e": 1, "kw": 0, "lead_periods": 0, "life_periods": 4}},
            "markets": {"spot": {"demand_h100e": 500, "surplus_only_below_share": 0.7}},
            "tax": {"rate": 0.5},
            "equity": {"cost_of_equity_per_year": 0.1, "ownership_floor_share": 0.8},
            "partners": {
                "big": {
                    **compute,
                    "cash_musd": 30,
                    "delivery_periods": 2,
                    "delivery_h100e": 2000,
                    "price_usd_per_h100e_hour": 1,
                },
                "small": {
                    **compute,
                    "cash_musd": 10,
                    "delivery_lag_periods": 0,
                    "delivery_periods": 1,
                    "delivery_h100e": 1000,
                    "price_usd_per_h100e_hour": 0.5,
                },
                "owner": {"kind": "equity", "cash_musd": 20, "pre_money_musd": 80},
            },
        },
        {
            "orders": rows("offer period units", ("f", "2026", 3000)),
            "allocations": rows("offer site period units", ("f", "s", "2026", 3000)),
            "partners": rows("partner period signed", ("big", "2026", 1), ("small", "2028", 1), ("owner", "2027", 1)),
            "deliveries": rows(
                "partner from period h100e",
                ("big", "s", "2027", 2000),
                ("big", "s", "2028", 2000),
                ("small", "s", "2028", 1000),
            ),
            "service": rows("market from period h100e", ("spot", "s", "2027", 500)),  # 2.0 of 3.0 go to others
        },
        [
            post("partner.cash.big", ("draw", "cash", "partner.big"), {2026: 30}),
            post(
                "partner.delivery.big",
                ("revenue", "partner.big", "retained_earnings"),
                {2027: value, 2028: left},
            ),
            post("partner.revenue.big", REVENUE, {2028: value - left}),
            post("partner.cash.small", ("draw", "cash", "partner.small"), {2028: 10}),
            post("partner.delivery.small", ("revenue", "partner.small", "retained_earnings"), {2028: small}),
            post("partner.repayment.small", ("repayment", "partner.small", "cash"), {2028: 10 - small}),
            post("partner.equity.owner", RAISE, {2027: 20}),
            post("tax", TAX, paid),
        ],
        {
            "cost_of_capital": 0.1 * (100 + 100 + 120 + 120),
            # what is owed to partners counts; serving it costs nothing here, so it is charged nothing
            "wacc": 44 / (4 * 100 + 2 * 20 + 30 + left),
            "net_present_cost": -(2 * value + small - sum(paid.values())),
            "terminal_cash": 100 + 30 + 20 + (value - left) + 10 - (10 - small) - sum(paid.values()),
            "dilution": 20 / (80 + 20),
            "peak_funding": left + 20,
            "capital_raised": 30 + 10 + 20,
        },
    )


def loans() -> Case:
    """Interest capitalised in grace, loans prepaid, sculpted and tied, a lender over two of them, and a dividend."""
    years = range(2026, 2031)
    drawn = {"pik": {2026: 100}, "plain": {2026: 20}, "sculpted": {2026: 30}, "tied": {2026: 5}}
    capitalised = {2027: 0.1 * 100, 2028: 0.1 * 110}
    interest = {
        "pik": {2029: 0.1 * 121, 2030: 0.1 * 60.5},
        "early": {2026: 2, 2027: 2, 2028: 0.05 * 25, 2029: 0.05 * 25},  # 40, of which 15 leave at the end of 2027
        "sculpted": {2026: 0.06 * 10, 2027: 0.06 * 40, 2028: 0.06 * 36, 2029: 0.06 * 16},
    }
    repaid = {
        "pik": {2029: 60.5, 2030: 60.5},
        "early": {2027: 15, 2029: 25},
        # 5 due in 2027, of the 15 left half leaves early; then half of 5 a year
        "plain": {2027: 5 + 7.5, 2028: 2.5, 2029: 2.5, 2030: 2.5},
        "sculpted": {2027: 4, 2028: 20, 2029: 16},
    }
    fees = {"fee.discount.pik": {2026: 2}, "fee.prepayment.early": {2027: 0.15}}
    opening = 40 + 10
    flows = {}
    for t in years:
        flows[t] = 60 - (10 if t == 2026 else 0) - (3 if t == 2028 else 0)
        flows[t] += sum(one.get(t, 0) for one in drawn.values())
        flows[t] -= sum(one.get(t, 0) for one in [*repaid.values(), *interest.values(), *fees.values()])
    debt, cash = float(opening), 200.0
    for t in years:
        debt += sum(one.get(t, 0) for one in drawn.values()) - sum(one.get(t, 0) for one in repaid.values())
        debt += capitalised.get(t, 0)
        cash += flows[t]
    assert abs(debt - 5) < 1e-12  # the tied loan
    # over its life each loan is charged what is paid for it
    charges = sum(sum(one.values()) for one in [capitalised, *interest.values(), *fees.values()])
    employed = 5 * 150 + sum(held(98, [(3.0, 12.1 + 60.5), (4.0, 6.05 + 60.5)], 5))
    employed += 40 + 40 + 25 + 25 + (20 + 7.5 + 5 + 2.5) + sum(interest["sculpted"].values()) / 0.06 + 4 * 5
    bullet = {"kind": "bullet", "rate_per_year": 0, "tenor_periods": 5}
    return case(
        {
            "calendar": {"start": 2026, "periods": 5},
            "opening": {"cash_musd": 200, "paid_in_capital_musd": 150},
            "regions": {"north": {}},
            "sites": {"s": {"region": "north", "pue": 1.0}},
            "hardware": {"h": {"price_usd": 10_000, "compute_h100e": 1, "kw": 0, "lead_periods": 0, "life_periods": 5}},
            "cash_flows": {"sales": {"musd_per_year": 60, "kind": "operating"}},
            "lenders": {"bank": {"limit_musd": 146}},  # 140, 110 + 36, 121 + 16, 60.5
            "debt": {
                "pik": {
                    "kind": "level",
                    "rate_per_year": 0.1,
                    "tenor_periods": 4,
                    "grace_periods": 2,
                    "capitalise_interest": True,
                    "limit_musd": 100,
                    "issue_discount_share": 0.02,
                    "lender": "bank",
                },
                "early": {
                    "kind": "bullet",
                    "rate_per_year": 0.05,
                    "tenor_periods": 4,
                    "opening_balance_musd": 40,
                    "prepayment": {"premium_share": 0.01},
                },
                "plain": {"kind": "level", "rate_per_year": 0, "tenor_periods": 4, "prepayment": {}},
                "sculpted": {
                    "kind": "sculpted",
                    "rate_per_year": 0.06,
                    "tenor_periods": 3,
                    "grace_periods": 1,
                    "opening_balance_musd": 10,
                    "lender": "bank",
                },
                "tied": {**bullet, "tied_to": {"capex_share": 0.5, "hardware": ["h"]}},
            },
            "equity": {
                "cost_of_equity_per_year": 0,
                # in 2028 60 over 1.25 + 2.16 of interest and 2.5 + 20 of principal
                "dividends": {"maximum_musd": 5, "minimum_total_musd": 3, "lock_up_dscr": 60 / 25.91 - 1e-3},
            },
            "covenants": {
                # in 2029 1.25 + 12.1 + 0.96 of interest and 60.5 + 2.5 + 16 of principal (a bullet's 25 are not)
                "dscr": {"kind": "dscr", "minimum": 60 / 93.31 - 1e-3},
                # in 2028 1.25 + 2.16 and 11 that are capitalised
                "cover": {"kind": "interest_cover", "minimum": 60 / 14.41 - 1e-3},
            },
        },
        {
            "orders": rows("offer period units", ("h", "2026", 1000)),
            "allocations": rows("offer site period units", ("h", "s", "2026", 1000)),
            "debt_draws": rows("instrument period musd", *((n, "2026", one[2026]) for n, one in drawn.items())),
            "debt_repayments": rows(
                "instrument period musd", *(("sculpted", str(t), x) for t, x in repaid["sculpted"].items())
            ),
            "prepayments": rows(
                "instrument drawn period musd", ("early", "opening", "2027", 15), ("plain", "2026", "2027", 7.5)
            ),
            "dividends": rows("period musd", ("2028", 3)),
        },
        [
            post("given.sales", REVENUE, dict.fromkeys(years, 60)),
            post("capex.hardware.h.accelerator", TO_HARDWARE, {2026: 10}),
            post("depreciation.hardware.h", HARDWARE_DEPRECIATION, dict.fromkeys(years, 2)),
            *(post(f"draw.{name}", draw(name), one) for name, one in drawn.items()),
            *(post(f"repayment.{name}", repayment(name), one) for name, one in repaid.items()),
            *(post(f"interest.{name}", INTEREST, one) for name, one in interest.items()),
            *(post(name, FEE, one) for name, one in fees.items()),
            post("pik.pik", ("pik", "retained_earnings", "debt.pik"), capitalised),
            post("dividend", DIVIDEND, {2028: 3}),
        ],
        {
            "cost_of_capital": charges,
            "wacc": charges / employed,
            "net_present_cost": -(300 - 10 - 2.15),
            "terminal_cash": cash,
            "peak_funding": 100 + 40 + 20 + 40 + 5,
            "capital_raised": 155,
        },
    )


def leverage_grid() -> Case:
    """Leverage 0.29, 0.41, 0.29 and 0.3, the edge; draws and raises come in mid-year; interest deducted up to 3."""
    interest = {2026: 0.05 * (40 + 0.5 * 30), 2027: 0.05 * 70, 2028: 0.05 * (70 + 0.5 * 5)}
    spread = {2027: 0.01 * 70}  # 70 of 170 at the end of 2026
    relevered = 0.1 + (0.1 - (0.04 + 0.01)) * 1  # Harris–Pringle at L = ½
    charge = 0.1 * 100 + (relevered * 100 + 0.12 * 0.5 * 50) + 0.1 * 150
    preferred = {2027: 0.08 * 0.5 * 25, 2028: 0.08 * 25}
    flotation = 0.04 * 25 + 0.5
    paid = {2026: 0.25 * (20 - interest[2026]), 2027: 0.25 * (20 - 3), 2028: 0.25 * (20 - 3)}
    out = {t: interest[t] + spread.get(t, 0) + preferred.get(t, 0) + paid[t] for t in paid}
    raised = {2026: 30, 2027: 50 + 25, 2028: 5}
    cash = 50.0
    loan = 1.0, bullet(0.05, 9, early=0.5)  # half a year's interest half a year after the draw: a little dearer
    first, last = charges_of(*loan, 3, early=0.5), charges_of(*loan, 2, early=0.5)
    fair, idle = yield_of(*loan), {}
    for t in paid:
        idle[t] = cash + 0.5 * (raised[t] - (flotation if t == 2027 else 0))
        cash += 20 + raised[t] - out[t] - (flotation if t == 2027 else 0)
    # the 5 of 2028 are charged for a year more
    on_loan = 3 * 2 + 30 * sum(first) + 5 * sum(last)
    charges = 0.75 * (on_loan + 0.7) + charge + sum(preferred.values())
    employed = 3 * 40 + (30 * sum(first) + 5 * sum(last)) / fair + (100 + 125 + 150) + (12.5 + 25)
    saved = {t: 0.25 * 20 - paid[t] - (flotation if t == 2027 else 0) for t in paid}
    return case(
        {
            "calendar": {"start": 2026, "periods": 3},
            "draw_timing": "mid",
            "opening": {"cash_musd": 50, "paid_in_capital_musd": 100},
            "cash_flows": {"sales": {"musd_per_year": 20, "kind": "operating"}},
            "tax": {"rate": 0.25, "interest_limit_share": 0.15},
            "debt": {"loan": {"kind": "bullet", "rate_per_year": 0.05, "tenor_periods": 9, "opening_balance_musd": 40}},
            "equity": {
                "cost_of_equity_per_year": 0.12,
                "rounds": {"a": {"max_musd": 50, "pre_money_musd": 150, "cost_of_equity_per_year": 0.2}},
            },
            "preferred_equity": {
                "p": {
                    "dividend_per_year": {2026: 0.01, 2027: 0.08, 2028: 0.9},
                    "min_musd": 25,
                    "max_musd": 25,
                    "flotation_share": 0.04,
                    "flotation_fixed_musd": 0.5,
                },
                "gratis": {"dividend_per_year": 0, "max_musd": 25},
            },
            "pricing_grid": {
                "by": "leverage",
                "buckets": [
                    {"upper": 0.3, "cost_of_equity_per_year": 0.1},
                    {"lower": 0.3, "upper": 0.5, "spread_per_year": 0.01},
                    {"lower": 0.5, "spread_per_year": 0.03, "cost_of_equity_per_year": 0.25},
                ],
                "relever": {
                    "method": "harris_pringle",
                    "unlevered_cost_per_year": 0.1,
                    "cost_of_debt_per_year": 0.04,
                },
            },
            "adjusted_present_value": {"unlevered_rate_per_year": 0.1, "shield_rate_per_year": 0.05},
            "covenants": {"capital": {"kind": "debt_to_capital", "maximum": 70 / 170 + 1e-3}},
        },
        {
            "debt_draws": rows("instrument period musd", ("loan", "2026", 30), ("loan", "2028", 5)),
            "equity_raises": rows("round period musd", ("a", "2027", 50)),
            "preferred_raises": rows("name period musd", ("p", "2027", 25)),
            "buckets": rows("period bucket holds", ("2026", 1, 1), ("2027", 0, 1), ("2028", 0, 1)),
        },
        [
            post("given.sales", REVENUE, dict.fromkeys(paid, 20)),
            post("draw.loan", draw("loan"), {2026: 30, 2028: 5}),
            post("interest.loan", INTEREST, interest),
            post("interest.grid", INTEREST, spread),
            post("raise.a", RAISE, {2027: 50}),
            post("raise.preferred.p", RAISE_PREFERRED, {2027: 25}),
            post("flotation.preferred.p", FLOTATION, {2027: flotation}),
            post("dividend.preferred.p", PREFERRED_DIVIDEND, preferred),
            post("tax", TAX, paid),
        ],
        {
            "cost_of_capital": charges,
            "wacc": charges / employed,
            "capital_employed": employed,
            "net_present_cost": -(60 - sum(paid.values()) - flotation),
            # the only loan is the reference rate; the spread is on top of it, and idle money costs it
            "adjusted_present_value": sum(
                (20 - 5) * 1.1 ** -(t - 2025) + (saved[t] - spread.get(t, 0) - fair * idle[t]) * 1.05 ** -(t - 2025)
                for t in paid
            ),
            "terminal_cash": cash,
            "dilution": 0.25,
            "peak_funding": 75 + 75,
            "capital_raised": 30 + 5 + 50 + 25,
        },
    )


def cover_grid() -> Case:
    """EBITDA covers interest four times in the first year and twice less the spread in the second."""
    interest, spread = 5, {2028: 0.02 * 50}
    return case(
        {
            "calendar": {"start": 2026, "periods": 3},
            "opening": {"cash_musd": 20, "paid_in_capital_musd": 0, "other_assets_musd": 30},
            "cash_flows": {"sales": {"musd_per_year": [20, 10, 10], "kind": "operating"}},
            "debt": {"loan": {"kind": "bullet", "rate_per_year": 0.1, "tenor_periods": 9, "opening_balance_musd": 50}},
            "pricing_grid": {
                "by": "interest_cover",
                "buckets": [{"lower": 3}, {"upper": 3, "lower": 1.9, "spread_per_year": 0.02}, {"upper": 1.9}],
            },
        },
        {"buckets": rows("period bucket holds", ("2026", 0, 1), ("2027", 1, 1), ("2028", 2, 1))},  # 10/6 in 2028
        [
            post("given.sales", REVENUE, {2026: 20, 2027: 10, 2028: 10}),
            post("interest.loan", INTEREST, dict.fromkeys((2026, 2027, 2028), interest)),
            post("interest.grid", INTEREST, spread),
        ],
        {
            "cost_of_capital": 15 + 1,
            "wacc": 16 / (3 * 50),
            "net_present_cost": -40,
            "terminal_cash": 20 + 40 - 16,
            "peak_funding": 50,
        },
    )


CAPITAL = {
    "partners": partners,
    "loans": loans,
    "leverage_grid": leverage_grid,
    "cover_grid": cover_grid,
}
