"""What a console with a narrow encoding shows: every sign and digit, and no character replaced by a question mark."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from optimizer.commands.plain_text import in_ascii

from .conftest import TINY, Solved
from .test_process import COMMAND, ENVIRONMENT, ROOT

REFERENCE = ROOT / "results" / "reference" / "anthropic-50b"


def output(encoding: str, *arguments: object, cwd: Path | None = None) -> tuple[str, str]:
    """Standard output and standard error of a command on a console of an encoding."""
    environment = {**ENVIRONMENT, "PYTHONIOENCODING": encoding}
    command = [*COMMAND, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, env=environment, cwd=cwd, timeout=120, check=False)
    assert done.returncode in (0, 2), done.stderr
    return done.stdout.decode(encoding), done.stderr.decode(encoding)


@pytest.mark.parametrize("table", [[], ["cash_flow"]])
def test_a_plan_keeps_its_signs(table: list[str]) -> None:
    wide, _ = output("utf-8", "show", REFERENCE, *table)
    assert "−" in wide
    for encoding in ("ascii", "cp1252"):
        narrow, _ = output(encoding, "show", REFERENCE, *table)
        assert narrow.count("?") == wide.count("?")
        assert in_ascii(narrow).split() == in_ascii(wide).split()


def test_messages_keep_theirs(folder: Path) -> None:
    """A note on a file, and a file with a name and a text that ASCII lacks."""
    (folder / "größe.yaml").write_text(
        TINY.replace("price_usd: {value: 20000,", "price_usd: {value: −20000,"), encoding="utf-8"
    )
    wide, narrow = output("utf-8", "validate", "größe.yaml"), output("ascii", "validate", "größe.yaml")
    assert "−20000" in "".join(wide)
    assert narrow == tuple(map(in_ascii, wide))
    assert "gro\\u0308" not in "".join(narrow)
    assert "?" not in "".join(wide + narrow)


def test_json_is_the_same_text_in_every_encoding(solved: Solved) -> None:
    found = [json.loads(output(encoding, "show", REFERENCE, "--json")[0]) for encoding in ("utf-8", "ascii", "cp1252")]
    assert found[0] == found[1] == found[2]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("−$1,234 m · 12–15 … ≤ 3 → ~0", "-$1,234 m . 12-15 ... <= 3 -> ~0"),
        ("Σ Δ τ", "Sigma Delta tau"),
        ("10⁻⁶ m² 3½", "10^-6 m^2 3 1/2"),
        ("Zürich, São Paulo, Łódź", "Zurich, Sao Paulo, \\u0141odz"),
        ("٣ ３ ①", "3 3 1"),
        ("─┼█", "-+#"),
        ("日本", "\\u65e5\\u672c"),
        ("\udcff", "\\udcff"),
    ],
)
def test_in_ascii(text: str, written: str) -> None:
    assert in_ascii(text) == written
