"""The public interface: every parameter changes something, and what it cannot mean is refused in words of ours."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import optimizer
from optimizer.comparison.comparison import Comparison
from optimizer.comparison.run import compare
from optimizer.instance.reference import ROOT
from optimizer.instance.schema import Block, Instance
from optimizer.plan.plan import Plan
from optimizer.plan.run_folder import write_run
from tests.compare.examples import base_file, batch_file

from .interface_calls import BASE, CALLS, COMPARED, Recording, Unreachable, plan
from .interface_rows import ROWS as MOST_ROWS
from .interface_rows_figures import FIGURE_ROWS, recorded
from .interface_rows_tree import TREE_ROWS

ROWS = {**MOST_ROWS, **FIGURE_ROWS, **TREE_ROWS}


def functions_of(kind: type) -> Iterator[str]:
    """The public functions that a class of ours defines, properties apart."""
    for owner in kind.__mro__:
        if owner.__module__.startswith("optimizer."):
            for name, member in vars(owner).items():
                if not name.startswith("_") and (inspect.isfunction(member) or isinstance(member, classmethod)):
                    yield f"{kind.__name__}.{name}"


def test_every_public_function_is_called_here() -> None:
    ours = {name for name in optimizer.__all__ if not isinstance(getattr(optimizer, name), type)}
    assert ours <= set(CALLS)
    methods = {name for kind in (Instance, Plan, Comparison) for name in functions_of(kind)}
    bare = {"Instance.canonical", "Plan.to_dict", "Plan.to_summary", "Comparison.to_dict"}
    assert methods == bare | {name for name in CALLS if "." in name}
    assert issubclass(Instance, Block)


def test_every_parameter_has_a_row() -> None:
    signatures = {name: inspect.signature(function) for name, (function, _) in CALLS.items()}
    parameters = {f"{name}.{each}" for name, signature in signatures.items() for each in signature.parameters}
    assert parameters == set(ROWS)


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The files that rows name lie in the working folder."""
    monkeypatch.chdir(tmp_path)
    batch_file(base_file(tmp_path).parent, "mixes: {one: {}}")


def outcome(name: str, given: Mapping[str, Any]) -> Any:
    """What comes of a call: its result, or the error."""
    function, usual = CALLS[name]
    try:
        return function(**{**usual, **given})
    except Exception as error:
        return error


@pytest.mark.parametrize("parameter", sorted(ROWS))
def test_a_parameter_changes_something(parameter: str, monkeypatch: pytest.MonkeyPatch) -> None:
    name, _, key = parameter.rpartition(".")
    row = ROWS[parameter]
    monkeypatch.setattr("optimizer.comparison.run.LocalExecutor", Recording)
    monkeypatch.setattr("optimizer.comparison.run.ClusterExecutor", Unreachable)
    monkeypatch.setattr("optimizer.explanation.tornado.run.solved", recorded)
    monkeypatch.setattr("optimizer.explanation.tornado.run.MOST_BARS", 2)
    if name == "read_run":
        write_run(plan(), "a").rename("run")
        write_run(optimizer.solve(BASE.replace({"name": "other"})), "a").rename("other-run")
    if name == "read_comparison":
        COMPARED.write("kept")
        replace(COMPARED, name="other").write("other-kept")
    if name == "read_tree":
        for kept in ("kept-tree", "other-tree"):
            optimizer.solve_tree(BASE, nodes={"today": {}}, name=kept, out=kept)
    without = row.seen(outcome(name, row.also))
    told = row.seen(outcome(name, {**row.also, key: row.value}))
    assert told != without


REFUSED = [
    pytest.param(parameter, *case[:2], value, id=f"{parameter}={str(value)[:40]}")
    for parameter, row in ROWS.items()
    for case in row.refused
    for value in case[2]
]


@pytest.mark.parametrize(("parameter", "kind", "words", "value"), REFUSED)
def test_what_a_parameter_cannot_mean_is_refused(parameter: str, kind: type[Exception], words: str, value: Any) -> None:
    name, _, key = parameter.rpartition(".")
    found = outcome(name, {key: value})
    assert type(found) is kind, found
    assert re.search(words, str(found), re.DOTALL)


@pytest.mark.parametrize("key", ["mixes", "scenarios", "sweeps", "frontiers", "objectives", "options", "name", "title"])
def test_a_batch_file_describes_all_of_a_comparison(key: str) -> None:
    with pytest.raises(ValueError, match=f"so {key} cannot be given as well"):
        compare("test.batch.yaml", **{key: ["wacc"] if key == "objectives" else {}})


def test_the_readme_s_lines_of_python_run() -> None:
    Path("mine.yaml").write_text(
        (ROOT / "instances" / "templates" / "minimal.yaml").read_text(encoding="utf-8"), encoding="utf-8"
    )
    (lines,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    names: dict[str, Any] = {}
    exec(lines, names)
    assert len(names["found"].sweep("debt")) == 3
    assert names["dearer"].tax is None


def test_what_is_unusual_is_told_to_python_too() -> None:
    """A loan at 8 a year is one at 800 %; what `str` shows of a finding is what the command shows."""
    dear = BASE.replace({"debt.loan.rate_per_year": 8})
    (found,) = [each for each in optimizer.validate(dear) if each.severity == "warning"]
    assert (found.code, found.file) == ("unusual-figure", "debt.loan.rate_per_year")
    assert str(found).startswith("debt.loan.rate_per_year: warning[unusual-figure]: 8 (800 %) a year is unusual")
