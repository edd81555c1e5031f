"""Service: what markets pay for and cost, clouds by the hour and reserved; given cash flows."""

from __future__ import annotations

from optimizer.contract.decisions import RESERVATIONS, SERVICE
from optimizer.contract.lines import CLOUD, PAYMENTS, RECEIPTS, RESERVED, REVENUE, SERVING, SHORTFALL
from optimizer.workbook.areas.hardware import over
from optimizer.workbook.draft import Draft
from optimizer.workbook.expression import Expr, greatest, total
from optimizer.workbook.found import Found
from optimizer.workbook.sheet import Line


def add_service(draft: Draft, found: Found) -> None:
    """Rows of markets and clouds."""
    instance, sheet = draft.instance, draft.sheet
    sheet.heading("Service")
    hour = draft.a_period("A period of an H100e at 1 USD an hour", "musd", draft.hours / draft.million)
    by_place: dict[str, list[Expr]] = {}
    for name, market in instance.markets.items():
        path = ("markets", name)
        places = [place for one, place in draft.decisions.keys(SERVICE) if one == name]
        rows = {place: draft.decisions.row(SERVICE, name, place) for place in places}
        for place, row in rows.items():
            by_place.setdefault(place, []).append(row)
        served = sheet.line(f"Served to {name}", "H100e", total(list(rows.values())))
        demand = draft.series(*path, "demand_h100e")
        draft.check(f"{name}: no more is served than is asked for", over(draft, served - demand))
        price = draft.series(*path, "revenue_usd_per_h100e_hour")
        draft.post(REVENUE, name, amount=served * hour * price)
        draft.entities.split(
            REVENUE.of(name), draft.entities.by_site({at: row * hour * price for at, row in rows.items()})
        )
        costs: dict[str, list[Expr]] = {place: [] for place in rows}
        whole: list[Expr] = []
        if market.serving_cost_usd_per_h100e_hour.raw != 0.0:
            asked = draft.series(*path, "serving_cost_usd_per_h100e_hour")
            whole.append(served * asked)
            for place in rows:
                costs[place].append(rows[place] * asked)
        for place in market.serving_cost_by_site_usd_per_h100e_hour:
            if place in rows:
                extra = draft.series(*path, "serving_cost_by_site_usd_per_h100e_hour", place)
                whole.append(rows[place] * extra)
                costs[place].append(rows[place] * extra)
        if whole:
            draft.post(SERVING, name, amount=total(whole) * hour)
            own = {place: total(each) * hour for place, each in costs.items()}
            draft.entities.split(SERVING.of(name), draft.entities.by_site(own))
        if market.shortfall_penalty_usd_per_h100e_hour is not None:
            missing = greatest(0, draft.series(*path, "min_served_share") * demand - served)
            penalty = draft.series(*path, "shortfall_penalty_usd_per_h100e_hour")
            draft.post(SHORTFALL, name, amount=missing * hour * penalty)
    for name, cloud in instance.cloud.items():
        used = total(by_place.get(name, []))
        if cloud.reserved is not None:
            used = greatest(0, used - _reserved(draft, found, name, hour))
        hourly = sheet.line(f"By the hour from {name}", "H100e", used)
        draft.check(
            f"{name}: no more is rented than there is", over(draft, hourly - draft.series("cloud", name, "limit_h100e"))
        )
        draft.post(CLOUD, name, amount=hourly * hour * draft.series("cloud", name, "price_usd_per_h100e_hour"))


def _reserved(draft: Draft, found: Found, name: str, hour: Expr) -> Line:
    path = ("cloud", name, "reserved")
    signed = draft.decisions.row(RESERVATIONS, name)
    term = draft.figure(*path, "term_periods")
    cost = draft.sheet.line(
        f"{name}: an hour of what is reserved", "USD", signed * draft.series(*path, "price_usd_per_h100e_hour")
    )
    draft.post(RESERVED, name, amount=hour * draft.periods.lasting(cost, term))
    kept = 1 - draft.figure(*path, "assignable_share")
    # from the beginning of its period on, as it is paid for
    later = found.annuity_after(draft, draft.periods.starts + 1, term * 1)
    of_base = draft.inputs.constant("Hours of a year", "hours", 8760.0) / draft.per_year / draft.million
    ends = draft.sheet.line(
        f"{name}: reserved after the end, at its worth there", "musd", kept * of_base * cost * later
    )
    found.contracts.append((f"Compute of {name}", ends.whole))
    return draft.sheet.line(f"Reserved from {name}", "H100e", draft.periods.lasting(signed, term))


def add_cash_flows(draft: Draft) -> None:
    """Given flows: receipts and payments by their sign."""
    if draft.instance.cash_flows:
        draft.sheet.heading("Given cash flows")
    for name, flow in draft.instance.cash_flows.items():
        path = ("cash_flows", name)
        if flow.musd_per_year is not None:
            series, amount = flow.musd_per_year, draft.series(*path, "musd_per_year") * draft.years
        else:
            assert flow.musd_per_period is not None
            series, amount = flow.musd_per_period, draft.series(*path, "musd_per_period") * 1
        values = series.expand(draft.calendar)
        kinds = RECEIPTS[flow.kind], PAYMENTS[flow.kind]
        if max(values) > 0 and min(values) < 0:
            row = draft.sheet.line(f"Given flow {name}", "musd", amount)
            draft.post(kinds[0], name, amount=greatest(0, row), corporate=flow.corporate)
            draft.post(kinds[1], name, amount=greatest(0, -row), corporate=flow.corporate)
        elif max(values) > 0:
            draft.post(kinds[0], name, amount=amount, corporate=flow.corporate)
        else:
            draft.post(kinds[1], name, amount=-amount, corporate=flow.corporate)
