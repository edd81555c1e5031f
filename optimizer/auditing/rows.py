"""Rows of a plan as typed values: what a column may hold, and the place of the fault where it does not.

Rows that name something unknown, come twice, lack a column or hold a value of the wrong type make a plan unreadable.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from typing import Any

from optimizer.auditing.report import AuditError
from optimizer.instance.calendar import Calendar

THOUSAND = Decimal(1000)
KILOHOURS_PER_YEAR = Decimal("8.76")
"""One kH100e for a year at 1 USD an hour, in musd."""

Parser = Callable[[Mapping[str, Any], str, str], Any]
"""A row, the name of its column and the place of the row → the value. Raises AuditError."""


def exact(value: float | int) -> Decimal:
    """The decimal number that is written for a float."""
    return Decimal(repr(value)) if isinstance(value, float) else Decimal(value)


def number(value: Any, place: str) -> Decimal:
    """A finite number. Raises AuditError."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise AuditError(place, f"should be a number, not {value!r}")
    if not is_finite(value):
        raise AuditError(place, "should be a finite number")
    return exact(value)


def is_finite(value: float | int) -> bool:
    """Whether a float can hold the number; a whole number of JSON may have any length."""
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def text(row: Mapping[str, Any], column: str, place: str) -> str:
    """A name."""
    value = row[column]
    if not isinstance(value, str) or not value:
        raise AuditError(f"{place}.{column}", f"should be a name, not {value!r}")
    return value


def known(names: Collection[str]) -> Parser:
    """One of the names given."""

    def parse(row: Mapping[str, Any], column: str, place: str) -> str:
        name = text(row, column, place)
        if name not in names:
            raise AuditError(f"{place}.{column}", f"{name!r} is not known here")
        return name

    return parse


def index(count: int) -> Parser:
    """A whole number from 0 to count − 1."""

    def parse(row: Mapping[str, Any], column: str, place: str) -> int:
        value = row[column]
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < count:
            raise AuditError(f"{place}.{column}", f"should be a whole number from 0 to {count - 1}, not {value!r}")
        return value

    return parse


def period(calendar: Calendar) -> Parser:
    """The label of a period, as its number 1 … T."""

    def parse(row: Mapping[str, Any], column: str, place: str) -> int:
        label = text(row, column, place)
        try:
            return calendar.index(label)
        except ValueError as error:
            raise AuditError(f"{place}.{column}", str(error)) from error

    return parse


def period_or_opening(calendar: Calendar) -> Parser:
    """The same, or ``opening`` for instant 0."""
    of_calendar = period(calendar)

    def parse(row: Mapping[str, Any], column: str, place: str) -> int:
        result: int = 0 if row[column] == "opening" else of_calendar(row, column, place)
        return result

    return parse


def period_or_lot(calendar: Calendar, lots: Collection[str]) -> Parser:
    """The same, or the name of a lot of the opening position."""
    of_calendar = period(calendar)

    def parse(row: Mapping[str, Any], column: str, place: str) -> int | str:
        return str(row[column]) if row[column] in lots else int(of_calendar(row, column, place))

    return parse


def rows(data: Any, place: str) -> list[Any]:
    """A list of objects."""
    if not isinstance(data, list):
        raise AuditError(place, f"should be a list of rows, not {type(data).__name__}")
    for number_, row in enumerate(data):
        if not isinstance(row, Mapping):
            raise AuditError(f"{place}[{number_}]", f"should be an object, not {type(row).__name__}")
    return data


def check_columns(row: Mapping[str, Any], wanted: set[str], place: str) -> None:
    """A row has the columns wanted and no others."""
    for name in sorted(wanted - row.keys()):
        raise AuditError(place, f"{name!r} is missing")
    for name in sorted(str(key) for key in row.keys() - wanted):
        raise AuditError(place, f"{name!r} does not belong here")


def table(data: Any, place: str, columns: Mapping[str, Parser], value: str) -> dict[Any, Decimal]:
    """A table as key → value; the key holds the columns in the order given, the value is a finite number."""
    found: dict[Any, Decimal] = {}
    for position, row in enumerate(rows(data, place)):
        here = f"{place}[{position}]"
        check_columns(row, {*columns, value}, here)
        key = tuple(parse(row, column, here) for column, parse in columns.items())
        if key in found:
            raise AuditError(here, f"a second row for {', '.join(str(row[column]) for column in columns)}")
        found[key] = number(row[value], f"{here}.{value}")
    return found


def marks(data: Any, place: str, columns: Mapping[str, Parser], value: str) -> frozenset[Any]:
    """A table whose value is always 1, as the set of its keys."""
    found = table(data, place, columns, value)
    for key, one in found.items():
        if one != 1:
            raise AuditError(place, f"{value} of {', '.join(map(str, key))} should be 1, not {one}")
    return frozenset(found)
