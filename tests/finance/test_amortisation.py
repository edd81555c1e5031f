"""What is left of loans and leases, at rates and over tenors where the textbook's form fails."""

from __future__ import annotations

import math

import pytest

from optimizer.finance.amortisation import (
    annuity_factor,
    capitalised_share,
    outstanding_share,
    service,
)
from optimizer.finance.leases import lease_liability
from optimizer.instance.schema import Debt
from tests.oracles import amortisation as exact

ULPS = 16 * 2.0**-53
"""Some roundings: of the logarithm, the product, the exponential, the quotients."""


def loan(kind: str, tenor: int, grace: int, *, pik: bool = False) -> Debt:
    terms = {"kind": kind, "rate_per_year": 0, "tenor_periods": tenor, "grace_periods": grace}
    return Debt.model_validate({**terms, "capitalise_interest": pik})


@pytest.mark.parametrize("rate", exact.RATES)
@pytest.mark.parametrize("tenor", [1, 2, 4, 480, 2000])
def test_an_annuity_is_that_of_exact_arithmetic(tenor: int, rate: float) -> None:
    for grace in {0, tenor // 2, tenor - 1}:
        debt = loan("annuity", tenor, grace)
        for age in {0, grace, (grace + tenor) // 2, tenor - 1}:
            wanted = exact.outstanding(tenor, grace, age, rate)
            assert outstanding_share(debt, age, rate) == pytest.approx(wanted, rel=ULPS, abs=0)
        assert outstanding_share(debt, tenor, rate) == 0.0


@pytest.mark.parametrize("rate", exact.RATES)
@pytest.mark.parametrize("payments", [1, 2, 4, 480, 2000])
def test_payments_are_worth_what_exact_arithmetic_says(payments: int, rate: float) -> None:
    assert annuity_factor(payments, rate) == pytest.approx(exact.worth(payments, rate), rel=ULPS, abs=0)


def test_nothing_is_owed_after_the_last_payment_of_a_lease() -> None:
    # 1/1.1 + 1/1.21, then 1/1.1, then nothing
    assert lease_liability(3, 0.1) == pytest.approx((2.1 / 1.21, 1 / 1.1, 0.0), rel=ULPS)
    assert lease_liability(4, 1e-17) == (3.0, 2.0, 1.0, 0.0)


@pytest.mark.parametrize("rate", [0.0, 1e-300, 1e-17, 1e-16, 3e-16, 1e-12, 1e-9, 0.01])
def test_capitalised_interest_is_that_of_exact_arithmetic(rate: float) -> None:
    for grace in (1, 4, 480):
        debt = loan("bullet", 2000, grace, pik=True)
        assert capitalised_share(debt, 1000, rate) == pytest.approx(exact.grown(grace, rate), rel=ULPS, abs=0)


def test_what_no_number_holds_is_infinite() -> None:
    assert outstanding_share(loan("bullet", 2000, 1999, pik=True), 1999, 10.0) == math.inf
    assert outstanding_share(loan("annuity", 2000, 0), 1999, 10.0) == pytest.approx(10 / 11, rel=ULPS)


@pytest.mark.parametrize("pik", [False, True])
@pytest.mark.parametrize("kind", ["bullet", "level", "annuity"])
@pytest.mark.parametrize("timing", [0.0, 1.0])
def test_the_service_of_a_loan_is_worth_what_was_drawn(kind: str, timing: float, pik: bool) -> None:
    """At its own rate, where interest falls on the loan's own dates: drawn at the end or at the start of a period."""
    one = service(loan(kind, 7, 3, pik=pik), 0.08, timing)
    assert one.worth(0.08) == pytest.approx(1.0, rel=1e-12)
    assert math.fsum(one.principal) == pytest.approx(1.0 + math.fsum(one.capitalised), rel=1e-12)


@pytest.mark.parametrize("timing", [0.0, 0.5, 1.0])
def test_a_loan_of_n_periods_bears_interest_for_n(timing: float) -> None:
    one = service(loan("bullet", 3, 0), 0.08, timing)
    assert math.fsum(one.interest) == pytest.approx(3 * 0.08, rel=1e-12)
    assert one.interest[0] == pytest.approx(0.08 * timing)
    assert one.worth(0.08, after=2) == pytest.approx(1.08**-3 + 0.08 * (1 - timing) * 1.08 ** -(3 + timing), rel=1e-12)
