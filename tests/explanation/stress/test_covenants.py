"""Each kind of covenant, broken by a known amount, and whether equity keeps it.

A site costs 100 in 2026, of which a loan of 60 at 8 % pays 60, due in 2028, and a round 40. It earns 20 in 2027 and 100
in 2028. In the other world it earns 10 in 2027, or costs 90. Each test is of 2027. Interest is 4.8.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

import optimizer
from optimizer.instance.schema import Instance

POORER: dict[str, Any] = {"cash_flows": {"income": {"musd_per_period": [0, 10, 100]}}}
CHEAPER: dict[str, Any] = {"sites": {"a": {"phases": {"build": {"capex": {"all": {"musd": 90}}}}}}}


class Case(NamedTuple):
    """A covenant, the world in which it is broken, its value there, what is missing, and the equity that keeps it."""

    covenant: dict[str, Any]
    world: dict[str, Any]
    value: float
    short: float
    equity: float | None


CASES = {
    # 3·4.8 − 10 of CFADS
    "dscr": Case({"kind": "dscr", "minimum": 3}, POORER, 10 / 4.8, 4.4, None),
    # 60 of debt, and 4·10 allowed
    "debt_to_ebitda": Case({"kind": "debt_to_ebitda", "maximum": 4}, POORER, 6.0, 20.0, None),
    # equity in the books of 40 + 10 − 4.8 = 45.2 carries debt of 45.2·0.55/0.45; 60 ask for 60·0.45/0.55 of equity
    "debt_to_capital": Case(
        {"kind": "debt_to_capital", "maximum": 0.55, "equity_basis": "book"},
        POORER,
        60 / 105.2,
        60 - 45.2 * 0.55 / 0.45,
        60 * 0.45 / 0.55 - 45.2,
    ),
    # 60 of debt, and 0.65·90 allowed
    "loan_to_value": Case({"kind": "loan_to_value", "maximum": 0.65, "assets": ["sites"]}, CHEAPER, 60 / 90, 1.5, None),
    # 10 − 4.8 = 5.2 in hand, of 10
    "minimum_liquidity": Case({"kind": "minimum_liquidity", "minimum": 10}, POORER, 5.2, 4.8, 4.8),
}


def programme(covenant: dict[str, Any]) -> Instance:
    build = {"name": "build", "mw": 0, "lead_periods": 0, "committed": True, "latest_start": "2026"}
    return optimizer.load(
        {
            "name": "covenants",
            "calendar": {"start": 2026, "periods": 3},
            "discount": {"rate_per_year": 0.1},
            "objectives": [{"name": "cost_of_capital"}],
            "cash_flows": {"income": {"kind": "operating", "musd_per_period": [0, 20, 100]}},
            "regions": {"flat": {"energy_price_usd_per_mwh": 0}},
            "sites": {"a": {"region": "flat", "pue": 1, "phases": [{**build, "capex": {"all": {"musd": 100}}}]}},
            "debt": {
                "loan": {
                    "kind": "bullet",
                    "rate_per_year": 0.08,
                    "tenor_periods": 2,
                    "limit_musd": 60,
                    "last_draw": "2026",
                }
            },
            "equity": {"cost_of_equity_per_year": 0.15, "rounds": {"a": {"max_musd": 100, "last_raise": "2026"}}},
            "covenants": {"test": {**covenant, "first_test": "2027", "last_test": "2027"}},
        }
    )


@pytest.mark.parametrize("kind", CASES)
def test_what_is_missing_is_in_what_is_tested(kind: str) -> None:
    case = CASES[kind]
    plan = optimizer.solve(programme(case.covenant), gap=0)
    found = optimizer.stress(plan, {"world": {"set": case.world}})["world"]
    assert found.short == ()
    assert [(each.covenant, each.kind, each.period) for each in found.breaches] == [("test", kind, "2027")]
    assert found.breaches[0].value == pytest.approx(case.value, rel=1e-6)
    assert found.breaches[0].short_musd == pytest.approx(case.short, abs=1e-5)
    equity = next(each for each in found.cures if each.kind == "equity")
    assert equity.enough == ("proven no" if case.equity is None else "yes")
    assert equity.total_musd == pytest.approx(case.equity or 0.0, abs=1e-5)
    assert found.audit_passed
