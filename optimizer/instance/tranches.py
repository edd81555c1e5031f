"""Tranches: loans that are drawn under the commitment of another one."""

from __future__ import annotations

from optimizer.instance.schema import Instance


def tranches(instance: Instance) -> dict[str, tuple[str, ...]]:
    """By loan under whose commitment others are drawn itself and, in order of name, those others."""
    found: dict[str, tuple[str, ...]] = {}
    for d, debt in sorted(instance.debt.items()):
        if debt.tranche_of is not None:
            found[debt.tranche_of] = (*found.get(debt.tranche_of, (debt.tranche_of,)), d)
    return found
