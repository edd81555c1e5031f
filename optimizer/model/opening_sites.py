"""What stands or is being built at sites at instant 0."""

from __future__ import annotations

import numpy as np

from optimizer.algebra.arrays import Vector
from optimizer.algebra.expr import Expr, TimeExpr
from optimizer.contract.lines import BUILDING, FINISHING, IN_SERVICE, SITE_DEPRECIATION, SITE_OPERATIONS, LedgerLine
from optimizer.instance.calendar import TIMING
from optimizer.instance.opening_position import part_books, part_tax, ready_in, to_spend, unpaid
from optimizer.instance.schema import OpeningAsset, OpeningPart
from optimizer.instance.tax_write_offs import is_terminal_value_taxed
from optimizer.model.context import Model

Unpaid = dict[str, dict[float, Expr]]
"""By site and by how many periods after T, USD million."""


def add_opening_sites(model: Model, due: Unpaid) -> tuple[TimeExpr, float]:
    """Post what is still to be spent, what goes into service, running cost and depreciation; r is the period of ready::

        capex of t = to_spend[t]                construction in progress before r, of sites from r on
        into service in r = spent + Σ_{t<r} to_spend[t]
        depreciation: the value in the books over the life that is left, each later payment over it from max(t, r) on
        tax depreciation = basis_c·(C(k+j+1) − C(k+j))/(1 − C(k)),   k periods in service at instant 0

    Returns tax depreciation over time and what is left for tax at the end of T; adds to ``due`` what falls after it.
    """
    deducted = np.zeros(model.horizon)
    basis = 0.0
    for s, site in model.instance.sites.items():
        for asset in site.opening.values():
            for name, part in asset.parts.items():
                _spend(model, s, asset, name, part)
                for book in part_books(asset, part, model.calendar):
                    _each(model, SITE_DEPRECIATION.of(s), book.by_period(model.calendar))
                writes = part_tax(model.instance, asset, part)
                deducted += sum(
                    (np.array(write.by_period(model.calendar)) for write in writes), np.zeros(model.horizon)
                )
                basis += part.land_basis_musd + sum(write.left(model.calendar, model.horizon) for write in writes)
            _operate(model, s, asset)
            for later, musd in unpaid(asset, model.calendar).items():
                own = due.setdefault(s, {})
                when = later - _timing(model, asset)
                own[when] = own.get(when, 0.0) + musd
    taxed = is_terminal_value_taxed(model.instance)
    return model.timeline({t: float(deducted[t - 1]) for t in model.span if deducted[t - 1]}), basis if taxed else 0.0


def _timing(model: Model, asset: OpeningAsset) -> float:
    return TIMING[asset.payment_timing or model.instance.payment_timing]


def _each(model: Model, line: LedgerLine, amounts: list[float]) -> None:
    for t, musd in enumerate(amounts, 1):
        model.ledger.post(line, t, musd)


def _spend(model: Model, s: str, asset: OpeningAsset, name: str, part: OpeningPart) -> None:
    ready, before = ready_in(asset, model.calendar), part.book_value_musd
    for t, musd in to_spend(part, model.calendar):
        kind = BUILDING if t < ready else FINISHING
        model.ledger.post(kind.of(s, name), t, musd, spent_on=("sites", s), timing=_timing(model, asset))
        before += musd if t < ready else 0.0
    if ready:
        model.ledger.post(IN_SERVICE.of(s), ready, before)


def _operate(model: Model, s: str, asset: OpeningAsset) -> None:
    cost = model.series(asset.fixed_opex_musd_per_year)
    for t in range(max(1, ready_in(asset, model.calendar)), model.horizon + 1):
        model.ledger.post(SITE_OPERATIONS.of(s), t, cost[t] * model.years_of(t))


def resources_taken(model: Model, name: str) -> Vector:
    """What they take of a resource, by period: while they are built, and while they run."""
    taken = np.zeros(model.horizon)
    periods = np.array(model.span)
    for site in model.instance.sites.values():
        for asset in site.opening.values():
            if need := asset.resources.get(name):
                running = periods >= ready_in(asset, model.calendar)
                taken += np.where(running, need.running, need.building)
    return taken
