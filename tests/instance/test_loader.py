"""From a file to an instance: places of errors, variants, sources, and files that are no files."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

import optimizer
from optimizer.instance import InstanceError, check_file, check_text, load, loads, render
from optimizer.instance.diagnostics import Diagnostic
from optimizer.instance.schema import Block, Debt, Equity, Instance, Offer, Site, Tiers
from optimizer.instance.schema_errors import in_words
from tests.instance.example import TEXT


def errors(diagnostics: list[Diagnostic]) -> list[Diagnostic]:
    return [d for d in diagnostics if d.severity == "error"]


def about(block: type[Block], field: str) -> str:
    """The description of a field."""
    return block.model_fields[field].description or ""


def write(folder: Path, **files: str) -> Path:
    """Write ``name.yaml`` for each keyword and return the folder."""
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


# ── messages ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_example_loads_without_a_word() -> None:
    loaded = check_text(TEXT)
    assert loaded.diagnostics == []
    assert loaded.instance == loads(TEXT)
    assert loaded.instance is not None
    assert loaded.instance.sites["abilene"].phases[1].count == 2


@pytest.mark.parametrize(
    ("old", "new", "code", "at", "message", "help"),
    [
        (
            "price_usd: 40000",
            'price_usd: "25k"',
            "wrong-value",
            '"25k"',
            '`price_usd` should be a number of at least 0 or a series of such, not text "25k"',
            "write 25000 for 25k",
        ),
        (
            "price_usd: 40000",
            "price_usd: 25_000",
            "wrong-value",
            "25_000",
            '`price_usd` should be a number of at least 0 or a series of such, not text "25_000"',
            "write 25000, without separators or quotes",
        ),
        (
            "price_usd: 40000",
            "price_usd: 160,5",
            "wrong-value",
            "160,5",
            '`price_usd` should be a number of at least 0 or a series of such, not text "160,5"',
            "write 160.5, with a decimal point",
        ),
        (
            "price_usd: 40000",
            "price_usd: [1, -2, 3, 4]",
            "wrong-value",
            "-2",
            "`price_usd`: value 2 should be at least 0, not -2",
            about(Offer, "price_usd"),
        ),
        (
            "price_usd: 40000",
            "price_usd: [1, x, 3, 4]",
            "wrong-value",
            "x, 3",
            '`price_usd`: value 2 should be a number, not text "x"',
            about(Offer, "price_usd"),
        ),
        (
            "price_usd: 40000",
            "price_usd: {2026: 1, 2027: -1}",
            "wrong-value",
            "-1}",
            "`price_usd`: the step 2027 should be at least 0, not -1",
            about(Offer, "price_usd"),
        ),
        (
            "price_usd: 40000",
            "price_usd: {initial: 1}",
            "wrong-value",
            "price_usd: {",
            "`price_usd`: growth is written {initial: …, growth_per_year: …}, both and nothing else",
            about(Offer, "price_usd"),
        ),
        (
            "price_usd: 40000",
            "price_usd: {value: 4}",
            "series-fit",
            "value: 4}",
            "`price_usd`: 'value' is not a period: write 2026, 2026Q3 or 2026-07",
            'a figure with its source is written {value: 5, source: "…"}',
        ),
        (
            "price_usd: 40000",
            "prise_usd: 40000",
            "unknown-key",
            "prise_usd",
            "`prise_usd` is not a key of `hardware.gb200`",
            "did you mean `price_usd`?",
        ),
        (
            "    kw: 2\n",
            "",
            "missing-key",
            "gb200:",
            "`kw` is missing from `hardware.gb200`",
            f"write `kw: …`, a number of at least 0. {about(Offer, 'kw')}",
        ),
        (
            "deposit_share: 0.2",
            "deposit_share: 20",
            "wrong-value",
            "20",
            "`deposit_share` should be a number from 0 to 1, not 20",
            "a share is a fraction: write 0.2 for 20 %",
        ),
        (
            "cost_of_equity_per_year: 0.12",
            "cost_of_equity_per_year: 15",
            "wrong-value",
            "15",
            "`cost_of_equity_per_year` should be a number from 0 to 10 or a series of such, not 15",
            "write 0.15 for 15 %",
        ),
        (
            "cost_of_equity_per_year: 0.12",
            "cost_of_equity_per_year: -15",
            "wrong-value",
            "-15",
            "`cost_of_equity_per_year` should be a number from 0 to 10 or a series of such, not -15",
            about(Equity, "cost_of_equity_per_year"),
        ),
        (
            "discount: {rate_per_year: 0.08",
            "discount: {rate_per_year: -8",
            "wrong-value",
            "-8",
            "`rate_per_year` should be a number above -1 and of at most 10, not -8",
            "write -0.08 for -8 %",
        ),
        (
            "price_usd: 40000",
            "price_usd: {initial: 5, growth_per_year: -8}",
            "wrong-value",
            "-8",
            "`price_usd`: growth_per_year should be above -1",
            "write -0.08 for -8 %",
        ),
        (
            "price_usd: 40000",
            "price_usd: {initial: 5, growth_per_year: -100}",
            "wrong-value",
            "-100",
            "`price_usd`: growth_per_year should be above -1",
            about(Offer, "price_usd"),
        ),
        (
            "min_served_share: 0",
            "min_served_share: [0, 5, 0, 0]",
            "wrong-value",
            "5, 0",
            "`min_served_share`: value 2 should be at most 1, not 5",
            "a share is a fraction: write 0.05 for 5 %",
        ),
        (
            "pue: 1.25",
            "pue: 12",
            "wrong-value",
            "12",
            "`pue` should be a number from 1 to 10, not 12",
            about(Site, "pue"),
        ),
        (
            "lead_periods: 0",
            "lead_periods: yes",
            "wrong-value",
            "yes",
            '`lead_periods` should be a whole number from 0 to 2,000, not text "yes"',
            about(Offer, "lead_periods"),
        ),
        (
            "rate_per_year: 0.07,",
            "rate_per_year: 7%,",
            "wrong-value",
            "7%",
            '`rate_per_year` should be a number from 0 to 10 or a series of such, not text "7%"',
            "write 0.07 for 7%",
        ),
        (
            "kind: bullet",
            "kind: bulet",
            "wrong-value",
            "bulet",
            f'`kind` should be {in_words(Debt.model_fields["kind"].annotation)}, not text "bulet"',
            "did you mean `bullet`?",
        ),
        (
            "lead_periods: 0",
            "lead_periods: 0.5",
            "wrong-value",
            "0.5",
            "`lead_periods` should be a whole number from 0 to 2,000, not 0.5",
            about(Offer, "lead_periods"),
        ),
        (
            "lead_periods: 0",
            "lead_periods: 1.0",
            "wrong-value",
            "1.0",
            "`lead_periods` should be a whole number from 0 to 2,000, not 1.0",
            "write 1",
        ),
        (
            "lead_periods: 0",
            "lead_periods: true",
            "wrong-value",
            "true",
            "`lead_periods` should be a whole number from 0 to 2,000, not true",
            about(Offer, "lead_periods"),
        ),
        (
            "last_draw: 2027, limit_musd: 500",
            "last_draw: soon, limit_musd: 500",
            "wrong-value",
            "soon",
            '`last_draw` should be a period such as 2026, 2026Q3 or 2026-07, not text "soon"',
            about(Debt, "last_draw"),
        ),
        (
            "name: one\n",
            "name: one\n        committed: yes\n",
            "wrong-value",
            "yes",
            '`committed` should be true or false, not text "yes"',
            "write true or false",
        ),
        (
            "kw: 2\n",
            "kw:\n",
            "wrong-value",
            "kw:",
            "`kw` should be a number of at least 0, not empty",
            about(Offer, "kw"),
        ),
        (
            "region: north",
            "region: nroth",
            "unknown-region",
            "nroth",
            "there is no region `nroth`",
            "did you mean `north`?",
        ),
        ("region: north", "region: 5", "wrong-value", "5", "`region` should be a name, not 5", 'put it in quotes: "5"'),
        (
            "  north: {",
            "  2north: {",
            "wrong-value",
            "2north",
            "`2north` is not a name",
            "a name begins with a letter and has up to 64 letters, digits, _ . or -",
        ),
        (
            "steps: [{from_units: 0, discount_share: 0}, {from_units: 1000, discount_share: 0.05}]",
            "steps: []",
            "wrong-value",
            "steps",
            "`steps` is empty: it needs at least one item",
            about(Tiers, "steps"),
        ),
        (
            "limit_musd: 500}",
            "limit_musd: 500, security: {halls: 1}}",
            "wrong-value",
            "halls",
            "`halls` is not one of sites, hardware, construction_in_progress",
            "the names are sites, hardware, construction_in_progress",
        ),
        (
            "tax: {rate",
            "tax: 0.21 #",
            "wrong-value",
            "0.21",
            "`tax` should be a block of keys, not 0.21",
            about(Instance, "tax"),
        ),
        (
            "equity:\n",
            "equity: []\nold:\n",
            "wrong-value",
            "equity",
            "`equity` should be a block of keys, not a list",
            about(Instance, "equity"),
        ),
    ],
)
def test_schema_errors_in_plain_words(old: str, new: str, code: str, at: str, message: str, help: str) -> None:
    assert TEXT.count(old) == 1, old
    text = TEXT.replace(old, new)
    found = errors(check_text(text).diagnostics)
    wanted = [d for d in found if d.code == code and d.message == message]
    assert wanted, [d.message for d in found]
    assert wanted[0].help == help
    start = text.index(new) + new.index(at) if at in new else text.index(at)
    line = text[:start].count("\n") + 1
    column = start - (text.rfind("\n", 0, start) + 1) + 1
    assert (wanted[0].line, wanted[0].column) == (line, column)


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


# ── sources ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_figures_are_unwrapped_and_their_sources_kept() -> None:
    text = (
        TEXT.replace("pue: 1.25", 'pue: {value: 1.25, source: "S1", notes: "summer"}')
        .replace("price_usd: 40000", "price_usd: {value: {2026: 40000, 2028: {value: 30000, source: S3}}, source: S2}")
        .replace(
            "mw: 20\n        capex: {shell: {musd: 200,",
            "mw: {value: 20, source: S4}\n        capex: {shell: {musd: 200,",
            1,
        )
    )
    loaded = check_text(text)
    assert loaded.diagnostics == []
    assert loaded.sources == {
        "sites.abilene.pue": "S1",
        "hardware.gb200.price_usd": "S2",
        "hardware.gb200.price_usd.2028": "S3",
        "sites.abilene.phases.one.mw": "S4",
    }
    assert loaded.instance is not None
    assert loaded.instance.hash == loads(TEXT.replace("price_usd: 40000", "price_usd: {2026: 40000, 2028: 30000}")).hash


def test_errors_point_into_a_figure() -> None:
    text = TEXT.replace("pue: 1.25", "pue: {value: 0.5, source: S1}")
    (found,) = errors(check_text(text).diagnostics)
    assert found.column == "    pue: {value: 0.5".index("0.5") + 1


def test_only_figures_have_sources() -> None:
    (found,) = errors(check_text(TEXT.replace("tax_class: chips", "tax_class: {value: chips, source: S1}")).diagnostics)
    assert found.code == "figure"


def test_a_site_may_be_called_value() -> None:
    text = TEXT.replace("abilene", "value").replace(
        "markets:\n  training: {", "markets:\n  training: {serving_cost_by_site_usd_per_h100e_hour: {value: 3}, "
    )
    loaded = check_text(text)
    assert loaded.diagnostics == []
    assert loaded.sources == {}


# ── variants ──────────────────────────────────────────────────────────────────────────────────────────────────────


def variant(folder: Path, text: str) -> Path:
    write(folder, base=TEXT, variant=f"extends: base.yaml\nname: variant\n{text}")
    return folder / "variant.yaml"


def test_blocks_are_merged_key_by_key(tmp_path: Path) -> None:
    changed = load(variant(tmp_path, "sites: {abilene: {pue: 1.4}}\nmarkets: {more: {new: true, demand_h100e: 5}}\n"))
    base = loads(TEXT)
    assert changed.sites["abilene"].pue == 1.4
    assert changed.sites["abilene"].phases == base.sites["abilene"].phases
    assert set(changed.markets) == {"training", "more"}
    assert changed.name == "variant"


def test_null_removes(tmp_path: Path) -> None:
    changed = load(variant(tmp_path, "tax: null\ncloud: {rented: null}\nsites: {abilene: {uptime_share: ~}}\n"))
    assert changed.tax is None
    assert changed.cloud == {}
    assert "uptime_share" not in changed.sites["abilene"].model_fields_set


def test_a_removed_key_may_be_missed(tmp_path: Path) -> None:
    (found,) = errors(check_file(variant(tmp_path, "sites: {abilene: {pue: null}}\n")).diagnostics)
    assert (found.code, found.file) == ("missing-key", str(tmp_path / "variant.yaml"))


def test_an_empty_key_does_not_remove(tmp_path: Path) -> None:
    (found,) = errors(check_file(variant(tmp_path, "cloud:\n")).diagnostics)
    assert (found.code, found.line) == ("empty-removal", 3)


def test_nothing_to_remove_is_an_error(tmp_path: Path) -> None:
    (found,) = errors(check_file(variant(tmp_path, "sites: {abilen: null}\n")).diagnostics)
    assert (found.code, found.line, found.column) == ("unknown-item", 3, 9)
    assert found.help == "did you mean `abilene`?"


def test_named_items_are_changed_by_name(tmp_path: Path) -> None:
    changed = load(variant(tmp_path, "sites: {abilene: {phases: {one: null, two: {mw: 10}}}}\n"))
    (phase,) = changed.sites["abilene"].phases
    assert (phase.name, phase.mw, phase.count) == ("two", 10.0, 2)


def test_unknown_item_is_an_error(tmp_path: Path) -> None:
    (found,) = errors(check_file(variant(tmp_path, "sites: {abilene: {phases: {tow: {mw: 1}}}}\n")).diagnostics)
    assert (found.code, found.help) == ("unknown-item", "did you mean `two`?")


def test_lists_are_replaced(tmp_path: Path) -> None:
    changed = load(variant(tmp_path, "objectives: [{name: peak_funding}]\n"))
    assert [level.name for level in changed.objectives] == ["peak_funding"]


@pytest.mark.parametrize(
    ("base", "over", "written"),
    [
        ("{initial: 40000, growth_per_year: -0.1}", "{2026: 500}", {"2026": 500.0}),
        ("{2026: 40000, 2028: 30000}", "{2026: 500}", {"2026": 500.0}),
        (
            "{2026: 40000, 2028: 30000}",
            "{initial: 500, growth_per_year: 0}",
            {"initial": 500.0, "growth_per_year": 0.0},
        ),
        ("{value: 40000, source: S1}", "{2026: 500}", {"2026": 500.0}),
        ("{2026: 40000}", "{value: 500, source: S2}", 500.0),
        ("40000", "[500, 500, 500, 500]", [500.0] * 4),
    ],
)
def test_series_and_figures_are_replaced_whole(tmp_path: Path, base: str, over: str, written: object) -> None:
    path = variant(tmp_path, f"hardware: {{gb200: {{price_usd: {over}}}}}\n")
    write(tmp_path, base=TEXT.replace("price_usd: 40000", f"price_usd: {base}"))
    loaded = check_file(path)
    assert loaded.instance is not None
    assert loaded.instance.hardware["gb200"].price_usd.written() == written
    assert loaded.sources == ({"hardware.gb200.price_usd": "S2"} if "S2" in over else {})


def test_a_round_called_initial_is_a_block(tmp_path: Path) -> None:
    path = variant(tmp_path, "equity: {rounds: {initial: {min_musd: 7}}}\n")
    write(tmp_path, base=TEXT.replace("rounds: {seed:", "rounds: {initial:"))
    (item,) = (load(path).equity or pytest.fail("no equity")).rounds.values()
    assert (item.min_musd, item.max_musd) == (7.0, 400.0)


def test_errors_point_into_the_file_that_has_the_value(tmp_path: Path) -> None:
    path = variant(tmp_path, "sites: {abilene: {pue: 0.5}}\n")
    write(tmp_path, base=TEXT.replace("kw: 2\n", "kw: -2\n"))
    found = errors(check_file(path).diagnostics)
    assert [(Path(d.file).name, d.source_line.strip()) for d in found] == [
        ("base.yaml", "kw: -2"),
        ("variant.yaml", "sites: {abilene: {pue: 0.5}}"),
    ]


def test_a_variant_without_a_name_is_warned(tmp_path: Path) -> None:
    write(tmp_path, base=TEXT, variant="extends: base.yaml\ntax: null\n")
    warned = [d.code for d in check_file(tmp_path / "variant.yaml").diagnostics if d.severity == "warning"]
    assert warned == ["name-of-base"]


def test_three_files_in_a_row_and_no_more(tmp_path: Path) -> None:
    write(tmp_path, a0=TEXT, **{f"a{i}": f"extends: a{i - 1}.yaml\nname: a{i}\n" for i in range(1, 5)})
    assert load(tmp_path / "a3.yaml").name == "a3"
    (found,) = errors(check_file(tmp_path / "a4.yaml").diagnostics)
    assert (found.code, Path(found.file).name, found.line) == ("extends", "a1.yaml", 1)
    assert "more than 3" in found.message


@pytest.mark.parametrize(
    ("target", "part"),
    [
        ("variant.yaml", "circle"),
        ("./variant.yaml", "circle"),
        ("missing.yaml", "no such file"),
        ("../outside.yaml", "outside"),
        ("link.yaml", "outside"),
        ("/etc/passwd", "relative"),
        (".", "folder"),
        ("inner", "folder"),
        ('"a\\0b"', "not allowed"),
        ("5", "path relative"),
        ("[base.yaml]", "path relative"),
        ("''", "path relative"),
        ("..\\base.yaml", "backslash"),
        ("inner\\base.yaml", "backslash"),
    ],
)
def test_extends_refuses(tmp_path: Path, target: str, part: str) -> None:
    folder = tmp_path / "instances"
    (folder / "inner").mkdir(parents=True)
    write(tmp_path, outside=TEXT)
    (folder / "link.yaml").symlink_to(tmp_path / "outside.yaml")
    write(folder, variant=f"name: x\nextends: {target}\n")
    found = errors(check_file(folder / "variant.yaml").diagnostics)
    extends = [d for d in found if d.code == "extends"]
    assert len(extends) == 1
    assert part in extends[0].message
    assert (extends[0].line, extends[0].column) == (2, 10)


def test_a_near_file_is_proposed_as_the_path_to_write(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    write(tmp_path / "inner", base=TEXT)
    write(tmp_path, variant="name: x\nextends: inner/bse.yaml\n", varian="extends: varant.yaml\n")
    (tmp_path / ".secret-of-mine.yaml").write_text(TEXT, encoding="utf-8")
    write(tmp_path, third="extends: secret-of-mine.yaml\n", fourth="extends: inner\\base.yaml\n")
    helps = {
        each: check_file(tmp_path / f"{each}.yaml").errors[0].help for each in ("variant", "varian", "third", "fourth")
    }
    assert helps == {
        "variant": "did you mean inner/base.yaml?",
        "varian": "did you mean variant.yaml?",
        "third": "",
        "fourth": "write the path with /",
    }
    (tmp_path / "variant.yaml").write_text("name: x\nextends: inner/base.yaml\n", encoding="utf-8")
    assert load(tmp_path / "variant.yaml").name == "x"


def test_the_file_itself_is_not_proposed(tmp_path: Path) -> None:
    write(tmp_path, variant="extends: varant.yaml\n")
    assert [d.help for d in check_file(tmp_path / "variant.yaml").errors] == [""]


def test_a_base_may_lie_in_a_folder_below(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    write(tmp_path / "inner", base=TEXT, mid="extends: base.yaml\nname: mid\n")
    write(tmp_path, top="extends: inner/mid.yaml\nname: top\n")
    assert load(tmp_path / "top.yaml").name == "top"


def test_a_circle_of_two(tmp_path: Path) -> None:
    write(tmp_path, a="extends: b.yaml\n", b="extends: a.yaml\n")
    (found,) = errors(check_file(tmp_path / "a.yaml").diagnostics)
    assert (Path(found.file).name, found.code) == ("b.yaml", "extends")


@pytest.mark.parametrize("key", ["extend", "Extends", "EXTENDS", "extnds"])
def test_a_misspelt_extends_is_the_only_error(key: str, tmp_path: Path) -> None:
    write(tmp_path, base=TEXT, variant=f"name: x\n{key}: base.yaml\n")
    for loaded in (check_file(tmp_path / "variant.yaml"), check_text(f"name: x\n{key}: base.yaml\n")):
        (found,) = loaded.diagnostics
        assert (found.code, found.line, found.help) == ("unknown-key", 2, "did you mean `extends`?")


def test_other_unknown_keys_are_no_misspelt_extends() -> None:
    found = check_text("extend: 5\nexternal: base.yaml\n").errors
    assert {d.message for d in found} >= {"`extend` is not a key of the file", "`calendar` is missing from the file"}


def test_a_text_cannot_extend() -> None:
    assert [d.code for d in check_text("extends: base.yaml\n").diagnostics] == ["extends"]


# ── files that are no files ───────────────────────────────────────────────────────────────────────────────────────


def only_message(path: object) -> str:
    (found,) = check_file(str(path)).diagnostics
    assert (found.code, found.severity) == ("unreadable-file", "error")
    assert str(path) in render(found)
    return found.message


def test_missing_file(tmp_path: Path) -> None:
    assert only_message(tmp_path / "x.yaml") == "there is no such file"
    write(tmp_path, programme=TEXT)
    (found,) = check_file(tmp_path / "program.yaml").diagnostics
    assert found.help == f"did you mean {tmp_path / 'programme.yaml'}?"


def test_folder_and_devices(tmp_path: Path) -> None:
    assert "folder" in only_message(tmp_path)
    assert "regular" in only_message("/dev/zero")
    os.mkfifo(tmp_path / "pipe")
    assert "regular" in only_message(tmp_path / "pipe")


def test_name_that_no_file_can_have() -> None:
    (found,) = check_file("a\0b").diagnostics
    assert found.code == "unreadable-file"
    (found,) = check_file("x" * 5000).diagnostics
    assert found.code == "unreadable-file"


def test_large_file_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    with path.open("wb") as stream:
        stream.truncate(10_000_000)
    assert only_message(path) == "the file is larger than 2,000,000 bytes"
    (found,) = check_text("#" * 2_000_001).diagnostics
    assert "larger" in found.message


def test_not_utf8(tmp_path: Path) -> None:
    (tmp_path / "latin.yaml").write_bytes(b"name: x\ntitle: caf\xe9\n")
    assert only_message(tmp_path / "latin.yaml") == "line 2 is not UTF-8 text"
    (tmp_path / "wide.yaml").write_bytes("name: x\n".encode("utf-16"))
    assert "UTF-8" in only_message(tmp_path / "wide.yaml")


def test_a_text_is_not_a_path() -> None:
    for text in (TEXT, "name: x\r\n", "a\nb"):
        with pytest.raises(InstanceError, match=r"loads` reads a text") as caught:
            load(text)
        assert len(str(caught.value)) < 200


def test_load_raises_instance_error(tmp_path: Path) -> None:
    with pytest.raises(InstanceError, match="no such file"):
        load(tmp_path / "x.yaml")


# ── speed and weight ──────────────────────────────────────────────────────────────────────────────────────────────


def test_checking_is_light(tmp_path: Path) -> None:
    script = (
        "import sys; from optimizer.instance.loader import check_file; check_file(sys.argv[1]); "
        "print(*{name.split('.')[0] for name in sys.modules})"
    )
    write(tmp_path, x=TEXT)
    command = [sys.executable, "-c", script, str(tmp_path / "x.yaml")]
    modules = subprocess.run(command, capture_output=True, encoding="utf-8", check=True).stdout.split()
    assert not {"pandas", "numpy", "pyomo", "typer", "rich", "highspy"} & set(modules)


def test_a_long_file_is_checked_quickly() -> None:
    site = TEXT[TEXT.index("  abilene:") : TEXT.index("hardware:")]
    many = "".join(site.replace("abilene", f"s{i}") for i in range(100))
    text = TEXT.replace(site, site + many)
    started = time.process_time()
    loaded = check_text(text)
    # about 0.25 s where it was measured; ten times that would mean work that grows faster than the file
    assert time.process_time() - started < 2.5
    assert loaded.instance is not None
    assert len(loaded.instance.sites) == 101


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
