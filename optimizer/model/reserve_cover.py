"""Debt service reserves by a facility: letters of credit, or a line held ready, in the place of cash."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from optimizer.algebra.expr import ByPeriod, Expr, Variable
from optimizer.algebra.linear import quicksum
from optimizer.contract.decisions import RESERVE_COVER
from optimizer.contract.lines import LETTER_OF_CREDIT_FEE
from optimizer.instance.schema import Instance
from optimizer.model.context import Model


@dataclass(frozen=True)
class ReserveCover:
    """What facilities hold for reserves at the end of t, by (loan whose reserve it is, t), USD million."""

    instance: Instance
    amount: Mapping[tuple[str, int], Variable] = field(default_factory=dict)

    def under(self, facility: str, *, letters: bool = False) -> ByPeriod:
        """What is set aside under a facility at the end of each period, of letters of credit alone if so asked."""
        found: dict[int, list[Expr]] = {}
        for (d, t), held in self.amount.items():
            reserve = self.instance.debt[d].service_reserve
            if reserve is not None and reserve.facility == facility and (reserve.by_letters or not letters):
                found.setdefault(t, []).append(held)
        return {t: quicksum(parts) for t, parts in found.items()}


def add_reserve_cover(model: Model, windows: Mapping[str, range]) -> ReserveCover:
    """What of the reserve R of a loan d its facility f meets at the end of t, and what letters of credit cost::

        0 ≤ cover[d,t] ≤ R[d,t],   cash that is kept: R[d,t] − cover[d,t]              while f is open
        B[f,t] + Σ_d cover[d,t] ≤ cash_limit·signed[f]
        letter fee[f,t] = g·Δ·Σ_d cover[d,t−1]                                       of letters of credit
        commitment fee[f,t] on cash_limit·signed − B[f,t−1] − Σ_d cover[d,t−1]       a line held ready is undrawn

    Reserves are looked at at the ends of periods, so that a letter is issued at the end of one and charged from the
    next one on, as what is drawn then is. It is no debt, since no plan falls behind on its service; it is no liquidity,
    either.
    """
    keys = [
        (d, t)
        for d, terms in model.instance.debt.items()
        if (reserve := terms.service_reserve) is not None and reserve.facility is not None
        for t in windows[reserve.facility]
        if t >= model.calendar.window(reserve.first_full, None).start
    ]
    cover = ReserveCover(
        model.instance, model.variables("reserve_cover", keys, upper={k: _most(model, k) for k in keys})
    )
    model.decide(RESERVE_COVER, cover.amount)
    for f, terms in model.instance.debt.items():
        yearly = terms.letter_of_credit_fee_per_year
        for t, issued in cover.under(f, letters=True).items() if yearly else ():
            if t < model.horizon:
                model.ledger.post(LETTER_OF_CREDIT_FEE.of(f), t + 1, yearly * model.years_of(t + 1) * issued)
    return cover


def _most(model: Model, key: tuple[str, int]) -> float:
    reserve = model.instance.debt[key[0]].service_reserve
    assert reserve is not None
    assert reserve.facility is not None
    return model.instance.debt[reserve.facility].cash_limit_musd or 0.0
