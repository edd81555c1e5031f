"""Trees as SMPS, read again by a reader of these tests: each scenario alone, and all of them tied together."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

import optimizer
from optimizer.uncertainty.reading import load_tree, tree_from
from optimizer.uncertainty.run import asked_of, solve_tree
from optimizer.uncertainty.smps import write_smps
from optimizer.uncertainty.tree import ScenarioTree

from .worlds import THREE_STAGES, UP_OR_DOWN, lots, option

SHIPPED = Path(__file__).resolve().parents[2] / "instances" / "trees"
TREES = {
    "three stages": lambda: tree_from(lots(), nodes=THREE_STAGES),
    "option": lambda: tree_from(option(), nodes=UP_OR_DOWN),
    "shipped": lambda: load_tree(SHIPPED / "build-or-wait.tree.yaml"),
}


@dataclass
class Programme:
    """A scenario: rows by name with kind, coefficients by (row, column), right-hand sides, bounds."""

    kinds: dict[str, str] = field(default_factory=dict)
    columns: list[str] = field(default_factory=list)
    body: dict[tuple[str, str], float] = field(default_factory=dict)
    right: dict[str, float] = field(default_factory=dict)
    low: dict[str, float] = field(default_factory=dict)
    high: dict[str, float] = field(default_factory=dict)
    whole: set[str] = field(default_factory=set)
    probability: float = 1.0
    parent: str = "ROOT"
    stage: str = ""

    def copy(self) -> Programme:
        return Programme(self.kinds, self.columns, dict(self.body), dict(self.right), self.low, self.high, self.whole)


def core(path: Path) -> Programme:
    """The core, as far as our files go."""
    found, section, integer = Programme(), "", False
    for line in path.read_text(encoding="ascii").splitlines():
        words = line.split()
        if not line.startswith(" "):
            section = words[0]
        elif section == "ROWS":
            found.kinds[words[1]] = words[0]
        elif section == "COLUMNS" and words[1] == "'MARKER'":
            integer = words[2] == "'INTORG'"
        elif section == "COLUMNS":
            name = words[0]
            if name not in found.low:
                found.columns.append(name)
                found.low[name], found.high[name] = 0.0, np.inf
                found.whole |= {name} if integer else set()
            found.body[words[1], name] = float(words[2])
        elif section == "RHS":
            assert words[0] == "rhs"
            found.right[words[1]] = float(words[2])
        elif section == "BOUNDS":
            kind, name = words[0], words[2]
            ends = {"FX": "lh", "LO": "l", "LI": "l", "UP": "h", "UI": "h"}.get(kind, "")
            for end in ends:
                (found.low if end == "l" else found.high)[name] = float(words[3])
            if kind == "BV":
                found.high[name] = 1.0
            if kind in ("FR", "MI"):
                found.low[name] = -np.inf
    return found


def scenarios(folder: Path, name: str) -> tuple[dict[str, Programme], dict[str, int]]:
    """All scenarios, and the stage of each column from 0 on."""
    first, found = core(folder / f"{name}.cor"), dict[str, Programme]()
    one = first
    for line in (folder / f"{name}.sto").read_text(encoding="ascii").splitlines():
        words = line.split()
        if not line.startswith(" "):
            continue
        if words[0] == "SC":
            one = (first if words[2] == "ROOT" else found[words[2]]).copy()
            one.parent, one.probability, one.stage = words[2], float(words[3]), words[4]
            found[words[1]] = one
        elif words[0] == "rhs":
            one.right[words[1]] = float(words[2])
        else:
            one.body[words[1], words[0]] = float(words[2])
    times = [
        line.split() for line in (folder / f"{name}.tim").read_text(encoding="ascii").splitlines() if line[0] == " "
    ]
    begins = [first.columns.index(column) for column, _, _ in times]
    stage = {name: sum(j >= begin for begin in begins) - 1 for j, name in enumerate(first.columns)}
    return found, stage


def least(programmes: dict[str, Programme], stage: dict[str, int]) -> float:
    """The least expected objective, columns shared by all that have not parted before their stage."""
    part = {name: int(each.stage.removeprefix("STAGE")) - 1 for name, each in programmes.items()}

    def owner(name: str, column: str) -> str:
        while programmes[name].parent != "ROOT" and stage[column] < part[name]:
            name = programmes[name].parent
        return name

    first = next(iter(programmes.values()))
    number: dict[tuple[str, str], int] = {}
    entries, limits, row = [], [], 0
    for name, each in programmes.items():
        place = {column: number.setdefault((owner(name, column), column), len(number)) for column in first.columns}
        rows = {key: row + i for i, key in enumerate(kind for kind in each.kinds if each.kinds[kind] != "N")}
        row += len(rows)
        entries += [(rows[r], place[c], value) for (r, c), value in each.body.items() if r in rows]
        for key in rows:
            kind, right = each.kinds[key], each.right.get(key, 0.0)
            limits.append((right if kind in "EG" else -np.inf, right if kind in "EL" else np.inf))
    cost, low, high, whole = (np.zeros(len(number)) for _ in range(4))
    for name, each in programmes.items():
        for column in first.columns:
            j = number[owner(name, column), column]
            cost[j] += each.probability * each.body.get(("objective", column), 0.0)
    for (_, column), j in number.items():
        low[j], high[j], whole[j] = first.low[column], first.high[column], column in first.whole
    i, j, values = zip(*entries, strict=True)
    matrix = sparse.csr_matrix((values, (i, j)), shape=(row, len(number)))
    least_of, most = (np.array(ends) for ends in zip(*limits, strict=True))
    answer = milp(
        cost, constraints=LinearConstraint(matrix, least_of, most), bounds=Bounds(low, high), integrality=whole
    )
    assert answer.status == 0
    return float(answer.fun)


@pytest.mark.parametrize("name", TREES)
def test_what_is_written_is_the_tree(name: str, tmp_path: Path) -> None:
    tree: ScenarioTree = TREES[name]()
    write_smps(tree, tmp_path)
    found, stage = scenarios(tmp_path, tree.name)
    assert list(found) == [leaf.name for leaf in tree.leaves]
    assert sum(each.probability for each in found.values()) == pytest.approx(1.0)
    for leaf in tree.leaves:
        alone = optimizer.solve(leaf.instance, gap=0.0).summary["levels"][0]["value"]
        assert least({leaf.name: _alone(found[leaf.name])}, stage) == pytest.approx(alone, rel=1e-7, abs=1e-6), (
            leaf.name
        )
    whole = solve_tree(tree, asked_of(tree, gap=0.0, worth=False)).levels[0].value
    assert least(found, stage) == pytest.approx(whole, rel=1e-7, abs=1e-6)


def _alone(one: Programme) -> Programme:
    alone = one.copy()
    alone.stage = "STAGE1"
    return alone


def test_a_scenario_changes_nothing_before_it_parts(tmp_path: Path) -> None:
    """Each line of a scenario is of a row that stands at or after the stage in which it parts."""
    tree = tree_from(lots(), nodes=THREE_STAGES)
    _, times, changes = write_smps(tree, tmp_path)
    begins = [line.split() for line in times.read_text(encoding="ascii").splitlines() if line[0] == " "]
    rows = [row for row, kind in core(tmp_path / f"{tree.name}.cor").kinds.items() if kind != "N"]
    first = {name: rows.index(row) for _, row, name in begins}
    parts, said = "", 0
    for words in (line.split() for line in changes.read_text(encoding="ascii").splitlines() if line[0] == " "):
        if words[0] == "SC":
            parts = words[4]
        else:
            said += 1
            assert rows.index(words[1]) >= first[parts]
    assert said > 0


def test_what_the_format_cannot_say_is_refused(tmp_path: Path) -> None:
    worst = tree_from(lots(), nodes=THREE_STAGES, risk={"measure": "worst"})
    with pytest.raises(ValueError, match="holds expected values only"):
        write_smps(worst, tmp_path)
    assert list(tmp_path.iterdir()) == []
