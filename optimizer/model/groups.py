"""Borrowing groups: rings with a cash account of their own, and what passes between them and the company.

A line of the ledger is within a ring if what it is of is: a site, what stands or serves at it, a loan, a partner, a
customer's contract or a given flow. Hardware that may stand in several rings, and markets that may be served from
several, are posted once for each, by what stands and is served there. Taxes, equity, clouds, orders' fees and
frameworks over several rings are the company's. The ledger is consolidated: what passes between a group and the company
moves nothing in it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from optimizer.algebra.expr import ByName, ByPeriod, Constraints, Expr, Variable, is_over_time
from optimizer.algebra.linear import quicksum
from optimizer.contract.accounts import CONSTRUCTION, CONTRACT, HARDWARE, LEASE, PARTNER, SITES
from optimizer.contract.decisions import CONTRIBUTIONS, DISTRIBUTIONS
from optimizer.contract.lines import CONTRACT_REFUND, FEES_ON_DRAWS, INTEREST_INCOME
from optimizer.instance.calendar import TIMING
from optimizer.instance.lookback import of_group
from optimizer.instance.opening_position import assets_at, opening_deferred
from optimizer.instance.schema import Covenant, Instance
from optimizer.model.context import Model, UnboundedModelError, upper_bound
from optimizer.model.coverage import cash_for_service, debt_service, hold_where_owed
from optimizer.model.ledger import Line
from optimizer.model.positions import DebtPosition

NO_BOUND = (
    "what the group `{}` can distribute has no bound: give every debt instrument its limit_musd, every offer its "
    "supply_units"
)
RECEIPTS = frozenset({"revenue", "opex", "interest_income", "resale"})
"""Items that come before service in a waterfall, in cash."""
SERVICE = frozenset({"interest", "repayment", "fee"})
"""Items that are service in a waterfall, without the fees that are kept back of a draw."""


@dataclass(frozen=True)
class Accounts:
    """The cash accounts of the groups, and what passes between them and the company, USD million.

    ``own`` by (group, t), without the opening one; ``paid_in`` by (group, instant of its period, t): end, mid or start;
    ``paid_out`` by (group, t), at the end of t, from the first period on in which there may be a distribution.
    """

    instance: Instance
    own: Mapping[tuple[str, int], Variable] = field(default_factory=dict)
    paid_in: Mapping[tuple[str, str, int], Variable] = field(default_factory=dict)
    paid_out: Mapping[tuple[str, int], Variable] = field(default_factory=dict)

    def balance(self, group: str, t: int) -> Expr:
        """Cash of a group at the end of t; instant 0: what it opens with."""
        return self.own[group, t] if t else self.instance.groups[group].opening_cash_musd

    def cash(self, entity: str, whole: ByPeriod, t: int) -> Expr:
        """Cash of a group, or what of the ``whole`` is the company's own."""
        return (
            self.balance(entity, t) if entity else whole[t] - quicksum(self.balance(g, t) for g in self.instance.groups)
        )

    def contributed(self, entity: str, t: int, at_least: float = 0.0) -> Expr:
        """What contributions of t bring an entity so much of a period before its end, or earlier; the company pays."""
        paid = (c for (g, at, u), c in self.paid_in.items() if u == t and entity in ("", g) and TIMING[at] >= at_least)
        return quicksum(paid) if entity else -1.0 * quicksum(paid)

    def held_within(self, entity: str, t: int) -> Expr:
        """What contributions of t add to the cash that an entity holds on average over t."""
        early = (
            TIMING[at] * c
            for (g, at, u), c in self.paid_in.items()
            if u == t and entity in ("", g) and TIMING[at] > 0.0
        )
        return quicksum(early) if entity else -1.0 * quicksum(early)


def add_accounts(model: Model) -> Accounts:
    """Declare the cash of each group, contributions and distributions.

    A contribution can be made at the end of its period, and at each earlier instant at which the group pays for what is
    built and bought. To be called when that has been posted.
    """
    keys = [(g, t) for g in model.instance.groups for t in model.span]
    least = {g: model.series(group.minimum_cash_musd) for g, group in model.instance.groups.items()}
    own = model.variables("group_cash", keys, lower={(g, t): least[g][t] for g, t in keys})
    instants = {g: _instants(model, g) for g in model.instance.groups}
    paid_in = model.variables("contribution", [(g, at, t) for g in instants for at in instants[g] for t in model.span])
    first = {g: group.first_distribution for g, group in model.instance.groups.items()}
    paid_out = model.variables("distribution", [(g, t) for g in first for t in model.calendar.window(first[g], None)])
    model.decide(CONTRIBUTIONS, paid_in)
    model.decide(DISTRIBUTIONS, paid_out)
    return Accounts(model.instance, own, paid_in, paid_out)


