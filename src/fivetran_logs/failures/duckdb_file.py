"""Opening the DuckDB file, and saying in one line why that fails."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from fivetran_logs.failures.errors import UserError


def quoted(name: str) -> str:
    """An SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """An SQL string."""
    return "'" + text.replace("'", "''") + "'"


@contextmanager
def open_duckdb(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Opens the file for writing, in UTC; makes it, and its directory, where missing.

    Raises:
        UserError: another process has it open, it is not a DuckDB file, or it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = duckdb.connect(str(path))
    except (duckdb.Error, OSError) as error:
        raise UserError(sentence(str(error), path) or f"{path} cannot be opened: {error}") from error
    try:
        connection.execute("set TimeZone = 'UTC'")
        yield connection
    finally:
        connection.close()


def sentence(text: str, path: Path | str | None = None) -> str | None:
    """What a message about a DuckDB file means and what to do; None where it is not about the file."""
    if "Could not set lock on file" in text or "Conflicting lock is held" in text:
        locked = re.search(r'Could not set lock on file "([^"]+)"', text)
        file = path or (locked.group(1) if locked else "The DuckDB file")
        holder = re.search(r"PID (\d+)", text)
        who = f" (process {holder.group(1)})" if holder else ""
        return (
            f"{file} is in use by another process{who}: wait until that build or load has finished, or close the "
            "program that has the file open, and run this again."
        )
    if "not a valid DuckDB database file" in text:
        file = path or "The target"
        return f"{file} is not a DuckDB file: name another with FIVETRAN_LOGS_DUCKDB, or move it away."
    return None
