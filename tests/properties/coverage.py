"""Which blocks and fields of the schema a plan makes use of.

A block is used by a plan if something in its decisions, ledger or binding limits speaks of it: an offer if it is
ordered, a covenant if it binds, a part of the cost of a phase if it is paid. A field is used if its block is, and it
does not have its default. All that can be used is read from the schema.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, Literal, get_args, get_origin

from optimizer.instance.schema import Block, Instance
from optimizer.plan.plan import Plan

Keys = tuple[Any, ...]
"""The keys that lead to a block, from the top of the file."""

Item = tuple[str, ...]
"""A class; a class and its field; or these two and one of the words that the field allows."""

ABOUT = {"SolveOptions", "Range"}
"""Blocks that no plan depends on: how it is looked for, and what is only asked about it."""

TEXTS = {"source", "notes", "title", "vendor", "accelerator", "name"}
"""Fields for readers; of an objective the name is what it says."""


@cache
def everything() -> frozenset[Item]:
    """All that an instance file can switch on, but for what no plan depends on and what is written for readers."""
    items: set[Item] = set()
    for block in _classes(Instance, set()):
        items.add((block.__name__,))
        for name, field in block.model_fields.items():
            if _is_text(block, name):
                continue
            items.add((block.__name__, name))
            items |= {(block.__name__, name, word) for word in _words(field.annotation)}
    asked = {("Instance", name) for name in ("solve", "ranges", "repair_costs")}
    asked |= {("CalendarBlock", "segments")}  # calendars of segments have a random family of their own
    return frozenset(item for item in items if item[0] not in {*ABOUT, "SegmentBlock"} and item not in asked)


def written(instance: Instance) -> set[Item]:
    """What an instance switches on, whether or not a plan makes use of it."""
    return {item for _, block in _blocks((), instance) for item in _written(block)}


def used(plan: Plan) -> set[Item]:
    """What the instance of a plan switches on and the plan makes use of."""
    found: set[Item] = set()
    evidence = Evidence(plan)
    for keys, block in _blocks((), plan.instance):
        kind = type(block).__name__
        if kind not in USED_IF or not USED_IF[kind](evidence, keys, block):
            continue
        idle = {name for of, name in BINDS if of == kind and not evidence.binds(*BINDS[kind, name], keys)}
        found |= {item for item in _written(block) if idle.isdisjoint(item[1:2])}
    return found


def _written(block: Block) -> Iterator[Item]:
    """The class of a block, its fields that do not have their default, and the words that are chosen."""
    kind = type(block).__name__
    yield (kind,)
    for name, field in type(block).model_fields.items():
        if _is_text(type(block), name):
            continue
        value = getattr(block, name)
        words = _words(field.annotation)
        if not field.is_required() and value == field.get_default(call_default_factory=True):
            if value in words:  # a word that is the default is in use all the same
                yield (kind, name, value)
            continue
        yield (kind, name)
        chosen = value if isinstance(value, (list, dict)) else [value]
        yield from ((kind, name, word) for word in chosen if word in words)


def _is_text(block: type[Block], name: str) -> bool:
    return name in TEXTS and (block.__name__, name) != ("Objective", "name")


def _classes(block: type[Block], seen: set[type[Block]]) -> set[type[Block]]:
    """A class of the schema and all that its fields are made of."""
    seen.add(block)
    for field in block.model_fields.values():
        for inner in _parts(field.annotation):
            if isinstance(inner, type) and issubclass(inner, Block) and inner not in seen:
                _classes(inner, seen)
    return seen


def _parts(annotation: Any) -> Iterator[Any]:
    """The types within an annotation."""
    yield annotation
    for inner in get_args(annotation):
        if get_origin(annotation) is not Literal:
            yield from _parts(inner)


def _words(annotation: Any) -> list[str]:
    """The words that a field may hold, alone, in a list or as keys."""
    return [word for part in _parts(annotation) if get_origin(part) is Literal for word in get_args(part)]


def _blocks(keys: Keys, value: Any) -> Iterator[tuple[Keys, Block]]:
    """Every block of an instance with its keys."""
    if isinstance(value, Block):
        yield keys, value
        for name in type(value).model_fields:
            yield from _blocks((*keys, name), getattr(value, name))
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _blocks((*keys, name), item)
    elif isinstance(value, list):
        for i, item in enumerate(value):
            yield from _blocks((*keys, i), item)


class Evidence:
    """What the decisions, the ledger and the binding limits of a plan speak of."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.lines = {row["line"] for row in plan.ledger}
        self.binding = {(row["limit"], row["place"]) for row in plan.rows("binding_limits").records()}

    def row(self, table: str, **where: Any) -> bool:
        """Whether a table of decisions has a row with these values."""
        rows = self.plan.decisions.get(table, [])
        return any(all(str(row[name]) == str(value) for name, value in where.items()) for row in rows)

    def line(self, *names: str) -> bool:
        """Whether the ledger has one of these lines."""
        return not self.lines.isdisjoint(names)

    def binds(self, limit: str, at: int | None, keys: Keys) -> bool:
        """Whether a limit binds, at the key with this position, or (None) anywhere."""
        return any(name == limit and (at is None or place == str(keys[at])) for name, place in self.binding)


