"""Finds the tables of an export in a directory and reads each file as it is: Parquet with its types, text as text."""

from __future__ import annotations

import csv
import gzip
import re
import zlib
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb

from fivetran_logs.dbt.source_tables import SourceTable, SourceTables
from fivetran_logs.failures.duckdb_file import literal, quoted
from fivetran_logs.failures.errors import WRONG_USE, UserError, one_line

FORMATS = {".parquet": "parquet", ".csv": "csv", ".tsv": "csv", ".json": "json", ".jsonl": "json", ".ndjson": "json"}
_COMPRESSIONS = {".gz"}
# What the simulator writes beside the tables.
_NOT_DATA = {"truth.json", "owners.csv", "budgets.csv", "price_curve.csv", "manifest.json"}
_DELIMITERS = ",;\t|"
_LONGEST_VALUE = 64 * 1024 * 1024  # bytes of one CSV line or one JSON object: error texts can be huge
_HEADER_BYTES = 1024 * 1024


@dataclass(frozen=True)
class TableFiles:
    """The file, or the parts, of one table. `name` is the name it goes by in this export, in lower case."""

    table: SourceTable
    name: str
    paths: tuple[Path, ...]
    format: str

    @property
    def size_bytes(self) -> int:
        return sum(path.stat().st_size for path in self.paths)

    @property
    def label(self) -> str:
        """What to call it in a message: `log.csv`, or `log/ (3 files)`."""
        if len(self.paths) == 1:
            return self.paths[0].name
        return f"{self.paths[0].parent.name}/ ({len(self.paths)} files)"


@dataclass(frozen=True)
class Export:
    """What a directory holds: tables in the source_tables's order, and unknown names."""

    directory: Path
    tables: list[TableFiles]
    unknown: list[str]


def find_export(directory: Path, source_tables: SourceTables) -> Export:
    """Looks for one file, or one subdirectory of files, per table; names count in any case.

    Raises:
        UserError: the directory does not exist (exit code 2), holds no table, or holds a table twice.
    """
    if not directory.is_dir():
        what = "is a file, not a directory" if directory.exists() else "does not exist"
        raise UserError(f"{directory} {what}: name the directory that holds the exported tables.", WRONG_USE)
    found: dict[str, list[tuple[str, tuple[Path, ...], str]]] = defaultdict(list)
    unknown = []
    for entry in sorted(directory.iterdir(), key=lambda path: path.name):
        if entry.name.startswith((".", "_")) or entry.name in _NOT_DATA:
            continue
        name = _stem(entry).lower()
        parts = _parts(entry, is_table=source_tables.find(name) is not None)
        if parts and source_tables.find(name):
            found[name].append((entry.name, *parts))
        else:
            unknown.append(entry.name + ("/" if entry.is_dir() else ""))
    for name, entries in found.items():
        if len(entries) > 1:
            names = " and ".join(entry[0] for entry in entries)
            raise UserError(f"{names} in {directory} both hold the table {name}: keep one of them.")
    if not found:
        raise UserError(
            f"{directory} holds no table that the Platform connector writes. {_hint(directory, source_tables)}"
        )
    tables = [
        TableFiles(table, name, found[name][0][1], found[name][0][2])
        for table in source_tables
        for name in table.names
        if name in found
    ]
    return Export(directory, tables, unknown)


def _hint(directory: Path, source_tables: SourceTables) -> str:
    for child in sorted(directory.iterdir()):
        if child.is_dir() and any(source_tables.find(_stem(path)) and _format(path) for path in child.iterdir()):
            return f"Did you mean {child}?"
    return "Expected one Parquet, CSV or JSON lines file per table, such as log.parquet or connection.csv."


def _parts(entry: Path, *, is_table: bool) -> tuple[tuple[Path, ...], str] | None:
    """The files of a table and their common format; None where an entry is not data.

    Raises:
        UserError: a table's directory holds files of several kinds: some of its rows would be missing.
    """
    if entry.is_file():
        return ((entry,), _format(entry)) if _format(entry) else None
    files = sorted(path for path in entry.rglob("*") if path.is_file() and not path.name.startswith((".", "_")))
    formats = {_format(path) for path in files}
    if len(formats) == 1 and None not in formats:
        return tuple(files), formats.pop()
    if is_table and len(formats) > 1:
        others = sorted(path.name for path in files if _format(path) is None) or sorted(filter(None, formats))
        raise UserError(
            f"{entry} must hold the parts of one table, all Parquet, all CSV or all JSON lines; "
            f"it holds {', '.join(others[:3])} beside them."
        )
    return None


