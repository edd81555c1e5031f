"""From a file to an instance: sources of figures, files that are no files, speed and weight."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from optimizer.instance import InstanceError, check_file, check_text, load, loads, render
from tests.instance.example import TEXT

from .loading import errors, write

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
