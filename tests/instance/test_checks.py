"""Each check has a file that triggers it, and one that does not: the example."""

from __future__ import annotations

from typing import Any

import pytest

from optimizer.instance.checks import CHECKS, check
from optimizer.instance.schema import Instance
from tests.instance.example import GONE, data

from .parts import BOND, EVERYTHING, GB200, PPA, findings
from .triggers_capital import CAPITAL
from .triggers_customers import CUSTOMERS
from .triggers_groups import GROUPS
from .triggers_programme import PROGRAMME
from .triggers_sourcing import SOURCING

TRIGGERS = [*PROGRAMME, *CUSTOMERS, *GROUPS, *SOURCING, *CAPITAL]


def test_example_is_clean() -> None:
    assert check(Instance.model_validate(data())) == []


@pytest.mark.parametrize(
    ("code", "changes", "path"), TRIGGERS, ids=lambda value: value if isinstance(value, str) else ""
)
def test_check_finds(code: str, changes: dict[str, Any], path: str) -> None:
    found = [finding for finding in findings(changes) if finding.code == code]
    assert [".".join(map(str, finding.path)) for finding in found] == [path]
    assert found[0].severity == next(row.severity for row in CHECKS if row.code == code)
    assert found[0].message


def test_every_check_is_triggered() -> None:
    assert {row.code for row in CHECKS} == {code for code, _, _ in TRIGGERS}
    assert len({row.code for row in CHECKS}) == len(CHECKS)


def test_every_source_and_instrument_passes() -> None:
    changes = {**EVERYTHING, f"{GB200}.tiers": GONE}
    assert findings(changes) == []


def test_unknown_names_get_a_suggestion() -> None:
    changes = {
        "energy_sources.ppa": {**PPA, "region": "nroth"},
        f"{BOND}.lender": "bnak",
        "lenders": {"bank": {"limit_musd": 9}},
        f"{BOND}.tied_to": {"capex_share": 0.5, "sites": ["abilen"], "hardware": ["gb20"]},
    }
    helps = {finding.code: finding.help for finding in findings(changes) if finding.code.startswith("unknown")}
    expected = {"region": "north", "lender": "bank", "site": "abilene", "offer": "gb200"}
    assert all(name in helps[f"unknown-{what}"] for what, name in expected.items())


def test_every_error_on_new_things_has_a_remedy() -> None:
    missing = [
        (finding.code, changes)
        for code, changes, _ in TRIGGERS
        for finding in findings(changes)
        if finding.code == code and code in REMEDIED and not finding.help
    ]
    assert missing == []


REMEDIED = {
    "price-missing",
    "supply-missing",
    "lease-and-purchase",
    "resale-with-tiers",
    "framework-beyond-supply",
    "region-without-energy",
    "renewable-impossible",
    "term-of-other-kind",
    "tied-to-nothing",
    "partner-terms",
    "dividend-sizes",
    "pre-money-zero",
    "grid-order",
    "grid-gap",
    "grid-opening",
    "relever-terms",
    "grid-and-round-cost",
    "grid-without-equity",
    "grid-unbounded",
    "rates-of-apv",
    "dilution-without-value",
    "terminal-without-curve",
    "convention-of-table",
    "line-clash",
}


class TestDottedNames:
    """Site `a.b` with part `c` and site `a` with part `b.c` would both post to `capex.site.a.b.c`."""

    def clashes(self, sites: dict[str, Any], offers: dict[str, Any] | None = None) -> list[str]:
        raw = data()
        raw["sites"] |= sites
        raw["hardware"] |= offers or {}
        found = [finding for finding in check(Instance.model_validate(raw)) if finding.code == "line-clash"]
        assert all(finding.help == "rename one of them" for finding in found)
        return [finding.message for finding in found]

    def site(self, part: str) -> dict[str, Any]:
        phase = {"name": "one", "mw": 1, "lead_periods": 0, "capex": {part: {"musd": 1}}}
        return {"region": "north", "pue": 1.2, "phases": [phase, {**phase, "name": "two"}]}

    def offer(self, part: str) -> dict[str, Any]:
        attach = {part: {"usd_per_unit": 1}}
        return {
            "price_usd": 1000,
            "attach": attach,
            "compute_h100e": 1,
            "kw": 1,
            "lead_periods": 0,
            "life_periods": 1,
        }

    def test_sites(self) -> None:
        (message,) = self.clashes({"a.b": self.site("c"), "a": self.site("b.c")})
        assert "part `b.c` of site `a` and part `c` of site `a.b`" in message
        assert "`capex.site.a.b.c`" in message

    def test_offers(self) -> None:
        (message,) = self.clashes({}, {"a.b": self.offer("c"), "a": self.offer("b.c")})
        assert "`capex.hardware.a.b.c`" in message

    def test_dots_that_meet_nothing_are_fine(self) -> None:
        assert self.clashes({"a.b": self.site("c"), "a": self.site("c")}, {"a.b": self.offer("c")}) == []

    def test_land(self) -> None:
        assert self.clashes({"a": {**self.site("land"), "land_musd": 5}}) != []
        assert self.clashes({"a": self.site("land")}) == []

    def test_round_and_preferred(self) -> None:
        changes = {
            "equity.rounds": {"preferred.a": {"max_musd": 1}},
            "preferred_equity.a": {"dividend_per_year": 0.1, "max_musd": 1},
        }
        assert [finding.code for finding in findings(changes) if finding.severity == "error"] == ["line-clash"]


def test_series_and_labels_are_reported_together() -> None:
    codes = {
        f.code for f in findings({f"{BOND}.first_draw": 2020, "budgets.all.musd": [1], "sites.abilene.region": "x"})
    }
    assert codes == {"period-outside", "series-fit", "unknown-region"}
