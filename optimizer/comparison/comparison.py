"""What a comparison found: tables of mixes, sweeps and frontiers, and the files they are kept in."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from optimizer.comparison.axes import label
from optimizer.comparison.batch import Batch
from optimizer.comparison.columns import FIGURES, FOUND, STANDING
from optimizer.comparison.footing import unequal_footing
from optimizer.comparison.frontier import bound, trades, value
from optimizer.comparison.point import Result
from optimizer.comparison.ranking import standings
from optimizer.comparison.store import replace_file
from optimizer.instance.schema import Instance
from optimizer.plan import delivered
from optimizer.plan.run_folder import WriteError, to_csv
from optimizer.plan.table import Cell, Table

if TYPE_CHECKING:
    from pandas import DataFrame

FORMAT = 1
FILE = "comparison"


@dataclass(frozen=True)
class Comparison:
    """The answer of a batch.

    ``mixes`` has a row for each mix in each scenario, ``sweeps`` and ``frontiers`` hold a table for each of theirs.
    ``results`` are all runs by their name, with key, run folder and seconds. ``folder`` is where all is kept.
    ``warnings`` say in words which ranks are not to be relied on, and the remedy.

    >>> list(comparison.results)[:2]
    ['mixes/both/base', 'mixes/equity/base']
    """

    name: str
    title: str | None
    base: str
    base_hash: str
    mixes: Table
    sweeps: Mapping[str, Table]
    frontiers: Mapping[str, Table]
    results: Mapping[str, Result]
    folder: Path | None = None
    warnings: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Three lines: what was compared, how the runs ended, where to look next."""
        ended = ", ".join(f"{count:,} {status}" for status, count in sorted(self.counts.items()))
        failed = f"; {len(self.audit_failures):,} failed the audit: do not use them" if self.audit_failures else ""
        doubtful = "; ranks are in doubt: see .warnings" if self.warnings else ""
        parts = [f".{kind}({name!r})" for kind in ("sweep", "frontier") for name in list(getattr(self, f"{kind}s"))[:3]]
        shown = [*([".table"] if self.mixes.rows else []), *parts, ".results"]
        return (
            f"Comparison {self.name} of {self.base}: {len(self.results):,} runs\n"
            f"{ended}{failed}{doubtful}\n"
            f"next: {', '.join(shown)}"
        )

    @property
    def table(self) -> DataFrame:
        """A row for each mix in each scenario.

        >>> comparison.table["mix"].to_list()
        ['both', 'equity']
        """
        return self.mixes.frame()

    def sweep(self, name: str) -> DataFrame:
        """A row for each point of a sweep. Raises KeyError, with the names there are, if there is none.

        >>> comparison.sweep("debt")[["debt_share", "value"]].round(3).values.tolist()  # half of each: 11.5 / 1.1²
        [[0.0, 12.397], [0.5, 9.504]]
        """
        return _named(self.sweeps, name, "sweep").frame()

    def frontier(self, name: str) -> DataFrame:
        """A row for each efficient point of a frontier, and for each run without a plan. Raises KeyError.

        >>> comparison.frontier("cash")[["cost_of_capital", "terminal_cash"]].round(3).values.tolist()
        [[6.612, 12.0], [12.397, 120.0]]
        """
        return _named(self.frontiers, name, "frontier").frame()

    @property
    def counts(self) -> Counter[str]:
        """How many runs ended with which status.

        >>> comparison.counts
        Counter({'optimal': 6})
        """
        return Counter(result.status for result in self.results.values())

    @property
    def audit_failures(self) -> list[str]:
        """The runs whose plan failed its audit.

        >>> comparison.audit_failures
        []
        """
        return [name for name, result in self.results.items() if result.audit_passed is False]

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain data, with ``warnings`` where there are any; only ``runs`` depends on the clock.

        >>> comparison.to_dict()["mixes"][0]["mix"]
        'both'
        """
        return {
            "format": FORMAT,
            "name": self.name,
            "title": self.title,
            "base": self.base,
            "base_hash": self.base_hash,
            "mixes": self.mixes.records(),
            "sweeps": {name: table.records() for name, table in self.sweeps.items()},
            "frontiers": {name: table.records() for name, table in self.frontiers.items()},
            "runs": {
                name: {"status": result.status, "key": result.key, "run": result.run, "seconds": result.seconds}
                for name, result in self.results.items()
            },
        } | ({"warnings": list(self.warnings)} if self.warnings else {})

    def write(self, folder: str | os.PathLike[str]) -> list[Path]:
        """Write comparison.csv, comparison.sweep.NAME.csv, comparison.frontier.NAME.csv and comparison.json.

        Each file is replaced as a whole. Raises WriteError if the disk refuses.

        >>> [file.name for file in comparison.write(folder)]
        ['comparison.csv', 'comparison.sweep.debt.csv', 'comparison.frontier.cash.csv', 'comparison.json']
        """
        files = {f"{FILE}.csv": to_csv(self.mixes)} if self.mixes.rows else {}
        files |= {f"{FILE}.sweep.{name}.csv": to_csv(table) for name, table in self.sweeps.items()}
        files |= {f"{FILE}.frontier.{name}.csv": to_csv(table) for name, table in self.frontiers.items()}
        files[f"{FILE}.json"] = json.dumps(self.to_dict(), allow_nan=False, ensure_ascii=False, indent=1) + "\n"
        place = Path(folder)
        try:
            place.mkdir(parents=True, exist_ok=True)
            for name, text in files.items():
                replace_file(place / name, text.encode())
        except OSError as error:
            reason = error.strerror or str(error)
            raise WriteError(error.errno, f"the comparison cannot be written to {place}: {reason}") from error
        return [place / name for name in files]


def comparison_of(
    batch: Batch,
    base_hash: str,
    results: Mapping[str, Result],
    folder: Path | None,
    instances: Mapping[str, Instance],
) -> Comparison:
    """The comparison of a batch from the results of its runs, by name, in the order of the batch.

    ``instances`` are those of the runs by name; one that has a plan has one.
    """

    def having(part: str, *names: str) -> list[Result]:
        return [each for each in results.values() if each.name.startswith("/".join([part, *names, ""]))]

    def footing(title: str, members: list[Result]) -> Iterator[str]:
        pairs = zip(members, standings(members), strict=True)
        return unequal_footing(title, [result for result, standing in pairs if standing], instances)

    mixes = having("mixes")
    doubts = [
        *(
            footing(f"scenario {scenario}", [each for each in mixes if each.labels["scenario"] == scenario])
            for scenario in dict.fromkeys(str(each.labels["scenario"]) for each in mixes)
        ),
        *(footing(f"sweep {name}", having("sweeps", name)) for name in batch.file.sweeps),
    ]
    return Comparison(
        name=batch.name,
        title=batch.file.title,
        base=str(batch.instance_name),
        base_hash=base_hash,
        mixes=_ranked(("mix", "scenario"), mixes, by="scenario"),
        sweeps={
            name: _ranked([label(axis) for axis in sweep.axes], having("sweeps", name))
            for name, sweep in batch.file.sweeps.items()
        },
        frontiers={
            name: _efficient(having("frontiers", name), *frontier.objectives)
            for name, frontier in batch.file.frontiers.items()
        },
        results=results,
        folder=folder,
        warnings=tuple(chain.from_iterable(doubts)),
    )


def _named(tables: Mapping[str, Table], name: str, kind: str) -> Table:
    if name not in tables:
        raise KeyError(f"there is no {kind} {name!r}; there are: {', '.join(tables) or 'none'}")
    return tables[name]


def _ranked(labels: Sequence[str], results: Sequence[Result], by: str | None = None) -> Table:
    """A row for each run, ranked among those with the same label ``by``."""
    groups: dict[Any, list[Result]] = {}
    for result in results:
        groups.setdefault(result.labels[by] if by else None, []).append(result)
    rows: list[dict[str, Cell]] = []
    for members in groups.values():
        for result, standing in zip(members, standings(members), strict=True):
            row: dict[str, Cell] = {name: result.labels[name] for name in labels}
            row |= found(result) | figures(result)
            if standing is not None:
                row |= {name: getattr(standing, name) for name in STANDING}
            rows.append(row)
    return Table.of([*labels, *FOUND, *FIGURES, *STANDING], rows)


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


def _efficient(results: Sequence[Result], a: str, b: str) -> Table:
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
