"""Mutations of the case of `cases_tax.py`."""

from __future__ import annotations

from .build import Case
from .cases_tax import LABELS, taxes
from .mutations import MUTATIONS, _amount, mutation

__all__ = ["MUTATIONS"]

_amount("tax.exact", "tax_years", "tax", "2026Q4")
_amount("tax.exact", "tax_years", "tax", "2027Q1")


def _change(c: Case, year: str, musd: float) -> None:
    """Another tax of a year, in equal parts."""
    periods = [label for label in LABELS if label.startswith(year)]
    for label in periods:
        c.row("tax", label)["musd"] += musd / len(periods)


@mutation("tax.exact", "tax_years")
def an_instalment_put_off(c: Case) -> None:
    c.row("tax", "2027Q1")["musd"] -= 1
    c.row("tax", "2027Q2")["musd"] += 1


@mutation("tax.exact", "tax_years")
def fees_deducted_when_they_are_paid(c: Case) -> None:
    _change(c, "2026", -0.25 * (7 - 7 / 4))


@mutation("tax.exact", "tax_years")
def interest_limited_by_ebitda_alone(c: Case) -> None:
    _change(c, "2026", 0.25 * sum(taxes()[1][:2]))


@mutation("tax.exact", "tax_years")
def the_loss_before_the_calendar_forgotten(c: Case) -> None:
    _change(c, "2026", 0.25 * 5)


@mutation("tax.exact", "tax_years")
def each_quarter_taxed_by_itself(c: Case) -> None:
    c.row("tax", "2026Q3")["musd"] *= 2
    c.plan["ledger"].remove(c.row("tax", "2026Q4"))
