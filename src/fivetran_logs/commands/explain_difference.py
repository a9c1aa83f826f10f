"""`fivetran-logs explain-difference`: why a month's rows differ from those on Fivetran's dashboard."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from fivetran_logs.commands.query import deliver, find_query, read_queries, run_query
from fivetran_logs.dbt.open import Options, open_project
from fivetran_logs.dbt.warehouse import Rows
from fivetran_logs.failures.errors import WRONG_USE, UserError
from fivetran_logs.output.console import messages

QUERY = "explain_difference"
_COLUMNS_OF_MONTH = ("month_date", "is_month_complete", "position")  # the same in every line, or the order of the lines


def run(options: Options, month: str | None, *, format_: str, output_file: Path | None) -> int:
    wanted = None if month is None else parse_month(month)
    with messages().status("Asking …"):
        project, _ = open_project(options)
        answer = run_query(project, find_query(read_queries(project.settings), QUERY))
    first, lines = lines_of_month(answer, wanted)
    title = (
        f"{first:%B %Y}: this figure beside Fivetran's dashboard, and what can make them differ. Days are days of UTC."
    )
    return deliver(lines, title, format_=format_, output_file=output_file)


def parse_month(text: str) -> date:
    """The first day of a month such as 2026-05.

    Raises:
        UserError: it is no month (exit code 2).
    """
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}", text.strip()):
        try:
            return date.fromisoformat(f"{text.strip()}-01")
        except ValueError:
            pass  # month 13, year 0000
    raise UserError(f"{text!r} is not a month: write year and month, such as 2026-05.", WRONG_USE)


def lines_of_month(answer: Rows, wanted: date | None) -> tuple[date, Rows]:
    """The month and its lines: the month that is wanted, else the last complete one, else the newest.

    Raises:
        UserError: there is no usage, or none in that month.
    """
    rows = [{name.lower(): value for name, value in row.items()} for row in answer.dicts()]
    months = {_date(row["month_date"]): bool(row["is_month_complete"]) for row in rows}
    if not months:
        raise UserError(
            "There is no usage to explain: the source has no row of incremental_mar. See `fivetran-logs check`."
        )
    chosen = wanted or max((month for month, is_complete in months.items() if is_complete), default=max(months))
    if chosen not in months:
        known = f"{min(months):%Y-%m} to {max(months):%Y-%m}"
        raise UserError(f"There is no usage in {chosen:%Y-%m}; there is some from {known}.", WRONG_USE)
    columns = [name.lower() for name in answer.columns if name.lower() not in _COLUMNS_OF_MONTH]
    lines = [tuple(row[name] for name in columns) for row in rows if _date(row["month_date"]) == chosen]
    return chosen, Rows(columns, lines)


def _date(value: date | str) -> date:
    return date.fromisoformat(str(value)[:10])
