#!/usr/bin/env bash
# mpi-sppy 0.14.0: its SMPS reader does not find a vector of right-hand sides that is named RHS, without an error.
#
# Expected: the vector of the RHS section has whatever name its lines begin with; RHS is what most writers call it, and
# lines of a section are told from its head by what stands in front of them.
# Seen: a line that begins with the word RHS is taken for the head of the section once more, so that the name is None,
# and changes of right-hand sides in the stochastic file are then looked for among the columns. Any other name is found.
# Here: `write_smps` names the vector rhs.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet mpi-sppy==0.14.0 pyomo==6.10.1
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import sys
from pathlib import Path

from mpisppy.problem_io.smps_reader import get_rhs_name_from_mps

CORE = """NAME tiny
ROWS
 N cost
 G need
COLUMNS
 x cost 1.0
 x need 1.0
RHS
 {name} need 2.0
BOUNDS
 UP BND x 9.0
ENDATA
"""
for name, seen in {"RHS": None, "rhs": "rhs", "RHS1": "RHS1"}.items():
    path = Path(sys.argv[1]) / f"{name}.cor"
    path.write_text(CORE.format(name=name), encoding="ascii")
    found = get_rhs_name_from_mps(str(path))
    print(f"a vector named {name} is found as {found}")
    assert found == seen
PYTHON
