"""A name in a file that changes another: of the base, marked as new, or a slip."""

from __future__ import annotations

from pathlib import Path

import pytest

from optimizer.instance import check_file, load
from optimizer.instance.checks.walk import blocks
from optimizer.instance.diagnostics import Diagnostic
from optimizer.instance.schema import NEW
from optimizer.instance.schema_errors import keys
from tests.instance.example import TEXT

BASE = TEXT.replace(
    "tax_class: chips\n    tiers", "tax_class: chips\n    attach: {server: {usd_per_unit: 9000}}\n    tiers"
)


def extended(folder: Path, text: str, **between: str) -> Path:
    """A file ``top`` with ``text`` over the base, or over the last of the files ``between``."""
    last = "base"
    (folder / "base.yaml").write_text(BASE, encoding="utf-8")
    for name, part in (*between.items(), ("top", text)):
        (folder / f"{name}.yaml").write_text(f"extends: {last}.yaml\nname: {name}\n{part}\n", encoding="utf-8")
        last = name
    return folder / "top.yaml"


def errors(path: Path) -> list[Diagnostic]:
    return [each for each in check_file(path).diagnostics if each.severity == "error"]


@pytest.mark.parametrize(
    ("text", "name", "near"),
    [
        ("debt: {bnd: {kind: bullet, rate_per_year: 0.1, tenor_periods: 2, limit_musd: 5}}", "bnd", "bond"),
        ("debt: {bnd: {rate_per_year: 0.1}}", "bnd", "bond"),
        ("hardware: {gb20: {price_usd: 9}}", "gb20", "gb200"),
        ("sites: {abilen: {pue: 1.5}}", "abilen", "abilene"),
        ("markets: {trainin: {demand_h100e: 5}}", "trainin", "training"),
        ("regions: {nort: {power_limit_mw: 5}}", "nort", "north"),
        ("resources: {crew: {limit: 4}}", "crew", "crews"),
        ("equity: {rounds: {sead: {max_musd: 5}}}", "sead", "seed"),
        ("covenants: {leverge: {maximum: 0.5}}", "leverge", "leverage"),
        ("depreciation: {chip: {life_years: 3}}", "chip", "chips"),
        ("cloud: {rentd: {limit_h100e: 1}}", "rentd", "rented"),
        ("budgets: {al: {musd: 1}}", "al", "all"),
        ("cash_flows: {staf: {musd_per_year: 1}}", "staf", "staff"),
        ("sites: {abilene: {phases: {one: {capex: {shel: {musd: 1}}}}}}", "shel", "shell"),
        ("sites: {abilene: {phases: {one: {resources: {crew: {building: 1}}}}}}", "crew", "crews"),
        ("sites: {abilene: {phases: {on: {mw: 1}}}}", "on", "one"),
        ("hardware: {gb200: {attach: {servers: {usd_per_unit: 1}}}}", "servers", "server"),
        ("debt: {bnd: 5}", "bnd", "bond"),
        ("debt: {bnd: null}", "bnd", "bond"),
        ("debt:\n  bnd:", "bnd", "bond"),
    ],
)
def test_a_misspelt_name_is_an_error_at_its_place(tmp_path: Path, text: str, name: str, near: str) -> None:
    first, *_ = errors(extended(tmp_path, text))
    line = text.split("\n").index(next(part for part in text.split("\n") if name in part))
    column = text.split("\n")[line].index(f"{name}:") + 1
    assert (first.code, first.line, first.column) == ("unknown-item", 3 + line, column)
    assert first.message == f"the base has no item named `{name}`"
    assert first.help.startswith(f"did you mean `{near}`?")


def test_the_names_are_listed_where_none_is_near(tmp_path: Path) -> None:
    (found,) = errors(extended(tmp_path, "debt: {xyz: {rate_per_year: 0.1}}"))
    assert found.help == "the names are bond, line (if it is new, write `new: true` in it)"
    (found,) = errors(extended(tmp_path, "debt: {xyz: null}"))
    assert found.help == "the names are bond, line"


def test_what_is_marked_is_added(tmp_path: Path) -> None:
    text = "debt: {mezz: {new: true, kind: bullet, rate_per_year: 0.1, tenor_periods: 2, limit_musd: 5}}"
    found = load(extended(tmp_path, text))
    assert list(found.debt) == ["bond", "line", "mezz"]
    assert found.debt["mezz"].rate_per_year.raw == 0.1


def test_a_third_file_changes_what_the_second_adds(tmp_path: Path) -> None:
    added = "markets: {more: {new: true, demand_h100e: 5}}"
    found = load(extended(tmp_path, "markets: {more: {demand_h100e: 7}}", middle=added))
    assert found.markets["more"].demand_h100e.raw == 7.0
    (again,) = errors(extended(tmp_path, "markets: {more: {new: true, demand_h100e: 7}}", middle=added))
    assert (again.code, Path(again.file).name, again.line, again.column) == ("not-new", "top.yaml", 3, 18)
    (slip,) = errors(extended(tmp_path, "markets: {mor: {demand_h100e: 7}}", middle=added))
    assert slip.help.startswith("did you mean `more`?")


