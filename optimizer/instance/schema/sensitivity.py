"""How far a figure may turn out otherwise, and what it costs to change a limit."""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from pydantic import Field, StringConstraints, model_validator

from optimizer.instance.schema.base import Block

FigurePath = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_.*-]{0,399}$")]
"""A figure by its names, such as hardware.b200.price_usd; `*` stands for all names of a family."""


LimitKind = Literal["demand", "power", "supply", "time", "cash", "equity", "debt", "covenant"]
LIMIT_KINDS: tuple[LimitKind, ...] = get_args(LimitKind)
"""The kinds of limits, in the order in which repairs are listed: none is worth more than another."""


class Range(Block):
    """Low and high of a figure, or of the factor that it is multiplied by. `[low, high]` means the same as `{low: …,
    high: …}`. Asked for by `capstack tornado` alone: no plan depends on it.
    """

    low: float | None = Field(None, description="Low value, in the unit of the figure; of growth the initial one.")
    high: float | None = Field(None, description="High value.")
    factor: Annotated[list[float], Field(min_length=2, max_length=2)] | None = Field(
        None, description="Low and high factor instead, of every value of a series and of every figure of a `*`."
    )

    @model_validator(mode="before")
    @classmethod
    def _of_a_pair(cls, written: Any) -> Any:
        """A list of two numbers is low and high; what is no such list is left to the fields to refuse."""
        if isinstance(written, (list, tuple)) and len(written) == 2:
            return {"low": written[0], "high": written[1]}
        return written
