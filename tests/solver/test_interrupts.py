"""Ctrl-C while a search goes on: what is found by then is kept, at whatever step it comes."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import optimizer
from optimizer.solver import one_level
from optimizer.solver.highs import Limits, Outcome
from optimizer.solver.interrupts import first_one_sets
from optimizer.solver.level import Objective
from optimizer.solver.matrix import Expression

from .test_levels import COST, LIMITS, problem


def interrupt() -> None:
    signal.raise_signal(signal.SIGINT)


def test_the_first_is_noted_and_the_second_is_raised() -> None:
    before, stop = signal.getsignal(signal.SIGINT), threading.Event()
    with first_one_sets(stop):
        assert not stop.is_set()
        interrupt()
        assert stop.is_set()
        with pytest.raises(KeyboardInterrupt):
            interrupt()
    assert signal.getsignal(signal.SIGINT) is before


def test_one_within_another_hears_it_first() -> None:
    """Who checks many instances one after another notes an interrupt that the search of one of them has noted, too."""
    outer, inner = threading.Event(), threading.Event()
    with first_one_sets(outer), first_one_sets(inner):
        interrupt()
        assert (outer.is_set(), inner.is_set()) == (True, False)
        interrupt()
        assert inner.is_set()


@contextmanager
def handled_by(handler: Any) -> Iterator[None]:
    before = signal.signal(signal.SIGINT, handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def test_who_handles_interrupts_otherwise_is_asked_as_before() -> None:
    heard: list[int] = []
    stop = threading.Event()
    with handled_by(lambda number, frame: heard.append(number)), first_one_sets(stop):
        interrupt()
        interrupt()
    assert heard == [signal.SIGINT, signal.SIGINT]
    assert not stop.is_set()
    with handled_by(signal.SIG_IGN), first_one_sets(stop):
        interrupt()
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    assert not stop.is_set()


def test_a_thread_that_is_not_the_main_one_changes_nothing() -> None:
    before, found = signal.getsignal(signal.SIGINT), []

    def work() -> None:
        with first_one_sets(threading.Event()):
            found.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found == [before]


@pytest.mark.parametrize("times", [1, 2])
def test_between_two_searches(tiny: optimizer.Instance, monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    """It comes when the plan of the search is read: one leaves the plan, audited, and two end the solve at once."""
    honest, left = one_level.polish, [times]

    def interrupted(*args: Any, **kwargs: Any) -> Any:
        while left[0]:
            left[0] -= 1
            interrupt()
        return honest(*args, **kwargs)

    whole = optimizer.solve(tiny)
    monkeypatch.setattr(one_level, "polish", interrupted)
    if times == 2:
        with pytest.raises(KeyboardInterrupt):
            optimizer.solve(tiny)
        return
    found = optimizer.solve(tiny)
    assert found.audit_passed
    name = tiny.objectives[0].name
    assert found.metrics[name] == pytest.approx(whole.metrics[name])


def test_before_a_plan_there_is_nothing_to_keep(tiny: optimizer.Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = one_level.minimise

    def interrupted(*args: Any, **kwargs: Any) -> Outcome:
        interrupt()
        return honest(*args, **kwargs)

    monkeypatch.setattr(one_level, "minimise", interrupted)
    with pytest.raises(KeyboardInterrupt):
        optimizer.solve(tiny)


def test_a_stop_before_the_second_search_keeps_the_plan_of_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """The least cost is 6 and its base a tenth of it: the first search ends 0.5 away, which is more than the gap of a
    tenth of the base, and asks again from its plan; a stop that comes first leaves the plan."""
    objective = Objective("cost", Expression(COST, 0.0), True, base=Expression(0.1 * COST, 0.0))
    plan, stop = np.array([0.0, 0.0, 0.0, 1.0]), threading.Event()
    calls: list[Any] = []

    def searched(*_: Any, **asked: Any) -> Outcome:
        calls.append(asked["start"])
        if asked["start"] is not None:
            return Outcome("no_solution", None, float("nan"), asked["known_bound"])
        stop.set()
        return Outcome("optimal", plan, 6.0, 5.5)

    monkeypatch.setattr(one_level, "minimise", searched)
    limits: Limits = replace(LIMITS, gap_share=0.1)
    found = one_level.minimise_to_base(
        problem(3.0),
        objective,
        limits,
        start=None,
        known_bound=None,
        proof_only=False,
        presolve=True,
        watch=None,
        stop=stop,
    )
    assert [start is None for start in calls] == [True, False]
    assert found.x is plan
    assert (found.status, found.value, found.bound) == ("feasible", 6.0, 5.5)
