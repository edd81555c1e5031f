"""Mutations of what plans are worth to shareholders."""

from __future__ import annotations

from .build import Case
from .mutations import MUTATIONS, mutation

__all__ = ["MUTATIONS"]


@mutation("objective.shareholder_value", "equity")
def worth_more_to_shareholders(c: Case) -> None:
    """Stated out of the air: the case does not derive it, so that what it is is what the audit finds."""
    c.plan["metrics"]["shareholder_value"] = 12345.0
