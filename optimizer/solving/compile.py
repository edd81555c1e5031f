"""From an instance to its model and its matrix."""

from __future__ import annotations

import gc
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager

from optimizer.algebra.array_model import ArrayModel
from optimizer.algebra.expr import Algebra
from optimizer.instance.diagnostics import Diagnostic, InstanceError
from optimizer.instance.schema import Instance
from optimizer.model.build import BuiltModel, build
from optimizer.model.context import UnboundedModelError
from optimizer.solver.warm_starts import WarmStarts
from optimizer.solving.compiled import Compiled

Lap = Callable[[str], None]
"""Is told the name of a stage when it is over."""


def compile_instance(
    instance: Instance,
    lap: Lap = lambda _: None,
    asked: Collection[str] = (),
    *,
    relieved: bool = False,
    worth_ordering: Mapping[str, Sequence[float]] | None = None,
) -> tuple[BuiltModel, Compiled]:
    """The model of an instance, and its matrix; ``lap`` hears of the end of ``build``.

    ``asked`` are objectives that are to be kept at a value, beside those of the instance; covenants that are
    ``relieved`` may be broken by an amount; ``worth_ordering`` as in ``build``.
    Raises InstanceError if something that needs a bound has none, TriviallyInfeasibleError if a constant row is false.
    """
    with collector_paused():
        algebra = ArrayModel()
        built = built_model(instance, algebra, asked, relieved=relieved, worth_ordering=worth_ordering)
        lap("build")
        return built, Compiled(algebra)


def built_model(
    instance: Instance,
    algebra: Algebra | None = None,
    asked: Collection[str] = (),
    *,
    relieved: bool = False,
    worth_ordering: Mapping[str, Sequence[float]] | None = None,
) -> BuiltModel:
    """The model of an instance, in arrays if no other algebra is given. Raises InstanceError if a bound is missing."""
    try:
        return build(instance, algebra, asked, relieved=relieved, worth_ordering=worth_ordering)
    except UnboundedModelError as error:
        raise InstanceError([Diagnostic("no-bound", "error", str(error), file=instance.name)]) from error


def compile_with(
    warm_starts: WarmStarts | None, instance: Instance, lap: Lap = lambda _: None, asked: Collection[str] = ()
) -> tuple[BuiltModel, Compiled]:
    """As ``compile_instance``; where only the values of caps differ from the last, nothing is built again."""
    if warm_starts is None:
        return compile_instance(instance, lap, asked)
    wanted = instance.hash, frozenset(asked)
    if warm_starts.last is None or warm_starts.last[0] != wanted:
        warm_starts.last = wanted, compile_instance(instance, lap, asked)
    else:
        lap("build")
    found: tuple[BuiltModel, Compiled] = warm_starts.last[1]
    return found


@contextmanager
def collector_paused() -> Iterator[None]:
    """Millions of small objects, none of them garbage: looking through them again and again takes most of a build."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()
