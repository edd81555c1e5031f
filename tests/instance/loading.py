"""What tests of reading files share: errors alone, the words of a field, files written."""

from __future__ import annotations

from pathlib import Path

from optimizer.instance.diagnostics import Diagnostic
from optimizer.instance.schema import Block


def errors(diagnostics: list[Diagnostic]) -> list[Diagnostic]:
    return [d for d in diagnostics if d.severity == "error"]


def about(block: type[Block], field: str) -> str:
    """The description of a field."""
    return block.model_fields[field].description or ""


def write(folder: Path, **files: str) -> Path:
    """Write ``name.yaml`` for each keyword and return the folder."""
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder
