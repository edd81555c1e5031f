"""Over which periods a debt fee is spread: straight line over the life of the money, from the instant of the draw on.

The audit has an arithmetic of its own.
"""

from __future__ import annotations

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
    within = {t: min(float(t), end) - max(t - 1.0, start) for t in range(drawn, calendar.periods + 1)}
    return {t: length / (end - start) for t, length in within.items() if length > 0.0}
