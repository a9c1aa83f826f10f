"""Reading the marts: without dbt where nothing changed, never with SQL that no longer holds, answers as dbt gives."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import helpers
import pytest

from fivetran_logs.commands.query import all_questions, read_queries, run_queries, run_query
from fivetran_logs.dbt.as_of import decide_as_of
from fivetran_logs.dbt.duckdb_target import find_duckdb_target
from fivetran_logs.dbt.kept_sql import fingerprint
from fivetran_logs.dbt.marts import Question, open_marts
from fivetran_logs.dbt.project import AS_OF_ENVIRONMENT, AS_OF_VARIABLE, DbtProject
from fivetran_logs.dbt.settings import Settings, find_settings
from fivetran_logs.dbt.warehouse import Target, open_warehouse
from fivetran_logs.failures.errors import UserError
from fivetran_logs.report.queries import run_queries as run_report_queries

FIRST, SECOND = "2026-06-18 14:00:00.000000", "2026-05-01 08:30:00.000000"
CLOCK = Question("clock", "select {{ fivetran_logs.as_of() }} as at", "The clock")


@pytest.fixture
def project(built_account: helpers.BuiltAccount) -> Iterator[DbtProject]:
    with helpers.inside(built_account.directory):
        yield helpers.dbt_project(built_account.directory, **{AS_OF_VARIABLE: built_account.truth["as_of"][:19]})


@pytest.fixture
def without_dbt(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs dbt fails."""

    def refuse(*_arguments: Any, **_options: Any) -> None:
        raise AssertionError("dbt was run")

    monkeypatch.setattr(DbtProject, "run", refuse)


def kept(project: DbtProject) -> None:
    """Everything compiled, as a build leaves it."""
    run_query(project, read_queries(project.settings)["platform_today"])


# -- the same answers


BETWEEN = "-- between two questions"


def compiled_by_dbt(project: DbtProject, questions: list[Question]) -> dict[str, str]:
    """The SQL of every question, in one run of dbt; some of them alone too, to see that it is the same.

    dbt writes the SQL of a model that is no relation before the first question only: such a question is compiled alone.
    """
    texts = project.compile(f"\n{BETWEEN}\n".join(question.sql for question in questions)).split(BETWEEN)
    compiled = {question.name: text.strip() for question, text in zip(questions, texts, strict=True)}
    for place, question in enumerate(questions):
        if "__dbt__cte__" in compiled[question.name]:
            compiled[question.name] = project.compile(question.sql)
        elif place % 12 == 0:
            assert project.compile(question.sql).strip() == compiled[question.name]
    return compiled


PLACES_OF_DAYS = ("@as_of_date@", "@first@", "@last@", "@month@", "@from@", "@to@")


def test_every_question_is_answered_as_dbt_answers_it(project: DbtProject) -> None:
    questions = all_questions(project.settings)
    direct, through_dbt = {}, {}
    # what the verbs put in: times, days and months; a name may be any text
    report_as_of = {"@as_of@": FIRST} | dict.fromkeys(PLACES_OF_DAYS, FIRST[:10])
    with helpers.one_thread(), open_marts(project, questions) as marts:
        for question in questions:
            direct[question.name] = marts.ask(question, replace=report_as_of)
    compiled = compiled_by_dbt(project, questions)
    with helpers.one_thread(), open_warehouse(project) as warehouse:
        for name, sql in compiled.items():
            for text, other in report_as_of.items():
                sql = sql.replace(text, other)
            through_dbt[name] = warehouse.query(sql)
    assert len(direct) == len(questions) > 80
    for name, answer in direct.items():
        assert answer.columns == through_dbt[name].columns, name
        assert sorted(map(repr, answer.rows)) == sorted(map(repr, through_dbt[name].rows)), name


# -- without dbt


@pytest.mark.usefixtures("project")
def test_a_process_that_reads_marts_imports_no_dbt(project: DbtProject) -> None:
    kept(project)
    as_of = project.variables[AS_OF_VARIABLE]
    script = f"""
import sys
from fivetran_logs.cli import run
options = ["--project-dir", {str(project.settings.project_dir)!r}, "--profiles-dir",
           {str(project.settings.profiles_dir)!r}, "--as-of", {as_of!r}]
for command in (["query", "unhealthy_connectors"], ["query", "table_row_counts"], ["report", "--no-progress"]):
    assert run(command + options) == 0, command
print({{name.partition(".")[0] for name in sys.modules}} & {{"dbt", "dbt_common", "agate"}})
"""
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=120)
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.splitlines()[-1] == "set()"


def test_a_built_file_is_asked_without_dbt(project: DbtProject, request: pytest.FixtureRequest) -> None:
    kept(project)
    request.getfixturevalue("without_dbt")
    answers = run_queries(project, list(read_queries(project.settings).values()))
    assert [answer for answer in answers.values() if isinstance(answer, UserError)] == []
    assert run_report_queries(project).tables["connections"].rows


