"""Where a limit is written, in whichever spelling and file."""

from __future__ import annotations

from pathlib import Path

import pytest

from optimizer.explanation.places import places_of

BASE = """name: base
calendar: {start: 2026Q1, periods: 8, length: quarter}
discount: {rate_per_year: 0.1}
debt:
  loan:
    kind: bullet
    rate_per_year: 0.08
    tenor_years: 2
    limit_musd: 10
    max_draw_musd_per_year: 8
"""


@pytest.mark.parametrize(
    ("key", "place"),
    [
        ("tenor_periods", "base.yaml:8"),  # tenor_years
        ("max_draw_musd", "base.yaml:10"),  # of a year
        ("limit_musd", "variant.yaml:3"),
        ("grace_periods", "variant.yaml:3"),  # not written: at the block, which the variant has last
    ],
)
def test_a_limit_is_found_where_its_file_writes_it(tmp_path: Path, key: str, place: str) -> None:
    (tmp_path / "base.yaml").write_text(BASE, encoding="utf-8")
    variant = tmp_path / "variant.yaml"
    variant.write_text("extends: base.yaml\nname: variant\ndebt: {loan: {limit_musd: 12}}\n", encoding="utf-8")
    assert places_of(variant)(("debt", "loan", key)).endswith(place)
