"""Cases in quarters, in which the areas meet."""

from __future__ import annotations

from tests.oracles.effective import per_period

from .build import (
    FEE,
    HARDWARE_DEPRECIATION,
    INTEREST,
    LEASED_DEPRECIATION,
    OPEX,
    PREFERRED_DIVIDEND,
    RAISE,
    RAISE_PREFERRED,
    REVENUE,
    SITE_DEPRECIATION,
    TAX,
    TO_HARDWARE,
    TO_SITES,
    Case,
    case,
    draw,
    post,
    repayment,
    rows,
)

HOUR = 8.76  # one kH100e for a year at 1 USD an hour, musd


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
    # equity asks the fourth root of a year's return; the round of 4 costs from the quarter after it on
    opening, dearer = per_period(0.12, 4) * 100, per_period(0.2, 4) * 4
    charges = sum(factors[t] * (interest.get(t, 0) + commitment.get(t, 0) + opening) for t in labels)
    charges += sum(factors[t] * dearer for t in labels[1:])
    owed = dict(zip(labels, (0, 8, 6, 4), strict=True))  # carried in
    employed = sum(factors[t] * (100 + owed[t] + (4 if t != labels[0] else 0)) for t in labels)
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
            "cost_of_capital": charges,
            "net_present_cost": sum(factors[t] * (paid[t] + commitment.get(t, 0) - revenue + opex) for t in labels)
            + factors["2026Q1"] * 20
            # taxed beyond what is not written off: two thirds of the hall and two fifths of the hardware
            - factors["2026Q4"] * (0.8 * 2 * 4 * (revenue - opex) + 0.2 * (8 + 3.2)),
            "terminal_cash": 100 - 20 + 8 + 4 - 6 + sum(flows.values()),
            "wacc": (1 + charges / employed) ** 4 - 1,
            "peak_funding": 8 + 4,
            "capital_raised": 8 + 4,
        },
    )


