"""What the pages say of the flagship is what is kept of it, and what the commands on them print."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from optimizer.cli import app
from scripts import model_page, why_page
from scripts.pages import filled
from scripts.write_reference import (
    CERTIFICATES,
    FLAGSHIP,
    PROOF,
    README,
    REFERENCE,
    ROOT,
    proof_blocks,
    readme_blocks,
    without_timings,
)


def data(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def test_the_page_on_conflicts_has_every_key() -> None:
    page = why_page.PAGE.read_text(encoding="utf-8")
    assert filled(page, why_page.blocks()) == page
    assert "| debt | Debt `tenor_periods` | raised | to twice as much: beyond that it is another agreement |" in page


def test_the_readme_shows_the_plan_that_is_kept() -> None:
    page = README.read_text(encoding="utf-8")
    assert filled(page, readme_blocks(REFERENCE)) == page


def test_the_page_on_proofs_shows_the_plan_that_is_kept() -> None:
    page, summary, certificates = (
        PROOF.read_text(encoding="utf-8"),
        data(REFERENCE / "summary.json"),
        data(CERTIFICATES),
    )
    assert filled(page, proof_blocks(summary, certificates)) == page
    assert [(found["method"], found["agrees"]) for found in certificates] == [("scip", True), ("exact", True)]
    for level, exact in zip(summary["objectives"], certificates[1]["levels"], strict=True):
        # of that plan: to a dollar, and a dollar in a billion
        assert float(exact["exact_value"]) == pytest.approx(level["value"], rel=1e-9, abs=1e-6)


def test_the_export_on_the_page_on_proofs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    printed = CliRunner().invoke(app, ["export", str(ROOT / "instances" / f"{FLAGSHIP}.yaml"), "flagship.mps"]).stdout
    assert printed.startswith("wrote flagship.mps")
    assert printed in PROOF.read_text(encoding="utf-8")


def test_the_page_on_the_model_has_the_algebra_of_the_docstrings() -> None:
    """Places that name a function of the model, at least ten of them, and the table of the ledger."""
    page = model_page.PAGE.read_text(encoding="utf-8")
    blocks = model_page.blocks(page)
    assert len(blocks) >= 10
    assert filled(page, blocks) == page


def test_the_algebra_is_the_paragraph_after_two_colons() -> None:
    """With an indent or without, and nothing of what follows; a function without any is refused."""
    secured = "B[d,t] ≤ Σ_c ltv[d,c]·pledge[d,c,t],   Σ_d pledge[d,c,t] ≤ book_value[c,t]      USD million"
    assert model_page.algebra("model.security.add_security") == secured
    assert (
        model_page.algebra("model.resale.add_resale").splitlines()[0].startswith("proceeds = min(price[u], price[t])")
    )
    assert model_page.algebra("model.pooled_debt.add_pooled").count("\n") == 2
    with pytest.raises(ValueError, match="no algebra"):
        model_page.algebra("model.debt._fees")


PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md")), ROOT / "findings" / "README.md"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))
    assert [target for target in targets if "://" not in target and not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_within_pages_lead_to_a_heading(page: Path) -> None:
    """An anchor is a heading in small letters, blanks as hyphens, without other marks."""
    links = re.findall(r"\]\(([^)#\s]*)#([^)\s]+)\)", page.read_text(encoding="utf-8"))
    written = [(page.parent / target if target else page, anchor) for target, anchor in links if "://" not in target]
    found = {target: anchors(target) for target, _ in written if target.suffix == ".md"}
    assert [anchor for target, anchor in written if target in found and anchor not in found[target]] == []


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in headings}


def test_every_finding_is_listed_and_names_its_versions() -> None:
    folder = ROOT / "findings"
    listed = re.findall(r"^\| \[([\w-]+\.sh)\]", (folder / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(listed) == sorted(path.name for path in folder.glob("*.sh"))
    for name in listed:
        (line,) = [line for line in (folder / name).read_text(encoding="utf-8").splitlines() if " install " in line]
        packages = line.partition("--quiet ")[2].split()
        assert packages
        assert all("==" in package for package in packages), name


def test_timings_are_left_out_at_any_depth() -> None:
    summary = {"timings": {"solve": 1.0}, "levels": [{"name": "a", "seconds": 2.0}], "value": 3.0}
    assert without_timings(summary) == {"levels": [{"name": "a"}], "value": 3.0}


def test_places_are_filled_and_the_rest_stays() -> None:
    page = "a <!-- x -->1<!-- /x --> b\n<!-- y -->\n<!-- /y -->\nc <!-- x -->1<!-- /x -->\n"
    written = "a <!-- x -->2<!-- /x --> b\n<!-- y -->\n|\\1|\n<!-- /y -->\nc <!-- x -->2<!-- /x -->\n"
    assert filled(page, {"x": "2", "y": "\n|\\1|\n"}) == written
    with pytest.raises(ValueError, match="no place for z"):
        filled(page, {"z": ""})


@pytest.mark.parametrize("name", ["architecture", "glossary"])
def test_files_that_the_page_names_are_there(name: str) -> None:
    """Each `FOLDER/FILE.py`, below the package or the repository; a bare `FILE.py` is one of the package."""
    page = (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8")
    here = {path.relative_to(ROOT / "optimizer").as_posix() for path in (ROOT / "optimizer").rglob("*.py")}
    bare = {path.rpartition("/")[2] for path in here}
    for named in re.findall(r"`((?:[\w.]+/)*[\w*]+\.py)`", page):
        pattern = re.compile(named.removeprefix("optimizer/").replace(".", r"\.").replace("*", r"\w*"))
        known = here if "/" in named else bare
        assert any(map(pattern.fullmatch, known)) or (ROOT / named).exists(), named


def test_the_words_are_in_order_and_once() -> None:
    page = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    words = re.findall(r"^\| (.+?) \|", page, re.MULTILINE)[1:]
    assert len(words) > 50
    assert words == sorted(words, key=str.casefold)
    assert len(set(words)) == len(words)


def test_what_the_checklist_names_is_there() -> None:
    """Every path on the page on new instruments, and every line that it quotes, as a file that it names has it."""
    page = (ROOT / "docs" / "new-instrument.md").read_text(encoding="utf-8")
    paths = set(re.findall(r"`((?:[\w-]+/)+[\w.-]*)`", page))
    paths |= {
        path
        for line in re.findall(r"^\$ \$PY -m pytest -q (.+)$", page, re.MULTILINE)
        for path in re.findall(r"tests/\S+", line)
    }
    assert len(paths) > 50
    beside = (ROOT, ROOT / "optimizer", ROOT / "optimizer" / "instance")
    assert sorted(path for path in paths if not any((folder / path).exists() for folder in beside)) == []
    for module in re.findall(r"`\$PY -m ([\w.]+)`", page):
        assert (ROOT / f"{module.replace('.', '/')}.py").exists(), module
    texts = [_bare((ROOT / path).read_text(encoding="utf-8")) for path in paths if (ROOT / path).is_file()]
    lines = {line for text in texts for line in text.splitlines()}
    quotes = [
        _bare(quote) for quote in re.findall(r"^```(?:python|yaml|text)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    ]
    assert len(quotes) > 20
    for quote in quotes:
        # in one piece, or single lines of several places
        assert any(quote in text for text in texts) or lines.issuperset(quote.splitlines()), quote


def _bare(text: str) -> str:
    """Lines without what stands before and after them in a list: indents and commas."""
    return "\n".join(line.strip().rstrip(",") for line in text.splitlines())
