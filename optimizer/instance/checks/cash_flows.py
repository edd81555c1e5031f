"""Whether given flows have an amount."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.instance.checks.walk import Hit
from optimizer.instance.schema import Instance


def cash_flow_amount(instance: Instance) -> Iterator[Hit]:
    """A given flow has no amount, or two."""
    for name, flow in instance.cash_flows.items():
        if (flow.musd_per_year is None) == (flow.musd_per_period is None):
            message = f"the flow `{name}` needs exactly one of `musd_per_year` and `musd_per_period`"
            yield Hit(("cash_flows", name), message, on_key=True)
