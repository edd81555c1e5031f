"""Process time (user + system) of the light commands, median of several runs: `--help` and `validate`.

Bars: 0.3 s and 0.6 s. Not a gate: machines are shared and noisy.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RUNS = 9


def process_seconds(*arguments: str) -> float:
    """User and system time of one run of the command."""
    before = os.times()
    subprocess.run([sys.executable, "-m", "optimizer.cli", *arguments], capture_output=True, cwd=ROOT, check=True)
    after = os.times()
    return after.children_user - before.children_user + after.children_system - before.children_system


def main() -> None:
    flagship = "instances/anthropic-50b.yaml"
    bare = [_python() for _ in range(RUNS)]
    print(f"python alone        {statistics.median(bare):.3f} s")
    for arguments in (("--help",), ("validate", flagship), ("schema",)):
        seconds = statistics.median(process_seconds(*arguments) for _ in range(RUNS))
        ratio = seconds / statistics.median(bare)
        print(f"capstack {arguments[0]:<10} {seconds:.3f} s, {ratio:.1f} × python alone")


def _python() -> float:
    before = os.times()
    subprocess.run([sys.executable, "-c", ""], check=True)
    after = os.times()
    return after.children_user - before.children_user + after.children_system - before.children_system


if __name__ == "__main__":
    main()
