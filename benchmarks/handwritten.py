"""The flagship as one would write it by hand, straight into columns and rows: what capstack is measured against.

It reads the figures of the instance file itself and shares no code with the package. Five sites with four phases each,
one binary for each phase and year; three offers with volume tiers, whole lots for each site; demand by market; two
bank loans, a vendor's credit and a revolver; two rounds of equity; the pricing grid; leverage, coverage and the limit
of the banks; tax with losses carried forward; cash.

Left out, to keep it what a person would write in a day: commitment fees, security over assets, the partner, the
take-or-pay side of the wind contract, the condition on renting out surplus, the binaries that keep tax to the law, and
interest on cash. Units: USD million, MW, thousand accelerators, thousand H100 equivalents; flows fall on the end of
a year.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from benchmarks.arrays import Arrays
from benchmarks.handwritten_finance import finance
from benchmarks.handwritten_sites import add_sites
from benchmarks.sheet import INFINITE, YEARS, Sheet, Terms, Year, add, plain, scaled, series, total

HOURS = 8760.0
OBJECTIVES = ("cost_of_capital", "net_present_cost")


def handwritten(path: str | Path, objective: str) -> Arrays:
    """The programme of the flagship's file, with one of OBJECTIVES to be minimised."""
    figures = plain(yaml.safe_load(Path(path).read_text(encoding="utf-8")))
    sheet = Sheet()
    flows = [Year() for _ in YEARS]
    load = _hardware(figures, sheet, flows, add_sites(figures, sheet, flows))
    _energy(figures, sheet, flows, load)
    _service(figures, sheet, flows)
    for year, flow in enumerate(flows):
        for given in figures["cash_flows"].values():
            amount = series(given["musd_per_year"])[year]
            flow.cash_constant += amount
            flow.income_constant += amount
            flow.corporate += amount if given.get("corporate") else 0.0
    charges, constants = finance(figures, sheet, flows)
    rate = figures["discount"]["rate_per_year"]
    factors = [(1.0 + rate) ** -(year + 1) for year in YEARS]
    if objective == "cost_of_capital":
        weighted = [scaled(charge, factor) for charge, factor in zip(charges, factors, strict=True)]
        constant = sum(amount * factor for amount, factor in zip(constants, factors, strict=True))
    elif objective == "net_present_cost":
        weighted = [scaled(flow.free_cash, -factor) for flow, factor in zip(flows, factors, strict=True)]
        weighted += [scaled(flow.terminal, -figures["terminal"]["share"] * factors[-1]) for flow in flows]
        constant = -sum(flow.cash_constant * factor for flow, factor in zip(flows, factors, strict=True))
    else:
        raise ValueError(f"{objective} is none of {', '.join(OBJECTIVES)}")
    return sheet.arrays(total(*weighted), constant)


# ── hardware ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _hardware(
    figures: dict[str, Any], sheet: Sheet, flows: list[Year], energised: dict[str, list[int]]
) -> dict[str, list[Terms]]:
    """Whole lots for each offer, site and year, one tier for each order; returns the megawatts drawn by site."""
    load: dict[str, list[Terms]] = {name: [{} for _ in YEARS] for name in energised}
    for name, offer in figures["hardware"].items():
        lot, supply = offer["lot_units"] / 1000.0, offer["supply_units"] / 1000.0
        lots = {site: sheet.columns(high=round(supply / lot), integer=True) for site in energised}
        lead, life = offer["lead_periods"], offer["life_periods"]
        attach = sum(part["usd_per_unit"] for part in offer["attach"].values()) / 1000.0
        prices = [price / 1000.0 for price in series(offer["price_usd"])]
        for year in YEARS:
            arrives = year + lead
            ordered = {lots[site][year]: lot for site in energised}
            if arrives not in YEARS:
                for column in ordered:
                    sheet.high[column] = 0.0
                continue
            _order(offer, sheet, flows, ordered, year, supply, prices[year], attach, vendor=name == "b200-direct")
            for site, columns in lots.items():
                figure = figures["sites"][site]
                useful = figure["uptime_share"] * figure["max_utilisation_share"] * offer["compute_h100e"]
                for served in range(arrives, min(arrives + life, len(YEARS))):
                    add(load[site][served], columns[year], lot * offer["kw"] * figure["pue"])
                    add(flows[served].compute, columns[year], lot * useful)
                    flows[served].operate(columns[year], -lot * offer["upkeep_usd_per_unit_year"] / 1000.0)
    for site, columns in energised.items():
        for year in YEARS:
            sheet.row({**load[site][year], columns[year]: -1.0}, -INFINITE, 0.0)
    return load


