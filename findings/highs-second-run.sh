#!/usr/bin/env bash
# HiGHS 1.15.1: the time limit of a linear programme counts all that its object ran before; that of a MIP does not.
#
# Expected: time_limit is the time of a run, or, if it is one for the whole life of an object, then for every class.
# Seen: a linear programme is solved in t seconds; once more after clearSolver(), under a limit of 1.1 t, it ends
# with kTimeLimit after 0.1 t. A MIP is solved again and again under a limit that its runs together are long past.
# getRunTime() adds up for both.
# Here: an object of HiGHS is loaded for one search. Where a linear programme is tried again with other tolerances
# (SECOND_TRIES), that is meant to be within the time of the first try.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet highspy==1.15.1 numpy==2.4.6
"$folder/venv/bin/python" - <<'PYTHON'
import highspy
import numpy as np


def problem(rows, columns, whole):
    """Columns worth 1 to 2, each up to 10, that share the room of the rows."""
    chance = np.random.default_rng(1)
    highs = highspy.Highs()
    highs.silent()
    highs.setOptionValue("threads", 1)
    kind = highspy.HighsVarType.kInteger if whole else highspy.HighsVarType.kContinuous
    for worth in chance.uniform(1, 2, columns):
        highs.addVariable(lb=0, ub=10, obj=-float(worth), type=kind)
    for _ in range(rows):
        used = chance.choice(columns, columns // 20, replace=False).astype(np.int32)
        highs.addRow(-highspy.kHighsInf, float(chance.uniform(5, 20)), used.size, used, chance.uniform(0.1, 1, used.size))
    return highs


def solved(highs):
    """Run from nothing."""
    highs.clearSolver()
    highs.run()
    return highs.getModelStatus()


optimal, out_of_time = highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kTimeLimit

linear = problem(400, 600, whole=False)
assert solved(linear) == optimal
first = linear.getRunTime()
limit = 1.1 * first
linear.setOptionValue("time_limit", limit)
assert solved(linear) == out_of_time
print(f"linear: {first:.2f} s; again, under a limit of {limit:.2f} s: {out_of_time.name} at {linear.getRunTime():.2f} s")

whole = problem(15, 40, whole=True)
assert solved(whole) == optimal
first = whole.getRunTime()
limit = 3.0 * first + 0.5  # much more than any one run
whole.setOptionValue("time_limit", limit)
runs = 1
while whole.getRunTime() < 2.0 * limit:
    assert solved(whole) == optimal
    runs += 1
print(f"whole: {runs} runs, all optimal under a limit of {limit:.2f} s, in {whole.getRunTime():.2f} s together")
PYTHON
