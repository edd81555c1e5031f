"""Every case passes, and every rule refuses its own mutations and no other rule does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from optimizer.auditing import RULES, AuditError, audited
from tests.thorough import THOROUGH

from . import (
    mutations_asked,
    mutations_capital,
    mutations_contracts,
    mutations_covenants,
    mutations_equity,
    mutations_groups,
    mutations_horizon,
    mutations_levels,
    mutations_loans,
    mutations_metrics,
    mutations_opening,
    mutations_sources,
    mutations_tax,
    mutations_timing,
    mutations_value,
)
from .build import METRICS, Case, restate
from .cases import CASES
from .mutations import DOLLARS_100, MUTATIONS, Mutation
from .mutations_asked import capped, certified, certified_with_slack

assert mutations_capital.MUTATIONS is MUTATIONS
assert mutations_contracts.MUTATIONS is MUTATIONS
assert mutations_value.MUTATIONS is MUTATIONS
assert mutations_equity.MUTATIONS is MUTATIONS
assert mutations_covenants.MUTATIONS is MUTATIONS
assert mutations_groups.MUTATIONS is MUTATIONS
assert mutations_horizon.MUTATIONS is MUTATIONS
assert mutations_levels.mutation is not None
assert mutations_loans.MUTATIONS is MUTATIONS
assert mutations_asked.MUTATIONS is MUTATIONS
assert mutations_metrics.MUTATIONS is MUTATIONS
assert mutations_opening.MUTATIONS is MUTATIONS
assert mutations_sources.MUTATIONS is MUTATIONS
assert mutations_timing.MUTATIONS is MUTATIONS
assert mutations_tax.MUTATIONS is MUTATIONS  # all have added theirs


SMALL = {"emissions_t": 1.0, "units_bought": 1.0, "minimum_dscr": 0.01, "average_accelerator_price_usd": 1.0}
"""A little of what is not money."""


def failed(case: Case) -> set[str]:
    return {result.name for result in audited(*case.built(), case.summary()).failed}


@pytest.mark.parametrize("name", CASES)
def test_hand_derived_plan_passes(name: str) -> None:
    case = CASES[name]()
    report = audited(*case.built(), case.summary())
    assert [(r.name, r.where, r.largest_violation) for r in report.failed] == []
    assert report.passed


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda m: f"{m.rule}-{m.title}")
def test_mutation_is_refused_by_its_rule_alone(mutation: Mutation) -> None:
    """Where a decision is changed, the metrics that follow from it are no longer right either."""
    found = failed(CASES[mutation.case]().changed(mutation.change))
    if not mutation.rule.startswith("metric."):
        found = {name for name in found if not name.startswith("metric.")}
    assert found == {mutation.rule}


OF_FILES = {name for name in RULES if name.startswith("file.")}
"""What is checked of a run folder only: test_audit_folder.py."""


def test_every_rule_has_a_mutation() -> None:
    assert {mutation.rule for mutation in MUTATIONS} == set(RULES) - OF_FILES


@pytest.mark.parametrize("case", [capped(), certified(), certified_with_slack()])
def test_caps_and_second_opinions_pass(case: Case) -> None:
    assert failed(case) == set()


@pytest.mark.parametrize("name", CASES)
def test_every_rule_is_in_every_report(name: str) -> None:
    report = audited(*CASES[name]().built())
    assert [(result.name, result.text) for result in report.rules] == list(RULES.items())


def test_every_rule_is_checked_by_some_case() -> None:
    reports = [audited(*case().built(), case().summary()) for case in CASES.values()]
    reports += [audited(*case.built(), case.summary()) for case in (capped(), certified())]
    assert {r.name for report in reports for r in report.rules if r.checked > 0} == set(RULES) - OF_FILES


def test_a_rule_with_nothing_to_check_is_listed_with_zero() -> None:
    by_name = {result.name: result for result in audited(*CASES["cash_flows"]().built()).rules}
    result = by_name["covenant.dscr"]
    assert (result.checked, result.largest_violation, result.where, result.passed) == (0, 0.0, "", True)


def test_the_report_says_what_where_and_how_much() -> None:
    """30 MW on a connection of 29 MW in 2030."""

    def weaken(case: Case) -> None:
        case.instance["sites"]["a"]["grid_connection_mw"] = {2026: 25, 2030: 29}

    report = audited(*CASES["sites"]().changed(weaken).built())
    (result,) = report.failed
    assert result.name == "sites.grid"
    assert result.where == "a 2030"
    assert (result.largest_violation, result.unit) == (1.0, "MW")
    assert result.tolerance == pytest.approx(1e-6 + 1e-9 * 30, abs=1e-15)
    assert result.checked == 5
    data: dict[str, Any] = report.to_dict()
    assert data["passed"] is False
    assert [entry["name"] for entry in data["rules"] if not entry["passed"]] == ["sites.grid"]


def looked_at(case: Case) -> list[int]:
    """The first posting of each line of the ledger, and in the thorough run all of them."""
    ledger = case.plan["ledger"]
    assert ledger
    kinds = {(line["line"], line["debit"], line["credit"]): i for i, line in reversed([*enumerate(ledger)])}
    return [*range(len(ledger))] if THOROUGH else sorted(kinds.values())


@pytest.mark.parametrize("amount", [1e-4, -1e-4])
@pytest.mark.parametrize("name", CASES)
def test_no_line_hides_100_dollars(name: str, amount: float) -> None:
    case = CASES[name]()
    for index in looked_at(case):

        def change(c: Case, index: int = index) -> None:
            c.plan["ledger"][index]["musd"] += amount

        assert len(failed(case.changed(change))) == 1


@pytest.mark.parametrize("name", CASES)
def test_no_line_is_dispensable(name: str) -> None:
    case = CASES[name]()
    for index in looked_at(case):
        assert len(failed(case.changed(lambda c, index=index: c.plan["ledger"].pop(index)))) == 1


@pytest.mark.parametrize("name", CASES)
def test_no_metric_hides_100_dollars(name: str) -> None:
    """Of dilution and wacc a hundredth of a per cent; of a ratio a hundredth of what it is a share of, of a rate of 0 a
    hundredth of a per cent."""
    metrics = CASES[name]().plan["metrics"]
    assert set(METRICS) < set(metrics)
    rounds: list[dict[str, str]] = []  # one metric of each rule in each
    for metric, value in metrics.items():
        objective = f"objective.{metric}" in RULES
        if objective and value is None:
            continue  # a null that has to be one is read, not compared
        rule = f"objective.{metric}" if objective else f"metric.{metric.split('.')[0]}"
        of_rule = sum(rule in each for each in rounds)
        rounds += [{}] if of_rule == len(rounds) else []
        rounds[of_rule][rule] = metric
    for asked in rounds:

        def change(c: Case, asked: dict[str, str] = asked) -> None:
            for metric in asked.values():
                value = metrics[metric]
                little = (abs(value or 0.0) / 100 or 1e-4) if "irr" in metric else SMALL.get(metric, DOLLARS_100)
                c.plan["metrics"][metric] = 0.5 if value is None else value + little

        assert failed(CASES[name]().changed(change)) == set(asked), asked


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

    assert failed(CASES["cash_flows"]().changed(change)) == set()


def test_a_figure_that_cannot_be_recomputed_is_refused() -> None:
    def change(c: Case) -> None:
        c.plan["metrics"]["irr"] = 0.1

    report = audited(*CASES["cash_flows"]().changed(change).built())
    assert [(rule.name, rule.where) for rule in report.failed] == [("metric.stated", "metrics.irr is not known")]
    assert report.unchecked_metrics == ()


# ── the headline ──────────────────────────────────────────────────────────────────────────────────────────────────


def headline(
    edit: Callable[[dict[str, Any]], None], objectives: list[dict[str, Any]], name: str = "equity"
) -> set[str]:
    """The rules that refuse a changed summary of a case with these objectives."""

    def change(c: Case) -> None:
        c.instance["objectives"] = objectives
        c.edits.append(edit)

    return failed(CASES[name]().changed(change))


def test_a_level_may_be_given_up_within_its_slack() -> None:
    """To the dollar that every level leaves to the next, and no further."""

    def lower(musd: float) -> Callable[[dict[str, Any]], None]:
        def edit(summary: dict[str, Any]) -> None:
            level = summary["objectives"][0]
            level |= {"value": level["value"] - musd, "bound": level["value"] - musd}
            restate(summary)

        return edit

    objectives = [{"name": "net_present_cost", "slack_musd": 3}]
    assert headline(lower(3.0), objectives) == set()
    assert headline(lower(3.0 + 1e-6), objectives) == set()
    assert headline(lower(3.0 + 1e-4), objectives) == {"level.kept"}
    share = [{"name": "dilution", "slack_share": 0.01}]
    dilution = CASES["partners"]().plan["metrics"]["dilution"]
    assert dilution == 0.2
    assert headline(lower(dilution - dilution / 1.01), share, "partners") == set()
    assert headline(lower(dilution - dilution / 1.02), share, "partners") == {"level.kept"}


def test_a_level_without_a_bound_is_feasible_and_says_so() -> None:
    def unknown(status: str) -> Callable[[dict[str, Any]], None]:
        def edit(summary: dict[str, Any]) -> None:
            nothing = dict.fromkeys(("bound", "gap_musd", "gap_share", "plan_gap_musd", "plan_gap_share"))
            summary["objectives"][0] |= {**nothing, "status": status}
            gap = "an unknown distance of the least cost of capital"
            words = f"feasible, interrupted: within {gap}" if status == "feasible" else f"optimal within {gap}"
            summary |= {"status": status, "message": words}

        return edit

    objectives = [{"name": "cost_of_capital"}]
    assert headline(unknown("feasible"), objectives) == set()
    assert headline(unknown("optimal"), objectives) == {"level.status"}


@pytest.mark.parametrize(
    ("entries", "place"),
    [
        ({"objectives": []}, "summary.json: objectives: should be cost_of_capital"),
        ({"objectives": 5}, "summary.json: objectives: should be a list"),
        ({"options": 3}, "summary.json: options: should be an object"),
        ({"metrics": []}, "summary.json: metrics: should be an object"),
    ],
)
def test_a_summary_that_cannot_be_read(entries: dict[str, Any], place: str) -> None:
    with pytest.raises(AuditError, match=place):
        headline(lambda summary: summary.update(entries), [{"name": "cost_of_capital"}])


@pytest.mark.parametrize(
    ("name", "value"),
    [("value", "abc"), ("value", None), ("bound", "x"), ("status", "best"), ("sense", "maximise"), ("unit", "share")],
)
def test_a_level_that_cannot_be_read(name: str, value: Any) -> None:
    with pytest.raises(AuditError, match=rf"^summary.json: objectives\[0\].{name}: should be"):
        headline(lambda summary: summary["objectives"][0].update({name: value}), [{"name": "cost_of_capital"}])


def test_the_report_says_what_it_was_of() -> None:
    case = CASES["equity"]()
    instance, plan = case.built()
    report = audited(instance, plan, case.summary()).to_dict()
    slower = case.summary()
    slower["objectives"][0]["seconds"] = 99.0
    slower["timings"] = {"solve": 99.0}
    assert audited(instance, plan, slower).to_dict() == report
    assert audited(instance, plan).summary_sha256 is None
    other = case.summary()
    other["message"] += "!"
    assert audited(instance, plan, other).summary_sha256 != report["summary_sha256"]
    assert audited(instance, plan, other).plan_sha256 == report["plan_sha256"]
