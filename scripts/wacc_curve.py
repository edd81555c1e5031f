"""What capital costs at each debt share in the min-wacc instance, and what its plan chooses: the table in the README.

The price at a bucket's upper leverage L is (1−τ)·(rate + spread)·L + k_e·(1−L), with the rate of the cheapest loan.
"""

from __future__ import annotations

import sys
from pathlib import Path

import optimizer
from scripts.pages import fill

ROOT = Path(__file__).resolve().parents[1]


def prices(instance: optimizer.Instance) -> list[tuple[float, float, float, float]]:
    """By bucket: leverage, rate of debt after tax, cost of equity, and their average, all as shares."""
    grid, tax = instance.pricing_grid, instance.tax
    assert grid is not None
    assert tax is not None
    rate = min(debt.rate_per_year.expand(instance.periods)[0] for debt in instance.debt.values())
    rows = []
    for bucket in grid.buckets:
        leverage = 1.0 if bucket.upper is None else bucket.upper
        after_tax = (1.0 - tax.rate) * (rate + bucket.spread_per_year)
        equity = bucket.cost_of_equity_per_year or 0.0
        rows.append((leverage, after_tax, equity, leverage * after_tax + (1.0 - leverage) * equity))
    return rows


def table(instance: optimizer.Instance) -> str:
    """The prices as a Markdown table with a bar for the eye; the open last bucket is left out."""
    lines = ["| debt share | debt after tax | equity | average | |", "|---|---|---|---|---|"]
    shown = [row for row in prices(instance) if row[0] < 1.0]
    least = min(row[3] for row in shown)
    for leverage, debt, equity, average in shown:
        bar = "█" * round(400 * (average - 0.10)) + (" least" if average == least else "")
        lines.append(f"| {leverage:.0%} | {debt:.2%} | {equity:.2%} | {average:.2%} | {bar} |")
    return "\n".join(lines)


def main() -> None:
    instance = optimizer.load(ROOT / "instances" / "min-wacc.yaml")
    fill(ROOT / "README.md", {"wacc": f"\n{table(instance)}\n"})
    print(table(instance))
    if "--solve" in sys.argv[1:]:
        plan = optimizer.solve(instance)
        print(plan.summary["message"], plan.table("pricing_grid").to_string(), sep="\n")


if __name__ == "__main__":
    main()
