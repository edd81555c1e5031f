"""The exhibits of a plan by name, in the order in which a board would ask."""

from __future__ import annotations

from collections.abc import Callable

from optimizer.exhibits.ground import build_out, compute, orders, power
from optimizer.exhibits.money import capital, cash, debt, headroom, paid_for, wacc
from optimizer.exhibits.shapes import Exhibit
from optimizer.exhibits.waterfall import waterfall
from optimizer.exhibits.worth import value_bridge
from optimizer.plan.record import Record

EXHIBITS: dict[str, Callable[[Record], Exhibit | None]] = {
    "build_out": build_out,
    "power": power,
    "compute": compute,
    "orders": orders,
    "sources_and_uses": paid_for,
    "debt": debt,
    "covenants": headroom,
    "cash": cash,
    "capital": capital,
    "wacc": wacc,
    "value_bridge": value_bridge,
}


def exhibits(plan: Record) -> dict[str, Exhibit]:
    """Those that have something to show; of each borrowing group its waterfall."""
    found = {name: make(plan) for name, make in EXHIBITS.items()}
    found |= {f"waterfall.{group}": waterfall(plan, group) for group in sorted(plan.instance.groups)}
    return {name: exhibit for name, exhibit in found.items() if exhibit is not None}
