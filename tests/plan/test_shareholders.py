"""What shareholders put in and get, and its rate of return: hand-made plans, and small files with a rate by hand."""

from __future__ import annotations

import io
from dataclasses import replace
from math import sqrt
from typing import Any

import pytest
from rich.console import Console

import optimizer
from optimizer.instance.schema import Instance
from optimizer.plan.figures.metrics import EQUITY_IRR, metrics
from optimizer.plan.figures.shareholder_value import shareholder_flows, unknown_flows, why_no_rate
from optimizer.plan.plan import Plan
from optimizer.report.terminal import print_plan

from ..audit.build import Case
from ..audit.cases_value import CASES


def plan_of(case: Case) -> Plan:
    return Plan(Instance.model_validate(case.instance), case.plan["decisions"], case.plan["ledger"], {}, {})


def with_opening(plan: Plan, **opening: float) -> Plan:
    """The same plan of a company that begins with something else."""
    return replace(plan, instance=Instance.model_validate({**plan.instance.canonical(), "opening": opening}))


def test_the_flows_of_everybody() -> None:
    """50 are there, 40 come in in 2026, 34.5 + 25.5 go out in 2027.

    At the end 217 of cash, less the bond at 5 %, the revolver and a year of the 5 % that it is dearer, and 10 of
    preferred shares at 15 % for ever, worth 12.5 at 12 %. The round's own rate is a charge and no flow.
    """
    plan = plan_of(CASES["shareholders"]())
    left = 217 - (6 * (1 - 1.05**-4) / 0.05 + 100 / 1.05**4) - 30 * 1.05 - 12.5
    found: dict[float, float] = {}
    for instant, musd in shareholder_flows(plan):
        found[instant] = found.get(instant, 0.0) + musd
    assert found == pytest.approx({0.0: -50, 1.0: -40, 2.0: 60, 3.0: left})
    rate = metrics(plan)[EQUITY_IRR]
    assert rate is not None
    assert -50 - 40 / (1 + rate) + 60 / (1 + rate) ** 2 + left / (1 + rate) ** 3 == pytest.approx(0.0, abs=1e-9)


def test_a_rate_of_quarters_is_one_of_a_year() -> None:
    """−5 at the start, −30 at the start of Q2 and what is left at the end of it: −5·y² − 30·y + left = 0 for y, the
    growth of a quarter, and the rate of a year is y⁴ − 1, effective and not four times y − 1."""
    left = 84 - 50 * (0.02 / 1.05**0.25 + 1.02 / 1.05**0.5)
    y = (-30 + sqrt(900 + 20 * left)) / 10
    assert metrics(plan_of(CASES["quarters_to_shareholders"]()))[EQUITY_IRR] == pytest.approx(y**4 - 1, abs=1e-12)


@pytest.mark.parametrize("name", ["relevered", "stated_by_bucket"])
def test_what_leverage_makes_shareholders_ask_is_no_flow(name: str) -> None:
    """60 of the 100 are theirs; two years of 5 % and 1 % on 40 later 100 − 4.8 − 40 are: the loan is at par at 5 %."""
    rate = metrics(plan_of(CASES[name]()))[EQUITY_IRR]
    assert rate == pytest.approx(sqrt(55.2 / 60) - 1, abs=1e-12)


BASE: dict[str, Any] = {
    "name": "small",
    "calendar": {"start": 2026, "periods": 2},
    "discount": {"rate_per_year": 0.1},
    "objectives": [{"name": "shareholder_value"}],
    "equity": {"cost_of_equity_per_year": 0.12, "rounds": {"seed": {"max_musd": 200}}, "dividends": None},
}


def solved(**changes: Any) -> Plan:
    plan = optimizer.solve(optimizer.load(BASE | changes), gap=0.0, threads=1)
    assert plan.status == "optimal"
    assert plan.audit_passed
    return plan


def flows(*musd: float) -> dict[str, Any]:
    return {"project": {"kind": "investing", "musd_per_period": list(musd)}}


def test_a_round_in_the_middle_of_a_year_is_out_for_a_year_and_a_half() -> None:
    """100 at ½ and 100·1.1^1.5 at 2: 10 %."""
    plan = solved(draw_timing="mid", cash_flows=flows(-100, 100 * 1.1**1.5))
    assert plan.metrics[EQUITY_IRR] == pytest.approx(0.1, abs=1e-9)


def test_a_plan_that_loses_has_a_rate_below_nothing() -> None:
    """Of 100 that were there 64 are left after two years: −20 % a year."""
    plan = solved(opening={"cash_musd": 100, "paid_in_capital_musd": 100}, cash_flows=flows(-100, 64))
    assert plan.metrics[EQUITY_IRR] == pytest.approx(-0.2, abs=1e-9)
    assert "equity IRR −20.0 %" in verdict(plan)


