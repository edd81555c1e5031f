"""A run folder: what the audit of a plan does not see, file by file.

The tables of a run are made from plan.json by the program that makes plans; whether a file holds what plan.json says
can only be asked of that program, so it makes them anew here (nothing else of the audit imports it). What their totals
come to is then held against the replay, which knows nothing of it.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation, localcontext
from pathlib import Path
from typing import Any

from optimizer.auditing.objectives import Figures
from optimizer.auditing.replay import Entry, Values
from optimizer.auditing.report import AuditError, AuditReport, Findings, rule
from optimizer.auditing.rows import rows
from optimizer.auditing.run import DIGITS, replayed, reported
from optimizer.auditing.tolerances import MONEY, ONE, WHOLE, ZERO
from optimizer.instance.schema import Instance

DIGESTS = rule("file.digests", "Every file of the run is as it was written, to the byte (run.sha256).", "files", WHOLE)
TABLES = rule(
    "file.tables",
    "Every schedule and statement is what plan.json makes it, cell by cell; none is missing.",
    "cells",
    WHOLE,
)
TOTALS = rule(
    "file.totals",
    "Cash, tax, EBITDA, net income, assets, debt and equity of the statements are replayed.",
    "musd",
    MONEY,
)
REPORT = rule("file.audit", "audit.json, where there is one, is what the audit says of this plan.", "rules", WHOLE)

MANIFEST = "run.sha256"
FOLDERS = ("schedules", "statements")
NOISE = 1e-6
"""A violation that differs by less than this part of it, or of its tolerance, is the same."""
NAMED = 3
"""Of the faults of a rule so many are named."""
_LINE = re.compile(r"([0-9a-f]{64})  (\S.*)")

OWNERS = ("paid_in_capital", "preferred_equity", "retained_earnings")
Rows = list[list[str]]


def audit_folder(path: str | Path) -> AuditReport:
    """Audit a run folder: instance.json, plan.json and summary.json, and all tables written beside them.

    Raises AuditError if one of the three is missing, corrupt or unfit.
    """
    folder = Path(path)
    if not folder.is_dir():
        raise AuditError(str(path), "is not a folder")
    instance_data = load(folder / "instance.json")
    plan = load(folder / "plan.json")
    try:
        instance = Instance.model_validate_json(json.dumps(instance_data))
    except ValueError as error:
        raise AuditError("instance.json", str(error)) from error
    summary = load(folder / "summary.json")
    figures = replayed(instance, plan, summary)
    findings = figures.replay.findings
    check_digests(folder, findings)
    check_tables(folder, findings, tables_of(instance, plan))
    with localcontext() as context:
        context.prec = DIGITS
        check_totals(folder, figures)
    check_report(folder, findings, reported(figures, plan, summary))
    return reported(figures, plan, summary)


# ── digests ───────────────────────────────────────────────────────────────────────────────────────────────────────


def check_digests(folder: Path, findings: Findings) -> None:
    """Hold every file against its line of run.sha256, and every line against its file."""
    listed = _listed(folder)
    if listed is None:
        findings.record(DIGESTS, f"{MANIFEST} is missing, or cannot be read", None, ONE)
        return
    found = {path: _digest(folder / path) for path in listed}
    faults = [f"{path} is missing" for path, one in found.items() if one is None]
    faults += [f"{path} is changed" for path, one in found.items() if one not in (None, listed[path])]
    faults += [f"{path} was not written" for path in sorted(_files(folder) - listed.keys() - {MANIFEST})]
    _record(findings, DIGESTS, len(listed), faults)


def _record(findings: Findings, name: str, checked: int, faults: Sequence[str]) -> None:
    """Count ``checked`` comparisons, and all faults as one whose place names the first of them."""
    for _ in range(checked):
        findings.record(name, "", None, ZERO)
    if faults:
        more = f"; and {len(faults) - NAMED} more" if len(faults) > NAMED else ""
        findings.record(name, "; ".join(faults[:NAMED]) + more, None, ONE)


def _listed(folder: Path) -> dict[str, str] | None:
    try:
        lines = (folder / MANIFEST).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return None
    matches = [_LINE.fullmatch(line) for line in lines]
    found = {match[2]: match[1] for match in matches if match is not None}
    return found if found and len(found) == len(lines) else None


def _digest(path: Path) -> str | None:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return None


def _files(folder: Path) -> set[str]:
    """All files of a run but hidden ones, by their path inside it."""
    paths = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return {path.as_posix() for path in paths if not any(part.startswith(".") for part in path.parts)}


# ── tables ────────────────────────────────────────────────────────────────────────────────────────────────────────


def tables_of(instance: Instance, plan: Mapping[str, Any]) -> dict[str, str | None]:
    """The tables of a plan as they are written: path inside the run → text, None for one that cannot be made."""
    from optimizer.plan.plan import Plan
    from optimizer.plan.run_folder import TABLE_FILES, to_csv

    made = Plan(instance, plan["decisions"], plan["ledger"], plan["metrics"], {})

    def text(name: str) -> str | None:
        try:
            return to_csv(made.rows(name))
        except (ArithmeticError, AssertionError, LookupError, TypeError, ValueError):
            return None  # of a plan that breaks the rules: they say more

    return {path: text(name) for path, name in TABLE_FILES.items()}


def check_tables(folder: Path, findings: Findings, tables: Mapping[str, str | None]) -> None:
    """Compare what is in the folder with the tables of the plan, cell by cell."""
    faults, cells = [], 0
    for path, wanted in tables.items():
        found = _text(folder / path)
        if wanted is None:
            faults.append(f"{path} cannot be made from plan.json")
        elif found is None:
            faults.append(f"{path} is missing, or cannot be read")
        else:
            table = _rows(wanted)
            cells += sum(map(len, table))
            own = list(differences(table, _rows(found))) if found != wanted else []
            more = f" ({len(own) - 1} more in this file)" if len(own) > 1 else ""
            faults += [f"{path}, {own[0]}{more}"] if own else []
    there = {path for path in _files(folder) if path.split("/")[0] in FOLDERS}
    faults += [f"{path} is no table of a plan" for path in sorted(there - tables.keys())]
    _record(findings, TABLES, cells, faults)


def differences(wanted: Rows, found: Rows) -> Iterator[str]:
    """Where two tables differ: columns, then rows, then cells with their row, their column and both values."""
    columns, own = (wanted or [[]])[0], (found or [[]])[0]
    if columns != own:
        strange = [name for name in own if name not in columns]
        lost = [name for name in columns if name not in own]
        words = [f"column {name!r} is missing" for name in lost] + [f"column {name!r} is strange" for name in strange]
        yield "; ".join(words) or "the columns are in another order, or there twice"
        return
    for number, (row, other) in enumerate(zip(wanted[1:], found[1:], strict=False), 2):
        if len(row) != len(other):
            yield f"row {number}: {len(other)} cells, should be {len(row)}"
            continue
        for column, cell, stated in zip(columns, row, other, strict=True):
            if cell != stated:
                place = f"row {number} ({other[0]}), column {column}"
                yield f"{place}: {stated or 'nothing'}, should be {cell or 'nothing'}"
    if len(wanted) != len(found):
        yield f"{len(found) - 1} rows, should be {len(wanted) - 1}"


def _text(path: Path) -> str | None:
    try:
        with open(path, encoding="utf-8", newline="") as stream:
            return stream.read()
    except (OSError, UnicodeDecodeError):
        return None


def _rows(text: str) -> Rows:
    """Cells as they stand; byte order mark and line ends are no part of a table."""
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


# ── statements ────────────────────────────────────────────────────────────────────────────────────────────────────


def _net_income(figures: Figures, t: int) -> Decimal:
    interest = ("interest_income", "interest", "pik", "interest_in_construction")
    earned = ("revenue", "opex", "depreciation", *interest, "fee", "tax")
    return sum((figures.replay.book.earned(item, t) for item in earned), ZERO)


def _assets(figures: Figures) -> Values:
    """All accounts but those of lenders, lessors, partners, customers and shareholders."""
    book = figures.replay.book
    accounts = {"cash", *book.opening} | {
        name for line in book.lines.values() for each in line for name in _sides(each)
    }
    others = (*OWNERS, "debt.", "lease.", "partner.", "contract.")
    found = sorted(name for name in accounts if not name.startswith(others))
    return tuple(sum(values, ZERO) for values in zip(*map(book.balances, found), strict=True))


def _sides(entry: Entry) -> tuple[str, str]:
    return entry.debit, entry.credit


def _owners(figures: Figures) -> Values:
    book = figures.replay.book
    return tuple(-sum(values, ZERO) for values in zip(*map(book.balances, OWNERS), strict=True))


def _flow(value: Callable[[Figures, int], Decimal]) -> Callable[[Figures], Values]:
    return lambda figures: (ZERO, *[value(figures, t) for t in figures.replay.span])


TIED: dict[tuple[str, str], Callable[[Figures], Values]] = {
    ("statements/income.csv", "Revenue"): _flow(lambda figures, t: figures.replay.book.earned("revenue", t)),
    ("statements/income.csv", "EBITDA"): _flow(lambda figures, t: figures.replay.book.ebitda(t)),
    ("statements/income.csv", "Tax"): _flow(lambda figures, t: figures.replay.book.cash_in("tax", t)),
    ("statements/income.csv", "Net income"): _flow(_net_income),
    ("statements/cash_flow.csv", "Closing cash"): lambda figures: figures.cash,
    ("statements/sources_and_uses.csv", "Closing cash"): lambda figures: figures.cash,
    ("statements/balance_sheet.csv", "Total assets"): _assets,
    ("statements/balance_sheet.csv", "Total debt"): lambda figures: tuple(
        figures.funding.debt(t) for t in range(figures.replay.last + 1)
    ),
    ("statements/balance_sheet.csv", "Total equity"): _owners,
}
"""The rows of statements that are replayed: file and first cell → the amounts over time, instant 0 before them."""


def check_totals(folder: Path, figures: Figures) -> None:
    """Hold rows of the statements against the replay; a row that is zero throughout may be left out."""
    for (path, line), replay in TIED.items():
        text, values = _text(folder / path), replay(figures)
        if text is not None:
            _check_row(figures, path, line, _rows(text), values)


def _check_row(figures: Figures, path: str, line: str, table: Rows, values: Values) -> None:
    findings, calendar = figures.replay.findings, figures.replay.calendar
    columns = table[0] if table else []
    row = next((row for row in table[1:] if row and row[0] == line), [])
    cells = dict(zip(columns, row, strict=False))
    for t, value in enumerate(values):
        column = calendar.label(t) if t else "0"
        if t == 0 and column not in columns:
            continue  # flows have no instant 0
        cell, size = _number(cells.get(column, "")), figures.replay.book.cash_gross(t) if t else ZERO
        place = f"{path}, {line} {column}"
        if cell is None:
            findings.record(TOTALS, f"{place}: {cells[column]!r} is not a number", None, ONE)
        else:
            findings.equal(TOTALS, place, None, cell, value, magnitude=max(size, *map(abs, values)))


def _number(cell: str) -> Decimal | None:
    """The number in a cell; an empty one is 0."""
    try:
        number = Decimal(cell) if cell else ZERO
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


# ── audit.json ────────────────────────────────────────────────────────────────────────────────────────────────────


def check_report(folder: Path, findings: Findings, report: AuditReport) -> None:
    """Hold the audit that lies in the folder against this one; of files, which came later, it says nothing."""
    if not (folder / "audit.json").exists():
        return
    stated, own = load(folder / "audit.json"), report.to_dict()
    if not isinstance(stated, Mapping):
        raise AuditError("audit.json", f"should be an object, not {type(stated).__name__}")
    found = {name: stated.get(name) == own[name] for name in ("plan_sha256", "summary_sha256", "bounds")}
    listed = {entry.get("name"): entry for entry in rows(stated.get("rules", []), "audit.json: rules")}
    replay = [entry for entry in own["rules"] if not entry["name"].startswith("file.")]
    for entry in replay:
        found[entry["name"]] = _same_result(listed.get(entry["name"], {}), entry)
    found["passed"] = stated.get("passed") is all(entry["passed"] for entry in replay)
    faults = [f"audit.json: {name} is not as found now" for name, same in found.items() if not same]
    _record(findings, REPORT, len(found), faults)


def _same_result(stated: Mapping[str, Any], own: Mapping[str, Any]) -> bool:
    """Whether a rule came out as it does now; the last digits depend on the order in which a file is read."""
    if (stated.get("checked"), stated.get("passed")) != (own["checked"], own["passed"]):
        return False
    violation = stated.get("largest_violation")
    if isinstance(violation, bool) or not isinstance(violation, (int, float)):
        return False
    return bool(abs(violation - own["largest_violation"]) <= NOISE * (own["tolerance"] + own["largest_violation"]))


# ── reading ───────────────────────────────────────────────────────────────────────────────────────────────────────


def load(path: Path) -> Any:
    """A JSON file in which no key comes twice and every number is finite."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        data = dict(pairs)
        if len(data) < len(pairs):
            names = [name for name, _ in pairs]
            twice = next(name for name in names if names.count(name) > 1)
            raise AuditError(path.name, f"the key {twice!r} comes twice in one object")
        return data

    def refuse(text: str) -> Any:
        raise AuditError(path.name, f"{text} is not a number")

    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise AuditError(path.name, "the file is missing") from None
    except (OSError, UnicodeDecodeError) as error:
        raise AuditError(path.name, f"cannot be read: {error}") from error
    try:
        return json.loads(text, object_pairs_hook=unique, parse_constant=refuse)
    except (ValueError, RecursionError) as error:  # a whole number of more digits than Python reads is one, too
        raise AuditError(path.name, f"is not JSON, or is cut off: {error}") from error
