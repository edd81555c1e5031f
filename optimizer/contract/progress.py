"""What is known while a plan is looked for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """The state of one level, USD million in the objective's own sense; None where nothing is known yet.

    It is level ``number`` of ``count``, from 1. ``found_by`` is where the incumbent comes from: start (a plan that
    there was before), heuristic, root, tree or search (where a solver does not tell); ``trying`` is what
    is being tried.
    ``wanted_share`` is the gap at which the level is done.
    """

    level: str
    incumbent: float | None
    bound: float | None
    gap_share: float | None
    gap_musd: float | None
    seconds: float
    number: int = 1
    count: int = 1
    found_by: str = ""
    trying: str = ""
    wanted_share: float | None = None
