"""Tax years: which periods of a calendar are taxed together. The audit reads them from the labels by itself."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.instance.calendar import Calendar

QUARTERS = 4


@dataclass(frozen=True)
class TaxYear:
    """A tax year, as far as it lies in the calendar; ``label`` is the calendar year in which it ends.

    ``begun`` says that part of it lies before the first period of the calendar.
    """

    label: str
    periods: range
    begun: bool

    @property
    def last(self) -> int:
        """The last period of it in the calendar."""
        return self.periods[-1]


def tax_years(calendar: Calendar, year_end: str = "Q4") -> list[TaxYear]:
    """The tax years of a calendar, in order; each ends with the quarter ``year_end`` of a calendar year."""
    size = calendar.per_year
    after = int(year_end[1:]) * size // QUARTERS % size  # periods of a calendar year that belong to the year before
    years: list[TaxYear] = []
    first = 1
    while first <= calendar.periods:
        year, passed = divmod(calendar.first + calendar.end(first) - calendar.steps(first) - after, size)
        last = min(calendar.holding(calendar.end(first - 1) + size - passed), calendar.periods)
        ends = year + 1 if after else year
        years.append(TaxYear(str(ends), range(first, last + 1), passed > 0))
        first = last + 1
    return years
