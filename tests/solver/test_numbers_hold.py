"""A result does not hang on the order of rows, columns or names, on presolve, on the seed, or on the unit of money."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from optimizer.instance import schema
from optimizer.instance.diagnostics import InstanceError
from optimizer.instance.loader import load, loads
from optimizer.instance.schema import Block, Instance
from optimizer.solving.compile import compile_instance
from tests.properties.solving import ABSOLUTE, RELATIVE, same
from tests.thorough import THOROUGH

from .matrices import NamedMatrix, differences, same_expression
from .money import QUANTITIES, in_units, is_money, numeric_fields
from .runs import Run, Way, worst_violation
from .units import units

INSTANCES = Path(__file__).resolve().parents[2] / "instances"
KNOWN = sorted(path for path in INSTANCES.glob("known-optimal/*.yaml") if not path.name.endswith(".expected.yaml"))
CHOSEN = {
    "adjusted-present-value-assets", "advance-on-contract", "attach-cost", "capex-budget-carry-over", "capital-raised",
    "cash-sweep", "choice-of-loans",
    "choice-requires", "colocation-limits", "contract-from-before",
    "contract-renewed-quarters", "convertible", "covenant-scope", "custom-chip", "customer-shares",
    "dividend-lock-up", "dynamic-lot-size", "energy-contracts", "floating-rate", "framework-fee", "group-lock-up",
    "group-opening", "opening-fleet", "opening-site-quarters",
    "infeasible-lots", "interest-limitation", "lease-as-debt", "lexicographic-amount",
    "minimum-liquidity", "mixed-calendar", "ownership-partner", "preferred-mid", "prepayment-opening",
    "relever-harris-pringle",
    "reserved-cloud-terms", "resale-book", "resources", "sculpted-debt", "service-reserve", "shareholder-value",
    "tax-loss-carry-forward", "terminal-resale", "tiers-all-units", "twelve-months-history", "unbounded-scrap",
}  # fmt: skip
"""Few instances that have every block of a file and every objective between them."""

TEMPLATE = INSTANCES / "templates" / "minimal.yaml"
QUICK = [path for path in KNOWN if path.stem in CHOSEN]
SLOW = [path for path in KNOWN if path.stem not in CHOSEN][:: 1 if THOROUGH else 3]
"""The others, of which the gate takes every third."""


def parameters(quick: list[Path], slow: list[Path]) -> pytest.MarkDecorator:
    """A test for each path, under the name of its file."""
    whole = [pytest.param(path, id=path.stem) for path in quick]
    return pytest.mark.parametrize(
        "path", whole + [pytest.param(path, id=path.stem, marks=pytest.mark.slow) for path in slow]
    )


FEW = parameters(QUICK, [TEMPLATE])
EACH = parameters(QUICK, [TEMPLATE, *SLOW])
FACTORS = (1000.0, 1e-3)

LEAST_MUSD = 2e-5
"""What ``smallest`` asks of a draw or a raise with a fee however small its limit: 20 dollars, in any unit of money."""
NOTHING_MUSD = 1e-3
"""Interest up to which a grid by cover sees none: 1,000 dollars, in any unit of money."""


@cache
def solved(path: Path) -> Run:
    """An instance as it is, to a gap of 0."""
    return Way().run(load(path))


def values(found: Run) -> list[float]:
    return [level["value"] for level in found.levels]


def assert_same(found: Run, expected: Run) -> None:
    """One status, and at every level one value: each proven, and a plan that passes its audit."""
    assert found.status == expected.status
    assert len(found.levels) == len(expected.levels)
    for now, then in zip(found.levels, expected.levels, strict=True):
        assert now["status"] == then["status"] == "optimal"
        assert same(now["value"], then["value"]), now["name"]
    assert found.plan is None or found.plan.audit_passed


# ── the instances ─────────────────────────────────────────────────────────────────────────────────────────────────


def blocks(value: Any) -> Iterator[str]:
    """The kinds of blocks in an instance, and what it optimises."""
    if isinstance(value, Block):
        yield type(value).__name__
        if isinstance(value, schema.Objective):
            yield value.name
        for name in type(value).model_fields:
            yield from blocks(getattr(value, name))
    elif isinstance(value, (dict, list)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from blocks(item)


def test_the_quick_instances_have_every_block_and_every_objective() -> None:
    every = {name for name, each in vars(schema).items() if isinstance(each, type) and issubclass(each, Block)}
    every |= set(schema.ObjectiveName.__args__)  # type: ignore[attr-defined]
    seen = {kind for path in QUICK for kind in blocks(load(path))}
    # no plan depends on a range
    assert every - {"Block", "Range"} == seen
    assert {solved(path).status for path in QUICK} == {"optimal", "infeasible", "unbounded"}
    assert {path.stem for path in KNOWN} >= CHOSEN


# ── order, presolve, seed ─────────────────────────────────────────────────────────────────────────────────────────


@FEW
@pytest.mark.parametrize("way", [Way(shuffle_rows=True), Way(shuffle_columns=True)], ids=["rows", "columns"])
def test_order_of_rows_or_columns(path: Path, way: Way) -> None:
    assert_same(way.run(load(path)), solved(path))


@FEW
def test_presolve(path: Path) -> None:
    assert_same(Way(presolve=False).run(load(path)), solved(path))


@parameters([], SLOW)
def test_order_presolve_and_seed_at_once(path: Path) -> None:
    way = Way(shuffle_rows=True, shuffle_columns=True, presolve=False, seed=1)
    assert_same(way.run(load(path)), solved(path))


@FEW
@pytest.mark.parametrize("seed", [1, 2, 3, 4] if THOROUGH else [1, 2])
def test_seed(path: Path, seed: int) -> None:
    """With the seed 0 of ``solved`` these are three, in the thorough run five."""
    assert_same(Way(seed=seed).run(load(path)), solved(path))


def reordered(text: str, seed: int) -> str:
    """A YAML text with the keys of every mapping in another order; lists stay as they are."""
    shuffle = random.Random(seed).shuffle
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    pending, seen = [root], set()
    while pending:
        node = pending.pop()
        if id(node) in seen or not isinstance(node, yaml.CollectionNode):
            continue
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            shuffle(node.value)
            pending.extend(value for _, value in node.value)
        else:
            pending.extend(node.value)
    return str(yaml.serialize(root, Dumper=yaml.SafeDumper, allow_unicode=True))


@FEW
def test_order_of_the_file(path: Path) -> None:
    """The same names in another order are the same instance: not only the value but the whole plan is the same."""
    text = path.read_text(encoding="utf-8")
    other = reordered(text, seed=1)
    assert list(yaml.safe_load(other)) != list(yaml.safe_load(text))
    instance = loads(other)
    assert instance.hash == load(path).hash
    found, expected = Way().run(instance), solved(path)
    assert found.status == expected.status
    assert values(found) == values(expected)
    if found.plan is not None and expected.plan is not None:
        assert found.plan.to_dict() == expected.plan.to_dict()


# ── the unit of money ─────────────────────────────────────────────────────────────────────────────────────────────


def test_every_number_of_a_file_is_money_or_known_not_to_be() -> None:
    """A field that is added has to say by its name, or in ``QUANTITIES``, whether a unit of money changes it."""
    names = {name for _, name in numeric_fields()}
    labels = {name for name in names if name.startswith(("first_", "last_", "earliest_", "latest_"))}
    other = {name for name in names - labels if not is_money(name) and not name.endswith(("_share", "_per_year"))}
    assert other == QUANTITIES
    assert sum(is_money(name) for name in names) > 30


@pytest.mark.parametrize(
    ("path", "factor"),
    [pytest.param(path, factor, id=f"{path.stem}-{factor:g}") for path in QUICK for factor in FACTORS]
    + [pytest.param(path, 1e-3, id=f"{path.stem}-0.001", marks=pytest.mark.slow) for path in [TEMPLATE, *SLOW]],
)
def test_the_model_has_no_unit_of_money(path: Path, factor: float) -> None:
    """Rows and columns of money are multiplied, those of quantities stay, and no coefficient is anything else.

    Two are: the least draw or raise with a fee is 20 dollars, and a grid by cover sees interest from 1,000 dollars on.
    """
    instance = load(path)
    built, before = compile_instance(instance)
    rebuilt, after = compile_instance(in_units(instance, factor))
    amounts = []
    for name, objective in built.objectives.items():
        other, scale = rebuilt.objectives[name], 1.0 if objective.log_share else factor
        for one, two in ((objective.expression, other.expression), (objective.denominator, other.denominator)):
            if one is not None:
                amounts.append((before.expression(one), after.expression(two), scale))
    found = units(before.matrix, after.matrix, factor, amounts)
    again = NamedMatrix(found.undone(after.matrix), after.names)
    for each in differences(before, again):
        grid = each.place.startswith("row pricing_grid.")
        assert grid or each.place.startswith(("row equity[", "row preferred[", "row issue_rows.")), str(each)
        least = NOTHING_MUSD if grid else LEAST_MUSD
        # such a row is in the unit of the one or of the other coefficient
        allowed = {(least, least / factor)} | ({(1.0, factor)} if grid else set())
        pair = (abs(each.first), abs(each.second))
        assert any(pair == pytest.approx(ratio) for ratio in allowed), str(each)
    for was, now, scale in amounts:
        same_expression(before, was, again, found.expression(now, scale))


def assert_same_in_units(found: Run, expected: Run, factor: float) -> None:
    """Amounts ``factor`` times as large, shares the same, and a plan that is one of the programme as it was."""
    assert found.status == expected.status
    for now, then in zip(found.levels, expected.levels, strict=True):
        assert now["status"] == then["status"] == "optimal"
        assert same(now["value"], (factor if now["unit"] == "musd" else 1.0) * then["value"]), now["name"]
    if found.plan is None:
        return
    assert found.plan.audit_passed
    assert found.matrix is not None
    assert expected.matrix is not None
    x = found.x / units(expected.matrix, found.matrix, factor).columns
    # a dollar of a unit that is a thousandth is a thousand of the old ones
    assert worst_violation(expected.matrix, x) <= ABSOLUTE * max(1.0, 1.0 / factor)
    whole = x[expected.matrix.integer]
    assert np.array_equal(whole, np.round(whole))


TRIFLES = ("trifle-of-debt", "trifle-of-debt-quarters")
"""They owe less than 1,000 dollars, which lenders do not test: that is no unit of money."""


@pytest.mark.parametrize(
    ("path", "factor"),
    [
        pytest.param(path, factor, id=f"{path.stem}-{factor:g}", marks=() if path in QUICK else pytest.mark.slow)
        for number, path in enumerate([*QUICK, TEMPLATE, *SLOW])
        for factor in (FACTORS if THOROUGH else FACTORS[number % 2 :][:1])
    ],
)
def test_unit_of_money(path: Path, factor: float) -> None:
    if path.stem in TRIFLES and factor > 1.0:
        with pytest.raises(InstanceError, match=r"opening debt of 0\.4 is still there"):
            Way().run(in_units(load(path), factor))
        return
    assert_same_in_units(Way().run(in_units(load(path), factor)), solved(path), factor)


def test_money_is_changed_where_a_file_has_it() -> None:
    """Each way of writing a series, a floor of liquidity, and what has to stay."""
    text = """
