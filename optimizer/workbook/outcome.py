"""What becomes of a draw of a convertible, as cells."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.workbook.sheet import Figure


@dataclass(frozen=True)
class Outcome:
    """What becomes of a draw of a convertible: base periods of its ``tenor`` and the period in which it ``matures``,
    whether it ``converts`` in it, what a unit is worth then, and how many of its shares stay issued (``kept``).
    """

    tenor: Figure
    matures: Figure
    converts: Figure
    redemption: Figure
    kept: Figure
