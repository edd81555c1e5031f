"""An instance and where its keys are written, also where a check refuses it because no plan can be."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from optimizer.explanation.parts import Refusal
from optimizer.explanation.places import Places, nowhere, places_of
from optimizer.instance.checks import PROOFS
from optimizer.instance.diagnostics import Diagnostic, InstanceError
from optimizer.instance.loader import check_source
from optimizer.instance.schema import Instance

REFUSALS = PROOFS | {"committed-late", "dividend-sizes"}
"""Codes of errors that say that no plan can be: limits that a check, before any model, finds to be in conflict."""


@dataclass(frozen=True)
class Read:
    """An instance, the places of its keys, and why it is refused, if it is for want of any plan."""

    instance: Instance
    places: Places
    refusals: tuple[Refusal, ...]


def read(source: Instance | str | os.PathLike[str] | Mapping[str, Any]) -> Read:
    """The instance of a file or of Python data, or one that is checked again.

    Raises InstanceError for what is no instance for other reasons, TypeError for what can be none.
    """
    loaded = check_source(source, REFUSALS)
    if loaded.instance is None:
        raise InstanceError(loaded.errors)
    places = places_of(source) if isinstance(source, (str, os.PathLike)) else nowhere
    return Read(loaded.instance, places, tuple(map(_refusal, loaded.errors)))


def refused_only(errors: Sequence[Diagnostic]) -> bool:
    """Whether there are errors, and all say that no plan can be."""
    return bool(errors) and all(error.code in REFUSALS for error in errors)


def _refusal(error: Diagnostic) -> Refusal:
    place = f"{error.file}:{error.line}" if error.line else error.file
    return Refusal(error.code, error.message, error.help, place)
