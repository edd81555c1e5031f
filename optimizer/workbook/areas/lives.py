"""What comes after a lead and stays for a life, in base periods: how much of it is there, and what is paid for it."""

from __future__ import annotations

from optimizer.workbook.draft import Draft
from optimizer.workbook.expression import ZERO, Expr
from optimizer.workbook.sheet import Line


def there(draft: Draft, words: str, row: Line, lead: Expr, life: Expr) -> Expr:
    """What is there, of what comes so many base periods after its period and lasts so many from then on."""
    if draft.calendar.is_equal:
        return row.between(draft.t - lead - life, draft.t - lead)
    arrived = draft.sheet.line(words, row.unit, draft.periods.arriving(row, lead))
    return draft.periods.lasting(arrived, life)


def paid_while(draft: Draft, words: str, row: Line, lead: Expr, after: Expr, first: Expr = ZERO) -> Expr:
    """What a base period costs, by the period in which it is decided, of those from one age to another in this one."""
    if draft.calendar.is_equal:
        return row.between(draft.t - lead - after, draft.t - lead - first)
    arrived = draft.sheet.line(words, row.unit, draft.periods.arriving(row, lead))
    return passed(draft, words, arrived, after - first, first)


def passed(draft: Draft, words: str, arrived: Line, life: Expr, first: Expr = ZERO) -> Expr:
    """Amounts times the base periods of a life in this period, from an age in their own period on."""
    served = draft.periods.served() - first if first is not ZERO else draft.periods.served()
    of_life = (served > 0) * ((served < life) * served + (served >= life) * life)
    gone = arrived.array() * (draft.t.array() <= draft.t) * of_life
    so_far = draft.sheet.line(f"{words}, so far", arrived.unit, draft.sheet.product(gone), 0)
    return so_far - so_far.before
