"""Programmes of ``instrument_strategies`` with the last details switched on, so that all of the schema is in use.

The details are rare terms of the blocks that are there (windows, second regions, given flows of every kind), and
richer preferred shares and partners: several at once, with minima, in periods that earn differently.
"""

from __future__ import annotations

from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from optimizer.instance.checks import check
from optimizer.instance.schema import Instance

from .capital_strategies import RELEVER, compute_partner, equity_partner
from .instrument_parts import equity_of, window
from .instrument_strategies import fit_objectives, programmes
from .strategies import Data, Draw, calendar_of, series, sometimes


@st.composite
def wide(draw: Draw, extra: str) -> Data:
    """A whole instance that passes all checks, with ``extra`` switched on and details in most of its blocks."""
    data = draw(programmes(extra=extra))
    _time(draw, data)
    _places(draw, data)
    _offers(draw, data)
    _debts(draw, data)
    _capital(draw, data)
    _covenants(draw, data)
    fit_objectives(data)
    errors = [f for f in check(Instance.model_validate(data)) if f.severity == "error"]
    assume(not errors)
    return data


def _time(draw: Draw, data: Data) -> None:
    """Months instead of years in some cases."""
    calendar = calendar_of(data)
    if data["calendar"]["length"] != "year" or draw(st.integers(0, 5)) < 5:
        return
    months = {label: f"2026-{6 + i:02}" for i, label in enumerate(calendar.labels)}

    def renamed(value: Any) -> Any:
        if isinstance(value, dict):
            return {months.get(key, key): renamed(item) for key, item in value.items()}
        if isinstance(value, list):
            return [renamed(item) for item in value]
        return months.get(value, value)

    block = data["calendar"]
    data |= {key: renamed(value) for key, value in data.items() if key != "calendar"}
    data["calendar"] = {"start": "2026-06", "periods": block["periods"], "length": "month"}


def _places(draw: Draw, data: Data) -> None:
    """Scarce power and crews, budgets for sites alone, a second region, committed phases, flows of each kind."""
    calendar = calendar_of(data)
    if "resources" in data and draw(st.booleans()):
        data["resources"]["crews"]["limit"] = 1
        for site in data["sites"].values():
            for phase in site["phases"]:
                phase["resources"] = {"crews": {"building": 1 if phase["lead_periods"] else 0, "running": 0.25}}
    if draw(st.integers(0, 3)) == 3:
        data.setdefault("power", {})["system_limit_mw"] = draw(series([4, 8], calendar))
    if draw(st.integers(0, 2)) == 2:
        kind = draw(st.sampled_from(["sites", "hardware"]))
        part: Data = {"musd": draw(series([30, 15], calendar)), "covers": [kind]}
        sometimes(draw, part, "carry_over", st.just(True))
        data.setdefault("budgets", {})[kind] = part
    for site in data["sites"].values():
        for phase in site["phases"][:1]:
            if draw(st.integers(0, 5)) == 5 and "latest_start" not in phase:
                phase["earliest_start"] = calendar_of(data).label(2)
            if draw(st.integers(0, 5)) == 5:
                phase["committed"] = True
        for phase in site["phases"]:
            if draw(st.integers(0, 3)) == 3:
                phase["payment_timing"] = draw(st.sampled_from(["end", "mid", "start"]))
    if "beta" in data["sites"] and draw(st.integers(0, 2)) == 2:
        data["regions"]["south"] = {"energy_price_usd_per_mwh": draw(series([45, 70], calendar_of(data)))}
        sometimes(draw, data["regions"]["south"], "power_limit_mw", st.sampled_from([10, 20]))
        data["sites"]["beta"]["region"] = "south"
    if draw(st.integers(0, 3)) == 3:
        kind = draw(st.sampled_from(["investing", "financing"]))
        flow = {"kind": kind, "musd_per_year": draw(series([3, -2], calendar_of(data)))}
        data.setdefault("cash_flows", {})[f"other_{kind}"] = flow


