"""How much of the company today's owners keep."""

from __future__ import annotations

from dataclasses import dataclass
from math import expm1, fsum, log1p

from optimizer.contract.lines import FLOTATION
from optimizer.instance.convertible import outcome
from optimizer.instance.largest_order import largest_draw
from optimizer.plan.figures.debt import drawn
from optimizer.plan.record import Record


@dataclass(frozen=True)
class Sale:
    """Shares sold to a round or a partner, or given to a customer, in period ``t`` (from 1); ``pre_money`` is None if
    no value is stated."""

    name: str
    kind: str
    t: int
    amount: float
    flotation: float
    pre_money: float | None

    @property
    def share_sold(self) -> float | None:
        """e/(V+e)."""
        return None if self.pre_money is None else self.amount / (self.pre_money + self.amount)


def sales(plan: Record) -> list[Sale]:
    """Rounds raised, partners for equity signed, convertibles drawn, and shares of customers, in the order of time."""
    calendar, instance, books = plan.instance.periods, plan.instance, plan.books
    found = []
    for row in plan.decisions.get("equity_raises", ()):
        assert instance.equity is not None
        name, t = row["round"], calendar.index(str(row["period"]))
        value = instance.equity.rounds[name].pre_money_musd
        cost = -books.line(FLOTATION, name)[t - 1] + 0.0
        found.append(Sale(name, "round", t, row["musd"], cost, value.expand(calendar)[t - 1] if value else None))
    for row in plan.decisions.get("partners", ()):
        partner = instance.partners[row["partner"]]
        if partner.kind == "equity" and row["signed"]:
            t = calendar.index(str(row["period"]))
            value = partner.pre_money_musd
            before = value.expand(calendar)[t - 1] if value else None
            found.append(Sale(row["partner"], "partner", t, partner.cash_musd, 0.0, before))
    for name, debt in sorted(instance.debt.items()):
        terms = debt.conversion
        for t, musd in drawn(plan, name).items() if terms is not None else ():
            assert terms is not None
            value, kept_issued = terms.pre_money_musd, outcome(instance, debt, t).kept
            at_price = None if value is None else value.expand(calendar)[t - 1] * (1.0 + terms.premium_share)
            if kept_issued and at_price is not None:
                found.append(Sale(name, "convertible", t, kept_issued * musd, 0.0, at_price))
    for row in plan.decisions.get("contracts", ()):
        shares = instance.contracts[row["contract"]].shares
        if shares is not None:
            t, worth = calendar.index(str(row["period"])), shares.pre_money_musd
            before = worth.expand(calendar)[t - 1] if worth else None
            found.append(Sale(row["contract"], "customer", t, shares.musd, 0.0, before))
    return sorted(found, key=lambda sale: (sale.t, sale.kind, sale.name))


def kept(plan: Record) -> float:
    """Π V/(V+e) over all sales that state a value."""
    share = 1.0
    for sale in sales(plan):
        share *= 1.0 - (sale.share_sold or 0.0)
    return share


def error_bound(plan: Record) -> float | None:
    """Largest share that the tangents of the model can give away for nothing; None if it models no ownership.

    A tangent at the middle m of a segment of width 2h overstates ln(1 + e/V) most at its lower end, by −x − ln(1 − x)
    with x = h/(V + m), and most of all in the first segment. Summed over the rounds this is ε, and a plan that keeps
    up to e^ε times the floor (without a floor: times what this plan keeps) may have been passed over.
    """
    equity = plan.instance.equity
    wanted = any(level.name == "dilution" for level in plan.instance.objectives)
    if equity is None or (equity.ownership_floor_share is None and not wanted):
        return None
    calendar = plan.instance.periods
    errors = []
    for item in equity.rounds.values():
        if item.pre_money_musd is None:
            continue
        values = item.pre_money_musd.expand(calendar)
        half = (item.max_musd - item.min_musd) / equity.ownership_segments / 2.0
        window = calendar.window(item.first_raise, item.last_raise)
        worst = [half / (values[t - 1] + item.min_musd + half) for t in window if values[t - 1] > 0]
        errors.append(max((-x - log1p(-x) for x in worst), default=0.0))
    errors += _of_convertibles(plan, equity.ownership_segments)
    base = kept(plan) if equity.ownership_floor_share is None else equity.ownership_floor_share
    return base * expm1(fsum(errors))


def _of_convertibles(plan: Record, segments: int) -> list[float]:
    """The same of every period in which a convertible may be drawn."""
    instance, calendar, errors = plan.instance, plan.instance.periods, []
    for debt in instance.debt.values():
        terms = debt.conversion
        if terms is None or terms.pre_money_musd is None:
            continue
        for u in calendar.window(debt.first_draw, debt.last_draw):
            half = outcome(instance, debt, u).kept * largest_draw(debt) / segments / 2.0
            value = terms.pre_money_musd.expand(calendar)[u - 1] * (1.0 + terms.premium_share)
            if half:
                x = half / (value + half)
                errors.append(-x - log1p(-x))
    return errors
