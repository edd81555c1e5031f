"""Megawatts rented from a landlord."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from optimizer.instance.schema.base import ASSIGNABLE, Block, NonNegative, PeriodLabel, Periods, Share
from optimizer.instance.series import NonNegativeSeries


class Colocation(Block):
    """Megawatts rented from a landlord; own hardware goes in."""

    rent_musd_per_mw_year: NonNegativeSeries = Field(
        description="Rent of the first year, by the period in which a contract is signed."
    )
    escalator_per_year: Annotated[float, Field(ge=-0.9, le=10.0)] = Field(
        0.0, description="Step of the rent of a contract at each anniversary of its delivery; effective."
    )
    limit_mw: NonNegativeSeries = Field(description="Most that is rented at any time.")
    term_periods: Annotated[int, Field(ge=1, le=2000)] = Field(description="Periods of a contract from delivery on.")
    lead_periods: Periods = Field(0, description="Periods from signing to delivery; rent is paid from delivery on.")
    block_mw: NonNegative = Field(0.0, description="A contract is a whole number of blocks; 0 allows any size.")
    first_signing: PeriodLabel | None = Field(None, description="First period in which a contract may be signed.")
    last_signing: PeriodLabel | None = Field(None, description="Last period in which a contract may be signed.")
    assignable_share: Share = ASSIGNABLE