def _offers(draw: Draw, data: Data) -> None:
    for offer in data["hardware"].values():
        if draw(st.integers(0, 4)) == 4 and not {"first_order", "framework"} & offer.keys():
            offer["first_order"] = calendar_of(data).label(2)
            offer.pop("last_order", None)
        if draw(st.integers(0, 3)) == 3 and "lease" not in offer:
            offer["payment_timing"] = draw(st.sampled_from(["end", "mid", "start"]))
    if "tax_class" in next(iter(data["hardware"].values())) and draw(st.booleans()):
        for offer in data["hardware"].values():
            for cost in offer.get("attach", {}).values():
                cost["tax_class"] = "buildings"


def _debts(draw: Draw, data: Data) -> None:
    for debt in data["debt"].values():
        if draw(st.integers(0, 4)) == 4 and "last_draw" not in debt and not debt.get("opening_balance_musd"):
            debt["first_draw"] = calendar_of(data).label(2)


def _capital(draw: Draw, data: Data) -> None:
    """More partners, and minima and windows for rounds and preferred shares."""
    calendar = calendar_of(data)
    for i, item in enumerate(data.get("preferred_equity", {}).values()):
        item["dividend_per_year"] = draw(series([0.05, 0.03, 0.07], calendar, growth=False))
        if i == 0:
            item["min_musd"] = draw(st.sampled_from([20, 35]))
    if "partners" in data and draw(st.booleans()):
        compute_partner(draw, data)
        data["partners"]["second"] = dict(data["partners"]["anchor"])
        data["partners"]["second"]["cash_musd"] = draw(st.sampled_from([30, 12]))
        if draw(st.booleans()):
            equity_partner(draw, data)
    for item in data.get("equity", {}).get("rounds", {}).values():
        if draw(st.booleans()) and not {"first_raise", "last_raise"} & item.keys():
            window(draw, data, item, "raise")
    if data.get("pricing_grid", {}).get("by") == "leverage" and draw(st.booleans()):
        data["pricing_grid"]["relever"] = dict(draw(st.sampled_from(RELEVER)))
        for bucket in data["pricing_grid"]["buckets"][:2]:
            bucket.pop("cost_of_equity_per_year", None)
        data["pricing_grid"]["buckets"][2]["cost_of_equity_per_year"] = 0.2
    if draw(st.integers(0, 7)) == 7:
        equity_of(data)["cost_of_equity_per_year"] = draw(series([0.12, 0.16], calendar, growth=False))


def _covenants(draw: Draw, data: Data) -> None:
    """Tests that are tight, a share of debt to be reached, and loan-to-value tests of single instruments."""
    calendar = calendar_of(data)
    covenants = data.setdefault("covenants", {})
    if data["debt"] and draw(st.booleans()):
        tight: Data = {"kind": draw(st.sampled_from(["interest_cover", "dscr"])), "scope": "infrastructure"}
        tight["minimum"] = draw(st.sampled_from([3, 6]))
        tight["first_test"] = calendar.label(calendar.periods - 1)
        covenants["tight"] = tight
    if data["debt"] and draw(st.integers(0, 3)) == 3:
        covenants["least_debt"] = {"kind": "debt_to_capital", "minimum": 0.1, "first_test": calendar.label(2)}
    if data["debt"] and draw(st.integers(0, 2)) == 2:
        owned: Data = {"kind": "loan_to_value", "maximum": draw(st.sampled_from([0.4, 0.3]))}
        owned["assets"] = draw(st.sampled_from([["sites", "hardware"], ["hardware", "construction_in_progress"]]))
        sometimes(draw, owned, "instruments", st.just(sorted(data["debt"])[:1]))
        owned["first_test"] = calendar.label(calendar.periods)
        covenants["owned"] = owned
    for debt in data["debt"].values():
        if draw(st.integers(0, 3)) == 3 and not debt.get("opening_balance_musd"):
            classes = draw(st.sampled_from([["sites"], ["hardware"], ["sites", "construction_in_progress"]]))
            debt["security"] = dict.fromkeys(classes, 0.5)
