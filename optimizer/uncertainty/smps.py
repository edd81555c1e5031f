"""A tree as SMPS, the three files of stochastic programmes: a core, its stages, and what each scenario changes.

The core is the first scenario. A stage begins where a node begins; a column stands in that in which it is decided, a
row in the latest of its columns, or where scenarios part that differ in it. A change is a coefficient or a right-hand
side and nothing else, so that the core has what any scenario has: a row that a scenario lacks is empty in it, one with
two limits of which one differs is two rows, bounds that differ are rows, and the objective is a column, ``value``,
that a row of the last stage makes equal to it.

Format: Birge, Dempster, Gassmann, Gunn, King, Wallace (1987), section SCENARIOS DISCRETE. The vector of right-hand
sides is named ``rhs``: there are readers that take one named RHS for the head of its section.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from pathlib import Path

import numpy as np
from scipy import sparse

from optimizer.contract.durable import replacing
from optimizer.solver.matrix import Expression, Matrix, Names
from optimizer.solver.mps import readable_names, write_mps
from optimizer.uncertainty.leaf import LeafProgramme, largest_of, programmes
from optimizer.uncertainty.objectives import leaf_objectives
from optimizer.uncertainty.tree import Leaf, ScenarioTree

VALUE, RIGHT = "value", "rhs"
Key = tuple[str, str]
"""A row and which of its limits: E both, L the upper, G the lower one."""
Side = tuple[dict[str, float], float]
"""Coefficients by column, and the right-hand side."""
EMPTY: Side = ({}, 0.0)


@dataclass(frozen=True)
class Scenario:
    """A scenario by names: ``sides`` of its rows, and of its columns bounds, stage and which are whole numbers."""

    leaf: Leaf
    sides: dict[Key, Side]
    bounds: dict[str, tuple[float, float]]
    stage: dict[str, int]
    row_stage: dict[str, int]
    integer: frozenset[str]


@dataclass(frozen=True)
class Stochastic:
    """Scenarios over the same rows and columns, of ``stages`` that begin in these periods."""

    name: str
    scenarios: tuple[Scenario, ...]
    stages: tuple[int, ...]
    maximise: bool

    @cached_property
    def columns(self) -> dict[str, int]:
        """Columns in order, with their stage."""
        found: dict[str, int] = {}
        for each in self.scenarios:
            for name, stage in each.stage.items():
                found[name] = max(stage, found.get(name, 0))
        return dict(sorted(found.items(), key=lambda item: item[1]))

    @cached_property
    def rows(self) -> dict[Key, int]:
        """Sides of rows in order, with their stage."""
        found: dict[Key, int] = {}
        for key in dict.fromkeys(key for each in self.scenarios for key in each.sides):
            own = [each.sides.get(key, EMPTY) for each in self.scenarios]
            stage = max(each.row_stage.get(key[0], 0) for each in self.scenarios)
            stage = max([stage, *(self.columns[name] for body, _ in own for name in body)])
            if any(side != own[0] for side in own):
                parts = (self.parted(i, j) for i, j in combinations(range(len(own)), 2) if own[i] != own[j])
                stage = max(stage, *parts)
            found[key] = stage
        return dict(sorted(found.items(), key=lambda item: item[1]))

    def parted(self, one: int, other: int) -> int:
        """The stage in which two scenarios part."""
        ours, theirs = (self.scenarios[i].leaf.path for i in (one, other))
        shared = len(list(_shared(ours, theirs)))
        starts = [path[shared].start for path in (ours, theirs) if shared < len(path)]
        return self.stages.index(min(starts))

    @cached_property
    def words(self) -> tuple[dict[str, str], dict[Key, str]]:
        """Names of columns and of sides of rows that readers take for one word."""
        columns = readable_names(list(self.columns), "column")
        written = [row if side == "E" else f"{row}.{side}" for row, side in self.rows]
        rows = readable_names(written, "row", taken=["objective"])
        return dict(zip(self.columns, columns, strict=True)), dict(zip(self.rows, rows, strict=True))


def _shared(ours: Sequence[object], theirs: Sequence[object]) -> Iterator[object]:
    """What two sequences have in common at their beginning."""
    for one, other in zip(ours, theirs, strict=False):
        if one != other:
            return
        yield one


def write_smps(tree: ScenarioTree, folder: str | os.PathLike[str], pooled: bool = False) -> list[Path]:
    """Write NAME.cor, NAME.tim and NAME.sto for the first level of a tree; returns their paths.

    ``pooled`` adds up sites that are alike. Raises ValueError for a measure of risk and for a ratio, which the format
    cannot say, and OSError.
    """
    if tree.risk.measure != "expected":
        raise ValueError(f"{tree.name} asks for {tree.risk.measure}, and SMPS holds expected values only")
    found = _stochastic(tree, programmes(tree.leaves, pooled, largest_of(tree.leaves)))
    home = Path(folder)
    home.mkdir(parents=True, exist_ok=True)
    paths = [home / f"{tree.name}.{ending}" for ending in ("cor", "tim", "sto")]
    _write_core(paths[0], found)
    for path, lines in ((paths[1], _times(found)), (paths[2], _changes(found))):
        with replacing(path) as stream:
            stream.writelines(f"{line}\n".encode("ascii", "replace") for line in lines)
    return paths


def _stochastic(tree: ScenarioTree, leaves: Sequence[LeafProgramme]) -> Stochastic:
    stages = tuple(sorted({node.start for node in tree.nodes.values()}))
    scenarios = [_scenario(leaf, tree, stages) for leaf in leaves]
    for name in dict.fromkeys(name for each in scenarios for name in each.bounds):
        own = [each.bounds[name] for each in scenarios if name in each.bounds]
        if any(bounds != own[0] for bounds in own):
            _bounds_as_rows(scenarios, name)
    both = {row for each in scenarios for row, side in each.sides if side == "E"}
    for row in sorted(both & {row for each in scenarios for row, side in each.sides if side != "E"}):
        for each in scenarios:
            if side := each.sides.pop((row, "E"), None):
                each.sides.update({(row, "G"): side, (row, "L"): side})
    minimise = leaf_objectives(leaves[0], tree.rescue)[0].minimise
    return Stochastic(tree.name, tuple(scenarios), stages, not minimise)


def _scenario(leaf: LeafProgramme, tree: ScenarioTree, stages: Sequence[int]) -> Scenario:
    level = leaf_objectives(leaf, tree.rescue)[0]
    if level.denominator is not None:
        raise ValueError(f"{level.name} is a ratio, and SMPS holds linear objectives only")
    matrix, names, last = leaf.built.programme.matrix, leaf.built.names, len(stages) - 1
    columns = names.columns
    decided = leaf.built.decided.tolist()
    stage = {name: _stage(stages, t) if t else last for name, t in zip(columns, decided, strict=True)}
    sides: dict[Key, Side] = {}
    for i, name in enumerate(names.rows):
        part = slice(matrix.rows.indptr[i], matrix.rows.indptr[i + 1])
        pairs = zip(matrix.rows.indices[part].tolist(), matrix.rows.data[part].tolist(), strict=True)
        body = {columns[j]: value for j, value in pairs if value}
        low, high = float(matrix.row_low[i]), float(matrix.row_high[i])
        limits = {"E": low} if low == high else {"G": low, "L": high}
        sides |= {(name, side): (body, limit) for side, limit in limits.items() if np.isfinite(limit)}
    cost = {columns[j]: -float(level.expression.cost[j]) for j in np.nonzero(level.expression.cost)[0].tolist()}
    sides[VALUE, "E"] = ({VALUE: 1.0, **cost}, level.expression.constant)
    periods = zip(names.rows, leaf.built.row_periods.tolist(), strict=False)
    bounds = dict(zip(columns, zip(matrix.low.tolist(), matrix.high.tolist(), strict=True), strict=True))
    return Scenario(
        leaf.leaf,
        sides,
        {**bounds, VALUE: (-np.inf, np.inf)},
        {**stage, VALUE: last},
        {**{name: _stage(stages, t) for name, t in periods if t}, VALUE: last},
        frozenset(name for name, whole in zip(columns, matrix.integer.tolist(), strict=True) if whole),
    )


def _stage(stages: Sequence[int], period: int) -> int:
    """The last stage that has begun by then."""
    return max(0, int(np.searchsorted(stages, period, side="right")) - 1)


def _bounds_as_rows(scenarios: Sequence[Scenario], name: str) -> None:
    """Each scenario's own bounds of a column as rows, and the widest of all as its bounds."""
    own = [each.bounds[name] for each in scenarios if name in each.bounds]
    widest = min(low for low, _ in own), max(high for _, high in own)
    for each in scenarios:
        if name in each.bounds:
            for side, limit, loose in zip("GL", each.bounds[name], widest, strict=True):
                if np.isfinite(limit) and any(bounds["GL".index(side)] != loose for bounds in own):
                    each.sides[f"bound.{name}", side] = ({name: 1.0}, limit)
            each.bounds[name] = widest


