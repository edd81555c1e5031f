"""Which columns and rows of a model are added up, by the classes of its sites."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from optimizer.instance.schema import Instance
from optimizer.solver.aggregation import Places
from optimizer.solving.compiled import Compiled
from optimizer.solving.reductions.alike import Alike, Class


class Family(NamedTuple):
    """A family of columns or rows, whose classes it is added up by, and where in its keys the site stands."""

    name: str
    classes: str
    site: int


COLUMNS = (
    Family("buy", "hardware", 1),
    Family("fleet", "hardware", 1),
    Family("retire", "hardware", 1),
    Family("serve", "service", 1),
    Family("deliver", "service", 1),
    Family("hold", "service", 1),
    Family("starts", "phases", 0),
    Family("started", "phases", 0),
    Family("entry_complete", "phases", 0),
)
ROWS = (
    Family("fleet_roll_forward", "hardware", 1),
    Family("retirement", "hardware", 1),
    Family("power_limit", "hardware", 0),
    Family("service_capacity", "service", 0),
    Family("started_roll_forward", "phases", 0),
    Family("phase_order", "phases", 0),
)


def column_labels(compiled: Compiled, alike: Alike) -> Places:
    """For each column the first of those that it is added up with."""
    labels = np.arange(compiled.matrix.shape[1], dtype=np.int64)
    for family in COLUMNS:
        first: dict[Any, dict[int, int]] = {}
        for key, periods, columns in compiled.columns_of(family.name):
            site, common = _common(alike, family, key)
            if len(site) > 1:
                _label(labels, first.setdefault(common, {}), periods, columns)
    return labels


def row_labels(compiled: Compiled, alike: Alike) -> Places:
    """For each row the first of those that it is added up with."""
    labels = np.arange(compiled.matrix.shape[0], dtype=np.int64)
    for family in ROWS:
        first: dict[Any, dict[int, int]] = {}
        for key, periods, rows in compiled.rows_of(family.name):
            site, common = _common(alike, family, key)
            for i in range(rows.shape[1]) if len(site) > 1 else ():
                _label(labels, first.setdefault((common, i), {}), periods, rows[:, i])
    return labels


def sources(compiled: Compiled, instance: Instance) -> Places:
    """For each column itself, or of a gate what it is a copy of: N of the entry before, where that is one phase.

    −1 where nothing of the entry before can have been started by then.
    """
    source = np.arange(compiled.matrix.shape[1], dtype=np.int64)
    started = {key: _by_period(periods, columns) for key, periods, columns in compiled.columns_of("started")}
    for (s, p), periods, columns in compiled.columns_of("entry_complete"):
        phases = instance.sites[s].phases
        place = next(i for i, phase in enumerate(phases) if phase.name == p)
        before, gap = phases[place - 1], phases[place].gap_periods
        if before.count == 1:
            for t, column in zip(periods.tolist(), columns.tolist(), strict=True):
                source[column] = started[s, before.name].get(t - gap, -1)
    return source


def _common(alike: Alike, family: Family, key: Any) -> tuple[Class, Any]:
    """The class of the site in a key (a cloud is one of its own), and the key with the class in its place."""
    parts = key if isinstance(key, tuple) else (key,)
    classes: Mapping[str, Class] = getattr(alike, family.classes)
    site = classes.get(parts[family.site], (parts[family.site],))
    return site, (*parts[: family.site], site, *parts[family.site + 1 :])


def _label(labels: Places, first: dict[int, int], periods: Any, members: Any) -> None:
    for t, member in _by_period(periods, members).items():
        labels[member] = first.setdefault(t, member)


def _by_period(periods: Any, members: Any) -> dict[int, int]:
    return {t: member for t, member in zip(periods.tolist(), members.tolist(), strict=True) if member >= 0}
