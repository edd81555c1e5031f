"""For every rule of the levels a headline that it alone refuses: a summary with one thing changed.

The case that is changed is one of the audit's own, whose summary says that the plan is the proven best.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .build import Case, distances, restate
from .mutations import DOLLARS_100, mutation

CAPITAL = sum(amount * 1.1 ** -(t + 0.5) for t, amount in enumerate((80, 120, 120, 120)))
"""Discounted capital in the case of the equity: what a gap of its wacc is worth is a share of it."""

Edit = Callable[[dict[str, Any]], None]


def _headline(
    rule: str, title: str, edit: Edit, case: str = "equity", objectives: list[dict[str, Any]] | None = None
) -> None:
    """``edit`` changes the summary; ``objectives`` replace the objectives of the instance."""

    def change(c: Case) -> None:
        if objectives is not None:
            c.instance["objectives"] = objectives
        c.edits.append(edit)

    change.__name__ = title
    mutation(rule, case)(change)


def _level(index: int = 0, **entries: Any) -> Edit:
    return lambda summary: summary["objectives"][index].update(entries)


def _better_than_its_bound(summary: dict[str, Any]) -> None:
    """The level and the plan both stay where they are; the bound is 100 dollars above them."""
    summary["objectives"][0]["bound"] += DOLLARS_100


def _above_the_bound_of_a_maximum(summary: dict[str, Any]) -> None:
    summary["objectives"][0]["bound"] -= DOLLARS_100


def _gap(summary: dict[str, Any], musd: float, stated: float, status: str = "optimal") -> None:
    """A bound ``musd`` below the value; the gap is said to be ``stated`` in level and message."""
    level = summary["objectives"][0]
    share = musd / abs(level["value"] if level["base"] is None else level["base"])
    level |= {"bound": level["value"] - musd, "gap_musd": stated, "gap_share": share, "status": status}
    level |= {"plan_gap_musd": musd, "plan_gap_share": share}
    gaps = distances(summary["objectives"])
    summary["status"] = status
    summary["message"] = (
        f"optimal within {gaps}" if status == "optimal" else f"feasible, a limit was hit: within {gaps}"
    )


def _worse_than_the_plan_may_be(musd: float) -> Edit:
    """The level is said to have been solved ``musd`` lower, with a bound as low: the plan gives that up."""

    def edit(summary: dict[str, Any]) -> None:
        level = summary["objectives"][0]
        level |= {"value": level["value"] - musd, "bound": level["value"] - musd}
        restate(summary)

    return edit


def _asked_for(summary: dict[str, Any], gap_share: float) -> None:
    """A gap other than that of the instance."""
    summary["options"]["gap_share"] = gap_share
    summary["asked"] = {"gap_share": gap_share}


def _as_if_it_were_the_best(summary: dict[str, Any]) -> None:
    """The level was left for 3 million dollars, and the plan is said to be the best of it."""
    summary["objectives"][0] |= {"plan_gap_musd": 0.0, "plan_gap_share": 0.0}
    summary["message"] = f"optimal within {distances(summary['objectives'])}"


def _wacc_gap_of_nothing(summary: dict[str, Any]) -> None:
    """The bound is a hundredth of a point below the value, which is said to be worth nothing."""
    level = summary["objectives"][1]  # after the least capital
    level["bound"] = level["value"] - 1e-4
    level["gap_share"] = 1e-4 / abs(level["value"])
    _asked_for(summary, 1.0)
    restate(summary, CAPITAL)


_headline("level.bound", "better_than_its_bound", _better_than_its_bound)
_headline("level.bound", "above_a_maximum", _above_the_bound_of_a_maximum, objectives=[{"name": "terminal_cash"}])
_headline("level.gap", "gap_of_100_dollars_hidden", lambda s: _gap(s, 1e-4, 0.0))
_headline("level.gap", "gap_that_is_none", lambda s: _gap(s, 0.0, 2e-4))
_headline("level.gap", "share_that_is_none", _level(gap_share=1e-4))  # the message is about the plan
_headline("level.gap", "wacc_gap_of_nothing", _wacc_gap_of_nothing, objectives=[{"name": "wacc"}])
_headline("level.kept", "a_better_best_than_the_plan", _worse_than_the_plan_may_be(DOLLARS_100))
_headline(
    "level.kept",
    "more_than_its_slack",
    _worse_than_the_plan_may_be(3 + DOLLARS_100),
    objectives=[{"name": "net_present_cost", "slack_musd": 3}],
)
_headline("level.kept", "dilution_given_up", _worse_than_the_plan_may_be(1e-4), objectives=[{"name": "dilution"}])
_headline("level.plan", "another_value_of_the_plan", _level(plan_value=1.0))
_headline("level.plan", "shares_of_something_else", _level(base=10.0), objectives=[{"name": "peak_funding"}])
_headline(
    "level.plan",
    "a_distance_hidden",
    lambda s: _worse_than_the_plan_may_be(3)(s) or _as_if_it_were_the_best(s),
    objectives=[{"name": "net_present_cost", "slack_musd": 3}],
)
_headline("level.status", "optimal_beyond_the_gap", lambda s: _gap(s, 1.0, 1.0))
_headline(
    "level.status",
    "optimal_without_being_asked_for_less",
    lambda s: _asked_for(s, 0.0) or _gap(s, 0.01, 0.01),
)
_headline("level.message", "praise", lambda s: s.update(message="optimal"))
_headline("level.message", "gap_made_smaller", lambda s: s.update(message=s["message"].replace("$0.0 m", "$0.00 m")))
_headline("level.figures", "cheaper_in_the_summary", lambda s: s["metrics"].update(capital_raised=1.0))
_headline("level.figures", "a_figure_more", lambda s: s["metrics"].update(return_on_everything=1.0))
_headline("level.figures", "a_figure_less", lambda s: s["metrics"].pop("capital_raised") and None)
_headline("level.figures", "of_another_instance", lambda s: s.update(instance_hash="0" * 64))


@mutation("level.status", "equity")
def optimal_though_a_level_is_not(c: Case) -> None:
    def edit(summary: dict[str, Any]) -> None:
        summary["objectives"][0]["status"] = "feasible"

    c.edits.append(edit)
