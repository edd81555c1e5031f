"""The tables of a comparison: a row for each run, ranked among those it is compared with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from optimizer.comparison.against import columns_of, with_changes
from optimizer.comparison.columns import BESIDE, FIGURES, FOUND, STANDING
from optimizer.comparison.details import HEADROOM
from optimizer.comparison.frontier import bound, trades, value
from optimizer.comparison.point import Result
from optimizer.comparison.ranking import Standing, figure_ranks, standings
from optimizer.plan import delivered
from optimizer.plan.table import Cell, Table


def ranked(
    labels: Sequence[str], results: Sequence[Result], bases: Mapping[str, str], by: str | None = None
) -> tuple[Table, dict[str, Standing | None]]:
    """A row for each run, ranked among those with the same label ``by``; and where each run stands, by its name.

    ``bases`` are the runs that differences are measured against, by the names of both.
    """
    groups: dict[Any, list[Result]] = {}
    for result in results:
        groups.setdefault(result.labels[by] if by else None, []).append(result)
    rows: dict[str, dict[str, Cell]] = {}
    places: dict[str, Standing | None] = {}
    for members in groups.values():
        for result, standing in zip(members, standings(members), strict=True):
            row: dict[str, Cell] = {name: result.labels[name] for name in labels}
            row |= found(result) | figures(result) | dict(result.details or {})
            if standing is not None:
                row |= {name: getattr(standing, name) for name in STANDING}
            rows[result.name], places[result.name] = row, standing
        _rank_figures([(rows[result.name], places[result.name]) for result in members])
    own = {result.name for result in results}
    with_changes(rows, {name: base for name, base in bases.items() if name in own})
    money = dict.fromkeys(key for row in rows.values() for key in row if "_musd." in key)
    changes = columns_of(name for name in bases if name in own)
    columns = [*labels, *FOUND, *FIGURES, *STANDING, *BESIDE, *HEADROOM, *money, *changes]
    return Table.of(columns, rows.values()), places


def _rank_figures(rows: Sequence[tuple[dict[str, Cell], Standing | None]]) -> None:
    """Give each run with a rank one by NPV and one by shareholder value, too."""
    sound = [row for row, standing in rows if standing is not None]
    for column, figure in BESIDE.items():
        values = [None if row[figure] is None else float(row[figure]) for row in sound]  # type: ignore[arg-type]
        for row, rank in zip(sound, figure_ranks(values), strict=True):
            row[column] = rank


def found(result: Result) -> dict[str, Cell]:
    """How a run ended, and its plan by the first objective with bound and gap, and the best before slack was given."""
    row: dict[str, Cell] = {"status": result.status, "reason": result.reason or None, "cause": result.cause or None}
    if result.levels:
        level = result.first
        row |= {"objective": level["name"]} | {key: level[key] for key in ("sense", "unit", "bound")}
        row |= {"value": delivered.value(level), "gap_musd": delivered.gap_musd(level)}
        row |= {"best": level["value"], "best_gap_musd": level["gap_musd"]}
    return row


def figures(result: Result) -> dict[str, Cell]:
    """The figures of a plan; empty where one is not defined."""
    row: dict[str, Cell] = {column: result.metrics.get(metric) for column, metric in FIGURES.items()}
    cost = row["npv_musd"]
    return row | {"npv_musd": None if cost is None else 0.0 - float(cost)}


def efficient(results: Sequence[Result], a: str, b: str) -> Table:
    """The efficient points by rising b, then the runs without a plan."""
    columns = ["point", a, f"{a}_bound", b, f"{b}_bound", f"{b}_cap", "status", "reason", "cause", *FIGURES]
    usable = [result for result in results if result.levels and result.audit_passed is not False]
    efficient = sorted((t for t in trades(usable, a, b) if not t.dominated), key=lambda t: (t.second, t.first))
    none = [result for result in results if result not in usable]
    return Table.of(columns, _trade_rows([*(trade.result for trade in efficient), *none], a, b))


def _trade_rows(results: Sequence[Result], a: str, b: str) -> Iterator[dict[str, Cell]]:
    for result in results:
        yield {
            "point": result.labels["point"],
            a: value(result, a),
            f"{a}_bound": bound(result, a),
            b: value(result, b),
            f"{b}_bound": bound(result, b),
            f"{b}_cap": result.labels.get("cap"),
            "status": result.status,
            "reason": result.reason or None,
            "cause": result.cause or None,
            **figures(result),
        }
