"""Options, caps and second opinions that do not belong to the plan: a summary with one thing changed."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from .build import Case, restate
from .cases import CASES
from .mutations import DOLLARS_100, MUTATIONS, mutation

__all__ = ["MUTATIONS", "capped", "certified", "certified_with_slack"]

Edit = Callable[[dict[str, Any]], Any]


def _changed(rule: str, title: str, edit: Edit, before: Edit | None = None) -> None:
    """The headline of the case ``equity``, with ``before`` done to it as it may be, and ``edit`` as it may not."""

    def change(c: Case) -> None:
        c.edits += [edit] if before is None else [before, edit]

    change.__name__ = title
    mutation(rule, "equity")(change)


# ── options ───────────────────────────────────────────────────────────────────────────────────────────────────────

for _name, _value in {"gap_share": 1e-5, "time_limit_s": 1e5, "threads": 64, "seed": 7, "gap_musd": 1.0}.items():
    _changed("level.options", f"another_{_name}", lambda s, n=_name, v=_value: s["options"].update({n: v}))
_changed("level.options", "asked_for_and_not_done", lambda s: s.update(asked={"threads": 5}))
_changed("level.options", "an_option_more", lambda s: s["options"].update(effort=1))
_changed("level.options", "a_solver_nobody_asked_for", lambda s: s["options"].update(solver="gurobi"))
_changed("level.options", "a_solver_asked_for_and_not_used", lambda s: s.update(asked={"solver": "scip"}))
_changed(
    "level.options",
    "a_solver_there_is_not",
    lambda s: (s["options"].update(solver="oracle"), s.update(asked={"solver": "oracle"})),
)
_changed("level.options", "a_dollar_asked_for", lambda s: s.update(asked={"gap_musd": 1e-6}))


# ── caps ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _cap(summary: dict[str, Any], name: str = "cost_of_capital", beside: float = 0.0) -> None:
    caps = {name: summary["metrics"][name] + beside}
    summary |= {"caps": caps, "point": {"name": "p", "labels": {}, "caps": dict(caps)}}


def capped() -> Case:
    """A plan that just keeps its caps: costs at most, terminal cash at least."""

    def change(c: Case) -> None:
        c.edits += [_cap, lambda s: s["caps"].update(terminal_cash=s["metrics"]["terminal_cash"])]
        c.edits.append(lambda s: s["point"].update(caps=dict(s["caps"])))

    return CASES["equity"]().changed(change)


_changed("level.caps", "beyond_its_cap", lambda s: _cap(s, beside=-DOLLARS_100))
_changed("level.caps", "less_than_it_should_be", lambda s: _cap(s, "terminal_cash", DOLLARS_100))
_changed("level.caps", "share_beyond_its_cap", lambda s: _cap(s, "wacc", -1e-4))
_changed("level.caps", "another_cap_in_the_batch", lambda s: s["point"]["caps"].update(cost_of_capital=9e9), _cap)
_changed("level.caps", "a_cap_on_nothing", lambda s: _cap(s) or s["caps"].update(joy=1.0) or s.pop("point"))


# ── second opinions ───────────────────────────────────────────────────────────────────────────────────────────────


def _certify(summary: dict[str, Any]) -> None:
    """SCIP's bounds are 1.5 million better than the best of each level; exact arithmetic finds the best."""
    levels = summary["objectives"]
    own = [{name: level[name] for name in ("name", "value", "bound")} for level in levels]
    scip = [
        {**one, "second_value": one["value"], "second_bound": one["value"] - 1.5 * sign, "agrees": True}
        for one, sign in zip(own, [1 if level["sense"] == "minimise" else -1 for level in levels], strict=True)
    ]
    exact = [
        {"name": one["name"], "agrees": True, "exact_value": str(one["value"]), "difference_musd": 0.0} for one in own
    ]
    away = [1.5 + abs(level["plan_value"] - level["value"]) for level in levels]
    within = ", ".join(f"${musd:.1f} m ({one['name']})" for musd, one in zip(away, own, strict=True))
    agrees = "SCIP 10.0 agrees: neither solver's plan is better than the other's bound; by its own bound this plan is"
    opinions = [
        {"method": "scip", "version": "SCIP 10.0 (p 6)", "message": f"{agrees} within {within}", "levels": scip},
        {"method": "exact", "version": "f 1", "message": "exact arithmetic agrees: 0", "levels": exact},
    ]
    summary["certificates"] = [{**copy.deepcopy(opinion), "agrees": True} for opinion in opinions]


def certified() -> Case:
    """A plan on which a second solver and exact arithmetic agree."""
    return CASES["equity"]().changed(lambda c: c.edits.append(_certify))


def _given_up(c: Case) -> None:
    """3 million of the first level are left for later ones: the plan is 4.5 from SCIP's bound."""

    def edit(summary: dict[str, Any]) -> None:
        level = summary["objectives"][0]
        level |= {"value": level["value"] - 3, "bound": level["value"] - 3}
        restate(summary)

    c.instance["objectives"] = [{"name": "net_present_cost", "slack_musd": 3}]
    c.edits += [edit, _certify]


def certified_with_slack() -> Case:
    """A plan behind the best of its level, and a second opinion that tells how far it is from SCIP's bound."""
    return CASES["equity"]().changed(_given_up)


@mutation("level.certificates", "equity")
def as_near_as_the_best_of_the_level(c: Case) -> None:
    _given_up(c)

    def edit(summary: dict[str, Any]) -> None:
        opinion = summary["certificates"][0]
        assert "$4.5 m" in opinion["message"]
        opinion["message"] = opinion["message"].replace("$4.5 m", "$1.5 m")

    c.edits.append(edit)


def _opinion(title: str, edit: Edit) -> None:
    _changed("level.certificates", title, lambda s: edit(s["certificates"]), _certify)


_opinion("of_another_value", lambda c: c[0]["levels"][0].update(value=c[0]["levels"][0]["value"] + DOLLARS_100))
_opinion("of_another_bound", lambda c: c[0]["levels"][0].update(bound=c[0]["levels"][0]["bound"] - DOLLARS_100))
_opinion("a_nearer_bound", lambda c: c[0]["levels"][0].update(second_bound=c[0]["levels"][0]["value"] - 0.1))
_opinion("a_bound_beyond_the_plan", lambda c: c[0]["levels"][0].update(second_bound=c[0]["levels"][0]["value"] + 1))
_opinion("a_plan_beyond_the_bound", lambda c: c[0]["levels"][0].update(second_value=c[0]["levels"][0]["bound"] - 1))
_opinion("a_level_that_does_not_agree", lambda c: c[0]["levels"][0].update(agrees=False))
_opinion("nobody_agrees", lambda c: c[0].update(levels=[]))
_opinion("a_level_less", lambda c: c[0]["levels"].pop())
_opinion("nearer_in_words", lambda c: c[0].update(message=c[0]["message"].replace("$1.5 m", "$0.5 m")))
_opinion("no_word_of_it", lambda c: c[1].update(message="all is well"))
_opinion("of_another_plan", lambda c: c[1]["levels"][0].update(exact_value="1"))
