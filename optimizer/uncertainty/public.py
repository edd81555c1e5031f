"""Trees of scenarios from Python."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from optimizer.comparison.run import executor_of
from optimizer.comparison.store import Store
from optimizer.instance.kinds import TREE_ENDINGS
from optimizer.instance.schema import Instance
from optimizer.solving.asked import levels_of
from optimizer.uncertainty import run
from optimizer.uncertainty.kept import write_tree
from optimizer.uncertainty.plan import TreePlan
from optimizer.uncertainty.reading import load_tree, tree_from
from optimizer.uncertainty.tasks import SOLVE, runner
from optimizer.uncertainty.waits import NothingToWaitForError


def solve_tree(
    base: Instance | str | os.PathLike[str],
    *,
    nodes: Mapping[str, Any] | None = None,
    factors: Mapping[str, Any] | None = None,
    paths: Mapping[str, Any] | None = None,
    risk: Mapping[str, Any] | None = None,
    rescue: Mapping[str, Any] | None = None,
    objectives: Sequence[str | Mapping[str, Any]] | None = None,
    name: str | None = None,
    title: str | None = None,
    gap: float | None = None,
    time_limit: float | None = None,
    seed: int | None = None,
    out: str | os.PathLike[str] | None = None,
    jobs: int | None = None,
    scheduler: str | None = None,
    resume: bool = False,
    waiting: Sequence[str] = (),
    covenants: bool = False,
) -> TreePlan:
    """One plan for a tree of scenarios: what is committed now, and what is decided later in each case.

    ``base`` is an instance, an instance file, or a tree file (``*.tree.yaml``, then nothing else is described); the
    other descriptions have the keys of a tree file, see docs/uncertainty.md. ``gap`` is that of the first level,
    ``time_limit`` in seconds for all of it; ``out`` is where answers are kept as they come in, and the plan with a run
    for each scenario; ``jobs``, ``scheduler`` and ``resume`` as in ``compare``. ``waiting`` names sites and frameworks,
    or ``all``, of which it is asked what waiting is worth; ``covenants`` asks how likely each covenant breaks if the
    plan for one forecast is followed.

    Raises InstanceError, ValueError or TypeError for what is asked wrongly, NoTreePlanError, SolverError, ExecutorError
    and WriteError.

    >>> less = {"cash_flows": {"income": {"musd_per_period": {2027: 110}}}}
    >>> tree = optimizer.solve_tree(base, nodes={
    ...     "today": {},
    ...     "well": {"parent": "today", "from": 2027, "probability": 0.6},
    ...     "badly": {"parent": "today", "from": 2027, "probability": 0.4, "set": less},
    ... })
    >>> round(tree.levels[0].value, 3), tree.decisions["today"]["debt_draws"]  # 108 are still repaid out of 110
    (6.612, [{'instrument': 'loan', 'period': '2026', 'musd': 100.0}])
    """
    parts: dict[str, Any] = {
        "nodes": nodes,
        "factors": factors,
        "paths": paths,
        "risk": risk,
        "rescue": rescue,
        "objectives": None if objectives is None else levels_of(objectives),
        "name": name,
        "title": title,
    }
    if not isinstance(base, Instance) and os.fspath(base).endswith(TREE_ENDINGS):
        if given := [key for key, part in parts.items() if part is not None]:
            raise ValueError(f"a tree file describes the tree, so {', '.join(given)} cannot be given as well")
        tree = load_tree(base)
    else:
        tree = tree_from(base, **parts)
    if resume and out is None:
        raise ValueError("resume needs out, the folder of the answers that are not to be asked for again")
    executor = executor_of(1 if jobs is None else jobs, scheduler, SOLVE)
    if isinstance(waiting, str) or not all(isinstance(each, str) for each in waiting):
        raise TypeError("waiting should be a list of names")
    asked = run.asked_of(tree, gap=gap, time_limit=time_limit, seed=seed, waiting=waiting, covenants=bool(covenants))
    try:
        if out is not None:
            return write_tree(run.solve_tree(tree, asked, runner(executor, Store(out), resume)), out)
        with tempfile.TemporaryDirectory(prefix="capstack-") as folder:
            return run.solve_tree(tree, asked, runner(executor, Store(Path(folder)), False))
    except NothingToWaitForError as error:
        raise ValueError(str(error)) from None
