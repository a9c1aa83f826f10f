"""Reads the manifest of a user's own dbt project: which of its models and exposures read a table, directly or not.

Fivetran's metadata has no name of the database, so a table is its schema and its name, in any case. What reads a table
is what dbt knows: a source with that name, the models behind it, and the exposures behind those.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fivetran_logs.dbt.settings import Settings, packaged_project
from fivetran_logs.failures.errors import WRONG_USE, UserError

SEED = "fivetran_dbt_readers"
COLUMNS = (
    "schema_name",
    "table_name",
    "database_names",
    "downstream_models",
    "downstream_exposures",
    "model_names",
    "exposure_names",
    "exposure_owners",
)
LARGEST_MB = 512  # dbt's own largest are a quarter of that; Python needs some ten times as much memory
OLDEST_VERSION = 4  # of dbt 1.0
_LONGEST_LIST = 20
_LONGEST_TEXT = 1500  # characters; the seed's columns hold 2,000


@dataclass
class Reading:
    """What reads one table: names in alphabetical order, each once."""

    databases: set[str] = field(default_factory=set)
    models: set[str] = field(default_factory=set)
    exposures: set[str] = field(default_factory=set)
    owners: set[str] = field(default_factory=set)


Readers = dict[tuple[str, str], Reading]
"""By schema and table, both in lower case."""


def read_manifest(path: Path) -> Readers:
    """What reads each source of the project.

    Raises:
        UserError: no manifest, a damaged one, one of another shape or version, or one that is too large (exit code 2).
    """
    manifest = _load(path)
    kinds = {key: _dict(manifest.get(key)) for key in ("nodes", "exposures")}
    children: dict[str, list[str]] = {}
    for entries in kinds.values():
        for key, entry in entries.items():
            for parent in _list(_dict(_dict(entry).get("depends_on")).get("nodes")):
                if isinstance(parent, str):
                    children.setdefault(parent, []).append(key)
    readers: Readers = {}
    for key, entry in _dict(manifest.get("sources")).items():
        source = _dict(entry)
        schema, table = source.get("schema"), source.get("identifier") or source.get("name")
        if not (isinstance(schema, str) and isinstance(table, str) and schema and table):
            continue
        reading = readers.setdefault((schema.lower(), table.lower()), Reading())
        if isinstance(source.get("database"), str):
            reading.databases.add(source["database"])
        for below in _downstream(key, children):
            entry = _dict(kinds["nodes"].get(below) or kinds["exposures"].get(below))
            name = str(entry.get("name") or below)
            if below in kinds["exposures"]:
                reading.exposures.add(name)
                owner = _dict(entry.get("owner"))
                reading.owners.update(str(one) for one in [owner.get("email") or owner.get("name")] if one)
            elif entry.get("resource_type") in ("model", "snapshot"):
                reading.models.add(name)
    if not readers:
        raise UserError(f"{path} declares no source: nothing in that dbt project reads a table by its name.", WRONG_USE)
    return readers


def readers_seed(settings: Settings) -> Path:
    """The file of the seed, which later builds read too.

    Raises:
        UserError: the project is the installed package, into which nothing is written (exit code 2).
    """
    path = settings.project_dir / "seeds" / f"{SEED}.csv"
    if not path.is_file():
        raise UserError(
            f"{settings.project_dir} has no seeds/{path.name} to write. A project that installs this one as a package "
            f"names a table of its own for {SEED} under fivetran_logs_seed_tables.",
            WRONG_USE,
        )
    if settings.project_dir == packaged_project() != settings.work_dir:
        raise UserError(
            "--manifest writes a seed, which needs a directory of yours: run `fivetran-logs init DIR` and build there.",
            WRONG_USE,
        )
    return path


def write_seed(readers: Readers, path: Path) -> None:
    """Writes the rows of the seed fivetran_dbt_readers.

    Raises:
        UserError: the file cannot be written.
    """
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(COLUMNS)
            for (schema, table), reading in sorted(readers.items()):
                writer.writerow(
                    (
                        schema,
                        table,
                        listed(reading.databases),
                        len(reading.models),
                        len(reading.exposures),
                        listed(reading.models),
                        listed(reading.exposures),
                        listed(reading.owners),
                    )
                )
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror or error}.") from error


def listed(names: Iterable[str]) -> str:
    """Names after each other, as many as fit, and how many are left out."""
    ordered = sorted(names)
    shown: list[str] = []
    for name in ordered[:_LONGEST_LIST]:
        if sum(map(len, shown)) + len(name) > _LONGEST_TEXT:
            break
        shown.append(" ".join(name.split()))
    rest = len(ordered) - len(shown)
    return ", ".join(shown) + (f" and {rest} more" if rest and shown else f"{rest} with long names" if rest else "")


def _downstream(key: str, children: dict[str, list[str]]) -> set[str]:
    found: set[str] = set()
    ahead = list(children.get(key, ()))
    while ahead:
        one = ahead.pop()
        if one not in found:
            found.add(one)
            ahead.extend(children.get(one, ()))
    return found


def _load(path: Path) -> dict[str, Any]:
    try:
        size = path.stat().st_size / 1e6
        if size > LARGEST_MB:
            raise UserError(f"{path} has {size:,.0f} MB: no more than {LARGEST_MB} MB are read.", WRONG_USE)
        manifest = json.loads(path.read_bytes())
    except OSError as error:
        raise UserError(
            f"{path} cannot be read: {error.strerror or error}. `dbt parse` writes target/manifest.json.", WRONG_USE
        ) from error
    except (ValueError, RecursionError) as error:
        raise UserError(f"{path} is no valid JSON: `dbt parse` writes it anew.", WRONG_USE) from error
    version = _dict(_dict(manifest).get("metadata")).get("dbt_schema_version")
    found = re.search(r"/manifest/v([0-9]{1,4})\b", version) if isinstance(version, str) else None
    if found is None or not all(isinstance(manifest.get(key), dict) for key in ("nodes", "sources")):
        raise UserError(f"{path} is no manifest of dbt: `dbt parse` writes target/manifest.json.", WRONG_USE)
    if int(found[1]) < OLDEST_VERSION:
        raise UserError(
            f"{path} is a manifest of version {found[1]}; versions from {OLDEST_VERSION} on, of dbt 1.0, are read.",
            WRONG_USE,
        )
    return manifest


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
