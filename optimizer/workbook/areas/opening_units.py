"""Units that were there as the plan began, or on order: how many serve, what they cost, what they fetch."""

from __future__ import annotations

from optimizer.instance.schema import Offer, OpeningUnits
from optimizer.workbook.areas.lives import Lot, OpeningBasis
from optimizer.workbook.areas.resale import resale_curve
from optimizer.workbook.draft import Draft
from optimizer.workbook.expression import ZERO, Expr, both, greatest, least, total, when
from optimizer.workbook.found import Found
from optimizer.workbook.sheet import Line


def opening_lots(draft: Draft, found: Found, name: str, offer: Offer) -> list[Lot]:
    """The lots of an offer, with their rows; what is left of them for tax is noted."""
    return [_lot(draft, found, name, offer, key, lot) for key, lot in sorted(offer.opening.items())]


def fetched_after(draft: Draft, name: str, lot: Lot) -> Expr:
    """What the units of a lot that are in service at T fetch in T+1, USD million."""
    price = draft.series("hardware", name, "price_usd")
    last: Expr = price.end if isinstance(price, Line) else price
    years = (draft.periods.end + 1 - lot.first) / draft.per_year
    worth = least(_own_price(draft, name, lot.path), last) * resale_curve(draft, name).at(years)
    return lot.there.end * worth / draft.million


def _own_price(draft: Draft, name: str, path: tuple[str, ...]) -> Expr:
    offer = draft.instance.hardware[name]
    if offer.opening[path[-1]].price_usd is not None:
        return draft.figure(*path, "price_usd") * 1
    price = draft.series("hardware", name, "price_usd")
    return price.still(1) if isinstance(price, Line) else price * 1


def _lot(draft: Draft, found: Found, name: str, offer: Offer, key: str, lot: OpeningUnits) -> Lot:
    sheet, periods, path, words = draft.sheet, draft.periods, ("hardware", name, "opening", key), f"{name} {key}"
    life = draft.figure("hardware", name, "life_periods")
    arrives: Expr = ZERO
    if lot.delivery is None:
        age = draft.figure(*path, "age_periods")
        first, arrived = 1 - age, 1 - age
        begins: Expr = ZERO + 1
        of_life, behind = life - age, age * 1
    else:
        delivery = draft.inputs.period((*path, "delivery"), 1)
        first, arrived = periods.end_of(delivery - 1) + 1, periods.end_of(delivery * 1)
        begins, of_life, behind = first, life * 1, ZERO * 1
        arrives = draft.t.equals(delivery)
    row = sheet.figure(f"{words}: first base period of service", "base period", first)
    leaves = sheet.figure(f"{words}: life ends after", "base periods", arrived + life)
    units = draft.figure(*path, "units")
    sold = draft.decisions.opening_sold(name, lot.site, key)
    serves = both(periods.ends >= row, periods.ends < leaves)
    there = sheet.line(f"{words}: in service", "units", when(serves, units - sold.so_far))
    cost = total([draft.figure(*path, each) for each in ("book_value_musd", "deposit_musd", "due_musd")])
    share = least(1, greatest(0, periods.ends + 1 - begins) / of_life)
    off = sheet.line(f"{words}: share written off so far", "share", share, 0)
    gone = sheet.line(f"{words}: share sold so far", "share", ZERO, 0)
    fetched: Expr = ZERO
    loss: Expr = ZERO
    if offer.resale_share_by_age:
        age_now = sheet.line(f"{words}: age", "periods", periods.starts + 1 - row)
        inside = both(age_now > 0, serves)
        gone.formula = gone.before + when(inside, sold / units)
        price = draft.series("hardware", name, "price_usd")
        worth = least(_own_price(draft, name, path), price) * resale_curve(draft, name).at(age_now / draft.per_year)
        fetched = sheet.line(f"{words}: fetched", "musd", when(inside, sold * worth / draft.million))
        left = cost * (1 - off.before) * sold / units
        loss = sheet.line(f"{words}: book value sold, less that", "musd", when(inside, left) - fetched)
    written_off = cost * (off - off.before) * (1 - gone)
    for tax_class in sorted(lot.tax_basis_musd):
        basis = draft.figure(*path, "tax_basis_musd", tax_class)
        found.opening_basis.setdefault(tax_class, []).append(OpeningBasis(words, basis, row, behind, gone))
    due: Expr = ZERO
    deposit: Expr = ZERO
    if lot.delivery is not None:
        due, deposit = (draft.figure(*path, each) * arrives for each in ("due_musd", "deposit_musd"))
    return Lot(key, lot.site, path, there, sold, row, leaves, due, deposit, written_off, fetched, loss)
