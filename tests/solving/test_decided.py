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


COUNTED = ("tier_units.", "tier.", "ownership_", "bucket.", "bucket_", "price_paid.", "placed.", "tested.", "missing.")
"""How families begin whose keys count something else, and whose names end with the period."""
KNOWN_OPTIMAL = (
    "cloud",
    "reserved-cloud",
    "tiers-all-units",
    "tiers-incremental",
    "order-fee",
    "framework-take-or-pay",
    "custom-chip",
    "line-fee",
    "pricing-grid-years",
    "grid-by-cover",
    "ownership-floor",
    "shortfall-penalty",
    "interest-limitation",
    "tax-loss-carry-forward",
    "return-of-capital",
    "terminal-tax",
    "terminal-ebitda-multiple",
    "run-rate",
    "opened-without-debt",
    "dividend-lock-up",
    "prepayment",
    "early-retirement",
)


@pytest.mark.parametrize("name", KNOWN_OPTIMAL)
def test_periods_are_those_that_names_tell(name: str) -> None:
    """By the name of each column alone: the period of its key, or that at the end of its family; what is signed, by
    the window of what is signed for; the worth at the end, in the last period.
    """
    instance = optimizer.load(INSTANCES / "known-optimal" / f"{name}.yaml")
    built, compiled = compile_instance(instance)
    calendar, last = instance.periods, instance.periods.periods
    decided = compiled.decided(built.model.decided).tolist()
    for column, period in zip(compiled.names.columns, decided, strict=True):
        family, _, rest = column.partition("[")
        parts = rest.rstrip("]").split(",")
        if family == "peak_funding":
            expected = NEVER
        elif family in ("framework_signed", "framework_short") or family.startswith("framework_missing."):
            missing = "framework_missing."
            offer = instance.hardware[family.removeprefix(missing) if family.startswith(missing) else parts[0]]
            window = calendar.window(offer.first_order, offer.last_order)
            expected = window[0] if family == "framework_signed" else window[-1]
        elif family == "signed":
            debt = instance.debt[parts[0]]
            expected = calendar.window(debt.first_draw, debt.last_draw).start
        elif family.startswith("terminal_value"):
            expected = last
        elif family == "buy":
            expected = min(int(parts[-1]) + instance.hardware[parts[0]].lead_periods, last)
        elif family.startswith(COUNTED) or not parts[-1].isdecimal() or parts[-1] == "0":
            expected = max(1, int(family.rpartition(".")[2]))
        else:
            expected = int(parts[-1])
        assert period == expected, column
