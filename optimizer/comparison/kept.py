"""A comparison that was kept, from its folder."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from optimizer.comparison.comparison import FILE, FORMAT, NO_ROWS, Comparison
from optimizer.comparison.point import Result
from optimizer.plan.run_schema import RunError
from optimizer.plan.table import Table


def is_comparison(folder: str | os.PathLike[str]) -> bool:
    """Whether a folder holds a comparison."""
    return (Path(folder) / f"{FILE}.json").is_file()


def read_comparison(folder: str | os.PathLike[str]) -> Comparison:
    """A comparison as ``Comparison.write`` and ``capstack compare`` keep it: tables, and how each run ended.

    Levels and figures of single runs are in their folders. Raises RunError for a folder that holds none.

    >>> files = comparison.write(folder / "kept")
    >>> optimizer.read_comparison(folder / "kept").table["mix"].to_list()
    ['both', 'equity']
    """
    path = Path(folder) / f"{FILE}.json"
    data = kept_data(folder, FILE, "comparison", FORMAT)
    try:
        return Comparison(
            name=str(data["name"]),
            title=data["title"],
            base=str(data["base"]),
            base_hash=str(data["base_hash"]),
            mixes=_table(data["mixes"]),
            sweeps={name: _table(rows) for name, rows in data["sweeps"].items()},
            frontiers={name: _table(rows) for name, rows in data["frontiers"].items()},
            results={name: _result(name, run) for name, run in data["runs"].items()},
            folder=Path(folder),
            warnings=tuple(data.get("warnings", ())),
            over_scenarios=_table(data["over_scenarios"]) if "over_scenarios" in data else NO_ROWS,
            against=data.get("against"),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise RunError(f"{path} is damaged: {type(error).__name__}: {error}") from None


def kept_data(folder: str | os.PathLike[str], file: str, kind: str, version: int) -> dict[str, Any]:
    """The object in FILE.json of a folder, of this format. Raises RunError in the words of its ``kind``."""
    path = Path(folder) / f"{file}.json"
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise RunError(f"{folder} holds no {kind}: there is no {file}.json") from None
    except (OSError, ValueError) as error:
        raise RunError(f"{path} cannot be read: {error}") from None
    if not isinstance(data, dict) or data.get("format") != version:
        raise RunError(f"{path} is no {kind} of this version")
    return data


def _table(rows: Sequence[Mapping[str, Any]]) -> Table:
    return Table.of(list(dict.fromkeys(column for row in rows for column in row)), rows) if rows else NO_ROWS


def _result(name: str, run: Mapping[str, Any]) -> Result:
    return Result(name, {}, str(run["status"]), seconds=float(run["seconds"]), key=str(run["key"]), run=run["run"])
