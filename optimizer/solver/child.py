"""The solver's process: HiGHS, or the solver that a task names, and nothing that a crash of it could take along.

It is given programmes as frames on its standard input and answers on its standard output (see task.py)::

    task {…}     →     ready {limit}               once, at the start: its limit of memory in bytes, or None
                       seen {incumbent, bound, …}  now and then while it searches, in the sense of a minimum
                       plan {x}                    each plan that is better than those before
                       answer {…}                  at the end of a task; memory {} instead where there was too little
    stop {}                                        the task under way ends with what it has

When its standard input ends, because its owner is done or was killed, it ends at once, whatever it is doing.
"""

from __future__ import annotations

import os
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import replace
from queue import SimpleQueue
from typing import IO, Any

import highspy
import numpy as np

from optimizer.contract.solvers import HIGHS
from optimizer.solver.task import Answer, RefusedError, Task, content, receive, send

Tell = Callable[..., None]
"""Is told a kind of frame and its content."""

EVERY_S = 1.0
"""A search that finds nothing new says so as often as this."""

_settings = {"threads": 0}


# ── one task ──────────────────────────────────────────────────────────────────────────────────────────────────────


def solve(task: Task, stop: threading.Event, tell: Tell) -> Answer:
    """Minimise; ``stop`` ends the run softly. Raises MemoryError."""
    if task.solver != HIGHS:
        from optimizer.solver.backends import choice

        return choice.solve(task, stop, tell)
    try:
        solver = loaded(task)
        sound = _run(solver, task, stop, tell)
        for options in task.tries:
            if sound and (task.integer.any() or _decided(solver)):
                break
            if sound:
                solver.clearSolver()
                _set(solver, options)
            else:  # some options are read with the matrix
                solver = loaded(replace(task, options=task.options | options))
            sound = _run(solver, task, stop, tell)
        if not sound:
            raise RefusedError("HiGHS reports an error")
    except RefusedError as error:
        return Answer(refusal=str(error))
    trials = None if task.trial_columns is None else _tried(solver, task, stop)
    status, info = solver.getModelStatus(), solver.getInfo()
    if status == highspy.HighsModelStatus.kMemoryLimit:
        raise MemoryError
    there = _feasible(solver) or status == highspy.HighsModelStatus.kModelEmpty
    x = np.array(solver.getSolution().col_value) if there else None
    basis = solver.getBasis() if task.with_basis else None
    whole = bool(task.integer.any())
    priced = task.with_duals and not whole and status == highspy.HighsModelStatus.kOptimal
    return Answer(
        status.name.removeprefix("k"),
        x,
        info.objective_function_value,
        info.mip_dual_bound if whole else info.objective_function_value,
        None
        if basis is None or not basis.valid
        else np.array([each.value for each in (*basis.col_status, *basis.row_status)], dtype=np.int32),
        looked=info.mip_node_count > 0 or info.simplex_iteration_count > 0,
        trials=trials,
        duals=np.array(solver.getSolution().row_dual) if priced else None,
    )


