"""All runs below a folder, in an SQLite file beside them, so that they can be searched.

The index is only a copy: each row comes from a run folder (its summary.json) or, where a point of a batch has no plan,
from its record in ``_points``. It is brought up to date whenever it is opened, and made again if it is damaged.

The file is never changed in place. It is read into memory, and if anything changed, a new one is renamed over it: no
process waits for another, none sees half a change, and it works on shared folders, where SQLite's locks may not. If two
processes do so at once the later one stays, and what it lacks is found by the next.
"""

from __future__ import annotations

import json
import logging
import os
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from optimizer.comparison.rows import COLUMNS, UNREADABLE, Run, iso, read_row, sources
from optimizer.comparison.store import replace_file

NAME = "runs.sqlite"
LAYOUT = 2
"""Number of the tables' layout, kept as the file's user_version; a file of another layout is made again."""


class UnknownColumnError(ValueError):
    """The runs are to be sorted by a column that there is not."""


_log = logging.getLogger(__name__)


_CREATE = f"""
CREATE TABLE runs ({", ".join(COLUMNS)}, PRIMARY KEY (path));
CREATE TABLE files (file, stamp, path, PRIMARY KEY (file));
PRAGMA user_version = {LAYOUT};
"""


class Index:
    """The runs below ``folder``, up to date when this is made; ``rebuild`` reads every one again."""

    def __init__(self, folder: str | os.PathLike[str], *, rebuild: bool = False) -> None:
        self.folder = Path(folder)
        self._path = self.folder / NAME
        self._rows = _empty()
        fresh = rebuild or not self._load()
        if fresh:
            self._rows.close()
            self._rows = _empty()
        if self._update() or fresh:
            self._save()

    def close(self) -> None:
        """Give the memory back."""
        self._rows.close()

    def __enter__(self) -> Index:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def search(
        self,
        *,
        name: str | None = None,
        status: str | None = None,
        since: datetime | None = None,
        objective: str | None = None,
        sort: str = "created",
        limit: int | None = None,
    ) -> list[Run]:
        """Runs that meet all of what is given: ``name`` is a pattern with * and ? for the instance or the point.

        Newest, largest or last of the alphabet first for created, seconds and gaps; smallest first for the rest; rows
        without the value come last. Raises UnknownColumnError for a column that is not there.
        """
        if sort not in COLUMNS:
            raise UnknownColumnError(f"there is no column {sort!r}; there are: {', '.join(COLUMNS)}")
        conditions, values = ["1"], dict[str, Any]()
        if name is not None:
            conditions.append("(instance GLOB :name OR point GLOB :name)")
        if status is not None:
            conditions.append("status = :status")
        if since is not None:
            conditions.append("created >= :since")
            values["since"] = iso(since)
        if objective is not None:
            conditions.append("instr(objectives, :quoted) > 0")
        falling = "DESC" if sort in ("created", "seconds", "gap_share", "gap_musd") else "ASC"
        query = (
            f"SELECT {', '.join(COLUMNS)} FROM runs WHERE {' AND '.join(conditions)} "
            f"ORDER BY {sort} IS NULL, {sort} {falling}, path LIMIT :limit"
        )
        values |= {
            "quoted": json.dumps(objective),
            "name": name,
            "status": status,
            "limit": -1 if limit is None else limit,
        }
        return [_run(row) for row in self._rows.execute(query, values)]

    def _load(self) -> bool:
        """Take over what the file knows; False if there is none, or none that can be used."""
        if not self._path.exists():
            return False
        try:
            with closing(sqlite3.connect(f"{self._path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as kept:
                sound = kept.execute("PRAGMA quick_check").fetchone() == ("ok",)
                layout = kept.execute("PRAGMA user_version").fetchone()[0]
                if sound and layout == LAYOUT:
                    kept.backup(self._rows)
                    self._rows.execute(f"SELECT {', '.join(COLUMNS)} FROM runs LIMIT 0")
                    self._rows.execute("SELECT file, stamp, path FROM files LIMIT 0")
                    for row in self._rows.execute(f"SELECT {', '.join(COLUMNS)} FROM runs"):
                        _run(row)
                    return True
        except (sqlite3.Error, ValueError, TypeError) as error:
            _log.warning("%s is damaged (%s); it is made again from the runs", self._path, error)
            return False
        _log.warning(
            "%s is %s; it is made again from the runs", self._path, "of another version" if sound else "damaged"
        )
        return False

    def _update(self) -> bool:
        """Bring the rows up to date with the folders; True if anything changed."""
        known = {file: (stamp, run) for file, stamp, run in self._rows.execute("SELECT file, stamp, path FROM files")}
        changed, unread = False, list[str]()
        for path in sources(self.folder):
            file = path.relative_to(self.folder).as_posix()
            try:
                about = path.stat()
                stamp = f"{about.st_mtime_ns}-{about.st_size}"
                if known.get(file, ("",))[0] == stamp:
                    del known[file]
                    continue
                run = read_row(path, self.folder)
            except UNREADABLE as error:
                unread.append(f"{path} ({type(error).__name__}: {error})")
                continue
            changed = True
            self._forget(file, known.pop(file, (None, None))[1])
            self._rows.execute("INSERT OR REPLACE INTO files VALUES (?, ?, ?)", (file, stamp, run and run.path))
            if run is not None:
                marks = ", ".join("?" * len(COLUMNS))
                self._rows.execute(f"INSERT OR REPLACE INTO runs VALUES ({marks})", _cells(run))
        if unread:
            _log.warning("%d cannot be read, their runs are not listed; the first is %s", len(unread), unread[0])
        for gone in known:
            changed = True
            self._forget(gone, known[gone][1])
        self._rows.commit()
        return changed

    def _forget(self, file: str | None, run: str | None) -> None:
        self._rows.execute("DELETE FROM files WHERE file = ?", (file,))
        self._rows.execute("DELETE FROM runs WHERE path = ?", (run,))

    def _save(self) -> None:
        try:
            replace_file(self._path, self._rows.serialize())
        except OSError as error:
            # a folder that cannot be written can still be searched
            _log.warning("%s cannot be written, the runs are read again next time: %s", self._path, error.strerror)


# ── rows ↔ SQLite ─────────────────────────────────────────────────────────────────────────────────────────────────


def _empty() -> sqlite3.Connection:
    rows = sqlite3.connect(":memory:")
    rows.executescript(_CREATE)
    return rows


_NUMBERS = ("value", "bound", "gap_share", "gap_musd", "audit_passed", "seconds")


def _cells(run: Run) -> list[Any]:
    cells = {name: getattr(run, name) for name in COLUMNS}
    return list({**cells, "labels": json.dumps(dict(run.labels)), "objectives": json.dumps(run.objectives)}.values())


def _run(row: tuple[Any, ...]) -> Run:
    """The run of a row. Raises ValueError or TypeError if a cell is damaged."""
    cells = dict(zip(COLUMNS, row, strict=True))
    for name, cell in cells.items():
        allowed = (int, float, type(None)) if name in _NUMBERS else (str,)
        if not isinstance(cell, allowed):
            raise TypeError(f"{name} is {cell!r}")
    audit = cells["audit_passed"]
    labels, objectives = json.loads(cells["labels"]), json.loads(cells["objectives"])
    if not isinstance(labels, dict) or not all(isinstance(name, str) for name in objectives):
        raise TypeError(f"labels are {labels!r}, objectives {objectives!r}")
    return Run(
        **{
            **cells,
            "labels": labels,
            "objectives": tuple(objectives),
            "audit_passed": None if audit is None else bool(audit),
        }
    )
