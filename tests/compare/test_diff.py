"""What differs between two runs is said once, with its unit, and nothing that is the same is said to differ."""

from __future__ import annotations

import io
import json
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner

from optimizer.cli import app
from optimizer.comparison.diff import Decision, Figure, diff, same
from optimizer.comparison.diff_inputs import Input
from optimizer.instance.schema import Instance
from optimizer.plan.plan import Plan
from optimizer.plan.run_folder import write_run
from optimizer.report.diff import print_difference
from optimizer.report.diff_words import decision_words, figure_name, input_words, tie_words, unit_words, value_words

BASE: dict[str, Any] = {
    "name": "base",
    "calendar": {"start": 2026, "periods": 3},
    "discount": {"rate_per_year": 0.1},
    "objectives": [{"name": "cost_of_capital"}, {"name": "net_present_cost"}],
    "opening": {"cash_musd": 20.0, "paid_in_capital_musd": 20.0},
    "regions": {"north": {"energy_price_usd_per_mwh": 50.0}},
    "sites": {
        "abilene": {
            "region": "north",
            "pue": 1.2,
            "phases": [
                {"name": "one", "mw": 12.0, "lead_periods": 0, "capex": {"shell": {"musd": 40.0}}},
                {"name": "two", "mw": 8.0, "lead_periods": 0},
            ],
        }
    },
    "hardware": {"b200": {"price_usd": 20000.0, "compute_h100e": 1.0, "kw": 1.0, "lead_periods": 0, "life_periods": 5}},
    "markets": {"training": {"demand_h100e": 5000.0, "revenue_usd_per_h100e_hour": 2.0, "min_served_share": 1.0}},
    "debt": {"loan": {"kind": "bullet", "rate_per_year": 0.08, "tenor_periods": 5, "limit_musd": 200.0}},
    "equity": {"cost_of_equity_per_year": 0.12},
}


def plan(changes: dict[str, Any] | None = None, **parts: Any) -> Plan:
    """A plan by hand: ``changes`` are by path; only what a difference looks at is filled in."""
    data = deepcopy(BASE)
    for path, value in (changes or {}).items():
        *above, last = path.split(".")
        block: Any = data
        for key in above:
            block = block[int(key)] if isinstance(block, list) else block[key]
        if value is None:
            del block[last]
        else:
            block[last] = value
    parts = {"decisions": {}, "ledger": [], "metrics": {}, "summary": {}} | parts
    return Plan(Instance.model_validate(data), **parts)


def level(value: float, bound: float | None, name: str = "cost_of_capital") -> dict[str, Any]:
    return {"name": name, "sense": "minimise", "unit": "musd", "value": value, "bound": bound}


# ── inputs ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("debt.loan.rate_per_year", 0.085, "debt.loan.rate_per_year: 8 % → 8.5 % per year, nominal"),
        ("debt.loan.limit_musd", 1500.0, "debt.loan.limit_musd: 200 → 1,500 USD million"),
        ("debt.loan.tenor_periods", 6, "debt.loan.tenor_periods: 5 → 6 periods"),
        ("debt.loan.last_draw", 2027, "debt.loan.last_draw: none → 2027"),
        ("sites.abilene.pue", 1.3, "sites.abilene.pue: 1.2 → 1.3"),
        ("sites.abilene.phases.1.mw", 9.0, "sites.abilene.phases.two.mw: 8 → 9 MW"),
        ("hardware.b200.kw", 1.25, "hardware.b200.kw: 1 → 1.25 kW"),
        ("hardware.b200.price_usd", [1.0, 2.0, 3.5], "hardware.b200.price_usd: 20,000 → 1, 2, 3.5 USD"),
        (
            "hardware.b200.price_usd",
            {"initial": 20000.0, "growth_per_year": -0.1},
            "hardware.b200.price_usd: 20,000 → 20,000 growing by -10 % per year (effective) USD",
        ),
        (
            "markets.training.revenue_usd_per_h100e_hour",
            {"2026": 2.0, "2028": 1.5},
            "markets.training.revenue_usd_per_h100e_hour: 2 → 2026: 2, 2028: 1.5 USD per H100 equivalent and hour",
        ),
        ("markets.training.min_served_share", 0.9, "markets.training.min_served_share: 100 % → 90 %"),
        ("regions.north.energy_price_usd_per_mwh", 55.0, "regions.north.energy_price_usd_per_mwh: 50 → 55 USD per MWh"),
        ("opening.cash_musd", 20.5, "opening.cash_musd: 20 → 20.5 USD million"),
        ("debt.loan", None, "debt.loan: only in the first"),
        ("debt.bond", {"kind": "revolver", "rate_per_year": 0.1}, "debt.bond: only in the second"),
        ("tax", {"rate": 0.21}, "tax: only in the second"),
        ("objectives", [{"name": "wacc"}], "objectives.cost_of_capital: only in the first"),
    ],
)
def test_an_input_in_words(path: str, value: Any, words: str) -> None:
    found = [input_words(change) for change in diff(plan(), plan({path: value})).inputs]
    assert words in found
    assert len(found) == 1 or path == "objectives"
    there_and_back = diff(plan({path: value}), plan()).inputs
    assert [(change.path, change.old, change.new) for change in there_and_back] == [
        (change.path, change.new, change.old) for change in diff(plan(), plan({path: value})).inputs
    ] or path == "objectives"


