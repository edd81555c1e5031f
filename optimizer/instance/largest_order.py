"""The largest order that a plan can pay for, or can have any use for: bounds that follow from the file.

A bound that is wrong cuts off the best plan without a word, so there are two kinds and no others. What cannot be paid
for is no plan. What no market, no partner and no surplus door asks for does harm at most, as long as a unit that serves
nothing is worth nothing. Where neither holds, the file has to say `supply_units`.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator

from optimizer.instance.calendar import TIMING
from optimizer.instance.contract_terms import course, most_held, ways
from optimizer.instance.reach import most_energised_mw
from optimizer.instance.schema import Debt, EquityRound, Instance, Offer, PreferredEquity

SPENDING_HELPS = "wacc"
"""The objective that might be the better for money spent on nothing: it is a ratio."""


def is_discounted(offer: Offer) -> bool:
    """Whether the price of an order depends on its size."""
    return offer.tiers is not None and any(step.discount_share > 0.0 for step in offer.tiers.steps)


def is_agreed(offer: Offer) -> bool:
    """Whether there is a framework agreement that asks for something, so that to sign it is a choice."""
    terms = offer.framework
    return terms is not None and (terms.min_total_units > 0.0 or terms.signing_fee_musd > 0.0)


def is_developed(instance: Instance, offer: Offer) -> bool:
    """Whether there is a development that costs money or time, so that to begin it is a choice."""
    terms, window = offer.development, instance.periods.window
    if terms is None:
        return False
    late = window(terms.first_start, terms.last_start).start > window(offer.first_order, offer.last_order).start
    return terms.cost_musd > 0.0 or terms.lead_periods > 0 or late


def costs_upkeep(instance: Instance, offer: Offer) -> bool:
    """Whether units in service cost anything to keep, in some period or at some age."""
    by_period = offer.upkeep_usd_per_unit_year.expand(instance.periods)
    return max(*by_period, *offer.upkeep_usd_per_unit_year_by_age, 0.0) > 0.0


def needs_largest_order(instance: Instance, offer: Offer) -> bool:
    """Whether a decision about the offer, or the tax, can only be modelled with a bound on its orders."""
    fee = max(offer.order_fee_musd.expand(instance.periods)) > 0.0
    taxed = instance.tax is not None and instance.tax.rate > 0.0
    costly = offer.lease is not None or costs_upkeep(instance, offer)
    valued = costly and instance.terminal.kind == "ebitda_multiple"  # not below 0: how far below follows from the costs
    return taxed or valued or fee or is_discounted(offer) or is_agreed(offer) or is_developed(instance, offer)


def largest_orders(instance: Instance, name: str, asked: Collection[str] = ()) -> list[float]:
    """Units of an offer that are worth ordering in each period at most; infinite where nothing follows from the file.

    ``asked`` are objectives that are kept at a value, beside those of the instance. Supply and power are not counted
    here: they are limits of the model itself.
    """
    offer = instance.hardware[name]
    paid = _payable(instance, offer)
    if not _worthless_beyond_need(instance, name, {*asked, *(level.name for level in instance.objectives)}):
        return paid
    need = _most_needed(instance, offer)
    return [min(most, need) for most in paid]


# ── cash ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _payable(instance: Instance, offer: Offer) -> list[float]:
    """q·(what a unit costs at least) ≤ M_t, where the deposit is paid and where the rest is; units by order period."""
    cash = most_cash(instance)
    lead, deposit = offer.lead_periods, offer.deposit_share
    largest = []
    for t, cost in enumerate(_least_cost_musd(instance, offer), 1):
        most = math.inf
        for paid, share in ((t, deposit), (instance.periods.later(t, lead), 1.0 - deposit)):
            if cost * share > 0.0 and paid <= instance.periods.periods:
                most = min(most, cash[paid - 1] / (cost * share))
        largest.append(most)
    return largest


def _least_cost_musd(instance: Instance, offer: Offer) -> list[float]:
    """What a unit costs at least, at any discount; of a lease its first payment. USD million, by order period."""
    calendar = instance.periods
    if offer.lease is not None:
        return [p * calendar.base_years / 1e6 for p in offer.lease.payment_usd_per_unit_year.expand(calendar)]
    discount = max((step.discount_share for step in offer.tiers.steps), default=0.0) if offer.tiers else 0.0
    parts = [[(1.0 - discount) * price for price in offer.price_usd.expand(calendar)]]
    parts += [list(part.usd_per_unit.expand(calendar)) for part in offer.attach.values()]
    return [sum(each) / 1e6 for each in zip(*parts, strict=True)]


def most_cash(instance: Instance) -> list[float]:
    """M_t, the most that can be paid in a period, USD million: as if all that can come in came, and nothing went out::

        M_t = M_{t−1}·(1 + y_t) + given flows + revenue + (draws and raises + partners' cash)·(1 + w_κ·y_t)
              + negative prices + units of instant 0 sold,   y_t = yield_t·Δ

    No payment is larger, since cash_t ≥ 0. For simplicity all that comes in earns as draws do. What is sold used is
    left out, if it is bought in the plan: it fetches no more than was paid for it, so cash and what was paid for units
    that could be sold are together at most M_t.
    """
    calendar = instance.periods
    earned = instance.cash.yield_per_year.expand(calendar)
    incoming = [math.fsum(each) for each in zip(*_incoming(instance), strict=True)]
    most, cash = [], instance.opening.cash_musd
    for t in calendar.span:
        interest = earned[t - 1] * calendar.years_of(t)
        cash = cash * (1.0 + interest) + incoming[t - 1] * (1.0 + TIMING[instance.draw_timing] * interest)
        most.append(cash)
    return most


def _incoming(instance: Instance) -> Iterator[list[float]]:
    """What can come in, by period, USD million: one list for each source."""
    calendar = instance.periods
    yield [0.0] * calendar.periods
    for flow in instance.cash_flows.values():
        if flow.musd_per_year is not None:
            yield [
                max(0.0, amount * calendar.years_of(t))
                for t, amount in enumerate(flow.musd_per_year.expand(calendar), 1)
            ]
        elif flow.musd_per_period is not None:
            yield [max(0.0, amount) for amount in flow.musd_per_period.expand(calendar)]
    for market in instance.markets.values():
        demand, revenue = market.demand_h100e.expand(calendar), market.revenue_usd_per_h100e_hour.expand(calendar)
        yield [
            d * price * calendar.hours_of(t) / 1e6 for t, d, price in zip(calendar.span, demand, revenue, strict=True)
        ]
    for partner in instance.partners.values():
        signing = calendar.window(partner.first_signing, partner.last_signing)
        hourly = (partner.delivery_h100e or 0.0) * (partner.price_usd_per_h100e_hour or 0.0)
        yield [partner.cash_musd * (t in signing) + hourly * calendar.hours_of(t) / 1e6 for t in calendar.span]
    yield from _contracts(instance)
    for site in instance.sites.values():
        yield [math.fsum(p.count * max(p.income_musd_by_age, default=0.0) for p in site.phases)] * calendar.periods
    for debt in instance.debt.values():
        window = calendar.window(debt.first_draw, debt.last_draw)
        yield [largest_draw(debt) if t in window else 0.0 for t in calendar.span]
    issues: list[EquityRound | PreferredEquity] = [*(instance.equity.rounds if instance.equity else {}).values()]
    for issue in [*issues, *instance.preferred_equity.values()]:
        window = calendar.window(issue.first_raise, issue.last_raise)
        yield [issue.max_musd if t in window else 0.0 for t in calendar.span]
    for offer in instance.hardware.values():
        dearest = max(offer.resale_share_by_age or [0.0]) / 1e6
        most = max(offer.price_usd.expand(calendar))
        for lot in offer.opening.values():
            own = most if lot.price_usd is None else min(most, lot.price_usd)
            yield [dearest * own * lot.units if t == 1 else 0.0 for t in calendar.span]
    yield from _paid_for_energy(instance)
    if interest_may_pay(instance):
        yield [math.inf] * calendar.periods


def _contracts(instance: Instance) -> Iterator[list[float]]:
    """What a customer pays at most in each period, by any way that its contract can go."""
    for contract in instance.contracts.values():
        most = [0.0] * instance.periods.periods
        for way in ways(instance, contract):
            goes = course(instance, contract, way)
            for t in instance.periods.span:
                prepaid = goes.prepaid if t == goes.signed else 0.0
                most[t - 1] = max(most[t - 1], prepaid + goes.invoiced.get(t, 0.0) - goes.credited.get(t, 0.0))
        yield most


def _paid_for_energy(instance: Instance) -> Iterator[list[float]]:
    """What comes in for energy at negative prices, where all of it is taken."""
    calendar = instance.periods
    hours = [calendar.hours_of(t) / 1e6 for t in calendar.span]
    for site in instance.sites.values():
        grid = instance.regions[site.region].energy_price_usd_per_mwh
        if grid is not None:
            most_mw = most_energised_mw(site, calendar)
            yield [max(0.0, -p) * h * mw for p, h, mw in zip(grid.expand(calendar), hours, most_mw, strict=True)]
    for source in instance.energy_sources.values():
        price, limit = source.price_usd_per_mwh.expand(calendar), source.limit_mw.expand(calendar)
        yield [max(0.0, -p) * h * mw for p, h, mw in zip(price, hours, limit, strict=True)]


def interest_may_pay(instance: Instance) -> bool:
    """Whether a spread of the pricing grid below 0 may turn interest into income, of any amount."""
    grid = instance.pricing_grid
    return grid is not None and any(bucket.spread_per_year < 0.0 for bucket in grid.buckets)


def largest_draw(debt: Debt) -> float:
    """The most that can be drawn in a period, USD million; infinite without a limit."""
    return min(math.inf if most is None else most for most in (debt.max_draw_musd, debt.cash_limit_musd))


# ── need ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _worthless_beyond_need(instance: Instance, name: str, asked: Collection[str]) -> bool:
    """Whether units that serve nothing are worth nothing to any objective, limit or lender.

    They would be worth something if they could be sold, counted at the end, pledged or tested, or opened a loan that is
    tied to them; if a lease adds to the debt; if lower earnings open the way to paid-in capital, or to a share of debt;
    if they drew power that is paid for; if spending itself helps an objective; if later money, such as the tax saved
    by writing them off, were worth more than earlier money; or if what they cost lowers a tax that a lender takes off
    the cash of other periods, or that is discounted at less than the cost.
    """
    offer, apv = instance.hardware[name], instance.adjusted_present_value
    rates = [instance.discount.rate_per_year]
    rates += [apv.unlevered_rate_per_year, apv.shield_rate_per_year] if apv is not None else []
    pledged: list[Collection[str]] = [debt.security or {} for debt in instance.debt.values()]
    tested: list[Collection[str]] = [covenant.assets or [] for covenant in instance.covenants.values()]
    return not (
        offer.kw > 0.0
        or offer.resale_share_by_age is not None
        or (offer.lease is not None and offer.lease.counts_as_debt)
        or (instance.terminal.kind == "book_share" and (instance.terminal.share or 0.0) > 0.0)
        or any("hardware" in assets for assets in (*pledged, *tested))
        or any(name in debt.tied_to.hardware for debt in instance.debt.values() if debt.tied_to is not None)
        or SPENDING_HELPS in asked
        or (_lowers_tax(instance, offer) and (_tax_is_tested(instance) or _tax_is_worth_more(instance, asked)))
        or _losses_help(instance)
        or min(rates) < 0.0
    )


def _lowers_tax(instance: Instance, offer: Offer) -> bool:
    """Whether units are deducted from taxable income: written off, or as costs of their own."""
    if instance.tax is None or instance.tax.rate == 0.0:
        return False
    classes = [offer.tax_class, *(part.tax_class for part in offer.attach.values())]
    costly = offer.lease is not None or costs_upkeep(instance, offer)
    return costly or any(name is not None for name in classes)


def _tax_is_tested(instance: Instance) -> bool:
    """Whether a debt service cover, or the lock-up of dividends, is of cash after tax.

    What is paid for units is no part of it, and a cost may stand in another period than the tax that it saves.
    """
    terms = instance.equity.dividends if instance.equity else None
    tested = any(c.kind == "dscr" and c.tax != "none" for c in instance.covenants.values())
    return tested or (terms is not None and terms.lock_up_dscr is not None)


def _tax_is_worth_more(instance: Instance, asked: Collection[str]) -> bool:
    """Whether a dollar of tax counts more than a dollar of cost of the same period."""
    apv = instance.adjusted_present_value
    cheaper = apv is not None and apv.shield_rate_per_year < apv.unlevered_rate_per_year
    return cheaper and "adjusted_present_value" in asked


def _losses_help(instance: Instance) -> bool:
    """Whether lower retained earnings may be of use: capital is returned once there are none, and a covenant may ask
    for a share of debt in what the books hold.
    """
    target = any(c.minimum is not None and c.equity_basis == "book" for c in instance.covenants.values())
    return target or instance.returns_capital


def _most_needed(instance: Instance, offer: Offer) -> float:
    """Units beyond which an order serves nothing, reaches no better tier and meets no minimum.

    Everything is served at the site where a unit serves least; a surplus door asks for U ≤ share·C, where U is what
    markets, partners and contracts take at most.
    """
    calendar = instance.periods
    housing = [site for name, site in instance.sites.items() if offer.sites is None or name in offer.sites]
    uses = [offer.compute_h100e * site.uptime_share * site.max_utilisation_share for site in housing]
    wanted, own = [0.0] * calendar.periods, [0.0] * calendar.periods
    doors = [m.surplus_only_below_share for m in instance.markets.values() if m.surplus_only_below_share]
    for market in instance.markets.values():
        for t, demand in enumerate(market.demand_h100e.expand(calendar)):
            wanted[t] += demand
            own[t] += demand if market.surplus_only_below_share is None else 0.0
    delivered = math.fsum(partner.delivery_h100e or 0.0 for partner in instance.partners.values())
    delivered += math.fsum(map(most_held, instance.contracts.values()))
    most = max(max(wanted) + delivered, *((max(own) + delivered) / share for share in doors), 0.0)
    least_use = min((use for use in uses if use > 0.0), default=math.inf)
    last_tier = offer.tiers.steps[-1].from_units if offer.tiers else 0.0
    minimum = offer.framework.min_total_units if offer.framework else 0.0
    return max(most / least_use, last_tier, minimum, 1.0) + offer.lot_units
