"""Customers of several classes of credit: what is lent on whom, what a commitment leaves, and who knows it when."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import optimizer
from optimizer.instance.advances import advance_rates, by_rate
from optimizer.instance.diagnostics import InstanceError
from optimizer.instance.schema import Instance
from optimizer.instance.tranches import tranches
from optimizer.uncertainty.reading import tree_from
from tests.uncertainty.worlds import solved, value

KNOWN = Path(__file__).parents[2] / "instances" / "known-optimal"
HELD = {"signed": True, "term_periods": 2, "ramp_h100e": [1000], "price_usd_per_h100e_hour": 1.3698630136986301}
LOAN = {"kind": "level", "rate_per_year": 0.06, "tenor_periods": 3, "limit_musd": 50, "last_draw": 2027}


def company(**parts: Any) -> dict[str, Any]:
    """Years from 2026 on, energy for nothing, and a hall."""
    return {
        "name": "lent-on",
        "calendar": {"start": 2026, "periods": 4},
        "discount": {"rate_per_year": 0},
        "objectives": [{"name": "terminal_cash"}],
        "solve": {"gap_share": 0, "threads": 1},
        "regions": {"flat": {"energy_price_usd_per_mwh": 0}},
        "sites": {"hall": {"region": "flat", "pue": 1, "existing_mw": 2}},
        **parts,
    }


def lent_on(contracts: list[str] | None = None) -> Instance:
    """A loan of a ring, one of the company, and a customer of each class within the ring and outside it."""
    classes = {"in-prime": "prime", "in-other": "other", "in-none": None, "out-prime": "prime", "out-junk": "junk"}
    advance = {"share_by_class": {"prime": 0.8, "other": 0.5}}
    return optimizer.load(
        company(
            contracts={name: HELD | ({"credit_class": own} if own else {}) for name, own in classes.items()},
            hardware={"chips": {"price_usd": 1, "compute_h100e": 1, "kw": 0, "lead_periods": 0, "life_periods": 4}},
            debt={
                "ring": LOAN | {"advance": advance | ({"contracts": contracts} if contracts else {})},
                "own": LOAN | {"advance": advance},
            },
            groups={"spv": {"sites": ["hall"], "debt": ["ring"], "contracts": ["in-prime", "in-other", "in-none"]}},
        )
    )


def test_a_loan_is_advanced_on_the_contracts_of_its_borrower() -> None:
    """Each on those of its ring whose class it knows; on those named alone where some are."""
    instance = lent_on()
    assert advance_rates(instance, "ring") == {"in-other": 0.5, "in-prime": 0.8}
    assert advance_rates(instance, "own") == {"out-prime": 0.8}
    assert by_rate(instance, "ring") == {0.5: ["in-other"], 0.8: ["in-prime"]}
    assert advance_rates(lent_on(["in-prime"]), "ring") == {"in-prime": 0.8}
    assert tranches(instance) == {}


def test_a_commitment_binds_all_its_tranches() -> None:
    """36 are all that is lent on the bank; with 14 on the start-up, of 24, the commitment of 50 is used up."""
    plan = optimizer.solve(optimizer.load(KNOWN / "credit-class-tranches.yaml"))
    assert tranches(plan.instance) == {"prime": ("prime", "high-yield")}
    limits = plan.table("binding_limits")
    of_2026 = limits[limits["period"] == "2026"]
    bound = {(row["limit"], row["place"]): row["used"] for _, row in of_2026.iterrows()}
    assert bound["advance", "prime"] == pytest.approx(36.0)
    assert bound["debt limit", "prime"] == pytest.approx(50.0)
    assert not {("advance", "high-yield"), ("debt limit", "high-yield")} & bound.keys()


def test_what_is_left_of_a_commitment_goes_on() -> None:
    """Of 50, 20 are drawn as the loan itself, the most of a draw, and 10 as a tranche, of which 25 may be: 20 and 15
    are left, the tranche's within the loan's.
    """
    flows = {"need": {"kind": "investing", "musd_per_period": [-30, 0, 0, 0]}}
    flows |= {"income": {"kind": "operating", "musd_per_period": [0, 20, 20, 20]}}
    second = {"tranche_of": "first", "kind": "bullet", "rate_per_year": 0.08, "tenor_periods": 2, "limit_musd": 25}
    data = company(
        cash_flows=flows, debt={"first": LOAN | {"max_draw_musd": 20}, "second": second | {"last_draw": 2027}}
    )
    new = optimizer.rolled(optimizer.solve(optimizer.load(data)), 2026)
    assert new.debt["first"].limit_musd == pytest.approx(20.0)
    assert new.debt["second"].limit_musd == pytest.approx(15.0)
    assert new.debt["second"].tranche_of == "first"
    assert new.debt["first-2026"].opening_balance_musd == pytest.approx(20.0)
    assert new.debt["second-2026"].opening_balance_musd == pytest.approx(10.0)
    assert new.debt["second-2026"].tranche_of is None


SIGNING: dict[str, Any] = {
    "contracts": {"customer": HELD | {"first_signing": 2027, "credit_class": "other"}},
    "hardware": {
        "chips": {
            "price_usd": 20000,
            "compute_h100e": 1,
            "kw": 0,
            "lead_periods": 0,
            "life_periods": 4,
            "last_order": 2027,
        }
    },
    "debt": {
        "cheap": {"kind": "level", "rate_per_year": 0, "tenor_periods": 2, "limit_musd": 30, "first_draw": 2027}
        | {"last_draw": 2027, "advance": {"share_by_class": {"investment-grade": 0.75, "other": 0.5}}},
        "bridge": {"kind": "revolver", "rate_per_year": 0.1, "limit_musd": 30, "last_draw": 2028},
    },
}


def nodes(start: int) -> dict[str, Any]:
    """The customer turns out to be strong or weak."""
    strong = {"contracts": {"customer": {"credit_class": "investment-grade"}}}
    return {
        "today": {},
        "strong": {"parent": "today", "from": start, "probability": 0.5, "set": strong},
        "weak": {"parent": "today", "from": start, "probability": 0.5},
    }


def test_who_signs_is_known_as_it_signs() -> None:
    """Chips of 20 for 12 in 2028 and in 2029. Of 24, 18 or 12 are lent for nothing and repaid by halves, the rest at
    10 %: 2, repaid in 2028, or 8, of which 8.8 − 6 = 2.8 go on. 24 − 20 − 0.2, or less 0.8 + 0.28: 3.36 on average.
    """
    found = solved(optimizer.load(company(**SIGNING)), nodes(2027))
    assert value(found) == pytest.approx((3.8 + 2.92) / 2, abs=1e-6)
    assert found.audit_passed


def test_credit_does_not_change_before_it_is_known() -> None:
    """Signed in 2027, it is of one class then: a node of 2028 cannot say that it was of another."""
    with pytest.raises(InstanceError, match=r"contracts\.customer\.credit_class"):
        tree_from(optimizer.load(company(**SIGNING)), nodes=nodes(2028))
