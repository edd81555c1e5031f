"""Tax: what the law asks for, tax year by tax year, with losses and interest carried forward."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal

from optimizer.auditing.debt_fees import fees_deducted
from optimizer.auditing.replay import Entry, Replay
from optimizer.auditing.report import AuditError, rule
from optimizer.auditing.rows import exact
from optimizer.auditing.tolerances import MONEY, ONE, ZERO
from optimizer.instance.schema import DepreciationClass, Tax

EXACT = rule(
    "tax.exact", "Tax is what the law asks for: income after depreciation, interest, fees and losses.", "musd", MONEY
)

_PUT_OFF = {"full": ZERO, "half_year": ONE / 2, "mid_month": ONE / 24}  # years
_TAX = Entry("tax", "retained_earnings", "cash")
_NEAR = Decimal("1e-20")  # USD million: two taxes that are no further apart are the same
_TURNS = 200


class Losses:
    """The tax on the income of tax year after tax year; the losses carried are its memory."""

    def __init__(self, terms: Tax) -> None:
        self.terms = terms
        self.carried = exact(terms.opening_loss_musd)

    def tax_on(self, taxable: Decimal) -> Decimal:
        """Only the positive part is taxed, after at most the usable share of it has been offset by losses."""
        income = max(ZERO, taxable)
        return exact(self.terms.rate) * (income - self._used(income))

    def close(self, taxable: Decimal) -> None:
        """Carry on what the year leaves."""
        if self.terms.loss_usable_share is not None:
            self.carried += max(ZERO, -taxable) - self._used(max(ZERO, taxable))

    def _used(self, income: Decimal) -> Decimal:
        share = self.terms.loss_usable_share
        return ZERO if share is None else min(self.carried, exact(share) * income)


class Taxpayer:
    """Works out the tax of tax year after tax year; losses and interest carried forward are its memory.

    ``unlevered[t]`` is the tax of the same company without interest, interest income and debt fees, as it is paid.
    """

    def __init__(self, replay: Replay) -> None:
        """To be made when everything but interest income and tax has been posted."""
        self.replay = replay
        self.terms = replay.instance.tax
        self.years = years_of_tax(replay)
        self.written_off = tax_depreciation(replay)
        self.fees = fees_deducted(replay)
        self.interest_carried = ZERO if self.terms is None else exact(self.terms.opening_interest_musd)
        self.unlevered = replay.zeros()
        if self.terms is not None:
            self.losses, self.unlevered_losses = Losses(self.terms), Losses(self.terms)

    def settle(self, year: list[int], interest_income: Callable[[dict[int, Decimal]], Decimal]) -> dict[int, Decimal]:
        """The tax paid in each period of a tax year; the years are to be asked for in order.

        TI = Σ(EBITDA + resale + interest income − tax depreciation − debt fees) − deductible interest. The income on
        cash falls as instalments rise: the tax of the year is the one that it leads to itself.
        """
        terms = self.terms
        if terms is None:
            return dict.fromkeys(year, ZERO)
        earlier = exact(terms.year_to_date_musd) if self._begun(year) else ZERO
        book = self.replay.book
        operating = earlier + sum(
            (book.ebitda(t) + book.cash_in("resale", t) - self.written_off[t] for t in year), ZERO
        )
        fees = sum((self.fees[t] for t in year), ZERO)

        def taxable(income: Decimal) -> Decimal:
            return operating - fees + income - self._deductible(terms, year, income)

        def tax_given(tax: Decimal) -> Decimal:
            return self.losses.tax_on(taxable(interest_income(self._payments(year, tax))))

        tax = _fixed_point(tax_given)
        paid = self._payments(year, tax)
        income = interest_income(paid)
        deducted = self._deductible(terms, year, income)
        magnitude = sum((book.earned("revenue", t) - book.earned("opex", t) + self.written_off[t] for t in year), ZERO)
        magnitude += deducted + fees + self.losses.carried + abs(earlier)
        self.interest_carried += sum((book.interest(t) for t in year), ZERO) - deducted
        self.losses.close(operating - fees + income - deducted)
        for t, musd in self._payments(year, self.unlevered_losses.tax_on(operating)).items():
            self.unlevered[t] = musd
        self.unlevered_losses.close(operating)
        for t, musd in paid.items():
            book.post(EXACT, "tax", t, musd, _TAX, magnitude=magnitude, keep_zero=True)
        return paid

    def _begun(self, year: list[int]) -> bool:
        """Whether the tax year began before the calendar: only the first can."""
        return year[0] == 1 and _year_of(self.replay, 0) == _year_of(self.replay, 1)

    def _payments(self, year: list[int], tax: Decimal) -> dict[int, Decimal]:
        """Equal parts for equal time in the periods of the year, or all in the last of them."""
        assert self.terms is not None
        if self.terms.payment == "instalments":
            months = sum(self.replay.time.months(t) for t in year)
            return {t: tax * self.replay.time.months(t) / months for t in year}
        return dict.fromkeys(year, ZERO) | {year[-1]: tax}

    def _deductible(self, terms: Tax, year: list[int], income: Decimal) -> Decimal:
        """min(interest + carried in, interest income + x·max(0, EBITDA)) of the year; the rest is carried forward."""
        book = self.replay.book
        interest = sum((book.interest(t) for t in year), ZERO)
        if terms.interest_limit_share is None:
            return interest
        ebitda = sum((book.ebitda(t) for t in year), ZERO)
        ceiling = income + exact(terms.interest_limit_share) * max(ZERO, ebitda)
        return min(interest + self.interest_carried, ceiling)


def _fixed_point(tax_given: Callable[[Decimal], Decimal]) -> Decimal:
    """The tax Y = f(Y), f in straight pieces and nowhere rising, so that there is one, between 0 and f(0).

    By turns the bracket is halved, and cut where the straight line through its ends meets f(Y) = Y.
    """
    low, high = ZERO, tax_given(ZERO)
    above, below = high, tax_given(high) - high  # f(Y) − Y at both ends: ≥ 0 and ≤ 0
    for turn in range(_TURNS):
        if below >= -_NEAR:
            break
        guess = (low + high) / 2 if turn % 2 else low + (high - low) * above / (above - below)
        gap = tax_given(guess) - guess
        if abs(gap) <= _NEAR:
            return guess
        low, above = (guess, gap) if gap > 0 else (low, above)
        high, below = (guess, gap) if gap < 0 else (high, below)
    return high


def years_of_tax(replay: Replay) -> list[list[int]]:
    """The periods of the calendar by tax year, in order."""
    years: dict[int, list[int]] = {}
    for t in replay.span:
        years.setdefault(_year_of(replay, t), []).append(t)
    return list(years.values())


def _year_of(replay: Replay, t: int) -> int:
    """The tax year of a period, read from its label: a month or quarter after the year's end belongs to the next."""
    label = replay.calendar.label(t)
    year, part = int(label[:4]), label[4:]
    if not part or replay.instance.tax is None:
        return year
    quarter = int(part[1:]) if part[0] == "Q" else (int(part[1:]) + 2) // 3
    return year + (quarter > int(replay.instance.tax.year_end[1:]))


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
        scheme, begun = replay.instance.depreciation[name], replay.time.at(first - 1)
        gone = share_written_off(scheme, -begun) if first < 1 else ZERO
        for t in range(max(1, first), replay.last + 1):
            share = ONE if t == leaves else share_written_off(scheme, replay.time.at(t) - begun)
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