name: money
calendar: {start: 2026, periods: 2}
discount: {rate_per_year: 0.1}
cash: {minimum_musd: {2026: 1, 2027: 2}, minimum_opex_months: 3}
cash_flows:
  grant: {kind: operating, musd_per_year: {initial: 5, growth_per_year: 0.1}}
  staff: {kind: operating, musd_per_period: [-1, -2]}
debt:
  loan: {kind: bullet, rate_per_year: 0.08, tenor_periods: 1, limit_musd: 7}
covenants:
  floor: {kind: minimum_liquidity, minimum: 4}
  cover: {kind: interest_cover, minimum: 4}
"""
    instance = loads(text)
    wanted = instance.canonical()
    wanted["cash"]["minimum_musd"] = {"2026": 10.0, "2027": 20.0}
    wanted["cash_flows"]["grant"]["musd_per_year"] = {"initial": 50.0, "growth_per_year": 0.1}
    wanted["cash_flows"]["staff"]["musd_per_period"] = [-10.0, -20.0]
    wanted["debt"]["loan"]["limit_musd"] = 70.0
    wanted["covenants"]["floor"]["minimum"] = 40.0
    assert in_units(instance, 10.0).canonical() == wanted


def test_a_unit_of_money_can_be_taken_back() -> None:
    """1,024 times as much, and a 1,024th of that, is the instance that it was."""
    instance = load(TEMPLATE)
    there_and_back = in_units(in_units(instance, 1024.0), 1.0 / 1024.0)
    assert isinstance(there_and_back, Instance)
    assert there_and_back.hash == instance.hash


# ── shipped instances, to a gap ───────────────────────────────────────────────────────────────────────────────────

SHIPPED = {
    "google-92b": ("cost_of_capital", 0.01),
    "anthropic-50b": ("cost_of_capital", 0.05),
}
WAYS = {
    "rows and columns": (Way(shuffle_rows=True, shuffle_columns=True), 1.0),
    "money x 1000": (Way(), 1000.0),
    "money / 1000": (Way(), 1e-3),
    "without presolve": (Way(presolve=False), 1.0),
    **{f"seed {seed}": (Way(seed=seed), 1.0) for seed in range(1, 5)},
}
PAIRS = [("google-92b", how) for how in WAYS]
PAIRS += [("anthropic-50b", how) for how in ("rows and columns", "money x 1000")]


def to_a_gap(way: Way, name: str) -> Way:
    objective, gap = SHIPPED[name]
    return replace(way, gap=gap, objectives=(objective,))


@cache
def shipped(name: str) -> Run:
    return to_a_gap(Way(), name).run(load(INSTANCES / f"{name}.yaml"))


@pytest.mark.slow
@pytest.mark.xdist_group("numbers-hold-shipped")
@pytest.mark.parametrize(("name", "how"), PAIRS)
def test_shipped(name: str, how: str) -> None:
    """Both runs are proven: neither has a plan that is better than the bound of the other, both are within the gap."""
    way, factor = WAYS[how]
    now = to_a_gap(way, name).run(in_units(load(INSTANCES / f"{name}.yaml"), factor))
    (one,), (two,) = now.levels, shipped(name).levels
    assert now.plan is not None
    assert now.plan.audit_passed
    assert one["status"] == two["status"] == "optimal"
    value, bound = one["value"] / factor, one["bound"] / factor
    gap = SHIPPED[name][1]
    assert value - bound <= gap * abs(value) * (1.0 + RELATIVE)
    assert max(bound, two["bound"]) <= min(value, two["value"]) * (1.0 + RELATIVE)
    assert abs(value - two["value"]) <= gap * max(value, two["value"])


# ── the range of coefficients ─────────────────────────────────────────────────────────────────────────────────────


def test_the_summary_of_a_run_has_the_range_of_coefficients() -> None:
    """The frugal chip: a thousand units cost $5.3 m; one kW of it takes 1.2·0.9·0.5·8,760 MWh a year at $100.

    No other coefficient is below 0.47 or above 5.3: 0.5·1.2 and 1·1.2 MW, price 5, energy of the thirsty 0.946, and 1.
    """
    plan = solved(INSTANCES / "known-optimal" / "energy-cost.yaml").plan
    assert plan is not None
    written = plan.to_summary()["matrix"]
    assert written["smallest_coefficient"] == pytest.approx(1.2 * 0.9 * 0.5 * 8760 * 100 / 1e6)
    assert written["largest_coefficient"] == pytest.approx(5.3)


@FEW
def test_the_range_is_that_of_the_matrix(path: Path) -> None:
    found = solved(path)
    if found.plan is None or found.matrix is None:
        assert found.status in ("infeasible", "unbounded")
        return
    table = np.abs(found.matrix.rows.toarray())
    written = found.plan.summary["matrix"]
    assert (written["rows"], written["columns"]) == table.shape
    assert written["nonzeros"] == np.count_nonzero(table)
    assert written["smallest_coefficient"] == table[table > 0.0].min()
    assert written["largest_coefficient"] == table.max()