def test_a_step_of_a_series_is_a_change_of_its_own() -> None:
    one = plan({"debt.loan.rate_per_year": {"2026": 0.08, "2027": 0.09}})
    other = plan({"debt.loan.rate_per_year": {"2026": 0.08, "2027": 0.1}})
    assert [input_words(change) for change in diff(one, other).inputs] == [
        "debt.loan.rate_per_year.2027: 9 % → 10 % per year, nominal"
    ]
    shorter = plan({"debt.loan.rate_per_year": [0.08, 0.09, 0.1]})
    longer = plan({"debt.loan.rate_per_year": [0.08, 0.095, 0.1]})
    assert [input_words(change) for change in diff(shorter, longer).inputs] == [
        "debt.loan.rate_per_year[2]: 9 % → 9.5 % per year, nominal"
    ]


def test_the_order_of_phases_counts() -> None:
    phases = BASE["sites"]["abilene"]["phases"]
    found = diff(plan(), plan({"sites.abilene.phases": phases[::-1]})).inputs
    assert {(change.path, change.old, change.new) for change in found} == {
        ("sites.abilene.phases.one.position", 1, 2),
        ("sites.abilene.phases.two.position", 2, 1),
    }


def test_texts_and_solver_options_are_no_inputs() -> None:
    same_thing = {"title": "another title", "notes": "a note", "debt.loan.source": "a bank", "solve": {"seed": 3}}
    assert diff(plan(), plan(same_thing)).nothing


@pytest.mark.parametrize(
    ("path", "unit"),
    [
        ("colocation.rent_musd_per_mw_year", "USD million per MW and year"),
        ("hardware.b200.upkeep_usd_per_unit_year", "USD per unit and year"),
        ("hardware.b200.price_usd.initial", "USD"),
        ("hardware.b200.price_usd.growth_per_year", "share per year"),
        ("hardware.b200.price_usd.2027", "USD"),
        ("markets.a.serving_cost_by_site_usd_per_h100e_hour.abilene", "USD per H100 equivalent and hour"),
        ("regions.a.grid_emissions_t_per_mwh", "t per MWh"),
        ("cash_flows.staff.musd_per_period[3]", "USD million per period"),
        ("depreciation.equipment.table_shares[2]", "share"),
        ("debt.loan.security.hardware", "share"),
        ("tax.rate", "share"),
        ("solve.time_limit_s", "seconds"),
        ("covenants.dscr.minimum", ""),
        ("name", ""),
    ],
)
def test_the_unit_of_a_field(path: str, unit: str) -> None:
    assert unit_words(path) == unit


def test_values_in_words() -> None:
    values = [None, True, 1e-7, 12345678.5, [], {}, ["a", "b"], "text"]
    expected = ["none", "yes", "1e-07", "12,345,678.5", "nothing", "nothing", "a, b", "text"]
    assert [value_words(value) for value in values] == expected
    assert value_words({"2026": 0.5}, share=True) == "2026: 50 %"


# ── options and figures ───────────────────────────────────────────────────────────────────────────────────────────


