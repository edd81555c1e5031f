"""Chains, results and plans as JSON: what lies in a store and what travels between processes and machines."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from optimizer.comparison.point import Chain, Options, Point, Result
from optimizer.instance.schema import Instance
from optimizer.plan.plan import Plan


def to_text(data: Any) -> str:
    """JSON on one line. Raises ValueError for a number that is not finite."""
    return json.dumps(data, sort_keys=True, allow_nan=False, ensure_ascii=False, separators=(",", ":"))


def chain_data(chain: Chain) -> dict[str, Any]:
    """A chain as plain data."""
    found = [result_data(result) for result in chain.found]
    points = [
        {
            "name": point.name,
            "labels": dict(point.labels),
            "instance": point.instance.canonical(),
            "options": asdict(point.options),
            "caps": dict(point.caps),
            "question": point.question,
        }
        for point in chain.points
    ]
    return {"name": chain.name, "points": points, "found": found, "remembered": chain.remembered}


def read_chain(data: Mapping[str, Any]) -> Chain:
    """The chain of ``chain_data``."""
    points = tuple(
        Point(
            name=point["name"],
            labels=point["labels"],
            instance=Instance.model_validate(point["instance"]),
            options=Options(**point["options"]),
            caps=point["caps"],
            question=point["question"],
        )
        for point in data["points"]
    )
    found = tuple(read_result(result) for result in data["found"])
    return Chain(data["name"], points, found, data["remembered"])


def result_data(result: Result) -> dict[str, Any]:
    """A result as plain data."""
    data = {item.name: getattr(result, item.name) for item in fields(result)}
    return {
        **data,
        "labels": dict(result.labels),
        "levels": [dict(level) for level in result.levels],
        "metrics": dict(result.metrics),
        "details": None if result.details is None else dict(result.details),
    }


def read_result(data: Mapping[str, Any]) -> Result:
    """The result of ``result_data``. Raises TypeError or KeyError if something is missing or too much."""
    return Result(**{**data, "levels": tuple(data["levels"])})


def plan_data(plan: Plan) -> dict[str, Any]:
    """A plan without its instance as plain data."""
    return {"plan": plan.to_dict(), "summary": plan.summary, "audit": plan.audit}


def read_plan(instance: Instance, data: Mapping[str, Any]) -> Plan:
    """The plan of ``plan_data``. Raises ValueError if it was not made for this instance."""
    written = data["plan"]
    if written["instance_hash"] != instance.hash:
        raise ValueError(f"the plan was made for another instance than {instance.name}")
    return Plan(
        instance=instance,
        decisions=written["decisions"],
        ledger=written["ledger"],
        metrics=written["metrics"],
        summary=data["summary"],
        audit=data["audit"],
    )
