"""Figures that are likely to be in another unit than their key says."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.instance.checks.walk import Hit, Path, all_series, blocks, phases
from optimizer.instance.schema import Instance

USUAL_PRICE_USD = (100.0, 10_000_000.0)
USUAL_MUSD_PER_MW = (0.5, 100.0)
USUAL_KW = 200.0
RATES = (
    "rate_per_year",
    "yield_per_year",
    "spread_per_year",
    "dividend_per_year",
    "cost_of_equity_per_year",
    "cost_of_debt_per_year",
    "unlevered_cost_per_year",
    "risk_free_per_year",
)


def unusual_price(instance: Instance) -> Iterator[Hit]:
    """A price per unit of hardware is far from what such things cost."""
    low, high = USUAL_PRICE_USD
    for name, offer in instance.hardware.items():
        if offer.lease is not None or "price_usd" not in offer.model_fields_set:
            continue  # checks of their own
        values = offer.price_usd.expand(instance.periods)
        odd = [v for v in (min(values), max(values)) if not low <= v <= high]
        if odd:
            yield Hit(
                ("hardware", name, "price_usd"),
                f"a price of {odd[0]:,g} USD a unit is unusual",
                "`price_usd` is in USD",
                rests=(("hardware", name, "lease"),),
            )


def unusual_power(instance: Instance) -> Iterator[Hit]:
    """A unit of hardware draws far more than such things do."""
    for name, offer in instance.hardware.items():
        if offer.kw > USUAL_KW:
            yield Hit(("hardware", name, "kw"), f"{offer.kw:,g} kW a unit is unusual", "`kw` is in kilowatts, per unit")


def unusual_phase_cost(instance: Instance) -> Iterator[Hit]:
    """The cost per MW of a phase is far from what building costs."""
    low, high = USUAL_MUSD_PER_MW
    for path, phase in phases(instance):
        if phase.mw > 0 and phase.capex:
            each = sum(item.musd.expand(instance.periods)[0] for item in phase.capex.values()) / phase.mw
            if not low <= each <= high:
                message = f"a cost of {each:,.4g} USD million a MW is unusual"
                help = "`musd` is in USD million and `mw` in MW, for one phase"
                yield Hit((*path, "capex"), message, help, rests=((*path, "mw"),))


def unusual_rate(instance: Instance) -> Iterator[Hit]:
    """A rate above 100 % a year."""
    rates: list[tuple[Path, float]] = []
    for at, block in blocks(instance):
        for name in type(block).model_fields:
            value = getattr(block, name)
            if name.endswith(RATES) and isinstance(value, float):
                rates.append(((*at, name), value))
    for path, series, _limits in all_series(instance):
        written = series.written()
        if series.is_growth:
            rates.append(((*path, "growth_per_year"), written["growth_per_year"]))
            written = written["initial"]
        if str(path[-1]).endswith(RATES):
            values = (
                written.values() if isinstance(written, dict) else written if isinstance(written, list) else [written]
            )
            rates.append((path, max(values)))
    for path, rate in rates:
        if rate > 1:
            message = f"a rate of {rate:.6g} is {100 * rate:.6g} % a year"
            yield Hit(path, message, f"write {rate / 100:.6g} for {rate:.6g} %")
