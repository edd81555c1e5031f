"""A horizon that is longer by periods in which nothing happens: the best plan is worth what it was.

Nothing happens after T if all that was decided has come to its end by then, and nothing new can begin:

- phases start so that they are in service and paid by T, orders arrive by T; leases, rents, reservations and contracts
  end by T, partners are served and loans repaid by T, and lines closed; there are no preferred shares, which are never
  redeemed; rounds are closed, before T where capital is charged (what comes in in T is charged for one further period,
  at the rates of T, whether or not the plan goes on);
- nobody demands anything, the given flows, fixed opex, upkeep and the price of energy are 0, no share of it has to be
  renewable, nothing is paid out, and lenders test nothing;
- money earns nothing and costs nothing: the yield of cash and the cost of equity are 0. Whoever leaves money in the
  company for a further year asks for a year of its price, so that a year of nothing is not nothing at 12 %;
- a tax year ends with T: the parts of a year's tax are paid over all of its periods, those of nothing included;
- there is no terminal value by books, which are written off meanwhile, and none by earnings but of what does not go on:
  EBITDA of the last year at run rate keeps what can be served in T+1, so a multiple of it is 0 if every unit leaves
  by T, at T as later.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from optimizer.instance.calendar import Calendar
from optimizer.instance.checks import check
from optimizer.instance.schema import Instance

from .instrument_strategies import programmes
from .neutral_writing import rewritten
from .solving import Data, best, examples, same, solved
from .strategies import calendar_of, instances

Draw = st.DrawFn
OBJECTIVES = (
    "net_present_cost",
    "net_present_cost",
    "shareholder_value",
    "cost_of_capital",
    "terminal_cash",
    "peak_funding",
    "capital_raised",
    "total_value",
)


def earliest(calendar: Calendar, block: Data, key: str, t: int) -> bool:
    """Close a window at the end of t or where it was closed before; whether anything is left of it."""
    t = min(t, calendar.index(block[key]) if key in block else t)
    block[key] = calendar.label(max(t, 1))
    return t >= 1


def over_by_the_end(data: Data, gone: bool) -> Data:
    """The programme with windows so early that all is over at the end of T; with no unit in service then, if asked."""
    calendar = calendar_of(data)
    last = calendar.periods
    for site in data["sites"].values():
        site["phases"] = [
            phase
            for phase in site["phases"]
            if earliest(
                calendar,
                phase,
                "latest_start",
                last - max(phase["lead_periods"], len(phase.get("spend_profile", [1])) - 1),
            )
        ]
    data["hardware"] = {
        name: offer
        for name, offer in data["hardware"].items()
        if earliest(
            calendar,
            offer,
            "last_order",
            last - offer["lead_periods"] - (offer["life_periods"] - 1 if gone or "lease" in offer else 0),
        )
    }
    data["debt"] = {
        name: debt
        for name, debt in data["debt"].items()
        if earliest(calendar, debt, "last_draw", last - debt.get("tenor_periods", 1))
    }
    contracts_over(data, calendar)
    for item in data.get("equity", {}).get("rounds", {}).values():
        earliest(calendar, item, "last_raise", max(1, last - 1))
    for covenant in data.get("covenants", {}).values():
        covenant["last_test"] = calendar.label(last)
    data.pop("terminal", None)
    if gone:
        data.pop("cloud", None)
        data["cash_flows"] = {k: v for k, v in data.get("cash_flows", {}).items() if k != "prepayment"}
        data["terminal"] = {"kind": "ebitda_multiple", "multiple": 3}
        for market in data["markets"].values():
            for key in ("sites", "serving_cost_by_site_usd_per_h100e_hour"):
                if "rented" in market.get(key, ()):
                    market.pop(key)
    if "tax" in data and calendar.length == "quarter":
        data["tax"]["year_end"] = str(calendar.label(last))[-2:]
        data["tax"].pop("year_to_date_musd", None)
    return data


def contracts_over(data: Data, calendar: Calendar) -> None:
    """Nothing that is rented, reserved, contracted or promised runs beyond T; used units cannot be sold, and cost no
    more to keep as they age.
    """
    last = calendar.periods
    for offer in data["hardware"].values():
        offer.pop("resale_share_by_age", None)
        offer.pop("upkeep_usd_per_unit_year_by_age", None)
        if "development" in offer:
            earliest(calendar, offer["development"], "last_start", last)
    for site in data["sites"].values():
        rent = site.get("colocation")
        if rent and not earliest(
            calendar, rent, "last_signing", last + 1 - rent.get("lead_periods", 0) - rent["term_periods"]
        ):
            del site["colocation"]
    signed = [(cloud, "reserved") for cloud in data.get("cloud", {}).values()]
    signed += [(source, "contract") for source in data.get("energy_sources", {}).values()]
    for block, key in signed:
        if key in block and not earliest(calendar, block[key], "last_signing", last + 1 - block[key]["term_periods"]):
            del block[key]
    for name, partner in list(data.get("partners", {}).items()):
        served = partner.get("delivery_lag_periods", 1) + partner.get("delivery_periods", 1) - 1
        if not earliest(calendar, partner, "last_signing", last - max(1, served)):
            del data["partners"][name]


def with_nothing_after(data: Data, more: int) -> Data:
    """The same with periods of nothing at the end."""
    instance = Instance.model_validate(data)
    periods = instance.periods.periods

    def longer(series: Any) -> list[float]:
        amounts = list(series.expand(instance.periods))
        return amounts + amounts[-1:] * more

    long: Data = rewritten(instance, longer)
    long["calendar"]["periods"] += more
    ends: list[tuple[Data, str]] = [(market, "demand_h100e") for market in long["markets"].values()]
    ends += [
        (flow, key) for flow in long.get("cash_flows", {}).values() for key in ("musd_per_year", "musd_per_period")
    ]
    ends += [(phase, "fixed_opex_musd_per_year") for site in long["sites"].values() for phase in site["phases"]]
    ends += [(offer, "upkeep_usd_per_unit_year") for offer in long["hardware"].values()]
    ends += [(region, "energy_price_usd_per_mwh") for region in long["regions"].values()]
    ends += [(long.get("cash", {}), "yield_per_year"), (long.get("equity", {}), "cost_of_equity_per_year")]
    ends += [(item, "cost_of_equity_per_year") for item in long.get("equity", {}).get("rounds", {}).values()]
    ends += [(source, "price_usd_per_mwh") for source in long.get("energy_sources", {}).values()]
    ends += [(long.get("power", {}), "min_renewable_share")]
    paid = long.get("equity", {}).get("dividends")
    ends += [(paid, key) for key in ("minimum_musd", "maximum_musd")] if isinstance(paid, dict) else []
    for block, key in ends:
        if block.get(key) is not None:
            block[key][periods:] = [0.0] * more
    return long


@st.composite
def over(draw: Draw) -> Data:
    """A programme that is over by the end of its horizon, with one objective."""
    name = draw(st.sampled_from(OBJECTIVES))
    data = draw(instances())
    gone = draw(st.booleans())
    data = over_by_the_end(data, gone) | {"objectives": [{"name": name}], "fair_rate_per_year": 0.05}
    equity = data.setdefault("equity", {"cost_of_equity_per_year": 0.1})
    if name == "shareholder_value":
        equity["dividends"] = draw(st.sampled_from(["none", {}, {"return_of_capital": True}]))
        for item in equity.get("rounds", {}).values():
            # a dearer round is charged for the period after the last one that it is out, too
            item.pop("cost_of_equity_per_year", None)
    assume(not [each for each in check(Instance.model_validate(data)) if each.severity == "error"])
    return data


@st.composite
def over_with_extras(draw: Draw) -> Data:
    """The same of a programme with a few of the less common sources and instruments."""
    name = draw(st.sampled_from([name for name in OBJECTIVES if name not in ("shareholder_value", "cost_of_capital")]))
    data = over_by_the_end(draw(programmes(objective=name, without=("preferred",))), draw(st.booleans())) | {
        "fair_rate_per_year": 0.05
    }
    assume(not [each for each in check(Instance.model_validate(data)) if each.severity == "error"])
    return data


@examples(40)
@given(st.one_of(over(), over_with_extras()), st.integers(1, 3))
def test_periods_of_nothing_change_nothing(data: Data, more: int) -> None:
    long = with_nothing_after(data, more)
    assert not [each for each in check(Instance.model_validate(long)) if each.severity == "error"]
    plan = solved(long)
    value = None if plan is None else next(one["value"] for one in plan.summary["levels"] if not one["inserted"])
    assert same(best(data), value)
    if plan is not None:
        assert plan.audit_passed
        assert plan.metrics["commitments_musd"] == pytest.approx(0.0, abs=1e-9)
        assert (plan.metrics["terminal_value_musd"] or 0.0) == pytest.approx(0.0, abs=1e-6)
