"""What writer and reader of an input workbook agree on."""

from __future__ import annotations

import re
from typing import Any

from optimizer.instance.calendar import Calendar
from optimizer.instance.yaml_source import Node

READ_ME, PROGRAMME = "read me", "programme"
"""The sheet with words, which is not read, and that of the keys that stand in no block."""
KEY, VALUE, UNIT, SOURCE, WORDS = "key", "value", "unit", "source", "what it is"
"""The heads of columns; between unit and source there is one a period."""
HEADER_ROW = 2
BY_PERIOD, FROM_ON = "by period", "from then on"
"""What stands for a value whose numbers stand under the periods: one each, or one wherever it changes."""
EMPTY_LIST, EMPTY_BLOCK = "[]", "{}"
RESERVED = {BY_PERIOD, FROM_ON, EMPTY_LIST, EMPTY_BLOCK}
BETWEEN, ITEM = " / ", "#"
MOST_ROWS, MOST_COLUMNS = 20_000, 600

_LABEL = re.compile(r"[0-9]{4}(Q[1-4]|-[0-9]{2})?")

Parts = tuple[str | int, ...]
"""Where a value is: names of blocks and keys, and numbers from 1 of items of a list."""


def reserved(text: object) -> str | None:
    """The word that a text stands for in a value, whatever spreadsheet programs make of its first letter; or None."""
    word = text.strip().lower() if isinstance(text, str) else ""
    return word if word in RESERVED else None


def shown(parts: Parts) -> str:
    """Parts as a key: ``abilene / phases / #1 / mw``."""
    return BETWEEN.join(f"{ITEM}{part}" if isinstance(part, int) else part for part in parts)


def parts_of(key: str) -> Parts:
    """The parts of a key. Raises ValueError if it is none."""
    found: list[str | int] = []
    for part in (each.strip() for each in key.split("/")):
        if not part:
            raise ValueError("a part is missing between two `/`" if "/" in key else "the key is empty")
        if part.startswith(ITEM):
            if not part[1:].isdigit() or int(part[1:]) < 1:
                raise ValueError(f"`{part}` should be {ITEM} and a number from 1, for an item of a list")
            found.append(int(part[1:]))
        else:
            found.append(part)
    return tuple(found)


def calendar_labels(calendar: Any) -> list[str]:
    """The labels of the periods of a ``calendar`` block, by key; none if they cannot be told."""
    try:
        found = Calendar.of(calendar["start"], calendar.get("length", "year"), calendar["periods"])
        return found.labels if 0 < found.periods <= MOST_COLUMNS - 5 else []
    except (AttributeError, KeyError, TypeError, ValueError):
        return []


def is_label(key: str) -> bool:
    """Whether a key names a period."""
    return _LABEL.fullmatch(key) is not None


def is_number(node: Node) -> bool:
    """Whether a node holds a number."""
    return isinstance(node.value, (int, float)) and not isinstance(node.value, bool)
