"""A run in which one figure was changed: refused, with its place, by the audit of the folder and by the command.

Digests are made anew and the kept audit is taken away, so that it is the recomputation that refuses, except where they
are what is tried.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from optimizer.auditing import audit_folder
from optimizer.auditing.run_folder import TIED, differences
from optimizer.plan.run_folder import TABLE_FILES, digests, write_run
from tests.thorough import THOROUGH

from .conftest import Solved
from .test_commands import call

OPTIONS = ("gap_share", "time_limit_s", "threads", "seed", "gap_musd")
DIGESTS = "run.sha256"


@pytest.fixture
def run(solved: Solved, tmp_path: Path) -> Path:
    """A copy of the run, to be changed."""
    return Path(shutil.copytree(solved.run, tmp_path / "run"))


def sealed(run: Path) -> Path:
    """The run as if it had been written as it is now, and never audited."""
    (run / "audit.json").unlink(missing_ok=True)
    files = {
        path.relative_to(run).as_posix(): path.read_bytes().decode("utf-8")
        for path in run.rglob("*")
        if path.is_file() and path.name != DIGESTS
    }
    (run / DIGESTS).write_text(digests(files), encoding="utf-8", newline="")
    return run


def edit(run: Path, file: str, change: Callable[[Any], object]) -> None:
    data = json.loads((run / file).read_text(encoding="utf-8"))
    change(data)
    (run / file).write_text(json.dumps(data), encoding="utf-8")


def refused(run: Path, rule: str, place: str) -> None:
    """By the rule, at the place, in Python and on the screen."""
    (found,) = [result for result in audit_folder(run).failed if result.name == rule]
    assert place in found.where
    result = call("audit", run)
    assert result.exit_code == 1
    assert place in " ".join(result.stdout.split())


def test_a_run_as_it_was_written_passes(run: Path) -> None:
    report = audit_folder(run)
    assert report.failed == ()
    checked = {result.name: result.checked for result in report.rules if result.name.startswith("file.")}
    assert min(checked.values()) > 0
    assert checked["file.digests"] == len(TABLE_FILES) + 4
    assert audit_folder(sealed(run)).passed
    assert call("audit", run).exit_code == 0


# ── tables ────────────────────────────────────────────────────────────────────────────────────────────────────────


def table(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


def keep(path: Path, rows: list[list[str]]) -> None:
    with open(path, "w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows(rows)


def altered(cell: str) -> str:
    """A number a dollar more, any other text with a letter more."""
    try:
        return f"{float(cell) + 1e-6:.9f}"
    except ValueError:
        return f"{cell}x"


@pytest.mark.parametrize("file", TABLE_FILES)
def test_a_cell_of_a_table(run: Path, file: str) -> None:
    """The last of each: of a table without rows, the name of its column."""
    rows = table(run / file)
    before, rows[-1][-1] = rows[-1][-1], altered(rows[-1][-1])
    keep(run / file, rows)
    sealed(run)
    words = f"row {len(rows)} ({rows[-1][0]}), column {rows[0][-1]}: {rows[-1][-1]}, should be {before or 'nothing'}"
    refused(run, "file.tables", f"{file}, {words}" if len(rows) > 1 else f"{file}, column {before!r} is missing")


def cells(run: Path) -> Iterator[tuple[list[list[str]], int, int]]:
    for file in TABLE_FILES:
        rows = table(run / file)
        yield from ((rows, i, j) for i, row in enumerate(rows) for j in range(len(row)))


def test_every_cell_of_every_table(run: Path) -> None:
    count = 0
    for rows, i, j in cells(run):
        other = [list(row) for row in rows]
        other[i][j] = altered(other[i][j])
        assert list(differences(rows, other)) != []
        count += 1
    assert count > 500


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda rows: [*rows, rows[-1]], "4 rows, should be 3"),
        (lambda rows: rows[:-1], "2 rows, should be 3"),
        (lambda rows: [[*row, "1"] for row in rows], "column '1' is strange"),
        (lambda rows: [row[:-1] for row in rows], "is missing"),
        (lambda rows: [row[::-1] for row in rows], "the columns are in another order"),
        (lambda rows: [rows[0], rows[1][:-1], *rows[2:]], "row 2: "),
        (lambda rows: [], "is missing"),
    ],
)
def test_rows_and_columns(run: Path, change: Callable[[list[list[str]]], list[list[str]]], place: str) -> None:
    file = "schedules/wacc.csv"
    keep(run / file, change(table(run / file)))
    refused(sealed(run), "file.tables", place)


@pytest.mark.parametrize("file", ["schedules/tax.csv", "statements/income.csv"])
def test_tables_that_are_missing_or_strange(run: Path, file: str) -> None:
    path = run / file
    path.rename(path.with_name("other.csv"))
    refused(
        sealed(run), "file.tables", f"{file} is missing, or cannot be read; {path.parent.name}/other.csv is no table"
    )


def test_line_ends_are_no_part_of_a_table(run: Path) -> None:
    path = run / "statements" / "income.csv"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n").removeprefix(b"\xef\xbb\xbf"))
    refused(run, "file.digests", "statements/income.csv is changed")
    assert audit_folder(sealed(run)).passed


@pytest.mark.parametrize(("file", "line"), TIED)
def test_totals_are_replayed(run: Path, file: str, line: str) -> None:
    """A statement from a ledger that is not the plan's: what is written agrees with itself, and not with the replay."""
    rows = table(run / file)
    found = [row for row in rows if row[0] == line]
    if not found:
        assert line == "Tax"  # of which there is none
        rows.append(found := [line, *["0"] * (len(rows[0]) - 1)])
        found = [found]
    found[0][-1] = str(float(found[0][-1]) + 1e-4)
    keep(run / file, rows)
    refused(sealed(run), "file.totals", f"{file}, {line} {rows[0][-1]}")


