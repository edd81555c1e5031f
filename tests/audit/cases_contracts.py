"""Customers' contracts, one accepted late and one ended at its long stop, by hand. The discount rate is 0."""

from __future__ import annotations

from .build import REVENUE, TAX, Case, case, post, rows

HOUR = 8.76  # one kH100e for a year at 1 USD an hour, musd


def contracts() -> Case:
    """A kH100e, then two at a price that has stepped to 1.5 USD, of which three quarters are used and paid for; a
    quarter of all that is held is paid at signing and taxed then. The other customer goes, with damages of 6.
    """
    invoiced = {2028: 0.75 * HOUR, 2029: 0.75 * 3 * HOUR}
    settled = {2028: 0.25 * HOUR, 2029: 0.75 * HOUR}  # the prepayment is a kilo-hour: a third of each invoice
    cash = {t: invoiced[t] - settled[t] for t in invoiced}
    # 2027 and 2028 are losses, which are lost: damages of 2; 6 of damages against what has not been taxed
    assert invoiced[2028] - settled[2028] - 6 < 0
    paid = {2026: 0.5 * HOUR, 2029: 0.5 * cash[2029]}
    left = 100 + HOUR + 3 - 2 + sum(cash.values()) - 6 - 3 - sum(paid.values())
    return case(
        {
            "calendar": {"start": 2026, "periods": 4},
            "opening": {"cash_musd": 100, "paid_in_capital_musd": 100},
            "regions": {"north": {}},
            "sites": {"s": {"region": "north", "pue": 1.0, "phases": [{"name": "never", "mw": 0, "lead_periods": 0}]}},
            "hardware": {"f": {"compute_h100e": 1, "kw": 0, "lead_periods": 0, "life_periods": 4}},
            "tax": {"rate": 0.5},
            "choices": {
                "both": {"of": "contracts.late", "requires": ["contracts.ended"]},
                "one": {"exactly_one": ["contracts.late", "sites.s.never"]},
                "not": {"of": "contracts.ended", "excludes": ["sites.s.never"]},
            },
            "contracts": {
                "late": {
                    "last_signing": 2027,
                    "term_periods": 2,
                    "ramp_h100e": [1000, 2000],
                    "price_usd_per_h100e_hour": 1,
                    "escalator_per_year": 0.5,
                    "take_or_pay_share": 0.5,
                    "used_share": 0.75,
                    "prepayment_share": 0.25,
                    "prepayment_taxed": "received",
                    "delay_damages_musd_per_year": 2,
                    "delay_damages_cap_share": 0.1,
                    "long_stop_periods": 1,
                    "renewal": {"term_periods": 1},
                },
                "ended": {
                    "signed": True,
                    "first_signing": 2027,
                    "term_periods": 1,
                    "ramp_mw": [1],
                    "h100e_per_mw": 500,
                    "price_musd_per_mw_month": 1,
                    "prepayment_musd": 3,
                    "delay_damages_musd_per_year": 6,
                    "long_stop_periods": 0,
                },
            },
        },
        {
            "orders": rows("offer period units", ("f", "2026", 3000)),
            "allocations": rows("offer site period units", ("f", "s", "2026", 3000)),
            "contracts": rows(
                "contract late renewals period signed", ("late", 1, 0, "2026", 1), ("ended", 1, 0, "2027", 1)
            ),
            "contract_service": rows(
                "contract from period h100e", ("late", "s", "2028", 1000), ("late", "s", "2029", 2000)
            ),
        },
        [
            post("contract.prepayment.late", ("prepayment", "cash", "contract.late"), {2026: HOUR}),
            post("contract.damages.late", REVENUE, {2027: -2}),
            post("contract.recognised.late", ("revenue", "contract.late", "retained_earnings"), settled),
            post("contract.revenue.late", REVENUE, cash),
            post("contract.prepayment.ended", ("prepayment", "cash", "contract.ended"), {2027: 3}),
            post("contract.damages.ended", REVENUE, {2028: -6}),
            post("contract.refund.ended", ("prepayment", "contract.ended", "cash"), {2028: 3}),
            post("tax", TAX, paid),
        ],
        {"net_present_cost": 100 - left, "terminal_cash": left},
    )


