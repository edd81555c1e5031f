"""The effective interest method for one unit of money: what it costs in each period, whatever it is called.

Sources: ASC 835-30 and IFRS 9: a loan accrues at the rate at which its dated service is worth its net proceeds. Fees of
facilities without vintages are written off straight line and lower no carrying amount (ASC 835-30-S45-1).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from optimizer.instance.amortisation import Service, service
from optimizer.instance.calendar import Calendar
from optimizer.instance.fair_rate import service_flows, yield_of
from optimizer.instance.partner_service import partner_balance, partner_service
from optimizer.instance.schema import Debt, Instance

ROUNDING = 1e-12
"""What a unit of money that is all paid back is carried at, at most."""


@dataclass(frozen=True)
class Accrual:
    """One unit drawn, by age k = 0 … n (the k-th period after that of the draw); ``rate`` is the yield c per period.

    Of what is held in a period, ``held_before`` is borne by what is live at its beginning and ``held_after`` by what is
    live after a repayment in it; the charge is c times what is held. ``carrying`` is the carrying amount at the
    instant of the repayments, just after them and without the interest that has run up, and ``par`` what is owed then.
    """

    rate: float
    held_before: tuple[float, ...]
    held_after: tuple[float, ...]
    carrying: tuple[float, ...]
    par: tuple[float, ...]

    def held(self, age: int) -> float:
        """What is held in a period, so much that c times it is the charge; nothing after the last."""
        return self.held_before[age] + self.held_after[age] if age < len(self.held_before) else 0.0


def drawn_unit(debt: Debt, rate_per_period: float, timing: float) -> Accrual:
    """A unit of a bullet, level or annuity loan, less its upfront fee and discount."""
    whole = service(debt, rate_per_period, timing)
    proceeds = 1.0 - debt.upfront_fee_share - debt.issue_discount_share
    # a whole period after the draw, interest at par is the yield
    at_par = proceeds == 1.0 and timing in (0.0, 1.0)
    rate = rate_per_period if at_par else yield_of(service_flows(debt, rate_per_period, timing), proceeds)
    return _accrued(whole, rate_per_period, rate, proceeds)


def opening_unit(debt: Debt, rate_per_period: float) -> Accrual:
    """A unit that is outstanding at instant 0: its fees are paid and gone, so it is carried at what is owed."""
    return _accrued(service(debt, rate_per_period, 0.0), rate_per_period, rate_per_period, 1.0)


def _accrued(whole: Service, nominal: float, rate: float, proceeds: float) -> Accrual:
    """The carrying amount A grows by (1+c)^(1−w) up to the repayments, then by (1+c)^w to the end of the period::

    A' = A·(1+c)^(1−w) − principal,   next A = A'·(1+c)^w − interest
    """
    early, late = _growth(rate, 1.0 - whole.timing), _growth(rate, whole.timing)
    before, after, carrying, left = [], [], [], 0.0
    for k in range(len(whole.balance)):
        before.append(early * left)
        left += rate * before[-1] - whole.principal[k] if k else proceeds
        # what is repaid early still pays the interest of its period up to then
        run_up = whole.interest[k] - nominal * whole.timing * whole.balance[k] if whole.interest[k] else 0.0
        carrying.append(left - run_up if k else left)
        after.append(late * left)
        left += rate * after[-1] - whole.interest[k]
    return Accrual(rate, tuple(before), tuple(after), tuple(carrying), whole.balance)


def _growth(rate: float, part: float) -> float:
    """((1+c)^part − 1)/c: a part of a period, for what it bears of the charge of a whole one."""
    return part if rate == 0.0 else math.expm1(part * math.log1p(rate)) / rate


def held_shares(periods: int, timing: float) -> tuple[float, ...]:
    """What part of each period, from that of the draw on, lies in ``periods`` periods after it."""
    return (timing, *[1.0] * (periods - 1), 1.0 - timing)


@dataclass(frozen=True)
class Spread:
    """A fee of 1 paid at a draw, by period from then on: its ``charge``, and what is not written off yet and lowers the
    carrying amount of the loan, ``held`` so long in the period.
    """

    charge: tuple[float, ...]
    held: tuple[float, ...]


def fixed_fee(debt: Debt, rate: float, timing: float) -> Spread:
    """The fixed fee of a draw, of 1: a level annuity at the yield of the loan.

    What is not charged yet lowers the carrying amount, but not of a loan that can be prepaid: once that is gone, less
    than nothing would be employed, and a loan drawn for its fee would lower the capital.
    """
    spread = level_annuity(debt.tenor_periods or 1, rate, timing)
    return spread if debt.prepayment is None else Spread(spread.charge, tuple(0.0 for _ in spread.held))


def least_for_fee(debt: Debt, rate_per_period: float, timing: float) -> float:
    """The least draw of a bullet, level or annuity loan from which its fixed fee leaves capital in every period."""
    unit = drawn_unit(debt, rate_per_period, timing)
    if not debt.issue_fee_musd or not math.isfinite(unit.rate):
        return 0.0
    fee = fixed_fee(debt, unit.rate, timing).held
    left = [(musd, unit.held(age)) for age, musd in enumerate(fee) if musd > ROUNDING and unit.held(age) > ROUNDING]
    return debt.issue_fee_musd * max((musd / held for musd, held in left), default=0.0)


def level_annuity(periods: int, rate: float, timing: float) -> Spread:
    """Equal charges for equal time, worth 1 at the rate."""
    shares = held_shares(periods, timing)
    growth = math.log1p(rate)
    worth = math.fsum(share * math.exp(-(k + timing) * growth) for k, share in enumerate(shares))
    charge = tuple(share / worth for share in shares)
    held, left = [], 1.0
    for k, paid in enumerate(charge):
        held.append(left if k else _growth(rate, timing))
        left += rate * held[-1] - paid
    return Spread(charge, tuple(held))


def straight_line_fee(periods: int, timing: float) -> Spread:
    """Straight line. What is not written off stands beside a balance that may have been repaid, and lowers nothing."""
    charge = tuple(share / periods for share in held_shares(periods, timing))
    return Spread(charge, tuple(0.0 for _ in charge))


def fee_periods(debt: Debt, window: range, u: int) -> int:
    """Over how many periods a fee of a facility without vintages is written off: the rest of the window, the tenor."""
    return (debt.tenor_periods or 1) if debt.kind == "sculpted" else window.stop - u


def owed_for_sure(debt: Debt, calendar: Calendar) -> int:
    """Until when an opening balance with a schedule is what that says: the period in which it can first be prepaid."""
    if debt.prepayment is None:
        return calendar.periods
    return calendar.window(debt.prepayment.first_prepayment, None).start


def pooled_for_sure(debt: Debt, horizon: int, timing: float) -> dict[int, float]:
    """What part of the opening balance of a revolver or of sculpted debt bears interest by period, whatever is repaid.

    A revolver can be repaid in period 1, sculpted debt in the period after its grace.
    """
    first = 1 if debt.kind == "revolver" else debt.grace_periods + 1
    return {t: 1.0 - timing if t == first else 1.0 for t in range(1, min(first, horizon) + 1)}


def effective_per_period(rate_per_year: float, years: float) -> float:
    """(1+k)^Δ − 1."""
    return math.expm1(years * math.log1p(rate_per_year))


def compounded(rate_per_year: float, per_year: int) -> float:
    """The effective rate of a nominal one that is charged so many times a year: (1 + r/m)^m − 1."""
    return rate_per_year if per_year == 1 else math.expm1(per_year * math.log1p(rate_per_year / per_year))


def nominal(effective_per_year: float, per_year: int) -> float:
    """The nominal rate of an effective one: m·((1 + r)^(1/m) − 1)."""
    if per_year == 1 or not math.isfinite(effective_per_year):
        return effective_per_year
    return per_year * math.expm1(math.log1p(effective_per_year) / per_year)


@dataclass(frozen=True)
class PartnerUnit:
    """An agreement for compute: its yield per period, what is ``held`` in each period from that of the signing to
    T+1, and the ``charge`` on it.
    """

    rate: float
    held: Sequence[float]
    charge: Sequence[float]


def partner_unit(instance: Instance, partner: str, u: int, timing: float) -> PartnerUnit:
    """What an agreement for compute signed in u costs as capital.

    The yield is the rate at which the cost of serving is worth the cash. Where serving costs no more than the cash it
    is 0: a margin on what is delivered is none on capital. Where as much as the cash is served at the very instant of
    the cash, no capital is held, and what serving costs beyond the cash is charged as it falls: the limit of a yield
    that rises without end.
    """
    cash, last = instance.partners[partner].cash_musd, instance.periods.periods
    flows, span = partner_service(instance, partner, u), range(u, last + 2)
    if math.fsum(flows.values()) <= cash or cash <= 0.0:
        # what is delivered in u is delivered at its end
        carried = [timing * cash, *(partner_balance(instance, partner, u, t) for t in range(u, last + 1))]
        return PartnerUnit(0.0, carried, [0.0 for _ in span])
    if timing == 0.0 and flows.get(u, 0.0) >= cash:
        return PartnerUnit(math.inf, [0.0 for _ in span], [flows.get(t, 0.0) - (cash if t == u else 0.0) for t in span])
    rate = yield_of([(s - u + timing, amount) for s, amount in flows.items()], cash)
    held, left = [], cash
    for t in span:
        held.append(left * (_growth(rate, timing) if t == u else 1.0))
        left = max(0.0, left + rate * held[-1] - flows.get(t, 0.0))
    return PartnerUnit(rate, held, [rate * amount for amount in held])