def test_a_total_that_is_no_number(run: Path) -> None:
    file = "statements/cash_flow.csv"
    rows = table(run / file)
    next(row for row in rows if row[0] == "Closing cash")[1] = "much"
    keep(run / file, rows)
    refused(sealed(run), "file.totals", "Closing cash 2026: 'much' is not a number")


# ── metrics, options, levels ──────────────────────────────────────────────────────────────────────────────────────


def test_every_metric(solved: Solved, tmp_path: Path) -> None:
    """Changed in plan.json and in summary.json alike; and left out of both. In the gate every fifth."""
    for number, (name, value) in [*enumerate(solved.plan.metrics.items())][:: 1 if THOROUGH else 5]:
        for new in (0.5 if value is None else value + max(0.01, abs(value) / 1000), "gone"):
            run = Path(shutil.copytree(solved.run, tmp_path / f"{number}-{new}"))

            def change(data: Any, name: str = name, new: Any = new) -> None:
                data["metrics"].update({name: new}) if new != "gone" else data["metrics"].pop(name)

            edit(run, "plan.json", change)
            edit(run, "summary.json", change)
            result = call("audit", sealed(run))
            assert (result.exit_code in (1, 2), name in result.output) == (True, True), (name, new)


@pytest.mark.parametrize("name", OPTIONS)
def test_every_option(run: Path, name: str) -> None:
    edit(run, "summary.json", lambda data: data["options"].update({name: data["options"][name] / 2 + 1}))
    refused(sealed(run), "level.options", f"summary.json: options.{name} is ")


def test_options_of_the_command_line_are_kept(folder: Path) -> None:
    assert call("solve", "tiny.yaml", "--gap", 0.01, "--threads", 1, "--seed", 5).exit_code == 0
    (run,) = (folder / "results" / "tiny").iterdir()
    summary = json.loads((run / "summary.json").read_text(encoding="utf-8"))
    assert summary["asked"] == {"gap_share": 0.01, "threads": 1, "seed": 5}
    assert audit_folder(run).passed
    edit(run, "summary.json", lambda data: data["options"].update(gap_share=0.0001))
    refused(sealed(run), "level.options", "options.gap_share is 0.0001, asked for is 0.01")
    edit(run, "summary.json", lambda data: data["options"].update(gap_share=0.01) or data.pop("asked"))
    refused(sealed(run), "level.options", "asked by the instance is")


def test_a_gap_that_is_wider_than_was_asked_for_is_not_optimal(run: Path) -> None:
    """Options and what was asked for agree; the bound is a per cent off."""

    def widen(data: Any) -> None:
        level = data["objectives"][0]
        level["bound"] = level["value"] * 0.99
        level |= {"gap_musd": level["value"] - level["bound"], "gap_share": 0.01}

    edit(run, "summary.json", widen)
    refused(sealed(run), "level.status", "cost_of_capital")


LEVELS = [
    ("value", lambda value: value + 0.01),
    ("bound", lambda value: value + 0.01),
    ("bound", lambda value: value - 0.01),
    ("bound", lambda value: None),
    ("gap_musd", lambda value: value + 0.01),
    ("gap_share", lambda value: value + 0.01),
    ("status", lambda value: "feasible"),
]


