"""The shipped analyses: their form, and their answers on a full account and on an empty one."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import helpers
import numpy as np
import pytest

from fivetran_logs.commands.query import parse_queries

ROOT = Path(__file__).resolve().parents[2]
ANALYSES = ROOT / "analyses"
SUBJECTS = [
    "executive",
    "health",
    "incidents",
    "MAR",
    "sync performance",
    "errors",
    "problematic connectors",
    "API usage",
    "schema changes",
    "user activity",
    "governance",
    "recommendations",
]
CHECKS = {
    "check_source": "source",
    "check_staging": "staging",
    "check_intermediate": "intermediate",
    "check_sync_data": "sync data",
    "check_health_components": "health components",
    "check_mar": "MAR",
    "check_log_errors": "log errors",
    "check_schema_events": "schema events",
    "check_user_activity": "user activity",
    "check_date_ranges": "date ranges",
}


@dataclass(frozen=True)
class NamedQuery:
    file: str
    name: str
    subject: str
    description: str
    sql: str


def named_queries(directory: Path = ANALYSES) -> list[NamedQuery]:
    """The queries of all files; a reader of its own, so that it can disagree with the command's."""
    found = []
    for path in sorted(directory.glob("*.sql")):
        for block in re.split(r"(?m)^-- name: ", path.read_text(encoding="utf-8"))[1:]:
            name, _, rest = block.partition("\n")
            end = re.search(r";[ \t]*$", rest, re.MULTILINE)
            assert end, f"{name}: no semicolon at a line's end"
            head = re.match(r"-- subject: (.+)\n((?:-- description: .+\n)+)", rest)
            assert head, f"{name}: subject, then description"
            description = " ".join(re.findall(r"(?m)^-- description: (.+)$", head.group(2)))
            found.append(NamedQuery(path.name, name, head.group(1), description, rest[head.end() : end.start()]))
    return found


QUERIES = named_queries()
NAMES = [query.name for query in QUERIES]


def test_there_are_the_three_files() -> None:
    assert {path.name for path in ANALYSES.glob("*.sql")} == {
        "fivetran_analytics_queries.sql",
        "fivetran_data_check.sql",
        "table_row_counts.sql",
    }


def test_names_are_unique_words() -> None:
    assert len(NAMES) == len(set(NAMES))
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in NAMES)


def test_every_subject_has_three_questions() -> None:
    subjects = [query.subject for query in QUERIES if query.file == "fivetran_analytics_queries.sql"]
    assert list(dict.fromkeys(subjects)) == SUBJECTS
    assert min(subjects.count(subject) for subject in SUBJECTS) >= 3


def test_ten_checks_and_the_counts() -> None:
    assert {query.name for query in QUERIES if query.file == "fivetran_data_check.sql"} == set(CHECKS)
    assert [query.name for query in QUERIES if query.file == "table_row_counts.sql"] == ["table_row_counts"]


def test_the_four_questions_of_the_readme_are_there() -> None:
    assert {
        "unhealthy_connectors",
        "mar_cost_drivers_this_month",
        "recurring_errors_by_type",
        "schema_changes_last_7_days",
    } <= set(NAMES)


@pytest.mark.parametrize("query", QUERIES, ids=NAMES)
def test_form(query: NamedQuery) -> None:
    assert query.description[0].isupper()
    assert query.description.endswith((".", "?"))
    assert ";" not in query.sql, "one statement"
    assert not re.search(r"current_(timestamp|date)|\bnow\(\)|\bgetdate\(", query.sql), "the clock is as_of()"
    assert re.search(r"\border by\b", query.sql.rsplit("from ", 1)[-1]) or query.name == "platform_today", (
        "rows in order"
    )
    if query.file == "fivetran_analytics_queries.sql":
        assert all(model.startswith("fct_") for model in re.findall(r"ref\('([a-z_]+)'\)", query.sql)), "marts only"


def test_the_command_reads_the_files_alike() -> None:
    found = [query for path in sorted(ANALYSES.glob("*.sql")) for query in parse_queries(path)]
    assert [(query.name, query.subject, query.description) for query in found] == [
        (query.name, query.subject, query.description) for query in QUERIES
    ]


@dataclass(frozen=True)
class Answer:
    columns: list[str]
    rows: list[tuple[Any, ...]]

    def column(self, name: str) -> list[Any]:
        return [row[self.columns.index(name)] for row in self.rows]


def compiled_statements(directory: Path, as_of: str | None) -> dict[str, str]:
    """The statements as dbt compiles them for the DuckDB file of a directory."""
    project = helpers.dbt_project(directory, **({"fivetran_logs_as_of": as_of} if as_of else {}))
    with helpers.inside(directory):
        project.run(["compile", "--select", "resource_type:analysis"])
    compiled = project.settings.target_path / "compiled" / "fivetran_logs" / "analyses"
    return {query.name: query.sql for query in named_queries(compiled)}