def _tried(solver: highspy.Highs, task: Task, stop: threading.Event) -> np.ndarray[Any, np.dtype[np.float64]]:
    """The optimum of each trial, one from the basis of the other; nan once the time is up or it is stopped."""
    columns, values = task.trial_columns, task.trial_values
    assert columns is not None
    assert values is not None
    begun, found = time.monotonic(), np.full(values.size // columns.size, np.nan)
    statuses = highspy.HighsModelStatus
    solver.setOptionValue("time_limit", highspy.kHighsInf)
    for i, row in enumerate(values.reshape(-1, columns.size)):
        if stop.is_set() or time.monotonic() - begun > task.options["time_limit"]:
            break
        solver.changeColsBounds(columns.size, columns, row, row)
        solver.run()
        if solver.getModelStatus() not in (statuses.kOptimal, statuses.kInfeasible):
            solver.clearSolver()  # the basis of another may be a bad one
            solver.run()
        match solver.getModelStatus():
            case statuses.kOptimal:
                found[i] = solver.getInfo().objective_function_value
            case statuses.kInfeasible:
                found[i] = np.inf
    return found


def loaded(task: Task) -> highspy.Highs:
    """HiGHS with a programme, its options and its start. Raises RefusedError."""
    threads = task.options["threads"]
    if _settings["threads"] not in (0, threads):
        highspy.Highs.resetGlobalScheduler(True)
    _settings["threads"] = threads
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    _set(solver, {"output_flag": False, **task.options})
    status = solver.passModel(
        task.low.size,
        task.row_low.size,
        task.data.size,
        2,  # by rows
        1,  # minimise
        task.constant,  # the relative gap is measured on the whole value
        task.cost,
        task.low,
        task.high,
        task.row_low,
        task.row_high,
        task.starts,
        task.columns,
        task.data,
        task.integer,
    )
    if status == highspy.HighsStatus.kError:
        raise RefusedError("HiGHS refuses the matrix")
    if task.start is not None:
        solution = highspy.HighsSolution()
        solution.col_value = task.start.tolist()
        solver.setSolution(solution)
    return solver


def _set(solver: highspy.Highs, options: dict[str, Any]) -> None:
    for name, value in options.items():
        # an option that is refused would leave the run with another one, without a word
        if solver.setOptionValue(name, value) != highspy.HighsStatus.kOk:
            raise RefusedError(f"HiGHS refuses {name} = {value}")


def _run(solver: highspy.Highs, task: Task, stop: threading.Event, tell: Tell) -> bool:
    """Run; False if HiGHS reports an error.

    What goes wrong in a callback ends the run and is raised after it: HiGHS itself would go on, or report an error of
    its own (findings/highs-callback-raises.sh).
    """
    clock = time.monotonic if task.processor_s is None else time.process_time
    begun, last = clock(), {"at": 0.0, "incumbent": np.nan}
    latest = None if task.processor_s is None else begun + task.processor_s
    failed: list[Exception] = []

    def guarded(called: Callable[[Any], None]) -> Callable[[Any], None]:
        def call(event: Any) -> None:
            try:
                called(event)
            except Exception as error:
                failed.append(error)

        return call

    def halt(event: Any) -> None:
        if stop.is_set() or failed or (latest is not None and clock() > latest):
            event.data_in.user_interrupt = True

    def look(event: Any) -> None:
        halt(event)
        incumbent, bound = (
            each if abs(each) < 1e30 else np.nan
            for each in (event.data_out.mip_primal_bound, event.data_out.mip_dual_bound)
        )
        now = clock()
        if task.plan_s is not None and incumbent == incumbent and now - begun >= task.plan_s:
            event.data_in.user_interrupt = True
        if task.enough is not None and bound >= task.enough:
            event.data_in.user_interrupt = True
        if incumbent != last["incumbent"] or now - last["at"] > EVERY_S:
            last.update(at=now, incumbent=incumbent)
            tell("seen", incumbent=incumbent, bound=bound, nodes=max(0, event.data_out.mip_node_count))

    def keep(event: Any) -> None:
        tell("plan", x=np.array(event.data_out.mip_solution))

    solver.cbMipInterrupt += guarded(look)
    solver.cbSimplexInterrupt += guarded(halt)
    if latest is not None:
        solver.cbIpmInterrupt += guarded(halt)
    solver.cbMipImprovingSolution += guarded(keep)
    ended = solver.run()
    if failed:
        raise failed[0]
    return bool(ended != highspy.HighsStatus.kError or solver.getModelStatus() == highspy.HighsModelStatus.kMemoryLimit)


def _feasible(solver: highspy.Highs) -> bool:
    return bool(solver.getInfo().primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible)


def _decided(solver: highspy.Highs) -> bool:
    """HiGHS may end a linear programme that doubles cannot resolve without a verdict, or with a broken row."""
    status, statuses = solver.getModelStatus(), highspy.HighsModelStatus
    return status != statuses.kUnknown and (status != statuses.kOptimal or _feasible(solver))


# ── the process ───────────────────────────────────────────────────────────────────────────────────────────────────


def main() -> None:
    """Solve tasks until standard input ends; the argument is the limit of memory in bytes, 0 for none."""
    limit = _limit_memory(int(sys.argv[1]))
    tasks: SimpleQueue[Task] = SimpleQueue()
    stop = threading.Event()
    source, out = _private_streams()
    threading.Thread(target=_listen, args=(source, tasks, stop), daemon=True).start()
    one_at_a_time = threading.Lock()

    def tell(kind: str, **found: Any) -> None:
        with one_at_a_time:
            send(out, kind, **found)

    tell("ready", limit=limit)
    while True:
        task, begun = tasks.get(), time.process_time()
        try:
            answer = solve(task, stop, tell)
        except MemoryError:
            tell("memory")
        else:
            tell("answer", **content(replace(answer, processor_s=time.process_time() - begun)))


def _listen(source: IO[bytes], tasks: SimpleQueue[Task], stop: threading.Event) -> None:
    try:
        while True:
            kind, found = receive(source)
            if kind == "stop":
                stop.set()
            else:
                stop.clear()
                tasks.put(Task(**found))
    except EOFError:
        os._exit(0)
    except BaseException:  # out of memory, say: its owner reads of it in what is printed
        traceback.print_exc()
        os._exit(1)


def _private_streams() -> tuple[IO[bytes], IO[bytes]]:
    """Standard input and output for the frames alone: what else is printed, by HiGHS say, goes to standard error."""
    source, out = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    return source, out


def _limit_memory(wanted: int) -> int | None:
    """Let allocations beyond ``wanted`` bytes fail, or beyond a lower limit that there is already; the limit.

    Of data, not of addresses: the addresses that threads set aside are many times what they use.
    """
    try:
        import resource
    except ImportError:
        return None
    least, most = resource.getrlimit(resource.RLIMIT_DATA)
    stated = [each for each in (wanted, least) if each not in (0, resource.RLIM_INFINITY)]
    if not stated:
        return None
    try:
        resource.setrlimit(resource.RLIMIT_DATA, (min(stated), most))
    except (OSError, ValueError):
        return None
    return min(stated)


if __name__ == "__main__":
    main()
