"""Contracts with customers."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from optimizer.instance.schema.base import ONE, Block, Name, NonNegative, PeriodLabel, Periods, Positive, Share
from optimizer.instance.schema.opening import OpeningContract
from optimizer.instance.series import NonNegativeSeries, ShareSeries

Term = Annotated[int, Field(ge=1, le=2000)]


class Renewal(Block):
    """A second term, straight after the first."""

    kind: Literal["choice", "certain"] = Field(
        "choice", description="Whether the plan chooses to renew where the first term ends, or it is certain."
    )
    term_periods: Term = Field(description="Periods of the second term.")
    price_usd_per_h100e_hour: NonNegative | None = Field(
        None, description="Price of an hour in it; absent: that of the first term goes on, with its steps."
    )
    price_musd_per_mw_month: NonNegative | None = Field(
        None, description="Price of a megawatt for a month in it, where the contract is for megawatts."
    )


class CustomerShares(Block):
    """Shares of the company that the customer gets at signing: no cash, and less revenue over the term."""

    musd: Positive = Field(description="What they are worth at signing: equity, and taken off the revenue of the term.")
    pre_money_musd: NonNegativeSeries | None = Field(
        None,
        description="Value of all shares before them, by period of signing; without it they dilute nobody.",
    )


class Contract(Block):
    """A customer's contract: capacity held for a term from acceptance on, paid for whether it is used or not."""

    signed: bool = Field(
        False, description="It is signed in its first period of signing; else the plan chooses whether and when."
    )
    opening: OpeningContract | None = Field(
        None,
        description="It was signed before the plan begins, and where it stands then; prices are those of the first "
        "period, before any step.",
    )
    first_signing: PeriodLabel | None = Field(None, description="First period in which it may be signed.")
    last_signing: PeriodLabel | None = Field(None, description="Last period in which it may be signed.")
    acceptance_lag_periods: Periods = Field(
        1, description="Periods from signing to the acceptance agreed, which is the first period of the term."
    )
    term_periods: Term = Field(description="Periods of the term, from acceptance on: a late acceptance moves its end.")
    ramp_h100e: list[NonNegative] | None = Field(
        None,
        min_length=1,
        description="H100 equivalents held for the customer, by period of age from acceptance on; the last one stays.",
    )
    ramp_mw: list[NonNegative] | None = Field(
        None, min_length=1, description="The same in IT megawatts; `h100e_per_mw` says what one of them serves."
    )
    h100e_per_mw: Positive | None = Field(None, description="H100 equivalents that a megawatt of the contract is.")
    price_usd_per_h100e_hour: NonNegativeSeries | None = Field(
        None, description="Price of an hour, that of the period of signing."
    )
    price_musd_per_mw_month: NonNegativeSeries | None = Field(
        None, description="Price of a megawatt for a month (730 hours), that of the period of signing."
    )
    escalator_per_year: Annotated[float, Field(ge=-0.9, le=10.0)] = Field(
        0.0, description="Step of the price at each anniversary of acceptance; effective."
    )
    take_or_pay_share: Share = Field(1.0, description="Share of what is held that is paid for, used or not.")
    used_share: ShareSeries = Field(ONE, description="Share of what is held that the customer uses, by period.")
    prepayment_share: Share = Field(
        0.0, description="Share of the contract value (all that is held in the term, at its price) paid at signing."
    )
    prepayment_musd: NonNegative = Field(0.0, description="Amount paid at signing, instead of a share.")
    prepayment_credited: Literal["over_term", "first"] = Field(
        "over_term",
        description="Against what it is set: the same part of every invoice of the term, or all of the first ones.",
    )
    prepayment_taxed: Literal["recognised", "deferred_a_year", "received"] = Field(
        "recognised",
        description="When it is taxable income: as revenue is recognised; what is left of it at the end of the tax "
        "year after its receipt then (US: §451(c)); or all of it in the tax year of its receipt.",
    )
    counts_as_debt: bool = Field(
        False, description="What is left of the prepayment is debt in covenants, leverage and the pricing grid."
    )
    delay_damages_musd_per_year: NonNegative = Field(
        0.0, description="Damages for a year of late acceptance, paid by the period, as it ends."
    )
    delay_damages_cap_share: Share = Field(1.0, description="Share of the contract value that damages end at.")
    long_stop_periods: Periods | None = Field(
        None,
        description="How many periods late it may be accepted; where it is not, the customer ends it with the last of "
        "them, and the prepayment goes back. Absent: it has to be accepted as agreed.",
    )
    shares: CustomerShares | None = Field(
        None, description="Shares that the customer gets at signing, consideration payable to a customer."
    )
    cost_of_serving_usd_per_h100e_hour: NonNegative | None = Field(
        None, description="What an hour costs to hold after the last period; absent: the cheapest offer or cloud."
    )
    renewal: Renewal | None = Field(None, description="A second term.")
    credit_class: Name | None = Field(
        None,
        description="Class of the customer's credit, a word of the file's own, such as `investment-grade`: loans may "
        "be advanced on the contract at a rate of it (`debt.NAME.advance.share_by_class`).",
    )

    @property
    def is_signed(self) -> bool:
        """Whether nobody decides on it any more."""
        return self.signed or self.opening is not None
