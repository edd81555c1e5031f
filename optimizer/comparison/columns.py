"""The columns of the tables, in their order; units are in the names, and docs/compare.md says what they mean."""

from optimizer.comparison.details import HEADROOM
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
    "shareholder_value_musd": "shareholder_value",
    "equity_irr_per_year": "equity_irr_per_year",
    "equity_raised_musd": "equity_raised_musd",
    "debt_drawn_musd": "debt_drawn_musd",
    "partner_cash_musd": "partner_cash_musd",
    "leased_musd": "leased_musd",
    "dilution_share": "dilution_share",
    "peak_funding_musd": "peak_funding",
    "minimum_dscr": "minimum_dscr",
    "minimum_cash_musd": "minimum_cash_musd",
    "terminal_cash_musd": "terminal_cash",
}
"""Column → metric of the plan; npv_musd is its negative."""
STANDING = ("rank", "tie", "regret", "regret_within", "tied_with_best")
BESIDE = {"npv_rank": "npv_musd", "value_rank": "shareholder_value_musd"}
"""Rank of the plans by a figure, whatever the objective → the figure; more is better."""
CHANGES = {f"change_{column}": column for column in ("value", *FIGURES)}
"""Difference to the base of the table → the column that it is one of."""
BASE_RUN, CHANGE_WITHIN = "base_run", "change_value_within"
EXPECTED = (
    *("mix", "scenarios", "weights", "without_plan", "objective", "sense", "unit"),
    *("expected_value", "expected_within", "rank", "tie", "worst_value", "worst_scenario"),
    *("expected_npv_musd", "worst_npv_musd", "worst_npv_scenario"),
    *("expected_shareholder_value_musd", "worst_shareholder_value_musd", "worst_shareholder_value_scenario"),
    *("greatest_regret", "greatest_regret_scenario"),
)
"""The columns of the table of mixes over all scenarios."""
TAKEN = {"mix", "scenario", "sweep", *FOUND, *FIGURES, *STANDING, *BESIDE, *CHANGES, BASE_RUN, CHANGE_WITHIN, *HEADROOM}
"""What the column of an axis cannot be called."""
