"""`fivetran-logs export`: the bill as files for finance. SQL computes; this names columns, sets types and writes."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Mapping
from datetime import date, datetime, timezone
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any

from fivetran_logs.commands.explain_difference import parse_month
from fivetran_logs.commands.export_questions import (
    CHARGEBACK,
    EARLIEST,
    FIRST,
    FOCUS,
    FOCUS_COLUMNS,
    LAST,
    LATEST,
    MONTH,
    Column,
)
from fivetran_logs.commands.query import all_questions, write_file
from fivetran_logs.dbt.marts import Question, open_marts
from fivetran_logs.dbt.open import Options, open_project
from fivetran_logs.dbt.warehouse import Rows
from fivetran_logs.failures.errors import WRONG_USE, UserError
from fivetran_logs.output.console import messages
from fivetran_logs.output.spreadsheet import to_csv

NOBODY = "without_owner"
_QUANTITY_DIGITS = (28, 6)  # FOCUS wants decimals, and whole numbers as decimals too


def run_focus(
    options: Options, *, version: str, format_: str, first: str | None, last: str | None, output_file: Path | None
) -> int:
    """Writes the bill in the columns of one version of FOCUS.

    first, last  charges that begin on or after the one day and before the other; None: no limit
    """
    if format_ == "parquet" and output_file is None and sys.stdout.isatty():
        raise UserError("Parquet is no text: name a file with --output.", WRONG_USE)
    days = {FIRST: EARLIEST if first is None else parse_day(first), LAST: LATEST if last is None else parse_day(last)}
    if days[FIRST] >= days[LAST]:
        raise UserError(f"--from {days[FIRST]} is not before --to {days[LAST]}.", WRONG_USE)
    answer = _ask(options, FOCUS, days)
    columns = columns_of(version)
    rows = focus_rows(answer, columns)
    content: str | bytes
    if format_ == "parquet":
        content = to_parquet(columns, rows)
    else:
        content = to_csv([column.name for column in columns], [[_instant_text(value) for value in row] for row in rows])
    if output_file is None:
        sys.stdout.write(content) if isinstance(content, str) else sys.stdout.buffer.write(content)
        return 0
    write_file(output_file, content)
    messages().print(f"✓ {len(rows):,} charges in {output_file}, FOCUS {version}", markup=False)
    return 0


def run_chargeback(options: Options, *, month: str | None, output: Path) -> int:
    """Writes a directory for each month, with a CSV for each owner."""
    wanted = "" if month is None else parse_month(month).isoformat()
    answer = _ask(options, CHARGEBACK, {MONTH: wanted})
    files = statements(answer)
    if not files:
        raise UserError("There is no bill and no usage" + (f" in {month}." if month else "."))
    for path, rows in files.items():
        try:
            (output / path).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UserError(f"{output} cannot be written: {error.strerror or error}", WRONG_USE) from error
        write_file(output / path, to_csv(answer.columns, rows))
    messages().print(f"✓ {len(files):,} statements in {output}", markup=False)
    return 0


def parse_day(text: str) -> str:
    """A day such as 2026-05-01; of a month alone its first.

    Raises:
        UserError: it is no day (exit code 2).
    """
    whole = f"{text.strip()}-01" if re.fullmatch(r"[0-9]{4}-[0-9]{2}", text.strip()) else text.strip()
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", whole):
            return date.fromisoformat(whole).isoformat()
    except ValueError:
        pass  # the 31st of February
    raise UserError(f"{text!r} is not a day: write it like 2026-05-01.", WRONG_USE)


def columns_of(version: str) -> list[Column]:
    """The columns that a version of FOCUS has, in its order."""
    return [column for column in FOCUS_COLUMNS if column.since <= version <= column.until]


def focus_rows(answer: Rows, columns: list[Column]) -> list[list[Any]]:
    """The answer with these columns only, each value of the column's type. Warehouses may shout names."""
    places = {name.lower(): at for at, name in enumerate(answer.columns)}
    readers = {"text": _as_text, "number": _as_number, "time": _as_instant}
    chosen = [(places[column.mart_column], readers[column.kind]) for column in columns]
    return [[None if row[at] is None else read(row[at]) for at, read in chosen] for row in answer.rows]


def to_parquet(columns: list[Column], rows: list[list[Any]]) -> bytes:
    """A Parquet file; a column without any value keeps its type."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    kinds = {"text": pa.string(), "number": pa.decimal128(*_QUANTITY_DIGITS), "time": pa.timestamp("us", tz="UTC")}
    arrays = [
        pa.array([row[at] for row in rows], type=kinds[column.kind], from_pandas=False)
        for at, column in enumerate(columns)
    ]
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_arrays(arrays, names=[column.name for column in columns]), buffer)
    return buffer.getvalue()


def statements(answer: Rows) -> dict[Path, list[tuple[Any, ...]]]:
    """The rows of each month and owner, by the path of their file: 2026-05/ann_example.com.csv.

    Each row is in one file, so all files of a month sum to its bills. Owners who share a file name get numbers.
    """
    places = [name.lower() for name in answer.columns]
    month, owner = places.index("month_date"), places.index("owner")
    out: dict[Path, list[tuple[Any, ...]]] = {}
    taken: set[str] = set()
    rows = sorted(answer.rows, key=lambda row: (str(row[month]), row[owner] is not None, row[owner] or ""))
    for (day, who), group in groupby(rows, key=lambda row: (str(row[month])[:7], row[owner])):
        stem = f"{day}/{NOBODY if who is None else file_name(who)}"
        path, number = stem, 1
        while path.lower() in taken:
            number += 1
            path = f"{stem}_{number}"
        taken.add(path.lower())
        out[Path(f"{path}.csv")] = list(group)
    return out


def file_name(owner: str) -> str:
    """An owner as the name of a file on any system; it leads out of no directory."""
    return re.sub(r"[^A-Za-z0-9._-]+", "_", owner)[:80].strip("._") or "owner"


def _ask(options: Options, question: Question, replace: Mapping[str, str]) -> Rows:
    with messages().status("Asking …"):
        project, _ = open_project(options)
        with open_marts(project, [question], lambda: all_questions(project.settings)) as marts:
            return marts.ask(question, replace=replace)


def _as_text(value: Any) -> str:
    return str(value)


def _as_number(value: Any) -> Decimal:
    return Decimal(str(value))


def _as_instant(value: Any) -> datetime:
    at = value if isinstance(value, datetime) else datetime.fromisoformat(str(value).replace("Z", "+00:00"))
    return at.replace(tzinfo=timezone.utc) if at.tzinfo is None else at.astimezone(timezone.utc)


def _instant_text(value: Any) -> Any:
    return f"{value:%Y-%m-%dT%H:%M:%SZ}" if isinstance(value, datetime) else value
