"""LibreOffice as the referee: it recomputes workbooks whose values beside the formulas are wrong."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.workbook.books import Book

SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">
<value>0</value></prop></item>
</oor:items>
"""
"""Always recompute: by default the values in the file are passed through, and nothing would be tested."""


def office(paths: Sequence[Path], folder: Path) -> list[Book]:
    """The workbooks recomputed, all in one call with a profile of its own."""
    user = folder / "profile" / "user"
    user.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(SETTINGS, encoding="utf-8")
    out = folder / "recomputed"
    command = ["soffice", f"-env:UserInstallation=file://{folder / 'profile'}", "--headless", "--convert-to", "xlsx"]
    subprocess.run([*command, "--outdir", str(out), *map(str, paths)], check=True, capture_output=True, timeout=300)
    found = [out / path.name for path in paths]
    assert all(path.is_file() for path in found)
    return [Book(path) for path in found]
