"""EBITDA of the last year as it can go on: less what those who leave no more earn, the dearest hours served first."""

from __future__ import annotations

from optimizer.contract.accounts import RETAINED
from optimizer.contract.decisions import ALLOCATIONS, DELIVERIES, RETIREMENTS, SERVICE
from optimizer.workbook.draft import Draft
from optimizer.workbook.expression import Expr, greatest, least, ratio, total, when
from optimizer.workbook.found import Found


def run_rate(draft: Draft, found: Found) -> Expr:
    """EBITDA per year of the last year, or of all periods if they are fewer."""
    sheet, instance = draft.capital, draft.instance
    ebitda = draft.moved("revenue", "opex", account=RETAINED, negative=True)
    room = sheet.figure("Compute of the units that serve on", "H100e", _capacity_after(draft, found))
    hour = draft.hours / draft.million
    sold: list[tuple[Expr, Expr, str]] = []
    for name in instance.markets:
        rows = [
            draft.decisions.row(SERVICE, *key)
            for key in draft.decisions.keys(SERVICE)
            if key[0] == name and key[1] in instance.sites
        ]
        if rows:
            asked = draft.series("markets", name, "revenue_usd_per_h100e_hour")
            sold.append((asked, sheet.line(f"{name}: served from sites", "H100e", total(list(rows))), name))
    for name, partner in instance.partners.items():
        rows = [draft.decisions.row(DELIVERIES, *key) for key in draft.decisions.keys(DELIVERIES) if key[0] == name]
        if rows and partner.price_usd_per_h100e_hour is not None:
            agreed = draft.figure("partners", name, "price_usd_per_h100e_hour")
            sold.append((agreed, sheet.line(f"{name}: delivered from sites", "H100e", total(list(rows))), name))
    for name, customer in found.customers.items():
        sold.append((ratio(customer.earned, customer.held * hour), customer.held * 1, name))
    lost: list[Expr] = []
    for i, (price, served, name) in enumerate(sold):
        dearer = [
            when(other >= price if j < i else other > price, amount)
            for j, (other, amount, _) in enumerate(sold)
            if j != i
        ]
        left = greatest(0, least(served, room - total(dearer)))
        lost.append(sheet.line(f"{name}: earned on what leaves", "musd", (served - left) * price * hour))
    goes_on = ebitda - total(lost) if lost else ebitda
    row = sheet.line(
        "EBITDA that goes on", "musd", when(draft.periods.ends > draft.periods.end - draft.per_year, goes_on)
    )
    return row.whole * draft.per_year / least(draft.periods.end, draft.per_year)


def _capacity_after(draft: Draft, found: Found) -> Expr:
    """What the units in service at the end whose life goes on can serve."""
    terms: list[Expr] = []
    for name, site in draft.decisions.keys(ALLOCATIONS):
        lead, life = draft.figure("hardware", name, "lead_periods"), draft.figure("hardware", name, "life_periods")
        periods, bought = draft.periods, draft.decisions.row(ALLOCATIONS, name, site)
        leaves = periods.end + periods.steps_after - life
        if draft.calendar.is_equal:
            units = bought.between(leaves - lead, draft.t_last - lead)
        else:
            arrived = draft.capital.line(f"{name} at {site}: delivered", "units", periods.arriving(bought, lead))
            units = arrived.by(periods.ends, leaves, periods.end)
        for at, ordered in draft.decisions.vintages(name):
            if at == site:
                arrived_by = periods.ends_holding(draft.end_of(ordered) + lead)
                units = units - when(arrived_by > leaves, draft.decisions.row(RETIREMENTS, name, site, ordered).whole)
        terms.append(_use(draft, name, site) * units)
    for name, lots in found.lots.items():
        stays = draft.periods.end + draft.periods.steps_after
        terms += [_use(draft, name, lot.site) * when(lot.leaves > stays, lot.there.end) for lot in lots]
    return total(terms)


def _use(draft: Draft, name: str, site: str) -> Expr:
    """H100e that a unit serves at a site."""
    use = draft.figure("sites", site, "uptime_share") * draft.figure("sites", site, "max_utilisation_share")
    return use * draft.figure("hardware", name, "compute_h100e")
