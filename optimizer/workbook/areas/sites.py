"""Sites: phases, what is spent on them and when it goes into service, power on line, colocation."""

from __future__ import annotations

import math

from optimizer.contract.decisions import COLOCATION_RENTED, PHASE_STARTS
from optimizer.contract.lines import (
    BUILDING,
    COLOCATION,
    FINISHING,
    IN_SERVICE,
    SITE_DEPRECIATION,
    SITE_INCOME,
    SITE_OPENING,
    SITE_OPERATIONS,
)
from optimizer.instance.schema import Colocation, Phase, Site
from optimizer.workbook.areas.lives import paid_while, straight_line, there, timing_of
from optimizer.workbook.areas.opening_sites import Standing, standing
from optimizer.workbook.draft import Draft
from optimizer.workbook.expression import Expr, Reference, SumProduct, both, floored, least, total, when
from optimizer.workbook.found import Found, Work
from optimizer.workbook.sheet import Figure, Line

_ROOM = 2
"""Periods after the end more than a term has, for one that is made longer."""


def add_sites(draft: Draft, found: Found) -> None:
    """Rows of all sites."""
    for name, site in draft.instance.sites.items():
        draft.sheet.heading(f"Site {name}")
        power: list[Expr] = [draft.figure("sites", name, "existing_mw")]
        if site.colocation is not None:
            power.append(_colocation(draft, found, name, site.colocation))
        built = _Built(draft, found, name)
        for phase in site.phases:
            power.append(built.phase(phase))
        for key, asset in site.opening.items():
            power.append(built.stands(standing(draft, found, name, key, asset)))
        built.opening(site)
        built.post()
        found.energised[name] = draft.sheet.line(f"Power on line at {name}", "MW", total(power))


def _colocation(draft: Draft, found: Found, name: str, terms: Colocation) -> Expr:
    path = ("sites", name, "colocation")
    signed = draft.decisions.row(COLOCATION_RENTED, name)
    lead, term = draft.figure(*path, "lead_periods"), draft.figure(*path, "term_periods")
    periods = draft.periods
    rent = draft.sheet.line(
        f"Rent of a base period of what is signed at {name}", "musd",
        signed * draft.series(*path, "rent_musd_per_mw_year") / draft.per_year,
    )  # fmt: skip
    due = paid_while(draft, f"Rent of {name} by delivery", rent, lead, term)
    later: Expr = found.annuity_after(draft, periods.begins(periods.ends + lead), term * 1)
    if terms.escalator_per_year:
        due, later = _escalated(draft, found, name, rent, lead, term)
    draft.post(COLOCATION, name, amount=due)
    kept = 1 - draft.figure(*path, "assignable_share")
    ends = draft.sheet.line(f"Rent of {name} after the end, at its worth there", "musd", kept * rent * later)
    found.contracts.append((f"Rent of {name}", ends.whole))
    return draft.sheet.line(f"Power rented at {name}", "MW", there(draft, f"{name}: delivered", signed, lead, term))


def _escalated(draft: Draft, found: Found, name: str, rent: Line, lead: Figure, term: Figure) -> tuple[Expr, Expr]:
    """The rent of a period where it steps up each year, and what 1 of the first period's is worth after the end."""
    step, per_year = 1 + draft.figure("sites", name, "colocation", "escalator_per_year"), draft.per_year
    years = []
    for over in range(math.ceil(draft.calendar.end(draft.last) / draft.calendar.per_year)):
        year = Reference(draft.t, still=over)
        first, after = least(year * per_year, term), least((year + 1) * per_year, term)
        stepped = step**year * paid_while(draft, f"Rent of {name} by delivery, {over + 1}", rent, lead, after, first)
        years.append(draft.sheet.line(f"Rent of {name} in year {over + 1} of its contracts", "musd", stepped))
    periods, positions = draft.periods, draft.schedules.positions
    reached = periods.end - periods.begins(periods.ends + lead)
    draft.schedules.heading(f"Rent of {name} by age, of 1 at first")
    if not draft.calendar.is_equal:
        return total(list(years)), _rent_after(draft, found, name, step, reached, term)
    by_age = draft.schedules.line("Rent", "share", (positions < term) * step ** floored(positions / per_year))
    ages = positions.array()
    worth = by_age.array() * (ages > reached) * found.discount(draft) ** ((reached - ages) / per_year)
    return total(list(years)), when(reached >= 0, SumProduct(worth, 1, positions.sheet.axis.last))


def _rent_after(draft: Draft, found: Found, name: str, step: Expr, reached: Expr, term: Figure) -> Expr:
    """What 1 of a base period at first is worth after the end, where periods differ: period by period after it."""
    schedules, periods = draft.schedules, draft.periods
    terms = draft.instance.sites[name].colocation
    assert terms is not None
    age = schedules.positions
    by_age = schedules.line("Rent", "share", *2 * (when(age < term, step ** floored(age / draft.per_year)),))
    growth, n = found.discount(draft) ** periods.years_after, periods.steps_after
    worth: list[Expr] = []
    for later in range(1, math.ceil(terms.term_periods / draft.calendar.steps(draft.last + 1)) + _ROOM):
        number = Reference(schedules.positions, still=later)
        due = by_age.between(reached + (number - 1) * n, reached + number * n, 0)
        words = f"Rent of {name} in period {later} after the end, of 1"
        worth.append(draft.sheet.line(words, "share", when(reached >= 0, due * growth ** (0 - number))))
    return total(worth)


