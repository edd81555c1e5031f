"""Where in its period money moves: what is paid, drawn and raised before the end.

The timing of a line is the part of a period by which its cash moves before the end of its own: 0 end, ½ mid, 1 start.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from optimizer.algebra.expr import ByPeriod, Expr
from optimizer.contract.lines import FEES_ON_DRAWS, REPAYMENT
from optimizer.instance.calendar import TIMING
from optimizer.instance.schema import Offer, Phase
from optimizer.model.ledger import Line

if TYPE_CHECKING:
    from optimizer.model.context import Model
    from optimizer.model.groups import Accounts

INFLOWS = frozenset({"draw", "raise", "flotation"})
"""Items of money that comes in and of what is kept back of it, beside the fees on draws."""


def payment_timing(model: Model, block: Phase | Offer) -> float:
    """w_σ of what a phase or an offer costs: its own, or that of the file."""
    return TIMING[block.payment_timing or model.instance.payment_timing]


def timing_of(model: Model, line: Line) -> float:
    """w of a line: its own; κ of money that comes in, and of the principal that goes back; else 0."""
    if line.timing is not None:
        return line.timing
    back = line.kind is REPAYMENT
    return TIMING[model.instance.draw_timing] if back or _comes_in(line) else 0.0


def _comes_in(line: Line) -> bool:
    return line.item in INFLOWS or line.kind in FEES_ON_DRAWS


def held_within(model: Model, t: int, entity: str | None = None) -> Expr:
    """What the lines of t, all or those of one entity, add to the cash held on average over t, beside the cash carried
    in: Σ w·cash."""
    ledger = model.ledger if entity is None else model.ledger.of(entity)
    return ledger.weighted("held_within", lambda line: timing_of(model, line) * line.cash, t)


def early_weights(model: Model) -> list[float]:
    """The w_σ > 0 of capital spending, rising."""
    return sorted({line.timing for line in model.ledger.lines if line.item == "capex" and line.timing})


def add_early_payments(model: Model, free: Mapping[str, ByPeriod], accounts: Accounts) -> None:
    """What is paid before the end of a period is there by then, for each σ = w > 0 that is used::

    cash_{t−1} + (draws and raises of t, net of their costs, if κ ≥ w) − Σ (payments of t with σ ≥ w) ≥ 0

    Repayments are met by the period's own flows, which come at its end. Each borrowing group pays out of its own
    account, with what the company puts in by then, and the company out of the rest.
    """
    rows = model.constraints("early_payments")
    for w in early_weights(model):

        def paid(line: Line, w: float = w) -> float:
            return float(line.item == "capex" and (line.timing or 0.0) >= w)

        def received(line: Line, w: float = w) -> float:
            return line.cash if _comes_in(line) and timing_of(model, line) >= w else 0.0

        for entity, t in ((entity, t) for entity in model.entities for t in model.span):
            ledger = model.ledger.of(entity)
            payments = ledger.weighted(("paid_by", w), paid, t) - accounts.contributed(entity, t, w)
            if not isinstance(payments, (int, float)) or payments:
                before = free[entity][t - 1]
                rows.add(before + ledger.weighted(("received_by", w), received, t) - payments >= 0)


def early_present_cost(model: Model, rate_per_year: float) -> Expr:
    """What payments cost more today since they are discounted at t − max(θ, w_σ) and not at t − θ, USD million."""
    theta, used = model.instance.discount.timing, early_weights(model)
    extra: Expr = 0.0
    for name, w in TIMING.items():
        if w <= TIMING[theta] or w not in used:
            continue

        def paid(line: Line, w: float = w) -> float:
            return float(line.item == "capex" and line.timing == w)

        early = model.calendar.discount_factors(rate_per_year, name)
        late = model.calendar.discount_factors(rate_per_year, theta)
        for t in model.span:
            extra += (early[t - 1] - late[t - 1]) * model.ledger.weighted(("paid_at", w), paid, t)
    return extra
