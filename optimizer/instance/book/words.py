"""What the schema says of a key: its unit, its meaning and its choices."""

from __future__ import annotations

import types
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from optimizer.instance.book.layout import Parts
from optimizer.instance.rate_kinds import rate_kind
from optimizer.instance.schema import Block, Instance

UNITS = {
    "_musd_per_year": "USD million a year",
    "_usd_per_h100e_hour": "USD an H100e hour",
    "_usd_per_mwh": "USD a MWh",
    "_usd_per_kw_year": "USD a kW and year",
    "_per_year": "a year",
    "_musd": "USD million",
    "musd": "USD million",
    "_usd": "USD",
    "_mw": "MW",
    "mw": "MW",
    "kw": "kW",
    "_h100e": "H100e",
    "_units": "units",
    "_periods": "periods",
    "_years": "years",
    "_months": "months",
    "_share": "share, 0 to 1",
    "_mwh": "MWh",
}


@dataclass(frozen=True)
class About:
    """What there is to say of a key."""

    unit: str = ""
    words: str = ""
    choices: tuple[str, ...] = ()


def about(parts: Parts) -> About:
    """What the schema says of a key of a file; nothing if it does not know it."""
    field: FieldInfo | None = None
    where: Any = Instance
    for part in parts:
        found = list(_steps(where, part))
        if not found:
            break
        where, field = found[0][0], found[0][1] or field
    name = next((part for part in reversed(parts) if isinstance(part, str)), "")
    unit = next((unit for ending, unit in UNITS.items() if name.endswith(ending)), "")
    kind = rate_kind(name)
    if unit and kind:
        unit = f"{unit}, {kind}"
    return About(unit, (field.description or "") if field is not None else "", tuple(_choices(where)))


def _steps(annotation: Any, part: str | int) -> Iterator[tuple[Any, FieldInfo | None]]:
    """What a part of something of this type is, and its field."""
    for kind in _kinds(annotation):
        if isinstance(kind, type) and issubclass(kind, Block):
            for name, field in kind.model_fields.items():
                if part == (field.alias or name):
                    yield field.annotation, field
        elif get_origin(kind) is dict and isinstance(part, str):
            yield get_args(kind)[1], None
        elif get_origin(kind) in (list, tuple) and isinstance(part, int):
            yield get_args(kind)[0], None


def _kinds(annotation: Any) -> Iterator[Any]:
    origin = get_origin(annotation)
    if origin in (Union, types.UnionType):
        for each in get_args(annotation):
            yield from _kinds(each)
    elif origin is Annotated:
        yield from _kinds(get_args(annotation)[0])
    else:
        yield annotation


def _choices(annotation: Any) -> Iterator[str]:
    for kind in _kinds(annotation):
        if get_origin(kind) is Literal:
            yield from (str(each) for each in get_args(kind))
