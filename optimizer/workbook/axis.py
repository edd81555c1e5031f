"""How many positions the sheets by item and by age need."""

from __future__ import annotations

from optimizer.instance.vintage_terms import tenor_of
from optimizer.plan.plan import Plan


def longest(plan: Plan) -> int:
    """How many positions lists and schedules need: the longest loan, life and list, and some room to change them."""
    instance = plan.instance
    calendar = instance.periods
    longest = [calendar.periods, *(tenor_of(debt, calendar, 0) for debt in instance.debt.values())]
    longest += [
        s.colocation.term_periods for s in instance.sites.values() if s.colocation and s.colocation.escalator_per_year
    ]
    longest += [len(each.table_shares or []) for each in instance.depreciation.values()]
    longest += [len(phase.spend_profile) for site in instance.sites.values() for phase in site.phases]
    longest += [p.delivery_lag_periods + (p.delivery_periods or 0) for p in instance.partners.values()]
    longest += [len(o.resale_share_by_age or []) for o in instance.hardware.values()]
    longest += [
        each.term_periods + (each.renewal.term_periods if each.renewal else 0) for each in instance.contracts.values()
    ]
    longest += [len(each.ramp_mw or each.ramp_h100e or []) for each in instance.contracts.values()]
    horizon = calendar.end(calendar.periods) + calendar.per_year
    lots = [lot for offer in instance.hardware.values() for lot in offer.opening.values()]
    longest += [horizon + lot.age_periods for lot in lots]
    assets = [asset for site in instance.sites.values() for asset in site.opening.values()]
    longest += [horizon + asset.service_periods for asset in assets]
    longest += [len(part.to_spend_musd) for asset in assets for part in asset.parts.values()]
    longest += [len(phase.income_musd_by_age) for site in instance.sites.values() for phase in site.phases]
    longest += [len(o.upkeep_usd_per_unit_year_by_age) for o in instance.hardware.values()]
    return max(26, max(longest) + 2 * instance.periods.per_year + 2)
