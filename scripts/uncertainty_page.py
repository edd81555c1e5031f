"""The worked story of docs/uncertainty.md, from a solve of the shipped tree; ``python -m scripts.uncertainty_page``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import optimizer
from optimizer.report.numbers import money, percent
from optimizer.report.tree import tree_words
from scripts.pages import fill

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "uncertainty.md"
TREE = "instances/trees/build-or-wait.tree.yaml"


def blocks() -> dict[str, str]:
    """The blocks of the page by name."""
    found = optimizer.solve_tree(ROOT / TREE, waiting=["campus"])
    data, tables = found.to_dict(), found.tables
    printed = tree_words(data).rstrip()
    shown = f"```console\n$ capstack solve {TREE} --waiting campus\n{printed}\n```"
    scenarios = {str(row["scenario"]): row for row in tables["scenarios"].records()}
    worth = {str(row["figure"]): row for row in tables["worth"].records()}
    (units,) = [row for row in tables["committed"].records() if row["table"] == "orders"]
    (later,) = [row for row in tables["beside_forecast"].records() if row["difference"] != 0.0]
    (campus,) = tables["waiting"].records()

    def earned(figure: str) -> str:
        return money(-number(worth[figure]["high"]))

    chance = {name: percent(number(row["probability"]), 0) for name, row in scenarios.items()}
    regret = {name: money(number(row["regret_high"])) for name, row in scenarios.items()}
    ordered, cost = f"{number(units['amount']):,.0f}", money(number(units["musd"]))
    second = found.decisions["boom"]["phase_starts"][0]["period"]
    more, vss, evpi = (
        f"{-number(later['difference']):,.0f}",
        *(money(number(worth[n]["high"])) for n in ("vss", "evpi")),
    )
    left, begun = money(-number(campus["later_high"])), money(-number(campus["waiting_high"]))
    alone = optimizer.solve(found.tree.leaves[0].instance).decisions["phase_starts"][1]["period"]
    paragraphs = [
        [
            f"Now the first hall is started and {ordered} units are ordered, for {cost} with what is bought along.",
            f"The second hall waits: it is started in {second}, and only in the boom ({chance['boom']}).",
            f"In the slump ({chance['slump']}) nothing more is ordered.",
        ],
        [
            f"The plan for one forecast, the mean of all three, starts the same hall and orders {more} units more in",
            f"{later['period']}, a year before anything is known. Followed in all three scenarios it earns",
            f"{earned('forecast_plan')} in expectation. The tree earns {earned('tree')}, and is {vss} better: that is",
            "VSS, what it is worth to leave those units until it is known who wants them.",
        ],
        [
            f"Who knew today would earn {earned('known_today')}, {evpi} more (EVPI): with the second hall in {alone}",
            f"in the boom, where the tree is {regret['boom']} behind, and with none in the slump, where it is",
            f"{regret['slump']} behind. A study that costs more than EVPI is not worth its price, whatever it finds.",
        ],
        [
            f"Not to begin at all before it is known would earn {left}. To begin now is worth {begun}, and no more:",
            "what the two dear years bring is nearly lost in the slump.",
        ],
    ]
    sentences = [" ".join(lines) for lines in paragraphs]
    return {"story": "\n" + shown + "\n\n" + "\n\n".join(sentences) + "\n"}


def number(cell: Any) -> float:
    """A cell that has to be a number."""
    return float(cell)


if __name__ == "__main__":
    fill(PAGE, blocks())
