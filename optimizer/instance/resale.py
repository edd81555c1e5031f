"""What a unit of an offer fetches when it is sold."""

from __future__ import annotations

from optimizer.finance.resale import resale_share
from optimizer.instance.calendar import Calendar
from optimizer.instance.schema import Offer


def resale_usd(offer: Offer, calendar: Calendar, ordered: int, t: int) -> float:
    """What a unit ordered in one period fetches in a later one: its share by age of the lower of its own price and that
    of a new unit, which after the last period is the last.
    """
    price = offer.price_usd.expand(calendar)
    new = price[min(t, calendar.periods) - 1]
    arrived = calendar.later(ordered, offer.lead_periods)
    age_years = calendar.elapsed(arrived - 1, t - 1) * calendar.base_years
    return resale_share(offer.resale_share_by_age or [], age_years) * min(price[ordered - 1], new)
