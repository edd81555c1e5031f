"""What exhibits show, against numbers worked out by hand and against the plan's own figures."""

from __future__ import annotations

from pathlib import Path

import pytest

import optimizer
from optimizer.exhibits.all import EXHIBITS, exhibits
from optimizer.exhibits.axis import Axis
from optimizer.exhibits.ground import build_out, orders, power
from optimizer.exhibits.money import FAR, capital, cash, debt, headroom, paid_for, wacc
from optimizer.exhibits.shapes import Bridge, Columns, Schedule
from optimizer.exhibits.worth import value_bridge
from optimizer.plan.plan import Plan
from optimizer.plan.run_folder import read_run

ROOT = Path(__file__).resolve().parents[2]
KNOWN = ROOT / "instances" / "known-optimal"

# each has something in its present value that the others have not
WORTH = (
    "payment-timing",
    "payment-timing-quarters",
    "lease-as-debt",
    "terminal-tax",
    "terminal-ebitda-multiple",
    "contracts-after-end",
    "early-retirement",
    "losses-at-end",
    "equity-terms",
    "mid-year-discounting",
)


@pytest.fixture(scope="module")
def flagship() -> Plan:
    return read_run(ROOT / "results" / "reference" / "anthropic-50b")


def test_a_two_line_programme_by_hand() -> None:
    """100 are needed at the end of 2026 and 120 come a year later; a loan of 100 at 8 % is drawn, and paid back with 8.

    Worth at 10 %: 120/1.1² of revenue, −100/1.1 of other flows. Cash is 0, then 120 − 108 = 12.
    """
    flows = {
        "need": {"kind": "investing", "musd_per_period": [-100, 0]},
        "income": {"kind": "operating", "musd_per_period": [0, 120]},
    }
    plan = optimizer.solve(
        optimizer.load(
            {
                "name": "two-sources",
                "calendar": {"start": 2026, "periods": 2},
                "discount": {"rate_per_year": 0.1},
                "objectives": [{"name": "cost_of_capital"}],
                "cash_flows": flows,
                "debt": {"loan": {"kind": "bullet", "rate_per_year": 0.08, "tenor_periods": 1, "last_draw": 2026}},
            }
        ),
        gap=0,
    )
    steps = {step.name: step.value for step in value_bridge(plan).steps}
    assert steps == pytest.approx(
        {"Revenue": 120 / 1.21, "Other flows": -100 / 1.1, "Net present value": 120 / 1.21 - 100 / 1.1}
    )
    owed = debt(plan)
    assert owed is not None
    assert owed.series[0].values == pytest.approx((100.0, 0.0))
    paid = paid_for(plan)
    assert paid is not None
    at_hand = next(each for each in paid.series if each.name == "cash at the end")
    assert at_hand.values == pytest.approx((0.0, 12.0))
    rates = wacc(plan)
    assert rates is not None
    assert [each.values for each in rates.of("line") if each.name == "debt"] == [pytest.approx((None, 8.0))]
    assert build_out(plan) is None
    assert orders(plan) is None


def test_what_customers_pay_ahead_is_worth_more_than_what_it_settles_later() -> None:
    """1,000 H100e for three years at 12 a year, a quarter of it paid as the contract is signed: 9 at the end of 2026,
    and 3 less of each invoice of 2027 to 2029. Chips of 20 are bought as late as they may be, in 2027.

    At 10 % revenue is worth 12·(1.1⁻² + 1.1⁻³ + 1.1⁻⁴), what is paid ahead 9/1.1 − 3·(the same), the chips −20/1.1².
    """
    terms = {"price_usd_per_h100e_hour": 12 / 8.76, "prepayment_share": 0.25, "ramp_h100e": [1000], "term_periods": 3}
    chips = {"price_usd": 20000, "compute_h100e": 1, "kw": 1, "lead_periods": 0, "life_periods": 4}
    plan = optimizer.solve(
        optimizer.load(
            {
                "name": "ahead",
                "calendar": {"start": 2026, "periods": 4},
                "discount": {"rate_per_year": 0.1},
                "objectives": [{"name": "net_present_cost"}],
                "opening": {"cash_musd": 20},
                "regions": {"plain": {"energy_price_usd_per_mwh": 0}},
                "sites": {"hall": {"region": "plain", "pue": 1, "existing_mw": 1}},
                "hardware": {"chips": chips},
                "contracts": {"anchor": {"signed": True, **terms}},
            }
        ),
        gap=0,
    )
    later = 1.1**-2 + 1.1**-3 + 1.1**-4
    wanted = {"Revenue": 12 * later, "Paid ahead": 9 / 1.1 - 3 * later, "Capital spending": -20 / 1.21}
    steps = {step.name: step.value for step in value_bridge(plan).steps}
    assert steps == pytest.approx({**wanted, "Net present value": sum(wanted.values())})
    assert plan.metrics["net_present_cost"] == pytest.approx(-sum(wanted.values()))


