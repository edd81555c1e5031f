#!/usr/bin/env bash
# HiGHS 1.15.1: a row without limits does not survive a file, neither as MPS nor as LP.
#
# Expected: a model that is written and read again has the same rows, so that row i is still row i.
# Seen: in MPS the row is written (as a second N row, with its coefficients) and left out on reading, without a word;
# in LP it is not even written. All later rows move up by one: duals that are taken by number belong to other rows.
# Here: `capstack export` leaves such rows out itself, so that what is read back is the same to the bit.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet highspy==1.15.1 numpy==2.4.6
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
from pathlib import Path

import highspy
import numpy as np

INFINITE = highspy.kHighsInf


def quiet():
    highs = highspy.Highs()
    highs.silent()
    return highs


def rows(highs):
    return [highs.getRowName(i)[1] for i in range(highs.getNumRow())]


model = quiet()
for cost in (1.0, 2.0):
    model.addVariable(lb=0, ub=10, obj=cost)
both = np.array([0, 1], dtype=np.int32)
for i, (name, low) in enumerate((("total", -INFINITE), ("need", 3.0))):
    model.addRow(low, INFINITE, 2, both, np.ones(2))
    model.passRowName(i, name)
for i, name in enumerate(("a", "b")):
    model.passColName(i, name)
assert rows(model) == ["total", "need"]

for file, written in (("model.mps", True), ("model.lp", False)):
    assert model.writeModel(file) == highspy.HighsStatus.kOk
    assert ("total" in Path(file).read_text(encoding="utf-8")) is written
    back = quiet()
    assert back.readModel(file) == highspy.HighsStatus.kOk
    print(file, "rows before", rows(model), "and after", rows(back))
    assert rows(back) == ["need"]
PYTHON
