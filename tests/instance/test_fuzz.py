"""Whatever a file holds, the answer is an instance or a list of problems."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from optimizer.instance import InstanceError, check_file, check_text, load, loads, render
from tests.instance.example import TEXT

QUIET = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
SYNTAX = [
    *" \n\t:{}[],\"'#|>?~@`\\",
    "- ",
    "---\n",
    "&a ",
    "*a",
    "!!int ",
    "<<: ",
    "[[[[",
    "%YAML 1.1\n",
    "\x00",
    "\u2028",
]
NUMBERS = ["-1", "0", "017", "1e400", ".nan", "1e9", "9" * 50, "2026", "2026Q1", "null"]
WORDS = ["", "x", "é", "value: 1", "source: s", "name", "initial", "growth_per_year: 5", "extends: a.yaml\n"]
KNOWN_OPTIMAL = Path(__file__).resolve().parents[2] / "instances" / "known-optimal"
PIECES = st.sampled_from(SYNTAX + NUMBERS + WORDS)


def answered(text: str) -> None:
    loaded = check_text(text)
    assert (loaded.instance is None) == any(d.severity == "error" for d in loaded.diagnostics)
    for d in loaded.diagnostics:
        assert d.code
        assert d.message
        assert render(d)
    if loaded.instance is None:
        with pytest.raises(InstanceError):
            loads(text)
    else:
        assert loads(text) == loaded.instance


def test_random_bytes(tmp_path: Path) -> None:
    path = tmp_path / "fuzz.yaml"

    @QUIET
    @given(st.binary(max_size=300))
    def answers(data: bytes) -> None:
        path.write_bytes(data)
        loaded = check_file(path)
        assert loaded.instance is None
        assert [d for d in loaded.diagnostics if d.severity == "error"]

    answers()


@QUIET
@given(st.text(max_size=200))
def test_random_text(text: str) -> None:
    answered(text)


@QUIET
@given(st.lists(st.tuples(st.integers(0, len(TEXT)), st.integers(0, 30), PIECES), min_size=1, max_size=4))
def test_mutated_instance(cuts: list[tuple[int, int, str]]) -> None:
    text = TEXT
    for start, length, piece in cuts:
        text = text[:start] + piece + text[start + length :]
    answered(text)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**39), 10**39) | st.floats() | st.text(max_size=8) | st.just(2026),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8) | st.just("2026"), inner, max_size=3)
    ),
    max_leaves=6,
)


@QUIET
@given(st.integers(0, TEXT.count(": ") - 1), VALUES)
def test_any_value_anywhere(position: int, value: object) -> None:
    parts = TEXT.split(": ")
    before, after = ": ".join(parts[: position + 1]), ": ".join(parts[position + 1 :])
    rest = after[min((after.index(stop) for stop in ",}]\n" if stop in after), default=0) :]
    answered(f"{before}: {json.dumps(value, ensure_ascii=False)}{rest}")


@pytest.mark.parametrize("calendar", [{"start": 50}, {"length": []}], ids=str)
def test_a_calendar_that_cannot_be_read(calendar: dict[str, object]) -> None:
    """No check counts periods of a calendar that there is none of, whatever else a file uses."""
    files = [path for path in sorted(KNOWN_OPTIMAL.glob("*.yaml")) if not path.stem.endswith(".expected")]
    assert len(files) > 300
    for path in files:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        data["calendar"] |= calendar
        with pytest.raises(InstanceError, match="calendar"):
            load(data)
