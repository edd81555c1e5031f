"""Yields of loans: the rate at which payments are worth what was received, against roots written down by hand."""

from __future__ import annotations

from decimal import Decimal, localcontext

import pytest

from optimizer.auditing.yields import _crossing, internal_rate

ZERO, ONE = Decimal(0), Decimal(1)


def yield_of(principal: list[str], interest: list[str], received: str) -> Decimal:
    paid = [Decimal(each) for each in principal], [Decimal(each) for each in interest]
    return internal_rate(*paid, Decimal(received), ZERO, [1] * len(principal))


def test_at_par_the_yield_is_the_rate_to_the_last_digit_that_counts() -> None:
    with localcontext() as context:
        context.prec = 34
        found = yield_of(["0", "0", "0", "1"], ["0", "0.08", "0.08", "0.08"], "1")
        assert abs(found - Decimal("0.08")) < Decimal("1e-24")


@pytest.mark.parametrize("received", ["0.999", "0.96", "0.5", "0.05", "0.0001"])
def test_below_par_it_is_the_root_of_a_square(received: str) -> None:
    """Two years at 8 %, with x = 1/(1 + r): 1.08·x² + 0.08·x = d, so that x = (−0.08 + √(0.0064 + 4.32·d)) / 2.16."""
    with localcontext() as context:
        context.prec = 40
        x = (Decimal("-0.08") + (Decimal("0.0064") + Decimal("4.32") * Decimal(received)).sqrt()) / Decimal("2.16")
        expected, found = ONE / x - ONE, yield_of(["0", "0", "1"], ["0", "0.08", "0.08"], received)
        assert abs(found - expected) < Decimal("1e-24") * (ONE + expected)


def test_what_is_paid_back_without_more_yields_nothing() -> None:
    assert yield_of(["0", "0", "1"], ["0", "0", "0"], "1") == pytest.approx(0, abs=1e-24)


@pytest.mark.parametrize("power", [1, 3, 9, 31])
def test_chords_end_where_a_function_is_flat_on_one_side(power: int) -> None:
    """(0.3 − x)^p, p odd: a chord hardly moves where it is steep on one side and flat on the other."""
    looked: list[Decimal] = []

    def above(x: Decimal) -> Decimal:
        looked.append(x)
        return (Decimal("0.3") - x) ** power

    with localcontext() as context:
        context.prec = 60
        found = _crossing(above, ZERO, ONE)
    assert abs(found - Decimal("0.3")) < Decimal("1e-24")
    assert len(looked) < 800
