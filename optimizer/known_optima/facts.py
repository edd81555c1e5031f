"""The tables of decisions that a fact can be about, and whether it is about anything in its instance.

A fact that something is 0 holds of every misspelt name; so names are checked before anything is solved.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from optimizer.contract.decisions import TABLES
from optimizer.instance.calendar import TIMING
from optimizer.instance.schema import Instance
from optimizer.instance.schema_errors import near_or_all
from optimizer.known_optima.expected import Expected, Fact, Key, Mistake

MANY = 2002
"""No contract is later by so many periods."""


def found(fact: Fact, decisions: Mapping[str, list[dict[str, Any]]]) -> float:
    """The sum that a fact is about, in the decisions of a plan; rows that are 0 are not written there."""
    rows = decisions.get(fact.table, [])
    matching = [row for row in rows if all(str(row[name]) == text for name, text in fact.where.items())]
    return float(sum(row[fact.column] for row in matching))


def misplaced(expected: Expected, instance: Instance | None = None) -> Iterator[Mistake]:
    """Tables and columns that no plan has; with the instance also names and periods that it does not have."""
    for i, fact in enumerate(expected.facts):
        at: Key = ("facts", i)
        if fact.table not in TABLES:
            message = f"there is no table of decisions {fact.table!r}"
            yield Mistake((*at, "table"), "wrong-value", message, near_or_all(fact.table, TABLES))
            continue
        columns, amounts = TABLES[fact.table].keys, TABLES[fact.table].value
        if fact.column != amounts:
            message = f"{fact.column!r} is not the column of amounts of {fact.table}"
            yield Mistake((*at, "column"), "wrong-value", message, f"write `column: {amounts}`")
        for name, text in fact.where.items():
            key = (*at, "where", name)
            if name not in columns:
                message = f"{name!r} is not a column of {fact.table} that names a row"
                yield Mistake(key, "unknown-key", message, near_or_all(name, columns), True)
            elif instance is not None and text not in (names := _names(name, fact, instance)):
                message = f"the instance has no {_NOUNS.get(name, name)} {text!r}"
                yield Mistake(key, "unknown-name", message, near_or_all(text, names))


_NOUNS = {"from": "site or cloud", "ordered": "period", "drawn": "period", "source": "energy source"}


def _names(column: str, fact: Fact, instance: Instance) -> Collection[str]:
    """What a column can hold in the plans of an instance."""
    match column:
        case "period":
            return instance.periods.labels
        case "ordered":
            return [*instance.periods.labels, *(lot for offer in instance.hardware.values() for lot in offer.opening)]
        case "drawn":
            return [*instance.periods.labels, "opening"]
        case "site":
            return instance.sites.keys()
        case "from":
            return [*instance.sites, *instance.cloud]
        case "phase":
            sites = [fact.where["site"]] if fact.where.get("site") in instance.sites else list(instance.sites)
            return [phase.name for site in sites for phase in instance.sites[site].phases]
        case "offer":
            return instance.hardware.keys()
        case "source":
            return instance.energy_sources.keys()
        case "market":
            return instance.markets.keys()
        case "cloud":
            return instance.cloud.keys()
        case "instrument" | "refinanced":
            return instance.debt.keys()
        case "asset":
            return [asset for debt in instance.debt.values() for asset in debt.security or {}]
        case "round":
            return instance.equity.rounds.keys() if instance.equity else ()
        case "name":
            return instance.preferred_equity.keys()
        case "partner":
            return instance.partners.keys()
        case "contract":
            return instance.contracts.keys()
        case "late" | "renewals":
            return [str(i) for i in range(MANY)]
        case "group":
            return instance.groups.keys()
        case "at":
            return TIMING.keys()
        case "bucket":
            return [str(i) for i in range(len(instance.pricing_grid.buckets))] if instance.pricing_grid else ()
    raise KeyError(column)
