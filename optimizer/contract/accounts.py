"""The accounts of the balance sheet, and what statements call them."""

from __future__ import annotations

CASH, DEPOSITS, CONSTRUCTION = "cash", "deposits", "construction_in_progress"
HARDWARE, LEASED, SITES, OTHER = "hardware", "leased_hardware", "sites", "other_assets"
GIVEN = "shares_given"
"""What customers got in shares and is not yet taken off revenue."""
PAID_IN, PREFERRED, RETAINED = "paid_in_capital", "preferred_equity", "retained_earnings"
DEBT, LEASE, PARTNER, CONTRACT = "debt.", "lease.", "partner.", "contract."
"""How liability accounts begin: of a debt instrument, of a lease that counts as debt, what is owed to a strategic
partner in compute, and deferred revenue of a customer's contract. The name comes after it."""

INVESTED, OWNERS_CAPITAL = "invested_in_groups", "owners_capital"
"""What the company has put into its borrowing groups, in its own books and in theirs; in all of them together none."""

ASSETS = {
    CASH: "Cash",
    DEPOSITS: "Deposits on hardware",
    CONSTRUCTION: "Construction in progress",
    HARDWARE: "Hardware",
    LEASED: "Leased hardware",
    SITES: "Sites",
    GIVEN: "Shares given to customers",
    OTHER: "Other assets",
}
"""Assets, in the order of the balance sheet, with their rows."""

LIABILITIES = {
    DEBT: "Debt: {instrument}",
    LEASE: "Lease: {offer}",
    PARTNER: "Owed to {partner}",
    CONTRACT: "Deferred revenue: {contract}",
}
"""Kinds of liabilities, in the order of the balance sheet, with their rows."""

EQUITY = {PREFERRED: "Preferred equity", PAID_IN: "Paid-in capital", RETAINED: "Retained earnings"}
"""Equity, in the order of the balance sheet, with its rows."""

SPENT_ON = {"sites": (SITES, CONSTRUCTION), "hardware": (HARDWARE, DEPOSITS)}
"""The accounts that take capital spending, by what it is spent on."""
