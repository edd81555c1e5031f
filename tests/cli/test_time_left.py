"""The time that a search may still take: measured, or nothing."""

from __future__ import annotations

import math

import pytest

from optimizer.contract.progress import Progress
from optimizer.report.progress import progress_text
from optimizer.report.time_left import time_left, time_left_text

HALVING = [(10.0 * k, 0.64 / 2**k) for k in range(7)]
"""From 64 % to 1 % in a minute, a half every ten seconds."""


def test_a_gap_that_halves_every_ten_seconds() -> None:
    """From 1 % to 0.25 % are two halves, 20 s, over whichever part of the history they are measured."""
    assert time_left(HALVING, 0.0025) == (pytest.approx(20.0), pytest.approx(20.0))


def test_a_search_that_gets_slower_has_a_range() -> None:
    """Four halves in 40 s, then four in 80 s: 16 to 1 to 1/16 %; to 1/64 % are two more.

    All of the 120 s: 8 halves, 15 s each: 30 s. The last 60 s (from 60 s on) and the last 30 s (from 80 s on, the last
    step before 90 s): 3 halves in 60 s and 2 in 40 s, 20 s each: 40 s.
    """
    slower = [(10.0 * k, 0.16 / 2**k) for k in range(5)] + [(40.0 + 20.0 * k, 0.01 / 2**k) for k in range(1, 5)]
    assert time_left(slower, 0.01 / 2**6) == (pytest.approx(30.0), pytest.approx(40.0))


@pytest.mark.parametrize(
    ("history", "wanted"),
    [
        ([], 0.001),
        ([(0.0, 0.5)], 0.001),
        ([(seconds / 10.0, gap) for seconds, gap in HALVING], 0.0025),  # 6 s are too short
        ([(0.0, 0.5), (30.0, 0.25), (60.0, 0.125)], 0.05),  # three steps are no course
        ([*HALVING, (100.0, 0.01)], 0.0025),  # nothing for 40 s
        ([*HALVING[:-1], (60.0, 0.03)], 0.0025),  # the gap has grown
        (HALVING, 0.0),  # never
        (HALVING, 0.02),  # it is there
        (HALVING, 0.64 / 2**25),  # 19 halves are 190 s, more than three times the minute
        ([(seconds, math.inf) for seconds, _ in HALVING], 0.0025),
        ([(seconds, math.nan) for seconds, _ in HALVING], 0.0025),
    ],
)
def test_nothing_is_said_without_a_course(history: list[tuple[float, float]], wanted: float) -> None:
    assert time_left(history, wanted) is None


def test_a_sprint_at_the_end_is_no_course() -> None:
    """Nothing for 50 s, then six halves: over 60 s 10 s a half, over the last 15 s 2.5 s, four times apart."""
    sprint = [(5.0 * k, 0.64) for k in range(11)] + [(54.0 + k, 0.64 / 2**k) for k in range(1, 7)]
    assert time_left(sprint, 0.0025) is None


@pytest.mark.parametrize(
    ("left", "words"),
    [
        ((2.0, 4.0), "about 10 s"),
        ((33.0, 52.0), "about 30 to 50 s"),
        ((70.0, 130.0), "about 1 to 2 min"),
        ((110.0, 125.0), "about 2 min"),
        ((6000.0, 8000.0), "about 2 h"),
    ],
)
def test_words(left: tuple[float, float], words: str) -> None:
    assert time_left_text(left) == words


def test_the_line_says_where_a_plan_is_from_and_what_is_tried() -> None:
    state = Progress(
        "wacc", 110.0, 100.0, 0.1, 10.0, 12.4, found_by="start", trying="tree, 120 nodes", wanted_share=0.001
    )
    assert progress_text(state, (60.0, 120.0)) == (
        "wacc: best $110 m (start) · bound $100 m · gap $10.0 m (10.00 %) · 12 s · about 1 to 2 min to 0.10 %"
        " · tree, 120 nodes"
    )
