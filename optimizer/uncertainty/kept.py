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
from optimizer.plan.run_folder import WriteError, write_run
from optimizer.plan.run_schema import RunError
from optimizer.uncertainty.plan import FILE, FORMAT, TreePlan


def write_tree(found: TreePlan, folder: str | os.PathLike[str]) -> TreePlan:
    """Write the runs of all scenarios and then tree.json; returns the plan with its runs. Raises WriteError."""
    home = Path(folder)
    runs = {name: write_run(plan, home).relative_to(home).as_posix() for name, plan in found.plans.items()}
    kept = replace(found, runs=runs)
    text = json.dumps(kept.to_dict(), indent=1, ensure_ascii=False, allow_nan=False)
    try:
        replace_file(home / f"{FILE}.json", f"{text}\n".encode())
    except OSError as error:
        raise WriteError(error.errno, f"{FILE}.json cannot be written to {home}: {error.strerror or error}") from error
    return kept


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
