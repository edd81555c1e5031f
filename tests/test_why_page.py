"""The page on why: one title, headings that can be linked to, and ten questions with commands that there are."""

from __future__ import annotations

import re
import shlex

from typer.testing import CliRunner

from optimizer.cli import app
from scripts.why_page import PAGE

TEXT = PAGE.read_text(encoding="utf-8")
BARE = re.sub(r"(?ms)^```.*?^```$", "", TEXT)
HEADS = re.findall(r"(?m)^(#+) (.*)$", BARE)


def anchor(head: str) -> str:
    return re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-")


def test_headings_have_one_title_and_an_address_each() -> None:
    assert [head for level, head in HEADS if level == "#"] == ["Why, and what if"]
    anchors = [anchor(head) for _, head in HEADS]
    assert len(anchors) == len(set(anchors))
    assert set(re.findall(r"\]\(#([^)]*)\)", TEXT)) <= set(anchors)


def test_ten_questions_have_a_command_each() -> None:
    """Each is asked in a heading, and its command knows the options that stand there."""
    questions = TEXT.partition("## Ten questions")[2].partition("\n## ")[0].split("\n### ")[1:]
    assert len(questions) == 10
    runner = CliRunner()
    for question in questions:
        assert question.splitlines()[0].endswith("?")
        commands = re.findall(r"(?m)^\$ capstack (.*)$", question)
        assert commands
        for command in commands:
            words = shlex.split(command)
            told = runner.invoke(app, [words[0], "--help"], env={"COLUMNS": "200"})
            assert told.exit_code == 0
            assert all(word in told.output for word in words if word.startswith("--"))
