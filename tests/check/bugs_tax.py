"""Deliberate bugs in tax years, the limit on interest, and debt fees over the life of a draw."""

from __future__ import annotations

from .planting import PERIOD, SIGN, TERM, Bug

BUGS = [
    Bug(
        "tax",
        TERM,
        "adjusted-present-value",
        "add_tax",
        (
            "ledger.ebitda(t) + ledger.total(('interest_income', 'resale'), t) - tax_depreciation[t] - "
            "deducted[t] - ledger.weighted('fees deducted at once', _deducted_at_once, t) - fees[t]"
        ),
        (
            "ledger.ebitda(t) + ledger.total(('interest_income', 'resale'), t) - tax_depreciation[t] - "
            "deducted[t] - ledger.weighted('fees deducted at once', _deducted_at_once, t)"
        ),
    ),
    Bug("tax", TERM, "tax-year-quarters", "_assess", "tax.year_to_date_musd if year.begun else 0.0", "0.0"),
    Bug(
        "tax",
        TERM,
        "interest-limitation-net",
        "_deductible_interest",
        "earned + share * of_year['positive']",
        "share * of_year['positive']",
    ),
    Bug("tax", PERIOD, "tax-year-end-quarters", "_payments", "year.last", "year.periods[0]"),
    Bug(
        "tax",
        PERIOD,
        "interest-limitation-quarters",
        "_deductible_interest",
        "deducted[last] = of_year['deducted']",
        "deducted[max(1, last - 4)] = of_year['deducted']",
    ),
    Bug("debt_fees", SIGN, "debt-fees-prepaid", "add_fee_deductions", "left -= share", "left += share"),
    Bug("debt_fees", PERIOD, "debt-fees-prepaid", "add_fee_deductions", "v < t", "v <= t"),
    Bug(
        "debt_fees",
        TERM,
        "debt-fees-prepaid",
        "add_fee_deductions",
        "terms.upfront_fee_share + terms.issue_discount_share",
        "terms.issue_discount_share",
    ),
    Bug(
        "debt_fees",
        TERM,
        "debt-fees-prepaid",
        "add_fee_deductions",
        "parts[t].append(left * proportional * prepaid[t])",
        "pass",
    ),
]