def _write_core(path: Path, found: Stochastic) -> None:
    first, (columns, rows) = found.scenarios[0], found.words
    place = {name: j for j, name in enumerate(found.columns)}
    matrix = sparse.lil_matrix((len(found.rows), len(place)))
    low, high = np.full(len(found.rows), -np.inf), np.full(len(found.rows), np.inf)
    for i, (row, side) in enumerate(found.rows):
        body, right = first.sides.get((row, side), EMPTY)
        for name, value in body.items():
            matrix[i, place[name]] = value
        low[i] = right if side in "EG" else -np.inf
        high[i] = right if side in "EL" else np.inf
    bounds = [next(each.bounds[name] for each in found.scenarios if name in each.bounds) for name in place]
    integer = np.array([any(name in each.integer for each in found.scenarios) for name in place])
    cost = np.array([1.0 if name == VALUE else 0.0 for name in place])
    least, most = (np.array(ends) for ends in zip(*bounds, strict=True))
    write_mps(
        path,
        Matrix(sparse.csr_matrix(matrix), low, high, least, most, integer),
        Expression(cost, 0.0),
        Names(tuple(rows.values()), tuple(columns.values())),
        maximise=found.maximise,
        title=found.name,
        right=RIGHT,
    )


def _times(found: Stochastic) -> Iterator[str]:
    """For each stage its first column and its first row."""
    columns, rows = found.words
    yield from (f"TIME {found.name}", "PERIODS IMPLICIT")
    for stage in range(len(found.stages)):
        column = next((columns[name] for name, each in found.columns.items() if each == stage), None)
        row = next((rows[key] for key, each in found.rows.items() if each == stage), None)
        if column is not None and row is not None:
            yield f" {column} {row} {_stage_name(stage)}"
    yield "ENDATA"


