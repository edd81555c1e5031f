"""Complete recourse: money from outside in the scenarios of a tree, at a price."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from optimizer.explanation.stress.rescue import RESCUE, rescue_name
from optimizer.instance.schema import Instance
from optimizer.instance.schema_errors import near_or_all
from optimizer.uncertainty.tree import Rescue, ScenarioTree
from optimizer.uncertainty.written import Reading, first_period


def rescued(reading: Reading, tree: ScenarioTree) -> ScenarioTree:
    """The tree with money from outside in its scenarios, if the file asks for it."""
    block = reading.file.rescue
    if block is None:
        return tree
    first = min((node.start for node in tree.nodes.values() if node.parent is not None), default=1)
    if block.start is not None:
        first = first_period(reading, ("rescue", "from"), block.start) or first
    for i, name in enumerate(block.only_in):
        if name not in tree.nodes:
            help = near_or_all(name, tree.nodes)
            reading.say(("rescue", "only_in", i), "unknown-node", f"there is no node named `{name}`", help)
    own = reading.whole.equity.rounds if reading.whole.equity is not None else {}
    if taken := [name for name in own if name.startswith(RESCUE)]:
        message = f"the base has a round named `{taken[0]}`, as those of a rescue are"
        reading.say(("rescue",), "same-name", message, "call that round otherwise")
    if reading.wrong:
        return tree
    labels = tuple(reading.calendar.label(t) for t in reading.calendar.span if t >= first)
    rescue = Rescue(block.price_share, block.max_musd, labels, tuple(block.only_in))
    leaves = []
    for leaf in tree.leaves:
        names = {node.name for node in leaf.path}
        inside = not rescue.only_in or names & set(rescue.only_in)
        since = max([first, *(node.start for node in leaf.path if node.name in rescue.only_in)])
        most = (
            {reading.calendar.label(t): rescue.max_musd for t in reading.calendar.span if t >= since} if inside else {}
        )
        leaves.append(replace(leaf, instance=with_money(leaf.instance, most)))
    return replace(tree, leaves=tuple(leaves), rescue=rescue)


def with_money(world: Instance, most: Mapping[str, float]) -> Instance:
    """The world with a round of equity of at most so much in each of these periods, at the company's cost of equity."""
    if not most:
        return world
    rounds = {
        rescue_name(label): {"max_musd": amount, "first_raise": label, "last_raise": label}
        for label, amount in most.items()
    }
    if world.equity is None:
        return world.replace({"equity": {"cost_of_equity_per_year": world.discount.rate_per_year, "rounds": rounds}})
    return world.replace({"equity.rounds": {**world.canonical()["equity"]["rounds"], **rounds}})
