"""Prices on what is decided today: what branches by themselves prove of all of them."""

from __future__ import annotations

import json
import math
import random
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import numpy as np
import pytest
from scipy import sparse

from optimizer.comparison.store import Store
from optimizer.instance.schema import Instance
from optimizer.solver.highs import Limits
from optimizer.solver.matrix import Expression, Matrix
from optimizer.uncertainty import branches, groups, run
from optimizer.uncertainty.asks import Ask, Found
from optimizer.uncertainty.audit import audit_tree
from optimizer.uncertainty.joined import Joined, Key, joined
from optimizer.uncertainty.kept import write_tree
from optimizer.uncertainty.leaf import largest_of, programmes
from optimizer.uncertainty.prices import Branch, cancelling, least_prices, prices_of
from optimizer.uncertainty.reading import tree_from
from optimizer.uncertainty.tasks import ask_of, point_of
from optimizer.uncertainty.tree import ScenarioTree

from .test_by_parts import random_tree
from .worlds import UP_OR_DOWN, option

MAXIMISED = option().replace(
    {
        "objectives": [{"name": "adjusted_present_value"}],
        "adjusted_present_value": {"unlevered_rate_per_year": 0, "shield_rate_per_year": 0},
    }
)


def asked(tree: ScenarioTree, **more: Any) -> tuple[Joined, Ask]:
    ask = Ask("tree", tree.leaves, gap_share=0.0, time_limit_s=60.0, largest=largest_of(tree.leaves), **more)
    return joined(programmes(tree.leaves, False, ask.largest)), ask


def shared(group: Joined, ask: Ask) -> list[Key]:
    """The whole numbers that all leaves share."""
    places = (group.matrix.integer & ~group.followers & (group.sharing == len(ask.leaves))).nonzero()[0]
    return [group.keys[j] for j in places.tolist()]


def proven(ask: Ask, prices: Sequence[dict[Key, float]]) -> float:
    """What branches prove together at some prices."""
    parts = branches.parted(ask.leaves, ask)
    asks = [replace(ask, leaves=tuple(part), prices=price) for part, price in zip(parts, prices, strict=True)]
    return branches._together([branches.answered(each) for each in asks], parts)


@pytest.mark.parametrize("base", [option(), MAXIMISED], ids=["minimised", "maximised"])
def test_a_price_closes_what_branches_lose(base: Instance) -> None:
    """A hall for 100 that earns 20 in 2026, and in each of two years after it 90 in one case and 10 in the other.

    Begun today it costs 100 − 20 − 180 = −100 in the first and 100 − 20 − 20 = 60 in the second, −20 in expectation;
    begun when that is known, 100 − 180 = −80 or, never, 0: −40, the best plan. Each case by itself takes the better for
    it, −100 and 0, −50 together: 10 short. Beginning today is better by 20 in the first and worse by 60 in the second.
    At w more in the first and w less in the second −100 + w or −80 is the least there, and here 60 − w or 0: from w =
    20 to 60 that is −80 and 0, −40 together. 20 is the least such price.
    """
    tree = tree_from(base, nodes=UP_OR_DOWN)
    group, ask = asked(tree)
    (start,) = shared(group, ask)
    assert proven(ask, [{}, {}]) == pytest.approx(-50.0)
    for price, best in ((10.0, -45.0), (20.0, -40.0), (60.0, -40.0), (70.0, -45.0)):
        assert proven(ask, [{start: price}, {start: -price}]) == pytest.approx(best)
    found = branches.by_branches(group, ask, branches.here, first=[("now", {start: 1.0}), ("later", {start: 0.0})])
    assert found.value == pytest.approx(-40.0)
    assert found.bound == pytest.approx(-40.0)
    assert [dict(each.prices) for each in found.proven] == [
        {start: pytest.approx(20.0)},
        {start: pytest.approx(-20.0)},
    ]
    assert [each.bound for each in found.proven] == pytest.approx([-80.0, 0.0])


