"""A file of another kind than is asked for is told in one line, with the right command."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from optimizer import cli
from optimizer.instance.kinds import kind_of
from optimizer.instance.loader import check_file
from optimizer.instance.yaml_source import Source, parse
from optimizer.known_optima.reading import check_sidecar

BATCH = "name: b\nbase: a.yaml\nmixes: {all-equity: {set: {debt: null}}}\n"
SIDECAR = "status: optimal\nobjective: wacc\nsense: minimise\nvalue: 0.1\nsource: own\nproof: published\n"
INSTANCE = "name: a\ncalendar: {start: 2026, periods: 2}\n"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (BATCH, "batch"),
        (SIDECAR, "sidecar"),
        (INSTANCE, "instance"),
        ("extends: a.yaml\n", "instance"),
        ("name: b\nbase: a.yaml\n", None),
        ("name: b\nstatus: optimal\n", None),
        (INSTANCE + "base: a.yaml\nmixes: {}\n", None),
    ],
)
def test_kinds(text: str, kind: str | None) -> None:
    root, problems = parse(Source("f", text))
    assert root is not None
    assert problems == []
    assert kind_of(root) == kind


@pytest.mark.parametrize(
    ("name", "text", "message", "remedy"),
    [
        ("b.batch.yaml", BATCH, "this is a batch of comparisons, not an instance", "run it with `capstack compare {}`"),
        ("b.yaml", BATCH, "this is a batch of comparisons, not an instance", "call it NAME.batch.yaml"),
        ("a.expected.yaml", SIDECAR, "this is a sidecar", "`capstack check {}`"),
    ],
)
def test_no_instance(tmp_path: Path, name: str, text: str, message: str, remedy: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    loaded = check_file(path)
    assert loaded.instance is None
    (only,) = loaded.diagnostics
    assert (only.code, only.line, only.column) == ("wrong-kind", 1, 1)
    assert message in only.message
    assert remedy.format(path) in only.help


def test_no_sidecar(tmp_path: Path) -> None:
    path = tmp_path / "a.expected.yaml"
    path.write_text(INSTANCE, encoding="utf-8")
    (only,) = check_sidecar(path).diagnostics
    assert (only.code, only.message) == ("wrong-kind", "this is an instance, not a sidecar")
    assert "status, objective, sense, source and proof" in only.help


def test_what_is_extended_is_an_instance(tmp_path: Path) -> None:
    (tmp_path / "b.batch.yaml").write_text(BATCH, encoding="utf-8")
    (tmp_path / "v.yaml").write_text("extends: b.batch.yaml\nname: v\n", encoding="utf-8")
    (only,) = check_file(tmp_path / "v.yaml").diagnostics
    assert (only.code, Path(only.file).name) == ("wrong-kind", "b.batch.yaml")


def test_what_is_hidden_is_not_extended(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "config").write_text("token: 31415926\n", encoding="utf-8")
    (tmp_path / "v.yaml").write_text("extends: .git/config\nname: v\n", encoding="utf-8")
    (only,) = check_file(tmp_path / "v.yaml").diagnostics
    assert (only.code, only.line, only.column) == ("extends", 1, 10)
    assert "hidden" in only.message
    assert "31415926" not in str(only)


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["validate", "b.batch.yaml", "a.expected.yaml"], "capstack check a.expected.yaml"),
        (["solve", "b.batch.yaml"], "capstack compare b.batch.yaml"),
        (["show", "b.batch.yaml"], "capstack compare b.batch.yaml"),
        (["compare", "a.yaml"], "capstack solve a.yaml"),
        (["compare", "a.expected.yaml"], "capstack check a.expected.yaml"),
        (["init", "c.batch"], "c.batch.yaml is how batch files are called"),
        (["init", "c.expected.yaml"], "c.expected.yaml is how sidecars are called"),
    ],
)
def test_commands_name_the_right_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in (("a.yaml", INSTANCE), ("b.batch.yaml", BATCH), ("a.expected.yaml", SIDECAR)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    result = CliRunner().invoke(cli.app, command)
    assert result.exit_code == 2
    assert said in result.stdout + result.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.expected.yaml", "a.yaml", "b.batch.yaml"]
