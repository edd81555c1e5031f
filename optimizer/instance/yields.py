"""The effective interest method for one unit of money: what it costs in each period, whatever it is called.

Sources: ASC 835-30 and IFRS 9: a loan accrues at the rate at which its dated service is worth its net proceeds. Fees of
facilities without vintages are written off straight line.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from optimizer.instance.amortisation import Service, service
from optimizer.instance.fair_rate import service_flows, yield_of
from optimizer.instance.partner_service import partner_balance, partner_service
from optimizer.instance.schema import Debt, Instance


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
    """Straight line."""
    charge = tuple(share / periods for share in held_shares(periods, timing))
    held, left = [timing], 1.0
    for paid in charge[:-1]:
        left -= paid
        held.append(left)
    return Spread(charge, tuple(held))


def fee_periods(debt: Debt, window: range, u: int) -> int:
    """Over how many periods a fee of a facility without vintages is written off: the rest of the window, the tenor."""
    return (debt.tenor_periods or 1) if debt.kind == "sculpted" else window.stop - u


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


def partner_unit(instance: Instance, partner: str, u: int, timing: float) -> tuple[float, Sequence[float]]:
    """Yield per period of an agreement for compute signed in u, and what is held in each period u, u+1 … T, T+1.

    The yield is the rate at which the cost of serving is worth the cash. Where serving costs no more than the cash it
    is 0: a margin on what is delivered is none on capital.
    """
    cash, last = instance.partners[partner].cash_musd, instance.periods.periods
    flows = partner_service(instance, partner, u)
    if math.fsum(flows.values()) <= cash or cash <= 0.0:
        # what is delivered in u is delivered at its end
        return 0.0, [timing * cash, *(partner_balance(instance, partner, u, t) for t in range(u, last + 1))]
    rate = yield_of([(s - u + timing, amount) for s, amount in flows.items()], cash)
    held, left = [_growth(rate, timing) * cash], cash * (1.0 + rate * _growth(rate, timing))
    for t in range(u + 1, last + 2):
        held.append(left)
        left = max(0.0, left * (1.0 + rate) - flows.get(t, 0.0))
    return rate, held