def quarters_of_capital() -> Case:
    """Two quarters (Δ = ¼) of everything that is priced by the year or the hour, discounted at 5 %."""
    first, second = "2026Q1", "2026Q2"
    both = (first, second)
    rent, reserved, source = 5 * 0.8 / 4, 1 * 2 * HOUR / 4, 3 * (8760 / 4) * 100 / 1e6
    operating = 4 / 4  # a year's 4 for a thousand units
    opex = rent + reserved + source + operating
    owed = {first: 1 / 1.02 + 1 / 1.02**2, second: 1 / 1.02}
    asset = 1 + owed[first]
    of_lease = 0.02 * owed[first]
    value = 1 * 2 * HOUR / 4
    capitalised = {first: 0.02 * 10, second: 0.02 * 10.2}
    loan = 0.02 * 50
    debt = {0: 60, first: 60.2 + owed[first]}
    spread = {first: 0.01 * debt[0], second: 0.01 * debt[first]}
    inside = {first: 0, second: 0.02 * 1 / 1.02}
    preferred = {first: 0, second: 0.02 * 10}
    leased = {first: 1, second: 1 - of_lease}
    earned = {first: 0, second: value}
    interest = {first: loan + spread[first], second: loan + spread[second] + of_lease}
    cash = {0: 100.0}
    cash[first] = 100 + 10 + 3 - opex - interest[first] - leased[first]
    cash[second] = cash[first] + (value - 3) - opex - interest[second] - leased[second] - preferred[second]
    factors = {first: 1.05**-0.25, second: 1.05**-0.5}
    on_equity = per_period(0.12, 4) * 50
    charges = sum(factors[t] * (interest[t] + capitalised[t] + inside[t] + on_equity + preferred[t]) for t in both)
    # with both leases, the preferred shares and the 3 of the partner, whom to serve costs less than they paid
    employed = factors[first] * (debt[0] + 50) + factors[second] * (debt[first] + 1 / 1.02 + 60 + 3)
    shield = {first: 1.05**-0.25, second: 1.05**-0.5}
    # 2 % a quarter is what the market asks, of the lease too; the spread is on top, and idle money costs as much
    worth = -sum(shield[t] * (spread[t] + 0.02 * cash[before]) for before, t in ((0, first), (first, second)))
    free = {"price_usd": 0, "compute_h100e": 1, "lead_periods": 0}
    lease = {"payment_usd_per_unit_year": 4000, "implicit_rate_per_year": 0.08}
    bullet = {"kind": "bullet", "rate_per_year": 0.08, "tenor_periods": 9}
    return case(
        {
            "calendar": {"start": first, "periods": 2, "length": "quarter"},
            "discount": {"rate_per_year": 0.05},
            "opening": {"cash_musd": 100, "paid_in_capital_musd": 50},
            "regions": {"north": {}},
            "energy_sources": {"wind": {"region": "north", "price_usd_per_mwh": 100, "limit_mw": 3}},
            "sites": {
                "s": {
                    "region": "north",
                    "pue": 1.0,
                    "colocation": {"rent_musd_per_mw_year": 0.8, "limit_mw": 5, "term_periods": 2},
                }
            },
            "hardware": {
                "op": {**free, "kw": 1, "life_periods": 2, "lease": lease},
                "fin": {**free, "kw": 2, "life_periods": 3, "lease": {**lease, "counts_as_debt": True}},
            },
            "cloud": {
                "c": {
                    "price_usd_per_h100e_hour": 9,
                    "limit_h100e": 0,
                    "reserved": {"price_usd_per_h100e_hour": 2, "limit_h100e": 1000, "term_periods": 4},
                }
            },
            "debt": {
                "loan": {**bullet, "opening_balance_musd": 50},
                "pik": {**bullet, "grace_periods": 2, "capitalise_interest": True, "opening_balance_musd": 10},
            },
            "equity": {"cost_of_equity_per_year": 0.5},
            "preferred_equity": {"p": {"dividend_per_year": 0.08, "max_musd": 10}},
            "partners": {
                "q": {
                    "kind": "compute",
                    "cash_musd": 3,
                    "delivery_periods": 1,
                    "delivery_h100e": 1000,
                    "price_usd_per_h100e_hour": 2,
                }
            },
            "pricing_grid": {
                "by": "leverage",
                "buckets": [{"spread_per_year": 0.04, "cost_of_equity_per_year": 0.12}],
            },
            "adjusted_present_value": {"unlevered_rate_per_year": 0.1, "shield_rate_per_year": 0.05},
        },
        {
            "colocation": rows("site period mw", ("s", first, 5)),
            "orders": rows("offer period units", ("op", first, 1000), ("fin", first, 1000)),
            "allocations": rows("offer site period units", ("op", "s", first, 1000), ("fin", "s", first, 1000)),
            "energy": rows("source period mwh", *(("wind", t, 3 * 8760 / 4) for t in both)),
            "reservations": rows("cloud period h100e", ("c", first, 1000)),
            "preferred_raises": rows("name period musd", ("p", first, 10)),
            "partners": rows("partner period signed", ("q", first, 1)),
            "deliveries": rows("partner from period h100e", ("q", "s", second, 1000)),
            "buckets": rows("period bucket holds", (first, 0, 1), (second, 0, 1)),
        },
        [
            post("opex.colocation.s", OPEX, dict.fromkeys(both, rent)),
            post("opex.reserved.c", OPEX, dict.fromkeys(both, reserved)),
            post("opex.source.wind", OPEX, dict.fromkeys(both, source)),
            post("opex.lease.op", OPEX, dict.fromkeys(both, operating)),
            post("lease.start.fin", ("lease", "leased_hardware", "lease.fin"), {first: asset}),
            post("lease.principal.fin", ("repayment", "lease.fin", "cash"), leased),
            post("lease.interest.fin", INTEREST, {second: of_lease}),
            post("depreciation.hardware.fin", LEASED_DEPRECIATION, dict.fromkeys(both, asset / 3)),
            post("interest.loan", INTEREST, dict.fromkeys(both, loan)),
            post("pik.pik", ("pik", "retained_earnings", "debt.pik"), capitalised),
            post("interest.grid", INTEREST, spread),
            post("raise.preferred.p", RAISE_PREFERRED, {first: 10}),
            post("dividend.preferred.p", PREFERRED_DIVIDEND, {second: 0.2}),
            post("partner.cash.q", ("draw", "cash", "partner.q"), {first: 3}),
            post("partner.delivery.q", ("revenue", "partner.q", "retained_earnings"), {second: 3}),
            post("partner.revenue.q", REVENUE, {second: value - 3}),
        ],
        {
            "cost_of_capital": charges,
            "wacc": (1 + charges / employed) ** 4 - 1,
            "capital_employed": employed / 4,
            "net_present_cost": sum(factors[t] * (opex - earned[t]) for t in both) + factors[first] * asset,
            "adjusted_present_value": 1.1**-0.25 * -(opex + asset) + 1.1**-0.5 * (value - opex) + worth,
            "terminal_cash": cash[second],
            # debt, what the partner is owed, and the preferred shares
            "peak_funding": max(debt[first] + 3 + 10, 50 + 10.404 + owed[second] + 10),
            "capital_raised": 13,
        },
    )


QUARTERS = {"quarters": quarters, "quarters_of_capital": quarters_of_capital}
