"""Hand-derived cases of what there is, and what is still to be paid, at the end of the last period."""

from __future__ import annotations

from tests.oracles.effective import yield_of

from .build import (
    DELIVERY,
    HARDWARE_DEPRECIATION,
    IN_SERVICE,
    INTEREST,
    OPEX,
    REVENUE,
    TO_CIP,
    TO_HARDWARE,
    TO_SITES,
    Case,
    case,
    follow,
    post,
    repayment,
    rows,
)

HOUR = 8.76  # one kH100e for a year at 1 USD an hour, musd


def commitments() -> Case:
    """At the end of 2027 all kinds of payments are left, worth 1/1.25 and 1/1.25² a dollar one and two years later.

    Construction 6 in 2028. Rent of 2 in 2028 and 2029, half of it assignable; an operating lease 0.5 in 2028 and a
    contract for energy 0.438 in 2028 and 2029, none of it; a reservation 8.76 in 2028, three quarters. A partner's
    account stands at 21.24; serving it costs 26.28 in 2028 and in 2029, when 3.72 are paid back, too. Used chips fetch
    9.5 and the land and half of the chips, 7 in all, are not written off. Losses of 11.698 and 7.938 are carried.
    """
    energy = 0.5 * 1 * 8760 * 100 / 1e6
    running = 2 + 0.5 + HOUR + energy
    delivered = 0.5 * 2 * HOUR
    account = 30 - delivered
    first, second = 1 / 1.25, 1 / 1.25**2
    served = 0.5 * 6 * HOUR
    partner = served * first + (served + (account - 2 * delivered)) * second
    owed = 6 * first + 0.5 * 2 * (first + second) + 0.5 * first + 0.25 * HOUR * first + energy * (first + second)
    owed += partner - account
    chips = 0.8 * 9.5 + 0.2 * (2 + 5)
    losses = 0.2 * 0.5 * (running + (running - delivered + 5))
    years = (2026, 2027)
    phase = {
        "name": "p",
        "mw": 0,
        "lead_periods": 0,
        "capex": {"hall": {"musd": 10}},
        "spend_profile": [0.4, 0.6],
        "value_musd": {2026: 3, 2027: 5},
    }
    # 30 for serving three years and for what is paid back; charged in 2027, at 1/1.1, less a fifth of tax
    charge = 0.8 * 30 * yield_of(30, [(1.0, served), (2.0, served), (3.0, served + account - 2 * delivered)]) / 1.1
    employed = 60 + (60 + 30 + 2 * 0.5) / 1.1  # with two payments of the lease, at no interest
    late = {"name": "late", "mw": 0, "lead_periods": 1, "value_musd": 9}
    rent = {"rent_musd_per_mw_year": 1, "limit_mw": 2, "term_periods": 4, "assignable_share": 0.5}
    lease = {"payment_usd_per_unit_year": 500, "implicit_rate_per_year": 0, "assignable_share": 0}
    chip = {"compute_h100e": 0, "kw": 0, "lead_periods": 0, "life_periods": 4}
    block = {"price_usd_per_h100e_hour": 1, "limit_h100e": 1000, "term_periods": 3, "assignable_share": 0.75}
    contract = {"term_periods": 4, "take_or_pay_share": 0.5, "assignable_share": 0}
    return case(
        {
            "calendar": {"start": 2026, "periods": 2},
            "discount": {"rate_per_year": 0.1, "timing": "start"},
            "fair_rate_per_year": 0.25,
            "opening": {"cash_musd": 60, "paid_in_capital_musd": 60},
            "cash": {"minimum_musd": 1},
            "regions": {"r": {}},
            "sites": {"s": {"region": "r", "pue": 1, "land_musd": 2, "phases": [phase, late], "colocation": rent}},
            "energy_sources": {"ppa": {"region": "r", "price_usd_per_mwh": 100, "limit_mw": 1, "contract": contract}},
            "hardware": {
                "used": {**chip, "price_usd": 10_000, "tax_class": "two", "resale_share_by_age": [1, 0.95]},
                "op": {**chip, "compute_h100e": 0.5, "life_periods": 3, "lease": lease},
            },
            "cloud": {"c": {"price_usd_per_h100e_hour": 7, "limit_h100e": 0, "reserved": block}},
            "partners": {
                "lab": {
                    "kind": "compute",
                    "cash_musd": 30,
                    "delivery_periods": 3,
                    "delivery_h100e": 500,
                    "price_usd_per_h100e_hour": 2,
                    "cost_of_serving_usd_per_h100e_hour": 6,
                }
            },
            "depreciation": {"two": {"life_years": 2}},
            "tax": {"rate": 0.2, "loss_usable_share": 1},
            "terminal": {"kind": "resale", "loss_value_share": 0.5},
        },
        {
            "phase_starts": rows("site phase period count", ("s", "p", "2027", 1), ("s", "late", "2027", 1)),
            "colocation": rows("site period mw", ("s", "2026", 2)),
            "orders": rows("offer period units", ("op", "2026", 1000), ("used", "2027", 1000)),
            "allocations": rows("offer site period units", ("op", "s", "2026", 1000), ("used", "s", "2027", 1000)),
            "reservations": rows("cloud period h100e", ("c", "2026", 1000)),
            "energy_contracts": rows("source period signed", ("ppa", "2026", 1)),
            "partners": rows("partner period signed", ("lab", "2026", 1)),
            "deliveries": rows("partner from period h100e", ("lab", "s", "2027", 500)),
        },
        [
            post("capex.site.s.land", TO_SITES, {2027: 2}),
            post("capex.site.s.hall", TO_SITES, {2027: 4}),
            post("opex.colocation.s", OPEX, dict.fromkeys(years, 2)),
            post("opex.lease.op", OPEX, dict.fromkeys(years, 0.5)),
            post("opex.reserved.c", OPEX, dict.fromkeys(years, HOUR)),
            post("opex.source.ppa", OPEX, dict.fromkeys(years, energy)),
            post("capex.hardware.used.accelerator", TO_HARDWARE, {2027: 10}),
            post("depreciation.hardware.used", HARDWARE_DEPRECIATION, {2027: 2.5}),
            post("partner.cash.lab", ("draw", "cash", "partner.lab"), {2026: 30}),
            post("partner.delivery.lab", ("revenue", "partner.lab", "retained_earnings"), {2027: delivered}),
        ],
        {
            "net_present_cost": running + (running - delivered + 16) / 1.1 - (chips + losses - owed) / 1.1**2,
            "cost_of_capital": charge,
            "wacc": charge / employed,
            "terminal_cash": 60 + 30 - 2 * running - 16,
            "total_value": 5,
            "peak_funding": 30,
            "capital_raised": 30,
        },
    )


