"""What the schema refuses, in plain words: one diagnostic per problem, at its place."""

from __future__ import annotations

import difflib
import functools
import operator
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any, Literal, Protocol, get_args, get_origin

from pydantic import ValidationError, WithJsonSchema
from pydantic.fields import FieldInfo

from optimizer.instance.diagnostics import Diagnostic
from optimizer.instance.name_text import as_name
from optimizer.instance.number_text import is_fraction, number_hint
from optimizer.instance.schema import NEW, Block, Instance, Name, PeriodLabel
from optimizer.instance.schema.choices import Taken
from optimizer.instance.series import Series, SeriesError

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

    from optimizer.instance.yaml_source import Place

Path = tuple[str | int, ...]

_BOOLEAN_TEXT = {"yes", "no", "on", "off", "y", "n", "t", "f", "true", "false"}


class Places(Protocol):
    """Where the parts of a file are written (the loader's tree)."""

    def place(self, path: Path, on_key: bool = False) -> Place: ...

    def written_at(self, path: Path) -> Any: ...


# ── types in words ────────────────────────────────────────────────────────────────────────────────────────────────


def in_words(annotation: Any, metadata: tuple[Any, ...] = ()) -> str:
    """A type as a phrase: ``a number from 0 to 1``."""
    if get_origin(annotation) is Annotated:
        inner, *more = get_args(annotation)
        return "a name" if annotation == Name else in_words(inner, (*metadata, *more))
    if is_optional(annotation):
        return in_words(without_none(annotation), metadata)
    if annotation == PeriodLabel:
        return "a period such as 2026, 2026Q3 or 2026-07"
    origin, args = get_origin(annotation), get_args(annotation)
    if annotation is Series:
        return f"a number{_range(metadata)} or a series of such"
    if annotation is float or annotation is int:
        return f"a {'whole ' if annotation is int else ''}number{_range(metadata)}"
    if annotation is bool:
        return "true or false"
    if annotation is str:
        if get_args(Taken)[1] in metadata:
            return "`contracts.NAME`, `partners.NAME` or `sites.SITE.PHASE`"
        return "a name" if any(getattr(m, "pattern", None) for m in metadata) else "text"
    if origin is Literal:
        return "one of " + ", ".join(map(str, args))
    if origin is list:
        return "a list of blocks" if is_block(args[0]) else f"a list, each item {in_words(args[0])}"
    if origin is dict:
        keys = "names" if get_origin(args[0]) is Annotated else "names (" + ", ".join(map(str, get_args(args[0]))) + ")"
        return f"{keys}, each with {'a block' if is_block(args[1]) else in_words(args[1])}"
    if is_block(annotation):
        return "a block of keys"
    if len(args) > 1:
        return ", ".join(in_words(each) for each in args[:-1]) + " or " + in_words(args[-1])
    raise TypeError(f"no words for {annotation!r}")


def is_block(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, Block)


def keys(block: type[Block]) -> dict[str, FieldInfo]:
    """The keys of a block as a file writes them."""
    return {field.alias or name: field for name, field in block.model_fields.items()}


def is_optional(annotation: Any) -> bool:
    return type(None) in get_args(annotation)


def without_none(annotation: Any) -> Any:
    """X of an ``X | None``; any other annotation as it is."""
    rest = [a for a in get_args(annotation) if a is not type(None)]
    if not is_optional(annotation):
        return annotation
    if len(rest) == 1:
        return rest[0]
    return PeriodLabel if set(rest) == set(get_args(PeriodLabel)) else functools.reduce(operator.or_, rest)


def bounds(metadata: tuple[Any, ...]) -> dict[str, float]:
    """The limits of a number or series: any of ``ge``, ``gt``, ``le``, ``lt``."""
    found: dict[str, float] = {}
    for item in metadata:
        if isinstance(item, WithJsonSchema) and item.json_schema:
            number = item.json_schema["anyOf"][0]
            found |= {k: number[name] for k, name in (("ge", "minimum"), ("le", "maximum")) if name in number}
        for part in item.metadata if isinstance(item, FieldInfo) else (item,):
            found |= {k: getattr(part, k) for k in ("ge", "gt", "le", "lt") if getattr(part, k, None) is not None}
    return found


