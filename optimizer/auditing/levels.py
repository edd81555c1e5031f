"""The headline of a run against its plan: summary.json, level by level.

How a level was solved cannot be replayed without the model. What can: a bound is on its side of the value, gap, status
and message follow from the two, and the plan keeps every level within the slack that its instance allows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from optimizer.auditing.report import AuditError, Findings, rule
from optimizer.auditing.rows import exact, number, rows
from optimizer.auditing.tolerances import DOLLAR, GAP, MONEY, ONE, ROOM_SHARE, SHARE, WHOLE, ZERO, Tolerance
from optimizer.contract.objectives import MAXIMISED, OBJECTIVES, SHARES, UNITS
from optimizer.instance.schema import Instance, Objective

BOUND = rule(
    "level.bound",
    "No level is better than its bound, and neither is the plan (dilution apart, whose bound is one of tangents).",
    "own unit",
    MONEY,
)
GAP_FOLLOWS = rule("level.gap", "The gap of each level is the distance of its value to its bound.", "own unit", MONEY)
DELIVERED = rule(
    "level.plan",
    "What the plan comes to by each level, and how far that is from the bound, whatever was given up for later levels.",
    "own unit",
    MONEY,
)
KEPT = rule("level.kept", "The plan keeps every level within its slack.", "own unit", MONEY)
STATUS = rule(
    "level.status", "Optimal is what is within the gap asked for, and the run if all levels are.", "own unit", GAP
)
MESSAGE = rule("level.message", "The message states the status and the gap of every level.", "texts", WHOLE)
FIGURES = rule("level.figures", "Summary and plan state the same figures of the same instance.", "figures", WHOLE)


def own_tolerance(objective: str) -> Tolerance:
    """The tolerance of an objective in its own unit."""
    return SHARE if objective in SHARES else MONEY


@dataclass(frozen=True)
class Level:
    """An entry of ``objectives``: ``bound`` and the gaps are None where the summary says null."""

    objective: Objective
    sign: int
    value: Decimal
    bound: Decimal | None
    gap_musd: Decimal | None
    gap_share: Decimal | None
    plan_value: Decimal | None
    plan_gap_musd: Decimal | None
    plan_gap_share: Decimal | None
    status: str
    base: Decimal | None = None

    @property
    def measure(self) -> Decimal:
        """What gap and slack are shares of."""
        return abs(self.value if self.base is None else self.base)

    @property
    def measurable(self) -> bool:
        """Whether it is more than nothing."""
        return self.value != 0 if self.base is None else abs(self.base) > DOLLAR

    @property
    def tolerance(self) -> Tolerance:
        return own_tolerance(self.objective.name)

    @property
    def gap(self) -> Decimal | None:
        """How much better the best could be, in the unit of the level, at least 0."""
        return self.distance(self.value)

    def distance(self, value: Decimal | None) -> Decimal | None:
        """How much worse than the bound a value is, at least 0."""
        return None if self.bound is None or value is None else max(ZERO, self.sign * (value - self.bound))


def check_levels(
    instance: Instance,
    findings: Findings,
    metrics: Mapping[str, Any],
    summary: Any,
    capital: Decimal,
) -> None:
    """Check a summary against its plan. Raises AuditError if it cannot be read.

    ``metrics`` are those of plan.json, ``capital`` the discounted capital that the plan employs, in which the slack of
    wacc is measured.
    """
    if not isinstance(summary, Mapping):
        raise AuditError("summary.json", f"should be an object, not {type(summary).__name__}")
    levels = _levels(instance, summary)
    for level in levels:
        own = metrics[level.objective.name]
        plan = None if own is None else number(own, f"plan.json: metrics.{level.objective.name}")
        _check_bound(findings, level, plan)
        _check_gap(findings, level)
        _check_delivered(findings, level, plan, capital, instance)
        _check_base(findings, level)
        _check_kept(findings, level, plan, capital * _steepness(level, instance))
    _check_status(findings, levels, summary)
    wanted = _message(levels, summary)
    findings.record(MESSAGE, "message", None, Decimal(_entry(summary, "message") not in wanted))
    stated = _entry(summary, "metrics")
    if not isinstance(stated, Mapping):
        raise AuditError("summary.json: metrics", f"should be an object, not {type(stated).__name__}")
    for name in sorted({str(key) for key in metrics} | {str(key) for key in stated}):
        same = name in stated and name in metrics and stated[name] == metrics[name]
        findings.record(FIGURES, name, None, Decimal(not same))
    for name, own in (("instance", instance.name), ("instance_hash", instance.hash)):
        findings.record(FIGURES, name, None, Decimal(_entry(summary, name) != own))


def _steepness(level: Level, instance: Instance) -> Decimal:
    """By how much the nominal rate of a period of wacc rises with the effective one of a year: d(i)/d(r) ≤ 1."""
    if level.objective.name != "wacc" or instance.periods.per_year == 1:
        return ONE
    years = ONE / instance.periods.per_year
    return (ONE + max(level.value, level.plan_value or ZERO)) ** (years - ONE)


def _check_base(findings: Findings, level: Level) -> None:
    """What gap and slack are shares of is stated where it is not the value.

    It is that of the plan that the level ended with, charges or money raised: money that changes nothing, which is
    brought down afterwards, is in it. Charges that are decided may be less than nothing: what lowers the others' is.
    """
    name = f"{level.objective.name}, what shares are of"
    measured = bool(OBJECTIVES[level.objective.name].measure)
    findings.record(DELIVERED, name, None, Decimal((level.base is None) == measured))


def _check_bound(findings: Findings, level: Level, plan: Decimal | None) -> None:
    if level.bound is None:
        return
    found = {"the level": level.value}
    if plan is not None and level.objective.name != "dilution":
        found["the plan"] = plan
    for who, value in found.items():
        _record(findings, BOUND, f"{level.objective.name}, {who}", level, level.sign * (level.bound - value), value)


def _check_gap(findings: Findings, level: Level) -> None:
    name, gap = level.objective.name, level.gap
    if gap is None:
        stated = [level.gap_musd, level.gap_share]
        findings.record(GAP_FOLLOWS, f"{name} without a bound", None, Decimal(any(each is not None for each in stated)))
        return
    if name not in SHARES:
        own = level.gap_musd
        findings.record(GAP_FOLLOWS, name, None, Decimal(1) if own is None else abs(own - gap), level.value)
    elif name == "dilution":  # has no gap in dollars
        findings.record(GAP_FOLLOWS, name, None, Decimal(level.gap_musd is not None))
    else:  # that of wacc is one of its numerator: nothing where the other is nothing, and only there
        musd = Decimal(-1) if level.gap_musd is None else level.gap_musd
        hidden = (musd == 0 and gap > SHARE.absolute) or (gap == 0 and musd > MONEY.absolute)
        findings.record(GAP_FOLLOWS, name, None, Decimal(musd < 0 or hidden))
    if level.gap_share is None:
        findings.record(GAP_FOLLOWS, f"{name}, share", None, Decimal(level.measurable or gap == 0))
    else:
        off = abs(level.gap_share * level.measure - gap) if level.measurable or gap > DOLLAR else ZERO
        _record(findings, GAP_FOLLOWS, f"{name}, share", level, off, gap)


def _check_delivered(
    findings: Findings, level: Level, plan: Decimal | None, capital: Decimal, instance: Instance
) -> None:
    """The plan's own value and distance, beside the best of the level; of wacc the amount is one of its numerator."""
    name, stated = level.objective.name, level.plan_value
    if plan is None or stated is None:
        findings.record(DELIVERED, name, None, Decimal(plan is not stated))
        return
    _record(findings, DELIVERED, name, level, abs(stated - plan), plan)
    gap, musd, share = level.distance(plan), level.plan_gap_musd, level.plan_gap_share
    if gap is None or name == "dilution":
        findings.record(DELIVERED, f"{name}, no amount", None, Decimal(musd is not None))
    else:
        amount = gap
        if name == "wacc" and level.bound is not None:
            years = ONE / instance.periods.per_year
            rates = [((ONE + each) ** years - ONE) / years for each in (plan, level.bound)]  # nominal
            amount = max(ZERO, rates[0] - rates[1]) * capital
        magnitude = abs(plan) * (capital if name == "wacc" else ONE)
        off = Decimal(1) if musd is None else abs(musd - amount)
        findings.record(DELIVERED, f"{name}, amount", None, off, magnitude)
    if gap is None or share is None:
        hidden = share is not None or (gap is not None and (level.measurable or gap == 0))
        findings.record(DELIVERED, f"{name}, no share", None, Decimal(hidden))
    else:
        off = abs(share * level.measure - gap) if level.measurable or gap > DOLLAR else ZERO
        _record(findings, DELIVERED, f"{name}, share", level, off, gap)


