"""The least WACC of the min-wacc instance at given debt shares, as the table in the README.

Each share is asked for as a target from 2030 on (debt / (debt + equity) at its ends of the years), and the cost and the
tax of everything else follow from the solve.
"""

from __future__ import annotations

from pathlib import Path

import optimizer
from optimizer.plan.plan import Plan

ROOT = Path(__file__).resolve().parents[1]
SHARES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5)
OPENING, CLOSING = "<!-- wacc -->\n", "<!-- /wacc -->"


def at_share(base: optimizer.Instance, share: float) -> Plan:
    """The plan whose debt is ``share`` of debt and equity from 2030 on."""
    data = base.canonical()
    data["covenants"] = {
        "at-least": {"kind": "debt_to_capital", "minimum": share, "first_test": 2030},
        "at-most": {"kind": "debt_to_capital", "maximum": share, "first_test": 2030},
    }
    return optimizer.solve(optimizer.Instance.model_validate(data), gap=0.005)


def main() -> None:
    base = optimizer.load(ROOT / "instances" / "min-wacc.yaml")
    free = optimizer.solve(base)
    rows = [f"| {share:.0%} | {at_share(base, share).metrics['wacc']:.2%} |" for share in SHARES]
    print("\n".join(rows), f"free: {free.metrics['wacc']:.2%}", sep="\n")


if __name__ == "__main__":
    main()
