"""Whether any plan can have the minimum cash at first, and the most that one can have."""

from __future__ import annotations

import math
from collections.abc import Iterator

from optimizer.instance.calendar import TIMING
from optimizer.instance.checks.walk import SUM_TOLERANCE, Hit
from optimizer.instance.contract_terms import course, ways
from optimizer.instance.largest_order import interest_may_pay
from optimizer.instance.reach import most_units
from optimizer.instance.schema import Contract, Instance


def cash_unreachable(instance: Instance) -> Iterator[Hit]:
    """No plan can have the minimum cash at the end of the first period."""
    need, most = instance.cash.minimum_musd.expand(instance.periods)[0], most_cash(instance, undrawn=False)
    if need > most + SUM_TOLERANCE * (1 + need):
        label = instance.periods.label(1)
        message = f"cash of {need:,.6g} is asked for in {label}, and no plan can have more than {most:,.6g}"
        yield Hit(("cash", "minimum_musd"), message)


def cash_below_minimum(instance: Instance) -> Iterator[Hit]:
    """Opening cash is below the minimum, so that the first period has to bring the rest."""
    need = instance.cash.minimum_musd.expand(instance.periods)[0]
    if instance.opening.cash_musd < need and not list(cash_unreachable(instance)):
        message = (
            f"opening cash of {instance.opening.cash_musd:,.6g} is below the minimum of {need:,.6g} in the first period"
        )
        yield Hit(("cash", "minimum_musd"), message, "the first period has to bring the rest")


def look_ahead_terms(instance: Instance) -> Iterator[Hit]:
    """Debt service is looked ahead to by cash that does not look ahead, or where a reserve holds it already."""
    if not instance.cash.look_ahead_periods:
        if instance.cash.look_ahead_debt_service:
            message = "cash does not look ahead, so that no debt service is committed"
            yield Hit(("cash", "look_ahead_debt_service"), message, "give `look_ahead_periods`", on_key=True)
        return
    for name, debt in instance.debt.items() if instance.cash.look_ahead_debt_service else ():
        if debt.service_reserve is not None:
            message = f"the reserve of `{name}` holds its service already"
            yield Hit(("cash", "look_ahead_debt_service"), message, f"delete it, or that of `{name}`", on_key=True)


def most_cash(instance: Instance, undrawn: bool) -> float:
    """The most cash that any plan can have at the end of period 1, USD million."""
    calendar = instance.periods
    opening = instance.opening.cash_musd
    total = opening * (1.0 + instance.cash.yield_per_year.expand(calendar)[0] * calendar.years_of(1))
    for flow in instance.cash_flows.values():
        if flow.musd_per_period is not None:
            total += flow.musd_per_period.expand(calendar)[0]
        elif flow.musd_per_year is not None:
            total += flow.musd_per_year.expand(calendar)[0] * calendar.years_of(1)
    if any(units[0] > 0 for units in (most_units(o, calendar) for o in instance.hardware.values())) or instance.cloud:
        for market in instance.markets.values():
            hourly = market.demand_h100e.expand(calendar)[0] * market.revenue_usd_per_h100e_hour.expand(calendar)[0]
            total += hourly * calendar.hours_of(1) / 1e6
    grids = [region.energy_price_usd_per_mwh for region in instance.regions.values()]
    prices = [*(price for price in grids if price is not None)]
    prices += [source.price_usd_per_mwh for source in instance.energy_sources.values()]
    if any(price.expand(calendar)[0] < 0 for price in prices):
        return math.inf  # whoever is paid for taking energy can earn any amount
    if interest_may_pay(instance):
        return math.inf
    earned = instance.cash.yield_per_year.expand(calendar)[0] * calendar.years_of(1) * TIMING[instance.draw_timing]
    return total + _most_raised(instance, undrawn) * (1.0 + earned)


def _most_raised(instance: Instance, undrawn: bool) -> float:
    """The most that debt, equity, partners and customers bring in period 1; ``undrawn``: the undrawn revolver, too."""
    total = most_equity(instance, 1) - instance.opening.paid_in_capital_musd
    for partner in instance.partners.values():
        if (
            partner.kind == "compute"
            and instance.periods.window(partner.first_signing, partner.last_signing).start == 1
        ):
            total += partner.cash_musd
            if partner.delivery_lag_periods == 0:
                hourly = (partner.delivery_h100e or 0.0) * (partner.price_usd_per_h100e_hour or 0.0)
                total += hourly * instance.periods.hours_of(1) / 1e6
    total += math.fsum(_most_paid(instance, contract) for contract in instance.contracts.values())
    at_once = (p for site in instance.sites.values() for p in site.phases if p.lead_periods == 0)
    total += math.fsum(p.count * p.income_musd_by_age[0] for p in at_once if p.income_musd_by_age)
    for debt in instance.debt.values():
        if instance.periods.window(debt.first_draw, debt.last_draw).start > 1:
            continue
        most = math.inf if debt.cash_limit_musd is None else debt.cash_limit_musd
        if debt.is_revolving:
            most = max(0.0, most - debt.opening_balance_musd)
        if debt.max_draw_musd is not None and not (undrawn and debt.is_revolving):
            most = min(most, debt.max_draw_musd)
        total += most
    return total


def _most_paid(instance: Instance, contract: Contract) -> float:
    """The most that a customer pays in period 1, ahead and for service."""
    most = 0.0
    for way in ways(instance, contract):
        goes = course(instance, contract, way)
        prepaid = goes.prepaid if goes.signed == 1 else 0.0
        most = max(most, prepaid + goes.invoiced.get(1, 0.0) - goes.credited.get(1, 0.0))
    return most


def most_equity(instance: Instance, t: int) -> float:
    """Paid-in equity, preferred included, at the end of t if everything that can be raised is."""
    window = instance.periods.window
    common = (instance.equity.rounds if instance.equity else {}).values()
    rounds = [(r.max_musd, r.first_raise, r.last_raise) for r in common]
    rounds += [(r.max_musd, r.first_raise, r.last_raise) for r in instance.preferred_equity.values()]
    total = math.fsum(most for most, first, last in rounds if window(first, last).start <= t)
    for partner in instance.partners.values():
        if partner.kind == "equity" and window(partner.first_signing, partner.last_signing).start <= t:
            total += partner.cash_musd
    return instance.opening.paid_in_capital_musd + total
