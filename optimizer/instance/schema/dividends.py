"""What is paid out to shareholders."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from optimizer.instance.schema.base import ZERO, Block, NonNegative
from optimizer.instance.series import NonNegativeSeries


class Dividends(Block):
    """What is paid out to common shareholders, decided within these limits: dividends out of retained earnings and, if
    it may be returned, capital; the limits are on both together.
    """

    maximum_musd: NonNegativeSeries | None = Field(
        None, description="Most that is paid out in a period; absent: what earnings, capital and cash allow."
    )
    minimum_musd: NonNegativeSeries = Field(ZERO, description="Least that is paid out in a period.")
    minimum_total_musd: NonNegative = Field(0.0, description="Least that is paid out over all periods.")
    return_of_capital: bool = Field(
        False,
        description="What is paid out beyond retained earnings gives back paid-in capital: the opening one first, then "
        "rounds in the order in which they came. Otherwise no more is paid than was earned.",
    )
    lock_up_dscr: NonNegative | None = Field(
        None, description="Nothing is paid out in a period whose DSCR (company scope) is below this."
    )
    lock_up_over: Literal["year", "period"] = Field(
        "year", description="Flows of the lock-up: of the last twelve months, or of the period alone."
    )
    lock_up_first_year: Literal["untested", "annualised"] = Field(
        "untested",
        description="While fewer than twelve months (and no history) lie behind: no lock-up, or what there is counts.",
    )
