"""Changes of a file that change nothing: what the best plan is worth stays, or is stated in another unit.

Each takes the plain data of a file and gives it changed; None where there is nothing to change, or where the change
would mean something. Why it is neutral stands with each.
"""

from __future__ import annotations

from .neutral_deals import DEALS
from .neutral_halves import HALVES
from .neutral_limits import LIMITS
from .neutral_nothing import NOTHING
from .neutral_table import Change
from .neutral_writing import WRITING

CHANGES: dict[str, Change] = {**NOTHING, **LIMITS, **HALVES, **WRITING, **DEALS}