def run_rate() -> Case:
    """Four quarters: 1,200 of 1,500 units leave after the last; the 300 that stay serve who pays most.

    A quarter earns (1·2 + 0.5·1)·8.76/4 less 0.5; after it 0.3·2·8.76/4 less 0.5. All costs of the
    year still count.
    """
    labels = ["2026Q1", "2026Q2", "2026Q3", "2026Q4"]
    unit = {"compute_h100e": 1, "kw": 0, "lead_periods": 0, "price_usd": 1000, "supply_units": 2000}
    full, later = 2.5 * HOUR / 4, 0.3 * 2 * HOUR / 4
    value = 10 * 4 * (later - 0.5)
    return case(
        {
            "calendar": {"start": "2026Q1", "periods": 4, "length": "quarter"},
            "opening": {"cash_musd": 100, "paid_in_capital_musd": 100},
            "regions": {"r": {}},
            "sites": {"s": {"region": "r", "pue": 1, "existing_mw": 1}},
            "hardware": {"short": {**unit, "life_periods": 4}, "long": {**unit, "life_periods": 8}},
            "markets": {
                "dear": {"demand_h100e": 1000, "revenue_usd_per_h100e_hour": 2},
                "cheap": {"demand_h100e": 1000, "revenue_usd_per_h100e_hour": 1},
            },
            "cash_flows": {"staff": {"musd_per_period": -0.5, "kind": "operating"}},
            "terminal": {"kind": "ebitda_multiple", "multiple": 10},
        },
        {
            "orders": rows("offer period units", ("short", "2026Q1", 1200), ("long", "2026Q1", 300)),
            "allocations": rows(
                "offer site period units", ("short", "s", "2026Q1", 1200), ("long", "s", "2026Q1", 300)
            ),
            "service": rows(
                "market from period h100e",
                *(("dear", "s", t, 1000) for t in labels),
                *(("cheap", "s", t, 500) for t in labels),
            ),
        },
        [
            post("capex.hardware.short.accelerator", TO_HARDWARE, {"2026Q1": 1.2}),
            post("depreciation.hardware.short", HARDWARE_DEPRECIATION, dict.fromkeys(labels, 0.3)),
            post("capex.hardware.long.accelerator", TO_HARDWARE, {"2026Q1": 0.3}),
            post("depreciation.hardware.long", HARDWARE_DEPRECIATION, dict.fromkeys(labels, 0.3 / 8)),
            post("revenue.dear", REVENUE, dict.fromkeys(labels, 2 * HOUR / 4)),
            post("revenue.cheap", REVENUE, dict.fromkeys(labels, 0.5 * HOUR / 4)),
            post("given.staff", OPEX, dict.fromkeys(labels, 0.5)),
        ],
        {
            "net_present_cost": 1.5 - 4 * (full - 0.5) - value,
            "terminal_cash": 100 - 1.5 + 4 * (full - 0.5),
        },
    )


