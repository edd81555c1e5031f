"""Every kind of ledger line: its name, its item, the two accounts that it moves, and its row in the statements.

A line posts an amount, USD million, from its credit account to its debit account. The name of a line is a word of the
model's, then names of the instance, which may have dots in them; so no line is to be told by how it begins:
``kind_of`` looks at the item and the accounts, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from optimizer.contract.accounts import (
    CASH,
    CONSTRUCTION,
    CONTRACT,
    DEBT,
    DEPOSITS,
    GIVEN,
    HARDWARE,
    LEASE,
    LEASED,
    PAID_IN,
    PARTNER,
    PREFERRED,
    RETAINED,
    SITES,
)


@dataclass(frozen=True, eq=False)
class LineKind:
    """A kind of lines.

    ``template`` is the name of a line with ``{what is named}`` in it, at its end; an account that ends in a dot goes on
    with the first name. ``row`` is the row of the statements that the line is added to: in the cash flow statement, or
    in the income statement if it is revenue, an operating cost, or moves no cash; empty if it is in neither. ``source``
    is its row among the sources, where each name has one of its own. Kinds are compared by identity.
    """

    template: str
    item: str
    debit: str
    credit: str
    row: str = ""
    source: str = ""

    @property
    def stem(self) -> str:
        """The words before the names: all of it, if nothing is named."""
        return self.template.partition("{")[0]

    def of(self, *names: str) -> LedgerLine:
        """The line of these names, one for each in the template. Raises ValueError for more or fewer."""
        if len(names) != self.template.count("{"):
            raise ValueError(f"{self.template} does not have the names {', '.join(names) or 'none'}")
        first = names[0] if names else ""
        debit, credit = _account(self.debit, first), _account(self.credit, first)
        return LedgerLine(self, self.stem + ".".join(names), debit, credit, first)

    def named(self, line: str) -> str:
        """What stands in the name of a line in the place of the names: ``loan`` of ``interest.loan``."""
        return line.removeprefix(self.stem)

    def row_of(self, line: str, *, source: bool = False) -> str:
        """The row of a line of this kind, with its name in it where rows have one."""
        row = (source and self.source) or self.row
        words, named, _ = row.partition("{")
        return words + self.named(line) if named else row

    def fits(self, line: str, item: str, debit: str, credit: str) -> bool:
        """Whether a posting can be of this kind."""
        if item != self.item or not (line.startswith(self.stem) if "{" in self.template else line == self.template):
            return False
        name = self.named(line)
        return (debit, credit) == (_account(self.debit, name), _account(self.credit, name))


@dataclass(frozen=True)
class LedgerLine:
    """One line of the ledger: its kind, its name, the accounts that it moves, and what it is of: the first name."""

    kind: LineKind
    name: str
    debit: str
    credit: str
    of: str = ""

    @property
    def item(self) -> str:
        return self.kind.item


def _account(account: str, name: str) -> str:
    return account + name if account.endswith(".") else account


def _cost(template: str, item: str, row: str) -> LineKind:
    """What is paid in the period in which it is incurred."""
    return LineKind(template, item, RETAINED, CASH, row)


def _income(template: str, item: str, row: str) -> LineKind:
    """What is received in the period in which it is earned."""
    return LineKind(template, item, CASH, RETAINED, row)


# ── revenue ──
REVENUE = _income("revenue.{market}", "revenue", "Revenue: {market}")
SITE_INCOME = _income("income.site.{site}", "revenue", "Revenue: site {site}")
PARTNER_DELIVERY = LineKind("partner.delivery.{partner}", "revenue", PARTNER, RETAINED, "Delivered to {partner}")
PARTNER_REVENUE = _income("partner.revenue.{partner}", "revenue", "Delivered to {partner}")
CONTRACT_RECOGNISED = LineKind(
    "contract.recognised.{contract}", "revenue", CONTRACT, RETAINED, "Revenue: contract {contract}"
)
CONTRACT_REVENUE = _income("contract.revenue.{contract}", "revenue", "Revenue: contract {contract}")
CONTRACT_DAMAGES = _income("contract.damages.{contract}", "revenue", "Delay damages: {contract}")
"""Less than nothing: what is paid to a customer is a reduction of revenue (ASC 606-10-32-25)."""
CONTRACT_GIVEN = LineKind("contract.given.{contract}", "revenue", GIVEN, RETAINED, "Shares to customers: {contract}")
"""The same, less than nothing, of what he got in shares, over the term; no cash moves."""
NO_CASH = (CONTRACT_RECOGNISED, CONTRACT_GIVEN)
"""Revenue of contracts, and less of it, that brings and costs no cash."""

# ── operating costs, in the order of the income statement ──
ENERGY = _cost("opex.energy.{site}", "opex", "Energy")
GRID_ENERGY = _cost("opex.grid.{region}", "opex", "Energy from the grid")
SOURCE_ENERGY = _cost("opex.source.{source}", "opex", "Energy from sources")
COLOCATION = _cost("opex.colocation.{site}", "opex", "Colocation rent")
SITE_OPERATIONS = _cost("opex.site.{site}", "opex", "Site operations")
SITE_OPENING = _cost("opex.opening.{site}", "opex", "Site opening")
UPKEEP = _cost("opex.upkeep.{offer}", "opex", "Hardware upkeep")
ORDER_FEE = _cost("opex.order_fee.{offer}", "opex", "Order fees")
SIGNING = _cost("opex.signing.{offer}", "opex", "Framework signing")
TAKE_OR_PAY = _cost("opex.take_or_pay.{offer}", "opex", "Take or pay")
DEVELOPMENT = _cost("opex.development.{offer}", "opex", "Development")
LEASE_PAYMENT = _cost("opex.lease.{offer}", "opex", "Lease payments")
CLOUD = _cost("opex.cloud.{cloud}", "opex", "Cloud")
RESERVED = _cost("opex.reserved.{cloud}", "opex", "Reserved cloud")
SERVING = _cost("opex.serving.{market}", "opex", "Serving")
SHORTFALL = _cost("opex.shortfall.{market}", "opex", "Shortfall penalties")
OPERATING_COSTS = (
    ENERGY,
    GRID_ENERGY,
    SOURCE_ENERGY,
    COLOCATION,
    SITE_OPERATIONS,
    SITE_OPENING,
    UPKEEP,
    ORDER_FEE,
    SIGNING,
    TAKE_OR_PAY,
    DEVELOPMENT,
    LEASE_PAYMENT,
    CLOUD,
    RESERVED,
    SERVING,
    SHORTFALL,
)

# ── cash flows of the file, by their kind; the sign says which of the two ──
FLOW_REVENUE = _income("given.{flow}", "revenue", "Revenue: {flow}")
FLOW_COST = _cost("given.{flow}", "opex", "Cost: {flow}")
INVESTING_RECEIPT = _income("given.{flow}", "other_investing", "Given investing flows")
INVESTING_PAYMENT = _cost("given.{flow}", "other_investing", "Given investing flows")
FINANCING_RECEIPT = _income("given.{flow}", "other_financing", "Given financing flows")
FINANCING_PAYMENT = _cost("given.{flow}", "other_financing", "Given financing flows")
OTHER_REVENUE = (FLOW_REVENUE, SITE_INCOME)
"""What earns without selling compute."""
RECEIPTS = {"operating": FLOW_REVENUE, "investing": INVESTING_RECEIPT, "financing": FINANCING_RECEIPT}
PAYMENTS = {"operating": FLOW_COST, "investing": INVESTING_PAYMENT, "financing": FINANCING_PAYMENT}

# ── what is built and bought; the land of a site is its part `land`, the price of an offer its part `accelerator` ──
BUILDING = LineKind("capex.site.{site}.{part}", "capex", CONSTRUCTION, CASH, "Capex: sites")
FINISHING = LineKind("capex.site.{site}.{part}", "capex", SITES, CASH, "Capex: sites")
IN_SERVICE = LineKind("in_service.site.{site}", "transfer", SITES, CONSTRUCTION)
INTEREST_IN_CONSTRUCTION = LineKind(
    "capitalised_interest.site.{site}",
    "interest_in_construction",
    CONSTRUCTION,
    RETAINED,
    "Interest in construction, capitalised",
)
SITE_DEPRECIATION = LineKind("depreciation.site.{site}", "depreciation", RETAINED, SITES, "Depreciation of sites")
DEPOSIT = LineKind("deposit.hardware.{offer}.{part}", "capex", DEPOSITS, CASH, "Capex: hardware deposits")
OPENING_PART = "opening"
"""The part of an offer that stands for what orders of before the plan have left to pay."""
PURCHASE = LineKind("capex.hardware.{offer}.{part}", "capex", HARDWARE, CASH, "Capex: hardware")
DELIVERY = LineKind("delivery.hardware.{offer}", "transfer", HARDWARE, DEPOSITS)
DEPRECIATION = LineKind("depreciation.hardware.{offer}", "depreciation", RETAINED, HARDWARE, "Depreciation of hardware")
RESALE = LineKind("resale.hardware.{offer}", "resale", CASH, HARDWARE, "Hardware sold")
WRITE_OFF = LineKind("write_off.hardware.{offer}", "depreciation", RETAINED, HARDWARE, "Gain or loss on units sold")

# ── leases that count as debt ──
LEASE_START = LineKind("lease.start.{offer}", "lease", LEASED, LEASE)
LEASE_PRINCIPAL = LineKind("lease.principal.{offer}", "repayment", LEASE, CASH, "Lease principal")
LEASE_INTEREST = _cost("lease.interest.{offer}", "interest", "Interest paid")
LEASED_DEPRECIATION = LineKind(
    "depreciation.hardware.{offer}", "depreciation", RETAINED, LEASED, "Depreciation of hardware"
)

# ── debt ──
DRAW = LineKind("draw.{instrument}", "draw", CASH, DEBT, "Debt drawn", "Debt: {instrument}")
REPAYMENT = LineKind("repayment.{instrument}", "repayment", DEBT, CASH, "Debt repaid")
INTEREST = _cost("interest.{instrument}", "interest", "Interest paid")
GRID_SPREAD = _cost("interest.grid", "interest", "Interest paid")
CAPITALISED = LineKind("pik.{instrument}", "pik", RETAINED, DEBT, "Interest capitalised")
CONVERSION = LineKind("conversion.{instrument}", "conversion", DEBT, PAID_IN)
CONTRACT_SHARES = LineKind("contract.shares.{contract}", "conversion", GIVEN, PAID_IN)
CAPPED_CALL = _cost("capped_call.{instrument}", "flotation", "Capped calls")
UPFRONT_FEE = _cost("fee.upfront.{instrument}", "fee", "Debt fees")
DISCOUNT = _cost("fee.discount.{instrument}", "fee", "Issue discount")
ISSUE_FEE = _cost("fee.issue.{instrument}", "fee", "Debt fees")
COMMITMENT_FEE = _cost("fee.commitment.{instrument}", "fee", "Debt fees")
LETTER_OF_CREDIT_FEE = _cost("fee.letter_of_credit.{instrument}", "fee", "Debt fees")
PREMIUM = _cost("fee.prepayment.{instrument}", "fee", "Prepayment premium")
FEES_ON_DRAWS = (UPFRONT_FEE, ISSUE_FEE, DISCOUNT)
"""Fees that are taken off a draw, and deducted for tax over its life."""
STANDING_FEES = (COMMITMENT_FEE, LETTER_OF_CREDIT_FEE)
"""Fees on what a lender holds ready: a charge on capital as they are paid, at the end of their period, after tax."""
DEBT_FEES = (UPFRONT_FEE, ISSUE_FEE, DISCOUNT, *STANDING_FEES, PREMIUM)
"""All fees of an instrument, in the order of the tables; what is not on draws is deducted as it is paid."""

# ── equity, partners ──
RAISE = LineKind("raise.{round}", "raise", CASH, PAID_IN, "Equity raised", "Equity: {round}")
FLOTATION = _cost("flotation.{round}", "flotation", "Flotation costs")
PREFERRED_RAISE = LineKind(
    "raise.preferred.{name}", "raise", CASH, PREFERRED, "Preferred equity raised", "Preferred equity: {name}"
)
PREFERRED_FLOTATION = _cost("flotation.preferred.{name}", "flotation", "Flotation costs")
PREFERRED_DIVIDEND = _cost("dividend.preferred.{name}", "preferred_dividend", "Preferred dividends")
DIVIDEND = _cost("dividend", "dividend", "Dividends")
RETURN_OF_CAPITAL = LineKind("return_of_capital", "return_of_capital", PAID_IN, CASH, "Capital returned")
PARTNER_EQUITY = LineKind(
    "partner.equity.{partner}", "raise", CASH, PAID_IN, "Partners' equity", "Partner's equity: {partner}"
)
PARTNER_CASH = LineKind(
    "partner.cash.{partner}", "draw", CASH, PARTNER, "Partners' prepayments", "Partner's prepayment: {partner}"
)
PARTNER_REPAYMENT = LineKind("partner.repayment.{partner}", "repayment", PARTNER, CASH, "Paid back to partners")

# ── prepayments of customers ──
CONTRACT_PREPAYMENT = LineKind(
    "contract.prepayment.{contract}", "prepayment", CASH, CONTRACT, "Prepayments of customers"
)
CONTRACT_REFUND = LineKind("contract.refund.{contract}", "prepayment", CONTRACT, CASH, "Prepayments paid back")

# ── the company ──
TAX = _cost("tax", "tax", "Tax")
INTEREST_INCOME = _income("interest_income", "interest_income", "Interest received")

KINDS = tuple(each for each in tuple(globals().values()) if isinstance(each, LineKind))
"""All of them, in the order of this page."""


def kinds_of(line: str, item: str, debit: str, credit: str) -> Iterator[LineKind]:
    """The kinds that a posting can be of, the one with the longest words first.

    Where a name of the instance begins with a word of the model's there are several, and their rows are the same: a
    round `preferred.a` has the line `flotation.preferred.a`, which preferred shares `a` would have.
    """
    found = (kind for kind in KINDS if kind.fits(line, item, debit, credit))
    yield from sorted(found, key=lambda kind: -len(kind.stem))


def kind_of(line: str, item: str, debit: str, credit: str) -> LineKind | None:
    """The kind of a posting, which tells its row; None if there is no such kind."""
    return next(kinds_of(line, item, debit, credit), None)
