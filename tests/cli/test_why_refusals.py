"""What is asked about a plan that cannot be relied on is refused, and what cannot be kept is told in words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

import optimizer
from optimizer.cli import app
from tests.explanation.stress.programmes import years
from tests.explanation.stress.test_moved import HALLS


@pytest.fixture
def failed(tmp_path: Path) -> str:
    """A run whose audit says that its plan has not passed."""
    folder = optimizer.write_run(years(), tmp_path)
    audit = json.loads((folder / "audit.json").read_text(encoding="utf-8"))
    (folder / "audit.json").write_text(json.dumps({**audit, "passed": False}), encoding="utf-8")
    return str(folder)


@pytest.mark.parametrize("command", ["prices RUN", "alternatives RUN", "stress RUN --set discount.rate_per_year=0.2"])
def test_a_run_that_failed_its_audit_is_refused(failed: str, command: str) -> None:
    result = CliRunner().invoke(app, command.replace("RUN", failed).split())
    assert (result.exit_code, result.stdout) == (2, "")
    assert "the plan has not passed its audit as it stands; solve its instance again" in result.stderr


def test_the_decision_that_cannot_be_kept_is_named_in_words() -> None:
    """Served at 1 dollar an hour, 10,000 chips pay for themselves; of a supply of 9,000 no 10,000 can be ordered."""
    market = {"demand_h100e": 10_000, "revenue_usd_per_h100e_hour": 1}
    chips = {**HALLS["hardware"]["chips"], "supply_units": 10_000, "last_order": 2026}
    programme = optimizer.load({**HALLS, "markets": {"api": market}, "hardware": {"chips": chips}})
    found = optimizer.tornado(programme, figures=["hardware.chips.supply_units"], jobs=1)
    low = found.bars[0].low.held
    assert low is not None
    assert (low.status, low.reason) == ("cannot be kept", "orders of chips in 2026 are not possible here")


def test_a_whole_number_of_0_is_not_moved_below_it() -> None:
    """Chips come in the period of their order: there is no sooner, and the range says so."""
    found = optimizer.tornado(optimizer.load(HALLS), figures=["hardware.chips.lead_periods"], held=False, jobs=1)
    assert (found.bars[0].low.at, found.bars[0].high.at) == (0.0, 1.0)
    assert "0/+1" in str(found)
