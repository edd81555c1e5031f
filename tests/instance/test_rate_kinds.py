"""Of every yearly rate it is known, and said, whether it is nominal or effective."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pydantic import BaseModel

from optimizer.instance import schema
from optimizer.instance.rate_kinds import rate_kind

BLOCKS = sorted(
    (each for each in vars(schema).values() if isinstance(each, type) and issubclass(each, BaseModel)),
    key=lambda each: each.__name__,
)


def rates() -> Iterator[tuple[str, str]]:
    """(path, description) of every field that ends as a rate does; of debt the path begins with that word."""
    begins = {schema.Debt: "debt.x.", schema.Swap: "debt.x.floating.swap.", schema.ReferenceRate: "reference_rates.x."}
    for block in BLOCKS:
        for name, field in block.model_fields.items():
            if name.endswith("_per_year") and not name.endswith("musd_per_year"):
                yield begins.get(block, "x.") + name, field.description or ""


def test_the_description_of_every_rate_says_which_it_is() -> None:
    """Of 16 at least: loans, deposits, leases, preferred shares and spreads are nominal, the rest not."""
    found = list(rates())
    assert len(found) >= 16
    for path, text in found:
        kind = rate_kind(path)
        assert kind in text, path
        assert kind != "", path


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("debt.loan.rate_per_year", "nominal"),
        ("debt.loan.rate_per_year.2027Q1", "nominal"),
        ("debt.loan.rate_per_year[2]", "nominal"),
        ("debt.loan.rate_per_year.initial", "nominal"),
        ("discount.rate_per_year", "effective"),
        ("equity.rounds.a.cost_of_equity_per_year", "effective"),
        ("hardware.b200.price_usd.growth_per_year", "effective"),
        ("wacc_per_year", "effective"),
        ("effective_rate_per_year", ""),  # says it itself
        ("cash_flows.sales.musd_per_year", ""),
        ("tax.rate", ""),
        ("", ""),
    ],
)
def test_which_a_rate_is(path: str, kind: str) -> None:
    assert rate_kind(path) == kind
