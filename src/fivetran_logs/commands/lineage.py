"""`fivetran-logs lineage NAME`: where a table or column comes from, and where it goes."""

from __future__ import annotations

import difflib
import hashlib
import sys
from pathlib import Path

from fivetran_logs.commands.query import all_questions, to_csv, to_json
from fivetran_logs.dbt.marts import Marts, Question, open_marts
from fivetran_logs.dbt.open import Options, open_project
from fivetran_logs.dbt.warehouse import Rows
from fivetran_logs.failures.errors import WRONG_USE, UserError
from fivetran_logs.output.console import messages, output
from fivetran_logs.output.summary import show_answer

_PLACES = ("@last@", "@middle@", "@first@")
_MOST_ROWS = 500


def _is(place: str, column: str) -> str:
    """The condition that a name is the one asked for, in any case; hashed, so that no name is ever part of the SQL."""
    hashed = '{{ dbt.hash("lower(' + column + ')") }}'
    return f"('{place}' = '' or {hashed} = '{place}')"


def _side(side: str, level: str) -> str:
    parts = [f"{side}_column_name"] if level == "column" else []
    parts += [f"{side}_table_name", f"{side}_schema_name"]
    conditions = [_is(place, part) for place, part in zip(_PLACES, parts, strict=False)]
    if level == "table":  # a table has two parts: a name of three is a column's
        conditions.append("'@first@' = ''")
    return " and ".join(conditions)


def _path(side: str, level: str) -> str:
    parts = [f"coalesce({side}_schema_name, '?')", f"coalesce({side}_table_name, '?')"]
    name = f"{side}_{level}_name"
    if level == "column":
        parts.append(name)
    return f"case when {name} is not null then " + " || '.' || ".join(parts) + " end"


def _level(level: str) -> str:
    types = level == "column"
    source_type, destination_type = (
        ("source_data_type", "destination_data_type") if types else ("cast(null as {{ dbt.type_string() }})",) * 2
    )
    return f"""select
    '{level}' as level,
    connection_name,
    {_path("source", level)} as comes_from,
    {source_type} as source_type,
    destination_name,
    {_path("destination", level)} as goes_to,
    {destination_type} as destination_type,
    is_living,
    known_on,
    linked_at
from {{{{ ref('fct_fivetran_{level}_lineage') }}}}
where ({_side("source", level)}) or ({_side("destination", level)})"""


LINEAGE = Question(
    "lineage",
    f"{_level('table')}\n\nunion all\n\n{_level('column')}\n\norder by 1 desc, 8 desc, 2, 3, 6, 10\n",
    "The lineage",
)
_NAMES = Question(
    "names of lineage",
    "\nunion\n".join(
        f"select {side}_{level}_name as name from {{{{ ref('fct_fivetran_{level}_lineage') }}}}"
        for level in ("table", "column")
        for side in ("source", "destination")
    )
    + "\n",
    "The names of tables and columns",
)
QUESTIONS = (LINEAGE, _NAMES)


def run(options: Options, name: str, *, format_: str, output_file: Path | None) -> int:
    parts = split_name(name)
    with messages().status("Asking …"):
        project, _ = open_project(options)
        with open_marts(project, QUESTIONS, lambda: all_questions(project.settings)) as marts:
            answer = find(marts, parts)
            if not answer.rows:
                raise UserError(f"No table or column is called {name}. {_advice(marts, parts)}")
    if format_ == "table" and output_file is None:
        shown = Rows(answer.columns, answer.rows[:_MOST_ROWS])
        show_answer(output(), f"Where {name} comes from, and where it goes.", shown)
        if len(answer.rows) > _MOST_ROWS:
            messages().print(
                f"{len(answer.rows):,} rows in all: name the table too, or use --format csv.", markup=False
            )
        return 0
    text = to_json(answer) if format_ == "json" else to_csv(answer)
    if output_file is None:
        sys.stdout.write(text)
        return 0
    try:
        output_file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UserError(f"{output_file} cannot be written: {error.strerror or error}", WRONG_USE) from error
    messages().print(f"✓ {len(answer.rows):,} rows in {output_file}", markup=False)
    return 0


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
    return marts.ask(LINEAGE, replace=dict(zip(_PLACES, hashes + [""] * (3 - len(parts)), strict=True)))


def _advice(marts: Marts, parts: list[str]) -> str:
    names = sorted({str(row[0]) for row in marts.ask(_NAMES).rows if row[0] is not None})
    if not names:
        return "The lineage is empty: its tables need the Enterprise plan. `fivetran-logs check` lists what is missing."
    close = difflib.get_close_matches(parts[0], names, n=3, cutoff=0.6)
    return (
        f"Did you mean {' or '.join(close)}?"
        if close
        else "Write table, schema.table, table.column or schema.table.column."
    )
