"""The waterfall of each borrowing group: what comes in, who is paid in which order, and what is left after them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import fsum

from optimizer.contract.accounts import CASH
from optimizer.contract.lines import CONTRACT_PREPAYMENT, CONTRACT_REFUND, FEES_ON_DRAWS
from optimizer.instance.lookback import of_group
from optimizer.instance.rings import rings
from optimizer.plan.books import Books, add
from optimizer.plan.figures.coverage import NOTHING_MUSD, cfads, debt_service
from optimizer.plan.figures.debt import prepaid
from optimizer.plan.figures.reserves import reserved_before_sweeps
from optimizer.plan.record import Record


@dataclass(frozen=True)
class Step:
    """One period of a group, t from 1, USD million; what is paid is positive.

    ``left`` is what is there for a distribution before its test: opening cash + receipts − operating cost − service −
    ``refunded`` to customers − what is ``reserved`` for service at the end of t, before the sweep. ``principal`` is
    without what is ``swept`` of what is left.
    ``financed`` is what draws bring, net of what is kept back of them, and ``refinanced`` what of them repays principal
    that is due; ``prepaid`` is what customers pay ahead; ``built`` is capital spending and given flows outside
    operations. ``closing`` = left + reserved − swept − distribution + financed − refinanced + prepaid − built +
    contributed.
    """

    group: str
    t: int
    opening: float
    revenue: float
    operating_cost: float
    other_receipts: float
    interest: float
    principal: float
    fees: float
    refinanced: float
    refunded: float
    reserved: float
    left: float
    swept: float
    cfads: float | None
    service: float | None
    distribution: float
    financed: float
    prepaid: float
    contributed: float
    built: float
    closing: float

    @property
    def dscr(self) -> float | None:
        """Cover that the lock-up looks at; None where nothing is due or no year lies behind."""
        if self.cfads is None or self.service is None or self.service <= NOTHING_MUSD:
            return None
        return self.cfads / self.service


def waterfalls(plan: Record) -> Iterator[Step]:
    """Each group in each period, by name."""
    for name in sorted(plan.instance.groups):
        yield from _of_group(plan, name)


def _of_group(plan: Record, name: str) -> Iterator[Step]:
    books, group = plan.books_of(name), plan.instance.groups[name]
    cash = books.balance(CASH)
    paid_in, paid_out = _decided(plan, "contributions", name), _decided(plan, "distributions", name)
    kept_back = _kept_back(books)
    refinanced, kept = _refinanced(plan, name), reserved_before_sweeps(plan, name)
    swept = _swept(plan, name)
    items = ("revenue", "opex", "interest", "repayment", "fee", "draw", "capex")
    flow = {item: books.item(item) for item in items}
    other = books.item("interest_income", "resale")
    ahead, refunded = books.of_kind(CONTRACT_PREPAYMENT), books.of_kind(CONTRACT_REFUND)
    given = books.item("other_investing", "other_financing")
    for t in plan.instance.periods.span:
        look, at = of_group(plan.instance, group, t), t - 1
        fees = -(flow["fee"][at] - kept_back[at])
        principal = -flow["repayment"][at] - swept[at]
        service = fsum((-flow["interest"][at], principal, fees, -refinanced[at]))
        yield Step(
            group=name,
            t=t,
            opening=cash[at],
            revenue=flow["revenue"][at],
            operating_cost=-flow["opex"][at],
            other_receipts=other[at],
            interest=-flow["interest"][at],
            principal=principal,
            fees=fees,
            refinanced=refinanced[at],
            refunded=-refunded[at],
            reserved=kept[t],
            left=fsum((cash[at], flow["revenue"][at], flow["opex"][at], other[at], -service, refunded[at], -kept[t])),
            swept=swept[at],
            cfads=None if look is None else cfads(plan, look, "none", True, name),
            service=None if look is None else debt_service(plan, look, False, name),
            distribution=paid_out[at],
            financed=flow["draw"][at] + kept_back[at],
            prepaid=ahead[at],
            contributed=paid_in[at],
            built=-flow["capex"][at] - given[at],
            closing=cash[t],
        )


def _decided(plan: Record, table: str, group: str) -> list[float]:
    calendar = plan.instance.periods
    amounts = [0.0] * calendar.periods
    for row in plan.decisions.get(table, ()):
        if row["group"] == group:
            amounts[calendar.index(str(row["period"])) - 1] += row["musd"]
    return amounts


def _swept(plan: Record, group: str) -> list[float]:
    """What sweeps repay of the loans of a group."""
    own = [d for d, whose in rings(plan.instance).debt.items() if whose == group and plan.instance.debt[d].sweep]
    return add(*(prepaid(plan, d) for d in own), size=plan.instance.periods.periods)


def _kept_back(books: Books) -> list[float]:
    """Fees that come off draws, as they leave cash: negative."""
    return books.of_kind(*FEES_ON_DRAWS)


def _refinanced(plan: Record, group: str) -> list[float]:
    calendar, owed = plan.instance.periods, rings(plan.instance).debt
    amounts = [0.0] * calendar.periods
    for row in plan.decisions.get("refinancings", ()):
        if owed[row["refinanced"]] == group:
            amounts[calendar.index(str(row["period"])) - 1] += row["musd"]
    return amounts
