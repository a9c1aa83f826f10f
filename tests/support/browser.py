"""A real Chromium that opens the report from its file, notes all it complains of, and reads back what it shows."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = Path("/usr/bin/chromium")
PAGES = [
    "overview",
    "incidents",
    "connections",
    "owners",
    "levels",
    "volumes",
    "usage",
    "finance",
    "performance",
    "errors",
    "schema",
    "lineage",
    "governance",
    "access",
    "compliance",
    "recommendations",
]
WIDTHS = (1280, 360)
THEMES = ("light", "dark")
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# seconds of the processor for what yardstick() of browser_checks.js does: 0.03 to 0.045 on the two cores that this was
# written on, whether alone or beside four other processes
YARDSTICK = 0.04
PATIENCE = 10_000  # milliseconds to wait for what should be there at once
CHECKS = Path(__file__).with_name("browser_checks.js")
_UNITS = {"": 1, "k": 1e3, "M": 1e6, "B": 1e9, "T": 1e12}


@dataclass
class Opened:
    """One tab: Playwright's page, and what happened in it that should not."""

    page: Any
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    answered: list[str] = field(default_factory=list)

    def go(self, address: str) -> None:
        """Shows a page of the report and waits until its charts are drawn."""
        self.page.evaluate("address => { location.hash = address; }", address)
        self.settle()

    def settle(self) -> None:
        self.page.wait_for_selector("html[data-ready=true]")
        self.page.wait_for_function(
            "() => new Promise(done => requestAnimationFrame(() => done(!document.body.dataset.drawing)))"
        )

    @contextmanager
    def processor_seconds(self) -> Iterator[list[float]]:
        """The time for which the page's own thread is at work, in seconds of the machine the yardstick was measured on.

        The list holds it afterwards. A machine that is slow, or shares its cores, is as slow with the yardstick.
        """
        session = self.page.context.new_cdp_session(self.page)
        session.send("Performance.enable", {"timeDomain": "threadTicks"})

        def worked() -> float:
            metrics = session.send("Performance.getMetrics")["metrics"]
            return next(one["value"] for one in metrics if one["name"] == "TaskDuration")

        def measured() -> float:
            before = worked()
            self.check("yardstick")
            return worked() - before

        spent: list[float] = []
        yardstick = measured()
        before = worked()
        yield spent
        used = worked() - before
        spent.append(used / max(1, yardstick / YARDSTICK, measured() / YARDSTICK))
        session.detach()

    def theme(self, theme: str) -> None:
        self.page.click(f"[data-choose-theme={theme}]")

    def shown(self, selector: str) -> list[str]:
        """Texts of what is visible and matches."""
        return [text.strip() for text in self.page.locator(f":is({selector}):visible").all_inner_texts()]

    @property
    def heading(self) -> str:
        return self.shown("h1")[0]

    def panel(self, caption: str):
        """The panel of the table whose caption has these words."""
        return self.page.locator(f".table-panel:visible:has(.table-head :text('{caption}'))").first

    def rows(self, caption: str) -> list[dict[str, Cell]]:
        """The rows of a table on its page of the pager, by the labels of its columns."""
        cells = self.panel(caption).locator("tbody").evaluate("body => reportChecks.cells(body)")
        return [{label: Cell(*content) for label, content in row.items()} for row in cells]

    def all_rows(self, caption: str) -> list[dict[str, Cell]]:
        """The same on every page of the pager."""
        found = self.rows(caption)
        following = self.panel(caption).get_by_role("button", name="Next page")
        while following.is_visible() and following.is_enabled():
            following.click()
            found += self.rows(caption)
        return found

    def check(self, name: str) -> Any:
        """What a check of browser_checks.js finds wrong on what is shown."""
        return self.page.evaluate("name => reportChecks[name]()", name)

    def axe(self, *rules: str) -> list[str]:
        """What axe-core finds wrong on what is shown, by WCAG 2.2 A and AA and its best practices, or by some rules."""
        if not self.page.evaluate("() => Boolean(window.axe)"):
            self.page.evaluate(axe_core())
        found = self.page.evaluate(
            "tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']}).then(result => result.violations)",
            list(rules) or AXE_TAGS,
        )
        return [f"{rule['id']}: {rule['nodes'][0]['html'][:160]} ({len(rule['nodes'])})" for rule in found]

    def overflow(self) -> int:
        """Pixels by which the document is wider than the window."""
        return self.page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")


@dataclass(frozen=True)
class Cell:
    """What one cell shows: its text, its tooltip, the name in it."""

    text: str
    title: str | None
    name: str

    @property
    def exact(self) -> int | None:
        """The exact count behind a short one."""
        return None if self.title is None else int(self.title.replace(",", ""))

    @property
    def number(self) -> float | None:
        return number(self.text)


def number(text: str) -> float | None:
    """The first number of a text as it is shown: 6.85 M, 1,234, 99.4 %, $38,128. None for a dash."""
    match = re.search(r"(-?[\d,]*\.?\d+)\s?([kMBT%]?)(?![\w])", text.replace("\u2212", "-").replace("\u202f", " "))
    if match is None:
        return None
    value = float(match[1].replace(",", ""))
    return value / 100 if match[2] == "%" else value * _UNITS[match[2]]


def axe_core() -> str:
    """The script of axe-core; without it, the test is skipped with a reason."""
    base = pytest.importorskip("axe_playwright_python.base", reason="axe-core is not installed: pip install -e .[dev]")
    return Path(base.AXE_FILE_PATH).read_text(encoding="utf-8")


@contextmanager
def chromium() -> Iterator[Any]:
    """The browser; without one, the test is skipped with a reason."""
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed: pip install -e .[dev]")
    executable = str(CHROMIUM) if CHROMIUM.exists() else shutil.which("chromium") or shutil.which("chromium-browser")
    if executable is None:
        pytest.skip("Chromium is not installed: apt install chromium")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=executable, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@contextmanager
def opened(browser: Any, file: Path, *, width: int = 1280, address: str = "", **context: Any) -> Iterator[Opened]:
    """The report in a tab of its own, drawn."""
    profile = browser.new_context(viewport={"width": width, "height": 900}, **context)
    profile.set_default_timeout(PATIENCE)
    profile.add_init_script(path=str(CHECKS))
    tab = Opened(profile.new_page())
    tab.page.on("console", lambda message: tab.complaints.append(f"{message.type}: {message.text}"))
    tab.page.on("pageerror", lambda error: tab.complaints.append(f"error: {error}"))
    tab.page.on("dialog", lambda dialog: (tab.complaints.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    tab.page.on("request", lambda request: tab.requests.append(request.url))
    tab.page.on("requestfinished", lambda request: tab.answered.append(request.url))
    tab.page.goto(f"{file.as_uri()}{'#' + address if address else ''}")
    if context.get("java_script_enabled", True):
        tab.settle()
    yield tab
    profile.close()
