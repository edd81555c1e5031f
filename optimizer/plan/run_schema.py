"""What a run folder must hold to be read: the right types, and names and periods of its instance.

Nothing here judges what a plan says, that is the business of the audit. What is wrong is a RunError with its place.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping
from typing import Any

from optimizer.contract.accounts import ASSETS
from optimizer.contract.decisions import OPENING, PERIODS, TABLES, WHOLE
from optimizer.instance.schema import Instance
from optimizer.plan.books import opening_balances

WITH_PLAN = ("optimal", "feasible")
"""The statuses of a solve that has a plan."""


class RunError(Exception):
    """A folder is not a run, or what is in it does not fit together."""


def check_plan(data: Mapping[str, Any], instance: Instance, file: str) -> None:
    """Check decisions, ledger and metrics of a plan.json. Raises RunError."""
    names, labels = _names(instance), frozenset(instance.periods.labels)
    entries = {(site, phase.name): phase for site, block in instance.sites.items() for phase in block.phases}
    decisions = _mapping(data.get("decisions"), f"{file}: decisions")
    for table, rows in decisions.items():
        if table not in TABLES:
            raise RunError(f"{file}: decisions: there is no table {table!r}")
        for i, row in enumerate(_rows(rows, f"{file}: decisions.{table}")):
            place = f"{file}: decisions.{table}[{i}]"
            _check_decision(row, TABLES[table].columns, names, labels, place)
            if table == "phase_starts":
                phase = entries.get((row["site"], row["phase"]))
                if phase is None:
                    raise RunError(f"{place}.phase: {row['site']} has no phase {row['phase']!r}")
                if not phase.fractional and not _is_whole(row["count"]):
                    raise RunError(f"{place}.count: {row['count']!r} is not a whole number")
    accounts = {*opening_balances(instance), *ASSETS}
    for i, row in enumerate(_rows(data.get("ledger"), f"{file}: ledger")):
        place = f"{file}: ledger[{i}]"
        for column in ("line", "item"):
            _text(row, column, place)
        _known(row, "period", labels, place)
        for column in ("debit", "credit"):
            _known(row, column, accounts, place)
        _number(row.get("musd"), f"{place}.musd")
        if not isinstance(row.get("corporate"), bool):
            raise RunError(f"{place}.corporate: {row.get('corporate')!r} is not true or false")
    _check_metrics(data.get("metrics"), f"{file}: metrics")


def check_summary(data: Mapping[str, Any], file: str) -> None:
    """Check what is read of a summary.json. Raises RunError."""
    check_levels(data.get("objectives"), f"{file}: objectives")
    _check_metrics(data.get("metrics", {}), f"{file}: metrics")
    for name in ("status", "message", "crash", "out_of_memory", "instance", "instance_hash"):
        if name in data:
            _text(data, name, file)
    for name in ("options", "versions", "timings", "point"):
        _mapping(data.get(name, {}), f"{file}: {name}")
    for name, seconds in data.get("timings", {}).items():
        _number(seconds, f"{file}: timings.{name}")
    _check_own(data.get("own", {}), f"{file}: own")
    for name in ("labels", "caps"):
        _mapping(data.get("point", {}).get(name, {}), f"{file}: point.{name}")
    for i, opinion in enumerate(_rows(data.get("certificates", []), f"{file}: certificates")):
        _text(opinion, "message", f"{file}: certificates[{i}]")
        if opinion.get("agrees", "") not in (True, False, None):
            raise RunError(f"{file}: certificates[{i}].agrees: {opinion.get('agrees')!r} is not true, false or null")


def _check_own(data: Any, place: str) -> None:
    """What was added to the model of the instance, if anything was: counts, and the names of what."""
    own = _mapping(data, place)
    for name in ("rows", "columns", "narrowed"):
        _number(own.get(name, 0), f"{place}.{name}")
    parts = own.get("parts", [])
    if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
        raise RunError(f"{place}.parts: {_shown(parts)} is not a list of names")


def check_levels(data: Any, place: str) -> None:
    """Check the levels of a summary or of a record. Raises RunError."""
    for i, level in enumerate(_rows(data, place)):
        here = f"{place}[{i}]"
        for name in ("name", "sense", "unit", "status"):
            _text(level, name, here)
        _number(level.get("value"), f"{here}.value")
        for name in ("bound", "gap_share", "gap_musd"):
            if name not in level:
                raise RunError(f"{here}: {name!r} is missing")
            if level[name] is not None:
                _number(level[name], f"{here}.{name}")
        if level.get("plan_value") is not None:
            for name in ("plan_value", "plan_gap_musd", "plan_gap_share"):
                if level.get(name) is not None:
                    _number(level[name], f"{here}.{name}")


def check_audit(data: Mapping[str, Any], file: str) -> None:
    """Check an audit.json, which may be empty: then it is of no plan. Raises RunError."""
    if not isinstance(data.get("passed", False), bool):
        raise RunError(f"{file}: passed: {data['passed']!r} is not true or false")
    if "plan_sha256" in data and "passed" not in data:
        raise RunError(f"{file}: 'passed' is missing")
    for i, rule in enumerate(_rows(data.get("rules", [] if "plan_sha256" not in data else None), f"{file}: rules")):
        _text(rule, "name", f"{file}: rules[{i}]")
        if not isinstance(rule.get("passed"), bool):
            raise RunError(f"{file}: rules[{i}].passed: {rule.get('passed')!r} is not true or false")


# ── cells ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _names(instance: Instance) -> dict[str, Collection[str]]:
    """What may stand in a column of decisions that names something of the instance."""
    return {
        "site": instance.sites,
        "from": instance.sites.keys() | instance.cloud.keys(),
        "offer": instance.hardware,
        "source": instance.energy_sources,
        "market": instance.markets,
        "cloud": instance.cloud,
        "instrument": instance.debt,
        "refinanced": instance.debt,
        "round": instance.equity.rounds if instance.equity else {},
        "name": instance.preferred_equity,
        "partner": instance.partners,
        "drawn": (OPENING,),
        "ordered": {lot for offer in instance.hardware.values() for lot in offer.opening},
        "contract": instance.contracts,
        "group": instance.groups,
    }


def _check_decision(
    row: Mapping[str, Any],
    columns: tuple[str, ...],
    names: Mapping[str, Collection[str]],
    labels: Collection[str],
    place: str,
) -> None:
    for column in columns:
        if column in PERIODS:
            _known(row, column, {*labels, *names[column]} if column in names else labels, place)
        elif column in names:
            _known(row, column, names[column], place)
        elif column in ("phase", "asset", "at"):
            _text(row, column, place)
        elif column in WHOLE - {"count"} and not _is_whole(row.get(column)):
            raise RunError(f"{place}.{column}: {row.get(column)!r} is not a whole number")
        else:
            _number(row.get(column), f"{place}.{column}")


def _check_metrics(data: Any, place: str) -> None:
    for name, value in _mapping(data, place).items():
        if value is not None:
            _number(value, f"{place}.{name}")


def _mapping(data: Any, place: str) -> Mapping[str, Any]:
    if not isinstance(data, Mapping):
        raise RunError(f"{place}: {_shown(data)} is not an object")
    return data


def _rows(data: Any, place: str) -> list[Mapping[str, Any]]:
    if not isinstance(data, (list, tuple)):
        raise RunError(f"{place}: {_shown(data)} is not a list")
    return [_mapping(row, f"{place}[{i}]") for i, row in enumerate(data)]


def _number(value: Any, place: str) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) <= sys.float_info.max:
        raise RunError(f"{place}: {_shown(value)} is not a number")


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _text(row: Mapping[str, Any], column: str, place: str) -> None:
    if not isinstance(row.get(column), str):
        raise RunError(f"{place}.{column}: {_shown(row.get(column))} is not a text")


def _known(row: Mapping[str, Any], column: str, names: Collection[str], place: str) -> None:
    _text(row, column, place)
    if row[column] not in names:
        raise RunError(f"{place}.{column}: {_shown(row[column])} is not in the instance")


def _shown(value: Any) -> str:
    """The value as it is said in an error: short, and with no character that commands a terminal."""
    text = ascii(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
