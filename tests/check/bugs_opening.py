"""Deliberate bugs in what a company has as the plan begins."""

from __future__ import annotations

from .planting import PERIOD, SIGN, TERM, Bug

BUGS = [
    Bug("opening_units", SIGN, "opening-fleet", "_serve", "there - gone", "there + gone"),
    Bug("opening_units", SIGN, "opening-fleet", "_sell", "(left - proceeds) * units", "(left + proceeds) * units"),
    Bug(
        "opening_units",
        PERIOD,
        "opening-fleet",
        "_write_off",
        "write.left(model.calendar, t - 1)",
        "write.left(model.calendar, t)",
    ),
    Bug(
        "opening_units",
        PERIOD,
        "opening-fleet",
        "_sell",
        "book.left(model.calendar, t - 1)",
        "book.left(model.calendar, t)",
    ),
    Bug("opening_units", PERIOD, "upkeep-by-age", "_keep", "arrival(lot, model.calendar)", "1"),
    Bug("opening_units", TERM, "upkeep-by-age", "_keep", "np.array(usd) / THOUSAND * held", "0.0 * held"),
    Bug("opening_units", TERM, "opening-fleet", "_pay", "lot.due_musd", "0.0"),
    Bug("opening_units", TERM, "opening-site-quarters", "_pay", "lot.due_musd", "0.5 * lot.due_musd"),
    Bug(
        "opening_sites",
        SIGN,
        "opening-fleet",
        "_spend",
        "BUILDING if t < ready else FINISHING",
        "FINISHING if t < ready else BUILDING",
    ),
    Bug("opening_sites", PERIOD, "opening-site-quarters", "_operate", "max(1, ready_in(asset, model.calendar))", "1"),
    Bug("opening_sites", TERM, "opening-site-quarters", "resources_taken", "need.building", "0.0"),
    Bug("instance.opening_position", SIGN, "opening-fleet", "Write.left", "1.0 - sum(self.share[:served])", "1.0"),
    Bug(
        "instance.opening_position",
        TERM,
        "book-equity",
        "opening_retained",
        "-instance.opening.paid_in_capital_musd",
        "0.0",
    ),
    Bug("instance.opening_position", PERIOD, "opening-fleet", "first_served", "max(1, arrival(lot, calendar))", "1"),
    Bug(
        "instance.opening_position",
        TERM,
        "opening-fleet",
        "cost_left",
        "lot.book_value_musd + lot.deposit_musd + lot.due_musd",
        "lot.book_value_musd + lot.due_musd",
    ),
]
