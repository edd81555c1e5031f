"""Random instances of every kind, each solved by HiGHS and by SCIP on the same matrices, and audited."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, seed
from hypothesis import strategies as st

from optimizer.instance.loader import load
from optimizer.instance.schema import Instance
from optimizer.plan.plan import Plan
from optimizer.solver.highs import Limits, Outcome
from optimizer.solver.matrix import Expression, Matrix
from optimizer.solver.second import minimise_with_scip

from ..thorough import THOROUGH
from .complete_strategies import complete
from .coverage import Item, everything, used, written
from .instrument_strategies import EXTRAS
from .second_opinion import confirmed, kept
from .solving import Data, examples, solved

EACH = 9 if THOROUGH else 8
"""Examples with each extra: more than 200 in all."""

MORE_ROUNDS = 8
"""How often other examples may be drawn if the first ones leave a part of the schema unused."""

FOUND: dict[str, set[Item]] = {}
WRITTEN: dict[str, set[Item]] = {}
"""What the plans with each extra make use of, and what is written in its examples, as far as this process has seen."""


def search(extra: str, solve: Callable[[Data], Plan | None], again: int = 0) -> None:
    """Solve the examples with an extra: the same ones in every run, others for every extra and every round."""
    found, stated = FOUND.setdefault(extra, set()), WRITTEN.setdefault(extra, set())
    count = 0

    @seed(list(EXTRAS).index(extra) + 1000 * again)
    @examples(EACH)
    @given(complete(extra))
    def each(data: Data) -> None:
        nonlocal count
        count += 1
        stated.update(written(Instance.model_validate(data)))
        plan = solve(data)
        if plan is not None:
            found.update(used(plan))

    each()
    assert count >= EACH


def agreed(extra: str) -> Callable[[Data], Plan | None]:
    """Both solvers, and the instance kept where they disagree."""

    def solve(data: Data) -> Plan | None:
        with kept(f"random-{extra.replace('_', '-')}", data):
            return confirmed(data)

    return solve


def solved_if_it_may_use_more(data: Data) -> Plan | None:
    """The plan of an example that writes what none of the plans so far has made use of; the others are not solved."""
    instance = Instance.model_validate(data)
    return solved(instance) if unused() & written(instance) else None


def unused() -> set[Item]:
    """What none of the plans so far has made use of."""
    return set(everything().difference(*FOUND.values()))


def may_use_more(extra: str) -> bool:
    """Whether other examples with an extra may use what none did so far: what they write, or what none writes."""
    nowhere = everything().difference(*WRITTEN.values())
    return not unused().isdisjoint(WRITTEN[extra] | nowhere)


@pytest.mark.slow
@pytest.mark.xdist_group("second_solver")
@pytest.mark.parametrize("extra", EXTRAS)
def test_the_second_solver_agrees(extra: str) -> None:
    """Every level of every plan, and every proof that there is none."""
    search(extra, agreed(extra))


@pytest.mark.slow
@pytest.mark.xdist_group("second_solver")  # what the first has found is not searched for again
def test_the_examples_use_the_whole_schema() -> None:
    """Every class, every field, and every word of a field with a choice is at work in some plan."""
    assert EACH * len(EXTRAS) >= 200
    for extra in EXTRAS:
        if extra not in FOUND:  # the solvers' comparison ran in another process, or not at all
            search(extra, solved)
    for again in range(1, MORE_ROUNDS):
        for extra in EXTRAS:
            if may_use_more(extra):
                search(extra, solved_if_it_may_use_more, again)
    seen = set().union(*FOUND.values())
    assert everything() - seen == set()
    assert seen - everything() == set()


@pytest.mark.parametrize("file", sorted((Path(__file__).parent / "found").glob("*.yaml")), ids=lambda file: file.stem)
def test_what_was_found_once(file: Path) -> None:
    """Instances on which the solvers disagreed, and must not again."""
    assert confirmed(load(file).model_dump(mode="json", exclude_unset=True)) is not None


# ── what is kept of a disagreement ────────────────────────────────────────────────────────────────────────────────


def loan(periods: int, amount: int) -> Data:
    """A company that needs money once: a loan of it costs 5 % a year."""
    return {
        "name": "loan",
        "calendar": {"start": 2026, "periods": periods},
        "discount": {"rate_per_year": 0.0},
        "objectives": [{"name": "cost_of_capital"}],
        "opening": {"cash_musd": 100},
        "cash_flows": {"need": {"kind": "investing", "musd_per_period": [-100 - amount, *[20] * (periods - 1)]}},
        "debt": {"bond": {"kind": "bullet", "rate_per_year": 0.05, "tenor_periods": 20, "last_draw": 2026}},
    }


def wrong_from(size: int, by: float) -> Callable[..., Outcome]:
    """A solver whose values are off by a factor for every matrix with that many columns or more."""

    def solver(matrix: Matrix, objective: Expression, limits: Limits, *, maximise: bool = False) -> Outcome:
        outcome = minimise_with_scip(matrix, objective, limits, maximise=maximise)
        return outcome if matrix.shape[1] < size else replace(outcome, value=outcome.value * by)

    return solver


def columns(data: Data) -> int:
    """Columns of the matrix of an instance."""
    plan = solved(data)
    assert plan is not None
    return int(plan.summary["matrix"]["columns"])


@pytest.mark.parametrize(("by", "message"), [(1.001, "the plan has 7.5"), (0.999, "HiGHS finds 7.5")])
def test_a_disagreement_is_shrunk_and_kept(tmp_path: Path, by: float, message: str) -> None:
    """A solver that is wrong from four periods on leaves the instance of four periods, which still shows it."""
    lying = wrong_from(columns(loan(4, 50)), by)
    assert columns(loan(3, 50)) < columns(loan(4, 50))

    @examples(20)
    @given(st.integers(2, 8), st.integers(50, 60))
    def each(periods: int, amount: int) -> None:
        data = loan(periods, amount)
        with kept("disagreement", data, tmp_path):
            confirmed(data, lying)

    with pytest.raises(AssertionError, match="move it to instances/known-optimal"):
        each()
    assert [file.name for file in tmp_path.iterdir()] == ["disagreement.yaml"]
    instance = load(tmp_path / "disagreement.yaml")
    assert instance.name == "disagreement"
    assert instance.notes is not None
    assert message in instance.notes
    assert instance.calendar.periods == 4
    data = instance.model_dump(mode="json", exclude_defaults=True)
    with pytest.raises(AssertionError, match=message):
        confirmed(data, lying)
    # 50 at 5 % from the second period to the fourth, against nothing
    plan = confirmed(data)
    assert plan is not None
    assert plan.metrics["cost_of_capital"] == pytest.approx(3 * 0.05 * 50, rel=1e-9)


def test_nothing_is_kept_of_agreement(tmp_path: Path) -> None:
    data = loan(3, 50)
    with kept("agreement", data, tmp_path):
        assert confirmed(data) is not None
    assert list(tmp_path.iterdir()) == []


def test_a_plan_that_only_one_solver_finds_is_a_disagreement() -> None:
    """Without the loan nothing pays for the need, which SCIP confirms; a solver that finds a plan is refused."""
    data = loan(3, 50)
    data["debt"]["bond"]["limit_musd"] = 10
    assert confirmed(data) is None

    def finds(matrix: Matrix, objective: Expression, limits: Limits, *, maximise: bool = False) -> Outcome:
        return Outcome("optimal", matrix.low, 0.0, 0.0)

    with pytest.raises(AssertionError, match="there is no plan"):
        confirmed(data, finds)