def test_options_versions_and_limits_of_a_frontier() -> None:
    one = plan(summary={"options": {"gap_share": 0.001, "seed": 0}, "versions": {"highspy": "1.15.1"}})
    two = plan(
        summary={
            "options": {"gap_share": 0.01, "seed": 0},
            "versions": {"highspy": "1.16.0"},
            "point": {"caps": {"dilution": 0.2}},
        }
    )
    assert [(each.name, each.old, each.new) for each in diff(one, two).settings] == [
        ("gap_share", 0.001, 0.01),
        ("version of highspy", "1.15.1", "1.16.0"),
        ("limit on dilution", None, 0.2),
    ]


@pytest.mark.parametrize(
    ("old", "new", "gap", "tie", "words"),
    [
        # value 100 with bound 99, and value 102 with bound 100.5: gaps 1 and 1.5, difference 2
        ((100.0, 99.0), (102.0, 100.5), 2.5, True, "a tie, the difference is within the two gaps ($2.5 m)"),
        ((100.0, 99.5), (102.0, 100.75), 1.75, False, "more than the two gaps ($1.8 m)"),
        ((100.0, 99.0), (102.0, 101.0), 2.0, True, "a tie, the difference is within the two gaps ($2.0 m)"),
        ((100.0, 100.0), (100.0, 100.0), 0.0, True, "the same value"),
        ((100.0, None), (900.0, 900.0), float("inf"), True, "a tie, for there is no bound to tell them apart"),
    ],
)
def test_a_difference_within_the_gaps_is_a_tie(
    old: tuple[float, float | None], new: tuple[float, float | None], gap: float, tie: bool, words: str
) -> None:
    one, two = (plan(summary={"levels": [level(*each)]}) for each in (old, new))
    (figure,) = diff(one, two).figures
    assert (figure.gap, figure.tie, figure.change) == (gap, tie, new[0] - old[0])
    assert tie_words(figure) == f"cost of capital: {words}"


def test_figures() -> None:
    one = {"capex_musd": 40.0, "minimum_dscr": None, "units_bought": 5.0, "revenue_musd.2026": 1.0, "dilution": 0.0}
    two = {"capex_musd": 50.0, "minimum_dscr": 1.5, "units_bought": 5.0 + 1e-9, "revenue_musd.2026": 2.0, "wacc": 0.1}
    found = diff(plan(metrics=one), plan(metrics=two)).figures
    assert found == (
        Figure("capex_musd", "musd", 40.0, 50.0),
        Figure("minimum_dscr", "dscr", None, 1.5),
        Figure("dilution", "share", 0.0, None),
        Figure("wacc", "share", None, 0.1),
    )
    assert found[1].change is None


def test_figures_have_their_units_and_rates_their_kind() -> None:
    console = Console(file=io.StringIO(), width=100)
    old = {"capital_employed": 2141.0, "runway_months": 7.5, "equity_irr_per_year": 0.15, "minimum_dscr": 1.25}
    new = {"capital_employed": 2167.0, "runway_months": 8.0, "equity_irr_per_year": 0.16, "minimum_dscr": 1.5}
    print_difference("a", "b", diff(plan(metrics=old), plan(metrics=new)), console)
    assert isinstance(console.file, io.StringIO)
    lines = [" ".join(line.split()) for line in console.file.getvalue().splitlines()]
    assert {
        "capital employed $2,141 m years $2,167 m years $26.0 m years",
        "runway 7.5 months 8.0 months 0.5 months",
        "equity IRR 15.000 % 16.000 % +1.000 points",
        "minimum DSCR 1.25 1.50 0.25",
        "WACC and IRR: effective rates per year",
    } <= set(lines)


def test_rounding_is_no_difference() -> None:
    assert same(1e6, 1e6 + 0.5)
    assert not same(1e6, 1e6 + 1.5)
    assert same(None, None)
    assert not same(None, 0.0)


# ── decisions ─────────────────────────────────────────────────────────────────────────────────────────────────────


def starts(*periods: str, phase: str = "two") -> dict[str, list[dict[str, Any]]]:
    return {"phase_starts": [{"site": "abilene", "phase": phase, "period": t, "count": 1} for t in periods]}


