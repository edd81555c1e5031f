"""Deliberate bugs in borrowing groups."""

from __future__ import annotations

from .planting import PERIOD, SIGN, TERM, Bug

BUGS = [
    Bug("groups", SIGN, "group-lock-up", "add_groups", "before + flow - out", "before + flow + out"),
    Bug(
        "groups",
        PERIOD,
        "group-lock-up-quarters",
        "add_groups",
        "accounts.balance(g, t - 1)",
        "accounts.balance(g, max(0, t - 2))",
    ),
    Bug(
        "groups",
        PERIOD,
        "group-lock-up-quarters",
        "_lock_up",
        "of_group(model.instance, group, t)",
        "of_group(model.instance, group, t + 1)",
    ),
    Bug(
        "groups",
        TERM,
        "group-refund-quarters",
        "_before_distribution",
        "line.kind is CONTRACT_REFUND or line.item in RECEIPTS",
        "line.item in RECEIPTS",
    ),
    Bug("groups", TERM, "group-lock-up", "add_groups", "_lock_up(model, locked, debt, g, t, pays[g, t])", "None"),
    Bug(
        "groups",
        TERM,
        "group-shared-offer",
        "add_groups",
        "accounts.own[g, t] == before + flow - out",
        "accounts.own[g, t] >= 0.0",
    ),
    Bug(
        "groups",
        TERM,
        "group-lock-up",
        "_lock_up",
        "debt_service(model, debt, look, balloons=False, group=g)",
        "0.5 * debt_service(model, debt, look, balloons=False, group=g)",
    ),
    Bug(
        "groups",
        TERM,
        "group-opening",
        "group_book_values",
        "book[t - 1] if t > 1 else opening[account]",
        "book[t - 1] if t > 1 else 0.0",
    ),
    Bug(
        "instance.opening_position",
        TERM,
        "group-opening-quarters",
        "assets_at",
        "lot.site in sites",
        "lot.site not in sites",
    ),
    Bug("opening_units", TERM, "group-opening", "_write_off", "model.rings.sites[lot.site]", "''"),
]
