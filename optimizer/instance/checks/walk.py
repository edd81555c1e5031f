"""What a check yields, and ways through an instance."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from optimizer.instance.reach import earliest_starts
from optimizer.instance.schema import Block, Instance, Phase
from optimizer.instance.schema_errors import bounds
from optimizer.instance.series import Series

Path = tuple[str | int, ...]

SUM_TOLERANCE = 1e-9


class Hit(NamedTuple):
    """What a check yields: a finding without code and severity."""

    path: Path
    message: str
    help: str = ""
    on_key: bool = False
    rests: tuple[Path, ...] = ()
    """Other parts of the file that it rests on, besides those that its row in CHECKS says."""


def blocks(block: Block, path: Path = ()) -> Iterator[tuple[Path, Block]]:
    """Every block of an instance with its path, outermost first."""
    yield path, block
    for name, value in vars(block).items():
        if isinstance(value, Block):
            yield from blocks(value, (*path, name))
        elif isinstance(value, dict):
            for key, item in value.items():
                if isinstance(item, Block):
                    yield from blocks(item, (*path, name, key))
        elif isinstance(value, list):
            for i, item in enumerate(value):
                if isinstance(item, Block):
                    yield from blocks(item, (*path, name, i))


def all_series(instance: Instance) -> Iterator[tuple[Path, Series, dict[str, float]]]:
    """Every series with its path and its bounds."""
    for path, block in blocks(instance):
        for name, field in type(block).model_fields.items():
            value = getattr(block, name)
            if isinstance(value, Series):
                yield (*path, name), value, _series_bounds(field.annotation, field.metadata)
            elif isinstance(value, dict):
                for key, item in value.items():
                    if isinstance(item, Series):
                        yield (*path, name, key), item, {"ge": 0.0}


def _series_bounds(annotation: Any, metadata: list[Any]) -> dict[str, float]:
    inner = [a for arg in getattr(annotation, "__args__", ()) for a in getattr(arg, "__metadata__", ())]
    return bounds((*metadata, *inner))


def phases(instance: Instance) -> Iterator[tuple[Path, Phase]]:
    for name, site in instance.sites.items():
        for i, phase in enumerate(site.phases):
            yield ("sites", name, "phases", i), phase


def phases_with_starts(instance: Instance) -> Iterator[tuple[Path, Phase, list[int]]]:
    """Every phase with the earliest start periods of its identical phases."""
    for name, site in instance.sites.items():
        for i, starts in enumerate(earliest_starts(site, instance.periods)):
            yield ("sites", name, "phases", i), site.phases[i], starts


def exactly(path: Path, block: Block, used: str | None, fields: tuple[str, ...], kind: str) -> Iterator[Hit]:
    """Of ``fields``, the one that a kind uses has to be given, and no other."""
    for field in fields:
        given = getattr(block, field) is not None
        if field == used and not given:
            yield Hit(path, f"`{field}` is missing: `kind: {kind}` needs it", on_key=True)
        elif field != used and given:
            help = f"`{kind}` takes `{used}`" if used else "delete it"
            yield Hit((*path, field), f"`{field}` has no meaning for `kind: {kind}`", help, on_key=True)
