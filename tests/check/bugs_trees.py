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
    Bug("contracts", PERIOD, "renewed", "_last_of_term", "second - 1", "second"),
    Bug(
        "contracts",
        PERIOD,
        "late",
        "_unfolding",
        "accepted(calendar, instance.contracts[c], u, late)",
        "accepted(calendar, instance.contracts[c], u, late) - 1",
    ),
    Bug("contracts", TERM, "renewed-known", "_unfolding", "y - renewed_[key]", "y"),
]
"""``instance`` is a world of tests/check/test_deliberate_bugs.py, made of those of tests/uncertainty/worlds.py."""
