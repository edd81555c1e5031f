"""Sites and their phases: where ground is broken, and when power comes on line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from optimizer.algebra.linear import quicksum
from optimizer.instance.schema import CapexItem, Phase, Site
from optimizer.model.colocation import add_colocation
from optimizer.model.context import Model
from optimizer.model.finance import straight_line, tax_schedule
from optimizer.model.ledger import CASH, CONSTRUCTION, RETAINED, SITES


@dataclass(frozen=True)
class SiteCapacity:
    """What sites publish.

    ``energised`` MW by (site, period), ``most_mw`` its largest possible value; ``phases_mw`` and ``rented_mw`` are the
    parts of it that are decided, each with its largest value; ``tax_depreciation`` by period and ``total_value``,
    USD million.
    """

    energised: Mapping[tuple[str, int], Any]
    most_mw: Mapping[tuple[str, int], float]
    phases_mw: Mapping[tuple[str, int], Any]
    most_phases_mw: Mapping[tuple[str, int], float]
    rented_mw: Mapping[tuple[str, int], Any]
    most_rented_mw: Mapping[tuple[str, int], float]
    tax_depreciation: Mapping[int, Any]
    total_value: Any


def add_sites(model: Model) -> SiteCapacity:
    """Phased construction.

    An entry of ``phases`` stands for ``count`` identical phases, which are counted, not enumerated::

        n[s,p,t] ∈ {0 … count}                        phases that break ground in t, within their window
        N[s,p,t] = Σ_{u≤t} n[s,p,u] ≤ count           started so far (= count at T if committed)
        count_{p−1}·N[s,p,t] ≤ N[s,p−1,t−gap]         in order, if count_p = 1
        N[s,p,t] ≤ count_p·z[s,p,t],                  in order, if count_p > 1; z binary
        count_{p−1}·z[s,p,t] ≤ N[s,p−1,t−gap]
        Σ_{t−gap<u≤t} n[s,p,u] ≤ 1                    the gap parts phases of one entry too
        energised[s,t] = existing + Σ_p mw·N[s,p,t−lead] + rented[s,t] ≤ grid connection     MW
        Σ building·(N[t]−N[t−lead]) + running·N[t−lead] ≤ limit                each resource

    Spending of a phase started in u follows its profile from u on; before it is energised (σ = u + lead) it is
    construction in progress, from then on an asset of ``sites`` that is written off from max(period paid, σ).
    """
    sites = model.instance.sites
    span = model.span
    entries = {(s, p.name): p for s, site in sites.items() for p in site.phases}
    windows = {key: model.calendar.window(p.earliest_start, p.latest_start) for key, p in entries.items()}
    starts = model.variables(
        "starts",
        [(s, p, t) for (s, p), window in windows.items() for t in window],
        upper={(s, p, t): _most_at_once(entries[s, p]) for (s, p), window in windows.items() for t in window},
        integer=True,
    )
    started_keys = [(s, p, t) for (s, p), window in windows.items() for t in span if t >= window.start]
    started = model.variables(
        "started", started_keys, upper={(s, p, t): entries[s, p].count for s, p, t in started_keys}
    )
    roll = model.constraints("started_roll_forward")
    for s, p, t in started_keys:
        roll.add(started[s, p, t] == started.get((s, p, t - 1), 0) + starts.get((s, p, t), 0))

    def cumulated(s: str, p: str, t: int) -> Any:
        return started.get((s, p, t), 0)

    _order(model, starts, cumulated)
    rules = model.constraints("phase_rules")
    for (s, name), phase in entries.items():
        if phase.committed:
            started[s, name, model.horizon].setlb(phase.count)
        if phase.gap_periods and phase.count > 1:
            for t in span:
                recent = [starts[s, name, u] for u in range(t - phase.gap_periods + 1, t + 1) if (s, name, u) in starts]
                if len(recent) > 1:
                    rules.add(quicksum(recent) <= 1)

    rented, most_rented = add_colocation(model)
    phases, most_phases = _phases_on_line(model, cumulated)
    energised, most = _energised(model, phases, most_phases, rented, most_rented)
    _resources(model, cumulated)
    tax = _money(model, starts, cumulated)
    value = quicksum(phase.value_musd * cumulated(s, p, model.horizon) for (s, p), phase in entries.items())
    model.decide("phase_starts", ("site", "phase", "period"), "count", starts, integer=True)
    return SiteCapacity(energised, most, phases, most_phases, rented, most_rented, tax, value)


def _most_at_once(phase: Phase) -> int:
    return 1 if phase.gap_periods else phase.count


def _order(model: Model, starts: Any, cumulated: Any) -> None:
    """Phases start in the order of the list, each after the last of the entry before it."""
    pairs = [
        (s, before, after)
        for s, site in model.instance.sites.items()
        for before, after in zip(site.phases, site.phases[1:], strict=False)
    ]
    gates = model.variables(
        "entry_complete",
        [(s, after.name, t) for s, _, after in pairs if after.count > 1 for t in model.span],
        upper=1,
        integer=True,
        follows=True,
    )
    rows = model.constraints("phase_order")
    for s, before, after in pairs:
        for t in model.span:
            later, earlier = cumulated(s, after.name, t), cumulated(s, before.name, t - after.gap_periods)
            if isinstance(later, int):
                continue
            if after.count == 1:
                rows.add(before.count * later <= earlier)
            else:
                rows.add(later <= after.count * gates[s, after.name, t])
                rows.add(before.count * gates[s, after.name, t] <= earlier)


def _phases_on_line(model: Model, cumulated: Any) -> tuple[dict[tuple[str, int], Any], dict[tuple[str, int], float]]:
    """MW of the phases that are on line, and of all that could be."""
    phases: dict[tuple[str, int], Any] = {}
    most: dict[tuple[str, int], float] = {}
    for s, site in model.instance.sites.items():
        for t in model.span:
            on_line = {p.name: cumulated(s, p.name, t - p.lead_periods) for p in site.phases}
            phases[s, t] = quicksum(p.mw * on_line[p.name] for p in site.phases)
            most[s, t] = sum(p.mw * p.count for p in site.phases if not isinstance(on_line[p.name], int))
    return phases, most


def _energised(
    model: Model,
    phases: Mapping[tuple[str, int], Any],
    most_phases: Mapping[tuple[str, int], float],
    rented: Mapping[tuple[str, int], Any],
    most_rented: Mapping[tuple[str, int], float],
) -> tuple[dict[tuple[str, int], Any], dict[tuple[str, int], float]]:
    rows = model.constraints("grid_connection")
    energised: dict[tuple[str, int], Any] = {}
    most: dict[tuple[str, int], float] = {}
    for s, site in model.instance.sites.items():
        connection = model.series(site.grid_connection_mw) if site.grid_connection_mw else {}
        for t in model.span:
            added = phases[s, t] + rented.get((s, t), 0.0)
            energised[s, t] = site.existing_mw + added
            possible = site.existing_mw + most_phases[s, t] + most_rented.get((s, t), 0.0)
            most[s, t] = min(possible, connection.get(t, float("inf")))
            if t in connection and possible > connection[t]:
                rows.add(added <= connection[t] - site.existing_mw)
    return energised, most


def _resources(model: Model, cumulated: Any) -> None:
    rows = model.constraints("resource_limit")
    for name, resource in model.instance.resources.items():
        limit = model.series(resource.limit)
        for t in model.span:
            use = []
            for s, site in model.instance.sites.items():
                for p in site.phases:
                    need = p.resources.get(name)
                    if need:
                        on_line = cumulated(s, p.name, t - p.lead_periods)
                        use.append(need.building * (cumulated(s, p.name, t) - on_line) + need.running * on_line)
            total = quicksum(use)
            if not isinstance(total, (int, float)):
                rows.add(total <= limit[t])


def _money(model: Model, starts: Any, cumulated: Any) -> dict[int, Any]:
    """Post construction, running costs and depreciation; return the tax depreciation by period."""
    tax: dict[int, list[Any]] = {t: [] for t in model.span}
    for s, site in model.instance.sites.items():
        if not site.phases:
            continue
        _opening_costs(model, s, site, starts, cumulated)
        running = [model.series(p.fixed_opex_musd_per_year) for p in site.phases]
        books: dict[int, list[Any]] = {t: [] for t in model.span}
        into_service: dict[int, list[Any]] = {t: [] for t in model.span}
        spending: dict[tuple[str, str, int], list[Any]] = {}
        for phase in site.phases:
            for part, item in phase.capex.items():
                _spend(model, s, phase, part, item, starts, spending, into_service, books, tax)
        for (part, account, t), amounts in spending.items():
            model.ledger.post(
                f"capex.site.{s}.{part}",
                "capex",
                t,
                quicksum(amounts),
                debit=account,
                credit=CASH,
                spent_on=("sites", s),
            )
        for t in model.span:
            model.ledger.post(
                f"in_service.site.{s}", "transfer", t, quicksum(into_service[t]), debit=SITES, credit=CONSTRUCTION
            )
            model.ledger.post(
                f"depreciation.site.{s}", "depreciation", t, quicksum(books[t]), debit=RETAINED, credit=SITES
            )
            cost = quicksum(
                running[i][t] * model.years * cumulated(s, p.name, t - p.lead_periods)
                for i, p in enumerate(site.phases)
            )
            model.ledger.expense(f"opex.site.{s}", "opex", t, cost)
    return {t: quicksum(amounts) for t, amounts in tax.items()}


def _spend(
    model: Model,
    s: str,
    phase: Phase,
    part: str,
    item: CapexItem,
    starts: Any,
    spending: dict[tuple[str, str, int], list[Any]],
    into_service: dict[int, list[Any]],
    books: dict[int, list[Any]],
    tax: dict[int, list[Any]],
) -> None:
    """Pay one part of a phase along the spend profile, and write it off."""
    cost, last = model.series(item.musd), model.horizon
    book = straight_line(item.book_life_years, model.years, last) if item.book_life_years else ()
    fiscal = tax_schedule(model.instance, item.tax_class)
    for u in model.span:
        if (s, phase.name, u) not in starts or cost[u] == 0:
            continue
        start, in_service = starts[s, phase.name, u], u + phase.lead_periods
        payments: list[tuple[int, float]] = []
        for j, share in enumerate(phase.spend_profile):
            paid = u + j
            if paid > last or share == 0:
                continue
            amount = share * cost[u]
            account = CONSTRUCTION if paid < in_service else SITES
            spending.setdefault((part, account, paid), []).append(amount * start)
            if account == CONSTRUCTION and in_service <= last:
                into_service[in_service].append(amount * start)
            begin = max(paid, in_service)
            payments.append((begin, amount))
        for target, shares in ((books, book), (tax, fiscal)):
            # one product for each start and period, however many payments it stands for
            written_off: dict[int, float] = {}
            for begin, amount in payments:
                for t, part_of_it in zip(range(begin, last + 1), shares, strict=False):
                    written_off[t] = written_off.get(t, 0.0) + part_of_it * amount
            for t, musd in written_off.items():
                if musd:
                    target[t].append(musd * start)


def _opening_costs(model: Model, s: str, site: Site, starts: Any, cumulated: Any) -> None:
    """Land and opening cost fall with the first start of the first entry.

    With one phase in that entry the start itself tells; with more, opened[t] ∈ {0, 1}: N/count ≤ opened ≤ N.
    """
    if not site.land_musd and not site.opening_cost_musd:
        return
    first = site.phases[0]
    reached = {t: cumulated(s, first.name, t) for t in model.span}
    if first.count > 1:
        opened = model.variables(f"opened.{s}", model.span, upper=1, integer=True)
        rows = model.constraints(f"opening.{s}")
        for t in model.span:
            rows.add(reached[t] <= first.count * opened[t])
            rows.add(opened[t] <= reached[t])
        reached = dict(opened)
    for t in model.span:
        now = reached[t] - (reached[t - 1] if t > 1 else 0)
        if isinstance(now, int):
            continue
        if site.land_musd:
            model.ledger.post(
                f"capex.site.{s}.land",
                "capex",
                t,
                site.land_musd * now,
                debit=SITES,
                credit=CASH,
                spent_on=("sites", s),
            )
        if site.opening_cost_musd:
            model.ledger.expense(f"opex.opening.{s}", "opex", t, site.opening_cost_musd * now)
