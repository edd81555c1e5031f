"""The table of what a plan is worth to shareholders, on the hand-made plans of the audit."""

from __future__ import annotations

from math import fsum

import pytest

from optimizer.instance.schema import Instance
from optimizer.plan.plan import Plan

from ..audit.cases_value import CASES


@pytest.mark.parametrize("name", CASES)
def test_the_terms_add_up_to_the_value_derived(name: str) -> None:
    case = CASES[name]()
    plan = Plan(Instance.model_validate(case.instance), case.plan["decisions"], case.plan["ledger"], {}, {})
    present = [float(cell or 0.0) for cell in plan.rows("shareholder_value").column("present_value_musd")]
    assert fsum(present) == pytest.approx(case.plan["metrics"]["shareholder_value"], abs=1e-9)


def test_the_terms_of_everybody() -> None:
    """60 are paid out in 2027, 40 paid in in 2026; the bond, the revolver and the preferred shares are owed."""
    case = CASES["shareholders"]()
    plan = Plan(Instance.model_validate(case.instance), case.plan["decisions"], case.plan["ledger"], {}, {})
    found = {
        (row["term"], row["source"], row["period"]): row["amount_musd"]
        for row in plan.rows("shareholder_value").records()
    }
    bond = 6 * (1 - 1.05**-4) / 0.05 + 100 / 1.05**4
    assert found == {
        ("paid out", "dividends", "2027"): 34.5,
        ("paid out", "capital returned", "2027"): 25.5,
        ("paid in", "a", "2026"): -40,
        ("left at the end", "cash", "2028"): pytest.approx(217),
        ("owed at the end", "bond", "2028"): pytest.approx(-bond),
        ("owed at the end", "rcf", "2028"): pytest.approx(-31.5),
        ("owed at the end", "p", "2028"): pytest.approx(-12.5),
    }