def _changes(found: Stochastic) -> Iterator[str]:
    """The first scenario is the core; every other is told by what it has otherwise than the one it parts from last."""
    columns, rows = found.words
    yield from (f"STOCH {found.name}", "SCENARIOS DISCRETE")
    for number, scenario in enumerate(found.scenarios):
        parent = max(range(number), key=lambda other: (found.parted(number, other), -other), default=None)
        stage = 0 if parent is None else found.parted(number, parent)
        name = "ROOT" if parent is None else found.scenarios[parent].leaf.name
        yield f" SC {scenario.leaf.name} {name} {scenario.leaf.probability!r} {_stage_name(stage)}"
        if parent is None:
            continue
        for key in found.rows:
            (ours, right), (theirs, before) = (
                each.sides.get(key, EMPTY) for each in (scenario, found.scenarios[parent])
            )
            for column in dict.fromkeys([*theirs, *ours]):
                if ours.get(column, 0.0) != theirs.get(column, 0.0):
                    yield f" {columns[column]} {rows[key]} {ours.get(column, 0.0)!r}"
            if right != before:
                yield f" {RIGHT} {rows[key]} {right!r}"
    yield "ENDATA"


def _stage_name(stage: int) -> str:
    return f"STAGE{stage + 1}"


__all__ = ["write_smps"]
