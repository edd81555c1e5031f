"""Whether values that are ranked are measured at one reference rate of debt f.

What is owed after the plan, idle money and what debt adds are worth what they are at f. Where the base does not state
it, each run takes that of its own debt (`instance/fair_rate.py`): a dearer only loan raises f, costs nothing beyond it,
and may look better than the cheap one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from optimizer.comparison.point import Result
from optimizer.instance.fair_rate import fair_rate
from optimizer.instance.schema import Instance

AT_F = frozenset({"shareholder_value", "adjusted_present_value"})
"""Objectives that measure debt at f."""

SAME = 1e-9
"""Rates per year that are no further apart are the same."""


def unequal_footing(title: str, ranked: Sequence[Result], instances: Mapping[str, Instance]) -> Iterator[str]:
    """A warning for each objective by which runs are ranked whose f differ, where one of them does not state it.

    ``ranked`` are the runs of one table (``title`` in words) with a rank, ``instances`` those of all by their name.
    Least and greatest f are effective per year; the first run that has each is named.
    """
    for objective in sorted(AT_F & {str(result.first["name"]) for result in ranked}):
        members = [result.name for result in ranked if result.first["name"] == objective]
        rates = {name: fair_rate(instances[name]) for name in members}
        least, greatest = min(members, key=rates.__getitem__), max(members, key=rates.__getitem__)
        stated = all(instances[name].fair_rate_per_year is not None for name in members)
        if stated or rates[greatest] - rates[least] <= SAME:
            continue
        yield (
            f"{title}: {objective} is not on one footing: the reference rate of debt f is {rates[least]:.3%} in "
            f"{_short(least)} and {rates[greatest]:.3%} in {_short(greatest)} (effective), each that of its own debt, "
            f"and the rank may come from f alone; write `fair_rate_per_year: {rates[least]:.4f}`, or what the market "
            "asks, in the base file"
        )


def unequal_values(tables: Mapping[str, Sequence[Result]], instances: Mapping[str, Instance]) -> Iterator[str]:
    """One warning for all tables that rank by something else, and whose ranks by shareholder value are at several f.

    ``tables`` are the ranked runs by the title of their table.
    """
    spans: dict[str, tuple[float, float]] = {}
    for title, ranked in tables.items():
        others = [each for each in ranked if each.first["name"] not in AT_F]
        own = [instances[each.name] for each in others if each.metrics.get("shareholder_value") is not None]
        rates = [fair_rate(each) for each in own]
        stated = all(each.fair_rate_per_year is not None for each in own)
        if rates and not stated and max(rates) - min(rates) > SAME:
            spans[title] = min(rates), max(rates)
    if spans:
        least, greatest = min(low for low, _ in spans.values()), max(high for _, high in spans.values())
        yield (
            f"{', '.join(spans)}: the rank by shareholder value is not on one footing: the reference rate of debt f is "
            f"from {least:.3%} to {greatest:.3%} (effective), in each run that of its own debt; write "
            f"`fair_rate_per_year: {least:.4f}`, or what the market asks, in the base file"
        )


def _short(name: str) -> str:
    """A run as its table calls it: without what kind of table it is."""
    return name.partition("/")[2]
