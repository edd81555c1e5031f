"""The parts of a price by themselves: intervals, steps, labels and the table."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest

import optimizer
from optimizer.explanation.keys import Key, keys_of
from optimizer.explanation.prices import steps
from optimizer.explanation.prices.interval import Known, worth
from optimizer.explanation.prices.labels import amount, between, down, label, name_of, up
from optimizer.explanation.prices.price import Price
from optimizer.explanation.prices.prices import Prices
from optimizer.explanation.prices.wanted import makes_nothing_dearer, parts, wanted
from tests.explanation.broken import programme

LOAN = Price(
    path="debt.loan.limit_musd",
    place="",
    kind="debt",
    way="more",
    unit="USD million",
    step=100.0,
    first="",
    last="",
    before=(9000.0,),
    after=(9100.0,),
    value=9100.0,
    acts="both",
    rate=0.0643,
    same_build=3.26,
    same_build_npv=-1.2,
    low=4.1204,
    high=4.2513,
    known="solved",
    monotone=True,
)
ALL = Prices(
    "mine", "0" * 64, "cost_of_capital", "minimise", 20666.62, 20666.57, None, 1e-5, False, 61, 1, (LOAN,), True, 9.0
)


def key(path: str, **changes: Any) -> Key:
    return replace(next(each for each in keys_of(programme()) if each.path == path), **changes)


@pytest.mark.parametrize(
    ("monotone", "tighter", "low", "high"),
    [(False, False, -1.0, 4.0), (True, False, 0.0, 4.0), (True, True, -1.0, 0.0)],
)
def test_an_interval_is_as_wide_as_both_gaps(monotone: bool, tighter: bool, low: float, high: float) -> None:
    """Before from 97 to 100, after from 96 to 98: between 97 − 98 and 100 − 96, to a dollar."""
    found = worth(Known(100.0, 97.0), Known(98.0, 96.0), monotone=monotone, tighter=tighter)
    assert (found.low, found.high) == pytest.approx((low, high), abs=1.5e-6)


def test_what_is_proven_to_be_dearer_is_not_clipped() -> None:
    """What was said of the key does not hold then: 97 to 100 before, 104 to 105 after."""
    found = worth(Known(100.0, 97.0), Known(105.0, 104.0), monotone=True, tighter=False)
    assert (found.low, found.high) == pytest.approx((-8.0, -4.0), abs=1.5e-6)


def test_an_end_that_is_not_proven_is_none() -> None:
    found = worth(Known(100.0, -math.inf), Known(98.0, 96.0), monotone=False, tighter=False)
    assert found.ends == (None, pytest.approx(4.0, abs=1.5e-6))


@pytest.mark.parametrize(
    ("path", "changes", "step"),
    [
        ("debt.loan.limit_musd", {"values": (9000.0,), "widest": 1e5}, 100.0),
        ("debt.loan.limit_musd", {"values": (40.0,)}, 0.1),
        ("opening.cash_musd", {"values": (0.0,)}, 1.0),
        ("regions.flat.power_limit_mw", {"values": (1500.0,), "widest": 1e4}, 1.0),
        ("regions.flat.power_limit_mw", {"values": (10.0,)}, 0.1),
        ("hardware.chips.supply_units", {}, 1.0),
        ("hardware.chips.supply_units", {"step": 5000.0, "widest": 1e6}, 5000.0),
        ("markets.training.min_served_share", {}, 0.01),
        ("debt.loan.last_draw", {}, 1.0),
    ],
)
def test_a_step_is_usual_for_its_unit(path: str, changes: dict[str, Any], step: float) -> None:
    """Money and power: a power of ten of at most a fiftieth, of power 1 MW at most; else a lot, a point, a period."""
    assert steps.usual(key(path, **changes), None, False) == pytest.approx(step)


def test_a_limit_that_cannot_go_further_has_no_step() -> None:
    """All is served already, a phase that is promised cannot be more so, and nothing is before the first period."""
    for path in ("markets.training.min_served_share", "sites.b.phases.annex.committed", "debt.loan.last_draw"):
        assert steps.usual(key(path), None, True) == 0.0


@pytest.mark.parametrize(("rate", "step"), [(1.0, 1.0), (0.5, 2.0), (0.03, 50.0), (1e-9, 1.0), (0.0, 1.0)])
def test_a_step_is_as_long_as_its_worth_can_be_told(rate: float, step: float) -> None:
    """Gaps of 0.2 ask for a worth of 1: 1/0.5 = 2, 1/0.03 = 33 and so 50; more than a tenth of 900 is too far."""
    money = key("debt.loan.limit_musd", values=(900.0,), widest=1e4)
    assert steps.telling(money, None, False, 1.0, rate, 0.2) == step


def test_power_that_acts_through_halls_moves_by_the_smallest_one() -> None:
    power = key("regions.flat.power_limit_mw")
    assert steps.one_more(programme(), power, None, False, 0.1) == 10.0
    assert steps.one_more(programme(), power, None, True, 0.1) == 10.0
    assert steps.one_more(programme(), key("hardware.chips.supply_units"), None, False, 1.0) == 1.0


def test_the_periods_of_one_value_after_another() -> None:
    grid = key("sites.a.grid_connection_mw", values=(10.0, 10.0, 12.0, 10.0))
    assert parts(grid) == [range(1, 3), range(3, 4), range(4, 5)]
    assert parts(replace(grid, values=(10.0,) * 4)) == [None]
    assert parts(replace(grid, values=tuple(map(float, range(20))))) == [None]


def test_lead_times_have_a_price_and_are_not_monotone() -> None:
    """What comes a period earlier is paid and leaves service a period earlier."""
    late = programme().replace({"hardware.chips.lead_periods": 1, "hardware.chips.first_order": 2026})
    (lead,) = wanted(late, ["hardware.chips.lead_periods"])
    assert (lead.way, lead.unit, lead.at(1.0), lead.monotone) == ("less", "periods", 0, False)


def test_a_wider_limit_makes_nothing_dearer_but_for_some() -> None:
    """What is in hand may bear a charge, a fee's life ends with its loan; what stands takes grid, and time is money."""
    grown = programme().replace({"sites.a.existing_mw": 1})
    floor = grown.replace({"equity.ownership_floor_share": 0.1, "equity.rounds.a.pre_money_musd": 100})
    dearer = [{key.path for key in keys_of(each) if not makes_nothing_dearer(each, key)} for each in (grown, floor)]
    leads = {"sites.a.phases.hall.lead_periods", "sites.b.phases.annex.lead_periods"}
    terms = {"debt.loan.last_draw", "debt.loan.tenor_periods"}
    assert dearer[0] == {"opening.cash_musd", "sites.a.existing_mw", *terms, *leads}
    assert dearer[1] - dearer[0] == {f"equity.rounds.a.{name}" for name in ("max_musd", "last_raise")}


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("regions.texas.power_limit_mw", "texas power limit"),
        ("sites.abilene.phases.first-hall.latest_start", "abilene first-hall latest start"),
        ("equity.rounds.series-f.max_musd", "series-f max"),
        ("debt.senior.tied_to.capex_share", "senior tied to capex"),
        ("cash.minimum_musd", "cash minimum"),
        ("sites.phases.grid_connection_mw", "phases grid connection"),
    ],
)
def test_a_limit_is_called_by_the_names_in_its_path(path: str, name: str) -> None:
    assert name_of(path) == name


