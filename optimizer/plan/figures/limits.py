"""Which limits bind: where a little more room would let the plan change.

A limit binds if what is used is within 10⁻⁴ of it, relative to the larger of the two. Limits of 0 (nothing is built
yet, nothing is on offer) are not listed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate
from math import fsum

from optimizer.contract.accounts import CASH, DEBT, SPENT_ON
from optimizer.contract.lines import DRAW
from optimizer.instance.calendar import TIMING
from optimizer.instance.rings import COMPANY, rings
from optimizer.instance.tranches import tranches
from optimizer.plan.books import add
from optimizer.plan.figures.commitments import unpaid_construction
from optimizer.plan.figures.contract_limits import contract_limits
from optimizer.plan.figures.covenants import YES, covenant_tests
from optimizer.plan.figures.dating import inflows, payments
from optimizer.plan.figures.drawable import drawable
from optimizer.plan.figures.equity import raised
from optimizer.plan.figures.limit import TOLERANCE, Limit, by_period
from optimizer.plan.figures.power import REGION, SYSTEM, places
from optimizer.plan.figures.reserves import restricted, under
from optimizer.plan.record import Record


def limits(plan: Record) -> Iterator[Limit]:
    """Every limit of the instance in every period, binding or not."""
    yield from _power(plan)
    yield from _resources(plan)
    yield from _hardware(plan)
    yield from _service(plan)
    yield from _cash(plan)
    yield from _debt(plan)
    yield from _equity(plan)
    yield from contract_limits(plan)
    for test in covenant_tests(plan):
        if test.tested == YES and max(abs(test.over), abs(test.limit * test.under)) > TOLERANCE:
            kind = plan.instance.covenants[test.covenant].kind
            needed = test.limit * test.under
            yield Limit(f"covenant {kind}", test.covenant, test.t, test.over, needed, "musd", test.floor)


def _power(plan: Record) -> Iterator[Limit]:
    calendar, physical = plan.instance.periods, plan.physical
    for name, site in sorted(plan.instance.sites.items()):
        yield from by_period("site power", name, physical.load_mw[name], physical.energised_mw[name], "MW")
        if site.grid_connection_mw is not None:
            connection = site.grid_connection_mw.expand(calendar)
            yield from by_period("grid connection", name, physical.energised_mw[name], connection, "MW")
    kinds = {REGION: "regional power", SYSTEM: "system power"}
    for place in places(plan):
        if place.level in kinds and place.limit_mw is not None:
            yield from by_period(kinds[place.level], place.name, place.load_mw, place.limit_mw, "MW")


def _resources(plan: Record) -> Iterator[Limit]:
    calendar = plan.instance.periods
    for name, resource in sorted(plan.instance.resources.items()):
        used = [0.0] * calendar.periods
        for place, site in sorted(plan.instance.sites.items()):
            for phase in site.phases:
                if (use := phase.resources.get(name)) is None:
                    continue
                started = plan.physical.started[place, phase.name]
                on_line = plan.physical.on_line(place, phase.name, phase.lead_periods)
                for t in range(calendar.periods):
                    used[t] += use.building * (started[t] - on_line[t]) + use.running * on_line[t]
        yield from by_period("resource", name, used, resource.limit.expand(calendar), "")


def _hardware(plan: Record) -> Iterator[Limit]:
    calendar = plan.instance.periods
    ordered: dict[str, list[float]] = {}
    for row in plan.decisions.get("orders", ()):
        units = ordered.setdefault(row["offer"], [0.0] * calendar.periods)
        units[calendar.index(str(row["period"])) - 1] += row["units"]
    for name, units in sorted(ordered.items()):
        supply = plan.instance.hardware[name].supply_units
        if supply is not None:
            yield from by_period("supply", name, units, supply.expand(calendar), "units")
    for name, capacity in plan.physical.capacity_h100e.items():
        physical = plan.physical
        used = add(physical.served_by(source=name), physical.delivered_by(source=name), physical.held_by(source=name))
        yield from by_period("compute in service", name, used, capacity, "H100e")


def _service(plan: Record) -> Iterator[Limit]:
    calendar, served_by = plan.instance.periods, plan.physical.served_by
    for name, market in sorted(plan.instance.markets.items()):
        served, demand = served_by(market=name), market.demand_h100e.expand(calendar)
        least = [share * most for share, most in zip(market.min_served_share.expand(calendar), demand, strict=True)]
        for t, (now, most, floor) in enumerate(zip(served, demand, least, strict=True), 1):
            if floor < most:  # all of it has to be served: that is the minimum's doing
                yield Limit("demand", name, t, now, most, "H100e")
            if floor > TOLERANCE:
                yield Limit("minimum service", name, t, now, floor, "H100e", floor=True)
    for name, cloud in sorted(plan.instance.cloud.items()):
        hourly = plan.physical.hourly_h100e(name)
        yield from by_period("cloud", name, hourly, cloud.limit_h100e.expand(calendar), "H100e")


def _cash(plan: Record) -> Iterator[Limit]:
    calendar, rule = plan.instance.periods, plan.instance.cash
    months = [rule.minimum_opex_months / (12.0 * calendar.years_of(t)) for t in calendar.span]
    least = [
        max(floor, -share * opex)
        for floor, share, opex in zip(
            rule.minimum_musd.expand(calendar), months, plan.books_of(COMPANY).item("opex"), strict=True
        )
    ]
    own, kept = plan.books_of(COMPANY).balance(CASH), restricted(plan, COMPANY)
    free = [musd - restricted_musd for musd, restricted_musd in zip(own, kept, strict=True)]
    yield from by_period("minimum cash", "company", free[1:], least, "musd", floor=True)
    if any(kept):
        beside = [musd - floor for musd, floor in zip(own[1:], least, strict=True)]
        yield from by_period("service reserve", "company", beside, kept[1:], "musd", floor=True)
    yield from _groups(plan)
    if rule.cover_commitments and (still_due := unpaid_construction(plan)):
        at_hand = free[-1] + drawable(plan, COMPANY)[-1]
        needed = least[-1] + _due_by_company(plan) if plan.instance.groups else least[-1] + still_due
        yield Limit("cash for construction begun", "company", calendar.periods, at_hand, needed, "musd", floor=True)
    yield from _early_payments(plan, free)
    for name, budget in sorted(plan.instance.budgets.items()):
        covered = [account for kind in budget.covers for account in SPENT_ON[kind]]
        spent = [-amount for amount in plan.books.item("capex", accounts=covered)]
        ceiling: Sequence[float] = budget.musd.expand(calendar)
        if budget.carry_over:
            spent, ceiling = list(accumulate(spent)), list(accumulate(ceiling))
        yield from by_period("budget", name, spent, ceiling, "musd")


def _groups(plan: Record) -> Iterator[Limit]:
    """The least cash of each borrowing group, its reserves, and what the company puts in."""
    calendar = plan.instance.periods
    for name, group in sorted(plan.instance.groups.items()):
        least, cash = group.minimum_cash_musd.expand(calendar), plan.books_of(name).balance(CASH)[1:]
        kept = restricted(plan, name)[1:]
        free = [musd - own for musd, own in zip(cash, kept, strict=True)]
        yield from by_period("minimum cash", name, free, least, "musd", floor=True)
        if any(kept):
            beside = [musd - floor for musd, floor in zip(cash, least, strict=True)]
            yield from by_period("service reserve", name, beside, kept, "musd", floor=True)
        if group.contributions_musd is not None:
            put_in = [row for row in plan.decisions.get("contributions", ()) if row["group"] == name]
            if put_in:
                t = max(calendar.index(str(row["period"])) for row in put_in)
                total = fsum(row["musd"] for row in put_in)
                yield Limit("contributions", name, t, total, group.contributions_musd, "musd")


def _due_by_company(plan: Record) -> float:
    """What construction begun still costs the company, with what its groups are short of."""
    sites = rings(plan.instance).sites
    due = fsum(unpaid_construction(plan, s) for s, whose in sites.items() if whose == COMPANY)
    for name, group in plan.instance.groups.items():
        floor = group.minimum_cash_musd.expand(plan.instance.periods)[-1]
        here = plan.books_of(name).balance(CASH)[-1] - restricted(plan, name)[-1] + drawable(plan, name)[-1]
        begun = fsum(unpaid_construction(plan, s) for s, whose in sites.items() if whose == name)
        due += max(0.0, floor + begun - here)
    return due


def _early_payments(plan: Record, free: Sequence[float]) -> Iterator[Limit]:
    """What is paid by an instant before the end, against the cash carried in and what has come in by then.

    Not where there are borrowing groups, each of which pays out of its own account.
    """
    if plan.instance.groups:
        return
    paid, carried = payments(plan), list(free[:-1])
    for timing in (timing for timing in paid if timing > 0.0):
        so_far = add(*(amounts for other, amounts in paid.items() if other >= timing))
        there = add(carried, inflows(plan)) if TIMING[plan.instance.draw_timing] >= timing else carried
        for t, (amount, most) in enumerate(zip(so_far, there, strict=True), 1):
            if amount > TOLERANCE:
                yield Limit("cash for payments", "start" if timing == 1.0 else "mid", t, amount, most, "musd")


def _debt(plan: Record) -> Iterator[Limit]:
    shared = tranches(plan.instance)
    for name, debt in sorted(plan.instance.debt.items()):
        drawn, balance = plan.books.line(DRAW, name), plan.books.balance(DEBT + name)[1:]
        aside = under(plan, name)
        whole = add(drawn, *(plan.books.line(DRAW, e) for e in shared.get(name, ())[1:]))
        for t, draw in enumerate(drawn, 1):
            if draw > TOLERANCE and debt.max_draw_musd is not None:
                yield Limit("largest draw", name, t, draw, debt.max_draw_musd, "musd")
            new = draw > TOLERANCE or whole[t - 1] > TOLERANCE
            if new and debt.limit_musd is not None and debt.kind != "revolver":
                # of all tranches; once used up it stays so: said in the periods that draw
                yield Limit("debt limit", name, t, sum(whole[:t]), debt.limit_musd, "musd")
            if debt.cash_limit_musd is not None and debt.kind == "revolver":
                yield Limit("debt limit", name, t, balance[t - 1] + aside[t], debt.cash_limit_musd, "musd")
        if debt.security is not None:
            yield from by_period("security", name, balance, _cover(plan, name), "musd")


def _cover(plan: Record, name: str) -> list[float]:
    """Most that the assets not needed by other lenders secure.

    Another lender needs its pledges in the proportion in which its balance needs them, not all that a plan happens to
    state.
    """
    calendar, instance = plan.instance.periods, plan.instance
    pledged: dict[tuple[str, str], list[float]] = {}
    for row in plan.decisions.get("pledges", ()):
        amounts = pledged.setdefault((row["instrument"], row["asset"]), [0.0] * calendar.periods)
        amounts[calendar.index(str(row["period"])) - 1] += row["musd"]
    terms = {other: debt.security for other, debt in instance.debt.items() if debt.security}
    cover, owed = [0.0] * calendar.periods, rings(instance).debt
    for asset, loan_to_value in terms[name].items():
        book = plan.books_of(owed[name]).balance(asset)[1:]
        for t in range(calendar.periods):
            taken = 0.0
            for other, classes in sorted(terms.items()):
                if other != name and (other, asset) in pledged and owed[other] == owed[name]:
                    value = sum(ltv * pledged[other, c][t] for c, ltv in classes.items() if (other, c) in pledged)
                    share = min(1.0, plan.books.balance(DEBT + other)[t + 1] / value) if value > 0 else 0.0
                    taken += share * pledged[other, asset][t]
            cover[t] += loan_to_value * max(0.0, book[t] - taken)
    return cover


def _equity(plan: Record) -> Iterator[Limit]:
    for name, amounts in raised(plan).items():
        assert plan.instance.equity is not None
        terms = plan.instance.equity.rounds[name]
        for t, amount in enumerate(amounts, 1):
            if amount > TOLERANCE:
                yield Limit("largest round", name, t, amount, terms.max_musd, "musd")
                if terms.min_musd > TOLERANCE:
                    yield Limit("smallest round", name, t, amount, terms.min_musd, "musd", floor=True)
