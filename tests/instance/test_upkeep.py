"""What a unit costs by its age, by hand and beside the audit's sum."""

from __future__ import annotations

from decimal import Decimal

import pytest

from optimizer.auditing.upkeep import spent_by
from optimizer.instance.calendar import Calendar, Segment
from optimizer.instance.schema import Offer
from optimizer.instance.upkeep import average_upkeep_by_age_usd, upkeep_by_age_usd
from tests.instance.example import GONE

from .parts import GB200, findings

LENGTHS = {"year": 1, "quarter": 4, "month": 12}


def chips(life_periods: int, *usd: float) -> Offer:
    by_age = {"upkeep_usd_per_unit_year_by_age": list(usd)}
    return Offer.model_validate(
        {"compute_h100e": 1, "kw": 1, "lead_periods": 0, "life_periods": life_periods, **by_age}
    )


def test_a_year_of_service_begins_when_a_unit_arrives() -> None:
    """In service from the second quarter on: 100 a year for four quarters, then 300 for good."""
    quarters = Calendar.of("2026Q1", "quarter", 12)
    paid = [upkeep_by_age_usd(chips(16, 100, 300), quarters, 2, t) for t in (1, 2, 5, 6, 10, 12)]
    assert paid == pytest.approx([0, 25, 25, 75, 75, 75])
    assert upkeep_by_age_usd(chips(16), quarters, 2, 6) == 0.0


def test_a_longer_period_has_parts_of_two_years_of_service() -> None:
    """Three quarters old at the end of 2026: 2027 is a quarter of the first year and three of the second."""
    mixed = Calendar.of_segments("2026Q1", [Segment("quarter", 4), Segment("year", 2)])
    paid = [upkeep_by_age_usd(chips(16, 100, 300), mixed, 2, t) for t in (4, 5, 6)]
    assert paid == pytest.approx([25, 25 + 3 * 75, 300])


@pytest.mark.parametrize("length", LENGTHS)
def test_the_average_over_a_life(length: str) -> None:
    """100, 300 and 500 in a life of four years, the last of them twice: 350."""
    calendar = Calendar.of(2026 if length == "year" else f"2026{'Q1' if length == 'quarter' else '-01'}", length, 5)
    offer = chips(4 * LENGTHS[length], 100, 300, 500)
    assert average_upkeep_by_age_usd(offer, calendar) == pytest.approx(350, rel=1e-13)
    assert average_upkeep_by_age_usd(chips(4), calendar) == 0.0


def test_what_the_audit_has_spent() -> None:
    """After a year and a half of 100, 300, …: 250; of years that lie ahead nothing, and nothing where none is said."""
    usd = [Decimal(100), Decimal(300)]
    assert [spent_by(usd, Decimal(years)) for years in ("0", "0.5", "1.5", "4")] == [0, 50, 250, 1000]
    assert spent_by([], Decimal(3)) == 0


def test_years_past_the_life_of_a_unit_make_it_no_dearer() -> None:
    """Four years of life: a fifth amount is one too many, and no reason to leave."""
    by_age = {f"{GB200}.upkeep_usd_per_unit_year_by_age": [500, 500, 500, 500, 900], f"{GB200}.tiers": GONE}
    assert [finding.code for finding in findings(by_age)] == ["upkeep-past-life"]
