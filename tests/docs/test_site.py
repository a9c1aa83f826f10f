"""The site: pages of marts are current, the build is strict, and every link of the built pages leads somewhere."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from helpers import ROOT

sys.path.insert(0, str(ROOT / "scripts"))
import write_marts
import write_site


def test_pages_of_marts_and_seeds_are_current() -> None:
    stale = [
        name
        for name, text in write_marts.written().items()
        if not (ROOT / name).exists() or (ROOT / name).read_text(encoding="utf-8") != text
    ]
    assert not stale, "run `make docs`"
    assert write_marts.stale_pages() == [], "run `make docs`"


def test_every_mart_has_a_page_with_a_grain_and_described_columns() -> None:
    marts = write_marts.read_marts()
    assert {mart.name for mart in marts} == {path.stem for path in (ROOT / "models" / "marts").rglob("fct_*.sql")}
    for mart in marts:
        assert mart.description.startswith("One row per"), mart.name
        assert mart.columns, mart.name
        for name, kind, text in mart.columns:
            assert text, (mart.name, name)
            assert re.fullmatch(r"[a-z]+(\(\d+(, ?\d+)?\))?", kind), (mart.name, name, kind)


def build(directory: Path) -> subprocess.CompletedProcess[str]:
    """Builds the site of documents that lie in `directory`/docs."""
    text = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    text = text.replace("build/docs", "docs").replace("build/site", "site")
    (directory / "mkdocs.yml").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "mkdocs", "build", "--config-file", str(directory / "mkdocs.yml")]
    quiet = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    return subprocess.run(command, capture_output=True, text=True, env=quiet, check=False)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("site")
    write_site.lay_out(directory / "docs")
    done = build(directory)
    assert done.returncode == 0, done.stderr[-3000:]
    return directory


def test_every_link_of_the_built_pages_leads_somewhere(site: Path) -> None:
    pages = {path.resolve(): path.read_text(encoding="utf-8") for path in (site / "site").rglob("*.html")}
    ids = {path: set(re.findall(r'\bid="([^"]+)"', text)) for path, text in pages.items()}
    dead, seen = [], 0
    for path, text in pages.items():
        if path.name == "404.html":  # its links are for a server
            continue
        for link in re.findall(r'\b(?:href|src)="([^"]+)"', text):
            if re.match(r"[a-z]+:", link):
                continue
            seen += 1
            name, _, fragment = link.partition("#")
            linked = (path.parent / name).resolve() if name else path
            if not linked.exists() or (
                fragment and linked in ids and fragment not in {*ids[linked], "__codelineno-0-1"}
            ):
                dead.append((path.name, link))
    assert seen > 1000
    assert dead == []


def test_the_site_fetches_nothing(site: Path) -> None:
    for path in (site / "site").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        fetched = re.findall(r'<(?:script|img|iframe)[^>]+src="(https?:[^"]+)"', text)
        fetched += re.findall(r'<link[^>]+rel="(?:stylesheet|preconnect)"[^>]+href="(https?:[^"]+)"', text)
        assert fetched == [], path.name


def test_every_rule_check_and_mart_can_be_reached(site: Path) -> None:
    for folder in ("rules", "checks", "marts"):
        index = (site / "site" / folder / "index.html").read_text(encoding="utf-8")
        pages = {path.name for path in (site / "site" / folder).glob("*.html")} - {"index.html"}
        assert pages
        assert pages <= set(re.findall(r'href="([^"/#]+\.html)"', index))


def test_a_dead_link_fails_the_build(site: Path, tmp_path: Path) -> None:
    shutil.copytree(site / "docs", tmp_path / "docs")
    page = tmp_path / "docs" / "volumes.md"
    before = page.read_text(encoding="utf-8")
    for link in ("nowhere.md", "alerts.md#nowhere"):
        page.write_text(f"{before}\n[dead]({link})\n", encoding="utf-8")
        done = build(tmp_path)
        assert done.returncode != 0, link
        assert "nowhere" in done.stderr
