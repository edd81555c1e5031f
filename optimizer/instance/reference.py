"""The reference of instance files, made from the schema: `docs/instance.md` and `instances/instance.schema.json`.

``python -m optimizer.instance.reference`` writes both. The JSON Schema is for editors: it knows keys, types and ranges;
what only the loader knows (names that exist, periods that fit, sums) it lets pass.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from optimizer.instance.checks import CHECKS
from optimizer.instance.checks.ranges import BUILDING_MUSD_PER_MW, H100E_PER_MW, MUSD_PER_MW, PER_IN_WORDS, USUAL, Usual
from optimizer.instance.files import MAX_EXTENDS
from optimizer.instance.schema import NEW, Block, Instance
from optimizer.instance.schema_errors import in_words
from optimizer.instance.sections import amounts, sections, spellings_section
from optimizer.instance.series import Series
from optimizer.instance.spellings import PERIODS, spellings
from optimizer.instance.unset import UNSET
from optimizer.instance.yaml_source import LARGEST_TEXT, MAX_BYTES, MAX_DEPTH, MAX_DIGITS, MAX_NODES, SMALLEST

ROOT = Path(__file__).resolve().parents[2]
SCHEMA_FILE = ROOT / "instances" / "instance.schema.json"
MARKDOWN_FILE = ROOT / "docs" / "instance.md"

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_NULL: Schema = {"type": "null"}
_CHANGES = "Changes"
_NEW = "Marks an entry that the base does not have; without it such a name is taken for a slip."


# ── JSON Schema ───────────────────────────────────────────────────────────────────────────────────────────────────


def json_schema() -> dict[str, Any]:
    """The JSON Schema of instance files.

    A number, a series or a list of numbers may also be a figure `{value, source, notes}`. In a file with `extends`
    nothing is required, null removes, and a mapping may be laid over a list of named items.
    """
    raw = Instance.model_json_schema()
    blocks = {**raw.pop("$defs"), "Instance": raw}
    shared: dict[str, Schema] = {}
    strict = {name: _block(block, shared) for name, block in blocks.items()}
    _allow_spellings(strict, shared)
    changes = {name + _CHANGES: _loose_block(block, strict) for name, block in strict.items()}
    changes["Instance" + _CHANGES]["properties"]["extends"] = {
        **_TEXT,
        "description": "The file that this one is laid over, as a path relative to this file.",
    }
    for name in _entries(strict):
        changes[name + _CHANGES]["properties"][NEW] = {"const": True, "description": _NEW}
    for whole in (strict["Instance"], changes["Instance" + _CHANGES]):
        _allow_pairs(whole["properties"]["ranges"])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "capstack instance",
        "description": "One programme of AI infrastructure: what can be built, what it must serve, how it can be paid.",
        "if": {"type": "object", "required": ["extends"]},
        "then": {"$ref": "#/$defs/Instance" + _CHANGES},
        "else": {"$ref": "#/$defs/Instance"},
        "$defs": dict(sorted({**strict, **changes, **shared}.items())),
    }


def _allow_spellings(strict: dict[str, Schema], shared: dict[str, Schema]) -> None:
    """Let durations be written in months or years and amounts of a period per year, and calendars have segments."""
    for _, block in sections():
        known = strict[block.__name__]
        for other, own in spellings(block):
            is_duration = own.endswith(PERIODS)
            value = {"$ref": _share_number({"type": "number", "minimum": 0.0}, shared)}
            unit = other.rpartition("_")[2] if is_duration else "year"
            about = {"description": f"`{own}`, {'in ' + unit if is_duration else 'of a year'}."}
            known["properties"][other] = (value if is_duration else known["properties"][own]) | about
            known["required"] = [key for key in known.get("required", ()) if key != own]
            known["properties"][other].pop("default", None)
    strict["CalendarBlock"]["required"].remove("periods")


def _allow_pairs(ranges: Schema) -> None:
    """Let a range be written as a list of its two ends, too."""
    pair: Schema = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}
    for family in ranges.get("anyOf", [ranges]):
        entries = family.get("patternProperties", {})
        for pattern, entry in entries.items():
            entries[pattern] = {"anyOf": [pair, *entry.get("anyOf", [entry])]}


def _entries(blocks: dict[str, Schema]) -> set[str]:
    """The blocks that stand under names."""
    families = (
        field.get("patternProperties", {}) for block in blocks.values() for field in block["properties"].values()
    )
    return {str(entry["$ref"]).rsplit("/", 1)[-1] for family in families for entry in family.values()} & blocks.keys()


def _block(schema: Schema, shared: dict[str, Schema]) -> Schema:
    """The schema of a block, with figures allowed wherever a number or series is."""
    kept = {k: v for k, v in schema.items() if k in ("type", "description", "required", "additionalProperties")}
    return {**kept, "properties": {name: _value(field, shared) for name, field in schema["properties"].items()}}


def _value(schema: Schema, shared: dict[str, Schema]) -> Schema:
    about = {k: v for k, v in schema.items() if k in ("description", "default") and v is not None}
    rest = {k: v for k, v in schema.items() if k not in ("description", "default", "title")}
    choices = rest.get("anyOf")
    if choices and any(c.get("type") == "integer" for c in choices) and any("pattern" in c for c in choices):
        shared["period"] = {"anyOf": [c for c in choices if c != _NULL]}
        return _or_null({"$ref": "#/$defs/period"}, choices) | about
    written = [c for c in choices or () if c != _NULL]  # a series has four forms, and null where it is optional
    if choices and written[0].get("type") == "number" and len(written) == 4:
        return _or_null({"$ref": _share_series({"anyOf": written}, shared)}, choices) | about
    if choices:
        return {"anyOf": [_value(choice, shared) for choice in choices]} | about
    if rest.get("type") in ("number", "integer"):
        return {"$ref": _share_number(rest, shared)} | about
    if "items" in rest:
        rest["items"] = _value(rest["items"], shared)
        if str(rest["items"].get("$ref", "")).startswith("#/$defs/number"):
            return {"anyOf": [rest, _figure(rest)]} | about
    if "patternProperties" in rest:
        rest["patternProperties"] = {key: _value(item, shared) for key, item in rest["patternProperties"].items()}
        rest["additionalProperties"] = False
    if isinstance(rest.get("additionalProperties"), dict):
        rest["additionalProperties"] = _value(rest["additionalProperties"], shared)
    return rest | about


def _or_null(schema: Schema, choices: list[Schema]) -> Schema:
    return {"anyOf": [schema, _NULL]} if _NULL in choices else schema


def _figure(value: Schema) -> Schema:
    return {
        "type": "object",
        "properties": {"value": value, "source": _TEXT, "notes": _TEXT},
        "required": ["value", "source"],
        "additionalProperties": False,
    }


def _share_number(schema: Schema, shared: dict[str, Schema]) -> str:
    limits = {"minimum": "from", "exclusiveMinimum": "above", "maximum": "to", "exclusiveMaximum": "below"}
    words = [f"{word}_{schema[key]:g}" for key, word in limits.items() if key in schema]
    name = "_".join([str(schema["type"]), *words])
    shared[name] = {"anyOf": [schema, _figure(schema)]}
    return f"#/$defs/{name}"


def _share_series(schema: Schema, shared: dict[str, Schema]) -> str:
    number, _, growth, steps = schema["anyOf"]
    reference = _share_number(number, shared)
    name = reference.rsplit("/", 1)[1].replace("number", "series")
    any_number = {"$ref": _share_number({"type": "number"}, shared)}
    one: Schema = {"$ref": reference}
    written: list[Schema] = [
        number,
        {"type": "array", "items": one, "minItems": 1},
        {**growth, "properties": {"initial": one, "growth_per_year": any_number}},
        {**steps, "patternProperties": dict.fromkeys(steps["patternProperties"], one)},
    ]
    shared[name + "_values"] = {"anyOf": written}
    values: Schema = {"$ref": f"#/$defs/{name}_values"}
    shared[name] = {"anyOf": [values, _figure(values)]}
    return f"#/$defs/{name}"


def _loose_block(block: Schema, strict: dict[str, Schema]) -> Schema:
    properties = {name: _loose(field, strict) for name, field in block["properties"].items()}
    return {**{k: v for k, v in block.items() if k != "required"}, "properties": properties}


def _loose(schema: Schema, strict: dict[str, Schema]) -> Schema:
    """The schema of a value in a file that extends another: also null, and blocks with nothing required."""
    about = {k: v for k, v in schema.items() if k == "description"}
    rest = {k: v for k, v in schema.items() if k not in ("description", "default")}
    choices = [_loose_choice(choice, strict) for choice in rest.get("anyOf", [rest]) if choice != _NULL]
    named = _named_item(rest, strict)
    if named:
        changes = {"$ref": f"#/$defs/{named}{_CHANGES}"}
        choices.append({"type": "object", "additionalProperties": {"anyOf": [changes, _NULL]}})
    return {"anyOf": [*choices, _NULL]} | about


def _loose_choice(schema: Schema, strict: dict[str, Schema]) -> Schema:
    name = str(schema.get("$ref", "")).rsplit("/", 1)[-1]
    if name in strict:
        return {"$ref": f"#/$defs/{name}{_CHANGES}"}
    for key in ("patternProperties", "additionalProperties"):
        inner = schema.get(key)
        if isinstance(inner, dict):
            patterns = key == "patternProperties"
            loose = {k: _loose(v, strict) for k, v in inner.items()} if patterns else _loose(inner, strict)
            return {**schema, key: loose}
    return schema


def _named_item(schema: Schema, strict: dict[str, Schema]) -> str:
    """The block that a list holds, if its items have names."""
    name = str(schema.get("items", {}).get("$ref", "")).rsplit("/", 1)[-1] if "items" in schema else ""
    return name if "name" in strict.get(name, {}).get("properties", {}) else ""


# ── docs/instance.md ──────────────────────────────────────────────────────────────────────────────────────────────

_HEAD = f"""# Instance files

