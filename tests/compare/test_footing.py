"""Values at different reference rates of debt f are ranked with a warning.

100 are needed at the end of 2026, 120 come in at the end of 2027, and a loan, due at the end of 2028, is all there is.
Money is discounted at 10 %, f is what the loan costs, i, if it is not stated, and else f:

    value = (120 − 100·i − 100·(1 + i)/(1 + f)) / 1.1²
    8 % at its own f: 12 / 1.21      11 % at its own f: 9 / 1.21      11 % at 8 %: (109 − 100·1.11/1.08) / 1.21
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import optimizer
from optimizer import cli
from optimizer.comparison.footing import unequal_footing
from optimizer.instance.loader import loads
from optimizer.instance.schema import Instance

from .examples import result

ONE_LOAN = """\
name: one-loan
calendar: {start: 2026, periods: 2}
discount: {rate_per_year: 0.1}
objectives: [{name: shareholder_value}]
solve: {gap_share: 0, threads: 1}
cash_flows:
  need: {kind: investing, musd_per_period: [-100, 0]}
  income: {kind: operating, musd_per_period: [0, 120]}
debt:
  loan: {kind: bullet, rate_per_year: 0.08, tenor_periods: 2, last_draw: 2026, limit_musd: 100}
"""
DF = 1 / 1.1**2
MIXES = {"cheap": {}, "dear": {"set": {"debt": {"loan": {"rate_per_year": 0.11}}}}}
RATES = {"axes": [{"path": "debt.loan.rate_per_year", "values": [0.08, 0.11]}]}
NEEDS = {"axes": [{"path": "cash_flows.need.musd_per_period", "factor": [0.9, 1]}]}
WARNING = (
    "scenario base: shareholder_value is not on one footing: the reference rate of debt f is 8.000% in cheap/base and "
    "11.000% in dear/base (effective), each that of its own debt, and the rank may come from f alone; write "
    "`fair_rate_per_year: 0.0800`, or what the market asks, in the base file"
)


def instance(rate: float, fair: float | None = None) -> Instance:
    return loads(ONE_LOAN).replace({"debt.loan.rate_per_year": rate, "fair_rate_per_year": fair})


def test_each_at_the_rate_of_its_own_debt_by_hand() -> None:
    found = optimizer.compare(loads(ONE_LOAN), mixes=MIXES, sweeps={"rates": RATES, "needs": NEEDS})
    assert list(found.table["value"]) == pytest.approx([12 * DF, 9 * DF])
    sweep = WARNING.replace("scenario base", "sweep rates").replace("cheap/base", "rates/0.08")
    assert found.warnings == (WARNING, sweep.replace("dear/base", "rates/0.11"))
    assert found.to_dict()["warnings"] == list(found.warnings)
    assert "ranks are in doubt: see .warnings" in repr(found)


def test_a_stated_rate_is_the_remedy_by_hand() -> None:
    found = optimizer.compare(loads(ONE_LOAN).replace({"fair_rate_per_year": 0.08}), mixes=MIXES)
    assert list(found.table["value"]) == pytest.approx([12 * DF, (109 - 100 * 1.11 / 1.08) * DF])
    assert found.warnings == ()
    assert "warnings" not in found.to_dict()
    assert "doubt" not in repr(found)


@pytest.mark.parametrize(
    ("objective", "expected"),
    [("shareholder_value", 1), ("adjusted_present_value", 1), ("cost_of_capital", 0), ("terminal_cash", 0)],
)
def test_only_objectives_that_measure_debt_at_f(objective: str, expected: int) -> None:
    runs = [result(f"mixes/{name}/base", 1.0, objective=objective) for name in ("cheap", "dear")]
    instances = {run.name: instance(rate) for run, rate in zip(runs, (0.08, 0.11), strict=True)}
    assert len(list(unequal_footing("scenario base", runs, instances))) == expected


@pytest.mark.parametrize(
    ("fair", "expected"),
    [((None, None), 1), ((0.08, None), 1), ((None, 0.08), 0), ((0.08, 0.08), 0), ((0.08, 0.11), 0)],
    ids=["neither", "one", "one, the same", "both", "both, as asked for"],
)
def test_only_rates_that_differ_and_were_not_all_asked_for(fair: tuple[float | None, ...], expected: int) -> None:
    runs = [result(f"sweeps/s/{i}", 1.0, objective="shareholder_value") for i in range(2)]
    rates = zip((0.08, 0.11), fair, strict=True)
    instances = {run.name: instance(*each) for run, each in zip(runs, rates, strict=True)}
    assert len(list(unequal_footing("sweep s", runs, instances))) == expected


def test_runs_of_another_objective_are_ranked_apart() -> None:
    runs = [result("a", 1.0, objective="shareholder_value"), result("b", 1.0, objective="adjusted_present_value")]
    assert not list(unequal_footing("sweep s", runs, {"a": instance(0.08), "b": instance(0.11)}))


def test_a_run_without_a_rank_is_not_compared() -> None:
    """At a limit of 90 the need of 100 cannot be met: the dearer loan is infeasible, and one run is left."""
    poor: dict[str, Any] = {"loan": {"rate_per_year": 0.11, "limit_musd": 90}}
    found = optimizer.compare(loads(ONE_LOAN), mixes={"cheap": {}, "dear": {"set": {"debt": poor}}})
    assert list(found.table["status"]) == ["optimal", "infeasible"]
    assert found.warnings == ()


def test_the_screen_and_the_record_say_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("one-loan.yaml").write_text(ONE_LOAN, encoding="utf-8")
    text = f"name: loans\nbase: one-loan.yaml\nmixes: {json.dumps(MIXES)}\n"
    Path("loans.batch.yaml").write_text(text, encoding="utf-8")
    shown = CliRunner().invoke(cli.app, ["compare", "loans.batch.yaml", "--jobs", "1"])
    assert shown.exit_code == 0
    assert f"warning: {WARNING}" in " ".join(shown.stdout.split())
    assert json.loads(Path("results/loans/comparison.json").read_text(encoding="utf-8"))["warnings"] == [WARNING]
    quiet = CliRunner().invoke(cli.app, ["compare", "loans.batch.yaml", "--jobs", "1", "--resume", "--quiet"])
    assert (quiet.stdout, quiet.stderr.splitlines()[-1]) == ("results/loans\n", f"warning: {WARNING}")


def test_the_record_keeps_its_form_where_nothing_is_in_doubt() -> None:
    found = optimizer.compare(loads(ONE_LOAN), sweeps={"needs": NEEDS})
    assert set(found.to_dict()) == {
        "format",
        "name",
        "title",
        "base",
        "base_hash",
        "mixes",
        "sweeps",
        "frontiers",
        "runs",
    }
    assert set(replace(found, warnings=("in doubt",)).to_dict()) - set(found.to_dict()) == {"warnings"}