def looks_ahead() -> Case:
    """A hall of 100 is begun in 2026 with 10, and 2,000 chips of 10,000 USD are ordered with 4 down, due in 2027.

    At the end of 2026 cash is 95 + 30 − 10 − 4 = 111 and covers 1, the 60 and the 16 of 2027, 3 of interest and 30 of
    principal of the loan: 110. With the 30 of 2028 it would not.
    """
    phase = {
        "name": "p",
        "mw": 0,
        "lead_periods": 2,
        "capex": {"hall": {"musd": 100}},
        "spend_profile": [0.1, 0.6, 0.3],
    }
    chip = {"compute_h100e": 0, "kw": 0, "lead_periods": 1, "life_periods": 4, "price_usd": 10_000}
    loan = {"kind": "bullet", "rate_per_year": 0.1, "tenor_periods": 1, "limit_musd": 30}
    return case(
        {
            "calendar": {"start": 2026, "periods": 3},
            "opening": {"cash_musd": 95, "paid_in_capital_musd": 95},
            "cash": {"minimum_musd": 1, "look_ahead_periods": 1, "look_ahead_debt_service": True},
            "cash_flows": {"income": {"kind": "operating", "musd_per_period": [0, 140, 0]}},
            "regions": {"r": {}},
            "sites": {"s": {"region": "r", "pue": 1, "existing_mw": 1, "phases": [phase]}},
            "hardware": {"chip": {**chip, "deposit_share": 0.2}},
            "debt": {"loan": loan},
        },
        {
            "phase_starts": rows("site phase period count", ("s", "p", "2026", 1)),
            "orders": rows("offer period units", ("chip", "2026", 2000)),
            "allocations": rows("offer site period units", ("chip", "s", "2026", 2000)),
            "debt_draws": rows("instrument period musd", ("loan", "2026", 30)),
        },
        [
            post("capex.site.s.hall", ("capex", "construction_in_progress", "cash"), {2026: 10, 2027: 60}),
            post("capex.site.s.hall", TO_SITES, {2028: 30}),
            post("in_service.site.s", ("transfer", "sites", "construction_in_progress"), {2028: 70}),
            post("deposit.hardware.chip.accelerator", ("capex", "deposits", "cash"), {2026: 4}),
            post("capex.hardware.chip.accelerator", TO_HARDWARE, {2027: 16}),
            post("delivery.hardware.chip", ("transfer", "hardware", "deposits"), {2027: 4}),
            post("depreciation.hardware.chip", HARDWARE_DEPRECIATION, {2027: 5, 2028: 5}),
            post("given.income", REVENUE, {2027: 140}),
            post("draw.loan", ("draw", "cash", "debt.loan"), {2026: 30}),
            post("repayment.loan", ("repayment", "debt.loan", "cash"), {2027: 30}),
            post("interest.loan", ("interest", "retained_earnings", "cash"), {2027: 3}),
        ],
        {
            "net_present_cost": 10 + 4 + 60 + 16 - 140 + 30,
            "cost_of_capital": 3,
            "wacc": 3 / (3 * 95 + 30),
            "terminal_cash": 95 - 14 + 140 - 76 - 3 - 30,
            "peak_funding": 30,
            "capital_raised": 30,
        },
    )


