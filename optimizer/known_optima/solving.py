"""One case from its two files to its result."""

from __future__ import annotations

import os
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from optimizer.instance.diagnostics import Diagnostic, InstanceError
from optimizer.instance.kinds import WRONG_KIND
from optimizer.instance.loader import check_file
from optimizer.instance.schema import Instance
from optimizer.known_optima.collect import Case
from optimizer.known_optima.expected import Expected
from optimizer.known_optima.findings import Finding, Outcome, Solved, SolvedLevel, Verdict
from optimizer.known_optima.reading import Sidecar, check_sidecar
from optimizer.known_optima.verdict import verdict, wrong_objective

UNEXPECTED = "report it with both files; CAPSTACK_TRACEBACK=1 shows where it comes from"


@dataclass(frozen=True)
class Result:
    """What became of a case. ``expected`` and ``solved`` are there as far as it came.

    ``diagnostics`` are the errors of its files; each is among the findings, too.
    """

    case: Case
    verdict: Verdict
    seconds: float
    expected: Expected | None = None
    solved: Solved | None = None
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def outcome(self) -> Outcome:
        """passed, failed, timeout, invalid or error."""
        return self.verdict.outcome

    @property
    def passed(self) -> bool:
        """Whether nothing speaks against the case."""
        return self.outcome == "passed"


def failed(case: Case, outcome: Outcome, finding: Finding, seconds: float = 0.0) -> Result:
    """A case of which nothing is known but what went wrong."""
    return Result(case, Verdict(outcome, (replace(finding, file=finding.file or str(case.file)),)), seconds)


def check_case(case: Case, certify: Sequence[str] = ()) -> Result:
    """Solve a case and compare. Never raises on account of its files or of the solver; KeyboardInterrupt goes on."""
    begun = time.monotonic()
    try:
        result = _check(case, certify)
    except Exception as error:
        if os.environ.get("CAPSTACK_TRACEBACK"):
            traceback.print_exception(error)
        finding = Finding("error", f"{type(error).__name__}: {error}", UNEXPECTED)
        result = failed(case, "error", finding)
    return replace(result, seconds=time.monotonic() - begun)


def _check(case: Case, certify: Sequence[str]) -> Result:
    if case.outside:
        return Result(case, Verdict("invalid", tuple(map(_outside, case.outside))), 0.0)
    if case.sidecar is None:
        if wrong := [each for each in check_file(case.file).errors if each.code == WRONG_KIND]:
            return _invalid(case, wrong)
        remedy = f"write {case.file.stem}.expected.yaml beside it; docs/ci.md shows how"
        return failed(case, "failed", Finding("no-sidecar", "there is no sidecar with the known optimum", remedy))
    if case.instance is None:
        remedy = f"put {case.sidecar.name.split('.expected')[0]}.yaml beside the sidecar, or delete the sidecar"
        return failed(case, "failed", Finding("no-instance", "there is no instance beside the sidecar", remedy))
    sidecar, loaded = check_sidecar(case.sidecar), check_file(case.instance)
    errors = sidecar.errors + loaded.errors
    if sidecar.expected is None or loaded.instance is None:
        return _invalid(case, errors)
    if unknown := sidecar.against(loaded.instance):
        return _invalid(case, unknown)
    expected = sidecar.expected
    objectives = tuple(level.name for level in loaded.instance.objectives)
    if other := wrong_objective(expected, objectives):  # not worth the time
        return Result(case, _placed(Verdict("failed", (other,)), sidecar), 0.0, expected)
    try:
        solved = solve(loaded.instance, expected, certify)
    except InstanceError as error:
        return _invalid(case, [replace(each, file=str(case.instance)) for each in error.diagnostics])
    judged = _placed(verdict(expected, solved, certify), sidecar)
    # what was decided is judged, and a large programme decides a lot
    return Result(case, judged, 0.0, expected, replace(solved, decisions={}))


def solve(instance: Instance, expected: Expected, certify: Sequence[str] = ()) -> Solved:
    """The instance solved under the options of its sidecar. Raises SolverError, and InstanceError without bounds."""
    from optimizer.solver.highs import SolverError
    from optimizer.solving.run import NoPlanError
    from optimizer.solving.run import solve as find

    options = expected.options
    objectives = tuple(level.name for level in instance.objectives)
    begun = time.monotonic()
    try:
        plan = find(
            instance,
            gap=options.gap_share,
            threads=options.threads,
            seed=options.seed,
            time_limit=options.time_limit_s,
            certify=certify,
        )
    except NoPlanError as nothing:
        # exact arithmetic checks a plan, and here is none
        opinions = [each for each in nothing.summary.get("certificates", ()) if each["method"] != "exact"]
        seconds = time.monotonic() - begun
        return Solved(nothing.status, objectives, seconds=seconds, certificates=tuple(opinions))
    if crash := plan.summary.get("crash"):
        raise SolverError(crash)
    if failed := plan.summary.get("reductions", {}).get("failed"):
        raise SolverError(f"the reductions of the search failed: {failed}")
    levels = tuple(
        SolvedLevel(level["name"], level["sense"], level["value"], level["bound"])
        for level in plan.summary["levels"]
        if not level["inserted"]
    )
    rules = None if plan.audit is None else tuple(rule["name"] for rule in plan.audit["rules"] if not rule["passed"])
    return Solved(
        plan.status,
        objectives,
        levels,
        plan.metrics,
        plan.decisions,
        rules,
        time.monotonic() - begun,
        tuple(plan.summary.get("certificates", ())),
    )


def _outside(file: Path) -> Finding:
    remedy = "put the file itself there; links may lead to files of the same folder and below it"
    return Finding("outside", "this link leads out of the folder that is checked: not read", remedy, (), str(file))


def _invalid(case: Case, errors: Sequence[Diagnostic]) -> Result:
    findings = tuple(
        Finding(each.code, each.message, each.help, file=each.file or str(case.file), line=each.line) for each in errors
    )
    return Result(case, Verdict("invalid", findings), 0.0, diagnostics=tuple(errors))


def _placed(judged: Verdict, sidecar: Sidecar) -> Verdict:
    """Every finding with the line of the sidecar that it contradicts."""
    found = [
        replace(each, file=sidecar.file, line=sidecar.line(each.key) if each.key else 0) for each in judged.findings
    ]
    return replace(judged, findings=tuple(found))
