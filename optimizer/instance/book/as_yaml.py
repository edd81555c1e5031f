"""A tree as the text of a file."""

from __future__ import annotations

import re
from typing import Any

import yaml

from optimizer.instance.yaml_source import Node

PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*( [A-Za-z][A-Za-z0-9_.-]*)*")
WORDS = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}


def as_yaml(root: Node) -> str:
    """The text of a tree: read again, it gives the same tree. What could be taken for a number or a word is quoted."""
    return yaml.dump(
        plain(root), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110, default_flow_style=False
    )


def plain(node: Node) -> Any:
    """The data of a tree, sources beside their figures."""
    if isinstance(node.value, dict):
        return {_key(key): plain(each) for key, each in node.value.items()}
    if isinstance(node.value, list):
        return [plain(each) for each in node.value]
    return node.value


def _key(key: str) -> str | int:
    """A year without quotes: as a key it is the same with them and without."""
    return int(key) if key.isdigit() and not key.startswith("0") else key


class _Dumper(yaml.SafeDumper):
    """Blocks, with quotes around every text that is not plainly one."""

    def ignore_aliases(self, _data: Any) -> bool:
        """Whether what is met again is written out: everything is."""
        return True

    def represent_text(self, data: str) -> yaml.ScalarNode:
        """A text."""
        sure = PLAIN.fullmatch(data) and data.lower() not in WORDS
        return self.represent_scalar("tag:yaml.org,2002:str", data, style=None if sure else '"')

    def represent_decimal(self, data: float) -> yaml.ScalarNode:
        """A number, in as many digits as it takes."""
        return self.represent_scalar("tag:yaml.org,2002:float", repr(data))

    def represent_numbers(self, data: list[Any]) -> yaml.Node:
        """A list, on one line if it is of numbers."""
        flow = bool(data) and all(isinstance(each, (int, float)) for each in data)
        return self.represent_sequence("tag:yaml.org,2002:seq", data, flow_style=flow)


_Dumper.add_representer(str, _Dumper.represent_text)
_Dumper.add_representer(float, _Dumper.represent_decimal)
_Dumper.add_representer(list, _Dumper.represent_numbers)
