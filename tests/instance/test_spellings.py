"""Durations in months or years, amounts per year and calendars of one segment mean what their periods mean."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest

from optimizer import load, validate
from optimizer.instance import Diagnostic
from optimizer.instance.reference import json_schema
from optimizer.instance.schema import Block, Debt, Instance, Offer
from optimizer.instance.schema_errors import keys
from optimizer.instance.spellings import GIVEN_PER_PERIOD, PER_PERIOD, every_rival, spellings

DATA: dict[str, Any] = {
    "name": "spelled",
    "calendar": {"start": "2026Q1", "periods": 8, "length": "quarter"},
    "discount": {"rate_per_year": 0.1},
    "regions": {"r": {"energy_price_usd_per_mwh": 50}},
    "sites": {"s": {"region": "r", "pue": 1.2, "phases": [
        {"name": "p", "mw": 10, "lead_periods": 2, "gap_periods": 1, "spend_profile": [0.5, 0.5],
         "capex": {"shell": {"musd": 10}}}]}},
    "hardware": {"gpu": {"price_usd": 30000, "compute_h100e": 1, "kw": 1, "lead_periods": 2, "life_periods": 20,
                         "supply_units": 500, "tax_class": "fast"}},
    "depreciation": {"fast": {"life_years": 5}},
    "debt": {"loan": {"kind": "level", "rate_per_year": 0.08, "tenor_periods": 12, "grace_periods": 4,
                      "limit_musd": 100, "max_draw_musd": 25}},
    "budgets": {"all": {"musd": {"2026Q1": 50, "2027Q1": 25}}},
    "history": {"ebitda_musd": 5},
}  # fmt: skip


def spelled() -> dict[str, Any]:
    """The same in months, years and amounts of a year: two quarters are six months, twenty are five years."""
    data = deepcopy(DATA)
    data["calendar"] = {"start": "2026Q1", "segments": [{"length": "quarter", "periods": 8}]}
    phase, gpu, loan = data["sites"]["s"]["phases"][0], data["hardware"]["gpu"], data["debt"]["loan"]
    for block, old, new, value in (
        (phase, "lead_periods", "lead_months", 6),
        (phase, "gap_periods", "gap_years", 0.25),
        (gpu, "lead_periods", "lead_years", 0.5),
        (gpu, "life_periods", "life_years", {"value": 5, "source": "vendor"}),
        (gpu, "supply_units", "supply_units_per_year", 2000),
        (loan, "tenor_periods", "tenor_years", 3),
        (loan, "grace_periods", "grace_months", 12),
        (loan, "max_draw_musd", "max_draw_musd_per_year", 100),
        (data["budgets"]["all"], "musd", "musd_per_year", {"2026Q1": 200, "2027Q1": 100}),
        (data["history"], "ebitda_musd", "ebitda_musd_per_year", 20),
    ):
        del block[old]
        block[new] = value
    return data


def found(data: dict[str, Any]) -> list[Diagnostic]:
    return [each for each in validate(data) if each.severity == "error"]


def test_a_file_in_years_and_months_is_the_same_instance() -> None:
    one, other = load(DATA), load(spelled())
    assert one.canonical() == other.canonical()
    assert one.hash == other.hash


def test_both_spellings_at_once_are_refused() -> None:
    data = deepcopy(DATA)
    data["debt"]["loan"]["tenor_years"] = 3
    (error,) = found(data)
    assert error.code == "two-spellings"
    assert error.file == "debt.loan.tenor_years"
    assert error.message == "`tenor_years` and `tenor_periods` say the same"


@pytest.mark.parametrize(("months", "near"), [(5, "6 months"), (1, "one quarter of a year"), (7.5, "6 months")])
def test_what_is_no_whole_number_of_periods_is_refused(months: float, near: str) -> None:
    data = deepcopy(DATA)
    del data["hardware"]["gpu"]["lead_periods"]
    data["hardware"]["gpu"]["lead_months"] = months
    (error,) = found(data)
    assert (error.code, error.file) == ("no-whole-period", "hardware.gpu.lead_months")
    assert error.message == f"`lead_months` {months:g} is no whole number of quarters"
    assert near in error.help


def test_a_spelling_is_changed_by_its_path_whichever_is_written() -> None:
    """Three years are twelve quarters, two are eight."""
    for data in (DATA, spelled()):
        for path, value in (("debt.loan.tenor_years", 2), ("debt.loan.tenor_periods", 8)):
            assert load(data).replace({path: value}).debt["loan"].tenor_periods == 8


@pytest.mark.parametrize("nothing", ["grace_periods: null", "grace_periods: null, grace_months: null"])
def test_a_term_is_taken_away_in_either_spelling(tmp_path: Any, nothing: str) -> None:
    """The base says 12 months of grace; a variant without any may say so of periods, or of both."""
    (tmp_path / "base.yaml").write_text(json.dumps(spelled()), encoding="utf-8")
    variant = f"extends: base.yaml\nname: variant\ndebt: {{loan: {{{nothing}}}}}\n"
    (tmp_path / "variant.yaml").write_text(variant, encoding="utf-8")
    assert load(spelled()).debt["loan"].grace_periods == 4
    assert load(tmp_path / "variant.yaml").debt["loan"].grace_periods == 0


def test_a_variant_may_spell_otherwise_than_its_base(tmp_path: Any) -> None:
    (tmp_path / "base.yaml").write_text(
        "name: base\ncalendar: {start: 2026Q1, periods: 4, length: quarter}\ndiscount: {rate_per_year: 0.1}\n"
        "debt: {loan: {kind: bullet, rate_per_year: 0.08, tenor_periods: 12, limit_musd: 10}}\n",
        encoding="utf-8",
    )
    variant = tmp_path / "variant.yaml"
    variant.write_text("extends: base.yaml\nname: variant\ndebt: {loan: {tenor_years: 2}}\n", encoding="utf-8")
    assert load(variant).debt["loan"].tenor_periods == 8


def test_life_of_a_tax_class_stays_in_years() -> None:
    assert dict(spellings(Offer))["life_years"] == "life_periods"
    assert load(DATA).depreciation["fast"].life_years == 5


def _blocks() -> set[type[Block]]:
    known, waiting = set(), [Instance, *Block.__subclasses__()]
    while waiting:
        block = waiting.pop()
        known.add(block)
        waiting += block.__subclasses__()
    return {block for block in known if block.__module__.startswith("optimizer.instance.schema")}


def test_every_duration_and_every_amount_of_a_period_has_another_spelling() -> None:
    """What the words of the schema call an amount of a period is one of those listed, or falls once with an event."""
    once = {"order_fee_musd", "issue_fee_musd", "from_units"}
    for block in _blocks():
        for name, field in keys(block).items():
            if name.endswith("_periods"):
                assert {name.replace("_periods", "_months"), name.replace("_periods", "_years")} & every_rival(name)
            said = (field.description or "").lower().replace("at the end of a period", "")
            per_period = any(words in said for words in ("in a period", "each period", "per period", "of a period"))
            if per_period and name.endswith(("_musd", "musd", "_units", "_per_period")):
                listed = {*PER_PERIOD.get(block, ()), *GIVEN_PER_PERIOD.get(block, ())}
                assert name in listed | once, (block, name)


def test_editors_know_the_spellings() -> None:
    defs = json_schema()["$defs"]
    assert {"tenor_months", "tenor_years", "max_draw_musd_per_year"} <= defs["Debt"]["properties"].keys()
    assert "lead_periods" not in defs["Offer"]["required"]
    assert dict(spellings(Debt))["max_draw_musd_per_year"] == "max_draw_musd"


MIXED = {"start": "2026Q1", "segments": [{"length": "quarter", "periods": 8}, {"length": "year", "periods": 2}]}


@pytest.mark.parametrize(
    ("calendar", "code", "message"),
    [
        ({**MIXED, "start": "2026Q2"}, "calendar-segments", "a year of the calendar does not begin with 2028Q2"),
        ({**MIXED, "length": "month"}, "calendar-segments", "`length` month is not that of the first segment, quarter"),
        (
            {**MIXED, "segments": [{"length": "quarter", "periods": 0}]},
            "wrong-value",
            "`periods` should be a whole number from 1 to 1,200, not 0",
        ),
        ({**MIXED, "segments": []}, "wrong-value", "`segments` is empty: it needs at least one item"),
        ({**MIXED, "periods": 9}, "calendar-segments", "`periods` 9 is not the number of those of the segments, 10"),
    ],
)
def test_a_calendar_of_segments_that_does_not_fit_is_refused(calendar: dict[str, Any], code: str, message: str) -> None:
    errors = found({"name": "mixed", "calendar": calendar, "discount": {"rate_per_year": 0.1}})
    assert [(each.code, each.message) for each in errors] == [(code, message)]


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        (("hardware", "gpu", "lead_periods"), 2, "`lead_periods` says nothing where periods are of several lengths"),
        (("hardware", "gpu", "supply_units"), 500, "`supply_units` is an amount of a period"),
        (("debt", "loan", "max_draw_musd"), 25, "`max_draw_musd` is an amount of a period"),
        (("debt", "loan", "max_draw_musd_per_year"), 25, "`max_draw_musd_per_year` is a limit of each period"),
        (("sites", "s", "phases", 0, "spend_profile"), [0.5, 0.5], "`spend_profile` has a value for each period"),
    ],
)
def test_what_says_nothing_in_a_calendar_of_segments_is_refused(
    path: tuple[str | int, ...], value: Any, says: str
) -> None:
    data = mixed()
    block: Any = data
    for part in path[:-1]:
        block = block[part]
    for other in every_rival(str(path[-1])):
        block.pop(other, None)
    block[path[-1]] = value
    error = next(each for each in found(data) if each.code == "ambiguous-periods")
    assert error.message.startswith(says)
    assert error.help


def mixed() -> dict[str, Any]:
    data = spelled()
    data["calendar"] = deepcopy(MIXED)
    data["sites"]["s"]["phases"][0]["spend_profile"] = [1.0]
    del data["debt"]["loan"]["max_draw_musd_per_year"]
    data["budgets"]["all"] = {"musd_per_year": {2026: 200, "2028": 100}}
    return data
