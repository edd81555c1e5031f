"""The reference rate of debt f: at what rate money that is owed after the plan is brought back to its end.

Sources: the effective interest method (ASC 835-30, IFRS 9): the yield of a loan is the rate at which its dated service
is worth what is received for it.
"""

from __future__ import annotations

from optimizer.finance.amortisation import Rate, Terms
from optimizer.finance.effective_interest import service_flows, yield_of
from optimizer.finance.rates import effective_rate
from optimizer.instance.calendar import TIMING
from optimizer.instance.convertible import charged_vintages
from optimizer.instance.debt_rates import has_rate, yearly_rates
from optimizer.instance.schema import Debt, Instance
from optimizer.instance.vintage_terms import terms_of


def fair_rate(instance: Instance) -> float:
    """f, effective per year: `fair_rate_per_year`, else the least yield of the debt that can be drawn, else ρ.

    Fixed fees, standing fees and a pricing grid are left out: per dollar they depend on how much is drawn.
    """
    if instance.fair_rate_per_year is not None:
        return instance.fair_rate_per_year
    yields = [each for debt in instance.debt.values() for each in effective_yields(instance, debt).values()]
    return min(yields, default=instance.discount.rate_per_year)


def effective_yields(instance: Instance, debt: Debt) -> dict[int, float]:
    """What a dollar drawn in a period costs, effective per year, by period; nothing where none can be drawn.

    Of vintages the root of ``service``; of a revolver and of sculpted debt (1 + r·Δ)^{1/Δ} − 1 and the fees on a draw
    straight line over its window, or its tenor.
    """
    calendar = instance.periods
    window = calendar.window(debt.first_draw, debt.last_draw)
    received = 1.0 - debt.upfront_fee_share - debt.issue_discount_share
    if debt.cash_limit_musd == 0.0 or received <= 0.0 or not has_rate(instance, debt):
        return {}
    timing = TIMING[instance.draw_timing]
    if debt.is_pooled:
        length = calendar.elapsed(window.start - 1, window.stop - 1)
        years = (debt.tenor_periods or length) * calendar.base_years
        rate = yearly_rates(instance, debt)
        return {
            u: effective_rate(rate[u] * calendar.base_years, calendar.per_year) + (1.0 - received) / years
            for u in window
        }
    rates = charged_vintages(instance, debt)
    found: dict[tuple[Terms, Rate], float] = {}
    asked = {u: (terms_of(debt, calendar, u), rates[u]) for u in window}
    for terms, i in asked.values():
        if (terms, i) not in found:
            per_period = yield_of(service_flows(terms, i, timing), received)
            found[terms, i] = effective_rate(per_period, calendar.per_year)
    return {u: found[asked[u]] for u in window}
