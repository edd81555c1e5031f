"""What was added up, parted again: a plan of the search as one of every site."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from optimizer.instance.schema import Instance
from optimizer.solver.matrix import Vector
from optimizer.solving.compiled import Compiled
from optimizer.solving.reductions.alike import Alike, Class, several

ByPeriod = dict[int, int]


class SplitError(Exception):
    """What was added up has no place at the sites."""


class Split:
    """Parts the values of one plan: phases first, then hardware, then what is served, each into what is there."""

    def __init__(self, instance: Instance, compiled: Compiled, alike: Alike) -> None:
        self.instance, self.compiled, self.alike = instance, compiled, alike
        families = ("buy", "fleet", "retire", "serve", "deliver", "hold", "starts", "started", "entry_complete")
        self.column = {family: _columns(compiled, family) for family in families}
        self.row = {family: _rows(compiled, family) for family in ("power_limit", "service_capacity")}

    def part(self, x: Vector, whole: Mapping[int, float], phases: bool) -> None:
        """Write the parts into ``x``, which has the values of all columns that stand alone.

        ``whole`` has the sums, each by any of its columns. ``phases``: whether phases were added up, too.
        Raises SplitError.
        """
        if phases:
            for sites in several(self.alike.phases):
                _Phases(self, sites).part(x, whole)
        self._gates(x)
        for sites in several(self.alike.hardware):
            _Hardware(self, sites).part(x, whole)
        for sites in several(self.alike.service):
            self._service(sites, x, whole)

    def _gates(self, x: Vector) -> None:
        """A gate is open once all of the entry before have been started, and something stands behind it."""
        for (s, p), columns in self.column["entry_complete"].items():
            phases = self.instance.sites[s].phases
            i = next(i for i, phase in enumerate(phases) if phase.name == p)
            before = self.column["started"][s, phases[i - 1].name]
            for t, column in columns.items():
                earlier = before.get(t - phases[i].gap_periods)
                done = earlier is not None and round(float(x[earlier])) >= phases[i - 1].count
                x[column] = 1.0 if done else 0.0

    def _service(self, sites: Class, x: Vector, whole: Mapping[int, float]) -> None:
        """Sites in the order of their names serve all that they can, for markets, partners and contracts in theirs."""
        columns = {
            ((family, who), s): own
            for family in ("serve", "deliver", "hold")
            for (who, s), own in self.column[family].items()
        }
        names = dict.fromkeys(who for who, s in columns if s in sites)
        of = {(who, s): columns[who, s] for who in names for s in sites}
        for t in sorted({t for each in of.values() for t in each}):
            here = {key: each[t] for key, each in of.items() if t in each}
            room = [self.left("service_capacity", s, t, x, here.values()) for s in sites]
            for who in names:
                own = [here[who, s] for s in sites if (who, s) in here]
                if own:
                    x[own] = _filled(whole[own[0]], room)

    def left(self, family: str, s: str, t: int, x: Vector, but: Iterable[int]) -> float:
        """What a row a·x ≤ b leaves beside all columns but some: b − Σ a·x."""
        matrix, row = self.compiled.matrix, self.row[family][s][t]
        part = slice(matrix.rows.indptr[row], matrix.rows.indptr[row + 1])
        columns, values = matrix.rows.indices[part], matrix.rows.data[part]
        known = ~np.isin(columns, list(but))
        return float(matrix.row_high[row] - values[known] @ x[columns[known]])


class _Phases:
    """Sites of a class are filled one after the other: every start goes to the first that may have it."""

    def __init__(self, split: Split, sites: Class) -> None:
        self.split, self.sites = split, sites
        self.phases = split.instance.sites[sites[0]].phases

    def part(self, x: Vector, whole: Mapping[int, float]) -> None:
        begun: dict[tuple[str, str], list[int]] = {}
        for i, phase in enumerate(self.phases):
            starts = {s: self.split.column["starts"][s, phase.name] for s in self.sites}
            begun |= {(s, phase.name): [] for s in self.sites}
            for t, column in starts[self.sites[0]].items():
                for s in self.sites:
                    x[starts[s][t]] = 0.0
                for _ in range(round(whole[column])):
                    s = self._first(i, t, begun)
                    begun[s, phase.name].append(t)
                    x[starts[s][t]] += 1.0
            for s in self.sites:
                for t, column in self.split.column["started"][s, phase.name].items():
                    x[column] = sum(u <= t for u in begun[s, phase.name])

    def _first(self, i: int, t: int, begun: Mapping[tuple[str, str], Sequence[int]]) -> str:
        phase = self.phases[i]
        for s in self.sites:
            ready = True
            if i:
                before = self.phases[i - 1]
                ready = sum(u <= t - phase.gap_periods for u in begun[s, before.name]) >= before.count
            if ready and len(begun[s, phase.name]) < phase.count:
                return s
        raise SplitError(f"no site of {', '.join(self.sites)} has a place for {phase.name} in period {t}")


class _Hardware:
    """Period by period: what leaves is taken out, then what arrives goes where power is free.

    Units are kept by vintage (offer, period of order) as an amount for each site of the class, thousand.
    """

    def __init__(self, split: Split, sites: Class) -> None:
        self.split, self.sites = split, sites
        column, self.offers = split.column, split.instance.hardware
        self.names = [o for o in self.offers if (o, sites[0]) in column["buy"]]
        self.buy = {(o, s): column["buy"][o, s] for o in self.names for s in sites}
        self.fleet = {(o, s): column["fleet"].get((o, s), {}) for o in self.names for s in sites}
        pue = split.instance.sites[sites[0]].pue
        self.load = {o: pue * self.offers[o].kw for o in self.names}  # MW of a thousand units
        self.leaving: dict[int, list[tuple[str, int, list[int]]]] = {}
        for o, s, u, t in column["retire"]:
            if s == sites[0]:
                own = [column["retire"][o, r, u, t][0] for r in sites]
                self.leaving.setdefault(t, []).append((o, u, own))

    def part(self, x: Vector, whole: Mapping[int, float]) -> None:
        for columns in self.fleet.values():
            x[list(columns.values())] = 0.0
        alive: dict[tuple[str, int], Vector] = {}
        for t in self.split.instance.periods.span:
            self._leave(t, alive, x, whole)
            room = self._room(t, alive, x)
            for o in self.names:
                u = t - self.offers[o].lead_periods
                own = [self.buy[o, s][u] for s in self.sites if u in self.buy[o, s]]
                if own:
                    alive[o, u] = np.array(_filled(whole[own[0]], room, self.load[o]))
                    x[own] = alive[o, u]
            for o in self.names:
                here = [self.fleet[o, s][t] for s in self.sites if t in self.fleet[o, s]]
                if here:
                    x[here] = sum((units for (p, _), units in alive.items() if p == o), np.zeros(len(self.sites)))

    def _leave(self, t: int, alive: dict[tuple[str, int], Vector], x: Vector, whole: Mapping[int, float]) -> None:
        for o, u in [*alive]:
            if u + self.offers[o].lead_periods + self.offers[o].life_periods <= t:
                del alive[o, u]
        for o, u, own in self.leaving.get(t, []):
            gone = np.array(_filled(whole[own[0]], alive[o, u].tolist()))
            x[own] = gone
            alive[o, u] = np.maximum(0.0, alive[o, u] - gone)

    def _room(self, t: int, alive: Mapping[tuple[str, int], Vector], x: Vector) -> list[float]:
        """MW that are free at each site beside what is there; none where nothing can be there yet."""
        drawn = sum((units * self.load[o] for (o, _), units in alive.items()), np.zeros(len(self.sites)))
        room = []
        for s, mw in zip(self.sites, drawn.tolist(), strict=True):
            fleets = [self.fleet[o, s][t] for o in self.names if t in self.fleet[o, s]]
            there = t in self.split.row["power_limit"].get(s, {})
            room.append(self.split.left("power_limit", s, t, x, fleets) - mw if there else 0.0)
        return room


def _filled(amount: float, room: list[float], each: float = 1.0) -> list[float]:
    """An amount by sites, each full before the next has any; ``each`` of it takes so much of the ``room``, less then.

    What is left, as rounding is, goes where there is most room.
    """
    found, left = [0.0] * len(room), amount
    for i, free in enumerate(room):
        part = min(left, max(0.0, free / each)) if each > 0.0 else left
        found[i], left = part, left - part
    if left:
        most = max(range(len(room)), key=lambda i: (room[i], -i))
        found[most] += left
    for i, part in enumerate(found):
        room[i] -= part * each
    return found


def _columns(compiled: Compiled, family: str) -> dict[Any, ByPeriod]:
    return {
        key: dict(zip(periods.tolist(), columns.tolist(), strict=True))
        for key, periods, columns in compiled.columns_of(family)
    }


def _rows(compiled: Compiled, family: str) -> dict[Any, ByPeriod]:
    """By site, the row of each period."""
    return {
        key: {t: i for t, i in zip(periods.tolist(), rows[:, 0].tolist(), strict=True) if i >= 0}
        for key, periods, rows in compiled.rows_of(family)
    }
