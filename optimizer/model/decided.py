"""In which period each column is decided: what a plan under uncertainty shares and what it may still choose.

A decision of period t knows all that is known by t. What is only arithmetic over the whole plan, such as the peak of
its funding, is decided by nobody: ``NEVER``. Whose key ends with a period is decided in that period, unless its block
says otherwise; a family of other keys has to say it.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from functools import lru_cache
from typing import TypeAlias

import numpy as np

from optimizer.algebra.arrays import Numbers
from optimizer.algebra.expr import Key

NEVER = 0
"""In place of a period: follows from the decisions of all periods."""

Decided: TypeAlias = int | Mapping[Key, int]
"""A period for all keys, or one for each."""


class UndecidedError(ValueError):
    """A block did not say in which period its columns are decided."""


def decided_in(name: str, keys: Sequence[Key], stated: Decided[Key] | None, span: range) -> Numbers:
    """The period in which each column of a family is decided. Raises UndecidedError where that is not known."""
    if isinstance(stated, int):
        if stated != NEVER and stated not in span:
            raise UndecidedError(f"{name}: {stated} is none of the periods {span.start} … {span.stop - 1}")
        return _same(stated, len(keys))
    periods = [stated[key] for key in keys] if stated is not None else [_last(name, key, span) for key in keys]
    return _checked(name, np.array(periods, dtype=np.int32), span)


@lru_cache(maxsize=1024)
def _same(period: int, count: int) -> Numbers:
    """The same period so many times; most families have few columns."""
    return np.full(count, period, dtype=np.int32)


def decided_over(
    name: str, windows: Mapping[Key, Sequence[int]], stated: Mapping[Key, Sequence[int]] | None, span: range
) -> Numbers:
    """As ``decided_in``, of timelines: each column in its own period, or as ``stated``, which runs along the window."""
    known: dict[range, Numbers] = {}
    parts = [_numbers(stated[key] if stated is not None else window, known) for key, window in windows.items()]
    size = sum(len(window) for window in windows.values())
    periods = np.concatenate([*parts, np.zeros(0, dtype=np.int32)])
    if periods.size != size:
        raise UndecidedError(f"{name}: there are {periods.size} periods for {size} columns")
    return _checked(name, periods, span)


def _numbers(periods: Sequence[int], known: dict[range, Numbers]) -> Numbers:
    if not isinstance(periods, range):
        return np.array(periods, dtype=np.int32)
    if periods not in known:
        known[periods] = np.arange(periods.start, periods.stop, periods.step, dtype=np.int32)
    return known[periods]


def _last(name: str, key: Hashable, span: range) -> int:
    last = key[-1] if isinstance(key, tuple) and key else key
    if isinstance(last, int) and last in span:
        return last
    raise UndecidedError(f"{name}: {key!r} ends with no period: say in which it is decided (`decided`)")


def _checked(name: str, periods: Numbers, span: range) -> Numbers:
    wrong = periods[(periods != NEVER) & ((periods < span.start) | (periods >= span.stop))]
    if wrong.size:
        raise UndecidedError(f"{name}: {wrong[0]} is none of the periods {span.start} … {span.stop - 1}")
    return periods
