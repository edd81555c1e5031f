"""What is known while a plan is looked for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """The state of one level, USD million in the objective's own sense; None where nothing is known yet.

    It is level ``number`` of ``count``, from 1.
    """

    level: str
    incumbent: float | None
    bound: float | None
    gap_share: float | None
    gap_musd: float | None
    seconds: float
    number: int = 1
    count: int = 1
