"""Which kind of file a file is: an instance, a batch, a tree of scenarios or a sidecar.

A file of another kind than a command takes is told in one line with the right command, not as many wrong keys.
"""

from __future__ import annotations

from typing import Literal

from optimizer.instance.diagnostics import Diagnostic
from optimizer.instance.yaml_source import Node

Kind = Literal["instance", "batch", "tree", "sidecar"]

WRONG_KIND = "wrong-kind"
"""The code of the only thing that is said of a file of another kind."""

BATCH_ENDINGS = (".batch.yaml", ".batch.yml")
"""How the names of batch files end."""

TREE_ENDINGS = (".tree.yaml", ".tree.yml")
"""How the names of tree files end."""

_NOUNS: dict[Kind, str] = {
    "instance": "an instance",
    "batch": "a batch of comparisons",
    "tree": "a tree of scenarios",
    "sidecar": "a sidecar, which holds the known optimum of an instance",
}
_BATCH_KEYS = {"base", "mixes", "scenarios", "sweeps", "frontiers"}
_TREE_KEYS = {"nodes", "factors", "paths"}
_SIDECAR_KEYS = {"status", "proof"}
_INSTANCE_KEYS = {"calendar", "extends"}


def kind_of(root: Node) -> Kind | None:
    """The kind that the keys of a file speak for; None where they speak for none, or for several."""
    keys = set(root.value) if isinstance(root.value, dict) else set()
    kinds: list[Kind] = []
    if keys & _INSTANCE_KEYS:
        kinds.append("instance")
    if len(keys & _BATCH_KEYS) > 1:
        kinds.append("batch")
    if "base" in keys and keys & _TREE_KEYS:
        kinds = ["tree"]
    if keys >= _SIDECAR_KEYS:
        kinds.append("sidecar")
    return kinds[0] if len(kinds) == 1 else None


def other_kind(root: Node, wanted: Kind) -> Diagnostic | None:
    """That a file is of another kind than the ``wanted``, and what to do with it; None if it may be of that kind."""
    kind = kind_of(root)
    if kind is None or kind == wanted:
        return None
    file = root.place.source.file
    articles: dict[Kind, str] = {
        "instance": "an instance",
        "batch": "a batch",
        "tree": "a tree",
        "sidecar": "a sidecar",
    }
    message = f"this is {_NOUNS[kind]}, not {articles[wanted]}"
    return root.place.diagnostic(WRONG_KIND, message, _remedy(kind, wanted, file))


def _remedy(kind: Kind, wanted: Kind, file: str) -> str:
    if kind == "batch":
        named = "" if file.endswith(BATCH_ENDINGS) else "; call it NAME.batch.yaml to have it validated"
        return f"run it with `capstack compare {file}`{named}"
    if kind == "tree":
        named = "" if file.endswith(TREE_ENDINGS) else "; call it NAME.tree.yaml to have it solved as one"
        return f"solve it with `capstack solve {file}`{named}"
    if kind == "sidecar":
        return f"`capstack check {file}` reads it, and solves the instance beside it"
    if wanted in ("batch", "tree"):
        return f"solve it with `capstack solve {file}`, or name it as the `base` of a {wanted}"
    return f"solve it with `capstack solve {file}`; a sidecar has the keys status, objective, sense, source and proof"
