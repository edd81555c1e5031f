"""From an instance to its model and its matrix."""

from __future__ import annotations

import gc
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager

from optimizer.algebra.array_model import ArrayModel
from optimizer.instance.diagnostics import Diagnostic, InstanceError
from optimizer.instance.schema import Instance
from optimizer.model.build import BuiltModel, build
from optimizer.model.context import UnboundedModelError
from optimizer.solver.compiled import Compiled

Lap = Callable[[str], None]
"""Is told the name of a stage when it is over."""


def model_of(instance: Instance, lap: Lap = lambda _: None, asked: Collection[str] = ()) -> tuple[BuiltModel, Compiled]:
    """The model of an instance, and its matrix; ``lap`` hears of the end of ``build``.

    ``asked`` are objectives that are to be kept at a value, beside those of the instance.
    Raises InstanceError if something that needs a bound has none, TriviallyInfeasibleError if a constant row is false.
    """
    with collector_paused():
        try:
            algebra = ArrayModel()
            built = build(instance, algebra, asked)
        except UnboundedModelError as error:
            raise InstanceError([Diagnostic("no-bound", "error", str(error), file=instance.name)]) from error
        lap("build")
        return built, Compiled(algebra)


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
