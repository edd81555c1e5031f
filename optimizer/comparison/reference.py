"""`instances/batch.schema.json`, made from the schema of batch files; ``python -m optimizer.comparison.reference``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from optimizer.comparison.reading import OBJECTIVES
from optimizer.comparison.schema import BatchFile
from optimizer.instance import reference as instance_reference

FILE = Path(__file__).resolve().parents[2] / "instances" / "batch.schema.json"

Schema = dict[str, Any]


def json_schema() -> Schema:
    """The JSON Schema of batch files, for editors: a `set` block is an instance in which nothing is required."""
    raw = BatchFile.model_json_schema()
    blocks = {name: plain(block) for name, block in raw.pop("$defs").items()}
    whole = instance_reference.json_schema()
    points = {"$ref": "#/$defs/Points"}
    lists: Schema = {"anyOf": [points, blocks["Points"]["properties"]["values"]]}
    for key in ("debt_share", "values", "factor"):
        field = blocks["Axis"]["properties"][key]
        blocks["Axis"]["properties"][key] = {"description": field["description"], **lists}
    blocks["Frontier"]["properties"]["objectives"]["items"] = {"enum": list(OBJECTIVES)}
    blocks["Changes"] = {"$ref": "#/$defs/InstanceChanges"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "capstack batch",
        "description": "What is compared: financing mixes, scenarios, sweeps and frontiers of one instance.",
        **plain(raw),
        "$defs": dict(sorted({**whole["$defs"], **blocks}.items())),
    }


def plain(schema: Any) -> Any:
    """Without titles and defaults, which say nothing beyond the description, and without null, which no file needs."""
    if isinstance(schema, list):
        return [plain(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    dropped = ("title", "default")
    own = {key: plain(item) for key, item in schema.items() if key not in dropped or isinstance(item, dict)}
    if "patternProperties" in own:
        own["additionalProperties"] = False
    choices = [choice for choice in own.get("anyOf", ()) if choice != {"type": "null"}]
    if len(choices) == 1:
        own = {key: item for key, item in own.items() if key != "anyOf"} | choices[0]
    elif choices:
        own["anyOf"] = choices
    return own


def schema_text() -> str:
    """The text of `instances/batch.schema.json`."""
    return json.dumps(json_schema(), indent=1, ensure_ascii=False) + "\n"


def main() -> None:
    FILE.write_text(schema_text(), encoding="utf-8")


if __name__ == "__main__":
    main()
