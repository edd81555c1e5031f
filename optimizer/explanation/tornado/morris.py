"""Elementary effects (Morris, 1991): which of many figures matter, from a few points for each.

Every figure goes from 0, its low end, to 1, its high end, on p levels. A trajectory begins at a random point of the
grid and moves one figure after the other, in random order, by Δ = p / (2·(p − 1)), up or down: k + 1 points for k
figures. The effect of a figure is what the answer changes by, divided by Δ with its sign. Over r trajectories μ* is the
mean of the sizes of the effects (Campolongo, Cariboni and Saltelli, 2007), μ that of the effects, and σ their standard
deviation, with r − 1 below.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from itertools import pairwise

from optimizer.explanation.tornado.parts import Effect, Known

LEVELS = 4

Place = tuple[float, ...]
"""Where each figure is, from 0 to 1."""


def trajectories(figures: int, count: int, seed: int, levels: int = LEVELS) -> list[list[Place]]:
    """So many trajectories of ``figures`` + 1 places each; the same for the same seed. ``levels`` is even."""
    draw = random.Random(seed)
    found = []
    for _ in range(count):
        place = [draw.randrange(levels) / (levels - 1) for _ in range(figures)]
        path = [tuple(place)]
        for figure in draw.sample(range(figures), figures):
            place[figure] = _moved(place[figure], levels)
            path.append(tuple(place))
        found.append(path)
    return found


def step(levels: int = LEVELS) -> float:
    """Δ."""
    return levels / (2 * (levels - 1))


def _moved(at: float, levels: int) -> float:
    """Half of the levels up where there is room, else down."""
    level = round(at * (levels - 1))
    return (level + levels // 2 if level < levels // 2 else level - levels // 2) / (levels - 1)


def effects(
    names: Sequence[str], paths: Sequence[Sequence[Place]], answers: Sequence[Sequence[Known]], levels: int = LEVELS
) -> list[Effect]:
    """The effect of each figure, those that matter most first. ``answers`` are those at the places of ``paths``.

    An effect with no plan at one of its ends is left out.
    """
    own: list[list[float]] = [[] for _ in names]
    unsure: list[list[float]] = [[] for _ in names]
    for path, known in zip(paths, answers, strict=True):
        for (a, b), (before, after) in zip(pairwise(path), pairwise(known), strict=True):
            figure = next(i for i in range(len(names)) if a[i] != b[i])
            if before.value is not None and after.value is not None:
                own[figure].append((after.value - before.value) / math.copysign(step(levels), b[figure] - a[figure]))
                unsure[figure].append(sum(_width(each) for each in (before, after)) / step(levels))
    found = [_effect(name, *both) for name, *both in zip(names, own, unsure, strict=True)]
    return sorted(found, key=lambda each: (each.mu_star is not None, -(each.mu_star or 0.0), each.figure))


def _width(answer: Known) -> float:
    low, high = answer.span
    return high - low


def _effect(name: str, own: Sequence[float], unsure: Sequence[float]) -> Effect:
    if not own:
        return Effect(name, None, None, None, 0)
    mean = math.fsum(own) / len(own)
    squares = math.fsum((each - mean) ** 2 for each in own)
    sigma = math.sqrt(squares / (len(own) - 1)) if len(own) > 1 else None
    within = math.fsum(unsure) / len(unsure)
    mu_star = math.fsum(map(abs, own)) / len(own)
    return Effect(name, mean, mu_star, sigma, len(own), within if math.isfinite(within) else None)
