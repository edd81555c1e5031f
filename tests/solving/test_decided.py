"""In which period a column is decided is said for every column of a model, and rightly."""

from __future__ import annotations

from pathlib import Path

import pytest

import optimizer
from optimizer.model.context import Model
from optimizer.model.decided import NEVER, UndecidedError, decided_in, decided_over
from optimizer.solving.compile import compile_instance

INSTANCES = Path(__file__).resolve().parents[2] / "instances"

SPAN = range(1, 5)


def test_a_key_that_ends_with_a_period_is_decided_then() -> None:
    assert decided_in("draw", [("loan", 2), 4], None, SPAN).tolist() == [2, 4]


@pytest.mark.parametrize("key", [0, 5, "loan", ("loan", "a"), ()])
def test_any_other_key_has_to_say_it(key: object) -> None:
    with pytest.raises(UndecidedError, match="say in which it is decided"):
        decided_in("signed", [key], None, SPAN)


def test_what_is_said_has_to_be_a_period_or_never() -> None:
    assert decided_in("peak", [0], NEVER, SPAN).tolist() == [NEVER]
    with pytest.raises(UndecidedError, match="none of the periods 1 … 4"):
        decided_in("peak", [0], 5, SPAN)


def test_a_timeline_is_decided_in_its_own_periods_unless_it_says_otherwise() -> None:
    windows = {"a": range(1, 3), "b": range(2, 3)}
    assert decided_over("buy", windows, None, SPAN).tolist() == [1, 2, 2]
    assert decided_over("buy", windows, {"a": [2, 3], "b": [4]}, SPAN).tolist() == [2, 3, 4]


def test_a_family_without_it_is_an_error_of_the_build() -> None:
    model = Model(optimizer.load(INSTANCES / "known-optimal" / "colocation.yaml"))
    with pytest.raises(UndecidedError, match="chosen"):
        model.variables("chosen", ["left", "right"])


def test_every_column_of_the_flagship_has_a_period() -> None:
    """Where chips go is chosen at delivery: its columns end with the period of the order, one period before."""
    instance = optimizer.load(INSTANCES / "anthropic-50b.yaml")
    built, compiled = compile_instance(instance)
    decided = compiled.decided(built.model.decided)
    assert decided.size == compiled.matrix.shape[1]
    names = compiled.names.columns
    assert {names[j] for j in range(len(names)) if decided[j] == NEVER} == {"peak_funding[0]"}
    moved = 0
    for name, period in zip(names, decided.tolist(), strict=True):
        family, _, key = name.partition("[")
        if family == "buy":
            offer, _, ordered = key.rstrip("]").split(",")
            lead = instance.hardware[offer].lead_periods
            assert period == min(int(ordered) + lead, instance.periods.periods)
            moved += lead > 0
    assert moved > 0
