"""Adjusted present value: flows as if there were no debt, and what debt saves, costs and is worth beside them."""

from __future__ import annotations

from optimizer.contract.accounts import CASH, RETAINED
from optimizer.contract.lines import GRID_SPREAD, LEASE_INTEREST
from optimizer.workbook.draft import Draft
from optimizer.workbook.expression import ZERO, Expr, Reference, both, greatest, ratio, total, when
from optimizer.workbook.found import Found, Vintage
from optimizer.workbook.sheet import Figure, Line


def adjusted_present_value(draft: Draft, found: Found, terminal: Expr, carried: Expr, committed: Expr) -> Expr:
    """At the unlevered rate what is without debt, at that of the shield what debt changes."""
    sheet, path = draft.capital, "adjusted_present_value"
    t, theta = sheet.positions, draft.figure("discount", "timing")
    growth, shield = (1 + draft.figure(path, f"{name}_rate_per_year") for name in ("unlevered", "shield"))
    factor = sheet.line("Discount factor without debt", "number", growth ** ((theta - t) / draft.per_year))
    of_shield = sheet.line("Discount factor of the shield", "number", shield ** ((theta - t) / draft.per_year))
    earned = draft.moved("revenue", "opex", account=RETAINED, negative=True)
    cash = draft.moved("other_investing", "resale", "capex", account=CASH)
    tax: Expr = ZERO if found.unlevered is None else found.unlevered
    earned = earned + total([row - row.before for row in found.deferred.values()]) - total(found.given)
    flow = sheet.line("Flow without debt", "musd", earned + cash - total(list(found.taken_over)) - tax)
    costs = draft.moved("tax", "fee", "flotation", account=CASH)
    side = sheet.line("Tax saved, less fees and flotation", "musd", tax + costs)
    early: list[Expr] = []
    for i, (timing, amounts) in enumerate(found.paid_by_timing().items(), 1):
        own = growth ** ((greatest(theta, timing) - t) / draft.per_year)
        early.append(
            sheet.line(
                f"Dearer without debt because it is paid early, {i}", "musd", (own - factor) * total(amounts)
            ).whole
        )
    at_end = 0 - draft.t_last / draft.per_year
    parts = sheet.product(factor.array() * flow.array()) + sheet.product(of_shield.array() * side.array())
    end = growth**at_end * (terminal - committed) + shield**at_end * carried
    return parts - total(early) + end + _loan_worth(draft, found, shield, of_shield)


def _loan_worth(draft: Draft, found: Found, shield: Expr, factor: Line) -> Expr:
    """What loans are worth at the reference rate of debt, less what idle cash costs."""
    sheet = draft.capital
    t, per_year = sheet.positions, draft.per_year
    fair = found.discount(draft)
    period = sheet.figure("A period at the reference rate, for what loans are worth", "number", fair ** (1 / per_year))
    rate = period - 1
    at_end = shield ** (0 - draft.t_last / per_year)
    at_draw = sheet.line("Worth of a dollar as it is drawn", "number", shield ** ((draft.kappa - t) / per_year))
    terms: list[Expr] = []
    ends: list[Expr] = []
    for name, one in found.debts.items():
        debt = draft.instance.debt[name]
        nominal = one.rate
        if debt.is_pooled:
            held = (1 - draft.kappa) * one.balance.before + draft.kappa * one.balance
            row = sheet.line(f"{name}: worth of what is held", "musd", factor * (rate - nominal / per_year) * held)
            last = nominal.end if isinstance(nominal, Line) else nominal
            terms.append(row.whole)
            ends.append(_dearer(last / per_year, draft, fair) * one.balance.end)
            continue
        fee = draft.figure("debt", name, "upfront_fee_share") + draft.figure("debt", name, "issue_discount_share")
        made: dict[Figure, Figure] = {}
        for u, each in one.vintages.items():
            if u == 0:
                continue
            if each.unit.rate not in made:
                made[each.unit.rate] = _service(draft, name, each.unit.principal, each.unit.paid, period)
            worth = made[each.unit.rate]
            own, now = at_draw.still(u), factor.still(u)
            words = f"{name}: worth of what is drawn in {draft.calendar.label(u)}"
            terms.append(sheet.figure(words, "musd", each.drawn * (own * (1 - worth) + fee * (now - own))))
        for u, each in one.vintages.items():
            if each.early is not None:
                terms.append(_prepaid(draft, name, u, each, each.early, period, at_draw, shield))
    for name, (inside, due, lead, life) in found.lease_rates.items():
        age = draft.t_last - draft.t - lead
        left = when(inside.equals(0), life - 1 - age, (1 - (1 + inside) ** (age + 1 - life)) / inside)
        owed = when(both(age >= 0, age < life), due * left * _dearer(inside, draft, fair))
        ends.append(sheet.line(f"{name}: dearer on what is owed at the end, by order", "musd", owed).whole)
    inside_ = total([draft.line_of(LEASE_INTEREST, name) for name in draft.instance.hardware]) + draft.line_of(
        GRID_SPREAD
    )
    liability = total([each.before for each in found.lease_liability])
    idle = found.cash.before + found.early
    earned = draft.series("cash", "yield_per_year") / per_year
    rest = rate * liability - inside_ - (rate - earned) * idle
    terms.append(sheet.line("Leases, spread and idle cash, worth at the start", "musd", factor * rest).whole)
    return total(terms) - at_end * total(ends)


def _dearer(period: Expr, draft: Draft, fair: Expr) -> Expr:
    return greatest(0, (1 + period) ** draft.per_year - fair)


def _prepaid(
    draft: Draft, name: str, u: int, each: Vintage, early: Line, period: Figure, at_draw: Line, shield: Expr
) -> Expr:
    """What no longer has to be served of a vintage, less the par that is paid for it."""
    sheet, unit = draft.schedules, each.unit
    kappa: Expr = draft.kappa if u else ZERO
    sheet.heading(f"{name}: what is still to be served of a unit, at the reference rate")
    late = period ** (0 - kappa)
    due = sheet.line("Still to be served", "share", low=0)
    next_due, next_principal, next_paid = (Reference(row, back=-1) for row in (due, unit.principal, unit.paid))
    due.formula = (next_due + next_principal + next_paid * late) / period
    age = draft.t - each.u
    left = unit.left.at(age, 0)
    own = when(unit.paid.at(age, 0) > 0, kappa * unit.interest_at(age) * left * late)
    instant = at_draw if u else shield ** (0 - draft.t / draft.per_year)
    saved = ratio(early, left) * (due.at(age, 0) + own) - early
    row = draft.capital.line(f"{name}: worth of what is prepaid, by period", "musd", instant * saved)
    return row.whole


def _service(draft: Draft, name: str, principal: Line, paid: Line, period: Figure) -> Figure:
    """What the service of a unit is worth at its draw."""
    age = draft.schedules.positions.array(0)
    late = age + draft.kappa
    worth = draft.schedules.product(
        principal.array(0) * period ** (0 - age) + paid.array(0) * period ** (0 - late), 0
    )  # fmt: skip
    return draft.capital.figure(f"{name}: service of a unit at the reference rate", "share", worth)
