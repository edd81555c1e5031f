"""The page in a real browser: nothing is said on its console, nothing overlaps, nothing is too small or too pale."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import optimizer
from optimizer.plan.run_folder import read_run
from tests.conftest import needs_browser

pytestmark = [needs_browser, pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = "/usr/bin/chromium"
LEAST_PX, LEAST_CONTRAST = 9.0, 4.5

OVERLAPS = """() => {
  const found = [];
  for (const drawing of document.querySelectorAll('svg.exhibit')) {
    const texts = [...drawing.querySelectorAll('text')].map(e => [e.getBoundingClientRect(), e.lastChild.textContent]);
    for (let i = 0; i < texts.length; i++) for (let j = i + 1; j < texts.length; j++) {
      const [a, b] = [texts[i][0], texts[j][0]];
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (wide > 1 && high > 2) found.push([texts[i][1], texts[j][1]]);
    }
  }
  const blocks = [...document.querySelectorAll('h1,h2,h3,p,li,dt,dd,figure,table')].filter(e => e.checkVisibility());
  for (let i = 0; i < blocks.length; i++) for (let j = i + 1; j < blocks.length; j++) {
    if (blocks[i].contains(blocks[j])) continue;
    const [a, b] = [blocks[i].getBoundingClientRect(), blocks[j].getBoundingClientRect()];
    const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    if (wide > 1 && high > 2) found.push([blocks[i].textContent.slice(0, 40), blocks[j].textContent.slice(0, 40)]);
  }
  return found;
}"""
SMALLEST = """() => Math.min(...[...document.querySelectorAll('svg.exhibit')].filter(e => e.checkVisibility())
  .map(e => 12 * e.getBoundingClientRect().width / e.viewBox.baseVal.width))"""
CONTRASTS = """() => {
  const parts = colour => colour.match(/[0-9.]+/g).slice(0, 3).map(Number);
  const linear = v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const light = colour => parts(colour).map(v => linear(v / 255))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const paper = light(getComputedStyle(document.documentElement).backgroundColor);
  const found = {};
  const inks = {p: 'color', '.note': 'color', 'nav a': 'color', 'svg .t': 'fill', 'svg .u': 'fill'};
  for (const [selector, property] of Object.entries(inks)) {
    const ink = light(getComputedStyle(document.querySelector(selector))[property]);
    found[selector] = (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
  }
  return found;
}"""


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "report.html"
    optimizer.to_html(read_run(ROOT / "results" / "reference" / "anthropic-50b"), path)
    return path


@pytest.fixture(scope="module")
def tree_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tree") / "report.html"
    found = optimizer.solve_tree(ROOT / "instances" / "trees" / "build-or-wait.tree.yaml")
    optimizer.to_html(found.record, path)
    return path


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1400, 390])
def test_the_page_opens_offline_and_can_be_read(width: int, scheme: Any, page_file: Path, browser: Any) -> None:
    readable(width, scheme, page_file, browser)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1400, 390])
def test_the_page_of_a_tree_can_be_read(width: int, scheme: Any, tree_file: Path, browser: Any) -> None:
    readable(width, scheme, tree_file, browser)


def readable(width: int, scheme: Any, page_file: Path, browser: Any) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, offline=True)
    page, said, asked = context.new_page(), [], []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(page_file.as_uri())
    assert said == []
    assert asked == [page_file.as_uri()]
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.evaluate(OVERLAPS) == []
    assert page.evaluate(SMALLEST) >= LEAST_PX
    contrasts = page.evaluate(CONTRASTS)
    assert {name: found for name, found in contrasts.items() if found < LEAST_CONTRAST} == {}
    # the keyboard goes to what scrolls and to what opens
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "To the answer"
    context.close()


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_the_page_prints_with_all_that_is_folded(paper: str, page_file: Path, browser: Any, tmp_path: Path) -> None:
    page = browser.new_page()
    page.goto(page_file.as_uri())
    page.emulate_media(media="print")
    assert page.evaluate("document.querySelector('#inputs td').getBoundingClientRect().height") > 0
    page.pdf(path=str(tmp_path / "report.pdf"), format=paper)
    assert (tmp_path / "report.pdf").read_bytes()[:5] == b"%PDF-"
    page.close()
