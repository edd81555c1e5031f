"""A tree plan on the disk: tree.json, and a run folder for each scenario, an ordinary one, beside it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from optimizer.comparison.kept import kept_data
from optimizer.comparison.store import replace_file
from optimizer.plan.plan import Plan
from optimizer.plan.run_folder import WriteError, read_run, to_csv, write_run
from optimizer.plan.run_schema import RunError
from optimizer.uncertainty.plan import FORMAT, TreePlan
from optimizer.uncertainty.record import FILE, TreeRecord
from optimizer.uncertainty.tables import TREE_FILES


def write_tree(found: TreePlan, folder: str | os.PathLike[str]) -> TreePlan:
    """Write the runs of all scenarios, the tables and then tree.json; returns the plan with its runs.

    Raises WriteError.
    """
    home = Path(folder)
    runs = {name: _run(plan, home) for name, plan in found.plans.items()}
    kept = replace(found, runs=runs, single_run=None if found.single is None else _run(found.single.plan, home))
    record = kept.record
    tables = kept.tables
    files = {path: to_csv(tables[name]) for path, name in TREE_FILES.items()}
    files[f"{FILE}.json"] = f"{json.dumps(record.data, indent=1, ensure_ascii=False, allow_nan=False)}\n"
    for path, text in files.items():
        try:
            (home / path).parent.mkdir(parents=True, exist_ok=True)
            replace_file(home / path, text.encode())
        except OSError as error:
            message = f"{path} cannot be written to {home}: {error.strerror or error}"
            raise WriteError(error.errno, message) from error
    return kept


def _run(plan: Plan, home: Path) -> str:
    """A plan written as a run below a folder, and where."""
    return write_run(plan, home).relative_to(home).as_posix()


def tree_record(folder: str | os.PathLike[str]) -> TreeRecord:
    """A kept tree with its plans. Raises RunError for a folder that holds none, or where a run is missing."""
    data, home = read_tree(folder), Path(folder)
    try:
        plans = {str(leaf["name"]): read_run(home / str(leaf["run"])) for leaf in data["leaves"]}
        single = ((data["worth"] or {}).get("single_plan") or {}).get("run")
        record = TreeRecord(data, plans, None if single is None else read_run(home / str(single)))
        if not plans or any(key not in data for key in ("levels", "nodes", "risk", "search")):
            raise KeyError("levels")
    except (KeyError, TypeError, AttributeError) as error:
        raise RunError(f"{home / FILE}.json is damaged: {type(error).__name__}: {error}") from None
    return record


def read_tree(folder: str | os.PathLike[str]) -> Mapping[str, Any]:
    """The tree.json of a folder as plain data: nodes, leaves, levels, what the tree is worth (docs/uncertainty.md).

    Raises RunError for a folder that holds none.

    >>> nodes = {"today": {}, "later": {"parent": "today", "from": 2027, "probability": 1}}
    >>> kept = optimizer.solve_tree(base, nodes=nodes, out=folder / "tree")
    >>> optimizer.read_tree(folder / "tree")["nodes"][1]["from"]
    '2027'
    """
    path = Path(folder) / f"{FILE}.json"
    data = kept_data(folder, FILE, "tree", FORMAT)
    if data.get("kind") != "tree":
        raise RunError(f"{path} is no tree of this version")
    return data
