"""The order in which a workbook is made: its table of contents."""

from __future__ import annotations

from optimizer.plan.plan import Plan
from optimizer.workbook.areas.contracts import add_contracts
from optimizer.workbook.areas.debt import add_debt
from optimizer.workbook.areas.energy import add_energy
from optimizer.workbook.areas.equity import add_equity
from optimizer.workbook.areas.fair_rate import fair_rate
from optimizer.workbook.areas.hardware import add_hardware
from optimizer.workbook.areas.interest_in_construction import add_interest_in_construction
from optimizer.workbook.areas.partners import add_partners
from optimizer.workbook.areas.pricing_grid import add_debt_totals, add_pricing_grid
from optimizer.workbook.areas.service import add_cash_flows, add_service
from optimizer.workbook.areas.sites import add_sites
from optimizer.workbook.areas.tax import (
    add_cash_and_tax,
    add_fees_deducted,
    add_stand_alone_tax,
    add_tax_depreciation,
)
from optimizer.workbook.capital import add_capital
from optimizer.workbook.checks import add_checks
from optimizer.workbook.covenants import add_covenants
from optimizer.workbook.draft import Draft
from optimizer.workbook.found import Found
from optimizer.workbook.groups import add_groups
from optimizer.workbook.objectives import add_objectives
from optimizer.workbook.statements import add_statements


def drafted(plan: Plan) -> tuple[Draft, Found]:
    """All sheets of a plan's workbook, with their rows in place."""
    draft = Draft(plan)
    found = Found(lambda: fair_rate(draft, found))
    draft.sheet.heading("Time")
    draft.time()
    add_sites(draft, found)
    add_hardware(draft, found)
    add_energy(draft, found)
    add_partners(draft, found)
    add_contracts(draft, found)
    add_service(draft, found)
    add_cash_flows(draft)
    add_debt(draft, found)
    found.put_discount(draft)
    add_equity(draft, found)
    add_debt_totals(draft, found)
    add_pricing_grid(draft, found)
    add_interest_in_construction(draft, found)
    add_tax_depreciation(draft, found)
    draft.fill(leave=("tax", "interest_income"))
    fees = add_fees_deducted(draft, found)
    add_cash_and_tax(draft, found, fees)
    draft.fill()
    add_stand_alone_tax(draft, found)
    add_statements(draft, found)
    add_groups(draft, found)
    add_covenants(draft, found)
    add_capital(draft, found)
    add_objectives(draft, found)
    add_checks(draft)
    draft.lay_out()
    return draft, found
