"""Deliberate bugs in what there is, and what is still owed, at the end."""

from __future__ import annotations

from .planting import PERIOD, SIGN, TERM, Bug

BUGS = [
    # terminal
    Bug("terminal", SIGN, "run-rate", "earned -= service.price", "earned += service.price"),
    Bug("terminal", SIGN, "terminal-tax", "value + rate * basis)", "value - rate * basis)"),
    Bug("terminal", PERIOD, "run-rate-quarters", "span[-model.calendar.per_year :]", "span[-1:]"),
    Bug("terminal", TERM, "run-rate-quarters", "_at_least_zero(model, terminal", "(terminal"),
    Bug("terminal", TERM, "losses-at-end", "loss_value_share * carried if", "loss_value_share * 0.0 if"),
    Bug("terminal", TERM, "terminal-tax", "    rows.add(after <= value)\n", ""),
    # commitments
    Bug("commitments", SIGN, "construction-begun", "(later) * amount for due", "(later) * -amount for due"),
    Bug("commitments", PERIOD, "construction-begun-quarters", "after_horizon(later)", "after_horizon(later - 1)"),
    Bug("commitments", TERM, "partner-beyond", "debts.append(beyond * sign)", "pass"),
    Bug("commitments", TERM, "contracts-after-end", "else quicksum(model.running)", "else 0.0"),
    Bug("commitments", TERM, "unpaid-covered-quarters", "cash[last] + drawable.get(last, 0.0)", "cash[last]"),
    # where their parts come from
    Bug("sites", PERIOD, "construction-begun-quarters", "later - payment_timing(model, phase)", "later"),
    Bug("context", PERIOD, "contracts-after-end", "for i in range(1, term))", "for i in range(2, term + 1))"),
    Bug("sites", PERIOD, "value-by-start", "+ phase.lead_periods <= model.horizon", "<= model.horizon"),
    Bug(
        "sites",
        PERIOD,
        "construction-begun-quarters",
        "cost.lagged(profile[later:])",
        "cost.lagged(profile[later - 1:])",
    ),
    Bug("sites", TERM, "terminal-tax", "return site.land_musd * reached[model.horizon]", "return 0.0"),
    Bug("hardware", SIGN, "run-rate", "after[o, s] - buy[o, s][u]", "after[o, s] + buy[o, s][u]"),
    Bug("hardware", PERIOD, "run-rate", "u = model.horizon + 1 - served", "u = model.horizon - served"),
    Bug("purchases", TERM, "terminal-tax", "basis.append(cost.shift", "[].append(cost.shift"),
]
