"""Tree files in, a checked `ScenarioTree` out.

The way of a file is that of a batch: text → tree with places → schema, then what only the base can tell. Every problem
is reported, each at its place, with a remedy.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import fsum
from typing import Any

from optimizer.comparison.layers import NOT_VARIED, OF_THE_FILE
from optimizer.instance.calendar import Calendar
from optimizer.instance.diagnostics import Diagnostic, InstanceError
from optimizer.instance.figures import figures_at
from optimizer.instance.files import named_tree, whole_tree, written_tree
from optimizer.instance.loader import finish, reported, validated
from optimizer.instance.merge import merge
from optimizer.instance.paths import Change, PathError, replaced
from optimizer.instance.python_data import place_of, tree_of
from optimizer.instance.schema import Instance
from optimizer.instance.schema_errors import near_or_all
from optimizer.instance.tree import Path, Tree, flatten
from optimizer.instance.yaml_source import Node, Place
from optimizer.uncertainty.cutting import cut, part_of, refused, scaled, too_early
from optimizer.uncertainty.sampling import sampled_leaves
from optimizer.uncertainty.schema import MOST_LEAVES, TreeFile
from optimizer.uncertainty.tree import Leaf, Rescue, Risk, ScenarioTree, TreeNode

SAME_PROBABILITY = 1e-6
"""Probabilities may miss 1 by so much in all, as thirds do that are written with six digits."""
FULL, FEW = 3, 9
"""To so many leaves a plan is usually within half a per cent, and within one."""


@dataclass(frozen=True)
class Written:
    """A node as it is written: what it changes, and where."""

    node: TreeNode
    overs: tuple[Node, ...]
    factor: Mapping[str, float]
    where: Path
    place: Place


def check_tree(path: str | os.PathLike[str]) -> tuple[ScenarioTree | None, list[Diagnostic]]:
    """The tree of a file, None if there is an error, and everything there is to say about the file."""
    problems: list[Diagnostic] = []
    root = written_tree(path, problems, "tree")
    return _checked(root, None, problems)


def load_tree(path: str | os.PathLike[str]) -> ScenarioTree:
    """The tree of a file. Raises InstanceError with every error of it."""
    return _tree(*check_tree(path))


def tree_from(base: Instance | str | os.PathLike[str], **parts: Any) -> ScenarioTree:
    """The tree of Python data, the keys as in a file. Raises InstanceError, with dotted paths as places."""
    problems: list[Diagnostic] = []
    tree = tree_of(base, problems) if isinstance(base, Instance) else whole_tree(base, problems)
    shown = base.name if isinstance(base, Instance) else os.fspath(base)
    data = {"name": "tree", "base": shown} | {key: part for key, part in parts.items() if part is not None}
    root = tree_of(data, problems)
    if tree is None or _wrong(problems):
        raise InstanceError(problems)
    return _tree(*_checked(root, tree, problems))


def _tree(tree: ScenarioTree | None, diagnostics: list[Diagnostic]) -> ScenarioTree:
    if tree is None:
        raise InstanceError([each for each in diagnostics if each.severity == "error"])
    return tree


def _wrong(problems: Sequence[Diagnostic]) -> bool:
    return any(each.severity == "error" for each in problems)


def _checked(
    root: Node | None, base: Node | None, problems: list[Diagnostic]
) -> tuple[ScenarioTree | None, list[Diagnostic]]:
    found = None if root is None else _read(root, base, problems)
    problems = reported(problems)
    return (None if found is None or _wrong(problems) else replace(found, diagnostics=tuple(problems))), problems


def _read(root: Node, base: Node | None, problems: list[Diagnostic]) -> ScenarioTree | None:
    tree = flatten(_outline(root), problems)
    file, doubts = validated(TreeFile, tree, problems)
    if file is None or _wrong(problems) or doubts.paths or doubts.unknown:
        return None
    if base is None:
        base = named_tree(tree.nodes["base",], "base", problems, whole=True)
    if base is None:
        return None
    if file.objectives is not None:
        levels = tree.nodes["objectives",]
        base = merge(base, Node({"objectives": levels}, levels.place), problems)
    whole = finish(base, problems).instance
    if whole is None:
        return None
    given = [name for name in ("nodes", "factors", "paths") if getattr(file, name)]
    if len(given) != 1:
        message = f"the file has {' and '.join(given)}" if given else "the file has no scenarios"
        help = "keep one of them" if given else "add `nodes:`, `factors:` or `paths:`"
        problems.append(tree.place((given[1:2] and (given[1],)) or ()).diagnostic("one-tree", message, help))
        return None
    reader = _Reader(file, tree, root, base, whole, problems)
    leaves = reader.of_paths() if file.paths is not None else reader.of_nodes(reader.written())
    if leaves is None or _wrong(problems):
        return None
    return reader.finished(*leaves)


class _Reader:
    def __init__(
        self, file: TreeFile, tree: Tree, root: Node, base: Node, whole: Instance, problems: list[Diagnostic]
    ) -> None:
        self.file, self.tree, self.root, self.base, self.whole = file, tree, root, base, whole
        self.problems = problems
        self.calendar: Calendar = whole.periods
        self.sampled: Any = None

    def say(self, path: Path, code: str, message: str, help: str = "") -> None:
        self.problems.append(self.tree.place(path).diagnostic(code, message, help))

    # ── nodes ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def written(self) -> list[Written] | None:
        """The nodes of the file, or of the product of its factors, parents first; None if they are no tree."""
        return self._nodes() if self.file.nodes else self._product()

    def _nodes(self) -> list[Written] | None:
        nodes, known = self.file.nodes, len(self.problems)
        roots = [name for name, node in nodes.items() if node.parent is None]
        if len(roots) != 1:
            which = f"{', '.join(roots)} have no parent" if roots else "every node has a parent"
            self.say(("nodes",), "one-root", f"a tree has one root: {which}", "give all nodes but the first a `parent`")
            return None
        for name, node in nodes.items():
            here: Path = ("nodes", name)
            if node.parent is None:
                for key, value in (("from", node.start), ("probability", node.probability)):
                    if value is not None:
                        self.say(
                            (*here, key), "root", f"the root `{name}` takes no `{key}`: it decides today, for sure"
                        )
                continue
            if node.parent not in nodes:
                help = near_or_all(node.parent, nodes)
                self.say((*here, "parent"), "unknown-parent", f"there is no node named `{node.parent}`", help)
            for key, value in (("from", node.start), ("probability", node.probability)):
                if value is None:
                    self.say(here, "missing-key", f"node `{name}` has no `{key}`", "every node but the root has one")
        if len(self.problems) > known:
            return None
        order = self._in_order(roots[0])
        if order is None:
            return None
        starts = {roots[0]: 1}
        for name in order[1:]:
            starts[name] = self._start(("nodes", name, "from"), nodes[name].start)
        for name in order[1:]:
            parent = str(nodes[name].parent)
            if starts[name] and starts[name] <= starts[parent]:
                label = self.calendar.label(starts[parent])
                message = f"`{name}` is known from {nodes[name].start} on, and its parent `{parent}` from {label}"
                self.say(("nodes", name, "from"), "out-of-order", message, f"begin after {label}")
        for parent in order:
            self._siblings([name for name in order if nodes[name].parent == parent], starts)
        if len(self.problems) > known:
            return None
        return [
            self._written(
                TreeNode(
                    name, nodes[name].parent, starts[name], self._chance(nodes[name].probability), nodes[name].title
                ),
                ("nodes", name),
                nodes[name].factor,
            )
            for name in order
        ]

    @staticmethod
    def _chance(probability: float | None) -> float:
        return 1.0 if probability is None else probability

    def _in_order(self, root: str) -> list[str] | None:
        """The nodes, parents first; None if some come round in a circle."""
        nodes, order = self.file.nodes, [root]
        for name in order:
            order += [child for child, node in nodes.items() if node.parent == name]
        if left := [name for name in nodes if name not in order]:
            message = f"`{left[0]}` does not come from the root: {', '.join(left)} follow one another in a circle"
            self.say(("nodes", left[0], "parent"), "circle", message, f"let one of them follow `{root}`")
            return None
        return order

    def _start(self, path: Path, label: Any) -> int:
        try:
            start = self.calendar.index(label)
        except ValueError as error:
            self.say(path, "period", f"`from`: {error}")
            return 0
        if start == 1:
            message = f"`from`: {label} is the first period, in which nothing is decided before it is known"
            self.say(path, "period", message, f"begin in {self.calendar.label(2)} or later")
        return start

    def _siblings(self, names: Sequence[str], starts: Mapping[str, int]) -> None:
        nodes = self.file.nodes
        if not names:
            return
        if len({starts[name] for name in names}) > 1:
            odd = next(name for name in names if starts[name] != starts[names[0]])
            message = f"`{odd}` and `{names[0]}` have one parent, and are known from different periods on"
            help = "what is no case by then is known, too: give both the same `from`, or put a node between"
            self.say(("nodes", odd, "from"), "siblings", message, help)
        total = fsum(self._chance(nodes[name].probability) for name in names)
        if abs(total - 1.0) > SAME_PROBABILITY:
            message = f"the probabilities of {', '.join(names)} come to {total:g}, and not to 1"
            self.say(("nodes", names[0], "probability"), "probability", message, "change one of them")

    def _product(self) -> list[Written] | None:
        """Every case of a factor after every case of those that are known before."""
        known = len(self.problems)
        factors = {
            name: (self._start(("factors", name, "from"), each.start), each) for name, each in self.file.factors.items()
        }
        for name, (_, each) in factors.items():
            total = fsum(case.probability for case in each.cases.values())
            if abs(total - 1.0) > SAME_PROBABILITY:
                message = f"the probabilities of the cases of `{name}` come to {total:g}, and not to 1"
                self.say(("factors", name, "cases"), "probability", message, "change one of them")
        count = 1
        for _, each in factors.values():
            count *= len(each.cases)
        if count > MOST_LEAVES:
            message = f"{count:,} scenarios are more than {MOST_LEAVES:,}"
            self.say(("factors",), "too-many-leaves", message, "leave out a case, or draw and reduce: `paths:`")
        if len(self.problems) > known:
            return None
        root = TreeNode("today", None, 1, 1.0)
        found = [Written(root, (), {}, (), self.tree.place(()))]
        ends = [root]
        for start in sorted({start for start, _ in factors.values()}):
            here = [(name, each) for name, (first, each) in factors.items() if first == start]
            after = []
            for end in ends:
                for cases in product(*(each.cases.items() for _, each in here)):
                    own = "-".join(case for case, _ in cases)
                    name = own if end is root else f"{end.name}-{own}"
                    chance = 1.0
                    for _, case in cases:
                        chance *= case.probability
                    node = TreeNode(name, end.name, start, chance)
                    parts = [
                        self._written(node, ("factors", factor, "cases", label), case.factor)
                        for (factor, _), (label, case) in zip(here, cases, strict=True)
                    ]
                    factor = {path: value for part in parts for path, value in part.factor.items()}
                    overs = tuple(over for part in parts for over in part.overs)
                    found.append(Written(node, overs, factor, parts[0].where, parts[0].place))
                    after.append(node)
            ends = after
        return found

    def _written(self, node: TreeNode, where: Path, factor: Mapping[str, float]) -> Written:
        overs: list[Node] = []
        written = self._at(where)
        variant = written.get("variant")
        if variant is not None and (found := self._variant(variant)) is not None:
            overs.append(found)
        over = written.get("set")
        if over is not None and isinstance(over.value, dict):
            reasons = NOT_VARIED | {
                "objectives": "use `objectives:` of the tree",
                "solve": "use `options:` of the tree",
            }
            for key in over.value:
                if key in reasons:
                    place = over.value[key].key_place or over.value[key].place
                    self.problems.append(place.diagnostic("not-to-set", f"`{key}` cannot be set here", reasons[key]))
            overs.append(over)
        return Written(node, tuple(overs), factor, where, self.tree.place(where, on_key=True))

    def _at(self, where: Path) -> dict[str, Node]:
        found: Any = self.root
        for part in where:
            found = found.value[str(part)]
        return found.value if isinstance(found.value, dict) else {}

    def _variant(self, written: Node) -> Node | None:
        """The changes of an instance that extends the base itself."""
        root = named_tree(written, "variant", self.problems, whole=False)
        if root is None or not isinstance(root.value, dict):
            return None
        here = os.path.dirname(written.place.source.file)
        extends = root.value.get("extends")
        extended = os.path.join(here, os.path.dirname(str(written.value)), str(extends.value)) if extends else ""
        if extends is None or os.path.realpath(extended) != os.path.realpath(os.path.join(here, self.file.base)):
            message = f"`variant`: {written.value} does not extend the base, {self.file.base}"
            self.problems.append(written.place.diagnostic("variant", message, "copy what it changes into `set`"))
            return None
        kept = {key: node for key, node in root.value.items() if key not in OF_THE_FILE | {"objectives"}}
        return replace(root, value=kept)

    # ── leaves ────────────────────────────────────────────────────────────────────────────────────────────────────

    def of_nodes(self, written: list[Written] | None) -> tuple[dict[str, TreeNode], list[Leaf], list[str]] | None:
        """The nodes with their leaves, those of probability 0 left out."""
        if written is None or _wrong(self.problems):
            return None
        worlds: dict[str, tuple[Node, Instance, tuple[TreeNode, ...], float]] = {}
        said: set[Diagnostic] = set()
        for each in written:
            node = each.node
            path: tuple[TreeNode, ...] = ()
            if node.parent is None:
                tree, instance, chance = self.base, self.whole, 1.0
            elif node.parent in worlds:
                tree, instance, path, chance = worlds[node.parent]
            else:
                continue
            laid = self._laid(each, tree, instance, said)
            if laid is not None:
                worlds[node.name] = (*laid, (*path, node), chance * node.probability)
        if _wrong(self.problems) or len(worlds) < len(written):
            return None
        nodes = {each.node.name: each.node for each in written}
        parents = {node.parent for node in nodes.values()}
        leaves = [
            Leaf(name, path, chance, self._named(instance, name))
            for name, (_, instance, path, chance) in worlds.items()
            if name not in parents
        ]
        left_out = [leaf.name for leaf in leaves if leaf.probability == 0.0]
        return nodes, [leaf for leaf in leaves if leaf.probability > 0.0], left_out

    def _named(self, instance: Instance, leaf: str) -> Instance:
        """The world of a leaf under a name of its own, by which its plan is kept."""
        name = f"{self.file.name}.{leaf}"[:64]
        return instance if len(self.file.nodes) == 1 else instance.replace({"name": name})

    def _laid(self, each: Written, tree: Node, parent: Instance, said: set[Diagnostic]) -> tuple[Node, Instance] | None:
        """The world of a node: the changes of its own laid over those of its parent, cut where it begins."""
        node = each.node
        problems: list[Diagnostic] = []
        first = node.start if node.parent is not None else 1
        for over in each.overs:
            tree = merge(tree, cut(over, parent, self.calendar, first), problems)
        for path, factor in each.factor.items():
            tree = self._scaled(tree, parent, path, factor, each, first, problems)
        if not each.overs and not each.factor:
            return tree, parent
        loaded = finish(tree, list(problems))
        if loaded.instance is None:
            for found in loaded.errors:
                self._of_node(each, found, said)
            return None
        if loaded.instance.calendar != parent.calendar:
            self.problems.append(each.place.diagnostic("calendar", f"node `{node.name}` changes the calendar"))
            return None
        label = self.calendar.label(first)
        early = list(too_early(parent, loaded.instance, first))
        for where in early[:5]:
            found = refused(where, node.name, label, each.overs, each.place)
            if found not in said:
                said.add(found)
                self.problems.append(found)
        return None if early else (tree, loaded.instance)

    def _of_node(self, each: Written, found: Diagnostic, said: set[Diagnostic]) -> None:
        """What is wrong with the world of a node, at its own place if that is in the file, else at the node."""
        if found.file != self.tree.place(()).source.file:
            where = f" ({found.file}:{found.line}:{found.column})" if found.line else ""
            message = f"node `{each.node.name}` makes no instance: {found.message}{where}"
            found = each.place.diagnostic(found.code, message, found.help)
        else:
            found = replace(found, message=f"node `{each.node.name}`: {found.message}")
        if found not in said:
            said.add(found)
            self.problems.append(found)

    def _scaled(
        self,
        tree: Node,
        parent: Instance,
        path: str,
        factor: float,
        each: Written,
        first: int,
        problems: list[Diagnostic],
    ) -> Node:
        place = self.tree.place((*each.where, "factor", path)) if each.where else each.place
        try:
            figures = figures_at(tree, path)
        except PathError as error:
            problems.append(place.diagnostic("path", error.message, error.help))
            return tree
        for figure in figures:
            value = value_at(parent, figure.keys)

            def change(old: Node | None, value: Any = value) -> Node | None:
                return None if old is None else scaled(replace(old, place=place), value, factor, self.calendar, first)

            tree = replaced(tree, figure.keys, change, place)
        return tree

    # ── paths ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def of_paths(self) -> tuple[dict[str, TreeNode], list[Leaf], list[str]] | None:
        """A root and a leaf for each path that is kept."""
        paths = self.file.paths
        assert paths is not None
        start = self._start(("paths", "from"), paths.start)
        series: dict[str, list[tuple[tuple[str | int, ...], Any]]] = {}
        for path in paths.figures:
            try:
                found = [(figure.keys, value_at(self.whole, figure.keys)) for figure in figures_at(self.base, path)]
            except PathError as error:
                self.say(("paths", "figures", path), "path", error.message, error.help)
                continue
            from optimizer.instance.series import Series

            if not all(isinstance(value, Series) for _, value in found):
                message = f"`{path}` is no series: it holds for all periods, and cannot move"
                self.say(("paths", "figures", path), "path", message, "name a price, a demand or a rate by period")
            series[path] = found
        for i, pair in enumerate(paths.correlations):
            for name in pair.between:
                if name not in paths.figures:
                    help = near_or_all(name, paths.figures)
                    self.say(("paths", "correlations", i), "unknown-figure", f"`{name}` is none of the figures", help)
            if pair.between[0] == pair.between[1]:
                self.say(("paths", "correlations", i), "same-figure", "a figure moves with itself")
        if _wrong(self.problems):
            return None
        try:
            self.sampled, weights, factors = sampled_leaves(paths, self.calendar, start)
        except ValueError as error:
            self.say(
                ("paths", "correlations"), "correlations", str(error), "make them smaller: three by three they clash"
            )
            return None
        root = TreeNode("today", None, 1, 1.0)
        nodes, leaves = {root.name: root}, []
        width = len(str(len(weights)))
        place = self.tree.place(("paths",))
        for number, (weight, moves) in enumerate(zip(weights, factors, strict=True), 1):
            node = TreeNode(f"path-{number:0{width}d}", root.name, start, weight)
            tree = self.base
            for path, by_period in moves.items():
                for keys, value in series[path]:
                    numbers = [each * by_period[t] for t, each in enumerate(value.expand(self.calendar))]
                    whole = Node([Node(each, place) for each in numbers], place)
                    tree = replaced(tree, keys, _always(whole), place)
            loaded = finish(tree, [])
            if loaded.instance is None:
                first = loaded.errors[0]
                self.say(
                    ("paths", "figures"), first.code, f"`{node.name}` makes no instance: {first.message}", first.help
                )
                return None
            nodes[node.name] = node
            leaves.append(Leaf(node.name, (root, node), weight, self._named(loaded.instance, node.name)))
        return nodes, leaves, []

    # ── the whole ─────────────────────────────────────────────────────────────────────────────────────────────────

    def finished(self, nodes: dict[str, TreeNode], leaves: list[Leaf], left_out: list[str]) -> ScenarioTree | None:
        """The tree, with what is said of its size; None if its risk or its rescue cannot be."""
        if not leaves:
            self.say((), "no-leaves", "no scenario has a probability above 0")
            return None
        if len(leaves) > MOST_LEAVES:
            self.say(("nodes",), "too-many-leaves", f"{len(leaves):,} scenarios are more than {MOST_LEAVES:,}")
            return None
        for name in left_out:
            message = f"`{name}` has probability 0: it is left out, and nothing is held ready for it"
            self.problems.append(self.tree.place(()).diagnostic("impossible-node", message, severity="warning"))
        risk = self.file.risk
        names = [objective.name for objective in self.whole.objectives]
        if risk.measure != "expected":
            for name in names:
                if name in ("wacc", "dilution"):
                    message = f"`{risk.measure}` is a measure of money, and `{name}` is a share"
                    self.say(("risk", "measure"), "risk", message, "take `expected`, or another objective")
        self._count(leaves)
        tree = ScenarioTree(
            self.file.name,
            self.whole,
            nodes,
            tuple(leaves),
            Risk(risk.measure, risk.level, risk.weight),
            title=self.file.title,
            notes=self.file.notes,
            sampled=self.sampled,
            left_out=tuple(left_out),
            options={
                key: value for key, value in self.file.options.model_dump().items() if isinstance(value, (int, float))
            },
        )
        self._instalments(tree)
        return self._rescued(tree)

    def _count(self, leaves: Sequence[Leaf]) -> None:
        count = len(leaves)
        if count == 1:
            expected = "one is the plain plan"
        elif count <= FULL:
            expected = "a plan is usually within half a per cent of the best"
        elif count <= FEW:
            expected = "a plan is usually within one per cent of the best"
        elif count <= 3 * FEW:
            expected = "a plan is found, with an honest distance to the best; `rescue` helps every plan to go on"
        else:
            expected = "the plan is that of a smaller tree, tried in every scenario; more by `keep`, or on a cluster"
        message = f"{count} scenario{'s' if count > 1 else ''}: {expected}"
        self.problems.append(self.tree.place(()).diagnostic("leaves", message, severity="note"))

    def _instalments(self, tree: ScenarioTree) -> None:
        """Tax paid in instalments is that of a whole year: nobody knows it before the year is over."""
        tax = self.whole.tax
        if tax is None or tax.payment != "instalments":
            return
        from optimizer.instance.tax_years import tax_years

        inner = {t for year in tax_years(self.calendar, tax.year_end) for t in year.periods if t != year.periods[0]}
        for node in tree.nodes.values():
            if node.start in inner:
                message = (
                    f"`{node.name}` is known from {self.calendar.label(node.start)} on, within a tax year whose "
                    f"instalments are those of its whole result"
                )
                help = "let it be known from the first period of a tax year on, or pay the tax at its end"
                where: Path = ("nodes", node.name, "from") if self.file.nodes else ()
                self.say(where, "instalments", message, help)

    def _rescued(self, tree: ScenarioTree) -> ScenarioTree:
        """The tree with money from outside in its scenarios, if the file asks for it."""
        block = self.file.rescue
        if block is None:
            return tree
        first = min((node.start for node in tree.nodes.values() if node.parent is not None), default=1)
        if block.start is not None:
            first = self._start(("rescue", "from"), block.start) or first
        for i, name in enumerate(block.only_in):
            if name not in tree.nodes:
                help = near_or_all(name, tree.nodes)
                self.say(("rescue", "only_in", i), "unknown-node", f"there is no node named `{name}`", help)
        if _wrong(self.problems):
            return tree
        labels = tuple(self.calendar.label(t) for t in self.calendar.span if t >= first)
        rescue = Rescue(block.price_share, block.max_musd, labels, tuple(block.only_in))
        leaves = []
        for leaf in tree.leaves:
            names = {node.name for node in leaf.path}
            inside = not rescue.only_in or names & set(rescue.only_in)
            since = max([first, *(node.start for node in leaf.path if node.name in rescue.only_in)])
            most = {self.calendar.label(t): rescue.max_musd for t in self.calendar.span if t >= since} if inside else {}
            leaves.append(replace(leaf, instance=with_money(leaf.instance, most)))
        return replace(tree, leaves=tuple(leaves), rescue=rescue)


def with_money(world: Instance, most: Mapping[str, float]) -> Instance:
    """The world with a round of equity of at most so much in each of these periods, at the company's cost of equity."""
    from optimizer.explanation.stress.rescue import rescue_name

    if not most:
        return world
    rounds = {
        rescue_name(label): {"max_musd": amount, "first_raise": label, "last_raise": label}
        for label, amount in most.items()
    }
    if world.equity is None:
        return world.replace({"equity": {"cost_of_equity_per_year": world.discount.rate_per_year, "rounds": rounds}})
    return world.replace({"equity.rounds": {**world.canonical()["equity"]["rounds"], **rounds}})


