"""The report's figures: one query per table over the marts, run over one connection."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from importlib.resources import files

from fivetran_logs.dbt.marts import Question, open_marts
from fivetran_logs.dbt.project import DbtProject
from fivetran_logs.dbt.warehouse import Rows
from fivetran_logs.failures.errors import UserError
from fivetran_logs.progress import Progress, silent
from fivetran_logs.report import explained, told
from fivetran_logs.report.schema import read_schema

# As-of is that of the build, which only the warehouse knows: the compiled SQL carries these in its place.
_AS_OF, _AS_OF_DATE = "@as_of@", "@as_of_date@"

# What every query can say. Windows are (as_of - N days, as_of], as in the marts.
_PREAMBLE = f"""
{{%- set as_of_at = "cast('{_AS_OF}' as " ~ fivetran_logs.type_utc_timestamp() ~ ")" -%}}
{{%- set as_of_date = "cast('{_AS_OF_DATE}' as date)" -%}}
{{%- set days_7 = dbt.dateadd('day', -7, as_of_at) -%}}
{{%- set days_14 = dbt.dateadd('day', -14, as_of_at) -%}}
{{%- set days_30 = dbt.dateadd('day', -30, as_of_at) -%}}
{{%- set first_day = fivetran_logs.date_add('day', '-(' ~ var('fivetran_logs_report_days') ~ ')', as_of_date) -%}}
{{%- set week_before = fivetran_logs.date_add('day', -7, as_of_date) -%}}
{{%- set month_before = fivetran_logs.date_add('month', -1, as_of_date) -%}}
{{%- set this_month = fivetran_logs.month_of(as_of_date) -%}}
{{%- set last_month = fivetran_logs.date_add('month', -1, this_month) -%}}
{{%- set first_month = fivetran_logs.date_add('month', -12, this_month) -%}}
"""
_AS_OF_QUERY = "select max(as_of_at) as as_of_at from {{ ref('int_fivetran_log__calendar') }}"
# What aliases are derived from must not be in the report, and must be the same the next time.
_ALIAS_KEY_QUERY = """
select coalesce(
    (select min(id) from {{ ref('stg_fivetran_log__account') }}),
    (select min(connection_id) from {{ ref('fct_fivetran_connector_health') }})
) as alias_key
"""


@dataclass(frozen=True)
class Answers:
    """The warehouse's answers: as-of (UTC without zone), a key to derive aliases from, rows by table."""

    as_of: datetime
    alias_key: str
    tables: dict[str, Rows]


def run_queries(project: DbtProject, progress: Progress | None = None) -> Answers:
    """Runs every query of the report on the marts.

    Raises:
        UserError: a model is not built yet, or the warehouse refused a query.
    """
    progress = progress or silent
    progress("reading the project", 0.0)
    questions = report_questions()
    with open_marts(project, list(questions.values())) as marts:
        as_of = _as_of(marts.ask(questions["as_of"]), project.settings.to_command("fivetran-logs build"))
        alias_key = marts.ask(questions["alias_key"]).rows[0][0]
        instant = {_AS_OF_DATE: f"{as_of:%Y-%m-%d}", _AS_OF: f"{as_of:%Y-%m-%d %H:%M:%S.%f}"}
        tables = {}
        names = queried_tables()
        for position, name in enumerate(names):
            progress(name.replace("_", " "), 0.2 + 0.6 * position / len(names))
            tables[name] = marts.ask(questions[name], replace=instant)
    return Answers(as_of, str(alias_key or ""), tables)


def report_questions() -> dict[str, Question]:
    """The queries of the report by name: as-of, the key of aliases, and one per table."""
    sources = {name: _PREAMBLE + read_sql(name) for name in queried_tables()}
    sources = {"as_of": _AS_OF_QUERY, "alias_key": _ALIAS_KEY_QUERY, **sources}
    return {name: Question(f"report.{name}", sql, f"The report's query {name}") for name, sql in sources.items()}


def queried_tables() -> list[str]:
    """The tables that a query answers: all but what the state of alerts and the files of the rules tell."""
    return [name for name in read_schema().tables if name not in (told.TABLE, explained.TABLE)]


def read_sql(name: str) -> str:
    """The query of one table, with its Jinja."""
    return files(__package__).joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")


def _as_of(answer: Rows, build: str) -> datetime:
    value = answer.rows[0][0] if answer.rows else None
    if value is None:
        raise UserError(f"int_fivetran_log__calendar is empty: run `{build}` first.")
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    elif not isinstance(value, datetime) and isinstance(value, date):
        value = datetime(value.year, value.month, value.day)
    return value.replace(tzinfo=None)