def _range(metadata: tuple[Any, ...]) -> str:
    limits = {k: f"{v:,.10g}" for k, v in bounds(metadata).items()}
    if "ge" in limits and "le" in limits:
        return f" from {limits['ge']} to {limits['le']}"
    words = {"ge": "of at least", "gt": "above", "le": "of at most", "lt": "below"}
    text = " and ".join(f"{words[k]} {v}" for k, v in limits.items())
    return f" {text}" if text else ""


# ── errors ────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Spot:
    """Where in the schema an error lies."""

    path: Path
    owner: type[Block]
    field: FieldInfo | None
    annotation: Any
    metadata: tuple[Any, ...]
    on_key: bool


def translate(
    error: ValidationError, places: Places, most: int, root: type[Block] = Instance, told: Collection[Path] = ()
) -> list[Diagnostic]:
    """The errors of a validation of ``root``; the branches of a union become one. At most ``most``, and none of what is
    at ``told`` or in it."""
    found: dict[tuple[Path, bool], Diagnostic] = {}
    for detail in error.errors(include_url=False):
        spot = spot_at(detail["loc"], root)
        if any(spot.path[: len(path)] == path for path in told) or _follows(detail, spot.path, places):
            continue
        refused = detail.get("ctx", {}).get("error")
        for part, why in refused.wrong if isinstance(refused, SeriesError) else ():
            path = (*spot.path, part)
            if path not in told and (path, False) not in found and len(found) < most:
                found[path, False] = _wrong_part(why, spot, part, places)
        if not isinstance(refused, SeriesError) and (spot.path, spot.on_key) not in found and len(found) < most:
            found[spot.path, spot.on_key] = _diagnostic(detail, spot, places)
    return list(found.values())


def spot_at(loc: tuple[str | int, ...], root: type[Block]) -> Spot:
    """Follow a location through the schema; what goes on inside a union or a series belongs to the whole value."""
    path: Path = ()
    owner: type[Block] = root
    field: FieldInfo | None = None
    annotation: Any = root
    metadata: tuple[Any, ...] = ()
    for part in loc:
        if part == "[key]":
            return Spot(path, owner, field, Name, (), True)
        if is_block(annotation):
            owner = annotation
            field = keys(owner).get(str(part))
            if field is None:
                return Spot((*path, str(part)), owner, None, None, (), True)
            annotation, metadata = field.annotation, tuple(field.metadata)
            path = (*path, str(part))
        elif get_origin(annotation) is dict:
            annotation, metadata = get_args(annotation)[1], ()
            path = (*path, str(part))
        elif get_origin(annotation) is list:
            annotation, metadata = get_args(annotation)[0], ()
            path = (*path, part)
        else:
            break
        annotation, metadata = bare(annotation, metadata)
    return Spot(path, owner, field, annotation, metadata, False)


def bare(annotation: Any, metadata: tuple[Any, ...]) -> tuple[Any, tuple[Any, ...]]:
    """An annotation without its None and its limits, and the limits."""
    annotation = without_none(annotation)
    if get_origin(annotation) is Annotated and annotation != Name:
        inner, *more = get_args(annotation)
        return inner, (*metadata, *more)
    return annotation, metadata


def _follows(detail: ErrorDetails, path: Path, places: Places) -> bool:
    """Whether it only follows from another error: the periods are those of segments that are refused."""
    periods = detail["type"] == "missing" and path == ("calendar", "periods")
    return periods and places.written_at(("calendar", "segments")) is not None


