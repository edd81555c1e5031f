"""How far a number may be off before a rule fails.

A solver meets each row to about 1e-7 … 1e-6 in the units of the model (USD million, MW, thousand units, thousand H100
equivalents) and adds up many terms in binary arithmetic. The limits below let that noise through and nothing that a
reader would call money: 10 dollars plus a billionth of the quantities compared, so in rows of up to 50 billion
dollars less than 100 dollars.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

ZERO = Decimal(0)
ONE = Decimal(1)


@dataclass(frozen=True)
class Tolerance:
    """``absolute + relative·magnitude``, in the unit of the quantity compared."""

    absolute: Decimal
    relative: Decimal

    def of(self, magnitude: Decimal) -> Decimal:
        return self.absolute + self.relative * abs(magnitude)


MONEY = Tolerance(Decimal("1e-5"), Decimal("1e-9"))  # USD million: 10 dollars
PHYSICAL = Tolerance(Decimal("1e-6"), Decimal("1e-9"))  # MW, thousand units, thousand H100e
WHOLE = Tolerance(Decimal("1e-6"), ZERO)  # counts and lots: the integrality tolerance of a solver

DOLLAR = Decimal("1e-6")  # USD million: what each level of objectives leaves to the next beyond its slack

# A solver that is asked for no gap at all stops at one of its own: on programmes without whole numbers it meets its
# optimality conditions to 1e-7 in each column. The largest seen is 19 dollars.
GAP = Tolerance(Decimal("1e-4"), Decimal("1e-6"))

# The bound of a later level is proven with a dollar of room in each level before, its plan is read without. What that
# dollar buys is not known here (192 dollars have been seen, of 27 million): so much of the value is let pass.
ROOM_SHARE = Decimal("1e-4")

SHARE = Tolerance(Decimal("1e-6"), ZERO)  # shares of ownership: a ten-thousandth of a per cent

# The balance sheet is double entry on the very numbers of the plan: no solver stands between, so only 1 dollar is let
# through, and nothing relative.
BALANCE = Tolerance(Decimal("9.99e-7"), ZERO)

# A price tier begins at from_units; the model ends the tier below at from_units·(1 − 1e-6). The line between the two is
# drawn half-way, so that rounding on either side cannot change the tier.
TIER_START = ONE - Decimal("5e-7")
