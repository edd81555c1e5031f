"""Leased hardware: payments in each period of service, the interest inside them, and what is owed if it is debt."""

from __future__ import annotations

from optimizer.contract.decisions import ORDERS
from optimizer.contract.lines import LEASE_INTEREST, LEASE_PAYMENT, LEASE_PRINCIPAL, LEASE_START, LEASED_DEPRECIATION
from optimizer.workbook.areas.partner_unit import NEVER
from optimizer.workbook.areas.resale import resale_curve
from optimizer.workbook.draft import Draft
from optimizer.workbook.expression import Array, Expr, both, least, total, when
from optimizer.workbook.found import Found
from optimizer.workbook.sheet import Figure, Line

_TURNS = 16


def add_lease(draft: Draft, found: Found, name: str) -> None:
    """Rows of a leased offer: what is ordered in u is paid for from u + lead on, once in each period of its life."""
    terms = draft.instance.hardware[name].lease
    assert terms is not None
    sheet, path, t = draft.sheet, ("hardware", name), draft.t
    lead, life = draft.figure(*path, "lead_periods"), draft.figure(*path, "life_periods")
    payment = draft.series(*path, "lease", "payment_usd_per_unit_year")
    orders = draft.decisions.row(ORDERS, name)
    due = sheet.line(f"{name}: payment of a period by order", "musd", orders * payment / draft.million * draft.years)
    rate = _rate(draft, name)
    # of what is ordered in u: its age k, and the payments that are left after those of the period before
    age = t - t.array() - lead
    growth, none = 1 + rate.array(), rate.array().equals(0)
    carried = (age > 0) * (age < life)
    interest = sheet.line(
        f"{name}: interest inside the payments", "musd",
        sheet.product(due.array() * carried * (1 - growth ** (age - life))),
    )  # fmt: skip
    owed_by_unit = (1 - growth ** (age - life)) / (rate.array() + none) + none * (life - age)
    before = sheet.line(
        f"{name}: owed at the beginning of the period", "musd", sheet.product(due.array() * carried * owed_by_unit)
    )
    paid = sheet.line(f"{name}: paid", "musd", due.between(t - lead - life, t - lead))
    # what is delivered in t owes the payments but the first
    worth = when(rate.equals(0), life - 1, (1 - (1 + rate) ** (1 - life)) / rate)
    begun = sheet.line(f"{name}: owed after the first payment, by order", "musd", due * worth)
    new = sheet.line(f"{name}: owed on what is delivered", "musd", begun.at(t - lead))
    first = sheet.line(f"{name}: first payments", "musd", due.at(t - lead))
    of_rate = sheet.line(f"{name}: interest of a period on it, by order", "musd", begun * rate)
    found.lease_carry[name] = (interest, before)
    found.lease_further[name] = (of_rate.at(draft.t_last - lead), begun.at(draft.t_last - lead))
    if not terms.counts_as_debt:
        draft.post(LEASE_PAYMENT, name, amount=paid * 1)
        kept = 1 - draft.figure(*path, "lease", "assignable_share")
        later = found.annuity_after(draft, t + lead, life * 1)
        ends = sheet.line(f"{name}: payments after the end, at their worth there", "musd", kept * due * later)
        found.contracts.append((f"Lease of {name}", ends.whole))
        return
    start = draft.post(LEASE_START, name, amount=new + first)
    inside = draft.post(LEASE_INTEREST, name, amount=interest * 1)
    principal = draft.post(LEASE_PRINCIPAL, name, amount=paid - inside)
    draft.post(LEASED_DEPRECIATION, name, amount=start.between(t - life, t) / life)
    liability = sheet.line(f"{name}: owed at the end", "musd", opening=0)
    liability.formula = liability.before + start - principal
    found.lease_liability.append(liability)
    found.lease_principal.append(principal)
    found.taken_over.append(start)
    found.lease_rates[name] = (rate, due, lead, life)


