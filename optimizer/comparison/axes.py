"""The axes of a sweep: what they vary, an instance at one of their values, and what can be wrong with them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from optimizer.comparison.columns import TAKEN
from optimizer.comparison.layers import NOT_VARIED
from optimizer.comparison.schema import Axis, BatchFile, Points
from optimizer.instance.diagnostics import Diagnostic
from optimizer.instance.paths import Keys, PathError, Value, overlap, replaced, resolve, scaled, written
from optimizer.instance.tree import Tree
from optimizer.instance.yaml_source import Node, Place

DEBT_SHARE = "debt-share-of-the-sweep"
"""Name of the covenant that the axis debt_share adds."""
MAX_POINTS = 10_000
SLACKS = (".slack_share", ".slack_musd")


def label(axis: Axis) -> str:
    """The name of the axis in tables."""
    return axis.label or ("debt_share" if axis.debt_share else f"{axis.path}{' factor' if axis.factor else ''}")


def points(axis: Axis) -> Points:
    """The values of the axis."""
    found = axis.debt_share or axis.values or axis.factor
    assert found is not None
    return found


def with_value(tree: Node, axis: Axis, value: Value, place: Place) -> Node:
    """The tree of an instance with one value of the axis. Raises PathError if the axis fits no figure of the tree."""
    if axis.debt_share is not None:
        return _with_debt_share(tree, value, place)
    assert axis.path is not None
    found = resolve(tree, axis.path)
    if axis.factor is None:
        return replaced(tree, found, lambda _: written(value, place), place)
    assert isinstance(value, (int, float))
    return replaced(tree, found, lambda old: scaled(old, float(value), str(axis.path), place), place)


def _with_debt_share(tree: Node, value: Value, place: Place) -> Node:
    """The tree with the covenant debt ≤ value·(debt + paid-in equity), tested in every period."""
    rule = {"kind": Node("debt_to_capital", place), "maximum": written(value, place)}

    def added(old: Node | None) -> Node:
        if old is not None:
            raise PathError(f"the instance has a covenant named {DEBT_SHARE} already", "give it another name")
        return Node(dict(rule), place, place)

    return replaced(tree, ("covenants", DEBT_SHARE), added, place)


def axis_problems(
    file: BatchFile, tree: Tree, varied: Callable[[str | None, str | None], Node | None] | None
) -> Iterator[Diagnostic]:
    """What is wrong with the axes of a batch; without the tree of a mix in a scenario, with the axis alone."""
    for name, sweep in file.sweeps.items():
        count = 1
        base = varied(sweep.mix, sweep.scenario) if varied is not None else None
        moved: list[Keys] = []
        for i, axis in enumerate(sweep.axes):
            here: Keys = ("sweeps", name, "axes", i)
            found = list(_axis_problems(axis, tree, here))
            if not found:
                count *= len(points(axis).listed)
            if not found and base is not None:
                try:
                    with_value(base, axis, points(axis).listed[0], tree.place(here))
                    moved.append(_moved(base, axis))
                except PathError as error:
                    found.append(_at_path(axis, tree, here, error.message, error.help))
            yield from found
        names = [label(axis) for axis in sweep.axes]
        if len(moved) > 1 and overlap(*moved):
            message = f"the axes overlap: {' and '.join(axis.path or 'debt_share' for axis in sweep.axes)}"
            help = "a point has one value for a figure: keep one axis, or write two sweeps"
            yield _at_path(sweep.axes[1], tree, ("sweeps", name, "axes", 1), message, help)
        elif len(set(names)) < len(names):
            place = tree.place(("sweeps", name, "axes"))
            yield place.diagnostic("axis", f"both axes are called {names[0]}", "give one a `label`")
        if count > MAX_POINTS:
            place = tree.place(("sweeps", name))
            yield place.diagnostic("too-many-points", f"the sweep has {count:,} points, more than {MAX_POINTS:,}")


def _moved(tree: Node, axis: Axis) -> Keys:
    """The place of the tree that the axis changes."""
    return resolve(tree, axis.path) if axis.path is not None else ("covenants", DEBT_SHARE)


def _at_path(axis: Axis, tree: Tree, here: Keys, message: str, help: str) -> Diagnostic:
    return tree.place((*here, "path" if axis.path else "debt_share")).diagnostic("axis", message, help)


def _axis_problems(axis: Axis, tree: Tree, here: Keys) -> Iterator[Diagnostic]:
    if axis.label in TAKEN:
        at = tree.place((*here, "label"))
        yield at.diagnostic("axis", f"the tables have a column {axis.label} already", "choose another label")
    given = [key for key in ("debt_share", "values", "factor") if getattr(axis, key) is not None]
    place = tree.place(here)
    if len(given) != 1:
        what = "nothing" if not given else " and ".join(given)
        yield place.diagnostic("axis", f"the axis has {what}: give one of debt_share, values, factor")
        return
    if (axis.path is None) != (given[0] == "debt_share"):
        message = "`debt_share` takes no path" if axis.path else f"`{given[0]}` needs the path of a figure"
        yield place.diagnostic("axis", message, "such as `path: hardware.b200.price_usd`" if not axis.path else "")
        return
    first = re.match(r"[^.]*", axis.path or "")
    # what a later level may give up is a figure like any other; which objectives there are is not
    if first and first[0] in NOT_VARIED and not (axis.path or "").endswith(SLACKS):
        at = tree.place((*here, "path"))
        yield at.diagnostic("not-to-set", f"`{first[0]}` cannot be varied", NOT_VARIED[first[0]])
        return
    spaced = points(axis)
    at = tree.place((*here, given[0]))
    ends = [spaced.start, spaced.stop, spaced.steps]
    if spaced.values is not None and any(end is not None for end in ends):
        yield at.diagnostic("axis", "values are either listed or spaced, not both", "keep `values`, or from, to, steps")
    elif spaced.values is None and any(end is None for end in ends):
        missing = [key for key, end in zip(("from", "to", "steps"), ends, strict=True) if end is None]
        yield at.diagnostic("axis", f"{', '.join(missing)} missing", "write {from: 0, to: 0.6, steps: 13}, or a list")
    elif len(set(map(str, spaced.listed))) < len(spaced.listed):
        yield at.diagnostic("axis", "a value stands there twice", "keep one")
    elif given[0] != "values" and any(isinstance(value, (str, bool)) for value in spaced.listed):
        yield at.diagnostic("axis", f"`{given[0]}` takes numbers only")
    elif given[0] == "debt_share" and not all(0.0 <= float(value) <= 1.0 for value in spaced.listed):
        yield at.diagnostic("axis", "a debt share is a number from 0 to 1")
    elif any(isinstance(value, str) and re.search(r"[\r\n]", value) for value in spaced.listed):
        yield at.diagnostic("axis", "a value is one line of text")
