"""One row for each run: what its folder says of it, or the record of a point without a plan."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from optimizer.comparison.store import POINTS
from optimizer.contract.digest import summary_digest
from optimizer.plan import delivered
from optimizer.plan.run_schema import WITH_PLAN, RunError, check_levels, check_summary

DEPTH = 6
"""So many folders deep below the one that is indexed runs are looked for."""

UNREADABLE = (RunError, OSError, ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError)
"""What reading a damaged run can raise."""


@dataclass(frozen=True)
class Run:
    """A row of the index.

    ``path`` is the run folder, which a solve of its own leaves without a plan, too, or the record of a batch's point
    without one, below the folder of the index. ``created`` is UTC, ISO
    8601. ``value``, ``gap_share`` and ``gap_musd`` are those of the plan by the first objective; ``objectives`` are
    the names of all, in order. ``point`` and ``labels`` are those of the batch that made it, empty for a run alone.
    """

    path: str
    instance: str
    instance_hash: str
    status: str
    created: str
    point: str = ""
    labels: Mapping[str, str | float] = field(default_factory=dict)
    key: str = ""
    reason: str = ""
    objectives: tuple[str, ...] = ()
    unit: str = ""
    value: float | None = None
    bound: float | None = None
    gap_share: float | None = None
    gap_musd: float | None = None
    audit_passed: bool | None = None
    seconds: float | None = None
    version: str = ""


COLUMNS = tuple(item.name for item in fields(Run))


def sources(folder: Path, depth: int = DEPTH) -> Iterator[Path]:
    """The file that tells of each run: summary.json of a run folder, or a record of a batch."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    names = {entry.name for entry in entries}
    if "summary.json" in names and names & {"plan.json", "instance.json"}:
        yield folder / "summary.json"
        return
    if folder.name == POINTS:
        yield from (Path(entry.path) for entry in entries if entry.name.endswith(".json"))
        return
    for entry in entries:
        if depth and entry.is_dir(follow_symlinks=False) and not entry.name.startswith("."):
            yield from sources(Path(entry.path), depth - 1)


def read_row(path: Path, folder: Path) -> Run | None:
    """The row of a run folder, or of a record; None for a record that has a run folder, which tells more."""
    data = json.loads(path.read_text(encoding="utf-8"))
    return _of_record(path, folder, data) if path.parent.name == POINTS else _of_run(path.parent, folder, data)


def _of_run(run: Path, folder: Path, data: Mapping[str, Any]) -> Run:
    check_summary(data, "summary.json")
    has_plan = (run / "plan.json").exists()
    if not has_plan and data["status"] in WITH_PLAN:
        raise RunError(f"{run}: plan.json is missing")
    point = data.get("point", {})
    timings = data.get("timings")
    return Run(
        path=run.relative_to(folder).as_posix(),
        instance=str(data["instance"]),
        instance_hash=str(data["instance_hash"]),
        status=str(data["status"]),
        created=_created(run),
        point=str(point.get("name", "")),
        labels=dict(point.get("labels", {})),
        key=str(point.get("key", "")),
        reason=str(data.get("crash", data.get("out_of_memory", "" if has_plan else data.get("message", "")))),
        audit_passed=_audit_passed(run / "audit.json", data),
        seconds=sum(timings.values()) if timings else None,
        version=str(data.get("versions", {}).get("capstack", "")),
        **_first(data["objectives"]),
    )


def _audit_passed(path: Path, summary: Mapping[str, Any]) -> bool | None:
    """What the audit found; None if there is none, or if it was of another summary."""
    if not path.exists():
        return None
    audit = json.loads(path.read_text(encoding="utf-8"))
    return audit["passed"] is True if audit.get("summary_sha256") == summary_digest(summary) else None


def _of_record(path: Path, folder: Path, data: Mapping[str, Any]) -> Run | None:
    result = data["result"]
    if result["run"] is not None:
        return None
    check_levels(result["levels"], "levels")
    return Run(
        path=path.relative_to(folder).as_posix(),
        instance=str(data["instance"]),
        instance_hash=str(data["instance_hash"]),
        status=str(result["status"]),
        created=iso(datetime.fromtimestamp(path.stat().st_mtime, UTC)),
        point=str(result["name"]),
        labels=dict(result["labels"]),
        key=str(result["key"]),
        reason=str(result["reason"]),
        seconds=float(result["seconds"]),
        **_first(result["levels"]),
    )


def _first(levels: list[Mapping[str, Any]]) -> dict[str, Any]:
    levels = [level for level in levels if not level.get("inserted")]
    if not levels:
        return {}
    level = levels[0]
    found = {"unit": level["unit"], "value": delivered.value(level), "bound": level["bound"]}
    found |= {"gap_share": delivered.gap_share(level), "gap_musd": delivered.gap_musd(level)}
    # a whole number of JSON may be longer than one of SQLite
    first = {name: float(value) if isinstance(value, int) else value for name, value in found.items()}
    return {"objectives": tuple(str(level["name"]) for level in levels), **first}


def _created(run: Path) -> str:
    """From the name of the folder; else the time of its summary."""
    with suppress(ValueError):
        return iso(datetime.strptime(run.name[:16], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC))
    return iso(datetime.fromtimestamp((run / "summary.json").stat().st_mtime, UTC))


def iso(moment: datetime) -> str:
    """UTC, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