def looks_ahead_apart() -> Case:
    """Of 90.8 the group `spv` has 20.8 and an idle one 30, which helps nobody; 1 is put into the first in 2026.

    At the end of 2026 the group has 20.8 + 1 − 10 of its hall − 1 down on 500 chips − 0.8 of interest, 10, and a line
    of 5, for 1, 20 of the hall, 4 of the chips and 2 of what was on order: short of 12, and by 2028 of another 10. The
    company has 40 − 1 − 2 down on 1,000 chips, 37, for 13.5, 8 of the chips, 3 of what was begun, and the 12.
    """
    phase = {"name": "p", "mw": 0, "lead_periods": 2, "capex": {"hall": {"musd": 40}}}
    chip = {"compute_h100e": 0, "kw": 0, "lead_periods": 1, "life_periods": 4, "price_usd": 10_000}
    coming = {"site": "inside", "units": 100, "delivery": 2027, "due_musd": 2}
    wing = {"mw": 0, "ready": 2028, "parts": {"shell": {"to_spend_musd": [0, 3]}}}
    deposit = ("capex", "deposits", "cash")
    made = case(
        {
            "calendar": {"start": 2026, "periods": 3},
            "opening": {"cash_musd": 90.8, "paid_in_capital_musd": 90.8},
            "cash": {"minimum_musd": 13.5, "look_ahead_periods": 1},
            "cash_flows": {
                "income": {"kind": "operating", "musd_per_period": [0, 60, 0]},
                "rent": {"kind": "operating", "musd_per_period": [0, 40, 10]},
            },
            "regions": {"r": {}},
            "sites": {
                "inside": {"region": "r", "pue": 1, "phases": [phase | {"spend_profile": [0.25, 0.5, 0.25]}]},
                "outside": {"region": "r", "pue": 1, "opening": {"wing": wing}},
            },
            "hardware": {"chip": {**chip, "deposit_share": 0.2, "opening": {"coming": coming}}},
            "debt": {
                "loan": {"kind": "bullet", "rate_per_year": 0.1, "tenor_periods": 3, "limit_musd": 0}
                | {"opening_balance_musd": 8},
                "line": {"kind": "revolver", "rate_per_year": 0.1, "limit_musd": 5},
            },
            "groups": {
                "spv": {"sites": ["inside"], "debt": ["loan", "line"], "cash_flows": ["rent"]}
                | {"opening_cash_musd": 20.8, "minimum_cash_musd": 1, "contributions_musd": 30},
                "idle": {"opening_cash_musd": 30},
            },
        },
        {
            "phase_starts": rows("site phase period count", ("inside", "p", "2026", 1)),
            "orders": rows("offer period units", ("chip", "2026", 1500)),
            "allocations": rows(
                "offer site period units", ("chip", "inside", "2026", 500), ("chip", "outside", "2026", 1000)
            ),
            "contributions": rows("group at period musd", ("spv", "end", "2026", 1)),
            "drawable": rows("instrument period musd", ("line", "2026", 5)),
        },
        [
            [
                row | {"group": group}
                for group, lines in {
                    "spv": [
                        post("capex.site.inside.hall", TO_CIP, {2026: 10, 2027: 20}),
                        post("capex.site.inside.hall", TO_SITES, {2028: 10}),
                        post("in_service.site.inside", IN_SERVICE, {2028: 30}),
                        post("deposit.hardware.chip.accelerator", deposit, {2026: 1}),
                        post("capex.hardware.chip.accelerator", TO_HARDWARE, {2027: 4}),
                        post("capex.hardware.chip.opening", TO_HARDWARE, {2027: 2}),
                        post("delivery.hardware.chip", DELIVERY, {2027: 1}),
                        post("depreciation.hardware.chip", HARDWARE_DEPRECIATION, {2027: 1.75, 2028: 1.75}),
                        post("given.rent", REVENUE, {2027: 40, 2028: 10}),
                        post("interest.loan", INTEREST, {2026: 0.8, 2027: 0.8, 2028: 0.8}),
                        post("repayment.loan", repayment("loan"), {2028: 8}),
                    ],
                    "": [
                        post("capex.site.outside.shell", TO_CIP, {2027: 3}),
                        post("in_service.site.outside", IN_SERVICE, {2028: 3}),
                        post("deposit.hardware.chip.accelerator", deposit, {2026: 2}),
                        post("capex.hardware.chip.accelerator", TO_HARDWARE, {2027: 8}),
                        post("delivery.hardware.chip", DELIVERY, {2027: 2}),
                        post("depreciation.hardware.chip", HARDWARE_DEPRECIATION, {2027: 2.5, 2028: 2.5}),
                        post("given.income", REVENUE, {2027: 60}),
                    ],
                }.items()
                for line in lines
                for row in line
            ]
        ],
        {
            "net_present_cost": 40 + 15 + 2 + 3 - 60 - 50,
            "terminal_cash": 90.8 + 50 - 3 * 0.8 - 8,
            "peak_funding": 8,
        },
    )
    follow(made)
    return made


