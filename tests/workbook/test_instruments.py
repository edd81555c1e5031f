"""Small programmes with every kind of instrument: all of them are formulas, and each input moves what it should."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import optimizer
from optimizer.instance.diagnostics import InstanceError
from optimizer.instance.schema import Instance
from optimizer.plan.plan import Plan
from optimizer.workbook.build import drafted
from optimizer.workbook.changes import PERIODS, value_of
from optimizer.workbook.draft import Draft
from optimizer.workbook.found import Found
from optimizer.workbook.sheet import Figure
from optimizer.workbook.writer import written
from tests.workbook.books import ROOT, numbers, recomputed
from tests.workbook.lint import findings
from tests.workbook.oracle import agree, differences, group_cash, objective_values, replay

INSTRUMENTS = {
    "adjusted-present-value-assets": "adjusted present value, units sold early",
    "cash-for-service": "a partner for compute",
    "commitment-fee-tranches": "two tranches, and a fee on what both leave",
    "contract-damages-cap-quarters": "a customer's contract, damages up to a cap",
    "contract-from-before-quarters": "a contract that runs already",
    "contract-long-stop-quarters": "one that the customer ends",
    "contract-prepayment-quarters": "a prepayment that settles the first invoices",
    "contract-renewed-quarters": "a second term at a price of its own",
    "contract-taxed-ahead-quarters": "a prepayment that is taxed before it is revenue",
    "customer-shares-quarters": "shares for a customer",
    "convertible-put-quarters": "notes that are put",
    "convertible-quarters": "notes that become shares",
    "contracts-after-end-quarters": "contracts that run on, an operating lease",
    "debt-fees-prepaid": "prepayment, fees over the life of a loan",
    "debt-fees-quarters": "fees on a line and on sculpted debt",
    "delayed-draw-quarters": "draws with one maturity, a fee that steps up",
    "energy-contracts": "take or pay",
    "floating-rate": "floating rates, a floor and a swap",
    "floating-rate-quarters": "interest that floats and is capitalised",
    "framework-take-or-pay": "a framework agreement",
    "grid-opening-history": "a grid by interest cover, a history",
    "interest-limitation-quarters": "a limit on interest, tax years in quarters",
    "issue-fee": "a fixed fee",
    "interest-in-construction": "interest in construction",
    "interest-in-construction-quarters": "the same in quarters",
    "rent-escalator": "a rent that steps up",
    "rent-escalator-quarters": "the same in quarters",
    "cash-sweep-quarters": "a waterfall with a sweep",
    "group-lock-up-quarters": "a group with a lock-up",
    "group-refund-quarters": "a group whose customer is paid back",
    "group-shared-offer": "hardware that stands in two rings",
    "group-opening-quarters": "what stands in a group as the plan begins",
    "income-by-age-quarters": "what a phase earns by its age",
    "lease-beside-two-offers": "a lease that two offers compare with",
    "lease-as-debt": "a lease that counts as debt",
    "mixed-calendar": "quarters, then years: a loan and a line",
    "mixed-fixed-fee": "the same with a fixed fee",
    "mixed-pik": "interest that is added by quarters, and in a part of a year",
    "mixed-rent": "a rent that steps up, by quarters and by years",
    "mixed-programme": "the same with sites, chips and a cloud",
    "mixed-reserve": "the same with a reserve",
    "opening-fleet": "units in service and on order, sold early",
    "opening-site-quarters": "a hall that is being built",
    "ownership-partner": "a partner for shares",
    "pik-grace": "capitalised interest",
    "preferred-mid": "preferred shares",
    "bridge-refinanced": "refinancing",
    "relever-mid-quarters": "a grid that relevers",
    "reserved-cloud": "reserved compute",
    "return-of-capital": "capital returned, the oldest first",
    "run-rate-quarters": "a multiple of what goes on",
    "sculpted-grace": "sculpted debt",
    "twelve-months-history": "months with a past",
    "service-reserve-quarters": "a debt service reserve",
    "reserve-by-letters": "a reserve by letters of credit",
    "balloon": "a balloon, and a cover without it",
    "balloon-quarters": "equal payments before a balloon, and its reserve",
    "tiers-incremental": "tiers",
    "upkeep-by-age-quarters": "upkeep by age, units that leave",
}
"""Known optima, by what is special about them."""


SECOND = {"accelerator": "X", "price_usd": 9500, "compute_h100e": 1, "kw": 1, "lead_periods": 0, "life_periods": 8}
RENT = {"rent_musd_per_mw_year": 1, "limit_mw": 5, "lead_periods": 1, "term_periods": 20, "last_signing": "2027"} | {
    "escalator_per_year": 0.05,
    "assignable_share": 0.2,
}
VARIANTS: dict[str, tuple[str, dict[str, object]]] = {
    "lease-beside-two-offers": ("lease-implicit-rate-quarters", {"hardware.second": SECOND}),
    "mixed-fixed-fee": ("mixed-calendar", {"debt.plain.issue_fee_musd": 0.5, "draw_timing": "mid"}),
    "mixed-pik": ("mixed-calendar", {"debt.plain.capitalise_interest": True, "debt.plain.grace_periods": 5}),
    "mixed-rent": (
        "mixed-programme",
        {
            "sites.hall.colocation": RENT,
            "markets.demand.demand_h100e": {"2026Q1": 0, "2026Q4": 4000, "2028": 0},
            "cloud.rented.limit_h100e": 4000,
        },
    ),
}
"""Known optima with more in them, by a name of their own: 9,500 USD for a unit that costs 10,000 elsewhere; a fee for
the draw of a loan; interest that is capitalised for five quarters; a hall whose rent runs on after the plan."""


@cache
def made(name: str) -> tuple[Plan, Draft, Found]:
    """The plan of a known optimum, and its workbook in the making."""
    base, more = VARIANTS.get(name, (name, {}))
    data = optimizer.load(ROOT / "instances" / "known-optimal" / f"{base}.yaml").canonical()
    for path, value in more.items():
        *above, last = path.split(".")
        block = data
        for key in above:
            block = block[key]
        block[last] = value
    plan = optimizer.solve(optimizer.load(data), threads=1)
    return plan, *drafted(plan)


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_all_of_it_is_formulas_that_another_program_recomputes(name: str, tmp_path: Path) -> None:
    plan, draft, found = made(name)
    path = tmp_path / "plan.xlsx"
    path.write_bytes(written(draft, found, stale=True))
    assert draft.given == []
    assert draft.master is not None
    assert draft.master.number() == 0
    assert findings(path) == []
    book = recomputed(path)
    for sheet, row, at, number, money in numbers(draft):
        if abs(number) > 1e-7:
            assert agree(float(book.cell(sheet, row, at)), number, money), (sheet, row + 1)
    assert list(differences(replay(plan, plan.instance, {}), book)) == []


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_every_input_moves_what_it_should(name: str) -> None:
    """Each figure a tenth higher, or a period longer: lines and objectives are those of the audit's replay."""
    plan, draft, found = made(name)
    tried = 0
    for cell, path, value in _inputs(plan.instance, draft):
        try:
            instance = plan.instance.replace({path: value})
        except InstanceError:  # such a programme cannot be
            continue
        figures = replay(plan, instance, {})
        before, after = cell.number(), _higher(cell)
        cell.put(after)
        draft.forget()
        lines: dict[tuple[str, int], float] = defaultdict(float)
        for posting, line in draft.lines.items():
            for t in plan.instance.periods.span:
                lines[posting.line, t] += line.number(t)
        book = figures.replay.book.lines
        for key in lines.keys() | book.keys():
            wanted = float(sum(book.get(key, {}).values()))
            # of a given flow the sign says which of two lines it is
            assert agree(abs(lines[key]), abs(wanted)), (path, key)
        for objective, wanted in objective_values(figures).items():
            if objective in found.objectives:
                assert agree(found.objectives[objective].number(), wanted), (path, objective)
        for whose, held in group_cash(figures).items() if plan.instance.groups else ():
            for t, wanted_cash in enumerate(held):
                assert agree(found.group_cash[whose].number(t), float(wanted_cash)), (path, whose, t)
        cell.put(before)
        tried += 1
    draft.forget()
    assert tried > 3


