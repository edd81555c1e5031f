"""The formulas of the auditor against numbers worked out by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from optimizer.auditing.debt import replay_debt
from optimizer.auditing.hardware import tiered_cost
from optimizer.auditing.leases import liability
from optimizer.auditing.metric_forms import Greatest
from optimizer.auditing.rates import Asked
from optimizer.auditing.reading import read_plan
from optimizer.auditing.replay import Replay
from optimizer.auditing.report import Findings
from optimizer.auditing.tax import share_written_off
from optimizer.auditing.tolerances import MONEY
from optimizer.auditing.vintages import share_left
from optimizer.instance.schema import Debt, DepreciationClass, Tiers
from tests.oracles import amortisation as exact

from .cases_debt import debt


def asked(rate: str | float) -> Asked:
    return Asked(Decimal(rate), Decimal(0))


def loan(kind: str, tenor: int, grace: int = 0) -> Debt:
    return Debt.model_validate({"kind": kind, "rate_per_year": 0.1, "tenor_periods": tenor, "grace_periods": grace})


@pytest.mark.parametrize(
    ("terms", "left"),
    [
        (loan("bullet", 3), [1, 1, 1, 0, 0]),
        (loan("level", 4), [1, 0.75, 0.5, 0.25, 0, 0]),
        (loan("level", 4, grace=2), [1, 1, 1, 0.5, 0, 0]),
        (loan("bullet", 1), [1, 0, 0]),
    ],
)
def test_share_of_a_vintage_that_is_left(terms: Debt, left: list[float]) -> None:
    assert [float(share_left(terms, age, asked("0.1"))) for age in range(len(left))] == left


@pytest.mark.parametrize("grace", [0, 2])
def test_an_annuity_pays_the_same_each_period(grace: int) -> None:
    """interest + principal = i/(1 − (1+i)^−n) of the draw, the textbook payment over the n periods after grace."""
    terms, rate = loan("annuity", 5 + grace, grace), asked("0.1")
    payment = 0.1 / (1 - 1.1**-5)
    for age in range(grace + 1, grace + 6):
        before, after = share_left(terms, age - 1, rate), share_left(terms, age, rate)
        assert float(before * rate.first + before - after) == pytest.approx(payment, rel=1e-12)
    assert share_left(terms, grace + 5, rate) == 0


def test_an_annuity_without_interest_is_level() -> None:
    assert [share_left(loan("annuity", 4), age, asked(0)) for age in range(5)] == [
        share_left(loan("level", 4), age, asked(0)) for age in range(5)
    ]


def test_written_off_for_tax_is_linear_within_a_year() -> None:
    table = DepreciationClass.model_validate({"table_shares": [0.2, 0.5, 0.3], "bonus_share": 0.4})
    for years, share in ((Decimal("0.25"), 0.05), (Decimal("1.5"), 0.2 + 0.25), (Decimal(3), 1), (Decimal(9), 1)):
        assert float(share_written_off(table, years)) == pytest.approx(0.4 + 0.6 * share, rel=1e-15)
    straight = DepreciationClass.model_validate({"life_years": 2.5})
    for years, share in ((Decimal("0.25"), 0.1), (Decimal(2), 0.8), (Decimal(3), 1)):
        assert float(share_written_off(straight, years)) == pytest.approx(share, rel=1e-15)


def tiers(kind: str) -> Tiers:
    steps = [(0, 0), (1000, 0.1), (2000, 0.3)]
    return Tiers.model_validate(
        {"kind": kind, "steps": [{"from_units": a, "discount_share": d} for a, d in steps]},
    )


@pytest.mark.parametrize(
    ("thousand_units", "all_units", "incremental"),
    [
        ("0.999", 0.999, 0.999),
        ("1", 0.9, 1),  # a tier holds from its start on
        ("0.9999998", 0.9 * 0.9999998, 0.9999998),  # a solver's rounding below the start does not lose the tier
        ("1.999", 0.9 * 1.999, 1 + 0.9 * 0.999),
        ("3", 0.7 * 3, 1 + 0.9 + 0.7),
    ],
)
def test_tiers(thousand_units: str, all_units: float, incremental: float) -> None:
    """At 1000 USD a unit a thousand units cost 1 musd."""
    quantity, price = Decimal(thousand_units), Decimal(1000)
    assert float(tiered_cost(tiers("all_units"), quantity, price)) == pytest.approx(all_units, rel=1e-14)
    assert float(tiered_cost(tiers("incremental"), quantity, price)) == pytest.approx(incremental, rel=1e-14)
    assert tiered_cost(None, quantity, price) == quantity


def test_debt_balances_are_what_the_ledger_rolls_forward() -> None:
    """Σ d·b(age), computed from the draws, against the account of each instrument, rolled from draws and repayments."""
    instance, plan = debt().built()
    replay = Replay(instance, read_plan(instance, plan).decisions, Findings(instance.periods.label))
    replayed = replay_debt(replay)
    assert set(replayed.instruments) == set(instance.debt)
    for name, instrument in replayed.instruments.items():
        rolled = [-float(value) for value in replay.book.balances(f"debt.{name}")]
        assert [float(value) for value in instrument.balance] == pytest.approx(rolled, abs=1e-15)


@pytest.mark.parametrize("rate", exact.RATES)
def test_annuities_are_those_of_exact_arithmetic(rate: float) -> None:
    """As the formulas of the model are (tests/instance/test_amortisation.py), so that the two agree."""
    for tenor, grace in ((1, 0), (2, 1), (4, 0), (480, 7), (2000, 1000)):
        for age in {grace, (grace + tenor) // 2, tenor - 1}:
            left = float(share_left(loan("annuity", tenor, grace), age, asked(rate)))
            assert left == pytest.approx(exact.outstanding(tenor, grace, age, rate), rel=4e-16, abs=0)
        owed = float(liability(Decimal(1), Decimal(rate), tenor + 1, 0))
        assert owed == pytest.approx(exact.worth(tenor, rate), rel=4e-16, abs=0)


@pytest.mark.parametrize(
    ("shares", "stated", "passes"),
    [
        ([("0.0005", "0.0005"), ("6", "8")], "0.75", True),  # a debt of 500 dollars is none, whatever its share
        ([("0.001", "0.001"), ("6", "8")], "0.75", True),  # one of a thousand dollars may count or not
        ([("0.001", "0.001"), ("6", "8")], "1", True),
        ([("0.001", "0.001"), ("6", "8")], None, True),  # of a whole that is nothing itself there is no share
        ([("0.002", "0.002"), ("6", "8")], "0.75", False),
        ([("0.0005", "0.0005"), ("6", "8")], "1", False),
        ([("0.0005", "0.0005"), ("6", "8")], None, False),
        ([("6", "-1"), ("6", "8")], None, True),
        ([("6", "-1"), ("6", "8")], "0.75", False),
        ([("0.0005", "0.0005")], None, True),
    ],
)
def test_the_greatest_share_is_of_those_that_are_something(
    shares: list[tuple[str, str]], stated: str | None, passes: bool
) -> None:
    """The greatest D/(D + E) of the periods with a debt D above 0.001, a thousand dollars."""
    form = Greatest([(Decimal(part), Decimal(whole), Decimal(1)) for part, whole in shares], Decimal("0.001"))
    off, magnitude = form.off(None if stated is None else Decimal(stated), MONEY)
    assert (off <= MONEY.of(magnitude)) is passes
