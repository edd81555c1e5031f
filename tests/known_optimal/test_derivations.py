"""Every value of a sidecar is derived a second time, without a line of the model."""

from __future__ import annotations

import ast
import math
from pathlib import Path

import pytest

from tests.oracles.lot_size import least_cost

from . import (
    derive_capital,
    derive_charges,
    derive_choices,
    derive_classics,
    derive_construction,
    derive_contracts,
    derive_convertible,
    derive_debt,
    derive_edges,
    derive_edges_lenders,
    derive_equity,
    derive_financing,
    derive_groups,
    derive_hardware,
    derive_horizon,
    derive_lenders,
    derive_opening,
    derive_ratio,
    derive_segments,
    derive_sites,
    derive_sourcing,
    derive_tax,
    derive_tax_years,
    derive_terms,
    derive_timing,
    derive_undecided,
    derive_value,
)
from .derived import DERIVATIONS
from .expected import ALL, Expected

BY_NAME = {each.name: each for each in ALL}
MODULES = (
    derive_capital,
    derive_charges,
    derive_choices,
    derive_classics,
    derive_construction,
    derive_contracts,
    derive_convertible,
    derive_debt,
    derive_edges,
    derive_edges_lenders,
    derive_equity,
    derive_financing,
    derive_groups,
    derive_hardware,
    derive_horizon,
    derive_lenders,
    derive_opening,
    derive_ratio,
    derive_segments,
    derive_sites,
    derive_sourcing,
    derive_tax,
    derive_tax_years,
    derive_terms,
    derive_timing,
    derive_undecided,
    derive_value,
)
EXACT = 1e-11
"""Sidecars are written to twelve decimals."""


def test_every_sidecar_is_derived() -> None:
    assert set(DERIVATIONS) == set(BY_NAME)


@pytest.mark.parametrize("expected", ALL, ids=lambda each: each.name)
def test_value(expected: Expected) -> None:
    derived = DERIVATIONS[expected.name]()
    values = derived if isinstance(derived, tuple) else () if derived is None else (derived,)
    assert len(values) == len(expected.values)
    for value, (_, stated) in zip(values, expected.values, strict=True):
        assert math.isclose(value, stated, rel_tol=EXACT, abs_tol=EXACT)


@pytest.mark.parametrize("periods", range(1, 13))
def test_lot_size_of_the_first_periods(periods: int) -> None:
    """The oracle finds all twelve published values."""
    demand, fees = derive_classics.LOT_DEMAND[:periods], derive_classics.LOT_FEES[:periods]
    assert least_cost(demand, fees, 1.0) == derive_classics.LOT_PUBLISHED[periods - 1]


def test_oracles_are_independent() -> None:
    """Neither the oracles nor the derivations import anything of the optimizer."""
    folder = Path(__file__).parents[1] / "oracles"
    files = [*folder.glob("*.py"), *(Path(module.__file__ or "") for module in MODULES)]
    assert len(files) > len(MODULES)
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            modules += [name.name for name in node.names] if isinstance(node, ast.Import) else []
            assert not [name for name in modules if name.split(".")[0] == "optimizer"], file.name
