"""What comes after a lead and stays for a life, in base periods: how much of it is there, and what is paid for it."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.workbook.draft import Draft
from optimizer.workbook.expression import ZERO, Expr, when
from optimizer.workbook.sheet import Figure, Line


@dataclass(frozen=True)
class OpeningBasis:
    """What is left for tax of something that was there: the base period with which its service began or begins, how
    many it has served before the plan, and the share that is sold by the end of each period.
    """

    words: str
    basis: Figure
    first: Expr
    behind: Expr
    sold: Line | None

    def written_off(self, schedule: Line, ends: Expr) -> Expr:
        """What is written off since instant 0; ``schedule`` is by base periods of service, 0 before them."""
        before = schedule.at(self.behind)
        share = when(before < 1, (schedule.at(ends + 1 - self.first) - before) / (1 - before))
        share = when(ends + 1 > self.first, share)
        if self.sold is not None:  # what is sold has been written off in full
            share = share + self.sold * (1 - share)
        return self.basis * share


@dataclass(frozen=True)
class Lot:
    """A lot at a ``site``: units in service, and those that were sold so far; what is due and what was a deposit as it
    comes; what is written off, fetched for what is sold, and left of its book value beyond that. ``first`` is the base
    period with which its service began or begins, ``leaves`` that with which its life ends, in its last period.
    """

    name: str
    site: str
    path: tuple[str, ...]
    there: Line
    sold: Line
    first: Expr
    leaves: Expr
    due: Expr
    deposit: Expr
    written_off: Expr
    fetched: Expr
    loss: Expr


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


def straight_line(draft: Draft, words: str, added: Line, years: Figure) -> Expr:
    """What is written off in a period of assets added in this and earlier ones, in equal parts over a life."""
    share = draft.periods.served() / (draft.per_year * years)
    gone = added.array() * (draft.t.array() <= draft.t) * ((share < 1) * share + (share >= 1))
    off = draft.sheet.line(f"{words}: written off so far", "musd", draft.sheet.product(gone), 0)
    return off - off.before


def timing_of(draft: Draft, own: str | None, *path: str) -> Expr:
    """How long before the end of its period a payment falls."""
    return draft.figure("payment_timing") if own is None else draft.figure(*path, "payment_timing")
