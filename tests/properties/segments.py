"""Random instances in a calendar of segments."""

from __future__ import annotations

import re
from typing import Any

from optimizer.instance.schema import Block, Instance
from optimizer.instance.schema_errors import is_block, keys, without_none
from optimizer.instance.spellings import BEFORE, GIVEN_PER_PERIOD, PER_PERIOD, SINGLE

from .strategies import Data, calendar_of

START = {"year": 2026, "quarter": "2026Q3"}
_LABEL = re.compile(r"[0-9]{4}(Q[1-4]|-[0-9]{2})?")
FINE = 2
"""How many periods stay short: half of 2026, so that the next year begins with a period."""


def in_segments(data: Data) -> Data:
    """An instance of at least four periods as if its first two were quarters and all others years.

    What is said of a period is said of the period of the same number; numbers of periods count quarters. Interest is
    capitalised only where draws come at the end, and no draw has a largest size: neither is had in such a calendar.
    """
    old, count = calendar_of(data), data["calendar"]["periods"]
    labels = {old.label(t): f"2026Q{t + 2}" if t <= FINE else str(2024 + t) for t in range(-20, count + 1)}
    labels |= {old.label(t): _before(t) for t in range(-20, 1)}
    found = _block(data, Instance, labels, count)
    assert isinstance(found, dict)
    found["calendar"] = {
        "start": "2026Q3",
        "length": "quarter",
        "periods": count,
        "segments": [{"length": "quarter", "periods": FINE}, {"length": "year", "periods": count - FINE}],
    }
    if "tax" in found:
        found["tax"].pop("year_end", None)
        found["tax"]["year_to_date_musd"] = 0.0
    for debt in found.get("debt", {}).values():
        debt.pop("max_draw_musd", None)
        if found.get("draw_timing", "end") != "end":
            debt["capitalise_interest"] = False
            if debt["kind"] == "bullet":
                debt.pop("grace_periods", None)
    return found


def _before(t: int) -> str:
    quarter = 4 * 2026 + 2 + t - 1
    return f"{quarter // 4}Q{quarter % 4 + 1}"


def _block(data: Any, kind: Any, labels: dict[str, str], count: int) -> Any:
    kind = without_none(kind) if kind is not None else None
    if isinstance(data, dict) and is_block(kind):
        known = keys(kind)
        return {
            key: _field(kind, key, _block(value, known[key].annotation, labels, count), count)
            for key, value in data.items()
            if key in known
        }
    if isinstance(data, dict):
        inner = getattr(kind, "__args__", (None, None))[-1]
        return {labels.get(str(key), key): _block(value, inner, labels, count) for key, value in data.items()}
    if isinstance(data, list):
        inner = getattr(kind, "__args__", (None,))[0]
        return [_block(each, inner, labels, count) for each in data]
    return labels.get(str(data), data) if isinstance(data, (str, int)) and _LABEL.fullmatch(str(data)) else data


def _field(kind: type[Block], key: str, value: Any, count: int) -> Any:
    """An amount of each period, where it was one of any: steps and growth begin with the first."""
    amounts = (*PER_PERIOD.get(kind, ()), *GIVEN_PER_PERIOD.get(kind, ()))
    if key not in amounts or kind in (*SINGLE, *BEFORE) or isinstance(value, list) or value is None:
        return value
    if isinstance(value, dict):
        value = value["initial"] if "initial" in value else next(iter(value.values()))
    return [value] * count
