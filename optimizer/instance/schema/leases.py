"""Leases of hardware."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from optimizer.instance.schema.base import ASSIGNABLE, Block, Share
from optimizer.instance.series import NonNegativeSeries


class Lease(Block):
    """The units are leased, not bought: paid over their life_periods, then returned."""

    payment_usd_per_unit_year: NonNegativeSeries = Field(
        description="Payment, by order period; due at the end of each period of service."
    )
    implicit_rate_per_year: Annotated[float, Field(ge=0.0, le=10.0)] | None = Field(
        None,
        description="Interest rate inside the payments, nominal: the carry of the lease. It holds where no offer of "
        "the same `accelerator` can be bought; otherwise the rate follows from its price.",
    )
    counts_as_debt: bool = Field(
        False,
        description="A finance lease: asset and liability in the books. Otherwise payments are an operating cost.",
    )
    assignable_share: Share = ASSIGNABLE
