"""A world in which money can come from outside, and in which what is no commitment is not asked for.

The money is a round of common equity in each period, so that it is posted, taxed and audited like any other: every
account stays balanced. Nothing else of the world is changed, but for what a company in need does not owe to anybody:
least dividends, its own budgets; and a least share of demand that nothing is agreed for where it is missed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from optimizer.explanation.widest import Widest
from optimizer.instance.schema import Instance
from optimizer.instance.series import written_values

RESCUE = "rescue-"
"""How the names of the rounds begin by which money comes from outside; the label of the period follows."""


def rescue_name(label: str) -> str:
    """The round of a period."""
    return f"{RESCUE}{label}"


def with_rescue(world: Instance, most: Mapping[str, float], beside: Mapping[str, Any] | None = None) -> Instance:
    """The world with a round of at most so much, USD million, in each of these periods, at the company's cost of
    equity, or at the discount rate where no equity was to be raised; without what is no commitment, and with the
    changes ``beside``.
    """
    changes: dict[str, Any] = {**(beside or {}), **_not_owed(world)}
    rounds = {
        rescue_name(label): {"max_musd": amount, "first_raise": label, "last_raise": label}
        for label, amount in most.items()
    }
    if world.equity is None:
        if rounds:
            changes["equity"] = {"cost_of_equity_per_year": world.discount.rate_per_year, "rounds": rounds}
    else:
        own = world.canonical()["equity"]["rounds"]
        changes["equity.rounds"] = {**own, **rounds}
    return world.replace(changes) if changes else world


def unlimited(world: Instance, first: int = 1) -> dict[str, float]:
    """More than any period from the ``first`` on can need: all that could be bought, built and paid, and all debt."""
    drawn = sum(debt.limit_musd or 0.0 for debt in world.debt.values())
    most = 10.0 + 2.0 * (Widest(world).musd + drawn)
    return {world.periods.label(t): most for t in world.periods.span if t >= first}


def promised_only(world: Instance) -> list[str]:
    """Markets of which a share has to be served, and nothing is agreed for where it is missed."""
    return [
        name
        for name, market in world.markets.items()
        if not market.shortfall_penalty_usd_per_h100e_hour and max(written_values(market.min_served_share)) > 0.0
    ]


def _not_owed(world: Instance) -> Mapping[str, Any]:
    changes: dict[str, Any] = {}
    if world.budgets:
        changes["budgets"] = {}
    dividends = world.equity.dividends if world.equity else None
    if dividends is not None:
        changes["equity.dividends.minimum_musd"] = 0.0
        changes["equity.dividends.minimum_total_musd"] = 0.0
    return changes


def without_promises(world: Instance) -> Instance:
    """The world in which no share of demand has to be served for nothing."""
    names = promised_only(world)
    return world.replace({f"markets.{name}.min_served_share": 0.0 for name in names}) if names else world
