"""Usual ranges: every figure with a unit has one, what is shipped keeps to it, a slip is told with what was meant."""

from __future__ import annotations

import copy
import math
import re
from collections.abc import Iterator
from pathlib import Path as File
from typing import Any

import pytest

from optimizer.instance.checks.ranges import NO_RANGE, THOUSANDS, USUAL, Usual
from optimizer.instance.checks.units import Beside, _figure, unusual_figure
from optimizer.instance.checks.walk import Path, blocks
from optimizer.instance.loader import check_file, check_text
from optimizer.instance.reference import ROOT
from optimizer.instance.schema import Instance
from optimizer.instance.sections import sections
from tests.instance.example import TEXT, changed, data
from tests.instance.parts import EVERYTHING, GB200, LEASED, PHASE

UNIT = re.compile(r"(^|_)(usd|musd|mw|mwh|kw|h100e|units?|hour|years?|periods?|months|s)$")
SHIPPED = sorted(
    path
    for path in [*(ROOT / "instances").glob("*.yaml"), *(ROOT / "instances" / "templates").glob("*.yaml")]
    if not path.name.endswith((".batch.yaml", ".tree.yaml"))
)
DEMAND = "markets.training.demand_h100e"
RATE = "debt.bond.rate_per_year"
TESTED = changed(
    {
        **EVERYTHING,
        "history": {"ebitda_musd": 1},
        "debt.bond.conversion": {
            "share_price_usd": 10,
            "premium_share": 0.3,
            "straight_rate_per_year": 0.09,
            "pre_money_musd": 900,
        },
        "groups": {"spv": {"debt": ["bond"]}},
        f"{GB200}.attach": {"server": {"usd_per_unit": 9000, "tax_class": "chips"}},
        "covenants": {
            name: {"kind": name}
            for name in (
                "dscr",
                "interest_cover",
                "debt_to_ebitda",
                "debt_to_capital",
                "loan_to_value",
                "minimum_liquidity",
            )
        },
    }
)
"""The example with everything in it."""


def helps(instance: Instance) -> dict[str, str]:
    """The help of each warning by its place."""
    return {".".join(map(str, hit.path)): hit.help for hit in unusual_figure(instance)}


def warned(changes: dict[str, Any]) -> dict[str, str]:
    return helps(Instance.model_validate(changed(changes)))


def test_every_figure_with_a_unit_has_a_range_or_a_reason_for_none() -> None:
    with_unit = {(block, name) for _, block in sections() for name in block.model_fields if UNIT.search(name)}
    in_table = {(row.block, name) for row in USUAL for name in row.fields}
    assert len(with_unit) > 80
    assert with_unit - in_table == set(NO_RANGE)
    assert all(name in block.model_fields for block, name in in_table)


def test_every_range_has_a_source() -> None:
    assert [row for row in USUAL if not row.source or not row.low < row.high] == []


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_what_is_shipped_is_usual(path: File) -> None:
    loaded = check_file(path)
    assert loaded.instance is not None
    assert [each.message for each in loaded.diagnostics if each.code.startswith("unusual")] == []


# ── each row ──────────────────────────────────────────────────────────────────────────────────────────────────────


def cases() -> Iterator[Any]:
    for row in USUAL:
        for name in row.fields:
            if name != "capex":  # a sum, not a figure
                yield pytest.param(row, name, id=f"{row.block.__name__}.{name}{'-' * bool(row.kind)}{row.kind}")


def place(instance: Instance, row: Usual, name: str) -> Path:
    """Where an instance has the field of a row."""
    path = next(
        path
        for path, block in blocks(instance)
        if type(block) is row.block and row.kind in ("", getattr(block, "kind", ""))
    )
    if name.endswith("by_site_usd_per_h100e_hour"):
        return (*path, name, "abilene")
    return (*path, name, 0) if name.endswith("_by_age") else (*path, name)


