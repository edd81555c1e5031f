"""Borrowing groups: parts of the company that borrow by themselves."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from optimizer.instance.schema.base import ZERO, Block, Name, NonNegative, PeriodLabel
from optimizer.instance.series import NonNegativeSeries


class Group(Block):
    """A borrowing group (an SPV): a ring around sites and loans, with a cash account of its own, non-recourse.

    What stands at its sites and what is earned there is the group's: hardware and service belong to where they are. Its
    loans are owed by the group alone; the company's money reaches it by contributions, which are decided, and the
    group's money reaches the company by distributions, out of what the waterfall leaves.
    """

    sites: list[Name] = Field(
        default=[], description="Its sites, with all that is built, housed and served there; each of one group only."
    )
    debt: list[Name] = Field(default=[], description="Its loans: owed, served and repaid out of its cash alone.")
    partners: list[Name] = Field(
        default=[], description="Partners for compute whose agreements are its own; delivered from its sites only."
    )
    contracts: list[Name] = Field(
        default=[],
        description="Customers' contracts that are its own: capacity is held at its sites only, prepayment, invoices, "
        "damages and what goes back are its cash. A contract of no group is held at sites within no ring.",
    )
    cash_flows: list[Name] = Field(default=[], description="Given flows that are its own.")
    opening_cash_musd: NonNegative = Field(
        0.0, description="What of the company's cash in hand (`opening`) lies in its account at the start."
    )
    minimum_cash_musd: NonNegativeSeries = Field(ZERO, description="Least cash in its account at the end of a period.")
    contributions_musd: NonNegative | None = Field(
        None, description="Most that the company puts in over all periods; absent: as much as it has."
    )
    first_distribution: PeriodLabel | None = Field(
        None,
        description="First period in which anything is distributed, whatever is left before; what customers pay ahead "
        "stays until then, too. Absent: the first of the calendar.",
    )
    lock_up_dscr: NonNegative | None = Field(
        None,
        description="Nothing is distributed in a period in which the DSCR of the group is below this; absent: no test.",
    )
    lock_up_over: Literal["year", "period"] = Field(
        "year", description="Flows of the lock-up: of the last twelve months, or of the period alone."
    )
    lock_up_first_year: Literal["untested", "annualised"] = Field(
        "untested", description="While fewer than twelve months lie behind: no lock-up, or what there is counts."
    )