def _most_ordered(evidence: Evidence, offer: str) -> float:
    return max((row["units"] for row in evidence.plan.decisions["orders"] if row["offer"] == offer), default=0.0)


def _active(evidence: Evidence, site: str) -> bool:
    return any(evidence.row(table, site=site) for table in ("phase_starts", "colocation", "allocations"))


def _phase(evidence: Evidence, keys: Keys) -> bool:
    """Whether the phase to which keys lead, or on the way to which they are, is started, or stands at the opening."""
    site, i = keys[1], keys[3]
    if keys[2] == "opening":
        return evidence.line(f"depreciation.site.{site}")
    return evidence.row("phase_starts", site=site, phase=evidence.plan.instance.sites[site].phases[i].name)


def _written_off(evidence: Evidence, name: str) -> bool:
    """Whether something of a depreciation class is bought or built, in a plan that pays tax."""
    instance = evidence.plan.instance
    bought = [
        o
        for o, offer in instance.hardware.items()
        if name in {offer.tax_class, *(part.tax_class for part in offer.attach.values())}
    ]
    parts = [
        f"capex.site.{s}.{part}"
        for s, site in instance.sites.items()
        for phase in site.phases
        for part, item in phase.capex.items()
        if item.tax_class == name
    ]
    return evidence.line("tax") and (any(evidence.row("orders", offer=o) for o in bought) or evidence.line(*parts))


def _always(evidence: Evidence, keys: Keys, block: Any) -> bool:
    return True


