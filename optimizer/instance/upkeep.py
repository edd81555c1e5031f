"""What a unit of an offer costs to keep by its age."""

from __future__ import annotations

from math import fsum

from optimizer.instance.calendar import Calendar
from optimizer.instance.schema import Offer


def upkeep_by_age_usd(offer: Offer, calendar: Calendar, arrived: int, t: int) -> float:
    """USD that a unit in service since the beginning of ``arrived``, which may lie before the plan, costs in t by its
    age: of each base period the part of the year of service that it is in; 0 before it arrives. Its life is not asked.
    """
    return fsum(_of_step(offer, calendar, age) for age in calendar.ages(arrived, t))


def average_upkeep_by_age_usd(offer: Offer, calendar: Calendar) -> float:
    """USD a year that it comes to over the life of a unit."""
    whole = fsum(_of_step(offer, calendar, age) for age in range(offer.life_periods))
    return whole / (offer.life_periods * calendar.base_years)


def _of_step(offer: Offer, calendar: Calendar, age: int) -> float:
    """USD of the base period before which a unit has served so many."""
    by_age = offer.upkeep_usd_per_unit_year_by_age
    return by_age[min(age // calendar.per_year, len(by_age) - 1)] * calendar.base_years if by_age else 0.0
