"""The figures that plans are compared by, afresh from the replayed ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from optimizer.auditing.charges import Charged, charged
from optimizer.auditing.coverage import Lenders
from optimizer.auditing.dating import paid_early
from optimizer.auditing.energy import EnergyReplay
from optimizer.auditing.funding import Funding
from optimizer.auditing.loan_worth import loan_worth
from optimizer.auditing.replay import Replay, Values
from optimizer.auditing.report import AuditError, rule
from optimizer.auditing.rows import exact
from optimizer.auditing.shareholder_value import shareholder_value
from optimizer.auditing.sites import SiteReplay
from optimizer.auditing.tolerances import MONEY, ONE, SHARE, ZERO
from optimizer.auditing.yields import effective
from optimizer.instance.calendar import TIMING

COST_OF_CAPITAL = rule(
    "objective.cost_of_capital",
    "Cost of capital: discounted charges at effective rates after tax, less income on cash.",
    "musd",
    MONEY,
)
WACC = rule(
    "objective.wacc",
    "WACC: what capital costs after tax is this share of the capital employed, compounded yearly.",
    "musd",
    MONEY,
)
NET_PRESENT_COST = rule(
    "objective.net_present_cost",
    "Net present cost: discounted flows before financing, less what there is at the end and plus what is still owed.",
    "musd",
    MONEY,
)
ADJUSTED_PRESENT_VALUE = rule(
    "objective.adjusted_present_value",
    "Adjusted present value: unlevered flows, tax shield and issue costs, each at its rate.",
    "musd",
    MONEY,
)
CAPITAL_EMPLOYED = rule(
    "objective.capital_employed",
    "Capital employed: discounted carrying amounts of debt, equity, preferred equity and partners' prepayments.",
    "musd years",
    MONEY,
)
SHAREHOLDER_VALUE = rule(
    "objective.shareholder_value",
    "Shareholder value: what is paid out less what is paid in, and what is left at the end less what is owed, "
    "discounted.",
    "musd",
    MONEY,
)
TERMINAL_CASH = rule("objective.terminal_cash", "Terminal cash: cash at the end of the last period.", "musd", MONEY)
DILUTION = rule("objective.dilution", "Dilution: the share that today's owners give away.", "share", SHARE)
PEAK_FUNDING = rule(
    "objective.peak_funding",
    "Peak funding: the most debt, partner accounts and new equity at the end of a period.",
    "musd",
    MONEY,
)
CAPITAL_RAISED = rule(
    "objective.capital_raised", "Capital raised: all draws, raises and cash from partners.", "musd", MONEY
)
TOTAL_VALUE = rule("objective.total_value", "Total value: the sum of the values of the phases started.", "musd", MONEY)

_BEFORE_FINANCING = ("other_investing", "resale", "capex")
_ISSUE_COSTS = ("fee", "flotation")


@dataclass(frozen=True)
class Untaxed:
    """Worth at the end of T, musd: the terminal value before tax, and the losses carried by a company without debt."""

    terminal: Decimal
    carried: Decimal


@dataclass(frozen=True)
class Figures:
    """What objectives and metrics are made of: ``charge`` and ``unlevered_tax`` over time, ``kept`` the share kept.

    At the end of T, musd: the ``terminal`` value after tax, ``carried`` the worth of losses and interest carried, and
    what is ``committed``. ``capacity[site][t]`` is what a site could serve, kH100e.
    """

    replay: Replay
    sites: SiteReplay
    funding: Funding
    cash: Values
    charge: Values
    unlevered_tax: Values
    kept: Decimal
    energy: EnergyReplay
    lenders: Lenders
    terminal: Decimal
    carried: Decimal
    committed: Decimal
    untaxed: Untaxed
    capacity: Mapping[str, Values]

    @cached_property
    def charged(self) -> Charged:
        """What capital costs, discounted as the objectives are."""
        factors = _own_factors(self.replay)
        later = self.replay.years(self.replay.last + 1)
        beyond = factors[-1] / (ONE + exact(self.replay.instance.discount.rate_per_year)) ** later
        return charged(self.replay, self.funding, self.charge, (*factors, beyond))


def check_objectives(figures: Figures, metrics: Mapping[str, Decimal | None]) -> tuple[str, ...]:
    """Compare the metrics of the plan with the replay. Returns the names of the metrics that are not recomputed."""
    replay, funding = figures.replay, figures.funding
    outstanding = [
        funding.debt(t) + funding.partners.owed[t] + funding.equity(t) - funding.equity(0) for t in replay.span
    ]
    raised = [funding.draws(t) + funding.raises(t) - funding.partners.equity[t] for t in replay.span]
    terms: dict[str, tuple[str, list[Decimal]]] = {
        "cost_of_capital": (COST_OF_CAPITAL, _cost_of_capital(figures)),
        "capital_employed": (CAPITAL_EMPLOYED, figures.charged.capital),
        "net_present_cost": (NET_PRESENT_COST, _net_present_cost(figures)),
        "shareholder_value": (SHAREHOLDER_VALUE, _shareholder_value(figures)),
        "terminal_cash": (TERMINAL_CASH, [figures.cash[-1]]),
        "dilution": (DILUTION, [ONE - figures.kept]),
        "peak_funding": (PEAK_FUNDING, [max(ZERO, *outstanding)]),
        "capital_raised": (CAPITAL_RAISED, [*raised, *funding.partners.cash]),
        "total_value": (TOTAL_VALUE, [figures.sites.total_value]),
    }
    for name, (rule_name, parts) in terms.items():
        _compare(replay, rule_name, name, metrics[name] or ZERO, parts)
    _check_wacc(figures, metrics["wacc"])
    _check_adjusted_present_value(figures, metrics["adjusted_present_value"])
    return tuple(sorted(metrics.keys() - terms.keys() - {"wacc", "adjusted_present_value"}))


def _shareholder_value(figures: Figures) -> list[Decimal]:
    left = figures.terminal + figures.carried
    return shareholder_value(figures.replay, figures.funding, figures.cash[-1], left, figures.committed)


def _compare(replay: Replay, rule_name: str, name: str, value: Decimal, parts: list[Decimal]) -> None:
    magnitude = sum((abs(part) for part in parts), ZERO)
    replay.findings.equal(rule_name, name, None, value, sum(parts, ZERO), magnitude)


def discount_factors(replay: Replay, rate_per_year: float) -> Values:
    """DF_t = (1 + rate)^(−Δ·(t−θ)); entry 0 is not used."""
    growth, theta = ONE + exact(rate_per_year), exact(TIMING[replay.instance.discount.timing])
    return (ONE, *[growth ** -replay.time.at(t, theta) for t in replay.span])


def _at_end(replay: Replay, rate_per_year: float) -> Decimal:
    """(1 + rate)^(−Δ·T): the end of the last period, wherever in its period a flow is discounted from."""
    return (ONE + exact(rate_per_year)) ** -replay.time.at(replay.last)


def _own_factors(replay: Replay) -> Values:
    return discount_factors(replay, replay.instance.discount.rate_per_year)


def _after_tax(replay: Replay) -> Decimal:
    """1 − τ for interest."""
    tax = replay.instance.tax
    return ONE - exact(tax.rate) if tax is not None and tax.shield_in_cost_of_capital else ONE


def _charges(figures: Figures) -> list[Decimal]:
    """The terms of what capital costs after tax, before income on cash."""
    after_tax = _after_tax(figures.replay)
    return [after_tax * part for part in figures.charged.deducted] + figures.charged.kept


def _undecided(figures: Figures) -> Decimal:
    """What of them no decision can change."""
    return _after_tax(figures.replay) * figures.charged.given_deducted + figures.charged.given_kept


def _cost_of_capital(figures: Figures) -> list[Decimal]:
    """The terms of Σ DF·(charges − (1−τ)·interest income)."""
    replay = figures.replay
    factors, after_tax = _own_factors(replay), _after_tax(replay)
    income = [-factors[t] * after_tax * replay.book.cash_in("interest_income", t) for t in replay.span]
    return _charges(figures) + income


def _check_wacc(figures: Figures, wacc: Decimal | None) -> None:
    """((1 + wacc)^Δ − 1)/Δ·Σ DF·Δ·capital = Σ DF·charges; null without capital."""
    replay = figures.replay
    costs, employed = _charges(figures), figures.charged.capital
    capital = sum(employed, ZERO)
    close_to_nothing = MONEY.of(sum((abs(part) for part in employed), ZERO))
    if wacc is None:
        replay.findings.record(WACC, "no wacc", None, max(ZERO, capital - close_to_nothing))
    elif capital <= -close_to_nothing or not any(employed):
        replay.findings.record(WACC, "a wacc without capital", None, max(ONE, -capital))
    else:
        rate = effective(wacc, replay.step) / replay.step
        magnitude = sum((abs(part) for part in costs), abs(rate) * sum((abs(part) for part in employed), ZERO))
        replay.findings.equal(WACC, "wacc", None, rate * capital, sum(costs, ZERO), magnitude)


def capital_employed(figures: Figures) -> list[Decimal]:
    """The terms of Σ DF·Δ·carrying amounts."""
    return figures.charged.capital


def _net_present_cost(figures: Figures) -> list[Decimal]:
    """The terms of −Σ DF·(EBITDA + growth of prepayments + other_investing + resale − capex − tax − fees − flotation)
    − DF_T·(end − committed).

    Capex includes what leases that count as debt take over: without debt it would have been bought.
    """
    replay = figures.replay
    book, factors = replay.book, _own_factors(replay)
    items = (*_BEFORE_FINANCING, "tax", *_ISSUE_COSTS)
    parts = [-factors[t] * book.cash_in(item, t) for t in replay.span for item in items]
    parts += [-factors[t] * book.earned(item, t) for t in replay.span for item in ("revenue", "opex")]
    parts += [factors[t] * (book.taken_over(t) - book.deferred(t)) for t in replay.span]
    parts += paid_early(replay, replay.instance.discount.rate_per_year)
    at_end = _at_end(replay, replay.instance.discount.rate_per_year)
    return [*parts, *(-at_end * musd for musd in (figures.terminal, figures.carried, -figures.committed))]


def _check_adjusted_present_value(figures: Figures, value: Decimal | None) -> None:
    """Flows as if there were no debt at k_u; tax saved, what issues cost and what loans are worth at the shield's."""
    replay, place = figures.replay, "plan.json: metrics.adjusted_present_value"
    rates = replay.instance.adjusted_present_value
    if rates is None:
        if value is not None:
            raise AuditError(place, "should be null: the instance has no block of that name")
        return
    if value is None:
        raise AuditError(place, "should be a number, not None")
    book, unlevered = replay.book, figures.unlevered_tax
    factors = discount_factors(replay, rates.unlevered_rate_per_year)
    shield_factors = discount_factors(replay, rates.shield_rate_per_year)
    at_end = _at_end(replay, rates.unlevered_rate_per_year)
    parts = [at_end * figures.terminal, -at_end * figures.committed]
    parts.append(_at_end(replay, rates.shield_rate_per_year) * figures.carried)
    parts += [-part for part in paid_early(replay, rates.unlevered_rate_per_year)]
    for t in replay.span:
        parts += [factors[t] * book.earned(item, t) for item in ("revenue", "opex")]
        parts += [factors[t] * book.cash_in(item, t) for item in _BEFORE_FINANCING]
        parts.append(-factors[t] * (book.taken_over(t) - book.deferred(t)))
        parts.append(-factors[t] * unlevered[t])
        parts.append(shield_factors[t] * unlevered[t])
        parts += [shield_factors[t] * book.cash_in(item, t) for item in ("tax", *_ISSUE_COSTS)]
    parts += loan_worth(replay, figures.funding, figures.cash, shield_factors, rates.shield_rate_per_year)
    _compare(replay, ADJUSTED_PRESENT_VALUE, "adjusted_present_value", value, parts)