@pytest.mark.usefixtures("without_dbt")
def test_where_nothing_is_built_dbt_need_not_say_so(tmp_path: Path) -> None:
    project = helpers.dbt_project(tmp_path)
    with helpers.inside(tmp_path), pytest.raises(UserError) as failure:
        run_query(project, read_queries(project.settings)["platform_today"])
    assert "not built in duckdb yet: run `fivetran-logs build`" in str(failure.value)
    assert list(tmp_path.iterdir()) == []


# -- as-of


def test_another_as_of_needs_no_other_sql(project: DbtProject, request: pytest.FixtureRequest) -> None:
    with open_marts(project, [CLOCK]) as marts:
        marts.ask(CLOCK)
    request.getfixturevalue("without_dbt")
    for as_of in (FIRST, SECOND, "2026-05-01T10:30:00+02:00"):
        with open_marts(project.at(as_of), [CLOCK]) as marts:
            assert str(marts.ask(CLOCK).rows[0][0]) == (FIRST if as_of == FIRST else SECOND)[:19]


def test_another_as_of_does_not_make_dbt_parse_again(project: DbtProject) -> None:
    events: list[Any] = []
    project.at(FIRST).run(["parse"])
    other = DbtProject(project.settings, {AS_OF_VARIABLE: SECOND})
    other.run(["parse"], events.append)
    names = {event.info.name for event in events}
    assert "UnableToPartialParse" not in names
    assert "PartialParsingSkipParsing" in names
    assert SECOND in other.compile(CLOCK.sql)
    assert AS_OF_ENVIRONMENT not in os.environ


