"""Debt over capital on both bases: what shareholders have paid in, and what the books say they have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from optimizer.contract.accounts import RETAINED
from optimizer.plan.books import add
from optimizer.plan.record import Record

TOLERANCE_MUSD = 1e-3
"""Debt of less than a thousand dollars is none."""

BASES = {"paid_in": "paid-in", "book": "book"}


def equity(plan: Record, basis: str) -> list[float]:
    """E at instants 0 … T: common and preferred equity paid in, or with retained earnings."""
    books = plan.books
    return add(books.equity(), books.balance(RETAINED)) if basis == "book" else books.equity()


def leverage(plan: Record, basis: str) -> list[float | None]:
    """Debt / (debt + E) at instants 0 … T; None where the two together are nothing or less."""
    return _ratios(plan.books.tested_debt(), equity(plan, basis))


def _ratios(debt: Sequence[float], held: Sequence[float]) -> list[float | None]:
    pairs = zip(debt, held, strict=True)
    return [owed / (owed + own) if owed + own > TOLERANCE_MUSD else None for owed, own in pairs]


def greatest(plan: Record, basis: str) -> float | None:
    """The largest leverage at the end of a period; None without debt, or where debt exceeds all that there is."""
    debt, ratios = plan.books.tested_debt()[1:], leverage(plan, basis)[1:]
    found = [ratio for owed, ratio in zip(debt, ratios, strict=True) if owed > TOLERANCE_MUSD]
    known = [ratio for ratio in found if ratio is not None]
    return max(known) if known and len(known) == len(found) else None


def other_basis(plan: Record) -> list[str]:
    """What holds on the basis of a covenant and would not on the other, one sentence for each covenant."""
    return [*_sentences(plan)]


def _sentences(plan: Record) -> Iterator[str]:
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
            if debt[t] > TOLERANCE_MUSD and over > TOLERANCE_MUSD + 1e-6 * debt[t]:
                outside.append(calendar.label(t))
        if outside:
            more = f" and {len(outside) - 1} more" if len(outside) > 1 else ""
            yield (
                f"covenant {name} holds on {BASES[covenant.equity_basis]} equity, "
                f"and would not on {BASES[other]} equity: {outside[0]}{more}"
            )
