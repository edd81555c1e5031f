"""A deliberate bug: one piece of one function of the model, read wrongly for a while.

A piece is told by its form, as a pattern of the syntax tree. What is local to the function, a variable or an argument,
may have any name there; what comes from elsewhere, attributes, functions and texts such as the name of a ledger line,
must be the same. So a bug outlives new names of variables, another layout, and whatever happens outside its function.
"""

from __future__ import annotations

import ast
import builtins
import importlib
import inspect
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import CodeType, FunctionType
from typing import Any

SIGN, PERIOD, TERM = "wrong sign", "off by one period", "missing term"
KINDS = (SIGN, PERIOD, TERM)


@dataclass(frozen=True)
class Bug:
    """In the function ``where`` of the file ``block``, a method by ``Class.method``, ``right`` gives way to ``wrong``.
    A block with a dot is a file of another folder: `finance.leases`.

    Both are an expression, or both one statement, in words of the function at the time; ``right`` fits one place of it.
    ``instance`` names the instance of `instances/known-optimal` that has to catch it. A wrong sign also stands for an
    inequality that is turned round, a missing term for a factor or a row that is left out.
    """

    block: str
    kind: str
    instance: str
    where: str
    right: str
    wrong: str


SHARED = {
    "finance.amortisation": KINDS,
    "finance.cost_of_equity": (SIGN, TERM),
    "finance.depreciation": KINDS,
    "finance.effective_interest": KINDS,
    "finance.fees": KINDS,
    "finance.leases": KINDS,
    "finance.rates": KINDS,
    "finance.resale": KINDS,
    "finance.tiers": (SIGN, TERM),
    "instance.advances": (SIGN, TERM),
    "instance.contract_terms": KINDS,
    "instance.debt_rates": KINDS,
    "instance.fee_life": KINDS,
    "instance.largest_order": KINDS,
    "instance.lease_rates": KINDS,
    "instance.opening_position": KINDS,
    "instance.partner_service": KINDS,
    "instance.partner_unit": (PERIOD, TERM),
    "instance.resale": (TERM,),
    "instance.service_ahead": KINDS,
    "instance.tax_years": KINDS,
    "instance.tranches": (TERM,),
    "instance.upkeep": KINDS,
    "instance.vintage_terms": KINDS,
}
"""What the model shares with checks or schedules, and the kinds of bugs that it can have: not all knows of periods."""


def module_of(bug: Bug) -> Any:
    """The module that the bug goes into."""
    return importlib.import_module(f"optimizer.{bug.block if '.' in bug.block else f'model.{bug.block}'}")


@contextmanager
def planted(bug: Bug) -> Iterator[None]:
    """The model with the bug in it.

    The file is compiled with the change, and every function and method of the module gets the changed code: whoever
    imported one of them runs it. AssertionError if the piece is not there exactly once.
    """
    module = module_of(bug)
    changed: dict[str, Any] = {"__name__": module.__name__}
    tree = with_bug(ast.parse(inspect.getsource(module)), bug)
    exec(compile(tree, f"{bug.block}.py with a bug", "exec", dont_inherit=True), changed)
    theirs = dict(_functions(changed, module.__name__))
    ours = dict(_functions(vars(module), module.__name__))
    assert ours.keys() == theirs.keys()
    kept: dict[str, CodeType] = {name: function.__code__ for name, function in ours.items()}
    try:
        for name, function in ours.items():
            function.__code__ = theirs[name].__code__
        yield
    finally:
        for name, function in ours.items():
            function.__code__ = kept[name]


def _functions(names: dict[str, Any], module: str) -> Iterator[tuple[str, FunctionType]]:
    """The functions of a module, and the methods and properties of its classes, by qualified name."""
    for name, value in names.items():
        if getattr(value, "__module__", None) != module:
            continue
        members = vars(value).items() if isinstance(value, type) else [("", value)]
        for member, item in members:
            function = item.fget if isinstance(item, property) else item
            if isinstance(function, FunctionType):
                yield f"{name}.{member}", function


# ── patterns ──────────────────────────────────────────────────────────────────────────────────────────────────────


