"""What is said about a text, how it is ordered and shown."""

from __future__ import annotations

import pytest

import optimizer
from optimizer.instance import InstanceError, check_text, loads, render
from optimizer.instance.diagnostics import Diagnostic
from tests.instance.example import TEXT

from .loading import errors


def test_example_loads_without_a_word() -> None:
    loaded = check_text(TEXT)
    assert loaded.diagnostics == []
    assert loaded.instance == loads(TEXT)
    assert loaded.instance is not None
    assert loaded.instance.sites["abilene"].phases[1].count == 2


def test_one_message_for_all_branches_of_a_union() -> None:
    found = errors(check_text(TEXT.replace("start: 2026", "start: {}")).diagnostics)
    assert [d.message for d in found] == ["`start` should be a period such as 2026, 2026Q3 or 2026-07, not a mapping"]


def test_all_schema_errors_at_once_in_order_of_the_file() -> None:
    text = TEXT.replace("pue: 1.25", "pue: 0.9").replace("kw: 2\n", "kw: -2\n").replace("rate: 0.21", "rate: 21")
    found = errors(check_text(text).diagnostics)
    assert [d.source_line.strip().split(":")[0] for d in found] == ["pue", "kw", "tax"]


@pytest.mark.parametrize(
    ("series", "expected"),
    [
        (
            '[0, -15000, "30000", 45000, -1, 60000]',
            [
                ("series-fit", "`demand_h100e`: 6 values for 4 periods: give one per period"),
                ("wrong-value", "`demand_h100e`: value 2 should be at least 0, not -15000"),
                ("wrong-value", '`demand_h100e`: value 3 should be a number, not text "30000"'),
                ("wrong-value", "`demand_h100e`: value 5 should be at least 0, not -1"),
            ],
        ),
        (
            '{2026: "0", 2027: -1, 2099: 3, 26: 5}',
            [
                ("wrong-value", '`demand_h100e`: the step 2026 should be a number, not text "0"'),
                ("wrong-value", "`demand_h100e`: the step 2027 should be at least 0, not -1"),
                ("series-fit", "`demand_h100e`: 2099 lies after the last period 2029"),
                ("series-fit", "`demand_h100e`: '26' is not a period: write 2026, 2026Q3 or 2026-07"),
            ],
        ),
        (
            "{initial: -1, growth_per_year: -2}",
            [
                ("wrong-value", "`demand_h100e`: initial should be at least 0, not -1"),
                ("wrong-value", "`demand_h100e`: growth_per_year should be above -1"),
            ],
        ),
        (
            "[1, null, 3, true]",
            [
                ("wrong-value", "`demand_h100e`: value 2 should be a number, not empty"),
                ("wrong-value", "`demand_h100e`: value 4 should be a number, not true"),
            ],
        ),
        (
            "[1, 2, 3, [4]]",
            [("wrong-value", "`demand_h100e`: value 4 should be a number, not a list")],
        ),
    ],
)
def test_everything_that_is_wrong_with_a_series(series: str, expected: list[tuple[str, str]]) -> None:
    found = errors(check_text(TEXT.replace("demand_h100e: 5000", f"demand_h100e: {series}")).diagnostics)
    assert [(d.code, d.message) for d in found] == expected
    assert len({d.column for d in found}) == len(found)


def test_two_keys_missing_from_one_block_are_two_errors() -> None:
    found = errors(check_text("name: x\n").diagnostics)
    assert [d.message for d in found] == ["`calendar` is missing from the file", "`discount` is missing from the file"]


def test_a_key_without_a_value_is_a_warning_where_it_is_allowed() -> None:
    loaded = check_text(TEXT.replace("    lot_units: 100\n", "    vendor:\n    lot_units: 100\n"))
    assert [(d.code, d.severity) for d in loaded.diagnostics] == [("empty-value", "warning")]
    assert loaded.instance is not None


