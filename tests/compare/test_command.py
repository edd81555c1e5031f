"""The command: what it prints, and its exit codes."""

from __future__ import annotations

import io
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from optimizer import cli
from optimizer.commands.compare import exit_code
from optimizer.comparison import run
from optimizer.comparison.cluster import check_address
from optimizer.comparison.run import run_batch
from optimizer.report.compare_progress import ComparisonProgress

from .examples import batch_file, result

RUN = CliRunner()
TEXT = """\
title: "[bold]Who[/bold] pays"
mixes:
  equity: {set: {debt: null}}
  debt: {set: {equity: {rounds: null}}}
  both: {}
  none: {set: {debt: null, equity: {rounds: null}}}
scenarios:
  base: {}
  dear-loans: {set: {debt: {loan: {rate_per_year: 0.2}}}}
sweeps:
  share: {axes: [{debt_share: [0, 0.5, 1]}]}
frontiers:
  cash: {objectives: [cost_of_capital, terminal_cash], points: 3}
"""
IMPOSSIBLE = "mixes: {none: {set: {debt: null, equity: {rounds: null}}}}\n"


def call(*arguments: object) -> Result:
    result = RUN.invoke(cli.app, ["compare", *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return batch_file(tmp_path, TEXT).relative_to(tmp_path)


def test_tables_for_people(file: Path) -> None:
    result = call(file, "--out", "out", "--jobs", 1)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert max(map(len, lines)) <= 100
    assert lines[0] == "test: [bold]Who[/bold] pays"
    # 8/1.21 = 6.6, 15/1.21 = 12.4, 20/1.21 = 16.5
    base = lines[lines.index("Scenario base (cost_of_capital; NPV to cash in USD million)") :]
    assert base[2].split()[:5] == ["equity", "3", "12.4", "·", "+5.8"]
    assert base[3].split()[:4] == ["debt", "1=", "6.6", "·"]
    assert base[5].split() == ["none", "–", "none"]
    dear = lines[lines.index("Scenario dear-loans (cost_of_capital; NPV to cash in USD million)") :]
    assert dear[3].split()[:5] == ["debt", "3", "16.5", "·", "+4.1"]
    share = lines[lines.index("Sweep share: debt_share (cost_of_capital; NPV to cash in USD million)") :]
    assert [line.split()[0] for line in share[2:5]] == ["0", "0.5", "1"]
    cash = lines[lines.index("Frontier cash: cost_of_capital against terminal_cash") :]
    # 12 + 1.08·E of cash with E of 0, 50 and 100; the dearest is 15/1.21
    assert [line.split()[:5:2] for line in cash[2:5]] == [
        ["first", "6.6", "12"],
        ["2", "9.5", "66"],
        ["last", "12.4", "120"],
    ]
    why = "cash of 0 is asked for in 2026, and no plan can have more than -100"
    for scenario, place in (("base", "8:10"), ("dear-loans", "11:16")):
        line = f"mixes/none/{scenario}: infeasible: test.batch.yaml:{place}: {why}"
        assert line in " ".join(result.stdout.split())
    assert "14 runs: 2 infeasible, 12 optimal" in lines
    assert lines[-1] == "kept in out"
    assert Path("out/comparison.csv").exists()


def test_json_and_quiet(file: Path) -> None:
    data = json.loads(call(file, "--json", "--jobs", 1).stdout)
    assert data["folder"] == str(Path("results") / "test")
    assert (
        json.loads((Path("results") / "test" / "comparison.json").read_text(encoding="utf-8")).items() <= data.items()
    )
    quiet = call(file, "--quiet", "--resume", "--jobs", 1)
    assert (quiet.exit_code, quiet.stdout) == (0, f"{Path('results') / 'test'}\n")


def test_a_wrong_file_is_told_with_its_place(file: Path) -> None:
    file.write_text(
        file.read_text(encoding="utf-8").replace("debt: null}}\n  debt", "debts: null}}\n  debt"), encoding="utf-8"
    )
    result = call(file)
    assert result.exit_code == 2
    assert "test.batch.yaml:5:18: error[unknown-key]: mix `equity`: `debts` is not a key" in result.stderr
    assert call("nowhere.batch.yaml").exit_code == 2
    assert not Path("results").exists()
    checked = RUN.invoke(cli.app, ["validate", str(file)])
    assert (checked.exit_code, "not valid" in checked.stdout) == (2, True)


def test_validate_knows_batches(file: Path) -> None:
    result = RUN.invoke(cli.app, ["validate", str(file)])
    assert (result.exit_code, result.stdout) == (0, f"{file}: valid\n")


def test_schema_of_batches() -> None:
    data = json.loads(RUN.invoke(cli.app, ["schema", "--batch"]).stdout)
    assert data["title"] == "capstack batch"


def test_no_plan_at_all(tmp_path: Path) -> None:
    result = call(batch_file(tmp_path, IMPOSSIBLE), "--out", tmp_path / "out")
    assert result.exit_code == 5
    assert "1 runs: 1 infeasible" in result.stdout


@pytest.mark.parametrize(
    ("counts", "code"),
    [
        ({"optimal": 3}, 0),
        ({"optimal": 3, "infeasible": 2, "unbounded": 1}, 0),
        ({"optimal": 3, "feasible": 1}, 4),
        ({"optimal": 3, "no_solution": 1}, 4),
        ({"feasible": 3}, 4),
        ({"optimal": 3, "feasible": 1, "invalid": 1}, 2),
        ({"optimal": 3, "invalid": 1, "error": 1}, 5),
        ({"infeasible": 3}, 5),
        ({"no_solution": 3}, 5),
    ],
)
def test_exit_code_by_the_end_of_the_runs(counts: dict[str, int], code: int) -> None:
    assert exit_code(Counter(counts)) == code


def test_a_failed_audit_is_told(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unsound(*arguments: Any, **options: Any) -> Any:
        found = run_batch(*arguments, **options)
        one = {
            name: replace(each, audit_passed=False) for name, each in found.results.items() if name == "mixes/both/base"
        }
        return replace(found, results={**found.results, **one})

    monkeypatch.setattr(run, "run_batch", unsound)
    result = call(file, "--out", "out", "--jobs", 1)
    assert result.exit_code == 1
    assert "the audit failed: do not use the plans of mixes/both/base" in result.stderr


def test_an_interrupted_comparison_says_how_to_go_on(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: Any, **__: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(run, "run_batch", interrupted)
    result = call(file, "--out", "out", "--jobs", 1)
    assert result.exit_code == 130
    assert result.stderr == "interrupted; no run was finished\n"
    # what earlier attempts left counts as well, but not what was being written
    Path("out/_points").mkdir(parents=True)
    for name in ("a.json", "b.json", ".unfinished-1-a"):
        Path("out/_points", name).touch()
    result = call(file, "--out", "out", "--jobs", 1)
    assert result.stderr == "interrupted; out holds 2 finished runs: go on with --resume\n"


@pytest.mark.parametrize("address", ["nonsense", "nonsense://h:1", "tcp://h", "tcp://h:0", "tcp://h:99999", "h:1 ", ""])
def test_a_wrong_address_is_a_wrong_option(file: Path, address: str) -> None:
    result = call(file, "--scheduler", address)
    assert result.exit_code == 2
    assert f"--scheduler: {address!r} is not the address of a scheduler" in result.stderr
    assert not Path("results").exists()


@pytest.mark.parametrize(
    "address",
    [
        "tcp://10.0.0.5:8786",
        "10.0.0.5:8786",
        "tls://node-1.grid_2.local:1",
        "tcp://[::1]:65535",
        "inproc://10.0.0.5/7/1",
    ],
)
def test_addresses_of_schedulers(address: str) -> None:
    assert check_address(address) is None  # type: ignore[func-returns-value]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("stream", "shown"), [(Terminal, True), (io.StringIO, False)])
def test_progress_is_shown_on_a_terminal_only(
    monkeypatch: pytest.MonkeyPatch, stream: type[io.StringIO], shown: bool
) -> None:
    written = stream()
    monkeypatch.setattr("sys.stderr", written)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    progress = ComparisonProgress()
    progress(0, 14, None)
    progress(5, 14, result("mixes/[red]all/base", 1.0))
    progress.close()
    assert ("5/14" in written.getvalue()) is shown
    assert ("mixes/[red]all/base optimal" in written.getvalue()) is shown
    assert ("left" in written.getvalue()) is shown


def test_large_amounts_fit_a_hundred_columns(file: Path) -> None:
    """A table of a programme of tens of billions is one block: nothing is pushed below it."""
    file.write_text(
        file.read_text(encoding="utf-8")
        .split("sweeps:")[0]
        .replace("scenarios:", "  strategic-partner: {}\nscenarios:"),
        encoding="utf-8",
    )
    base = file.parent / "two-sources.yaml"
    large = (
        base.read_text(encoding="utf-8")
        .replace("-100", "-41000")
        .replace("120", "49200")
        .replace("max_musd: 100", "max_musd: 41000")
    )
    base.write_text(large, encoding="utf-8")
    lines = call(file, "--jobs", 1).stdout.splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("Scenario base"))
    assert lines[start] == "Scenario base (cost_of_capital; NPV to cash in USD billion)"
    assert lines[start + 1].split()[-2:] == ["sold", "DSCR"]
    assert max(map(len, lines)) <= 100
    # 41 bn raised at 15 %: 0.15·41000/1.21 = 5,083, of which 2,372 are more than the loan asks
    assert lines[start + 2].split()[:4] == ["equity", "4", "5,083", "·"]
    assert lines[start + 2].split()[4] == "+2,372"
    assert lines[start + 6].startswith("strategic-partner")
