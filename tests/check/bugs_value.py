"""Deliberate bugs in what a plan is worth to shareholders."""

from __future__ import annotations

from .planting import PERIOD, SIGN, TERM, Bug

BLOCK = "shareholder_value"
BUGS = [
    Bug(BLOCK, SIGN, "shareholder-value", "out - early * raised", "out + early * raised"),
    Bug(BLOCK, SIGN, "shareholder-value-relevered", "return value - _grid_charge(", "return value + _grid_charge("),
    Bug(BLOCK, SIGN, "shareholder-value-by-bucket", "years) - effective(first", "years) + effective(first"),
    Bug(
        BLOCK,
        PERIOD,
        "shareholder-value-quarters",
        "early, out = asked.factor(t, kappa)",
        "early, out = asked.factor(t)",
    ),
    Bug(BLOCK, PERIOD, "shareholder-value", "(*model.span, model.horizon)", "model.span"),
    Bug(BLOCK, PERIOD, "shareholder-value", "after=model.horizon - u)", "after=model.horizon - u + 1)"),
    Bug(BLOCK, PERIOD, "shareholder-value-quarters", "(model.horizon - u + timing)", "(model.horizon - u)"),
    Bug(BLOCK, TERM, "shareholder-value-at-the-end", "(1.0 + dearer) * at.debt", "1.0 * at.debt"),
    Bug(BLOCK, TERM, "shareholder-value", "asked.factor(t) * out", "0.0 * out"),
    Bug(BLOCK, TERM, "shareholder-value-relevered", " - bucket.spread_per_year * model.years", ""),
]
