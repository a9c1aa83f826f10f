"""Opens the DuckDB file, and explains in one line why that failed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb

from fivetran_logs.failures.errors import UserError

_UNREADABLE = {  # what DuckDB writes, and what it means
    r"not a valid DuckDB database file": "is not a DuckDB file",
    r"sqlite_scanner": "is an SQLite file, not a DuckDB file",
    r"Could not read from file .*Is a directory": "is a directory, not a DuckDB file",
    r"Corrupt database file|invalidated because of a previous fatal error": "is a damaged DuckDB file",
    r"database file with version number": "was written by another version of DuckDB, which this one cannot read",
}
_SQLITE = b"SQLite format 3\x00"  # how each of its files begins


def quoted(name: str) -> str:
    """An SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """An SQL string."""
    return "'" + text.replace("'", "''") + "'"


@contextmanager
def open_duckdb(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Opens the file for writing, in UTC; creates it and its directory if missing.

    Raises:
        UserError: another process has it open, it is not a DuckDB file, or it cannot be written.
    """
    refuse_sqlite(path)
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


def refuse_sqlite(path: Path) -> None:
    """DuckDB would load an extension for such a file, from the network if need be, and write our tables into it.

    Raises:
        UserError: it is an SQLite file.
    """
    with suppress(OSError), path.open("rb") as file:  # DuckDB says why a file cannot be read
        if file.read(len(_SQLITE)) == _SQLITE:
            raise UserError(sentence("sqlite_scanner", path) or "")


def sentence(text: str, path: Path | str | None = None) -> str | None:
    """The meaning of a message about a DuckDB file and its remedy; None if it is about something else."""
    if "Could not set lock on file" in text or "Conflicting lock is held" in text:
        locked = re.search(r'Could not set lock on file "([^"]+)"', text)
        file = path or (locked.group(1) if locked else "The DuckDB file")
        holder = re.search(r"PID (\d+)", text)
        who = f" (process {holder.group(1)})" if holder else ""
        return (
            f"{file} is in use by another process{who}: wait until that build or load has finished, or close the "
            "program that has the file open, and run this again."
        )
    file = path or "The target"
    for sign, what in _UNREADABLE.items():
        if re.search(sign, text):
            instead = "name another with FIVETRAN_LOGS_DUCKDB, or move it away, load your export again and build"
            return f"{file} {what}: {instead}."
    return None
