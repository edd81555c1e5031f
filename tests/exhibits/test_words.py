"""The answer in words: one and many, small and nothing; figures that have nothing to show are left out."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from pptx import Presentation
from rich.console import Console

import optimizer
from optimizer.exhibits.all import exhibits
from optimizer.exhibits.ground import megawatts, quantity
from optimizer.exhibits.shapes import Schedule, Series, Span
from optimizer.exhibits.story import story
from optimizer.exhibits.svg.columns import few
from optimizer.exhibits.svg.schedule import _lanes
from optimizer.plan.plan import Plan
from optimizer.report.headline import sold_text
from optimizer.report.terminal import print_plan

KNOWN = Path(__file__).resolve().parents[2] / "instances" / "known-optimal"


@pytest.mark.parametrize(
    ("number", "text"),
    [(0.0, "0"), (0.4, "0.4"), (0.04, "0.04"), (1.0, "1"), (2.5, "2.5"), (10.6, "11"), (1e4, "10,000")],
)
def test_a_quantity_is_told_in_digits_that_tell_it_from_nothing(number: float, text: str) -> None:
    assert quantity(number) == text
    assert megawatts(number) == f"{text} MW"


def told(plan: Plan) -> dict[str, tuple[str, tuple[str, ...]]]:
    return {chapter.question: (chapter.answer, chapter.sentences) for chapter in story(plan)}


def test_all_units_of_one_vendor_are_said_to_be_all() -> None:
    """10,000 units of one offer without a vendor, for 125."""
    answer, _ = told(optimizer.solve(optimizer.load(KNOWN / "attach-cost.yaml")))["From whom"]
    assert answer == "10,000 units, all of them from complete"


def test_starts_that_bring_no_power_are_told_without_megawatts() -> None:
    answer, sentences = told(optimizer.solve(optimizer.load(KNOWN / "capex-budget.yaml")))["When and where"]
    assert "MW" not in answer
    assert [sentence[:11] for sentence in sentences] == ["2026: start", "2027: start"]
    assert {sentence[11:] for sentence in sentences} == {" z only", " y only"}  # either of them first is as good


def test_a_plan_of_money_alone_has_no_empty_figure_and_no_empty_slide(tmp_path: Path) -> None:
    """Income without a cost: nothing is built, ordered, owed or raised."""
    data: dict[str, Any] = {
        "name": "income",
        "calendar": {"start": 2026, "periods": 2},
        "discount": {"rate_per_year": 0.1},
        "objectives": [{"name": "net_present_cost"}],
        "cash_flows": {"income": {"kind": "operating", "musd_per_period": [1, 1]}},
    }
    plan = optimizer.solve(optimizer.load(data))
    assert list(exhibits(plan)) == ["sources_and_uses", "cash", "value_bridge"]
    assert told(plan)["What it costs"][0] == "no capital spending"
    optimizer.to_deck(plan, tmp_path / "deck.pptx")
    slides = list(Presentation(str(tmp_path / "deck.pptx")).slides)
    assert [slide.shapes.title.text_frame.text for slide in slides] == [
        "income",
        "The ask",
        "What it costs, and what it is worth",
        "How sure it is",
    ]
    assert all(len(slide.shapes) > 1 for slide in slides)


def test_what_is_built_and_then_serves_keeps_its_lane() -> None:
    """200 MW from 2026 and 100 MW from 2027, each built for a year: the second cannot take the lane of the first."""
    row, labels = "hall", ("2026", "2027", "2028")
    spans = (
        Span(row, 0, 1, "200 MW", True),
        Span(row, 1, 3, "200 MW", False),
        Span(row, 1, 2, "100 MW", True),
        Span(row, 2, 3, "100 MW", False),
    )
    lanes, count = _lanes(Schedule("", labels, (row,), spans), row)
    assert [lanes[id(span)] for span in spans] == [0, 0, 1, 1]
    assert count == 2


def test_rounding_is_neither_in_nor_out() -> None:
    """Of twelve parts eight are kept; of four small ones one is a trifle below nothing."""
    parts = [Series(str(i), (float(20 - i), 0.0)) for i in range(11)] + [Series("trifle", (1.0, -1e-10))]
    assert few(parts)[-1] == Series("4 others", (12.0 + 11.0 + 10.0 + 1.0, 0.0))


def with_customer(**changes: Any) -> Plan:
    """The group of docs/finance.md: 36 over three years for a customer, 6 of it paid ahead, chips of 21."""
    contract = {"signed": True, "term_periods": 3, "ramp_h100e": [1000], "price_usd_per_h100e_hour": 12 / 8.76}
    chips = {"price_usd": 21000, "compute_h100e": 1, "kw": 1, "lead_periods": 0, "life_periods": 4}
    return optimizer.solve(
        optimizer.load(
            {
                "name": "customer",
                "calendar": {"start": 2026, "periods": 4},
                "discount": {"rate_per_year": 0},
                "objectives": [{"name": "terminal_cash"}],
                "opening": {"cash_musd": 30},
                "regions": {"flat": {"energy_price_usd_per_mwh": 0}},
                "sites": {"hall": {"region": "flat", "pue": 1, "existing_mw": 1}},
                "hardware": {"chips": {**chips, **changes.pop("chips", {})}},
                "contracts": {"anchor": {**contract, "prepayment_musd": 6, **changes}},
            }
        )
    )


def test_a_contract_is_told_with_what_it_pays() -> None:
    found = told(with_customer())
    wanted = "anchor: signed 2026, served from 2027 to 2029; $36.0 m of invoices, $6.0 m of it paid ahead"
    assert found["For whom"] == ("1 contract, $36.0 m of invoices to come", (wanted,))
    assert found["How it is paid for"] == (
        "$6.0 m of customers' prepayments",
        ("Customers pay $6.0 m ahead as they sign",),
    )


def test_a_contract_that_is_late_is_told_with_its_damages() -> None:
    """Chips come in 2028, a year after the acceptance agreed."""
    terms = {"long_stop_periods": 1, "delay_damages_musd_per_year": 2}
    _, (sentence,) = told(with_customer(chips={"first_order": 2028}, **terms))["For whom"]
    served = "anchor: signed 2026, served from 2028 to 2030, 1 year late, $2.0 m of damages for delay; $36.0 m"
    assert sentence.startswith(served)


def test_a_contract_that_its_customer_ends_is_told_with_what_goes_back() -> None:
    """Chips come in 2029: after the long stop of a year the customer ends it with 2028, when 2 and 2 have been paid."""
    terms = {"long_stop_periods": 1, "delay_damages_musd_per_year": 2}
    answer, sentences = told(with_customer(chips={"first_order": 2029}, **terms))["For whom"]
    assert answer == "no contract is served"
    ended = "anchor: signed 2026, ended by its customer with 2028, $4.0 m of damages for delay, $6.0 m paid back"
    assert sentences == (ended,)


def test_what_a_round_without_a_value_sells_is_not_stated() -> None:
    """100 are raised at no stated value of the company: what is sold is not known, and not 0."""
    data: dict[str, Any] = {
        "name": "round",
        "calendar": {"start": 2026, "periods": 2},
        "discount": {"rate_per_year": 0.1},
        "objectives": [{"name": "cost_of_capital"}],
        "cash_flows": {"need": {"kind": "investing", "musd_per_period": [-100, 0]}},
        "equity": {"cost_of_equity_per_year": 0.12, "rounds": {"seed": {"max_musd": 200}}},
    }
    assert sold_text(optimizer.solve(optimizer.load(data))) == "not stated"
    data["equity"]["rounds"]["seed"]["pre_money_musd"] = 300
    assert sold_text(optimizer.solve(optimizer.load(data))) == "25.0 %"


def test_a_rate_of_what_comes_in_first_is_said_to_be_a_cost() -> None:
    """6 come in with the signature, 2 of damages go out in 2027, 2 and the 6 in 2028: 6 = 2/x + 8/x² at x = 4/3. At a
    higher rate that is worth more: 33.3 % are what the customer's money costs."""
    terms = {"long_stop_periods": 1, "delay_damages_musd_per_year": 2}
    lost, won = with_customer(chips={"first_order": 2029}, **terms), with_customer(prepayment_musd=0)
    assert "project IRR 33.3 % (money comes in first: what that costs)" in told_figures(lost)
    assert "what that costs" not in told_figures(won)


