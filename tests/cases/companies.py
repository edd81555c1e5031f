"""Small companies for cases at the edges: what is owed, earned and owned."""

from __future__ import annotations

from typing import Any

from optimizer.instance.checks import check
from optimizer.instance.schema import Instance

STARTS: dict[str, Any] = {"year": 2026, "quarter": "2026Q1", "month": "2026-01"}
HALL: dict[str, Any] = {
    "regions": {"flat": {"energy_price_usd_per_mwh": 0}},
    "sites": {"hall": {"region": "flat", "pue": 1, "existing_mw": 1}},
}


def company(periods: int, length: str = "year", **blocks: Any) -> Instance:
    """Terminal cash of a company, without discounting."""
    data = {
        "name": "company",
        "calendar": {"start": STARTS[length], "periods": periods, "length": length},
        "discount": {"rate_per_year": 0},
        "objectives": [{"name": "terminal_cash"}],
        **blocks,
    }
    instance = Instance.model_validate(data)
    assert [each for each in check(instance) if each.severity == "error"] == []
    return instance


def owing(kind: str, **terms: Any) -> dict[str, Any]:
    return {"kind": kind, "rate_per_year": 0, "limit_musd": 0, **({"tenor_periods": 10} | terms)}


def earning(*musd: float) -> dict[str, Any]:
    amounts = musd[0] if len(musd) == 1 else list(musd)
    return {"income": {"kind": "operating", "musd_per_period": amounts}}


CHIPS: dict[str, Any] = {"compute_h100e": 1, "kw": 1, "lead_periods": 0, "life_periods": 5, "supply_units": 1000}
