"""Where the derivations of `derive_*.py` register: instance name → function.

A derivation returns the optimum; where the instance has several objectives, the best of each level in order; None for
an instance without an optimum, after it has asserted why there is none. None of them reads an instance file.
"""

from __future__ import annotations

from collections.abc import Callable

Derivation = Callable[[], float | tuple[float, ...] | None]

DERIVATIONS: dict[str, Derivation] = {}


def derives(name: str) -> Callable[[Derivation], Derivation]:
    """Register the derivation of an instance."""

    def register(function: Derivation) -> Derivation:
        assert name not in DERIVATIONS, f"{name} is derived twice"
        DERIVATIONS[name] = function
        return function

    return register
