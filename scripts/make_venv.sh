#!/bin/sh
# Make a virtual environment: make_venv.sh PYTHON FOLDER. On Debian and Ubuntu the module may be a package of its own.
set -eu
python=$1 folder=$2
if ! command -v "$python" >/dev/null 2>&1; then
  echo "capstack needs Python 3.11 or newer; $python was not found. Try: make PYTHON=/path/to/python3.11" >&2
  exit 2
fi
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
  echo "capstack needs Python 3.11 or newer, not $("$python" --version). Try: make PYTHON=python3.11" >&2
  exit 2
fi
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    apt-get update -qq && apt-get install -y -qq python3-venv
  else
    echo "Python's venv module is missing. Install it first: sudo apt-get install python3-venv" >&2
    exit 2
  fi
fi
"$python" -m venv "$folder"
