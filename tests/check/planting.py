"""A deliberate bug: one exact piece of a file of the model, or of what it stands on, read wrongly for a while."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import CodeType, FunctionType
from typing import Any

SIGN, PERIOD, TERM = "wrong sign", "off by one period", "missing term"
KINDS = (SIGN, PERIOD, TERM)


@dataclass(frozen=True)
class Bug:
    """``right`` stands exactly once in the file ``block`` of `optimizer/model`; ``wrong`` takes its place. A block with
    a dot is a file of another folder: `finance.leases`.

    ``instance`` names the instance of `instances/known-optimal` that has to catch it. A wrong sign also stands for an
    inequality that is turned round, a missing term for a factor or a row that is left out.
    """

    block: str
    kind: str
    instance: str
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
    "instance.fee_life": KINDS,
    "instance.lease_rates": KINDS,
    "instance.tax_years": KINDS,
    "instance.partner_service": KINDS,
    "instance.partner_unit": (PERIOD, TERM),
    "instance.largest_order": KINDS,
}
"""What the model shares with checks or schedules, and the kinds of bugs that it can have: not all knows of periods."""


@contextmanager
def planted(bug: Bug) -> Iterator[None]:
    """The model with the bug in it.

    The file is compiled with the change, and every function and method of the module gets the changed code: whoever
    imported one of them runs it. AssertionError if the piece of code is not there exactly once.
    """
    module = importlib.import_module(f"optimizer.{bug.block if '.' in bug.block else f'model.{bug.block}'}")
    source = inspect.getsource(module)
    count = source.count(bug.right)
    assert count == 1, f"{bug.block}.py has {count} times, not once: {bug.right!r}"
    changed: dict[str, Any] = {"__name__": module.__name__}
    code = compile(source.replace(bug.right, bug.wrong), f"{bug.block}.py with a bug", "exec", dont_inherit=True)
    exec(code, changed)
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
