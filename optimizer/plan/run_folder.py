"""The folder that a run leaves: results/<instance>/<run>/.

A run is written to a hidden folder beside its place and renamed at once, so that what is there is whole, whenever the
process that writes it dies. A solve without a plan leaves a record: the same folder without plan.json.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import re
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from optimizer.contract.durable import UNFINISHED, sync_folder, unfinished_name
from optimizer.instance.schema import Instance
from optimizer.plan.plan import Plan
from optimizer.plan.record import FORMAT
from optimizer.plan.run_schema import WITH_PLAN, RunError, check_audit, check_plan, check_summary
from optimizer.plan.table import Cell, Table, rounded
from optimizer.plan.tables.builders import SCHEDULES, STATEMENTS

HASH_DIGITS = 8
#: Why there is no plan, in the record of a solve that found that.
EXPLANATION = "explanation.json"
#: The digests of all other files of a run, in the format that ``sha256sum --check`` reads.
DIGESTS = "run.sha256"
STALE_SECONDS = 86_400.0
MAX_SAME_SECOND = 10_000
#: What a spreadsheet takes for the beginning of a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
__all__ = [
    "TABLE_FILES",
    "RunError",
    "WriteError",
    "digests",
    "read_record",
    "read_run",
    "refuse_record",
    "summary",
    "to_csv",
    "try_folder",
    "write_record",
    "write_run",
]

_UNFINISHED = re.compile(rf"{re.escape(UNFINISHED)}(\d+)-.*")


class WriteError(OSError):
    """A run cannot be written: no room, no permission. Nothing is left behind.

    >>> optimizer.write_run(plan, "README.md")
    Traceback (most recent call last):
    optimizer...WriteError: ...
    """


# ── write ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def write_run(plan: Plan, folder_root: str | os.PathLike[str]) -> Path:
    """Write the run of a plan under ``folder_root``/<instance>/ and return its folder.

    The folder is named by the UTC time and the beginning of the instance's hash. Raises WriteError if the disk refuses.

    >>> run = optimizer.write_run(plan, folder)
    >>> run.parent.name, sorted(file.name for file in run.iterdir())[:3]
    ('two-sources', ['audit.json', 'instance.json', 'plan.json'])
    """
    return _write_folder(_files(plan), plan.instance, folder_root)


def write_record(
    instance: Instance,
    about: Mapping[str, Any],
    folder_root: str | os.PathLike[str],
    explanation: Mapping[str, Any] | None = None,
) -> Path:
    """Write what is known of a solve without a plan, as ``write_run`` writes a run; ``about`` is its summary.

    ``explanation`` is why there is none, as plain data, if that is known.
    """
    known = {**about, "instance": instance.name, "instance_hash": instance.hash, "objectives": []}
    files = {"summary.json": _json(known), "instance.json": _json(instance.canonical())}
    if explanation is not None:
        files[EXPLANATION] = _json(explanation)
    return _write_folder(files, instance, folder_root)


def _write_folder(files: Mapping[str, str], instance: Instance, folder_root: str | os.PathLike[str]) -> Path:
    place = Path(folder_root) / instance.name
    unfinished: Path | None = None
    try:
        place.mkdir(parents=True, exist_ok=True)
        _remove_stale(place)
        unfinished = place / unfinished_name()
        unfinished.mkdir()
        for name, text in files.items():
            _write(unfinished / name, text)
        for folder in [*(path for path in unfinished.iterdir() if path.is_dir()), unfinished]:
            sync_folder(folder)
        run = _rename(unfinished, place, instance.hash[:HASH_DIGITS])
        unfinished = None
        sync_folder(place)
        return run
    except OSError as error:
        reason = error.strerror or str(error)
        raise WriteError(error.errno, f"the run cannot be written to {place}: {reason}") from error
    finally:
        if unfinished is not None:
            shutil.rmtree(unfinished, ignore_errors=True)


def try_folder(folder: str | os.PathLike[str]) -> None:
    """Find out whether files can be written below a folder, before hours of work; nothing stays behind.

    Raises WriteError if they cannot.
    """
    place = Path(folder)
    made: list[Path] = []
    try:
        for path in (*reversed(place.parents), place):
            if not path.is_dir():
                path.mkdir(exist_ok=True)
                made.append(path)
        trial = place / unfinished_name()
        try:
            _write(trial, "one line\n")
        finally:
            trial.unlink(missing_ok=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise WriteError(error.errno, f"nothing can be written to {place}: {reason}") from error
    finally:
        for path in reversed(made):
            with suppress(OSError):  # somebody else writes there by now
                path.rmdir()


def _files(plan: Plan) -> dict[str, str]:
    """Path inside the run → text. All of it is made before the disk is touched."""
    files = {
        "summary.json": _json(summary(plan)),
        "plan.json": _json(plan.to_dict()),
        "instance.json": _json(plan.instance.canonical()),
    }
    if plan.audit is not None:
        files["audit.json"] = _json(plan.audit)
    files |= {path: to_csv(plan.rows(name)) for path, name in TABLE_FILES.items()}
    return {**files, DIGESTS: digests(files)}


TABLE_FILES = {
    f"{folder}/{name}.csv": name
    for folder, names in (("schedules", SCHEDULES), ("statements", STATEMENTS))
    for name in names
}
"""The files of a run that hold a table: path inside the run → name of the table."""


def digests(files: Mapping[str, str]) -> str:
    """A line per file: SHA-256 of its content, hexadecimal, and its path inside the run."""
    found = {path: hashlib.sha256(text.encode()).hexdigest() for path, text in files.items()}
    return "".join(f"{found[path]}  {path}\n" for path in sorted(found))


def summary(plan: Plan) -> dict[str, Any]:
    """The summary.json of a plan: its summary, with the levels under ``objectives``, and its metrics."""
    return plan.to_summary()


def to_csv(table: Table) -> str:
    """A table as CSV for people: with a byte order mark, by which spreadsheets know UTF-8, and numbers ``rounded``.

    Numbers have no exponent. Text that a spreadsheet would run as a formula stands after an apostrophe.
    """
    stream = io.StringIO()
    stream.write("\ufeff")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([_csv_cell(column) for column in table.columns])
    writer.writerows([_csv_cell(cell) for cell in row] for row in table.rows)
    return stream.getvalue()


def _csv_cell(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        # csv quotes a line feed, but not a carriage return
        text = cell.replace("\r\n", "\n").replace("\r", "\n")
        return f"'{text}" if cell.startswith(FORMULA_STARTS) else text
    if isinstance(cell, float):
        return f"{Decimal(repr(rounded(cell))):f}"
    return str(cell).lower()


def _json(data: Any) -> str:
    return json.dumps(data, sort_keys=True, allow_nan=False, ensure_ascii=False, indent=1) + "\n"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    with open(path, "w", encoding="utf-8", newline="") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())


def _rename(unfinished: Path, place: Path, digits: str) -> Path:
    """Give the folder the first free name; a rename onto a run that is there fails, so two writers cannot collide."""
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{digits}"
    for number in range(1, MAX_SAME_SECOND):
        run = place / (name if number == 1 else f"{name}-{number}")
        if run.exists():
            continue
        try:
            os.rename(unfinished, run)
        except OSError:
            if not run.exists():
                raise
        else:
            return run
    raise OSError(f"there are {MAX_SAME_SECOND} runs of this second")


def _remove_stale(place: Path) -> None:
    """Remove what writers that died left behind more than a day ago."""
    for path in place.iterdir():
        match = _UNFINISHED.fullmatch(path.name)
        if match is None or _alive(int(match[1])):
            continue
        with suppress(OSError):
            if time.time() - path.lstat().st_mtime > STALE_SECONDS:
                shutil.rmtree(path, ignore_errors=True)


def _alive(process: int) -> bool:
    if os.name == "nt":  # os.kill would end it
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


# ── read ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def read_record(path: Path) -> tuple[dict[str, Any], dict[str, Any] | None] | None:
    """The summary of a record of a solve without a plan, and its explanation if it has one; None for other folders.

    Raises RunError if one of the files is damaged.
    """
    if not (path / "summary.json").exists() or (path / "plan.json").exists():
        return None
    about = _read(path / "summary.json")
    if "status" not in about or about["status"] in WITH_PLAN:
        return None
    return about, _read(path / EXPLANATION) if (path / EXPLANATION).exists() else None


def refuse_record(path: Path) -> None:
    """Raises RunError, with what is known of it, if a folder is the record of a solve without a plan."""
    if found := read_record(path):
        about, _ = found
        remedy = "; capstack explain FILE says what it would take" if about["status"] == "infeasible" else ""
        raise RunError(f"{path}: a solve without a plan ({about['status']}): {about.get('message', '')}{remedy}")


def read_run(folder: str | os.PathLike[str]) -> Plan:
    """The plan of a run folder, equal to the one that was written. Raises RunError if the folder is not a whole run.

    >>> optimizer.read_run(optimizer.write_run(plan, folder)) == plan
    True
    """
    path = Path(folder)
    if not path.is_dir():
        raise RunError(f"{path}: there is no such folder" if not path.exists() else f"{path}: a run is a folder")
    refuse_record(path)
    written = _read(path / "plan.json")
    about = _read(path / "summary.json")
    if written.get("format") != FORMAT:
        raise RunError(f"{path / 'plan.json'}: its format is {written.get('format')!r}; this version reads {FORMAT}")
    check_summary(about, str(path / "summary.json"))
    try:
        of_file = _read(path / "instance.json")
        instance = Instance.model_validate(of_file)
        check_plan(written, instance, str(path / "plan.json"))
        plan = Plan(
            instance=instance,
            decisions=written["decisions"],
            ledger=written["ledger"],
            metrics=written["metrics"],
            summary={
                "levels": about["objectives"],
                **{key: value for key, value in about.items() if key not in ("objectives", "metrics")},
            },
            audit=_read_audit(path / "audit.json"),
        )
    except ValidationError as error:
        raise RunError(
            f"{path / 'instance.json'}: not an instance of this version: {error.errors()[0]['msg']}"
        ) from None
    except KeyError as error:
        raise RunError(f"{path}: {error} is missing") from None
    for name, data in (("plan.json", written), ("summary.json", about)):
        if data.get("instance_hash", instance.hash if data is about else None) != instance.hash:
            raise RunError(_of_another(path, name, of_file, instance))
    if about.get("metrics", plan.metrics) != plan.metrics:
        raise RunError(f"{path / 'summary.json'}: its metrics are not those of plan.json")
    return plan


def _of_another(path: Path, name: str, of_file: Mapping[str, Any], instance: Instance) -> str:
    """Why the hash of an instance is another than the one that a file of the run has: a version before, or an edit."""
    if new := next(_missing(instance.canonical(), of_file, ()), None):
        return f"{path}: instance.json has no {'.'.join(new)}, as those of earlier versions: solve the file again"
    return f"{path}: instance.json is not the instance that {name} was made for"


def _missing(known: object, found: object, place: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The places of ``known`` that ``found`` has not."""
    if isinstance(known, Mapping) and isinstance(found, Mapping):
        for key, value in known.items():
            if key in found:
                yield from _missing(value, found[key], (*place, key))
            else:
                yield (*place, key)
    elif isinstance(known, list) and isinstance(found, list):
        for number, (one, other) in enumerate(zip(known, found, strict=False)):
            yield from _missing(one, other, (*place, str(number)))


def _read_audit(path: Path) -> dict[str, Any] | None:
    """The report of an audit; None if there is none."""
    if not path.exists():
        return None
    audit = _read(path)
    check_audit(audit, str(path))
    return audit


def _below(folder: Path) -> str:
    """Where the runs are, if a folder holds some instead of being one."""
    some = any(next(folder.glob(f"{depth}/plan.json"), None) for depth in ("*", "*/*"))
    return f"; those below it are listed by `capstack runs {folder}`" if some else ""


def _refuse(text: str) -> None:
    raise ValueError(f"{text} is not a number of JSON")


def _read(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"), parse_constant=_refuse)
    except FileNotFoundError:
        raise RunError(f"{path.parent}: not a run, {path.name} is missing{_below(path.parent)}") from None
    except OSError as error:
        raise RunError(f"{path}: cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise RunError(f"{path}: not JSON") from None
    if not isinstance(data, dict):
        raise RunError(f"{path}: not a JSON object")
    return data
