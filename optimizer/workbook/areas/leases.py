"""Leased hardware: payments in each period of service, the interest inside them, and what is owed if it is debt."""

from __future__ import annotations

from optimizer.contract.decisions import ORDERS
from optimizer.contract.lines import LEASE_INTEREST, LEASE_PAYMENT, LEASE_PRINCIPAL, LEASE_START, LEASED_DEPRECIATION
from optimizer.instance.lease_rates import lease_rates
from optimizer.workbook.draft import Draft
from optimizer.workbook.expression import Expr, when
from optimizer.workbook.found import Found
from optimizer.workbook.sheet import Figure, Line


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
        later = found.annuity_after(draft, t + lead + life - 1 - draft.t_last)
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
    """The rate a period inside what is ordered in t: as stated, or that at which the offers beside it are worth it."""
    rates = lease_rates(draft.instance, name)
    sheet = draft.sheet
    lease = draft.instance.hardware[name].lease
    assert lease is not None
    stated: Figure | None = None
    if lease.implicit_rate_per_year is not None:
        stated = draft.figure("hardware", name, "lease", "implicit_rate_per_year")
    if all(each is None for each in rates):
        formula: Expr = draft.t * 0 if stated is None else stated / draft.per_year
        return sheet.line(f"{name}: rate a period inside", "share", formula)
    per_year = draft.calendar.per_year
    values = [(lease.implicit_rate_per_year or 0.0 if each is None else each) / per_year for each in rates]
    row = sheet.given(f"{name}: rate a period inside", "share", values)
    draft.given.append((row, "the rate at which comparable offers cost the same is not worked out here"))
    return row
