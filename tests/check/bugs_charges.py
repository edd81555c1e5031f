"""Deliberate bugs in what capital costs, how much of it there is, and what loans are worth."""

from __future__ import annotations

from .planting import PERIOD, SIGN, TERM, Bug

BUGS = [
    # charges
    Bug("charges", SIGN, "prepayment", "* (1.0 + premium) - unit.carrying[k]", "* (1.0 - premium) - unit.carrying[k]"),
    Bug("charges", SIGN, "prepayment", "(extinguished - unit.rate * gone)", "(extinguished + unit.rate * gone)"),
    Bug(
        "charges",
        PERIOD,
        "charges-effective",
        "factors[u + k] * unit.held_before[k]",
        "factors[u] * unit.held_before[k]",
    ),
    Bug("charges", PERIOD, "charges-last-period", "factors[last + 1] * unit.held(1)", "factors[last] * unit.held(1)"),
    Bug("charges", PERIOD, "charges-last-period", "unit.held(1) if u == last", "unit.held(1) if u > last"),
    Bug(
        "charges",
        TERM,
        "issue-fee",
        "_spread(model, u, terms.issue_fee_musd * debt.issued[d, u], annuity, factors, found)",
        "pass",
    ),
    Bug(
        "charges",
        TERM,
        "charges-last-quarter",
        "charge.append(factors[last + 1] * (common.further_charge + preferred.further_charge))",
        "pass",
    ),
    Bug("charges", TERM, "commitment-fee", '("fee.commitment.", "lease.interest.")', '("lease.interest.",)'),
    Bug("charges", TERM, "lease-carry", "(paid + leases.carry[t])", "paid"),
    Bug(
        "charges",
        TERM,
        "wacc-fixed-fee",
        "found.capital.append(-sum(factors[t] * left",
        "found.capital.append(-0.0 * sum(factors[t] * left",
    ),
    Bug("charges", TERM, "partner-yield", "found.charge.append(charge * sign)", "pass"),
    # yields and fees
    Bug("finance.effective_interest", SIGN, "upfront-fee", "1.0 - loan.upfront_fee", "1.0 + loan.upfront_fee"),
    Bug(
        "finance.effective_interest",
        PERIOD,
        "draw-timing-mid",
        "grown_part(rate, 1.0 - whole.timing), grown_part(rate, whole.timing)",
        "grown_part(rate, 1.0), grown_part(rate, 0.0)",
    ),
    Bug("instance.fee_life", PERIOD, "line-fee-quarters", "window.stop - u", "window.stop - u + 1"),
    Bug("finance.effective_interest", TERM, "prepayment-opening", "left - run_up if k else left", "left"),
    Bug("finance.rates", SIGN, "equity-terms", "math.expm1(years *", "math.expm1(-years *"),
    Bug(
        "finance.rates",
        PERIOD,
        "wacc-after-cost-quarters",
        "math.expm1(per_year * math.log1p(rate_per_year",
        "math.expm1((per_year - 1) * math.log1p(rate_per_year",
    ),
    Bug(
        "finance.rates", TERM, "equity-terms", "math.expm1(years * math.log1p(rate_per_year))", "years * rate_per_year"
    ),
    Bug("finance.fees", SIGN, "issue-fee", "left += rate * held[-1] - paid", "left += rate * held[-1] + paid"),
    Bug("finance.fees", PERIOD, "line-fee-quarters", "[1.0] * (periods - 1)", "[1.0] * periods"),
    Bug(
        "finance.fees",
        TERM,
        "wacc-fee-of-a-prepaid-loan-quarters",
        "return spread if debt.prepayment is None else Spread(spread.charge, tuple(0.0 for _ in spread.held))",
        "return spread",
    ),
    Bug(
        "finance.fees",
        TERM,
        "wacc-fee-of-a-line",
        "return Spread(charge, tuple(0.0 for _ in charge))",
        "return Spread(charge, tuple(1.0 - sum(charge[: k + 1]) for k in range(len(charge))))",
    ),
    # what loans are worth
    Bug("loan_worth", SIGN, "loan-worth", "(1.0 - _fee(terms) - worths[i])", "(1.0 - _fee(terms) + worths[i])"),
    Bug(
        "loan_worth", PERIOD, "loan-worth-quarters", "whole.worth(rate, after=age)", "whole.worth(rate, after=age + 1)"
    ),
    Bug(
        "loan_worth",
        TERM,
        "loan-worth",
        "parts.append(-factors[t] * (rate - earned[t] * model.years) * (cash[t - 1] + held_within(model, t)))",
        "pass",
    ),
    Bug(
        "loan_worth",
        TERM,
        "loan-worth-quarters",
        "instant * (_still_due(whole, i, t - u, rate) - whole.balance[t - u])",
        "instant * _still_due(whole, i, t - u, rate)",
    ),
]
