"""This checkout against another one of the project: the time of a solve and the size of the matrix, as ratios.

Usage: python -m benchmarks.edition OTHER [--quick] [--runs N] [--instance FILE …] [--gap SHARE] [--limit SECONDS].

OTHER is the folder of another checkout, or a revision, which is unpacked into a folder that is gone at the end. Every
instance is solved with all its levels: by OTHER from its own file, here from the same file, and here from the file of
this checkout. Each run is a process of its own with another seed, and the three take turns. A ratio is the median here
over the median of OTHER; above one this checkout is slower or larger. Beside them the light commands, by processor
time.
"""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from benchmarks.measure import FLAGSHIP, ROOT, Row, fresh_in, in_turn, keep, median_of, options, say
from benchmarks.startup import process_seconds

SIZE = ("rows", "columns", "nonzeros", "integers")
STAGES = ("import_s", "validate_s", "build_s", "compile_s")
SOLVED = ("seconds", "process_s", "audit_s", "write_s")
OBJECTIVE = "net_present_cost"
"""Every file has it, and the matrix is the same for all."""
THEIRS, SAME, OWN = "theirs", "the same file", "our file"
LIGHT = {"import": ("-c", "import optimizer"), "--help": ("-m", "optimizer.cli", "--help")}
REPEATED = 3
"""The light ones are run so many times as often: they differ by hundredths of a second."""


@contextmanager
def checkout(other: str) -> Iterator[Path]:
    """The folder of another checkout: as given, or what a revision holds. Raises ValueError where it is neither."""
    if Path(other).is_dir():
        yield Path(other).resolve()
        return
    with tempfile.TemporaryDirectory(prefix="capstack-") as folder:
        archive = Path(folder) / "checkout.tar"
        command = ["git", "archive", "--format=tar", f"--output={archive}", other]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8")
        if done.returncode:
            raise ValueError(f"{other} is neither a folder nor a revision: {done.stderr.strip()}")
        unpacked = Path(folder) / "checkout"
        with tarfile.open(archive) as held:
            held.extractall(unpacked, filter="data")
        yield unpacked


def measure(
    theirs: Path, instance: str, runs: int, gap: float | None, limit_s: float, threads: int, cap_s: float
) -> list[Row]:
    """A row for the same file and one for ours: medians of both checkouts, and their ratios. Sizes are of one run."""
    places = {THEIRS: (theirs, theirs), SAME: (ROOT, theirs), OWN: (ROOT, ROOT)}
    if not (theirs / instance).exists():
        return [{"instance": Path(instance).stem, "file": SAME, "skipped": "the other checkout has no such file"}]
    contenders: dict[str, Callable[[int], Row]] = {}
    for way, (program, files) in places.items():
        given = {"instance": str(files / instance), "gap": gap, "limit_s": limit_s, "threads": threads}
        contenders[way] = partial(_run, program, cap_s, given)
    answers = in_turn(contenders, runs)
    known = {way: _medians(mine) for way, mine in answers.items()}
    return [_against(Path(instance).stem, way, known[way], known[THEIRS]) for way in (SAME, OWN)]


def light(theirs: Path, runs: int) -> list[Row]:
    """Processor seconds of what should cost next to nothing, in turn; the flagship is that of each checkout."""
    commands = {**LIGHT, "validate": ("-m", "optimizer.cli", "validate", FLAGSHIP)}
    contenders: dict[str, Callable[[int], Row]] = {}
    for command, arguments in commands.items():
        for way, where in ((THEIRS, theirs), (OWN, ROOT)):
            contenders[f"{command}, {way}"] = partial(_light, where, arguments)
    answers = in_turn(contenders, REPEATED * runs)
    rows = []
    for command in commands:
        here, there = (median_of(answers[f"{command}, {way}"], "process_s") for way in (OWN, THEIRS))
        rows.append({"command": command, "process_s": here, "theirs_process_s": there, "ratio": _ratio(here, there)})
    return rows