def _check_kept(findings: Findings, level: Level, plan: Decimal | None, capital: Decimal) -> None:
    objective = level.objective
    if plan is None:
        findings.record(KEPT, f"{objective.name}: the plan has none", None, Decimal(1))
        return
    slack, musd = exact(objective.slack_share) * level.measure, exact(objective.slack_musd)
    if objective.name == "wacc":
        slack += (musd + DOLLAR) / capital if capital > 0 else ZERO
    elif objective.name == "dilution":
        # levels hold −ln(1 − share), and there is no dollar of it: the amount is one of that
        slack += (ONE - level.value - slack) * (ONE - (-musd - DOLLAR).exp())
    else:
        slack += musd
    _record(findings, KEPT, objective.name, level, level.sign * (plan - level.value) - slack, level.value)


def _check_status(findings: Findings, levels: Sequence[Level], summary: Mapping[str, Any]) -> None:
    options = _entry(summary, "options")
    if not isinstance(options, Mapping):
        raise AuditError("summary.json: options", f"should be an object, not {type(options).__name__}")
    share, musd = (
        number(_entry(options, name, "summary.json: options"), f"summary.json: options.{name}")
        for name in ("gap_share", "gap_musd")
    )
    for i, level in enumerate(levels):
        if level.status != "optimal":
            continue
        name = level.objective.name
        if level.gap is None:
            findings.record(STATUS, f"{name}: optimal without a bound", None, Decimal(1), ZERO)
            continue
        far = level.gap - share * level.measure
        if level.gap_musd is not None:  # the gap in dollars that is enough stands beside the relative one
            far = min(far, level.gap_musd - musd)
        room = ROOM_SHARE * abs(level.value) if i else ZERO
        findings.record(STATUS, name, None, max(ZERO, far - room), level.value)
    together = "optimal" if all(level.status == "optimal" for level in levels) else "feasible"
    findings.record(STATUS, "the run", None, Decimal(_entry(summary, "status") != together))