def orders(**amounts: float) -> dict[str, list[dict[str, Any]]]:
    return {"orders": [{"offer": "b200", "period": t[1:], "units": units} for t, units in amounts.items()]}


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (starts("2027"), starts("2028"), "site abilene, phase two: starts in 2028 instead of 2027"),
        (starts("2027"), {}, "site abilene, phase two: starts in 2027 only in the first"),
        ({}, starts("2026"), "site abilene, phase two: starts in 2026 only in the second"),
        (
            starts("2026", "2026", "2028"),
            starts("2027", "2027"),
            "site abilene, phase two: starts in 2027 instead of 2026 (2 of them); starts in 2028 only in the first",
        ),
        (starts("2026", "2027"), starts("2026", "2028"), "site abilene, phase two: starts in 2028 instead of 2027"),
        (orders(y2026=50_000.0), orders(y2026=10_000.0), "offer b200: 40,000 units less in 2026"),
        (orders(y2026=500.0), orders(y2028=500.0), "offer b200: 500 units in 2028 instead of 2026"),
        (
            orders(y2026=500.0, y2027=100.0),
            orders(y2026=400.0, y2027=200.0),
            "offer b200: 100 units less in 2026, 100 units more in 2027, the same in all",
        ),
        (
            orders(y2026=500.0),
            orders(y2027=200.5),
            "offer b200: 500 units less in 2026, 200 units more in 2027, 300 units less in all",
        ),
        (
            {"debt_draws": [{"instrument": "loan", "period": "2026", "musd": 12_500.0}]},
            {},
            "instrument loan: $12.50 bn less in 2026",
        ),
        ({}, {"facilities": [{"instrument": "loan", "signed": 1}]}, "instrument loan: is signed only in the second"),
        (
            {"partners": [{"partner": "cloud", "period": "2029", "signed": 1}]},
            {"partners": [{"partner": "cloud", "period": "2027", "signed": 1}]},
            "partner cloud: is signed in 2027 instead of 2029",
        ),
        (
            {"buckets": [{"period": "2026", "bucket": 0, "holds": 1}, {"period": "2027", "bucket": 1, "holds": 1}]},
            {"buckets": [{"period": "2026", "bucket": 2, "holds": 1}, {"period": "2027", "bucket": 1, "holds": 1}]},
            "bucket 3 instead of 1 in 2026",
        ),
        ({"dividends": []}, {"dividends": [{"period": "2028", "musd": 5.0}]}, "$5.0 m more in 2028"),
    ],
)
def test_a_decision_in_words(old: dict[str, Any], new: dict[str, Any], words: str) -> None:
    (found,) = diff(plan(decisions=old), plan(decisions=new)).decisions
    assert decision_words(found) == words
    assert isinstance(found, Decision)


def test_decisions_that_are_the_same_but_for_rounding() -> None:
    old, new = orders(y2026=50_000.0, y2027=1.0), orders(y2026=50_000.004, y2027=1.0 + 1e-9)
    assert diff(plan(decisions=old), plan(decisions=new)).decisions == ()


def test_every_decision_of_a_plan_is_looked_at() -> None:
    """A plan against one that does nothing: the amounts of the difference are those of the plan."""
    old = {**starts("2026", "2027"), **orders(y2026=5.0), "pledges": []}
    old["pledges"] = [{"instrument": "loan", "asset": "hardware", "period": "2026", "musd": 3.0}]
    found = diff(plan(decisions=old), plan()).decisions
    assert [(each.table, each.unit, dict(each.old), dict(each.new)) for each in found] == [
        ("phase_starts", "count", {"2026": 1, "2027": 1}, {}),
        ("orders", "units", {"2026": 5.0}, {}),
        ("pledges", "musd", {"2026": 3.0}, {}),
    ]


# ── the command ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """BASE as it is, and with half the demand in the first year, both solved."""
    from optimizer.solving.run import solve

    folder = tmp_path_factory.mktemp("runs")
    less = {"markets.training.demand_h100e": [2500.0, 5000.0, 5000.0], "name": "less"}
    one, two = (solve(plan(changes).instance, gap=0.0, threads=1) for changes in ({}, less))
    return write_run(one, folder), write_run(two, folder)


def invoke(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["diff", *arguments])
    return result.exit_code, result.output


def test_two_runs(runs: tuple[Path, Path]) -> None:
    code, text = invoke(*map(str, runs))
    assert code == 0
    assert max(map(len, text.splitlines())) <= 100 or "/" in text
    # 5,000 H100 equivalents are 5,000 units of 1; half of them come a year later
    assert "offer b200: 2,500 units less in 2026, 2,500 units more in 2027, the same in all" in text
    assert "markets.training.demand_h100e: 5,000 → 2,500, 5,000, 5,000 H100 equivalents" in text
    assert "name: base → less" in text
    assert "Orders: second minus first (units)" in text
    assert "cost of capital: more than the two gaps ($0)" in text


