"""Interest in construction: what each phase takes of it while it is built, the oldest first."""

from __future__ import annotations

from optimizer.contract.lines import INTEREST_IN_CONSTRUCTION
from optimizer.instance.construction_rate import bears_interest
from optimizer.instance.debt_rates import has_rate
from optimizer.instance.schema import Phase
from optimizer.workbook.areas.lives import straight_line
from optimizer.workbook.areas.sites import post_in_service
from optimizer.workbook.draft import Draft
from optimizer.workbook.expression import Expr, Reference, both, least, total, when
from optimizer.workbook.found import Found, Work
from optimizer.workbook.sheet import Line


def add_interest_in_construction(draft: Draft, found: Found) -> None:
    """Rows of all phases, and the lines of the ledger that had to wait for them."""
    if not draft.instance.capitalise_interest_in_construction:
        return
    if bears_interest(draft.instance):
        draft.sheet.heading("Interest in construction")
        borne = _borne(draft, found)
        with draft.refusing("interest in construction"):
            for site in draft.instance.sites:
                _post(draft, found, site, borne)
    with draft.refusing("interest in construction"):
        for site, service in found.into_service.items():
            post_in_service(draft, site, service, found.site_depreciation[site])


Cohort = tuple[str, str, int]
"""A site, a phase, and the period in which it starts."""


def _borne(draft: Draft, found: Found) -> dict[Cohort, Line]:
    """What the phases that start in a period bear so far; the oldest take what interest there is first."""
    sheet, instance = draft.sheet, draft.instance
    every_site = [(s, phase) for s in sorted(instance.sites) for phase in instance.sites[s].phases if phase.capex]
    cohorts = [
        (u, s, phase)
        for s, phase in every_site
        for u in draft.calendar.window(phase.earliest_start, phase.latest_start)
        if phase.lead_periods
    ]
    costs = {(s, phase.name): _cost(draft, s, phase) for s, phase in every_site}
    interest = [row for posting, row in draft.lines.items() if posting.item in ("interest", "pik")]
    left = sheet.line("Interest that construction may bear", "musd", total(interest))
    rate = _rate(draft, found) * draft.years
    borne: dict[Cohort, Line] = {}
    for u, s, phase in sorted(cohorts, key=lambda each: each[0]):
        work, start = found.works[s, phase.name], Reference(draft.t, still=u)
        cost = costs[s, phase.name]
        one = Reference(cost, still=u) if isinstance(cost, Line) else cost
        spent = work.profile.between(0, draft.t - start) + work.timing * work.profile.at(draft.t - start + 1)
        words = f"{s} {phase.name}, begun in {draft.calendar.label(u)}"
        so_far = sheet.line(f"{words}: interest borne so far", "musd", opening=0)
        avoided = rate * (Reference(work.starts, still=u) * one * spent + so_far.before)
        built = both(draft.t >= start, draft.t < start + work.lead)
        so_far.formula = so_far.before + when(built, least(avoided, left))
        left = sheet.line(f"{words}: interest left for others", "musd", left - so_far + so_far.before)
        borne[s, phase.name, u] = so_far
    return borne


def _cost(draft: Draft, site: str, phase: Phase) -> Line | Expr:
    """What one phase costs, by the period of its start where that changes it."""
    parts = [draft.series("sites", site, "phases", phase.name, "capex", part, "musd") for part in phase.capex]
    if any(isinstance(part, Line) for part in parts):
        return draft.sheet.line(f"{site} {phase.name}: cost of one", "musd", total(parts))
    return total(parts)


def _rate(draft: Draft, found: Found) -> Expr:
    """Nominal per year: as the file has it, or that of all debt."""
    if draft.instance.interest_in_construction_rate_per_year is not None:
        return draft.series("interest_in_construction_rate_per_year")
    debts = draft.instance.debt.items()
    return next(found.debts[name].rate for name, debt in debts if has_rate(draft.instance, debt))


def _post(draft: Draft, found: Found, site: str, borne: dict[Cohort, Line]) -> None:
    """What a site bears, takes into service and writes off with the parts of its phases, by share of cost."""
    sheet, added = draft.sheet, []
    for phase in draft.instance.sites[site].phases:
        own = {u: line for (s, name, u), line in borne.items() if (s, name) == (site, phase.name)}
        if not own:
            continue
        work, words = found.works[site, phase.name], f"{site} {phase.name}: interest"
        added += [line - line.before for line in own.values()]
        enters = [when(draft.t.equals(Reference(draft.t, still=u) + work.lead), line) for u, line in own.items()]
        service = sheet.line(f"{words} into service", "musd", total(enters))
        found.into_service[site].append(service)
        found.site_depreciation[site] += _written_off(draft, site, phase, work, service, words)
    if added:
        draft.post(INTEREST_IN_CONSTRUCTION, site, amount=total(added))


def _written_off(draft: Draft, site: str, phase: Phase, work: Work, service: Line, words: str) -> list[Expr]:
    path = ("sites", site, "phases", phase.name, "capex")
    begun = draft.t - work.lead
    parts = {part: draft.series(*path, part, "musd") for part in phase.capex}
    at = {part: cost.at(begun) if isinstance(cost, Line) else cost for part, cost in parts.items()}
    off = []
    for part, item in phase.capex.items():
        if item.book_life_years is not None:
            whole = total(list(at.values()))
            asset = draft.sheet.line(f"{words}, on {part}", "musd", when(whole > 0, service * at[part] / whole))
            off.append(straight_line(draft, f"{words}, on {part}", asset, draft.figure(*path, part, "book_life_years")))
    return off
