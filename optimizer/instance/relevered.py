"""What shareholders ask in a bucket of a pricing grid that relevers."""

from __future__ import annotations

from optimizer.finance.cost_of_equity import relevered_cost_of_equity
from optimizer.instance.schema import Bucket, Instance, Relever


def relevered(instance: Instance, rule: Relever, bucket: Bucket, leverage: float) -> float:
    """The cost of equity per year at a leverage, debt over debt and equity, with the spread of the bucket."""
    return relevered_cost_of_equity(
        rule.method,
        leverage,
        rule.unlevered_cost_per_year,
        risk_free=rule.risk_free_per_year,
        cost_of_debt=rule.cost_of_debt_per_year + bucket.spread_per_year,
        tax_rate=instance.tax.rate if instance.tax else 0.0,
    )
