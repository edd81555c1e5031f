"""Hand-derived cases for borrowing groups. The discount rate is 0."""

from __future__ import annotations

from typing import Any

from .build import (
    HARDWARE_DEPRECIATION,
    INTEREST,
    INTEREST_INCOME,
    OPEX,
    REVENUE,
    TAX,
    TO_HARDWARE,
    Case,
    case,
    draw,
    follow,
    post,
    repayment,
    rows,
)

YEARS = (2026, 2027, 2028)


def _of(group: str, *lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Ledger rows of a group, or of the company (an empty name)."""
    return [row | {"group": group} for line in lines for row in line]


def groups() -> Case:
    """The group `spv` has the hall inside, the company the one outside; a thousand chips for 10 stand in each.

    =================================  ==========  ==========  ==========
    the group                              2026        2027        2028
    =================================  ==========  ==========  ==========
    carried in                                8       11.38       7.174
    500 H100e − upkeep                 4.38 − 1    4.38 − 1    4.38 − 1
    10 % on what is carried in                –       1.138      0.7174
    interest and principal of the loan        –     0.6 + 3     0.3 + 3
    left over of the partner's prepayment     –       0.124           –
    left                               (no chips)    12.174      7.9714
    distributed                               –           5      7.9714
    chips, in the middle                     10           –           –
    loan + partner                        6 + 1           –           –
    put in, in the middle + at the end    2 + 1           –           1
    carried out                           11.38       7.174           1
    =================================  ==========  ==========  ==========

    In the middle of 2026 it has 8 + 2 for its chips. Cover: 3.38 over 3.6, then over 3.3; what is delivered to the
    partner is no cash. The company has 92, pays 10 for its own chips and 10 % on what all of them earn.
    """
    hour = 8.76
    inside, outside = 0.5 * hour - 1, 0.4 * hour - 1
    delivered = 0.1 * hour
    back = 1 - delivered
    income, tax, company = [0.0], [0.1 * (inside + outside)], [92.0]
    company.append(92 - 10 + outside - 3 - tax[0])
    group = [8.0, 8 - 10 + inside + 6 + 1 + 3]
    group.append(group[1] * 1.1 + inside - 3.6 - back - 5)
    last = group[2] * 1.1 + inside - 3.3
    for t, (interest, more, came) in ((2, (0.6, delivered, 5.0)), (3, (0.3, 0.0, last - 1))):
        income.append(0.1 * company[t - 1])
        taxed = inside + outside + more + income[-1] + 0.1 * group[t - 1] - interest
        tax.append(0.1 * taxed)
        company.append(company[t - 1] + income[-1] + outside + came - tax[-1])
    each = dict.fromkeys(YEARS, 1.0)
    free = -20 + 3 * (inside + outside) + delivered - sum(tax)
    made = case(
        {
            "calendar": {"start": 2026, "periods": 3},
            "opening": {"cash_musd": 100, "paid_in_capital_musd": 100},
            "cash": {"yield_per_year": {"2026": 0, "2027": 0.1}, "minimum_musd": 80},
            "regions": {"north": {"energy_price_usd_per_mwh": 0}},
            "sites": {"inside": {"region": "north", "pue": 1}, "outside": {"region": "north", "pue": 1}},
            "hardware": {
                "h": {"price_usd": 10000, "compute_h100e": 1, "kw": 0, "lead_periods": 0, "life_periods": 5}
                | {"upkeep_usd_per_unit_year": 1000, "payment_timing": "mid"}
            },
            "markets": {"m": {"demand_h100e": 2000, "revenue_usd_per_h100e_hour": 1, "min_served_share": 0}},
            "partners": {
                "p": {"kind": "compute", "cash_musd": 1, "delivery_h100e": 100, "delivery_periods": 1}
                | {"delivery_lag_periods": 1, "price_usd_per_h100e_hour": 1, "counts_as_debt": True}
            },
            "tax": {"rate": 0.1},
            "debt": {
                "l": {"kind": "level", "rate_per_year": 0.1, "tenor_periods": 2, "limit_musd": 10}
                | {"security": {"hardware": 0.8}},
                "line": {"kind": "revolver", "rate_per_year": 0.1, "limit_musd": 5},
            },
            "groups": {
                "spv": {"sites": ["inside"], "debt": ["l", "line"], "partners": ["p"], "opening_cash_musd": 8}
                | {"minimum_cash_musd": 1, "contributions_musd": 4, "lock_up_dscr": 0.93}
            },
            "covenants": {
                "cover": {"kind": "dscr", "group": "spv", "minimum": 0.93},
                "interest": {"kind": "interest_cover", "group": "spv", "minimum": 7},
                "multiple": {"kind": "debt_to_ebitda", "group": "spv", "maximum": 2.08},
                "value": {"kind": "loan_to_value", "group": "spv", "maximum": 0.88, "assets": ["hardware"]},
                "liquid": {"kind": "minimum_liquidity", "group": "spv", "minimum": 3, "first_test": 2028},
                "own": {"kind": "minimum_liquidity", "minimum": 80},
            },
        },
        {
            "orders": rows("offer period units", ("h", "2026", 2000)),
            "allocations": rows(
                "offer site period units", ("h", "inside", "2026", 1000), ("h", "outside", "2026", 1000)
            ),
            "service": rows(
                "market from period h100e",
                *(("m", site, str(t), h) for t in YEARS for site, h in (("inside", 500), ("outside", 400))),
            ),
            "partners": rows("partner period signed", ("p", "2026", 1)),
            "deliveries": rows("partner from period h100e", ("p", "inside", "2027", 100)),
            "debt_draws": rows("instrument period musd", ("l", "2026", 6)),
            "pledges": rows(
                "instrument asset period musd", ("l", "hardware", "2026", 7.5), ("l", "hardware", "2027", 3.75)
            ),
            "contributions": rows(
                "group at period musd", ("spv", "mid", "2026", 2), ("spv", "end", "2026", 1), ("spv", "end", "2028", 1)
            ),
            "distributions": rows("group period musd", ("spv", "2027", 5), ("spv", "2028", last)),
            "drawable": rows("instrument period musd", ("line", "2028", 2)),
        },
        [
            _of(
                "spv",
                post("capex.hardware.h.accelerator", TO_HARDWARE, {2026: 10}),
                post("depreciation.hardware.h", HARDWARE_DEPRECIATION, dict.fromkeys(YEARS, 2.0)),
                post("opex.upkeep.h", OPEX, each),
                post("revenue.m", REVENUE, dict.fromkeys(YEARS, 0.5 * hour)),
                post("draw.l", draw("l"), {2026: 6}),
                post("repayment.l", repayment("l"), {2027: 3, 2028: 3}),
                post("interest.l", INTEREST, {2027: 0.6, 2028: 0.3}),
                post("partner.cash.p", ("draw", "cash", "partner.p"), {2026: 1}),
                post("partner.delivery.p", ("revenue", "partner.p", "retained_earnings"), {2027: delivered}),
                post("partner.repayment.p", ("repayment", "partner.p", "cash"), {2027: back}),
                post("interest_income", INTEREST_INCOME, {2027: 0.1 * group[1], 2028: 0.1 * group[2]}),
            ),
            _of(
                "",
                post("capex.hardware.h.accelerator", TO_HARDWARE, {2026: 10}),
                post("depreciation.hardware.h", HARDWARE_DEPRECIATION, dict.fromkeys(YEARS, 2.0)),
                post("opex.upkeep.h", OPEX, each),
                post("revenue.m", REVENUE, dict.fromkeys(YEARS, 0.4 * hour)),
                post("interest_income", INTEREST_INCOME, {2027: income[1], 2028: income[2]}),
                post("tax", TAX, dict(zip(YEARS, tax, strict=True))),
            ),
        ],
        {
            "net_present_cost": -free,
            "terminal_cash": company[3] + 1,
            "peak_funding": 7,
            "capital_raised": 7,
        },
    )
    follow(made)
    return made


def group_contracts() -> Case:
    """The group `spv` has two customers, held at its hall alone: one as agreed, one that goes at its long stop.

    =====================================  ==========  ==========  ==========
    the group                                    2026        2027        2028
    =====================================  ==========  ==========  ==========
    carried in                                      2           3           1
    500 USD an hour, 1.5 of it paid ahead           –        2.88        2.88
    damages of the one that goes                    –       − 0.5           –
    interest and principal of the loan              –     0.4 + 2     0.2 + 2
    prepayment that goes back                       –           2           –
    left                                            –        0.98        1.68
    distributed                                     –        0.98        1.68
    plant                                           8           –           –
    prepayments + loan                      3 + 2 + 4           –           –
    put in                                          –           1           –
    carried out                                     3           1           0
    =====================================  ==========  ==========  ==========

    In 2027 cash covers 2.38 over 2.4; the group then owes 2, and 1.5 of the prepayment, over an EBITDA of 3.88. Lenders
    advance 0.7 of 5.76 and of 2.88 that are still to come, and 0.5 of that on the line, of which 0.42 count as liquid.
    """
    year = 0.5 * 8.76
    cash = dict.fromkeys((2027, 2028), year - 1.5)
    left, last = 3 + cash[2027] - 0.5 - 2.4 - 2, 1 + cash[2028] - 2.2
    gained = 3 + 2 - 8 + sum(cash.values()) - 0.5 - 2
    customer = {"signed": True, "term_periods": 2, "ramp_h100e": [1000], "price_usd_per_h100e_hour": 0.5}
    made = case(
        {
            "calendar": {"start": 2026, "periods": 3},
            "opening": {"cash_musd": 100, "paid_in_capital_musd": 100},
            "regions": {"north": {}},
            "sites": {"inside": {"region": "north", "pue": 1}, "outside": {"region": "north", "pue": 1}},
            "hardware": {"f": {"compute_h100e": 1, "kw": 0, "lead_periods": 0, "life_periods": 4}},
            "cash_flows": {"plant": {"kind": "investing", "musd_per_period": [-8, 0, 0]}},
            "contracts": {
                "stays": customer | {"prepayment_musd": 3, "counts_as_debt": True, "credit_class": "prime"},
                "goes": customer
                | {"prepayment_musd": 2, "delay_damages_musd_per_year": 0.5, "long_stop_periods": 0}
                | {"credit_class": "other"},
            },
            "debt": {
                "l": {"kind": "level", "rate_per_year": 0.1, "tenor_periods": 2, "limit_musd": 4}
                | {"advance": {"share_by_class": {"prime": 0.7}}},
                "line": {"kind": "revolver", "rate_per_year": 0.1, "limit_musd": 5}
                | {"advance": {"contracts": ["goes", "stays"], "share": 0.5}},
            },
            "groups": {
                "spv": {
                    "sites": ["inside"],
                    "debt": ["l", "line"],
                    "contracts": ["stays", "goes"],
                    "cash_flows": ["plant"],
                }
                | {"opening_cash_musd": 2, "lock_up_dscr": 0.99}
            },
            "covenants": {
                "multiple": {"kind": "debt_to_ebitda", "group": "spv", "maximum": 0.91, "first_test": 2027},
                "liquid": {"kind": "minimum_liquidity", "group": "spv", "minimum": 3.4} | {"last_test": 2026},
            },
        },
        {
            "orders": rows("offer period units", ("f", "2026", 2000)),
            "allocations": rows(
                "offer site period units", ("f", "inside", "2026", 1000), ("f", "outside", "2026", 1000)
            ),
            "contracts": rows(
                "contract late renewals period signed", ("stays", 0, 0, "2026", 1), ("goes", 1, 0, "2026", 1)
            ),
            "contract_service": rows(
                "contract from period h100e", ("stays", "inside", "2027", 1000), ("stays", "inside", "2028", 1000)
            ),
            "debt_draws": rows("instrument period musd", ("l", "2026", 4)),
            "drawable": rows("instrument period musd", ("line", "2026", 0.42)),
            "contributions": rows("group at period musd", ("spv", "end", "2027", 1)),
            "distributions": rows("group period musd", ("spv", "2027", left), ("spv", "2028", last)),
        },
        [
            _of(
                "spv",
                post("contract.prepayment.stays", ("prepayment", "cash", "contract.stays"), {2026: 3}),
                post(
                    "contract.recognised.stays",
                    ("revenue", "contract.stays", "retained_earnings"),
                    {2027: 1.5, 2028: 1.5},
                ),
                post("contract.revenue.stays", REVENUE, cash),
                post("contract.prepayment.goes", ("prepayment", "cash", "contract.goes"), {2026: 2}),
                post("contract.damages.goes", REVENUE, {2027: -0.5}),
                post("contract.refund.goes", ("prepayment", "contract.goes", "cash"), {2027: 2}),
                post("given.plant", ("other_investing", "retained_earnings", "cash"), {2026: 8}),
                post("draw.l", draw("l"), {2026: 4}),
                post("repayment.l", repayment("l"), {2027: 2, 2028: 2}),
                post("interest.l", INTEREST, {2027: 0.4, 2028: 0.2}),
            )
        ],
        {
            "net_present_cost": -gained,
            "terminal_cash": 100 + gained - 0.6,
            "peak_funding": 4,
            "capital_raised": 4,
        },
    )
    follow(made)
    return made


def reserved_and_swept() -> Case:
    """A year of service is held back before half of the rest repays the loan; what that frees is there a year later.

    ================================  ====  =====  =====
    the group                         2026   2027   2028
    ================================  ====  =====  =====
    carried in                           4    2.4    1.2
    rent                                 5      2      1
    interest and principal of 6, 10 %  2.6    1.2      –
    service to come, before the sweep  2.4    1.1      –
    left                                 4    2.1    2.2
    swept, of what is left or owed       2      1      –
    distributed                          2      1    2.2
    owed                                 2      –      –
    ================================  ====  =====  =====
    """
    rent, interest = {2026: 5, 2027: 2, 2028: 1}, {2026: 0.6, 2027: 0.2}
    made = case(
        {
            "calendar": {"start": 2026, "periods": 3},
            "opening": {"cash_musd": 10, "paid_in_capital_musd": 10},
            "cash_flows": {"rent": {"kind": "operating", "musd_per_period": list(rent.values())}},
            "debt": {
                "l": {"kind": "level", "rate_per_year": 0.1, "tenor_periods": 3, "limit_musd": 0}
                | {"opening_balance_musd": 6, "sweep": {"share": 0.5, "first_sweep": 2026}}
                | {"service_reserve": {"service_periods": 1}}
            },
            "groups": {"spv": {"debt": ["l"], "cash_flows": ["rent"], "opening_cash_musd": 4}},
        },
        {
            "prepayments": rows(
                "instrument drawn period musd", ("l", "opening", "2026", 2), ("l", "opening", "2027", 1)
            ),
            "distributions": rows("group period musd", ("spv", "2026", 2), ("spv", "2027", 1), ("spv", "2028", 2.2)),
        },
        [
            _of(
                "spv",
                post("given.rent", REVENUE, rent),
                post("repayment.l", repayment("l"), {2026: 4, 2027: 2}),
                post("interest.l", INTEREST, interest),
            )
        ],
        {
            "net_present_cost": -8,
            "terminal_cash": 10 + 8 - 6 - sum(interest.values()),
            "peak_funding": 2,
        },
    )
    follow(made)
    return made


def swept() -> Case:
    """Half of what is left above 1 repays the loan, whose instalments to come fall with it.

    ================================  ====  =====  =====
    the group                         2026   2027   2028
    ================================  ====  =====  =====
    carried in                           2    1.7   1.66
    rent                                 5      2      1
    interest and principal of 6, 10 %  2.6   1.38  0.539
    left                               4.4   2.32  2.121
    swept, of what is over 1           1.7   0.66      –
    distributed                          1      –  1.121
    owed                               2.3   0.49      –
    ================================  ====  =====  =====
    """
    rent, interest = {2026: 5, 2027: 2, 2028: 1}, {2026: 0.6, 2027: 0.23, 2028: 0.049}
    made = case(
        {
            "calendar": {"start": 2026, "periods": 3},
            "opening": {"cash_musd": 10, "paid_in_capital_musd": 10},
            "cash_flows": {"rent": {"kind": "operating", "musd_per_period": list(rent.values())}},
            "debt": {
                "l": {"kind": "level", "rate_per_year": 0.1, "tenor_periods": 3, "limit_musd": 0}
                | {"opening_balance_musd": 6, "sweep": {"share": 0.5, "first_sweep": 2026}}
            },
            "groups": {"spv": {"debt": ["l"], "cash_flows": ["rent"], "opening_cash_musd": 2, "minimum_cash_musd": 1}},
        },
        {
            "prepayments": rows(
                "instrument drawn period musd", ("l", "opening", "2026", 1.7), ("l", "opening", "2027", 0.66)
            ),
            "distributions": rows("group period musd", ("spv", "2026", 1), ("spv", "2028", 1.121)),
        },
        [
            _of(
                "spv",
                post("given.rent", REVENUE, rent),
                post("repayment.l", repayment("l"), {2026: 3.7, 2027: 1.81, 2028: 0.49}),
                post("interest.l", INTEREST, interest),
            )
        ],
        {
            "net_present_cost": -8,
            "terminal_cash": 10 + 8 - 6 - sum(interest.values()),
            "peak_funding": 2.3,
        },
    )
    follow(made)
    return made