class _Spent:
    """What is spent on something that starts in some periods, by its profile: before service, and from then on."""

    def __init__(self, draft: Draft, words: str, starts: Expr, profile: Line, lead: Figure, items: int) -> None:
        sheet, positions = draft.sheet, profile.sheet.positions
        base = starts if isinstance(starts, Line) else sheet.line(f"{words}: what starts", "phases", starts)
        shares = []
        for item in range(1, items + 1):
            age = Reference(positions, still=item) - 1
            share = Reference(profile, still=item) * draft.periods.arriving(base, age)
            shares.append((age, sheet.line(f"{words}: item {item} of the profile", "phases", share)))
        early = [when(age < lead, share) for age, share in shares]
        self.before = sheet.line(f"{words}: paid before service", "phases", total(early))
        self.after = sheet.line(f"{words}: paid in service", "phases", total([s for _, s in shares]) - self.before)
        self.service = sheet.line(
            f"{words}: into service of what was paid before",
            "phases",
            draft.periods.arriving(base, lead) * profile.between(0, lead),
        )
        self.base = base


class _Built:
    """The money of one site."""

    def __init__(self, draft: Draft, found: Found, site: str) -> None:
        self.draft, self.found, self.site = draft, found, site
        self.before: dict[str, list[Expr]] = {}
        self.after: dict[str, list[Expr]] = {}
        self.service: list[Expr] = []
        self.depreciation: list[Expr] = []
        self.operations: list[Expr] = []
        self.income: list[Expr] = []
        self.timing: dict[str, Expr] = {}

    def phase(self, phase: Phase) -> Expr:
        """What a phase costs. Returns its power on line."""
        draft, sheet = self.draft, self.draft.sheet
        path, words = ("sites", self.site, "phases", phase.name), f"{self.site} {phase.name}"
        starts = draft.decisions.row(PHASE_STARTS, self.site, phase.name)
        lead = draft.figure(*path, "lead_periods")
        sheet.heading(words, deep=True)
        started = sheet.line(f"{words}: started so far", "phases", starts.so_far, 0)
        online = sheet.line(f"{words}: on line", "phases", draft.periods.stood(starts, started, lead))
        draft.check(f"{words}: no more start than there are", started > draft.figure(*path, "count"))
        profile = draft.inputs.list(*path, "spend_profile")
        items = len(phase.spend_profile)
        self.timing[phase.name] = timing_of(draft, phase.payment_timing, *path)
        if phase.capex:
            self.found.works[self.site, phase.name] = Work(starts, lead, profile, self.timing[phase.name])
        shared = _Spent(draft, words, starts, profile, lead, items) if phase.capex else None
        for part, item in phase.capex.items():
            cost = draft.series(*path, "capex", part, "musd")
            spent, price = shared, cost
            if isinstance(cost, Line):
                spent = _Spent(draft, f"{words}: {part}", starts * cost, profile, lead, items)
            assert spent is not None
            self._part(
                phase, part, item.book_life_years, item.tax_class, spent, None if isinstance(cost, Line) else price
            )
        self.operations.append(draft.series(*path, "fixed_opex_musd_per_year") * draft.years * online)
        if phase.income_musd_by_age:
            self._earns(path, words, starts, lead, len(phase.income_musd_by_age))
        self._value(phase, starts, lead)
        if phase is draft.instance.sites[self.site].phases[0]:
            self.first = sheet.line(
                f"{self.site}: first start", "1 for yes", when(both(started > 0, started.before.equals(0)), 1)
            )
        return draft.figure(*path, "mw") * online

    def _earns(self, path: tuple[str, ...], words: str, starts: Line, lead: Figure, items: int) -> None:
        """What a phase earns in each base period of its service."""
        draft, periods = self.draft, self.draft.periods
        income = draft.inputs.list(*path, "income_musd_by_age")
        begun = draft.sheet.line(f"{words}: comes on line", "phases", periods.arriving(starts, lead))
        for item in range(1, items + 1):
            number = Reference(income.sheet.positions, still=item)
            earns = Reference(income, still=item) * periods.in_step(begun, number)
            row = draft.sheet.line(f"{words}: earned in period {item} of its service", "musd", earns)
            self.income.append(row)

    def stands(self, made: Standing) -> Expr:
        """What was there or being built. Returns its power."""
        for part in made.before:
            self.before.setdefault(part, []).append(made.before[part])
            self.after.setdefault(part, []).append(made.after[part])
        self.service += made.service
        self.depreciation += made.depreciation
        self.operations.append(made.operations)
        return made.power

    def _value(self, phase: Phase, starts: Line, lead: Figure) -> None:
        draft, path = self.draft, ("sites", self.site, "phases", phase.name)
        if phase.value_musd.raw != 0.0:
            series = draft.series(*path, "value_musd")
            worth = series.array() if isinstance(series, Line) else series
            online = draft.periods.ends.array() + lead <= draft.periods.end
            self.found.values.append(draft.sheet.product(starts.array() * worth * online))

    def _part(
        self, phase: Phase, part: str, life: float | None, tax_class: str | None, spent: _Spent, cost: Expr | None
    ) -> None:
        draft, sheet, words = self.draft, self.draft.sheet, f"{self.site} {phase.name}: {part}"
        path = ("sites", self.site, "phases", phase.name)

        def money(units: Line, what: str) -> Line:
            return sheet.line(f"{words}: {what}", "musd", units if cost is None else cost * units)

        before, after = money(spent.before, "paid before service"), money(spent.after, "paid in service")
        service = money(spent.service, "into service")
        self.before.setdefault(part, []).append(before)
        self.after.setdefault(part, []).append(after)
        self.service.append(service)
        timing = self.timing[phase.name]
        self.found.paid += [(timing, before), (timing, after)]
        draft.entities.pay(timing, {draft.entities.rings.sites[self.site]: before + after})
        added = sheet.line(f"{words}: asset added", "musd", service + after)
        if life is not None:
            years = draft.figure(*path, "capex", part, "book_life_years")
            self.depreciation.append(straight_line(draft, words, added, years))
        if tax_class is not None:
            self.found.tax_assets.setdefault(tax_class, []).append(added)
            self.found.tax_cost += [before, after]
        self._unpaid(phase, spent, cost, timing, words)

    def _unpaid(self, phase: Phase, spent: _Spent, cost: Expr | None, timing: Expr, words: str) -> None:
        """What falls after the last period of what starts in t: all of it, and at its worth at the end."""
        draft = self.draft
        if len(phase.spend_profile) == 1:
            return
        profile = draft.inputs.list("sites", self.site, "phases", phase.name, "spend_profile")
        factor: Expr = spent.base if cost is None else cost * spent.base
        growth = self.found.discount(draft) ** draft.periods.years_after
        if draft.calendar.is_equal:
            later = draft.t + profile.sheet.positions.array() - 1 - draft.t_last
            due: Expr = profile.array() * (later > 0) * growth ** (timing - later)
            worth = factor * SumProduct(due, 1, profile.sheet.axis.last)
        else:
            rows = []
            for item in range(1, len(phase.spend_profile) + 1):
                step = draft.periods.ends + Reference(profile.sheet.positions, still=item) - 1
                dated = when(step > draft.periods.end, growth ** (timing - draft.periods.after_end(step)))
                words_ = f"{words}: worth of item {item} where it falls after the end"
                rows.append(draft.sheet.line(words_, "share", Reference(profile, still=item) * dated))
            worth = factor * total(list(rows))
        self.found.unpaid_worth.append(draft.sheet.line(f"{words}: its worth at the end", "musd", worth))

    def opening(self, site: Site) -> None:
        """Land and opening cost."""
        if not site.phases:
            return
        draft = self.draft
        if site.land_musd:
            land = draft.sheet.line(
                f"{self.site}: land", "musd", draft.figure("sites", self.site, "land_musd") * self.first
            )
            self.after.setdefault("land", []).append(land)
            self.found.land.append(land)
            self.found.paid.append((self.timing[site.phases[0].name], land))
            draft.entities.pay(self.timing[site.phases[0].name], {draft.entities.rings.sites[self.site]: land * 1})
        if site.opening_cost_musd:
            draft.post(
                SITE_OPENING, self.site, amount=draft.figure("sites", self.site, "opening_cost_musd") * self.first
            )

    def post(self) -> None:
        """The lines of the ledger."""
        draft = self.draft
        site = draft.instance.sites[self.site]
        if not site.phases and not site.opening:
            return
        draft.sheet.heading(f"{self.site}: ledger", deep=True)
        for part, amounts in self.before.items():
            draft.post(BUILDING, self.site, part, amount=total(amounts), label=f"Capex {self.site}: {part}, building")
        for part, amounts in self.after.items():
            draft.post(
                FINISHING, self.site, part, amount=total(amounts), label=f"Capex {self.site}: {part}, in service"
            )
        if draft.instance.capitalise_interest_in_construction:  # more of both is known once interest is
            self.found.into_service[self.site] = self.service
            self.found.site_depreciation[self.site] = self.depreciation
        else:
            post_in_service(draft, self.site, self.service, self.depreciation)
        draft.post(SITE_OPERATIONS, self.site, amount=total(self.operations))
        if self.income:
            draft.post(SITE_INCOME, self.site, amount=total(self.income))


def post_in_service(draft: Draft, site: str, service: list[Expr], depreciation: list[Expr]) -> None:
    """What goes into service at a site after it was paid, and what is written off there."""
    if service:
        draft.post(IN_SERVICE, site, amount=total(service))
    if depreciation:
        draft.post(SITE_DEPRECIATION, site, amount=total(depreciation))
