"""What stands of a file of which some parts cannot be used, so that all its problems are told at once.

Where a value is missing or refused a stand-in takes its place, so that the checks of meaning can run. Nothing that
rests on a stand-in is told: a false error is worse than one that is told later.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar, get_args, get_origin

from pydantic import ValidationError

from optimizer.instance.schema import Block, Name, PeriodLabel
from optimizer.instance.schema_errors import Path, Spot, bare, bounds, is_block, is_optional, keys, spot_at
from optimizer.instance.series import GROWTH_KEYS, Series

B = TypeVar("B", bound=Block)

STAND_IN_NAME = "stand-in-for-a-name"
_ROUNDS = 5
"""How often stand-ins are put in: what is wrong inside of a union shows only once the rest of it is right."""


@dataclass
class Doubts:
    """Which parts of a file are not what was meant: those at ``paths``, and what the ``unknown`` keys stand for."""

    data: Any
    """The plain data of the file, with stand-ins."""
    paths: set[Path] = field(default_factory=set)
    unknown: set[Path] = field(default_factory=set)

    def touch(self, path: Path) -> bool:
        """Whether something at the path, around it or in it is in doubt. A key that is not written is, beside an
        unknown key, for which it may have been meant."""
        if any(path[: len(each)] == each[: len(path)] for each in self.paths | self.unknown):
            return True
        return any(
            path[: len(key) - 1] == key[:-1] and path[len(key) - 1] not in _at(self.data, key[:-1])
            for key in self.unknown
        )

    def cover(self, path: Path) -> bool:
        """Whether what is at the path is in doubt as a whole, not only something in it."""
        return any(path[: len(each)] == each for each in self.paths)

    def replace(self, found: Iterable[Spot], shapes: bool = False) -> None:
        """Put stand-ins at the spots; with ``shapes`` a list or steps of single values keeps its items or labels."""
        self.data = copy.deepcopy(self.data)
        done: set[Path] = set()
        for spot in sorted(found, key=lambda each: (len(each.path), not each.on_key)):
            if any(spot.path[:n] in done for n in range(1, len(spot.path) + 1)):
                continue
            done.add(spot.path)
            block = _at(self.data, spot.path[:-1])
            if spot.on_key:
                block.pop(spot.path[-1], None)
                self.unknown.add(spot.path)
            else:
                written = block.get(spot.path[-1]) if isinstance(block, dict) else None
                parts = _parts(written) if shapes and spot.annotation is Series else {}
                shape = list(parts.values()) if isinstance(written, list) else parts
                block[spot.path[-1]] = shape or _stand_in(spot)
                self.paths |= {(*spot.path, part) for part in parts} or {spot.path}


def what_stands(root: type[B], error: ValidationError, doubts: Doubts) -> B | None:
    """The data of ``doubts``, which ``root`` refuses with the error, with stand-ins; None if that does not help."""
    for _ in range(_ROUNDS):
        doubts.replace([spot_at(detail["loc"], root) for detail in error.errors(include_url=False)], shapes=True)
        try:
            return root.model_validate(doubts.data)
        except ValidationError as another:
            error = another
    return None


def _at(data: Any, path: Path) -> Any:
    for part in path:
        data = data[part]
    return data


def _parts(written: Any) -> dict[str | int, float]:
    """Stand-ins for the single values of a series, by label or index; none for growth and for what is no series."""
    parts = written if isinstance(written, dict) else dict(enumerate(written)) if isinstance(written, list) else {}
    single = not any(isinstance(value, (dict, list)) for value in parts.values())
    return dict.fromkeys(parts, 0.0) if single and not GROWTH_KEYS & parts.keys() else {}


def _stand_in(spot: Spot) -> Any:
    """A value that the schema takes."""
    whole = spot.field is not None and bare(spot.field.annotation, tuple(spot.field.metadata))[0] == spot.annotation
    return (
        None if whole and spot.field and is_optional(spot.field.annotation) else _value(spot.annotation, spot.metadata)
    )


def _value(annotation: Any, metadata: tuple[Any, ...] = ()) -> Any:
    annotation, metadata = bare(annotation, metadata)
    if is_block(annotation):
        required = {key: each for key, each in keys(annotation).items() if each.is_required()}
        return {key: _value(each.annotation, tuple(each.metadata)) for key, each in required.items()}
    if annotation == PeriodLabel:
        return 2026
    if annotation is Series:
        return 0.0
    if annotation is bool:
        return False
    if annotation in (int, float):
        limits = bounds(metadata)
        return annotation(limits.get("ge", limits.get("gt", -1) + 1))
    if annotation in (str, Name):
        return STAND_IN_NAME
    args = get_args(annotation)
    if get_origin(annotation) is Literal:
        return args[0]
    if get_origin(annotation) is dict:
        return {}
    if get_origin(annotation) is list:
        least = next((each.min_length for each in metadata if hasattr(each, "min_length")), 0)
        return [_value(args[0]) for _ in range(least)]
    return _value(args[0])
