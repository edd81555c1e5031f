"""Deliberate bugs in what capital costs, how much of it there is, and what loans are worth."""

from __future__ import annotations

from .planting import PERIOD, SIGN, TERM, Bug

BUGS = [
    # charges
    Bug("charges", SIGN, "prepayment", "_vintage", "1.0 + premium", "1.0 - premium"),
    Bug(
        "charges",
        SIGN,
        "prepayment",
        "_vintage",
        "found.charge.append((extinguished - spared) * early)",
        "found.charge.append((extinguished + spared) * early)",
    ),
    Bug(
        "charges",
        PERIOD,
        "charges-effective",
        "_vintage",
        "factors[u + k] * unit.held_before[k]",
        "factors[u] * unit.held_before[k]",
    ),
    Bug("charges", PERIOD, "charges-last-period", "_vintage", "factors[last + 1]", "factors[last]"),
    Bug("charges", PERIOD, "charges-last-period", "_vintage", "u == last", "u > last"),
    Bug(
        "charges",
        TERM,
        "issue-fee",
        "_instrument",
        "_spread(model, u, terms.issue_fee_musd * debt.issued[d, u], annuity, factors, found)",
        "pass",
    ),
    Bug(
        "charges",
        TERM,
        "charges-last-quarter",
        "capital_charges",
        "charge.append(factors[last + 1] * (common.further_charge + preferred.further_charge))",
        "pass",
    ),
    Bug(
        "charges",
        TERM,
        "commitment-fee",
        "_is_charged_as_paid",
        "(*STANDING_FEES, LEASE_INTEREST)",
        "(LEASE_INTEREST,)",
    ),
    Bug("charges", TERM, "lease-carry", "_as_paid", "paid + leases.carry[t]", "paid"),
    Bug(
        "charges",
        TERM,
        "wacc-fixed-fee",
        "_spread",
        "-sum((factors[t] * left for t, left in enumerate(spread.held, u) if t <= last))",
        "-0.0 * sum((factors[t] * left for t, left in enumerate(spread.held, u) if t <= last))",
    ),
    Bug("charges", TERM, "partner-yield", "_partners", "found.charge.append(charge * sign)", "pass"),
    # what loans are worth
    Bug(
        "loan_worth",
        SIGN,
        "loan-worth",
        "_vintages",
        "1.0 - _fee(terms) - worths[kinds[u]]",
        "1.0 - _fee(terms) + worths[kinds[u]]",
    ),
    Bug(
        "loan_worth",
        PERIOD,
        "loan-worth-quarters",
        "_still_due",
        "whole.worth(rate, after=age)",
        "whole.worth(rate, after=age + 1)",
    ),
    Bug(
        "loan_worth",
        TERM,
        "loan-worth",
        "loan_worth",
        "parts.append(-factors[t] * (rate[t] - earned[t] * model.years_of(t)) * (cash[t - 1] + held_within(model, t)))",
        "pass",
    ),
    Bug(
        "loan_worth",
        TERM,
        "loan-worth-quarters",
        "_vintages",
        "_still_due(whole, i, t - u, rate) - whole.balance[t - u]",
        "_still_due(whole, i, t - u, rate)",
    ),
]
