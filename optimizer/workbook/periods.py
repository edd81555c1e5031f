"""Time in formulas: how long periods are, and what is later by some base periods.

Where all periods are of one length, base periods are periods, and what is n later stands n columns to the right. Else
rows are looked up by the base periods from instant 0 to the end of each period; what falls where is that of
``instance/calendar.py``.
"""

from __future__ import annotations

from functools import cached_property

from optimizer.instance.calendar import HOURS_PER_YEAR, Calendar
from optimizer.workbook.expression import ONE, Expr, Operand, floored, least, when
from optimizer.workbook.inputs import Inputs
from optimizer.workbook.sheet import Figure, Line, Sheet


class Periods:
    """Rows of the calendar, at the head of the calculations, and what is looked up by them."""

    def __init__(self, calendar: Calendar, inputs: Inputs, sheet: Sheet) -> None:
        self.calendar, self.inputs, self.sheet = calendar, inputs, sheet
        inputs.grown = self.grown

    @cached_property
    def per_year(self) -> Figure:
        return self.inputs.constant("Periods of a year", "periods", self.calendar.per_year)

    @cached_property
    def steps(self) -> Expr:
        """The base periods in a period, after the last as in it."""
        if self.calendar.is_equal:
            return ONE
        lengths = [self.calendar.steps(t) for t in self.calendar.span]
        row = self.inputs.constants_row("Base periods of a period, as the calendar has them", "base periods", lengths)
        positions = row.sheet.positions
        return self.inputs.made_row("Base periods of a period", "base periods", row.at(least(positions, positions.end)))

    @cached_property
    def ends(self) -> Line:
        """The base periods from instant 0 to the end of a period: its number where periods are equal."""
        if self.calendar.is_equal:
            return self.sheet.positions
        row = self.inputs.made_row("Base periods to the end of a period", "base periods", opening=0)
        row.formula = row.before + self.steps
        return row

    @cached_property
    def starts(self) -> Expr:
        """The base periods from instant 0 to the beginning of a period."""
        if self.calendar.is_equal:
            return self.sheet.positions - 1
        return self.inputs.made_row("Base periods to the beginning of a period", "base periods", self.ends - self.steps)

    def served(self) -> Expr:
        """Of each period, as an array, the base periods from its beginning to the end of this one."""
        if not isinstance(self.starts, Line):
            return self.sheet.positions - self.sheet.positions.array() + 1
        return self.ends - self.starts.array()

    @cached_property
    def years(self) -> Expr:
        """Δ, the length of a period in years: one figure, or a row where periods are of several lengths."""
        if not self.calendar.is_equal:
            return self.sheet.line("Length of a period", "years", self.steps / self.per_year, beyond=True)
        return self.sheet.figure("Length of a period", "years", 1 / self.per_year)

    @cached_property
    def hours(self) -> Expr:
        """Hours of a period."""
        of_year = self.inputs.constant("Hours of a year", "hours", HOURS_PER_YEAR)
        if not self.calendar.is_equal:
            return self.sheet.line("Hours of a period", "hours", of_year * self.years, beyond=True)
        return self.sheet.figure("Hours of a period", "hours", of_year / self.per_year)

    def grown(self, growth: Expr) -> Expr:
        """What 1 has become by each period, the first base period's at first: the mean over those of a period."""
        if not isinstance(self.steps, Line):
            return (1 + growth) ** ((self.inputs.sheet.positions - 1) / self.per_year)
        step = (1 + growth) ** (1 / self.per_year)
        mean = when(growth.equals(0), 1, (step**self.steps - 1) / (step - 1) / self.steps)
        return step**self.starts * mean

    # ── what stands at one period, from anywhere ──

    @property
    def end(self) -> Expr:
        """The base periods to the end of T."""
        return self.inputs.sheet.positions.end if self.calendar.is_equal else self.ends.end

    @property
    def steps_after(self) -> Expr:
        """The base periods in a period after T."""
        return self.steps.still(self.sheet.axis.last) if isinstance(self.steps, Line) else ONE

    @property
    def years_after(self) -> Expr:
        """Δ of a period after T."""
        return 1 / self.per_year if self.calendar.is_equal else self.steps_after / self.per_year

    def end_of(self, t: Expr) -> Expr:
        """The base periods to the end of a period that is worked out, which may lie after T; 0 of instant 0."""
        if self.calendar.is_equal:
            return t
        last = self.ends.sheet.positions.end
        return self.ends.at(least(t, last), 0) + when(t > last, (t - last) * self.steps_after)

    def after_end(self, step: Expr) -> Expr:
        """How many periods after T lies the one that holds a base period after it."""
        if self.calendar.is_equal:
            return step - self.end
        return floored((step - self.end - 1) / self.steps_after) + 1

    # ── what is later ──

    def arriving(self, row: Line, lag: Operand) -> Expr:
        """Of what stands in u, what falls in this period if it comes so many base periods after the end of u."""
        if self.calendar.is_equal:
            return row.at(self.sheet.positions - lag)
        return row.by(self.ends, self.ends.before - lag, self.ends - lag)

    def lasting(self, row: Line, life: Operand) -> Expr:
        """Of what begins in a period and lasts so many base periods, what is there in this one."""
        return row.by(self.ends, self.ends - life, self.ends)

    def stood(self, row: Line, so_far: Line, lag: Operand) -> Expr:
        """A sum ``so_far`` of a row as it was so many base periods ago."""
        return (
            so_far.at(self.sheet.positions - lag)
            if self.calendar.is_equal
            else row.by(self.ends, None, self.ends - lag)
        )

    def in_step(self, row: Line, number: Expr) -> Expr:
        """Of what begins with the period in which it stands, what is in its first, second … base period in this one."""
        if not isinstance(self.starts, Line):
            return row.at(self.sheet.positions - number + 1)
        return row.by(self.starts, self.ends.before - number, self.ends - number)

    def of_ages(self, row: Line, first: Expr) -> Expr:
        """Of a row by age 0, 1, … in base periods, those of this period, if age 0 is the base period ``first``."""
        if self.calendar.is_equal:
            return row.at(self.sheet.positions - first, 0)
        return row.between(self.ends.before - first, self.ends - first, 0)

    def holding(self, step: Expr) -> Expr:
        """The number of the period that holds a base period; after T any number above it."""
        if not isinstance(self.starts, Line):
            return step
        row = self.starts
        return row.sheet.product((row.array() < step) * 1) + (step > self.end)

    def begins(self, step: Expr) -> Expr:
        """The first base period of the period that holds a base period; what is before the plan stays."""
        if self.calendar.is_equal:
            return step
        assert isinstance(self.steps, Line)
        before = self.steps.by(self.ends, None, step - 1)
        beyond = (self.after_end(step) - 1) * self.steps_after
        return when(step > 0, before + when(step > self.end, beyond) + 1, step)

    def ends_holding(self, step: Expr) -> Expr:
        """The base periods to the end of the period that holds a base period."""
        if self.calendar.is_equal:
            return step
        assert isinstance(self.steps, Line)
        assert isinstance(self.starts, Line)
        within = self.steps.by(self.starts, None, step - 1)
        return when(step > 0, within + when(step > self.end, self.after_end(step) * self.steps_after), step)