def _diagnostic(detail: ErrorDetails, spot: Spot, places: Places) -> Diagnostic:
    kind, path = detail["type"], spot.path
    description = spot.field.description or "" if spot.field else ""
    if kind == "missing":
        message = f"`{path[-1]}` is missing from {_block_name(path[:-1])}"
        help = f"write `{path[-1]}: {_form(spot)}. {description}".rstrip()
        return places.place(path[:-1], on_key=True).diagnostic("missing-key", message, help)
    if kind == "extra_forbidden":
        mark = f"`{NEW}: true` stands in an entry that a file which extends another, or a `set`, adds to a family"
        help = mark if path[-1] == NEW else _outdented(spot, places) or near_or_all(str(path[-1]), keys(spot.owner))
        message = f"`{path[-1]}` is not a key of {_block_name(path[:-1])}"
        return places.place(path, on_key=True).diagnostic("unknown-key", message, help)
    if spot.on_key:
        key = str(path[-1])
        literal = kind == "literal_error" and spot.field is not None
        known = get_args(get_args(without_none(spot.field.annotation))[0]) if literal and spot.field else ()
        if known:
            message, help = f"`{key}` is not one of {', '.join(known)}", near_or_all(key, known)
        else:
            message, help = f"`{_short(key)}` is not a name", as_name(key)
        return places.place(path, on_key=True).diagnostic("wrong-value", message, help)
    return _wrong_value(detail, spot, places, description)


def _form(spot: Spot) -> str:
    """What stands behind a key that is missing: of a block the keys that it needs, else a type in words."""
    if not is_block(spot.annotation):
        return f"…`, {in_words(spot.annotation, spot.metadata)}"
    needed = [key for key, field in keys(spot.annotation).items() if field.is_required()]
    return "{" + ", ".join(f"{key}: …" for key in needed) + "}`"


def _wrong_value(detail: ErrorDetails, spot: Spot, places: Places, description: str) -> Diagnostic:
    path, value = spot.path, places.written_at(spot.path)
    name = _value_name(path)
    expected = in_words(spot.annotation, spot.metadata)
    message = f"{name} should be {expected}, not {_shown(value)}"
    if detail["type"] == "too_short":
        least = detail["ctx"]["min_length"]
        message = f"{name} is empty: it needs at least one item" if not value else f"{name} needs {least} items"
    elif detail["type"] == "too_long":
        message = f"{name} has {len(value):,} items: at most {detail['ctx']['max_length']:,} are possible"
    elif detail["type"] == "value_error" and isinstance(value, (dict, list)):
        message = f"{name}: {detail['msg'].removeprefix('Value error, ')}"
    help = as_name(value) if expected == "a name" and isinstance(value, str) else _hint(value, spot, places)
    return places.place(path).diagnostic("wrong-value", message, help or description)


def _wrong_part(why: str, spot: Spot, part: str | int, places: Places) -> Diagnostic:
    """One value of a series."""
    within = replace(spot, path=(*spot.path, part))
    value = places.written_at(within.path)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        why = f"{why.partition(' should be ')[0]} should be a number, not {_shown(value)}"
    help = _hint(value, within, places) if value is not None else ""
    message = f"{_value_name(spot.path)}: {why}"
    description = spot.field.description or "" if spot.field else ""
    return places.place(within.path).diagnostic("wrong-value", message, help or description)


def _hint(value: Any, spot: Spot, places: Places) -> str:
    """What the writer probably meant."""
    annotation = spot.annotation
    if value is None and spot.path:
        siblings = places.written_at(spot.path[:-1])
        if (
            isinstance(siblings, dict)
            and is_block(annotation)
            and spot.field
            and get_origin(spot.field.annotation) is dict
        ):
            return (
                "give its keys below it, indented; in a file that extends another, null removes only what the base has"
            )
        if is_block(annotation) or get_origin(annotation) in (dict, list):
            return f"its {'keys' if is_block(annotation) else 'entries'} belong below it, indented"
        return "" if not spot.field or spot.field.is_required() else "delete the key to have the default"
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if number and get_origin(annotation) is list and not is_block(get_args(annotation)[0]):
        return f"a list of one is written [{value!r}]. {spot.field.description or '' if spot.field else ''}".strip()
    if get_origin(annotation) is Literal:
        return near(str(value), map(str, get_args(annotation)))
    if annotation is bool and str(value).lower() in _BOOLEAN_TEXT:
        return "write true or false"
    if annotation in (int, float, Series):
        if isinstance(value, str):
            return number_hint(value, _key_name(spot), annotation is Series)
        if isinstance(value, (int, float)) and not isinstance(value, bool) and (percent := _percent(value, spot)):
            return percent
        if annotation is int and isinstance(value, float) and value.is_integer():
            return f"write {value:.0f}"
        if isinstance(value, dict) and "value" in value:
            return 'a figure with its source is written {value: 5, source: "…"}'
    if annotation is str and isinstance(value, (int, float)):
        return f'put it in quotes: "{value}"'
    return ""


