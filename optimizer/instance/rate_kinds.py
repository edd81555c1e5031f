"""Whether a yearly rate is nominal, r·Δ a period as agreements say, or effective, (1+r)^Δ − 1.

With periods shorter than a year the two differ, and whoever reads one has to be told which it is.
"""

from __future__ import annotations

import re
from typing import Literal

RateKind = Literal["nominal", "effective", ""]

NOMINAL = {
    "yield_per_year",
    "implicit_rate_per_year",
    "commitment_fee_per_year",
    "margin_per_year",
    "floor_per_year",
    "letter_of_credit_fee_per_year",
    "dividend_per_year",
    "spread_per_year",
    "interest_in_construction_rate_per_year",
    "construction_rate_per_year",
    "average_rate_per_year",
    "charged_rate_per_year",
}
EFFECTIVE = {
    "discount_rate_per_year",
    "straight_rate_per_year",
    "rate_per_year",
    "fair_rate_per_year",
    "cost_of_equity_per_year",
    "unlevered_cost_per_year",
    "risk_free_per_year",
    "cost_of_debt_per_year",
    "unlevered_rate_per_year",
    "shield_rate_per_year",
    "growth_per_year",
    "escalator_per_year",
    "wacc_per_year",
    "average_wacc_per_year",
    "project_irr_per_year",
    "unlevered_irr_per_year",
    "equity_irr_per_year",
}


def rate_kind(path: str) -> RateKind:
    """What a field of an instance, such as ``debt.loan.rate_per_year``, a metric or a column is; empty for no rate.

    Of a series it may be one value: ``debt.loan.rate_per_year.2027``, ``…[2]``.
    """
    parts = re.sub(r"\[\d+\]", "", path).split(".")
    names = [part for part in parts if part != "initial" and not part[:1].isdigit()] or [""]
    name = names[-1]
    if name in NOMINAL or (name == "rate_per_year" and names[0] in ("debt", "reference_rates")):
        return "nominal"
    return "effective" if name in EFFECTIVE else ""
