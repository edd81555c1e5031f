"""The metrics of a plan beside its objectives, each afresh from the replay: one small function a metric."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from optimizer.auditing import metrics_capital, metrics_lenders, metrics_project, metrics_verdict
from optimizer.auditing.irr import RETURNS, check_irrs, is_irr
from optimizer.auditing.metric_forms import (
    BY_PERIOD,
    METRICS,
    Form,
    Ratio,
    Stated,
    Total,
    metric,
    metric_by_period,
)
from optimizer.auditing.objectives import Figures
from optimizer.auditing.replay import Values
from optimizer.auditing.report import rule
from optimizer.auditing.rows import THOUSAND
from optimizer.auditing.tolerances import ONE, PHYSICAL, WHOLE, ZERO, Tolerance

STATED = rule("metric.stated", "Every metric is stated, and none that cannot be recomputed.", "metrics", WHOLE)

assert metrics_capital.METRICS is METRICS
assert metrics_lenders.METRICS is METRICS
assert metrics_project.METRICS is METRICS
assert metrics_verdict.METRICS is METRICS  # they have put their own into the table

UNITS = Tolerance(PHYSICAL.absolute * THOUSAND, PHYSICAL.relative)
TONNES = Tolerance(Decimal("1e-3"), Decimal("1e-9"))


def check_metrics(figures: Figures, stated: Mapping[str, Stated], others: frozenset[str]) -> None:
    """Compare every metric with the replay; ``others`` have been compared before.

    A metric that is missing, or of which nobody knows what it should be, is refused.
    """
    for single in METRICS.values():
        single.check(figures, stated)
    for over_time in BY_PERIOD.values():
        over_time.check(figures, stated)
    check_irrs(figures, stated)
    wanted = known_metrics(figures)
    findings = figures.replay.findings
    for name in sorted(wanted):
        findings.record(STATED, f"metrics.{name} is missing", None, ZERO if name in stated else ONE)
    strange = sorted(name for name in stated.keys() - wanted - others if not is_irr(name))
    for name in strange:
        findings.record(STATED, f"metrics.{name} is not known", None, ONE)


def known_metrics(figures: Figures) -> frozenset[str]:
    """The names of all metrics that a plan of this instance has beside its objectives (of several IRRs the first)."""
    labels = [figures.replay.calendar.label(t) for t in figures.replay.span]
    by_period = {f"{name}.{label}" for name in BY_PERIOD for label in labels}
    return frozenset({*METRICS, *BY_PERIOD, *by_period, *(each.name for each in RETURNS)})


# ── money ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@metric("capex_musd", "Capex: all cash spent on sites and hardware.")
def _capex(figures: Figures) -> Form:
    return Total([-figures.replay.book.cash_in("capex", t) for t in figures.replay.span])


@metric("external_capital_raised_musd", "External capital: debt drawn, equity raised and partners' cash.")
def _external_capital(figures: Figures) -> Form:
    book = figures.replay.book
    return Total([book.cash_in(item, t) for item in ("draw", "raise") for t in figures.replay.span])


@metric("equity_raised_musd", "Equity raised: rounds, preferred shares and partners' equity.")
def _equity_raised(figures: Figures) -> Form:
    return Total([figures.funding.raises(t) for t in figures.replay.span])


@metric("debt_drawn_musd", "Debt drawn: the draws of all instruments.")
def _debt_drawn(figures: Figures) -> Form:
    return Total([figures.funding.draws(t) for t in figures.replay.span])


@metric("partner_cash_musd", "Partners' cash: what they pay ahead for compute.")
def _partner_cash(figures: Figures) -> Form:
    partners = figures.funding.partners
    return Total([partners.cash[t] - partners.equity[t] for t in figures.replay.span])


@metric("leased_musd", "Leased: assets taken over by leases that count as debt.")
def _leased(figures: Figures) -> Form:
    return Total([figures.replay.book.taken_over(t) for t in figures.replay.span])


@metric_by_period("revenue_musd", "Revenue, over all periods and in each.")
def _revenue(figures: Figures) -> Values:
    return (ZERO, *[figures.replay.book.earned("revenue", t) for t in figures.replay.span])


@metric_by_period("opex_musd", "Operating cost, over all periods and in each.")
def _opex(figures: Figures) -> Values:
    return (ZERO, *[-figures.replay.book.cash_in("opex", t) for t in figures.replay.span])


# ── what is bought and used ───────────────────────────────────────────────────────────────────────────────────────


@metric("units_bought", "Units bought: all orders but those of leased hardware.", "units", UNITS)
def _units_bought(figures: Figures) -> Form:
    return Total([thousands * THOUSAND for thousands in _bought(figures)])


@metric("average_accelerator_price_usd", "Average price of an accelerator after discount, times the units bought.")
def _average_price(figures: Figures) -> Form:
    paid: list[Decimal] = []
    for name in figures.replay.instance.hardware:
        lines = (f"deposit.hardware.{name}.accelerator", f"capex.hardware.{name}.accelerator")
        paid += [_posted(figures, line, t) for line in lines for t in figures.replay.span]
    # thousand units at a thousand USD are a million
    return Ratio([musd * THOUSAND for musd in paid], _bought(figures))


@metric("renewable_share", "Renewable share of all energy, times the energy used.", "MW", PHYSICAL)
def _renewable_share(figures: Figures) -> Form:
    replay, energy = figures.replay, figures.energy
    # by the time for which a megawatt is used: a step each, where periods are equal
    parts, whole = ([mw[t] * replay.time.steps(t) for t in replay.span] for mw in (energy.renewable, energy.used))
    return Ratio(parts, whole)


@metric("emissions_t", "Emissions: CO2 of all energy used.", "t", TONNES)
def _emissions(figures: Figures) -> Form:
    return Total(figures.energy.emitted[1:])


def _bought(figures: Figures) -> list[Decimal]:
    """Orders that are no leases, thousand units."""
    hardware = figures.replay.instance.hardware
    return [units for (name, _), units in figures.replay.decisions.orders.items() if hardware[name].lease is None]


def _posted(figures: Figures, line: str, t: int) -> Decimal:
    return sum(figures.replay.book.lines.get((line, t), {}).values(), ZERO)
