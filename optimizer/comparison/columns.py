"""The columns of the tables, in their order; units are in the names, and docs/compare.md says what they mean."""

from optimizer.contract.objectives import LISTED, UNITS

OBJECTIVE_UNITS = {name: UNITS[name] for name in LISTED}
"""Objective → its unit: a share (of wacc: a year), or USD million."""

FOUND = (
    "status",
    "reason",
    "cause",
    "objective",
    "sense",
    "unit",
    "value",
    "bound",
    "gap_musd",
    "best",
    "best_gap_musd",
)
FIGURES = {
    "wacc_per_year": "average_wacc_per_year",
    "npv_musd": "net_present_cost",
    "equity_irr_per_year": "equity_irr_per_year",
    "equity_raised_musd": "equity_raised_musd",
    "debt_drawn_musd": "debt_drawn_musd",
    "partner_cash_musd": "partner_cash_musd",
    "leased_musd": "leased_musd",
    "dilution_share": "dilution_share",
    "peak_funding_musd": "peak_funding",
    "minimum_dscr": "minimum_dscr",
    "minimum_cash_musd": "minimum_cash_musd",
}
"""Column → metric of the plan; npv_musd is its negative."""
STANDING = ("rank", "tie", "regret", "regret_within", "tied_with_best")
TAKEN = {"mix", "scenario", "sweep", *FOUND, *FIGURES, *STANDING}
"""What the column of an axis cannot be called."""
