"""`capstack stress`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

import optimizer
from optimizer.cli import app
from tests.explanation.stress.programmes import years

BATCH = """
name: worlds
base: committed.yaml
scenarios:
  price: {title: A fifth lower, set: {markets: {api: {revenue_usd_per_h100e_hour: 0.4}}}}
  interest: {set: {debt: {loan: {rate_per_year: 0.12}}}}
"""


@pytest.fixture
def run(tmp_path: Path) -> str:
    return str(optimizer.write_run(years(), tmp_path))


def stressed(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["stress", *arguments])
    return result.exit_code, result.output


def test_what_comes_of_it_is_told_in_lines_of_80(run: str) -> None:
    """By hand in tests/explanation/stress/test_by_hand.py."""
    limits = "regions.flat.power_limit_mw={2026: 10, 2027: 0, 2028: 10}"
    code, output = stressed(run, "--set", limits)
    assert code == 0
    assert max(map(len, output.splitlines())) <= 80
    output = " ".join(output.split())
    assert "power: regions.flat.power_limit_mw exceeded, MW: 10 in 2027" in output
    assert "late: order of chips: 10,000 of 10,000 units due by 2026 slip, made up in 2027" in output
    assert "not served: api, H100e: 10,000 (100.0% of demand) in 2027" in output
    assert "cash: short by $38.9 m: 2027 20.5, 2029 18.4" in output
    assert "covenant: cover 2027: -2.727 against 4.500, EBITDA short by $39.8 m" in output
    assert "cure: no equity alone is enough, which is proven" in output
    assert "deciding anew from 2027 on: not enough, $8.9 m short in place of 38.9" in output


def test_the_scenarios_of_a_batch_and_one_of_them(run: str, tmp_path: Path) -> None:
    (tmp_path / "committed.yaml").write_text(
        json.dumps({key: part for key, part in years().instance.canonical().items() if part != {}}), encoding="utf-8"
    )
    batch = tmp_path / "worlds.batch.yaml"
    batch.write_text(BATCH, encoding="utf-8")
    code, output = stressed(run, "--scenario", str(batch), "--json")
    found = json.loads(output)
    assert code == 0
    assert [each["scenario"] for each in found["scenarios"]] == ["price", "interest"]
    assert found["scenarios"][0]["short"] == [{"period": "2029", "musd": pytest.approx(21.38, abs=1e-5)}]
    code, output = stressed(run, "--scenario", f"{batch}:interest", "--fix", "until:2027", "--json")
    found = json.loads(output)
    assert [each["scenario"] for each in found["scenarios"]] == ["interest"]
    assert found["fix"] == "until:2027"
    assert stressed(run, "--scenario", f"{batch}:nobody")[0] == 2


def test_what_cannot_be_is_refused_in_words(run: str) -> None:
    for arguments, words in (
        ((run,), "name at least one world"),
        ((run, "--set", "opening.cash_musd"), "PATH=VALUE"),
        ((run, "--set", "opening.cash=1"), "opening.cash"),
        ((run, "--set", "opening.cash_musd=1", "--fix", "until:2050"), "until:2050"),
    ):
        code, output = stressed(*arguments)
        assert code == 2
        assert words in output


def test_without_time_nothing_is_decided(run: str) -> None:
    code, output = stressed(run, "--set", "opening.cash_musd=4", "--time-limit", "0.000001")
    assert code == 5
    assert "not decided" in output
    assert "the time was up: with more of it, more is known (--time-limit)" in " ".join(output.split())
