"""The model as Pyomo shows it: blocks by area, objectives, and what an import may find."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pyomo.environ as pyo
import pytest

import optimizer
from optimizer.instance.loader import load
from optimizer.model import objectives
from optimizer.pyomo.algebra import PyomoModel

from .campuses import instance, model

PACKAGE = Path(optimizer.__file__).parent
KNOWN = PACKAGE.parent / "instances" / "known-optimal"


def test_blocks_are_named_as_the_files_that_declare_them() -> None:
    found: Any = model()
    assert type(found) is pyo.ConcreteModel
    assert found.name == "two-campuses"
    blocks = {block.local_name: block for block in found.component_objects(pyo.Block, descend_into=False)}
    levels = blocks.pop("levels")
    files = {path.stem for path in (PACKAGE / "model").glob("*.py")}
    assert {"sites", "debt", "cash", "objectives"} <= blocks.keys() <= files
    for component in found.component_objects((pyo.Var, pyo.Constraint), descend_into=True):
        assert component.parent_block() in blocks.values(), component.name
    assert levels.doc
    assert blocks["objectives"].doc == (objectives.__doc__ or "").partition("\n")[0]


def test_without_a_file_of_the_model_there_is_no_block() -> None:
    algebra = PyomoModel()
    algebra.variables("x", [1], 0.0, 1.0, integer=False)
    assert algebra.model.x.parent_block() is algebra.model
    with pytest.raises(ValueError, match="two families with the name 'x'"):
        algebra.variables("x", [1], 0.0, 1.0, integer=False)


def test_objectives_are_the_levels_in_their_order() -> None:
    levels = optimizer.to_pyomo(load(KNOWN / "lexicographic-amount.yaml")).levels
    found = list(levels.component_objects(pyo.Objective))
    assert [(each.local_name, each.active, each.sense) for each in found] == [
        ("peak_funding", True, pyo.minimize),
        ("total_value", False, pyo.maximize),
    ]


def test_other_objectives_can_be_asked_for() -> None:
    found = optimizer.to_pyomo(instance(), objectives=["wacc", {"name": "terminal_cash"}])
    assert [each.local_name for each in found.levels.component_objects(pyo.Objective)] == ["wacc", "terminal_cash"]
    for variable in found.component_data_objects(pyo.Var):
        variable.set_value(1.0, skip_validation=True)
    ratio = pyo.value(found.levels.wacc_numerator) / pyo.value(found.levels.wacc_denominator)
    assert pyo.value(found.levels.wacc) == pytest.approx(ratio)


def python(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        env={"PYTHONPATH": str(PACKAGE.parent), "PATH": ""},
    )


def test_in_the_folder_of_the_package_pyomo_is_not_taken_for_pyomo_s_folder() -> None:
    """Python looks there first, unless it is told not to: the message says what happened, and -P helps."""
    script = "import optimizer; print(optimizer.to_pyomo.__name__)"
    found = python(PACKAGE, "-c", script)
    assert "this is optimizer/pyomo and not Pyomo: start Python in another folder, or with -P" in found.stderr
    assert python(PACKAGE, "-P", "-c", script).stdout == "to_pyomo\n"


def test_a_plan_is_found_from_inside_the_folder_of_the_package() -> None:
    """Nothing on the way imports Pyomo, and the solver's process finds what this one finds."""
    script = (
        "import optimizer\n"
        f"print(optimizer.solve(optimizer.load({str(KNOWN / 'loan-bullet.yaml')!r})).status)\n"
        "import sys; print('pyomo' in sys.modules)"
    )
    found = python(PACKAGE, "-c", script)
    assert found.stdout == "optimal\nFalse\n", found.stderr
