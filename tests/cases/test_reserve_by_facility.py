"""What meets a debt service reserve, as the table `service_reserves` has it."""

from __future__ import annotations

from pathlib import Path

import pytest

from optimizer.instance.loader import load
from optimizer.solving.run import solve

KNOWN = Path(__file__).parents[2] / "instances" / "known-optimal"


def test_letters_first_and_cash_for_the_rest() -> None:
    """D·0.88 = 91.09, of which 12 % are held: 9 by letters, which is all of the line, then less by what income leaves:
    8 less 6 % of D, 2 % of the letters and 1 % of the rest of the line.
    """
    plan = solve(load(KNOWN / "reserve-by-letters.yaml"))
    drawn, letters = 91.09 / 0.88, [9.0]
    for _ in range(3):
        paid = 0.06 * drawn + 0.02 * letters[-1] + 0.01 * (9 - letters[-1])
        letters.append(letters[-1] - (8 - paid))
    table = plan.table("service_reserves")
    assert list(table["facility"]) == ["line"] * 4
    assert list(table["required_musd"]) == pytest.approx([0.12 * drawn] * 4)
    assert list(table["by_facility_musd"]) == pytest.approx(letters, abs=1e-6)
    assert list(table["cash_musd"]) == pytest.approx([0.12 * drawn - each for each in letters], abs=1e-6)
    financing = plan.table("financing")
    line = financing[financing["instrument"] == "line"]
    assert list(line["fee_musd.letter_of_credit"]) == pytest.approx(
        [0.0, *(0.02 * each for each in letters[:3])], abs=1e-6
    )


def test_a_line_that_serves_its_reserve_is_at_its_limit() -> None:
    """In Q2 of the quarterly instance what is drawn and what is lettered are the 6 of the line."""
    plan = solve(load(KNOWN / "reserve-by-letters-quarters.yaml"))
    limits = plan.table("binding_limits")
    bound = limits[(limits["limit"] == "debt limit") & (limits["place"] == "line")]
    assert "2026Q2" in set(bound["period"])
