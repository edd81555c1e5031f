"""`instances/tree.schema.json`, made from the schema of tree files; ``python -m optimizer.uncertainty.reference``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from optimizer.comparison.reference import plain
from optimizer.uncertainty.schema import TreeFile

FILE = Path(__file__).resolve().parents[2] / "instances" / "tree.schema.json"


def json_schema() -> dict[str, Any]:
    """The JSON Schema of tree files, for editors: a `set` block is an instance in which nothing is required."""
    raw = TreeFile.model_json_schema(by_alias=True)
    blocks = {name: plain(block) for name, block in raw.pop("$defs").items()}
    blocks["TreeChanges"] = {"$ref": "instance.schema.json#/$defs/InstanceChanges"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "capstack tree",
        "description": "A tree of scenarios of one instance: what becomes known, when, and how likely it is.",
        **plain(raw),
        "$defs": dict(sorted(blocks.items())),
    }


def schema_text() -> str:
    """The text of `instances/tree.schema.json`."""
    return json.dumps(json_schema(), indent=1, ensure_ascii=False) + "\n"


def main() -> None:
    FILE.write_text(schema_text(), encoding="utf-8")


if __name__ == "__main__":
    main()