def _plain_name(path: Path) -> Path:
    return Path(path.stem) if path.suffix.lower() in _COMPRESSIONS else Path(path.name)


def _format(path: Path) -> str | None:
    return FORMATS.get(_plain_name(path).suffix.lower())


def _stem(path: Path) -> str:
    return path.name if path.is_dir() else _plain_name(path).stem


def arrived_relation(connection: duckdb.DuckDBPyConnection, files: TableFiles, temporary: str) -> str:
    """Makes the files readable as one relation and returns its SQL. CSV and JSON land in temporary tables, all as text.

    Raises:
        UserError: a file is damaged, or names no column of its table; the message names file and cause.
    """
    if files.format == "parquet":
        return _parquet(connection, files)
    pieces = []
    for number, path in enumerate(files.paths):
        readings = _csv(files, path) if files.format == "csv" else _json(connection, files, path)
        pieces.append(f"{temporary}_{number}")
        create = f"create or replace temporary table {pieces[-1]} as"
        _first_that_reads(connection, path, [f"{create} {reading}" for reading in readings])
    return "(" + " union all by name ".join(f"from {piece}" for piece in pieces) + ")"


def _parquet(connection: duckdb.DuckDBPyConnection, files: TableFiles) -> str:
    for path in files.paths:
        try:
            names = [row[0] for row in connection.execute(f"describe from {_read_parquet([path])}").fetchall()]
        except duckdb.Error as error:
            raise UserError(f"{path} is not a readable Parquet file: {_cause(error)}.") from error
        _require_known_column(files, path, names)
    return f"(from {_read_parquet(files.paths)})"


def _read_parquet(paths: tuple[Path, ...] | list[Path]) -> str:
    return f"read_parquet([{', '.join(map(_path, paths))}], union_by_name = true, binary_as_string = true)"


def _csv(files: TableFiles, path: Path) -> list[str]:
    """Selects that read a CSV, likeliest dialect first: RFC 4180, then quotes escaped by a backslash."""
    delimiter, names, blank_lines = _csv_header(files, path)
    if not names:
        return [_nothing(files)]
    _require_known_column(files, path, names)
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in names)
    options = (
        f"columns = {{{columns}}}, delim = {literal(delimiter)}, quote = '\"', header = true, skip = {blank_lines}, "
        f"auto_detect = false, strict_mode = true, allow_quoted_nulls = false, max_line_size = {_LONGEST_VALUE}"
    )
    dialects = ["escape = '\"', nullstr = ['', '\\N']", "escape = '\\', nullstr = ''"]
    return [f"from read_csv({_path(path)}, {options}, {dialect})" for dialect in dialects]


def _csv_header(files: TableFiles, path: Path) -> tuple[str, list[str], int]:
    """Delimiter and column names of a CSV, and the blank lines before them; no names where the file is empty."""
    try:
        with gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb") as file:
            head = file.read(_HEADER_BYTES)
    except (OSError, EOFError, zlib.error) as error:
        raise UserError(f"{path} cannot be read: {one_line(str(error)).rstrip('.')}.") from error
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UserError(f"{path} is UTF-16: save it as UTF-8.")
    text = head.decode("utf-8-sig", errors="replace")
    if not text.strip():
        return ",", [], 0
    # Lines with their ends, also those of old Macs.
    lines = re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$", text)
    blank = next(number for number, line in enumerate(lines) if line.strip())
    headers = list(_headers(lines[blank:]))
    known = [sum(map(bool, map(files.table.column, names))) for _, names in headers]
    ends_never = len(headers) < len(_DELIMITERS) and not any(known)
    if ends_never or (len(head) == _HEADER_BYTES and len(lines) == blank + 1):
        raise UserError(
            f"{path}, line {blank + 1}: the names of the columns cannot be read: the line is longer than "
            f"{_HEADER_BYTES // 1024 // 1024} MiB, or a quote in it is never closed."
        )
    delimiter, names = headers[known.index(max(known))]
    return delimiter, _distinct([name.strip(' "') for name in names]), blank


def _headers(lines: list[str]) -> Iterator[tuple[str, list[str]]]:
    """The names of the columns as each delimiter that can be would give them."""
    for delimiter in _DELIMITERS:
        reader = csv.reader(lines, delimiter=delimiter)
        with suppress(csv.Error):  # a name longer than 128 KiB
            names = next(reader)
            is_open = reader.line_num == len(lines) > 1 and "".join(lines).count('"') % 2 == 1
            if not is_open:
                yield delimiter, names


