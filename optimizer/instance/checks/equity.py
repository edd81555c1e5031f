"""Whether equity rounds and their values go together."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.instance.checks.walk import Hit, Path
from optimizer.instance.schema import Block, Instance
from optimizer.instance.series import Series


def equity_sizes(instance: Instance) -> Iterator[Hit]:
    """The least size of an equity round is above its largest."""
    for name, item in (instance.equity.rounds if instance.equity else {}).items():
        if item.min_musd > item.max_musd:
            path = ("equity", "rounds", name, "min_musd")
            yield Hit(path, f"`min_musd` {item.min_musd:g} is above `max_musd` {item.max_musd:g}")


def ownership_outside(instance: Instance) -> Iterator[Hit]:
    """There is a floor on ownership and a round states no pre-money value: it is outside the floor."""
    equity = instance.equity
    if equity is None or equity.ownership_floor_share is None:
        return
    for name, item in equity.rounds.items():
        if item.pre_money_musd is None:
            message = f"the round `{name}` states no pre-money value and is outside the ownership floor"
            yield Hit(("equity", "rounds", name), message, "give `pre_money_musd`", on_key=True)


def pre_money_zero(instance: Instance) -> Iterator[Hit]:
    """A pre-money value is 0 when shares can be sold: they would take the whole company."""
    valued: list[tuple[Path, Block, Series | None]] = [
        (("equity", "rounds", name), item, item.pre_money_musd)
        for name, item in (instance.equity.rounds if instance.equity else {}).items()
    ]
    valued += [(("partners", name), item, item.pre_money_musd) for name, item in instance.partners.items()]
    for path, block, series in valued:
        if series is None:
            continue
        first = getattr(block, "first_raise", None) or getattr(block, "first_signing", None)
        last = getattr(block, "last_raise", None) or getattr(block, "last_signing", None)
        values = series.expand(instance.periods)
        for t in instance.periods.window(first, last):
            if values[t - 1] <= 0:
                message = f"the value before is 0 in {instance.periods.label(t)}: it would sell the whole company"
                yield Hit((*path, "pre_money_musd"), message, "give a value above 0, or close the window")
                break