def test_money_of_a_partner_for_compute_is_owed_and_none_of_shareholders() -> None:
    """50 of a partner lie in cash and are owed in compute that costs as much; of shareholders 80 come and 100 go."""
    partner = {
        "kind": "compute",
        "cash_musd": 50,
        "delivery_lag_periods": 2,
        "delivery_periods": 1,
        "delivery_h100e": 1,
        "price_usd_per_h100e_hour": 1,
        "cost_of_serving_usd_per_h100e_hour": 1,
    }
    terms = Instance.model_validate(BASE | {"partners": {"p": partner}})
    ledger = [
        _row("raise.seed", "raise", "2026", 80, "cash", "paid_in_capital"),
        _row("partner.cash.p", "draw", "2026", 50, "cash", "partner.p"),
        _row("given.project", "other_investing", "2027", 20, "cash", "retained_earnings"),
    ]
    decisions = {
        "equity_raises": [{"round": "seed", "period": "2026", "musd": 80.0}],
        "partners": [{"partner": "p", "period": "2026", "signed": 1}],
    }
    plan = Plan(terms, decisions, ledger, {}, {})
    assert metrics(plan)["commitments_musd"] == 0
    assert metrics(plan)[EQUITY_IRR] == pytest.approx(0.25, abs=1e-12)


def _row(line: str, item: str, period: str, musd: float, debit: str, credit: str) -> dict[str, Any]:
    words = {"line": line, "item": item, "period": period, "debit": debit, "credit": credit}
    return {**words, "musd": musd, "corporate": False}


# ── where there is none ───────────────────────────────────────────────────────────────────────────────────────────


def verdict(plan: Plan) -> list[str]:
    console = Console(file=io.StringIO(), width=400, highlight=False, emoji=False)
    print_plan(plan, console)
    assert isinstance(console.file, io.StringIO)
    (line,) = [text for text in console.file.getvalue().splitlines() if "equity IRR" in text]
    return line.split(" · ")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"cash_flows": flows(0, 50)}, "shareholders put nothing in"),
        (
            {"opening": {"cash_musd": 100, "paid_in_capital_musd": 100}, "cash_flows": flows(-100, 0)},
            "shareholders get nothing back",
        ),
        ({"cash_flows": flows(0, 0)}, "nothing flows"),
        (
            {
                "opening": {"cash_musd": 100, "paid_in_capital_musd": 130, "other_assets_musd": 30},
                "cash_flows": flows(-100, 120),
            },
            "what other assets are worth at the end is not stated",
        ),
        (
            {
                "opening": {"cash_musd": 10, "paid_in_capital_musd": 10},
                "debt": {
                    "old": {
                        "kind": "bullet",
                        "rate_per_year": 0.05,
                        "tenor_periods": 9,
                        "limit_musd": 0,
                        "opening_balance_musd": 40,
                    }
                },
                "cash_flows": flows(0, 120),
            },
            "more is owed than there is as the plan begins",
        ),
    ],
)
def test_where_there_is_no_rate_the_verdict_says_why(changes: dict[str, Any], why: str) -> None:
    plan = solved(**changes)
    assert plan.metrics[EQUITY_IRR] is None
    assert why_no_rate(plan) == why
    assert f"equity IRR none ({why})" in verdict(plan)


def test_of_several_rates_each_is_named() -> None:
    """−100 + 230·x − 132·x² = −132·(x − 1/1.1)·(x − 1/1.2): 100 are there, 230 go out, 132 are asked at last."""
    plan = plan_of(CASES["shareholders"]())
    plan = replace(with_opening(plan, cash_musd=100, paid_in_capital_musd=100), decisions={})
    ledger = [
        _row("dividend", "dividend", "2026", 230, "retained_earnings", "cash"),
        _row("raise.a", "raise", "2027", 132, "cash", "paid_in_capital"),
        _row("given.sales", "opex", "2027", 2, "retained_earnings", "cash"),  # 100 − 230 + 132 − 2: nothing is left
    ]
    plan = replace(plan, ledger=ledger, decisions={"equity_raises": [{"round": "a", "period": "2027", "musd": 132.0}]})
    found = {name: rate for name, rate in metrics(plan).items() if name.startswith("equity_irr")}
    assert found == {
        EQUITY_IRR: None,
        f"{EQUITY_IRR}.1": pytest.approx(0.1, abs=1e-9),
        f"{EQUITY_IRR}.2": pytest.approx(0.2, abs=1e-9),
    }


def test_other_assets_of_a_few_dollars_are_none() -> None:
    plan = plan_of(CASES["shareholders"]())
    assert unknown_flows(with_opening(plan, cash_musd=50, other_assets_musd=5e-6)) == ""
    assert unknown_flows(with_opening(plan, cash_musd=50, other_assets_musd=5e-5)) != ""