def contracts_run_on() -> Case:
    """Half of what is paid ahead is left at the end, counts as debt, and is less than what serving the rest costs."""
    prepaid, year = 4.0, 0.5 * HOUR  # of four years at half a dollar, half of which are within the plan
    serving = 2 * 2 * HOUR - (2 * year - prepaid / 2)  # two more years at 2 USD an hour, less what is still paid
    income = {2027: 0.5 * 4, 2028: 0.5 * 2}  # of half of a project
    left = 100 + prepaid + 2 * (year - prepaid / 4) + sum(income.values())
    return case(
        {
            "calendar": {"start": 2026, "periods": 3},
            "opening": {"cash_musd": 100, "paid_in_capital_musd": 100},
            "regions": {"north": {}},
            "sites": {
                "s": {
                    "region": "north",
                    "pue": 1.0,
                    "phases": [
                        {
                            "name": "shared",
                            "mw": 0,
                            "lead_periods": 1,
                            "fractional": True,
                            "income_musd_by_age": [4, 2, 9],
                        }
                    ],
                }
            },
            "hardware": {"f": {"compute_h100e": 1, "kw": 0, "lead_periods": 0, "life_periods": 4}},
            "fair_rate_per_year": 0.0,
            "contracts": {
                "long": {
                    "term_periods": 4,
                    "ramp_h100e": [1000],
                    "price_usd_per_h100e_hour": 0.5,
                    "prepayment_musd": prepaid,
                    "counts_as_debt": True,
                    "cost_of_serving_usd_per_h100e_hour": 2,
                }
            },
        },
        {
            "phase_starts": rows("site phase period count", ("s", "shared", "2026", 0.5)),
            "orders": rows("offer period units", ("f", "2026", 1000)),
            "allocations": rows("offer site period units", ("f", "s", "2026", 1000)),
            "contracts": rows("contract late renewals period signed", ("long", 0, 0, "2026", 1)),
            "contract_service": rows(
                "contract from period h100e", ("long", "s", "2027", 1000), ("long", "s", "2028", 1000)
            ),
        },
        [
            post("contract.prepayment.long", ("prepayment", "cash", "contract.long"), {2026: prepaid}),
            post(
                "contract.recognised.long",
                ("revenue", "contract.long", "retained_earnings"),
                {2027: prepaid / 4, 2028: prepaid / 4},
            ),
            post("income.site.s", REVENUE, income),
            post("contract.revenue.long", REVENUE, {2027: year - prepaid / 4, 2028: year - prepaid / 4}),
        ],
        {
            "net_present_cost": 100 - left + serving,
            "shareholder_value": left - serving,
            "terminal_cash": left,
        },
    )


def contracts_from_before() -> Case:
    """A customer in the second of three years of his term, whose last half kilo-hour paid ahead was taxed long ago; and
    one whose acceptance is due in 2027 and who goes then, with damages of 6 and the 3 that he paid and that 2026 taxed.
    """
    invoiced = {2026: 2 * 1.5 * HOUR, 2027: 2 * 2.25 * HOUR}
    cash = {2026: invoiced[2026] - HOUR / 2, 2027: invoiced[2027]}
    paid = {2026: (cash[2026] + 3) / 2, 2027: (cash[2027] - 6 - 3) / 2}
    left = 100 + sum(cash.values()) - 6 - 3 - sum(paid.values())
    return case(
        {
            "calendar": {"start": 2026, "periods": 3},
            "opening": {
                "cash_musd": 100,
                "paid_in_capital_musd": 90,
                "retained_earnings_musd": 100 - 90 - HOUR / 2 - 3,
            },
            "regions": {"north": {}},
            "sites": {"s": {"region": "north", "pue": 1.0}},
            "hardware": {"f": {"compute_h100e": 1, "kw": 0, "lead_periods": 0, "life_periods": 4}},
            "tax": {"rate": 0.5},
            "contracts": {
                "going": {
                    "term_periods": 3,
                    "ramp_h100e": [1000, 2000],
                    "price_usd_per_h100e_hour": 1,
                    "escalator_per_year": 0.5,
                    "prepayment_credited": "first",
                    "prepayment_taxed": "received",
                    "renewal": {"term_periods": 1},
                    "opening": {"service_periods": 1, "deferred_musd": HOUR / 2},
                },
                "gone": {
                    "term_periods": 1,
                    "ramp_mw": [1],
                    "h100e_per_mw": 500,
                    "price_musd_per_mw_month": 1,
                    "prepayment_taxed": "deferred_a_year",
                    "delay_damages_musd_per_year": 6,
                    "long_stop_periods": 0,
                    "opening": {"acceptance": 2027, "deferred_musd": 3, "taxed_in": 2026},
                },
            },
        },
        {
            "orders": rows("offer period units", ("f", "2026", 3000)),
            "allocations": rows("offer site period units", ("f", "s", "2026", 3000)),
            "contracts": rows(
                "contract late renewals period signed", ("going", 0, 0, "2026", 1), ("gone", 1, 0, "2026", 1)
            ),
            "contract_service": rows(
                "contract from period h100e", ("going", "s", "2026", 2000), ("going", "s", "2027", 2000)
            ),
        },
        [
            post("contract.recognised.going", ("revenue", "contract.going", "retained_earnings"), {2026: HOUR / 2}),
            post("contract.revenue.going", REVENUE, cash),
            post("contract.damages.gone", REVENUE, {2027: -6}),
            post("contract.refund.gone", ("prepayment", "contract.gone", "cash"), {2027: 3}),
            post("tax", TAX, paid),
        ],
        {"net_present_cost": 100 - left, "terminal_cash": left},
    )


