"""Units sold early: what they fetch, what of their book value and of their tax basis goes with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from optimizer.contract.decisions import RETIREMENTS
from optimizer.contract.lines import DEPRECIATION, RESALE, WRITE_OFF
from optimizer.instance.schema import Offer
from optimizer.workbook.areas.lives import Lot, paid_while
from optimizer.workbook.draft import Draft
from optimizer.workbook.expression import Expr, Reference, both, floored, greatest, least, total, when
from optimizer.workbook.sheet import Figure, Line


@dataclass
class Sold:
    """What was ordered in a period and is sold: how much of it by period and so far, its age at each, its cost a unit
    by tax class."""

    so_far: Line
    age: Line
    cost_by_class: dict[str, Expr]


def add_resale(draft: Draft, name: str, offer: Offer, whole: Line, lots: Sequence[Lot]) -> list[Sold]:
    """Depreciation of an offer with units sold early, what they fetch, and the rest of their book value.

    ``whole`` is the cost of what is ordered in each period.
    """
    path, sheet = ("hardware", name), draft.sheet
    lead, life = draft.figure(*path, "lead_periods"), draft.figure(*path, "life_periods")
    price = draft.series(*path, "price_usd")
    curve = resale_curve(draft, name)
    found: list[Sold] = []
    fetched: list[Expr] = []
    left: list[Expr] = []
    gone: list[Expr] = []
    for site, ordered in draft.decisions.vintages(name):
        words = f"{name} of {ordered} at {site}"
        u = draft.calendar.index(ordered)
        sold = draft.decisions.row(RETIREMENTS, name, site, ordered)
        periods = draft.periods
        arrived = draft.end_of(ordered) + lead
        age = sheet.line(f"{words}: age", "periods", periods.starts + 1 - periods.begins(arrived))
        serves = periods.ends - periods.ends_holding(arrived) < life
        inside = both(age > 0, serves)
        parts = {"accelerator": (offer.tax_class, _at(price, u))}
        for part, cost in offer.attach.items():
            parts[part] = (cost.tax_class, _at(draft.series(*path, "attach", part, "usd_per_unit"), u))
        unit = sheet.figure(
            f"{words}: cost of a unit", "musd", total([usd for _, usd in parts.values()]) / draft.million
        )
        years = sheet.line(f"{words}: age in years", "years", age / draft.per_year)
        share = sheet.line(f"{words}: share of the price", "share", curve.at(years))
        worth = sheet.line(
            f"{words}: fetched", "musd", when(inside, sold * least(_at(price, u), price) / draft.million * share)
        )
        book = sheet.line(f"{words}: book value sold", "musd", when(inside, sold * unit * greatest(0, 1 - age / life)))
        counted = sheet.line(f"{words}: sold while it serves", "units", when(inside, sold))
        so_far = sheet.line(f"{words}: sold so far", "units", counted.so_far, 0)
        fetched.append(worth)
        left.append(book - worth)
        spared: Expr = 1 / life
        if not draft.calendar.is_equal:
            spared = least(1, (age + periods.steps) / life) - least(1, age / life)
        gone.append(when(age < life, so_far * unit * spared))
        classes: dict[str, Expr] = {}
        for tax_class, usd in parts.values():
            if tax_class is not None:
                classes[tax_class] = classes[tax_class] + usd if tax_class in classes else usd * 1
        found.append(Sold(so_far, age, classes))
    kept = paid_while(draft, f"{name}: delivered, times periods served", whole, lead, life) / life
    by_site: dict[str, list[Expr]] = {}
    for (site, _), musd in zip(draft.decisions.vintages(name), fetched, strict=True):
        by_site.setdefault(site, []).append(musd)
    for lot in lots:
        by_site.setdefault(lot.site, []).append(lot.fetched)
    own = draft.entities.by_site({site: total(each) for site, each in by_site.items()})
    draft.entities.split(RESALE.of(name), own)
    gone_of_it = kept - total(gone) if gone else kept
    draft.post(DEPRECIATION, name, amount=total([gone_of_it, *(lot.written_off for lot in lots)]))
    draft.post(RESALE, name, amount=total([*fetched, *(lot.fetched for lot in lots)]))
    draft.post(WRITE_OFF, name, amount=total([*left, *(lot.loss for lot in lots)]))
    return found


@dataclass
class ResaleCurve:
    """The share of its price that a unit fetches by its age in years."""

    shares: Line
    last: Figure

    def at(self, years: Expr) -> Expr:
        """Linear between whole years, nothing after the last."""
        whole = floored(years)
        low = self.shares.at(whole + 1)
        step = self.shares.at(whole + 1 + 1) - low
        return when(both(years >= 0, years <= self.last), low + when(years > whole, (years - whole) * step))


def resale_curve(draft: Draft, name: str) -> ResaleCurve:
    """The curve of an offer, by items: the first is that of age 0."""
    shares = draft.inputs.list("hardware", name, "resale_share_by_age", unit="share")
    made = draft.curves.get(name)
    if made is None:
        last = Reference(shares.sheet.positions, still=shares.high) - 1
        made = draft.curves[name] = draft.schedules.figure(f"{name}: oldest age that fetches something", "years", last)
    return ResaleCurve(shares, made)


def _at(series: Figure | Line, t: int) -> Expr:
    return Reference(series, still=t) if isinstance(series, Line) else series
