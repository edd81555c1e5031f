"""Which figures are moved, how far, and the instance with them moved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from optimizer.instance.diagnostics import InstanceError
from optimizer.instance.figures import Figure, figures_at
from optimizer.instance.paths import PathError, overlap
from optimizer.instance.python_data import place_of, tree_of
from optimizer.instance.schema import Instance, Range
from optimizer.instance.yaml_source import Node

STEP = 1
"""What whole numbers, such as periods of lead, are moved by where nothing says how far."""

USUAL = (
    "markets.*.revenue_usd_per_h100e_hour",
    "markets.*.demand_h100e",
    "hardware.*.price_usd",
    "hardware.*.lease.payment_usd_per_unit_year",
    "hardware.*.lead_periods",
    "sites.*.phases.*.capex.*.musd",
    "sites.*.phases.*.lead_periods",
    "regions.*.energy_price_usd_per_mwh",
    "energy_sources.*.price_usd_per_mwh",
    "regions.*.power_limit_mw",
    "power.system_limit_mw",
    "cloud.*.price_usd_per_h100e_hour",
    "debt.*.rate_per_year",
    "reference_rates.*.rate_per_year",
    "equity.cost_of_equity_per_year",
    "discount.rate_per_year",
)
"""Prices, demand, lead times, power limits and rates: what is moved where neither the file nor the user names any."""


@dataclass(frozen=True)
class Span:
    """A figure, or several that move together, with low and high.

    The ends are ``values`` of the figure, ``factors`` of it, or ``steps`` that are added to a whole number.
    """

    path: str
    kind: Literal["values", "factors", "steps"]
    low: float
    high: float
    figures: tuple[Figure, ...]

    @property
    def base(self) -> float | None:
        """The one value in the file; None if there are several."""
        return self.figures[0].number if len(self.figures) == 1 else None

    def at(self, share: float) -> dict[str, Any]:
        """The changes of the instance where the figure is at ``share`` of the way from low (0) to high (1)."""
        end = {0.0: self.low, 1.0: self.high}.get(share, self.low + share * (self.high - self.low))
        return {figure.path: self._moved(figure, end) for figure in self.figures}

    def _moved(self, figure: Figure, end: float) -> Any:
        if self.kind == "factors":
            return figure.times(end)
        if self.kind == "steps":
            return max(0, int(figure.value) + round(end))
        return figure.at(float(round(end)) if figure.whole else end)


def spans_of(
    instance: Instance, ranges: Mapping[str, Any] | None, figures: Sequence[str] | None, share: float
) -> list[Span]:
    """What is moved: ``ranges`` and ``figures``, by ``share`` of their value, if one of them is given.

    Else the ranges of the instance, and if it has none, what is usual.

    Raises InstanceError for a path without a figure, a range that cannot be, and two that are about the same figure.
    """
    if ranges is not None or figures is not None:
        instance = instance.replace({"ranges": {} if ranges is None else ranges})
        stated = [_span(instance, path, span) for path, span in instance.ranges.items()]
        spans = [*stated, *(_around(instance, path, share) for path in figures or ())]
        _refuse_overlap(spans)
        return spans
    if instance.ranges:
        return [_span(instance, path, span) for path, span in instance.ranges.items()]
    return list(_usual(instance, share))


def tree(instance: Instance) -> Node:
    """The instance as it is written."""
    return tree_of(instance, [])


def _span(instance: Instance, path: str, span: Range) -> Span:
    figures = tuple(figures_at(tree(instance), path))
    if span.factor is not None:
        return Span(path, "factors", span.factor[0], span.factor[1], figures)
    assert span.low is not None
    assert span.high is not None
    return Span(path, "values", span.low, span.high, figures)


def _around(instance: Instance, path: str, share: float) -> Span:
    """A figure that the user names, as far as ``share`` around its value; whole numbers a step to either side."""
    try:
        figures = tuple(figures_at(tree(instance), path))
        if all(_is_nothing(figure) for figure in figures) and not any(figure.whole for figure in figures):
            raise PathError(f"`{path}` is 0, of which a share is 0", "give it a range: its low and high value")
    except PathError as error:
        raise InstanceError([place_of(path).diagnostic("path", error.message, error.help)]) from None
    if any(figure.whole for figure in figures):
        return _a_step(path, figures)
    return Span(path, "factors", 1.0 - share, 1.0 + share, figures)


def _a_step(path: str, figures: tuple[Figure, ...]) -> Span:
    """Whole numbers a step to either side; none is below 0."""
    return Span(path, "steps", -STEP if any(int(figure.value) > 0 for figure in figures) else 0.0, STEP, figures)


def _refuse_overlap(spans: Sequence[Span]) -> None:
    """Raises InstanceError where two are about the same figure."""
    seen: list[tuple[Figure, str]] = []
    for span in spans:
        for figure in span.figures:
            if clash := next((path for each, path in seen if overlap(figure.keys, each.keys)), None):
                message = f"`{span.path}` and `{clash}` are about the same figure"
                raise InstanceError([place_of(span.path).diagnostic("path", message, "keep one of the two")])
        seen += [(figure, span.path) for figure in span.figures]


def _usual(instance: Instance, share: float) -> Iterator[Span]:
    whole = tree(instance)
    for path in USUAL:
        try:
            figures = tuple(figure for figure in figures_at(whole, path) if figure.whole or not _is_nothing(figure))
        except PathError:
            continue
        if figures and figures[0].whole:
            yield _a_step(path, figures)
        elif figures:
            yield Span(path, "factors", 1.0 - share, 1.0 + share, figures)


def _is_nothing(figure: Figure) -> bool:
    """Whether a factor changes nothing of it."""
    return bool(figure.times(2.0) == figure.value)
