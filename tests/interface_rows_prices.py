"""A row for each parameter of ``optimizer.prices``."""

from __future__ import annotations

import math

from optimizer.explanation.prices.asked import NotPricedError
from optimizer.instance.diagnostics import InstanceError
from optimizer.solving.run import NoPlanError

from .interface_calls import BASE, NOBODY, SHORT, UNCHECKED, UNCOVERED, Row

NAN, INF = math.nan, math.inf
OF_A_SHARE = SHORT.replace({"objectives": [{"name": "wacc"}]})
CASH = {"limits": ["opening.cash_musd"]}

PRICES: dict[str, Row] = {
    "prices.source": Row(
        lambda found: found.instance_hash,
        BASE,
        [
            (InstanceError, NOBODY, [UNCHECKED]),
            (InstanceError, "no such file", ["nowhere.yaml"]),
            (TypeError, "a path or a dict is expected", [3, None]),
            (
                NotPricedError,
                "wacc is a share: ask for another objective",
                [OF_A_SHARE],
            ),
            (NoPlanError, "prices start from a plan, and there is none", [UNCOVERED]),
        ],
    ),
    "prices.limits": Row(
        lambda found: [price.path for price in found.prices],
        CASH["limits"],
        [
            (TypeError, "limits should be a list of paths", ["opening.cash_musd", [3], 3]),
            (NotPricedError, "no limit that has a price; did you mean `opening.cash_musd`", [["opening.cash"]]),
        ],
    ),
    "prices.step": Row(
        lambda found: [price.step for price in found.prices],
        7.0,
        [(ValueError, "step should be a number above 0", [0, -1, NAN, INF, "1"])],
        also=CASH,
    ),
    "prices.most": Row(
        lambda found: len(found.prices),
        1,
        [(ValueError, "most should be a whole number above 0", [0, 1.5, "1", True])],
    ),
    "prices.objective": Row(
        lambda found: found.objective,
        "terminal_cash",
        [(ValueError, "objective should be one of cost_of_capital, ", ["cost", 3])],
    ),
    "prices.tighter": Row(
        lambda found: found.tighter, True, [(TypeError, "tighter should be true or false", ["no", 0])]
    ),
    "prices.gap": Row(
        lambda found: found.gap_share,
        0.5,
        [(ValueError, "gap should be a number from 0 to 1", [-1, 2, NAN, "1"])],
    ),
    "prices.time_limit": Row(
        lambda found: getattr(found, "complete", False),
        1e-9,
        [(ValueError, "time_limit should be a number above 0", [0, -1, NAN, INF, "1"])],
    ),
}
