"""What stands at a site as the plan begins, or is being built: its power, what it costs and what is written off."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.instance.schema import OpeningAsset, OpeningPart
from optimizer.workbook.areas.lives import OpeningBasis, straight_line, timing_of
from optimizer.workbook.draft import Draft
from optimizer.workbook.expression import ZERO, Expr, SumProduct, when
from optimizer.workbook.found import Found
from optimizer.workbook.sheet import Line


@dataclass
class Standing:
    """Of one asset: its power, what it costs to run, and by part what is spent before it is ready and from then on;
    what goes into service of what was spent before, and what is written off.
    """

    power: Line
    operations: Expr
    before: dict[str, Line]
    after: dict[str, Line]
    service: list[Line]
    depreciation: list[Expr]


def standing(draft: Draft, found: Found, site: str, name: str, asset: OpeningAsset) -> Standing:
    """The rows of an asset; what is paid, and what is left for tax and to be paid after the end, is noted."""
    sheet, path, words = draft.sheet, ("sites", site, "opening", name), f"{site} {name}"
    sheet.heading(words, deep=True)
    ready: Expr = ZERO + 1
    on = sheet.line(f"{words}: on line", "1 for yes", 1 + draft.t * 0)
    if asset.ready is not None:
        ready = draft.inputs.period((*path, "ready"), 1) * 1
        on.formula = when(draft.t >= ready, 1)
    power = sheet.line(f"{words}: power", "MW", draft.figure(*path, "mw") * on)
    running = draft.in_period(draft.series(*path, "fixed_opex_musd_per_year")) * on
    made = Standing(power, running, {}, {}, [], [])
    timing = timing_of(draft, asset.payment_timing, *path)
    for part, terms in asset.parts.items():
        _part(draft, found, made, (*path, "parts", part), terms, asset, ready, timing)
    return made


def _part(
    draft: Draft,
    found: Found,
    made: Standing,
    path: tuple[str, ...],
    terms: OpeningPart,
    asset: OpeningAsset,
    ready: Expr,
    timing: Expr,
) -> None:
    sheet, periods, part = draft.sheet, draft.periods, path[-1]
    words = f"{path[1]} {path[3]}: {part}"
    spent: Expr = draft.t * 0
    if terms.to_spend_musd:
        amounts = draft.inputs.list(*path, "to_spend_musd")
        spent = amounts.between(periods.starts, periods.ends)
        later = draft.after_end.array()
        worth = found.discount(draft) ** ((timing - later) * periods.years_after)
        due = amounts.array() * (later > 0) * worth
        found.contract_owed.append(
            sheet.figure(f"{words}, paid after the end", "musd", SumProduct(due, 1, amounts.sheet.axis.last))
        )
    is_begun = when(draft.t >= ready, 1) if asset.ready is not None else 1 + draft.t * 0
    whole = sheet.line(f"{words}, still spent", "musd", spent)
    before = made.before[part] = sheet.line(f"{words}, paid before it is ready", "musd", whole * (1 - is_begun))
    after = made.after[part] = sheet.line(f"{words}, paid from then on", "musd", whole - before)
    found.paid += [(timing, before), (timing, after)]
    draft.entities.pay(timing, {draft.entities.rings.sites[path[1]]: whole * 1})
    book = draft.figure(*path, "book_value_musd")
    enters = sheet.line(f"{words}, begins to be written off", "musd", when(draft.t.equals(ready), book + before.whole))
    if asset.ready is not None:
        made.service.append(enters)
    if terms.book_life_years is not None:
        added = sheet.line(f"{words}, asset added", "musd", enters + after)
        made.depreciation.append(straight_line(draft, words, added, draft.figure(*path, "book_life_years")))
    first: Expr = periods.end_of(ready - 1) + 1
    behind: Expr = ZERO * 1
    if asset.ready is None:
        behind = draft.figure(*path[:4], "service_periods") * 1
        first = 1 - behind
    for tax_class in sorted(terms.tax_basis_musd):
        basis = draft.figure(*path, "tax_basis_musd", tax_class)
        found.opening_basis.setdefault(tax_class, []).append(OpeningBasis(words, basis, first, behind, None))
    if terms.land_basis_musd:
        found.opening_land.append(draft.figure(*path, "land_basis_musd"))
    if terms.tax_class is not None:
        of_plan = when(draft.t.equals(ready), before.whole) if asset.ready is not None else ZERO
        row = sheet.line(f"{words}, of it in service for tax", "musd", of_plan + after)
        found.tax_assets.setdefault(terms.tax_class, []).append(row)
        found.tax_cost += [before, after]