def ask(connection: duckdb.DuckDBPyConnection, statements: dict[str, str]) -> dict[str, Answer]:
    answers = {}
    for name, sql in statements.items():
        result = connection.execute(sql)
        answers[name] = Answer([column[0] for column in result.description], result.fetchall())
    return answers


@pytest.fixture(scope="module")
def as_of(built_account) -> str:
    return str(built_account.rows("select max(newest_log_at) from fivetran_logs_meta.loads")[0][0])


@pytest.fixture(scope="module")
def statements(built_account, as_of: str) -> dict[str, str]:
    return compiled_statements(built_account.directory, as_of)


@pytest.fixture(scope="module")
def answers(built_account, statements: dict[str, str]) -> dict[str, Answer]:
    with built_account.connect() as connection:
        return ask(connection, statements)


@pytest.fixture(scope="module")
def empty_answers(empty_account) -> dict[str, Answer]:
    statements = compiled_statements(empty_account.directory, helpers.EMPTY_AS_OF)
    with empty_account.connect() as connection:
        return ask(connection, statements)


# No destination of the account has a connection with more than 90 % of its rows, and each closed month has its bill.
WITHOUT_ROWS = {"price_points"}


@pytest.mark.parametrize("name", NAMES)
def test_every_query_answers_on_a_full_account(answers: dict[str, Answer], name: str) -> None:
    assert bool(answers[name].rows) == (name not in WITHOUT_ROWS)
    assert len(set(answers[name].columns)) == len(answers[name].columns)


@pytest.mark.parametrize("name", NAMES)
def test_every_query_runs_on_an_empty_account(
    answers: dict[str, Answer], empty_answers: dict[str, Answer], name: str
) -> None:
    assert empty_answers[name].columns == answers[name].columns


@pytest.mark.parametrize(("name", "check_name"), CHECKS.items())
def test_checks_find_nothing_wrong_where_nothing_is(
    answers: dict[str, Answer], empty_answers: dict[str, Answer], name: str, check_name: str
) -> None:
    for answer in (answers[name], empty_answers[name]):
        assert answer.columns[:4] == ["check_name", "status", "what", "row_count"]
        assert answer.columns[-1] == "explanation"
        assert set(answer.column("check_name")) == {check_name}
        assert set(answer.column("status")) <= {"ok", "empty"}, answer.rows
        assert all(text.endswith(".") for text in answer.column("explanation"))
        assert None not in answer.column("row_count")
    assert "ok" in answers[name].column("status")
    assert "empty" in empty_answers[name].column("status")


@pytest.mark.parametrize(
    ("check", "emptied"),
    [
        ("check_intermediate", "fivetran_analytics_intermediate.int_fivetran_log__events"),
        ("check_sync_data", "fivetran_analytics.fct_fivetran_sync_performance"),
        ("check_health_components", "fivetran_analytics.fct_fivetran_connector_health"),
        ("check_mar", "fivetran_analytics.fct_fivetran_monthly_active_rows"),
        ("check_log_errors", "fivetran_analytics.fct_fivetran_error_monitoring"),
        ("check_schema_events", "fivetran_analytics.fct_fivetran_schema_change_history"),
        ("check_user_activity", "fivetran_analytics.fct_fivetran_user_activity"),
    ],
)
def test_checks_find_a_layer_that_lost_its_rows(
    built_account, statements: dict[str, str], tmp_path: Path, check: str, emptied: str
) -> None:
    copy = tmp_path / "copy" / helpers.DATABASE
    copy.parent.mkdir()
    shutil.copy(built_account.directory / helpers.DATABASE, copy)
    schema, table = emptied.split(".")
    with duckdb.connect(str(copy)) as connection:
        connection.execute(f"create table {schema}.as_it_was as select * from {emptied} where false")
        kind = connection.execute(
            "select table_type from information_schema.tables where table_schema = ? and table_name = ?",
            [schema, table],
        ).fetchone()
        connection.execute(f"drop {'view' if kind == ('VIEW',) else 'table'} {emptied} cascade")
        connection.execute(f"alter table {schema}.as_it_was rename to {table}")
        answer = ask(connection, {check: statements[check]})[check]
    assert "wrong" in answer.column("status")


def test_a_stale_source_is_told(built_account, statements: dict[str, str], as_of: str) -> None:
    sql = statements["check_date_ranges"]
    day = as_of.split(" ", 1)[0]
    assert day in sql
    with built_account.connect() as connection:
        later = ask(connection, {"later": sql.replace(f"'{day} ", "'2031-01-01 ")})["later"]
    said = dict(zip(later.column("what"), later.column("status"), strict=True))
    assert said["log in the source"] == "wrong"


