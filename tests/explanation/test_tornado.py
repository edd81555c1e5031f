"""How much the answer depends on each figure: swings by hand, plans that switch, ends without a plan.

10,000 H100e are wanted for a year by 10,000 chips of either kind. With what is bought beside it a bare chip costs
9,000 + 4,000 dollars, a complete one 10,000 + 2,500: complete chips for 125 USD million, paid at the end of the year,
125 / 1.1 of net present cost. In what follows amounts are before the 1.1.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import optimizer
from optimizer.cli import app
from optimizer.contract.decisions import TABLES
from optimizer.explanation.committed import COMMITTED
from optimizer.explanation.tornado import run
from optimizer.explanation.tornado.parts import SAME_MUSD, Bar, Difference, End, Known, difference
from optimizer.explanation.tornado.tornado import Tornado
from optimizer.explanation.tornado.words import words
from optimizer.instance.diagnostics import InstanceError
from optimizer.instance.reference import ROOT
from optimizer.solving.compile import built_model

FILE = ROOT / "instances" / "known-optimal" / "attach-cost.yaml"
BASE = optimizer.load(FILE)
COMPLETE, BARE, DEMAND = "hardware.complete.price_usd", "hardware.bare.price_usd", "markets.demand.demand_h100e"


def bars(**options: Any) -> dict[str, Bar]:
    return {bar.figure: bar for bar in optimizer.tornado(BASE, gap=0.0, **options).bars}


def changes(bar: Bar, held: bool = False) -> list[float | None]:
    """Differences of low and high to the base, before discounting."""
    both = (bar.low_held_change, bar.high_held_change) if held else (bar.low_change, bar.high_change)
    return [None if each is None else pytest.approx(each.value * 1.1, abs=1e-5) for each in both]


@pytest.fixture(scope="module")
def prices() -> dict[str, Bar]:
    return bars(figures=[COMPLETE, BARE, DEMAND])


def test_the_plan_switches_where_it_is_solved_again(prices: dict[str, Bar]) -> None:
    """A complete chip at 9,000 saves 10; at 11,000 the bare ones for 130 are bought, 5 more than 125. The plan of the
    base goes on buying complete chips, for 135."""
    bar = prices[COMPLETE]
    assert changes(bar) == [-10.0, 5.0]
    assert changes(bar, held=True) == [-10.0, 10.0]
    assert bar.swing == pytest.approx(15 / 1.1)
    assert bar.held_swing == pytest.approx(20 / 1.1)
    assert [each.kept for each in (bar.low.held, bar.high.held) if each] == ["all", "all"]


def test_a_price_that_is_not_paid_matters_only_where_the_plan_switches(prices: dict[str, Bar]) -> None:
    """A bare chip at 8,100 and 4,000 saves 400 on 10,000; at 9,900 none is bought, as before."""
    bar = prices[BARE]
    assert changes(bar) == [-4.0, 0.0]
    assert changes(bar, held=True) == [0.0, 0.0]
    assert [each.sign for each in (bar.low_change, bar.high_change) if each] == [-1, 0]


def test_cost_is_price_times_units(prices: dict[str, Bar]) -> None:
    """9,000 and 11,000 chips for 12,500 dollars; the 10,000 of the base do for 9,000 H100e, and not for 11,000.

    A column that is held may move by 2e-7 of its size, which is 25 dollars of 125 million.
    """
    bar = prices[DEMAND]
    assert changes(bar) == [-12.5, 12.5]
    assert bar.low_held_change is not None
    assert abs(bar.low_held_change.value) <= 2e-7 * 125
    assert (bar.low_held_change.sign, bar.high_held_change) == (0, None)
    assert bar.low.held is not None
    assert bar.high.held is not None
    assert (bar.low.held.kept, bar.high.held.status) == ("commitments", "cannot be kept")
    assert bar.held_swing is None


def test_what_matters_most_comes_first(prices: dict[str, Bar]) -> None:
    assert [round(bar.swing or 0.0, 6) for bar in prices.values()] == [round(x / 1.1, 6) for x in (25, 15, 4)]


def test_an_end_without_a_plan_comes_first() -> None:
    """10,000 chips draw 10 MW: with 5 there is no plan, with more than the 1,000 of the file nothing changes."""
    found = bars(ranges={COMPLETE: [9000, 11000], "sites.hall.existing_mw": [5, 2000]})
    first = next(iter(found.values()))
    assert (first.figure, first.base, first.swing) == ("sites.hall.existing_mw", 1000.0, None)
    assert (first.low.best.status, first.low.best.value) == ("infeasible", None)
    assert changes(first) == [None, 0.0]
    assert first.low.held is not None
    assert first.low.held.status == "cannot be kept"


def test_all_names_of_a_family_move_together() -> None:
    """Both prices a tenth lower save 10, since complete chips stay the cheaper ones; both higher cost 10."""
    found = bars(figures=["hardware.*.price_usd"], held=False)["hardware.*.price_usd"]
    assert found.figures == (BARE, COMPLETE)
    assert changes(found) == [-10.0, 10.0]
    assert (found.low.held, found.held_swing) == (None, None)


def test_ranges_are_those_of_the_file_and_else_what_is_usual() -> None:
    ranged = BASE.replace({"ranges": {COMPLETE: {"factor": [0.5, 1.0]}}})
    assert ranged.hash == BASE.hash
    (bar,) = optimizer.tornado(ranged, held=False).bars
    # at half of the price a chip costs 7,500
    assert (bar.kind, bar.low.at, changes(bar)) == ("factors", 0.5, [-50.0, 0.0])
    usual = {bar.figure for bar in optimizer.tornado(BASE, held=False).bars}
    assert usual == {
        "markets.*.demand_h100e",
        "hardware.*.price_usd",
        "hardware.*.lead_periods",
        "discount.rate_per_year",
    }


def test_a_figure_that_makes_no_instance_is_told() -> None:
    """The share served is 1, and there is no share of 1.1."""
    bar = bars(figures=["markets.demand.min_served_share"], held=False)["markets.demand.min_served_share"]
    assert (bar.high.best.status, bar.low.best.status) == ("invalid", "optimal")
    assert "from 0 to 1" in bar.high.best.reason


def test_two_processes_find_the_same(prices: dict[str, Bar]) -> None:
    found = bars(figures=[COMPLETE, BARE], jobs=2)
    assert [changes(found[each]) for each in (COMPLETE, BARE)] == [[-10.0, 5.0], [-4.0, 0.0]]
    assert changes(found[COMPLETE], held=True) == [-10.0, 10.0]


def test_the_objective_can_be_another() -> None:
    """What is paid at the end of the year out of 1,000 leaves 875; complete chips for 11,000 dollars leave 870."""
    found = optimizer.tornado(BASE, figures=[COMPLETE], objective="terminal_cash", gap=0.0)
    assert (found.objective, found.sense, found.unit) == ("terminal_cash", "maximise", "musd")
    assert found.base.value == pytest.approx(875)
    assert [each.value for each in (found.bars[0].low_change, found.bars[0].high_change) if each] == pytest.approx(
        [10, -5]
    )


# ── gaps ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("answer", "base", "expected", "sign"),
    [
        # the best are in [98, 100] and [99, 101]: 3 less to 1 more
        (Known("optimal", 100, 98), Known("optimal", 101, 99), (-1, -3, 1), None),
        (Known("optimal", 105, 103), Known("optimal", 101, 99), (4, 2, 6), 1),
        (Known("optimal", 95, 96), Known("optimal", 101, 99), (-6, -6, -3), -1),
        (Known("optimal", 5, 5), Known("optimal", 5 + 1e-6, 5), (-1e-6, -1e-6, 0), 0),
        (Known("feasible", 105, None), Known("optimal", 101, 101), (4, None, None), None),
    ],
)
def test_a_difference_is_as_sure_as_both_gaps_leave_it(
    answer: Known, base: Known, expected: tuple[float | None, ...], sign: int | None
) -> None:
    found = difference(answer, base, "musd")
    assert found is not None
    assert (found.value, found.least, found.most) == pytest.approx(expected)
    assert found.sign == sign


def test_no_plan_makes_no_difference() -> None:
    assert difference(Known("infeasible"), Known("optimal", 1, 1), "musd") is None


def end(at: float, value: float, held: float) -> End:
    return End(at, Known("feasible", value, value - 4.0), Known("feasible", held, held, kept="all"))


def made(low: float, high: float) -> Bar:
    base = Known("optimal", 100.0, 100.0)
    ends = end(0.9, low, low + 1), end(1.1, high, high + 1)
    found = [difference(known, base, "musd") for each in ends for known in (each.best, each.held)]
    return Bar("a.figure", "factors", ("a.figure",), 1.0, *ends, found[0], found[2], found[1], found[3])


def test_what_gaps_do_not_settle_is_grey() -> None:
    """Gaps of 4: 90 lies in [86, 90], 14 to 10 less than 100; 103 in [99, 103], of which no sign is known."""
    bar = made(90.0, 103.0)
    assert [each and each.sign for each in (bar.low_change, bar.high_change)] == [-1, None]
    found = Tornado("one", "", "net_present_cost", "minimise", "musd", Known("optimal", 100.0, 100.0), None, (bar,))
    text = words(found)
    line = next(line for line in text.splitlines() if line.startswith("a.figure") and "│" in line)
    # 47 characters from −14 to 3: ten less are filled, with a whisker before them, and three more are grey
    assert line.count("─") > 0
    assert line.count("▒") > 20
    assert 5 < line.count("░") < 15
    assert "█" not in line
    assert "+3.0?" in text
    assert "a smaller --gap may" in text


def test_the_end_that_has_a_plan_is_drawn_without_the_other() -> None:
    base, high = Known("optimal", 100.0, 100.0), Known("optimal", 110.0, 110.0)
    ends = End(5.0, Known("infeasible", reason="too little")), End(20.0, high)
    bar = Bar("a.limit", "values", ("a.limit",), 10.0, *ends, None, difference(high, base, "musd"))
    text = words(Tornado("one", "", "net_present_cost", "minimise", "musd", base, None, (bar,)))
    row, line = (each for each in text.splitlines() if each.startswith("a.limit "))
    assert row.split() == ["a.limit", "5–20", "no", "plan", "+10.0"]
    assert line.split()[1] == "│" + "█" * 49
    assert "a.limit, low: infeasible: too little" in text


# ── on the screen, and as files ───────────────────────────────────────────────────────────────────────────────────


def test_the_command_prints_eighty_columns(tmp_path: Path) -> None:
    table = tmp_path / "tables" / "tornado.csv"
    called = CliRunner().invoke(
        app,
        [
            "tornado",
            str(FILE),
            "--figure",
            COMPLETE,
            "--figure",
            DEMAND,
            "--gap",
            "0",
            "--jobs",
            "1",
            "--csv",
            str(table),
        ],
    )
    assert called.exit_code == 0, called.output
    lines = called.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    row = next(line for line in lines if line.startswith("markets.demand.demand_h100e"))
    # 12.5 / 1.1 = 11.4 to either side
    assert row.split()[1:] == ["×", "0.9–1.1", "−11.4", "+11.4", "22.7", "not", "kept"]
    assert any("█" in line and "▒" in line for line in lines)
    with open(table, newline="", encoding="utf-8-sig") as stream:
        written = list(csv.DictReader(stream))
    assert [each["figure"] for each in written] == [DEMAND, COMPLETE]
    assert float(written[1]["high_held_change"]) == pytest.approx(10 / 1.1)
    assert written[0]["high_kept"] == "cannot be kept"


def test_the_command_as_json() -> None:
    called = CliRunner().invoke(app, ["tornado", str(FILE), "--figure", BARE, "--no-held", "--json", "--jobs", "1"])
    data = json.loads(called.stdout)
    assert data["bars"][0]["low_change"]["value"] == pytest.approx(-4 / 1.1, abs=1e-5)
    assert data["bars"][0]["low_change"]["sign"] == -1
    assert "base_held" not in data


def test_a_wrong_path_is_told_with_the_name_that_was_meant() -> None:
    called = CliRunner().invoke(app, ["tornado", str(FILE), "--figure", "hardware.complete.prize_usd"])
    assert called.exit_code == 2
    assert "did you mean `price_usd`" in called.stderr
    with pytest.raises(InstanceError, match="about the same figure"):
        optimizer.tornado(BASE, figures=["hardware.*.price_usd", BARE])
    with pytest.raises(InstanceError, match="is 0, of which a share is 0"):
        optimizer.tornado(BASE, figures=["regions.flat.energy_price_usd_per_mwh"])


def test_what_the_time_does_not_suffice_for_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = optimizer.tornado(BASE, time_limit=1e-9)
    assert (nothing.complete, nothing.base.status, nothing.bars) == (False, "not reached", ())
    assert "no plan of the base was found: the time was up" in words(nothing)
    monkeypatch.setattr(run, "BASE_SHARE", 1.0)
    monkeypatch.setattr("optimizer.explanation.tornado.points.Clock.next_s", lambda _: 0.0)
    late = optimizer.tornado(BASE, figures=[COMPLETE], time_limit=60)
    assert late.base.value == pytest.approx(125 / 1.1)
    assert late.bars[0].low.best.status == "not reached"
    assert not late.complete
    assert "the time was up before all was done" in words(late)


def test_many_figures_are_screened_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Money given at the end of the year: its effect is a fifth of it over the whole range, wherever the others are."""
    flows = {
        name: {"kind": "operating", "musd_per_period": [amount]} for name, amount in (("a", 5), ("b", 55), ("c", 11))
    }
    given = BASE.replace({"cash_flows": flows})
    monkeypatch.setattr(run, "MOST_BARS", 2)
    paths = [f"cash_flows.{name}.musd_per_period" for name in flows]
    found = optimizer.tornado(given, figures=paths, held=False, gap=0.0, trajectories=2)
    assert [effect.figure for effect in found.screening] == [paths[1], paths[2], paths[0]]
    assert [effect.mu for effect in found.screening] == pytest.approx([-0.2 * each / 1.1 for each in (55, 11, 5)])
    assert [effect.mu_star for effect in found.screening] == pytest.approx([0.2 * each / 1.1 for each in (55, 11, 5)])
    assert [effect.sigma for effect in found.screening] == pytest.approx([0, 0, 0], abs=1e-6)
    assert [effect.count for effect in found.screening] == [2, 2, 2]
    assert {bar.figure for bar in found.bars} == {paths[1], paths[2]}
    assert max(map(len, words(found).splitlines())) <= 80


def test_every_physical_table_is_a_commitment_or_reacts() -> None:
    reacting = {"allocations", "retirements", "energy", "service", "deliveries", "contract_service"}
    model = built_model(BASE).model
    physical = [each.table.name for each in model.decisions if each.table.name in {*COMMITTED, *reacting}]
    assert set(physical) == COMMITTED.keys() | reacting
    money = set(TABLES) - COMMITTED.keys() - reacting
    assert all(TABLES[name].value in ("musd", "signed", "holds") for name in money)


def test_a_tornado_is_shown_in_two_lines() -> None:
    bar = made(90.0, 103.0)
    found = Tornado("one", "", "net_present_cost", "minimise", "musd", Known("optimal", 100.0, 100.0), None, (bar,))
    assert repr(found).splitlines()[0] == "Tornado of one: net_present_cost, 1 figures, a.figure first"


def test_the_size_of_two_dollars_is_nothing() -> None:
    assert Difference(SAME_MUSD, SAME_MUSD, SAME_MUSD).sign == 0
