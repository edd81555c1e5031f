"""The tables that a plan can make: name, folder in a run, and the function that builds it."""

from __future__ import annotations

from collections.abc import Callable

from optimizer.plan.record import Record
from optimizer.plan.table import Table
from optimizer.plan.tables.binding_limits import binding_limits
from optimizer.plan.tables.charges import cost_of_capital, wacc
from optimizer.plan.tables.cloud import cloud
from optimizer.plan.tables.colocation import colocation
from optimizer.plan.tables.commitments import commitments_table
from optimizer.plan.tables.contracts import contracts
from optimizer.plan.tables.convertibles import convertibles
from optimizer.plan.tables.covenants import covenants
from optimizer.plan.tables.debt import financing, lenders
from optimizer.plan.tables.dividends import dividends
from optimizer.plan.tables.energy import energy, energy_mix, power_energy
from optimizer.plan.tables.equity import equity_rounds
from optimizer.plan.tables.frameworks import agreements
from optimizer.plan.tables.groups import entities, waterfall
from optimizer.plan.tables.hardware import fleet, purchases
from optimizer.plan.tables.interest_in_construction import interest_in_construction
from optimizer.plan.tables.leases import leases
from optimizer.plan.tables.leverage import leverage_table
from optimizer.plan.tables.partners import partners
from optimizer.plan.tables.power import site_power
from optimizer.plan.tables.preferred import preferred
from optimizer.plan.tables.pricing_grid import pricing_grid
from optimizer.plan.tables.resale import retirements
from optimizer.plan.tables.reserves import service_reserves
from optimizer.plan.tables.service import markets, service
from optimizer.plan.tables.shareholder_value import shareholder_value
from optimizer.plan.tables.sites import site_starts
from optimizer.plan.tables.statements import balance_sheet, cash_flow, income, sources_and_uses
from optimizer.plan.tables.tax import tax

Builder = Callable[[Record], Table]

SCHEDULES: dict[str, Builder] = {
    "site_starts": site_starts,
    "interest_in_construction": interest_in_construction,
    "colocation": colocation,
    "site_power": site_power,
    "purchases": purchases,
    "agreements": agreements,
    "leases": leases,
    "fleet": fleet,
    "retirements": retirements,
    "power_energy": power_energy,
    "energy": energy,
    "energy_mix": energy_mix,
    "service": service,
    "markets": markets,
    "cloud": cloud,
    "financing": financing,
    "lenders": lenders,
    "service_reserves": service_reserves,
    "convertibles": convertibles,
    "equity_rounds": equity_rounds,
    "preferred": preferred,
    "partners": partners,
    "contracts": contracts,
    "dividends": dividends,
    "waterfall": waterfall,
    "covenants": covenants,
    "leverage": leverage_table,
    "pricing_grid": pricing_grid,
    "cost_of_capital": cost_of_capital,
    "wacc": wacc,
    "shareholder_value": shareholder_value,
    "tax": tax,
    "commitments": commitments_table,
    "binding_limits": binding_limits,
}
STATEMENTS: dict[str, Builder] = {
    "entities": entities,
    "income": income,
    "cash_flow": cash_flow,
    "balance_sheet": balance_sheet,
    "sources_and_uses": sources_and_uses,
}
BUILDERS: dict[str, Builder] = SCHEDULES | STATEMENTS
