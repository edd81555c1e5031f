"""Where finished runs are kept: a run folder for each plan, and beside them one record for each point.

::

    DIR/INSTANCE/RUN/         the run folder of a plan, as `capstack solve` writes it
    DIR/_points/KEY.json      what came of a point: its result, and the run folder if there is a plan

Both are written under another name and renamed, so whatever moment a process dies at, a record is whole or not there,
and a record that is there has its run. Nothing is locked: two processes may write the same key, the later rename wins.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path

from optimizer.comparison.details import details
from optimizer.comparison.point import Point, Result
from optimizer.comparison.records import read_result, result_data, to_text
from optimizer.contract.durable import UNFINISHED, replacing
from optimizer.contract.versions import versions
from optimizer.plan.plan import Plan
from optimizer.plan.record import FORMAT
from optimizer.plan.run_folder import RunError, WriteError, read_run, write_run

POINTS = "_points"
"""Folder of the records; no instance can have this name."""

RECORD = 2
"""Number of the layout of a record."""

STALE_SECONDS = 86_400.0
_KEY = re.compile(r"[0-9a-f]{64}")
_log = logging.getLogger(__name__)


class Store:
    """The finished runs below ``folder``; any number of processes may use it at once."""

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = Path(folder)
        self._points = self.folder / POINTS
        self._swept = False

    def key(self, point: Point) -> str:
        """SHA-256, hexadecimal, of all that decides the answer of a point, which its name and labels do not."""
        options = asdict(point.options)
        decides = {
            "format": FORMAT,
            "versions": dict(versions()),
            "instance": point.instance.hash,
            # 0 and 0.0 are the same option
            "options": {name: float(value) for name, value in options.items()},
            "caps": {name: float(value) for name, value in point.caps.items()},
        }
        if point.question is not None:
            decides["question"] = point.question
        return hashlib.sha256(to_text(decides).encode()).hexdigest()

    def keep(self, point: Point, plan: Plan | None, result: Result) -> Result:
        """Keep what came of a point; when this returns it is on the disk. Returns the result with ``key`` and ``run``.

        An error does not replace what was found before. Raises WriteError if the disk refuses.
        """
        key = self.key(point)
        run = None
        if plan is not None:
            about = {"name": point.name, "labels": dict(point.labels), "caps": dict(point.caps), "key": key}
            folder = write_run(replace(plan, summary={**plan.summary, "point": about}), self.folder)
            run = folder.relative_to(self.folder).as_posix()
        kept = replace(result, name=point.name, labels=point.labels, key=key, run=run)
        if plan is not None and kept.details is None:
            kept = replace(kept, details=details(plan))
        about_instance = {"instance": point.instance.name, "instance_hash": point.instance.hash}
        text = to_text({"format": RECORD, **about_instance, "result": result_data(kept)})
        if kept.status != "error" or self._finished(key) is None:
            self._write(f"{key}.json", f"{text}\n")
        return read_result(json.loads(text)["result"])

    def read(self, key: str) -> Result | None:
        """What was kept under a key; None if nothing was, or if it is not whole, which is logged as a warning."""
        path = self._points / f"{key}.json"
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            if data["format"] != RECORD:
                raise ValueError(f"its format is {data['format']!r}; this version reads {RECORD}")
            result = read_result(data["result"])
            if result.key != key:
                raise ValueError("it was kept under another key")
            if result.run is not None:
                self._check_run(self.folder / result.run)
                if result.details is None:  # kept before comparisons had them
                    result = replace(result, details=details(read_run(self.folder / result.run)))
        except FileNotFoundError as error:
            if error.filename == str(path):
                return None
            why = f"{error.filename} is missing"
        except (RunError, OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            why = f"{type(error).__name__}: {error}"
        else:
            return result
        _log.warning("%s is damaged and ignored, its run is made again: %s", path, why)
        return None

    def known(self, point: Point) -> Result | None:
        """What was found for a point before, under its name and labels of now.

        None if there is nothing, or only an error (a worker that was killed, say), which is worth another try.
        """
        result = self._finished(self.key(point))
        return None if result is None else replace(result, name=point.name, labels=dict(point.labels))

    def results(self) -> list[Result]:
        """All that is kept, in the order of the names."""
        found = [self.read(path.stem) for path in self._records()]
        return sorted((result for result in found if result), key=lambda result: (result.name, result.key))

    def _records(self) -> Iterator[Path]:
        with suppress(FileNotFoundError, NotADirectoryError):
            for path in sorted(self._points.iterdir()):
                if path.suffix == ".json" and _KEY.fullmatch(path.stem):
                    yield path
                elif not path.name.startswith(UNFINISHED):
                    _log.warning("%s is not a record of a run; it is ignored", path)

    def _finished(self, key: str) -> Result | None:
        result = self.read(key)
        return None if result is None or result.status == "error" else result

    def _check_run(self, run: Path) -> None:
        """Raises FileNotFoundError or ValueError unless summary and plan are there and can be read."""
        for name in ("summary.json", "plan.json"):
            if not isinstance(json.loads((run / name).read_text(encoding="utf-8")), dict):
                raise ValueError(f"{run / name} is not a JSON object")

    def _write(self, name: str, text: str) -> None:
        try:
            self._points.mkdir(parents=True, exist_ok=True)
            if not self._swept:
                _remove_stale(self._points)
                self._swept = True
            replace_file(self._points / name, text.encode())
        except OSError as error:
            raise WriteError(
                error.errno, f"the result cannot be written to {self._points}: {error.strerror or error}"
            ) from error


def replace_file(path: Path, content: bytes) -> None:
    """Write a file so that it is there as before or as wanted, whole and on the disk. Raises OSError."""
    with replacing(path) as stream:
        stream.write(content)


def _remove_stale(folder: Path) -> None:
    """Remove what writers that died left behind more than a day ago."""
    for path in folder.glob(f"{UNFINISHED}*"):
        with suppress(OSError):
            if time.time() - path.lstat().st_mtime > STALE_SECONDS:
                path.unlink()