def test_a_label_says_how_much_of_what_and_when() -> None:
    power = replace(LOAN, path="regions.texas.power_limit_mw", unit="MW", first="2026", last="2029")
    later = replace(power, first="2028", before=(1.0, 1.0, 2.0, 2.0), after=(1.0, 1.0, 102.0, 102.0))
    window = replace(LOAN, path="debt.loan.last_draw", way="later", unit="periods", step=1.0)
    notch = replace(LOAN, path="covenants.cover.minimum", way="less", unit="times", step=0.05)
    assert label(LOAN, False) == "+$100 m loan limit"
    assert label(LOAN, True) == "−$100 m loan limit"
    assert label(power, False) == "+100 MW texas power limit"
    assert label(later, False) == "+100 MW texas power limit from 2028"
    assert label(window, False) == "loan last draw 1 period later"
    assert label(window, True) == "loan last draw 1 period earlier"
    assert label(notch, False) == "−0.05 times cover minimum"


def test_ends_are_rounded_outwards() -> None:
    assert (down(4.1234), up(4.1234), down(-4.1234), up(-4.1234)) == ("4.12", "4.13", "−4.13", "−4.12")
    assert (down(4.12000001), up(4.11999999)) == ("4.12", "4.12")
    assert between(4.12345, 4.12346) == "4.12"
    assert (amount(None), amount(0.0), amount(1234.5), amount(-0.05)) == ("–", "0", "1,234", "−0.0500")


def test_the_table_says_what_is_known() -> None:
    text = str(ALL)
    assert "+$100 m loan limit" in text
    assert "4.12 to 4.26" in text
    assert [each for each in text.splitlines() if len(each) > 79] == []
    nothing = replace(LOAN, low=0.0, high=0.0213)
    assert "less than 0.0213" in str(replace(ALL, prices=(nothing,)))
    unknown = replace(LOAN, known="not solved", high=700.0)
    assert "at least 4.12" in str(replace(ALL, prices=(unknown,), complete=False))
    assert "not known" in str(replace(ALL, prices=(replace(unknown, low=0.0),)))
    assert "2 more limits bind: -n 3 prices all" in str(replace(ALL, binding=3))


def test_the_largest_worth_comes_first_and_nothing_last() -> None:
    nothing, large = replace(LOAN, low=-1.0, high=9.0, path="a"), replace(LOAN, low=-8.0, high=-7.0, path="b")
    assert [price.path for price in replace(ALL, prices=(nothing, LOAN, large)).ranked] == ["b", LOAN.path, "a"]


def test_prices_are_plain_data_in_the_order_of_their_paths() -> None:
    found = optimizer.prices(programme())
    paths = [price["path"] for price in found.to_dict()["prices"]]
    assert len(paths) > 1
    assert paths == sorted(paths)
    assert found.complete
