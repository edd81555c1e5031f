"""Metrics of the project and of those who put money into it: multiple, payback, break-even, cover of a life."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from optimizer.auditing.irr import before_tax_flows, evened, unlevered_flows
from optimizer.auditing.metric_forms import METRICS, Form, Ratio, Stated, Undefined, metric
from optimizer.auditing.metrics_lenders import NOTHING
from optimizer.auditing.objectives import Figures, _own_factors
from optimizer.auditing.rows import KILOHOURS_PER_YEAR, exact
from optimizer.auditing.shareholder_value import shareholder_flows
from optimizer.auditing.tolerances import DOLLAR, MONEY, ONE, ZERO, Tolerance

__all__ = ["METRICS"]

_DIGIT = Decimal("1e-9")
"""Years: what the last digits of a double may be off."""
_GIVEN = ("given.", "income.site.")


@metric("equity_multiple", "Equity multiple: what shareholders get, over what they put in, times that.")
def _multiple(figures: Figures) -> Form:
    left = figures.terminal + figures.carried
    dated = shareholder_flows(figures.replay, figures.funding, figures.cash[-1], left, figures.committed)
    if dated is None:
        return Undefined()
    flows = [flow for _, flow in dated]
    return Ratio([flow for flow in flows if flow > 0], [-flow for flow in flows if flow < 0])


# ── payback ───────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Payback:
    """The year after which cumulated flows, straight between ``instants`` (years), are not below nothing again."""

    instants: Sequence[Decimal]
    cumulated: Sequence[Decimal]
    magnitude: Decimal

    def off(self, stated: Stated, tolerance: Tolerance) -> tuple[Decimal, Decimal]:
        """What is cumulated then is nothing, and later no less; without a year it never was less, or is at the end."""
        least, close = min(self.cumulated, default=ZERO), tolerance.of(self.magnitude)
        if stated is None:
            back = least < -close and self.cumulated[-1] > close
            return (ONE if back else ZERO), self.magnitude
        if not self.instants or not self.instants[0] - _DIGIT <= stated <= self.instants[-1] + _DIGIT:
            return ONE + self.magnitude, ZERO
        stated = min(max(stated, self.instants[0]), self.instants[-1])
        later = [
            max(ZERO, -amount) for when, amount in zip(self.instants, self.cumulated, strict=True) if when > stated
        ]
        return max([abs(self._at(stated)), *later]), self.magnitude

    def _at(self, year: Decimal) -> Decimal:
        for i in range(1, len(self.instants)):
            if year <= self.instants[i]:
                length = self.instants[i] - self.instants[i - 1]
                part = (year - self.instants[i - 1]) / length
                return self.cumulated[i - 1] + part * (self.cumulated[i] - self.cumulated[i - 1])
        return self.cumulated[0]


@metric("payback_years", "Payback: what unlevered flows without terminal value come to by then is nothing.")
def _payback(figures: Figures) -> Form:
    dated = unlevered_flows(figures, at_end=False)
    flows, step = evened(figures, dated)
    first = min((instant for instant, flow in dated if flow), default=ZERO) * figures.replay.step
    total, cumulated = ZERO, []
    for flow in flows:
        total += flow
        cumulated.append(total)
    instants = [first + i * step for i in range(len(flows))]
    return Payback(instants, cumulated, sum(map(abs, flows), ZERO))


# ── break-even ────────────────────────────────────────────────────────────────────────────────────────────────────


@metric(
    "break_even_price_usd_per_h100e_hour", "Break-even price: times the hours sold, the cost of the plan before tax."
)
def _price(figures: Figures) -> Form:
    revenue = _revenue(figures)
    factors, replay = _own_factors(figures.replay), figures.replay
    sold = _served(figures, lambda _: True)
    hours = [factors[t] * KILOHOURS_PER_YEAR * replay.years(t) * sold[t] for t in replay.span]
    return Ratio([*revenue, *(-worth for worth in _worth(figures))], hours)


@metric("break_even_utilisation_share", "Break-even utilisation: times revenue, the cost of the part sold.")
def _utilisation(figures: Figures) -> Form:
    factors, span, sites = _own_factors(figures.replay), figures.replay.span, figures.replay.instance.sites
    sold, revenues = _served(figures, lambda place: place in sites), _revenue(figures)
    revenue = sum(revenues, ZERO)
    use = sum((factors[t] * sold[t] for t in span), ZERO)
    capacity = sum((factors[t] * values[t] for values in figures.capacity.values() for t in span), ZERO)
    # nothing sold, or nothing earned, divides nothing; both parts are USD million
    if capacity * 1000 <= DOLLAR or revenue <= DOLLAR:
        return Undefined()
    cost = [*revenues, *(-worth for worth in _worth(figures))]
    return Ratio([use / capacity * part for part in cost], [revenue])


def _worth(figures: Figures) -> list[Decimal]:
    """The present value of the flows before tax, term by term."""
    growth = ONE + exact(figures.replay.instance.discount.rate_per_year)
    return [flow * growth ** (-figures.replay.step * instant) for instant, flow in before_tax_flows(figures) if flow]


def _revenue(figures: Figures) -> list[Decimal]:
    """What compute earns, discounted: all revenue but what is given, or earned by the age of a phase."""
    replay, factors = figures.replay, _own_factors(figures.replay)
    return [
        factors[t] * musd
        for (line, t), posted in replay.book.lines.items()
        if not line.startswith(_GIVEN)
        for entry, musd in posted.items()
        if entry.item == "revenue"
    ]


def _served(figures: Figures, chosen: Callable[[str], bool]) -> list[Decimal]:
    """kH100e by period that places which are chosen serve to markets, deliver to partners and hold for customers."""
    replay, served = figures.replay, figures.replay.zeros()
    for decided in (replay.decisions.service, replay.decisions.deliveries, replay.decisions.contract_service):
        for (_, place, t), amount in decided.items():
            served[t] += amount if chosen(place) else ZERO
    return served


# ── cover over a loan's life ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class AnyOf:
    """One of several, where rounding decides which."""

    forms: Sequence[Form]

    def off(self, stated: Stated, tolerance: Tolerance) -> tuple[Decimal, Decimal]:
        found = [form.off(stated, tolerance) for form in self.forms]
        return min(found, key=lambda pair: pair[0] / tolerance.of(pair[1]))


@metric("loan_life_cover", "LLCR: times debt at its peak, CFADS to the end of all loans, discounted at their interest.")
def _loan_life(figures: Figures) -> Form:
    return _cover(figures, whole=False)


@metric("project_life_cover", "PLCR: times debt at its peak, CFADS to the end of the plan, discounted likewise.")
def _project_life(figures: Figures) -> Form:
    return _cover(figures, whole=True)


def _cover(figures: Figures, *, whole: bool) -> Form:
    """Debt of about NOTHING may count or not."""
    replay = figures.replay
    room = MONEY.of(max((replay.book.cash_gross(t) for t in replay.span), default=ZERO))
    return AnyOf(
        [_cover_beyond(figures, whole, nothing) for nothing in (NOTHING, NOTHING + room, max(ZERO, NOTHING - room))]
    )


def _cover_beyond(figures: Figures, whole: bool, nothing: Decimal) -> Form:
    replay, funding = figures.replay, figures.funding
    owed = [funding.debt(t) for t in range(replay.last + 1)]
    most = max(owed)
    if most <= nothing or (not whole and owed[-1] > nothing):
        return Undefined()
    sure = next(t for t, amount in enumerate(owed) if amount >= most - NOTHING)
    doubt = [t for t, amount in enumerate(owed) if abs(amount - most + NOTHING) <= MONEY.of(replay.book.cash_gross(t))]
    ends = replay.last if whole else max(t for t in replay.span if owed[t - 1] > nothing)
    return AnyOf([_cover_at(figures, owed, peak, ends, nothing) for peak in (sure, *doubt)])


def _cover_at(figures: Figures, owed: Sequence[Decimal], peak: int, ends: int, nothing: Decimal) -> Form:
    """Σ of CFADS after ``peak`` up to ``ends``, each worth less by the interest on what is owed, over what is owed."""
    replay, factor, worth = figures.replay, ONE, []
    if peak == replay.last:
        return Undefined()
    for t in range(peak + 1, ends + 1):
        base = owed[t - 1] + replay.kappa * figures.funding.draws(t)
        factor /= ONE + (replay.book.interest(t) / base if base > nothing else ZERO)
        worth.append(factor * sum((replay.book.cash_in(item, t) for item in ("revenue", "opex", "tax")), ZERO))
    return Ratio(worth, [owed[peak]])
