"""What solving gave, and what can be found to speak against it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from optimizer.known_optima.expected import Key

Outcome = Literal["passed", "failed", "timeout", "invalid", "error"]

BUG = "this is a bug of the model or the solver, unless the sidecar is wrong: please report it with both files"


@dataclass(frozen=True)
class SolvedLevel:
    """One level as it was solved, in its own sense and unit."""

    name: str
    sense: str
    value: float
    bound: float | None


@dataclass(frozen=True)
class Solved:
    """What solving gave. ``status`` is optimal, feasible, infeasible, undefined, unbounded or no_solution.

    ``objectives`` are those of the instance; ``levels``, ``metrics`` and ``decisions`` those of the plan, if there is
    one. ``broken_rules`` are the rules that the audit found broken, None if there was no audit. ``seconds`` are those
    of the whole solve. ``certificates`` are what second opinions said: method, agrees (None: undecided), message.
    """

    status: str
    objectives: tuple[str, ...]
    levels: tuple[SolvedLevel, ...] = ()
    metrics: Mapping[str, float | None] = field(default_factory=dict)
    decisions: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict)
    broken_rules: tuple[str, ...] | None = None
    seconds: float = 0.0
    certificates: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class Finding:
    """One thing that is not as expected: ``code`` for machines, ``message`` and ``remedy`` for people.

    ``key`` is what it contradicts in the sidecar; a finding about a file itself has its ``file`` and ``line``.
    """

    code: str
    message: str
    remedy: str = ""
    key: Key = ()
    file: str = ""
    line: int = 0


@dataclass(frozen=True)
class Verdict:
    """The outcome of a case and all that speaks against it; passed if, and only if, there is nothing."""

    outcome: Outcome
    findings: tuple[Finding, ...] = ()


def number(value: float) -> str:
    """Ten digits, which is what a tolerance of a millionth is judged by."""
    return f"{value + 0.0:.10g}"
