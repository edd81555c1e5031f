"""How limits that change with the periods are told, and a long conflict."""

from __future__ import annotations

from dataclasses import replace

import pytest

from optimizer.explanation.limits import Kind
from optimizer.explanation.parts import Member
from optimizer.explanation.words import conflict_words

LABELS = ("2026", "2027", "2028", "2029")
POWER = Member(
    path="regions.r.power_limit_mw",
    place="",
    kind="power",
    way="more",
    unit="MW",
    value=None,
    values=(0.0, 300.0, 300.0, 600.0),
    widest=1000.0,
    far="use",
    needed=True,
    alone="yes",
    periods=LABELS,
)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ((0.0, 300.0, 300.0, 600.0), "0 MW in 2026, 300 from 2027 to 2028, 600 from 2029"),
        ((200.0, 200.0, 700.0, 700.0), "200 MW from 2026 to 2027, 700 from 2028"),
        ((5.0, 5.0, 5.0, 5.0), "5 MW"),
    ],
)
def test_amounts_are_told_with_their_years(values: tuple[float, ...], told: str) -> None:
    (_, line) = conflict_words([replace(POWER, values=values)], True, 1)
    assert line == f"  regions.r.power_limit_mw: {told}"


def test_values_of_many_steps_are_told_from_the_lowest_to_the_highest() -> None:
    labels = tuple(str(2026 + n) for n in range(8))
    many = replace(POWER, values=tuple(map(float, range(8))), periods=labels)
    assert conflict_words([many], True, 1)[1] == "  regions.r.power_limit_mw: 0 to 7 MW"


def test_of_a_long_conflict_what_is_needed_is_told_in_full_and_the_rest_by_kinds() -> None:
    def member(number: int, kind: Kind) -> Member:
        path = f"{kind}.{number}"
        return replace(POWER, path=path, kind=kind, needed=False, alone="not decided", values=(1.0,), periods=())

    rest = [*(member(n, "debt") for n in range(8)), *(member(n, "time") for n in range(5))]
    told = conflict_words([POWER, *rest], False, 20)
    assert told[1] == "  regions.r.power_limit_mw: 0 MW in 2026, 300 from 2027 to 2028, 600 from 2029"
    assert told[2].startswith("  of time, perhaps: time.0, ")
    assert told[3].startswith("  of debt, perhaps: debt.0, ")
    assert told[4:] == ["  none is of demand, supply, cash, equity or covenant, which is proven"]
