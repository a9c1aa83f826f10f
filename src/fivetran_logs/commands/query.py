"""`fivetran-logs query`: the shipped analyses by name, run on the user's warehouse."""

from __future__ import annotations

import difflib
import json
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from fivetran_logs.alerts.findings import alert_questions
from fivetran_logs.commands.evidence_questions import QUESTIONS as EVIDENCE_QUESTIONS
from fivetran_logs.commands.export_questions import QUESTIONS as EXPORT_QUESTIONS
from fivetran_logs.commands.lineage_questions import QUESTIONS as LINEAGE_QUESTIONS
from fivetran_logs.commands.what_if_questions import QUESTIONS as WHAT_IF_QUESTIONS
from fivetran_logs.dbt.marts import Question, open_marts
from fivetran_logs.dbt.open import Options, open_project, open_settings
from fivetran_logs.dbt.project import DbtProject
from fivetran_logs.dbt.settings import Settings, packaged_project
from fivetran_logs.dbt.warehouse import Rows
from fivetran_logs.failures.errors import WRONG_USE, UserError, printable
from fivetran_logs.output.answers import WIDTH_WITHOUT_TERMINAL, answer_text, cell_text, show_answer, show_queries
from fivetran_logs.output.console import messages, output
from fivetran_logs.output.spreadsheet import to_csv
from fivetran_logs.report.queries import report_questions

ANALYSES = ("fivetran_analytics_queries.sql", "fivetran_data_check.sql", "table_row_counts.sql")
_CONDITION = re.compile(r"^\s*([\w ]+?)\s*([=~])(.*)$", re.DOTALL)
_HEADER = re.compile(r"^-- (name|subject|description):\s*(.*?)\s*$")


@dataclass(frozen=True)
class NamedQuery:
    """One statement of an analysis file, with its Jinja."""

    name: str
    subject: str
    description: str
    sql: str

    @property
    def question(self) -> Question:
        return Question(self.name, self.sql, f"The query {self.name}")


def read_queries(settings: Settings) -> dict[str, NamedQuery]:
    """All shipped queries by name, in the order of the files."""
    own = settings.project_dir / "analyses"
    folder = own if (own / ANALYSES[0]).is_file() else packaged_project() / "analyses"
    found = [query for name in ANALYSES if (folder / name).is_file() for query in parse_queries(folder / name)]
    return {query.name: query for query in found}