def _instants(model: Model, g: str) -> list[str]:
    used = {line.timing for line in model.ledger.lines if line.item == "capex" and line.timing and line.group == g}
    return [at for at, w in TIMING.items() if w == 0.0 or w in used]


def bound_accounts(model: Model, accounts: Accounts, cash: Mapping[int, Variable]) -> None:
    """What a group has is no more than what all have together, and what is put in than what can be in hand by then."""
    for (_, t), account in accounts.own.items():
        account.setub(cash[t].ub)
    for early in (True, False):  # what is put in early bounds the interest of the period, out of which more may be
        own = [(t, paid) for (_, at, t), paid in accounts.paid_in.items() if (TIMING[at] > 0.0) == early]
        inflows = _inflows(model, interest=not early) if own else {}
        for t, paid in own:
            before = model.instance.opening.cash_musd if t == 1 else upper_bound(cash[t - 1])
            most = before + inflows[t]
            paid.setub(None if math.isinf(most) else most)


def _inflows(model: Model, *, interest: bool) -> dict[int, float]:
    """The most that comes in by period, of all lines, with or without what cash earns."""
    most: dict[int, float] = dict.fromkeys(model.span, 0.0)
    for line in model.ledger.lines:
        if line.cash and (interest or line.item != INTEREST_INCOME.item):
            for each in line.by_period():
                assert not is_over_time(each.amount)
                most[each.period] += max(0.0, model.interval(line.cash * each.amount)[1])
    return most


def add_groups(model: Model, accounts: Accounts, debt: DebtPosition, free: Mapping[str, ByPeriod]) -> ByName:
    """The accounts and the waterfall of each group g, by what is within its ring; returns what service leaves::

        cash[g,t] = cash[g,t−1] + Σ its cash lines of t + contributions[g,t] − distribution[g,t] ≥ minimum[g,t]
        left[g,t] = cash[g,t−1] + receipts[g,t] − service[g,t] − refunds[g,t] − R[g,t]   R: debt service reserves
            receipts = revenue − operating cost in cash + interest income + units sold
            service = interest + principal, with what is swept + standing fees and premiums − what draws refinance
        distribution ≤ M·pays,   distribution ≤ left − L·(1 − pays)               pays binary, L the least that is left
        CFADS ≥ x·debt service where service is due and pays = 1                  lock-up
        no distribution before the first that is agreed
        Σ_t contributions[g,t] ≤ their limit

    Refunds are prepayments that go back to customers. A prepayment is no receipt of its period: as a draw is, it is
    there for what is built, and what is left of it is carried in. So neither what is drawn or prepaid nor what the
    company puts in within t is paid out in t, and while service takes more than there is (it is then drawn, or put in)
    nothing is. CFADS and debt service are those of the group over the last twelve months, before tax, which the company
    pays: for tax a group is no one by itself.
    """
    rows, order = model.constraints("group_cash_balance"), model.constraints("waterfall")
    locked = model.constraints("group_lock_up")
    found: dict[tuple[str, int], Expr] = {}
    pays = model.variables("distributes", list(accounts.paid_out), upper=1, integer=True)
    for g, group in model.instance.groups.items():
        ledger = model.ledger.of(g)
        for t in model.span:
            before, out = accounts.balance(g, t - 1), accounts.paid_out.get((g, t), 0.0)
            flow = ledger.cash_flow(t) + accounts.contributed(g, t)
            rows.add(accounts.own[g, t] == before + flow - out)
            reserved = accounts.own[g, t] - free[g][t]
            left = before + ledger.weighted("waterfall", _before_distribution, t) + _refinanced(model, debt, g, t)
            left -= reserved
            found[g, t] = left
            if (g, t) not in pays:
                continue
            least, most = model.interval(left)
            if math.isinf(least) or math.isinf(most):
                raise UnboundedModelError(NO_BOUND.format(g))
            order.add(out <= max(0.0, most) * pays[g, t])
            order.add(out <= left - min(0.0, least) * (1 - pays[g, t]))
            _lock_up(model, locked, debt, g, t, pays[g, t])
        if group.contributions_musd is not None:
            rows.add(quicksum(c for (h, _, _), c in accounts.paid_in.items() if h == g) <= group.contributions_musd)
    return found


