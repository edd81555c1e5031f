"""The figures that plans are compared by, afresh from the replayed ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from optimizer.audit.debt import DebtReplay
from optimizer.audit.equity import EquityReplay
from optimizer.audit.rows import exact
from optimizer.audit.replay import Replay, Values
from optimizer.audit.report import AuditError, rule
from optimizer.audit.sites import SiteReplay
from optimizer.audit.tolerances import MONEY, ONE, ZERO
from optimizer.instance.calendar import TIMING

COST_OF_CAPITAL = rule(
    "objective.cost_of_capital",
    "Cost of capital: discounted interest after tax, fees, flotation and equity charge.",
    "musd",
    MONEY,
)
NET_PRESENT_COST = rule(
    "objective.net_present_cost",
    "Net present cost: discounted flows before financing, less terminal value.",
    "musd",
    MONEY,
)
TERMINAL_CASH = rule("objective.terminal_cash", "Terminal cash: cash at the end of the last period.", "musd", MONEY)
PEAK_FUNDING = rule(
    "objective.peak_funding", "Peak funding: the most debt and new equity at the end of a period.", "musd", MONEY
)
TOTAL_VALUE = rule("objective.total_value", "Total value: the sum of the values of the phases started.", "musd", MONEY)


def check_objectives(
    replay: Replay,
    metrics: Mapping[str, Decimal],
    sites: SiteReplay,
    debts: DebtReplay,
    equity: EquityReplay,
    cash: Values,
) -> tuple[str, ...]:
    """Compare the metrics of the plan with the replay. Returns the names of the metrics that are not recomputed."""
    factors = discount_factors(replay)
    funding = [debts.balance(t) + equity.paid_in[t] - equity.paid_in[0] for t in replay.span]
    terms: dict[str, tuple[str, list[Decimal]]] = {
        "cost_of_capital": (COST_OF_CAPITAL, _cost_of_capital(replay, factors, debts, equity)),
        "net_present_cost": (NET_PRESENT_COST, _net_present_cost(replay, factors)),
        "terminal_cash": (TERMINAL_CASH, [cash[-1]]),
        "peak_funding": (PEAK_FUNDING, [max(ZERO, *funding)]),
        "total_value": (TOTAL_VALUE, [sites.total_value]),
    }
    for name, (rule_name, parts) in terms.items():
        magnitude = sum((abs(part) for part in parts), ZERO)
        replay.findings.equal(rule_name, name, None, metrics[name], _sum(parts), magnitude)
    return tuple(sorted(metrics.keys() - terms.keys()))


def discount_factors(replay: Replay) -> Values:
    """DF_t = (1+ρ)^(−Δ·(t−θ)); entry 0 is not used."""
    discount = replay.instance.discount
    growth, theta = ONE + exact(discount.rate_per_year), exact(TIMING[discount.timing])
    return (ONE, *[growth ** (-replay.years * (t - theta)) for t in replay.span])


def _cost_of_capital(replay: Replay, factors: Values, debts: DebtReplay, equity: EquityReplay) -> list[Decimal]:
    """The terms of Σ DF·[(1−τ)·interest + debt fees + flotation + equity charge]."""
    tax, book = replay.instance.tax, replay.book
    shield = exact(tax.rate) if tax is not None and tax.shield_in_cost_of_capital else ZERO
    parts = []
    for t in replay.span:
        issue_costs = -book.cash_in("fee", t) - book.cash_in("flotation", t)
        parts.append(factors[t] * ((ONE - shield) * debts.interest(t) + issue_costs + equity.charge[t]))
    return parts


def _net_present_cost(replay: Replay, factors: Values) -> list[Decimal]:
    """The terms of −Σ DF·(revenue − opex + other_investing − capex − tax − fees − flotation) − DF_T·terminal value."""
    items = ("revenue", "opex", "other_investing", "capex", "tax", "fee", "flotation")
    parts = [-factors[t] * replay.book.cash_in(item, t) for t in replay.span for item in items]
    return [*parts, -factors[-1] * _terminal_value(replay)]


def _terminal_value(replay: Replay) -> Decimal:
    terminal, book = replay.instance.terminal, replay.book
    if terminal.kind == "book_share":
        if terminal.share is None:
            raise AuditError("instance.json: terminal", "book_share needs a share")
        return exact(terminal.share) * (book.balances("sites")[-1] + book.balances("hardware")[-1])
    if terminal.kind == "ebitda_multiple":
        if terminal.multiple is None:
            raise AuditError("instance.json: terminal", "ebitda_multiple needs a multiple")
        ebitda = book.cash_in("revenue", replay.last) + book.cash_in("opex", replay.last)
        return exact(terminal.multiple) * ebitda / replay.years
    return ZERO


def _sum(parts: Iterable[Decimal]) -> Decimal:
    return sum(parts, ZERO)