@pytest.mark.parametrize("level", [0, 1])
@pytest.mark.parametrize(("name", "change"), LEVELS)
def test_every_figure_of_a_level(run: Path, level: int, name: str, change: Callable[[Any], Any]) -> None:
    def alter(data: Any) -> None:
        entry = data["objectives"][level]
        entry[name] = change(entry[name])

    edit(run, "summary.json", alter)
    assert not audit_folder(sealed(run)).passed
    result = call("audit", run)
    assert result.exit_code == 1
    assert "AUDIT FAILED: level." in result.stdout


@pytest.mark.parametrize(
    ("old", "new"), [("optimal within", "optimal, within"), ("$0.0 m", "$1.0 m"), ("0.000%", "0.001%"), ("and", "or")]
)
def test_every_part_of_the_message(run: Path, old: str, new: str) -> None:
    edit(run, "summary.json", lambda data: data.update(message=data["message"].replace(old, new, 1)))
    refused(sealed(run), "level.message", "message")


# ── digests and the audit that was kept ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("file", ["summary.json", "plan.json", "instance.json", "audit.json", "statements/income.csv"])
def test_a_byte_of_a_file(run: Path, file: str) -> None:
    path = run / file
    path.write_bytes(path.read_bytes() + b"\n")
    refused(run, "file.digests", f"{file} is changed")


def test_what_only_digests_know(run: Path) -> None:
    """How long it took, and with what versions, cannot be recomputed."""
    edit(run, "summary.json", lambda data: data["versions"].update(highspy="0"))
    assert [result.name for result in audit_folder(run).failed] == ["file.digests"]


@pytest.mark.parametrize("text", [None, "", "nonsense\n", "0" * 64 + "  plan.json\nnonsense\n"])
def test_digests_that_are_gone(run: Path, text: str | None) -> None:
    (run / DIGESTS).unlink()
    if text is not None:
        (run / DIGESTS).write_text(text, encoding="utf-8")
    refused(run, "file.digests", "run.sha256 is missing, or cannot be read")


def test_a_file_that_was_not_written(run: Path) -> None:
    (run / "notes.txt").write_text("mine", encoding="utf-8")
    (run / ".hidden").write_text("of the system", encoding="utf-8")
    refused(run, "file.digests", "notes.txt was not written")


def test_digests_are_those_of_sha256sum(run: Path) -> None:
    import hashlib

    lines = (run / DIGESTS).read_text(encoding="utf-8").splitlines()
    for line in lines:
        digest, _, path = line.partition("  ")
        assert hashlib.sha256((run / path).read_bytes()).hexdigest() == digest
    assert [line.partition("  ")[2] for line in lines] == sorted(line.partition("  ")[2] for line in lines)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda data: data.update(passed=False), "passed"),
        (lambda data: data.update(plan_sha256="0"), "plan_sha256"),
        (lambda data: data["rules"][3].update(largest_violation=1.0), "is not as found now"),
        (lambda data: data["rules"].pop(), ""),
        (lambda data: data["bounds"].update(cost_of_capital="by an oracle"), "bounds"),
    ],
)
def test_an_audit_that_says_something_else(run: Path, change: Callable[[Any], object], place: str) -> None:
    kept = (run / "audit.json").read_text(encoding="utf-8")
    sealed(run)
    (run / "audit.json").write_text(kept, encoding="utf-8")
    edit(run, "audit.json", change)
    found = {result.name: result.where for result in audit_folder(run).failed}
    if place:
        assert place in found["file.audit"]
    else:  # what was said of files is no part of it
        assert "file.audit" not in found


# ── bounds ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_bounds_are_said_to_be_of_the_solver(solved: Solved, run: Path) -> None:
    words = "by HiGHS, not recomputed"
    assert audit_folder(run).bounds == {objective.name: words for objective in solved.plan.instance.objectives}
    for command in ("audit", "show"):
        assert f"; bound: {words}" in call(command, run).stdout


def test_a_bound_that_another_solver_confirms(tmp_path: Path, solved: Solved) -> None:
    pytest.importorskip("pyscipopt")
    import optimizer

    plan = optimizer.solve(solved.plan.instance, threads=1, certify=["scip"])
    run = write_run(plan, tmp_path)
    assert audit_folder(run).failed == ()
    assert "; bound: by HiGHS, confirmed by SCIP" in call("audit", run).stdout
    edit(run, "summary.json", lambda data: data["certificates"][0]["levels"][0].update(second_bound=1e6))
    refused(sealed(run), "level.certificates", "certificates[0]: cost_of_capital: second_bound")
