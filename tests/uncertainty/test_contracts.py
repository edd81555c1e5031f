"""Contracts in trees: signed now, accepted and renewed by who knows more."""

from __future__ import annotations

from dataclasses import replace

import pytest

from optimizer.model.decided import NEVER
from optimizer.uncertainty.audit import checked_tree
from optimizer.uncertainty.leaf import programmes
from optimizer.uncertainty.reading import tree_from
from tests.uncertainty.worlds import LATE, RENEWED, landlord, powered, solved, spot, value


def test_a_renewal_is_decided_as_the_first_term_ends() -> None:
    """Million: the units cost 1, two years of the first term bring 2 each. In 2028 the open market pays 9 or 1, the
    second term 3: it is worth it where the market is cheap alone. 1 − 4 − (9 + 3)/2 = −9, if that is known in 2027, the
    last year of the first term; known in 2028 it is too late, and to renew in both would bring 3 where to let it go
    brings (9 + 1)/2 = 5: 1 − 4 − 5 = −8.
    """
    found = solved(landlord(3, RENEWED), spot(2027))
    assert value(found) == pytest.approx(-9.0, abs=1e-6)
    assert found.audit_passed
    assert found.decisions["today"]["contracts"] == [
        {"contract": "anchor", "late": 0, "renewals": None, "period": "2026", "signed": 1}
    ]
    assert found.decisions["cheap"]["contracts"] == [
        {"contract": "anchor", "late": 0, "renewals": 1, "period": "2026", "signed": 1}
    ]
    assert "contracts" not in found.decisions["dear"]
    assert not list(checked_tree(found.to_dict(), found.plans))
    blind = solved(landlord(3, RENEWED), spot(2028))
    assert value(blind) == pytest.approx(-8.0, abs=1e-6)
    assert not list(checked_tree(blind.to_dict(), blind.plans))


def test_a_contract_is_accepted_late_where_the_power_is() -> None:
    """Million: the units cost 1, two years bring 5 each, a year of delay costs 1. Signed in 2026, accepted in 2027 with
    power and in 2028 without: 1 − (10 + 9)/2 = −8.5. Were it decided at signing, it would be late in both: −8.
    """
    found = solved(landlord(4, LATE), powered(2027))
    assert value(found) == pytest.approx(-8.5, abs=1e-6)
    assert found.decisions["today"]["contracts"] == [
        {"contract": "anchor", "late": None, "renewals": 0, "period": "2026", "signed": 1}
    ]
    late = {name: found.decisions[name]["contracts"][0]["late"] for name in ("on-time", "late")}
    assert late == {"on-time": 0, "late": 1}
    assert found.audit_passed
    assert not list(checked_tree(found.to_dict(), found.plans))


def test_a_customer_ends_it_where_the_power_never_comes() -> None:
    """With two years without power and a long stop of one the customer ends it with 2028, and its prepayment of 4 goes
    back: −1 − 1 of damages. Signed for the other case, 10 − 1: (9 − 2)/2 = 3.5, more than nothing.
    """
    off = {"regions": {"flat": {"power_limit_mw": {2027: 0}}}}
    nodes = {
        "today": {},
        "on-time": {"parent": "today", "from": 2027, "probability": 0.5},
        "never": {"parent": "today", "from": 2027, "probability": 0.5, "set": off},
    }
    found = solved(landlord(4, {**LATE, "prepayment_musd": 4}), nodes)
    assert value(found) == pytest.approx(-3.5, abs=1e-6)
    assert found.decisions["never"]["contracts"][0]["late"] == 2
    assert not list(checked_tree(found.to_dict(), found.plans))


def test_a_contract_from_before_the_plan_is_renewed_by_who_knows_more() -> None:
    """A year of a term of three is served: 2026 and 2027 are left of it, and 2028 is the second term's or the open
    market's, which 2027 decides: 1 − 2 − 2 − (9 + 3)/2 = −9 million, as above.
    """
    term = {**RENEWED, "term_periods": 3, "opening": {"service_periods": 1}}
    del term["acceptance_lag_periods"]
    found = solved(landlord(3, term), spot(2027))
    assert value(found) == pytest.approx(-9.0, abs=1e-6)
    assert not list(checked_tree(found.to_dict(), found.plans))
    assert [row["renewals"] for row in found.decisions["cheap"]["contracts"]] == [1]


def test_the_audit_finds_a_renewal_that_knows_its_future() -> None:
    """Known in 2028, 2027 decides whether there is a second term: not in one scenario alone."""
    found = solved(landlord(3, RENEWED), spot(2028))
    plan = found.plans["cheap"]
    (row,) = plan.decisions["contracts"]
    decisions = {**plan.decisions, "contracts": [{**row, "renewals": 1 - row["renewals"]}]}
    plans = {**found.plans, "cheap": replace(plan, decisions=decisions)}
    broken = [each for each in checked_tree(found.to_dict(), plans) if each.rule == "shared"]
    assert [each.place for each in broken] == ["today"]
    assert "renewed" in broken[0].message


def test_the_audit_finds_an_acceptance_that_knows_its_future() -> None:
    """Known in 2028, 2027 decides that it is not accepted yet: in both scenarios."""
    found = solved(landlord(4, LATE), powered(2027))
    data = found.to_dict()
    for node in data["nodes"]:
        node["from"] = "2026" if node["parent"] is None else "2028"
    broken = [
        each for each in checked_tree(data, found.plans) if each.rule == "shared" and "periods late" in each.message
    ]
    assert [each.place for each in broken] == ["today"]


def test_each_piece_has_the_period_in_which_it_is_decided() -> None:
    """Signed in 2026, accepted in 2027 or 2028 or not at all, which 2028 decides; renewed as a term of two ends."""
    base = landlord(6, {**LATE, "renewal": {"term_periods": 1}})
    nodes = {"today": {}, "all": {"parent": "today", "from": 2027, "probability": 1.0}}
    (leaf,) = programmes(tree_from(base, nodes=nodes).leaves, False, ())
    names, decided = leaf.built.names.columns, leaf.built.decided.tolist()
    found = {name: t for name, t in zip(names, decided, strict=True) if name.startswith("contract_")}
    assert found == {
        "contract_signed[anchor,1]": 1,
        "contract_accepted[anchor,0,1]": 2,
        "contract_accepted[anchor,1,1]": 3,
        "contract_renewed[anchor,0,1]": 3,
        "contract_renewed[anchor,1,1]": 4,
    }
    assert NEVER not in found.values()
