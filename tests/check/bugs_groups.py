"""Deliberate bugs in borrowing groups."""

from __future__ import annotations

from .planting import PERIOD, SIGN, TERM, Bug

BUGS = [
    Bug("groups", SIGN, "group-lock-up", "add_groups", "before + flow - out", "before + flow + out"),
    Bug(
        "groups",
        PERIOD,
        "group-lock-up",
        "add_groups",
        "before, out = accounts.balance(g, t - 1), accounts.paid_out[g, t]",
        "before, out = accounts.balance(g, max(0, t - 2)), accounts.paid_out[g, t]",
    ),
    Bug(
        "groups",
        TERM,
        "group-lock-up",
        "add_groups",
        "_lock_up(model, locked, debt, g, t, pays[g, t])",
        "None",
    ),
    Bug(
        "groups",
        TERM,
        "group-shared-offer",
        "add_accounts",
        "model.variables('group_cash', keys, lower={(g, t): least[g][t] for g, t in keys})",
        "model.variables('group_cash', keys, lower=-100.0)",
    ),
    Bug(
        "groups",
        TERM,
        "group-lock-up",
        "_lock_up",
        "debt_service(model, debt, look, balloons=False, group=g)",
        "0.5 * debt_service(model, debt, look, balloons=False, group=g)",
    ),
]
