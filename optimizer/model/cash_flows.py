"""Given cash flows: what comes in and goes out whatever is decided."""

from __future__ import annotations

from optimizer.contract.lines import PAYMENTS, RECEIPTS
from optimizer.model.context import Model


def add_cash_flows(model: Model) -> None:
    """Post each given flow: operating ones as revenue or opex by their sign, the others outside EBITDA and tax."""
    for name, flow in model.instance.cash_flows.items():
        if flow.musd_per_year is not None:
            amounts = {t: model.years_of(t) * amount for t, amount in model.series(flow.musd_per_year).items()}
        else:
            assert flow.musd_per_period is not None
            amounts = model.series(flow.musd_per_period)
        for t, amount in amounts.items():
            kind = (RECEIPTS if amount > 0 else PAYMENTS)[flow.kind]
            model.ledger.post(kind.of(name), t, abs(amount), corporate=flow.corporate)
