"""Mixes over all scenarios: what is to be expected of each, and the worst."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import fsum, isfinite

from optimizer.comparison.columns import EXPECTED
from optimizer.comparison.point import Result
from optimizer.comparison.ranking import Standing, gap, standings
from optimizer.comparison.schema import Scenario
from optimizer.plan.delivered import value
from optimizer.plan.table import Cell, Table

STATED, EQUAL = "stated", "equal"


def weights_of(names: Sequence[str], scenarios: Mapping[str, Scenario]) -> tuple[dict[str, float], str]:
    """The weight of each scenario, together 1: the probabilities of the batch, or all the same; and which of both."""
    stated = {name: scenarios[name].probability for name in names if name in scenarios}
    if stated and all(each is not None for each in stated.values()):
        return {name: float(each or 0.0) for name, each in stated.items()}, STATED
    return dict.fromkeys(names, 1.0 / len(names)), EQUAL


def over_scenarios(
    runs: Sequence[Result], scenarios: Mapping[str, Scenario], standing: Mapping[str, Standing | None]
) -> Table:
    """A row for each mix; no rows where there is one scenario only.

    ``runs`` are those of all mixes, ``standing`` is where each stands in its scenario. A mix without a sound plan in
    some scenario has no expected value: its worst is that scenario. Each scenario was solved as if it were known
    beforehand, so that none of these values is that of one plan.
    """
    names = list(dict.fromkeys(str(run.labels["scenario"]) for run in runs))
    if len(names) < 2:
        return Table.of(EXPECTED, [])
    weights, kind = weights_of(names, scenarios)
    rows: list[dict[str, Cell]] = []
    ranked: list[tuple[dict[str, Cell], Result]] = []
    for mix in dict.fromkeys(str(run.labels["mix"]) for run in runs):
        own = [run for run in runs if run.labels["mix"] == mix]
        sound = [run for run in own if run.levels and run.audit_passed is not False]
        none = [str(run.labels["scenario"]) for run in own if run not in sound]
        row: dict[str, Cell] = {"mix": mix, "scenarios": len(own), "weights": kind}
        if none:
            row |= {"without_plan": ", ".join(none), "worst_scenario": none[0]}
        else:
            row |= _sums(sound, weights)
            if "objective" in row:
                ranked.append((row, _expected_level(mix, sound, weights)))
        regrets = [(found.regret, run) for run in own if (found := standing[run.name]) is not None]
        if regrets and not none:
            worst, run = max(regrets, key=lambda each: each[0])
            row |= {"greatest_regret": worst, "greatest_regret_scenario": run.labels["scenario"] if worst else None}
        rows.append(row)
    for (row, _), place in zip(ranked, standings([result for _, result in ranked]), strict=True):
        assert place is not None
        row |= {"rank": place.rank, "tie": place.tie}
    return Table.of(EXPECTED, rows)


def _sums(runs: Sequence[Result], weights: Mapping[str, float]) -> dict[str, Cell]:
    """Expected and worst of NPV and shareholder value, and of the objective where all scenarios have the same."""
    own = [weights[str(run.labels["scenario"])] for run in runs]
    row: dict[str, Cell] = {}
    for name, metric, sign in (("npv", "net_present_cost", -1.0), ("shareholder_value", "shareholder_value", 1.0)):
        figures = [run.metrics.get(metric) for run in runs]
        values = [sign * figure + 0.0 for figure in figures if figure is not None]
        if len(values) == len(runs):
            row[f"expected_{name}_musd"] = _mean(values, own)
            row |= _worst(f"worst_{name}_musd", f"worst_{name}_scenario", values, runs, -1.0)
    first = runs[0].first
    if all((run.first["name"], run.first["sense"]) == (first["name"], first["sense"]) for run in runs):
        values = [value(run.first) for run in runs]
        within = fsum(weight * gap(run) for weight, run in zip(own, runs, strict=True) if weight > 0.0)
        row |= {"objective": first["name"], "sense": first["sense"], "unit": first["unit"]}
        row |= {"expected_value": _mean(values, own), "expected_within": within if isfinite(within) else None}
        row |= _worst("worst_value", "worst_scenario", values, runs, 1.0 if first["sense"] == "minimise" else -1.0)
    return row


def _worst(column: str, where: str, values: Sequence[float], runs: Sequence[Result], sign: float) -> dict[str, Cell]:
    """The worst of the values, the greatest where ``sign`` is 1, and the scenario of it."""
    i = max(range(len(values)), key=lambda i: sign * values[i])
    return {column: values[i], where: runs[i].labels["scenario"]}


def _mean(values: Sequence[float], weights: Sequence[float]) -> float:
    return fsum(weight * each for weight, each in zip(weights, values, strict=True))


def _expected_level(mix: str, runs: Sequence[Result], weights: Mapping[str, float]) -> Result:
    """What is to be expected of the best of each scenario, and its bound, as if it were one run."""
    own, first = [weights[str(run.labels["scenario"])] for run in runs], runs[0].first
    known = all(run.first["bound"] is not None for run in runs)
    level = {
        **{key: first[key] for key in ("name", "sense", "unit")},
        "value": _mean([float(run.first["value"]) for run in runs], own),
        "bound": _mean([float(run.first["bound"]) for run in runs], own) if known else None,
    }
    return Result(mix, {}, "optimal", levels=(level,), audit_passed=True)
