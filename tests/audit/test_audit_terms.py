"""The formulas of sources and instruments against numbers worked out by hand, and what rounding may do to them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from optimizer.auditing import audited
from optimizer.auditing.debt import replay_debt
from optimizer.auditing.leases import liability
from optimizer.auditing.pricing_grid import relevered
from optimizer.auditing.rates import Asked
from optimizer.auditing.reading import read_plan
from optimizer.auditing.replay import Replay
from optimizer.auditing.report import Findings
from optimizer.auditing.resale import curve
from optimizer.auditing.tax import share_written_off
from optimizer.auditing.vintages import share_left
from optimizer.instance.schema import Debt, DepreciationClass

from .build import INTEREST, OPEX, Case, case, post, rows
from .cases import CASES
from .cases_capital import cover_grid, leverage_grid, loans


def failed(one: Case) -> set[str]:
    return {result.name for result in audited(*one.built()).failed}


@pytest.mark.parametrize(
    ("kind", "grace", "left"),
    [
        # 10 % capitalised in the first two periods, then 1.21 in equal parts
        ("level", 2, [1, 1.1, 1.21, 0.605, 0]),
        # a bullet grows through its grace and then stays
        ("bullet", 2, [1, 1.1, 1.21, 1.21, 0]),
        # the interest of the last period is always paid
        ("bullet", 4, [1, 1.1, 1.21, 1.331, 0]),
        ("bullet", 9, [1, 1.1, 1.21, 1.331, 0]),
        # two equal payments of 1.21·0.1/(1 − 1.1⁻²): after the first, payment/1.1 is left
        ("annuity", 2, [1, 1.1, 1.21, 1.21 * 0.1 / (1 - 1.1**-2) / 1.1, 0]),
        ("level", 0, [1, 0.75, 0.5, 0.25, 0]),
    ],
)
def test_interest_capitalised_in_grace(kind: str, grace: int, left: list[float]) -> None:
    terms = {"kind": kind, "rate_per_year": 0.1, "tenor_periods": 4, "grace_periods": grace}
    debt = Debt.model_validate({**terms, "capitalise_interest": True})
    assert [float(share_left(debt, age, Asked(Decimal("0.1"), Decimal(0)))) for age in range(5)] == pytest.approx(
        left, rel=1e-14
    )


def test_balances_are_what_the_ledger_rolls_forward() -> None:
    """With capitalised interest, prepayments and decided repayments as well."""
    instance, plan = loans().built()
    replay = Replay(instance, read_plan(instance, plan).decisions, Findings(instance.periods.label))
    for name, one in replay_debt(replay).instruments.items():
        rolled = [-float(value) for value in replay.book.balances(f"debt.{name}")]
        assert [float(value) for value in one.balance] == pytest.approx(rolled, abs=1e-15)


def test_a_lease_is_worth_its_payments_to_come() -> None:
    """Three payments of 10 at 10 %: after each, what is left has grown by interest and shrunk by the payment."""
    owed = [liability(Decimal(10), Decimal("0.1"), 3, age) for age in range(3)]
    assert [float(one) for one in owed] == pytest.approx([10 / 1.1 + 10 / 1.21, 10 / 1.1, 0])
    assert float(owed[0]) * 1.1 - 10 == pytest.approx(float(owed[1]))


@pytest.mark.parametrize(
    ("periods", "per_year", "share"),
    [(0, 1, 0.8), (2, 1, 0.2), (3, 1, 0), (2, 4, 0.65), (4, 4, 0.5), (9, 4, 0), (18, 12, 0.35), (24, 12, 0.2)],
)
def test_resale_curve(periods: int, per_year: int, share: float) -> None:
    """0.8, 0.5, 0.2 at 0, 1, 2 years, linear between, nothing after."""
    assert float(curve([0.8, 0.5, 0.2], periods, per_year)) == pytest.approx(share, abs=1e-15)


@pytest.mark.parametrize(
    ("convention", "quarters", "share"),
    [
        ("full", 1, 0.25 / 5),
        ("half_year", 1, 0),
        ("half_year", 4, 0.5 / 5),
        ("half_year", 20, 4.5 / 5),
        ("half_year", 22, 1),
        ("mid_month", 4, (1 - 1 / 24) / 5),
        ("mid_month", 21, 1),
    ],
)
def test_conventions_put_straight_line_off(convention: str, quarters: int, share: float) -> None:
    terms = {"life_years": 5, "convention": convention, "bonus_share": 0.4}
    scheme = DepreciationClass.model_validate(terms)
    assert float(share_written_off(scheme, Decimal(quarters) / 4)) == pytest.approx(0.4 + 0.6 * share, rel=1e-14)


@pytest.mark.parametrize(
    ("method", "cost"),
    [
        # τ = 0.25, D/E = 1 at L = ½
        ("hamada", 0.03 + (0.1 - 0.03) * (1 + 0.75 * 1)),
        ("harris_pringle", 0.1 + (0.1 - (0.04 + 0.01)) * 1),
    ],
)
def test_relevered_cost_of_equity(method: str, cost: float) -> None:
    one = leverage_grid()
    one.instance["pricing_grid"]["relever"] |= {"method": method, "risk_free_per_year": 0.03}
    instance, plan = one.built()
    replay = Replay(instance, read_plan(instance, plan).decisions, Findings(instance.periods.label))
    grid = instance.pricing_grid
    assert grid is not None
    assert float(relevered(replay, grid, grid.buckets[1])) == pytest.approx(cost, rel=1e-14)


@pytest.mark.parametrize("bucket", [0, 1])
def test_on_an_edge_either_bucket_holds(bucket: int) -> None:
    """75 of 250 at the end of 2028 are 0.3, where the first bucket ends and the second begins."""

    def change(c: Case) -> None:
        c.plan["decisions"]["buckets"][-1]["bucket"] = bucket

    assert failed(leverage_grid().changed(change)) == set()


@pytest.mark.parametrize("noise", [1e-6, -1e-6])
def test_a_dollar_beside_an_edge_is_on_it(noise: float) -> None:
    def change(c: Case) -> None:
        c.plan["decisions"]["debt_draws"][-1]["musd"] += noise

    assert failed(leverage_grid().changed(change)) == set()


@pytest.mark.parametrize("noise", [1e-7, -1e-7])
def test_rounding_of_a_decision_is_no_breach(noise: float) -> None:
    """Every amount of money that is decided is off by a tenth of a dollar."""
    for name, build in CASES.items():

        def change(c: Case) -> None:
            for table, entries in c.plan["decisions"].items():
                for row in entries:
                    if table in ("debt_draws", "equity_raises", "preferred_raises", "dividends", "prepayments"):
                        row["musd"] += noise

        assert failed(build().changed(change)) == set(), name


def grid_by_cover(sales: float, bucket: int) -> Case:
    """A company without debt."""
    line, entry = "given.sales", ("revenue", "cash", "retained_earnings") if sales > 0 else OPEX
    return case(
        {
            "calendar": {"start": 2026, "periods": 1},
            "opening": {"cash_musd": 10, "paid_in_capital_musd": 11},
            "cash_flows": {"sales": {"musd_per_year": sales, "kind": "operating"}},
            "pricing_grid": {"by": "interest_cover", "buckets": [{"lower": 2}, {"upper": 2, "lower": 1}, {"upper": 1}]},
        },
        {"buckets": rows("period bucket holds", ("2026", bucket, 1))},
        [post(line, entry, {2026: abs(sales)})],
        {"net_present_cost": -sales, "terminal_cash": 10 + sales},
    )


@pytest.mark.parametrize("sales", [5, -5])
def test_without_interest_the_first_bucket_holds(sales: float) -> None:
    for bucket in range(3):
        assert failed(grid_by_cover(sales, bucket)) == (set() if bucket == 0 else {"pricing_grid.state"})


def test_wacc_is_null_exactly_when_no_capital_is_employed() -> None:
    def say(value: float | None) -> Any:
        return lambda c: c.plan["metrics"].update(wacc=value)

    assert failed(leverage_grid().changed(say(None))) == {"objective.wacc"}
    assert failed(cover_grid().changed(say(None))) == {"objective.wacc"}
    without = case({"calendar": {"start": 2026, "periods": 1}}, {}, [], {"wacc": None})
    assert failed(without) == set()
    assert failed(without.changed(say(0.1))) == {"objective.wacc"}


def test_names_with_dots_that_look_like_other_lines() -> None:
    """A site ``a`` with a part ``b.c``, a site ``a.b`` with a part ``c``, and a loan ``grid`` beside a pricing grid."""

    def site(part: str, musd: float) -> dict[str, Any]:
        phase = {"name": "p", "mw": 1, "lead_periods": 0, "capex": {part: {"musd": musd}}}
        return {"region": "north", "pue": 1.0, "phases": [phase]}

    tied = {"kind": "bullet", "rate_per_year": 0.1, "tenor_periods": 9, "opening_balance_musd": 100}
    one = case(
        {
            "calendar": {"start": 2026, "periods": 1},
            "opening": {"cash_musd": 100, "paid_in_capital_musd": 0},
            "regions": {"north": {}},
            "sites": {"a": site("b.c", 3), "a.b": site("c", 4)},
            "debt": {"grid": {**tied, "tied_to": {"capex_share": 1, "sites": ["a"]}}},
            "pricing_grid": {"by": "leverage", "buckets": [{"spread_per_year": 0.01}]},
            "budgets": {"sites": {"musd": 7, "covers": ["sites"]}},
        },
        {
            "phase_starts": rows("site phase period count", ("a", "p", "2026", 1), ("a.b", "p", "2026", 1)),
            "debt_draws": rows("instrument period musd", ("grid", "2026", 3)),
            "buckets": rows("period bucket holds", ("2026", 0, 1)),
        },
        [
            post("capex.site.a.b.c", ("capex", "sites", "cash"), {2026: 3 + 4}),
            post("draw.grid", ("draw", "cash", "debt.grid"), {2026: 3}),
            post("interest.grid", INTEREST, {2026: 10 + 1}),
        ],
        {
            "cost_of_capital": 11 + 0.3,  # what is drawn in the only year bears interest for one more, without spread
            "wacc": 11.3 / 103,
            "net_present_cost": 7,
            "terminal_cash": 100 - 7 + 3 - 11,
            "peak_funding": 103,
            "capital_raised": 3,
            "average_wacc_per_year": 11.3 / 103,
        },
    )
    assert failed(one) == set()

    def draw_more(c: Case) -> None:
        c.plan["decisions"]["debt_draws"][0]["musd"] = 3.5  # what site a.b costs does not count
        c.row("draw.grid", 2026)["musd"] = 3.5
        c.plan["metrics"] |= {"terminal_cash": 85.5, "peak_funding": 103.5, "capital_raised": 3.5}
        c.plan["metrics"] |= {"external_capital_raised_musd": 3.5, "debt_drawn_musd": 3.5, "minimum_cash_musd": 85.5}
        c.plan["metrics"] |= {"cost_of_capital": 11.35, "wacc": 11.35 / 103.5, "average_wacc_per_year": 11.35 / 103.5}
        c.plan["metrics"]["maximum_book_leverage_share"] = 103.5 / (103.5 - 11)

    assert failed(one.changed(draw_more)) == {"debt.tied"}


@pytest.mark.parametrize(("opening", "breaks"), [(0, set()), (5, {"debt.signed"})])
def test_a_revolver_with_an_opening_balance_is_signed(opening: float, breaks: set[str]) -> None:
    """It is repaid in the first year, before its balance could count; unsigned it asks no commitment fee."""
    terms = {"kind": "revolver", "rate_per_year": 0, "limit_musd": 9, "commitment_fee_per_year": 0.01}
    back = {"2026": opening} if opening else {}
    one = case(
        {
            "calendar": {"start": 2026, "periods": 1},
            "opening": {"cash_musd": 10, "paid_in_capital_musd": 6},
            "debt": {"r": {**terms, "opening_balance_musd": opening}},
        },
        {"debt_repayments": rows("instrument period musd", *(("r", t, musd) for t, musd in back.items()))},
        [post("repayment.r", ("repayment", "debt.r", "cash"), {2026: opening} if opening else {})],
        {"terminal_cash": 10 - opening},
    )
    assert failed(one) == breaks