def with_figure(path: Path, number: float) -> Instance:
    """The example with everything in it, and a number at a path."""
    plain = copy.deepcopy(TESTED)
    block: Any = plain
    *above, last = path
    value: Any = int(number) if str(last).endswith("_periods") else number
    if last == 0:  # the only one of a list
        last, value = above.pop(), [number]
    for part in above:
        block = block[part] if isinstance(part, int) else block.setdefault(part, {})
    block[last] = value
    return Instance.model_validate(plain)


@pytest.mark.parametrize(("row", "name"), list(cases()))
def test_a_slip_is_told_with_what_was_meant(row: Usual, name: str) -> None:
    everything = Instance.model_validate(TESTED)
    path = place(everything, row, name)
    where = ".".join(map(str, path))
    scale = Beside(everything).measure(row.per[0], path)[0] if row.per else 1.0
    low, high = row.low * scale, row.high * scale
    usual = float(f"{math.sqrt(low * high) if low else high / 9:.2g}")
    if row.per == ("year",):
        usual = high // 2  # the ranges of terms are wide
    assert where not in helps(with_figure(path, usual))
    wrongs = [usual / slip for slip in row.slips]
    outside = [wrong for wrong in wrongs if not low <= wrong <= high]
    for wrong in outside:
        assert _figure(usual) in helps(with_figure(path, wrong))[where].split("?")[0], wrong
    if row.slips is THOUSANDS:
        # a fee has no lower end
        assert outside == (wrongs if low else [wrong for wrong in wrongs if wrong > usual])
    assert outside


# ── by hand ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_message_says_beside_what() -> None:
    # 40 USD for 2.5 H100e are 16 an H100e, and 20 a kW; 2,500 to 500,000 are usual for 2.5 H100e
    (hit,) = unusual_figure(Instance.model_validate(changed({f"{GB200}.price_usd": 40})))
    assert hit.message == "40 USD a unit is unusual beside 2.5 H100e a unit and 2 kW a unit"
    assert hit.help.startswith("did you mean 40,000? 2,500 to 500,000 is usual (")


def test_of_three_figures_of_a_unit_the_wrong_one_is_blamed() -> None:
    assert list(warned({f"{GB200}.price_usd": 40})) == [f"{GB200}.price_usd"]
    assert list(warned({f"{GB200}.kw": 2000})) == [f"{GB200}.kw"]
    assert list(warned({f"{GB200}.compute_h100e": 2500})) == [f"{GB200}.compute_h100e"]
    assert list(warned({**LEASED, f"{GB200}.kw": 2000})) == [f"{GB200}.kw"]


def test_of_cost_and_power_of_a_phase_the_wrong_one_is_blamed() -> None:
    assert list(warned({f"{PHASE}.capex.shell.musd": 0.2})) == [f"{PHASE}.capex.shell.musd"]
    assert list(warned({f"{PHASE}.mw": 20_000})) == [f"{PHASE}.mw"]
    assert warned({f"{PHASE}.mw": 0}) == {}


def test_percent_has_two_readings() -> None:
    assert warned({RATE: 0.9})[RATE].startswith("did you mean 0.009 or 0.09?")
    assert warned({RATE: 6.5})[RATE].startswith("did you mean 0.065?")


def test_the_price_of_a_loan_is_no_discount() -> None:
    """Of a loan that is sold at 98.5 of 100 the discount is 0.015, and 0.985 leaves next to nothing of it."""
    path = "debt.bond.issue_discount_share"
    assert warned({path: 0.985})[path].startswith("did you mean 0.00985 or 0.015?")
    assert warned({path: 0.02}) == {}


def test_a_rent_of_a_year_is_none_of_a_month() -> None:
    contract = {"term_periods": 2, "ramp_mw": [1], "h100e_per_mw": 800, "price_musd_per_mw_month": 12.6}
    path = "contracts.a.price_musd_per_mw_month"
    assert warned({"contracts": {"a": contract}})[path].startswith("did you mean 1.05?")