def test_what_is_outstanding_in_a_year_is_no_more_for_its_being_long() -> None:
    """100 of opening equity, two quarters and a year of four: 100 are held in each of the three periods, and 12 % a
    year are charged, 1.12^¼ − 1 of it a quarter and 12 in the year. 60 of the cash have to be kept: 40 more are there.
    """
    plan = optimizer.solve(
        optimizer.load(
            {
                "name": "held",
                "calendar": {
                    "start": "2026Q3",
                    "segments": [{"length": "quarter", "periods": 2}, {"length": "year", "periods": 1}],
                },
                "discount": {"rate_per_year": 0.1},
                "objectives": [{"name": "cost_of_capital"}],
                "opening": {"cash_musd": 100, "paid_in_capital_musd": 100},
                "cash": {"minimum_musd": 60},
                "equity": {"cost_of_equity_per_year": 0.12},
            }
        ),
        gap=0,
    )
    shown = capital(plan)
    assert shown is not None
    assert [each.values for each in shown.series] == [pytest.approx((100.0, 100.0, 100.0))]
    held = cash(plan)
    assert held is not None
    assert held.words == "nearest to its least in 2026Q3, $40.0 m above it"


@pytest.mark.parametrize("name", WORTH)
def test_the_bridge_leads_to_the_net_present_value(name: str) -> None:
    plan = optimizer.solve(optimizer.load(KNOWN / f"{name}.yaml"), objectives=["net_present_cost"])
    bridge = value_bridge(plan)
    assert bridge.steps[-1].total
    npc = plan.metrics["net_present_cost"]
    assert npc is not None
    assert bridge.steps[-1].value == pytest.approx(-npc, rel=1e-9, abs=1e-6)
    assert sum(step.value for step in bridge.steps[:-1]) == pytest.approx(-npc, rel=1e-9, abs=1e-5)


def test_the_exhibits_of_the_flagship_say_what_its_tables_say(flagship: Plan) -> None:
    found = exhibits(flagship)
    assert list(found) == list(EXHIBITS)
    power_shown = found["power"]
    assert isinstance(power_shown, Columns)
    loads = zip(*(each.values for each in power_shown.of("part")), strict=True)
    system = [row["load_mw"] for row in flagship.rows("site_power").records() if row["level"] == "system"]
    assert [sum(column) for column in loads] == pytest.approx(system)  # type: ignore[arg-type]
    uses = found["sources_and_uses"]
    assert isinstance(uses, Columns)
    # what comes in less what goes out is what cash changes by
    net = [sum(value or 0.0 for value in column) for column in zip(*(e.values for e in uses.of("part")), strict=True)]
    cash = next(each.values for each in uses.series if each.role == "line")
    opening = flagship.instance.opening.cash_musd
    assert net == pytest.approx([b - a for a, b in zip((opening, *cash), cash, strict=False)], abs=1e-5)  # type: ignore
    bridge = found["value_bridge"]
    assert isinstance(bridge, Bridge)
    assert bridge.steps[-1].value == pytest.approx(-flagship.metrics["net_present_cost"])  # type: ignore[operator]


def test_the_schedule_has_a_span_for_each_start_and_what_follows(flagship: Plan) -> None:
    schedule = build_out(flagship)
    assert isinstance(schedule, Schedule)
    starts = flagship.rows("site_starts").records()
    served = [span for span in schedule.spans if not span.begun]
    assert sum(float(span.text.split()[0].replace(",", "")) for span in served) == sum(
        float(row["mw"] or 0)  # type: ignore[arg-type]
        for row in starts
        if row["energised"]
    )
    assert all(0 <= span.start < span.end <= len(schedule.labels) for span in schedule.spans)


def test_headroom_is_told_up_to_where_it_says_no_more(flagship: Plan) -> None:
    shown = headroom(flagship)
    assert shown is not None
    values = [value for each in shown.series for value in each.values if value is not None]
    assert max(values) == FAR
    tested = [row for row in flagship.rows("covenants").records() if row["tested"] == "yes"]
    rows = [row for row in tested if row["headroom"] is not None]
    least = min(100.0 * float(row["headroom"]) / abs(float(row["limit"])) for row in rows)  # type: ignore[arg-type]
    assert min(values) == pytest.approx(least)


def test_many_periods_are_drawn_together_to_years() -> None:
    """50 months from 2026: 12 a year and 2 in 2030."""
    calendar = {"start": "2026-01", "length": "month", "periods": 50}
    flows = {"income": {"kind": "operating", "musd_per_period": [1.0] * 50}}
    plan = optimizer.solve(
        optimizer.load(
            {
                "name": "months",
                "calendar": calendar,
                "discount": {"rate_per_year": 0.1},
                "objectives": [{"name": "net_present_cost"}],
                "cash_flows": flows,
            }
        )
    )
    shown = paid_for(plan)
    assert shown is not None
    assert shown.labels == ("2026", "2027", "2028", "2029", "2030")
    assert shown.of("part")[0].values == pytest.approx((12, 12, 12, 12, 2))
    assert power(plan) is None
    assert Axis.of(plan).least([3.0, 1.0, *[2.0] * 10, *[None] * 36, 5.0, None]) == (1.0, None, None, None, 5.0)
