"""What a solve is asked for beside its instance: read, or refused by the name of the argument."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any, get_args

from pydantic import ValidationError

from optimizer.contract.solvers import ENGINES, HIGHS, engine_versions
from optimizer.instance.python_data import unwrapped
from optimizer.instance.schema import Instance, ObjectiveName, SolveOptions
from optimizer.instance.schema_errors import in_words, near_or_all

_FIELDS = {
    "gap": "gap_share",
    "time_limit": "time_limit_s",
    "threads": "threads",
    "seed": "seed",
    "reductions": "reductions",
}


def solve_options(own: SolveOptions, **asked: Any) -> SolveOptions:
    """The options of an instance with those that are asked for. Raises ValueError for one out of its range."""
    found = own.model_dump()
    for name, value in asked.items():
        if value is None:
            continue
        key, field = _FIELDS[name], SolveOptions.model_fields[_FIELDS[name]]
        found[key] = unwrapped(value)
        try:
            SolveOptions.model_validate({key: found[key]})
        except ValidationError:
            words = in_words(field.annotation, tuple(field.metadata))
            raise ValueError(f"{name} should be {words}, not {value!r}") from None
    return SolveOptions.model_validate(found)


def solver_asked(solver: str | None) -> str:
    """The solver that is asked for, HiGHS where none is. Raises ValueError for one that there is not, and
    MissingExtraError where it is not installed.
    """
    if solver is None:
        return HIGHS
    require_kind("solver", solver, "the name of a solver", isinstance(solver, str))
    if solver not in ENGINES:
        raise ValueError(f"there is no solver {solver!r}; there are {', '.join(ENGINES)}")
    engine_versions(solver)
    return solver


def with_objectives(instance: Instance, objectives: Sequence[str | Mapping[str, Any]] | None) -> Instance:
    """The instance with objectives in place of its own, if any are given. Raises like ``levels_of`` and a load."""
    return instance if objectives is None else instance.replace({"objectives": levels_of(objectives)})


def levels_of(objectives: Sequence[str | Mapping[str, Any]]) -> list[Any]:
    """Objectives as a file has them. Raises TypeError for what is no list; what is in it, the file's checks judge."""
    if isinstance(objectives, str) or not isinstance(objectives, Sequence):
        raise TypeError(f"objectives should be a list of names or blocks, not {type(objectives).__name__}")
    return [{"name": each} if isinstance(each, str) else each for each in objectives]


def caps_of(caps: Mapping[str, float] | None, instance: Instance) -> dict[str, float]:
    """The caps, none if none are given. Raises TypeError and ValueError for what cannot be kept at a value."""
    if not isinstance(caps or {}, Mapping):
        raise TypeError(f"caps should be a dict of objective and value, not {type(caps).__name__}")
    found: dict[str, float] = {}
    for name, written in (caps or {}).items():
        value = unwrapped(written)
        if problem := no_objective(name, instance):
            raise ValueError(f"caps: {problem}")
        # a whole number may be too large for a float
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) <= sys.float_info.max:
            raise ValueError(f"caps: {name} should be kept at a finite number, not {value!r}")
        if name == "dilution" and value >= 1:
            raise ValueError(f"caps: dilution is a share below 1, not {value!r}; leave it out if there is no limit")
        found[name] = float(value)
    return found


def no_objective(name: str, instance: Instance) -> str:
    """Why an instance has no objective of that name; empty if it has."""
    known = get_args(ObjectiveName)
    if name not in known:
        return f"there is no objective {name!r}; {near_or_all(str(name), known)}"
    if name == "adjusted_present_value" and instance.adjusted_present_value is None:
        return f"{name} has no rates to discount at; add the block `{name}` with its two rates"
    return ""


def require_kind(name: str, value: Any, what: str, fits: bool) -> None:
    """Raises TypeError if an argument that is given does not fit."""
    if value is not None and not fits:
        raise TypeError(f"{name} should be {what}, not {type(value).__name__}")
