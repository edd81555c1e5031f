"""What opens an offer: a framework agreement that is signed, or a development that is paid for."""

from __future__ import annotations

from collections.abc import Mapping

from optimizer.algebra.expr import ByName
from optimizer.algebra.linear import quicksum
from optimizer.contract.decisions import DEVELOPMENTS, FRAMEWORKS
from optimizer.contract.lines import DEVELOPMENT, SIGNING, TAKE_OR_PAY
from optimizer.instance.largest_order import is_agreed, is_developed
from optimizer.model.context import THOUSAND, Model


def add_frameworks(
    model: Model,
    order: ByName,
    most: Mapping[tuple[str, int], float],
    periods: Mapping[str, range],
) -> None:
    """Framework agreements, thousand units; ``most`` are the upper bounds of the orders themselves::

    order[o,t] ≤ largest·signed[o],   signed ∈ {0, 1}
    Σ_t order[o,t] + short[o] ≥ min_total·signed[o]          short = 0 without take-or-pay
    short = max(0, min_total·signed − Σ_t order)             the binary says whether anything is short
    take-or-pay = share·price[last period of the window]·short,   in that period

    An agreement that asks for nothing is signed, and bounds nothing.
    """
    agreements = {o: offer.framework for o, offer in model.instance.hardware.items() if offer.framework}
    offers = model.instance.hardware
    windows = {o: model.calendar.window(offers[o].first_order, offers[o].last_order) for o in agreements}
    opens, ends = ({o: window[i] for o, window in windows.items()} for i in (0, -1))
    signed = model.variables("framework_signed", agreements, upper=1, integer=True, decided=opens)
    least = {o: agreement.min_total_units / THOUSAND for o, agreement in agreements.items()}
    short = model.variables("framework_short", agreements, upper=least, decided=ends)
    rows = model.constraints("framework")
    for o, agreement in agreements.items():
        offer = offers[o]
        if not is_agreed(offer):
            signed[o].fix(1)
            short[o].fix(0.0)
            continue
        window = windows[o]
        for t in periods[o]:
            rows.add(order[o, t] <= most[o, t] * signed[o])
        total = quicksum(order[o, t] for t in periods[o])
        minimum = agreement.min_total_units / THOUSAND
        rows.add(total + short[o] >= minimum * signed[o])
        if agreement.take_or_pay_share is None:
            short[o].fix(0.0)
        else:
            missing = model.variables(
                f"framework_missing.{o}", [0], upper=1, integer=True, implied=True, decided=ends[o]
            )[0]
            rows.add(short[o] <= minimum * missing)
            rows.add(total + short[o] <= minimum * signed[o] + sum(most[o, t] for t in periods[o]) * (1 - missing))
            last = window[-1]
            price = agreement.take_or_pay_share * model.series(offer.price_usd)[last] / THOUSAND
            model.ledger.post(TAKE_OR_PAY.of(o), last, price * short[o])
        model.ledger.post(SIGNING.of(o), window[0], agreement.signing_fee_musd * signed[o])
    model.decide(FRAMEWORKS, signed)


def add_developments(
    model: Model,
    order: ByName,
    most: Mapping[tuple[str, int], float],
    periods: Mapping[str, range],
) -> None:
    """One-off engineering, a custom chip say::

    order[o,t] ≤ largest·Σ_{u≤t−lead} begun[o,u],   Σ_u begun[o,u] ≤ 1,   begun ∈ {0, 1}

    One that costs neither money nor time has begun, and bounds nothing.
    """
    projects = {o: offer.development for o, offer in model.instance.hardware.items() if offer.development}
    windows = {o: model.calendar.window(p.first_start, p.last_start) for o, p in projects.items()}
    begun = model.variables(
        "begun", [(o, u) for o in projects for u in windows[o]], upper=1, integer=True, built="orders"
    )
    rows = model.constraints("development")
    for o, project in projects.items():
        if not is_developed(model.instance, model.instance.hardware[o]):
            for u in windows[o]:
                begun[o, u].fix(int(u == windows[o].start))
            continue
        rows.add(quicksum(begun[o, u] for u in windows[o]) <= 1)
        for t in periods[o]:
            ready = quicksum(begun[o, u] for u in windows[o] if model.later(u, project.lead_periods) <= t)
            rows.add(order[o, t] <= most[o, t] * ready)
        for u in windows[o]:
            model.ledger.post(DEVELOPMENT.of(o), u, project.cost_musd * begun[o, u])
    model.decide(DEVELOPMENTS, begun)
