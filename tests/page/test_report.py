"""The report as a page: whole, safe, the same for the same plan."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from rich.console import Console

import optimizer
from optimizer.page.sheets import sheets
from optimizer.plan.plan import Plan
from optimizer.plan.run_folder import read_run
from optimizer.report.layout import print_table

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "results" / "reference" / "anthropic-50b"
VOID = {"meta", "link", "br"}


class Reader(HTMLParser):
    """Checks that tags are closed in order; keeps tags, ids and text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        found = dict(attrs)
        assert not any(name.startswith("on") for name in found)
        self.ids += [found["id"] or ""] if "id" in found else []
        self.links += [found["href"] or ""] if "href" in found else []
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    assert reader.open == []
    return reader


@pytest.fixture(scope="module")
def plan() -> Plan:
    return read_run(REFERENCE)


def test_the_page_is_one_file_without_script(plan: Plan, tmp_path: Path) -> None:
    page = optimizer.to_html(plan, tmp_path / "report.html")
    assert (tmp_path / "report.html").read_bytes() == page.encode()
    assert page == optimizer.to_html(read_run(REFERENCE))
    assert len(page.encode()) < 1_000_000
    found = read(page)
    assert not found.tags & {"script", "img", "iframe", "object", "embed", "link", "form", "input"}
    assert len(found.ids) == len(set(found.ids))
    assert all(link.startswith("#") and link[1:] in found.ids for link in found.links)
    assert not re.search(r"(?:src|href|xlink:href)=\"(?!#)|url\(|@import", page)
    assert "default-src 'none'" in page


def test_the_page_says_what_the_plan_says(plan: Plan) -> None:
    words = " ".join(" ".join(read(optimizer.to_html(plan)).text).split())
    for sentence in (
        "optimal within $7.9 m",
        "audit passed",
        "2026: start 400 MW",
        "795,000 units of b200-direct (the maker), ordered 2026–2029",
        "senior-secured $9,000 m in 2027–2030",
        "Net present value −$29.45 bn",
    ):
        assert sentence in words


def test_the_page_of_a_tree_says_what_is_committed_and_what_waits() -> None:
    """The smaller hall for 200 and its 8,000 units now; the plan for one forecast orders 2,000 more a year later."""
    found = optimizer.solve_tree(ROOT / "instances" / "trees" / "build-or-wait.tree.yaml")
    page = optimizer.to_html(found.record)
    read_page = read(page)
    assert not read_page.tags & {"script", "img", "iframe", "object", "embed", "link", "form", "input"}
    assert len(read_page.ids) == len(set(read_page.ids))
    assert all(link.startswith("#") and link[1:] in read_page.ids for link in read_page.links)
    words = " ".join(" ".join(read_page.text).replace("\N{WORD JOINER}", "").split())
    for sentence in (
        "audit passed in all 3 scenarios",
        "campus first-hall start 2026 1 $200 m 1 same",
        "gpu order 2027 – 2,000 units −2,000 units",
        "deciding by scenario is worth $5.6 m beside it",
        "What differs: gpu, order 2027: none in place of 2,000 units.",
        "What is committed now, and what waits",
    ):
        assert sentence in words


def test_a_plan_that_is_not_audited_is_said_to_be_so(plan: Plan) -> None:
    from dataclasses import replace

    words = " ".join(read(optimizer.to_html(replace(plan, audit=None))).text)
    assert "not audited" in words
    assert "audit passed" not in words
    changed = replace(plan, summary={**plan.summary, "message": "the best there is"})
    assert "not audited as it stands" in " ".join(read(optimizer.to_html(changed)).text)


def test_statements_of_many_periods_are_shown_by_year() -> None:
    """Eight quarters of 1 each and then 2: 4 in the first year, 8 in the second; cash is that of the last quarter."""
    flows = {"income": {"kind": "operating", "musd_per_period": [1.0] * 4 + [2.0] * 4 + [3.0] * 8}}
    plan = optimizer.solve(
        optimizer.load(
            {
                "name": "quarters",
                "calendar": {"start": "2026Q1", "length": "quarter", "periods": 16},
                "discount": {"rate_per_year": 0.1},
                "objectives": [{"name": "net_present_cost"}],
                "cash_flows": flows,
            }
        )
    )
    by_name = {sheet.name: sheet for sheet in sheets(plan, ("sources_and_uses", "cash_flow", "balance_sheet"))}
    cash_flow = {row[0]: row[1:] for row in by_name["cash_flow"].rows}
    assert by_name["cash_flow"].columns == ("line", "2026", "2027", "2028", "2029")
    assert cash_flow["Revenue"] == ("4.0", "8.0", "12.0", "12.0")
    assert cash_flow["Opening cash"] == ("·", "4.0", "12.0", "24.0")
    assert cash_flow["Closing cash"] == ("4.0", "12.0", "24.0", "36.0")
    # cash is carried into a year once
    sources = {row[0]: row[1:] for row in by_name["sources_and_uses"].rows}
    assert sources["Total sources"] == sources["Total uses"] == ("4.0", "12.0", "24.0", "36.0")
    assert {row[0]: row[1:] for row in by_name["balance_sheet"].rows}["Cash"] == ("·", "4.0", "12.0", "24.0", "36.0")


