"""What committed loans will lend on what falls due: money that is there as soon as it is owed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from optimizer.algebra.expr import ByName, Constraints, Expr
from optimizer.algebra.linear import quicksum
from optimizer.contract.accounts import CONSTRUCTION, HARDWARE, SITES
from optimizer.contract.decisions import LENDABLE
from optimizer.instance.largest_order import largest_draw
from optimizer.instance.schema import Debt
from optimizer.instance.tranches import tranches
from optimizer.model.context import Model
from optimizer.model.due_ahead import Things, committed, of_opening
from optimizer.model.positions import DebtPosition


@dataclass(frozen=True)
class Lendable:
    """What is counted on by (loan, base periods ahead, t), and of all those ahead by (loan, t)."""

    ahead: Mapping[tuple[str, int, int], Expr] = field(default_factory=dict)
    whole: ByName = field(default_factory=dict)

    def cash(self, model: Model, entity: str, t: int, h: int) -> Iterator[Expr]:
        """What it brings an entity within h base periods from t, without what is kept back of draws."""
        for (d, i, u), amount in self.ahead.items():
            if u == t and i <= h and model.rings.debt[d] == entity:
                terms = model.instance.debt[d]
                yield (1.0 - terms.upfront_fee_share - terms.issue_discount_share) * amount


def add_lendable(model: Model, debt: DebtPosition) -> Lendable:
    """At the end of each t, on what is due i = 1 … n base periods later of what the same loans are tied to, x::

        lent[d,x,i,t] ≤ capex_share[d]·due[x,t+i]                  ≥ 0, and only where d may be drawn in t + i
        Σ_d lent[d,x,i,t] ≤ due[x,t+i],   Σ_{d secured} lent[d,x,i,t]/ltv[d] ≤ due[x,t+i]
        Σ_{x,i} lent[d,x,i,t] ≤ limit·signed[d] − Σ_{u≤t} draw[d,u]         the same of all tranches of a commitment
        B[d,t] + Σ_{x,i} lent[d,x,i,t] ≤ what its customers have still to pay allows (``advances``)
        Σ_x Σ_{i of one period} lent[d,x,i,t] ≤ max_draw

    due is what the ring of d itself has to pay by what is decided by t, or was at instant 0 (``due_ahead``). Counted
    are loans with a schedule and a limit that are tied to capital spending and do no more than that: none that
    refinances, converts, or has a least draw or a fixed fee. One that is secured is counted if capex_share is no more
    than its loan-to-value, ltv, of what it pays for: then it secures itself by that. Returns what is counted on.
    """
    n, debts = model.instance.cash.look_ahead_periods, model.instance.debt
    loans = [d for d, terms in debts.items() if _counts(terms)] if n else []
    if not loans:
        return Lendable()
    due = {
        (k, i, t): (names, amount)
        for k, (entity, names, things) in enumerate(_shared(model, loans))
        for i in range(1, n + 1)
        for t, amount in _due(model, entity, things, i)
    }
    keys = [(d, *key) for key, (names, _) in due.items() for d in names if _may_draw(model, d, key)]
    lent = model.variables("lendable", keys, upper={key: largest_draw(debts[key[0]]) for key in keys})
    rows = model.constraints("lendable_rows")
    for key, (names, amount) in due.items():
        own = {d: lent[d, *key] for d in names if (d, *key) in lent}
        for d, more in own.items():
            tie = debts[d].tied_to
            assert tie is not None
            rows.add(more <= tie.capex_share * amount)
        secured = [1.0 / _loan_to_value(debts[d]) * more for d, more in own.items() if debts[d].security]
        if len(secured) < len(own) > 1:  # else the other row says so
            rows.add(quicksum(own.values()) <= amount)
        if len(secured) > 1:
            rows.add(quicksum(secured) <= amount)
    ahead: dict[tuple[str, int, int], list[Expr]] = {}
    whole: dict[tuple[str, int], list[Expr]] = {}
    for (d, _, i, t), more in lent.items():
        ahead.setdefault((d, i, t), []).append(more)
        whole.setdefault((d, t), []).append(more)
    found = Lendable(
        {key: quicksum(parts) for key, parts in ahead.items()}, {key: quicksum(parts) for key, parts in whole.items()}
    )
    _within_terms(model, debt, found, rows)
    model.decide(LENDABLE, found.ahead)
    return found


def _loan_to_value(terms: Debt) -> float:
    """The least of what a loan is secured on, of the classes that it pays for; 1 if it is not secured."""
    if terms.security is None or terms.tied_to is None:
        return 1.0
    secured = {str(c): ltv for c, ltv in terms.security.items()}
    becomes = [CONSTRUCTION, SITES] if terms.tied_to.sites else []
    becomes += [HARDWARE] if terms.tied_to.hardware else []
    return min((secured.get(c, 0.0) for c in becomes), default=0.0)


def _counts(terms: Debt) -> bool:
    """Whether a loan is committed and tied to spending, and does no more than to pay its share of that."""
    simple = terms.conversion is None and not terms.refinances and not terms.min_draw_musd and not terms.issue_fee_musd
    if terms.is_pooled or terms.tied_to is None or not terms.limit_musd or not simple:
        return False
    return 0.0 < terms.tied_to.capex_share <= _loan_to_value(terms)


def _shared(model: Model, loans: list[str]) -> list[tuple[str, tuple[str, ...], list[tuple[str, str]]]]:
    """(whose, loans, what they and no others are tied to), of all that loans are tied to."""
    found: dict[tuple[str, tuple[str, ...]], list[tuple[str, str]]] = {}
    by_thing: dict[tuple[str, tuple[str, str]], list[str]] = {}
    for d in loans:
        tie = model.instance.debt[d].tied_to
        assert tie is not None
        for kind, names in (("sites", tie.sites), ("hardware", tie.hardware)):
            for name in names:
                by_thing.setdefault((model.rings.debt[d], (kind, name)), []).append(d)
    for (entity, thing), names in by_thing.items():
        found.setdefault((entity, tuple(sorted(set(names)))), []).append(thing)
    return [(entity, names, things) for (entity, names), things in found.items()]


def _due(model: Model, entity: str, things: Things, i: int) -> Iterator[tuple[int, Expr]]:
    """What is due of things i base periods after the end of t, by t, where it can be anything."""
    decided, before = committed(model, entity, i, i, things), of_opening(model, entity, i, i, things)
    for t in model.span:
        amount = decided[t] + before[t]
        if model.interval(amount)[1] > 0.0:
            yield t, amount


def may_be_drawn(model: Model, d: str, t: int) -> bool:
    """Whether debt may be drawn in a period; it may lie after T, where what has no last draw is open."""
    terms = model.instance.debt[d]
    window = model.calendar.window(terms.first_draw, terms.last_draw)
    return t in window or (terms.last_draw is None and t >= window.stop)


def _may_draw(model: Model, d: str, key: tuple[int, int, int]) -> bool:
    """A tranche only while its commitment is open, too."""
    t = model.later(key[2], key[1])
    return may_be_drawn(model, d, t) and may_be_drawn(model, model.instance.debt[d].tranche_of or d, t)


def _within_terms(model: Model, debt: DebtPosition, lent: Lendable, rows: Constraints) -> None:
    """Within what is committed, what may be owed and what may be drawn in a period."""
    alone = {d: (d,) for d, _ in lent.whole}
    for head, under in (*alone.items(), *tranches(model.instance).items()):
        for t in model.span:
            more = [lent.whole[e, t] for e in under if (e, t) in lent.whole]
            if more:
                drawn = quicksum(debt.draws[e, u] for e in under for u in range(1, t + 1) if (e, u) in debt.draws)
                rows.add(quicksum(more) + drawn <= debt.committed[head])
    for (d, t), more_of in lent.whole.items():
        if (d, t) in debt.advanced:
            rows.add(debt.balance[d, t] + more_of <= debt.advanced[d, t])
        most = model.instance.debt[d].max_draw_musd
        if most is not None:
            by_period: dict[int, list[Expr]] = {}
            for (e, i, u), amount in lent.ahead.items():
                if (e, u) == (d, t):
                    by_period.setdefault(model.later(t, i), []).append(amount)
            for amounts in by_period.values():
                rows.add(quicksum(amounts) <= most)
