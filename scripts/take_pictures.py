"""Takes the two pictures of the README from the demo, in Chromium, and notes what they show.

`make pictures` runs it. tests/report/test_pictures.py compares the note with what the demo shows today.
"""

from __future__ import annotations

import html
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
NOTE = IMAGES / "pictures.json"  # what each picture shows, as lines of text
QUERY = "open_incidents"
SIZE = {"width": 1080, "height": 600}
COLUMNS = 80
VISIBLE = """() => {
    const lines = [], texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const node = texts.currentNode, range = document.createRange();
        range.selectNodeContents(node);
        const box = range.getBoundingClientRect();
        const text = node.textContent.trim().replace(/\\s+/g, ' ');
        const shown = box.width && box.top < innerHeight && box.bottom > 0;
        if (text && shown && !node.parentElement.closest('script, style')) lines.push(text);
    }
    return lines;
}"""
TERMINAL = """<!doctype html><meta charset="utf-8"><style>
    body {{ margin: 0; background: #14161b; color: #e6e8ec; }}
    pre {{ display: inline-block; margin: 0; padding: 20px 24px; font: 15px/1.4 "DejaVu Sans Mono", monospace; }}
    b {{ color: #7ee0a1; font-weight: normal; }}
</style><pre><b>$ fivetran-logs query {query} -t demo</b>
{text}</pre>"""


@contextmanager
def browser() -> Iterator[Any]:
    """Chromium; raises SystemExit without one."""
    from playwright.sync_api import sync_playwright

    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        raise SystemExit("Chromium is not installed: apt install chromium")
    with sync_playwright() as started:
        opened = started.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


def look_at_report(chromium: Any, report: Path, picture: Path | None = None) -> list[str]:
    """The texts on the first screen of a report; takes its picture if told where."""
    page = chromium.new_page(viewport=SIZE, color_scheme="light", reduced_motion="reduce")
    page.goto(report.as_uri())
    page.wait_for_selector("html[data-ready=true]")
    page.wait_for_function("() => !document.body.dataset.drawing")
    if picture is not None:
        page.screenshot(path=picture)
    lines = page.evaluate(VISIBLE)
    page.close()
    return lines


def ask(directory: Path, *options: str) -> list[str]:
    """What the query prints in a terminal of 80 columns."""
    command = [sys.executable, "-m", "fivetran_logs", "query", QUERY, *options]
    environment = {**os.environ, "COLUMNS": str(COLUMNS), "NO_COLOR": "1"}
    done = subprocess.run(command, cwd=directory, env=environment, capture_output=True, text=True, check=True)
    return [line.rstrip() for line in done.stdout.splitlines()]


def draw_terminal(chromium: Any, lines: list[str], picture: Path) -> None:
    """Draws the lines as a terminal shows them."""
    page = chromium.new_page(viewport={"width": 900, "height": 700})
    page.set_content(TERMINAL.format(query=QUERY, text=html.escape("\n".join(lines))))
    page.locator("pre").screenshot(path=picture)
    page.close()


def main() -> None:
    with tempfile.TemporaryDirectory() as name, browser() as chromium:
        directory = Path(name)
        demo = [sys.executable, "-m", "fivetran_logs", "demo", "--no-progress"]
        subprocess.run(demo, cwd=directory, check=True, stdout=subprocess.DEVNULL)
        shown = {"report.png": look_at_report(chromium, directory / "demo" / "report.html", IMAGES / "report.png")}
        shown["terminal.png"] = ask(directory, "-t", "demo")
        draw_terminal(chromium, shown["terminal.png"], IMAGES / "terminal.png")
    NOTE.write_text(json.dumps(shown, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
