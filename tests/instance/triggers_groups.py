"""Files that trigger a check of borrowing groups, as in ``triggers_programme``."""

from __future__ import annotations

from typing import Any

from tests.instance.example import GONE

from .parts import BOND, DSCR, GB200

SWEPT = {"share": 0.5, "first_sweep": 2028}
HELD = {"anchor": {"term_periods": 2, "ramp_h100e": [100], "price_usd_per_h100e_hour": 2}}
GRADED = {"anchor": HELD["anchor"] | {"credit_class": "prime"}}
TRANCHE = {"tranche_of": "bond", "kind": "bullet", "rate_per_year": 0.05, "tenor_periods": 3, "limit_musd": 5}
TRANCHE |= {"last_draw": 2027}

GROUPS: list[tuple[str, dict[str, Any], str]] = [
    ("unknown-in-group", {"groups": {"spv": {"sites": ["abilen"]}}}, "groups.spv.sites.0"),
    ("unknown-in-group", {"covenants.cover": DSCR | {"group": "spv"}}, "covenants.cover.group"),
    ("in-two-groups", {"groups": {"a": {"debt": ["bond"]}, "b": {"debt": ["bond"]}}}, "groups.b.debt.0"),
    ("unknown-in-group", {"groups": {"spv": {"contracts": ["anchor"]}}}, "groups.spv.contracts.0"),
    (
        "in-two-groups",
        {"groups": {"a": {"contracts": ["anchor"]}, "b": {"contracts": ["anchor"]}}, "contracts": HELD},
        "groups.b.contracts.0",
    ),
    (
        "contract-without-site",
        {"groups": {"spv": {"sites": ["abilene"]}}, "contracts": HELD},
        "contracts.anchor",
    ),
    (
        "across-rings",
        {"groups": {"spv": {"sites": ["abilene"]}}, "sites.annex": {"region": "north", "pue": 1.2, "existing_mw": 5}},
        f"{GB200}.tiers",
    ),
    (
        "across-rings",
        {
            "groups": {"spv": {"sites": ["abilene"]}},
            "sites.annex": {"region": "north", "pue": 1.2, "existing_mw": 5},
            f"{GB200}.tiers": GONE,
            "energy_sources": {"wind": {"region": "north", "price_usd_per_mwh": 30, "limit_mw": 5}},
        },
        "energy_sources.wind.region",
    ),
    (
        "across-rings",
        {"groups": {"spv": {"debt": ["bond"]}}, f"{BOND}.refinances": ["line"]},
        f"{BOND}.refinances.0",
    ),
    (
        "across-rings",
        {"groups": {"spv": {"debt": ["bond"]}}, f"{BOND}.tied_to": {"capex_share": 0.5, "sites": ["abilene"]}},
        f"{BOND}.tied_to.sites.0",
    ),
    (
        "across-rings",
        {"groups": {"spv": {"debt": ["bond"]}}, f"{BOND}.tied_to": {"capex_share": 0.5, "hardware": ["gb200"]}},
        f"{BOND}.tied_to.hardware.0",
    ),
    (
        "across-rings",
        {
            "groups": {"spv": {"debt": ["bond"]}},
            "covenants.ltv": {"kind": "loan_to_value", "maximum": 1, "assets": ["sites"], "instruments": ["line"]}
            | {"group": "spv"},
        },
        "covenants.ltv.instruments.0",
    ),
    ("sweep-terms", {f"{BOND}.sweep": SWEPT}, f"{BOND}.sweep"),
    (
        "sweep-terms",
        {"groups": {"spv": {"debt": ["bond"]}}, f"{BOND}.sweep": SWEPT, f"{BOND}.prepayment": {}},
        f"{BOND}.prepayment",
    ),
    (
        "sweep-terms",
        {"groups": {"spv": {"debt": ["bond"]}}, f"{BOND}.sweep": SWEPT, "draw_timing": "mid"},
        f"{BOND}.sweep",
    ),
    (
        "sweep-terms",
        {
            "groups": {"spv": {"debt": ["bond"]}},
            f"{BOND}.sweep": SWEPT,
            f"{BOND}.tied_to": {"capex_share": 0.5, "hardware": ["gb200"]},
            f"{GB200}.resale_share_by_age": [0.5],
        },
        f"{BOND}.tied_to.hardware.0",
    ),
    (
        "sweep-terms",
        {
            "groups": {"spv": {"debt": ["bond", "other"]}},
            f"{BOND}.sweep": SWEPT,
            "debt.other": {"kind": "bullet", "rate_per_year": 0.05, "tenor_periods": 3, "limit_musd": 5}
            | {"sweep": {"share": 0.6, "first_sweep": 2028}},
        },
        f"{BOND}.sweep.share",
    ),
    (
        "sweep-while-drawn",
        {"groups": {"spv": {"debt": ["bond"]}}, f"{BOND}.sweep": {"share": 0.5, "first_sweep": 2026}},
        f"{BOND}.sweep.first_sweep",
    ),
    ("term-of-other-kind", {f"{BOND}.kind": "sculpted", f"{BOND}.sweep": SWEPT}, f"{BOND}.sweep"),
    ("unknown-contract", {f"{BOND}.advance": {"contracts": ["anchor"], "share": 0.5}}, f"{BOND}.advance.contracts.0"),
    (
        "across-rings",
        {
            "groups": {"spv": {"debt": ["bond"]}},
            "contracts": HELD,
            f"{BOND}.advance": {"contracts": ["anchor"], "share": 0.5},
        },
        f"{BOND}.advance.contracts.0",
    ),
    ("advance-terms", {"contracts": HELD, f"{BOND}.advance": {"contracts": ["anchor"]}}, f"{BOND}.advance"),
    (
        "advance-terms",
        {
            "contracts": GRADED,
            f"{BOND}.advance": {"contracts": ["anchor"], "share": 0.5, "share_by_class": {"prime": 0.5}},
        },
        f"{BOND}.advance",
    ),
    ("advance-terms", {"contracts": HELD, f"{BOND}.advance": {"share": 0.5}}, f"{BOND}.advance"),
    (
        "credit-class-missing",
        {"contracts": HELD, f"{BOND}.advance": {"contracts": ["anchor"], "share_by_class": {"prime": 0.5}}},
        f"{BOND}.advance.contracts.0",
    ),
    (
        "credit-class-missing",
        {"contracts": GRADED, f"{BOND}.advance": {"contracts": ["anchor"], "share_by_class": {"other": 0.5}}},
        f"{BOND}.advance.contracts.0",
    ),
    (
        "credit-class-idle",
        {"contracts": GRADED, f"{BOND}.advance": {"share_by_class": {"prime": 0.5, "primo": 0.5}}},
        f"{BOND}.advance.share_by_class.primo",
    ),
    (
        "credit-class-idle",
        {
            "contracts": GRADED | {"other": GRADED["anchor"] | {"credit_class": "unrated"}},
            f"{BOND}.advance": {"share_by_class": {"prime": 0.5}},
        },
        "contracts.other.credit_class",
    ),
    ("unknown-instrument", {f"{BOND}.tranche_of": "ddtl"}, f"{BOND}.tranche_of"),
    ("tranche-terms", {f"{BOND}.tranche_of": "bond"}, f"{BOND}.tranche_of"),
    ("tranche-terms", {f"{BOND}.tranche_of": "line"}, f"{BOND}.tranche_of"),
    (
        "tranche-terms",
        {"debt.second": TRANCHE, "debt.third": TRANCHE | {"tranche_of": "second"}},
        "debt.third.tranche_of",
    ),
    ("tranche-terms", {"debt.second": TRANCHE | {"signed": True}}, "debt.second.signed"),
    (
        "tranche-terms",
        {"debt.second": TRANCHE | {"commitment_fee_per_year": 0.01}},
        "debt.second.commitment_fee_per_year",
    ),
    (
        "tranche-terms",
        {
            "contracts": HELD,
            f"{BOND}.advance": {"contracts": ["anchor"], "share": 0.5},
            "debt.second": TRANCHE | {"advance": {"contracts": ["anchor"], "share": 0.5}},
        },
        "debt.second.advance",
    ),
    (
        "tranche-terms",
        {
            f"{BOND}.tied_to": {"capex_share": 0.5, "sites": ["abilene"]},
            "debt.second": TRANCHE | {"tied_to": {"capex_share": 0.5, "sites": ["abilene"]}},
        },
        "debt.second.tied_to",
    ),
    (
        "tranche-window",
        {f"{BOND}.last_draw": 2026, "debt.second": TRANCHE | {"last_draw": 2027}},
        "debt.second.tranche_of",
    ),
    (
        "limit-missing",
        {"debt.second": {key: value for key, value in TRANCHE.items() if key != "limit_musd"}, "tax": GONE},
        "debt.second",
    ),
    ("limit-missing", {f"{BOND}.limit_musd": GONE, "debt.second": TRANCHE, "tax": GONE}, BOND),
    (
        "across-rings",
        {"groups": {"spv": {"debt": ["bond"]}}, "debt.second": TRANCHE},
        "debt.second.tranche_of",
    ),
    (
        "not-of-groups",
        {
            "groups": {"spv": {"debt": ["bond"]}},
            "pricing_grid": {"by": "leverage", "buckets": [{"spread_per_year": 0, "upper": 1}]},
        },
        "pricing_grid",
    ),
    (
        "not-of-groups",
        {
            "groups": {"spv": {"partners": ["fund"]}},
            "partners": {"fund": {"kind": "equity", "cash_musd": 10, "pre_money_musd": 100}},
        },
        "groups.spv.partners.0",
    ),
    (
        "not-of-groups",
        {"groups": {"spv": {"debt": ["bond"]}}, "covenants.leverage.group": "spv"},
        "covenants.leverage.group",
    ),
    (
        "not-of-groups",
        {"groups": {"spv": {"debt": ["bond"]}}, "covenants.cover": DSCR | {"group": "spv", "tax": "company"}},
        "covenants.cover.tax",
    ),
    ("opening-of-groups", {"groups": {"spv": {"opening_cash_musd": 101}}}, "groups.spv.opening_cash_musd"),
]
