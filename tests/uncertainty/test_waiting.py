"""What waiting is worth, and which covenants break, by hand."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

import optimizer
from optimizer.explanation.clock import Clock
from optimizer.instance.schema import Instance
from optimizer.uncertainty.plan import Interval, Wait
from optimizer.uncertainty.reading import load_tree, tree_from
from optimizer.uncertainty.run import asked_of, solve_tree
from optimizer.uncertainty.tasks import ask_of, point_of
from optimizer.uncertainty.waits import NothingToWaitForError
from tests.cli.test_commands import call

from .worlds import UP_OR_DOWN, option, plain, solved, value

TREES = Path(__file__).resolve().parents[2] / "instances" / "trees"


def waits(base: Instance, nodes: dict[str, Any], *names: str) -> tuple[Wait, ...]:
    tree = tree_from(base, nodes=nodes)
    return solve_tree(tree, asked_of(tree, gap=0.0, waiting=names)).waits


def at(between: Interval | None) -> float:
    """The number that both ends of an interval are."""
    assert between is not None
    assert between.high - between.low == pytest.approx(0.0, abs=1e-5)
    return between.high


def test_what_it_is_worth_not_to_build_now() -> None:
    """Built in 2026 the hall earns 20 in expectation, built in `up` only 40: not to build now is worth 20."""
    (hall,) = waits(option(), UP_OR_DOWN, "hall")
    assert (hall.name, hall.kind, hall.decided) == ("hall", "site", "later")
    assert [at(each) for each in (hall.free, hall.now, hall.later, hall.waiting)] == pytest.approx(
        [-40.0, -20.0, -40.0, 20.0], abs=1e-5
    )


def test_a_site_that_is_begun_now_costs_to_leave() -> None:
    """At 7000 dollars in place of 2000 in 2026 the hall earns 70 by then: 70 + 100 − 100 = 70 now, 40 later."""
    prices = [each / 8760.0 for each in (7000, 5000, 5000)]
    dear = option().replace({"markets.cloud.revenue_usd_per_h100e_hour": prices})
    (hall,) = waits(dear, UP_OR_DOWN, "all")
    assert hall.decided == "now"
    assert [at(each) for each in (hall.now, hall.later, hall.waiting)] == pytest.approx([-70.0, -40.0, -30.0], abs=1e-5)
    assert hall.waiting is not None
    assert hall.waiting.sign == -1


def test_later_is_the_tree_in_which_no_phase_can_start_before() -> None:
    """Both halls of the shipped tree with `earliest_start: 2028`, an instance of its own, come to the same."""
    tree = load_tree(TREES / "build-or-wait.tree.yaml")
    (campus,) = solve_tree(tree, asked_of(tree, waiting=["campus"])).waits
    late = tree.base.replace(
        {f"sites.campus.phases.{phase}.earliest_start": 2028 for phase in ("first-hall", "second-hall")}
    )
    nodes: dict[str, Any] = {
        "today": {},
        "boom": {"probability": 0.3, "set": {"markets": {"cloud": {"demand_h100e": {2028: 45000}}}}},
        "growth": {
            "probability": 0.4,
            "set": {"markets": {"cloud": {"demand_h100e": {2028: 30000}, "revenue_usd_per_h100e_hour": {2028: 0.75}}}},
        },
        "slump": {"probability": 0.3, "set": {"markets": {"cloud": {"revenue_usd_per_h100e_hour": {2028: 0.4}}}}},
    }
    own = {name: {**node, "parent": "today", "from": 2028} if node else {} for name, node in nodes.items()}
    assert at(campus.later) == pytest.approx(value(solved(late, own, worth=False)), abs=1e-5)
    assert campus.decided == "now"
    assert at(campus.waiting) == pytest.approx(at(campus.now) - at(campus.later))


def framework() -> Instance:
    """10,000 units are needed at 10 thousand dollars, or at 8 under an agreement: 2 to sign, 30,000 at least."""
    units = {"compute_h100e": 1, "kw": 1, "lead_periods": 0, "life_periods": 5}
    return optimizer.load(
        {
            **plain("framework", 2),
            "sites": {"hall": {"region": "flat", "pue": 1, "existing_mw": 1000}},
            "hardware": {
                "agreed": {
                    "price_usd": 8000,
                    **units,
                    "framework": {"min_total_units": 30000, "signing_fee_musd": 2},
                },
                "loose": {"price_usd": 10000, **units},
            },
            "markets": {"demand": {"demand_h100e": [10000, 10000], "min_served_share": 1}},
        }
    )


@pytest.mark.parametrize(
    ("likely", "decided", "now", "later"), [(0.5, "later", 242.0, 200.0), (0.9, "now", 242.0, 280.0)]
)
def test_what_it_is_worth_not_to_sign(likely: float, decided: str, now: float, later: float) -> None:
    """30,000 units in 2027, or 10,000. Signed, 30,000 at 8 and 2 in both cases: 242. Unsigned 300 or 100."""
    nodes = {"today": {}} | {
        name: {
            "parent": "today",
            "from": 2027,
            "probability": chance,
            "set": {"markets": {"demand": {"demand_h100e": {2027: h100e}}}},
        }
        for name, chance, h100e in (("more", likely, 30000), ("same", 1.0 - likely, 10000))
    }
    (found,) = waits(framework(), nodes, "agreed")
    assert (found.kind, found.decided) == ("framework", decided)
    assert [at(each) for each in (found.now, found.later, found.waiting)] == pytest.approx(
        [now, later, now - later], abs=1e-5
    )


def test_what_cannot_be_begun_today_is_told() -> None:
    with pytest.raises(NothingToWaitForError, match="'hull' is no site or framework that can be begun today"):
        waits(option(), UP_OR_DOWN, "hull")
    tree = tree_from(option(), nodes=UP_OR_DOWN, risk={"measure": "worst"})
    with pytest.raises(NothingToWaitForError, match="an expectation of money"):
        solve_tree(tree, asked_of(tree, waiting=["hall"]))


def test_a_site_that_has_to_be_begun_can_be_impossible() -> None:
    """With 50 in cash the hall for 100 cannot be built: no tree has it begun now, and there is nothing to subtract."""
    (hall,) = waits(option().replace({"opening.cash_musd": 50.0}), UP_OR_DOWN, "hall")
    assert (hall.decided, hall.now, hall.waiting) == ("later", None, None)


def test_sites_that_are_searched_as_one_are_asked_about_as_one() -> None:
    """A twin of the hall, of which one is enough: for either to begin now costs 20, whichever it is called by."""
    whole = option().canonical()
    twins = optimizer.load({**whole, "sites": dict.fromkeys(("hall", "twin"), whole["sites"]["hall"])})
    tree = tree_from(twins, nodes=UP_OR_DOWN)
    for reductions, names in (("always", ["hall, twin"]), ("off", ["hall", "twin"])):
        found = solve_tree(tree, asked_of(tree, gap=0.0, reductions=reductions, waiting=["twin", "hall"])).waits
        assert sorted(each.name for each in found) == names
        assert [at(each.waiting) for each in found] == pytest.approx([20.0] * len(names), abs=1e-5)


def test_what_no_plan_is_left_of_is_no_covenant_that_is_kept() -> None:
    """A scenario that nothing mends counts for no covenant, and is told beside all of them."""
    from optimizer.explanation.stress.parts import Breach, Stressed
    from optimizer.explanation.stress.parts import Interval as Ends
    from optimizer.uncertainty import breaks

    outcomes = {
        "a": Stressed("a", "", "impossible", Ends(0.0, None)),
        "b": Stressed("b", "", "does not hold", Ends(0.0, None), breaches=(
            Breach("cover", "interest_cover", "2028", 2.0, 1.5, 10.0),
            Breach("cover", "interest_cover", "2027", 2.0, 1.8, 4.0),
        )),
    }  # fmt: skip
    row = breaks._covenant("cover", outcomes, {"a": 0.4, "b": 0.6}, int)
    assert (row["probability"], row["first_period"], row["worst_value"]) == (0.6, "2027", 1.5)


def test_columns_that_are_to_be_travel_with_the_question() -> None:
    from optimizer.uncertainty.asks import Ask

    tree = tree_from(option(), nodes=UP_OR_DOWN)
    ask = Ask("x", tree.leaves, some=(("today", "a"), ("today", "b")))
    assert ask_of(point_of(ask)).some == ask.some


def lent() -> Instance:
    """250 are needed in 2026 beside 200 in hand: at 10 % for two years, or equity at 15 %; interest covered twice."""
    return optimizer.load(
        {
            "name": "lent",
            "calendar": {"start": 2026, "periods": 3},
            "discount": {"rate_per_year": 0.1},
            "objectives": [{"name": "cost_of_capital"}],
            "solve": {"gap_share": 0, "threads": 1},
            "opening": {"cash_musd": 200, "paid_in_capital_musd": 200},
            "cash_flows": {
                "need": {"kind": "investing", "musd_per_period": [-250, 0, 0]},
                "income": {"kind": "operating", "musd_per_period": [0, 100, 100]},
            },
            "debt": {"loan": {"kind": "bullet", "rate_per_year": 0.1, "tenor_periods": 2, "last_draw": 2026}},
            "equity": {"cost_of_equity_per_year": 0.15, "rounds": {"a": {"max_musd": 150, "last_raise": 2026}}},
            "covenants": {"cover": {"kind": "interest_cover", "minimum": 2.0, "first_test": 2027}},
        }
    )


BADLY: dict[str, Any] = {"cash_flows": {"income": {"musd_per_period": {2027: 8, 2028: 60}}}}


def test_how_likely_a_covenant_breaks() -> None:
    """The forecast, 72.4 and 88 a year, borrows all 50: 5 a year of interest, of which an income of 8 is 1.6 times.

    That comes with 0.3, in 2027 alone: 60 is 12 times. What falls due is paid: 3 are left of 2027, 8 of 2028. The tree
    borrows 40, of which 8 is twice the interest, and raises 10.
    """
    nodes: dict[str, Any] = {
        "today": {},
        "well": {"parent": "today", "from": 2027, "probability": 0.7},
        "badly": {"parent": "today", "from": 2027, "probability": 0.3, "set": BADLY},
    }
    found = optimizer.solve_tree(lent(), nodes=nodes, gap=0.0, covenants=True)
    (draw,) = found.decisions["today"]["debt_draws"]
    assert draw["musd"] == pytest.approx(40.0, abs=1e-4)
    assert found.breaks is not None
    assert {name: each["status"] for name, each in found.breaks["scenarios"].items()} == {
        "well": "holds",
        "badly": "does not hold",
    }
    (cover,) = found.tables["covenant_breaks"].records()
    assert cover == {
        "covenant": "cover",
        "probability": 0.3,
        "not_followed": 0.0,
        "not_decided": 0.0,
        "scenarios": "badly",
        "first_period": "2027",
        "worst_in": "badly",
        "worst_value": pytest.approx(1.6, abs=1e-4),
        "limit": 2.0,
    }
    page = optimizer.to_html(found.record)
    assert "Which covenants would break" in page


def test_seconds_of_the_processor_do_not_pass_while_nothing_is_done() -> None:
    """A question of a tree has as much time on a machine with other work as on one without."""
    clock, by_the_clock = Clock.of_processor(10.0), Clock(10.0)
    time.sleep(0.3)
    assert clock.spent_s < 0.2 < 0.3 <= by_the_clock.spent_s
    assert clock.part(0.5).processor


def test_the_command_says_what_waiting_is_worth(tmp_path: Path) -> None:
    """Not to build now would cost 1.99 m in the shipped tree, so it is built; a name that is none is told at once."""
    file = str(TREES / "build-or-wait.tree.yaml")
    result = call("solve", file, "--out", str(tmp_path), "--jobs", "1", "--waiting", "campus", "--covenants")
    assert result.exit_code == 0, result.stderr
    assert "site campus: −$2.0 m; this plan: now" in result.stdout
    assert "covenants, if the plan for one forecast were followed\n  there are none" in result.stdout
    page = optimizer.to_html(optimizer.solve_tree(file, waiting=["campus"]).record)
    assert "What waiting is worth" in page
    wrong = call("solve", file, "--out", str(tmp_path), "--jobs", "1", "--waiting", "camps")
    assert wrong.exit_code == 2
    assert "did you mean `campus`" in wrong.stderr
    assert call("solve", str(TREES / "build-or-wait.yaml"), "--waiting", "campus").exit_code == 2
