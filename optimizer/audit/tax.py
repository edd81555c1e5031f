"""Tax: what the law asks for, period by period, with losses carried forward."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from optimizer.audit.debt import DebtReplay
from optimizer.audit.rows import exact
from optimizer.audit.replay import Entry, Replay
from optimizer.audit.report import AuditError, rule
from optimizer.audit.tolerances import MONEY, ONE, ZERO
from optimizer.instance.schema import DepreciationClass

EXACT = rule(
    "tax.exact", "Tax is what the law asks for: income after depreciation, interest, fees and losses.", "musd", MONEY
)

_TAX = Entry("tax", "retained_earnings", "cash")


class Taxpayer:
    """Works out the tax of period after period; the losses carried are its memory."""

    def __init__(self, replay: Replay, debts: DebtReplay) -> None:
        self.replay = replay
        self.debts = debts
        self.terms = replay.instance.tax
        self.loss = exact(self.terms.opening_loss_musd) if self.terms else ZERO
        self.written_off = tax_depreciation(replay)

    def pay(self, t: int, interest_income: Decimal) -> Decimal:
        """Tax of period t, posted; the periods are to be asked for in order.

        TI = EBITDA + interest income − tax depreciation − interest − debt fees; only its positive part is taxed, after
        at most the usable share of it has been offset by losses.
        """
        if self.terms is None:
            return ZERO
        book = self.replay.book
        ebitda = book.cash_in("revenue", t) + book.cash_in("opex", t)
        fees = -book.cash_in("fee", t)
        deductions = self.written_off[t] + self.debts.interest(t) + fees
        taxable = ebitda + interest_income - deductions
        income, loss = max(ZERO, taxable), max(ZERO, -taxable)
        used = ZERO
        if self.terms.loss_usable_share is not None:
            used = min(self.loss, exact(self.terms.loss_usable_share) * income)
            self.loss += loss - used
        tax = exact(self.terms.rate) * (income - used)
        magnitude = book.cash_in("revenue", t) - book.cash_in("opex", t) + deductions + self.loss
        book.post(EXACT, "tax", t, tax, _TAX, magnitude=magnitude, keep_zero=True)
        return tax


def tax_depreciation(replay: Replay) -> list[Decimal]:
    """Σ over assets of cost·(C(k) − C(k−1)), k = 1 in the period in service."""
    written_off = replay.zeros()
    if replay.instance.tax is None:
        return written_off
    costs: dict[tuple[str, int], Decimal] = defaultdict(Decimal)
    for asset in replay.tax_assets:
        costs[asset.tax_class, asset.first] += asset.musd
    for (name, first), musd in costs.items():
        if name not in replay.instance.depreciation:
            raise AuditError("instance.json", f"no depreciation class {name!r}")
        scheme, gone = replay.instance.depreciation[name], ZERO
        for t in range(first, replay.last + 1):
            share = share_written_off(scheme, (t - first + 1) * replay.years)
            written_off[t] += musd * (share - gone)
            gone = share
    return written_off


def share_written_off(scheme: DepreciationClass, years: Decimal) -> Decimal:
    """C = bonus + (1 − bonus)·F(years), F straight line, or the table cumulated, linear within a year."""
    bonus = exact(scheme.bonus_share)
    if scheme.life_years is not None:
        schedule = min(ONE, years / exact(scheme.life_years))
    else:
        table = [exact(share) for share in scheme.table_shares or []]
        schedule = ZERO
        for year, share in enumerate(table):
            schedule += share * min(ONE, max(ZERO, years - year))
    return bonus + (ONE - bonus) * schedule