def parse_queries(path: Path) -> list[NamedQuery]:
    """The queries of one file: `-- name:`, `-- subject:` and `-- description:` lines, a statement, a final semicolon.

    Text before the first name sets Jinja variables for every query of the file.
    """
    preamble, *blocks = re.split(r"^(?=-- name:)", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    shared = preamble if "{%" in preamble else ""
    return [_parse_block(block, shared) for block in blocks]


def _parse_block(block: str, shared: str) -> NamedQuery:
    header: dict[str, list[str]] = {"name": [], "subject": [], "description": []}
    lines = block.splitlines()
    while lines and (match := _HEADER.match(lines[0])):
        header[match.group(1)].append(match.group(2))
        lines.pop(0)
    statement = re.split(r";[ \t]*$", "\n".join(lines), maxsplit=1, flags=re.MULTILINE)[0].strip()
    words = {key: " ".join(values) for key, values in header.items()}
    return NamedQuery(words["name"], words["subject"], words["description"], f"{shared}{statement}\n")


def find_query(queries: dict[str, NamedQuery], name: str) -> NamedQuery:
    """The query of that name, in any case, with dashes or underscores.

    Raises:
        UserError: no query has this name; the message suggests the closest (exit code 2).
    """
    wanted = name.strip().lower().replace("-", "_")
    if wanted in queries:
        return queries[wanted]
    close = difflib.get_close_matches(wanted, queries, n=1, cutoff=0.4) or [q for q in queries if wanted in q][:1]
    advice = f"Did you mean {close[0]}?" if close else "`fivetran-logs query` lists them."
    raise UserError(f"There is no query {name!r}. {advice}", WRONG_USE)


def queries_about(queries: dict[str, NamedQuery], word: str) -> list[NamedQuery]:
    """The queries whose name, subject or description has the word; all without one.

    Raises:
        UserError: none has it (exit code 2).
    """
    found = [q for q in queries.values() if word.lower() in f"{q.name} {q.subject} {q.description}".lower()]
    if not found:
        raise UserError(f"No query is about {word!r}. `fivetran-logs query` lists them all.", WRONG_USE)
    return found


def choose_columns(answer: Rows, names: str | None) -> Rows:
    """The answer with these columns only, in this order: names separated by commas, with blanks or underscores.

    Raises:
        UserError: the answer has no such column; the message lists what it has (exit code 2).
    """
    if names is None:
        return answer
    wanted = [name.strip().lower().replace(" ", "_") for name in names.split(",") if name.strip()]
    missing = [name for name in wanted if name not in answer.columns]
    if missing or not wanted:
        wrong = missing[0] if missing else names
        raise UserError(f"The answer has no column {wrong!r}; it has: {', '.join(answer.columns)}.", WRONG_USE)
    positions = [answer.columns.index(name) for name in wanted]
    return Rows(wanted, [tuple(row[position] for position in positions) for row in answer.rows])


def choose_rows(answer: Rows, conditions: Sequence[str]) -> Rows:
    """The rows of which all conditions hold: `column=value`, the whole value, or `column~part`, in any case.

    A value is as a person reads it or as CSV has it; an empty one is a null.

    Raises:
        UserError: no such condition, or the answer has no such column (exit code 2).
    """
    rows = answer.rows
    for condition in conditions:
        match = _CONDITION.match(condition)
        if match is None:
            raise UserError(f"{condition!r} is no condition: write column=value, or column~part.", WRONG_USE)
        name, operator, wanted = match.group(1), match.group(2), match.group(3).strip().lower()
        column = choose_columns(answer, name).columns[0]
        position = answer.columns.index(column)

        def holds(value: Any, column: str = column, operator: str = operator, wanted: str = wanted) -> bool:
            texts = {cell_text(value, column).lower(), "" if value is None else str(value).lower()}
            return wanted in texts if operator == "=" else any(wanted in text for text in texts)

        rows = [row for row in rows if holds(row[position])]
    return Rows(answer.columns, rows)


def run_query(project: DbtProject, query: NamedQuery, *, limit: int | None = None) -> Rows:
    """Runs one query on the project's target; at most `limit` rows.

    Raises:
        UserError: a model it reads is not built yet, or the warehouse refused it.
    """
    with open_marts(project, [query.question], lambda: all_questions(project.settings)) as marts:
        return marts.ask(query.question, limit=limit)


def run_queries(project: DbtProject, queries: Sequence[NamedQuery]) -> dict[str, Rows | UserError]:
    """The answer of each query by name, over one connection, or the reason why it failed.

    Raises:
        UserError: nothing is built yet, or no connection.
    """
    answers: dict[str, Rows | UserError] = {}
    questions = [query.question for query in queries]
    with open_marts(project, questions, lambda: all_questions(project.settings)) as marts:
        for question in questions:
            try:
                answers[question.name] = marts.ask(question)
            except UserError as error:
                answers[question.name] = error
    return answers


def all_questions(settings: Settings) -> list[Question]:
    """All queries that a build compiles in advance: the named ones, and those of every other verb."""
    named = [query.question for query in read_queries(settings).values()]
    verbs = [*LINEAGE_QUESTIONS, *WHAT_IF_QUESTIONS, *EXPORT_QUESTIONS, *EVIDENCE_QUESTIONS]
    return [*named, *report_questions().values(), *alert_questions().values(), *verbs]


def to_json(answer: Rows) -> str:
    """The answer as a JSON array of objects, times in ISO 8601."""
    return json.dumps(answer.dicts(), indent=2, default=_json_value, ensure_ascii=False) + "\n"


def _json_value(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() and value.as_tuple().exponent >= 0 else float(value)
    return value.isoformat() if isinstance(value, (date, datetime)) else str(value)


def write_file(path: Path, content: str | bytes) -> None:
    """Writes a file, a text in UTF-8.

    Raises:
        UserError: it cannot be written (exit code 2).
    """
    try:
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror or error}", WRONG_USE) from error


# -- the verb


def run(
    options: Options,
    name: str | None,
    *,
    find: str | None,
    columns: str | None,
    where: Sequence[str],
    everything: bool,
    format_: str,
    limit: int | None,
    output_file: Path | None,
) -> int:
    queries = read_queries(open_settings(options))
    if name is None:
        show_queries(output(), queries_about(queries, find or ""))
        return 0
    wanted = find_query(queries, name)
    with messages().status("Asking …"):
        project, _ = open_project(options)
        answer = run_query(project, wanted, limit=None if where else limit)
    everything = everything or columns is not None
    chosen = choose_rows(answer, where)
    answer = choose_columns(Rows(chosen.columns, chosen.rows[:limit]), columns)
    return deliver(answer, wanted.description, everything=everything, format_=format_, output_file=output_file)


def deliver(answer: Rows, description: str, *, everything: bool = False, format_: str, output_file: Path | None) -> int:
    """Prints an answer, or writes it to a file.

    everything  print all columns, even if they do not fit side by side

    Raises:
        UserError: the file cannot be written (exit code 2).
    """
    if format_ == "table" and output_file is None:
        console = output(without_terminal=WIDTH_WITHOUT_TERMINAL)
        notes = console if console.is_terminal else messages()  # a pipe gets the rows alone
        show_answer(console, notes, description, answer, everything=everything)
        return 0
    if format_ == "csv":
        text = to_csv(answer.columns, answer.rows)
    else:
        text = {"table": answer_text, "json": to_json}[format_](answer)
    if output_file is None:
        sys.stdout.write(printable(text) if sys.stdout.isatty() else text)
        return 0
    write_file(output_file, text)
    messages().print(f"✓ {len(answer.rows):,} rows in {output_file}", markup=False)
    return 0
