"""Whether a tranche is one: drawn under a commitment that has room for it, in its time, on collateral of its own."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.instance.advances import advance_rates
from optimizer.instance.checks.walk import Hit
from optimizer.instance.schema import Debt, Instance
from optimizer.instance.tranches import tranches

OF_THE_COMMITMENT = {
    "commitment_fee_per_year": "it is charged on what all tranches leave undrawn",
    "signed": "what is signed is the commitment",
}
"""Terms of a commitment, which a tranche does not have, and why."""


def tranche_terms(instance: Instance) -> Iterator[Hit]:
    """A tranche is of a revolver, of itself or of another tranche, has a term that is its commitment's, or is lent on
    what another tranche is lent on."""
    for d, debt in instance.debt.items():
        head, path = debt.tranche_of, ("debt", d, "tranche_of")
        if head is None or head not in instance.debt:
            continue
        other = (("debt", head),)
        if head == d:
            yield Hit(path, "it would be a tranche of itself", "name the loan whose commitment it is drawn under")
            continue
        if instance.debt[head].tranche_of is not None:
            message = f"`{head}` is a tranche itself, and has no commitment"
            help = f"name the loan that has it, `{instance.debt[head].tranche_of}`"
            yield Hit(path, message, help, rests=other)
        for name in (d, head):
            if instance.debt[name].is_revolving:
                message = f"`{name}` is a revolver, whose limit is of what is outstanding: it has no tranches"
                yield Hit(path, message, "share a limit by their `lender`", rests=other)
        for field, why in OF_THE_COMMITMENT.items():
            if debt.has_commitment_fee if field == "commitment_fee_per_year" else getattr(debt, field):
                message = f"`{field}` is a term of the commitment: {why}"
                yield Hit(("debt", d, field), message, f"delete it, or write it at `{head}`", on_key=True)
    for under in tranches(instance).values():
        yield from _lent_on_twice(instance, [d for d in under if d in instance.debt])


def _lent_on_twice(instance: Instance, under: list[str]) -> Iterator[Hit]:
    taken: dict[tuple[str, str], str] = {}
    for d in under:
        for what, field in _collateral(instance, d).items():
            if taken.setdefault(what, d) != d:
                message = f"`{what[1]}` is what `{taken[what]}` is lent on: the same is not lent on twice"
                help = "let each tranche have collateral of its own: contracts of other classes, other offers"
                rests = (("debt", taken[what]), ("contracts",), ("groups",))
                yield Hit(("debt", d, *field), message, help, on_key=True, rests=rests)


def _collateral(instance: Instance, d: str) -> dict[tuple[str, str], tuple[str, ...]]:
    """What a loan is lent on, by family and name, with the field that says it."""
    debt = instance.debt[d]
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    found |= {("contracts", c): ("advance",) for c, share in advance_rates(instance, d).items() if share}
    if debt.tied_to is not None:
        found |= {("sites", s): ("tied_to",) for s in debt.tied_to.sites}
        found |= {("hardware", o): ("tied_to",) for o in debt.tied_to.hardware}
    return found


def tranche_window(instance: Instance) -> Iterator[Hit]:
    """A tranche may be drawn in a period in which the commitment that it is drawn under is not open."""
    for d, debt in instance.debt.items():
        if debt.tranche_of is None or debt.tranche_of not in instance.debt:
            continue
        own, open_ = (_window(instance, each) for each in (debt, instance.debt[debt.tranche_of]))
        outside = next((t for t in own if t not in open_), None)
        if outside is not None:
            label = instance.periods.label(outside)
            message = f"it may be drawn in {label}, when nothing is committed by `{debt.tranche_of}`"
            help = "give it the `first_draw` and `last_draw` of its commitment, or later and earlier ones"
            yield Hit(("debt", d, "tranche_of"), message, help, rests=(("debt", debt.tranche_of),))


def _window(instance: Instance, debt: Debt) -> range:
    return instance.periods.window(debt.first_draw, debt.last_draw)
