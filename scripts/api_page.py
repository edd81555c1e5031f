"""Writes docs/api.md from the docstrings of the public interface: ``python -m scripts.api_page``.

A name belongs to the interface if `optimizer.__all__` has it, a method or property of a class if it does not begin with
an underscore. tests/test_api.py runs the examples and sees that the page is what is written here.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import optimizer
from optimizer.instance.schema import Block

PAGE = Path(__file__).resolve().parents[1] / "docs" / "api.md"
WIDTH = 100
WITHIN = {"Plan.assemble", "Plan.books", "Plan.physical", "Instance.model_copy", "Instance.copy"}
"""What a plan is made with and of, and what is there to be refused."""
HEAD = """\
# From Python

<!-- made by scripts/api_page.py from the docstrings: `make docs` -->

"""


def main() -> None:
    PAGE.write_text(page(), encoding="utf-8")


def page() -> str:
    """The text of the page."""
    parts = [markdown(inspect.getdoc(optimizer) or "")]
    for name in optimizer._HOMES:
        thing = getattr(optimizer, name)
        parts.append(f"## {name}\n\n" + section(name, thing))
        if isinstance(thing, type):
            parts += [f"### {name}.{key}\n\n" + section(key, member) for key, member in members(thing)]
    return HEAD + "\n\n".join(parts) + "\n"


def ours(kind: type) -> list[type]:
    """A class and those of ours that it is made from, the first one first."""
    return [each for each in reversed(kind.__mro__) if each.__module__.startswith("optimizer.") and each is not Block]


def explained(thing: Any) -> str:
    """The docstring; of a class that is made from another of ours, after that of the other."""
    if isinstance(thing, type):
        return "\n\n".join(inspect.cleandoc(each.__doc__ or "") for each in ours(thing))
    return inspect.getdoc(thing) or ""


def members(kind: type) -> Iterator[tuple[str, Any]]:
    """The methods and properties that our classes define for their users, in the order of their files."""
    for key, member in {key: member for each in ours(kind) for key, member in vars(each).items()}.items():
        function = inspect.isfunction(member) or isinstance(member, (classmethod, property, cached_property))
        if function and not key.startswith("_") and f"{kind.__name__}.{key}" not in WITHIN:
            yield key, member


def section(name: str, thing: Any) -> str:
    """Signature and docstring."""
    return f"```python\n{signature(name, thing)}\n```\n\n{markdown(explained(thing))}"


def signature(name: str, thing: Any) -> str:
    """How it is called, a parameter per line where it is long; of a property its name and type."""
    if isinstance(thing, (property, cached_property)):
        function = thing.fget if isinstance(thing, property) else thing.func
        return f"{name}: {inspect.signature(function).return_annotation}"  # type: ignore[arg-type]
    if isinstance(thing, type):
        if issubclass(thing, (Exception, optimizer.Instance)):
            return f"class {name}"
        notes = {key: kind for each in ours(thing) for key, kind in inspect.get_annotations(each).items()}
        fields = [f"    {key}: {kind}" for key, kind in notes.items() if not key.startswith("_")]
        return "\n".join([f"class {name}", *fields])
    called = inspect.signature(thing.__func__ if isinstance(thing, classmethod) else thing)
    parameters = [each for key, each in called.parameters.items() if key not in ("self", "cls")]
    called = called.replace(parameters=parameters)
    line = f"{name}{called}".replace("'", "")
    if len(line) <= WIDTH:
        return line
    listed = [str(each).replace("'", "") for each in parameters]
    first = next((i for i, each in enumerate(parameters) if each.kind is each.KEYWORD_ONLY), None)
    if first is not None:
        listed.insert(first, "*")
    return "\n".join([f"{name}(", *(f"    {each}," for each in listed), f") -> {called.return_annotation}"])


def markdown(text: str) -> str:
    """A docstring as Markdown: paragraphs as they are, examples as blocks."""
    parts = []
    for paragraph in text.split("\n\n"):
        prose, found, example = paragraph.partition(">>> ")
        if prose.strip():
            parts.append(prose.strip().replace("``", "`"))
        if found:
            parts.append(f"```python\n>>> {example.rstrip()}\n```")
    return "\n\n".join(parts)


if __name__ == "__main__":
    main()
