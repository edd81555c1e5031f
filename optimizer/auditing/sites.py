"""Sites: phases in their order, the power they bring, what they take of resources and of money.

n[s,p,t] phases start in t, N[s,p,t] = Σ_{u≤t} n[s,p,u].
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from optimizer.auditing.opening import opening_power, replay_opening_sites
from optimizer.auditing.replay import Entry, Replay, TaxAsset, Values
from optimizer.auditing.report import AuditError, rule
from optimizer.auditing.rows import exact
from optimizer.auditing.tolerances import MONEY, ONE, PHYSICAL, WHOLE, ZERO
from optimizer.instance.calendar import TIMING
from optimizer.instance.schema import Phase, Site

INTEGRAL = rule("sites.integral", "Phases start in whole numbers.", "phases", WHOLE)
WINDOW = rule("sites.window", "Phases start between their earliest and latest start.", "phases", WHOLE)
INCOME = rule("sites.income", "Phases earn by their age what the file says.", "musd", MONEY)
COUNT = rule("sites.count", "No more phases start than an entry stands for.", "phases", WHOLE)
COMMITTED = rule("sites.committed", "Committed phases are all started.", "phases", WHOLE)
ORDER = rule(
    "sites.order", "A phase starts no earlier than the last of the phase before it, plus its gap.", "phases", WHOLE
)
GAP = rule("sites.gap", "The gap parts the identical phases of one entry.", "phases", WHOLE)
GRID = rule("sites.grid", "Power on line is within the grid connection.", "MW", PHYSICAL)
RESOURCES = rule("sites.resources", "Phases take no more of a resource than there is.", "resource units", PHYSICAL)
CAPEX = rule("sites.capex", "Phases and land are paid by profile, and go into service in their period.", "musd", MONEY)
DEPRECIATION = rule("sites.depreciation", "Phases are written off straight line from service on.", "musd", MONEY)
OPEX = rule("sites.opex", "Opening cost and fixed running cost follow the phases.", "musd", MONEY)

_UNDER_CONSTRUCTION = Entry("capex", "construction_in_progress", "cash")
_FINISHED = Entry("capex", "sites", "cash")
_IN_SERVICE = Entry("transfer", "sites", "construction_in_progress")
_WRITTEN_OFF = Entry("depreciation", "retained_earnings", "sites")
_OPEX = Entry("opex", "retained_earnings", "cash")
_REVENUE = Entry("revenue", "cash", "retained_earnings")


@dataclass(frozen=True)
class SiteReplay:
    """``energised[site][t]`` in MW; ``total_value`` the sum of the values of the phases energised by T, musd;
    ``unpaid[i]`` what the phases begun cost i periods after T, ``unpaid_by`` all of that by the group of the site, and
    ``land`` what has been paid for land, musd.
    """

    energised: dict[str, Values]
    total_value: Decimal
    unpaid: dict[Decimal, Decimal]
    land: Decimal
    unpaid_by: dict[str, Decimal]


def replay_sites(replay: Replay, rented: Mapping[str, Values]) -> SiteReplay:
    """Check all sites and post their money; ``rented[site][t]`` is colocation, in MW."""
    energised: dict[str, Values] = {}
    used = {name: replay.zeros() for name in replay.instance.resources}
    total_value, land = ZERO, ZERO
    unpaid: dict[Decimal, Decimal] = defaultdict(Decimal)
    unpaid_by: dict[str, Decimal] = defaultdict(Decimal)
    for name, site in replay.instance.sites.items():
        started = {phase.name: _starts(replay, name, phase) for phase in site.phases}
        _check_order(replay, name, site, started)
        standing = opening_power(replay, name, used)
        let = rented.get(name, tuple(replay.zeros()))
        power = [exact(site.existing_mw) + own + others for own, others in zip(standing, let, strict=True)]
        for phase in site.phases:
            so_far = started[phase.name]
            for t in replay.span:
                online = _as_of(replay, so_far, phase.lead_periods, t)
                power[t] += exact(phase.mw) * online
                for resource, use in phase.resources.items():
                    if resource not in used:
                        raise AuditError(f"instance.json: sites.{name}.{phase.name}", f"no resource {resource!r}")
                    used[resource][t] += exact(use.building) * (so_far[t] - online) + exact(use.running) * online
            value = replay.values(phase.value_musd, f"sites.{name}.{phase.name}.value_musd")
            for u in (u for u in replay.span if replay.time.after(u, phase.lead_periods) <= replay.last):
                total_value += value[u] * (so_far[u] - so_far[u - 1])
            own: dict[Decimal, Decimal] = defaultdict(Decimal)
            _post_phase(replay, name, phase, so_far, own)
            for later, musd in own.items():
                unpaid[later] += musd
                unpaid_by[replay.rings.site(name)] += musd
        land += _post_opening(replay, name, site, started)
        energised[name] = tuple(power)
        if site.grid_connection_mw is not None:
            grid = replay.values(site.grid_connection_mw, f"sites.{name}.grid_connection_mw")
            for t in replay.span:
                replay.findings.at_most(GRID, name, t, power[t], grid[t])
    land += replay_opening_sites(replay, unpaid)
    for name, resource_block in replay.instance.resources.items():
        limit = replay.values(resource_block.limit, f"resources.{name}.limit")
        for t in replay.span:
            replay.findings.at_most(RESOURCES, name, t, used[name][t], limit[t])
    return SiteReplay(energised, total_value, dict(unpaid), land, dict(unpaid_by))


def _as_of(replay: Replay, so_far: Values, steps: int, t: int) -> Decimal:
    """What had started so early that so many steps after it lie in t or before."""
    for u in range(t, 0, -1):
        if replay.time.after(u, steps) <= t:
            return so_far[u]
    return ZERO


def _starts(replay: Replay, site: str, phase: Phase) -> Values:
    """N[s,p,·], with what one entry of the list must keep to by itself."""
    place = f"{site} {phase.name}"
    window = replay.window(phase.earliest_start, phase.latest_start, f"sites.{site}.{phase.name}")
    new = [replay.decisions.starts.get((site, phase.name, t), ZERO) for t in range(replay.last + 1)]
    so_far = [ZERO]
    for t in replay.span:
        so_far.append(so_far[-1] + new[t])
        replay.findings.record(INTEGRAL, place, t, ZERO if phase.fractional else abs(new[t] - round(new[t])))
        replay.findings.record(WINDOW, place, t, ZERO if t in window else abs(new[t]))
        if phase.gap_periods > 0:
            near = (u for u in range(1, t + 1) if t < replay.time.after(u, phase.gap_periods))
            recent = sum((new[u] for u in near), ZERO)
            replay.findings.at_most(GAP, place, t, recent, ONE)
    replay.findings.at_most(COUNT, place, None, so_far[-1], Decimal(phase.count))
    if phase.committed:
        replay.findings.at_most(COMMITTED, place, None, Decimal(phase.count), so_far[-1])
    return tuple(so_far)


def _check_order(replay: Replay, name: str, site: Site, started: dict[str, Values]) -> None:
    """N[p,t] > 0 ⇒ N[p−1, t−gap_p] = count_{p−1}."""
    for before, phase in zip(site.phases, site.phases[1:], strict=False):
        for t in replay.span:
            if started[phase.name][t] > WHOLE.absolute:
                done = _as_of(replay, started[before.name], phase.gap_periods, t)
                replay.findings.at_most(ORDER, f"{name} {phase.name}", t, Decimal(before.count), done)


def _post_phase(replay: Replay, site: str, phase: Phase, so_far: Values, unpaid: dict[Decimal, Decimal]) -> None:
    """Spending, service and depreciation of the phases that start in each u, and their running cost."""
    place = f"sites.{site}.{phase.name}"
    book = replay.book
    for part, item in phase.capex.items():
        cost = replay.values(item.musd, f"{place}.capex.{part}")
        for u in replay.span:
            total = (so_far[u] - so_far[u - 1]) * cost[u]
            if total == 0:
                continue
            service = replay.time.after(u, phase.lead_periods)
            for j, share in enumerate(phase.spend_profile):
                paid, due, musd = replay.time.after(u, j), replay.time.passed(0, u) + j, total * exact(share)
                if musd == 0:
                    continue
                replay.promised.append((replay.rings.site(site), ("sites", site), u, due, musd))
                if paid > replay.last:
                    early = TIMING[phase.payment_timing or replay.instance.payment_timing]
                    unpaid[paid - replay.last - exact(early)] += musd
                    continue
                building = j < phase.lead_periods
                entry = _UNDER_CONSTRUCTION if building else _FINISHED
                owner = ("sites", site)
                replay.post_capex(CAPEX, f"capex.site.{site}.{part}", paid, musd, entry, owner, phase.payment_timing)
                if building and service <= replay.last:
                    book.post(CAPEX, f"in_service.site.{site}", service, musd, _IN_SERVICE)
                first = max(paid, service)
                if item.book_life_years is not None:
                    _write_off(replay, site, musd, first, exact(item.book_life_years))
                if item.tax_class is not None:
                    replay.tax_assets.append(TaxAsset(item.tax_class, first, musd))
    for u in replay.span:
        begin, by_age = replay.time.after(u, phase.lead_periods), phase.income_musd_by_age
        for t in range(begin, replay.last + 1) if by_age else ():
            income = sum((exact(by_age[k]) for k in replay.time.within(begin, len(by_age), t)), ZERO)
            book.post(INCOME, f"income.site.{site}", t, (so_far[u] - so_far[u - 1]) * income, _REVENUE)
    running = replay.values(phase.fixed_opex_musd_per_year, f"{place}.fixed_opex_musd_per_year")
    for t in replay.span:
        online = _as_of(replay, so_far, phase.lead_periods, t)
        book.post(OPEX, f"opex.site.{site}", t, running[t] * replay.years(t) * online, _OPEX)


def _write_off(replay: Replay, site: str, musd: Decimal, first: int, life_years: Decimal) -> None:
    """After k periods the share min(1, k·Δ/life) is written off, k = 1 in the first."""
    gone = ZERO
    for t in range(first, replay.last + 1):
        share = min(ONE, (replay.time.at(t) - replay.time.at(first - 1)) / life_years)
        if share == gone:
            break
        replay.book.post(DEPRECIATION, f"depreciation.site.{site}", t, musd * (share - gone), _WRITTEN_OFF)
        gone = share


def _post_opening(replay: Replay, name: str, site: Site, started: dict[str, Values]) -> Decimal:
    """Land and opening cost, in the period of the first start of the first entry. Returns what land has cost, musd."""
    if not site.phases:
        return ZERO
    first_entry = started[site.phases[0].name]
    first = next((t for t in replay.span if first_entry[t] > WHOLE.absolute), None)
    if first is None:
        return ZERO
    land, timing = exact(site.land_musd), site.phases[0].payment_timing
    replay.post_capex(CAPEX, f"capex.site.{name}.land", first, land, _FINISHED, ("sites", name), timing)
    replay.book.post(OPEX, f"opex.opening.{name}", first, exact(site.opening_cost_musd), _OPEX)
    return land
