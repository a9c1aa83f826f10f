"""Keeps compiled SQL in the target directory until anything it depends on changes.

To read a mart, dbt need not parse the project. The compiled SQL of a query depends on the files of the project, the
target, the variables and the versions of dbt. A digest of them all is the name of the file with the SQL. If one of
them changes, no file has the new name, and dbt compiles again.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

import yaml

from fivetran_logs import __version__
from fivetran_logs.dbt.project import AS_OF_ENVIRONMENT, DbtProject
from fivetran_logs.dbt.warehouse import Target
from fivetran_logs.failures.secrets import secret_variables
from fivetran_logs.yaml_files import read_yaml

_FILES = 20  # files to keep, the newest; each has all queries of one project, target and set of variables
_FOLDERS = {
    "model-paths": ["models"],
    "macro-paths": ["macros"],
    "analysis-paths": ["analyses"],
    "seed-paths": ["seeds"],
    "snapshot-paths": ["snapshots"],
    "packages-install-path": "dbt_packages",
}
_BESIDE = ("dbt_project.yml", "vars.yml", "packages.yml", "dependencies.yml", "package-lock.yml")
_DATA = (".csv", ".md")  # their content does not change the SQL
_ENV_VAR = re.compile(r"\benv_var\s*\(\s*(?:['\"](\w+)['\"])?")


@dataclass
class KeptSql:
    """Compiled SQL by its Jinja, and the relations of models and seeds by name.

    None instead of SQL: dbt could not compile it, for example because a model is disabled.
    """

    path: Path | None = None
    sql: dict[str, str | None] = field(default_factory=dict)
    relations: dict[str, str] = field(default_factory=dict)

    def write(self) -> None:
        """Writes it for the next process. If the directory is read-only, the next process asks dbt again."""
        if self.path is None:
            return
        with suppress(OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            part = self.path.with_suffix(f".{os.getpid()}")
            part.write_text(json.dumps({"sql": self.sql, "relations": self.relations}), encoding="utf-8")
            part.replace(self.path)
            others = sorted(self.path.parent.glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
            for path in others[_FILES:]:
                path.unlink(missing_ok=True)


def read_kept_sql(project: DbtProject, target: Target, options: Any) -> KeptSql:
    """The SQL kept for this project in its present state; empty if there is none.

    options  the other options of the target in the profile, without secrets
    """
    mark = fingerprint(project, target, options)
    if mark is None:
        return KeptSql()
    path = project.settings.target_path / "compiled_questions" / f"{mark}.json"
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return KeptSql(path, dict(content["sql"]), dict(content["relations"]))
    except (OSError, ValueError, KeyError, TypeError):
        return KeptSql(path)


def fingerprint(project: DbtProject, target: Target, options: Any) -> str | None:
    """A digest of everything that compiled SQL depends on; None if only dbt can know it."""
    if any(os.environ.get(name) for name in ("DBT_TARGET", "DBT_PROFILE")):
        return None  # dbt compiles for these
    digest = hashlib.sha256()
    read: list[str] = []
    try:
        for path in _project_files(project.settings.project_dir):
            content = b"" if path.suffix in _DATA else path.read_bytes()
            read.append(content.decode("utf-8", "replace"))
            digest.update(f"{path} {len(content)}\n".encode() + content)
    except (OSError, yaml.YAMLError):
        return None
    environment = _environment("\n".join(read))
    if environment is None:
        return None
    rest = [_versions(target.type), target.name, target.type, target.database, target.schema, options]
    rest += [project.settings.target, project.parse_variables, environment]
    digest.update(json.dumps(rest, sort_keys=True, default=str).encode())
    return digest.hexdigest()


def _project_files(project_dir: Path) -> Iterator[Path]:
    yield from filter(Path.is_file, (project_dir / name for name in _BESIDE))
    content = read_yaml(project_dir / "dbt_project.yml")
    for key, default in _FOLDERS.items():
        folders = content.get(key, default)
        for folder in [folders] if isinstance(folders, str) else folders:
            for directory, names, files in os.walk(project_dir / folder):
                names[:] = sorted(name for name in names if name not in (".git", "target"))
                yield from (Path(directory, file) for file in sorted(files))


def _environment(text: str) -> dict[str, str | None] | None:
    """The environment variables that the project reads; None if that is unclear, or if one is secret."""
    names = {found.group(1) for found in _ENV_VAR.finditer(text)} - {AS_OF_ENVIRONMENT}
    if None in names or names & secret_variables().keys():
        return None
    return {name: os.environ.get(name) for name in names if name}


def _versions(engine: str) -> list[str]:
    found = [__version__]
    for name in ("dbt-core", "dbt-adapters", f"dbt-{engine}"):
        with suppress(metadata.PackageNotFoundError):
            found.append(f"{name} {metadata.version(name)}")
    return found