Made from `optimizer/instance/` by `python -m optimizer.instance.reference`; edit the schema, not this page.

An instance is one YAML file. The unit of a key is the end of its name: `_musd` million US dollars, `_usd` dollars,
`_mw` megawatts, `_kw` kilowatts, `_mwh` megawatt-hours, `_h100e` H100 equivalents, `_periods` periods of the
calendar, `_share` a number from 0 to 1, `_per_year` a yearly rate (0.08, not 8), nominal (r·Δ a period)
or effective ((1+r)^Δ − 1 a period) as each key says. What the numbers do is in
[model.md](model.md). With `# yaml-language-server: $schema=instance.schema.json` as its first line, an editor
completes and checks a file as it is written.

## Periods

A period is written `2026` (year), `2026Q3` (quarter) or `2026-07` (month), as the calendar's `length` has it.
Wherever a first or last period is left out, the calendar's own holds.

Durations, `_periods`, may be written in months or years: `lead_months: 6`, `tenor_years: 5` for `lead_periods`,
`tenor_periods`; in an equal calendar they have to be whole numbers of periods. Amounts of a period
({amounts()}) may be written of a year, `supply_units_per_year`. Of two spellings of one thing a file has one; laid
over a base, either takes the place of the other.

A calendar may have segments, from fine to coarse: `{{start: 2026Q1, segments: [{{length: quarter, periods: 8}},
{{length: year, periods: 5}}]}}`. A period of a segment begins where such a period of the calendar year does. Labels are
those of either length, as long as they begin (of a last period: end) with a period: to `2027` is to `2027Q4`. There
`_periods`, and lists of a value for each period from a start on (`spend_profile`), say nothing unless the calendar says
what they count, `length: quarter`, the length of its first segment; amounts of a period are written of a year, or as a
list with that of each. What such a calendar means is in [model.md](model.md).