def _distinct(names: list[str]) -> list[str]:
    """Names as unlike each other as a table needs them: blanks are numbered, repetitions too."""
    seen: dict[str, int] = {}
    result = []
    for number, name in enumerate(names):
        name = name or f"column{number}"
        count = seen.get(name.lower(), 0)
        seen[name.lower()] = count + 1
        result.append(f"{name}_{count}" if count else name)
    return result


def _json(connection: duckdb.DuckDBPyConnection, files: TableFiles, path: Path) -> list[str]:
    """A select that reads JSON objects, one a line or in one array: every value as text, nested ones as JSON."""
    objects = f"read_json_objects({_path(path)}, format = 'auto', maximum_object_size = {_LONGEST_VALUE})"
    try:
        rows, others = connection.execute(
            f"select count(*), count(*) filter (json_type(json) <> 'OBJECT') from {objects}"
        ).fetchone()
        keys = connection.execute(
            f"select distinct unnest(json_keys(json)) as key from {objects} order by key"
        ).fetchall()
    except duckdb.Error as error:
        raise UserError(f"{path} is not readable JSON: {_cause(error)}.") from error
    if others:
        raise UserError(f"{path} holds JSON that is not an object: every row must be one.")
    if not rows:
        return [_nothing(files)]
    spellings: dict[str, list[str]] = defaultdict(list)
    for (key,) in keys:
        spellings[key.lower()].append(key)
    _require_known_column(files, path, list(spellings))
    columns = ", ".join(
        f"coalesce({', '.join(f'json_extract_string(json, {_json_path(key)})' for key in same)}, null)"
        f" as {quoted(same[0] or 'unnamed')}"
        for same in spellings.values()
    )
    return [f"select {columns} from {objects}"]


def _json_path(key: str) -> str:
    escaped = key.replace("\\", "\\\\").replace('"', '\\"')
    return literal(f'$."{escaped}"')


def _nothing(files: TableFiles) -> str:
    """A table of no rows: the file is empty, so its columns are the declared ones."""
    columns = ", ".join(f"null::varchar as {quoted(column.name)}" for column in files.table.columns)
    return f"select {columns} where false"


def _first_that_reads(connection: duckdb.DuckDBPyConnection, path: Path, statements: list[str]) -> None:
    first: Exception | None = None
    for statement in statements:
        try:
            connection.execute(statement)
            return
        except duckdb.Error as error:
            first = first or error
    raise UserError(f"{path}{_cause_with_line(first)}") from first


def _require_known_column(files: TableFiles, path: Path, names: list[str]) -> None:
    if not any(files.table.column(name) for name in names):
        expected = ", ".join(column.name for column in files.table.columns[:4])
        found = ", ".join(names[:4]) or "none"
        raise UserError(
            f"{path} has no column of the table {files.name}: expected columns such as {expected}; found {found}."
        )


def _cause(error: Exception) -> str:
    """The first line of a database error, without its class, the file's path or a final stop."""
    line = str(error).strip().split("\n")[0]
    line = re.sub(r"^[\w ]*Error: ", "", line)
    line = re.sub(r"(?i)\s*(in )?file ['\"][^'\"]*['\"],?", " the file" if line.startswith("File") else "", line)
    return one_line(line).strip().rstrip(".") or type(error).__name__


def _cause_with_line(error: Exception | None) -> str:
    """`, line 3: Expected Number of Columns: 2 Found: 1.` out of DuckDB's page about a CSV."""
    text = str(error)
    line = re.search(r"CSV Error on Line: (\d+)", text)
    if not line:
        return f" cannot be read: {_cause(error)}." if error else ""
    causes = text[line.end() :].split("\n\n")[0].split("\n")
    cause = next((part for part in causes if part and not part.startswith("Original Line")), "damaged")
    for part in text.split("\n"):
        if re.search(r"unterminated quote|Expected Number of Columns|not utf-8|Maximum line size", part, re.IGNORECASE):
            cause = part
            break
    return f", line {line.group(1)}: {one_line(cause).rstrip('.')}."


def _path(path: Path) -> str:
    """A path as DuckDB takes it: without the meaning of its wildcards."""
    return literal(re.sub(r"([\[*?])", r"[\1]", str(path)))