def _record(findings: Findings, name: str, place: str, level: Level, violation: Decimal, magnitude: Decimal) -> None:
    """A violation in the unit of the level; shares are held to the tolerance of shares, in which the rule is money."""
    worse = max(ZERO, violation)
    if level.tolerance is SHARE:
        # the same multiple of its own tolerance
        worse *= MONEY.of(magnitude) / SHARE.of(magnitude)
    findings.record(name, place, None, worse, magnitude)


def _message(levels: Sequence[Level], summary: Mapping[str, Any]) -> tuple[str, ...]:
    """What the message may be: a feasible plan says why the search ended."""
    gaps = " and then ".join(_gap_words(level, levels[i + 1 :]) for i, level in enumerate(levels))
    if _entry(summary, "status") == "optimal":
        return (f"optimal within {gaps}",)
    why = ["a limit was hit", "interrupted", *(summary[name] for name in ("crash", "out_of_memory") if name in summary)]
    if "alternative" in summary:
        why.append("chosen to differ")
    if "tree" in summary:
        why.append("decided with other scenarios")
    return tuple(f"feasible, {each}: within {gaps}" for each in why)


def _gap_words(level: Level, later: Sequence[Level]) -> str:
    """How far the plan is from the bound; where that is more than of the best, the slack has a name."""
    objective = f"the {'least' if level.sign > 0 else 'greatest'} {level.objective.name.replace('_', ' ')}"
    if level.gap is None:
        return f"an unknown distance of {objective}"
    own, best = _amount(level.plan_gap_musd, level.distance(level.plan_value)), _amount(level.gap_musd, level.gap)
    if level.plan_gap_share is None:
        share = (
            "the best is 0" if level.base is None else (OBJECTIVES[level.objective.name].no_measure or "the best is 0")
        )
    else:
        share = f"{float(level.plan_gap_share):.3%}" + (
            "" if level.base is None else OBJECTIVES[level.objective.name].measure
        )
    if later and own != best:
        names = " and ".join(each.objective.name.replace("_", " ") for each in later)
        share += f"; {best} before the slack given to {names}"
    return f"{own} of {objective} ({share})"


def _amount(musd: Decimal | None, gap: Decimal | None) -> str:
    return f"{float(gap or ZERO):.3%}" if musd is None else f"${float(musd):,.1f} m"


# ── reading ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _levels(instance: Instance, summary: Mapping[str, Any]) -> list[Level]:
    found = rows(_entry(summary, "objectives"), "summary.json: objectives")
    names = [row.get("name") for row in found]
    objectives = [objective for asked in instance.objectives for objective in (*_before(asked), asked)]
    wanted = [objective.name for objective in objectives]
    if names != wanted:
        raise AuditError("summary.json: objectives", f"should be {', '.join(wanted)}, not {names}")
    pairs = zip(found, objectives, strict=True)
    return [_level(row, objective, f"summary.json: objectives[{i}]") for i, (row, objective) in enumerate(pairs)]


def _before(asked: Objective) -> tuple[Objective, ...]:
    """The level that is always solved before one: the least capital before a wacc."""
    if asked.name != "wacc":
        return ()
    return (Objective.model_construct(**_LEAST_CAPITAL),)


_LEAST_CAPITAL: dict[str, Any] = {"name": "capital_employed", "slack_share": 0.0, "slack_musd": 0.0}


def _level(row: Mapping[str, Any], objective: Objective, place: str) -> Level:
    sense = "maximise" if objective.name in MAXIMISED else "minimise"
    for name, wanted in (("sense", (sense,)), ("unit", (UNITS[objective.name],)), ("status", _STATUSES)):
        if (stated := _entry(row, name, place)) not in wanted:
            raise AuditError(f"{place}.{name}", f"should be {' or '.join(wanted)}, not {stated!r}")
    gaps = ("bound", "gap_musd", "gap_share", "plan_value", "plan_gap_musd", "plan_gap_share")
    bound, musd, share, *own = (
        None if _entry(row, name, place) is None else number(row[name], f"{place}.{name}") for name in gaps
    )
    value = number(_entry(row, "value", place), f"{place}.value")
    base = None if row.get("base") is None else number(row["base"], f"{place}.base")
    sign = 1 if sense == "minimise" else -1
    return Level(objective, sign, value, bound, musd, share, own[0], own[1], own[2], str(row["status"]), base)


_STATUSES = ("optimal", "feasible")


def _entry(data: Mapping[str, Any], name: str, place: str = "summary.json") -> Any:
    if name not in data:
        raise AuditError(place, f"the entry {name!r} is missing")
    return data[name]
