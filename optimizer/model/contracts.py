"""Contracts with customers: capacity held for a term, paid for in cash or out of a prepayment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from optimizer.algebra.expr import ByName, ByPeriod, Constraints, Expr, TimeExpr
from optimizer.algebra.linear import quicksum
from optimizer.contract.decisions import CONTRACTS
from optimizer.contract.lines import (
    CONTRACT_DAMAGES,
    CONTRACT_GIVEN,
    CONTRACT_PREPAYMENT,
    CONTRACT_RECOGNISED,
    CONTRACT_REFUND,
    CONTRACT_REVENUE,
    CONTRACT_SHARES,
    LineKind,
)
from optimizer.instance.calendar import Calendar
from optimizer.instance.contract_terms import Course, Way, accepted, course, most_held, owed_at_end, taxed_ahead, ways
from optimizer.instance.rings import COMPANY
from optimizer.instance.schema import Instance
from optimizer.model.context import THOUSAND, Model
from optimizer.model.convertible import Converted, Issue

Keyed = tuple[str, int, int, int]
"""A contract and a way that it can go."""


@dataclass(frozen=True)
class ContractPosition:
    """What contracts publish, by period or (contract, period), USD million.

    ``held`` for each, kH100e, and ``most_held`` of all; ``balance`` of all prepayments (deferred revenue) and how much
    of it counts as ``debt``; ``taxed_ahead`` of the revenue; ``owed_at_end``, a commitment; by contract and way what it
    ``sells``, kH100e, at which ``price``, USD an hour; and the ``ways`` of each with their binaries, which tell what it
    has still ``to_come``.
    """

    held: ByName
    most_held: Mapping[int, float]
    balance: ByPeriod
    debt: ByPeriod
    taxed_ahead: TimeExpr
    owed_at_end: Expr
    sells: Mapping[str, ByPeriod]
    price: Mapping[str, Mapping[int, float]]
    ways: Mapping[str, Sequence[tuple[Course, Expr]]]
    signed: Mapping[str, Expr]
    """Whether each is signed, at any time."""
    shares: Converted
    """What customers get in shares."""

    def to_come(self, calendar: Calendar, c: str, t: int, rate_per_year: float = 0.0) -> Expr:
        """Cash of a contract for service after the end of t, as signed by then, USD million: Σ worth of a way·its
        binary; discounted to the end of t if the effective rate is not 0.
        """
        return quicksum(goes.worth_to_come(t, calendar, rate_per_year) * sign for goes, sign in self.ways[c])


def add_contracts(model: Model) -> ContractPosition:
    """Contracts, each signed at most once, and exactly once where it is signed already::

        Σ_{u,k,r} x[c,k,r,u] ≤ 1,   = 1 if signed              x ∈ {0, 1}: signed in u, k periods late, renewed r times
        Σ_s hold[c,s,t] = Σ_{u,k,r} volume_c(t − a)·x[c,k,r,u]        a = u + lag + k ≤ t < a + term: held in full
        revenue_t = Σ invoiced_t·x,   cash_t = Σ (invoiced − credited − damages − refunded)_t·x + prepaid·x in u
        deferred revenue_t = Σ (prepaid − Σ_{s≤t} (credited + refunded)_s)·x
    paid-in capital of u: shares·x, no cash;   revenue_t = … − Σ given_t·x,   Σ_t given_t = shares

    k ≤ L is late, up to the long stop, with damages in each period of delay up to their cap; k = L + 1 says that the
    customer has ended it with period u + lag + L, when its prepayment goes back. Everything that follows from a way is
    known in advance (``instance.contract_terms``): a number times x.
    """
    instance, contracts = model.instance, model.instance.contracts
    keys = [(c, *way) for c, each in contracts.items() for way in ways(instance, each)]
    rows = model.constraints("contract")
    chosen: Mapping[Keyed, Expr] = (
        _unfolding(model, keys, rows)
        if model.shares_decisions
        else model.variables("contract_signed", keys, upper=1, integer=True)
    )
    made = _Made(model)
    for c, each in contracts.items():
        own = [key for key in keys if key[0] == c]
        signed = quicksum(chosen[key] for key in own)
        rows.add(signed == 1 if each.is_signed else signed <= 1)
        made.signed[c] = signed
        posted: dict[tuple[LineKind, int], list[Expr]] = {}
        for key in own:
            made.add(c, key[1:], course(instance, each, key[1:]), chosen[key], posted)
        for (kind, t), amounts in posted.items():
            group = COMPANY if kind in _OF_THE_COMPANY else None
            model.ledger.post(kind.of(c), t, quicksum(amounts), group=group)
    model.decide(CONTRACTS, chosen)
    return made.position()


_OF_THE_COMPANY = (CONTRACT_SHARES, CONTRACT_GIVEN)
"""Lines of shares, which are the company's, whoever's customer gets them."""


def _unfolding(model: Model, keys: Sequence[Keyed], rows: Constraints) -> dict[Keyed, Expr]:
    """The ways x of all contracts by what is decided when, for scenarios that share what comes before they part::

        signed[c,u] in u;   accepted[c,k,u] in u + lag + k, of every delay k but the last;   renewed[c,k,u] in the last
        period of the first term (at T where that is later);   all ∈ {0, 1}
        y[k] = accepted[k],   y[last] = signed − Σ_{k<last} accepted[k] ≥ 0
        x[k,1] = renewed[k],   x[k,0] = y[k] − renewed[k] ≥ 0,   x[k,r] = y[k] where r is no choice

    What a way brings before it is told from another has the same number in both, so that it is a number times what is
    decided by then. The last delay may be that the customer ends it: then none of those before has come true.
    """
    instance, calendar, horizon = model.instance, model.calendar, model.horizon
    delays: dict[tuple[str, int], list[int]] = {}
    renewals: dict[tuple[str, int, int], list[int]] = {}
    for c, late, renewed, u in keys:
        if late not in delays.setdefault((c, u), []):
            delays[c, u].append(late)
        renewals.setdefault((c, late, u), []).append(renewed)
    begins = {
        (c, late, u): min(max(1, accepted(calendar, instance.contracts[c], u, late)), horizon)
        for c, late, u in renewals
    }
    chosen_late = [(c, late, u) for (c, u), those in delays.items() for late in those[:-1]]
    ends = {
        (c, late, u): _last_of_term(instance, c, late, u, begins[c, late, u])
        for (c, late, u), those in renewals.items()
        if len(those) > 1
    }
    signed = model.variables("contract_signed", delays, upper=1, integer=True)
    taken = model.variables(
        "contract_accepted", chosen_late, upper=1, integer=True, decided={key: begins[key] for key in chosen_late}
    )
    renewed_ = model.variables("contract_renewed", ends, upper=1, integer=True, decided=ends)
    chosen: dict[Keyed, Expr] = {}
    for (c, u), those in delays.items():
        left: Expr = signed[c, u]
        for late in those:
            key = (c, late, u)
            y = taken.get(key, left)
            if key in taken:
                left = left - y
            elif len(those) > 1:
                rows.add(left >= 0)
            if key in renewed_:
                rows.add(renewed_[key] <= y)
                chosen[c, late, 0, u], chosen[c, late, 1, u] = y - renewed_[key], renewed_[key]
            else:
                chosen[c, late, renewals[key][0], u] = y
    return {key: chosen[key] for key in keys}


def _last_of_term(instance: Instance, c: str, late: int, u: int, begins: int) -> int:
    """The last period of the first term, in which it is decided whether there is a second one; T where it is later."""
    second = course(instance, instance.contracts[c], (late, 1, u)).renewed
    assert second is not None
    return min(max(begins, second - 1), instance.periods.periods)


class _Made:
    """What has been found of contracts so far."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.held: dict[tuple[str, int], list[Expr]] = {}
        self.ways: dict[str, list[tuple[Course, Expr]]] = {c: [] for c in model.instance.contracts}
        self.balance: dict[int, list[Expr]] = {t: [] for t in model.span}
        self.debt: dict[int, list[Expr]] = {t: [] for t in model.span}
        self.ahead: dict[int, list[Expr]] = {}
        self.owed: list[Expr] = []
        self.sells: dict[str, ByPeriod] = {}
        self.price: dict[str, Mapping[int, float]] = {}
        self.signed: dict[str, Expr] = {}
        self.issued: dict[tuple[str, int], list[Expr]] = {}

    def add(self, c: str, way: Way, goes: Course, sign: Expr, posted: dict[tuple[LineKind, int], list[Expr]]) -> None:
        """One way of a contract."""
        model, terms = self.model, self.model.instance.contracts[c]
        _post(model, goes, sign, posted)
        self.ways[c].append((goes, sign))
        for t in model.span:
            self.balance[t].append(goes.balance(t) * sign)
            if terms.counts_as_debt:
                self.debt[t].append(goes.balance(t) * sign)
        inside = {t: h100e / THOUSAND for t, h100e in goes.held.items() if t in model.span and h100e}
        for t, kh100e in inside.items():
            self.held.setdefault((c, t), []).append(kh100e * sign)
        who = " ".join(map(str, (c, *way)))
        self.sells[who] = {t: kh100e * sign for t, kh100e in inside.items()}
        self.price[who] = {
            t: (goes.invoiced[t] - goes.given.get(t, 0.0)) / (kh100e * model.hours_of(t) / THOUSAND)
            for t, kh100e in inside.items()
        }
        if terms.shares is not None and goes.signed:
            self.issued.setdefault((c, goes.signed), []).append(goes.shares * sign)
        for t, musd in taxed_ahead(model.instance, terms, goes).items():
            self.ahead.setdefault(t, []).append(musd * sign)
        self.owed.append(owed_at_end(model.instance, terms, goes, model.fair_rate) * sign)

    def position(self) -> ContractPosition:
        """All of it."""
        model = self.model
        most = {
            t: sum(most_held(each) / THOUSAND for c, each in model.instance.contracts.items() if (c, t) in self.held)
            for t in model.span
        }
        return ContractPosition(
            {key: quicksum(parts) for key, parts in self.held.items()},
            most,
            {t: quicksum(parts) for t, parts in self.balance.items()},
            {t: quicksum(parts) for t, parts in self.debt.items()},
            model.timeline({t: quicksum(parts) for t, parts in self.ahead.items()}),
            quicksum(self.owed),
            self.sells,
            self.price,
            self.ways,
            self.signed,
            self._shares(),
        )

    def _shares(self) -> Converted:
        """What is issued, by period, and what of it sells a part of the company: all of it or none at a time."""
        model, most, amounts, issues = self.model, dict[int, float](), dict[int, list[Expr]](), list[Issue]()
        for (c, u), parts in self.issued.items():
            terms = model.instance.contracts[c].shares
            assert terms is not None
            most[u] = most.get(u, 0.0) + terms.musd
            amounts.setdefault(u, []).append(quicksum(parts))
            value = model.series(terms.pre_money_musd)[u] if terms.pre_money_musd is not None else 0.0
            if value > 0.0:
                issues.append(Issue(f"shares of {c}", u, quicksum(parts), value, terms.musd, terms.musd))
        return Converted({u: quicksum(each) for u, each in amounts.items()}, most, tuple(issues))


def _post(model: Model, goes: Course, sign: Expr, posted: dict[tuple[LineKind, int], list[Expr]]) -> None:
    """The money of a way, as far as it falls within the plan."""
    cash = {t: musd - goes.credited.get(t, 0.0) for t, musd in goes.invoiced.items()}
    less = {t: -musd for t, musd in goes.damages.items()}
    for kind, amounts in (
        (CONTRACT_PREPAYMENT, {goes.signed: goes.prepaid}),
        (CONTRACT_RECOGNISED, goes.credited),
        (CONTRACT_REVENUE, cash),
        (CONTRACT_DAMAGES, less),
        (CONTRACT_REFUND, goes.refunded),
        (CONTRACT_SHARES, {goes.signed: goes.shares}),
        (CONTRACT_GIVEN, {t: -musd for t, musd in goes.given.items()}),
    ):
        for t, musd in amounts.items():
            if t in model.span and musd:
                posted.setdefault((kind, t), []).append(musd * sign)
