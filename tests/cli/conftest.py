"""A small instance that is solved once for all tests of the command line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from optimizer.plan.plan import Plan
from optimizer.plan.run_folder import write_run

TINY = """\
name: tiny
calendar: {start: 2026, periods: 3}
discount: {rate_per_year: 0.1}
opening: {cash_musd: 20, paid_in_capital_musd: 20}
regions: {north: {energy_price_usd_per_mwh: 50}}
sites:
  alpha:
    region: north
    pue: 1.2
    phases: [{name: one, mw: 12, lead_periods: 0, capex: {shell: {musd: 40, book_life_years: 10}}}]
hardware:
  chips:
    vendor: "[bold]Acme[/bold]"
    price_usd: {value: 20000, source: a quote of the vendor}
    compute_h100e: 1
    kw: 1
    lead_periods: 0
    life_periods: 5
markets: {training: {demand_h100e: 5000, revenue_usd_per_h100e_hour: 2, min_served_share: 1}}
debt: {loan: {kind: bullet, rate_per_year: 0.08, tenor_periods: 5, limit_musd: 200}}
equity: {cost_of_equity_per_year: 0.12}
"""
IMPOSSIBLE = TINY.replace("limit_musd: 200", "limit_musd: 10")


@dataclass(frozen=True)
class Solved:
    plan: Plan
    run: Path


@pytest.fixture(scope="session")
def solved(tmp_path_factory: pytest.TempPathFactory) -> Solved:
    """The plan of TINY and its run folder, not to be changed."""
    import optimizer

    folder = tmp_path_factory.mktemp("solved")
    (folder / "tiny.yaml").write_text(TINY, encoding="utf-8")
    plan = optimizer.solve(optimizer.load(folder / "tiny.yaml"), threads=1)
    return Solved(plan, write_run(plan, folder / "results"))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder with tiny.yaml and impossible.yaml in it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tiny.yaml").write_text(TINY, encoding="utf-8")
    (tmp_path / "impossible.yaml").write_text(IMPOSSIBLE, encoding="utf-8")
    return tmp_path
