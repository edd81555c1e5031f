"""Upkeep by age: what units cost to keep in each year of service, and what those sold early do not cost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from optimizer.contract.decisions import RETIREMENTS
from optimizer.workbook.areas.lives import Lot
from optimizer.workbook.draft import Draft
from optimizer.workbook.expression import Expr, Reference, floored, least, total, when
from optimizer.workbook.sheet import Line

_PATH = "upkeep_usd_per_unit_year_by_age"


def upkeep_by_age(draft: Draft, name: str, bought: list[Line], lots: Sequence[Lot]) -> Expr:
    """USD million of a period: of what is ``bought``, a row for each site, less what is sold before its time; and of
    what was there."""
    sheet, per_year = draft.sheet, draft.per_year
    lead, life = draft.figure("hardware", name, "lead_periods"), draft.figure("hardware", name, "life_periods")
    costs: list[Expr] = []
    for year, (usd, first, after) in enumerate(_years(draft, name), 1):
        serving = [units.between(draft.t - lead - after, draft.t - lead - first) for units in bought]
        kept = sheet.line(f"{name}: bought, and in year {year} of its life", "units", total(serving))
        costs.append(kept * usd)
    whole = total(costs)
    by_age = _list(draft, name)

    def asked(age: Expr) -> Expr:
        return by_age.at(least(floored(age / per_year) + 1, Reference(by_age.sheet.positions, still=by_age.high)))

    for site, ordered in draft.decisions.vintages(name):
        sold = draft.decisions.row(RETIREMENTS, name, site, ordered)
        age = draft.t - draft.calendar_position(ordered) - lead
        spared = when(age < life, sold.so_far * asked(age))
        whole = whole - sheet.line(f"{name} of {ordered} at {site}: upkeep by age spared", "USD a year", spared)
    for lot in lots:
        costs_now = lot.there * asked(draft.t - lot.first)
        whole = whole + sheet.line(f"{name} {lot.name}: upkeep by age", "USD a year", costs_now)
    return whole / draft.million / per_year


def average_by_age(draft: Draft, name: str) -> Expr:
    """USD a year that it comes to over the life of a unit."""
    life = draft.figure("hardware", name, "life_periods")
    return total([usd * (after - first) / life for usd, first, after in _years(draft, name)])


def _years(draft: Draft, name: str) -> Iterator[tuple[Expr, Expr, Expr]]:
    """USD of each year of service, the age in periods at which it begins, and the one at which the next does."""
    by_age, life, per_year = _list(draft, name), draft.figure("hardware", name, "life_periods"), draft.per_year
    for year in range(1, by_age.high + 1):
        number = Reference(by_age.sheet.positions, still=year)
        first, after = least((number - 1) * per_year, life), least(number * per_year, life)
        yield by_age.still(year), first, life * 1 if year == by_age.high else after


def _list(draft: Draft, name: str) -> Line:
    return draft.inputs.list("hardware", name, _PATH, unit="USD a unit and year")
