"""What a plan leaves to be paid after its last period."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from optimizer.algebra.expr import ByName, ByPeriod, Expr
from optimizer.algebra.linear import quicksum
from optimizer.instance.partner_service import owed_beyond_balance
from optimizer.instance.rings import COMPANY
from optimizer.model.context import Model


@dataclass(frozen=True)
class Commitments:
    """Worth at the end of T of what is paid later, discounted at f, USD million.

    ``debts`` always count: what construction begun still costs, what compute partners are owed beyond the balance of
    their accounts, which is not in it, and what customers' contracts leave owed, their prepayments in it. ``running``
    are the payments of contracts that run on, times 1 − ``assignable_share`` of each; 0 where the terminal value holds
    their cost.
    """

    debts: Expr
    running: Expr

    @property
    def total(self) -> Expr:
        """All that a value objective takes off."""
        return self.debts + self.running


def add_commitments(
    model: Model,
    unpaid: Mapping[str, Mapping[float, Expr]],
    signed: ByName,
    contracts: Expr,
) -> Commitments:
    """Commitments at the end of T::

        debts      Σ_i (1+f)^{−Δ·(i−σ)}·unpaid construction of period T+i + Σ_{p,u} beyond[p,u]·sign[p,u] + contracts
        running    Σ_contracts (1 − assignable_share)·Σ_i (1+f)^{−Δ·i}·payment of period T+i

    ``unpaid`` is by site and by periods after T; beyond[p,u] a constant of the signing (``partner_service``);
    ``contracts`` what customers' contracts leave owed (``contract_terms.owed_at_end``). Those that the company pays
    (rent, operating leases, reservations, take-or-pay) have said what they leave to ``model.running``.
    """
    instance = model.instance
    debts = [model.after_horizon(later) * amount for due in unpaid.values() for later, amount in due.items()]
    for (p, u), sign in signed.items():
        if instance.partners[p].kind == "compute" and (beyond := owed_beyond_balance(instance, p, u, model.fair_rate)):
            debts.append(beyond * sign)
    debts.append(contracts)
    held = instance.terminal.kind == "ebitda_multiple" and instance.terminal.multiple
    return Commitments(quicksum(debts), 0.0 if held else quicksum(model.running))


def periods_to_cover(model: Model, unpaid: Mapping[str, Mapping[float, Expr]]) -> set[int]:
    """T, if something begun may be left to pay then, and has to be covered."""
    decided = any(not isinstance(amount, (int, float)) for due in unpaid.values() for amount in due.values())
    return {model.horizon} if decided and model.instance.cash.cover_commitments else set()


def add_cover(
    model: Model,
    unpaid: Mapping[str, Mapping[float, Expr]],
    free: Mapping[str, ByPeriod],
    drawable: Mapping[tuple[str, int], Expr],
) -> None:
    """What construction begun still costs is in hand at the end of T, or can be drawn::

        cash_T + Σ u_T ≥ minimum_T + Σ unpaid,   and the same with months·opex_T/(12·Δ) for the minimum
        short_g ≥ minimum_{g,T} + Σ_{s in g} unpaid_s − cash_{g,T} − Σ_{d of g} u[d,T],   short_g ≥ 0

    With borrowing groups the first is of the company's own, and what its groups are short of is to be covered by it,
    too: it can put that in, but no group pays for another.
    """
    if not periods_to_cover(model, unpaid):
        return
    rules, last = model.instance.cash, model.horizon
    at = model.rings.sites
    due_by = {
        entity: quicksum(amount for s, due in unpaid.items() if at[s] == entity for amount in due.values())
        for entity in model.entities
    }
    rows = model.constraints("commitments_covered")
    short = model.variables("short_of_cover", model.instance.groups, decided=last)
    for g, group in model.instance.groups.items():
        here = free[g][last] + drawable.get((g, last), 0.0)
        rows.add(short[g] >= model.series(group.minimum_cash_musd)[last] + due_by[g] - here)
    still_due = due_by[COMPANY] + quicksum(short.values())
    at_hand = free[COMPANY][last]
    at_hand += drawable.get((COMPANY, last), 0.0)
    rows.add(at_hand >= model.series(rules.minimum_musd)[last] + still_due)
    if rules.minimum_opex_months:
        least = rules.minimum_opex_months / (12.0 * model.years_of(last)) * model.ledger.of(COMPANY).total("opex", last)
        rows.add(at_hand >= least + still_due)
