"""Every case passes, and every rule refuses its own mutations and no other rule does."""

from __future__ import annotations

from typing import Any

import pytest

from optimizer.audit import RULES, audit

from . import mutations_capital, mutations_sources
from .build import METRICS, Case
from .cases import CASES
from .mutations import MUTATIONS, Mutation

assert mutations_capital.MUTATIONS is MUTATIONS
assert mutations_sources.MUTATIONS is MUTATIONS  # both have added theirs


def failed(case: Case) -> set[str]:
    return {result.name for result in audit(*case.built()).failed}


@pytest.mark.parametrize("name", CASES)
def test_hand_derived_plan_passes(name: str) -> None:
    report = audit(*CASES[name]().built())
    assert [(r.name, r.where, r.largest_violation) for r in report.failed] == []
    assert report.passed


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda m: f"{m.rule}-{m.title}")
def test_mutation_is_refused_by_its_rule_alone(mutation: Mutation) -> None:
    assert failed(CASES[mutation.case]().changed(mutation.change)) == {mutation.rule}


def test_every_rule_has_a_mutation() -> None:
    assert {mutation.rule for mutation in MUTATIONS} == set(RULES)


@pytest.mark.parametrize("name", CASES)
def test_every_rule_is_in_every_report(name: str) -> None:
    report = audit(*CASES[name]().built())
    assert [(result.name, result.text) for result in report.rules] == list(RULES.items())


def test_every_rule_is_checked_by_some_case() -> None:
    checked = {r.name for case in CASES.values() for r in audit(*case().built()).rules if r.checked > 0}
    assert checked == set(RULES)


def test_a_rule_with_nothing_to_check_is_listed_with_zero() -> None:
    by_name = {result.name: result for result in audit(*CASES["given"]().built()).rules}
    result = by_name["covenant.dscr"]
    assert (result.checked, result.largest_violation, result.where, result.passed) == (0, 0.0, "", True)


def test_the_report_says_what_where_and_how_much() -> None:
    """30 MW on a connection of 29 MW in 2030."""

    def weaken(case: Case) -> None:
        case.instance["sites"]["a"]["grid_connection_mw"] = {2026: 25, 2030: 29}

    report = audit(*CASES["sites"]().changed(weaken).built())
    (result,) = report.failed
    assert result.name == "sites.grid"
    assert result.where == "a 2030"
    assert (result.largest_violation, result.unit) == (1.0, "MW")
    assert result.tolerance == pytest.approx(1e-6 + 1e-9 * 30, abs=1e-15)
    assert result.checked == 5
    data: dict[str, Any] = report.to_dict()
    assert data["passed"] is False
    assert [entry["name"] for entry in data["rules"] if not entry["passed"]] == ["sites.grid"]


@pytest.mark.parametrize("amount", [1e-4, -1e-4])
@pytest.mark.parametrize("name", CASES)
def test_no_line_hides_100_dollars(name: str, amount: float) -> None:
    case = CASES[name]()
    assert case.plan["ledger"]
    for index in range(len(case.plan["ledger"])):

        def change(c: Case, index: int = index) -> None:
            c.plan["ledger"][index]["musd"] += amount

        assert len(failed(case.changed(change))) == 1


@pytest.mark.parametrize("name", CASES)
def test_no_line_is_dispensable(name: str) -> None:
    case = CASES[name]()
    for index in range(len(case.plan["ledger"])):
        assert len(failed(case.changed(lambda c, index=index: c.plan["ledger"].pop(index)))) == 1


@pytest.mark.parametrize(
    ("name", "metric"),
    [(name, metric) for name, one in CASES.items() for metric, x in one().plan["metrics"].items() if x is not None],
)
def test_no_metric_hides_100_dollars(name: str, metric: str) -> None:
    """Of dilution and wacc a hundredth of a per cent."""

    def change(c: Case) -> None:
        c.plan["metrics"][metric] += 1e-4

    assert set(CASES[name]().plan["metrics"]) == set(METRICS)
    assert failed(CASES[name]().changed(change)) == {f"objective.{metric}"}


@pytest.mark.parametrize("name", CASES)
def test_solver_noise_passes(name: str) -> None:
    """A tenth of the dollar limits: 1 dollar on every line, to and fro."""

    def change(c: Case) -> None:
        for index, row in enumerate(c.plan["ledger"]):
            row["musd"] += 1e-6 if index % 2 else -1e-6

    assert failed(CASES[name]().changed(change)) == set()


def test_a_negative_amount_is_the_same_posting_the_other_way_round() -> None:
    def change(c: Case) -> None:
        row = c.row("given.settlement", "2026Q3")
        row.update(musd=-row["musd"], debit=row["credit"], credit=row["debit"])

    assert failed(CASES["given"]().changed(change)) == set()


def test_figures_that_are_not_recomputed_are_named() -> None:
    def change(c: Case) -> None:
        c.plan["metrics"]["irr"] = 0.1

    assert audit(*CASES["given"]().changed(change).built()).unchecked_metrics == ("irr",)
