"""What can be said of a sidecar of which parts are wrong by themselves, so that mistakes do not come in rounds.

What the schema refuses is replaced by something that is surely right, the whole is judged, and what is said about a
replaced part, or depends on it, is left out.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from optimizer.contract.decisions import TABLES
from optimizer.known_optima.expected import OBJECTIVES, Expected, Key, Mistake, mistakes
from optimizer.known_optima.facts import misplaced

_STAND_INS: dict[str, Any] = {
    "status": "optimal",
    "objective": OBJECTIVES[0],
    "sense": "minimise",
    "value": 0.0,
    "source": "unknown",
    "proof": "published",
}
"""For what is needed or speaks of other keys; what has a default has that. A value of 0 makes no tolerance loose."""

_ON_STATUS = {"not-optimal", "facts-not-unique", "loose-tolerance"}
"""Mistakes that there may not be under another status."""


def readable_mistakes(data: Any, error: ValidationError) -> Iterator[Mistake]:
    """The mistakes of the parts of a sidecar that the schema does not refuse; ``error`` is what it refuses."""
    if not isinstance(data, dict):
        return
    mended = copy.deepcopy(data)
    replaced = {_mend(mended, detail["loc"], detail["type"]) for detail in error.errors(include_url=False)}
    try:
        expected = Expected.model_validate(mended)
    except ValidationError:
        return
    for mistake in [*mistakes(expected), *misplaced(expected)]:
        about_replaced = any(mistake.key[: len(key)] == key for key in replaced)
        if not about_replaced and not (("status",) in replaced and mistake.code in _ON_STATUS):
            yield mistake


def _mend(data: dict[str, Any], at: tuple[int | str, ...], kind: str) -> Key:
    """Replace or delete what is refused at a place; the key of what was replaced."""
    key = str(at[0])
    part = data.get(key)
    if len(at) > 2 and isinstance(at[1], int) and isinstance(part, list) and isinstance(part[at[1]], dict):
        item, field = part[at[1]], str(at[2])
        if key == "facts" and field == "table":
            part[at[1]] = _fact()
            return (key, at[1])
        _put(item, field, kind, _fact(item) if key == "facts" else {"objective": OBJECTIVES[0], "value": 0.0})
        return (key, at[1], field)
    if len(at) > 1 and isinstance(at[1], int) and isinstance(part, list):
        part[at[1]] = _fact() if key == "facts" else {"objective": OBJECTIVES[0], "value": 0.0}
        return (key, at[1])
    _put(data, key, kind, _STAND_INS)
    return (key,)


def _fact(like: dict[str, Any] | None = None) -> dict[str, Any]:
    """A fact without a mistake, of the same table as one that may have some."""
    table = (like or {}).get("table")
    known = table if isinstance(table, str) and table in TABLES else "colocation"
    return {"table": known, "column": TABLES[known].value, "value": 0.0}


def _put(block: dict[str, Any], field: str, kind: str, right: dict[str, Any]) -> None:
    if field in right and kind != "extra_forbidden":
        block[field] = right[field]
    else:
        block.pop(field, None)