def customer_shares() -> Case:
    """Shares of 6 at signing, of all of 94, for one customer, over two years in proportion to 1 and 2; shares of 2 for
    one who goes at once, with him; and 1 left of those of an old one, over his last year. Tax is a half.
    """
    cash = {2026: HOUR, 2027: HOUR, 2028: 2 * HOUR}
    given = {2026: 1, 2027: 2, 2028: 4}
    tax = {t: (cash[t] - given[t] - (2 if t == 2027 else 0)) / 2 for t in cash}
    left = 100 + sum(cash.values()) - sum(tax.values())
    return case(
        {
            "calendar": {"start": 2026, "periods": 3},
            "opening": {"cash_musd": 100, "paid_in_capital_musd": 101, "retained_earnings_musd": 0},
            "regions": {"north": {}},
            "sites": {"s": {"region": "north", "pue": 1.0}},
            "hardware": {"f": {"compute_h100e": 1, "kw": 0, "lead_periods": 0, "life_periods": 4}},
            "tax": {"rate": 0.5},
            "equity": {"cost_of_equity_per_year": 0.0, "ownership_floor_share": 0.5, "dividends": "none"},
            "contracts": {
                "new": {
                    "term_periods": 2,
                    "ramp_h100e": [1000, 2000],
                    "price_usd_per_h100e_hour": 1,
                    "shares": {"musd": 6, "pre_money_musd": 94},
                },
                "gone": {
                    "term_periods": 1,
                    "ramp_h100e": [100],
                    "price_usd_per_h100e_hour": 1,
                    "long_stop_periods": 0,
                    "shares": {"musd": 2},
                },
                "old": {
                    "term_periods": 2,
                    "ramp_h100e": [1000],
                    "price_usd_per_h100e_hour": 1,
                    "opening": {"service_periods": 1, "shares_left_musd": 1},
                },
            },
        },
        {
            "orders": rows("offer period units", ("f", "2026", 2000)),
            "allocations": rows("offer site period units", ("f", "s", "2026", 2000)),
            "contracts": rows(
                "contract late renewals period signed",
                ("new", 0, 0, "2026", 1),
                ("gone", 1, 0, "2026", 1),
                ("old", 0, 0, "2026", 1),
            ),
            "contract_service": rows(
                "contract from period h100e",
                ("old", "s", "2026", 1000),
                ("new", "s", "2027", 1000),
                ("new", "s", "2028", 2000),
            ),
        },
        [
            post("contract.shares.new", ("conversion", "shares_given", "paid_in_capital"), {2026: 6}),
            post("contract.shares.gone", ("conversion", "shares_given", "paid_in_capital"), {2026: 2}),
            post("contract.given.old", ("revenue", "shares_given", "retained_earnings"), {2026: -1}),
            post("contract.given.new", ("revenue", "shares_given", "retained_earnings"), {2027: -2, 2028: -4}),
            post("contract.given.gone", ("revenue", "shares_given", "retained_earnings"), {2027: -2}),
            post("contract.revenue.old", REVENUE, {2026: HOUR}),
            post("contract.revenue.new", REVENUE, {2027: HOUR, 2028: 2 * HOUR}),
            post("tax", TAX, tax),
        ],
        {
            "net_present_cost": 100 - left,
            "terminal_cash": left,
            "shareholder_value": left - 8,
            "dilution": 0.06,
            "peak_funding": 8,
        },
    )


CONTRACTS = {
    "customer_shares": customer_shares,
    "contracts": contracts,
    "contracts_run_on": contracts_run_on,
    "contracts_from_before": contracts_from_before,
}
