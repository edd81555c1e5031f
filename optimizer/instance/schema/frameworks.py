"""Framework agreements."""

from __future__ import annotations

from pydantic import Field

from optimizer.instance.schema.base import Block, NonNegative, Share


class Framework(Block):
    """A framework agreement: the offer holds only if it is signed, and then for a minimum over its order window."""

    min_total_units: NonNegative = Field(description="Least units ordered over the window, if signed.")
    take_or_pay_share: Share | None = Field(
        None,
        description="Share of the price of the window's last period that is paid for each unit missing to the minimum, "
        "in that period; absent: the minimum is a hard limit.",
    )
    signing_fee_musd: NonNegative = Field(0.0, description="Paid in the first period of the window, if signed.")
