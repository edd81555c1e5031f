"""Paths that are drawn, and a few that stand for all of them.

Each figure is multiplied by a factor F that is 1 before ``from`` and moves from there on, period by period of Δ years,
with x = ln F and standard normal increments ε that are correlated between the figures::

    lognormal        x += (μ − σ²/2)·Δ + σ·√Δ·ε                          E F_t = e^{μ·t}
    mean_reverting   x  = x·e^{−κΔ} + s·ε,   s² = σ²·(1 − e^{−2κΔ}) / (2κ),   F = e^{x − Var(x)/2 + μ·t}
    jump             lognormal, and N ~ Poisson(λΔ) jumps of N(m, d²) each, less λ·(e^{m + d²/2} − 1)·Δ

The expectation of F is e^{μ·t} in all three: with a drift of 0 the base is the mean of its paths.

Reduction is fast forward selection (Heitsch and Römisch 2003): one after another the path is kept that leaves the rest
least far away, distances being those of the logarithms of all factors; the probability of every other path goes to the
kept one that is nearest to it. What is lost is Σ p·distance to the nearest, beside what one path alone would lose.
"""

from __future__ import annotations

import math

import numpy as np

from optimizer.algebra.arrays import Vector
from optimizer.instance.calendar import Calendar
from optimizer.uncertainty.schema import PathsBlock, ProcessBlock
from optimizer.uncertainty.tree import Sampled


def sampled_leaves(
    paths: PathsBlock, calendar: Calendar, start: int
) -> tuple[Sampled, list[float], list[dict[str, list[float]]]]:
    """How the paths were drawn; the probability of each that is kept, and its factors by figure and period.

    Raises ValueError if the correlations fit no normal distribution.
    """
    names = list(paths.figures)
    logs = drawn(paths, calendar, start)
    keep = min(paths.keep or paths.draws, paths.draws)
    chosen, weights, lost, alone = forward_selection(logs.reshape(paths.draws, -1), keep)
    factors = [{name: np.exp(logs[path, i]).tolist() for i, name in enumerate(names)} for path in chosen]
    share = lost / alone if alone else 0.0
    return Sampled(paths.draws, keep, paths.seed, lost, share), weights, factors


def drawn(paths: PathsBlock, calendar: Calendar, start: int) -> Vector:
    """ln F by path, figure and period, N × figures × T; each moves by the length of its period."""
    names, periods = list(paths.figures), calendar.periods
    root = _root(names, paths)
    random = np.random.Generator(np.random.PCG64(paths.seed))
    normal = random.standard_normal((paths.draws, periods, len(names))) @ root.T
    x = np.zeros((paths.draws, len(names), periods))
    for i, name in enumerate(names):
        block = paths.figures[name]
        jumps = _jumps(block, random, paths.draws, calendar)
        for t in range(max(1, start) - 1, periods):
            before = x[:, i, t - 1] if t else np.zeros(paths.draws)
            passed = calendar.elapsed(start - 1, t), calendar.elapsed(start - 1, t + 1)
            x[:, i, t] = _step(block, before, normal[:, t, i], jumps[:, t], calendar.base_years, passed)
    return x


def _step(
    block: ProcessBlock, x: Vector, normal: Vector, jumps: Vector, base_years: float, passed: tuple[int, int]
) -> Vector:
    """The logarithm at the end of a period; ``passed`` are base periods to its beginning and to its end."""
    sigma, kappa = block.volatility_per_year, block.reversion_per_year
    begin, end = passed
    years = (end - begin) * base_years
    if block.process == "mean_reverting" and kappa:
        mean = block.drift_per_year * base_years

        def off(n: int) -> float:
            return n * mean - _variance(sigma, kappa, n * base_years) / 2.0

        pulled = (x - off(begin)) * math.exp(-kappa * years)
        return pulled + math.sqrt(_variance(sigma, kappa, years)) * normal + off(end)
    moved = x + (block.drift_per_year - sigma**2 / 2.0) * years + sigma * math.sqrt(years) * normal
    if block.process == "jump":
        expected = math.exp(block.jump_mean + block.jump_deviation**2 / 2.0) - 1.0
        moved = moved + jumps - block.jumps_per_year * expected * years
    return moved


def _variance(sigma: float, kappa: float, years: float) -> float:
    """Of a mean-reverting logarithm after so many years."""
    return sigma**2 * (1.0 - math.exp(-2.0 * kappa * years)) / (2.0 * kappa)


def _jumps(block: ProcessBlock, random: np.random.Generator, count: int, calendar: Calendar) -> Vector:
    """Σ of the logarithms of the jumps of each path and period; nothing for another process, whose numbers stay."""
    periods = calendar.periods
    if block.process != "jump":
        return np.zeros((count, periods))
    each = calendar.years if calendar.is_equal else np.array([calendar.years_of(t) for t in calendar.span])
    number = random.poisson(block.jumps_per_year * each, (count, periods))
    spread = random.standard_normal((count, periods))
    return np.asarray(number * block.jump_mean + np.sqrt(number) * block.jump_deviation * spread, dtype=float)


def _root(names: list[str], paths: PathsBlock) -> Vector:
    """A square root of the matrix of correlations. Raises ValueError if it has none."""
    matrix = np.eye(len(names))
    for pair in paths.correlations:
        i, j = (names.index(name) for name in pair.between)
        matrix[i, j] = matrix[j, i] = pair.value
    values, vectors = np.linalg.eigh(matrix)
    if values.min() < -1e-9:
        raise ValueError("no figures can move together like this: the correlations contradict one another")
    return np.asarray(vectors * np.sqrt(np.maximum(values, 0.0)), dtype=float)


def forward_selection(
    points: Vector, keep: int, weights: Vector | None = None
) -> tuple[list[int], list[float], float, float]:
    """Which points are kept, N × d → ``keep``; their probabilities, the distance lost, and that which one would lose.

    Points go into the order in which they came; equal probabilities where no ``weights`` are given.
    """
    count = len(points)
    p = np.full(count, 1.0 / count) if weights is None else np.asarray(weights, dtype=float)
    squares = (points**2).sum(axis=1)
    distance = np.sqrt(np.maximum(squares[:, None] + squares[None, :] - 2.0 * points @ points.T, 0.0))
    np.fill_diagonal(distance, 0.0)
    nearest = np.full(count, np.inf)
    chosen: list[int] = []
    alone = math.inf
    for _ in range(keep):
        costs = p @ np.minimum(distance, nearest[:, None])
        costs[chosen] = np.inf
        best = int(np.argmin(costs))
        chosen.append(best)
        nearest = np.minimum(nearest, distance[:, best])
        alone = min(alone, float(p @ nearest)) if len(chosen) == 1 else alone
    chosen.sort()
    home = np.argmin(distance[:, chosen], axis=1)
    home[chosen] = np.arange(len(chosen))
    kept = np.bincount(home, p, minlength=len(chosen))
    return chosen, (kept / kept.sum()).tolist(), float(p @ nearest), alone
