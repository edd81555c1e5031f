"""What checks cases in a process of its own; its owner is `run.py`.

It is ordered a case and answers with its result, pickled, for both ends are this program in this version.
"""

from __future__ import annotations

import base64
import pickle
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from optimizer.known_optima.collect import Case
from optimizer.workers.serving import Answer, Obey, named, serve

CHECK = "optimizer.known_optima.solving:check_case"
"""What checks a case, as module:function, so that its name can travel."""


def case_data(case: Case) -> dict[str, Any]:
    """A case as plain data."""
    files = {"instance": case.instance, "sidecar": case.sidecar}
    paths = {key: None if file is None else str(file) for key, file in files.items()}
    return {"name": case.name, **paths, "outside": [str(file) for file in case.outside]}


def read_case(data: Mapping[str, Any]) -> Case:
    """The case of ``case_data``."""
    instance, sidecar = (None if data[key] is None else Path(data[key]) for key in ("instance", "sidecar"))
    return Case(data["name"], instance, sidecar, tuple(map(Path, data["outside"])))


def prepared() -> Obey:
    """What checks cases; the argument of the process is the name of the check."""
    check = named(sys.argv[1])

    def obey(order: Mapping[str, Any], answer: Answer) -> None:
        result = check(read_case(order["case"]), tuple(order["certify"]))
        answer("result", result=base64.b64encode(pickle.dumps(result)).decode())

    return obey


if __name__ == "__main__":
    serve(prepared)
