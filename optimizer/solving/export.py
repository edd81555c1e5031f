"""The matrix of an instance as a file, for any other solver to try."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from typing import Any

from optimizer.instance.loader import checked
from optimizer.instance.schema import Instance
from optimizer.solver.matrix import Expression, Matrix, Names
from optimizer.solver.mps import write_mps
from optimizer.solver.ratio import with_positive
from optimizer.solving.asked import no_objective
from optimizer.solving.compile import compile_instance


class ExportError(Exception):
    """What is asked for cannot be written as one linear objective; the message says what can.

    >>> optimizer.export(base, "wacc")
    Traceback (most recent call last):
    optimizer...ExportError: wacc is a ratio N/D, and a file holds linear objectives only; ...
    """


@dataclass(frozen=True)
class Exported:
    """A matrix with one linear objective, and what a reader of the file has to know."""

    matrix: Matrix
    objective: Expression
    names: Names
    objective_name: str
    maximise: bool
    unit: str
    comments: tuple[str, ...]

    def write(self, path: str | os.PathLike[str], title: str) -> None:
        """Write free MPS. Raises OSError.

        >>> optimizer.export(base).write(folder / "base.mps", "two sources")
        >>> (folder / "base.mps").read_text().count("ROWS")
        1
        """
        write_mps(
            path,
            self.matrix,
            self.objective,
            self.names,
            maximise=self.maximise,
            title=title,
            objective_name=self.objective_name,
            comments=self.comments,
        )

    def to_dict(self) -> dict[str, Any]:
        """Size, sense and unit as plain data.

        >>> about = optimizer.export(base).to_dict()
        >>> about["objective"], about["sense"], about["unit"]
        ('cost_of_capital', 'minimise', 'musd')
        """
        rows, columns = self.matrix.shape
        size = {"rows": rows, "columns": columns, "integers": int(self.matrix.integer.sum())}
        sense = "maximise" if self.maximise else "minimise"
        return {
            **size,
            "nonzeros": int(self.matrix.rows.nnz),
            "objective": self.objective_name,
            "sense": sense,
            "unit": self.unit,
        }


def export(instance: Instance, objective: str | None = None, at_ratio: float | None = None) -> Exported:
    """The matrix that ``solve`` begins with, and an objective: the file's first if none is named.

    A ratio N/D is written as N − λ·D, with λ ``at_ratio`` (a year). Raises ExportError, InstanceError, and
    TriviallyInfeasibleError if there is no matrix because a limit without decisions does not hold.

    >>> matrix = optimizer.export(base, "terminal_cash")
    >>> matrix.objective_name, matrix.maximise, matrix.unit
    ('terminal_cash', True, 'musd')
    """
    instance = checked(instance)
    name = instance.objectives[0].name if objective is None else objective
    if problem := no_objective(name, instance):
        raise ExportError(problem)
    if at_ratio is not None and not math.isfinite(at_ratio):
        raise ExportError(f"a ratio is a finite number, not {at_ratio}")
    built, compiled = compile_instance(instance)
    asked = built.objectives[name]
    if asked.denominator is not None and at_ratio is None:
        raise ExportError(
            f"{name} is a ratio N/D, and a file holds linear objectives only; "
            "name a ratio λ and N − λ·D is written: --at-ratio 0.1 (the least ratio is the λ at which its minimum is 0)"
        )
    if asked.denominator is None and at_ratio is not None:
        raise ExportError(f"{name} is no ratio; leave --at-ratio away, or export --objective wacc")
    matrix, expression, names = compiled.matrix, compiled.expression(asked.expression), compiled.names
    sense = "less" if asked.minimise else "more"
    unit, reading = "musd", f"{name} in USD million; {sense} is better."
    if asked.denominator is not None and at_ratio is not None:
        denominator = compiled.expression(asked.denominator)
        expression = expression.plus(denominator, -at_ratio)
        matrix = with_positive(denominator, matrix)
        names = Names((*names.rows, "positive_denominator"), names.columns)
        reading = (
            f"N - {at_ratio!r}*D in USD million, where {name} = N/D; less is better. "
            f"Below 0: some plan has a smaller ratio. 0: {at_ratio!r} is the least."
        )
    elif asked.log_share:
        unit, reading = "log", f"-ln(1 - {name}); less is better. {name} = 1 - exp(-value)."
    return Exported(matrix, expression, names, name, not asked.minimise, unit, _comments(instance, name, reading))


def _comments(instance: Instance, name: str, reading: str) -> tuple[str, ...]:
    """What stands at the head of the file."""
    levels = [level.name for level in instance.objectives]
    later = (
        f"It is level {levels.index(name) + 1} of {len(levels)} in the instance" if name in levels else "Not a level"
    )
    return (
        f"instance: {instance.name}",
        f"hash: {instance.hash}",
        f"objective: {reading}",
        f"{later}: no other level is held here.",
        "The constant of the objective stands, with its sign turned, on the right-hand side of its row.",
        "Columns: money in USD million, power in MW, energy in MWh, compute in thousand H100-equivalents.",
    )
