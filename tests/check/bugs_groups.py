"""Deliberate bugs in borrowing groups."""

from __future__ import annotations

from .planting import PERIOD, SIGN, TERM, Bug

BUGS = [
    Bug(
        "sweeps",
        SIGN,
        "cash-sweep-quarters",
        "_over",
        "rest - min(0.0, low) * (1 - some[g, t])",
        "rest + min(0.0, low) * (1 - some[g, t])",
    ),
    Bug("sweeps", PERIOD, "cash-sweep", "_over", "u == t", "u == t - 1"),
    Bug("sweeps", TERM, "cash-sweep", "add_sweeps", "due = terms.sweep.share * over[place]", "due = over[place]"),
    Bug("sweeps", TERM, "cash-sweep", "add_sweeps", "(1 - gone[d, t])", "1"),
    Bug(
        "sweeps", TERM, "cash-sweep-quarters", "add_sweeps", "due - terms.sweep.share * most[place] * gone[d, t]", "due"
    ),
    Bug(
        "advances",
        SIGN,
        "advance-on-contract",
        "add_advances",
        "debt.balance[d, t] <= most[d, t]",
        "debt.balance[d, t] >= most[d, t]",
    ),
    Bug(
        "advances",
        PERIOD,
        "advance-discounted-quarters",
        "add_advances",
        "contracts.to_come(model.calendar, c, t, rate)",
        "contracts.to_come(model.calendar, c, t - 1, rate)",
    ),
    Bug("advances", TERM, "advance-on-contract", "add_advances", "terms.advance.share * to_come", "to_come"),
    Bug(
        "groups",
        PERIOD,
        "first-distribution",
        "add_accounts",
        "model.calendar.window(first[g], None)",
        "model.calendar.window(first[g], None)[1:]",
    ),
    Bug(
        "groups",
        TERM,
        "first-distribution-quarters",
        "add_accounts",
        "model.calendar.window(first[g], None)",
        "model.span",
    ),
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
