"""Units that are there at instant 0, or on order: they serve, are written off, and may be sold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from optimizer.algebra.expr import ByPair, Expr, TimeExpr
from optimizer.algebra.linear import quicksum
from optimizer.contract.lines import DELIVERY, DEPRECIATION, OPENING_PART, PURCHASE, RESALE, UPKEEP, WRITE_OFF
from optimizer.instance.opening_position import (
    arrival,
    end_of_life,
    first_served,
    leaving_periods,
    resale_usd_of,
    serving,
    units_book,
    units_tax,
)
from optimizer.instance.schema import OpeningUnits
from optimizer.instance.tax_write_offs import is_terminal_value_taxed
from optimizer.instance.upkeep import upkeep_by_age_usd
from optimizer.model.context import THOUSAND, Model
from optimizer.model.dating import payment_timing


@dataclass(frozen=True)
class OpeningFleet:
    """What they publish.

    ``units`` in service, thousand, by (offer, site) over time, ``after`` of them in T+1, those ``retired`` by (offer,
    site, lot, period); ``tax_depreciation`` over time, what is left for tax at the end of T (``tax_basis``) and the
    ``resale_value`` of those in service then, USD million. ``shrinking``: some may leave after the last year begins.
    """

    units: ByPair
    after: Mapping[tuple[str, str], Expr]
    retired: Mapping[tuple[str, str, str, int], Expr]
    tax_depreciation: TimeExpr
    tax_basis: Expr
    resale_value: Expr
    shrinking: bool


@dataclass
class _Made:
    """The same in the making."""

    units: dict[tuple[str, str], list[TimeExpr]] = field(default_factory=dict)
    after: dict[tuple[str, str], Expr] = field(default_factory=dict)
    retired: dict[tuple[str, str, str, int], Expr] = field(default_factory=dict)
    deducted: list[TimeExpr] = field(default_factory=list)
    basis: list[Expr] = field(default_factory=list)
    value: list[Expr] = field(default_factory=list)


def add_opening_units(model: Model) -> OpeningFleet:
    """Lots of units of an age k at instant 0, or delivered in a; f is their first period here, n what is left of life::

        held[l,t] = units[l] − Σ_{v≤t} retire[l,v]              in service, f ≤ t < f + n
        Σ_v retire[l,v] ≤ units[l]                              after the first period of service
        depreciation of t = cost[l]/n·held/units                cost: book value, or deposit and what is due
        tax depreciation  = basis_c·(C(k+j+1) − C(k+j))/(1 − C(k)),   j = t − f, of each class c
        proceeds = min(price[l], price[t])·curve(age·Δ)·retire
        upkeep of t += c(age)·held                              c as in ``upkeep``, by the age that they have

    What an order has left to pay is paid at delivery, when the deposit becomes hardware. Money is of the entity whose
    site it is. The units themselves are columns whose bounds are one, so that rows about a fleet need not know which
    part of it is decided.
    """
    lots = {(o, name): lot for o, offer in model.instance.hardware.items() for name, lot in offer.opening.items()}
    if not lots:
        return OpeningFleet({}, {}, {}, model.timeline({}), 0.0, 0.0, False)
    made = _Made()
    served = {key: serving(model.instance.hardware[key[0]], lot, model.calendar) for key, lot in lots.items()}
    many = {key: np.full(model.horizon, lot.units / THOUSAND) for key, lot in lots.items()}
    there = model.timelines("opening_units", served, lower=many, upper=many)
    leaving = {
        (o, lot.site, name, t): lot.units / THOUSAND
        for (o, name), lot in lots.items()
        if model.instance.hardware[o].resale_share_by_age
        for t in leaving_periods(model.instance.hardware[o], lot, model.calendar)
    }
    retire = model.variables("retire_opening", leaving, upper=leaving) if leaving else {}
    made.retired.update(retire)
    rows = model.constraints("retirement_opening")
    for (o, name), lot in lots.items():
        own = {t: x for (p, _, each, t), x in retire.items() if (p, each) == (o, name)}
        if len(own) > 1:
            rows.add(quicksum(own.values()) <= lot.units / THOUSAND)
        _serve(model, o, lot, there[o, name], served[o, name], own, made)
        _pay(model, o, lot)
        _write_off(model, o, lot, own, made)
        _sell(model, o, lot, own, made)
    ends = [end_of_life(model.instance.hardware[o], lot, model.calendar) for (o, _), lot in lots.items()]
    begins = model.calendar.last_year(model.horizon).start
    return OpeningFleet(
        {pair: model.total(each) for pair, each in made.units.items()},
        made.after,
        made.retired,
        model.total(made.deducted),
        quicksum(made.basis),
        quicksum(made.value),
        bool(leaving) or any(begins < end <= model.horizon + 1 for end in ends),
    )


def _serve(
    model: Model, o: str, lot: OpeningUnits, there: TimeExpr, served: range, own: Mapping[int, Expr], made: _Made
) -> None:
    gone = model.timeline({t: quicksum(x for v, x in own.items() if v <= t) for t in served if own})
    held = there - gone
    made.units.setdefault((o, lot.site), []).append(held)
    _keep(model, o, lot, served, held)
    if model.horizon in served and end_of_life(model.instance.hardware[o], lot, model.calendar) > model.horizon + 1:
        made.after[o, lot.site] = made.after.get((o, lot.site), 0.0) + held[model.horizon]


def _keep(model: Model, o: str, lot: OpeningUnits, served: range, held: TimeExpr) -> None:
    """What they cost by their age, while they serve."""
    offer, since = model.instance.hardware[o], arrival(lot, model.calendar)
    if any(offer.upkeep_usd_per_unit_year_by_age):
        usd = [upkeep_by_age_usd(offer, model.calendar, since, t) if t in served else 0.0 for t in model.span]
        model.ledger.post_each(UPKEEP.of(o), np.array(usd) / THOUSAND * held, group=model.rings.sites[lot.site])


def _pay(model: Model, o: str, lot: OpeningUnits) -> None:
    """At delivery what is due is paid, and the deposit goes into service."""
    if lot.delivery is None:
        return
    t, timing = first_served(lot, model.calendar), payment_timing(model, model.instance.hardware[o])
    on = ("hardware", o)
    own = model.rings.sites[lot.site]
    model.ledger.post(PURCHASE.of(o, OPENING_PART), t, lot.due_musd, spent_on=on, timing=timing, group=own)
    model.ledger.post(DELIVERY.of(o), t, lot.deposit_musd, group=own)


def _write_off(model: Model, o: str, lot: OpeningUnits, own: Mapping[int, Expr], made: _Made) -> None:
    """In the books and for tax, of what is not sold; what is left for tax of a unit is deducted as it is sold."""
    offer, last, entity = model.instance.hardware[o], model.horizon, model.rings.sites[lot.site]
    share = {v: THOUSAND / lot.units * x for v, x in own.items()}
    for t, musd in enumerate(units_book(offer, lot, model.calendar).by_period(model.calendar), 1):
        kept = musd - musd * quicksum(x for v, x in share.items() if v <= t)
        model.ledger.post(DEPRECIATION.of(o), t, kept, group=entity)
    for write in units_tax(model.instance, lot):
        deducted: dict[int, Expr] = {}
        for t, musd in enumerate(write.by_period(model.calendar), 1):
            deducted[t] = musd - musd * quicksum(x for v, x in share.items() if v <= t)
            if t in share:
                deducted[t] = deducted[t] + write.left(model.calendar, t - 1) * share[t]
        made.deducted.append(model.timeline(deducted))
        if is_terminal_value_taxed(model.instance):
            made.basis.append(
                write.left(model.calendar, last) - write.left(model.calendar, last) * quicksum(share.values())
            )


def _sell(model: Model, o: str, lot: OpeningUnits, own: Mapping[int, Expr], made: _Made) -> None:
    offer = model.instance.hardware[o]
    if not offer.resale_share_by_age:
        return
    book, entity = units_book(offer, lot, model.calendar), model.rings.sites[lot.site]
    for t, units in own.items():
        proceeds = resale_usd_of(offer, lot, t, model.calendar) / THOUSAND
        left = book.left(model.calendar, t - 1) * THOUSAND / lot.units
        model.ledger.post(RESALE.of(o), t, proceeds * units, group=entity)
        model.ledger.post(WRITE_OFF.of(o), t, (left - proceeds) * units, group=entity)
    if model.horizon in serving(offer, lot, model.calendar):
        kept = lot.units / THOUSAND - quicksum(own.values())
        made.value.append(resale_usd_of(offer, lot, model.horizon + 1, model.calendar) / THOUSAND * kept)
