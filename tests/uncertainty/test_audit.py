"""The audit of a tree finds what was changed in it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest

import optimizer
from optimizer.plan.run_schema import RunError
from optimizer.uncertainty.audit import audit_tree, checked_tree
from optimizer.uncertainty.tables import TREE_FILES
from tests.cli.test_commands import call

from .worlds import THREE_STAGES, lots


@cache
def kept() -> Path:
    folder = Path(mkdtemp(prefix="capstack-tree-"))
    optimizer.solve_tree(lots(), nodes=THREE_STAGES, out=folder, gap=0.0)
    return folder


def test_a_tree_as_it_was_kept_passes() -> None:
    assert audit_tree(kept()) == []
    result = call("audit", str(kept()))
    assert result.exit_code == 0
    assert "passes: run, probability, shared, expectation, bound, worth, tables" in result.stdout


def node(data: Any, name: str) -> Any:
    return next(each for each in data["nodes"] if each["name"] == name)


def likelier(data: Any) -> None:
    node(data, "low")["probability"] = 0.6


def cheaper(data: Any) -> None:
    data["levels"][0]["value"] -= 1.0


def prouder(data: Any) -> None:
    data["levels"][0]["bound"] += 2.0


def wiser(data: Any) -> None:
    data["worth"]["evpi"]["high"] += 1.0


def better(data: Any) -> None:
    data["worth"]["vss"]["low"] += 1.0


@pytest.mark.parametrize(
    ("change", "rule"),
    [(likelier, "probability"), (cheaper, "expectation"), (prouder, "bound"), (wiser, "worth"), (better, "worth")],
)
def test_what_is_changed_in_tree_json_is_found(change: Callable[[Any], None], rule: str, tmp_path: Path) -> None:
    folder = tmp_path / "tree"
    shutil.copytree(kept(), folder)
    data = json.loads((folder / "tree.json").read_text(encoding="utf-8"))
    change(data)
    (folder / "tree.json").write_text(json.dumps(data), encoding="utf-8")
    broken = list(dict.fromkeys(each.rule for each in audit_tree(folder)))
    assert rule in broken
    result = call("audit", str(folder))
    assert result.exit_code == 1
    assert result.stdout.startswith(f"{folder}: FAILS: {', '.join(broken)}\n")


@pytest.mark.parametrize("file", sorted(TREE_FILES))
def test_a_table_that_is_changed_or_gone_is_found(file: str, tmp_path: Path) -> None:
    folder = tmp_path / "tree"
    shutil.copytree(kept(), folder)
    with open(folder / file, "a", encoding="utf-8") as stream:
        stream.write("1\n")
    assert [(each.rule, each.place) for each in audit_tree(folder)] == [("tables", file)]
    (folder / file).unlink()
    assert [(each.rule, each.place) for each in audit_tree(folder)] == [("tables", file)]


def test_a_decision_that_knows_the_future_is_found() -> None:
    """One scenario orders another amount today: that of 2026 is the root's, that of 2028 its own."""
    data = optimizer.read_tree(kept())
    plans = {leaf["name"]: optimizer.read_run(kept() / leaf["run"]) for leaf in data["leaves"]}
    for period, broken in (("2026", {"shared"}), ("2028", set())):
        plan = plans["low-low"]
        orders = [row for row in plan.decisions["orders"] if row["period"] != period]
        orders.append({"offer": "chips", "period": period, "units": 12345.0})
        from dataclasses import replace

        changed = {**plans, "low-low": replace(plan, decisions={**plan.decisions, "orders": orders})}
        assert {each.rule for each in checked_tree(data, changed)} == broken


def test_a_damaged_tree_is_told(tmp_path: Path) -> None:
    (tmp_path / "tree.json").write_text('{"format": 1, "kind": "tree"}', encoding="utf-8")
    with pytest.raises(RunError, match="is damaged"):
        audit_tree(tmp_path)
