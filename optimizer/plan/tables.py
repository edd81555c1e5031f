"""The tables that a plan can make: name, folder in a run, and the function that builds it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from optimizer.plan import statements
from optimizer.plan.binding import binding_limits
from optimizer.plan.schedules import covenants, financing, hardware, service, sites
from optimizer.plan.table import Table

if TYPE_CHECKING:
    from optimizer.plan.plan import Plan

Builder = Callable[["Plan"], Table]

SCHEDULES: dict[str, Builder] = {
    "site_starts": sites.site_starts,
    "site_power": sites.site_power,
    "purchases": hardware.purchases,
    "fleet": hardware.fleet,
    "power_energy": sites.power_energy,
    "service": service.service,
    "markets": service.markets,
    "financing": financing.financing,
    "equity_rounds": financing.equity_rounds,
    "covenants": covenants.covenants,
    "cost_of_capital": financing.cost_of_capital,
    "wacc": financing.wacc,
    "binding_limits": binding_limits,
}
STATEMENTS: dict[str, Builder] = {
    "income": statements.income,
    "cash_flow": statements.cash_flow,
    "balance_sheet": statements.balance_sheet,
    "sources_and_uses": statements.sources_and_uses,
}
BUILDERS: dict[str, Builder] = SCHEDULES | STATEMENTS
