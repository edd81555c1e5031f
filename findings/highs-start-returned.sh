#!/usr/bin/env bash
# HiGHS 1.16.0: Optimal, with the value of the optimum, and the plan that it was given instead of the optimum.
#
# Expected: getSolution() is the plan whose value getInfo() gives.
# Seen: two lots of 5 to 60 units, or none, and a column y of at most 700 in no row; the most y is 700. Given a start
# with y = 141.56, the status is Optimal, objective_function_value and mip_dual_bound are 700, and getSolution() still
# has y = 141.56: presolve takes the start into its own space, where y is 700 already, and that plan is not carried back.
# 1.15.1 gives y = 700, and so does 1.16.0 without a start, or without presolve.
# Here: values are computed from the plan, and a plan that is farther from the bound of a search than the gap allows is
# searched for again without presolve, or not called optimal.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet highspy==1.16.0 numpy==2.4.6
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import highspy


def solved(start, **options):
    highs = highspy.Highs()
    highs.silent()
    units = [highs.addVariable(0.0, 60.0) for _ in range(2)]
    held = [highs.addVariable(0.0, 60.0) for _ in range(2)]
    ordered = [highs.addBinary() for _ in range(2)]
    y = highs.addVariable(0.0, 700.0, obj=-1.0)
    highs.addConstr(held[0] - units[0] == 0)
    highs.addConstr(held[1] - held[0] - units[1] == 0)
    for number, any_of_it in zip(units, ordered):
        highs.addConstr(number - 60 * any_of_it <= 0)
        highs.addConstr(5 * any_of_it - number <= 0)
    for name, value in options.items():
        highs.setOptionValue(name, value)
    if start:
        plan = highspy.HighsSolution()
        plan.col_value = [0.0] * 6 + [141.56]
        highs.setSolution(plan)
    highs.run()
    found = highs.modelStatusToString(highs.getModelStatus()), highs.getInfo().objective_function_value
    print(options, *found, highs.getSolution().col_value[y.index])
    return *found, highs.getSolution().col_value[y.index]


assert solved(True) == ("Optimal", -700.0, 141.56)
assert solved(True, presolve="off") == ("Optimal", -700.0, 700.0)
assert solved(False) == ("Optimal", -700.0, 700.0)
PYTHON
