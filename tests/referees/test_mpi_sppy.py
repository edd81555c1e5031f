"""mpi-sppy's extensive form of our scenarios: a model of Pyomo each, tied together by it and not by us."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from optimizer.uncertainty.reading import load_tree, tree_from
from optimizer.uncertainty.run import asked_of, solve_tree
from optimizer.uncertainty.tree import ScenarioTree
from tests.uncertainty.worlds import THREE_STAGES, UP_OR_DOWN, lots, newsboy, option, price

pytest.importorskip("mpisppy", reason="the optional part referee is not installed")

SHIPPED = Path(__file__).resolve().parents[2] / "instances" / "trees"
BY_PRICE: dict[str, Any] = {
    "today": {},
    "one": {"parent": "today", "from": 2027, "probability": 0.2, "set": price(8000)},
    "two": {"parent": "today", "from": 2027, "probability": 0.5, "set": price(4500)},
    "three": {"parent": "today", "from": 2027, "probability": 0.3, "set": price(500)},
}
NEWS: dict[str, Any] = {
    "today": {},
    **{
        f"sold-{number}": {
            "parent": "today",
            "from": 2027,
            "probability": chance,
            "set": {"markets": {"news": {"demand_h100e": {2027: number}}}},
        }
        for number, chance in ((4000, 0.3), (9000, 0.4), (15000, 0.3))
    },
}
TREES: dict[str, Callable[[], ScenarioTree]] = {
    "three stages, of which a path has two": lambda: tree_from(lots(), nodes=THREE_STAGES),
    "an option": lambda: tree_from(option(), nodes=UP_OR_DOWN),
    "an option, three prices": lambda: tree_from(option(), nodes=BY_PRICE),
    "a newsboy": lambda: tree_from(newsboy(), nodes=NEWS),
    "the shipped option": lambda: load_tree(SHIPPED / "build-or-wait.tree.yaml"),
}


@pytest.mark.parametrize("name", TREES)
def test_the_extensive_form_comes_to_the_same(name: str) -> None:
    import mpisppy.utils.sputils as sputils
    import pyomo.environ as pyo

    from optimizer.pyomo.scenarios import node_names, scenario_creator, scenario_names

    tree = TREES[name]()
    logging.disable(logging.WARNING)  # it says that scenarios of one node have nothing to share
    try:
        form = sputils.create_EF(scenario_names(tree), scenario_creator, {"tree": tree}, suppress_warnings=True)
    finally:
        logging.disable(logging.NOTSET)
    pyo.SolverFactory("appsi_highs").solve(form)
    ours = solve_tree(tree, asked_of(tree, gap=0.0, worth=False)).levels[0].value
    assert pyo.value(form.EF_Obj) == pytest.approx(ours, rel=1e-7, abs=1e-6)
    assert node_names(tree)[0] == "ROOT"
    assert len(node_names(tree)) > len(tree.leaves)


def test_what_it_cannot_add_up_is_refused() -> None:
    from optimizer.pyomo.scenarios import scenario_creator

    worst = tree_from(lots(), nodes=THREE_STAGES, risk={"measure": "worst"})
    with pytest.raises(ValueError, match="mpi-sppy adds up expected values"):
        scenario_creator("low-low", tree=worst)
    with pytest.raises(ValueError, match="has no scenario 'middle': high, low-low, low-high"):
        scenario_creator("middle", tree=tree_from(lots(), nodes=THREE_STAGES))
