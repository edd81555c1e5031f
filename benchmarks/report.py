"""Write the tables and the chart of docs/performance.md from a file of results.

Usage: python -m benchmarks.report results/benchmarks.json [--page docs/performance.md]. A table stands between the
lines ``<!-- NAME -->`` and ``<!-- /NAME -->``, and is replaced; what stands elsewhere on the page is left as it is.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks import tables
from benchmarks.chart import chart
from benchmarks.measure import ROOT, Row
from scripts.pages import filled

SECTIONS: dict[str, Callable[[Row], str]] = {
    "template": tables.template,
    "stages": tables.stages,
    "solves": tables.solves,
    "flagship": tables.flagship,
    "bars": tables.bars,
    "compile": tables.compile,
    "gap": tables.gap,
    "sweep": tables.sweep,
    "edition": tables.edition,
}
CHART = "performance.svg"


def page_with(page: str, results: Row) -> str:
    """The page with the tables of the sections that ``results`` has. Raises ValueError where a place is missing."""
    return filled(page, {name: f"\n{tables.about(part)}\n\n{SECTIONS[name](part)}\n" for name, part in results.items()})


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("results", type=Path)
    parser.add_argument("--page", type=Path, default=ROOT / "docs" / "performance.md")
    arguments = parser.parse_args()
    results = json.loads(arguments.results.read_text(encoding="utf-8"))
    try:
        written = page_with(arguments.page.read_text(encoding="utf-8"), results)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    arguments.page.write_text(written, encoding="utf-8")
    print(f"wrote {arguments.page}")
    if "compile" in results:
        (arguments.page.parent / CHART).write_text(chart(results["compile"]["rows"]), encoding="utf-8")
        print(f"wrote {arguments.page.parent / CHART}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