@pytest.mark.parametrize("seed", range(4))
def test_prices_that_cancel_prove_no_more_than_the_best_plan(seed: int) -> None:
    """Any prices on what is shared, of which Σ P(b)·W_b = 0: the bound of the branches is one of the whole. With those
    from two plans of all it is, too.
    """
    draw = random.Random(seed)
    group, ask = asked(random_tree(seed))
    whole = groups.at_once(group, ask)
    parts = branches.parted(ask.leaves, ask)
    shares = branches._shares(parts)
    keys = shared(group, ask)
    prices = cancelling([{key: draw.uniform(-60.0, 60.0) for key in keys} for _ in parts], shares)
    assert math.fsum(share * each[keys[0]] for share, each in zip(shares, prices, strict=True)) == pytest.approx(0.0)
    assert proven(ask, [dict(each) for each in prices]) <= whole.value + 1e-6
    one = {key: whole.integers[key] for key in keys}
    other = {**one, keys[-1]: 1.0 - one[keys[-1]]}
    by_parts = branches.by_branches(group, ask, branches.here, first=[("one", one), ("other", other)])
    assert by_parts.bound <= whole.value + 1e-6 <= by_parts.value + 2e-6


def branch(share: float, cost: tuple[float, float], *values: float) -> Branch:
    """Two columns between 0 and 4, of which 1 or more are needed in all; and what plans come to."""
    matrix = Matrix(
        sparse.csr_matrix([[1.0, 1.0]]),
        np.array([1.0]),
        np.array([np.inf]),
        np.zeros(2),
        np.full(2, 4.0),
        np.ones(2, dtype=bool),
    )
    return Branch(matrix, Expression(np.array(cost), 0.0), np.array([0, 1]), share, values)


LIMITS = Limits(0.0, 60.0, 1, 0)


def test_least_prices_that_relaxations_need() -> None:
    """One branch pays 10 and 12 for the two columns, the other 12 and 10; 1 is needed. Each by itself takes the cheaper
    for 10; together 11 is the least, whichever it is. Plans say nothing: both come to 11 in both branches.

    At w more for the first column in the first branch, and u more for the second, the relaxation of it is min(10 + w,
    12 + u), that of the other min(12 − w, 10 − u). Both are 11 where w − u is 2 and w + u is 0: at 1 and −1. A plan of
    the first column then comes to 11 + 1 in the first branch and 11 − 1 in the other, of the second to 10 and 12: the
    less of both is 10 in each. Relaxations gain 1 by that and plans lose 1: with a price of ε it is not worth it, and
    nothing has a price. If plans have in each branch what they cost there, 10 and 12, they gain as much.
    """
    plans, room = np.eye(2), np.full(2, 0.1)
    same = [branch(0.5, (10.0, 12.0), 11.0, 11.0), branch(0.5, (12.0, 10.0), 11.0, 11.0)]
    assert [each.tolist() for each in least_prices(same, plans, room, LIMITS) or ()] == [[0.0, 0.0], [0.0, 0.0]]
    own = [branch(0.5, (10.0, 12.0), 10.0, 12.0), branch(0.5, (12.0, 10.0), 12.0, 10.0)]
    first, second = least_prices(own, plans, room, LIMITS) or ()
    assert first[0] - first[1] == pytest.approx(2.0)
    assert np.abs(first).sum() == pytest.approx(2.0)
    assert (first + second).tolist() == pytest.approx([0.0, 0.0])


def test_a_price_that_costs_more_than_it_proves_is_not_taken() -> None:
    """As above; the difference of two between the columns earns 1 in the relaxations and 1 in the plans, and takes
    prices of 2 in each branch, that is 2·ε in all: more than 2 where ε is above 1.
    """
    own = [branch(0.5, (10.0, 12.0), 10.0, 12.0), branch(0.5, (12.0, 10.0), 12.0, 10.0)]
    for room, moved in ((0.9, 2.0), (1.1, 0.0)):
        first, _ = least_prices(own, np.eye(2), np.full(2, room), LIMITS) or ()
        assert np.abs(first).sum() == pytest.approx(moved)


def test_prices_for_three_branches_cancel_by_how_likely_they_are() -> None:
    """The first branch as above, the others as the second, with 0.5, 0.3 and 0.2."""
    own = [
        branch(0.5, (10.0, 12.0), 10.0, 12.0),
        branch(0.3, (12.0, 10.0), 12.0, 10.0),
        branch(0.2, (12.0, 10.0), 12.0, 10.0),
    ]
    found = least_prices(own, np.eye(2), np.full(2, 0.1), LIMITS)
    assert found is not None
    named = [{("today", name): price for name, price in zip("ab", each.tolist(), strict=True)} for each in found]
    prices = cancelling(named, [0.5, 0.3, 0.2])
    for key in (("today", "a"), ("today", "b")):
        paid = [share * each.get(key, 0.0) for share, each in zip((0.5, 0.3, 0.2), prices, strict=True)]
        assert abs(math.fsum(paid)) <= 1e-15
    for each, moved in zip(prices, (2.0, -2.0, -2.0), strict=True):
        assert each.get(("today", "a"), 0.0) - each.get(("today", "b"), 0.0) == pytest.approx(moved, abs=5e-3)


