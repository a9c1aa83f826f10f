"""The README's pictures show what the demo shows today, and are small."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

from browser import chromium
from helpers import ROOT, one_thread, run_cli

sys.path.insert(0, str(ROOT / "scripts"))
import take_pictures

LARGEST = 150_000  # bytes


def test_they_are_small_and_used() -> None:
    noted = json.loads(take_pictures.NOTE.read_text(encoding="utf-8"))
    pictures = {path.name: path.stat().st_size for path in take_pictures.IMAGES.glob("*.png")}
    assert set(pictures) == set(noted)
    assert {name: size for name, size in pictures.items() if size > LARGEST} == {}
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert all(f"](docs/images/{name})" in readme for name in pictures)


def without_ids(lines: list[str]) -> list[str]:
    """Keys name the database, which the demo calls otherwise than the tests."""
    return [re.sub(r"\b[0-9a-f]{32}\b", "id", line) for line in lines]


def test_they_are_current(built_account, tmp_path: Path) -> None:
    """`make pictures` if not. Compared as text, so that only what a reader sees can outdate them."""
    noted = json.loads(take_pictures.NOTE.read_text(encoding="utf-8"))
    assert without_ids(take_pictures.ask(built_account.directory)) == without_ids(noted["terminal.png"]), (
        "run `make pictures`"
    )
    with one_thread():
        done = run_cli("report", "--output", tmp_path / "report.html", "--no-progress", cwd=built_account.directory)
    assert done.code == 0, done.err
    with chromium() as started:
        shown = take_pictures.look_at_report(started, tmp_path / "report.html")
    assert shown == noted["report.png"], "run `make pictures`"
