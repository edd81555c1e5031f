"""Deliberate bugs in when money moves, and in that a loan moves one way at a time."""

from __future__ import annotations

from .planting import PERIOD, SIGN, TERM, Bug

BUGS = [
    # what moves before the end of its period
    Bug("dating", SIGN, "payment-timing-quarters", " - payments >= 0)", " + payments >= 0)"),
    Bug("dating", SIGN, "payment-timing", "(early[t - 1] - late[t - 1])", "(late[t - 1] - early[t - 1])"),
    Bug("dating", PERIOD, "payment-timing-quarters", "rows.add(cash[t - 1] +", "rows.add(cash[t] +"),
    Bug("dating", PERIOD, "payment-timing", "(early[t - 1] - late", "(early[t - 2] - late"),
    Bug("dating", TERM, "early-income", "timing_of(model, line) * line.cash", "0.0 * line.cash"),
    Bug("dating", TERM, "idle-draw", 'line.item == "repayment" and', 'line.item == "no" and'),
    Bug("dating", TERM, "payment-timing", "block.payment_timing or model.instance", "model.instance"),
    # one movement of a loan in a period
    Bug("one_movement", SIGN, "one-movement", "most_back * (1 - moving[t])", "most_back * (1 + moving[t])"),
    Bug("one_movement", PERIOD, "one-movement", "rows.add(back[t] <=", "rows.add(back[max(both[0], t - 1)] <="),
    Bug("one_movement", TERM, "one-movement-quarters", "rows.add(new[t] <= most_new * moving[t])", "pass"),
]
