"""For every metric a figure that is a little off in the plan, and a metric that is missing or that nobody knows."""

from __future__ import annotations

from .build import Case
from .mutations import DOLLARS_100, MUTATIONS, mutation

__all__ = ["MUTATIONS"]

OFF = {
    "capex_musd": ("sites", DOLLARS_100),
    "external_capital_raised_musd": ("debt", DOLLARS_100),
    "equity_raised_musd": ("equity", DOLLARS_100),
    "debt_drawn_musd": ("loans", DOLLARS_100),
    "partner_cash_musd": ("partners", DOLLARS_100),
    "leased_musd": ("leases", DOLLARS_100),
    "revenue_musd": ("service", DOLLARS_100),
    "revenue_musd.2026": ("service", DOLLARS_100),
    "opex_musd": ("service", DOLLARS_100),
    "opex_musd.2027": ("service", DOLLARS_100),
    "units_bought": ("hardware", 1.0),
    "average_accelerator_price_usd": ("hardware", 1.0),
    "renewable_share": ("energy", 1e-4),
    "emissions_t": ("energy", 1.0),
    "average_wacc_per_year": ("leverage_grid", 1e-4),
    "minimum_dscr": ("debt", 1e-3),
    "undecided_charge_musd": ("leverage_grid", DOLLARS_100),
    "maximum_leverage_share": ("leverage_grid", 1e-4),
    "maximum_book_leverage_share": ("leverage_grid", 1e-4),
    "dividends_musd": ("equity", DOLLARS_100),
    "returned_capital_musd": ("equity", DOLLARS_100),
    "terminal_value_musd": ("equity", DOLLARS_100),
    "commitments_musd": ("partners", DOLLARS_100),
    "minimum_cash_musd": ("debt", DOLLARS_100),
    "dilution_share": ("partners", 1e-4),
    "ownership_kept_share": ("partners", 1e-4),
    "ownership_error_bound_share": ("equity", 1e-4),
    "sunk_value_musd": ("cash_flows", DOLLARS_100),
    "peak_equity_musd": ("equity", DOLLARS_100),
    "runway_months": ("service", 1e-3),
    "maturity_wall_musd": ("debt", DOLLARS_100),
    "project_irr_per_year": ("equity", 1e-3),
    "unlevered_irr_per_year": ("equity", 1e-3),
    "equity_multiple": ("payouts", 1e-4),
    "payback_years": ("payouts", 1e-3),
    "break_even_price_usd_per_h100e_hour": ("service", 1e-3),
    "break_even_utilisation_share": ("service", 1e-3),
    "loan_life_cover": ("debt", 1e-3),
    "project_life_cover": ("debt", 1e-3),
    "equity_irr_per_year": ("payouts", 1e-4),
}
"""Metric → the case in which it is off, and by how much."""


def _off(name: str, case: str, amount: float) -> None:
    def change(c: Case) -> None:
        stated = c.plan["metrics"][name]
        c.plan["metrics"][name] = amount if stated is None else stated + amount

    change.__name__ = f"{name}_off"
    mutation(f"metric.{name.split('.')[0]}", case)(change)


for _name, _where in OFF.items():
    _off(_name, *_where)


@mutation("metric.stated", "equity")
def a_metric_left_out(c: Case) -> None:
    del c.plan["metrics"]["capex_musd"]


@mutation("metric.stated", "equity")
def a_metric_of_ones_own(c: Case) -> None:
    c.plan["metrics"]["return_on_everything"] = 1.0