def test_what_serving_costs_has_upkeep_by_age() -> None:
    """Chips that cost 100 to keep in their first year and 600 in each of four: 500 on average, for 2,000 of them 1."""
    file = optimizer.load(ROOT / "instances" / "known-optimal" / "cash-for-service.yaml")
    file = file.replace({"hardware.chips.upkeep_usd_per_unit_year_by_age": [100, 600]})
    draft, _ = drafted(optimizer.solve(file, threads=1))
    (cost,) = (cell for cell in draft.schedules.cells() if cell.label == "Cost of serving a period")
    assert isinstance(cost, Figure)
    assert cost.number() == pytest.approx(1.0, rel=1e-12)
    assert draft.given == []


def test_what_has_no_formula_in_a_mixed_calendar_says_so() -> None:
    """Quarters, then years: upkeep by age is a value of the plan, with its reason; nothing else is."""
    file = optimizer.load(ROOT / "instances" / "known-optimal" / "mixed-programme.yaml")
    file = file.replace({"hardware.chips.upkeep_usd_per_unit_year_by_age": [100, 600]})
    draft, _ = drafted(optimizer.solve(file, threads=1))
    assert [(cell.label, why) for cell, why in draft.given] == [
        ("opex: upkeep.chips", "no formula for upkeep by age where periods are of several lengths")
    ]


def _inputs(instance: Instance, draft: Draft) -> Iterator[tuple[Figure, str, object]]:
    """Figures on the sheet of inputs but for windows, with their path and the changed value."""
    for cell in draft.inputs_sheet.cells():
        last = cell.note.rpartition(".")[2]
        window = last.partition("_")[0] in ("first", "last", "earliest", "latest")
        if isinstance(cell, Figure) and cell.kind == "input" and not window and not last.endswith("timing"):
            path, value = value_of(instance, {}, cell.note, {-1: _higher(cell)}, {-1: cell.number()})
            yield cell, path, value


def _higher(cell: Figure) -> float:
    old = cell.number()
    if cell.note.endswith(("_periods", ".count")) or cell.note.rpartition(".")[2] in PERIODS:
        return old + 1
    return 1.1 * old if old else 0.05
