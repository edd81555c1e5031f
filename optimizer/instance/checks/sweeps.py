"""Whether a cash sweep is one: of what a group's waterfall leaves, after all draws, with nothing else that prepays."""

from __future__ import annotations

from collections.abc import Iterator
from math import fsum

from optimizer.instance.checks.walk import SUM_TOLERANCE, Hit
from optimizer.instance.rings import COMPANY, rings
from optimizer.instance.schema import Debt, Instance

BESIDE = {
    "prepayment": "what is repaid early is then decided, and a sweep is not: delete one of the two",
    "capitalise_interest": "interest is paid before anything is swept: delete it",
    "conversion": "what becomes shares is not repaid early: delete one of the two",
}
"""Terms that do not go with a sweep, and what to do."""


def sweep_terms(instance: Instance) -> Iterator[Hit]:
    """A sweep is of a loan of no group, is beside a term that does not go with it, or takes with others more than all
    that is left."""
    found = rings(instance)
    for name, debt in instance.debt.items():
        if debt.sweep is None:
            continue
        path = ("debt", name, "sweep")
        if found.debt[name] == COMPANY:
            message = f"a sweep takes of what the waterfall of a group leaves, and `{name}` is of none"
            yield Hit(path, message, "put it into a group (`groups.NAME.debt`)", on_key=True, rests=(("groups",),))
        for field, help in BESIDE.items():
            if getattr(debt, field):
                yield Hit(("debt", name, field), f"`{field}` does not go with `sweep`", help, on_key=True)
        if instance.draw_timing != "end":
            message = "what is left is known at the end of a period, and debt is repaid before it (`draw_timing`)"
            yield Hit(path, message, "write `draw_timing: end`", on_key=True, rests=(("draw_timing",),))
        for i, o in enumerate(debt.tied_to.hardware if debt.tied_to else []):
            if o in instance.hardware and instance.hardware[o].resale_share_by_age:
                message = f"`{o}` may be sold, and then repays `{name}` beside the sweep"
                help = "delete its resale, or tie the loan to what stays"
                yield Hit(("debt", name, "tied_to", "hardware", i), message, help, rests=(("hardware", o),))
    for g, group in instance.groups.items():
        shares = {d: _share(instance.debt[d]) for d in dict.fromkeys(group.debt) if d in instance.debt}
        if fsum(shares.values()) > 1.0 + SUM_TOLERANCE:
            d = next(name for name, share in shares.items() if share)
            message = f"sweeps of `{g}` take {fsum(shares.values()):g} of what is left"
            help = "let all of them take no more than 1"
            yield Hit(("debt", d, "sweep", "share"), message, help, rests=(("groups",),))


def sweep_while_drawn(instance: Instance) -> Iterator[Hit]:
    """A sweep begins before the last draw: what is swept would be drawn again."""
    for name, debt in instance.debt.items():
        if debt.sweep is None or debt.limit_musd == 0:
            continue
        last = instance.periods.window(debt.first_draw, debt.last_draw).stop - 1
        if instance.periods.window(debt.sweep.first_sweep, None).start <= last:
            message = f"it may still be drawn in {instance.periods.label(last)}"
            help = "give a `last_draw` before it, or let the sweep begin later"
            yield Hit(("debt", name, "sweep", "first_sweep"), message, help)


def _share(debt: Debt) -> float:
    return debt.sweep.share if debt.sweep else 0.0
