"""What is expected of an instance against what solving it gave. Nothing here reads a file or solves anything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from optimizer.known_optima.expected import Expected
from optimizer.known_optima.findings import BUG, Finding, Solved, SolvedLevel, Verdict, number
from optimizer.known_optima.values import facts, levels, metric

PART_OF_LIMIT = 0.9
"""Each level has an equal part of the time; one with a plan that ended without a proof before this part of it was not
stopped."""


def verdict(expected: Expected, solved: Solved, certify: Sequence[str] = ()) -> Verdict:
    """Compare. ``certify`` names the second opinions that were asked for.

    A limit that was hit is a ``timeout``, unless what was found by then is wrong already; a solver that gave up before
    its limit is an ``error``.
    """
    if other := wrong_objective(expected, solved.objectives):
        return Verdict("failed", (other,))
    wrong = [*_status(expected, solved)]
    if solved.status in ("optimal", "feasible"):
        wrong += [*_audit(solved)]
        if expected.status == "optimal":
            off = [*levels(expected, solved)]
            if solved.status == "optimal":
                off += [*(() if off else metric(expected, solved)), *facts(expected, solved)]
            wrong += off
    limits = [*_limits(expected, solved)]
    for finding, undecided in _certificates(solved, certify):
        (limits if undecided else wrong).append(finding)
    if wrong:
        return Verdict("failed", (*wrong, *limits))
    if limits:
        gave_up = any(finding.code == "gave-up" for finding in limits)
        return Verdict("error" if gave_up else "timeout", tuple(limits))
    return Verdict("passed")


def wrong_objective(expected: Expected, objectives: Sequence[str]) -> Finding | None:
    """The instance optimises something else, or has other levels, than the sidecar has values for."""
    if objectives and objectives[0] != expected.objective:
        message = f"the instance optimises {objectives[0]} first, the sidecar expects {expected.objective}"
        return Finding("wrong-objective", message, "correct the objective of one of the two", ("objective",))
    stated = [level.objective for level in expected.levels]
    if expected.status == "optimal" and list(objectives[1:]) != stated:
        has, names = ", ".join(objectives[1:]) or "none", ", ".join(stated) or "none"
        message = f"the objectives after the first are {has} in the instance, {names} in the sidecar"
        remedy = "give the best of each objective after the first, in their order, under `levels`"
        return Finding("wrong-objective", message, remedy, ("levels",))
    return None


# ── status, limits, audit ─────────────────────────────────────────────────────────────────────────────────────────


def _status(expected: Expected, solved: Solved) -> Iterator[Finding]:
    if solved.status == expected.status or solved.status == "no_solution" or _stopped(expected, solved):
        return
    message = f"the sidecar expects {expected.status}, solving gave {solved.status}"
    yield Finding("wrong-status", message, BUG, ("status",))


def _stopped(expected: Expected, solved: Solved) -> bool:
    """A plan without proof, where a proof is what time was short for."""
    return solved.status == "feasible" and expected.status == "optimal"


def _limits(expected: Expected, solved: Solved) -> Iterator[Finding]:
    if not (solved.status == "no_solution" or _stopped(expected, solved)):
        return
    limit = expected.options.time_limit_s
    in_time = solved.seconds < PART_OF_LIMIT * limit / max(1, len(solved.objectives))
    what = "no plan" if solved.status == "no_solution" else "a plan that is not proven best"
    message = f"{what} after {solved.seconds:.1f} s of {limit:g} s"
    if solved.levels:
        message += ": " + ", ".join(f"{each.name} {number(each.value)}, {_bound(each)}" for each in solved.levels)
    if in_time:
        yield Finding("gave-up", f"the solver gave up before its limit: {message}", "report it with both files")
    else:
        remedy = "give it more time (`options: {time_limit_s: …}`), or a smaller instance"
        yield Finding("timeout", message, remedy, ("options",))


def _bound(level: SolvedLevel) -> str:
    return "no bound" if level.bound is None else f"bound {number(level.bound)}"


def _audit(solved: Solved) -> Iterator[Finding]:
    if solved.broken_rules is None:
        yield Finding("audit-failed", "the plan was not audited", BUG)
    elif solved.broken_rules:
        message = f"the plan breaks {', '.join(solved.broken_rules)}"
        yield Finding("audit-failed", message, f"`capstack audit --rules` says what each rule checks; {BUG}")


def _certificates(solved: Solved, certify: Sequence[str]) -> Iterator[tuple[Finding, bool]]:
    """What second opinions say, and whether it is only that they are undecided.

    Where a limit was hit there is no verdict to have an opinion on, and exact arithmetic needs a plan to check.
    """
    has_plan = solved.status in ("optimal", "feasible")
    certify = [name for name in certify if has_plan or (name != "exact" and solved.status != "no_solution")]
    for name in certify:
        opinions = [each for each in solved.certificates if each["method"] == name]
        if not opinions:
            yield Finding("certificate-missing", f"{name} said nothing", "leave out --certify, or report it"), False
        for each in opinions:
            if each["agrees"] is None:
                remedy = "give it more time, or a smaller instance"
                yield Finding("certificate-undecided", f"{name}: {each['message']}", remedy), True
            elif not each["agrees"]:
                yield Finding("certificate-disagrees", f"{name}: {each['message']}", BUG), False
