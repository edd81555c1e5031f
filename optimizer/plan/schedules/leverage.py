"""Debt over capital on both bases: what shareholders have paid in, and what the books say they have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from optimizer.plan.books import RETAINED, add
from optimizer.plan.table import Cell, Table

if TYPE_CHECKING:
    from optimizer.plan.plan import Plan

SMALLEST_MUSD = 1e-3
"""Debt of less than a thousand dollars is none."""

BASES = {"paid_in": "paid-in", "book": "book"}


def equity(plan: Plan, basis: str) -> list[float]:
    """E at instants 0 … T: common and preferred equity paid in, or with retained earnings."""
    books = plan.books
    return add(books.equity(), books.balance(RETAINED)) if basis == "book" else books.equity()


def leverage(plan: Plan, basis: str) -> list[float | None]:
    """Debt / (debt + E) at instants 0 … T; None where the two together are nothing or less."""
    return _ratios(plan.books.tested_debt(), equity(plan, basis))


def _ratios(debt: Sequence[float], held: Sequence[float]) -> list[float | None]:
    pairs = zip(debt, held, strict=True)
    return [owed / (owed + own) if owed + own > SMALLEST_MUSD else None for owed, own in pairs]


def leverage_table(plan: Plan) -> Table:
    """At instants 0 … T: debt as covenants count it, equity and leverage on both bases.

    Debt includes leases and partners' prepayments that count as debt. Leverage is empty where debt and equity together
    are nothing or less.
    """
    columns = ("period", "debt_musd", "paid_in_equity_musd", "retained_earnings_musd", "book_equity_musd")
    books, debt = plan.books, plan.books.tested_debt()
    held = {basis: equity(plan, basis) for basis in BASES}
    ratios = {basis: leverage(plan, basis) for basis in BASES}
    retained = books.balance(RETAINED)

    def rows() -> Iterator[dict[str, Cell]]:
        for t, label in enumerate(["0", *plan.instance.periods.labels]):
            yield {
                "period": label,
                "debt_musd": debt[t],
                "paid_in_equity_musd": held["paid_in"][t],
                "retained_earnings_musd": retained[t],
                "book_equity_musd": held["book"][t],
                "leverage_paid_in": ratios["paid_in"][t],
                "leverage_book": ratios["book"][t],
            }

    return Table.of((*columns, "leverage_paid_in", "leverage_book"), rows())


def greatest(plan: Plan, basis: str) -> float | None:
    """The largest leverage at the end of a period; None without debt, or where debt exceeds all that there is."""
    debt, ratios = plan.books.tested_debt()[1:], leverage(plan, basis)[1:]
    found = [ratio for owed, ratio in zip(debt, ratios, strict=True) if owed > SMALLEST_MUSD]
    known = [ratio for ratio in found if ratio is not None]
    return max(known) if known and len(known) == len(found) else None


def other_basis(plan: Plan) -> list[str]:
    """What holds on the basis of a covenant and would not on the other, one sentence for each covenant."""
    return [*_sentences(plan)]


def _sentences(plan: Plan) -> Iterator[str]:
    calendar, debt = plan.instance.periods, plan.books.tested_debt()
    for name, covenant in sorted(plan.instance.covenants.items()):
        series = covenant.maximum if covenant.minimum is None else covenant.minimum
        if covenant.kind != "debt_to_capital" or series is None:
            continue
        limits, sign = series.expand(calendar), 1.0 if covenant.minimum is None else -1.0
        other = next(basis for basis in BASES if basis != covenant.equity_basis)
        held = equity(plan, other)
        outside = []
        for t in calendar.window(covenant.first_test, covenant.last_test):
            over = sign * (debt[t] - limits[t - 1] * (debt[t] + held[t]))
            if debt[t] > SMALLEST_MUSD and over > SMALLEST_MUSD + 1e-6 * debt[t]:
                outside.append(calendar.label(t))
        if outside:
            more = f" and {len(outside) - 1} more" if len(outside) > 1 else ""
            yield (
                f"covenant {name} holds on {BASES[covenant.equity_basis]} equity, "
                f"and would not on {BASES[other]} equity: {outside[0]}{more}"
            )
