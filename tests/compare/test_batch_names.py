"""Misspelt names in a batch make nothing new."""

from __future__ import annotations

from pathlib import Path

import pytest

from optimizer.comparison.reading import batch_of
from optimizer.instance.diagnostics import InstanceError
from optimizer.instance.loader import loads

from .batches import instances, said
from .examples import TWO_SOURCES

SLIPS = """\
scenarios:
  right: {set: {equity: {rounds: {a: {max_musd: 110}}}}}
  round: {set: {equity: {rounds: {aa: {max_musd: 110}}}}}
  flow: {set: {cash_flows: {incom: {kind: operating, musd_per_period: [0, 130]}}}}
  loan: {set: {debt: {laon: {kind: bullet, rate_per_year: 0.01, tenor_periods: 1}}}}
  gone: {set: {debt: {laon: null}}}
"""


def test_misspelt_names_make_nothing_new(tmp_path: Path) -> None:
    for head, down in (("", 0), ("mixes: {m: {}}\n", 1), ("optons: {seed: 1}\n", 1), ("options: {seed: one}\n", 1)):
        found = [each for each in said(tmp_path, head + SLIPS) if each[0] == "unknown-item"]
        assert [(line - down, column) for _, line, column, _, _ in found] == [(5, 35), (6, 29), (7, 23), (8, 23)]
        assert [help.split(" (")[0] for *_, help in found] == [
            "did you mean `a`?",
            "did you mean `income`?",
            "did you mean `loan`?",
            "did you mean `loan`?",
        ]


def test_a_mix_without_loans_does_not_hide_a_misspelt_one(tmp_path: Path) -> None:
    second = "{new: true, kind: bullet, rate_per_year: 1, tenor_periods: 1}"
    mixes = f"mixes: {{equity: {{set: {{debt: null}}}}, debt: {{}}, two: {{set: {{debt: {{second: {second}}}}}}}}}\n"
    slip = "scenarios: {base: {}, dear: {set: {debt: {laon: {rate_per_year: 0.2}}}}}\n"
    ((code, line, column, _, help),) = said(tmp_path, mixes + slip)
    assert (code, line, column) == ("unknown-item", 4, slip.index("laon") + 1)
    assert help.startswith("did you mean `loan`?")
    # what one of the mixes adds is no slip, though it is nothing in the others
    assert said(tmp_path, mixes + slip.replace("laon", "second")) == []


def test_misspelt_names_make_nothing_new_from_python() -> None:
    slip = {"debt": {"laon": {"kind": "bullet", "rate_per_year": 0.01, "tenor_periods": 1}}}
    for kind in ("mixes", "scenarios"):
        with pytest.raises(InstanceError, match="did you mean `loan`"):
            batch_of(loads(TWO_SOURCES), **{kind: {"cheap": {"set": slip}}})
    slip["debt"]["laon"]["new"] = True
    assert list(instances(batch_of(loads(TWO_SOURCES), mixes={"cheap": {"set": slip}}))["cheap/base"].debt) == [
        "loan",
        "laon",
    ]


def test_a_variant_is_held_to_the_names_of_the_base(tmp_path: Path) -> None:
    variant = tmp_path / "cheap.yaml"
    variant.write_text(
        "extends: two-sources.yaml\nname: cheap\ndebt:\n  laon: {rate_per_year: 0.01}\n", encoding="utf-8"
    )
    ((code, line, _, message, help),) = said(tmp_path, "mixes: {cheap: {variant: cheap.yaml}}\n")
    assert (code, line) == ("unknown-item", 3)
    assert "cheap.yaml:4:3" in message
    assert help.startswith("did you mean `loan`?")


def test_a_mix_of_which_little_is_known_says_nothing(tmp_path: Path) -> None:
    """The variant would have brought the loan that `set` changes."""
    text = (
        "mixes: {a: {varaint: x.yaml, set: {debt: {second: {rate_per_year: 0.1}}}}, b: {titel: x, set: {dbt: null}}}\n"
    )
    assert [each[0] for each in said(tmp_path, text)] == ["unknown-key", "unknown-key", "unknown-key"]
    text = "mixes: {a: {variant: x.yaml, set: {debt: {second: {rate_per_year: 0.1}}}}}\n"
    assert [each[0] for each in said(tmp_path, text)] == ["variant"]


def test_a_path_to_what_is_not_there_is_refused(tmp_path: Path) -> None:
    text = "sweeps: {s: {axes: [{path: debt.laon.rate_per_year, values: [0.1, 0.2]}]}}\n"
    ((code, *_, help),) = said(tmp_path, text)
    assert (code, help) == ("axis", "did you mean `loan`?")