def is_a_step(model: Path) -> bool:
    """Whether a model is ephemeral, so that the database has no relation for it."""
    text = model.read_text(encoding="utf-8")
    return "'ephemeral'" in text or "step_materialization()" in text


def test_every_relation_is_counted(built_account, answers: dict[str, Answer]) -> None:
    counts = {(layer, table): rows for layer, table, rows, *_ in answers["table_row_counts"].rows}
    layers = answers["table_row_counts"].column("layer")
    assert list(dict.fromkeys(layers)) == ["source", "staging", "intermediate", "mart"]
    for layer, folder in (("staging", "staging"), ("intermediate", "intermediate"), ("mart", "marts")):
        models = {path for path in (ROOT / "models" / folder).rglob("*.sql") if not is_a_step(path)}
        models = {path for path in models if path.parent.name != "rules" or path.stem == "fivetran_check_outcomes"}
        assert {table for found, table in counts if found == layer} == {path.stem for path in models}
    tables = {table for layer, table in counts if layer == "source"}
    assert {f"stg_fivetran_log__{table}" for table in tables} == {
        table for layer, table in counts if layer == "staging"
    }
    assert counts["source", "log"] == built_account.rows("select count(*) from fivetran_log.log")[0][0]
    syncs = built_account.rows("select count(*) from fivetran_analytics.fct_fivetran_sync_performance")[0][0]
    assert counts["mart", "fct_fivetran_sync_performance"] == syncs


def test_freshness_is_told_where_a_model_has_a_time(answers: dict[str, Answer]) -> None:
    for layer, table, rows, newest_at, hours in answers["table_row_counts"].rows:
        if layer == "mart" and table not in NO_TIME:
            assert newest_at is not None, table
        if newest_at is not None:
            assert rows > 0
            assert hours is not None


NO_TIME = {
    "fct_fivetran_platform_freshness",
    "fct_fivetran_connector_benchmark",
    "fct_fivetran_connector_recommendations",
    "fct_fivetran_problematic_connectors",
    "fivetran_check_outcomes",
}


def test_the_planted_incidents_are_in_the_answers(answers: dict[str, Answer]) -> None:
    recurring = answers["recurring_errors_by_type"]
    touched = {
        (category, name)
        for category, names in zip(
            recurring.column("error_category"), recurring.column("connection_names"), strict=True
        )
        for name in names.split(", ")
    }
    assert {("authentication", "linkedin_ads"), ("network", "erp_sql")} <= touched
    assert "linkedin_ads" in answers["unhealthy_connectors"].column("connection_name")
    assert answers["problematic_connectors"].column("connection_name")[0] == "linkedin_ads"
    assert "loyalty_mysql" in answers["mar_growth"].column("connection_name")
    assert "hubspot" in answers["rate_limited_connections"].column("connection_name")


def test_weeks_are_compared_over_the_connections_of_both(built_account, answers: dict[str, Answer], as_of: str) -> None:
    """In the last week two connections are new; neither the rate nor the percentile moves because of them."""
    last, before = (
        dict(zip(answers["week_over_week"].columns, row, strict=True)) for row in answers["week_over_week"].rows
    )
    syncs = built_account.rows(
        f"select connection_id, sync_date >= date '{as_of[:10]}' - 7, sync_status, sync_duration_seconds "
        "from fivetran_analytics.fct_fivetran_sync_performance "
        f"where sync_date >= date '{as_of[:10]}' - 14 and sync_date < date '{as_of[:10]}'"
    )
    names = dict(
        built_account.rows(
            "select connection_id, connection_name from fivetran_analytics.fct_fivetran_connector_health"
        )
    )
    finished = [sync for sync in syncs if sync[2] in ("successful", "failed")]
    weeks_of = {key: {connection for connection, is_last, *_ in finished if is_last == key} for key in (True, False)}
    both = weeks_of[True] & weeks_of[False]
    measured = set.intersection(
        *({sync[0] for sync in syncs if sync[1] == key and sync[3] is not None} for key in (True, False))
    )
    for key, week in ((True, last), (False, before)):
        outcomes = [
            status == "successful"
            for connection, is_last, status, _ in finished
            if is_last == key and connection in both
        ]
        assert week["sync_success_rate_of_same_connections"] == pytest.approx(sum(outcomes) / len(outcomes))
        only = weeks_of[key] - both
        assert week["connections_of_this_week_only"] == len(only)
        assert set((week["new_or_gone_connections"] or "").split(", ")) == ({names[id_] for id_ in only} or {""})
        seconds = [
            duration
            for connection, is_last, _, duration in syncs
            if is_last == key and duration is not None and connection in measured
        ]
        assert week["p95_sync_duration_seconds_of_same_connections"] == pytest.approx(float(np.percentile(seconds, 95)))
    assert last["connections_of_this_week_only"] > 0
    assert last["sync_success_rate"] != last["sync_success_rate_of_same_connections"]
