"""What a thing is called changes nothing but its name: neither a statement nor a table goes by the spelling."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import pytest

import optimizer
from optimizer.instance.reference import ROOT
from optimizer.plan.plan import Plan
from optimizer.plan.table import Cell
from optimizer.plan.tables.builders import BUILDERS

FOLDER = ROOT / "instances" / "known-optimal"

HOSTILE = {
    "regions": ["grid", "grid.site"],
    "energy_sources": ["energy", "source.grid", "source"],
    "sites": ["site.land", "site", "capex", "opening."],
    "hardware": ["hardware.accelerator", "hardware", "accelerator", "write_off.hardware.x"],
    "markets": ["given.x", "partner.delivery.y", "revenue", "given"],
    "cloud": ["cloud.reserved", "cloud"],
    "cash_flows": ["opex.grid.z", "revenue.z", "given.given", "opex", "tax"],
    "lenders": ["debt.lender", "lender"],
    "debt": ["draw", "draw.x", "partner.cash.x", "lease.principal.x", "debt.", "interest"],
    "rounds": ["preferred.a", "preferred", "partner.equity.x", "raise"],
    "preferred_equity": ["preferred.b", "flotation.preferred.b"],
    "partners": ["equity.p", "partner.p", "cash"],
}
"""Names that the ledger's own words could be taken for, by what they are given to."""
PLAIN = {name: f"n{rank:02d}" for rank, name in enumerate(sorted(name for names in HOSTILE.values() for name in names))}
"""A plain name for each, in the same order: plans may depend on the order of the names, and on nothing else."""

REFERENCES = {
    "region": ["regions"],
    "sites": ["sites", "cloud"],
    "serving_cost_by_site_usd_per_h100e_hour": ["sites", "cloud"],
    "hardware": ["hardware"],
    "instruments": ["debt"],
    "lender": ["lenders"],
}
"""Keys behind which names stand, and of what."""

SOLVED = (
    "equity-terms",
    "preferred-terms",
    "partner-compute",
    "partner-surplus",
    "ownership-partner",
    "lender-limit",
    "prepayment-premium",
    "construction-loan",
    "vendor-loan",
    "lease-dscr",
    "security-shared",
    "budget-covers",
    "resale-tax",
    "energy-mix",
    "serving-cost-by-site",
    "reserved-cloud-terms",
    "land-and-opening",
    "framework-take-or-pay",
    "issue-discount",
    "pricing-grid-years",
)


def things(data: dict[str, Any], kind: str) -> list[str]:
    """The names of an instance's things of a kind."""
    return sorted(((data["equity"] or {}).get("rounds", {}) if kind == "rounds" else data[kind]).keys())


def renamed(data: dict[str, Any], plain: bool) -> dict[str, Any]:
    """An instance whose things have hostile names, or the plain ones in their place."""
    new: dict[str, dict[str, str]] = {}
    for kind, pool in HOSTILE.items():
        assert len(things(data, kind)) <= len(pool), kind
        chosen = zip(things(data, kind), pool, strict=False)
        new[kind] = {old: PLAIN[name] if plain else name for old, name in chosen}

    def walk(value: Any, key: str) -> Any:
        names = {old: name for kind in REFERENCES.get(key, [key]) for old, name in new.get(kind, {}).items()}
        if isinstance(value, dict):
            return {names.get(part, part): walk(item, part) for part, item in value.items()}
        if isinstance(value, list):
            return [walk(item, key) for item in value]
        return names.get(value, value) if isinstance(value, str) else value

    return {key: walk(value, key) for key, value in data.items()}


@cache
def plan(name: str, plain: bool) -> Plan:
    data = optimizer.load(FOLDER / f"{name}.yaml").canonical()
    return optimizer.solve(optimizer.load(renamed(data, plain)), gap=0.0, threads=1, seed=0)


_NAMES = "|".join(re.escape(name) for name in sorted(PLAIN, key=len, reverse=True))
_LABEL = re.compile(rf"((?:.*?(?:: | to |\.))??)({_NAMES})(, opening)?", re.DOTALL)


def as_plain(cell: Cell) -> Cell:
    """A cell or column with the plain name in place of the hostile one: alone, or at the end of a label."""
    found = _LABEL.fullmatch(cell) if isinstance(cell, str) else None
    return f"{found[1]}{PLAIN[found[2]]}{found[3] or ''}" if found else cell


@pytest.mark.parametrize("name", SOLVED)
def test_names_change_nothing_but_names(name: str) -> None:
    hostile, plain = plan(name, plain=False), plan(name, plain=True)
    assert hostile.audit_passed
    assert hostile.metrics == plain.metrics
    for table in BUILDERS:
        found, wanted = hostile.rows(table), plain.rows(table)
        # as_plain on both sides: a word of the table's own, such as the column `site`, may be a name as well
        assert [*map(as_plain, found.columns)] == [*map(as_plain, wanted.columns)], table
        assert [[*map(as_plain, row)] for row in found.rows] == [[*map(as_plain, row)] for row in wanted.rows], table
        assert found.subtotals == wanted.subtotals


def test_every_kind_of_thing_is_renamed() -> None:
    met = {kind for name in SOLVED for kind in HOSTILE if things(plan(name, plain=False).instance.canonical(), kind)}
    assert met == set(HOSTILE)


def test_a_common_round_is_no_preferred_share() -> None:
    found = plan("equity-terms", plain=False)
    statement = {row[0]: row[1:] for row in found.rows("cash_flow").rows}
    assert "Preferred equity raised" not in statement
    assert any(statement["Equity raised"])
    assert "Equity: preferred.a" in found.rows("sources_and_uses").column("line")
