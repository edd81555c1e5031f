"""Whether what the assets are worth at the end can be said."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.instance.checks.walk import Hit, exactly
from optimizer.instance.schema import Instance


def terminal_figure(instance: Instance) -> Iterator[Hit]:
    """The terminal value lacks its figure, or has one that its kind does not use."""
    used = {"book_share": "share", "ebitda_multiple": "multiple"}.get(instance.terminal.kind)
    yield from exactly(("terminal",), instance.terminal, used, ("share", "multiple"), instance.terminal.kind)


def terminal_without_curve(instance: Instance) -> Iterator[Hit]:
    """The terminal value is that of resale, and no offer has a resale curve."""
    if instance.terminal.kind == "resale" and all(o.resale_share_by_age is None for o in instance.hardware.values()):
        message = "`kind: resale` is always 0: no offer has a resale curve"
        help = "give `resale_share_by_age`, or choose another kind"
        yield Hit(("terminal", "kind"), message, help, rests=(("hardware",),))


def loss_value_idle(instance: Instance) -> Iterator[Hit]:
    """Losses and interest are to count at the end, and none are carried."""
    tax = instance.tax
    carried = tax is not None and (tax.loss_usable_share is not None or tax.interest_limit_share is not None)
    if instance.terminal.loss_value_share and not carried:
        message = "`loss_value_share` changes nothing: neither losses nor interest are carried"
        yield Hit(("terminal", "loss_value_share"), message, "give `tax.loss_usable_share`, or delete it")
