"""Whether ranges and costs of repairs are about what is there, and ranges can be what figures turn out to be."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.instance.checks.walk import Hit, Path
from optimizer.instance.figures import Figure, fields_at, figures_at
from optimizer.instance.paths import Keys, PathError, overlap
from optimizer.instance.python_data import tree_of
from optimizer.instance.schema import LIMIT_KINDS, Instance, Range
from optimizer.instance.schema_errors import near


def _found(instance: Instance) -> Iterator[tuple[Path, str, Range, list[Figure]]]:
    """The ranges whose path stands for something."""
    if not instance.ranges:
        return
    tree = tree_of(instance, [])
    for path, span in instance.ranges.items():
        try:
            yield ("ranges", path), path, span, figures_at(tree, path)
        except PathError:
            continue


def range_of_nothing(instance: Instance) -> Iterator[Hit]:
    """A range is about a path that stands for no figure of the file."""
    if not instance.ranges:
        return
    tree = tree_of(instance, [])
    for path in instance.ranges:
        try:
            figures_at(tree, path)
        except PathError as error:
            yield Hit(("ranges", path), error.message, error.help, on_key=True)


def range_ends(instance: Instance) -> Iterator[Hit]:
    """A range has not two ends, the lower one first, or both values and factors."""
    for path, span in instance.ranges.items():
        here = ("ranges", path)
        ends = (span.low, span.high)
        if (span.factor is None) == (ends == (None, None)):
            yield Hit(here, "a range is either values or factors", "write [low, high] or {factor: [0.9, 1.1]}")
        elif span.factor is None and None in ends:
            missing = "low" if span.low is None else "high"
            yield Hit(here, f"the range has no `{missing}`", "write both ends: [low, high]")
        else:
            low, high = span.factor or ends
            if low is not None and high is not None and low >= high:
                yield Hit(
                    here, f"the low end, {low:g}, is not below the high one, {high:g}", "write the lower one first"
                )
            elif span.factor is not None and span.factor[0] < 0.0:
                yield Hit(here, f"a factor of {span.factor[0]:g} would change the sign", "write factors of 0 or more")


def range_of_series(instance: Instance) -> Iterator[Hit]:
    """A range gives values for what has several, or fractions for what takes whole numbers."""
    for here, path, span, figures in _found(instance):
        if span.factor is not None and any(figure.whole for figure in figures):
            yield Hit(here, f"`{path}` takes whole numbers, which factors do not keep", "write [low, high]")
        elif span.factor is not None or span.low is None or span.high is None:
            continue
        elif len(figures) > 1:
            yield Hit(here, f"`{path}` stands for {len(figures)} figures", "write {factor: [0.9, 1.1]}")
        elif figures[0].number is None:
            help = "write {factor: [0.9, 1.1]}: every value is multiplied"
            yield Hit(here, f"`{path}` is a series of several values", help)
        elif figures[0].whole and not (span.low.is_integer() and span.high.is_integer()):
            yield Hit(here, f"`{path}` takes whole numbers, not {span.low:g} and {span.high:g}", "write whole ends")


def range_overlap(instance: Instance) -> Iterator[Hit]:
    """Two ranges are about the same figure."""
    seen: list[tuple[Figure, str]] = []
    for here, path, _, figures in _found(instance):
        clash = next((other for figure in figures for each, other in seen if overlap(figure.keys, each.keys)), None)
        if clash is not None:
            yield Hit(here, f"`{path}` and `{clash}` are about the same figure", "keep one of the two", on_key=True)
        seen += [(figure, path) for figure in figures]


def range_aside(instance: Instance) -> Iterator[Hit]:
    """The figure itself lies outside of its range, which is more likely in another unit than meant."""
    for here, path, span, figures in _found(instance):
        ends = span.factor or (span.low, span.high)
        low, high = ends[0], ends[1]
        value = 1.0 if span.factor is not None else figures[0].number
        if low is not None and high is not None and value is not None and not low <= value <= high:
            what = "1, the figure as it is," if span.factor is not None else f"`{path}`, {value:g},"
            yield Hit(here, f"{what} is not between {low:g} and {high:g}", "check the unit of the range")


def repair_cost_of_nothing(instance: Instance) -> Iterator[Hit]:
    """A cost of repairs is about no kind of limit, and about no path of the file."""
    paths = [path for path in instance.repair_costs if path not in LIMIT_KINDS]
    if not paths:
        return
    tree = tree_of(instance, [])
    for path in paths:
        try:
            fields_at(tree, path)
        except PathError as error:
            help = near(path, LIMIT_KINDS) or error.help
            yield Hit(("repair_costs", path), error.message, help, on_key=True)


def repair_cost_overlap(instance: Instance) -> Iterator[Hit]:
    """Two costs of repairs are about the same limit, both by its path."""
    paths = [path for path in instance.repair_costs if path not in LIMIT_KINDS]
    if len(paths) < 2:
        return
    tree = tree_of(instance, [])
    seen: dict[Keys, str] = {}
    for path in paths:
        try:
            fields = fields_at(tree, path)
        except PathError:
            continue
        clash = next((seen[keys] for keys in fields if keys in seen), None)
        if clash is not None:
            message = f"`{path}` and `{clash}` are about the same limit"
            yield Hit(("repair_costs", path), message, "keep one of the two", on_key=True)
        seen |= dict.fromkeys(fields, path)