def _before_distribution(line: Line) -> float:
    """+1 for what comes in before, −1 for what is paid before a distribution, 0 for the rest."""
    if line.kind is CONTRACT_REFUND or line.item in RECEIPTS:
        return float(line.cash)
    if line.item in SERVICE and line.kind not in FEES_ON_DRAWS:
        return float(line.cash)
    return 0.0


def _refinanced(model: Model, debt: DebtPosition, g: str, t: int) -> Expr:
    return quicksum(x for (_, d, u), x in debt.refinanced.items() if u == t and model.rings.debt[d] == g)


def _lock_up(model: Model, rows: Constraints, debt: DebtPosition, g: str, t: int, pays: Expr) -> None:
    group = model.instance.groups[g]
    look = of_group(model.instance, group, t)
    if look is None or group.lock_up_dscr is None:
        return
    base = cash_for_service(model, look, {}, group=g)
    owed = debt_service(model, debt, look, balloons=False, group=g)
    level = group.lock_up_dscr
    hold_where_owed(model, f"group_lock_up.{g}.{t}", rows, t, base=base, owed=owed, level=level, only_if=pays)


def group_debt(model: Model, debt: DebtPosition, g: str, t: int) -> Expr:
    """What a group owes at the end of t: its loans, leases that count as debt, and partners and customers' prepayments
    where what they are owed does."""
    counted = {PARTNER + p for p, each in model.instance.partners.items() if each.counts_as_debt}
    counted |= {CONTRACT + c for c, each in model.instance.contracts.items() if each.counts_as_debt}
    kinds = (LEASE, PARTNER, CONTRACT)
    other = {line.credit for line in model.ledger.lines if line.group == g and line.credit.startswith(kinds)}
    ledger = model.ledger.of(g)
    liabilities = (a for a in sorted(other) if a.startswith(LEASE) or a in counted)
    parts = [-1.0 * ledger.movement(account, u) for account in liabilities for u in range(1, t + 1)]
    whose, opening = model.rings.contracts, opening_deferred(model.instance)
    ahead = (musd for c, musd in opening.items() if whose[c] == g and CONTRACT + c in counted)
    loans = (amount for (d, u), amount in debt.balance.items() if u == t and model.rings.debt[d] == g)
    return quicksum((*loans, *parts, *ahead))


def group_book_values(model: Model) -> dict[tuple[str, str, int], Expr]:
    """Net book value of the asset classes that secure a loan or are tested, by (group, class, t), at the end of t; at
    first that of what stands at the sites of the group as the plan begins."""
    asked = {c for debt in model.instance.debt.values() for c in debt.security or ()}
    asked |= {c for covenant in model.instance.covenants.values() if covenant.group for c in covenant.assets or ()}
    values: dict[tuple[str, str, int], Expr] = {}
    rows = model.constraints("group_book_value_roll_forward")
    for g, group in model.instance.groups.items():
        ledger, opening = model.ledger.of(g), assets_at(model.instance, group.sites)
        for account in (SITES, HARDWARE, CONSTRUCTION):
            if account not in asked:
                continue
            book = model.variables(f"book_value.{account}.of.{g}", model.span)
            for t in model.span:
                values[g, account, t] = book[t]
                rows.add(book[t] == (book[t - 1] if t > 1 else opening[account]) + ledger.movement(account, t))
    return values


def own_book_value(
    model: Model, entity: str, c: str, t: int, whole: ByName, by_group: Mapping[tuple[str, str, int], Expr]
) -> Expr:
    """Net book value of a class of assets of a group, or of the company without its groups."""
    if entity:
        return by_group[entity, c, t]
    return whole[c, t] - quicksum(by_group[g, c, t] for g in model.instance.groups)


def tested_value(
    covenant: Covenant, c: str, t: int, whole: ByName, by_group: Mapping[tuple[str, str, int], Expr]
) -> Expr:
    """Net book value of a class of assets that a covenant looks at."""
    return whole[c, t] if covenant.group is None else by_group[covenant.group, c, t]
