"""Deliberate bugs in when money moves, and in that a loan moves one way at a time."""

from __future__ import annotations

from .planting import PERIOD, SIGN, TERM, Bug

BUGS = [
    # what moves before the end of its period
    Bug(
        "dating",
        SIGN,
        "payment-timing-quarters",
        "add_early_payments",
        "before + ledger.weighted(('received_by', w), received, t) - payments",
        "before + ledger.weighted(('received_by', w), received, t) + payments",
    ),
    Bug(
        "dating",
        SIGN,
        "payment-timing",
        "early_present_cost",
        "early[t - 1] - late[t - 1]",
        "late[t - 1] - early[t - 1]",
    ),
    Bug("dating", PERIOD, "payment-timing-quarters", "add_early_payments", "t - 1", "t"),
    Bug(
        "dating",
        PERIOD,
        "payment-timing",
        "early_present_cost",
        "early[t - 1] - late[t - 1]",
        "early[t - 2] - late[t - 1]",
    ),
    Bug("dating", TERM, "early-income", "held_within", "timing_of(model, line)", "0.0"),
    Bug("dating", TERM, "idle-draw", "timing_of", "line.kind is REPAYMENT", "False"),
    Bug(
        "dating",
        TERM,
        "payment-timing",
        "payment_timing",
        "block.payment_timing or model.instance.payment_timing",
        "model.instance.payment_timing",
    ),
    # one movement of a loan in a period
    Bug("one_movement", SIGN, "one-movement", "add_one_movement", "1 - moving[t]", "1 + moving[t]"),
    Bug(
        "one_movement",
        PERIOD,
        "one-movement",
        "add_one_movement",
        "back[t] <= most_back * (1 - moving[t])",
        "back.get(t - 1, back[t]) <= most_back * (1 - moving[t])",
    ),
    Bug(
        "one_movement",
        TERM,
        "one-movement-quarters",
        "add_one_movement",
        "rows.add(new[t] <= most_new * moving[t])",
        "pass",
    ),
]