USED_IF: dict[str, Callable[[Evidence, Keys, Any], bool]] = {
    "Instance": _always,
    "CalendarBlock": _always,
    "Discount": _always,
    "Objective": _always,
    "Opening": _always,
    "History": lambda e, k, b: bool(e.plan.instance.covenants or e.plan.instance.pricing_grid),
    "Cash": lambda e, k, b: e.line("interest_income") or e.binds("minimum cash", None, k),
    "CashFlow": lambda e, k, b: e.line(f"given.{k[1]}"),
    "Budget": lambda e, k, b: any(e.row({"sites": "phase_starts", "hardware": "orders"}[kind]) for kind in b.covers),
    "Terminal": lambda e, k, b: e.row("orders") or e.row("phase_starts"),
    "Region": lambda e, k, b: any(e.row("allocations", site=s) for s in e.plan.instance.sites),
    "Power": lambda e, k, b: e.row("allocations"),
    "EnergyContract": lambda e, k, b: e.row("energy_contracts", source=k[1]),
    "EnergySource": lambda e, k, b: e.row("energy", source=k[1]),
    "Resource": lambda e, k, b: e.binds("resource", 1, k),
    "ResourceUse": lambda e, k, b: _phase(e, k),
    "OpeningUnits": lambda e, k, b: e.line(f"depreciation.hardware.{k[1]}"),
    "OpeningAsset": lambda e, k, b: e.line(f"depreciation.site.{k[1]}"),
    "OpeningPart": lambda e, k, b: e.line(f"depreciation.site.{k[1]}"),
    "CapexItem": lambda e, k, b: _phase(e, k) and e.line(f"capex.site.{k[1]}.{k[5]}"),
    "Phase": lambda e, k, b: _phase(e, k),
    "Colocation": lambda e, k, b: e.row("colocation", site=k[1]),
    "Site": lambda e, k, b: _active(e, k[1]),
    "AttachCost": lambda e, k, b: e.line(f"capex.hardware.{k[1]}.{k[3]}", f"deposit.hardware.{k[1]}.{k[3]}"),
    "Tier": lambda e, k, b: _most_ordered(e, k[1]) >= max(b.from_units, 1e-3),
    "Tiers": lambda e, k, b: e.row("orders", offer=k[1]),
    "Framework": lambda e, k, b: e.row("frameworks", offer=k[1]),
    "Development": lambda e, k, b: e.row("developments", offer=k[1]),
    "Lease": lambda e, k, b: e.row("orders", offer=k[1]),
    "Offer": lambda e, k, b: e.row("orders", offer=k[1]),
    "Market": lambda e, k, b: e.line(f"revenue.{k[1]}", f"opex.shortfall.{k[1]}"),
    "Reserved": lambda e, k, b: e.row("reservations", cloud=k[1]),
    "Cloud": lambda e, k, b: e.line(f"opex.cloud.{k[1]}") or e.row("reservations", cloud=k[1]),
    "DepreciationClass": lambda e, k, b: _written_off(e, k[1]),
    "Tax": lambda e, k, b: e.line("tax"),
    "Prepayment": lambda e, k, b: e.row("prepayments", instrument=k[1]),
    "TiedTo": lambda e, k, b: e.row("debt_draws", instrument=k[1]),
    "Sweep": lambda e, k, b: e.row("debt_draws", instrument=k[1]),
    "Advance": lambda e, k, b: e.row("debt_draws", instrument=k[1]),
    "Lender": lambda e, k, b: e.binds("lender", 1, k),
    "Debt": lambda e, k, b: e.row("debt_draws", instrument=k[1]) or e.line(f"interest.{k[1]}"),
    "Conversion": lambda e, k, b: e.row("debt_draws", instrument=k[1]),
    "CappedCall": lambda e, k, b: e.row("debt_draws", instrument=k[1]),
    "ReferenceRate": lambda e, k, b: any(
        e.row("debt_draws", instrument=d)
        for d, terms in e.plan.instance.debt.items()
        if terms.floating is not None and terms.floating.reference == k[1]
    ),
    "Floating": lambda e, k, b: e.row("debt_draws", instrument=k[1]),
    "ServiceReserve": lambda e, k, b: e.row("debt_draws", instrument=k[1]),
    "Swap": lambda e, k, b: e.row("debt_draws", instrument=k[1]),
    "EquityRound": lambda e, k, b: e.row("equity_raises", round=k[2]),
    "PreferredEquity": lambda e, k, b: e.row("preferred_raises", name=k[1]),
    "Partner": lambda e, k, b: e.row("partners", partner=k[1]),
    "Choice": lambda e, k, b: True,
    "Contract": lambda e, k, b: e.row("contracts", contract=k[1]),
    "OpeningContract": lambda e, k, b: e.row("contracts", contract=k[1]),
    "CustomerShares": lambda e, k, b: e.line(f"contract.shares.{k[1]}"),
    "Renewal": lambda e, k, b: e.row("contracts", contract=k[1], renewals=1),
    "Dividends": lambda e, k, b: e.row("dividends"),
    "Bucket": lambda e, k, b: e.row("buckets", bucket=k[2]),
    "Relever": lambda e, k, b: e.row("buckets"),
    "PricingGrid": lambda e, k, b: e.row("buckets"),
    "AdjustedPresentValue": lambda e, k, b: e.plan.metrics["adjusted_present_value"] is not None,
    "Equity": _always,
    "Covenant": lambda e, k, b: e.binds(f"covenant {b.kind}", 1, k),
    "Group": lambda e, k, b: e.row("contributions", group=k[1]) or e.row("distributions", group=k[1]),
}
"""When a block of a class is used, given the keys that lead to it."""

BINDS: dict[tuple[str, str], tuple[str, int | None]] = {
    ("Region", "power_limit_mw"): ("regional power", 1),
    ("Power", "system_limit_mw"): ("system power", None),
    ("Power", "min_renewable_share"): ("renewable share", None),
    ("Site", "grid_connection_mw"): ("grid connection", 1),
    ("Offer", "supply_units"): ("supply", 1),
    ("Cash", "minimum_musd"): ("minimum cash", None),
    ("Cash", "minimum_opex_months"): ("minimum cash", None),
    ("Group", "minimum_cash_musd"): ("minimum cash", 1),
    ("Group", "contributions_musd"): ("contributions", 1),
    ("Debt", "limit_musd"): ("debt limit", 1),
    ("Debt", "max_draw_musd"): ("largest draw", 1),
    ("Debt", "security"): ("security", 1),
    ("TiedTo", "capex_share"): ("tied draw", 1),
    ("Advance", "share"): ("advance", 1),
    ("Market", "min_served_share"): ("minimum service", 1),
    ("Dividends", "minimum_musd"): ("least dividend", None),
    ("Dividends", "minimum_total_musd"): ("least dividends in all", None),
    ("PreferredEquity", "min_musd"): ("smallest issue", 1),
    ("EquityRound", "min_musd"): ("smallest round", 2),
}
"""Fields that are limits: the limit that has to bind, and the key that says where."""
