"""Instances from Python: read like a file, changed by paths, and never solved unchecked."""

from __future__ import annotations

import copy
import datetime
import decimal
import enum
import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

import optimizer
from optimizer.instance.checks import check
from optimizer.instance.diagnostics import InstanceError
from optimizer.instance.loader import check_text, load, loads
from optimizer.instance.reference import ROOT
from optimizer.instance.schema import Debt, Instance, Tax
from optimizer.instance.series import Series
from optimizer.solving.export import export

from .example import TEXT, changed, data

INSTANCES = sorted((ROOT / "instances").glob("*.yaml"))
LOADED = loads(TEXT)


class Kind(enum.StrEnum):
    REVOLVER = "revolver"


def said(call: Callable[[], Any]) -> list[tuple[str, str]]:
    """Place and code of each error of a call that is refused."""
    with pytest.raises(InstanceError) as refused:
        call()
    assert str(refused.value)
    return [(each.file, each.code) for each in refused.value.diagnostics]


# ── load ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "path", [path for path in INSTANCES if not {".batch", ".tree"} & set(path.suffixes)], ids=lambda path: path.stem
)
def test_the_content_of_a_file_is_the_file(path: Any) -> None:
    whole = load(path)
    assert load(json.loads(json.dumps(whole.canonical()))).hash == whole.hash


def test_a_dict_has_the_findings_of_the_text() -> None:
    wrong = {
        "debt.bond.lender": "nobody",
        "debt.line.rate_per_year": "8 %",
        "sites.abilene.phases.1.mv": 3,
        "hardware.gb200.price_usd": {2026: 1, 2020: "x"},
        "markets.training.demand_h100e": [1, 2, 3],
        "solve": {"gap_share": 2},
    }
    written = check_text(json.dumps(changed(wrong)))
    with pytest.raises(InstanceError) as refused:
        load(changed(wrong))
    found = refused.value.diagnostics
    assert sorted((e.code, e.message, e.help) for e in found) == sorted(
        (e.code, e.message, e.help) for e in written.errors
    )
    assert [each.file for each in found] == sorted(each.file for each in found)
    assert "sites.abilene.phases.two.mv" in {each.file for each in found}


@pytest.mark.parametrize(
    ("path", "value", "same"),
    [
        ("hardware.gb200.price_usd", {2026: 4e4, 2028: 3e4}, {"2026": 40000, "2028": 30000}),
        ("hardware.gb200.price_usd", {np.int64(2026): np.float32(0.5)}, {"2026": 0.5}),
        ("hardware.gb200.price_usd", np.array([1, 2, 3, 4]), [1, 2, 3, 4]),
        ("hardware.gb200.price_usd", (1, 2, 3, 4), [1, 2, 3, 4]),
        ("hardware.gb200.price_usd", Series(5.0), 5),
        ("hardware.gb200.price_usd", {"value": 5, "source": "a letter"}, 5),
        ("hardware.gb200.lead_periods", np.int32(1), 1),
        ("hardware.gb200.deposit_share", np.float64(0.25), 0.25),
        ("tax.shield_in_cost_of_capital", np.bool_(False), False),
        ("debt.line.kind", Kind.REVOLVER, "revolver"),
        ("tax", Tax(rate=0.3), {"rate": 0.3}),
        (
            "debt.line",
            Debt(kind="revolver", rate_per_year=Series(0.05), limit_musd=9.0),
            {"kind": "revolver", "rate_per_year": 0.05, "limit_musd": 9},
        ),
    ],
    ids=str,
)
def test_numbers_of_other_libraries_are_read_exactly(path: str, value: Any, same: Any) -> None:
    found = load(changed({path: value}))
    assert found == load(changed({path: same}))
    assert found.hash == LOADED.replace({path: value}).hash
    json.dumps(found.canonical(), allow_nan=False)


CIRCLE: dict[str, Any] = {}
CIRCLE["circle"] = CIRCLE


