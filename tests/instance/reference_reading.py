"""What a file means, read a second time by other means: PyYAML's own nodes, the core scalars of YAML 1.2, a merge that
follows the schema, and the defaults of its fields.

It knows no diagnostics. What it cannot read is `Unreadable`: a file that is accepted all the same is misread.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args, get_origin

import yaml
from pydantic.fields import FieldInfo

from optimizer.comparison.schema import BatchFile
from optimizer.instance.schema import Block, Instance
from optimizer.instance.series import Series

LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
WORDS: dict[str, Any] = {"": None, "~": None, "null": None, "true": True, "false": False}
WORDS |= {word.capitalize(): value for word, value in WORDS.items()} | {w.upper(): v for w, v in WORDS.items()}


class Unreadable(Exception):
    """No meaning, or more than one."""


# ── text → data ───────────────────────────────────────────────────────────────────────────────────────────────────


def read(text: str) -> Any:
    return _data(yaml.compose(text.removeprefix("\ufeff"), Loader=LOADER))


def _data(node: Any) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return node.value if node.style else _scalar(node.value)
    if isinstance(node, yaml.SequenceNode):
        return [_data(item) for item in node.value]
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = _data(key_node)
        if isinstance(key, bool) or not isinstance(key, (int, str)) or str(key) in found:
            raise Unreadable(f"key {key!r}")
        found[str(key)] = _data(value_node)
    return found


def _scalar(text: str) -> Any:
    if text in WORDS:
        return WORDS[text]
    for base, digits in ((8, r"0o([0-7]+)"), (16, r"0x([0-9a-fA-F]+)")):
        if match := re.fullmatch(digits, text):
            return int(match[1], base)
    if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", text, re.ASCII):
        return text
    if re.match(r"[+-]?0\d", text):
        raise Unreadable(f"is {text} octal?")
    number = int(text) if re.fullmatch(r"[+-]?\d+", text) else float(text)
    if abs(number) > 1e15 or 0 < abs(number) < 1e-50:
        raise Unreadable(f"{text} is no figure")
    return number


# ── a file over another ───────────────────────────────────────────────────────────────────────────────────────────


def instance_file(path: Path) -> dict[str, Any]:
    """The data of a file laid over what it extends, figures unwrapped."""
    return _unwrapped(written_file(path), Instance)


def written_file(path: Path) -> dict[str, Any]:
    data = read(path.read_text(encoding="utf-8"))
    if "extends" not in data:
        return dict(data)
    base = written_file(path.parent / data.pop("extends"))
    return laid_over(base, data, Instance)


def laid_over(base: Any, over: Any, kind: Any) -> Any:
    """``over`` over ``base``, both of the annotation ``kind``; None in place of the base where it has nothing."""
    if isinstance(over, list) or not isinstance(over, dict) or _figure(over) or _figure(base):
        return over
    if get_origin(kind) is list and isinstance(base, list) and base:
        names = [item["name"] for item in base]
        if not over.keys() <= set(names):
            raise Unreadable(f"names of {over.keys()}")
        kept = [item for item in base if over.get(item["name"], item) is not None]
        return [laid_over(item, over.get(item["name"], {}), get_args(kind)[0]) for item in kept]
    if not (_is_block(kind) or get_origin(kind) is dict):
        return over
    result = dict(base) if isinstance(base, dict) else {}
    entries = get_origin(kind) is dict and _is_block(get_args(kind)[1])
    for key, value in over.items():
        new = isinstance(value, dict) and entries and "new" in value
        if new:
            value = {inner: each for inner, each in value.items() if inner != "new"}
        family = base if isinstance(base, dict) else None
        if entries and family is not None and new == (key in family):
            raise Unreadable(f"is {key} new?")
        if value is None and key in result:
            del result[key]
        else:
            result[key] = laid_over(result.get(key), value, _below(kind, key))
    return result


def _figure(data: Any) -> bool:
    return isinstance(data, dict) and {"value", "source"} <= data.keys() <= {"value", "source", "notes"}


def _is_block(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Block)


def _fields(block: type[Block]) -> Mapping[str, FieldInfo]:
    return {field.alias or name: field for name, field in block.model_fields.items()}


def _core(annotation: Any) -> Any:
    """The annotation without its None and its limits."""
    while True:
        rest = [each for each in get_args(annotation) if each is not type(None)]
        if type(None) in get_args(annotation) and len(rest) == 1:
            annotation = rest[0]
        elif hasattr(annotation, "__metadata__"):
            annotation = annotation.__origin__
        else:
            return annotation


def _below(kind: Any, key: str) -> Any:
    if _is_block(kind):
        field = _fields(kind).get(key)
        return _core(field.annotation) if field else None
    return _core(get_args(kind)[-1]) if get_origin(kind) in (dict, list) else None


def _unwrapped(data: Any, kind: Any) -> Any:
    """Figures as their values, where the schema has numbers or series."""
    if _figure(data) and kind in (Series, float, int):
        return _unwrapped(data["value"], kind)
    if isinstance(data, dict):
        inner = float if kind is Series else None
        return {key: _unwrapped(value, inner or _below(kind, key)) for key, value in data.items()}
    if isinstance(data, list):
        inner = float if kind is Series else _below(kind, "")
        return [_unwrapped(item, inner) for item in data]
    return data


# ── data → canonical data ─────────────────────────────────────────────────────────────────────────────────────────


def canonical(data: Any, kind: Any = Instance) -> Any:
    """The data with the defaults of the schema, and all numbers as floats."""
    if _is_block(kind) and isinstance(data, dict):
        fields = _fields(kind)
        extra = {} if kind.model_config["extra"] == "allow" else data.keys() - fields.keys()
        if extra:
            raise Unreadable(f"keys {extra}")
        if kind is Instance and "objectives" not in data:
            data = {**data, "objectives": _objectives(data)}
        return {
            key: canonical(data[key], _core(field.annotation))
            if key in data and not (key == "dividends" and data[key] == "none")  # said, and means what absence means
            else _default(key, field)
            for key, field in fields.items()
        }
    if isinstance(data, dict):
        return {key: canonical(value, _below(kind, key)) for key, value in data.items()}
    if isinstance(data, list):
        return [canonical(item, _below(kind, "")) for item in data]
    return float(data) if isinstance(data, int) and not isinstance(data, bool) else data


def _objectives(data: dict[str, Any]) -> list[dict[str, Any]]:
    """What is optimised where a file does not say it: value, and before it cost where all that earns has to be done."""

    def figures(value: Any) -> list[float]:
        if isinstance(value, dict) and value.keys() == {"initial", "growth_per_year"}:
            return [value["initial"]]
        if isinstance(value, dict):
            return list(value.values())
        return list(value) if isinstance(value, list) else [value]

    phases = [phase for site in data.get("sites", {}).values() for phase in site.get("phases", [])]
    free = bool(data.get("partners"))
    free = free or any(max(figures(p.get("value_musd", 0))) > 0 and not p.get("committed", False) for p in phases)
    for market in data.get("markets", {}).values():
        earns = max(figures(market.get("revenue_usd_per_h100e_hour", 0))) > 0
        free = free or (earns and min(figures(market.get("min_served_share", 0))) < 1)
    return [{"name": name} for name in ([] if free else ["cost_of_capital"]) + ["shareholder_value"]]


def _default(key: str, field: FieldInfo) -> Any:
    if field.is_required():
        raise Unreadable(f"{key} is missing")
    return plain(field.default)


def plain(value: Any) -> Any:
    """What the schema holds as data, all numbers as floats."""
    if isinstance(value, Block):
        return {key: plain(getattr(value, name)) for name, key in _names(type(value))}
    if isinstance(value, Series):
        return plain(value.written())
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _names(block: type[Block]) -> list[tuple[str, str]]:
    return [(name, field.alias or name) for name, field in block.model_fields.items()]


# ── batches ───────────────────────────────────────────────────────────────────────────────────────────────────────

OF_A_FILE = ("extends", "name", "title", "notes", "source", "solve")


def batch_file(path: Path) -> tuple[dict[str, Any], dict[tuple[str, str], dict[str, Any]]]:
    """The canonical data of the batch without its changes, and of the instance of each mix in each scenario."""
    data = read(path.read_text(encoding="utf-8"))
    base = written_file(path.parent / data["base"])
    if data.get("objectives") is not None:
        base = laid_over(base, {"objectives": data["objectives"]}, Instance)
    mixes, scenarios = data.get("mixes") or {}, data.get("scenarios") or {}
    cells = {}
    for scenario in scenarios or {"base": {}}:
        for mix in mixes or ({"base": {}} if scenarios else {}):
            try:
                mixed = tree = base
                for over in _changes(path.parent, mixes.get(mix, {}), data.get("objectives") is None):
                    mixed = tree = laid_over(tree, over, Instance)
                for over in _changes(path.parent, scenarios.get(scenario, {}), False):
                    tree = laid_over(tree, _still_there(over, base, mixed), Instance)
                cells[mix, scenario] = canonical(_unwrapped(tree, Instance))
            except Unreadable:
                continue  # a row without an instance
    for part in (*mixes.values(), *scenarios.values()):
        if part.get("set"):
            part["set"] = {}
    for sweep in (data.get("sweeps") or {}).values():
        for axis in sweep["axes"]:
            axis |= {
                k: {"values": axis[k]} for k in ("debt_share", "values", "factor") if isinstance(axis.get(k), list)
            }
    return canonical(_unwrapped(data, BatchFile), BatchFile), cells


def _changes(folder: Path, part: dict[str, Any], own_objectives: bool) -> list[dict[str, Any]]:
    overs = []
    if part.get("variant") is not None:
        variant = read((folder / part["variant"]).read_text(encoding="utf-8"))
        dropped = OF_A_FILE if own_objectives else (*OF_A_FILE, "objectives")
        overs.append({key: value for key, value in variant.items() if key not in dropped})
    overs.append(part.get("set") or {})
    if part.get("objectives") is not None:
        overs.append({"objectives": part["objectives"]})
    return overs


def _still_there(over: Any, base: Any, mixed: Any) -> Any:
    """The changes without those of what the mix has removed."""
    if not all(isinstance(each, dict) for each in (over, base, mixed)):
        return over
    gone = base.keys() - mixed.keys()
    return {key: _still_there(value, base.get(key), mixed.get(key)) for key, value in over.items() if key not in gone}
