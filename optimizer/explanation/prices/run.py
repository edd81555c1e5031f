"""The order of the work: the plan, what binds in it, rates and worths without a search, and then one search a limit."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from optimizer.explanation.prices.asked import count_of, number_of, paths_of, source_of
from optimizer.explanation.prices.candidate import Base, Candidate, priced_step
from optimizer.explanation.prices.prices import Prices
from optimizer.explanation.prices.search import Searching, base_of, candidates, in_turn, price_of
from optimizer.explanation.prices.wanted import wanted
from optimizer.instance.schema import Instance
from optimizer.plan.plan import Plan
from optimizer.solver.highs import SolverError
from optimizer.solving.asked import require_kind

TURN = 2.0
"""One search may take so many times its even share of the time left."""


def prices(
    source: Plan | Instance | str | os.PathLike[str] | Mapping[str, Any],
    *,
    limits: Sequence[str] | None = None,
    step: float | None = None,
    most: int = 20,
    objective: str | None = None,
    tighter: bool = False,
    gap: float = 1e-5,
    time_limit: float = 300.0,
) -> Prices:
    """What one step more of each limit that holds a plan back is worth: USD million of the first objective.

    ``source`` is a plan, the folder of a run, or an instance or its file. ``limits`` are paths to price in place of
    those that bind; ``step`` is how far they are moved, in the unit of each (periods for windows and lead times).
    Without it the step is a usual one (1 MW, a hundredth or so of an amount of money, a lot, 0.05 of a covenant, a
    period), larger where the gaps would hide its worth. ``most`` limits are searched. ``objective`` takes the place of
    the list of the file; one that is a share has no prices. ``tighter``: what it is worth to have a step less, below
    0. ``gap`` is relative, ``time_limit`` in seconds: what is known by then is returned.

    Raises InstanceError, RunError, NoPlanError, SolverError; TypeError and ValueError for what cannot be asked.

    Of the 100 that are needed the loan brings what equity does not: a limit of 60 leaves 40 for equity. One more of the
    loan costs 0.08 / 1.1² = 0.066116 at the end of 2027, and saves a charge on equity of 0.15 / 1.1² = 0.123967.

    >>> found = optimizer.prices(base.replace({"debt.loan.limit_musd": 60}), limits=["debt.loan.limit_musd"])
    >>> [(price.step, round(price.rate, 6), round(price.same_build, 6)) for price in found.prices]
    [(1.0, 0.057851, 0.057851)]
    """
    require_kind("tighter", tighter, "true or false", isinstance(tighter, bool))
    step = None if step is None else number_of("step", step)
    most, seconds = count_of("most", most), number_of("time_limit", time_limit)
    gap, paths = number_of("gap", gap, most=1.0, zero=True), paths_of(limits)
    if step is not None and paths is None:
        raise ValueError("step is in the unit of a limit: say of which `limits`")
    asked = source_of(source, objective)
    keys = wanted(asked.instance, paths)
    clock = Searching(seconds, asked.instance.solve.threads, asked.instance.solve.seed, gap)
    base = base_of(asked, clock, tighter)
    seen, looked = candidates(base, keys, paths is not None, clock)
    chosen = in_turn(base, seen)[:most]
    chosen = [_with_step(base, each, step, clock) for each in chosen]
    found = [
        price_of(base, each, asked, clock, min(1.0, TURN / (len(chosen) - turn))) for turn, each in enumerate(chosen)
    ]
    sign = base.case.sign
    return Prices(
        instance=asked.instance.name,
        instance_hash=asked.instance.hash,
        objective=base.case.objective.name,
        sense="minimise" if base.case.objective.minimise else "maximise",
        value=sign * base.loss,
        bound=sign * base.bound,
        plan_value=asked.plan_value,
        gap_share=gap,
        tighter=tighter,
        limits=len(keys),
        binding=len(seen),
        prices=tuple(sorted(found, key=lambda price: (price.path, price.first))),
        complete=looked and all(price.known != "not solved" for price in found),
        seconds=clock.spent_s,
    )


def _with_step(base: Base, found: Candidate, step: float | None, clock: Searching) -> Candidate:
    """The candidate at its step and with its rate, if there is time for it."""
    try:
        if clock.left_s > 0.0:
            return priced_step(base, found, step, clock.limits())
    except SolverError:
        pass
    return found
