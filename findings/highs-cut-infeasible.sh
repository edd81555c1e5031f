#!/usr/bin/env bash
# HiGHS 1.9.0 to 1.15.1: the cuts made of what presolve leaves cut off every plan of an integer programme that has some.
#
# Expected: Optimal, whatever presolve and cuts do.
# Seen: 23 rows, 27 columns, five integers, coefficients from 0.08 to 15, default options. The plan that is found without
# presolve (a value of -103.88) keeps every row to 1e-6 in fractions, and may be given as a start: without a start the
# status is Infeasible, with one that is worse (16 more) that start is Optimal, with its own value as dual bound, after
# one node. No row is narrow here. Without the aggregator (presolve_rule_off = 4096) it is right, and so is 1.16.0.
# Here: a verdict of infeasible, and one that the start is the best, is asked again without presolve; a bound that the
# plan beats, when its linear programme is solved, is none.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet highspy==1.15.1 numpy==2.4.6
cd "$folder"
cat > programme.py <<'PYTHON'
from fractions import Fraction

import highspy

INF = highspy.kHighsInf
# row: coefficients by column, least, most
ROWS = [
    ({0: -1, 4: 1}, 0, 0),
    ({1: -1, 4: -1, 5: 1}, 0, 0),
    ({2: -1, 5: -1, 6: 1}, 0, 0),
    ({7: -1, 8: 2, 9: 2}, 0, 0),
    ({8: -1, 10: 2}, 0, 0),
    ({10: -2, 11: 2}, 0, 0),
    ({9: -1, 12: 2}, 0, 0),
    ({12: -2, 13: 2}, 0, 0),
    ({6: -1.5, 10: 1.5}, -INF, 0),
    ({13: 0.38}, -INF, 0.31),
    ({10: -6.4, 14: 0.5}, -INF, 0),
    ({12: -6.4, 15: 0.5}, -INF, 0),
    ({16: 2, 18: -1.7}, -INF, 0),
    ({16: -2, 18: 0.62}, -INF, 0),
    ({24: 0.5, 25: 8}, 11, 11),
    ({25: -0.8, 26: 2}, -INF, 0),
    ({16: -15, 19: 0.5, 25: 0.5, 26: -1}, 16.3, 16.3),
    ({0: 3, 3: 12, 17: 4.4, 19: -0.515, 20: 1}, 6.9, 6.9),
    ({1: 9, 7: 0.67, 20: -1.03, 21: 1}, 0.62, 0.62),
    ({2: 9, 7: 1.6, 10: 0.53, 12: 0.53, 14: -1.4, 15: -1.37, 16: 5.8, 21: -1, 22: 2}, 6.3, 6.3),
    ({11: 0.33, 16: 2.9, 22: -1, 23: 0.12}, 3, 3),
    ({16: 0.22, 17: 0.13}, -INF, 0.087),
    ({16: 15, 19: -0.079, 20: -0.15, 21: -0.137, 22: -0.257}, -INF, -13.53),
]
MOST = {0: 1, 1: 1, 2: 1, 3: 3, 6: 2, 11: 3, 17: 4.7, 18: 1, 19: 550, 23: 5200, 24: 15}
INTEGERS = (0, 1, 2, 3, 18)


def loaded(**options):
    """Least -0.57 x23."""
    highs = highspy.Highs()
    highs.silent()
    for column in range(27):
        highs.addVar(-3.4 if column == 24 else 0.0, MOST.get(column, 100.0))
    highs.changeColCost(23, -0.57)
    for column in INTEGERS:
        highs.changeColIntegrality(column, highspy.HighsVarType.kInteger)
    for row, least, most in ROWS:
        highs.addRow(least, most, len(row), list(row), list(row.values()))
    highs.setOptionValue("threads", 1)
    for name, value in options.items():
        highs.setOptionValue(name, value)
    return highs


def run(highs):
    highs.run()
    found = highs.modelStatusToString(highs.getModelStatus()), highs.getInfo().objective_function_value
    print(*found)
    return found


without = loaded(presolve="off")
status, best = run(without)
assert status == "Optimal"
assert abs(best + 103.8806) < 1e-3
plan = without.getSolution().col_value
for row, least, most in ROWS:
    value = sum(Fraction(factor) * Fraction(plan[column]) for column, factor in row.items())
    assert least - 1e-6 <= value <= most + 1e-6
assert all(plan[column] == round(plan[column]) for column in INTEGERS)

assert run(loaded())[0] == "Infeasible"
assert run(loaded(presolve_rule_off=4096))[0] == "Optimal"
PYTHON
"$folder/venv/bin/python" programme.py