def _rate(draft: Draft, name: str) -> Line:
    """The rate a period inside what is ordered in t: that at which the offer beside it costs the same, or as stated."""
    sheet, leased = draft.sheet, draft.instance.hardware[name]
    lease = leased.lease
    assert lease is not None
    stated: Expr = draft.t * 0
    if lease.implicit_rate_per_year is not None:
        stated = draft.figure("hardware", name, "lease", "implicit_rate_per_year") / draft.per_year
    beside = [
        other
        for other, offer in draft.instance.hardware.items()
        if offer.lease is None and offer.accelerator is not None and offer.accelerator == leased.accelerator
    ]
    if not beside:
        return sheet.line(f"{name}: rate a period inside", "share", stated)
    return _rate_inside(draft, name, beside, stated)


def _rate_inside(draft: Draft, name: str, beside: list[str], stated: Expr) -> Line:
    """The rate at which the payments, and what a unit is worth after them, are worth what it costs to buy.

    Of several offers that can be ordered, it is bought from the one that costs least for its compute. Newton's method
    in v = 1/(1 + rate), from 1 on: the worth is convex and rises in v, so that the steps fall to it.
    """
    sheet, t = draft.sheet, draft.t
    life, payment = (
        draft.figure("hardware", name, "life_periods"),
        draft.series("hardware", name, "lease", "payment_usd_per_unit_year"),
    )
    never = draft.inputs.constant("What cannot be had costs", "USD", NEVER)
    paid = sheet.line(f"{name}: payment of a period for a unit", "USD", payment / draft.per_year)
    bought = [_bought(draft, name, other, life, never) for other in beside]
    cost, worth = bought[0]
    if len(bought) > 1:
        cost = sheet.line(
            f"{name}: what a unit costs where it costs least", "USD", least(*(each for each, _ in bought))
        )
        fits = [when(each.equals(cost), left, never) for each, left in bought]
        worth = sheet.line(f"{name}: what that is worth when the lease ends", "USD", least(*fits))
    flows = sheet.line(f"{name}: all payments and that, less the cost", "USD", life * paid + worth - cost)
    ages = draft.schedules.positions.array(0)
    v: Line | None = None
    for turn in range(_TURNS):
        if v is None:
            v = sheet.line(f"{name}: 1 over 1 + rate, first guess", "share", 1 + t * 0)
            continue
        value = paid * draft.schedules.product((ages < life) * v**ages, 0) + worth * v**life - cost
        slope = paid * draft.schedules.product(
            (ages < life) * ages * v ** greatest_array(ages), 0
        ) + worth * life * v ** (life - 1)
        v = sheet.line(f"{name}: guess {turn + 1}", "share", when(flows > 0, v - value / slope, 1))
    assert v is not None
    comparable = both(cost < never, paid < cost)
    return sheet.line(f"{name}: rate a period inside", "share", when(comparable, 1 / v - 1, stated))


def _bought(draft: Draft, name: str, other: str, life: Figure, never: Figure) -> tuple[Line, Line]:
    """What a unit of another offer costs for the compute of a leased one, and what it is worth when the lease ends."""
    sheet, t, offer = draft.sheet, draft.t, draft.instance.hardware[other]
    price = draft.series("hardware", other, "price_usd")
    attached = [draft.series("hardware", other, "attach", part, "usd_per_unit") for part in offer.attach]
    bought = price + total(list(attached)) if attached else price * 1
    size: Expr = draft.figure("hardware", name, "compute_h100e") / draft.figure("hardware", other, "compute_h100e")
    if not (draft.instance.hardware[name].compute_h100e and offer.compute_h100e):
        size = draft.t * 0 + 1
    lives, lead = draft.figure("hardware", other, "life_periods"), draft.figure("hardware", other, "lead_periods")
    left: Expr = bought * (1 - life / lives)
    if offer.resale_share_by_age:
        then = price.at(least(draft.t_last, t + lead + life)) if isinstance(price, Line) else price
        left = least(price, then) * resale_curve(draft, other).at(life / draft.per_year)
    first, last = draft.inputs.window("hardware", other, first="first_order", last="last_order")
    on_offer = both(t >= first, t <= last)
    words = f"{name}: what a unit of {other}"
    cost = sheet.line(f"{words} costs for its compute", "USD", when(on_offer, size * bought, never))
    worth = sheet.line(f"{words} is worth when the lease ends", "USD", when(life < lives, size * left))
    return cost, worth


def greatest_array(ages: Array) -> Expr:
    """Ages less one, and 0 at age 0, for an array: MAX would be the greatest of all of it."""
    return (ages - 1) * (ages > 0)
