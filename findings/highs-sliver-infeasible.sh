#!/usr/bin/env bash
# HiGHS 1.15.1: presolve calls an integer programme infeasible that has a plan, or a plan the best that is not.
#
# Expected: mip_feasibility_tolerance says by how much an integer may be off; where a row leaves a continuous column
# less room than that, the programme may be decided with or without this room, but it has the plans without.
# Seen: z0 = x0 + x1, z1 <= z0, 5 z0 + 12 z1 >= 17 - 1e-6, x0 and x1 binary at costs of 2 and 1, z0 and z1 at most 1.
# Both (1, 0, 1, 1) and (0, 1, 1, 1) keep every row exactly, the second at a cost of 1. At a tolerance of 1e-7 the status
# is Infeasible, and at 1e-9 too; given the first as a start, it is Optimal at a cost of 2, with a dual bound of minus
# infinity. With presolve off, or at the default of 1e-6, it is 1.
# Here: a level is held to a dollar, which is such a row. What is called infeasible, or optimal without a bound, is asked
# again without presolve, and what a plan beats is no bound.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet highspy==1.15.1 numpy==2.4.6
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import math

import highspy


def solved(start, **options):
    highs = highspy.Highs()
    highs.silent()
    x = [highs.addBinary(obj=2.0), highs.addBinary(obj=1.0)]
    z = [highs.addVariable(0.0, 1.0) for _ in range(2)]
    highs.addConstr(z[0] - x[0] - x[1] == 0)
    highs.addConstr(z[1] <= z[0])
    highs.addConstr(5 * z[0] + 12 * z[1] >= 17 - 1e-6)
    for name, value in options.items():
        highs.setOptionValue(name, value)
    if start:
        plan = highspy.HighsSolution()
        plan.col_value = [1.0, 0.0, 1.0, 1.0]
        highs.setSolution(plan)
    highs.run()
    info = highs.getInfo()
    found = highs.modelStatusToString(highs.getModelStatus()), info.objective_function_value, info.mip_dual_bound
    print(options, "with a start" if start else "without", *found)
    return found


for tolerance in (1e-7, 1e-9):
    assert solved(False, mip_feasibility_tolerance=tolerance)[0] == "Infeasible"
assert solved(True, mip_feasibility_tolerance=1e-7) == ("Optimal", 2.0, -math.inf)
for options in ({}, {"mip_feasibility_tolerance": 1e-7, "presolve": "off"}):
    assert solved(False, **options)[:2] == ("Optimal", 1.0)
PYTHON
