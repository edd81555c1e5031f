"""Metrics of what capital costs and what is paid on it, of cash, and of who owns the company."""

from __future__ import annotations

from decimal import Decimal

from optimizer.auditing.convertible import shares_left
from optimizer.auditing.metric_forms import METRICS, Form, Total, Undefined, YearlyRate, metric
from optimizer.auditing.objectives import Figures, _charges, _undecided
from optimizer.auditing.rows import exact
from optimizer.auditing.tolerances import ONE, SHARE, ZERO
from optimizer.instance.schema import EquityRound

__all__ = ["METRICS"]


@metric("average_wacc_per_year", "WACC: what all capital costs, over the capital, compounded yearly.")
def _average_wacc(figures: Figures) -> Form:
    """((1 + WACC)^Δ − 1)/Δ = Σ DF·charges / Σ DF·Δ·capital."""
    return YearlyRate(_charges(figures), figures.charged.capital, figures.replay.step)


@metric("undecided_charge_musd", "Undecided charge: the part of the cost of capital that no decision can change.")
def _undecided_charge(figures: Figures) -> Form:
    return Total([_undecided(figures)])


@metric("dividends_musd", "Dividends: what is paid out of earnings.")
def _dividends(figures: Figures) -> Form:
    return Total([-figures.replay.book.cash_in("dividend", t) for t in figures.replay.span])


@metric("returned_capital_musd", "Capital returned: paid-in capital that is given back.")
def _returned_capital(figures: Figures) -> Form:
    return Total([-figures.replay.book.cash_in("return_of_capital", t) for t in figures.replay.span])


@metric("terminal_value_musd", "Terminal value after tax, with what losses and interest carried are worth.")
def _terminal_value(figures: Figures) -> Form:
    return Total([figures.terminal, figures.carried])


@metric("commitments_musd", "Commitments: what is still owed at the end, as far as it counts.")
def _commitments(figures: Figures) -> Form:
    return Total([figures.committed])


@metric("minimum_cash_musd", "Least cash at the end of a period.")
def _minimum_cash(figures: Figures) -> Form:
    return Total([min(figures.cash[1:])])


# ── ownership ─────────────────────────────────────────────────────────────────────────────────────────────────────


@metric("dilution_share", "Dilution: the share of the company sold to rounds and partners.", "share", SHARE)
def _dilution(figures: Figures) -> Form:
    return Total([ONE, -figures.kept])


@metric("ownership_kept_share", "Ownership kept by today's owners.", "share", SHARE)
def _ownership_kept(figures: Figures) -> Form:
    return Total([figures.kept])


@metric(
    "ownership_error_bound_share",
    "The most that the tangents of the ownership floor can give away for nothing.",
    "share",
    SHARE,
)
def _ownership_error_bound(figures: Figures) -> Form:
    """floor·(e^ε − 1), ε = Σ over rounds of the most that the tangent of a first piece overstates ln(1 + e/V).

    The tangent is that at the middle of the piece; it is furthest off at the piece's beginning.
    """
    instance = figures.replay.instance
    equity = instance.equity
    modelled = any(objective.name == "dilution" for objective in instance.objectives)
    if equity is None or (equity.ownership_floor_share is None and not modelled):
        return Undefined()
    error = ZERO
    for name, terms in equity.rounds.items():
        if terms.pre_money_musd is not None:
            error += _overstated(figures, name, terms, equity.ownership_segments)
    error += _of_convertibles(figures, equity.ownership_segments)
    floor = equity.ownership_floor_share
    return Total([(figures.kept if floor is None else exact(floor)) * (error.exp() - ONE)])


def _overstated(figures: Figures, name: str, terms: EquityRound, pieces: int) -> Decimal:
    """The worst of the window, of ln(V + m) + (a − m)/(V + m) − ln(V + a): a the least raise, m half a piece on."""
    replay, place = figures.replay, f"equity.rounds.{name}"
    before = replay.values(terms.pre_money_musd, f"{place}.pre_money_musd")
    start = exact(terms.min_musd)
    half = (exact(terms.max_musd) - start) / pieces / 2
    worst = ZERO
    for t in replay.window(terms.first_raise, terms.last_raise, place):
        if before[t] > 0:
            middle = before[t] + start + half
            worst = max(worst, (middle / (middle - half)).ln() - half / middle)
    return worst


def _of_convertibles(figures: Figures, pieces: int) -> Decimal:
    """The same of every period of a convertible, whose first piece begins at nothing."""
    replay, error = figures.replay, ZERO
    for name, debt in replay.instance.debt.items():
        terms = debt.conversion
        if terms is None or terms.pre_money_musd is None:
            continue
        value = replay.values(terms.pre_money_musd, f"debt.{name}.conversion.pre_money_musd")
        sizes = [exact(size) for size in (debt.max_draw_musd, debt.limit_musd) if size is not None]
        for t in replay.window(debt.first_draw, debt.last_draw, f"debt.{name}"):
            half = shares_left(replay, debt, t) * min(sizes) / pieces / 2
            middle = value[t] * (ONE + exact(terms.premium_share)) + half
            error += (middle / (middle - half)).ln() - half / middle
    return error
