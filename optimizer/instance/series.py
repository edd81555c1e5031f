"""Values that vary over time, in the four ways a file may write them.

==========================  =======================================================
written                     value of period t
==========================  =======================================================
``5``                       5 in every period
``[5, 6, 7]``               one value per period
``{2026: 5, 2029: 7}``      steps: 5 from 2026 on, 7 from 2029 on
``{initial: 5,              5·(1 + growth)^(Δ·(t − 1)), growth per year, Δ the length
growth_per_year: 0.1}``     of a period in years; of one of several base periods their mean
==========================  =======================================================
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema

if TYPE_CHECKING:
    from optimizer.instance.calendar import Calendar

GROWTH_KEYS = {"initial", "growth_per_year"}


class SeriesError(ValueError):
    """What is wrong with single values of a series: for each its part (an index, a step, a key of growth) and why."""

    def __init__(self, wrong: list[tuple[int | str, str]]) -> None:
        super().__init__("; ".join(why for _, why in wrong[:5]))
        self.wrong = wrong


def _number(value: Any, what: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError(f"{what} should be a number, not {type(value).__name__} {value!r}")
    if not math.isfinite(value):
        raise ValueError(f"{what} should be a finite number")
    return float(value)


@dataclass(frozen=True)
class Series:
    """A number for every period, kept as it was written.

    ``raw`` is a float, a tuple of floats, or a tuple of (label, value) pairs; growth is written as the pairs
    ``(("initial", a), ("growth_per_year", g))``.
    """

    raw: float | tuple[float, ...] | tuple[tuple[str, float], ...]

    @property
    def is_growth(self) -> bool:
        return (
            isinstance(self.raw, tuple)
            and bool(self.raw)
            and isinstance(self.raw[0], tuple)
            and self.raw[0][0] == "initial"
        )

    def written(self) -> Any:
        """The value as YAML or JSON would hold it."""
        if isinstance(self.raw, float):
            return self.raw
        if self.raw and isinstance(self.raw[0], tuple):
            return dict(self.raw)
        return list(self.raw)

    def expand(self, calendar: Calendar) -> tuple[float, ...]:
        """The value of each period, ``calendar.periods`` numbers (index 0 is period 1).

        Raises ValueError if a list has the wrong length or a step names no period of the calendar.
        """
        count = calendar.periods
        if isinstance(self.raw, float):
            return (self.raw,) * count
        written = self.written()
        if isinstance(written, list):
            if len(written) != count:
                raise ValueError(f"{len(written)} values for {count} periods: give one per period")
            return tuple(written)
        if self.is_growth:
            growth = 1.0 + written["growth_per_year"]
            base = [written["initial"] * growth ** (calendar.base_years * k) for k in range(calendar.end(count))]
            return tuple(_mean(base[calendar.end(t - 1) : calendar.end(t)]) for t in calendar.span)
        steps = sorted((calendar.step_index(label), value) for label, value in written.items())
        if len({index for index, _ in steps}) < len(steps):
            raise ValueError("two steps begin in the same period")
        if steps[0][0] > 1:
            first = calendar.label(1)
            raise ValueError(f"the first step begins after the first period: begin the steps at {first}")
        values, level = [], 0.0
        by_index = dict(steps)
        level = [value for index, value in steps if index <= 1][-1]
        for t in range(1, count + 1):
            level = by_index.get(t, level)
            values.append(level)
        return tuple(values)


def _mean(values: list[float]) -> float:
    return values[0] if len(values) == 1 else math.fsum(values) / len(values)


def written_values(series: Series) -> list[float]:
    """The values as they are written, whether or not they fit the calendar; of growth the first."""
    written = series.written()
    if isinstance(written, dict):
        return [value for key, value in written.items() if key != "growth_per_year"]
    return written if isinstance(written, list) else [written]


def _parse(minimum: float | None, maximum: float | None) -> Any:
    def check(value: float, what: str = "the value") -> float:
        if minimum is not None and value < minimum:
            raise ValueError(f"{what} should be at least {minimum:g}, not {value:g}")
        if maximum is not None and value > maximum:
            raise ValueError(f"{what} should be at most {maximum:g}, not {value:g}")
        return value

    def each(parts: list[tuple[Any, str, Any]]) -> list[float]:
        """The numbers of all parts (where, what, value). Raises SeriesError with what is wrong with any of them."""
        numbers, wrong = [], []
        for where, what, value in parts:
            try:
                number = _number(value, what)
                if where != "growth_per_year":
                    check(number, what)
                elif number <= -1:
                    raise ValueError("growth_per_year should be above -1")
                numbers.append(number)
            except ValueError as error:
                wrong.append((where, str(error)))
        if wrong:
            raise SeriesError(wrong)
        return numbers

    def parse(value: Any) -> Series:
        if isinstance(value, Series):
            return value
        if isinstance(value, (list, tuple)):
            if not value:
                raise ValueError("the list is empty: give one value per period")
            return Series(tuple(each([(i, f"value {i + 1}", v) for i, v in enumerate(value)])))
        if isinstance(value, dict):
            if not value:
                raise ValueError("the steps are empty: give at least one, such as {2026: 1.0}")
            if set(value) & GROWTH_KEYS:
                if set(value) != GROWTH_KEYS:
                    raise ValueError("growth is written {initial: …, growth_per_year: …}, both and nothing else")
                keys = ("initial", "growth_per_year")
                return Series(tuple(zip(keys, each([(key, key, value[key]) for key in keys]), strict=True)))
            steps = [(str(k), f"the step {k}", v) for k, v in value.items()]
            return Series(tuple(sorted(zip((label for label, *_ in steps), each(steps), strict=True))))
        return Series(check(_number(value, "the value")))

    return parse


def _schema(minimum: float | None, maximum: float | None) -> dict[str, Any]:
    number: dict[str, Any] = {"type": "number"}
    if minimum is not None:
        number["minimum"] = minimum
    if maximum is not None:
        number["maximum"] = maximum
    growth = {
        "type": "object",
        "properties": {"initial": number, "growth_per_year": {"type": "number"}},
        "required": ["initial", "growth_per_year"],
        "additionalProperties": False,
    }
    steps = {
        "type": "object",
        "patternProperties": {r"^[0-9]{4}(Q[1-4]|-[0-9]{2})?$": number},
        "minProperties": 1,
        "additionalProperties": False,
    }
    return {"anyOf": [number, {"type": "array", "items": number, "minItems": 1}, growth, steps]}


def _series(minimum: float | None = None, maximum: float | None = None) -> Any:
    return Annotated[
        Series,
        PlainValidator(_parse(minimum, maximum)),
        PlainSerializer(lambda series: series.written()),
        WithJsonSchema(_schema(minimum, maximum)),
    ]


if TYPE_CHECKING:
    AnySeries = Series
    NonNegativeSeries = Series
    ShareSeries = Series
    RateSeries = Series
else:
    AnySeries = _series()
    NonNegativeSeries = _series(minimum=0.0)
    ShareSeries = _series(minimum=0.0, maximum=1.0)
    RateSeries = _series(minimum=0.0, maximum=10.0)
