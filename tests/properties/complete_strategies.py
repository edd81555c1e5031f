"""Programmes of ``wide_strategies`` with what is left of the schema: when tests look back, what is owed after the
plan, and lists of objectives that begin or end with what shareholders gain.
"""

from __future__ import annotations

from hypothesis import assume
from hypothesis import strategies as st

from optimizer.instance.checks import check
from optimizer.instance.schema import Instance

from .instrument_parts import equity_of
from .instrument_strategies import fit_objectives
from .strategies import Data, Draw, calendar_of, series, sometimes
from .wide_strategies import wide

SHAREHOLDERS = [
    [{"name": "shareholder_value"}],
    [{"name": "shareholder_value"}],
    [{"name": "cost_of_capital"}, {"name": "shareholder_value"}],
    [{"name": "cost_of_capital", "slack_share": 0.05}, {"name": "shareholder_value"}],
    [{"name": "wacc"}, {"name": "shareholder_value"}],
    [{"name": "shareholder_value", "slack_share": 0.01}, {"name": "peak_funding"}],
    [{"name": "shareholder_value", "slack_musd": 1}, {"name": "wacc"}],
    [{"name": "total_value"}, {"name": "shareholder_value", "slack_share": 0.02}, {"name": "capital_raised"}],
]
LOOKING_BACK = ("dscr", "interest_cover", "debt_to_ebitda")


@st.composite
def complete(draw: Draw, extra: str) -> Data:
    """A whole instance that passes all checks, with ``extra`` switched on and every field of the schema in reach."""
    data = draw(wide(extra=extra))
    _after(draw, data)
    _tests(draw, data)
    _capital(draw, data)
    if draw(st.booleans()):
        data["objectives"] = [dict(each) for each in draw(st.sampled_from(SHAREHOLDERS))]
    shareholders_are_told(draw, data)
    fit_objectives(data)
    assume(not [f for f in check(Instance.model_validate(data)) if f.severity == "error"])
    return data


def shareholders_are_told(draw: Draw, data: Data) -> None:
    """Where their value is a level the file says what is paid out: nothing, or a block without limits of its own."""
    if not any(each["name"] == "shareholder_value" for each in data["objectives"]):
        return
    ways: list[Data | str] = ["none", {}, {"return_of_capital": True}]
    equity = equity_of(data)
    if "dividends" not in equity:
        equity["dividends"] = draw(st.sampled_from(ways))
    grid = data.get("pricing_grid", {})
    if any("cost_of_equity_per_year" in bucket for bucket in grid.get("buckets", ())) and "relever" not in grid:
        for bucket in grid["buckets"]:  # where equity can be nothing, a stated cost of it says nothing
            bucket.pop("cost_of_equity_per_year", None)


def _after(draw: Draw, data: Data) -> None:
    """Values by period, rates and shares of what passes the end, and whether it has to be covered."""
    calendar = calendar_of(data)
    sometimes(draw, data, "fair_rate_per_year", st.sampled_from([0.03, 0.06, 0.0]))
    if draw(st.integers(0, 2)) == 2:
        data.setdefault("cash", {})["cover_commitments"] = False
    for site in data["sites"].values():
        for phase in site["phases"]:
            if "value_musd" in phase and draw(st.booleans()):
                phase["value_musd"] = draw(series([5, 12, -1], calendar))
    contracts = [site["colocation"] for site in data["sites"].values() if "colocation" in site]
    contracts += [offer["lease"] for offer in data["hardware"].values() if "lease" in offer]
    contracts += [cloud["reserved"] for cloud in data.get("cloud", {}).values() if "reserved" in cloud]
    contracts += [each["contract"] for each in data.get("energy_sources", {}).values() if "contract" in each]
    for contract in contracts:
        sometimes(draw, contract, "assignable_share", st.sampled_from([0.0, 0.5]))
    for partner in data.get("partners", {}).values():
        if partner["kind"] == "compute":
            sometimes(draw, partner, "counts_as_debt", st.just(True))
            sometimes(draw, partner, "cost_of_serving_usd_per_h100e_hour", st.sampled_from([0.0, 0.4, 3.0]))
    if "tax" in data and draw(st.booleans()):
        data.setdefault("terminal", {"kind": "none"})["loss_value_share"] = draw(st.sampled_from([0.5, 1.0]))


def _tests(draw: Draw, data: Data) -> None:
    """Flows of twelve months or of one period, histories, and what principal counts."""
    for covenant in data["covenants"].values():
        if covenant["kind"] in LOOKING_BACK:
            sometimes(draw, covenant, "over", st.sampled_from(["year", "period"]))
            sometimes(draw, covenant, "first_year", st.sampled_from(["untested", "annualised"]))
            if draw(st.booleans()):
                covenant.pop("first_test", None)
        if covenant["kind"] == "dscr":
            sometimes(draw, covenant, "tax", st.sampled_from(["company", "stand_alone", "none"]))
            sometimes(draw, covenant, "balloons", st.sampled_from(["counted", "excluded"]))
        if covenant["kind"] == "debt_to_capital":
            sometimes(draw, covenant, "equity_basis", st.sampled_from(["paid_in", "book"]))
    if data.get("pricing_grid", {}).get("by") == "interest_cover":
        sometimes(draw, data["pricing_grid"], "over", st.sampled_from(["year", "period"]))
    terms = data.get("equity", {}).get("dividends")
    if isinstance(terms, dict) and "lock_up_dscr" in terms:
        sometimes(draw, terms, "lock_up_over", st.sampled_from(["year", "period"]))
        sometimes(draw, terms, "lock_up_first_year", st.sampled_from(["untested", "annualised"]))
    if data["calendar"]["length"] != "year" and draw(st.booleans()):
        past: Data = {"ebitda_musd": draw(st.sampled_from([6, 0, -2]))}
        sometimes(draw, past, "corporate_musd", st.just(-1))
        sometimes(draw, past, "tax_musd", st.just(0.5))
        sometimes(draw, past, "interest_musd", st.sampled_from([1, 0]))
        sometimes(draw, past, "principal_musd", st.sampled_from([2, 0]))
        data["history"] = past
    old = sorted(data["debt"])
    if len(old) > 1 and draw(st.booleans()):
        data["debt"][old[-1]]["refinances"] = old[: draw(st.integers(1, len(old) - 1))]


def _capital(draw: Draw, data: Data) -> None:
    """Dividends as they may be written, beside those of ``instrument_strategies``."""
    if draw(st.integers(0, 3)) == 3 and "dividends" not in data.get("equity", {}):
        equity_of(data)["dividends"] = draw(st.sampled_from(["none", {}, {"return_of_capital": True}]))
