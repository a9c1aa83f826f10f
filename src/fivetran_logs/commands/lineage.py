"""`fivetran-logs lineage NAME`: where a table or column comes from, and where it goes."""

from __future__ import annotations

import difflib
import hashlib
from pathlib import Path
from typing import Any

from fivetran_logs.commands.lineage_questions import LINEAGE, NAMES, PLACES, QUESTIONS
from fivetran_logs.commands.query import all_questions, deliver
from fivetran_logs.dbt.manifest import Readers, Reading, read_manifest
from fivetran_logs.dbt.marts import Marts, open_marts
from fivetran_logs.dbt.open import Options, open_project
from fivetran_logs.dbt.warehouse import Rows
from fivetran_logs.failures.errors import WRONG_USE, UserError
from fivetran_logs.output.console import messages


def run(options: Options, name: str, *, manifest: Path | None, format_: str, output_file: Path | None) -> int:
    parts = split_name(name)
    readers = read_manifest(manifest) if manifest else {}
    with messages().status("Asking …"):
        project, _ = open_project(options)
        with open_marts(project, QUESTIONS, lambda: all_questions(project.settings)) as marts:
            answer = find(marts, parts)
            if not answer.rows:
                raise UserError(f"No table or column is called {name}. {_advice(marts, parts)}")
    answer = with_readers(answer, readers)
    title = f"Where {name} comes from, and where it goes."
    return deliver(answer, title, format_=format_, output_file=output_file)


def split_name(name: str) -> list[str]:
    """The parts of a name such as schema.table.column, the last one first, without quotes around them.

    Raises:
        UserError: no part, an empty part, or more than three (exit code 2).
    """
    parts = [part.strip().strip('"`') for part in name.strip().split(".")]
    if not all(parts) or len(parts) > 3:
        raise UserError(
            f"{name!r} is no name: write table, schema.table, table.column or schema.table.column.", WRONG_USE
        )
    return parts[::-1]


def find(marts: Marts, parts: list[str]) -> Rows:
    """The pairs in which one side has this name."""
    hashes = [hashlib.md5(part.lower().encode(), usedforsecurity=False).hexdigest() for part in parts]
    return marts.ask(LINEAGE, replace=dict(zip(PLACES, hashes + [""] * (3 - len(parts)), strict=True)))


def with_readers(answer: Rows, readers: Readers) -> Rows:
    """The pairs, and below them what reads their destination tables: a row for each model and each exposure."""
    place = {name: number for number, name in enumerate(answer.columns)}
    tables: dict[tuple[str, str], tuple[str, Any]] = {}
    for row in answer.rows:
        if row[place["goes_to"]] is not None and row[place["destination_table"]] is not None:
            key = (str(row[place["destination_schema"]] or "").lower(), str(row[place["destination_table"]]).lower())
            name = f"{row[place['destination_schema']]}.{row[place['destination_table']]}"
            tables.setdefault(key, (name, row[place["destination_name"]]))
    found = []
    for key, (table, destination) in sorted(tables.items()):
        reading = readers.get(key, Reading())
        for level, names in (("model", reading.models), ("exposure", reading.exposures)):
            for name in sorted(names):
                row = dict.fromkeys(answer.columns)
                row |= {"level": level, "comes_from": table, "destination_name": destination, "goes_to": name}
                found.append(tuple(row.values()))
    shown = [name for name in answer.columns if name not in ("destination_schema", "destination_table")]
    return Rows(shown, [tuple(row[place[name]] for name in shown) for row in [*answer.rows, *found]])


def _advice(marts: Marts, parts: list[str]) -> str:
    names = sorted({str(row[0]) for row in marts.ask(NAMES).rows if row[0] is not None})
    if not names:
        return "The lineage is empty: its tables need the Enterprise plan. `fivetran-logs check` lists what is missing."
    close = difflib.get_close_matches(parts[0], names, n=3, cutoff=0.6)
    return (
        f"Did you mean {' or '.join(close)}?"
        if close
        else "Write table, schema.table, table.column or schema.table.column."
    )
