"""Files that extend others: what is merged, removed and refused, and where errors point."""

from __future__ import annotations

from pathlib import Path

import pytest

from optimizer.instance import check_file, check_text, load, loads
from tests.instance.example import TEXT

from .loading import errors, write


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
