"""Opening the DuckDB file, and saying in one line why that fails."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from fivetran_logs.failures.errors import UserError, one_line


def quoted(name: str) -> str:
    """An SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """An SQL string."""
    return "'" + text.replace("'", "''") + "'"


@contextmanager
def open_duckdb(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Opens the file for writing, in UTC; makes it, and its directory, where there is none.

    Raises:
        UserError: another process has it open, it is no DuckDB file, or it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = duckdb.connect(str(path))
    except (duckdb.Error, OSError) as error:
        raise explain(error, path) from error
    try:
        connection.execute("set TimeZone = 'UTC'")
        yield connection
    finally:
        connection.close()


def explain(error: Exception, path: Path | str) -> UserError:
    """A failure to open a DuckDB file, as one line that says what to do."""
    text = str(error)
    if is_lock_error(text):
        holder = re.search(r"PID (\d+)", text)
        who = f" (process {holder.group(1)})" if holder else ""
        return UserError(
            f"{path} is in use by another process{who}: wait until that build or load has finished, or close the "
            "program that has the file open, and run this again."
        )
    if "not a valid DuckDB database file" in text:
        return UserError(f"{path} is no DuckDB file: name another with FIVETRAN_LOGS_DUCKDB, or move it away.")
    return UserError(f"{path} cannot be opened: {one_line(text)}")


def is_lock_error(text: str) -> bool:
    """Whether a message says that another process holds the DuckDB file."""
    return "Could not set lock on file" in text or "Conflicting lock is held" in text
