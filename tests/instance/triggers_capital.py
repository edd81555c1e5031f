"""Files that trigger a check of instruments, pricing grids and shareholder value, as in ``triggers_programme``."""

from __future__ import annotations

from typing import Any

from tests.instance.example import GONE

from .parts import (
    BOND,
    CHEAP_LEASE,
    COMPUTE,
    DIVIDENDS,
    GB200,
    HIGH,
    LEASED,
    LOAN,
    LOW,
    OF_GB200,
    PHASE,
    RELEVER,
    SEED,
    STAKE,
    WORTH,
    grid,
    without,
)

CONVERSION = {"share_price_usd": 10, "premium_share": 0.3, "straight_rate_per_year": 0.09}
"""Of the bond, which bears 7 %."""

CAPITAL: list[tuple[str, dict[str, Any], str]] = [
    ("look-ahead-terms", {"cash.look_ahead_debt_service": True}, "cash.look_ahead_debt_service"),
    # ── what goes together ──
    ("fractional-alone", {f"{PHASE}.fractional": True}, f"{PHASE}.fractional"),
    ("choice-terms", {"choices": {"x": {"of": "sites.abilene.one"}}}, "choices.x"),
    (
        "choice-terms",
        {"choices": {"x": {"of": "sites.abilene.one", "exactly_one": ["sites.abilene.one", "sites.abilene.two"]}}},
        "choices.x",
    ),
    (
        "unknown-choice",
        {"choices": {"x": {"of": "sites.abilene.one", "requires": ["sites.abilene.three"]}}},
        "choices.x.requires",
    ),
    (
        "choice-twice",
        {"choices": {"x": {"of": "sites.abilene.one", "requires": ["sites.abilene.one"]}}},
        "choices.x",
    ),
    (
        "choice-impossible",
        {
            f"{PHASE}.committed": True,
            "sites.abilene.phases.1.committed": True,
            "choices": {"x": {"of": "sites.abilene.one", "excludes": ["sites.abilene.two"]}},
        },
        "choices.x",
    ),
    (
        "never-taken",
        {
            "choices": {
                "x": {"of": "sites.abilene.two", "requires": ["sites.abilene.one"]},
                "y": {"of": "sites.abilene.one", "excludes": ["sites.abilene.two"]},
            }
        },
        "choices.x.of",
    ),
    (
        "require-each-other",
        {
            "choices": {
                "x": {"of": "sites.abilene.two", "requires": ["sites.abilene.one"]},
                "y": {"of": "sites.abilene.one", "requires": ["sites.abilene.two"]},
            }
        },
        "choices.x.requires",
    ),
    # ── instruments ──
    ("tenor-missing", {f"{BOND}.kind": "sculpted", f"{BOND}.tenor_periods": GONE}, BOND),
    ("grace-too-long", {f"{BOND}.kind": "sculpted", f"{BOND}.grace_periods": 2}, f"{BOND}.grace_periods"),
    ("term-of-other-kind", {"debt.line.capitalise_interest": True}, "debt.line.capitalise_interest"),
    ("term-of-other-kind", {"debt.line.prepayment": {}}, "debt.line.prepayment"),
    ("term-of-other-kind", {"debt.line.issue_discount_share": 0.01}, "debt.line.issue_discount_share"),
    ("term-of-other-kind", {f"{BOND}.kind": "sculpted", f"{BOND}.prepayment": {}}, f"{BOND}.prepayment"),
    (
        "term-of-other-kind",
        {f"{BOND}.kind": "sculpted", f"{BOND}.grace_periods": 1, f"{BOND}.capitalise_interest": True},
        f"{BOND}.capitalise_interest",
    ),
    ("pik-without-grace", {f"{BOND}.capitalise_interest": True}, f"{BOND}.capitalise_interest"),
    (
        "pik-beyond-measure",  # 11^6 is 1.8 million
        {
            f"{BOND}.capitalise_interest": True,
            f"{BOND}.rate_per_year": 10,
            f"{BOND}.tenor_periods": 9,
            f"{BOND}.grace_periods": 6,
            "calendar.periods": 9,
        },
        f"{BOND}.capitalise_interest",
    ),
    (
        "pik-in-segments",
        {
            f"{BOND}.capitalise_interest": True,
            f"{BOND}.grace_periods": 1,
            "draw_timing": "mid",
            "calendar": {
                "start": "2026Q1",
                "length": "quarter",
                "periods": 7,
                "segments": [{"length": "quarter", "periods": 4}, {"length": "year", "periods": 3}],
            },
        },
        f"{BOND}.capitalise_interest",
    ),
    ("convertible-terms", {"debt.line.conversion": CONVERSION}, "debt.line.conversion"),
    ("convertible-terms", {f"{BOND}.conversion": CONVERSION, f"{BOND}.prepayment": {}}, f"{BOND}.prepayment"),
    (
        "convertible-terms",
        {f"{BOND}.conversion": {**CONVERSION, "put_periods": 9}},
        f"{BOND}.conversion.put_periods",
    ),
    (
        "convertible-terms",
        {f"{BOND}.conversion": CONVERSION, "groups": {"spv": {"debt": ["bond"]}}},
        f"{BOND}.conversion",
    ),
    (
        "convertible-terms",
        {f"{BOND}.conversion": CONVERSION, "equity.dividends": {"return_of_capital": True}},
        f"{BOND}.conversion",
    ),
    (
        "convertible-prices",
        {f"{BOND}.conversion": {**CONVERSION, "share_price_usd": [1, 1, 0, 1]}},
        f"{BOND}.conversion.share_price_usd",
    ),
    (
        "convertible-prices",
        {f"{BOND}.conversion": {**CONVERSION, "pre_money_musd": 0}},
        f"{BOND}.conversion.pre_money_musd",
    ),
    (
        "convertible-prices",
        {f"{BOND}.conversion": {**CONVERSION, "capped_call": {"cost_share": 0.1, "cap_premium_share": 0.2}}},
        f"{BOND}.conversion.capped_call.cap_premium_share",
    ),
    (
        "convertible-without-equity",
        {f"{BOND}.conversion": {**CONVERSION, "pre_money_musd": 900}, "equity": GONE},
        f"{BOND}.conversion.pre_money_musd",
    ),
    (
        "convertible-below-coupon",
        {f"{BOND}.conversion": {**CONVERSION, "straight_rate_per_year": 0.06}},
        f"{BOND}.conversion.straight_rate_per_year",
    ),
    ("limit-missing", {f"{BOND}.limit_musd": GONE, "tax": GONE, f"{BOND}.conversion": CONVERSION}, BOND),
    ("tied-to-nothing", {f"{BOND}.tied_to": {"capex_share": 0.5}}, f"{BOND}.tied_to"),
    (
        "tied-to-lease",
        {**LEASED, f"{BOND}.tied_to": {"capex_share": 0.5, "hardware": ["gb200"]}},
        f"{BOND}.tied_to.hardware.0",
    ),
    (
        "preferred-sizes",
        {"preferred_equity.a": {"dividend_per_year": 0.08, "min_musd": 5, "max_musd": 4}},
        "preferred_equity.a.min_musd",
    ),
    ("partner-terms", {"partners.p": {"kind": "equity", "cash_musd": 5}}, "partners.p"),
    ("partner-terms", {"partners.p": {**COMPUTE, "pre_money_musd": 5}}, "partners.p.pre_money_musd"),
    ("partner-terms", {"partners.p": {**STAKE, "delivery_periods": 5}}, "partners.p.delivery_periods"),
    ("partner-terms", {"partners.p": {**STAKE, "delivery_lag_periods": 2}}, "partners.p.delivery_lag_periods"),
    *(
        ("partner-terms", {"partners.p": without(COMPUTE, field)}, "partners.p")
        for field in ("delivery_periods", "delivery_h100e", "price_usd_per_h100e_hour")
    ),
    (
        "partner-never-delivers",
        {"partners.p": {**COMPUTE, "first_signing": 2029}},
        "partners.p.delivery_lag_periods",
    ),
    ("dividend-sizes", {"equity.dividends": {**DIVIDENDS, "minimum_musd": 11}}, "equity.dividends.minimum_musd"),
    # dividends are out of earnings, and how low these can be hangs on the interest
    ("limit-missing", {f"{BOND}.limit_musd": GONE, "tax": GONE, "equity.dividends": {}}, BOND),
    (
        "equity-basis",
        {"covenants.value": {"kind": "loan_to_value", "maximum": 1, "assets": ["sites"], "equity_basis": "book"}},
        "covenants.value.equity_basis",
    ),
    ("stake-as-debt", {"partners.p": {**STAKE, "counts_as_debt": True}}, "partners.p.counts_as_debt"),
    (
        "lease-rate-missing",
        {**LEASED, f"{GB200}.lease": {"payment_usd_per_unit_year": 9000, "counts_as_debt": True}},
        f"{GB200}.lease",
    ),
    (
        "lease-rate-differs",
        {f"{GB200}.accelerator": "GB200", "hardware.leased": {**OF_GB200, "lease": CHEAP_LEASE}},
        "hardware.leased.lease.implicit_rate_per_year",
    ),
    # 10 in each of four periods
    (
        "dividend-sizes",
        {"equity.dividends": {**DIVIDENDS, "minimum_total_musd": 41}},
        "equity.dividends.minimum_total_musd",
    ),
    (
        "lock-up-with-minimum",
        {"equity.dividends": {**DIVIDENDS, "minimum_musd": 1, "lock_up_dscr": 1.2}},
        "equity.dividends.lock_up_dscr",
    ),
    ("ownership-outside", {"equity.ownership_floor_share": 0.8}, SEED),
    ("pre-money-zero", {f"{SEED}.pre_money_musd": [9, 0, 9, 9]}, f"{SEED}.pre_money_musd"),
    ("pre-money-zero", {"partners.p": {**STAKE, "pre_money_musd": 0}}, "partners.p.pre_money_musd"),
    # ── pricing grid ──
    ("grid-range", grid({"upper": 40}), "pricing_grid.buckets.0.upper"),
    ("grid-range", grid({"lower": 0.5, "upper": 0.4}), "pricing_grid.buckets.0"),
    ("grid-order", grid(HIGH, LOW), "pricing_grid.buckets.1"),
    ("grid-order", grid(LOW, {"lower": 0.3}), "pricing_grid.buckets.1"),
    ("grid-order", grid({"upper": 2}, {"lower": 2}, by="interest_cover"), "pricing_grid.buckets.1"),
    ("grid-gap", grid(LOW, {"lower": 0.5}), "pricing_grid.buckets.1"),
    ("grid-gap", grid({"lower": 0.1}), "pricing_grid.buckets.0.lower"),
    ("grid-gap", grid({"upper": 0.9}), "pricing_grid.buckets.0.upper"),
    ("grid-gap", grid({"lower": 3}, {"upper": 2}, by="interest_cover"), "pricing_grid.buckets.1"),
    ("grid-gap", grid({"lower": 0}, by="interest_cover"), "pricing_grid.buckets.0.lower"),
    ("grid-gap", grid({"upper": 9}, by="interest_cover"), "pricing_grid.buckets.0.upper"),
    ("grid-points", grid({"lower": 0, "upper": 0}, {"lower": 0.3, "upper": 0.3}), "pricing_grid.buckets.0"),
    # 25 of debt on 50 of equity: a third
    (
        "grid-opening",
        {**grid({"lower": 0, "upper": 0}, {"lower": 0.5, "upper": 0.5}), f"{BOND}.opening_balance_musd": 25},
        "pricing_grid.buckets",
    ),
    ("relever-terms", grid({"lower": 2}, {"upper": 2}, by="interest_cover", relever=RELEVER), "pricing_grid.relever"),
    ("relever-terms", grid(LOW, {"lower": 0.4, "upper": 1}, relever=RELEVER), "pricing_grid.buckets.1"),
    (
        "relever-terms",
        grid(
            {"upper": 1, "cost_of_equity_per_year": 0.1}, relever={"method": "hamada", "unlevered_cost_per_year": 0.1}
        ),
        "pricing_grid.relever",
    ),
    (
        "relever-terms",
        grid({"cost_of_equity_per_year": 0.1}, relever={**RELEVER, "cost_of_debt_per_year": 0.05}),
        "pricing_grid.relever.cost_of_debt_per_year",
    ),
    # D/E of 1.5: 0.1 − 0.2·1.5
    (
        "relever-terms",
        grid(
            {"upper": 0.6},
            {"lower": 0.6, "cost_of_equity_per_year": 0.2},
            relever={"method": "harris_pringle", "unlevered_cost_per_year": 0.1, "cost_of_debt_per_year": 0.3},
        ),
        "pricing_grid.buckets.0",
    ),
    (
        "grid-and-round-cost",
        {**grid({"cost_of_equity_per_year": 0.1}), f"{SEED}.cost_of_equity_per_year": 0.2},
        f"{SEED}.cost_of_equity_per_year",
    ),
    (
        "round-cost-ignored",
        {**grid({"spread_per_year": 0.01}), f"{SEED}.cost_of_equity_per_year": 0.2},
        f"{SEED}.cost_of_equity_per_year",
    ),
    ("grid-without-equity", {**grid({"cost_of_equity_per_year": 0.1}), "equity": GONE}, "pricing_grid"),
    ("grid-unbounded", {**grid({}), f"{BOND}.limit_musd": GONE, "tax": GONE}, BOND),
    ("grid-unbounded", {**LEASED, **grid({}), f"{GB200}.supply_units": GONE, f"{GB200}.kw": 0}, GB200),
    # ── shareholder value ──
    ("blind-to-profit", {"objectives": [{"name": "cost_of_capital"}]}, "objectives.0.name"),
    ("dividends-unsaid", WORTH, "equity"),
    ("nothing-paid-out", {**WORTH, "equity.dividends": None}, "objectives.0.name"),
    ("value-not-counted", {**WORTH, f"{PHASE}.value_musd": 5, "equity.dividends": None}, "objectives.0.name"),
    (
        "equity-below-cash-yield",
        {**WORTH, "equity.dividends": DIVIDENDS, "cash.yield_per_year": 0.12},
        "equity.cost_of_equity_per_year",
    ),
    (
        "round-cheaper-than-equity",
        {**WORTH, "equity.dividends": DIVIDENDS, f"{SEED}.cost_of_equity_per_year": 0.1},
        f"{SEED}.cost_of_equity_per_year",
    ),
    (
        "debt-cheaper-than-equity",
        {**WORTH, "equity.dividends": DIVIDENDS, "debt": {"bond": {**LOAN, "rate_per_year": 0.13}}},
        BOND,
    ),
    (
        "grid-without-relever",
        {**WORTH, **grid({"cost_of_equity_per_year": 0.1}), "equity.dividends": None, "opening": {"cash_musd": 100}},
        "pricing_grid",
    ),
    # ── ledger lines ──
    (
        "line-clash",
        {"hardware.gb200.attach": {"accelerator": {"usd_per_unit": 1}}},
        "hardware.gb200.attach.accelerator",
    ),
    ("line-clash", {**grid({}), "debt.grid": {"kind": "revolver", "rate_per_year": 0, "limit_musd": 1}}, "debt.grid"),
    ("unusual-figure", grid({"spread_per_year": 2}), "pricing_grid.buckets.0.spread_per_year"),
    ("unusual-figure", {"hardware.gb200.price_usd": 40}, "hardware.gb200.price_usd"),
    ("unusual-figure", {"hardware.gb200.price_usd": 4e7}, "hardware.gb200.price_usd"),
    ("unusual-figure", {"hardware.gb200.kw": 2000}, "hardware.gb200.kw"),
    ("unusual-figure", {f"{PHASE}.capex.shell.musd": 5}, f"{PHASE}.capex"),  # 0.25 a MW
    ("unusual-figure", {f"{BOND}.rate_per_year": 6.5}, f"{BOND}.rate_per_year"),
    ("unusual-figure", {"discount.rate_per_year": 8}, "discount.rate_per_year"),
    (
        "unusual-growth",
        {"markets.training.demand_h100e": {"initial": 1, "growth_per_year": 3}},
        "markets.training.demand_h100e.growth_per_year",
    ),
    # ── ranges ──
    ("range-of-nothing", {"ranges": {f"{BOND}.rat_per_year": {"low": 0, "high": 1}}}, f"ranges.{BOND}.rat_per_year"),
    ("range-ends", {"ranges": {f"{BOND}.rate_per_year": {"low": 0.2, "high": 0.01}}}, f"ranges.{BOND}.rate_per_year"),
    (
        "range-of-series",
        {"ranges": {f"{GB200}.lead_periods": {"factor": [0.9, 1.1]}}},
        f"ranges.{GB200}.lead_periods",
    ),
    (
        "range-overlap",
        {
            "ranges": {
                f"{BOND}.rate_per_year": {"low": 0.01, "high": 0.2},
                "debt.*.rate_per_year": {"factor": [0.9, 1.1]},
            }
        },
        "ranges.debt.*.rate_per_year",
    ),
    ("range-aside", {"ranges": {f"{BOND}.rate_per_year": {"low": 6, "high": 7}}}, f"ranges.{BOND}.rate_per_year"),
    ("repair-cost-of-nothing", {"repair_costs": {"equty": 1}}, "repair_costs.equty"),
    (
        "repair-cost-overlap",
        {"repair_costs": {f"{BOND}.limit_musd": 1, "debt.*.limit_musd": 2}},
        "repair_costs.debt.*.limit_musd",
    ),
]
