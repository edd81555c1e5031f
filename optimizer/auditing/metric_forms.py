"""What a metric can be: a sum, a ratio, or the least of several ratios; and the table of all of them.

A ratio is compared without its division, by what the figure stated times the denominator is off the numerator: so its
tolerance is one of money, MW or units like any other, however small the denominator.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from optimizer.auditing.objectives import Figures
from optimizer.auditing.replay import Values
from optimizer.auditing.report import Findings, rule
from optimizer.auditing.tolerances import MONEY, ONE, ZERO, Tolerance
from optimizer.auditing.yields import effective

Stated = Decimal | None
"""A figure of the plan; None where it says null."""


class Form(Protocol):
    """What a metric should be, recomputed."""

    def off(self, stated: Stated, tolerance: Tolerance) -> tuple[Decimal, Decimal]:
        """How far a figure is off, in the unit of the tolerance, and the magnitude of what was added up."""


@dataclass(frozen=True)
class Total:
    """The sum of ``terms``."""

    terms: Sequence[Decimal]

    def off(self, stated: Stated, tolerance: Tolerance) -> tuple[Decimal, Decimal]:  # noqa: ARG002
        magnitude = sum(map(abs, self.terms), ZERO)
        return (ONE + magnitude, ZERO) if stated is None else (abs(stated - sum(self.terms, ZERO)), magnitude)


@dataclass(frozen=True)
class Undefined:
    """A metric that this plan does not have: null."""

    def off(self, stated: Stated, tolerance: Tolerance) -> tuple[Decimal, Decimal]:  # noqa: ARG002
        return (ZERO if stated is None else ONE), ZERO


@dataclass(frozen=True)
class Ratio:
    """Σ ``over`` / Σ ``under``; null where there is nothing to divide by."""

    over: Sequence[Decimal]
    under: Sequence[Decimal]

    def off(self, stated: Stated, tolerance: Tolerance) -> tuple[Decimal, Decimal]:
        size = sum(map(abs, self.under), ZERO)
        under = sum(self.under, ZERO)
        if stated is None:
            return max(ZERO, under), size
        if size == 0 or under <= -tolerance.of(size):
            return ONE + size, ZERO
        magnitude = abs(stated) * size + sum(map(abs, self.over), ZERO)
        return abs(stated * under - sum(self.over, ZERO)), magnitude


@dataclass(frozen=True)
class YearlyRate:
    """Σ ``charges`` / Σ ``capital`` (musd years) as a rate compounded yearly; periods are ``years`` long."""

    charges: Sequence[Decimal]
    capital: Sequence[Decimal]
    years: Decimal

    def off(self, stated: Stated, tolerance: Tolerance) -> tuple[Decimal, Decimal]:
        nominal = None if stated is None or stated <= -1 else effective(stated, self.years) / self.years
        return Ratio(self.charges, self.capital).off(nominal, tolerance)


@dataclass(frozen=True)
class Greatest:
    """The greatest of several shares, each (part, whole, magnitude); null without a part above ``least``.

    It is null, too, if some whole that has such a part is not above ``least`` itself.
    """

    shares: Sequence[tuple[Decimal, Decimal, Decimal]]
    least: Decimal

    def off(self, stated: Stated, tolerance: Tolerance) -> tuple[Decimal, Decimal]:
        """What is about ``least`` may count or not."""
        room = [(part, whole, size, tolerance.of(size)) for part, whole, size in self.shares]
        sure = [(-part, whole, size) for part, whole, size, off in room if part > self.least + off]
        about = [(-part, whole, size) for part, whole, size, off in room if part > self.least - off]
        lost = any(whole < self.least - off for part, whole, _, off in room if part > self.least + off)
        doubtful = any(whole <= self.least + off for part, whole, _, off in room if part > self.least - off)
        if stated is None:
            return (ONE if sure and not doubtful else ZERO), ZERO
        return (ONE, ZERO) if lost else _least(-stated, sure, [ratio for ratio in about if ratio[1] > 0], tolerance)


@dataclass(frozen=True)
class Least:
    """The least of several ratios, each (over, under, magnitude), of those whose ``under`` is above ``least``."""

    ratios: Sequence[tuple[Decimal, Decimal, Decimal]]
    least: Decimal = ZERO

    def off(self, stated: Stated, tolerance: Tolerance) -> tuple[Decimal, Decimal]:
        """What is about ``least`` may count or not."""
        sure = [ratio for ratio in self.ratios if ratio[1] > self.least + tolerance.of(ratio[2])]
        if stated is None:
            return max((under for _, under, _ in sure), default=ZERO), ZERO
        about = [ratio for ratio in self.ratios if ratio[1] > max(ZERO, self.least - tolerance.of(ratio[2]))]
        return _least(stated, sure, about, tolerance)


def _least(
    stated: Decimal,
    sure: Sequence[tuple[Decimal, Decimal, Decimal]],
    about: Sequence[tuple[Decimal, Decimal, Decimal]],
    tolerance: Tolerance,
) -> tuple[Decimal, Decimal]:
    """How far a figure is off being at most each ratio that counts for ``sure``, and one of those that may count."""
    distances = [(stated * under - over, max(size, abs(stated) * under)) for over, under, size in sure]
    nearest = min(((abs(stated * under - over), size) for over, under, size in about), default=(ONE, ZERO))
    return max([*distances, nearest], key=lambda pair: pair[0] / tolerance.of(pair[1]))


@dataclass(frozen=True)
class Metric:
    """A named figure, the rule that judges it, and how it is recomputed."""

    name: str
    rule: str
    tolerance: Tolerance
    recompute: Callable[[Figures], Form]

    def check(self, figures: Figures, stated: Mapping[str, Stated]) -> None:
        judge(figures.replay.findings, self, self.name, self.recompute(figures), stated)


@dataclass(frozen=True)
class MetricByPeriod:
    """An amount over all periods, named ``name``, and in each, named ``name.PERIOD``."""

    name: str
    rule: str
    tolerance: Tolerance
    recompute: Callable[[Figures], Values]

    def check(self, figures: Figures, stated: Mapping[str, Stated]) -> None:
        replay, values = figures.replay, self.recompute(figures)
        judge(replay.findings, self, self.name, Total(values[1:]), stated)
        for t in replay.span:
            judge(replay.findings, self, f"{self.name}.{replay.calendar.label(t)}", Total([values[t]]), stated)


def judge(
    findings: Findings, metric: Metric | MetricByPeriod, name: str, form: Form, stated: Mapping[str, Stated]
) -> None:
    """One comparison; a figure that is not stated is the business of the rule on that."""
    if name in stated:
        off, magnitude = form.off(stated[name], metric.tolerance)
        findings.record(metric.rule, f"metrics.{name}", None, max(ZERO, off), magnitude)


METRICS: dict[str, Metric] = {}
BY_PERIOD: dict[str, MetricByPeriod] = {}

Recompute = Callable[[Figures], Form]
RecomputeByPeriod = Callable[[Figures], Values]


def metric(name: str, text: str, unit: str = "musd", tolerance: Tolerance = MONEY) -> Callable[[Recompute], Recompute]:
    """Put a metric in the table, with a rule of its own; ``unit`` is that of what is compared."""

    def keep(recompute: Recompute) -> Recompute:
        METRICS[name] = Metric(name, rule(f"metric.{name}", text, unit, tolerance), tolerance, recompute)
        return recompute

    return keep


def metric_by_period(name: str, text: str) -> Callable[[RecomputeByPeriod], RecomputeByPeriod]:
    """The same for an amount in USD million over all periods and in each."""

    def keep(recompute: RecomputeByPeriod) -> RecomputeByPeriod:
        BY_PERIOD[name] = MetricByPeriod(name, rule(f"metric.{name}", text, "musd", MONEY), MONEY, recompute)
        return recompute

    return keep