def test_two_runs_as_json(runs: tuple[Path, Path]) -> None:
    code, text = invoke(*map(str, runs), "--json")
    assert code == 0
    report = json.loads(text)
    assert report["nothing"] is False
    assert [each["path"] for each in report["inputs"]] == ["markets.training.demand_h100e", "name"]
    assert {each["table"] for each in report["decisions"]} >= {"orders", "allocations", "service"}
    orders = next(each for each in report["decisions"] if each["table"] == "orders")
    assert orders["old"] == {"2026": pytest.approx(5000.0)}
    assert orders["new"] == {"2026": pytest.approx(2500.0), "2027": pytest.approx(2500.0)}


def test_a_run_against_itself(runs: tuple[Path, Path]) -> None:
    code, text = invoke(str(runs[0]), str(runs[0]))
    assert code == 0
    assert "no differences: the same inputs, options and decisions" in text
    assert json.loads(invoke(str(runs[0]), str(runs[0]), "--json")[1])["nothing"] is True


def test_what_is_no_run(runs: tuple[Path, Path], tmp_path: Path) -> None:
    for other in (tmp_path, tmp_path / "missing"):
        code, text = invoke(str(runs[0]), str(other))
        assert code == 2
        assert str(other) in text


def test_names_of_a_file_cannot_command_the_terminal(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("one", "two", "three")]
    write_run_of(plan(metrics={"[red]a[/red]\x1bb": 1.0}), paths[0])
    write_run_of(plan(), paths[1])
    code, text = invoke(*map(str, paths[:2]))
    assert code == 0
    assert "[red]a[/red]\N{REPLACEMENT CHARACTER}b" in text
    assert "\x1b" not in text
    evil = {"orders": [{"offer": "[red]x[/red]\x1b[31m", "period": "2026", "units": 1.0}]}
    write_run_of(plan(decisions=evil), paths[2])
    code, text = invoke(*map(str, paths[1:]))
    assert code == 2
    assert r"decisions.orders[0].offer: '[red]x[/red]\x1b[31m' is not in the instance" in text
    assert "\x1b" not in text


def test_the_best_of_a_level_and_what_the_plan_makes_of_it() -> None:
    """With a slack, or with levels before it, the plan's own value is another than the level's."""
    levels = [level(100.0, 100.0), level(0.05, 0.05, "wacc") | {"unit": "share"}]
    one = plan(summary={"levels": levels}, metrics={"cost_of_capital": 101.0, "wacc": 0.05})
    two = plan(summary={"levels": levels}, metrics={"cost_of_capital": 100.0, "wacc": 0.05})
    found = diff(one, two)
    assert [(each.name, each.own, each.old, each.new) for each in found.figures] == [
        ("cost_of_capital", False, 100.0, 100.0),
        ("cost_of_capital", True, 101.0, 100.0),
        ("wacc", False, 0.05, 0.05),
    ]
    assert not found.nothing
    assert [figure_name(each) for each in found.figures] == [
        "cost of capital (objective)",
        "cost of capital (this plan)",
        "wacc (objective)",
    ]
    assert figure_name(Figure("average_wacc_per_year", "per_year", 0.1, 0.2)) == "WACC"


def write_run_of(made: Plan, folder: Path) -> Path:
    """What read_run needs of a run, without the schedules that such a plan cannot have."""
    folder.mkdir()
    (folder / "plan.json").write_text(json.dumps(made.to_dict()), encoding="utf-8")
    (folder / "summary.json").write_text(json.dumps({"objectives": [], "metrics": made.metrics}), encoding="utf-8")
    (folder / "instance.json").write_text(json.dumps(made.instance.canonical()), encoding="utf-8")
    return folder


def test_inputs_are_data(runs: tuple[Path, Path]) -> None:
    (change,) = diff(plan(), plan({"debt.loan.limit_musd": 1.0})).inputs
    assert change == Input("debt.loan.limit_musd", "changed", 200.0, 1.0)
    assert replace(change, old=None).old is None