@pytest.mark.parametrize(
    ("old", "new", "helps"),
    [
        (
            "sites:\n  abilene:\n",
            "sites:\nabilene:\n",
            ["its entries belong below it, indented", "indent it: it belongs below `sites`, which is empty"],
        ),
        (
            "cash_flows:\n  staff: {",
            "cash_flows:\nstaff: {kind: operating, musd_per_year: 1}\nmore: {",
            [
                "its entries belong below it, indented",
                *["indent it: it belongs below `cash_flows`, which is empty"] * 2,
            ],
        ),
        (
            "equity:\n  cost_of_equity_per_year: 0.12\n  rounds:",
            "equity:\ncost_of_equity_per_year: 0.12\nrounds:",
            ["indent it: it belongs below `equity`, which is empty"] * 2,
        ),
        ("terminal: {kind: none}", "terminal:\n", ["its keys belong below it, indented"]),
        ("terminal: {kind: none}", "terminal: {kind: none}\nlenders: {}\nsite: {}\n", ["did you mean `sites`?"]),
    ],
)
def test_what_is_not_indented_belongs_below_the_empty_key(old: str, new: str, helps: list[str]) -> None:
    assert TEXT.count(old) == 1
    found = check_text(TEXT.replace(old, new)).diagnostics
    assert [d.help for d in found if d.severity == "error"] == helps
    assert not any("delete" in d.help for d in found)


def test_not_too_many_errors() -> None:
    loaded = check_text("".join(f"k{i}: 1\n" for i in range(5000)))
    assert loaded.diagnostics[-1].message == "only 200 errors are shown"
    assert len(loaded.diagnostics) == 201


def test_rendering_shows_the_line_and_a_caret() -> None:
    text = TEXT.replace("pue: 1.25", "pue: high")
    (found,) = errors(check_text(text, "x.yaml").diagnostics)
    line = text[: text.index("pue: high")].count("\n") + 1
    assert render(found) == (
        f'x.yaml:{line}:10: error[wrong-value]: `pue` should be a number from 1 to 10, not text "high"\n'
        f" {line} |     pue: high\n"
        "    |          ^\n"
        "    = help: Power usage effectiveness: facility MW per IT MW."
    )
    assert found.to_dict()["column"] == 10


def test_rendering_is_harmless_and_short() -> None:
    shown = render(Diagnostic("c", "error", "a\x1b[2Jb", "f", 1, 5000, "x" * 9000, "h"))
    assert "\x1b" not in shown
    assert max(map(len, shown.splitlines())) < 140
    caret = next(line for line in shown.splitlines() if line.endswith("^"))
    assert len(caret) < 140


def test_error_shows_every_diagnostic() -> None:
    text = TEXT.replace("pue: 1.25", "pue: 0.9").replace("kw: 2\n", "kw: -2\n")
    with pytest.raises(InstanceError) as caught:
        loads(text, "x.yaml")
    assert len(caught.value.diagnostics) == 2
    assert str(caught.value) == "\n".join(render(d) for d in caught.value.diagnostics)


BARE = {"name": "bare", "calendar": {"start": 2026, "periods": 2}, "discount": {"rate_per_year": 0.1}}


@pytest.mark.parametrize(
    ("key", "told"),
    [("rate", "did you mean `rate_per_year`?"), ("limit", "did you mean `limit_musd`?"), ("minimum", "the names are ")],
)
def test_a_name_without_its_ending_is_understood(key: str, told: str) -> None:
    """`rate_per_year` is less alike to `rate` than a typing mistake is, and `minimum` begins no key of a loan."""
    found = optimizer.validate({**BARE, "debt": {"loan": {"kind": "bullet", "tenor_periods": 1, key: 0.1}}})
    (error,) = [each for each in found if each.code == "unknown-key"]
    assert error.help.startswith(told)


def test_a_missing_block_is_named_with_the_keys_that_it_needs() -> None:
    found = optimizer.validate({key: value for key, value in BARE.items() if key != "discount"})
    (error,) = [each for each in found if each.code == "missing-key"]
    assert error.help == "write `discount: {rate_per_year: …}`. Discounting."
