"""Durations in months or years, amounts per year, and calendars of one segment: other spellings of what the schema has.

A field ``lead_periods`` may be written ``lead_months`` or ``lead_years``, and an amount of a period ``supply_units`` as
``supply_units_per_year``. They are put into the schema's own before anything else is read, so that files that mean the
same are the same instance::

    calendar of equal periods   n = months·m/12 periods, m periods a year, a whole number; amount = yearly amount / m
    calendar of segments        n base periods, those of the first segment; the yearly amount times Δ_t, one for each t

In a calendar of segments a number of periods says nothing, unless ``length`` beside ``segments`` says what is counted;
what is read gets that ``length``, and as ``periods`` the number of all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any, get_args, get_origin

from pydantic import TypeAdapter, ValidationError

from optimizer.instance.calendar import PERIODS_PER_YEAR, Calendar, Segment, SegmentError
from optimizer.instance.diagnostics import Diagnostic
from optimizer.instance.schema import (
    Block,
    Budget,
    CashFlow,
    Contract,
    Debt,
    Dividends,
    History,
    Instance,
    Offer,
    OpeningPart,
    Phase,
)
from optimizer.instance.schema_errors import is_block, keys, without_none
from optimizer.instance.series import AnySeries, Series
from optimizer.instance.yaml_source import Node

PERIODS, MONTHS, YEARS, PER_YEAR = "_periods", "_months", "_years", "_per_year"

PER_PERIOD: dict[type[Block], tuple[str, ...]] = {
    Offer: ("supply_units",),
    Budget: ("musd",),
    Debt: ("max_draw_musd",),
    Dividends: ("maximum_musd", "minimum_musd"),
    History: ("ebitda_musd", "corporate_musd", "tax_musd", "interest_musd", "principal_musd"),
}
"""Amounts of a period, which may be written ``…_per_year``."""

GIVEN_PER_PERIOD: dict[type[Block], tuple[str, ...]] = {CashFlow: ("musd_per_period",)}
"""Amounts of a period beside which the schema has one of a year."""

SINGLE = (Debt,)
"""Blocks whose amounts of a period are one number, which cannot be another in longer periods."""

BEFORE = (History,)
"""Blocks about the periods before the calendar, which are of the length of its first ones."""

COUNTED: dict[type[Block], tuple[str, ...]] = {
    Phase: ("spend_profile", "income_musd_by_age"),
    Contract: ("ramp_h100e", "ramp_mw"),
    OpeningPart: ("to_spend_musd",),
}
"""Lists of a value for each period from some start on."""

MONEY_COUNTED = ("income_musd_by_age", "to_spend_musd")
"""Those of them that are amounts of a period, which say nothing even where there is one."""

_SERIES: TypeAdapter[Series] = TypeAdapter(AnySeries)


def spellings(block: type[Block]) -> Iterator[tuple[str, str]]:
    """The other spellings of the keys of a block, each with the key of the schema that it stands for."""
    own = keys(block)
    for key in own:
        if key.endswith(PERIODS):
            stem = key.removesuffix(PERIODS)
            yield from ((stem + unit, key) for unit in (MONTHS, YEARS) if stem + unit not in own)
    yield from ((key + PER_YEAR, key) for key in PER_PERIOD.get(block, ()))


def rivals(block: type[Block], key: str) -> set[str]:
    """The other ways to write a key of a block."""
    meant = dict(spellings(block)).get(key, key)
    return ({meant} | {other for other, own in spellings(block) if own == meant}) - {key}


@cache
def _all_rivals() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    waiting: list[type[Block]] = [Block]
    while waiting:
        block = waiting.pop()
        waiting += block.__subclasses__()
        for other, own in spellings(block):
            for key in (other, own):
                found.setdefault(key, set()).update(rivals(block, key))
    return {key: frozenset(others) for key, others in found.items()}


def every_rival(key: str) -> frozenset[str]:
    """The other ways to write a key, of whichever block."""
    return _all_rivals().get(key, frozenset())


def respelled(root: Node, problems: list[Diagnostic]) -> Node:
    """The tree in the spellings of the schema; what cannot be is reported at its place."""
    if not isinstance(root.value, dict):
        return root
    root, calendar = _calendar(root, problems)
    return _Respeller(calendar, problems).node(root, Instance) if calendar is not None else root


# ── the calendar ──────────────────────────────────────────────────────────────────────────────────────────────────


class _Spelled:
    """The calendar of a file as far as spellings need it; ``counted`` says whether a number of periods has a meaning.

    ``calendar`` is None where its first label cannot be read, which is said elsewhere.
    """

    def __init__(self, length: str, calendar: Calendar | None, counted: bool) -> None:
        self.length, self.calendar, self.counted = length, calendar, counted
        self.mixed = calendar is not None and not calendar.is_equal


def _calendar(root: Node, problems: list[Diagnostic]) -> tuple[Node, _Spelled | None]:
    assert isinstance(root.value, dict)
    block = root.value.get("calendar")
    if block is None or not isinstance(block.value, dict):
        return root, _Spelled("month", None, True)
    written = block.value.get("segments")
    length = _plain(block.value["length"]) if "length" in block.value else None
    if written is None or written.value is None:
        length = length or "year"
        known = isinstance(length, str) and length in PERIODS_PER_YEAR
        return root, _Spelled(str(length) if known else "month", None, True)
    segments = _segments(written)
    if segments is None:
        return root, _Spelled("month", None, True)
    first = segments[0].length
    if length is not None and length != first:
        message = f"`length` {length} is not that of the first segment, {first}"
        help = f"write `length: {first}`, which numbers of periods then count, or delete it"
        problems.append(block.value["length"].place.diagnostic("calendar-segments", message, help))
    try:
        found: Calendar | None = Calendar.of_segments(_plain(block.value.get("start")) or "", segments)
    except SegmentError as error:
        assert isinstance(written.value, list)
        place = written.value[segments.index(error.segment)].place
        help = "let the segment before it end where such a period of the calendar year begins"
        problems.append(place.diagnostic("calendar-segments", str(error), help))
        return root, _Spelled("month", None, True)
    except ValueError:
        found = None
    count = sum(segment.periods for segment in segments)
    given = block.value.get("periods")
    if given is not None and given.value != count:
        message = f"`periods` {given.value} is not the number of those of the segments, {count}"
        problems.append(given.place.diagnostic("calendar-segments", message, "delete it"))
    place = written.key_place or written.place
    value = {key: node for key, node in block.value.items() if key != "segments"}
    value["periods"], value["length"] = Node(count, place, place), Node(first, place, place)
    if len(segments) > 1:
        value["segments"] = written
    whole = replace(root, value={**root.value, "calendar": replace(block, value=value)})
    return whole, _Spelled(first, found, length is not None or len(segments) == 1)


def _segments(node: Node) -> list[Segment] | None:
    """None for what the schema refuses, which says why."""
    if not isinstance(node.value, list) or not node.value:
        return None
    found = []
    for item in node.value:
        parts = item.value if isinstance(item.value, dict) else {}
        length, periods = (_plain(parts[key]) if key in parts else None for key in ("length", "periods"))
        if not isinstance(periods, int) or isinstance(periods, bool) or periods < 1:
            return None
        if not isinstance(length, str) or length not in PERIODS_PER_YEAR:
            return None
        found.append(Segment(length, periods))
    return found


def _plain(node: Node | None) -> Any:
    return None if node is None else node.value


# ── the rest of the file ──────────────────────────────────────────────────────────────────────────────────────────


class _Respeller:
    def __init__(self, spelled: _Spelled, problems: list[Diagnostic]) -> None:
        self.spelled, self.problems = spelled, problems
        self.per_year = PERIODS_PER_YEAR[spelled.length]

    def node(self, node: Node, kind: Any) -> Node:
        """A node of the annotation that the schema has for it."""
        kind = without_none(kind)
        if get_origin(kind) is dict and isinstance(node.value, dict):
            inner = get_args(kind)[-1]
            return replace(node, value={key: self.node(each, inner) for key, each in node.value.items()})
        if get_origin(kind) is list and isinstance(node.value, list):
            return replace(node, value=[self.node(each, get_args(kind)[0]) for each in node.value])
        return self.block(node, kind) if is_block(kind) and isinstance(node.value, dict) else node

    def block(self, node: Node, kind: type[Block]) -> Node:
        """A block with its keys in the spelling of the schema, in the order in which they are written."""
        assert isinstance(node.value, dict)
        fields, others = keys(kind), dict(spellings(kind))
        found: dict[str, Node] = {}
        for key, each in node.value.items():
            meant = others.get(key)
            if meant is None:
                self._check(each, kind, key)
                found[key] = self.node(each, fields[key].annotation) if key in fields else each
                continue
            again = [other for other in (meant, *others) if other in node.value and others.get(other, other) == meant]
            if again[0] != key:
                place = each.key_place or each.place
                message = f"`{key}` and `{again[0]}` say the same"
                self.problems.append(place.diagnostic("two-spellings", message, "keep one"))
            else:
                found[meant] = self._converted(each, kind, key, meant)
        return replace(node, value=found)

    def _check(self, node: Node, kind: type[Block], key: str) -> None:
        """Refuse what has no meaning where periods are of several lengths."""
        if not self.spelled.mixed or node.value is None:
            return
        first = self.spelled.length
        said = f"or say `length: {first}` in `calendar`, which it then counts"
        place = node.key_place or node.place
        if key.endswith(PERIODS) and key in keys(kind) and not self.spelled.counted and _number(node) != 0:
            stem = key.removesuffix(PERIODS)
            message = f"`{key}` says nothing where periods are of several lengths"
            help = f"write `{stem}{MONTHS}` or `{stem}{YEARS}`, {said}"
            self.problems.append(place.diagnostic("ambiguous-periods", message, help))
        if key in COUNTED.get(kind, ()) and not self.spelled.counted and len(_list(node)) > (key not in MONEY_COUNTED):
            message = f"`{key}` has a value for each period, and these are of several lengths"
            help = f"say `length: {first}` in `calendar`: the values are then of {first}s"
            self.problems.append(place.diagnostic("ambiguous-periods", message, help))
        amounts = (*PER_PERIOD.get(kind, ()), *GIVEN_PER_PERIOD.get(kind, ()))
        if key in amounts and not issubclass(kind, BEFORE) and not _list(node) and _number(node) != 0:
            yearly = f"{key.removesuffix('_per_period')}{PER_YEAR}"
            message = f"`{key}` is an amount of a period, and periods are of several lengths"
            help = f"write `{yearly}`, or a list with the amount of each period"
            if issubclass(kind, SINGLE):
                help = "leave it out, or plan in a calendar of equal periods: it has no meaning in one of segments"
            self.problems.append(place.diagnostic("ambiguous-periods", message, help))

    def _converted(self, node: Node, kind: type[Block], key: str, meant: str) -> Node:
        if isinstance(node.value, dict) and "value" in node.value:  # a figure with its source
            inner = self._converted(node.value["value"], kind, key, meant)
            return replace(node, value={**node.value, "value": inner})
        if key.endswith(PER_YEAR):
            return self._of_period(node, kind, key)
        number = _number(node)
        if number is None:
            return node
        count = number * (self.per_year if key.endswith(YEARS) else self.per_year / 12)
        whole = round(count)
        if abs(count - whole) > 1e-9 * max(1.0, abs(count)):
            length = self.spelled.length
            unit = {"year": "year", "quarter": "quarter of a year", "month": "month"}[length]
            message = f"`{key}` {number:g} is no whole number of {length}s"
            near = f"{whole * (12 // self.per_year)} months" if whole else f"one {unit}"
            help = f"write what is, such as {near}, or plan in shorter periods"
            self.problems.append(node.place.diagnostic("no-whole-period", message, help))
        return replace(node, value=whole)

    def _of_period(self, node: Node, kind: type[Block], key: str) -> Node:
        """The amount of a period, or of each where they differ."""
        calendar = self.spelled.calendar
        if not self.spelled.mixed or issubclass(kind, BEFORE):
            return _divided(node, self.per_year)
        if issubclass(kind, SINGLE) and node.value is not None:
            place = node.key_place or node.place
            message = f"`{key}` is a limit of each period, and periods are of several lengths"
            help = "leave it out, or plan in a calendar of equal periods"
            self.problems.append(place.diagnostic("ambiguous-periods", message, help))
            return node
        assert calendar is not None
        try:
            values = _SERIES.validate_python(_data(node)).expand(calendar)
        except (ValueError, ValidationError):
            return node  # the schema, or the check of series, says what is wrong with it
        amounts = (value * calendar.years_of(t) for t, value in zip(calendar.span, values, strict=True))
        return replace(node, value=[Node(amount, node.place) for amount in amounts])


def _number(node: Node) -> float | None:
    value = node.value["value"].value if isinstance(node.value, dict) and "value" in node.value else node.value
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _list(node: Node) -> list[Node]:
    value = node.value["value"].value if isinstance(node.value, dict) and "value" in node.value else node.value
    return value if isinstance(value, list) else []


def _divided(node: Node, by: int) -> Node:
    """A number or series over a whole number; of growth only the initial value."""
    if isinstance(node.value, list):
        return replace(node, value=[_divided(each, by) for each in node.value])
    if isinstance(node.value, dict):
        once = ("growth_per_year", "source", "notes")
        return replace(node, value={k: v if k in once else _divided(v, by) for k, v in node.value.items()})
    number = _number(node)
    return node if number is None else replace(node, value=number / by)


def _data(node: Node) -> Any:
    if isinstance(node.value, dict):
        return {key: _data(each) for key, each in node.value.items()}
    return [_data(each) for each in node.value] if isinstance(node.value, list) else node.value
