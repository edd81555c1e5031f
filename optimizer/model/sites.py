"""Sites and their phases: where ground is broken, and when power comes on line."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial

import numpy as np

from optimizer.algebra.arrays import Vector
from optimizer.algebra.expr import ByPair, Expr, TimeExpr
from optimizer.algebra.linear import quicksum
from optimizer.algebra.time_expr import decided_periods
from optimizer.contract.decisions import PHASE_STARTS
from optimizer.contract.lines import (
    BUILDING,
    FINISHING,
    IN_SERVICE,
    SITE_DEPRECIATION,
    SITE_INCOME,
    SITE_OPENING,
    SITE_OPERATIONS,
    LineKind,
)
from optimizer.instance.opening_position import in_place_mw
from optimizer.instance.schema import CapexItem, Phase, Site
from optimizer.instance.tax_write_offs import book_schedule, is_terminal_value_taxed, tax_basis_left, tax_schedule
from optimizer.model.colocation import add_colocation
from optimizer.model.context import Model
from optimizer.model.dating import payment_timing
from optimizer.model.opening_sites import add_opening_sites, resources_taken


@dataclass(frozen=True)
class SiteCapacity:
    """What sites publish, by site and over time.

    ``energised`` MW, ``most_mw`` its largest possible values; ``phases_mw`` and ``rented_mw`` are the parts of it that
    are decided, each with its largest values; ``tax_depreciation`` of all sites and their ``total_value``, USD million;
    ``tax_basis``, what is left of their cost for tax at the end of T, and ``unpaid``, what falls due after T of the
    phases begun, USD million by site and by how many periods after T; ``starts``, the phases that break ground.
    """

    energised: Mapping[str, TimeExpr]
    most_mw: Mapping[str, Vector]
    phases_mw: Mapping[str, TimeExpr]
    most_phases_mw: Mapping[str, Vector]
    rented_mw: Mapping[str, TimeExpr]
    most_rented_mw: Mapping[str, Vector]
    tax_depreciation: TimeExpr
    total_value: Expr
    tax_basis: Expr
    unpaid: Mapping[str, Mapping[float, Expr]]
    starts: ByPair
    started: ByPair
    """How many of each entry of phases have been started, over time."""


def add_sites(model: Model) -> SiteCapacity:
    """Phased construction.

    An entry of ``phases`` stands for ``count`` identical phases, which are counted, not enumerated::

        n[s,p,t] ∈ {0 … count}                        phases that break ground in t, earliest ≤ t ≤ latest
        n[s,p,t] ∈ [0, 1]                             a share of one, where it is fractional
        N[s,p,t] = Σ_{u≤t} n[s,p,u] ≤ count           started so far; = count at T if committed
        N[s,p,t] > 0 ⇒ N[s,p−1,t−gap] = count_{p−1}   no earlier than the last of p−1, plus the gap of p:
            N[s,p,t] ≤ count_p·z[s,p,t],  count_{p−1}·z[s,p,t] ≤ N[s,p−1,t−gap]       z binary; N itself if count_p = 1
        Σ_{t−gap<u≤t} n[s,p,u] ≤ 1                    a gap also parts the identical phases of one entry
        energised[s,t] = existing[t] + Σ_p mw·N[s,p,t−lead] + rented[s,t] ≤ grid_connection[s,t]              MW
        Σ_{s,p} building·(N[t] − N[t−lead]) + running·N[t−lead] ≤ limit[t]            of each resource

    Spending of a phase started in u follows its profile from u on; before it is energised (σ = u + lead) it is
    construction in progress, from then on an asset of ``sites`` that is written off from max(period paid, σ).
    """
    entries = {(s, p.name): p for s, site in model.instance.sites.items() for p in site.phases}
    windows = {key: model.calendar.window(p.earliest_start, p.latest_start) for key, p in entries.items()}
    starts = _starts(model, entries, windows)
    after_first = {key: range(window.start, model.horizon + 1) for key, window in windows.items()}
    started = model.timelines(
        "started",
        after_first,
        upper={key: p.count for key, p in entries.items()},
        lower={key: _committed(model, p) for key, p in entries.items()},
    )
    roll = model.constraints("started_roll_forward")
    for key in entries:
        roll.add_each(started[key] == started[key].shift(1) + starts[key], periods=after_first[key], key=key)
    _order(model, started, after_first)
    rules = model.constraints("phase_rules")
    for key, phase in entries.items():
        if phase.gap_periods and phase.count > 1:
            over = {u: model.later(u, phase.gap_periods) for u in windows[key]}
            several = [t for t in model.span if sum(u <= t < over[u] for u in windows[key]) > 1]
            rules.add_each(model.held(starts[key], phase.gap_periods) <= 1.0, periods=several)

    on_line = {key: model.as_of(started[key], p.lead_periods) for key, p in entries.items()}
    rented, most_rented = add_colocation(model)
    phases, most_phases = _phases_on_line(model, on_line, after_first)
    energised, most = _energised(model, phases, most_phases, rented, most_rented)
    _resources(model, started, on_line)
    tax, basis, unpaid = _money(model, starts, started, on_line)
    value = _total_value(model, starts, entries)
    model.decide(PHASE_STARTS, starts, in_part=frozenset(key for key, p in entries.items() if p.fractional))
    return SiteCapacity(
        energised, most, phases, most_phases, rented, most_rented, tax, value, basis, unpaid, starts, started
    )


def _starts(
    model: Model, entries: Mapping[tuple[str, str], Phase], windows: Mapping[tuple[str, str], range]
) -> dict[tuple[str, str], TimeExpr]:
    """n: whole numbers, and shares of what can be taken in part."""
    whole = {key: window for key, window in windows.items() if not entries[key].fractional}
    most = {key: 1 if entries[key].gap_periods else entries[key].count for key in whole}
    found = model.timelines("starts", whole, upper=most, integer=True, built="sites")
    if len(whole) < len(windows):
        shares = {key: window for key, window in windows.items() if key not in whole}
        found |= model.timelines("starts_in_part", shares, upper=dict.fromkeys(shares, 1.0))
    return {key: found[key] for key in entries}


def _total_value(model: Model, starts: ByPair, entries: Mapping[tuple[str, str], Phase]) -> Expr:
    """Σ value[u]·n[s,p,u] over the phases that are energised by T: u + lead ≤ T."""
    parts = []
    for key, phase in entries.items():
        worth = model.array(phase.value_musd)
        if worth.any():
            worth *= np.array([model.later(u, phase.lead_periods) <= model.horizon for u in model.span])
        if worth.any():
            value = starts[key] * worth
            parts += [value[t] for t in decided_periods(value)]
    return quicksum(parts)


def _committed(model: Model, phase: Phase) -> Vector:
    """What has to be started at least, by period: all by T if the phase is committed."""
    least = np.zeros(model.horizon)
    least[-1] = phase.count if phase.committed else 0
    return least


def _order(model: Model, started: ByPair, after_first: Mapping[tuple[str, str], range]) -> None:
    """Phases start in the order of the list, each after the last of the entry before it."""
    pairs = [
        (s, before, after)
        for s, site in model.instance.sites.items()
        for before, after in zip(site.phases, site.phases[1:], strict=False)
    ]
    gates = model.timelines(
        "entry_complete",
        {(s, after.name): model.span for s, _, after in pairs if after.count > 1},
        upper=1,
        integer=True,
        implied=True,
        built="sites",
    )
    rows = model.constraints("phase_order")
    for s, before, after in pairs:
        later, earlier = started[s, after.name], model.as_of(started[s, before.name], after.gap_periods)
        periods = after_first[s, after.name]
        if after.count == 1:
            rows.add_each(before.count * later <= earlier, periods=periods, key=(s, after.name))
        else:
            gate = gates[s, after.name]
            rows.add_each(
                later <= after.count * gate, before.count * gate <= earlier, periods=periods, key=(s, after.name)
            )


def _phases_on_line(
    model: Model, on_line: ByPair, after_first: Mapping[tuple[str, str], range]
) -> tuple[dict[str, TimeExpr], dict[str, Vector]]:
    """MW of the phases that are on line, and of all that could be: all from the first of the window on, plus lead."""
    phases: dict[str, TimeExpr] = {}
    most: dict[str, Vector] = {}
    periods = np.array(model.span)
    for s, site in model.instance.sites.items():
        phases[s] = model.total(p.mw * on_line[s, p.name] for p in site.phases)
        most[s] = np.zeros(model.horizon)
        for p in site.phases:
            most[s] += p.mw * p.count * (periods >= model.later(after_first[s, p.name].start, p.lead_periods))
    return phases, most


def _energised(
    model: Model,
    phases: Mapping[str, TimeExpr],
    most_phases: Mapping[str, Vector],
    rented: Mapping[str, TimeExpr],
    most_rented: Mapping[str, Vector],
) -> tuple[dict[str, TimeExpr], dict[str, Vector]]:
    rows = model.constraints("grid_connection")
    energised: dict[str, TimeExpr] = {}
    most: dict[str, Vector] = {}
    for s, site in model.instance.sites.items():
        added = phases[s] + rented.get(s, 0.0)
        existing = np.array(in_place_mw(site, model.calendar))
        energised[s] = existing + added
        most[s] = existing + most_phases[s] + most_rented.get(s, 0.0)
        if site.grid_connection_mw:
            connection = model.array(site.grid_connection_mw)
            tight = [t for t in model.span if most[s][t - 1] > connection[t - 1]]
            rows.add_each(added <= connection - existing, periods=tight)
            most[s] = np.minimum(most[s], connection)
    return energised, most


def _resources(model: Model, started: ByPair, on_line: ByPair) -> None:
    rows = model.constraints("resource_limit")
    for name, resource in model.instance.resources.items():
        use = model.timeline({})
        for s, site in model.instance.sites.items():
            for p in site.phases:
                need = p.resources.get(name)
                if need:
                    running = on_line[s, p.name]
                    use = use + need.building * (started[s, p.name] - running) + need.running * running
        limit = model.array(resource.limit) - resources_taken(model, name)
        rows.add_each(use <= limit, periods=decided_periods(use))


def _money(
    model: Model,
    starts: ByPair,
    started: ByPair,
    on_line: ByPair,
) -> tuple[TimeExpr, Expr, dict[str, dict[float, Expr]]]:
    """Post construction, running costs and depreciation; return the tax depreciation, basis at T, and what is unpaid.

    Land is never written off, so that its cost is its basis.
    """
    tax: list[TimeExpr] = []
    basis: list[Expr] = []
    unpaid: dict[str, dict[float, Expr]] = {}
    ledger, by_age = model.ledger, cache(partial(_write_off_by_age, model.horizon))  # many phases have one profile
    for s, site in model.instance.sites.items():
        if not site.phases:
            continue
        basis.append(_opening_costs(model, s, site, started))
        spent: dict[tuple[str, LineKind, float], list[TimeExpr]] = {}
        completed: list[TimeExpr] = []
        books: list[TimeExpr] = []
        for phase in site.phases:
            for part, item in phase.capex.items():
                cost = starts[s, phase.name] * model.array(item.musd)
                _spend(model, phase, part, item, cost, spent, completed, books, tax, by_age)
                model.promised.append((model.rings.sites[s], ("sites", s), cost, phase.spend_profile))
                basis.append(_basis(model, phase, item, cost))
            for later, amount in _unpaid(model, phase, starts[s, phase.name]):
                due = unpaid.setdefault(s, {})
                due[later] = due.get(later, 0.0) + amount
        for (part, kind, timing), amounts in spent.items():
            ledger.post_each(kind.of(s, part), quicksum(amounts), spent_on=("sites", s), timing=timing)
        if completed:
            ledger.post_each(IN_SERVICE.of(s), quicksum(completed))
        if books:
            ledger.post_each(SITE_DEPRECIATION.of(s), quicksum(books))
        running = [model.array(p.fixed_opex_musd_per_year) * model.each_years * on_line[s, p.name] for p in site.phases]
        ledger.post_each(SITE_OPERATIONS.of(s), quicksum(running))
        _income(model, s, site, starts)
    opening, left = add_opening_sites(model, unpaid)
    return model.total([*tax, opening]), quicksum([*basis, left]), unpaid


def _income(model: Model, s: str, site: Site, starts: ByPair) -> None:
    """What phases earn by their age: Σ_k income_k·n of those in their k-th period of service."""
    earned = [
        model.from_start(model.delayed(starts[s, phase.name], phase.lead_periods), phase.income_musd_by_age)
        for phase in site.phases
        if phase.income_musd_by_age
    ]
    if earned:
        model.ledger.post_each(SITE_INCOME.of(s), quicksum(earned))


def _basis(model: Model, phase: Phase, item: CapexItem, cost: TimeExpr) -> Expr:
    """What is left for tax at the end of T of what a part has cost by then; 0 without a class.

    Of a payment j periods after the start, k periods ago, what begins at max(j, lead) has not yet been written off.
    """
    if item.tax_class is None or not is_terminal_value_taxed(model.instance):
        return 0.0
    left = tax_basis_left(model.instance, item.tax_class)
    if not model.calendar.is_equal:
        paid = [(j, share) for j, share in enumerate(phase.spend_profile)]
        weights = np.zeros((model.horizon, model.horizon))
        for u in model.span:
            for j, share in paid:
                if model.later(u, j) <= model.horizon:
                    begin = model.later(u, max(j, phase.lead_periods))
                    weights[-1, u - 1] += share * left[max(0, model.calendar.elapsed(begin - 1, model.horizon))]
        return cost.mapped(weights)[model.horizon]
    lead, by_age = phase.lead_periods, np.zeros(model.horizon)
    for j, share in enumerate(phase.spend_profile[: model.horizon]):
        for age in range(j, model.horizon):
            by_age[age] += share * left[max(0, age - max(j, lead) + 1)]
    return cost.lagged_at([by_age], model.horizon)[0]


def _unpaid(model: Model, phase: Phase, starts: TimeExpr) -> Iterator[tuple[float, Expr]]:
    """What the phases begun of an entry still cost, i − w_σ periods after T: Σ_u profile[T + i − u]·cost[u]·n[u]."""
    profile = phase.spend_profile
    last = model.calendar.window(phase.earliest_start, phase.latest_start).stop - 1
    if model.later(last, len(profile) - 1) <= model.horizon or not phase.capex:
        return
    cost = starts * sum(model.array(item.musd) for item in phase.capex.values())
    tails = [profile[later:] for later in range(1, len(profile))]
    amounts = cost.lagged_at(tails, model.horizon) if model.calendar.is_equal else _due_after(model, cost, profile)
    for later, amount in enumerate(amounts, 1):
        if not isinstance(amount, (int, float)):
            yield later - payment_timing(model, phase), amount


def _due_after(model: Model, cost: TimeExpr, profile: Sequence[float]) -> Iterator[Expr]:
    """What falls due 1, 2, … periods after T of costs by the period of their start."""
    for later in range(1, len(profile)):
        weights = np.zeros((model.horizon, model.horizon))
        for u in model.span:
            lags = model.calendar.lags(u, model.horizon + later)
            weights[-1, u - 1] = math.fsum(profile[k] for k in lags if k < len(profile))
        yield cost.mapped(weights)[model.horizon] if weights.any() else 0.0


def _spend(
    model: Model,
    phase: Phase,
    part: str,
    item: CapexItem,
    cost: TimeExpr,
    spent: dict[tuple[str, LineKind, float], list[TimeExpr]],
    completed: list[TimeExpr],
    books: list[TimeExpr],
    tax: list[TimeExpr],
    by_age: Callable[[tuple[float, ...], int, tuple[float, ...]], Vector],
) -> None:
    """Pay one part of a phase along the spend profile, and write it off.

    ``cost`` is what the phases that start in a period cost. A payment j periods after the start is written off from
    age max(j, lead) on: Σ_j profile_j·schedule(age − max(j, lead)) at each age.
    """
    lead, profile, timing = phase.lead_periods, phase.spend_profile, payment_timing(model, phase)
    before = profile[:lead]
    spent.setdefault((part, BUILDING, timing), []).append(model.from_end(cost, before))
    spent.setdefault((part, FINISHING, timing), []).append(
        model.from_end(cost, [0.0] * len(before) + list(profile[lead:]))
    )
    completed.append(sum(before) * model.delayed(cost, lead))
    book = book_schedule(model.calendar, item.book_life_years) if item.book_life_years else ()
    for target, written_off in ((books, book), (tax, tax_schedule(model.instance, item.tax_class))):
        if not model.calendar.is_equal:
            target += _written_off(model, cost, profile, lead, written_off)
        elif written_off:
            target.append(cost.lagged(by_age(tuple(profile), lead, written_off)))


def _write_off_by_age(periods: int, profile: tuple[float, ...], lead: int, schedule: tuple[float, ...]) -> Vector:
    """The part of a cost that is written off in each period from the start on."""
    by_age, shares = np.zeros(periods), np.array(schedule[:periods])
    for j, share in enumerate(profile):
        begin = max(j, lead)
        ages = min(len(shares), max(0, periods - begin))
        by_age[begin : begin + ages] += share * shares[:ages]
    return by_age


def _written_off(
    model: Model, cost: TimeExpr, profile: Sequence[float], lead: int, schedule: Sequence[float]
) -> Iterator[TimeExpr]:
    """The write-off of each payment, from the period on in which it is paid and the phase energised."""
    by_begin: dict[int, float] = {}
    for j, share in enumerate(profile):
        by_begin[max(j, lead)] = by_begin.get(max(j, lead), 0.0) + share
    for begin, share in by_begin.items():
        yield share * model.from_start(model.delayed(cost, begin), schedule)


def _opening_costs(model: Model, s: str, site: Site, started: ByPair) -> Expr:
    """Land and opening cost fall with the first start of the first entry; returns the land bought by T, USD million.

    With one phase in that entry the start itself tells; with more, opened[t] ∈ {0, 1}: N/count ≤ opened ≤ N.
    """
    if not site.land_musd and not site.opening_cost_musd:
        return 0.0
    first = site.phases[0]
    reached = started[s, first.name]
    if first.count > 1:
        opened = model.timelines(f"opened.{s}", {(): model.span}, upper=1, integer=True, built="sites")[()]
        rows = model.constraints(f"opening.{s}")
        rows.add_each(reached <= first.count * opened, opened <= reached, periods=model.span)
        reached = opened
    now = reached - reached.shift(1)
    if site.land_musd:
        timing = payment_timing(model, first)
        model.ledger.post_each(FINISHING.of(s, "land"), site.land_musd * now, spent_on=("sites", s), timing=timing)
    if site.opening_cost_musd:
        model.ledger.post_each(SITE_OPENING.of(s), site.opening_cost_musd * now)
    return site.land_musd * reached[model.horizon]
