"""What the file says of the periods before the calendar, for tests that look back on twelve months."""

from __future__ import annotations

from optimizer.instance.lookback import is_known, value_before
from optimizer.workbook.draft import Draft
from optimizer.workbook.expression import ZERO, Expr
from optimizer.workbook.sheet import Line


def past_sum(draft: Draft, flow: str, months: Expr) -> Expr:
    """The sum of a flow over the last periods before the calendar, as many as are asked for."""
    history = draft.instance.history
    if history is None:
        return ZERO
    series = getattr(history, flow)
    span = range(0, 1 - draft.calendar.per_year, -1)
    numbers = [value_before(series, draft.calendar, t) or 0.0 for t in span]
    return draft.inputs.list("history", flow, numbers=numbers, unit="musd", kind="constant").between(0, months)


def reaches_back(draft: Draft, kind: str, length: int) -> Line | None:
    """Of each period whether the history has all that a kind of test needs; None without a history."""
    if draft.instance.history is None:
        return None
    calendar = draft.calendar
    begins = [calendar.last_year(t).start if length > 1 else t for t in calendar.span]
    known = [all(is_known(draft.instance, kind, u) for u in range(begin, 1)) for begin in begins]
    return draft.inputs.constants_row(f"History is known for {kind.replace('_', ' ')}", "1 for yes", known)
