"""Lays out the documents for MkDocs: docs/ with the README as the first page, and the files that they link to.

`make site` runs it, then MkDocs. Links out of docs/ lead to copies, because no address of the repository is known.
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGES = {"README.md": "index.md", "CONTRIBUTING.md": "CONTRIBUTING.md", "CHANGELOG.md": "CHANGELOG.md"}
FILES = "files"  # copies of what is linked outside docs/


def lay_out(target: Path, root: Path = ROOT) -> None:
    """Fills an empty directory."""
    docs = root / "docs"
    for path in sorted(docs.rglob("*")):
        if path.is_file() and path.suffix != ".md":
            _copy(path, target / path.relative_to(docs))
    pages = [*sorted(docs.rglob("*.md")), *(root / name for name in PAGES)]
    for path in pages:
        place = _place(path, root)
        text = re.sub(
            r"\]\(([^)\s]+)\)",
            lambda found, path=path, place=place: f"]({_link(found[1], path, place, target, root)})",
            path.read_text(encoding="utf-8"),
        )
        (target / place).parent.mkdir(parents=True, exist_ok=True)
        (target / place).write_text(text, encoding="utf-8")


def _place(path: Path, root: Path) -> Path:
    """Where a file of the repository is in the site's source."""
    name = path.relative_to(root).as_posix()
    if name in PAGES:
        return Path(PAGES[name])
    if path.is_relative_to(root / "docs"):
        return path.relative_to(root / "docs")
    # MkDocs leaves out what begins with a dot
    return Path(FILES) / name.lstrip(".")


def _link(link: str, page: Path, place: Path, target: Path, root: Path) -> str:
    if re.match(r"[a-z]+:|#", link):
        return link
    name, sign, fragment = link.partition("#")
    linked = (page.parent / name).resolve()
    if linked.is_dir():
        linked = linked / "README.md"
    there = _place(linked, root)
    if there.parts[0] == FILES:
        _copy(linked, target / there)
    up = len(place.parts) - 1
    return "/".join([".."] * up + [there.as_posix()]) + sign + fragment


def _copy(path: Path, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, to)


if __name__ == "__main__":
    into = Path(sys.argv[1])
    shutil.rmtree(into, ignore_errors=True)
    lay_out(into)