def _run(program: Path, cap_s: float, given: Row, number: int) -> Row:
    """Both halves of a run: the stages up to the compiled matrix, then the solve with audit and writing."""
    built = fresh_in(
        program,
        "benchmarks.stages:built",
        cap_s,
        instance=given["instance"],
        objective=OBJECTIVE,
        root_limit_s=0.0,
    )
    if "skipped" in built:
        return built
    solved = fresh_in(program, "benchmarks.stages:solved", cap_s, **given, objectives=None, seed=number)
    if "skipped" in solved:
        return solved
    if "hand_over_s" in built:  # the name that it has in the first edition
        built["compile_s"] = built["hand_over_s"]
    sizes = {key: built[key] for key in (*SIZE, *STAGES)}
    kept = {key: solved[key] for key in (*SOLVED, "status", "audit_passed")}
    return {**sizes, **kept, "gaps": [level["gap_share"] for level in solved["levels"]]}


def _light(where: Path, arguments: tuple[str, ...], number: int) -> Row:
    return {"process_s": process_seconds(*arguments, where=where)}


def _medians(answers: Sequence[Row]) -> Row:
    good = [answer for answer in answers if "skipped" not in answer]
    if not good:
        return dict(answers[-1])
    facts: Row = {key: good[-1][key] for key in SIZE}
    facts["optimal"] = sum(answer["status"] == "optimal" and answer["audit_passed"] for answer in good)
    gaps = [gap for answer in good for gap in answer["gaps"] if gap is not None]
    return {**facts, **{key: median_of(good, key) for key in (*STAGES, *SOLVED)}, "gap": max(gaps), "runs": len(good)}


def _against(instance: str, file: str, here: Row, there: Row) -> Row:
    about = {"instance": instance, "file": file}
    for found in (there, here):
        if "skipped" in found:
            return {**about, "skipped": found["skipped"]}
    ratios = {f"{key}_ratio": _ratio(here[key], there[key]) for key in (*SIZE, *STAGES, *SOLVED)}
    return {**about, **here, **{f"theirs_{key}": value for key, value in there.items()}, **ratios}


def _ratio(here: float | None, there: float | None) -> float | None:
    return here / there if here is not None and there else None


def said(rows: Sequence[Row]) -> Iterator[str]:
    """A line for each row: its ratios alone, which are of no machine."""
    for row in rows:
        head = row["command"] if "command" in row else f"{row['instance']}, {row['file']}"
        if "skipped" in row:
            yield f"{head}: {row['skipped']}"
            continue
        ratios = {key.removesuffix("_ratio"): row[key] for key in row if key.endswith("ratio") and row[key]}
        yield f"{head}: " + ", ".join(f"{key.removesuffix('_s')} {value:.2f}" for key, value in ratios.items())


def main() -> int:
    parser = options(__doc__, cap=400.0)
    parser.add_argument("other", help="folder of another checkout, or a revision")
    parser.add_argument("--instance", action="append", help="the instances [the flagship]; can be given again")
    parser.add_argument("--gap", type=float, default=None, help="relative gap of every level [that of the file]")
    parser.add_argument("--limit", type=float, default=None, help="most seconds of a solve [150, quick: 60]")
    parser.add_argument("--threads", type=int, default=1, help="threads of a search")
    arguments = parser.parse_args()
    quick = arguments.quick
    limit_s = arguments.limit or (60.0 if quick else 150.0)
    rows: list[Row] = []
    try:
        with checkout(arguments.other) as theirs:
            for instance in arguments.instance or [FLAGSHIP]:
                say(instance)
                rows += measure(
                    theirs, instance, arguments.runs, arguments.gap, limit_s, arguments.threads, arguments.cap
                )
            rows += light(theirs, arguments.runs)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    keep(arguments.out, "edition", rows, quick=quick, runs=arguments.runs, threads=arguments.threads)
    for line in said(rows):
        say(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
