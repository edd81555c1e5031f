"""Positions: what the blocks of capital publish for those that come after them.

A builder returns what it has made, and nobody changes a position. Amounts are USD million, by period, or by
(name, period); period 0 of a balance is the opening one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from optimizer.algebra.expr import ByName, ByPair, ByPeriod, Expr, TimeExpr, Variable
from optimizer.algebra.linear import Values, quicksum

Refinancings: TypeAlias = Mapping[tuple[str, str, int], Expr]
"""By (instrument that is drawn, instrument that is repaid, period)."""
Carried: TypeAlias = Mapping[int, tuple[Expr, Expr]]
"""Debt and common equity that a period is entered with, by bucket of the pricing grid, of which one holds."""
Released: TypeAlias = Mapping[tuple[str, int, int], Expr]
"""By (instrument, period of the draw, period): what of a draw hangs on units that are gone."""


@dataclass(frozen=True)
class LeasePosition:
    """What leases publish.

    ``owed`` and ``principal`` of leases that count as debt, and the ``carry`` of those that do not: the interest in
    their payments. ``carried`` is what all of them owe at the beginning of t.
    """

    owed: ByPeriod
    principal: ByPeriod
    carry: ByPeriod
    carried: ByPeriod
    at_end: tuple[tuple[float, Expr], ...] = ()
    """What is owed at the end of T by order, with its rate per year, nominal."""
    further: tuple[Expr, Expr] = (0.0, 0.0)
    """Of what is delivered in T: the interest of T+1, and what it is on."""


@dataclass(frozen=True)
class Borrowed:
    """What is drawn and owed of all instruments, and what of it refinances or hangs on units that have been sold."""

    draws: Mapping[tuple[str, int], Variable]
    balance: ByName
    refinanced: Refinancings
    released: Released


@dataclass(frozen=True)
class DebtPosition(Borrowed):
    """What debt publishes, by (instrument, period).

    ``scheduled`` is what sculpted debt repays, ``undrawn`` what is left of the limits of open revolvers. Leases that
    count as debt stand beside the instruments, and what is owed to ``partners`` where it does.
    """

    scheduled: ByName
    undrawn: ByName
    leases: LeasePosition
    partners: ByPeriod
    issued: ByName = field(default_factory=dict)
    """Whether there is a draw, where that matters."""
    prepaid: Mapping[tuple[str, int, int], Expr] = field(default_factory=dict)
    """In units of the amount drawn, by (instrument, period of the draw, period of the payment)."""
    premium_free: Mapping[tuple[str, str, int], Expr] = field(default_factory=dict)
    """What of it is prepaid as units are sold, without premium."""
    tied: ByName = field(default_factory=dict)
    """What a tie allows to be drawn in a period."""
    tied_held: ByName = field(default_factory=dict)
    """What a tie of pooled debt allows to be outstanding once units have been sold."""
    advanced: ByName = field(default_factory=dict)
    """What may be outstanding by what customers have still to pay."""
    swept: ByName = field(default_factory=dict)
    """What a sweep repays, in the periods in which there is something to repay."""
    reserve_cover: ByName = field(default_factory=dict)
    """What of its debt service reserve a facility meets, by (loan, period)."""
    committed: Mapping[str, Expr] = field(default_factory=dict)
    """What may be drawn over all periods, if anything limits it, by loan; of a revolver what may be outstanding."""

    def total(self, t: int) -> Expr:
        """All debt outstanding at the end of t, leases that count as debt included."""
        return quicksum(amount for (_, u), amount in self.balance.items() if u == t) + self.leases.owed.get(t, 0.0)

    def tested(self, t: int) -> Expr:
        """All debt that covenants and leverage look at: with what is owed to partners where that counts as debt."""
        return self.total(t) + self.partners.get(t, 0.0)


@dataclass(frozen=True)
class Source:
    """Common equity of one cost: its ``rate`` per year by period, what is ``left`` of it at instants 0 … T, and the
    ``new`` money by period. What is given back goes at the end of its period.
    """

    name: str
    rate: Mapping[int, float]
    left: ByPeriod
    new: ByPeriod


@dataclass(frozen=True)
class EquityPosition:
    """What common equity publishes.

    ``paid_in`` capital (period 0: opening); the ``charge`` for it; ``new`` money of the period, what is ``returned`` in
    it, and the ``sources`` of all of it; ``log_kept``, at least −ln of the share that today's owners keep, and the
    ``rounds`` (amount, value before) that give it exactly.
    """

    paid_in: ByPeriod
    charge: ByPeriod
    new_charge: ByPeriod
    new: ByPeriod
    log_kept: Expr
    rounds: tuple[tuple[Expr, float], ...]
    returned: ByPeriod
    sources: tuple[Source, ...]
    further_charge: Expr
    """What the money of T costs in T+1."""
    converted: ByPeriod = field(default_factory=dict)
    """What of ``new`` is debt that has become shares."""

    def dilution(self, at: Values) -> float:
        """1 − Π V/(V+e) at a solution."""
        return 1.0 - math.exp(-sum(math.log1p(at(e) / value) for e, value in self.rounds))


@dataclass(frozen=True)
class PreferredPosition:
    """What preferred equity publishes: ``outstanding`` (period 0: none) and ``new`` money."""

    outstanding: ByPeriod
    new: ByPeriod
    most: float
    further_charge: Expr
    """What the money of T costs in T+1."""


@dataclass(frozen=True)
class PartnerPosition:
    """What partners publish.

    ``signed`` who signs when; ``equity`` and all ``cash`` that comes in, what is ``owed`` in compute and how much of
    that counts as ``debt``; ``deliveries`` kH100e by (partner, period); of partners for equity the ``valued`` amounts
    with their pre-money values and the terms of −ln of the ownership kept.
    """

    equity: ByPeriod
    cash: ByPeriod
    owed: ByPeriod
    debt: ByPeriod
    deliveries: ByName
    most_deliveries: Mapping[int, float]
    most_equity: float
    valued: tuple[tuple[Expr, float], ...]
    log_sold: tuple[Expr, ...]
    signed: ByName
    """Whether a partner signs in a period."""


@dataclass(frozen=True)
class TaxPosition:
    """What the last tax year leaves to later ones."""

    carried_losses_musd: Expr = 0.0
    carried_interest_musd: Expr = 0.0


@dataclass(frozen=True)
class ServicePosition:
    """What service publishes, kH100e over time.

    ``total`` of all sites; ``from_sites`` what each market and each partner gets from sites, by ("market" or "partner",
    name), and its ``price``, USD an hour.
    """

    total: TimeExpr
    from_sites: ByPair
    price: Mapping[tuple[str, str], Mapping[int, float]]
