"""Two files that mean the same have the same optimum."""

from __future__ import annotations

import copy
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from optimizer.instance.loader import loads
from optimizer.instance.schema import Instance

from .solving import Data, best, examples, same, solved
from .strategies import instances

MONEY_OBJECTIVES = ("net_present_cost", "cost_of_capital", "terminal_cash", "peak_funding", "total_value")


# ── currency ──────────────────────────────────────────────────────────────────────────────────────────────────────


def doubled(data: Any, key: str = "") -> Any:
    """The data with every amount of money doubled: what has ``usd`` in its name, and the floor of a liquidity."""
    if isinstance(data, dict):
        liquidity = data.get("kind") == "minimum_liquidity"
        return {
            name: _twice(value)
            if "usd" in name.split("_") or "musd" in name.split("_") or (liquidity and name == "minimum")
            else doubled(value, name)
            for name, value in data.items()
        }
    return [doubled(item) for item in data] if isinstance(data, list) else data


def _twice(value: Any) -> Any:
    """A series, or a mapping of series, twice as large; its growth stays."""
    if isinstance(value, dict):
        return {name: item if name == "growth_per_year" else _twice(item) for name, item in value.items()}
    return [_twice(item) for item in value] if isinstance(value, list) else 2 * value


@examples(30)
@given(instances(), st.sampled_from(MONEY_OBJECTIVES))
def test_currency(data: Data, name: str) -> None:
    """In a currency worth half, every objective is twice as large: all rows are linear in money."""
    data = data | {"objectives": [{"name": name}]}
    once = best(data)
    assert same(None if once is None else 2 * once, best(doubled(data)))


# ── writing ───────────────────────────────────────────────────────────────────────────────────────────────────────


def reversed_names(data: Any) -> Any:
    """The data with the keys of every mapping in the opposite order."""
    if isinstance(data, dict):
        return {key: reversed_names(data[key]) for key in reversed(data)}
    return [reversed_names(item) for item in data] if isinstance(data, list) else data


@examples(25)
@given(instances())
def test_order_of_the_file(data: Data) -> None:
    """The order of names in the file is of no account: one hash, one plan."""
    other = reversed_names(data)
    assert json.dumps(other) != json.dumps(data)
    assert Instance.model_validate(other).hash == Instance.model_validate(data).hash
    plan, again = solved(data), solved(other)
    assert (plan is None) == (again is None)
    if plan is not None and again is not None:
        assert plan.to_dict() == again.to_dict()


@examples(25)
@given(instances())
def test_defaults_written_down(data: Data) -> None:
    """A file in which every default is written out, read by the loader, has the same hash, optimum and plan."""
    instance = Instance.model_validate(data)
    explicit = loads(json.dumps(instance.canonical()))
    assert len(json.dumps(instance.canonical())) > len(json.dumps(data))
    assert explicit.hash == instance.hash
    plan, again = solved(instance), solved(explicit)
    assert (plan is None) == (again is None)
    if plan is not None and again is not None:
        assert plan.to_dict() == again.to_dict()


# ── one thing written as several ──────────────────────────────────────────────────────────────────────────────────


def enumerated(data: Data) -> Data:
    """The data with a phase entry of its own for each of ``count`` identical phases."""
    data = copy.deepcopy(data)
    for site in data["sites"].values():
        site["phases"] = [
            {key: value for key, value in phase.items() if key != "count"} | {"name": f"{phase['name']}_{i}"}
            for phase in site["phases"]
            for i in range(phase.get("count", 1))
        ]
    return data


@examples(30)
@given(instances(), st.data())
def test_count_of_phases(data: Data, choice: st.DataObject) -> None:
    """``count: n`` is the same as n entries: both start in order, both keep the gap, both pay for land once."""
    phase = choice.draw(st.sampled_from([p for site in data["sites"].values() for p in site["phases"]]))
    phase["count"] = 3
    assert same(best(data), best(enumerated(data)))


@examples(30)
@given(instances(), st.data())
def test_loan_in_two_halves(data: Data, choice: st.DataObject) -> None:
    """Two loans at half the limit each are one loan, if nothing is charged per loan or per draw.

    Any draw of the whole can be halved, and two draws added up: balances, interest and upfront fees are proportional to
    the draws, and covenants test the sums.
    """
    kind = choice.draw(st.sampled_from(["level", "bullet", "annuity", "revolver"]))
    whole = {"kind": kind, "rate_per_year": 0.08, "limit_musd": 120, "upfront_fee_share": 0.01}
    if kind != "revolver":
        whole |= {"tenor_periods": 3}
    half = whole | {"limit_musd": 60}
    one = data | {"debt": data["debt"] | {"whole": whole}}
    two = data | {"debt": data["debt"] | {"half_a": half, "half_b": half}}
    assert same(best(one), best(two))
