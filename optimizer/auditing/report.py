"""The rules and what became of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

from optimizer.auditing.tolerances import ZERO, Tolerance


class AuditError(Exception):
    """The audit cannot be carried out: a file or a row is missing, corrupt, incomplete or about something else.

    ``place`` says where, for example ``plan.json: decisions.orders[3].units``.
    """

    def __init__(self, place: str, message: str) -> None:
        super().__init__(f"{place}: {message}")
        self.place = place
        self.message = message


@dataclass(frozen=True)
class Rule:
    """One thing that is checked; ``unit`` is the unit of its violations."""

    name: str
    text: str
    unit: str
    tolerance: Tolerance


# The order of the report, by the part of a rule's name before the dot, or by the whole name where that stands here.
AREAS = (
    "plan",
    "sites",
    "colocation",
    "hardware",
    "framework",
    "development",
    "lease",
    "resale",
    "opening",
    "power",
    "energy",
    "service",
    "cloud",
    "given",
    "debt",
    "security",
    "equity",
    "ownership",
    "preferred",
    "dividend",
    "partner",
    "contract",
    "choice",
    "pricing_grid",
    "tax",
    "cash.commitments",
    "cash",
    "group",
    "covenant",
    "ledger",
    "objective",
    "metric",
    "level",
    "file",
)

_DECLARED: dict[str, Rule] = {}  # filled by the files of the areas when they are imported


def rule(name: str, text: str, unit: str, tolerance: Tolerance) -> str:
    """Declare a rule and give back its name."""
    if name in _DECLARED or name.split(".")[0] not in AREAS:
        raise ValueError(f"the rule {name} is declared twice, or of an unknown area")
    _DECLARED[name] = Rule(name, text, unit, tolerance)
    return name


def declared_rules() -> tuple[Rule, ...]:
    """All rules, in the order of the report."""
    return tuple(sorted(_DECLARED.values(), key=lambda declared: _rank(declared.name)))


def _rank(name: str) -> int:
    return AREAS.index(name if name in AREAS else name.split(".")[0])


@dataclass(frozen=True)
class RuleResult:
    """What became of one rule.

    ``largest_violation`` is the violation that is largest against its own tolerance, ``where`` its place (empty if
    nothing was off at all), ``tolerance`` the tolerance there; both in ``unit``. ``checked`` counts the comparisons.
    """

    name: str
    text: str
    checked: int
    largest_violation: float
    unit: str
    where: str
    tolerance: float
    passed: bool


@dataclass(frozen=True)
class AuditReport:
    """The results of all rules, each rule once, in the order of ``declared_rules``.

    ``unchecked_metrics`` is empty: every figure of a plan is recomputed. ``plan_sha256`` and ``summary_sha256`` say
    what was audited (``optimizer.contract.digest``); the latter is None without a summary. ``bounds`` says by level who
    vouches for its bound: no audit can.

    >>> report = optimizer.audit(base, plan.to_dict())
    >>> report.rules[0].name, report.rules[0].passed
    ('plan.non_negative', True)
    """

    rules: tuple[RuleResult, ...]
    unchecked_metrics: tuple[str, ...] = ()
    plan_sha256: str = ""
    summary_sha256: str | None = None
    bounds: Mapping[str, str] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        """Whether no rule is broken.

        >>> optimizer.audit(base, plan.to_dict()).passed
        True
        """
        return all(result.passed for result in self.rules)

    @property
    def failed(self) -> tuple[RuleResult, ...]:
        """The rules that are broken.

        >>> richer = {**plan.to_dict(), "metrics": {**plan.metrics, "terminal_cash": 1000.0}}
        >>> [result.name for result in optimizer.audit(base, richer).failed]
        ['objective.terminal_cash']
        """
        return tuple(result for result in self.rules if not result.passed)

    def to_dict(self) -> dict[str, Any]:
        """The report as plain data, ready for JSON.

        >>> optimizer.audit(base, plan.to_dict()).to_dict()["passed"]
        True
        """
        return {
            "passed": self.passed,
            "rules": [asdict(result) for result in self.rules],
            "unchecked_metrics": list(self.unchecked_metrics),
            "plan_sha256": self.plan_sha256,
            "summary_sha256": self.summary_sha256,
            "bounds": dict(self.bounds),
        }


@dataclass
class _Tally:
    checked: int = 0
    violation: Decimal = ZERO
    tolerance: Decimal | None = None
    place: str = ""
    period: int | None = None


class Findings:
    """Counts the comparisons of each rule and keeps the worst."""

    def __init__(self, label: Callable[[int], str]) -> None:
        """``label`` turns a period number into its label."""
        self._label = label
        self._tallies = {declared.name: _Tally() for declared in declared_rules()}

    def at_most(
        self, name: str, place: str, t: int | None, left: Decimal, right: Decimal, magnitude: Decimal = ZERO
    ) -> None:
        """Check left ≤ right; ``magnitude`` is that of the terms behind the two sides, where it exceeds theirs."""
        self.record(name, place, t, max(ZERO, left - right), max(abs(left), abs(right), magnitude))

    def equal(
        self, name: str, place: str, t: int | None, left: Decimal, right: Decimal, magnitude: Decimal = ZERO
    ) -> None:
        """Check left = right."""
        self.record(name, place, t, abs(left - right), max(abs(left), abs(right), magnitude))

    def record(self, name: str, place: str, t: int | None, violation: Decimal, magnitude: Decimal = ZERO) -> None:
        """Count one comparison that is off by ``violation`` ≥ 0."""
        tally = self._tallies[name]
        tally.checked += 1
        if violation == 0:
            return
        tolerance = _DECLARED[name].tolerance.of(magnitude)
        if tally.tolerance is None or violation * tally.tolerance > tally.violation * tolerance:
            tally.violation, tally.tolerance, tally.place, tally.period = violation, tolerance, place, t

    def results(self) -> tuple[RuleResult, ...]:
        return tuple(self._result(_DECLARED[name], tally) for name, tally in self._tallies.items())

    def _result(self, declared: Rule, tally: _Tally) -> RuleResult:
        tolerance = declared.tolerance.absolute if tally.tolerance is None else tally.tolerance
        where = tally.place if tally.period is None else f"{tally.place} {self._label(tally.period)}"
        return RuleResult(
            name=declared.name,
            text=declared.text,
            checked=tally.checked,
            largest_violation=float(tally.violation),
            unit=declared.unit,
            where=where,
            tolerance=float(tolerance),
            passed=tally.violation <= tolerance,
        )
