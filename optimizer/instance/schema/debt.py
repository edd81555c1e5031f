"""Debt instruments and their lenders."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from optimizer.contract.debt_kinds import DEBT_KINDS
from optimizer.instance.schema.base import ZERO, Block, Name, NonNegative, PeriodLabel, Periods, Positive, Share
from optimizer.instance.schema.conversion import Conversion
from optimizer.instance.series import NonNegativeSeries, RateSeries, ShareSeries, written_values


class Prepayment(Block):
    """Vintages may be repaid early."""

    premium_share: Share = Field(0.0, description="Fee on what is prepaid.")
    first_prepayment: PeriodLabel | None = Field(None, description="First period in which it is allowed.")


class TiedTo(Block):
    """A construction or vendor loan: a draw is at most a share of the capital spending it pays for."""

    capex_share: Share = Field(description="Share of the period's cash spending on what is named.")
    sites: list[Name] = Field(default=[], description="Sites whose spending counts.")
    hardware: list[Name] = Field(default=[], description="Offers whose spending counts, deposits included.")


class Sweep(Block):
    """A cash sweep: a share of what the waterfall of its group leaves in each period repays the loan, at par.

    It is no choice: after operating cost, service and reserves, and above the least cash of the group, the share is
    paid before anything is distributed, until nothing is owed.
    """

    share: Share = Field(
        description="Share of what is left that repays the loan; of several loans no more than 1 in all."
    )
    first_sweep: PeriodLabel = Field(description="First period with a sweep, after the draw window.")


class Advance(Block):
    """An advance on contracted revenue: what is owed is at most a share of what customers have still to pay.

    Counted is the cash of invoices of service after the end of the period, of contracts that are signed: neither what a
    prepayment settles, nor a second term before it begins, nor damages.
    """

    contracts: list[Name] | None = Field(
        None,
        min_length=1,
        description="Customers' contracts that it is advanced on; of a group's loan those of the group. Absent, with "
        "`share_by_class`: every contract of these classes that pays whoever owes it.",
    )
    share: Share | None = Field(None, description="Advance rate: share of what they have still to pay in cash.")
    share_by_class: dict[Name, Share] | None = Field(
        None,
        min_length=1,
        description="Advance rate by the `credit_class` of the contract, in the place of `share`; nothing is advanced "
        "on a class that is not named.",
    )
    discount_rate_per_year: Annotated[float, Field(ge=0.0, le=10.0)] = Field(
        0.0,
        description="What is still to be paid is discounted at this rate to the end of the period, effective; 0: not, "
        "as the amounts stand in the contracts.",
    )


class ServiceReserve(Block):
    """A debt service reserve: restricted cash, as much as falls due in the periods to come."""

    service_periods: Annotated[int, Field(ge=1, le=2000)] = Field(
        description="For how many periods to come interest and principal are held, as scheduled; the maturity of a "
        "bullet of more than a year is not."
    )
    first_full: PeriodLabel | None = Field(
        None, description="From which period on it has to be full; absent: as soon as anything is drawn."
    )
    facility: Name | None = Field(
        None,
        description="Revolver that may stand in for the cash while it is open, within its limit: of whoever owes the "
        "loan, or of the company; how much of the reserve it meets is decided for each period. Absent: all is cash.",
    )
    facility_by: Literal["letter_of_credit", "standby"] = Field(
        "letter_of_credit",
        description="letter_of_credit: letters issued under it, at its `letter_of_credit_fee_per_year`, which use it "
        "as draws do. standby: a part of it is held ready and stays undrawn, as its commitment fee goes.",
    )

    @property
    def by_letters(self) -> bool:
        """Whether what a facility meets of it are letters of credit."""
        return self.facility_by == "letter_of_credit"


class Lender(Block):
    """A lender, or a group of lenders, behind several instruments."""

    limit_musd: NonNegativeSeries = Field(description="Most that it has outstanding.")


class ReferenceRate(Block):
    """A rate of the market that floating debt follows: a forward curve."""

    rate_per_year: RateSeries = Field(
        description="Its fixing by period, nominal; after the last period it stays what it was."
    )


class Swap(Block):
    """A share of what is owed changes the reference rate for a fixed one, as long as the loan lives."""

    share: Share = Field(
        description="Share of what is owed at any time; it falls with the loan, also where that is "
        "prepaid, and costs nothing to break."
    )
    rate_per_year: Annotated[float, Field(ge=0.0, le=10.0)] = Field(
        description="Paid in the place of the reference and its floor, nominal; the margin comes on top."
    )


class Floating(Block):
    """Interest of the period: max(reference, floor) + margin, with a share of the reference swapped to a fixed rate."""

    reference: Name = Field(description="Name of its reference rate.")
    margin_per_year: RateSeries = Field(description="Over the reference, nominal, of the period on all that is owed.")
    floor_per_year: Annotated[float, Field(ge=0.0, le=10.0)] = Field(
        0.0, description="Least that the reference counts as, nominal."
    )
    swap: Swap | None = Field(None, description="What is fixed of it; absent: nothing.")


class Debt(Block):
    """A debt instrument. Every draw is a vintage that is repaid on its own schedule."""

    kind: Literal["bullet", "level", "annuity", "delayed_draw", "sculpted", "revolver"] = Field(
        description="bullet: repaid at maturity. level: equal principal. annuity: equal payments. delayed_draw: equal "
        "principal, with one maturity for all draws. sculpted: repayment is decided, within grace and tenor. revolver: "
        "drawn and repaid at will."
    )
    rate_per_year: RateSeries | None = Field(
        None,
        description="Interest, nominal, unless it floats. A vintage keeps the rate of the period of its draw; revolver "
        "and sculpted debt pay that of the period.",
    )
    floating: Floating | None = Field(
        None,
        description="Interest by a reference rate, in the place of `rate_per_year`: all that is owed pays the rate of "
        "the period. The principal of an annuity is scheduled at the rate of the period of its draw.",
    )
    tenor_periods: Annotated[int, Field(ge=1, le=2000)] | None = Field(
        None,
        description="Periods from draw to the last repayment, of a delayed-draw loan from the last period of its draw "
        "window; not for a revolver.",
    )
    grace_periods: Periods = Field(
        0,
        description="Periods after a draw, or after the draw window of a delayed-draw loan, without repayment "
        "(interest is paid).",
    )
    balloon_share: Share = Field(
        0.0,
        description="Part of each draw, and of interest added to it, that is repaid with its last payment (a balloon); "
        "the rest is repaid as the kind says, of an annuity by payments that are equal until then.",
    )
    capitalise_interest: bool = Field(
        False, description="PIK: in grace, interest is added to the balance instead of paid."
    )
    first_draw: PeriodLabel | None = Field(
        None, description="First period with a draw (revolver: in which it is open)."
    )
    last_draw: PeriodLabel | None = Field(
        None, description="Last period with a draw (revolver: repaid in the period after it)."
    )
    min_draw_musd: NonNegative = Field(0.0, description="Least size of a draw, if there is one.")
    max_draw_musd: Positive | None = Field(None, description="Most that is drawn in a period.")
    limit_musd: NonNegative | None = Field(
        None, description="Most that is drawn over all periods (revolver: that is outstanding)."
    )
    opening_balance_musd: NonNegative = Field(
        0.0,
        description="Outstanding at instant 0, with its full tenor ahead: beside limit and draws (a revolver's counts "
        "towards its limit). A loan part repaid is an instrument of its own: the tenor and grace that are left, and a "
        "limit of 0 if nothing more can be drawn.",
    )
    opening_fees_musd: NonNegative = Field(
        0.0,
        description="Issue costs and discount of the opening balance that tax has not deducted yet: straight line over "
        "its tenor, those of what is prepaid at once. Of bullet, level and annuity debt.",
    )
    signed: bool = Field(
        False, description="It has been signed before the plan begins, so that its standing fees are owed."
    )
    upfront_fee_share: Share = Field(0.0, description="Fee on each draw.")
    issue_discount_share: Share = Field(0.0, description="Original-issue discount: kept back from each draw, yet owed.")
    issue_fee_musd: NonNegative = Field(0.0, description="Fixed fee in each period with a draw.")
    commitment_fee_per_year: ShareSeries = Field(
        ZERO,
        description="On the undrawn part of the limit carried in, in each period of the draw window, if it is signed; "
        "nominal. Also called a ticking fee; by steps it rises over the window.",
    )
    letter_of_credit_share: Share = Field(
        0.0,
        description="Share of the limit of a revolver that is set aside for letters of credit: not drawn in cash, no "
        "debt, no liquidity, and used as far as the commitment fee goes.",
    )
    letter_of_credit_fee_per_year: Share = Field(
        0.0,
        description="On what is set aside for letters of credit, in each period of the draw window, if it is signed, "
        "and on letters for a `service_reserve` that a period begins with; nominal.",
    )
    security: dict[Literal["sites", "hardware", "construction_in_progress"], Share] | None = Field(
        None,
        min_length=1,
        description="Loan-to-value by asset class: these shares of the net book value pledged to it cover the balance.",
    )
    prepayment: Prepayment | None = Field(None, description="Early repayment, for bullet, level and annuity debt.")
    conversion: Conversion | None = Field(
        None, description="A convertible, of a bullet: the right of its holders to shares at the end of its tenor."
    )
    service_reserve: ServiceReserve | None = Field(
        None, description="Cash that is kept for its debt service, of bullet, level, annuity and delayed-draw debt."
    )
    tied_to: TiedTo | None = Field(None, description="Draws are tied to capital spending: an advance on cost.")
    sweep: Sweep | None = Field(
        None, description="Compulsory early repayment out of what is left, of a loan of a group with a schedule."
    )
    advance: Advance | None = Field(
        None, description="What is owed at the end of each period is tied to what customers have still to pay."
    )
    lender: Name | None = Field(None, description="Name of its lender.")
    tranche_of: Name | None = Field(
        None,
        description="Loan under whose commitment it is drawn, as a tranche with terms of its own: what both draw is "
        "within the `limit_musd` of that loan, within its draw window, and less of it is left for its commitment fee. "
        "Its own `limit_musd` is what may be drawn as this tranche.",
    )
    refinances: list[Name] | None = Field(
        None,
        min_length=1,
        description="Instruments whose principal its draws may repay as it falls due: that part is no debt service of "
        "a dscr, and beside what tied_to allows.",
    )

    @property
    def early_repayment(self) -> Prepayment | None:
        """When and for which premium it can be gone early: by its `prepayment`, or by a sweep, at par."""
        if self.sweep is not None:
            return Prepayment(first_prepayment=self.sweep.first_sweep)
        return self.prepayment

    @property
    def is_pooled(self) -> bool:
        """Whether it has one balance, whose repayment is decided, and no vintages."""
        return DEBT_KINDS[self.kind].pooled

    @property
    def is_revolving(self) -> bool:
        """Whether its limit is of what is outstanding, and what is repaid may be drawn again: there is no schedule."""
        return DEBT_KINDS[self.kind].revolving

    @property
    def is_delayed(self) -> bool:
        """Whether tenor and grace count from the end of the draw window: all draws have one maturity."""
        return DEBT_KINDS[self.kind].delayed

    @property
    def has_commitment_fee(self) -> bool:
        """Whether a fee is charged on what is not drawn, in some period at least."""
        return any(rate > 0.0 for rate in written_values(self.commitment_fee_per_year))

    @property
    def cash_limit_musd(self) -> float | None:
        """Most that is drawn in cash, USD million: the limit without what is set aside for letters of credit."""
        return None if self.limit_musd is None else (1.0 - self.letter_of_credit_share) * self.limit_musd

    @property
    def has_standing_fee(self) -> bool:
        """Whether it costs something though nothing is drawn, so that to sign it is a choice."""
        letters = self.letter_of_credit_share > 0.0 and self.letter_of_credit_fee_per_year > 0.0
        return self.has_commitment_fee or letters
