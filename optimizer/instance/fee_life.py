"""Over which periods a debt fee is spread: for tax from the instant of the draw on, as a cost of capital by periods."""

from __future__ import annotations

from optimizer.finance.fees import spread_by_time
from optimizer.instance.calendar import TIMING, Calendar
from optimizer.instance.schema import Debt


def fee_shares(debt: Debt, calendar: Calendar, drawn: int, draw_timing: str) -> dict[int, float]:
    """The share of a fee on the draw of period ``drawn`` that falls into each period up to T.

    The life begins κ before the end of the period of the draw. It is the tenor; of a revolver what is left of its draw
    window, and a draw at the very end of the window is over at once.
    """
    start = drawn - TIMING[draw_timing]
    if debt.kind == "revolver":
        end = float(calendar.window(debt.first_draw, debt.last_draw).stop - 1)
    else:
        end = start + (debt.tenor_periods or 0)
    if end <= start:
        return {drawn: 1.0}
    return spread_by_time(start, end, calendar.periods)


def fee_periods(debt: Debt, window: range, u: int) -> int:
    """Over how many periods a fee of a facility without vintages is written off: the rest of the window, the tenor."""
    return (debt.tenor_periods or 1) if debt.kind == "sculpted" else window.stop - u
