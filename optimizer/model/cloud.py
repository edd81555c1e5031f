"""Clouds: compute rented by the hour."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from optimizer.model.context import THOUSAND, Model


def add_cloud(model: Model, serve: Any) -> None:
    """What is served from a cloud is what is rented from it and paid::

    Σ_m serve[m,c,t] ≤ limit[c,t]                               kH100e
    cost = price·8.76·Δ·Σ_m serve[m,c,t]                        USD million
    """
    rows = model.constraints("cloud_limit")
    for c, cloud in model.instance.cloud.items():
        price, limit = model.series(cloud.price_usd_per_h100e_hour), model.series(cloud.limit_h100e)
        for t in model.span:
            rented = pyo.quicksum(serve[m, c, t] for m in model.instance.markets if (m, c, t) in serve)
            if isinstance(rented, (int, float)):
                continue
            rows.add(rented <= limit[t] / THOUSAND)
            model.ledger.expense(f"opex.cloud.{c}", "opex", t, price[t] * model.calendar.hours / THOUSAND * rented)
