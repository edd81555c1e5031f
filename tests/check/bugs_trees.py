"""Deliberate bugs in when a column is decided. One plan is the same whatever is said of it; a tree is not."""

from __future__ import annotations

from .planting import PERIOD, SIGN, TERM, Bug

BUGS = [
    Bug(
        "decided",
        SIGN,
        "option",
        "decided_over",
        "stated[key] if stated is not None else window",
        "stated[key] if stated is not None else window[::-1]",
    ),
    Bug("decided", PERIOD, "option", "_checked", "return periods", "return np.roll(periods, -1)"),
    Bug("decided", TERM, "option", "_checked", "return periods", "return NEVER * periods"),
]
"""``instance`` is a world of tests/uncertainty/worlds.py."""
