"""The far end of the pool: a process of this machine that has the base and solves it with other figures.

It is started with a file that holds the base, and ordered changes::

    {"changes": {…}, "held": true, "seconds": 12.5}    →    {"kind": "found", "best": {…}, "held": {…}}
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from optimizer.explanation.tornado.solving import Base
from optimizer.solver.highs import Limits
from optimizer.workers.serving import Answer, Obey, serve


def prepared() -> Obey:
    """What solves a point; the argument of the process is the file of the base."""
    data = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    base, limits = Base.read(data["base"]), Limits(**data["limits"])

    def obey(order: Mapping[str, Any], answer: Answer) -> None:
        own = replace(limits, time_limit_s=min(limits.time_limit_s, order["seconds"]))
        best, held = base.changed(order["changes"], order["held"], own)
        answer("found", best=best.to_dict(), held=None if held is None else held.to_dict())

    return obey


if __name__ == "__main__":
    serve(prepared)
