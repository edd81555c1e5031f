"""Trees of scenarios of the flagship: processor seconds to a gap, and beside that of its scenarios apart.

``python -m benchmarks.trees [CASE...]`` solves each case in a process of its own and prints a row for it. What counts
is the processor's time of the process and all that it started: the machine may have other work. Searches are bounded by
the wall all the same, so the limit is twice that of the bar; a bar of s seconds on two cores is 2·s processor seconds.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

INSTANCES = Path(__file__).resolve().parents[1] / "instances"
CORES = 2
LEVEL = "cost_of_capital"
"""The first level of the flagship, of which the gaps are; later ones are left out on both sides."""
BASE = INSTANCES / "anthropic-50b.yaml"
APART = ("3", "9")
"""Cases whose scenarios are solved apart as well."""
PRICES = [f"markets.{name}.revenue_usd_per_h100e_hour" for name in ("api", "enterprise", "platform")]
ROUND = {
    "new": True,
    "min_musd": 3000,
    "max_musd": 12000,
    "first_raise": 2029,
    "last_raise": 2033,
    "flotation_share": 0.04,
    "flotation_fixed_musd": 10,
    "pre_money_musd": 30000,
}
THREE_STAGES = {
    "power": {
        "from": 2028,
        "cases": {
            "power-late": {"probability": 0.3, "factor": {"regions.texas.power_limit_mw": 0.92}},
            "power-on-time": {"probability": 0.5},
            "more-power": {"probability": 0.2, "factor": {"regions.texas.power_limit_mw": 1.1}},
        },
    },
    "price": {
        "from": 2029,
        "cases": {
            "price-war": {
                "probability": 0.3,
                "factor": dict.fromkeys(PRICES, 0.85),
                "set": {"equity": {"rounds": {"series-h": ROUND}}},
            },
            "price-as-planned": {"probability": 0.5},
            "price-firm": {"probability": 0.2, "factor": dict.fromkeys(PRICES, 1.15)},
        },
    },
}
"""Factors of the largest tree, which are those that the shipped one had first."""
DEMAND = {
    "from": 2030,
    "cases": {
        "demand-low": {
            "probability": 0.3,
            "factor": {"markets.api.demand_h100e": 0.9, "markets.enterprise.demand_h100e": 0.9},
        },
        "demand-mid": {"probability": 0.4},
        "demand-high": {
            "probability": 0.3,
            "factor": {"markets.api.demand_h100e": 1.01, "markets.enterprise.demand_h100e": 1.01},
        },
    },
}
RESCUE = {"max_musd": 10000, "price_share": 0.5}
PATHS = {
    "from": 2028,
    "draws": 1000,
    "keep": 100,
    "seed": 1,
    "figures": {
        "markets.api.revenue_usd_per_h100e_hour": {"process": "lognormal", "volatility_per_year": 0.1},
        "markets.enterprise.revenue_usd_per_h100e_hour": {"process": "lognormal", "volatility_per_year": 0.1},
    },
    "correlations": [
        {
            "between": ["markets.api.revenue_usd_per_h100e_hour", "markets.enterprise.revenue_usd_per_h100e_hour"],
            "value": 0.8,
        }
    ],
}


@dataclass(frozen=True)
class Case:
    """A tree over the flagship, the gap that is asked of it and the seconds that it may take on two idle cores."""

    gap: float
    bar_s: float
    parts: dict[str, Any] = field(default_factory=dict)


def cases() -> dict[str, Case]:
    """The cases by name; factors and rescue of the first are those of the shipped tree."""
    with open(INSTANCES / "power-and-price.tree.yaml", encoding="utf-8") as stream:
        file = yaml.safe_load(stream)
    factors, rescue = file["factors"], file["rescue"]
    return {
        "3": Case(0.005, 60.0, {"factors": {"power": factors["power"]}, "rescue": rescue}),
        "9": Case(0.01, 200.0, {"factors": factors, "rescue": rescue}),
        "27": Case(0.05, 600.0, {"factors": {**THREE_STAGES, "demand": DEMAND}, "rescue": RESCUE}),
        "100": Case(0.05, 600.0, {"paths": PATHS, "rescue": RESCUE}),
    }


PR_SET_CHILD_SUBREAPER = 36


def spent(arguments: list[str]) -> tuple[float, float, dict[str, Any]]:
    """Processor seconds of a process and all below it, seconds of the wall, and the row that it prints.

    What its own children leave behind comes to this process, which waits for it: so nothing is left out.
    """
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    command = [sys.executable, "-m", "benchmarks.trees", *arguments]
    done = subprocess.run(command, check=True, capture_output=True, encoding="utf-8")
    wall = time.monotonic() - begun
    with suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return used, wall, json.loads(done.stdout.splitlines()[-1])


def together(name: str) -> dict[str, Any]:
    """A case solved as a tree."""
    import optimizer

    case = cases()[name]
    found = optimizer.solve_tree(
        BASE, **case.parts, objectives=[LEVEL], gap=case.gap, time_limit=2.0 * case.bar_s, jobs=CORES
    )
    data = found.to_dict()
    (first, *_), how = data["levels"], data["search"]
    return {"gap": first["gap_share"], "value": first["value"], "bound": first["bound"], "first_s": how["seconds"]}


def apart(name: str) -> dict[str, Any]:
    """The scenarios of a case, each by itself, by the first level alone and with one thread, as the tree asks."""
    import optimizer
    from optimizer.uncertainty.reading import tree_from

    case = cases()[name]
    gaps = []
    for leaf in tree_from(BASE, **case.parts).leaves:
        plan = optimizer.solve(leaf.instance, gap=case.gap, time_limit=case.bar_s, threads=1, objectives=[LEVEL])
        gaps.append(plan.summary["levels"][0]["gap_share"])
    return {"widest gap": max(gaps)}


def measured(name: str) -> dict[str, Any]:
    """A case: processor seconds, seconds of the wall, the gap, and what its scenarios take apart."""
    case = cases()[name]
    used, wall, row = spent(["--together", name])
    found = {"case": name, "gap asked": case.gap, **row, "processor s": used, "wall s": wall}
    found["bar, processor s"] = CORES * case.bar_s
    if name in APART:
        alone, _, row = spent(["--apart", name])
        found |= {"apart, processor s": alone, "ratio": used / alone, **row}
    return found


def main(arguments: list[str]) -> None:
    """Every case in a process of its own."""
    kinds = {"--together": together, "--apart": apart}
    if arguments and arguments[0] in kinds:
        print(json.dumps(kinds[arguments[0]](arguments[1])))
        return
    for name in arguments or list(cases()):
        print(json.dumps(measured(name)), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