def test_the_variable_wins_over_the_environment(project: DbtProject, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(AS_OF_ENVIRONMENT, SECOND)
    assert SECOND in DbtProject(project.settings).compile(CLOCK.sql)
    assert FIRST in project.at(FIRST).compile(CLOCK.sql)
    assert os.environ[AS_OF_ENVIRONMENT] == SECOND
    assert str(decide_as_of(project.settings, {})) == "2026-05-01 08:30 UTC"
    assert decide_as_of(project.settings, {AS_OF_VARIABLE: FIRST}) is None


def test_what_is_no_timestamp_is_refused_by_the_project(project: DbtProject) -> None:
    with pytest.raises(UserError), open_marts(project.at("yesterday"), [CLOCK]):
        pass


def test_an_as_of_of_the_project_is_overruled_by_a_variable(tmp_path: Path) -> None:
    settings = small_project(tmp_path)
    assert DbtProject(settings, {AS_OF_VARIABLE: FIRST}).parse_variables == {}
    edit(settings.project_dir / "dbt_project.yml", "vars: {fivetran_logs: {fivetran_logs_as_of: 2026-01-01}}\n")
    assert DbtProject(settings, {AS_OF_VARIABLE: FIRST}).parse_variables == {AS_OF_VARIABLE: FIRST}


# -- SQL that no longer holds


def small_project(directory: Path) -> Settings:
    for folder in ("models", "macros", "analyses", "seeds"):
        (directory / folder).mkdir()
    (directory / "dbt_project.yml").write_text("name: fivetran_logs\nprofile: fivetran_logs\n", encoding="utf-8")
    (directory / "models" / "a.sql").write_text("select 1 as a", encoding="utf-8")
    (directory / "seeds" / "s.csv").write_text("a\n1\n", encoding="utf-8")
    (directory / "profiles.yml").write_text((helpers.ROOT / ".dbt" / "profiles.yml").read_text(), encoding="utf-8")
    return Settings(directory, directory, directory)


def edit(path: Path, more: str) -> None:
    path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")


def mark(settings: Settings, **variables: Any) -> str | None:
    found = find_duckdb_target(settings)
    assert found is not None
    return fingerprint(DbtProject(settings, variables), found.target, found.options)


def test_whatever_sql_is_made_from_changes_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = small_project(tmp_path)
    marks = [mark(settings)]
    marks.append(mark(settings, fivetran_logs_report_days=30))
    marks.append(mark(Settings(tmp_path, tmp_path, tmp_path, target="demo")))
    marks.append(mark(Settings(tmp_path, tmp_path, tmp_path, target="duckdb")))
    monkeypatch.setenv("FIVETRAN_LOGS_DUCKDB", "other.duckdb")
    marks.append(mark(settings))
    monkeypatch.delenv("FIVETRAN_LOGS_DUCKDB")
    for file, more in {
        "profiles.yml": "",
        "models/a.sql": " ",
        "models/b.yml": "models: []",
        "macros/m.sql": "{% macro m() %}1{% endmacro %}",
        "analyses/q.sql": "select 1",
        "seeds/t.csv": "a\n",
        "dbt_project.yml": "vars: {x: 1}\n",
        "packages.yml": "packages: []",
    }.items():
        path = tmp_path / file
        if file == "profiles.yml":
            path.write_text(path.read_text().replace("schema: fivetran_analytics", "schema: elsewhere"))
        else:
            path.write_text((path.read_text() if path.exists() else "") + more, encoding="utf-8")
        marks.append(mark(settings))
    monkeypatch.setattr("fivetran_logs.dbt.kept_sql.__version__", "99")
    marks.append(mark(settings))
    assert None not in marks
    assert len(set(marks)) == len(marks)


def test_what_plays_no_part_does_not(tmp_path: Path) -> None:
    settings = small_project(tmp_path)
    before = mark(settings)
    edit(tmp_path / "seeds" / "s.csv", "2\n")
    (tmp_path / "notes.txt").write_text("x", encoding="utf-8")
    assert mark(settings, **{AS_OF_VARIABLE: FIRST}) == mark(settings) == before


def test_variables_of_the_environment_that_the_project_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = small_project(tmp_path)
    edit(tmp_path / "models" / "a.sql", "{{ env_var('REGION', '') }}")
    marks = {mark(settings)}
    for region in ("eu", "us"):
        monkeypatch.setenv("REGION", region)
        marks.add(mark(settings))
    assert len(marks) == 3
    edit(tmp_path / "models" / "a.sql", "{{ env_var(name) }}")
    assert mark(settings) is None


def test_a_changed_analysis_is_compiled_anew(project: DbtProject) -> None:
    for number in (1, 2):
        question = Question("mine", f"select {number} as a, {{{{ var('fivetran_logs_report_days') }}}} as b", "Mine")
        for days in (90, 30):
            variables = {"fivetran_logs_report_days": days} if days != 90 else {}
            if variables and number == 2:
                continue  # one parse with other variables is enough
            with open_marts(DbtProject(project.settings, {**project.variables, **variables}), [question]) as marts:
                assert marts.ask(question).rows == [(number, days)]


def test_a_damaged_file_is_as_good_as_none(project: DbtProject) -> None:
    kept(project)
    for path in (project.settings.target_path / "compiled_questions").iterdir():
        path.write_text(json.dumps({"sql": 1})[:-2], encoding="utf-8")
    with open_marts(project, [CLOCK]) as marts:
        assert marts.ask(CLOCK).rows


def test_a_question_that_dbt_refuses_stands_alone(project: DbtProject) -> None:
    broken = Question("broken", "select {{ no_such_macro() }}", "Broken")
    unknown = Question("unknown", "select * from {{ ref('no_such_model') }}", "Unknown")
    fresh = Question("fresh", "select 17 as a", "Fresh")
    with open_marts(project, [fresh], lambda: [broken, unknown]) as marts:
        assert marts.ask(fresh).rows == [(17,)]
    for question in (broken, unknown):
        with open_marts(project, [question, fresh]) as marts:
            assert marts.ask(fresh).rows == [(17,)]
            with pytest.raises(UserError):
                marts.ask(question)


# -- the profile, read without dbt


@pytest.mark.parametrize(
    "lines",
    [
        "path: 'md:mine'",
        "path: ':memory:'",
        "path: 's3://bucket/x.duckdb'",
        "path: x.duckdb\n      attach: [{path: y.duckdb}]",
        "path: x.duckdb\n      extensions: [httpfs]",
        "path: x.duckdb\n      database: another",
        "path: \"{{ env_var('NOT_SET_ANYWHERE') }}\"",
        "path: \"{{ var('path') }}\"",
    ],
)
def test_of_an_unusual_target_only_dbt_can_tell(tmp_path: Path, lines: str) -> None:
    settings = small_project(tmp_path)
    profile = f"fivetran_logs:\n  outputs:\n    default:\n      type: duckdb\n      schema: s\n      {lines}\n"
    (tmp_path / "profiles.yml").write_text(profile, encoding="utf-8")
    assert find_duckdb_target(settings) is None


def test_the_profile_is_read_as_dbt_reads_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from fivetran_logs.dbt.warehouse import read_target

    with helpers.inside(tmp_path):
        for target, file in ((None, "a b.duckdb"), ("demo", ""), ("duckdb", "folder/c.duckdb")):
            monkeypatch.setenv("FIVETRAN_LOGS_DUCKDB", file)
            settings = find_settings(project_dir=helpers.ROOT, profiles_dir=helpers.ROOT / ".dbt", target=target)
            found = find_duckdb_target(settings)
            assert found is not None
            assert found.target == read_target(settings)
        assert find_duckdb_target(Settings(helpers.ROOT, helpers.ROOT / ".dbt", tmp_path, target="postgres")) is None
        monkeypatch.setenv("DBT_TARGET", "postgres")
        assert find_duckdb_target(settings) is None
    assert isinstance(found.target, Target)
    assert re.match(r"\w+", found.target.name)
