"""What a comparison found: tables of mixes, sweeps and frontiers, and the files they are kept in."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from optimizer.comparison.against import base_runs
from optimizer.comparison.axes import label
from optimizer.comparison.batch import Batch
from optimizer.comparison.expected import over_scenarios
from optimizer.comparison.footing import unequal_footing, unequal_values
from optimizer.comparison.point import Result
from optimizer.comparison.ranking import standings
from optimizer.comparison.store import replace_file
from optimizer.comparison.tables import efficient, ranked
from optimizer.contract.shown import Shown
from optimizer.instance.schema import Instance
from optimizer.plan.run_folder import WriteError, to_csv
from optimizer.plan.table import Table

if TYPE_CHECKING:
    from pandas import DataFrame

FORMAT = 1
NO_ROWS = Table((), ())
FILE = "comparison"


@dataclass(frozen=True)
class Comparison(Shown):
    """The answer of a batch.

    ``mixes`` has a row for each mix in each scenario, ``sweeps`` and ``frontiers`` hold a table for each of theirs.
    ``results`` are all runs by their name, with key, run folder and seconds. ``folder`` is where all is kept.
    ``warnings`` say in words which ranks are not to be relied on, and the remedy. ``over_scenarios`` has a row for each
    mix, with what is to be expected over the scenarios and the worst of them; no rows where there is one scenario only.
    ``against`` is the base of the columns ``change_…``, None if there is none.

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
    over_scenarios: Table = NO_ROWS
    against: str | None = None

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

    def _repr_html_(self) -> str:
        """What a notebook shows: how the runs ended, what is in doubt, and its figures."""
        return str(import_module("optimizer.page.notebook").brief_comparison(self))

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
    def expected(self) -> DataFrame:
        """A row for each mix: what is to be expected over all scenarios, and the worst; empty for one scenario.

        >>> len(comparison.expected)
        0
        """
        return self.over_scenarios.frame()

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
            **({"over_scenarios": self.over_scenarios.records()} if self.over_scenarios.rows else {}),
            **({"against": self.against} if self.against is not None else {}),
            "runs": {
                name: {"status": result.status, "key": result.key, "run": result.run, "seconds": result.seconds}
                for name, result in self.results.items()
            },
        } | ({"warnings": list(self.warnings)} if self.warnings else {})

    def write(self, folder: str | os.PathLike[str]) -> list[Path]:
        """Write comparison.csv, comparison.sweep.NAME.csv, comparison.frontier.NAME.csv and comparison.json.

        With several scenarios there is comparison.over-scenarios.csv as well. Each file is replaced as a whole. Raises
        WriteError if the disk refuses.

        >>> [file.name for file in comparison.write(folder)]
        ['comparison.csv', 'comparison.sweep.debt.csv', 'comparison.frontier.cash.csv', 'comparison.json']
        """
        files = {f"{FILE}.csv": to_csv(self.mixes)} if self.mixes.rows else {}
        files |= {f"{FILE}.over-scenarios.csv": to_csv(self.over_scenarios)} if self.over_scenarios.rows else {}
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
    against: str | None = None,
) -> Comparison:
    """The comparison of a batch from the results of its runs, by name, in the order of the batch.

    ``instances`` are those of the runs by name; one that has a plan has one. ``against`` is the base of differences.
    Raises ValueError if there is none of that name.
    """
    bases = {} if against is None else base_runs(against, list(results.values()))

    def having(part: str, *names: str) -> list[Result]:
        return [each for each in results.values() if each.name.startswith("/".join([part, *names, ""]))]

    def placed(members: list[Result]) -> list[Result]:
        return [result for result, place in zip(members, standings(members), strict=True) if place]

    mixes = having("mixes")
    table, standing = ranked(("mix", "scenario"), mixes, bases, by="scenario")
    groups = {
        f"scenario {scenario}": [each for each in mixes if each.labels["scenario"] == scenario]
        for scenario in dict.fromkeys(str(each.labels["scenario"]) for each in mixes)
    } | {f"sweep {name}": having("sweeps", name) for name in batch.file.sweeps}
    sound = {title: placed(members) for title, members in groups.items()}
    doubts = [*(unequal_footing(title, members, instances) for title, members in sound.items())]
    doubts.append(unequal_values(sound, instances))
    return Comparison(
        name=batch.name,
        title=batch.file.title,
        base=str(batch.instance_name),
        base_hash=base_hash,
        mixes=table,
        sweeps={
            name: ranked([label(axis) for axis in sweep.axes], having("sweeps", name), bases)[0]
            for name, sweep in batch.file.sweeps.items()
        },
        frontiers={
            name: efficient(having("frontiers", name), *frontier.objectives)
            for name, frontier in batch.file.frontiers.items()
        },
        results=results,
        folder=folder,
        warnings=tuple(chain.from_iterable(doubts)),
        over_scenarios=over_scenarios(mixes, batch.file.scenarios, standing),
        against=against,
    )


def _named(tables: Mapping[str, Table], name: str, kind: str) -> Table:
    if name not in tables:
        raise KeyError(f"there is no {kind} {name!r}; there are: {', '.join(tables) or 'none'}")
    return tables[name]
