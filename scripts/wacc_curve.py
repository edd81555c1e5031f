"""The least WACC of the min-wacc instance at given debt shares: the table in the README.

A share is asked for by two covenants, debt / (debt + equity) at the end of 2030; all else follows from the solve,
to 1 % and within 100 s each.
"""

from __future__ import annotations

from pathlib import Path

import optimizer
from optimizer.plan.plan import Plan

ROOT = Path(__file__).resolve().parents[1]
SHARES = (0.0, 0.05, 0.15, 0.25, 0.35, 0.45)


def at_share(base: optimizer.Instance, share: float) -> Plan:
    """The plan whose debt is ``share`` of debt and equity at the end of 2030."""
    data = base.canonical()
    data["covenants"] = {
        "at-least": {"kind": "debt_to_capital", "minimum": share, "first_test": 2030, "last_test": 2030},
        "at-most": {"kind": "debt_to_capital", "maximum": share, "first_test": 2030, "last_test": 2030},
    }
    return optimizer.solve(optimizer.Instance.model_validate(data), gap=0.01, time_limit=100)


def main() -> None:
    base = optimizer.load(ROOT / "instances" / "min-wacc.yaml")
    print("| debt share | least WACC |\n|---|---|")
    for share in SHARES:
        try:
            print(f"| {share:.0%} | {at_share(base, share).metrics['wacc']:.2%} |", flush=True)
        except optimizer.NoPlanError as nothing:
            print(f"| {share:.0%} | {nothing.status} |", flush=True)


if __name__ == "__main__":
    main()
