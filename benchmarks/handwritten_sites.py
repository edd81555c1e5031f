"""The sites of the hand-written flagship: phases, their spending, and what they are worth at the horizon."""

from __future__ import annotations

from typing import Any

from benchmarks.sheet import INFINITE, YEARS, Sheet, Terms, Year, add, index


def add_sites(figures: dict[str, Any], sheet: Sheet, flows: list[Year]) -> dict[str, list[int]]:
    """A binary for each phase and year, in order and once; the megawatts of each site and year, a column each."""
    energised: dict[str, list[int]] = {}
    tables = figures["depreciation"]
    for name, site in figures["sites"].items():
        megawatts = energised[name] = sheet.columns(high=site["grid_connection_mw"])
        live: list[Terms] = [{column: -1.0} for column in megawatts]
        before: list[int] | None = None
        phases = [phase for phase in site["phases"] for _ in range(phase.get("count", 1))]
        for number, phase in enumerate(phases):
            starts = sheet.columns(high=1.0, integer=True)
            first, last = index(phase.get("earliest_start"), 0), index(phase.get("latest_start"), YEARS[-1])
            for year in YEARS:
                if not first <= year <= last:
                    sheet.high[starts[year]] = 0.0
            sheet.row(dict.fromkeys(starts, 1.0), 1.0 if phase.get("committed") else 0.0, 1.0)
            if before is not None:
                for year in YEARS:
                    earlier = dict.fromkeys(before[: year + 1], -1.0)
                    sheet.row(earlier | dict.fromkeys(starts[: year + 1], 1.0), -INFINITE, 0.0)
            before = starts
            for year, start in enumerate(starts):
                _phase_money(site, phase, number, year, start, flows, tables)
                for later in range(year + phase["lead_periods"], len(YEARS)):
                    live[later][start] = phase["mw"]
                    flows[later].operate(start, -phase["fixed_opex_musd_per_year"])
        for terms in live:
            sheet.row(terms, 0.0, 0.0)
    return energised


def _phase_money(
    site: dict[str, Any],
    phase: dict[str, Any],
    number: int,
    year: int,
    start: int,
    flows: list[Year],
    tables: dict[str, Any],
) -> None:
    """Spending by profile, tax depreciation by class, and the book value that is left at the horizon."""
    service = year + phase["lead_periods"]
    terminal = flows[year].terminal
    if number == 0:
        flows[year].invest(start, site["land_musd"])
        add(terminal, start, site["land_musd"])
    for offset, share in enumerate(phase.get("spend_profile", [1.0])):
        paid = year + offset
        if paid not in YEARS:
            continue
        for part in phase["capex"].values():
            amount = share * part["musd"]
            flows[paid].invest(start, amount)
            begun = max(service, paid)
            written_off = max(0, len(YEARS) - begun) / part["book_life_years"]
            # construction in progress is no asset in service and has no terminal value
            if begun in YEARS:
                add(terminal, start, amount * (1.0 - written_off))
            for age, portion in enumerate(_yearly(tables[part["tax_class"]])):
                if begun + age in YEARS:
                    add(flows[begun + age].income, start, -amount * portion)


def _yearly(table: dict[str, Any]) -> list[float]:
    """Share of the cost that is deducted in each year of service."""
    if table.get("bonus_share") == 1:
        return [1.0]
    if "table_shares" in table:
        return list(table["table_shares"])
    return [1.0 / table["life_years"]] * len(YEARS)
