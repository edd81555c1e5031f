"""Internal rates of return: closed forms, flows made from their roots, and another library as referee."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyxirr import irr

from optimizer.plan.figures.irr import internal_rates, why_none


def flows_with(*rates: float, size: float = 1.0) -> list[float]:
    """Π_i (1 − x·(1 + r_i)) with x = 1/(1+r), lowest power first: worth nothing at each r_i and nowhere else."""
    flows = np.array([size])
    for rate in rates:
        flows = np.convolve(flows, [1.0, -(1.0 + rate)])
    return flows.tolist()


@pytest.mark.parametrize(
    ("flows", "rates"),
    [
        ([-1000, 2500, -1540], [0.1, 0.4]),
        ([-100, 230, -132], [0.1, 0.2]),
        ([-100, 110], [0.1]),
        ([0, 0, -100, 110, 0, 0], [0.1]),
        ([100, -110], [0.1]),
        ([-100, 0, 0, 0, 100], [0.0]),
        ([-100, 50], [-0.5]),
        ([-1e9, 1.1e9], [0.1]),
        ([-1e-9, 1.1e-9], [0.1]),
        ([-1e-9, 1e9], [1e18 - 1]),
        (flows_with(-0.5, -0.1, 0.0, 0.2, 0.9), [-0.5, -0.1, 0.0, 0.2, 0.9]),
        ([-10, *[1] * 1199], [0.1 * (1 - 1.1**-1199)]),  # below 0.1 by what is not paid for ever: nothing, in 1,200
        ([-1e300, 1.1e300], [0.1]),
    ],
)
def test_closed_forms(flows: list[float], rates: list[float]) -> None:
    assert internal_rates(flows) == pytest.approx(rates, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("rates", [[0.1, 0.1], [0.1, 0.1, 0.1], [0.1, 0.1, 0.3], [-0.2, 0.0, 0.0, 0.0, 0.0, 0.5]])
def test_a_root_that_counts_several_times_is_named_once(rates: list[float]) -> None:
    """To the n-th root of rounding, which is 1e-16 of the flows: four times at 0 is known to 1e-4."""
    assert internal_rates(flows_with(*rates, size=1000)) == pytest.approx(sorted(set(rates)), abs=1e-4)


@pytest.mark.parametrize(
    ("flows", "why"),
    [
        ([], "nothing flows"),
        ([0.0, 0.0], "nothing flows"),
        ([0.0, 5.0, 0.0], "no money goes out"),
        ([-1.0, -2.0], "no money comes in"),
        ([1.0, -2.0, 1.5], "the present value is positive at every rate"),  # 1 − 2x + 1.5x² has no real root
        ([-1.0, 2.0, -1.5], "the present value is negative at every rate"),
    ],
)
def test_why_there_is_none(flows: list[float], why: str) -> None:
    assert (internal_rates(flows), why_none(flows)) == ((), why)


def test_compounded_to_a_year() -> None:
    assert internal_rates([-100, 101], 12) == pytest.approx([1.01**12 - 1], rel=1e-12)
    assert internal_rates([-100, 0, 0, 0, 110], 4) == pytest.approx([0.1], rel=1e-12)


@pytest.mark.parametrize("flow", [math.nan, math.inf])
def test_what_is_no_number_is_refused(flow: float) -> None:
    with pytest.raises(ValueError, match="not a finite number"):
        internal_rates([-1.0, flow])


@given(
    st.lists(st.integers(-40, 150), min_size=1, max_size=4, unique=True),
    st.lists(st.integers(1, 9), min_size=1, max_size=6),
    st.integers(-9, 9),
    st.integers(0, 5),
)
def test_flows_made_from_their_roots(percents: list[int], positive: list[int], power: int, zeros: int) -> None:
    """Times a polynomial of positive coefficients, which is 0 at no rate; in any unit; after and before nothing."""
    rates = sorted(percent / 100 for percent in percents)
    flows = np.convolve(flows_with(*rates), positive) * 10.0**power
    found = internal_rates([0.0] * zeros + flows.tolist() + [0.0] * zeros)
    assert found == pytest.approx(rates, abs=1e-7)


@pytest.mark.parametrize("periods", [40, 480, 1200])
def test_an_annuity_has_the_rate_of_its_payment(periods: int) -> None:
    """i/(1 − (1+i)^−n) a period pays a loan of 1 back at i, over however many periods."""
    for rate in (1e-6, 0.001, 0.01, 0.1, 2.0):
        payment = rate / -math.expm1(-periods * math.log1p(rate))
        assert internal_rates([-1.0, *[payment] * periods]) == pytest.approx([rate], rel=1e-8)


def test_a_referee_finds_the_only_rate_too() -> None:
    """Spending, then income, then spending that is too small to matter: one turn, one rate."""
    chance, compared = random.Random(11), 0
    for _ in range(300):
        building, running = chance.randint(1, 5), chance.randint(1, 60)
        flows = [-chance.uniform(1, 100) for _ in range(building)] + [chance.uniform(0, 50) for _ in range(running)]
        (rate,) = internal_rates(flows)
        judged = irr(flows)
        if judged is not None:  # it gives up on some flows that have a rate
            assert rate == pytest.approx(judged, rel=1e-7, abs=1e-9)
            compared += 1
    assert compared > 250


def test_all_roots_of_polynomials_of_any_signs() -> None:
    """As many as the eigenvalues of the companion matrix have that are real and positive."""
    chance = np.random.default_rng(7)
    several = 0
    for _ in range(300):
        flows = chance.normal(size=chance.integers(2, 20))
        powers = np.roots(flows[::-1])
        rates = sorted(1.0 / x.real - 1.0 for x in powers if abs(x.imag) < 1e-9 and x.real > 0.0)
        assert internal_rates(flows.tolist()) == pytest.approx(rates, rel=1e-6, abs=1e-7)
        several += len(rates) > 1
    assert several > 50


def test_twelve_hundred_flows_that_turn_each_time() -> None:
    flows = [(-1.0) ** t * (t % 7 + 1) for t in range(1200)]
    for rate in internal_rates(flows):
        terms = [flow / (1.0 + rate) ** t for t, flow in enumerate(flows)]
        assert math.fsum(terms) == pytest.approx(0.0, abs=1e-9 * math.fsum(map(abs, terms)))
    assert len(internal_rates(flows)) % 2 == 1  # the first and the last flow differ in sign