@pytest.mark.parametrize(
    "text", ["=cmd()", "<script>alert(1)</script>", "</script></style>", "[/red]", "x" * 200, "אבג דהו"]
)
def test_hostile_text_is_text(text: str) -> None:
    need = {"kind": "investing", "musd_per_period": [-100, 0], "source": text}
    instance = optimizer.load(
        {
            "name": "hostile",
            "title": text,
            "calendar": {"start": 2026, "periods": 2},
            "discount": {"rate_per_year": 0.1},
            "objectives": [{"name": "cost_of_capital"}],
            "opening": {"cash_musd": 100, "paid_in_capital_musd": 100},
            "cash_flows": {"need": need},
        }
    )
    found = read(optimizer.to_html(optimizer.solve(instance)))
    assert "script" not in found.tags
    assert text in found.text


def test_the_command_writes_what_is_asked_for(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "optimizer.cli", "report", str(REFERENCE), "--html", "--out", str(tmp_path / "r")]
    done = subprocess.run([*command, "--json"], capture_output=True, encoding="utf-8", check=True)
    assert json.loads(done.stdout)["written"] == [str(tmp_path / "r" / "report.html")]
    assert [path.name for path in (tmp_path / "r").iterdir()] == ["report.html"]
    (tmp_path / "file").write_text("", encoding="utf-8")
    blocked = subprocess.run(
        [*command[:-1], str(tmp_path / "file")], capture_output=True, encoding="utf-8", check=False
    )
    assert blocked.returncode == 5
    assert "cannot be written to" in blocked.stderr


def test_a_ratio_that_lenders_test_keeps_its_decimals_beside_amounts() -> None:
    """A loan of 100 at 8 %, repaid by halves: 70 over 8 + 50 is 1.207 in 2027, and 70 over 4 + 50 is 1.296 in 2028;
    cash is 12 and then 28, against 5. The limit of 1.15 is no 1.1, and on the terminal neither.
    """
    plan = optimizer.solve(
        optimizer.load(
            {
                "name": "tests",
                "calendar": {"start": 2026, "periods": 3},
                "discount": {"rate_per_year": 0.1},
                "objectives": [{"name": "cost_of_capital"}],
                "opening": {"cash_musd": 1000},
                "cash_flows": {
                    "project": {"kind": "investing", "musd_per_period": [-1100, 0, 0]},
                    "income": {"kind": "operating", "musd_per_period": [0, 70, 70]},
                },
                "debt": {
                    "loan": {"kind": "level", "rate_per_year": 0.08, "tenor_periods": 2, "limit_musd": 100},
                },
                "covenants": {
                    "cover": {"kind": "dscr", "minimum": 1.15},
                    "money": {"kind": "minimum_liquidity", "minimum": 5, "first_test": 2027},
                },
            }
        )
    )
    (sheet,) = sheets(plan, ("covenants",))
    shown = {(row[0], row[3]): row[4:7] for row in sheet.rows}
    assert shown["cover", "2027"] == ("1.207", "1.150", "0.057")
    assert shown["cover", "2028"] == ("1.296", "1.150", "0.146")
    assert shown["money", "2027"] == ("12.0", "5.0", "7.0")
    assert shown["money", "2028"] == ("28.0", "5.0", "23.0")
    assert sheet.note == "value, limit and headroom: ratios, of minimum_liquidity $ m"
    terminal = Console(width=200, file=io.StringIO())
    print_table(plan.rows("covenants"), terminal)
    assert terminal.file.getvalue().splitlines()[2].split()[4:7] == ["1.207", "1.150", "0.057"]  # type: ignore[attr-defined]