def test_what_the_second_removes_the_third_has_to_mark(tmp_path: Path) -> None:
    text = "cloud: {{rented: {{{mark}price_usd_per_h100e_hour: 3, limit_h100e: 1}}}}"
    gone = "cloud: {rented: null}"
    (found,) = errors(extended(tmp_path, text.format(mark=""), middle=gone))
    assert found.help == "if it is new, write `new: true` in it"
    assert load(extended(tmp_path, text.format(mark="new: true, "), middle=gone)).cloud["rented"].limit_h100e.raw == 1


def test_a_mark_on_what_the_base_has_is_an_error(tmp_path: Path) -> None:
    (found,) = errors(extended(tmp_path, "debt: {bond: {rate_per_year: 0.1, new: true}}"))
    assert (found.code, found.line, found.column) == ("not-new", 3, 35)
    (found,) = errors(extended(tmp_path, "sites: {abilene: {phases: {one: {mw: 1, new: true}}}}"))
    assert (found.code, found.line, found.column) == ("not-new", 3, 41)


@pytest.mark.parametrize("mark", ["false", "1", '"true"', "null", "{}"])
def test_a_mark_is_true(tmp_path: Path, mark: str) -> None:
    (found,) = errors(extended(tmp_path, f"markets: {{more: {{demand_h100e: 5, new: {mark}}}}}"))
    assert (found.code, found.line) == ("wrong-value", 3)


def test_nothing_is_added_to_a_list_by_name(tmp_path: Path) -> None:
    (found,) = errors(extended(tmp_path, "sites: {abilene: {phases: {three: {new: true, mw: 1}}}}"))
    assert found.code == "unknown-item"
    assert "write the whole list" in found.help


def test_a_family_that_the_base_lacks_needs_no_mark(tmp_path: Path) -> None:
    text = (
        "lenders: {bank: {limit_musd: 100}}\n"
        "partners: {one: {new: true, kind: compute, cash_musd: 1, delivery_periods: 1, delivery_h100e: 1,"
        " price_usd_per_h100e_hour: 1}}\n"
        "debt: {bond: {lender: bank}}\n"
    )
    found = load(extended(tmp_path, text))
    assert list(found.lenders) == ["bank"]
    assert list(found.partners) == ["one"]


def test_what_is_in_something_new_needs_no_mark(tmp_path: Path) -> None:
    text = """\
sites:
  denton:
    new: true
    region: north
    pue: 1.2
    phases: [{name: one, mw: 5, lead_periods: 1, capex: {shell: {musd: 50}}}]
hardware:
  mi355x:
    new: true
    price_usd: 20000
    compute_h100e: 2
    kw: 2
    lead_periods: 0
    life_periods: 4
    attach: {server: {usd_per_unit: 1}, network: {new: true, usd_per_unit: 2}}
"""
    found = load(extended(tmp_path, text))
    assert list(found.sites["denton"].phases[0].capex) == ["shell"]
    assert list(found.hardware["mi355x"].attach) == ["server", "network"]


def test_names_of_plain_values_are_references(tmp_path: Path) -> None:
    text = "markets: {{training: {{serving_cost_by_site_usd_per_h100e_hour: {{{site}: 0.1}}}}}}"
    assert load(extended(tmp_path, text.format(site="abilene")))
    (found,) = errors(extended(tmp_path, text.format(site="abilen")))
    assert (found.code, found.help) == ("unknown-site", "did you mean `abilene`?")


def test_a_slip_is_one_error(tmp_path: Path) -> None:
    """What a misspelt entry lacks is what the base has, and what refers to it is right if it is new."""
    (found,) = errors(extended(tmp_path, "sites: {abilen: {pue: 1.5}}"))
    assert found.code == "unknown-item"
    (found,) = errors(
        extended(
            tmp_path,
            "resources: {cranes: {limit: 1}}\nsites: {abilene: {phases: {one: {resources: "
            "{cranes: {new: true, building: 1}}}}}}",
        )
    )
    assert (found.code, found.line) == ("unknown-item", 3)


def test_a_mark_has_no_meaning_in_a_file_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(BASE.replace("bond: {", "bond: {new: true, "), encoding="utf-8")
    (found,) = errors(path)
    assert found.code == "unknown-key"
    assert "extends" in found.help


def test_no_block_has_a_key_that_could_be_the_mark() -> None:
    from optimizer.instance import loads

    assert not [path for path, block in blocks(loads(BASE)) if NEW in keys(type(block))]
