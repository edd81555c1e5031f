"""Every problem at once, and none that is only a consequence of another."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from optimizer.instance import check_text
from optimizer.instance.loader import Loaded, check_file
from optimizer.instance.schema import Instance
from optimizer.instance.schema_errors import spot_at
from tests.instance.example import TEXT, changed
from tests.thorough import THOROUGH

FOLDER = Path(__file__).resolve().parents[2] / "instances"
SCHEMA = {"unknown-key", "missing-key", "wrong-value"}
Keys = tuple[Any, ...]


def errors(loaded: Loaded) -> list[tuple[str, int]]:
    return [(each.code, each.line) for each in loaded.diagnostics if each.severity != "note"]


def told(data: dict[str, Any]) -> set[str]:
    """The codes of errors and warnings."""
    return {each.code for each in check_text(json.dumps(data)).diagnostics if each.severity != "note"}


# ── all at once ───────────────────────────────────────────────────────────────────────────────────────────────────

MISTAKES = [
    ("tenor_periods: 2,", "tenor_period: 2,", "unknown-key"),
    ("rate_per_year: 0.07,", "rate_per_year: 7.95,", "unusual-figure"),
    ("last_draw: 2027}", "last_draw: 2035}", "period-outside"),
    ("{kind: revolver,", "{kind: revolver, lender: banks,", "unknown-lender"),
    ("demand_h100e: 5000", "demand_h100e: [1, 2, 3]", "series-fit"),
    ("min_served_share: 0,", "min_served_share: 0, sites: [abilen],", "unknown-site"),
    ("    pue: 1.25\n", "", "missing-key"),
    ("    region: north\n", "    region: noth\n", "unknown-region"),
    ("spend_profile: [0.5, 0.5]", "spend_profile: [0.5, 0.6]", "spend-profile-sum"),
    ("lot_units: 100", "lot_units: many", "wrong-value"),
    ("price_usd: 40000", "price_usd: 40", "unusual-figure"),
    ("discount_share: 0.05}", "discount_share: 5}", "wrong-value"),
    ("{musd_per_year: -5, kind: operating}", "{kind: operating}", "cash-flow-amount"),
    ("cash: {minimum_musd: 10", "cash: {minimum_musd: 017", "leading-zero"),
    ("maximum: 0.7}", "minimum: 0.7, maximum: 0.7}", "covenant-bound"),
]


@pytest.mark.parametrize("seed", range(30))
def test_mistakes_are_told_together(seed: int) -> None:
    chosen = random.Random(seed).sample(MISTAKES, 2 + seed % 8)
    text = TEXT
    for old, new, _ in chosen:
        assert old in text
        text = text.replace(old, new, 1)
    found = [each.code for each in check_text(text).diagnostics if each.severity != "note"]
    assert sorted(found) == sorted(code for *_, code in chosen)


def test_three_mistakes() -> None:
    """A misspelt site, a rate in per cent and a misspelt key, the last two in one block."""
    text = (
        TEXT.replace("min_served_share: 0,", "min_served_share: 0, sites: [abilenne],")
        .replace("rate_per_year: 0.07,", "rate_per_year: 7.95,")
        .replace("tenor_periods: 2,", "tenor_period: 2,")
    )
    found = [d for d in check_text(text).diagnostics if d.severity != "note"]
    assert [(d.code, d.help) for d in found] == [
        ("unknown-site", "did you mean `abilene`?"),
        ("unusual-figure", found[1].help),
        ("unknown-key", "did you mean `tenor_periods`?"),
    ]


def test_a_series_that_does_not_fit_hides_nothing_else() -> None:
    text = TEXT.replace("demand_h100e: 5000", "demand_h100e: [1, 2]").replace("lead_periods: 0", "lead_periods: 4")
    found = [d.code for d in check_text(text).diagnostics if d.severity != "note"]
    assert found == ["never-delivered", "series-fit"]


def test_any_number_of_series_may_not_fit() -> None:
    """More than are told: none is left in the way of the other checks."""
    flows = "".join(f"  f{i}: {{kind: operating, musd_per_year: [1, 2]}}\n" for i in range(250))
    text = TEXT.replace("lead_periods: 0", "lead_periods: 4").replace("cash_flows:\n", f"cash_flows:\n{flows}")
    found = {d.code for d in check_text(text).diagnostics if d.severity != "note"}
    assert found == {"never-delivered", "series-fit"}


def test_a_period_that_cannot_be_read_stands_in_no_way() -> None:
    found = [d.code for d in check_text(TEXT.replace("last_draw: 2027,", "last_draw: 2,027,", 1)).diagnostics]
    assert "comma-in-number" in found


def test_proofs_wait_for_what_they_rest_on() -> None:
    """All demand must be served and cannot be; with a site misspelt, or supply refused, that is not known."""
    short = TEXT.replace("demand_h100e: 5000, min_served_share: 0", "demand_h100e: 500000, min_served_share: 1")
    assert [code for code, _ in errors(check_text(short))] == ["demand-beyond-supply"]
    for old, new, code in [
        ("min_served_share: 1,", "min_served_share: 1, sites: [rented, abilen],", "unknown-site"),
        ("grid_connection_mw: 60", "grid_connection_mw: [6, 6]", "series-fit"),
        ("lot_units: 100", "lot_unit: 100", "unknown-key"),
        ("supply_units: 50000", "supply_units: lots", "wrong-value"),
    ]:
        assert old in short
        assert [found for found, _ in errors(check_text(short.replace(old, new)))] == [code]


def test_references_to_what_is_refused_are_no_errors() -> None:
    lenders = TEXT.replace("limit_musd: 50, last", "limit_musd: 50, lender: bank, last")
    for written in ("lenders: 5\n", "lenders: {bank: {limit: 5}}\n", "lender: {bank: {limit_musd: 5}}\n"):
        assert {code for code, _ in errors(check_text(lenders + written))} <= SCHEMA
    assert "unknown-lender" in {code for code, _ in errors(check_text(lenders + "lenders: {bnk: {limit: 5}}\n"))}


# ── no consequences ───────────────────────────────────────────────────────────────────────────────────────────────


def schema_keys(data: Any, path: Keys = ()) -> Iterator[Keys]:
    """The paths of all keys and list items that are not names."""
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in inner:
        spot = spot_at((*path, key), Instance)
        if isinstance(key, int) or (spot.path == (*path, key) and _is_key(path, key)):
            yield (*path, key)
        yield from schema_keys(value, (*path, key))


def _is_key(path: Keys, key: str) -> bool:
    return spot_at((*path, f"{key}x"), Instance).on_key


def broken(data: dict[str, Any], path: Keys, how: str) -> dict[str, Any]:
    """The data with one mistake that the schema sees."""
    result = copy.deepcopy(data)
    block: Any = result
    for part in path[:-1]:
        block = block[part]
    if how == "rename" and isinstance(path[-1], str):
        block[f"{path[-1]}x"] = block.pop(path[-1])
    elif how == "delete" and isinstance(path[-1], str):
        del block[path[-1]]
    else:
        block[path[-1]] = [[]]
    return result


def mistakes(texts: list[Path]) -> list[tuple[dict[str, Any], Keys, str]]:
    found = []
    for path in texts:
        loaded = check_file(path)
        assert loaded.instance is not None
        data = loaded.instance.model_dump(mode="json", exclude_unset=True)
        found += [(data, keys, how) for keys in schema_keys(data) for how in ("rename", "wrong", "delete")]
    return found


def holds_no_consequence(data: dict[str, Any], path: Keys, how: str) -> None:
    found = told(broken(data, path, how))
    if found & SCHEMA:
        assert found - told(data) <= SCHEMA, (path, how)


FILES = [path for path in sorted(FOLDER.glob("known-optimal/*.yaml")) if not path.stem.endswith(".expected")]


def test_no_error_is_a_consequence_of_another() -> None:
    cases = mistakes([FOLDER / "templates" / "minimal.yaml"])
    assert len(cases) > 300
    for case in random.Random(1).sample(cases, 200):
        holds_no_consequence(*case)


@pytest.mark.slow
def test_no_error_of_any_file_is_a_consequence_of_another() -> None:
    cases = mistakes([*FILES, FOLDER / "anthropic-50b.yaml", FOLDER / "industry-5t.yaml"])
    for case in random.Random(2).sample(cases, 1500 if THOROUGH else 400):
        holds_no_consequence(*case)


def test_the_example_breaks_in_one_way_at_a_time() -> None:
    data = changed({})
    for path in schema_keys(data):
        for how in ("rename", "wrong"):
            holds_no_consequence(data, path, how)


def test_a_class_of_what_stands_as_the_plan_begins_is_used() -> None:
    lot = {"site": "abilene", "units": 10, "age_periods": 1, "book_value_musd": 1, "tax_basis_musd": {"old": 1}}
    old = {"depreciation.old": {"life_years": 5}}
    assert "unused-tax-class" in told(changed(old))
    assert "unused-tax-class" not in told(changed({**old, "hardware.gb200.opening": {"lot": lot}}))
