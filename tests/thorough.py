"""How many examples a search tries: half of them in the gate, all with ``make thorough``."""

from __future__ import annotations

import os

THOROUGH = os.environ.get("CAPSTACK_THOROUGH") == "1"
FEW = 10
"""So many are not halved."""


def examples_tried(count: int, gate: int | None = None) -> int:
    """``count`` in a thorough run; in the gate ``gate`` of them, or half."""
    if THOROUGH or count <= FEW:
        return count
    return count // 2 if gate is None else gate
