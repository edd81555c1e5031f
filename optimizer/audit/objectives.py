"""The figures that plans are compared by, afresh from the replayed ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from optimizer.audit.dating import paid_early
from optimizer.audit.funding import Funding
from optimizer.audit.replay import Replay, Values
from optimizer.audit.report import AuditError, rule
from optimizer.audit.resale import resale_value
from optimizer.audit.rows import exact
from optimizer.audit.sites import SiteReplay
from optimizer.audit.tolerances import MONEY, ONE, SHARE, ZERO
from optimizer.instance.calendar import TIMING

COST_OF_CAPITAL = rule(
    "objective.cost_of_capital",
    "Cost of capital: discounted interest after tax, fees, flotation, equity charge and preferred dividends.",
    "musd",
    MONEY,
)
WACC = rule(
    "objective.wacc",
    "WACC: what capital costs, less income on cash after tax, is this share of the capital employed.",
    "musd",
    MONEY,
)
NET_PRESENT_COST = rule(
    "objective.net_present_cost",
    "Net present cost: discounted flows before financing, less terminal value.",
    "musd",
    MONEY,
)
ADJUSTED_PRESENT_VALUE = rule(
    "objective.adjusted_present_value",
    "Adjusted present value: unlevered flows, tax shield and issue costs, each at its rate.",
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
class Figures:
    """What the objectives are made of: ``charge`` and ``unlevered_tax`` over time, ``kept`` the ownership kept."""

    replay: Replay
    sites: SiteReplay
    funding: Funding
    cash: Values
    charge: Values
    unlevered_tax: Values
    kept: Decimal


def check_objectives(figures: Figures, metrics: Mapping[str, Decimal | None]) -> tuple[str, ...]:
    """Compare the metrics of the plan with the replay. Returns the names of the metrics that are not recomputed."""
    replay, funding = figures.replay, figures.funding
    outstanding = [
        funding.debt(t) + funding.partners.owed[t] + funding.equity(t) - funding.equity(0) for t in replay.span
    ]
    raised = [funding.draws(t) + funding.raises(t) - funding.partners.equity[t] for t in replay.span]
    terms: dict[str, tuple[str, list[Decimal]]] = {
        "cost_of_capital": (COST_OF_CAPITAL, _cost_of_capital(figures)),
        "net_present_cost": (NET_PRESENT_COST, _net_present_cost(figures)),
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


def _compare(replay: Replay, rule_name: str, name: str, value: Decimal, parts: list[Decimal]) -> None:
    magnitude = sum((abs(part) for part in parts), ZERO)
    replay.findings.equal(rule_name, name, None, value, sum(parts, ZERO), magnitude)


def discount_factors(replay: Replay, rate_per_year: float) -> Values:
    """DF_t = (1 + rate)^(−Δ·(t−θ)); entry 0 is not used."""
    growth, theta = ONE + exact(rate_per_year), exact(TIMING[replay.instance.discount.timing])
    return (ONE, *[growth ** (-replay.years * (t - theta)) for t in replay.span])


def _own_factors(replay: Replay) -> Values:
    return discount_factors(replay, replay.instance.discount.rate_per_year)


def _after_tax(replay: Replay) -> Decimal:
    """1 − τ for interest."""
    tax = replay.instance.tax
    return ONE - exact(tax.rate) if tax is not None and tax.shield_in_cost_of_capital else ONE


def _cost_of_capital(figures: Figures) -> list[Decimal]:
    """The terms of Σ DF·[(1−τ)·interest + debt fees + flotation + equity charge + preferred dividends]."""
    replay, leases = figures.replay, figures.funding.leases
    book, factors, after_tax = replay.book, _own_factors(replay), _after_tax(replay)
    parts = []
    for t in replay.span:
        # the book holds the interest of leases that count as debt; of the others only the carry is known
        interest = book.interest(t) + leases.carry_off_balance[t]
        issue_costs = -sum((book.cash_in(item, t) for item in _ISSUE_COSTS), ZERO)
        preferred = -book.cash_in("preferred_dividend", t)
        parts.append(factors[t] * (after_tax * interest + issue_costs + figures.charge[t] + preferred))
    return parts


def _check_wacc(figures: Figures, wacc: Decimal | None) -> None:
    """wacc·Σ DF·capital employed = Σ DF·(what capital costs − (1−τ)·interest income); null without such capital."""
    replay = figures.replay
    factors, after_tax = _own_factors(replay), _after_tax(replay)
    costs = _cost_of_capital(figures)
    costs += [-factors[t] * after_tax * replay.book.cash_in("interest_income", t) for t in replay.span]
    employed = capital_employed(figures)
    capital = sum(employed, ZERO)
    close_to_nothing = MONEY.of(sum((abs(part) for part in employed), ZERO))
    if wacc is None:
        replay.findings.record(WACC, "no wacc", None, max(ZERO, capital - close_to_nothing))
    elif capital <= -close_to_nothing:
        replay.findings.record(WACC, "a wacc without capital", None, -capital)
    else:
        magnitude = sum((abs(part) for part in costs), abs(wacc) * sum((abs(part) for part in employed), ZERO))
        replay.findings.equal(WACC, "wacc", None, wacc * capital, sum(costs, ZERO), magnitude)


def capital_employed(figures: Figures) -> list[Decimal]:
    """The terms of Σ DF·Δ·(debt + equity − cash), each carried in or at the end of its period by the timing."""
    replay, funding = figures.replay, figures.funding
    factors = _own_factors(replay)
    net = [funding.debt(t) + funding.equity(t) - figures.cash[t] for t in (0, *replay.span)]
    return [
        factors[t] * replay.years * ((ONE - replay.kappa) * net[t - 1] + replay.kappa * net[t]) for t in replay.span
    ]


def _net_present_cost(figures: Figures) -> list[Decimal]:
    """The terms of −Σ DF·(EBITDA + other_investing + resale − capex − tax − fees − flotation) − DF_T·terminal value.

    Capex includes what leases that count as debt take over: without debt it would have been bought.
    """
    replay = figures.replay
    book, factors = replay.book, _own_factors(replay)
    items = (*_BEFORE_FINANCING, "tax", *_ISSUE_COSTS)
    parts = [-factors[t] * book.cash_in(item, t) for t in replay.span for item in items]
    parts += [-factors[t] * book.earned(item, t) for t in replay.span for item in ("revenue", "opex")]
    parts += [factors[t] * book.taken_over(t) for t in replay.span]
    parts += paid_early(replay, replay.instance.discount.rate_per_year)
    return [*parts, -factors[-1] * _terminal_value(replay)]


def _check_adjusted_present_value(figures: Figures, value: Decimal | None) -> None:
    """Flows as if there were no debt at k_u; what tax is saved and issues cost at the rate of the shield."""
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
    parts = [factors[-1] * _terminal_value(replay)]
    parts += [-part for part in paid_early(replay, rates.unlevered_rate_per_year)]
    for t in replay.span:
        parts += [factors[t] * book.earned(item, t) for item in ("revenue", "opex")]
        parts += [factors[t] * book.cash_in(item, t) for item in _BEFORE_FINANCING]
        parts.append(-factors[t] * book.taken_over(t))
        parts.append(-factors[t] * unlevered[t])
        parts.append(shield_factors[t] * unlevered[t])
        parts += [shield_factors[t] * book.cash_in(item, t) for item in ("tax", *_ISSUE_COSTS)]
    _compare(replay, ADJUSTED_PRESENT_VALUE, "adjusted_present_value", value, parts)


def _terminal_value(replay: Replay) -> Decimal:
    terminal, book = replay.instance.terminal, replay.book
    if terminal.kind == "book_share":
        if terminal.share is None:
            raise AuditError("instance.json: terminal", "book_share needs a share")
        return exact(terminal.share) * (book.balances("sites")[-1] + book.balances("hardware")[-1])
    if terminal.kind == "ebitda_multiple":
        if terminal.multiple is None:
            raise AuditError("instance.json: terminal", "ebitda_multiple needs a multiple")
        return exact(terminal.multiple) * book.ebitda(replay.last) / replay.years
    return resale_value(replay) if terminal.kind == "resale" else ZERO
