"""The directory that `fivetran-logs init` makes. It has the files a user edits, and every command works from it.

The directory is a dbt project in its own right: `.fivetran_logs/` holds a copy of the packaged models and macros, and
`dbt_project.yml` beside it points into the copy, while seeds, variables and profile are the user's. `docs/` holds the
guides that messages name. `init` renews both, and so does any command of another version of the package. Nothing is
written into the installed package.
"""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from fivetran_logs import __version__
from fivetran_logs.dbt.settings import packaged_project
from fivetran_logs.failures.errors import WRONG_USE, UserError

COPY = ".fivetran_logs"
VERSION_FILE = "version.txt"
GUIDES = "docs"
_COPIED = ("models", "macros", "analyses")
_NOTHING_SECRET = """\
.fivetran_logs/
target/
logs/
demo/
*.duckdb
*.duckdb.wal
.nao.env
.user.yml
*.p8
*.pem
*.key
"""


@dataclass
class Written:
    """The files that `init` wrote or kept, as paths relative to the directory."""

    directory: Path
    new: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


def write_directory(directory: Path, *, force: bool = False) -> Written:
    """Writes the directory. Existing files of the user stay as they are, unless `force`.

    Raises:
        UserError: the directory is a file, cannot be written, or holds another dbt project (exit code 2).
    """
    package = packaged_project()
    directory = directory.resolve()
    _refuse_foreign(directory)
    written = Written(directory)
    try:
        directory.mkdir(parents=True, exist_ok=True)
        renew_copy(directory, package)
        for name, content in user_files(package).items():
            path = directory / name
            if path.exists() and not force:
                written.kept.append(name)
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
            written.new.append(name)
    except OSError as error:
        raise UserError(f"{directory} cannot be written: {error.strerror or error}", WRONG_USE) from error
    return written


def user_files(package: Path) -> dict[str, str]:
    """The files that a user edits, by path, with their original content."""
    files = {
        "dbt_project.yml": _dbt_project(package),
        "profiles.yml": (package / ".dbt" / "profiles.yml").read_text(encoding="utf-8"),
        ".nao.env.example": (package / ".nao.env.example").read_text(encoding="utf-8"),
        ".gitignore": _NOTHING_SECRET,
    }
    for path in sorted((package / "seeds").iterdir()):
        files[f"seeds/{path.name}"] = path.read_text(encoding="utf-8")
    return files


def renew_copy(directory: Path, package: Path | None = None) -> None:
    """Replaces the copy of models, macros and analyses, so that no file of an older version stays. Copies the guides
    too, and leaves other files in their folder alone."""
    package = package or packaged_project()
    copy = directory / COPY
    shutil.rmtree(copy, ignore_errors=True)
    for folder in _COPIED:
        shutil.copytree(package / folder, copy / folder)
    pictures = shutil.ignore_patterns("images")
    shutil.copytree(package / GUIDES, directory / GUIDES, ignore=pictures, dirs_exist_ok=True)
    (copy / VERSION_FILE).write_text(f"{__version__}\n", encoding="utf-8")


def renew_if_older(directory: Path) -> bool:
    """Renews the copy of an initialised directory if another version wrote it, and returns whether it did.

    Adds seeds that the other version lacked, because the new models read them.
    """
    if not is_initialised(directory):
        return False
    path = directory / COPY / VERSION_FILE
    if path.is_file() and path.read_text(encoding="utf-8").strip() == __version__:
        return False
    renew_copy(directory)
    for name, content in user_files(packaged_project()).items():
        path = directory / name
        if name.startswith("seeds/") and not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
    return True


def is_initialised(directory: Path) -> bool:
    """Whether `init` made the dbt project of a directory."""
    path = directory / "dbt_project.yml"
    return path.is_file() and f"{COPY}/models" in path.read_text(encoding="utf-8", errors="replace")


def parses_analyses(directory: Path) -> bool:
    """Whether the dbt_project.yml of an initialised directory is of an `init` that let dbt parse the named queries.

    There a mart that the user switches off stops dbt, because a query reads it.
    """
    if not is_initialised(directory):
        return False
    text = (directory / "dbt_project.yml").read_text(encoding="utf-8", errors="replace")
    paths = re.search(r"(?m)^analysis-paths:(.*(?:\n[ -].*)*)", text)
    return paths is None or f"{COPY}/analyses" in paths[1]


def _refuse_foreign(directory: Path) -> None:
    if directory.is_file():
        raise UserError(f"{directory} is a file: name a directory.", WRONG_USE)
    if (directory / "dbt_project.yml").is_file() and not is_initialised(directory):
        raise UserError(
            f"{directory} holds a dbt project already: name another directory, or install this project into that one "
            "as a dbt package (docs/SETUP_GUIDE.md).",
            WRONG_USE,
        )


def _dbt_project(package: Path) -> str:
    """The packaged dbt_project.yml, reading models from the copy and seeds from beside itself."""
    text = (package / "dbt_project.yml").read_text(encoding="utf-8")
    for folder in _COPIED:
        kind = {"models": "model", "macros": "macro", "analyses": "analysis"}[folder]
        # an analysis of a mart that the user switches off would stop dbt's parsing; `query` reads the files without dbt
        paths = "[]" if folder == "analyses" else f"[{COPY}/{folder}]"
        text = re.sub(rf"(?m)^{kind}-paths: .*$", f"{kind}-paths: {paths}", text)
    text = re.sub(r"(?m)^test-paths: .*\n", "", text)
    head = (
        "# Made by `fivetran-logs init`: yours to edit. Thresholds and names of the source are under vars, seeds\n"
        f"# beside this file; models and macros come from {COPY}/, replaced with each version: do not edit those.\n\n"
    )
    return head + text
