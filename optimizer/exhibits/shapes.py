"""The forms that an exhibit can have. Numbers are in the exhibit's unit; ``words`` say what there is to see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Role = Literal["part", "line", "limit"]


@dataclass(frozen=True)
class Series:
    """Numbers along the labels of an exhibit, None where there is nothing to show.

    A ``part`` is stacked with the other parts, a ``line`` is drawn over them, a ``limit`` dashed.
    """

    name: str
    values: tuple[float | None, ...]
    role: Role = "part"


@dataclass(frozen=True)
class Columns:
    """Stacked columns and lines along time; parts below zero are stacked downwards."""

    title: str
    unit: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    words: str = ""

    def of(self, *roles: Role) -> list[Series]:
        """The series of these roles, in order."""
        return [each for each in self.series if each.role in roles]


@dataclass(frozen=True)
class Span:
    """Something that lasts from the start of one period to the start of another, both counted from 0."""

    row: str
    start: int
    end: int
    text: str
    begun: bool
    """Being built; else in service."""


@dataclass(frozen=True)
class Start:
    """Spans that follow each other: a start, what it is ``built`` for and what it then ``serves``, in periods."""

    name: str
    start: int
    built: int
    serves: int


@dataclass(frozen=True)
class Schedule:
    """Spans along time, row by row; the service of what is built comes right after its construction."""

    title: str
    labels: tuple[str, ...]
    rows: tuple[str, ...]
    spans: tuple[Span, ...]
    words: str = ""

    def starts(self) -> list[Start]:
        """Each start on a line of its own, the earliest first, named by row, size and period."""
        found: list[Start] = []
        for first, *after in self.together():
            name = f"{first.row}, {first.text}, {self.labels[first.start]}"
            lasts = first.end - first.start
            serves = after[0].end - after[0].start if after else 0 if first.begun else lasts
            found.append(Start(name, first.start, lasts if first.begun else 0, serves))
        return sorted(found, key=lambda each: (each.start, each.name))

    def together(self) -> list[list[Span]]:
        """The spans of each start: construction, service, or both."""
        found: list[list[Span]] = []
        for span in self.spans:
            if found and _follows(found[-1][-1], span):
                found[-1].append(span)
            else:
                found.append([span])
        return found


def _follows(before: Span, span: Span) -> bool:
    """Whether a span is the service of what was built in the one before."""
    same = (before.row, before.text, before.end) == (span.row, span.text, span.start)
    return same and before.begun and not span.begun


@dataclass(frozen=True)
class Step:
    """A step of a bridge; a ``total`` stands on the ground."""

    name: str
    value: float
    total: bool = False


@dataclass(frozen=True)
class Bridge:
    """Steps that lead from nothing to a total."""

    title: str
    unit: str
    steps: tuple[Step, ...]
    words: str = ""


@dataclass(frozen=True)
class HeatMap:
    """A number for each row and column, None where there is none; ``low_is_good`` says which end is shaded as good."""

    title: str
    unit: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    values: tuple[tuple[float | None, ...], ...]
    low_is_good: bool = True
    words: str = ""


@dataclass(frozen=True)
class Scatter:
    """Points of two figures, joined in order: name, x, y."""

    title: str
    x_unit: str
    unit: str
    points: tuple[tuple[str, float, float], ...]
    words: str = ""


@dataclass(frozen=True)
class Path:
    """What a figure is along time in one case, and how likely that is."""

    name: str
    probability: float
    values: tuple[float | None, ...]


@dataclass(frozen=True)
class Fan:
    """A figure along time that may turn out in several ways: what is expected, and between which ends it lies.

    ``outer`` are the least and the most of all, ``inner`` the ends of eight in ten; ``paths`` are drawn where they are
    few.
    """

    title: str
    unit: str
    labels: tuple[str, ...]
    outer: tuple[tuple[float | None, ...], tuple[float | None, ...]]
    inner: tuple[tuple[float | None, ...], tuple[float | None, ...]]
    expected: tuple[float | None, ...]
    paths: tuple[Path, ...] = ()
    words: str = ""


@dataclass(frozen=True)
class Branch:
    """A node of a tree: how deep it stands, from the start of which period to the start of which other it decides.

    ``note`` says what, in short; ``text`` what comes of it and ``share`` how good that is, from 0, the best, to 1; both
    only where it ends.
    """

    name: str
    depth: int
    start: int
    end: int
    probability: float
    note: str
    text: str = ""
    share: float | None = None


@dataclass(frozen=True)
class Branches:
    """A tree along time, node by node, each below the one that it follows."""

    title: str
    labels: tuple[str, ...]
    nodes: tuple[Branch, ...]
    words: str = ""


@dataclass(frozen=True)
class Bar:
    """A number of which it is known that it lies between two others; ``note`` stands beside the name."""

    name: str
    note: str
    low: float
    high: float


@dataclass(frozen=True)
class Bars:
    """Numbers by name, one below the other."""

    title: str
    unit: str
    bars: tuple[Bar, ...]
    words: str = ""


Exhibit = Columns | Schedule | Bridge | HeatMap | Scatter | Fan | Branches | Bars


def without_empty(series: Sequence[Series], nothing: float = 1e-6) -> tuple[Series, ...]:
    """Series that have something to show: more than ``nothing`` somewhere."""
    return tuple(each for each in series if any(value is not None and abs(value) > nothing for value in each.values))
