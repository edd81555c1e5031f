"""A problem with a known optimum as files, and as what solving it gives; small changes make it wrong."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from optimizer.known_optima.expected import Expected
from optimizer.known_optima.findings import Solved, SolvedLevel, Verdict
from optimizer.known_optima.solving import Result
from optimizer.known_optima.verdict import verdict

BEST = 8 / 1.1**2 + 8 / 1.1**3
"""8 % of 100, at the ends of the second and third year."""

INSTANCE = """\
name: bridge
calendar: {start: 2026, periods: 3, length: year}
discount: {rate_per_year: 0.1, timing: end}
objectives: [{name: cost_of_capital}]
cash_flows:
  need: {kind: investing, musd_per_period: [-100, 0, 0]}
  income: {kind: operating, musd_per_period: [0, 60, 60]}
debt: {loan: {kind: bullet, rate_per_year: 0.08, tenor_periods: 2, last_draw: 2026}}
"""
SIDECAR = f"""\
status: optimal
objective: cost_of_capital
sense: minimise
value: {BEST!r}
source: "own"
proof: closed form
unique: true
facts:
  - {{table: debt_draws, where: {{instrument: loan, period: "2026"}}, column: musd, value: 100}}
derivation: 8·(1/1.1² + 1/1.1³)
"""


def write(folder: Path, name: str = "bridge", instance: str | None = INSTANCE, sidecar: str | None = SIDECAR) -> Path:
    """Put the two files into a folder; None leaves one out. The path of the sidecar."""
    folder.mkdir(parents=True, exist_ok=True)
    if instance is not None:
        (folder / f"{name}.yaml").write_text(instance.replace("name: bridge", f"name: {name}"), encoding="utf-8")
    path = folder / f"{name}.expected.yaml"
    if sidecar is not None:
        path.write_text(sidecar, encoding="utf-8")
    return path


def expected(**changes: Any) -> Expected:
    """What is known of a problem, at 20 to the least."""
    data: dict[str, Any] = {
        "status": "optimal",
        "objective": "cost_of_capital",
        "sense": "minimise",
        "value": 20.0,
        "source": "own",
        "proof": "published",
        **changes,
    }
    return Expected.model_validate({key: value for key, value in data.items() if value is not None})


def solved(value: float = 20.0, bound: float | None = 20.0, **changes: Any) -> Solved:
    """What solving it gives, with one level."""
    plain = Solved(
        "optimal",
        ("cost_of_capital",),
        (SolvedLevel("cost_of_capital", "minimise", value, bound),),
        {"cost_of_capital": value},
        {"debt_draws": [{"instrument": "loan", "period": "2026", "musd": 100.0}]},
        (),
        1.0,
    )
    return replace(plain, **changes)


def codes(judged: Verdict | Result) -> list[str]:
    """The codes of all findings, in order."""
    found = judged.verdict if isinstance(judged, Result) else judged
    return [finding.code for finding in found.findings]


def judged(known: Expected, found: Solved) -> tuple[str, list[str]]:
    """Outcome and codes."""
    result = verdict(known, found)
    return result.outcome, codes(result)
