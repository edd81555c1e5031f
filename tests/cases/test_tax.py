"""Tax years and instalments, the limit on interest net of interest income, and debt fees over the life of a draw."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from optimizer.instance.loader import load
from optimizer.instance.schema import Instance
from optimizer.model.build import build
from optimizer.plan.plan import Plan
from optimizer.solving.run import solve

FOLDER = Path(__file__).parent
Data = dict[str, Any]


def solved(data: Data) -> Plan:
    base: Data = {"name": "case", "discount": {"rate_per_year": 0.1}, "objectives": [{"name": "terminal_cash"}]}
    plan = solve(Instance.model_validate(base | data), gap=0.0, threads=1)
    assert plan.audit_passed
    assert plan.status == "optimal"
    return plan


def paid(plan: Plan) -> list[Any]:
    return plan.rows("tax").column("tax_paid_musd")


def quarters(start: str, periods: int) -> Data:
    return {"start": start, "periods": periods, "length": "quarter"}


def months(start: str, periods: int) -> Data:
    return {"start": start, "periods": periods, "length": "month"}


def result(*amounts: float) -> Data:
    return {"result": {"kind": "operating", "musd_per_period": list(amounts)}}


@pytest.mark.parametrize(
    ("name", "metric", "value"),
    [
        ("c01a-tax-quarters-no-carry", "terminal_cash", 1000.0),
        ("c01b-tax-quarters-carry-80", "terminal_cash", 1000.0),
        ("07-tax-quarter", "net_present_cost", 0.0),
        ("c17-interest-limit-net", "terminal_cash", 211.06),
    ],
)
def test_case(name: str, metric: str, value: float) -> None:
    """The quarters of a year add up to 0 in the first three: no tax, whatever is carried from year to year.

    c17: income of 5 % on 200 is 10, EBITDA 20, interest 16; 10 + 0.3·20 = 16 may be deducted, so that 14 are taxed at
    21 %: 200 + 20 + 10 − 16 − 2.94 = 211.06.
    """
    plan = solve(load(FOLDER / f"{name}.yaml"), gap=0.0, threads=1)
    assert plan.audit_passed
    assert plan.metrics[metric] == pytest.approx(value, abs=1e-6)


# ── a year and its quarters ───────────────────────────────────────────────────────────────────────────────────────

PROGRAMME: Data = {
    "calendar": quarters("2026Q1", 4),
    "opening": {"cash_musd": 300, "other_assets_musd": 100},
    "regions": {"north": {"energy_price_usd_per_mwh": 0}},
    "sites": {
        "s": {
            "region": "north",
            "pue": 1,
            "phases": [
                {
                    "name": "hall",
                    "mw": 1,
                    "lead_periods": 0,
                    "latest_start": "2026Q1",
                    "committed": True,
                    "capex": {"shell": {"musd": 48, "tax_class": "plant"}},
                }
            ],
        }
    },
    "cash_flows": result(40, 10, -30, 60),
    "depreciation": {"plant": {"life_years": 3}},
    "debt": {"old": {"kind": "bullet", "rate_per_year": 0.08, "tenor_periods": 20, "limit_musd": 0}},
}
PROGRAMME["debt"]["old"]["opening_balance_musd"] = 100


def test_a_table_of_four_quarters_by_hand() -> None:
    """The spreadsheet of a quarterly programme, and its year.

    ============  =====  =====  =====  =====  =====
    USD million      Q1     Q2     Q3     Q4   year
    ============  =====  =====  =====  =====  =====
    EBITDA           40     10    −30     60     80
    depreciation      4      4      4      4     16     48 over three years
    interest          2      2      2      2      8     100 at 8 %
    before tax       34      4    −36     54     56
    tax             3.5    3.5    3.5    3.5     14     25 % of the year's 56, in four instalments
    cash          286.5    291  255.5    310            300 − 48 + 40 − 2 − 3.5 first
    ============  =====  =====  =====  =====  =====
    """
    plan = solved({**PROGRAMME, "tax": {"rate": 0.25}})
    table = plan.rows("tax")
    assert table.column("ebitda_musd") == [40, 10, -30, 60]
    assert table.column("depreciation_musd") == pytest.approx([4, 4, 4, 4])
    assert table.column("interest_musd") == pytest.approx([2, 2, 2, 2])
    assert table.column("tax_year") == ["2026"] * 4
    assert table.column("taxable_income_musd") == [None, None, None, pytest.approx(56)]
    assert table.column("tax_musd") == [None, None, None, pytest.approx(14)]
    assert paid(plan) == pytest.approx([3.5] * 4)
    (cash,) = [row[2:] for row in plan.rows("balance_sheet").rows if row[0] == "Cash"]
    assert cash == pytest.approx((286.5, 291, 255.5, 310))


def test_at_the_years_end() -> None:
    """The same programme, all of its 14 in the last quarter."""
    assert paid(solved({**PROGRAMME, "tax": {"rate": 0.25, "payment": "year_end"}})) == pytest.approx([0, 0, 0, 14])


def test_the_unlevered_tax_is_paid_alike() -> None:
    """Without interest 80 − 16 are taxed: 16 at the year's end, of which 2 are saved, all at 10 %. Idle money costs
    that, too, since nothing can be drawn: 300, 290, 298 and 266 at the beginning of the quarters.
    """
    rates = {"unlevered_rate_per_year": 0.1, "shield_rate_per_year": 0.1}
    tax = {"rate": 0.25, "payment": "year_end"}
    objectives = [{"name": "adjusted_present_value"}]
    plan = solved({**PROGRAMME, "tax": tax, "adjusted_present_value": rates, "objectives": objectives})
    flows = (40 - 48, 10, -30, 60 - 16 + 2)
    value = sum(flow * 1.1 ** (-t / 4) for t, flow in enumerate(flows, 1))
    value -= sum((1.1**0.25 - 1) * cash * 1.1 ** (-t / 4) for t, cash in enumerate((300, 290, 298, 266), 1))
    assert plan.metrics["adjusted_present_value"] == pytest.approx(value)


def test_years_that_end_in_june() -> None:
    """Q1 and Q2 make 50 − 8 − 4 = 38 less: 9.5 of tax; Q3 and Q4 30 − 8 − 4 = 18: 4.5, a short last year."""
    plan = solved({**PROGRAMME, "tax": {"rate": 0.25, "year_end": "Q2", "year_to_date_musd": 0.0}})
    assert plan.rows("tax").column("tax_year") == ["2026", "2026", "2027", "2027"]
    assert paid(plan) == pytest.approx([4.75, 4.75, 2.25, 2.25])


@pytest.mark.parametrize(("before", "first"), [(0.0, 40.0), (-25.0, 15.0), (-60.0, 0.0), (20.0, 60.0)])
def test_a_short_first_year(before: float, first: float) -> None:
    """Two months of 2026 with 40 and what came before them; then all of 2027 that is planned, 10, is one year."""
    tax = {"rate": 0.25, "year_to_date_musd": before}
    data = {"calendar": months("2026-11", 4), "opening": {"cash_musd": 100}, "cash_flows": result(30, 10, 25, -15)}
    plan = solved({**data, "tax": tax})
    assert paid(plan) == pytest.approx([0.25 * first / 2] * 2 + [0.25 * 10 / 2] * 2)
    plan = solved({**data, "tax": tax | {"loss_usable_share": 0.8}})
    left = max(0.0, -(40 + before))
    used = min(left, 0.8 * 10)
    assert paid(plan) == pytest.approx([0.25 * first / 2] * 2 + [0.25 * (10 - used) / 2] * 2)


def test_months_of_years_that_end_in_march() -> None:
    """February and March; April to the next March; April."""
    data = {"calendar": months("2026-02", 15), "opening": {"cash_musd": 200}, "cash_flows": result(*[12.0] * 15)}
    plan = solved({**data, "tax": {"rate": 0.5, "year_end": "Q1", "payment": "year_end"}})
    assert plan.rows("tax").column("tax_year") == ["2026"] * 2 + ["2027"] * 12 + ["2028"]
    assert paid(plan) == pytest.approx([0, 12, *[0] * 11, 72, 6])


FLAT: list[tuple[list[float], Data]] = [
    ([40.0, 60.0, 20.0], {"rate": 0.25}),
    ([-50.0, 60.0, 20.0], {"rate": 0.25, "loss_usable_share": 0.8, "opening_loss_musd": 10}),
    ([-50.0, 60.0, 20.0], {"rate": 0.3}),
    ([20.0, 100.0, 30.0], {"rate": 0.25, "interest_limit_share": 0.3}),
    ([-20.0, 100.0, 30.0], {"rate": 0.25, "interest_limit_share": 0.3, "loss_usable_share": 1}),
]


@pytest.mark.parametrize(("yearly", "tax"), FLAT)
@pytest.mark.parametrize(("length", "parts"), [("quarter", 4), ("month", 12)])
def test_parts_of_a_year_are_taxed_like_the_year(yearly: list[float], tax: Data, length: str, parts: int) -> None:
    """What comes evenly over a year gives the same tax of each year in years, quarters and months.

    The loan is drawn at the start and lasts five years: its fee of 6 is deducted by 1.2 a year. It is drawn whole, as
    terminal cash counts what is borrowed.
    """

    def by_year(length: str, parts: int) -> list[float]:
        start = {"year": 2026, "quarter": "2026Q1", "month": "2026-01"}[length]
        loan = {"kind": "bullet", "rate_per_year": 0.08, "tenor_periods": 5 * parts, "upfront_fee_share": 0.06}
        phase = PROGRAMME["sites"]["s"]["phases"][0] | {"latest_start": start}
        site = PROGRAMME["sites"]["s"] | {"phases": [phase]}
        plan = solved(
            {
                **PROGRAMME,
                "sites": {"s": site},
                "calendar": {"start": start, "periods": 3 * parts, "length": length},
                "draw_timing": "start",
                "cash_flows": result(*[amount / parts for amount in yearly for _ in range(parts)]),
                "tax": tax,
                "debt": {"loan": loan | {"limit_musd": 100, "last_draw": start}},
            }
        )
        assert plan.metrics["debt_drawn_musd"] == pytest.approx(100)
        taxes = paid(plan)
        assert plan.rows("tax").column("fees_musd") == pytest.approx([1.2 / parts] * (3 * parts))
        return [sum(taxes[k : k + parts]) for k in range(0, 3 * parts, parts)]

    assert by_year(length, parts) == pytest.approx(by_year("year", 1), abs=1e-6)


def test_a_tax_year_has_the_binaries_of_one_period() -> None:
    """Eight quarters are two tax years: as many binaries as two years have, and a file without tax has none."""
    terms = {"rate": 0.25, "loss_usable_share": 0.8, "interest_limit_share": 0.3}
    base = {"name": "case", "discount": {"rate_per_year": 0.1}, "debt": PROGRAMME["debt"]}

    def followers(calendar: Data, **more: Any) -> int:
        instance = Instance.model_validate(base | {"calendar": calendar} | more)
        return len(build(instance).model.implied)

    assert followers({"start": 2026, "periods": 2}, tax=terms) == 8
    assert followers(quarters("2026Q1", 8), tax=terms) == 8
    assert followers(quarters("2026Q3", 8), tax=terms) == 12
    assert followers(quarters("2026Q1", 8)) == 0


@pytest.mark.parametrize("objective", ["capital_raised", "terminal_cash", "peak_funding", "cost_of_capital"])
def test_tax_is_exact_whatever_is_optimised(objective: str) -> None:
    """Interest of 8 a year against an EBITDA of 10 and then 40: 3 deducted, then 12 of 13; losses and 80 %.

    2026: 10 − 3 = 7, of which 2 have been lost before: 5 at 25 %. 2027: 40 − 12 = 28.
    """
    tax = {"rate": 0.25, "loss_usable_share": 0.8, "opening_loss_musd": 2, "interest_limit_share": 0.3}
    flows = result(-20, 10, 10, 10, 0, 0, 0, 40)
    data = {**PROGRAMME, "sites": {}, "regions": {}, "depreciation": {}, "calendar": quarters("2026Q1", 8)}
    plan = solved({**data, "cash_flows": flows, "tax": tax, "objectives": [{"name": objective}]})
    assert paid(plan) == pytest.approx([0.25 * 5 / 4] * 4 + [0.25 * 28 / 4] * 4, abs=1e-6)
    table = plan.rows("tax")
    assert [x for x in table.column("interest_deducted_musd") if x is not None] == pytest.approx([3, 12])
    assert [x for x in table.column("interest_carried_musd") if x is not None] == pytest.approx([5, 1])


# ── debt fees ─────────────────────────────────────────────────────────────────────────────────────────────────────


def fees(debt: Data, costs: float = 10.0, **more: Any) -> list[Any]:
    """Fees deducted in 2026 … 2029 on a loan of 100 drawn in 2026: what is needed is 100 less what the draw costs."""
    need = {"kind": "investing", "musd_per_period": [costs - 100, 0, 0, 0]}
    data = {
        "calendar": {"start": 2026, "periods": 4},
        "cash_flows": {"need": need, **result(0, 200, 200, 200)},
        "tax": {"rate": 0.25},
        "debt": {"loan": {"rate_per_year": 0.0, "limit_musd": 100, "last_draw": 2026} | debt},
    }
    plan = solved(data | more)
    assert plan.metrics["debt_drawn_musd"] == pytest.approx(100)
    found = plan.rows("tax").column("fees_musd")
    assert plan.rows("financing").column("fees_deducted_musd") == pytest.approx(found)
    return found


@pytest.mark.parametrize(
    ("timing", "deducted"),
    [("end", [0.0, 2.0, 2.0, 2.0]), ("mid", [1.0, 2.0, 2.0, 2.0]), ("start", [2.0, 2.0, 2.0, 2.0])],
)
@pytest.mark.parametrize("kind", ["bullet", "sculpted"])
def test_fees_run_from_the_draw_on(kind: str, timing: str, deducted: list[float]) -> None:
    """10 over the five years of the loan, from the end, the middle or the start of 2026 on; the rest is after T."""
    share = {"upfront_fee_share": 0.04, "issue_discount_share": 0.06, "tenor_periods": 5, "grace_periods": 0}
    debt = {"kind": kind, **share}
    assert fees(debt, draw_timing=timing) == pytest.approx(deducted)


def test_a_fixed_fee_is_spread_too() -> None:
    """6 over three years after the draw, beside 4 % of 100."""
    debt = {"kind": "level", "tenor_periods": 3, "issue_fee_musd": 6, "upfront_fee_share": 0.04}
    assert fees(debt) == pytest.approx([0, 10 / 3, 10 / 3, 10 / 3])


@pytest.mark.parametrize(
    ("last", "timing", "deducted"),
    [
        (2028, "end", [0.0, 5.0, 5.0, 0.0]),
        (2028, "start", [10 / 3, 10 / 3, 10 / 3, 0.0]),
        (2026, "end", [10.0, 0.0, 0.0, 0.0]),
        (2026, "mid", [10.0, 0.0, 0.0, 0.0]),
    ],
)
def test_fees_of_a_revolver_run_to_the_end_of_its_window(last: int, timing: str, deducted: list[float]) -> None:
    """From the draw of 2026 to the end of the last period in which it is open; at once if that is the same instant."""
    debt = {"kind": "revolver", "upfront_fee_share": 0.1, "last_draw": last}
    assert fees(debt, draw_timing=timing) == pytest.approx(deducted)


def test_flotation_and_commitment_fees() -> None:
    """Flotation is never deducted, a commitment fee when it is paid: 1 % of the 100 that are open in 2026.

    Besides 100 − 4 − 1 from the loan 45 is needed, 50 of equity less a tenth.
    """
    equity = {"cost_of_equity_per_year": 0.1, "rounds": {"a": {"max_musd": 50, "flotation_share": 0.1}}}
    debt = {"kind": "bullet", "tenor_periods": 4, "upfront_fee_share": 0.04, "commitment_fee_per_year": 0.01}
    assert fees(debt, costs=-40, equity=equity) == pytest.approx([1, 1, 1, 1])
