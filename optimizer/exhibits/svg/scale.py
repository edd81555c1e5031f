"""Round numbers along an axis."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, floor, log10

STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True)
class Scale:
    """From the ``least`` to the ``most``, in ``step``, drawn between two pixels."""

    least: float
    most: float
    step: float
    start: float
    end: float

    @classmethod
    def of(cls, values: Iterable[float], start: float, end: float, marks: int = 5, zero: bool = True) -> Scale:
        """The scale of about so many round steps that holds all values, and 0 if it is to."""
        found = [*([0.0] if zero else []), *values] or [0.0]
        least, most = min(found), max(found)
        if most - least < 1e-9:
            most = least + 1.0
        rough = (most - least) / marks
        power = 10.0 ** floor(log10(rough))
        step = next(each * power for each in STEPS if each * power >= rough * (1.0 - 1e-9))
        return cls(floor(least / step + 1e-9) * step, ceil(most / step - 1e-9) * step, step, start, end)

    def __call__(self, value: float) -> float:
        """Where a value stands, in pixels; beyond the ends, at the end."""
        share = (min(max(value, self.least), self.most) - self.least) / (self.most - self.least)
        return self.start + share * (self.end - self.start)

    @property
    def ticks(self) -> list[float]:
        """The round numbers from end to end."""
        return [self.least + i * self.step for i in range(round((self.most - self.least) / self.step) + 1)]

    def label(self, value: float) -> str:
        """A tick in as few digits as tell the ticks apart."""
        enough = (digits for digits in range(9) if abs(self.step - round(self.step, digits)) < 1e-9 * self.step)
        return number(value, next(enough, 9))


def number(value: float, digits: int) -> str:
    """A number with thousands separators and a true minus; 0 has none."""
    return f"{round(value, digits) + 0.0:,.{digits}f}".replace("-", "−")


def told(value: float, unit: str) -> str:
    """A value as it is read out."""
    digits = 0 if abs(value) >= 1000 else 1 if abs(value) >= 10 else 2
    return f"{number(value, digits)} {unit}"