def test_years_are_no_quarters() -> None:
    quarters = {"calendar": {"start": "2026Q1", "periods": 4, "length": "quarter"}, f"{GB200}.life_periods": 5}
    assert warned(quarters)[f"{GB200}.life_periods"].startswith("did you mean 20? 8 to 60 is usual (")
    (hit,) = unusual_figure(Instance.model_validate(changed(quarters)))
    assert hit.message == "5 periods (1.25 years) is unusual beside a calendar of quarters"  # as it may be written


@pytest.mark.parametrize(
    ("written", "path", "meant"),
    [
        ([5000, 5, 5000, 5000], "1", "5,000"),
        ([5, 5000, 5000, 5000], "0", "5,000"),
        ({"2026": 5000, "2028": 5_000_000}, "2028", "5,000"),
        ([0, 5000, 5000, 5_000_000], "3", "5,000"),
    ],
)
def test_a_step_is_compared_with_its_series(written: Any, path: str, meant: str) -> None:
    ((place, help),) = warned({DEMAND: written}).items()
    assert place == f"{DEMAND}.{path}"
    assert help.startswith(f"did you mean {meant}?")


@pytest.mark.parametrize(
    "written", [[0, 50, 1000, 5000], [5000, 5000, 0, 5000], {"initial": 900, "growth_per_year": 0.9}]
)
def test_a_ramp_is_usual(written: Any) -> None:
    assert warned({DEMAND: written}) == {}


def test_one_slip_misleads_no_other_figure() -> None:
    """The size is the middle of what several figures say: a slip in one of them is told, and nothing else."""
    for path, number in [
        ("regions.north.power_limit_mw", 100_000),
        ("markets.training.demand_h100e", 5),
        ("cloud.rented.limit_h100e", 1),
        ("hardware.gb200.supply_units", 5e7),
        ("opening.cash_musd", 0.1),
        ("equity.rounds.seed.max_musd", 400_000),
        ("sites.abilene.phases.1.mw", 20_000),
    ]:
        assert list(warned({path: number})) == [path]


def test_five_slips_in_one_file() -> None:
    """Demand in thousands, an hour and a MWh in thousandths, a loan and a value in billions, each at its place."""
    text = TEXT.replace("energy_price_usd_per_mwh: 40", "energy_price_usd_per_mwh: 0.04")
    text = text.replace("demand_h100e: 5000", "demand_h100e: 5")
    text = text.replace("revenue_usd_per_h100e_hour: 2}", "revenue_usd_per_h100e_hour: 2000}")
    text = text.replace("tenor_periods: 2, last_draw: 2027, limit_musd: 500", "tenor_periods: 2, limit_musd: 0.5")
    text = text.replace("max_musd: 400", "max_musd: 400, pre_money_musd: 4")
    found = [each for each in check_text(text).diagnostics if each.code == "unusual-figure"]
    lines = text.splitlines()
    said = {
        lines[each.line - 1][each.column - 1 :].split(",")[0].split("}")[0]: each.help.split("?")[0] for each in found
    }
    meant = {"0.04": "40", "5": "5,000", "2000": "2", "0.5": "500", "4": "4,000"}
    assert said == {wrong: f"did you mean {right}" for wrong, right in meant.items()}


def test_zero_and_nothing_are_usual() -> None:
    assert warned({"opening.cash_musd": 0, "markets.training.revenue_usd_per_h100e_hour": 0}) == {}
    assert helps(Instance.model_validate({key: data()[key] for key in ("name", "calendar", "discount")})) == {}


@pytest.mark.parametrize("number", [1e-300, 5e-324, 1e308])
def test_no_number_is_too_odd(number: float) -> None:
    changes = {
        f"{GB200}.compute_h100e": number,
        "opening.cash_musd": number,
        f"{PHASE}.mw": number,
        f"{PHASE}.count": 9,
    }
    assert f"{GB200}.compute_h100e" in warned(changes)
