"""Flows that are given."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from optimizer.instance.schema.base import Block
from optimizer.instance.series import AnySeries


class CashFlow(Block):
    """A flow that is given, not decided: overheads, staff, grants, customer prepayments."""

    musd_per_year: AnySeries | None = Field(None, description="Amount per year: positive comes in, negative goes out.")
    musd_per_period: AnySeries | None = Field(None, description="Amount per period, instead of per year.")
    kind: Literal["operating", "investing", "financing"] = Field(
        description="operating flows are part of EBITDA and taxed; the other two are neither."
    )
    corporate: bool = Field(
        False, description="Corporate overhead: outside the EBITDA and CFADS of covenants with scope infrastructure."
    )
