"""`fivetran-logs what-if`: the rows and dollars of a change, before anybody makes it."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from fivetran_logs.commands.query import all_questions, deliver
from fivetran_logs.commands.what_if_questions import (
    CHANGE,
    CONNECTION,
    INTO,
    NAMES,
    QUESTIONS,
    REACHES,
    TABLES,
    WHAT_IF,
)
from fivetran_logs.dbt.marts import open_marts
from fivetran_logs.dbt.open import Options, open_project
from fivetran_logs.dbt.warehouse import Rows
from fivetran_logs.failures.errors import WRONG_USE, UserError
from fivetran_logs.output.console import messages, output

TITLES = {
    "drop-tables": "If its tables were no longer synced, a month like this one:",
    "resync": "If it were synced again from the start, a month like this one:",
    "reschedule": "If its schedule changed, a month like this one:",
    "history-mode": "If its tables kept their history, a month like this one:",
    "merge": "If both were one connection, a month like this one:",
}


def run(
    options: Options,
    change: str,
    connection: str,
    *,
    tables: Sequence[str],
    into: str | None,
    format_: str,
    output_file: Path | None,
) -> int:
    if (change == "merge") != (into is not None):
        raise UserError("merge needs --into CONNECTION, and no other change takes it.", WRONG_USE)
    if tables and change in ("merge", "reschedule"):
        raise UserError(f"{change} is of a whole connection: leave out --table.", WRONG_USE)
    with messages().status("Asking …"):
        project, _ = open_project(options)
        with open_marts(project, QUESTIONS, lambda: all_questions(project.settings)) as marts:
            names = marts.ask(NAMES)
            one = find_connection(names, connection)
            other = find_connection(names, into) if into is not None else ""
            if one == other:
                raise UserError(f"{connection} and {into} are the same connection.", WRONG_USE)
            check_tables(names, one, tables)
            answer = marts.ask(
                WHAT_IF,
                replace={
                    CHANGE: change,
                    CONNECTION: _hash(one),
                    INTO: _hash(other),
                    TABLES: "', '".join(map(_hash, tables)),
                    REACHES: "some" if tables else "all",
                },
            )
    if not answer.rows:
        raise UserError(f"{connection} had no rows in the last complete month: there is nothing to reckon with.")
    if format_ != "table" or output_file is not None:
        return deliver(answer, TITLES[change], format_=format_, output_file=output_file)
    # a connection that moved within the month has a row for each destination
    for values in answer.dicts():
        figures, sentences = _upright(values)
        deliver(figures, TITLES[change], format_=format_, output_file=None)
        for sentence in sentences:
            output().print(sentence, markup=False, highlight=False)
    return 0


def find_connection(names: Rows, wanted: str) -> str:
    """The id of the connection with this id or name, in any case.

    Raises:
        UserError: none has it, or several; the message names those that are near.
    """
    labels = {(str(id_), str(name or id_)) for id_, name, *_ in names.rows}
    found = {id_ for id_, name in labels if wanted.strip().lower() in (id_.lower(), name.lower())}
    if len(found) == 1:
        return found.pop()
    if found:
        raise UserError(f"Several connections are called {wanted}: give the id, {' or '.join(sorted(found))}.")
    raise UserError(f"No connection with usage is called {wanted}. {_near(wanted, (name for _, name in labels))}")


def check_tables(names: Rows, connection_id: str, tables: Iterable[str]) -> None:
    """Raises UserError for the first table that the connection does not have; its message names those that are near."""
    have = [(str(schema), str(table)) for id_, _, schema, table in names.rows if str(id_) == connection_id and table]
    known = {table.lower() for _, table in have} | {f"{schema}.{table}".lower() for schema, table in have}
    for table in tables:
        if table.lower() not in known:
            paths = [f"{schema}.{name}" if "." in table else name for schema, name in have]
            raise UserError(f"The connection has no rows of a table {table}. {_near(table, paths)}")


def _near(wanted: str, names: Iterable[str]) -> str:
    choices = sorted(set(names))
    close = difflib.get_close_matches(wanted, choices, n=3, cutoff=0.5) or choices[:3]
    return f"Did you mean {' or '.join(close)}?" if close else "No usage is known: `fivetran-logs check` says why."


def _hash(name: str) -> str:
    return hashlib.md5(name.lower().encode(), usedforsecurity=False).hexdigest()


def _upright(values: dict[str, Any]) -> tuple[Rows, list[str]]:
    """A row as a line for each figure, and its sentences apart, because they are long."""
    figures = [(name, value) for name, value in values.items() if value is not None and not name.startswith("how_")]
    return Rows(["figure", "value"], figures), [str(values[name]) for name in ("how_rows", "how_dollars")]