def told_figures(plan: Plan) -> str:
    console = Console(width=300, file=io.StringIO())
    print_plan(plan, console)
    return console.file.getvalue()  # type: ignore[attr-defined,no-any-return]


def test_megawatts_that_are_rented_are_told_where_none_are_built() -> None:
    """1,000 H100e have to be served and draw a megawatt: it can be rented, and nothing can be built."""
    chips = {"price_usd": 20000, "compute_h100e": 1, "kw": 1, "lead_periods": 0, "life_periods": 2}
    data: dict[str, Any] = {
        "name": "rented",
        "calendar": {"start": 2026, "periods": 2},
        "discount": {"rate_per_year": 0.1},
        "objectives": [{"name": "net_present_cost"}],
        "opening": {"cash_musd": 100},
        "regions": {"flat": {"energy_price_usd_per_mwh": 0}},
        "sites": {
            "hall": {
                "region": "flat",
                "pue": 1,
                "colocation": {"rent_musd_per_mw_year": 1, "limit_mw": 5, "term_periods": 2, "last_signing": 2026},
            }
        },
        "hardware": {"chips": chips},
        "markets": {"api": {"demand_h100e": 1000, "min_served_share": 1}},
    }
    found = told(optimizer.solve(optimizer.load(data)))
    assert found["When and where"] == (
        "nothing is built, 1 MW are rented",
        ("Rent 1 MW at hall, signed 2026",),
    )
