"""The figure of a borrowing group: what comes in is what goes out and what is left."""

from __future__ import annotations

from pathlib import Path

import pytest

import optimizer
from optimizer.exhibits.all import exhibits
from optimizer.exhibits.shapes import Columns
from optimizer.instance.loader import load, loads
from optimizer.plan.plan import Plan
from optimizer.solving.run import solve

FOLDER = Path(__file__).parents[2] / "instances" / "known-optimal"


@pytest.fixture(scope="module")
def plan() -> Plan:
    return solve(load(FOLDER / "group-lock-up.yaml"))


@pytest.fixture(scope="module", params=["group-lock-up", "group-contract", "group-refund-quarters"])
def each(request: pytest.FixtureRequest, plan: Plan) -> Plan:
    return plan if request.param == plan.instance.name else solve(load(FOLDER / f"{request.param}.yaml"))


def test_columns_add_up_to_the_change_of_cash(each: Plan) -> None:
    """Where a group never ends a period with cash, there is no line of it."""
    shown = exhibits(each)["waterfall.spv"]
    assert isinstance(shown, Columns)
    flows = [part.values for part in shown.series if part.role != "line"]
    changes = [sum(values) for values in zip(*flows, strict=True)]
    (cash,) = [part.values for part in shown.series if part.role == "line"] or [(0.0,) * len(changes)]
    assert changes == pytest.approx(
        [after - before for before, after in zip((0, *cash[:-1]), cash, strict=True)], abs=1e-9
    )


def test_columns_have_what_came_in_and_was_passed_on(plan: Plan) -> None:
    """A loan of 93.05 and 6.95 of the company pay for 100 in 2026; 11.54 of 50 are passed on in 2027."""
    shown = exhibits(plan)["waterfall.spv"]
    assert isinstance(shown, Columns)
    by_name = {part.name: part.values for part in shown.series}
    assert by_name["drawn"][0] + by_name["put in by the company"][0] == pytest.approx(100)
    assert by_name["distributed"][1] == pytest.approx(-(50 - 50 / 1.3))


def test_what_moves_in_one_group_has_its_place_and_colour_in_all() -> None:
    """`spv` borrows and serves its debt; `other` only passes on what it is paid: both have the same series."""
    text = (FOLDER / "group-lock-up.yaml").read_text(encoding="utf-8")
    text = text.replace("groups:\n", "groups:\n  other: {cash_flows: [fee]}\n")
    plan = solve(loads(text.replace("cash_flows:\n", "cash_flows:\n  fee: {kind: operating, musd_per_period: 5}\n")))
    spv, other = (exhibits(plan)[f"waterfall.{name}"] for name in ("spv", "other"))
    assert isinstance(spv, Columns)
    assert isinstance(other, Columns)
    assert [part.name for part in spv.series] == [part.name for part in other.series]
    assert {part.name for part in other.series if not any(part.values)} >= {"drawn", "debt service"}


def test_entities_add_up_to_the_company_with_its_groups(each: Plan) -> None:
    """Row by row, but for what passes between them, which comes to nothing."""
    plan = each
    between = {"Put into groups", "Put in by the company", "Distributed by groups"}
    labels = plan.instance.periods.labels
    for statement, name in (("income", "income"), ("cash flow", "cash_flow"), ("balance sheet", "balance_sheet")):
        whole = {str(row["line"]): row for row in plan.rows(name).records()}
        found: dict[str, dict[str, float]] = {}
        for row in plan.rows("entities").records():
            if row["statement"] == statement:
                sums = found.setdefault(str(row["line"]), dict.fromkeys(labels, 0.0))
                for label in labels:
                    sums[label] += float(str(row[label]))
        for line, row in whole.items():
            if not line.startswith("Total"):  # what was put in is an asset of one and capital of the other
                assert [found[line][t] for t in labels] == pytest.approx([float(str(row[t])) for t in labels]), line
        passed = {line: sums for line, sums in found.items() if line in between}
        if statement == "cash flow":
            assert passed
            assert all(abs(amount) < 1e-9 for sums in passed.values() for amount in sums.values())
        if statement == "balance sheet":
            assert passed["Put into groups"] == pytest.approx(passed["Put in by the company"])


def test_cash_of_a_group_pays_no_bill_of_the_company(each: Plan) -> None:
    """Each account is what it was, with its own lines and what passes: nowhere below nothing. With customers' contracts
    the prepayment lies in the group, while the company owes for its office."""
    plan, labels = each, each.instance.periods.labels
    passing = {"contributions": 1.0, "distributions": -1.0}
    for group in ("", "spv"):
        cash = 0.0
        for label in labels:
            cash += sum(
                float(row["musd"]) * ((row["debit"] == "cash") - (row["credit"] == "cash"))
                for row in plan.ledger
                if row["period"] == label and row.get("group", "") == group
            )
            for table, sign in passing.items():
                passed = sum(float(row["musd"]) for row in plan.decisions.get(table, ()) if row["period"] == label)
                cash += sign * passed * (1.0 if group else -1.0)
            assert cash >= -1e-6, (group, label)
    if "anchor" in plan.instance.contracts:
        waterfall, first = plan.rows("waterfall"), labels[0]
        (step,) = (row for row in waterfall.records() if row["period"] == first)
        assert step["prepaid_musd"] in (5, 12)
        assert float(str(step["closing_cash_musd"])) > 1
        drawn = [row["musd"] for row in plan.decisions["debt_draws"] if row["instrument"] == "bridge"]
        assert drawn[0] in (pytest.approx(4), pytest.approx(0.9))


def test_page_and_deck_show_it(plan: Plan, tmp_path: Path) -> None:
    assert "Waterfall of spv" in optimizer.to_html(plan)
    optimizer.to_deck(plan, tmp_path / "plan.pptx")
    assert (tmp_path / "plan.pptx").stat().st_size > 0
