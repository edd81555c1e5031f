"""Tax: what the law asks for, period by period, with losses and interest carried forward."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from optimizer.audit.replay import Entry, Replay
from optimizer.audit.report import AuditError, rule
from optimizer.audit.rows import exact
from optimizer.audit.tolerances import MONEY, ONE, ZERO
from optimizer.instance.schema import DepreciationClass, Tax

EXACT = rule(
    "tax.exact", "Tax is what the law asks for: income after depreciation, interest, fees and losses.", "musd", MONEY
)

_PUT_OFF = {"full": ZERO, "half_year": ONE / 2, "mid_month": ONE / 24}  # years
_TAX = Entry("tax", "retained_earnings", "cash")


class Losses:
    """The tax on the income of period after period; the losses carried are its memory."""

    def __init__(self, terms: Tax) -> None:
        self.terms = terms
        self.carried = exact(terms.opening_loss_musd)

    def tax_on(self, taxable: Decimal) -> Decimal:
        """Only the positive part is taxed, after at most the usable share of it has been offset by losses."""
        income, loss = max(ZERO, taxable), max(ZERO, -taxable)
        used = ZERO
        if self.terms.loss_usable_share is not None:
            used = min(self.carried, exact(self.terms.loss_usable_share) * income)
            self.carried += loss - used
        return exact(self.terms.rate) * (income - used)


class Taxpayer:
    """Works out the tax of period after period; losses and interest carried forward are its memory.

    ``unlevered[t]`` is the tax of the same company without interest, interest income and debt fees.
    """

    def __init__(self, replay: Replay) -> None:
        """To be made when everything but interest income and tax has been posted."""
        self.replay = replay
        self.terms = replay.instance.tax
        self.written_off = tax_depreciation(replay)
        self.interest_carried = ZERO
        self.unlevered = replay.zeros()
        if self.terms is not None:
            self.losses, self.unlevered_losses = Losses(self.terms), Losses(self.terms)

    def pay(self, t: int, interest_income: Decimal) -> Decimal:
        """Tax of period t, posted; the periods are to be asked for in order.

        TI = EBITDA + resale + interest income − tax depreciation − deductible interest − debt fees.
        """
        if self.terms is None:
            return ZERO
        book = self.replay.book
        operating = book.ebitda(t) + book.cash_in("resale", t) - self.written_off[t]
        interest, fees = self._deductible(self.terms, t), -book.cash_in("fee", t)
        tax = self.losses.tax_on(operating + interest_income - interest - fees)
        self.unlevered[t] = self.unlevered_losses.tax_on(operating)
        magnitude = book.earned("revenue", t) - book.earned("opex", t) + self.written_off[t] + interest + fees
        magnitude += self.losses.carried
        book.post(EXACT, "tax", t, tax, _TAX, magnitude=magnitude, keep_zero=True)
        return tax

    def _deductible(self, terms: Tax, t: int) -> Decimal:
        """min(interest_t + C_{t−1}, x·max(0, EBITDA_t)); what is more is carried forward."""
        interest = self.replay.book.interest(t)
        if terms.interest_limit_share is None:
            return interest
        ceiling = exact(terms.interest_limit_share) * max(ZERO, self.replay.book.ebitda(t))
        deducted = min(interest + self.interest_carried, ceiling)
        self.interest_carried += interest - deducted
        return deducted


def tax_depreciation(replay: Replay) -> list[Decimal]:
    """Σ over assets of cost·(C(k) − C(k−1)), k = 1 in the period in service, and what else is deducted.

    Of an asset that is sold the rest, cost·(1 − C), is written off in the period in which it leaves.
    """
    written_off = list(replay.tax_deductions)
    if replay.instance.tax is None:
        return written_off
    costs: dict[tuple[str, int, int | None], Decimal] = defaultdict(Decimal)
    for asset in replay.tax_assets:
        costs[asset.tax_class, asset.first, asset.leaves] += asset.musd
    for (name, first, leaves), musd in costs.items():
        if name not in replay.instance.depreciation:
            raise AuditError("instance.json", f"no depreciation class {name!r}")
        scheme, gone = replay.instance.depreciation[name], ZERO
        for t in range(first, replay.last + 1):
            share = ONE if t == leaves else share_written_off(scheme, (t - first + 1) * replay.years)
            written_off[t] += musd * (share - gone)
            gone = share
            if t == leaves:
                break
    return written_off


def share_written_off(scheme: DepreciationClass, years: Decimal) -> Decimal:
    """C = bonus + (1 − bonus)·F(years), F straight line, or the table cumulated, linear within a year.

    A convention puts straight line off: by half a year or half a month.
    """
    bonus = exact(scheme.bonus_share)
    if scheme.life_years is not None:
        schedule = min(ONE, max(ZERO, years - _PUT_OFF[scheme.convention]) / exact(scheme.life_years))
    else:
        table = [exact(share) for share in scheme.table_shares or []]
        schedule = ZERO
        for year, share in enumerate(table):
            schedule += share * min(ONE, max(ZERO, years - year))
    return bonus + (ONE - bonus) * schedule
