"""Given cash flows: what comes in and goes out whatever is decided."""

from __future__ import annotations

from optimizer.model.context import Model


def add_cash_flows(model: Model) -> None:
    """Post each given flow: operating ones as revenue or opex by their sign, the others outside EBITDA and tax."""
    for name, flow in model.instance.cash_flows.items():
        if flow.musd_per_year is not None:
            amounts = {t: model.years * amount for t, amount in model.series(flow.musd_per_year).items()}
        else:
            assert flow.musd_per_period is not None
            amounts = model.series(flow.musd_per_period)
        for t, amount in amounts.items():
            operating = flow.kind == "operating"
            if amount > 0:
                item = "revenue" if operating else f"other_{flow.kind}"
                model.ledger.income(f"given.{name}", item, t, amount, corporate=flow.corporate)
            else:
                item = "opex" if operating else f"other_{flow.kind}"
                model.ledger.expense(f"given.{name}", item, t, -amount, corporate=flow.corporate)
