"""What is wanted of speed, a row each, and whether it is there.

Usage: python -m benchmarks.bars [NAME …] [--quick] [--seeds N] [--stretch TIMES] [--out FILE]. Without a name all rows
are measured; a row that is measured takes the place of its last one in the file of results.

What counts is the processor seconds of all processes of a run: a bar of 300 s on two cores is one of 600. The limits of
time of a search pass by the clock, and are ``stretch`` times as long on a machine that does other things beside.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks import bars_build, bars_families, bars_search
from benchmarks.bars_search import LOTS, MONTHLY, QUARTERLY, SITES, WHOLE, Ask
from benchmarks.measure import Row, keep, options, say

SECTION = "bars"


@dataclass(frozen=True)
class Bar:
    """A row: what is done, what is wanted of it, and what measures it."""

    about: str
    wanted: str
    run: Callable[[Ask], Row]


BARS: Mapping[str, Bar] = {
    "quarterly": Bar(
        "the quarterly programme, both objectives to 1 %, five seeds",
        "600 processor s each, a first plan in 60",
        lambda ask: bars_search.searches(QUARTERLY, ask),
    ),
    "quarterly-half": Bar(
        "the same to 0.5 %, three seeds",
        "1,800 processor s each",
        lambda ask: bars_search.searches(WHOLE, ask),
    ),
    "lots": Bar(
        "24 quarters, three sites, three offers in lots, cost of capital to 1 %, three seeds",
        "240 processor s each, a first plan in 40",
        lambda ask: bars_search.searches(LOTS, ask),
    ),
    "monthly": Bar(
        "ten years by month, 20 sites, ten offers, cost of capital to 2 %",
        "600 processor s, a first plan in 120",
        lambda ask: bars_search.searches(MONTHLY, ask),
    ),
    "sites": Bar(
        "200 sites by year, cost of capital to 0.5 %",
        "240 processor s, a first plan in 60",
        lambda ask: bars_search.searches(SITES, ask),
    ),
    "flagship": Bar(
        "the flagship, both levels to 0.01 %, reductions on and off in turn, three seeds",
        "on / off at most 0.5",
        bars_search.flagship,
    ),
    "mixes": Bar(
        "the 24 runs of financing-mixes to 0.5 %, reductions on and off in turn",
        "on / off at most 0.35",
        bars_families.mixes,
    ),
    "shares": Bar(
        "21 debt shares of the flagship to 0.1 %, against one cold solve",
        "at most 2.5 cold solves",
        bars_families.shares,
    ),
    "hand-over": Bar(
        "from an instance of a million columns into HiGHS, against raw arrays and linopy",
        "at most 3 × raw arrays, less time and memory than linopy",
        bars_build.hand_over,
    ),
    "start-up": Bar("`capstack --help` and `capstack validate`", "0.3 s and 0.6 s", bars_build.start_up),
    "same": Bar(
        "the quarterly programme twice with one seed and two threads, to a wide gap",
        "the same plan",
        bars_search.same,
    ),
    "gurobi": Bar(
        "the quarterly programme against Gurobi on its matrix", "at most 5 times its time", bars_search.gurobi
    ),
}


def measured(name: str, ask: Ask) -> Row:
    """The row of a bar: ``measured`` in words, ``reached`` (None: not to be told), and the figures behind them."""
    bar = BARS[name]
    say(f"{name}: {bar.about}")
    return {"bar": name, "about": bar.about, "wanted": bar.wanted, **bar.run(ask)}


def merged(path: Path, row: Row) -> list[Row]:
    """The rows that are kept, with this one in its place; in the order of ``BARS``."""
    kept = json.loads(path.read_text(encoding="utf-8")).get(SECTION, {}).get("rows", []) if path.exists() else []
    by_name = {each["bar"]: each for each in kept if each.get("bar") in BARS} | {row["bar"]: row}
    return [by_name[name] for name in BARS if name in by_name]


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"any of {', '.join(BARS)}")
    parser.add_argument("--seeds", type=int, default=None, help="seeds of a row [its own number]")
    parser.add_argument("--stretch", type=float, default=1.0, help="limits by the clock are so many times as long")
    arguments = parser.parse_args()
    if unknown := [name for name in arguments.names if name not in BARS]:
        parser.error(f"no bar is called {', '.join(unknown)}")
    ask = Ask(arguments.quick, arguments.seeds, arguments.stretch)
    for name in arguments.names or BARS:
        row = measured(name, ask)
        say(f"  {row['measured']}")
        keep(arguments.out, SECTION, merged(arguments.out, row), quick=arguments.quick)


if __name__ == "__main__":
    main()
