"""`capstack init`: a small commented instance to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from optimizer.commands.failure import FINE, INVALID, Failure
from optimizer.commands.options import Json
from optimizer.commands.output import print_json, say

TEMPLATE_NAME = "minimal"
SCHEMA_LINE = "# yaml-language-server: $schema="


def init(
    name: Annotated[
        str, typer.Argument(metavar="[NAME]", help="Name of the instance; the file is NAME.yaml.")
    ] = TEMPLATE_NAME,
    as_json: Json = False,
) -> int:
    """Write a small commented instance to start from."""
    from pydantic import TypeAdapter, ValidationError

    from optimizer.instance.schema import Name

    for ending in (".yaml", ".yml"):
        name = name.removesuffix(ending)
    if name.endswith((".batch", ".expected")):
        what = "batch files" if name.endswith(".batch") else "sidecars"
        raise Failure(INVALID, f"{name}.yaml is how {what} are called; choose another name for an instance")
    try:
        TypeAdapter(Name).validate_python(name)
    except ValidationError:
        rule = "a letter, then up to 63 letters, digits, underscores, dots or hyphens"
        raise Failure(INVALID, f"{name!r} cannot be the name of an instance: {rule}") from None
    path = Path(f"{name}.yaml")
    try:
        with open(path, "x", encoding="utf-8", newline="\n") as stream:
            stream.write(template(name))
    except FileExistsError:
        raise Failure(INVALID, f"{path} is there already; choose another name") from None
    except OSError as error:
        raise Failure(INVALID, f"{path} cannot be written: {error.strerror}") from None
    if as_json:
        print_json({"file": str(path)})
    else:
        say(f"wrote {path}; next: capstack validate {path}, capstack solve {path}\n")
        say("for completion in an editor: capstack schema > instance.schema.json\n")
    return FINE


def template(name: str) -> str:
    """The packaged template as an instance called ``name``."""
    package = Path(__file__).parents[1]
    packaged, source = package / "templates", package.parent / "instances" / "templates"
    text = ((packaged if packaged.is_dir() else source) / f"{TEMPLATE_NAME}.yaml").read_text(encoding="utf-8")
    lines = [
        f"{SCHEMA_LINE}instance.schema.json"
        if line.startswith(SCHEMA_LINE)
        else f"name: {name}"
        if line == f"name: {TEMPLATE_NAME}"
        else line
        for line in text.splitlines()
    ]
    return "\n".join(lines) + "\n"
