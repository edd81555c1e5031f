"""The base, and what becomes of the answer when some of its figures are others."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from optimizer.explanation.tornado.held import BasePlan, CannotKeepError
from optimizer.explanation.tornado.parts import CANNOT_BE_KEPT, NOT_REACHED, Kept, Known
from optimizer.instance.checks import PROOFS
from optimizer.instance.diagnostics import InstanceError
from optimizer.instance.schema import Instance
from optimizer.solver.highs import Limits
from optimizer.solver.process import SolverError
from optimizer.solver.warm_starts import Neighbour, WarmStarts
from optimizer.solving.compile import compile_with
from optimizer.solving.run import NoPlanError, recall, search, traced

TIERS: tuple[Kept, ...] = ("all", "commitments")
"""What is held of a plan, in the order in which it is tried."""


@dataclass
class Base:
    """The base with its plan: every other point starts from it."""

    instance: Instance
    known: Known
    levels: list[Mapping[str, Any]]
    neighbour: Neighbour
    plan: BasePlan
    trace: list[float]

    @classmethod
    def solved(cls, instance: Instance, limits: Limits) -> tuple[Known, Base | None]:
        """The answer, and the base if it has a plan that passed its audit."""
        starts = WarmStarts()
        known, levels = answer(instance, limits, starts, None)
        if known.value is None:
            return known, None
        return known, cls._with(instance, known, levels, starts, traced(starts).tolist())

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Base:
        """The one of ``to_dict``."""
        starts, instance = WarmStarts(), Instance.model_validate(data["instance"])
        recall(starts, instance, data["levels"], np.array(data["trace"]))
        return cls._with(instance, Known(**data["known"]), data["levels"], starts, data["trace"])

    @property
    def first(self) -> Mapping[str, Any]:
        """The record of the level that is asked for."""
        return first_of(self.levels)

    @classmethod
    def _with(
        cls, instance: Instance, known: Known, levels: list[Mapping[str, Any]], starts: WarmStarts, trace: list[float]
    ) -> Base:
        built, compiled = compile_with(starts, instance)
        neighbour = starts.neighbours[-1]
        return cls(instance, known, levels, neighbour, BasePlan.of(built, compiled, neighbour.solution.x), trace)

    def to_dict(self) -> dict[str, Any]:
        """As plain data, for another process."""
        return {
            "instance": self.instance.canonical(),
            "known": self.known.to_dict(),
            "levels": self.levels,
            "trace": self.trace,
        }

    def changed(self, changes: Mapping[str, Any], held: bool, limits: Limits) -> tuple[Known, Known | None]:
        """What solving again comes to with other figures, and what the plan of the base does.

        ``limits`` are for all of it. A plan that is held is one of those that solving again chooses from: if it is
        better than what is found within the gap, it is what is found.
        """
        begun = time.monotonic()
        try:
            instance = self.instance.replace(changes)
        except InstanceError as error:
            wrong = _refused(error)
            return wrong, replace(wrong, status=CANNOT_BE_KEPT) if held else None
        starts = WarmStarts([self.neighbour])
        kept = self._held(instance, limits, starts) if held else None
        best, _ = answer(instance, limits.since(begun), starts, None)
        return self._no_worse(best, kept), kept

    def held(self, limits: Limits) -> Known:
        """What the plan of the base comes to in the base, with the best money for it."""
        return self._held(self.instance, limits, WarmStarts([self.neighbour]))

    def _held(self, instance: Instance, limits: Limits, starts: WarmStarts) -> Known:
        found = Known(CANNOT_BE_KEPT)
        for tier in TIERS:
            found, _ = answer(instance, limits, starts, tier, self.plan)
            if found.status not in (CANNOT_BE_KEPT, "infeasible"):
                return found
        reason = found.reason if found.status == CANNOT_BE_KEPT else "it does not meet all limits there"
        return Known(CANNOT_BE_KEPT, reason=reason)

    def _no_worse(self, best: Known, kept: Known | None) -> Known:
        if kept is None or kept.value is None:
            return best
        sign = 1.0 if self.first["sense"] == "minimise" else -1.0
        if best.status == "infeasible":
            return Known("error", reason="the plan of the base holds here, and solving again finds that there is none")
        if best.value is None:
            return replace(kept, bound=None, kept="") if best.status in ("no_solution", NOT_REACHED) else best
        return replace(best, value=kept.value) if sign * kept.value < sign * best.value else best


def answer(
    instance: Instance, limits: Limits, starts: WarmStarts, kept: Kept | None, plan: BasePlan | None = None
) -> tuple[Known, list[Mapping[str, Any]]]:
    """What a solve comes to, with what is ``kept`` of a plan, and the records of its levels. Raises nothing."""
    kept_now: Kept = kept or ""
    if limits.time_limit_s <= 0.0:
        return Known(NOT_REACHED, reason="the time was up"), []
    try:
        extend = plan.hold(kept) if plan is not None and kept else None
        found = search(instance, limits, warm_starts=starts, extend=extend)
    except CannotKeepError as error:
        return Known(CANNOT_BE_KEPT, reason=str(error)), []
    except NoPlanError as nothing:
        return Known(nothing.status, reason=nothing.message), []
    except InstanceError as error:
        return _refused(error), []
    except SolverError as error:
        return Known("error", reason=str(error)), []
    if not found.audit_passed:
        return Known("error", reason="the audit failed: do not use this plan"), []
    levels = list(found.summary["levels"])
    own = first_of(levels)
    return Known(found.status, own["value"], own["bound"], kept=kept_now), levels


def first_of(levels: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The record of the level that is asked for, of those that were solved."""
    return next(level for level in levels if not level.get("inserted"))


def _refused(error: InstanceError) -> Known:
    """A figure that makes no instance, or one that is proven to have no plan before anything is solved."""
    wrong = [each for each in error.diagnostics if each.severity == "error"]
    proven = bool(wrong) and all(each.code in PROOFS for each in wrong)
    return Known("infeasible" if proven else "invalid", reason=(wrong or error.diagnostics)[0].message)
