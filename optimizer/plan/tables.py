"""The tables that a plan can make: name, folder in a run, and the function that builds it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from optimizer.plan import statements
from optimizer.plan.binding import binding_limits
from optimizer.plan.schedules import (
    capital,
    covenants,
    energy,
    equity,
    financing,
    hardware,
    leverage,
    pricing_grid,
    service,
    sites,
    tax,
)
from optimizer.plan.table import Table

if TYPE_CHECKING:
    from optimizer.plan.plan import Plan

Builder = Callable[["Plan"], Table]

SCHEDULES: dict[str, Builder] = {
    "site_starts": sites.site_starts,
    "colocation": sites.colocation,
    "site_power": sites.site_power,
    "purchases": hardware.purchases,
    "agreements": hardware.agreements,
    "leases": financing.leases,
    "fleet": hardware.fleet,
    "retirements": hardware.retirements,
    "power_energy": energy.power_energy,
    "energy": energy.energy,
    "energy_mix": energy.energy_mix,
    "service": service.service,
    "markets": service.markets,
    "cloud": service.cloud,
    "financing": financing.financing,
    "lenders": financing.lenders,
    "equity_rounds": equity.equity_rounds,
    "preferred": equity.preferred,
    "partners": equity.partners,
    "dividends": equity.dividends,
    "covenants": covenants.covenants,
    "leverage": leverage.leverage_table,
    "pricing_grid": pricing_grid.pricing_grid,
    "cost_of_capital": capital.cost_of_capital,
    "wacc": capital.wacc,
    "tax": tax.tax,
    "binding_limits": binding_limits,
}
STATEMENTS: dict[str, Builder] = {
    "income": statements.income,
    "cash_flow": statements.cash_flow,
    "balance_sheet": statements.balance_sheet,
    "sources_and_uses": statements.sources_and_uses,
}
BUILDERS: dict[str, Builder] = SCHEDULES | STATEMENTS
