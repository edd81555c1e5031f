"""Hand-made plans for what they are worth to shareholders; their other figures are left out."""

from __future__ import annotations

from typing import Any

from .build import DIVIDEND, FEE, FLOTATION, INTEREST, RAISE, REVENUE, Case, case, draw, post, rows

PREFERRED = ("raise", "cash", "preferred_equity")
PREFERRED_DIVIDEND = ("preferred_dividend", "retained_earnings", "cash")
RETURN = ("return_of_capital", "paid_in_capital", "cash")


def shareholders() -> Case:
    """Money from everybody in three years, paid out in part; a bond and preferred shares run on, a revolver is open.

    Shareholders ask 12 %, of round a 15 %; f is 5 %. Earned by 2027: 2·20 − 2 flotation − 2 fee − 1.5 to the preferred
    shares = 34.5, so that 25.5 of the 60 that are paid out is capital.
    """
    # the bond: 6 in 2029 … 2032 and 100 in 2032; the revolver: 5 % dearer than f; 15 % for ever at 12 %
    owed = 6 * (1 - 1.05**-4) / 0.05 + 100 / 1.05**4 + 30 * 1.05 + 10 * 0.15 / 0.12
    left = 50 + 3 * 20 + 40 - 2 + 10 + 100 - 2 - 2 * 1.5 - 60 - 6 + 30
    # out in 2026, 2027 and 2028, and one more
    paid_in = 40 * (1.15 / 1.12) ** 4 / 1.12
    return case(
        {
            "calendar": {"start": 2026, "periods": 3},
            "discount": {"rate_per_year": 0.1},
            "objectives": [{"name": "shareholder_value"}],
            "fair_rate_per_year": 0.05,
            "opening": {"cash_musd": 50, "paid_in_capital_musd": 50},
            "cash_flows": {"sales": {"musd_per_year": 20, "kind": "operating"}},
            "debt": {
                "bond": {
                    "kind": "bullet",
                    "rate_per_year": 0.06,
                    "tenor_periods": 5,
                    "limit_musd": 100,
                    "upfront_fee_share": 0.02,
                },
                "rcf": {"kind": "revolver", "rate_per_year": 0.1, "limit_musd": 50},
            },
            "equity": {
                "cost_of_equity_per_year": 0.12,
                "rounds": {"a": {"max_musd": 60, "flotation_share": 0.05, "cost_of_equity_per_year": 0.15}},
                "dividends": {"return_of_capital": True},
            },
            "preferred_equity": {"p": {"max_musd": 10, "dividend_per_year": 0.15}},
        },
        {
            "debt_draws": rows("instrument period musd", ("bond", "2027", 100), ("rcf", "2028", 30)),
            "equity_raises": rows("round period musd", ("a", "2026", 40)),
            "preferred_raises": rows("name period musd", ("p", "2026", 10)),
            "dividends": rows("period musd", ("2027", 34.5)),
            "capital_returns": rows("period musd", ("2027", 25.5)),
        },
        [
            post("given.sales", REVENUE, {2026: 20, 2027: 20, 2028: 20}),
            post("draw.bond", draw("bond"), {2027: 100}),
            post("fee.upfront.bond", FEE, {2027: 2}),
            post("interest.bond", INTEREST, {2028: 6}),
            post("draw.rcf", draw("rcf"), {2028: 30}),
            post("raise.a", RAISE, {2026: 40}),
            post("flotation.a", FLOTATION, {2026: 2}),
            post("raise.preferred.p", PREFERRED, {2026: 10}),
            post("dividend.preferred.p", PREFERRED_DIVIDEND, {2027: 1.5, 2028: 1.5}),
            post("dividend", DIVIDEND, {2027: 34.5}),
            post("return_of_capital", RETURN, {2027: 25.5}),
        ],
        {"shareholder_value": 60 / 1.12**2 - paid_in + (left - owed) / 1.12**3},
    )


