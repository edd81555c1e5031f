"""Metrics of what lenders look at."""

from __future__ import annotations

from decimal import Decimal

from optimizer.auditing.lookback import looked_back_on
from optimizer.auditing.metric_forms import METRICS, Form, Greatest, Least, metric
from optimizer.auditing.objectives import Figures
from optimizer.auditing.rows import THOUSAND
from optimizer.auditing.tolerances import DOLLAR
from optimizer.instance.schema import Covenant

__all__ = ["METRICS"]

NOTHING = DOLLAR * THOUSAND
"""Debt, or debt service, of less than a thousand dollars is none."""

Cover = tuple[Decimal, Decimal, Decimal]


@metric("minimum_dscr", "Least DSCR, times the debt service of its twelve months.")
def _minimum_dscr(figures: Figures) -> Form:
    """Where covenants of that kind test it, but those of groups; without one, of the company in all twelve months."""
    replay = figures.replay
    covers_all = (each for each in replay.instance.covenants.items() if each[1].kind == "dscr" and not each[1].group)
    promised = dict(covers_all)
    whole = "untested" if replay.time.end(replay.last) >= 12 else "annualised"
    covers = [
        _covenant_cover(figures, covenant, t)
        for name, covenant in promised.items()
        for t in replay.window(covenant.first_test, covenant.last_test, f"covenants.{name}")
    ]
    if not promised:
        covers = [_cover(figures, t, "year", whole, counted=False, tax="company", company=True) for t in replay.span]
    return Least([cover for cover in covers if cover is not None], NOTHING)


def _covenant_cover(figures: Figures, covenant: Covenant, t: int) -> Cover | None:
    company = covenant.scope == "company"
    counted = covenant.balloons == "counted" if covenant.balloons else not company
    tax = covenant.tax or ("company" if company else "stand_alone")
    return _cover(figures, t, covenant.over, covenant.first_year, counted=counted, tax=tax, company=company)


def _cover(
    figures: Figures, t: int, over: str, first_year: str, *, counted: bool, tax: str, company: bool
) -> Cover | None:
    """Cash for debt service, debt service, and the magnitude of the terms behind them; None where there is no test."""
    lenders = figures.lenders
    back = looked_back_on(figures.replay, t, "dscr", over, first_year)
    if back is None:
        return None
    return lenders.cfads(back, tax, company), lenders.debt_service(back, counted), lenders.magnitude(back)


@metric("maximum_leverage_share", "Greatest leverage on paid-in equity, times all capital then.")
def _leverage(figures: Figures) -> Form:
    return _greatest_leverage(figures, "paid_in")


@metric("maximum_book_leverage_share", "Greatest leverage on book equity, times all capital then.")
def _book_leverage(figures: Figures) -> Form:
    return _greatest_leverage(figures, "book")


def _greatest_leverage(figures: Figures, basis: str) -> Form:
    """max_t D_t/(D_t + E_t), where there is debt."""
    funding, book = figures.funding, figures.replay.book
    found = []
    for t in figures.replay.span:
        debt, size = funding.tested_debt(t), book.cash_gross(t)
        found.append((debt, debt + funding.equity_on(basis, t), size + debt))
    return Greatest(found, NOTHING)
