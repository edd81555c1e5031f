"""What leverage makes of the cost of equity."""

from __future__ import annotations


def relevered_cost_of_equity(
    method: str, leverage: float, unlevered: float, *, risk_free: float, cost_of_debt: float, tax_rate: float
) -> float:
    """Cost of equity at leverage L = D/(D+E) < 1, per year.

    ``hamada``: r_f + (k_u − r_f)·(1 + (1−τ)·D/E) (Hamada 1972). ``harris_pringle``: k_u + (k_u − k_d)·D/E (Harris and
    Pringle 1985).
    """
    debt_to_equity = leverage / (1.0 - leverage)
    if method == "hamada":
        return risk_free + (unlevered - risk_free) * (1.0 + (1.0 - tax_rate) * debt_to_equity)
    return unlevered + (unlevered - cost_of_debt) * debt_to_equity
