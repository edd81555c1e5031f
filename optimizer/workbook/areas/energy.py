"""Power and energy: loads of sites, what sources give, what the grid adds, and what all of it costs."""

from __future__ import annotations

from optimizer.contract.decisions import ENERGY_CONTRACTS, ENERGY_TAKEN
from optimizer.contract.lines import ENERGY, GRID_ENERGY, SOURCE_ENERGY
from optimizer.workbook.areas.hardware import over
from optimizer.workbook.draft import Draft
from optimizer.workbook.expression import Expr, greatest, total, when
from optimizer.workbook.found import Found
from optimizer.workbook.sheet import Line


def add_energy(draft: Draft, found: Found) -> None:
    """Rows of sites, then of regions."""
    instance, sheet = draft.instance, draft.sheet
    sheet.heading("Power and energy")
    thousand = draft.inputs.constant("A thousand", "number", 1000.0)
    used: dict[str, list[Expr]] = {name: [] for name in instance.regions}
    loads: dict[str, list[Expr]] = {name: [] for name in instance.regions}
    with_sources = {source.region for source in instance.energy_sources.values()}
    for name, site in instance.sites.items():
        kw = [
            draft.figure("hardware", offer, "kw") * units
            for (offer, at), units in found.fleet.items()
            if at == name
        ]  # fmt: skip
        load = sheet.line(f"Load of {name}", "MW", draft.figure("sites", name, "pue") * total(kw) / thousand)
        draft.check(f"{name}: the load is within the power on line", over(draft, load - found.energised[name]))
        energy = sheet.line(
            f"Energy of {name}", "MWh", load * draft.figure("sites", name, "load_factor_share") * draft.hours
        )
        loads[site.region].append(load)
        used[site.region].append(energy)
        if site.region not in with_sources:
            price = draft.series("regions", site.region, "energy_price_usd_per_mwh")
            draft.post(ENERGY, name, amount=energy * price / draft.million)
    for name, region in instance.regions.items():
        if region.power_limit_mw is not None:
            limit = draft.series("regions", name, "power_limit_mw")
            draft.check(f"{name}: loads are within the limit of the region", over(draft, total(loads[name]) - limit))
        if name not in with_sources:
            continue
        taken = [_source(draft, found, source) for source, one in instance.energy_sources.items() if one.region == name]
        if region.energy_price_usd_per_mwh is not None:
            grid = sheet.line(f"Energy from the grid in {name}", "MWh", total(used[name]) - total(list(taken)))
            price = draft.series("regions", name, "energy_price_usd_per_mwh")
            draft.post(GRID_ENERGY, name, amount=grid * price / draft.million)


def _source(draft: Draft, found: Found, name: str) -> Line:
    source, path = draft.instance.energy_sources[name], ("energy_sources", name)
    taken = draft.decisions.row(ENERGY_TAKEN, name)
    price, limit = draft.series(*path, "price_usd_per_mwh"), draft.series(*path, "limit_mw")
    paid: Expr = taken
    if source.contract is not None:
        signed = draft.decisions.row(ENERGY_CONTRACTS, name)
        term = draft.figure(*path, "contract", "term_periods")
        share = draft.figure(*path, "contract", "take_or_pay_share")
        active = draft.sheet.line(f"{name}: contract runs", "1 for yes", draft.periods.lasting(signed, term))
        least = draft.sheet.line(f"{name}: paid for at the least", "MWh", share * limit * active * draft.hours)
        paid = when(price < 0, taken, greatest(taken, least))
        last = limit.end if isinstance(limit, Line) else limit
        then = greatest(0, price.end if isinstance(price, Line) else price)
        kept = 1 - draft.figure(*path, "contract", "assignable_share")
        later = found.annuity_after(draft, draft.periods.starts + 1, term * 1)
        of_base = draft.inputs.constant("Hours of a year", "hours", 8760.0) / draft.per_year
        each = kept * share * last * of_base * then / draft.million
        ends = draft.sheet.line(f"{name}: after the end, at its worth there", "musd", signed * each * later)
        found.contracts.append((f"Energy of {name}", ends.whole))
    draft.post(SOURCE_ENERGY, name, amount=paid * price / draft.million)
    return taken
