"""Deliberate bugs in what a plan is worth to shareholders."""

from __future__ import annotations

from .planting import PERIOD, SIGN, TERM, Bug

BLOCK = "shareholder_value"
BUGS = [
    Bug(
        BLOCK,
        SIGN,
        "shareholder-value",
        "shareholder_value",
        "asked.factor(t) * out - early * raised",
        "asked.factor(t) * out + early * raised",
    ),
    Bug(
        BLOCK,
        SIGN,
        "shareholder-value-relevered",
        "shareholder_value",
        "value - _grid_charge(model, at, asked)",
        "value + _grid_charge(model, at, asked)",
    ),
    Bug(
        BLOCK,
        SIGN,
        "shareholder-value-by-bucket",
        "_bucket_weights",
        "effective(own, years) - effective(first, years)",
        "effective(own, years) + effective(first, years)",
    ),
    Bug(BLOCK, PERIOD, "shareholder-value-quarters", "shareholder_value", "asked.factor(t, kappa)", "asked.factor(t)"),
    Bug(BLOCK, PERIOD, "shareholder-value", "_dearer", "(*model.span, model.horizon)", "model.span"),
    Bug(
        BLOCK,
        PERIOD,
        "shareholder-value",
        "after_horizon",
        "whole.worth(growth, after=last - u)",
        "whole.worth(growth, after=last - u + 1)",
    ),
    Bug(
        BLOCK,
        PERIOD,
        "shareholder-value-quarters",
        "after_horizon",
        "calendar.elapsed(u, last) + timing * calendar.steps(u)",
        "calendar.elapsed(u, last)",
    ),
    Bug(BLOCK, TERM, "shareholder-value-at-the-end", "owed", "1.0 + dearer", "1.0"),
    Bug(BLOCK, TERM, "shareholder-value", "shareholder_value", "asked.factor(t) * out", "0.0 * out"),
    Bug(
        BLOCK,
        TERM,
        "shareholder-value-relevered",
        "_bucket_weights",
        "asked.per_period[t - 1] - fair - bucket.spread_per_year * years",
        "asked.per_period[t - 1] - fair",
    ),
]