def test_the_likeliest_branch_takes_what_is_left() -> None:
    """¼ of 7 is left, for half of all: −3.5. What has no price is left out."""
    a, b = ("today", "a"), ("today", "b")
    assert cancelling([{a: 2.0}, {a: 7.0}, {b: 0.0}], [0.5, 0.25, 0.25]) == [{a: -3.5}, {a: 7.0}, {}]


def test_nothing_has_a_price_where_no_plans_differ_today() -> None:
    """No plan, one, or twice the same."""
    group, ask = asked(tree_from(option(), nodes=UP_OR_DOWN))
    (start,) = shared(group, ask)
    parts = branches.parted(ask.leaves, ask)
    plan = Found("plan", "feasible", 0.0, -20.0, {start: 1.0}, parts=(-100.0, 60.0))
    for plans in ([], [plan], [plan, plan]):
        assert prices_of(group, ask, parts, [0.5, 0.5], plans) == [{}, {}]
    other = replace(plan, integers={start: 0.0}, parts=(-80.0, 0.0))
    assert prices_of(group, ask, parts, [0.5, 0.5], [plan, other]) == [{start: 20.0}, {start: -20.0}]


def test_what_is_kept_is_known_by_its_prices(tmp_path: Path) -> None:
    """A question travels with its prices, and is not found again in the answer to the one without."""
    ask = Ask("a/1", tree_from(option(), nodes=UP_OR_DOWN).leaves, prices={("today", "x"): 2.5})
    assert ask_of(point_of(ask)).prices == ask.prices
    store = Store(tmp_path)
    assert store.key(point_of(ask)) != store.key(point_of(replace(ask, prices={})))


@cache
def kept() -> Path:
    """The tree above by branches, with the forecast's plan and what is best where it does badly as candidates."""
    folder = Path(mkdtemp(prefix="capstack-tree-"))
    tree = tree_from(option(), nodes=UP_OR_DOWN)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "MOST_INTEGERS", 0)
        write_tree(run.solve_tree(tree, run.asked_of(tree, gap=0.0, time_limit=60.0)), folder)
    return folder


def test_what_is_proven_is_audited_by_its_parts() -> None:
    """−80 and 0 at 20 and −20, of a plan that begins nothing today."""
    assert audit_tree(kept()) == []
    parts = json.loads((kept() / "tree.json").read_text(encoding="utf-8"))["search"]["proven"]
    assert [part["leaves"] for part in parts] == [["up"], ["down"]]
    assert [part["bound"] for part in parts] == pytest.approx([-80.0, 0.0])
    assert [[(each["musd"], each["plan"]) for each in part["prices"]] for part in parts] == [
        [(pytest.approx(20.0), 0.0)],
        [(pytest.approx(-20.0), 0.0)],
    ]


def dearer(parts: Any) -> None:
    """One price alone: they come to ½ over both."""
    parts[0]["prices"][0]["musd"] += 1.0


def prouder(parts: Any) -> None:
    parts[0]["bound"] += 1.0


def shifted(parts: Any) -> None:
    """The same together, and in one more than the plan comes to there."""
    parts[0]["bound"] += 5.0
    parts[1]["bound"] -= 5.0


def begun(parts: Any) -> None:
    """A plan that begins would come to 0 − 20 in the second, of which 0 is proven."""
    for part in parts:
        part["prices"][0]["plan"] = 1.0


def apart(parts: Any) -> None:
    """What is decided today would not be one decision."""
    parts[0]["prices"][0]["plan"] = 1.0


def fewer(parts: Any) -> None:
    del parts[1]


def twice(parts: Any) -> None:
    parts.append(parts[0])


@pytest.mark.parametrize("change", [dearer, prouder, shifted, begun, apart, fewer, twice])
def test_a_part_of_what_is_proven_that_is_changed_is_found(change: Callable[[Any], None], tmp_path: Path) -> None:
    folder = tmp_path / "tree"
    shutil.copytree(kept(), folder)
    data = json.loads((folder / "tree.json").read_text(encoding="utf-8"))
    change(data["search"]["proven"])
    (folder / "tree.json").write_text(json.dumps(data), encoding="utf-8")
    assert {each.rule for each in audit_tree(folder)} == {"bound"}
