"""From an instance to its tornado: the base, a screening where there are many figures, and both ends of each."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from optimizer.contract.objectives import OBJECTIVES
from optimizer.explanation.tornado.morris import effects, trajectories
from optimizer.explanation.tornado.parts import NOT_REACHED, Bar, Effect, End, Known, difference
from optimizer.explanation.tornado.points import Clock, Point, solved
from optimizer.explanation.tornado.solving import Base
from optimizer.explanation.tornado.spans import Span, spans_of
from optimizer.explanation.tornado.tornado import Tornado
from optimizer.instance.figures import without_ranges
from optimizer.instance.loader import checked, load
from optimizer.instance.schema import Instance
from optimizer.solver.highs import Limits
from optimizer.solving.asked import require_kind, solve_options, with_objectives

MOST_BARS = 15
"""From more figures on they are screened first, and these many have bars."""

BASE_SHARE = 0.25
"""The most of the time that the base may take where there is a limit for everything."""


def tornado(
    instance: Instance | str | os.PathLike[str],
    *,
    ranges: Mapping[str, Any] | None = None,
    figures: Sequence[str] | None = None,
    share: float = 0.1,
    objective: str | None = None,
    held: bool = True,
    gap: float | None = None,
    time_limit: float | None = None,
    jobs: int = 1,
    trajectories: int = 4,
    seed: int | None = None,
) -> Tornado:
    """How much the best value of an instance depends on its figures.

    Each figure is moved to its low and to its high end, alone; the instance is solved again there, and the plan of the
    base is held and only its money reacts (``held``). ``instance`` is one, or the path of a file. ``ranges`` are as in
    the block of that name: path to ``[low, high]``, in the unit of the figure, or to ``{"factor": [low, high]}``;
    ``figures`` are paths that are moved by ``share`` of their value, 0.1 for 10 %, whole numbers by 1. In a path ``*``
    stands for all names of a family, which move together. Without both, the ranges of the instance are taken, and if it
    has none, prices, demand, lead times, power limits and rates. Series are multiplied in all periods.

    What is measured is ``objective``, or the first of the instance, in its unit (USD million, or a share). ``gap`` is
    that of every solve, relative; ``time_limit`` in seconds for everything (None: the limit of the instance for each
    solve); ``jobs`` are processes. More than 15 figures are screened first, by ``trajectories`` of elementary effects
    drawn from ``seed``, and those that matter most have bars.

    Raises InstanceError for what is no instance and for a path or range that cannot be, TypeError and ValueError for
    other arguments that cannot be, ExecutorError if processes do not start. That there is no plan somewhere raises
    nothing: it is told.

    A loan of 100 at 8 % costs 8 / 1.1² = 6.612; at 7.2 and at 8.8 % a tenth less and more.

    >>> found = optimizer.tornado(base, figures=["debt.loan.rate_per_year"])
    >>> bar = found.bars[0]
    >>> round(found.base.value, 3), round(bar.low_change.value, 3), round(bar.high_change.value, 3)
    (6.612, -0.661, 0.661)
    """
    _require(figures, share, held, jobs, trajectories)
    if not isinstance(instance, Instance):
        instance = load(instance)
    instance = checked(instance)
    spans = spans_of(instance, ranges, figures, share)
    first = instance.objectives[0].name if objective is None else objective
    whole = with_objectives(without_ranges(instance), [first])
    options = solve_options(whole.solve, gap=gap, seed=seed)
    if time_limit is not None:
        solve_options(whole.solve, time_limit=time_limit)
    limits = Limits(options.gap_share, options.time_limit_s, options.threads, options.seed)
    run = _Run(whole, spans, limits, Clock(time_limit, jobs), held)
    return run.all(trajectories)


def _require(figures: Any, share: float, held: bool, jobs: int, count: int) -> None:
    listed = isinstance(figures, Sequence) and not isinstance(figures, str)
    require_kind("figures", figures, "a list of paths", listed and all(isinstance(each, str) for each in figures))
    if isinstance(share, bool) or not isinstance(share, (int, float)) or not 0.0 < share < 1.0:
        raise ValueError(f"share should be a number above 0 and below 1, not {share!r}")
    require_kind("held", held, "true or false", isinstance(held, bool))
    for name, number in (("jobs", jobs), ("trajectories", count)):
        if isinstance(number, bool) or not isinstance(number, int) or number < 1:
            raise ValueError(f"{name} should be a whole number of at least 1, not {number!r}")


@dataclass(frozen=True)
class _Run:
    """The whole way, with one clock."""

    instance: Instance
    spans: Sequence[Span]
    limits: Limits
    clock: Clock
    held: bool

    def all(self, count: int) -> Tornado:
        """All of it."""
        known, base = Base.solved(self.instance, self._base_limits())
        if base is None:
            return self._tornado(known, None, [], ())
        own = base.held(self._within(self.limits)) if self.held else None
        spans: list[Span] = list(self.spans)
        screened: tuple[Effect, ...] = ()
        if len(spans) > MOST_BARS:
            screened = self._screening(base, count)
            rank = {effect.figure: number for number, effect in enumerate(screened)}
            spans = sorted(spans, key=lambda span: rank[span.path])[:MOST_BARS]
        return self._tornado(known, own, self._bars(base, own, spans), screened)

    def _bars(self, base: Base, own: Known | None, spans: Sequence[Span]) -> list[Bar]:
        points = [Point(span.at(share), self.held) for span in spans for share in (0.0, 1.0)]
        answers = solved(base, points, self.limits, self.clock)
        unit = str(base.first["unit"])
        found = []
        for i, span in enumerate(spans):
            low, high = (End(at, *answers[2 * i + j]) for j, at in enumerate((span.low, span.high)))
            bar = Bar(
                span.path,
                span.kind,
                tuple(figure.path for figure in span.figures),
                span.base,
                low,
                high,
                difference(low.best, base.known, unit),
                difference(high.best, base.known, unit),
                difference(low.held, own, unit),
                difference(high.held, own, unit),
            )
            found.append(bar)
        return sorted(found, key=_place)

    def _screening(self, base: Base, count: int) -> tuple[Effect, ...]:
        paths = trajectories(len(self.spans), count, self.limits.seed)
        points = []
        for path in paths:
            for place in path:
                changes = [span.at(share) for span, share in zip(self.spans, place, strict=True)]
                points.append(Point({path: value for each in changes for path, value in each.items()}))
        clock = self.clock
        if clock.total_s is not None:  # a half of what is left, so that the bars are not without
            clock = Clock(clock.spent_s + clock.left_s / 2, clock.jobs, clock.begun)
        answers = [best for best, _ in solved(base, points, self.limits, clock)]
        each = len(self.spans) + 1
        known = [answers[start : start + each] for start in range(0, len(answers), each)]
        return tuple(effects([span.path for span in self.spans], paths, known))

    def _tornado(self, known: Known, own: Known | None, bars: Sequence[Bar], screened: tuple[Effect, ...]) -> Tornado:
        name = self.instance.objectives[0].name
        late = any(end.best.status == NOT_REACHED for bar in bars for end in (bar.low, bar.high))
        return Tornado(
            self.instance.name,
            self.instance.hash,
            name,
            OBJECTIVES[name].sense,
            OBJECTIVES[name].unit,
            known,
            own,
            tuple(bars),
            screened,
            known.value is not None and not late,
            self.clock.spent_s,
        )

    def _base_limits(self) -> Limits:
        if self.clock.total_s is None:
            return self.limits
        return self._within(self.limits, BASE_SHARE)

    def _within(self, limits: Limits, share: float = 1.0) -> Limits:
        seconds = min(limits.time_limit_s, share * self.clock.left_s)
        return Limits(limits.gap_share, seconds, limits.threads, limits.seed)


def _place(bar: Bar) -> tuple[int, float, str]:
    """First what has an end without a plan, then by swing, last what was not reached."""
    if bar.swing is not None:
        return 1, -bar.swing, bar.figure
    ends = (bar.low.best.status, bar.high.best.status)
    known = max(abs(each.value) if each is not None else 0.0 for each in (bar.low_change, bar.high_change))
    return 0 if "infeasible" in ends else 2, -known, bar.figure