def _always(node: Node) -> Change:
    return lambda _: node


def value_at(instance: Instance, keys: Sequence[str | int]) -> Any:
    """What an instance has at the keys of a figure."""
    found: Any = instance
    for key in keys:
        if key == "value":
            continue
        found = found[key] if isinstance(key, int) else part_of(found, key)
    return found


def _outline(root: Node) -> Node:
    """The tree without what is in the `set` blocks, which the schema of instances judges."""
    if not isinstance(root.value, dict):
        return root
    parts = dict(root.value)
    if "nodes" in parts:
        parts["nodes"] = _each(parts["nodes"], _without_set)
    if "factors" in parts:
        parts["factors"] = _each(parts["factors"], _without_sets)
    return replace(root, value=parts)


def _each(node: Node, change: Any) -> Node:
    if not isinstance(node.value, dict):
        return node
    return replace(node, value={key: change(each) for key, each in node.value.items()})


def _without_sets(node: Node) -> Node:
    if not isinstance(node.value, dict) or "cases" not in node.value:
        return node
    return replace(node, value={**node.value, "cases": _each(node.value["cases"], _without_set)})


def _without_set(node: Node) -> Node:
    if not isinstance(node.value, dict) or "set" not in node.value or not isinstance(node.value["set"].value, dict):
        return node
    return replace(node, value={**node.value, "set": replace(node.value["set"], value={})})


__all__ = ["check_tree", "load_tree", "place_of", "tree_from", "value_at", "with_money"]
