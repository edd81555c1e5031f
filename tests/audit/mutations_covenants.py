"""Mutations of the case of `cases_covenants.py`."""

from __future__ import annotations

from .build import Case
from .mutations import MUTATIONS, _data, _tighten, mutation

__all__ = ["MUTATIONS"]


def _refinanced(c: Case, musd: float) -> None:
    (row,) = c.plan["decisions"]["refinancings"]
    row["musd"] = musd


@mutation("debt.refinancing", "lenders")
def more_refinanced_than_drawn(c: Case) -> None:
    _refinanced(c, 8.001)


@mutation("debt.refinancing", "lenders")
def more_refinanced_than_due(c: Case) -> None:
    _refinanced(c, 6.001)


@mutation("debt.refinancing", "lenders")
def refinanced_by_who_may_not(c: Case) -> None:
    c.instance["debt"]["bridge"]["refinances"] = ["loan"]


_data("debt.tied", "lenders", "debt/bridge/tied_to/capex_share", 0.499)
for _name in ("company", "infra", "start", "alone", "untaxed"):
    _tighten("covenant.dscr", "lenders", _name, "minimum", 2e-3)
_data("covenant.dscr", "lenders", "covenants/company/balloons", "counted")
_data("covenant.dscr", "lenders", "covenants/alone/over", "year")
_data("covenant.dscr", "lenders", "covenants/untaxed/tax", "company")
_data("covenant.dscr", "lenders", "covenants/untaxed/tax", "stand_alone")
_tighten("covenant.interest_cover", "lenders", "cover", "minimum", 2e-3)
_tighten("covenant.debt_to_ebitda", "lenders", "leverage", "maximum", -2e-3)
_data("dividend.lock_up", "lenders", "equity/dividends/lock_up_dscr", 47.75 / 26 + 1e-3)
