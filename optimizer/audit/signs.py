"""No decision is below nothing."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from optimizer.audit.replay import Replay
from optimizer.audit.report import rule
from optimizer.audit.tolerances import PHYSICAL, ZERO

NON_NEGATIVE = rule("plan.non_negative", "No decision is negative.", "model units", PHYSICAL)


def check_signs(replay: Replay) -> None:
    """Every value of every table; money is held to the tighter limit of quantities."""
    decisions = replay.decisions
    tables: dict[str, Mapping[Any, Decimal]] = {
        "phase_starts": decisions.starts,
        "orders": decisions.orders,
        "allocations": decisions.allocations,
        "service": decisions.service,
        "debt_draws": decisions.draws,
        "debt_repayments": decisions.repayments,
        "pledges": decisions.pledges,
        "equity_raises": decisions.raises,
    }
    for table, values in tables.items():
        for (*names, t), value in values.items():
            replay.findings.at_most(NON_NEGATIVE, " ".join([table, *names]), t, ZERO, value)
