"""What the README shows of the demo is current and small, and what the demo says to do next works."""

from __future__ import annotations

import json
import re
import shlex
import sys
from pathlib import Path

import pytest
from browser import chromium
from helpers import ROOT, CliResult, run_cli

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


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, CliResult]:
    """A directory in which `fivetran-logs demo` ran, and what it said."""
    directory = tmp_path_factory.mktemp("demo")
    done = run_cli("demo", "--no-progress", cwd=directory)
    assert done.code == 0, done.err
    return directory, done


def test_they_are_current(demo: tuple[Path, CliResult]) -> None:
    """`make pictures` if not. Compared as text, so that only what a reader sees can outdate them."""
    noted = json.loads(take_pictures.NOTE.read_text(encoding="utf-8"))
    directory, _ = demo
    assert take_pictures.ask(directory, "-t", "demo") == noted["terminal.png"], "run `make pictures`"
    with chromium() as started:
        shown = take_pictures.look_at_report(started, directory / "demo" / "report.html")
    assert shown == noted["report.png"], "run `make pictures`"


def test_what_the_demo_says_to_do_next_works(demo: tuple[Path, CliResult]) -> None:
    directory, done = demo
    steps = [line.split("   ")[0].strip() for line in done.out.split("\nNext\n")[1].splitlines()]
    assert len(steps) >= 4
    more = re.findall(r"\d+ more: (fivetran-logs .*)", done.out)
    assert more
    for step in [*steps, *more]:
        if step.startswith("fivetran-logs query"):
            assert run_cli(*shlex.split(step)[1:], cwd=directory).code == 0, step
        elif not step.startswith("fivetran-logs load DIR"):
            assert (directory / step).is_file(), step
