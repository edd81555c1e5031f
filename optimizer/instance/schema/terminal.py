"""What the assets are worth after the last period."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from optimizer.instance.schema.base import Block, NonNegative, Share


class Terminal(Block):
    """What the assets are worth after the last period."""

    kind: Literal["none", "book_share", "ebitda_multiple", "resale"] = Field(
        description="How they are valued, at the end of the last period; resale takes the resale curves of the offers. "
        "What goes beyond the tax basis is taxed."
    )
    share: Share | None = Field(
        None,
        description="book_share: the share of net book value of sites, construction in progress and hardware.",
    )
    multiple: NonNegative | None = Field(
        None,
        description="ebitda_multiple: times the EBITDA of the last year, with the revenue that the hardware still in "
        "service after the last period can earn; not below 0.",
    )
    loss_value_share: Share = Field(
        0.0, description="Share of the tax rate that losses and interest carried beyond the last period are worth."
    )
