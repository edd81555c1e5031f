"""The cloud for hire with its anchor contract: what it is about, where its figures are from, and its plan."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

import optimizer
from optimizer.instance.contract_terms import contract_value, course
from optimizer.instance.schema import Instance
from optimizer.plan.plan import Plan
from tests.thorough import THOROUGH

INSTANCES = Path(__file__).resolve().parents[2] / "instances"
NAME = "neocloud-11.9b"
VARIANTS = ("neocloud-power-late", "neocloud-anchor-lost", "neocloud-no-convertible", "neocloud-anchor-at-risk")
SOURCE = re.compile(r"\b([PNCBMD])\b|assumed|facts-2026|as of gb300|as ddtl-anchor|as in west-texas|as below")


@cache
def instance(name: str = NAME) -> Instance:
    return optimizer.load(INSTANCES / f"{name}.yaml")


def written() -> dict[str, Any]:
    data = yaml.safe_load((INSTANCES / f"{NAME}.yaml").read_text(encoding="utf-8"))
    assert isinstance(data, dict)
    return data


def sources(node: Any) -> list[str]:
    """Every source in a file, wherever it stands."""
    if isinstance(node, dict):
        own = [node["source"]] if isinstance(node.get("source"), str) else []
        return own + [each for value in node.values() for each in sources(value)]
    return [each for item in node for each in sources(item)] if isinstance(node, list) else []


def test_every_source_is_a_key_or_says_that_it_is_assumed() -> None:
    found = sources({key: value for key, value in written().items() if key != "source"})
    assert len(found) > 80
    assert [each for each in found if not SOURCE.search(each)] == []


def test_the_anchor_contract_comes_to_what_was_announced() -> None:
    """11.9 bn: 16.5 quarters of 220,000 H100e at 1.497 USD for 2,190 hours each."""
    anchor = instance().contracts["anchor"]
    assert contract_value(instance(), anchor, 1) == pytest.approx(16.5 * 220_000 * 1.497 * 2_190 / 1e6, rel=1e-12)
    assert contract_value(instance(), anchor, 1) == pytest.approx(11_900, rel=1e-3)
    goes = course(instance(), anchor, (0, 0, 1))
    first, last = min(goes.held), max(t for t, held in goes.held.items() if held)
    assert (instance().periods.label(first), instance().periods.label(last)) == ("2026Q2", "2030")


def test_a_contract_has_a_company_of_its_own_and_its_loan_stands_there() -> None:
    groups = instance().groups
    assert sorted(c for group in groups.values() for c in group.contracts) == sorted(instance().contracts)
    assert all(len(group.contracts) == len(group.sites) == 1 and group.debt for group in groups.values())
    assert instance().debt["ddtl-legacy"].opening_balance_musd == 900
    assert {"notes-2030", "notes-2031", "convertible", "revolver"}.isdisjoint(
        d for group in groups.values() for d in group.debt
    )


def test_eight_quarters_and_five_years() -> None:
    labels = instance().periods.labels
    assert labels == [*(f"{y}Q{q}" for y in (2026, 2027) for q in (1, 2, 3, 4)), *map(str, range(2028, 2033))]


def test_the_treasury_looks_ahead_over_a_year() -> None:
    """Four quarters: in the years after the quarters one period. Due then is what was on order and begun, too."""
    assert instance().cash.look_ahead_periods == 4
    assert instance().hardware["gb300"].opening["on-order"].due_musd == 952


def test_opening_balance_sheet() -> None:
    """1,300 of cash, 1,067 + 833 of accelerators, 90 of halls, 270 being built and 168 of a deposit; 2,900 owed."""
    assets, owed = 1_300 + 1_067 + 833 + 90 + 270 + 168, 900 + 2_000
    assert instance().opening.retained_earnings_musd == assets - owed - 2_600


@pytest.mark.parametrize("name", VARIANTS)
def test_a_variant_differs_in_one_thing(name: str) -> None:
    data = yaml.safe_load((INSTANCES / f"{name}.yaml").read_text(encoding="utf-8"))
    changes = {key: value for key, value in data.items() if key not in ("extends", "name", "title", "source", "notes")}
    assert len(changes) == 1
    assert instance(name).hash != instance().hash


@cache
def plan() -> Plan:
    return optimizer.solve(instance())


@pytest.mark.slow
@pytest.mark.instances
@pytest.mark.skipif(not THOROUGH, reason="45 seconds of a processor: `make instances` has it, and the thorough run")
class TestPlan:
    def test_is_audited(self) -> None:
        assert plan().status == "optimal"
        assert plan().audit_passed

    def test_the_anchor_customer_is_kept(self) -> None:
        """It ends the contract where that is five quarters late; to lose it costs 1.5 bn, a fifth of all sources."""
        (row,) = (row for row in plan().decisions["contracts"] if row["contract"] == "anchor")
        assert row["late"] < 5

    def test_nothing_of_a_group_is_passed_on_against_its_lock_up(self) -> None:
        falls = plan().table("waterfall")
        locked = falls[falls["locked_up"].eq(True)]
        assert len(falls) == 3 * 13
        assert (locked["distributed_musd"] == 0).all()
