#!/usr/bin/env bash
# formualizer 0.13.0: a sum by several criteria at once is 0, without an error.
#
# Expected: SUMIFS, SUMIF and COUNTIF with several criteria give one result for each, and SUM or SUMPRODUCT around them
# adds these up, as spreadsheet programs have it: of a, b, c with 1, 2, 4 the sum over {"a","c"} is 5 (LibreOffice 7.4
# says so, too).
# Seen: 0.0 for a range of criteria and for a list in braces. One criterion is right, and a product of comparisons, too.
# Here: each SUMIFS in the workbook of a plan has one criterion a row of keys.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet formualizer==0.13.0 openpyxl==3.1.5
"$folder/venv/bin/python" - "$folder/book.xlsx" <<'PYTHON'
import sys

import formualizer
import openpyxl

FORMULAS = {  # formula: (as spreadsheets have it, as formualizer has it)
    '=SUMIFS(B1:B3,A1:A3,"a")': (1, 1),
    "=SUMPRODUCT(((A1:A3=A1)+(A1:A3=A3))*B1:B3)": (5, 5),
    '=SUM(SUMIFS(B1:B3,A1:A3,{"a","c"}))': (5, 0),
    '=SUMPRODUCT(SUMIFS(B1:B3,A1:A3,{"a","c"}))': (5, 0),
    "=SUMPRODUCT(SUMIFS(B1:B3,A1:A3,A1:A2))": (3, 0),
    "=SUMPRODUCT(SUMIF(A1:A3,A1:A2,B1:B3))": (3, 0),
    "=SUMPRODUCT(COUNTIF(A1:A3,A1:A2))": (2, 0),
}
book = openpyxl.Workbook()
sheet = book.active
sheet.title = "S"
for row, (name, value) in enumerate([("a", 1), ("b", 2), ("c", 4)], 1):
    sheet.cell(row, 1).value, sheet.cell(row, 2).value = name, value
for row, formula in enumerate(FORMULAS, 1):
    sheet.cell(row, 4).value = formula
book.save(sys.argv[1])

read = formualizer.load_workbook(sys.argv[1])
read.evaluate_all()
for row, (formula, (right, seen)) in enumerate(FORMULAS.items(), 1):
    found = read.get_value("S", row, 4)
    print(f"{formula}: {found} (spreadsheets: {right})")
    assert found == seen
PYTHON
