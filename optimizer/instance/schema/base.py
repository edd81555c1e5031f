"""What all blocks of a file share.

Every block is a class that is frozen and refuses unknown keys. The unit of a field is the suffix of its name: ``_musd``
million US dollars, ``_usd`` dollars, ``_mw`` megawatts, ``_kw`` kilowatts, ``_h100e`` H100 equivalents, ``_periods``
periods of the calendar, ``_share`` a number from 0 to 1, ``_per_year`` a yearly rate. The texts of the fields are the
reference: `docs/instance.md`, the JSON Schema and the help lines of error messages are made from them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from optimizer.instance.series import Series

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_.-]{0,63}$")]
PeriodLabel = int | Annotated[str, StringConstraints(pattern=r"^[0-9]{4}(Q[1-4]|-[0-9]{2})?$")]
Share = Annotated[float, Field(ge=0.0, le=1.0)]
NonNegative = Annotated[float, Field(ge=0.0)]
Positive = Annotated[float, Field(gt=0.0)]
Periods = Annotated[int, Field(ge=0, le=2000)]
Timing = Literal["end", "mid", "start"]

NEW = "new"
"""Key by which a file that changes another marks an entry as new; no block has it as a field."""

NONE = "none"
"""What a file writes for a block that it leaves out on purpose: the field counts as given."""

_UNCHECKED = "checks nothing; use instance.replace({'debt.loan.rate_per_year': 0.08})"

ZERO = Series(0.0)
ONE = Series(1.0)
ASSIGNABLE: Any = Field(
    1.0,
    description="Share of the payments due after the last period that somebody else takes over; the rest counts as "
    "owed, unless the terminal value is a multiple of EBITDA, which holds them.",
)


class Block(BaseModel):
    """What all blocks share."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, strict=True)

    source: str | None = Field(None, description="Where the figures of this block come from.")
    notes: str | None = Field(None, description="Anything a reader should know.")

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy. With ``update`` it would hold what nothing has read or checked: raises TypeError."""
        if update:
            raise TypeError(f"model_copy(update=…) {_UNCHECKED}")
        return super().model_copy(deep=deep)

    def copy(
        self,
        *,
        include: Any = None,
        exclude: Any = None,
        update: Mapping[str, Any] | None = None,
        deep: bool = False,
    ) -> Self:
        """The old name of `model_copy`: raises TypeError for what would change or leave out something."""
        if include or exclude or update:
            raise TypeError(f"copy of a part or with update=… {_UNCHECKED}")
        return self.model_copy(deep=deep)
