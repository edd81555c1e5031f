"""How hard to try."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from optimizer.instance.schema.base import Block, Positive


class SolveOptions(Block):
    """How hard to try; the command line overrides it."""

    gap_share: Annotated[float, Field(ge=0.0, le=1.0)] = Field(
        1e-3, description="Relative gap at which a level is done."
    )
    time_limit_s: Positive = Field(300.0, description="Wall-clock limit for all levels together, seconds.")
    threads: Annotated[int, Field(ge=1, le=256)] = Field(
        2, description="Threads of the solver; large programmes are searched in as many places at once."
    )
    reductions: Literal["auto", "always", "off"] = Field(
        "auto",
        description="Whether the search takes sites that are alike for one, which loses no plan and no bound: auto "
        "does from 100 whole numbers on.",
    )
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = Field(0, description="Random seed of the solver.")
