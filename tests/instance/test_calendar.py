"""A calendar of segments: which period holds what, and how long it is."""

from __future__ import annotations

import pytest

from optimizer.instance.calendar import Calendar, Segment, SegmentError

MIXED = Calendar.of_segments("2026Q1", [Segment("quarter", 8), Segment("year", 5)])


def test_labels_lengths_and_ends_of_two_segments() -> None:
    """Eight quarters are two years: 2026 and 2027; years follow, each four base periods long."""
    assert MIXED.labels == [f"{y}Q{q}" for y in (2026, 2027) for q in (1, 2, 3, 4)] + [
        str(y) for y in range(2028, 2033)
    ]
    assert [MIXED.years_of(t) for t in (0, 1, 8, 9, 13, 14)] == [0.25, 0.25, 0.25, 1.0, 1.0, 1.0]
    assert [MIXED.end(t) for t in (-1, 0, 8, 9, 13, 14)] == [-1, 0, 8, 12, 28, 32]
    assert [MIXED.hours_of(t) for t in (8, 9)] == [2190.0, 8760.0]
    assert [MIXED.label(t) for t in (-1, 0, 14)] == ["2025Q3", "2025Q4", "2033"]


def test_the_period_that_holds_a_base_period() -> None:
    assert [MIXED.holding(step) for step in (-3, 0, 1, 8, 9, 12, 13, 28, 29, 32, 33)] == [
        -3, 0, 1, 8, 9, 9, 10, 13, 14, 14, 15,
    ]  # fmt: skip


def test_later_counts_base_periods_from_the_end_of_a_period() -> None:
    """Four quarters after 2027Q1 … Q4 lie in 2028; four after 2028 lie in 2029; one after 2028 is 2029Q1, in 2029."""
    assert [MIXED.later(t, 4) for t in (1, 4, 5, 8, 9)] == [5, 8, 9, 9, 10]
    assert [MIXED.later(9, n) for n in (0, 1, 4, 5)] == [9, 10, 10, 11]
    assert all(MIXED.later(t, MIXED.elapsed(t, s)) == s for t in MIXED.span for s in range(t, 16))


def test_base_periods_after_a_period_and_ages_from_its_beginning() -> None:
    """From 2027Q3 on: the quarter after it is 2027Q4, the next four make 2028. Counted from its beginning it is 0."""
    assert [list(MIXED.lags(7, t)) for t in (6, 7, 8, 9)] == [[], [0], [1], [2, 3, 4, 5]]
    assert [list(MIXED.ages(7, t)) for t in (6, 7, 8, 9)] == [[], [0], [1], [2, 3, 4, 5]]
    assert [list(MIXED.lags(9, t)) for t in (9, 10)] == [[0], [1, 2, 3, 4]]
    assert [list(MIXED.ages(9, t)) for t in (9, 10)] == [[0, 1, 2, 3], [4, 5, 6, 7]]


def test_the_last_twelve_months_are_four_quarters_or_a_year() -> None:
    assert [MIXED.last_year(t) for t in (2, 8, 9, 10)] == [range(-1, 3), range(5, 9), range(9, 10), range(10, 11)]


def test_labels_of_either_length_name_periods() -> None:
    """A year begins with its first quarter and ends with its last; a quarter within a year is refused."""
    assert [MIXED.index(label) for label in ("2026", "2027", "2027Q4", "2028", "2028Q1")] == [1, 5, 8, 9, 9]
    assert MIXED.window("2027", "2027") == range(5, 9)
    assert MIXED.window("2027Q3", "2029Q4") == range(7, 11)
    with pytest.raises(ValueError, match="2029Q3 begins within 2029"):
        MIXED.index("2029Q3")
    with pytest.raises(ValueError, match="2029Q3 ends within 2029"):
        MIXED.window(None, "2029Q3")
    with pytest.raises(ValueError, match="does not fit periods of a quarter or a year"):
        MIXED.index("2029-03")


def test_discount_factors_are_those_of_the_instants() -> None:
    """The end of 2028 is three years after instant 0, its middle two and a half."""
    end, mid = MIXED.discount_factors(0.1, "end"), MIXED.discount_factors(0.1, "mid")
    assert (end[7], end[8], mid[8]) == pytest.approx((1.1**-2, 1.1**-3, 1.1**-2.5))


@pytest.mark.parametrize(
    ("start", "segments", "says"),
    [
        ("2026Q1", [("quarter", 7), ("year", 2)], "a year of the calendar does not begin with 2027Q4"),
        ("2026Q2", [("quarter", 8), ("year", 2)], "a year of the calendar does not begin with 2028Q2"),
        ("2026-02", [("month", 12), ("quarter", 2)], "a quarter of the calendar does not begin with 2027-02"),
        ("2026", [("year", 2), ("quarter", 4)], "quarters follow years: segments go from fine to coarse"),
    ],
)
def test_a_segment_that_cannot_follow_is_refused(start: str, segments: list[tuple[str, int]], says: str) -> None:
    with pytest.raises(SegmentError, match=says):
        Calendar.of_segments(start, [Segment(*each) for each in segments])


def test_three_segments() -> None:
    """Six months, two quarters and a year: 2026 in all, then 2027."""
    three = Calendar.of_segments("2026-01", [Segment("month", 6), Segment("quarter", 2), Segment("year", 1)])
    assert three.labels[5:] == ["2026-06", "2026Q3", "2026Q4", "2027"]
    assert [three.steps(t) for t in three.span] == [1] * 6 + [3, 3, 12]
    assert three.last_year(8) == range(1, 9)


@pytest.mark.parametrize("length", ["year", "quarter", "month"])
def test_in_equal_periods_all_of_it_is_counting(length: str) -> None:
    equal = Calendar.of({"year": "2026", "quarter": "2026Q2", "month": "2026-05"}[length], length, 9)
    for t in range(-3, 13):
        assert (equal.end(t), equal.holding(t), equal.steps(t)) == (t, t, 1)
        assert [equal.later(t, n) for n in range(4)] == [t, t + 1, t + 2, t + 3]
        assert list(equal.lags(t, t + 2)) == list(equal.ages(t, t + 2)) == [2]
        assert equal.last_year(t) == range(t - equal.per_year + 1, t + 1)
        assert equal.years_of(t) == equal.years