def lends_ahead() -> Case:
    """At the end of 2026 the 60 and the 16 of 2027 and 1 are covered by 61 − 10 − 4 = 47 and by loans yet to be drawn.

    The first pays a quarter of the hall, 15 of which 14.7 come in, its tranche 4 of the chips of which 3.6 do: their
    commitment of 19. The dealer lends 12, three quarters of the chips. 77.3 for 77, and 31 of a lender with no more.
    """
    phase = {
        "name": "p",
        "mw": 0,
        "lead_periods": 2,
        "capex": {"hall": {"musd": 100}},
        "spend_profile": [0.1, 0.6, 0.3],
    }
    chip = {"compute_h100e": 0, "kw": 0, "lead_periods": 1, "life_periods": 4, "price_usd": 10_000}
    loan = {"kind": "level", "rate_per_year": 0.1, "tenor_periods": 1, "lender": "bank"}
    return case(
        {
            "calendar": {"start": 2026, "periods": 3},
            "opening": {"cash_musd": 61, "paid_in_capital_musd": 61},
            "cash": {"minimum_musd": 1, "look_ahead_periods": 1},
            "cash_flows": {"income": {"kind": "operating", "musd_per_period": [0, 140, 0]}},
            "regions": {"r": {}},
            "sites": {"s": {"region": "r", "pue": 1, "existing_mw": 1, "phases": [phase]}},
            "hardware": {"chip": {**chip, "deposit_share": 0.2}},
            "lenders": {"bank": {"limit_musd": 31}},
            "debt": {
                "first": {**loan, "limit_musd": 19, "upfront_fee_share": 0.02}
                | {"tied_to": {"sites": ["s"], "capex_share": 0.25}},
                "part": {**loan, "limit_musd": 5, "issue_discount_share": 0.1, "tranche_of": "first"}
                | {"tied_to": {"hardware": ["chip"], "capex_share": 0.5}},
                "dealer": {**loan, "limit_musd": 20, "max_draw_musd": 12, "security": {"hardware": 0.75}}
                | {"tied_to": {"hardware": ["chip"], "capex_share": 0.75}},
            },
        },
        {
            "phase_starts": rows("site phase period count", ("s", "p", "2026", 1)),
            "orders": rows("offer period units", ("chip", "2026", 2000)),
            "allocations": rows("offer site period units", ("chip", "s", "2026", 2000)),
            "lendable": rows(
                "instrument ahead period musd",
                ("first", 1, "2026", 15),
                ("part", 1, "2026", 4),
                ("dealer", 1, "2026", 12),
            ),
        },
        [
            post("capex.site.s.hall", ("capex", "construction_in_progress", "cash"), {2026: 10, 2027: 60}),
            post("capex.site.s.hall", TO_SITES, {2028: 30}),
            post("in_service.site.s", ("transfer", "sites", "construction_in_progress"), {2028: 70}),
            post("deposit.hardware.chip.accelerator", ("capex", "deposits", "cash"), {2026: 4}),
            post("capex.hardware.chip.accelerator", TO_HARDWARE, {2027: 16}),
            post("delivery.hardware.chip", ("transfer", "hardware", "deposits"), {2027: 4}),
            post("depreciation.hardware.chip", HARDWARE_DEPRECIATION, {2027: 5, 2028: 5}),
            post("given.income", REVENUE, {2027: 140}),
        ],
        {"net_present_cost": 10 + 4 + 60 + 16 - 140 + 30, "terminal_cash": 61 - 14 + 140 - 76 - 30},
    )


HORIZON = {
    "commitments": commitments,
    "lends_ahead": lends_ahead,
    "looks_ahead": looks_ahead,
    "looks_ahead_apart": looks_ahead_apart,
    "run_rate": run_rate,
}
