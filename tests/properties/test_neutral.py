"""Neutral changes change nothing: known-optimal, random and shipped instances, each changed in dozens of ways.

Value and status of every level stay to a dollar and a dollar in a million, and the bound of the first meets its value.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, seed
from hypothesis import strategies as st

from optimizer.instance.checks import check
from optimizer.instance.diagnostics import InstanceError
from optimizer.instance.loader import load
from optimizer.instance.schema import Instance
from optimizer.model.build import BuiltModel
from optimizer.solver.highs import Limits
from optimizer.solver.level import Level, NothingFoundError, Objective
from optimizer.solver.levels import solve_levels
from optimizer.solver.matrix import Matrix
from optimizer.solving.compile import compile_instance
from optimizer.solving.compiled import Compiled, TriviallyInfeasibleError

from ..known_optimal.expected import ALL, Expected
from ..thorough import THOROUGH
from .bare_strategies import bare
from .instrument_strategies import programmes
from .neutral import CHANGES
from .neutral_table import Change, Data
from .solving import examples, same

INSTANCES = Path(__file__).parents[2] / "instances"
EXACT = Limits(gap_share=0.0, time_limit_s=120.0, threads=1, seed=0)

EVERYWHERE = {
    *("tax_at_rate_zero", "one_tier_of_zero", "framework_of_zero", "development_of_zero", "loan_with_limit_zero"),
    *("empty_market", "split_sites", "second_like_region", "unused_resource", "dominated_offers"),
    *("order_fee_of_zero", "half_dollars", "series_as_lists"),
    # these find few instances that they apply to
    *("tier_like_the_last", "reserved_with_limit_zero", "split_phases", "split_clouds", "split_sources"),
    *("one_class_of_credit", "flat_upkeep_by_age", "capped_call_of_nothing", "sweep_of_nothing"),
    *("drawn_once_with_a_delay", "terms_of_no_prepayment", "group_of_nothing", "group_terms_that_hold_anyway"),
}
"""Changes that every known-optimal instance is put through."""
SHARE = 4 if THOROUGH else 8
"""Of the others each gets one in so many, in turn."""

ASKED = {"supply-missing", "no-bound"}
"""Codes of a refusal for want of a bound: the file is asked for what the model has to know."""
ASKING = {
    *("one_tier_of_zero", "incremental_tiers_of_zero", "framework_of_zero", "take_or_pay_of_zero"),
    *("development_of_zero", "dividends_of_zero", "grid_of_one_bucket"),
}
"""Changes that put a yes or no before an amount, for which the model may have to know the largest amount."""

Outcome = tuple[str, tuple[Level, ...]]
"""Status and levels; the status is ``asked`` for a file that is refused for want of a bound."""


def outcome(data: Data) -> Outcome:
    """The proven optimum of a valid file. Two files with one matrix are solved once."""
    instance = Instance.model_validate(data)
    wrong = {finding.code for finding in check(instance) if finding.severity == "error"}
    if wrong:
        assert wrong <= ASKED, wrong
        return "asked", ()
    try:
        built, compiled = compile_instance(instance)
    except TriviallyInfeasibleError:
        return "infeasible", ()
    except InstanceError as refused:
        return ("asked" if {diagnostic.code for diagnostic in refused.diagnostics} <= ASKED else str(refused)), ()
    objectives = objectives_of(built, compiled)
    key = digest(compiled.matrix, objectives)
    if key not in SOLVED:
        try:
            followers = compiled.mask(built.model.implied)
            SOLVED[key] = "optimal", tuple(solve_levels(compiled.matrix, objectives, [], followers, EXACT).levels)
        except NothingFoundError as nothing:
            SOLVED[key] = nothing.status, ()
    return SOLVED[key]


SOLVED: dict[bytes, Outcome] = {}


def objectives_of(built: BuiltModel, compiled: Compiled) -> list[Objective]:
    """The levels that an instance asks for."""
    objectives = []
    for level in built.model.instance.objectives:
        stated = built.objectives[level.name]
        over = None if stated.denominator is None else compiled.expression(stated.denominator)
        slack = (level.slack_share, level.slack_musd)
        expression = compiled.expression(stated.expression)
        objectives.append(
            Objective(stated.name, expression, stated.minimise, *slack, denominator=over, log_share=stated.log_share)
        )
    return objectives


def digest(matrix: Matrix, objectives: list[Objective]) -> bytes:
    """The same for the same problem, to the last digit."""
    found = hashlib.sha256()
    rows = (matrix.rows.data, matrix.rows.indices, matrix.rows.indptr, matrix.row_low, matrix.row_high)
    for array in (*rows, matrix.low, matrix.high, matrix.integer):
        found.update(np.ascontiguousarray(array).tobytes())
    for objective in objectives:
        for expression in (objective.expression, objective.denominator):
            if expression is not None:
                found.update(expression.cost.tobytes() + repr(expression.constant).encode())
        found.update(repr((objective.name, objective.slack_share, objective.slack_musd)).encode())
    return found.digest()


def difference(before: Outcome, after: Outcome, money: float) -> str:
    """What is not as it was, in words; nothing if all is.

    The bound of a later level is proven with a dollar of room for those before it, which may be worth more than one.
    """
    if before[0] != after[0]:
        return f"{before[0]} became {after[0]}"
    for old, new in zip(before[1], after[1], strict=False):  # a change may add levels after the others
        expected = old.value * (money if old.unit == "musd" else 1.0)
        if (old.name, old.status) != (new.name, new.status) or not same(expected, new.value):
            return f"{old.name} {old.status} {expected!r} became {new.name} {new.status} {new.value!r}"
    if after[1] and not same(after[1][0].value, after[1][0].bound):
        return f"{after[1][0].value!r} has a bound of {after[1][0].bound!r}"
    return ""


@cache
def plain(path: Path) -> Data:
    """A file as the data that was written, read once and not to be changed."""
    return load(path).model_dump(mode="json", exclude_unset=True)


# ── known-optimal instances ───────────────────────────────────────────────────────────────────────────────────────


def changed(expected: Expected, everywhere: bool) -> Iterator[tuple[Change, Data]]:
    """A known-optimal instance through the changes of EVERYWHERE, or through its share of the others."""
    data, place = plain(expected.file), ALL.index(expected)
    for i, change in enumerate(CHANGES.values()):
        turn = change.name in EVERYWHERE if everywhere else change.name not in EVERYWHERE and (place + i) % SHARE == 0
        if turn and not (change.limits and expected.status == "unbounded"):
            other = change(data)
            if other is not None:
                yield change, other


def compared(expected: Expected, everywhere: bool) -> None:
    """Where there is no end to what is earned, a file may be asked for a bound instead."""
    before = outcome(plain(expected.file))
    assert before[0] == expected.status
    found = {}
    for change, data in changed(expected, everywhere):
        after = outcome(data)
        if not (before[0] == "unbounded" and after[0] == "asked" and change.name in ASKING):
            found[change.name] = difference(before, after, change.money)
    assert {name: words for name, words in found.items() if words} == {}


@pytest.mark.parametrize("expected", ALL, ids=lambda each: each.name)
def test_known_optimal(expected: Expected) -> None:
    compared(expected, everywhere=True)


@pytest.mark.slow
@pytest.mark.parametrize("expected", ALL, ids=lambda each: each.name)
def test_known_optimal_in_turn(expected: Expected) -> None:
    compared(expected, everywhere=False)


def test_comparisons_are_many() -> None:
    """At least 2,500 on known-optimal instances alone, and none of the changes idle."""
    counts = Counter(change.name for each in ALL for part in (True, False) for change, _ in changed(each, part))
    assert counts.total() >= 2500
    assert min(counts[name] for name in CHANGES) >= 2


# ── random instances ──────────────────────────────────────────────────────────────────────────────────────────────


def random_comparisons(strategy: st.SearchStrategy[Data], number: int, count: int, every: int) -> Counter[str]:
    """Compare ``count`` examples with every so many-th change; how often what came of it."""
    tally: Counter[str] = Counter()

    @seed(number)
    @examples(count)
    @given(strategy)
    def each(data: Data) -> None:
        before = outcome(data)
        tally[before[0]] += 1
        if before[0] == "asked":
            return
        for i, change in enumerate(CHANGES.values()):
            if (i + tally.total()) % every or (change.limits and before[0] == "unbounded"):
                continue
            other = change(data)
            if other is None:
                continue
            after = outcome(other)
            if after[0] == "asked" and change.name in ASKING:
                tally["refused"] += 1
                continue
            assert not difference(before, after, change.money), change.name
            tally["same"] += 1

    each()
    return tally


@pytest.mark.slow
@pytest.mark.parametrize("number", range(4))
def test_bare_instances(number: int) -> None:
    """Where only cash and need bound an order. A yes or no before it may ask for a bound, and does so openly."""
    tally = random_comparisons(bare(), number, 10, 4)
    assert tally["optimal"] >= 5
    assert tally["same"] >= 40
    assert tally["refused"] <= tally["same"] / 4


@pytest.mark.slow
@pytest.mark.parametrize("number", range(4))
def test_whole_programmes(number: int) -> None:
    """With every instrument and source in turn."""
    tally = random_comparisons(programmes(), number, 3, 8)
    assert tally["optimal"] >= 2
    assert tally["same"] >= 8


# ── shipped instances ─────────────────────────────────────────────────────────────────────────────────────────────

SHIPPED = (
    *("templates/minimal", "anthropic-50b", "amazon-125b", "google-92b", "meta-600b", "openai-1400b"),
    *("min-wacc", "late-sites", "partner", "debt-heavy", "valuation-183b"),
)[:: 1 if THOROUGH else 2]
OTHER_DECISIONS = {"dominated_offers", "other_names", "tier_like_the_last"}
OTHER_DECISIONS |= {name for name in CHANGES if name.startswith("split_")}
"""Changes after which a decision has another name, or another beside it that would not be held."""


@pytest.mark.slow
@pytest.mark.instances
@pytest.mark.parametrize("name", SHIPPED)
def test_shipped(name: str) -> None:
    """With the whole numbers of a first plan held: what is left is solved exactly, at the same value.

    A gap of 0 takes hours on these. The best plan with phases, lots, signatures and raises as they are in one plan is
    found in a moment, and has to be neither better nor worse after a neutral change.
    """
    data = plain(INSTANCES / f"{name}.yaml")
    built, compiled = compile_instance(Instance.model_validate(data))
    matrix, objectives = compiled.matrix, objectives_of(built, compiled)[:1]
    followers = compiled.mask(built.model.implied)
    first = solve_levels(matrix, objectives, [], followers, Limits(1.0, 300.0, 1, 0), layout=compiled.layout).x
    decided = matrix.integer & ~followers
    held = dict(zip(np.array(compiled.names.columns)[decided], np.round(first[decided]), strict=True))
    before = with_held(data, held)
    assert before[0] == "optimal"
    found = {}
    for i, change in enumerate(CHANGES.values()):
        other = change(data)
        if (i + SHIPPED.index(name)) % 6 == 0 and change.name not in OTHER_DECISIONS and other is not None:
            found[change.name] = difference(before, with_held(other, held), change.money)
    assert len(found) >= 4
    assert {name: words for name, words in found.items() if words} == {}


def with_held(data: Data, held: dict[str, float]) -> Outcome:
    """The first level with the integers in ``held`` as they are there."""
    built, compiled = compile_instance(Instance.model_validate(data))
    columns = compiled.names.columns
    values = np.array([held.get(name, 0.0) for name in columns])
    free = np.array([name not in held for name in columns])
    matrix = compiled.matrix.fixed_integers(values, free=free)
    objectives = objectives_of(built, compiled)[:1]
    followers = compiled.mask(built.model.implied)
    try:
        return "optimal", tuple(solve_levels(matrix, objectives, [], followers, EXACT).levels)
    except NothingFoundError as nothing:
        return nothing.status, ()
