"""Partners: what they pay in for equity."""

from __future__ import annotations

from optimizer.contract.lines import PARTNER_EQUITY
from optimizer.plan.record import Record


def stakes(plan: Record) -> dict[str, list[float]]:
    """What partners for equity pay in, by period, USD million; only those that are signed."""
    partners = plan.instance.partners
    lines = {name: plan.books.line(PARTNER_EQUITY, name) for name, p in sorted(partners.items()) if p.kind == "equity"}
    return {name: amounts for name, amounts in lines.items() if any(amounts)}
