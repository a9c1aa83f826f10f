"""Parquet files, all or nothing, the same bytes for the same account."""

from __future__ import annotations

import itertools
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from .billing import PRICE_CURVE
from .dbt_project import MANIFEST
from .owners import BUDGETS, OWNERS

TRUTH = "truth.json"
BESIDE = (TRUTH, OWNERS, BUDGETS, PRICE_CURVE, MANIFEST)

# Older names of tables and columns, by generation.
_CONNECTOR = {"connection_id": "connector_id"}
_OLDER_COLUMNS: dict[str, dict[str, str]] = {
    "connection": {
        "connection_id": "connector_id",
        "connection_name": "connector_name",
        "connector_type_id": "connector_type",
    },
    "log": _CONNECTOR,
    "connector_sdk_log": _CONNECTOR,
    "incremental_mar": {"connection_name": "connector_name"},
    "source_schema": _CONNECTOR,
    "source_table": _CONNECTOR,
    "source_column": _CONNECTOR,
}


def as_named(table: str, rows: pa.Table, names: str) -> tuple[str, pa.Table]:
    """Name and columns of a table as that generation of the Platform connector has them."""
    if names == "current":
        return table, rows
    rename = _OLDER_COLUMNS.get(table, {})
    rows = rows.rename_columns([rename.get(column, column) for column in rows.column_names])
    if names == "oldest" and table in ("log", "connector_sdk_log"):
        rows = rows.drop_columns(["sync_id"])
    return ("connector" if table == "connection" else table), rows


def write_table(path: Path, batches: Iterable[pa.Table]) -> int:
    """Writes one Parquet file, a row group per batch; gives the number of rows."""
    writer, count = None, 0
    try:
        for batch in batches:
            if writer is None:
                writer = pq.ParquetWriter(path, batch.schema, compression="zstd", compression_level=1)
            if batch.num_rows or count == 0:
                writer.write_table(batch)
            count += batch.num_rows
    finally:
        if writer is not None:
            writer.close()
    return count


def write_truth(path: Path, truth: dict[str, Any]) -> None:
    path.write_text(json.dumps(truth, indent=1, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")


@contextmanager
def replacing(directory: Path) -> Iterator[Path]:
    """A directory to write into that takes the place of `directory` when all has gone well.

    Raises FileExistsError where `directory` holds anything but an earlier simulation.
    """
    directory = Path(os.path.realpath(directory))  # the target of a link: the link itself stays
    if directory.exists() and not _is_ours(directory):
        raise FileExistsError(f"{directory} exists and is no earlier simulation: choose an empty or a new directory")
    directory.parent.mkdir(parents=True, exist_ok=True)
    fresh, former = _unused_name_beside(directory, "partial"), _unused_name_beside(directory, "former")
    fresh.mkdir()
    try:
        yield fresh
        # Two renames: an interruption between them leaves the former one whole beside, under its hidden name.
        if directory.exists() and directory.samefile(Path.cwd()):
            former.mkdir()
            _move_content(directory, former)
            _move_content(fresh, directory)
        else:
            if directory.exists():
                directory.rename(former)
            fresh.rename(directory)
        shutil.rmtree(former, ignore_errors=True)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _unused_name_beside(directory: Path, what: str) -> Path:
    """A hidden name that no file has, because existing files may be the user's."""
    names = (directory.with_name(f".{directory.name}.{what}{number or ''}") for number in itertools.count())
    return next(path for path in names if not os.path.lexists(path))


def _move_content(source: Path, target: Path) -> None:
    """Instead of a rename, for a working directory: the directory itself must stay."""
    for entry in list(source.iterdir()):
        entry.rename(target / entry.name)


def _is_ours(directory: Path) -> bool:
    """An empty directory, or one with an earlier simulation and nothing else."""
    if not directory.is_dir():
        return False
    names = [entry.name for entry in directory.iterdir()]
    return not names or (TRUTH in names and all(name in BESIDE or name.endswith(".parquet") for name in names))
