"""Reports for machines: JSON and JUnit files, and the annotations of a GitHub workflow."""

from __future__ import annotations

import json
import math
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from optimizer.known_optima.collect import Collected
from optimizer.known_optima.findings import Finding, number
from optimizer.known_optima.solving import Result

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ERRORS = ("error", "invalid")


def counts(results: Sequence[Result]) -> tuple[int, int]:
    """How many cases passed, and how many did not."""
    passed = sum(result.passed for result in results)
    return passed, len(results) - passed


# ── JSON ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def as_json(collected: Collected, results: Sequence[Result], exit_code: int, version: str) -> str:
    """Everything about every case."""
    passed, rest = counts(results)
    report = {
        "version": version,
        "passed": passed,
        "failed": rest,
        "exit_code": exit_code,
        "cases": [_case(result) for result in results],
        "not_checked": [file.as_posix() for file in collected.unchecked],
    }
    return json.dumps(report, allow_nan=False, ensure_ascii=True, indent=1) + "\n"


def _case(result: Result) -> dict[str, Any]:
    case, expected, solved = result.case, result.expected, result.solved
    stated = dict(enumerate(expected.values)) if expected else {}
    return {
        "name": case.name,
        "instance": case.instance.as_posix() if case.instance else None,
        "sidecar": case.sidecar.as_posix() if case.sidecar else None,
        "outcome": result.outcome,
        "seconds": result.seconds,
        "expected_status": expected.status if expected else None,
        "status": solved.status if solved else None,
        "levels": [
            {
                "objective": level.name,
                "sense": level.sense,
                "value": finite(level.value),
                "bound": finite(level.bound),
                "expected": stated[i][1] if i in stated else None,
            }
            for i, level in enumerate(solved.levels if solved else ())
        ],
        "certificates": [dict(each) for each in solved.certificates] if solved else [],
        "findings": [
            {"code": each.code, "message": each.message, "remedy": each.remedy, "file": each.file, "line": each.line}
            for each in result.verdict.findings
        ],
    }


def finite(value: float | None) -> float | None:
    """The number, or None where there is none."""
    return value if value is not None and math.isfinite(value) else None


# ── JUnit ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def as_junit(results: Sequence[Result], properties: Mapping[str, str]) -> str:
    """JUnit XML, the dialect that Jenkins, GitLab and GitHub's reporters have in common.

    A case that failed or ran out of time is a failure; one that could not be judged is an error. Characters that XML
    does not have are left out.
    """
    errors = sum(result.outcome in _ERRORS for result in results)
    about = {
        "name": "capstack",
        "tests": str(len(results)),
        "failures": str(counts(results)[1] - errors),
        "errors": str(errors),
        "time": f"{sum(result.seconds for result in results):.3f}",
    }
    root = ElementTree.Element("testsuites", about)
    suite = ElementTree.SubElement(root, "testsuite", {**about, "skipped": "0"})
    listed = ElementTree.SubElement(suite, "properties")
    for name, value in properties.items():
        ElementTree.SubElement(listed, "property", {"name": _xml(name), "value": _xml(value)})
    for result in results:
        folder = result.case.file.parent.as_posix()
        where = {"classname": _xml(folder), "name": _xml(result.case.name), "file": _xml(result.case.file.as_posix())}
        case = ElementTree.SubElement(suite, "testcase", {**where, "time": f"{result.seconds:.3f}"})
        if not result.passed:
            kind, first = "error" if result.outcome in _ERRORS else "failure", result.verdict.findings[0]
            told = ElementTree.SubElement(case, kind, {"type": first.code, "message": _xml(first.message)})
            told.text = _xml("\n".join(map(explained, result.verdict.findings)))
        if result.solved is not None:
            ElementTree.SubElement(case, "system-out").text = _xml(_numbers(result))
    ElementTree.indent(root, " ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def explained(finding: Finding) -> str:
    """Place, code, message and remedy as text."""
    place = f"{finding.file}:{finding.line}: " if finding.line else f"{finding.file}: " if finding.file else ""
    return f"{place}{finding.code}: {finding.message}" + (f"\n  remedy: {finding.remedy}" if finding.remedy else "")


def _numbers(result: Result) -> str:
    assert result.solved is not None
    lines = [f"status {result.solved.status}"]
    stated = [value for _, value in result.expected.values] if result.expected else []
    for i, level in enumerate(result.solved.levels):
        bound = "none" if level.bound is None else number(level.bound)
        known = number(stated[i]) if i < len(stated) else "none"
        lines.append(f"{level.name}: value {number(level.value)}, bound {bound}, expected {known}")
    lines += [str(each["message"]) for each in result.solved.certificates]
    return "\n".join(lines)


def _xml(text: str) -> str:
    return _NOT_XML.sub("", text)


# ── GitHub ────────────────────────────────────────────────────────────────────────────────────────────────────────


def workflow_commands(results: Sequence[Result]) -> Iterator[str]:
    """One `::error` command for each finding, escaped as the documentation of workflow commands has it."""
    for result in results:
        for finding in result.verdict.findings:
            place = {"file": _relative(finding.file)} if finding.file else {}
            if finding.line:
                place["line"] = str(finding.line)
            place["title"] = f"{result.case.name}: {finding.code}"
            listed = ",".join(f"{name}={_property(value)}" for name, value in place.items())
            yield f"::error {listed}::{_data(f'{finding.message}{_then(finding)}')}"


def _then(finding: Finding) -> str:
    return f"\n{finding.remedy}" if finding.remedy else ""


def _relative(file: str) -> str:
    """The path from the working directory; one outside of it as it is."""
    try:
        path = Path(os.path.relpath(file))
    except ValueError:  # on another drive
        return file
    return Path(file).as_posix() if ".." in path.parts else path.as_posix()


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