def quarters_to_shareholders() -> Case:
    """Two quarters; what is raised and drawn comes at the start of its quarter, and a loan of three runs one more.

    A unit drawn at the start of 2026Q2 pays 2 at the end of Q2, of Q3 and of Q4 and is repaid at the start of 2027Q1,
    two quarters after the end of the plan. Two years' growth of f, 5 %, is one of (1.05)^(1/4) a quarter.
    """
    k, f, quarter = 1.12, 1.05, 0.25
    # the third period of the loan ends where the quarter that it began in does: at the end of Q4
    owed = 50 * (0.02 / f**quarter + (0.02 + 1.0) / f ** (2 * quarter))
    left = 5 + 30 + 50 - 1.0
    return case(
        {
            "calendar": {"start": "2026Q1", "periods": 2, "length": "quarter"},
            "discount": {"rate_per_year": 0.1},
            "objectives": [{"name": "shareholder_value"}],
            "draw_timing": "start",
            "fair_rate_per_year": 0.05,
            "opening": {"cash_musd": 5, "paid_in_capital_musd": 5},
            "debt": {"loan": {"kind": "bullet", "rate_per_year": 0.08, "tenor_periods": 3, "limit_musd": 50}},
            "equity": {"cost_of_equity_per_year": 0.12, "rounds": {"a": {"max_musd": 60}}, "dividends": None},
        },
        {
            "debt_draws": rows("instrument period musd", ("loan", "2026Q2", 50)),
            "equity_raises": rows("round period musd", ("a", "2026Q2", 30)),
        },
        [
            post("draw.loan", draw("loan"), {"2026Q2": 50}),
            post("interest.loan", INTEREST, {"2026Q2": 1.0}),
            post("raise.a", RAISE, {"2026Q2": 30}),
        ],
        {"shareholder_value": -30 / k**quarter + (left - owed) / k ** (2 * quarter)},
    )


def relevered() -> Case:
    """Shareholders ask 11 % without debt; for 40 of debt at 1 % over f = 5 % they ask 5 % of it a year more."""
    interest, spread = 40 * 0.05, 40 * 0.01
    left = 100 - 2 * (interest + spread)
    return _levered(
        {"method": "harris_pringle", "unlevered_cost_per_year": 0.11, "cost_of_debt_per_year": 0.05},
        None,
        -40 * (0.11 - 0.05 - 0.01) * (1 / 1.11 + 1 / 1.11**2) + (left - 40) / 1.11**2,
    )


def stated_by_bucket() -> Case:
    """Shareholders ask 9 % in the first bucket and 13 % in the second, which stands: 4 % of the 60 paid in more."""
    interest, spread = 40 * 0.05, 40 * 0.01
    left = 100 - 2 * (interest + spread)
    charge = 60 * (0.13 - 0.09) * (1 / 1.12 + 1 / 1.12**2)
    return _levered(None, (0.09, 0.13), -charge + (left - 40) / 1.12**2)


def _levered(relever: dict[str, Any] | None, stated: tuple[float, float] | None, value: float) -> Case:
    buckets: list[dict[str, Any]] = [{"upper": 0.3}, {"lower": 0.3, "upper": 0.8, "spread_per_year": 0.01}]
    for bucket, cost in zip(buckets, stated or (), strict=False):
        bucket["cost_of_equity_per_year"] = cost
    return case(
        {
            "calendar": {"start": 2026, "periods": 2},
            "discount": {"rate_per_year": 0.1},
            "objectives": [{"name": "shareholder_value"}],
            "fair_rate_per_year": 0.05,
            "opening": {"cash_musd": 100, "paid_in_capital_musd": 60},
            "debt": {
                "old": {
                    "kind": "bullet",
                    "rate_per_year": 0.05,
                    "tenor_periods": 9,
                    "limit_musd": 0,
                    "opening_balance_musd": 40,
                }
            },
            "equity": {"cost_of_equity_per_year": 0.12, "dividends": None},
            "pricing_grid": {"by": "leverage", "buckets": buckets, "relever": relever},
        },
        {"buckets": rows("period bucket holds", ("2026", 1, 1), ("2027", 1, 1))},
        [post("interest.old", INTEREST, {2026: 2, 2027: 2}), post("interest.grid", INTEREST, {2026: 0.4, 2027: 0.4})],
        {"shareholder_value": value},
    )


CASES = {each.__name__: each for each in (shareholders, quarters_to_shareholders, relevered, stated_by_bucket)}