def _outdented(spot: Spot, places: Places) -> str:
    """Whether an unknown key belongs to an empty one before it."""
    *front, key = spot.path
    siblings = places.written_at(tuple(front))
    before = list(siblings)[: list(siblings).index(key)] if key in siblings else []
    for name in reversed(before):
        field = keys(spot.owner).get(name)
        if field is None:
            continue
        kind = without_none(field.annotation)
        family = get_origin(kind) is dict and isinstance(siblings[key], dict)
        if siblings[name] is None and (family or (is_block(kind) and key in keys(kind))):
            return f"indent it: it belongs below `{name}`, which is empty"
        break
    return ""


def _key_name(spot: Spot) -> str:
    """The key whose name tells the unit: that of the field, also of a value in a family or list of its."""
    if spot.path[-1:] == ("growth_per_year",):
        return "growth_per_year"
    known = keys(spot.owner)
    return next((str(part) for part in reversed(spot.path) if known.get(str(part)) is spot.field), "")


def _percent(value: float, spot: Spot) -> str:
    """What to write for a share or rate in per cent, if that is then within its limits."""
    key = _key_name(spot)
    limits = {"gt": -1.0} if key == "growth_per_year" else bounds(spot.metadata)
    share = limits.get("le") == 1
    low, high = limits.get("ge", limits.get("gt", 0.0)), limits.get("le", 1.0)
    if (
        (share or is_fraction(key))
        and 1 < abs(value) <= 100
        and low <= value / 100 <= high
        and value / 100 != limits.get("gt")
    ):
        return f"{'a share is a fraction: ' * share}write {value / 100:g} for {value:g} %"
    return ""


def near(text: str, candidates: Any) -> str:
    """A ``did you mean``, or nothing; a name that lacks its ending, `rate` for `rate_per_year`, or words within it,
    `upkeep_by_age` without its unit, is the nearest.
    """
    names = list(candidates)
    whole = sorted((name for name in names if text and str(name).startswith(f"{text}_")), key=len)
    short = whole[:1] if all(str(name).startswith(str(whole[0])) for name in whole) else []
    without = [name for name in names if "_" in text and _has_words(str(name), text)]
    found = short or (without if len(without) == 1 else difflib.get_close_matches(text[:100], names, 1))
    return f"did you mean `{found[0]}`?" if found else ""


def _has_words(name: str, text: str) -> bool:
    """Whether all words of the text are among those of the name, in their order."""
    words = iter(name.split("_"))
    return all(word in words for word in text.split("_"))


def near_or_all(text: str, candidates: Any) -> str:
    """A ``did you mean``, or else the list of candidates."""
    names = list(candidates)
    return near(text, names) or (f"the names are {', '.join(names[:40])}" if names else "")


def _block_name(path: Path) -> str:
    return f"`{dotted(path)}`" if path else "the file"


def _value_name(path: Path) -> str:
    if not path:
        return "the file"
    if isinstance(path[-1], int):
        return f"item {path[-1] + 1} of `{path[-2] if len(path) > 1 else ''}`"
    return f"`{path[-1]}`"


def dotted(path: Path) -> str:
    """A path as text: ``sites.abilene.phases[1].mw``; list items count from 1."""
    text = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"


def _shown(value: Any) -> str:
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'text "{_short(value)}"'
    if isinstance(value, (int, float)):
        return f"{value!r}"
    return "a list" if isinstance(value, list) else "a mapping"
