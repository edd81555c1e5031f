"""The plan that the tests of this folder share."""

from __future__ import annotations

import pytest

from optimizer.plan.plan import Plan

from .hand_made import hand_made
from .hand_made_terms import hand_made_terms


@pytest.fixture
def plan() -> Plan:
    return hand_made()


@pytest.fixture
def terms() -> Plan:
    return hand_made_terms()