## Series

A value that varies over time is written in one of four ways.

| written | value of period t |
|---|---|
| `5` | 5 in every period |
| `[5, 6, 7]` | one value per period |
| `{{2026: 5, 2029: 7}}` | steps: 5 from 2026 on, 7 from 2029 on; the first step is at or before the first period |
| `{{initial: 5, growth_per_year: 0.1}}` | 5·(1 + 0.1)^(Δ·(t − 1)), Δ the length of a period in years (effective) |

## Sources

Every block takes `source` and `notes`, texts. A single figure (a number, a series, or a number in a series) can carry
its own: `{{value: 1.2, source: "S1", notes: "summer design point"}}` stands for 1.2 and is listed with its source in
reports.

## Variants

`extends: base.yaml` at the top lays a file over another.

| laid over | result |
|---|---|
| block over block | key by key |
| `null` over anything | the key is gone, as if it had never been written |
| mapping over a list of named items (`phases`, `objectives`) | by name: `phases: {{one: {{mw: 80}}, two: null}}` |
| anything else | replaces what was there |

A name that the base does not have, beside the names that it has, is an error: it is more often misspelt than new, and
would make a second thing without a word. What is new is marked inside of its block:

```yaml
extends: base.yaml
name: with-bridge
debt:
  bridge: {{new: true, kind: bullet, rate_per_year: 0.11, tenor_periods: 2, limit_musd: 400}}
  term_loan: {{limit_musd: 200}}      # the base has it
```

The mark is taken away when the file is laid over its base, so a third file that extends this one changes `bridge` like
anything else. On what the base has it is an error, and so is `null` for what the base does not have. No mark is needed
where there is nothing to be misspelt: inside of something new, and in a family that the base does not have at all (the
first `debt:`, say). Names that stand for a plain value (`serving_cost_by_site_usd_per_h100e_hour`) refer to other parts
of the file and are checked as such. To a list (`phases`) nothing is added by name: write it whole.

