"""Deliberate bugs in what there is, and what is still owed, at the end."""

from __future__ import annotations

from .planting import PERIOD, SIGN, TERM, Bug

BUGS = [
    # terminal
    Bug(
        "terminal",
        SIGN,
        "run-rate",
        "_run_rate",
        "earned -= service.price[who][t] * hours * lost[who]",
        "earned += service.price[who][t] * hours * lost[who]",
    ),
    Bug(
        "terminal",
        SIGN,
        "terminal-tax",
        "_after_tax",
        "(1.0 - rate) * value + rate * basis",
        "(1.0 - rate) * value - rate * basis",
    ),
    Bug("terminal", PERIOD, "run-rate-quarters", "_run_rate", "model.calendar.per_year", "1"),
    Bug(
        "terminal",
        TERM,
        "run-rate-quarters",
        "add_terminal_value",
        "_at_least_zero(model, terminal.multiple * _run_rate(model, fleet, service))",
        "terminal.multiple * _run_rate(model, fleet, service)",
    ),
    Bug(
        "terminal",
        TERM,
        "losses-at-end",
        "add_terminal_value",
        "rate * terminal.loss_value_share * carried",
        "rate * terminal.loss_value_share * 0.0",
    ),
    Bug("terminal", TERM, "terminal-tax", "_after_tax", "rows.add(after <= value)", "pass"),
    # commitments
    Bug(
        "commitments",
        SIGN,
        "construction-begun",
        "add_commitments",
        "model.after_horizon(later) * amount",
        "model.after_horizon(later) * -amount",
    ),
    Bug(
        "commitments",
        PERIOD,
        "construction-begun-quarters",
        "add_commitments",
        "model.after_horizon(later)",
        "model.after_horizon(later - 1)",
    ),
    Bug("commitments", TERM, "partner-beyond", "add_commitments", "debts.append(beyond * sign)", "pass"),
    Bug("commitments", TERM, "contracts-after-end", "add_commitments", "quicksum(model.running)", "0.0"),
    Bug(
        "commitments",
        TERM,
        "unpaid-covered-quarters",
        "add_cover",
        "at_hand += drawable.get((COMPANY, last), 0.0)",
        "pass",
    ),
    # interest_in_construction
    Bug(
        "interest_in_construction",
        SIGN,
        "interest-in-construction-quarters",
        "add_interest_in_construction",
        "left -= amount",
        "left += amount",
    ),
    Bug(
        "interest_in_construction",
        PERIOD,
        "interest-in-construction",
        "Cohort.spent",
        "range(self.start, t)",
        "range(self.start, t - 1)",
    ),
    Bug(
        "interest_in_construction",
        PERIOD,
        "interest-in-construction-quarters",
        "Cohort.service",
        "self.calendar.later(self.start, self.phase.lead_periods)",
        "self.calendar.later(self.start, self.phase.lead_periods - 1)",
    ),
    Bug(
        "interest_in_construction",
        TERM,
        "interest-in-construction",
        "add_interest_in_construction",
        "cohort.spent(t, early) * cohort.starts + quicksum(borne[k])",
        "cohort.spent(t, early) * cohort.starts",
    ),
    Bug(
        "interest_in_construction",
        TERM,
        "interest-in-construction",
        "_in_service",
        "model.ledger.post(SITE_DEPRECIATION.of(cohort.site), t, share * interest)",
        "pass",
    ),
    # where their parts come from
    Bug("sites", PERIOD, "construction-begun-quarters", "_unpaid", "later - payment_timing(model, phase)", "later"),
    Bug("context", PERIOD, "contracts-after-end", "Model.run_on", "range(1, term)", "range(2, term + 1)"),
    Bug(
        "sites",
        PERIOD,
        "value-by-start",
        "_total_value",
        "np.array(model.span) + phase.lead_periods",
        "np.array(model.span)",
    ),
    Bug("sites", PERIOD, "construction-begun-quarters", "_unpaid", "profile[later:]", "profile[later - 1:]"),
    Bug("sites", TERM, "terminal-tax", "_opening_costs", "site.land_musd * reached[model.horizon]", "0.0"),
    Bug("hardware", SIGN, "run-rate", "_after_horizon", "after[o, s] - buy[o, s][u]", "after[o, s] + buy[o, s][u]"),
    Bug("hardware", PERIOD, "run-rate", "_after_horizon", "model.horizon + 1 - served", "model.horizon - served"),
    Bug(
        "purchases",
        TERM,
        "terminal-tax",
        "_buy",
        "basis.append(model.at_age(arrived, left))",
        "[].append(model.at_age(arrived, left))",
    ),
]
