"""Deliberate bugs in tax years, the limit on interest, and debt fees over the life of a draw."""

from __future__ import annotations

from .planting import PERIOD, SIGN, TERM, Bug

BUGS = [
    Bug("tax", TERM, "adjusted-present-value", "\n        - fees[t]", ""),
    Bug("tax", TERM, "tax-year-quarters", "(tax.year_to_date_musd if year.begun else 0.0)", "0.0"),
    Bug("tax", TERM, "interest-limitation-net", "(earned + share * of_year", "(share * of_year"),
    Bug("tax", PERIOD, "tax-year-end-quarters", "{year.last: amount}", "{year.periods[0]: amount}"),
    Bug("tax", PERIOD, "interest-limitation-quarters", "deducted[last] =", "deducted[max(1, last - 4)] ="),
    Bug("debt_fees", SIGN, "debt-fees-prepaid", "left -= share", "left += share"),
    Bug("debt_fees", PERIOD, "debt-fees-prepaid", "if v < t)", "if v <= t)"),
    Bug("debt_fees", TERM, "debt-fees-prepaid", "terms.upfront_fee_share + terms.issue", "terms.issue"),
    Bug("debt_fees", TERM, "debt-fees-prepaid", "parts[t].append(left * proportional * prepaid[t])", "pass"),
    Bug("instance.fee_life", SIGN, "debt-fees-quarters", "drawn - TIMING", "drawn + TIMING"),
    Bug("instance.fee_life", PERIOD, "debt-fees-quarters", ".stop - 1)", ".stop)"),
    Bug("instance.fee_life", TERM, "debt-fees-prepaid", "end = start + (debt", "end = 0.0 + (debt"),
    Bug("finance.fees", TERM, "debt-fees-prepaid", "length / (end - start)", "length"),
    Bug("instance.tax_years", SIGN, "interest-limitation-quarters", "- 1 - after, size)", "- 1 + after, size)"),
    Bug("instance.tax_years", PERIOD, "tax-year-quarters", "size - passed - 1", "size - passed"),
    Bug("instance.tax_years", TERM, "interest-limitation-quarters", "- 1 - after, size)", "- 1, size)"),
]
