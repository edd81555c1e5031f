"""Debt service reserves: what falls due in the periods to come, of what is left of each draw."""

from __future__ import annotations

from optimizer.contract.decisions import RESERVE_COVER
from optimizer.instance.schema import Debt
from optimizer.workbook.areas.schedules import balloon_of, life_of
from optimizer.workbook.draft import Draft
from optimizer.workbook.expression import ZERO, Expr, both, total, when
from optimizer.workbook.found import Found, Unit
from optimizer.workbook.sheet import Line


def restricted_cash(draft: Draft, found: Found) -> Expr:
    """What all reserves hold in cash at the end of each period."""
    rows: list[Line] = []
    for name, debt in draft.instance.debt.items():
        if debt.service_reserve is None:
            continue
        path = ("debt", name, "service_reserve")
        first = draft.inputs.period((*path, "first_full"), 1)
        made: dict[int, Line] = {}
        parts: list[Expr] = []
        unswept: list[Expr] = []
        for u, each in found.debts[name].vintages.items():
            if id(each.unit) not in made:
                made[id(each.unit)] = _ahead(draft, name, debt, each.unit, u)
            ahead = made[id(each.unit)]
            live: Expr = each.drawn if each.live is None else each.live
            age = draft.t - each.u
            parts.append(when(both(age >= 0, draft.t >= first), live * ahead.at(age, 0)))
            before = live if each.live is None else when(age.equals(0), each.drawn, each.live.before)
            unswept.append(when(both(age >= 0, draft.t >= first), before * ahead.at(age, 0)))
        reserve = draft.sheet.line(f"{name}: debt service reserve", "musd", total(parts))
        found.reserved[name] = reserve
        if debt.sweep is not None:
            found.reserved_before[name] = draft.sheet.line(
                f"{name}: debt service reserve before what is swept", "musd", total(unswept)
            )
        if debt.service_reserve.facility is None:
            rows.append(reserve)
            continue
        met = draft.decisions.row(RESERVE_COVER, name)
        draft.check(f"{name}: no more than its reserve is met by a facility", met - reserve > draft.noise)
        found.reserved[name] = draft.sheet.line(f"{name}: of its reserve in cash", "musd", reserve - met)
        rows.append(found.reserved[name])
    return total(list(rows)) if rows else ZERO


def held_for_reserves(draft: Draft, facility: str, *, letters: bool = False) -> list[Line]:
    """What a facility meets of reserves in each period, by loan; of letters of credit alone if so asked."""
    reserves = {name: debt.service_reserve for name, debt in draft.instance.debt.items()}
    return [
        draft.decisions.row(RESERVE_COVER, name)
        for name, reserve in reserves.items()
        if reserve is not None and reserve.facility == facility and (reserve.by_letters or not letters)
    ]


def _ahead(draft: Draft, name: str, debt: Debt, unit: Unit, u: int) -> Line:
    """Interest and principal of a unit in the periods of the reserve after each age."""
    sheet = draft.schedules
    k, periods = sheet.positions, draft.figure("debt", name, "service_reserve", "service_periods")
    sheet.heading(f"{name}: what a unit pays in the periods of its reserve")
    life = life_of(draft, name, debt, u) if debt.conversion is not None else draft.figure("debt", name, "tenor_periods")
    if unit.dates.passed is not None and unit.dates.steps is not None:
        return _ahead_by_base_periods(draft, name, debt, unit, life, unit.dates.passed, unit.dates.steps)
    paid = unit.paid if unit.coupon is None else unit.coupon
    due = paid.between(k, k + periods, 0)
    if debt.kind == "bullet":  # the maturity of more than a year is a balloon
        due = due + when(life <= draft.per_year, unit.principal.between(k, k + periods, 0))
    elif debt.balloon_share and (debt.tenor_periods or 0) > draft.calendar.per_year:
        rest = sheet.line(
            "Principal without the balloon", "share", unit.principal - balloon_of(draft, name, unit, k - 1, k * 1), 0
        )
        due = due + rest.between(k, k + periods, 0)
    else:
        due = due + unit.principal.between(k, k + periods, 0)
    return sheet.line("Due in the periods of the reserve", "share", due, due)


def _ahead_by_base_periods(
    draft: Draft, name: str, debt: Debt, unit: Unit, life: Expr, passed: Line, steps: Line
) -> Line:
    """The same where periods differ: of what a period pays, an equal part counts for each of its base periods."""
    sheet = draft.schedules
    months = draft.figure("debt", name, "service_reserve", "service_periods")
    within = passed + months - (passed.array(0) - steps.array(0))
    share = (within > 0) * ((within < steps.array(0)) * within / steps.array(0) + (within >= steps.array(0)))
    owed: Expr = (unit.paid if unit.coupon is None else unit.coupon).array(0)
    if debt.kind == "bullet":
        owed = owed + (life <= draft.per_year) * unit.principal.array(0)
    elif debt.balloon_share and (debt.tenor_periods or 0) > draft.calendar.per_year:
        k = sheet.positions
        rest = sheet.line(
            "Principal without the balloon", "share",
            unit.principal - balloon_of(draft, name, unit, k - 1, k * 1), 0,
        )  # fmt: skip
        owed = owed + rest.array(0)
    else:
        owed = owed + unit.principal.array(0)
    due = sheet.product((sheet.positions.array(0) > sheet.positions) * share * owed, 0)
    return sheet.line("Due in the periods of the reserve", "share", due, due)