def _order(
    offer: dict[str, Any],
    sheet: Sheet,
    flows: list[Year],
    ordered: Terms,
    year: int,
    supply: float,
    price: float,
    attach: float,
    *,
    vendor: bool,
) -> None:
    """One order: at most one tier, whose price is paid, a deposit now and the rest on delivery."""
    steps = offer["tiers"]["steps"]
    edges = [step["from_units"] / 1000.0 for step in steps] + [supply]
    chosen: Terms = {}
    quantity = scaled(ordered, -1.0)
    paid_below = 0.0
    deposit, arrives = offer.get("deposit_share", 0.0), year + offer["lead_periods"]
    for step, low, high in zip(steps, edges, edges[1:], strict=False):
        net = price * (1.0 - step["discount_share"])
        # of an incremental schedule the units below the edge keep their price
        intercept = paid_below - net * low if offer["tiers"]["kind"] == "incremental" else 0.0
        paid_below += net * (high - low)
        binary, units = sheet.column(0.0, 1.0, integer=True), sheet.column(0.0, high)
        chosen[binary] = quantity[units] = 1.0
        sheet.row({units: 1.0, binary: -low}, 0.0, INFINITE)
        sheet.row({units: 1.0, binary: -high}, -INFINITE, 0.0)
        for column, cost in ((units, net + attach), (binary, intercept)):
            for paid, share in ((year, deposit), (arrives, 1.0 - deposit)):
                if share and cost:
                    flows[paid].invest(column, share * cost)
                    if vendor:
                        add(flows[paid].vendor, column, share * cost)
            if cost:
                # equipment is deducted at once, and written off over its life in the books
                add(flows[arrives].income, column, -cost)
                left = max(0.0, 1.0 - (len(YEARS) - arrives) / offer["life_periods"])
                add(flows[arrives].terminal, column, cost * left)
    sheet.row(chosen, -INFINITE, 1.0)
    sheet.row(quantity, 0.0, 0.0)


# ── energy and service ────────────────────────────────────────────────────────────────────────────────────────────


def _energy(figures: dict[str, Any], sheet: Sheet, flows: list[Year], load: dict[str, list[Terms]]) -> None:
    """Average megawatts from grid and sources; limits of the regions; the renewable share of all."""
    shares = series(figures["power"]["min_renewable_share"])
    renewable: list[Terms] = [{} for _ in YEARS]
    for name, region in figures["regions"].items():
        limits = series(region["power_limit_mw"])
        factor = next(site["load_factor_share"] for site in figures["sites"].values() if site["region"] == name)
        for year in YEARS:
            drawn = total(*(terms[year] for site, terms in load.items() if figures["sites"][site]["region"] == name))
            sheet.row(drawn, -INFINITE, limits[year])
            balance = scaled(drawn, -factor)
            renewable[year] = total(renewable[year], scaled(drawn, -factor * shares[year]))
            grid = sheet.column()
            balance[grid] = 1.0
            flows[year].operate(grid, -region["energy_price_usd_per_mwh"] * HOURS / 1e6)
            add(renewable[year], grid, region["grid_renewable_share"])
            for source in figures["energy_sources"].values():
                if source["region"] == name:
                    megawatts = sheet.column(0.0, series(source["limit_mw"])[year])
                    balance[megawatts] = 1.0
                    flows[year].operate(megawatts, -series(source["price_usd_per_mwh"])[year] * HOURS / 1e6)
                    add(renewable[year], megawatts, 1.0)
            sheet.row(balance, 0.0, 0.0)
    for terms in renewable:
        sheet.row(terms, 0.0, INFINITE)


def _service(figures: dict[str, Any], sheet: Sheet, flows: list[Year]) -> None:
    """Demand by market, from the accelerators in service and from the cloud by the hour."""
    spot = figures["cloud"]["spot"]
    for year, flow in enumerate(flows):
        served: Terms = scaled(flow.compute, -1.0)
        for market in figures["markets"].values():
            demand = series(market["demand_h100e"])[year] / 1000.0
            column = sheet.column(market.get("min_served_share", 0.0) * demand, demand)
            served[column] = 1.0
            price = series(market.get("revenue_usd_per_h100e_hour", 0.0))[year]
            flow.operate(column, price * HOURS / 1000.0)
        rented = sheet.column(0.0, spot["limit_h100e"] / 1000.0)
        flow.operate(rented, -spot["price_usd_per_h100e_hour"] * HOURS / 1000.0)
        served[rented] = -1.0
        sheet.row(served, -INFINITE, 0.0)