def with_bug(tree: ast.Module, bug: Bug) -> ast.Module:
    """The file with the bug in it, the same tree. AssertionError if there is no place for it, or more than one."""
    right, wrong = _piece(bug.right), _piece(bug.wrong)
    if isinstance(right, ast.stmt) != isinstance(wrong, ast.stmt):
        right, wrong = (each if isinstance(each, ast.stmt) else ast.Expr(each) for each in (right, wrong))
    function = outermost(tree)[bug.where]
    own = locals_of(function)
    found = [(node, named) for node in ast.walk(function) if (named := fits(right, node, own, {})) is not None]
    assert len(found) == 1, f"{bug.block}.py has {len(found)} times, not once: {bug.right!r} in {bug.where}"
    place, named = found[0]
    known = {*named, *_bound(wrong), *vars(builtins), *_of_the_file(tree)}
    strange = {name for node in ast.walk(wrong) for name in _names(node)} - known
    assert not strange, f"{bug.wrong!r} has names that {bug.right!r} does not have: {sorted(strange)}"
    changed = _Put(place, renamed(wrong, named)).visit(tree)
    return ast.fix_missing_locations(changed)


def outermost(tree: ast.Module) -> dict[str, ast.FunctionDef]:
    """The functions of a file and the methods of its classes, by qualified name."""
    found = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            found[node.name] = node
        elif isinstance(node, ast.ClassDef):
            found |= {f"{node.name}.{each.name}": each for each in node.body if isinstance(each, ast.FunctionDef)}
    return found


def locals_of(function: ast.FunctionDef) -> set[str]:
    """Arguments, variables and functions inside a function, and inside those."""
    return {name for part in (function.args, *function.body) for name in _bound(part)}


def fits(pattern: Any, node: Any, own: set[str], named: dict[str, str]) -> dict[str, str] | None:
    """The names of a piece by those of the pattern that it fits, one to one, ``named`` among them; None if none does.

    ``own`` are the names that are local to the function; only they may differ from those of the pattern.
    """
    if isinstance(pattern, list):
        if not isinstance(node, list) or len(pattern) != len(node):
            return None
        found: dict[str, str] | None = named
        for each, other in zip(pattern, node, strict=True):
            found = found if found is None else fits(each, other, own, found)
        return found
    if not isinstance(pattern, ast.AST):
        return named if type(pattern) is type(node) and pattern == node else None
    if type(pattern) is not type(node):
        return None
    field = _NAMES.get(type(pattern))
    if field is not None:
        mine, theirs = getattr(pattern, field), getattr(node, field)
        if theirs in own:
            if named.get(mine, theirs) != theirs or (mine not in named and theirs in named.values()):
                return None
            named = {**named, mine: theirs}
        elif mine != theirs:
            return None
    result: dict[str, str] | None = named
    for name in pattern._fields:
        if name not in ("ctx", "type_comment", field):
            result = result if result is None else fits(getattr(pattern, name), getattr(node, name), own, result)
    return result


def renamed(tree: Any, names: Mapping[str, str]) -> Any:
    """The tree with other names of variables, arguments and functions inside; the tree itself is changed."""
    for node in ast.walk(tree):
        field = _NAMES.get(type(node))
        if field is not None:
            name = getattr(node, field)
            setattr(node, field, names.get(name, name))
    return tree


_NAMES: dict[type[ast.AST], str] = {ast.Name: "id", ast.arg: "arg", ast.FunctionDef: "name"}
"""Where a node has the name of something local."""


def _names(node: ast.AST) -> Iterator[str]:
    field = _NAMES.get(type(node))
    if field is not None:
        yield getattr(node, field)


def _bound(tree: ast.AST) -> set[str]:
    """The names that are given a value inside."""
    found = set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.Name) or isinstance(node.ctx, ast.Store):
            found |= set(_names(node))
    return found


def _of_the_file(tree: ast.Module) -> set[str]:
    """The names that a file defines or imports."""
    found = set()
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            found.add(node.name)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            found |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
        else:
            found |= _bound(node)
    return found


def _piece(text: str) -> ast.expr | ast.stmt:
    try:
        return ast.parse(text, mode="eval").body
    except SyntaxError:
        (statement,) = ast.parse(text).body
        return statement


class _Put(ast.NodeTransformer):
    """Puts another piece in the place of one."""

    def __init__(self, place: ast.AST, piece: ast.AST) -> None:
        self.place, self.piece = place, piece

    def visit(self, node: ast.AST) -> Any:
        return self.piece if node is self.place else self.generic_visit(node)