A series or a figure with its source is replaced as a whole. The path is relative to the file and stays inside the
folder of the file that is opened (links count as where they lead); at most {MAX_EXTENDS} files are extended in a row.

## Names

A name begins with a letter and has up to 64 letters, digits, `_`, `.` or `-`. Sites and clouds share one set of
names.

## What YAML may hold

Values follow the core rules of YAML 1.2: `1e9` is a number, `NO`, `yes` and `12:30` are texts, true and false are the
only booleans. Refused are equal keys, anchors, aliases, merge keys, tags, several documents, numbers with leading
zeros, infinite values, and control characters. A file has at most {MAX_BYTES:,} bytes, {MAX_NODES:,} values,
{MAX_DEPTH} levels, and numbers of {MAX_DIGITS} digits, none above {LARGEST_TEXT} or, but for 0,
below {SMALLEST}.
"""


def reference_markdown() -> str:
    """The text of `docs/instance.md`."""
    parts = [_HEAD]
    for path, block in sections():
        title = f"`{path}`" if path else "The file"
        rows = [_row(name, field) for name, field in block.model_fields.items() if name not in Block.model_fields]
        parts.append(
            f"## {title}\n\n{_one_line(block.__doc__)}\n\n| key | value | default | meaning |\n|---|---|---|---|\n"
            + "\n".join(rows)
            + "\n"
        )
    parts += [spellings_section(), _checks_section(), _ranges_section()]
    return "\n".join(parts)


def _row(name: str, field: FieldInfo) -> str:
    words = in_words(field.annotation, tuple(field.metadata)).removeprefix("a ")
    return f"| `{name}` | {_cell(words)} | {_cell(_default(field))} | {_cell(field.description or '')} |"


def _default(field: FieldInfo) -> str:
    value = field.default
    if value is PydanticUndefined:
        return "**required**"
    if value is None:
        return "absent"
    if isinstance(value, Series):
        value = value.written()
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        return f"{value:g}"
    if isinstance(value, Block):
        return f"kind {value.kind}" if hasattr(value, "kind") else "its defaults"
    if isinstance(value, list) and value:
        return ", ".join(_item(item) for item in value)
    return str(value) if value else "none"


def _item(value: Any) -> str:
    return str(getattr(value, "name", None) or (f"{value:g}" if isinstance(value, float) else value))


def _cell(text: str) -> str:
    return _one_line(text).replace("|", "\\|")


def _one_line(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "").strip()


def _checks_section() -> str:
    rows = [f"| `{c.code}` | {c.severity} | {_cell((c.run.__doc__ or '').strip())} |" for c in CHECKS]
    rows += [f"| `{u.code}` | note | `{u.field}` is not given: {_cell(u.meaning)}. |" for u in UNSET]
    head = "## Checks\n\nWhat is checked besides keys and types. Any error keeps the file from being used.\n"
    return "\n".join([head, "| code | severity | found when |", "|---|---|---|", *rows, ""])


def _ranges_section() -> str:
    paths = {block: f"{path}." if path else "" for path, block in sections()}
    rows = [f"| `{paths[row.block]}{name}` | {_usual(row)} | {row.source} |" for row in USUAL for name in row.fields]
    head = f"""## Usual ranges

What is outside is warned of as `unusual-figure`, with the value that was probably meant; 0 always passes. What is
measured by several things is unusual if it is so by each. The size of the programme is the middle of what the file
says of its power, its building cost (a MW is taken as {BUILDING_MUSD_PER_MW:g} USD million), its demand, hardware and
clouds ({H100E_PER_MW:g} H100e) and its money ({MUSD_PER_MW:g} USD million).
"""
    return "\n".join([head, "| key | usual | because |", "|---|---|---|", *rows, ""])


def _usual(row: Usual) -> str:
    low = f"{row.low:,g} to" if row.low else "up to"
    measured = " and ".join(PER_IN_WORDS[per] for per in row.per)
    unit = "" if row.per == ("year",) else f" {row.unit}"
    kind = f" ({row.kind})" if row.kind and row.kind not in row.unit else ""
    return f"{low} {row.high:,g}{unit}{', ' if measured and unit else ' '}{measured}{kind}".strip()


def schema_text() -> str:
    """The text of `instances/instance.schema.json`."""
    return json.dumps(json_schema(), indent=1, ensure_ascii=False) + "\n"


def main() -> None:
    SCHEMA_FILE.write_text(schema_text(), encoding="utf-8")
    MARKDOWN_FILE.write_text(reference_markdown(), encoding="utf-8")


if __name__ == "__main__":
    main()
