#!/usr/bin/env bash
# highspy 1.16.0: what a callback raises is lost, and the run ends with the status of an error in the solver.
#
# Expected: an exception in a callback comes out of the run, as with 1.15.1.
# Seen: a knapsack of twelve, and a callback that raises a ValueError at the first improving solution. 1.15.1: the
# ValueError. 1.16.0: no exception, the status is "Solve error", and whoever reads the status believes that the solver
# failed.
# Here: callbacks keep what is raised in them, ask for an end, and it is raised after the run.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat >run.py <<'PYTHON'
import highspy

highs = highspy.Highs()
highs.silent()
highs.setOptionValue("presolve", "off")
items = [highs.addBinary() for _ in range(12)]
highs.addConstr(sum((3 + 7 * i % 11) * item for i, item in enumerate(items)) <= 20)


def fails(_event):
    raise ValueError("of ours")


highs.cbMipImprovingSolution += fails
try:
    highs.maximize(sum((5 + 3 * i % 7) * item for i, item in enumerate(items)))
    seen = highs.modelStatusToString(highs.getModelStatus())
except ValueError as error:
    seen = f"raised: {error}"
print(f"{highs.version()}: {seen}")
PYTHON
for version in 1.15.1 1.16.0; do
    python3 -m venv "$folder/$version"
    "$folder/$version/bin/pip" install --quiet "highspy==$version" numpy==2.4.6
    "$folder/$version/bin/python" run.py | tail -1 >>seen.txt
done
cat seen.txt
grep -qx "1.15.1: raised: of ours" seen.txt
grep -qx "1.16.0: Solve error" seen.txt
