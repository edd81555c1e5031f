"""Mutations of the cases of `cases_loans.py`."""

from __future__ import annotations

from .mutations import MUTATIONS, _amount, _metric, _missing

__all__ = ["MUTATIONS"]

_amount("debt.interest", "floating", "interest.term", 2028)
_amount("debt.interest", "floating", "interest.line", 2029)
_amount("debt.interest", "floating", "interest.old", 2027)
_missing("debt.interest", "floating", "interest.old", 2026)
_metric("cost_of_capital", "floating")
