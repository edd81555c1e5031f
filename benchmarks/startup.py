"""Process time (user + system) of the light commands, median of several runs: `--help` and `validate`.

Bars: 0.3 s and 0.6 s. Not a gate: machines are shared and noisy.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from pathlib import Path

from benchmarks.measure import FLAGSHIP, ROOT, environment, process_seconds_since

RUNS = 9


def process_seconds(*arguments: str, where: Path = ROOT) -> float:
    """User and system time of one run of Python with the arguments, and the modules of the checkout in ``where``."""
    before = os.times()
    command = [sys.executable, *arguments]
    subprocess.run(command, capture_output=True, cwd=where, env=environment(where), check=True)
    return process_seconds_since(before)


def main() -> None:
    bare = [process_seconds("-c", "") for _ in range(RUNS)]
    print(f"python alone        {statistics.median(bare):.3f} s")
    for arguments in (("--help",), ("validate", FLAGSHIP), ("schema",)):
        seconds = statistics.median(process_seconds("-m", "optimizer.cli", *arguments) for _ in range(RUNS))
        ratio = seconds / statistics.median(bare)
        print(f"capstack {arguments[0]:<10} {seconds:.3f} s, {ratio:.1f} × python alone")


if __name__ == "__main__":
    main()