@pytest.mark.parametrize(
    ("value", "place", "code"),
    [
        (float("nan"), "", "not-finite"),
        (np.float64("inf"), "", "not-finite"),
        (pd.NaT, "", "not-plain-data"),
        (pd.NA, "", "not-plain-data"),
        (pd.Series([1, 2, 3, 4]), "", "not-plain-data"),
        (pd.Timestamp("2026-01-01"), "", "not-plain-data"),
        (datetime.date(2026, 1, 1), "", "not-plain-data"),
        (np.datetime64("2026-01-01", "ns"), "", "not-plain-data"),
        (np.longdouble(1) / 3, "", "not-plain-data"),
        (decimal.Decimal("0.1"), "", "not-plain-data"),
        ({1.5}, "", "not-plain-data"),
        (1j, "", "not-plain-data"),
        (b"5", "", "not-plain-data"),
        (10**400, "", "too-many-digits"),
        (-1e-308, "", "too-small"),
        (10**15 + 1, "", "too-large"),
        (np.float64(-1e308), "", "too-large"),
        ("5\x1b", "", "control-character"),
        ({datetime.date(2026, 1, 1): 5}, "", "key"),
        ({2026.0: 5}, "", "key"),
        ({True: 5}, "", "key"),
        ({None: 5}, "", "key"),
        ({10**50: 5}, "", "too-many-digits"),
        ({2026: 5, "2026": 6}, ".2026", "duplicate-key"),
        ({2026: decimal.Decimal(5)}, ".2026", "not-plain-data"),
        ([1, 2, None, 4], "", "wrong-value"),
        ([1, 2, float("nan"), 4], ".3", "not-finite"),
        (CIRCLE, ".circle" * 37, "too-much-data"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_would_have_to_be_guessed_is_refused_with_its_path(value: Any, place: str, code: str) -> None:
    path = "hardware.gb200.price_usd"
    found = said(
        lambda: load(
            changed({path: value}) if value is not CIRCLE else {**data(), "hardware": {"gb200": {"price_usd": value}}}
        )
    )
    assert found[0][1] == code
    assert found[0][0].startswith(path + place)
    assert said(lambda: LOADED.replace({path: value}))[0][1] == code


def test_nothing_of_the_caller_s_is_changed_or_kept() -> None:
    mine = data()
    before = copy.deepcopy(mine)
    found = load(mine)
    assert mine == before
    mine["debt"].clear()
    assert found == LOADED


# ── replace ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_replace_is_the_file_written_otherwise() -> None:
    changes = {
        "debt.bond.rate_per_year": 0.08,
        "sites.abilene.phases.two.mw": 25,
        "sites.abilene.phases.1.capex.shell.musd": {2026: 200, 2028: 210},
        "hardware.gb200.tiers": None,
        "markets.training.revenue_usd_per_h100e_hour": {"initial": 2, "growth_per_year": -0.1},
        "covenants.leverage": {"kind": "minimum_liquidity", "minimum": 5},
        "power.min_renewable_share": 0,
        "budgets": None,
        "title": "Another",
    }
    written = data()
    written["debt"]["bond"]["rate_per_year"] = 0.08
    written["sites"]["abilene"]["phases"][1]["mw"] = 25
    written["sites"]["abilene"]["phases"][0]["capex"]["shell"]["musd"] = {2026: 200, 2028: 210}
    del written["hardware"]["gb200"]["tiers"], written["budgets"]
    written["markets"]["training"]["revenue_usd_per_h100e_hour"] = {"initial": 2, "growth_per_year": -0.1}
    written["covenants"]["leverage"] = {"kind": "minimum_liquidity", "minimum": 5}
    written["power"]["min_renewable_share"] = 0
    written["title"] = "Another"
    before = LOADED.canonical()
    found, wanted = LOADED.replace(changes), load(written)
    assert found == wanted
    assert found.hash == wanted.hash
    assert found.canonical() == wanted.canonical()
    assert check(found) == check(wanted)  # what is left to its defaults stays a note
    assert LOADED.canonical() == before


def test_items_are_removed_by_where_they_stood() -> None:
    """The first phase goes, and the second is still the second."""
    found = LOADED.replace({"sites.abilene.phases.1": None, "sites.abilene.phases.2.mw": 7})
    assert [(phase.name, phase.mw) for phase in found.sites["abilene"].phases] == [("two", 7.0)]


def test_a_thing_is_added_with_its_whole_block() -> None:
    loan = {"kind": "bullet", "rate_per_year": 0.05, "tenor_periods": 2, "last_draw": 2027, "limit_musd": 9}
    assert said(lambda: LOADED.replace({"debt.loan": loan})) == [("debt.loan", "path")]
    assert list(LOADED.replace({"debt": {**LOADED.debt, "loan": loan}}).debt) == ["bond", "line", "loan"]


@pytest.mark.parametrize(
    ("path", "help"),
    [
        ("dept.bond.rate_per_year", "did you mean `debt`?"),
        ("debt.bund.rate_per_year", "did you mean `bond`?"),
        ("debt.bond.rate_per_yeer", "did you mean `rate_per_year`?"),
        ("sites.abilene.phases.three.mw", "the names are"),
        ("sites.abilene.phases.3.mw", "the names are"),
        ("hardware.gb200.price_usd.2027", "as steps"),
        ("extends", "the names are"),
    ],
)
def test_a_path_that_leads_nowhere(path: str, help: str) -> None:
    with pytest.raises(InstanceError) as refused:
        LOADED.replace({path: 1})
    (found,) = refused.value.diagnostics
    assert found.file == path
    assert help in found.help


def test_all_that_is_wrong_with_a_change_is_said_at_once() -> None:
    found = said(
        lambda: LOADED.replace({"debt.bond.lender": "nobody", "solve.threads": 0, "tax.rate": decimal.Decimal(1)})
    )
    assert {"solve.threads", "tax.rate"} <= {place for place, _ in found}


# ── nothing unchecked is solved ───────────────────────────────────────────────────────────────────────────────────


def from_pydantic() -> Instance:
    return Instance.model_validate(changed({"debt.bond.lender": "nobody"}))


def changed_in_place() -> Instance:
    found = loads(TEXT)
    found.debt["bond"] = Debt(
        kind="bullet", rate_per_year=Series(0.1), tenor_periods=2, lender="nobody", limit_musd=1.0
    )
    return found


def default_changed_in_place() -> Instance:
    data = changed({"debt.bond.lender": "nobody"})
    bond = Instance.model_validate(data).debt["bond"]
    del data["debt"]
    found = load(data)
    found.debt["bond"] = bond
    return found


def constructed() -> Instance:
    return Instance.model_construct(
        **{**dict(LOADED), "debt": {"bond": {**data()["debt"]["bond"], "lender": "nobody"}}}
    )


ENTRIES: dict[str, Callable[[Instance], Any]] = {
    "solve": optimizer.solve,
    "audit": lambda instance: optimizer.audit(instance, {}),
    "compare": lambda instance: optimizer.compare(instance, mixes={"a": {}}),
    "export": export,
    "replace": lambda instance: instance.replace({"title": "Mine"}),
}


@pytest.mark.parametrize("made", [from_pydantic, changed_in_place, default_changed_in_place, constructed])
@pytest.mark.parametrize("entry", sorted(ENTRIES))
def test_an_unchecked_instance_is_checked_first(entry: str, made: Callable[[], Instance]) -> None:
    assert said(lambda: ENTRIES[entry](made())) == [("debt.bond.lender", "unknown-lender")]


def test_what_is_constructed_with_plain_values_is_read_like_a_file() -> None:
    """A number where a series is expected, and a dict where a block is, mean what they mean in a file."""
    bond = data()["debt"]["bond"]
    raw = Instance.model_construct(**{**dict(LOADED), "debt": {**LOADED.debt, "bond": {**bond, "rate_per_year": 0.08}}})
    assert raw.replace({}) == LOADED.replace({"debt.bond.rate_per_year": 0.08})


def test_a_copy_is_not_the_place_for_changes() -> None:
    assert LOADED.model_copy() == LOADED.model_copy(deep=True) == LOADED
    for block in (LOADED, LOADED.debt["bond"]):
        with pytest.raises(TypeError, match=r"instance\.replace"):
            block.model_copy(update={"notes": "mine"})


def test_the_old_name_of_a_copy_is_refused_like_the_new() -> None:
    assert LOADED.copy() == LOADED.copy(deep=True) == LOADED
    for change in ({"update": {"notes": "mine"}}, {"exclude": {"tax"}}, {"include": {"name"}}):
        with pytest.raises(TypeError, match=r"instance\.replace"):
            LOADED.copy(**change)


def test_an_instance_is_shown_in_a_line() -> None:
    assert "\n" not in repr(LOADED)
    assert repr(LOADED).startswith("Instance(name='example', title=None, calendar='4 years from 2026', regions=1")
