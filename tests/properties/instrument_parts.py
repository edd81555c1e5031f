"""What strategies of instruments share: periods, windows, an equity block, an offer like one that is there."""

from __future__ import annotations

from hypothesis import strategies as st

from .strategies import Data, Draw, calendar_of, series, sometimes


def period(draw: Draw, data: Data) -> int | str:
    """The label of some period."""
    calendar = calendar_of(data)
    return calendar.label(draw(st.integers(1, calendar.periods)))


def window(draw: Draw, data: Data, block: Data, what: str) -> None:
    """Open a block late, or close it early, in some cases."""
    calendar = calendar_of(data)
    first = draw(st.sampled_from([1, 1, 1, 2]))
    last = draw(st.sampled_from([calendar.periods] * 2 + [2]))
    if first > 1:
        block[f"first_{what}"] = calendar.label(first)
    if last < calendar.periods:
        block[f"last_{what}"] = calendar.label(last)


def equity_of(data: Data) -> Data:
    """The equity block, made if it is not there."""
    return data.setdefault("equity", {"cost_of_equity_per_year": 0.13})


def offer_like(draw: Draw, data: Data) -> Data:
    """A new hardware offer: a plain copy of one of the instance's, a little cheaper or denser."""
    original = data["hardware"][draw(st.sampled_from(sorted(data["hardware"])))]
    keys = ("compute_h100e", "kw", "lead_periods", "life_periods", "lot_units", "sites")
    keys += ("upkeep_usd_per_unit_year", "upkeep_usd_per_unit_year_by_age")
    offer = {key: original[key] for key in keys if key in original}
    offer["price_usd"] = draw(series([20000, 15000, 26000], calendar_of(data)))
    sometimes(draw, offer, "kw", st.sampled_from([1, 1.3]))
    sometimes(draw, offer, "deposit_share", st.sampled_from([0.3, 1]))
    sometimes(draw, offer, "supply_units", st.sampled_from([3000, 5000]))
    return offer
