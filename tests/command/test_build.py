"""What a build says of failures, where a command finds project and profile, and that dbt alone works as well."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
import yaml
from dbt.cli.main import dbtRunner
from helpers import DATABASE, ROOT, BuiltAccount, build_in, inside, rows, run_cli

from fivetran_logs.dbt.as_of import parse_as_of, parse_vars
from fivetran_logs.dbt.settings import find_settings, packaged_project
from fivetran_logs.failures.dbt import first_cause
from fivetran_logs.failures.errors import UserError
from fivetran_logs.failures.secrets import redact

FILES = {
    "dbt_project.yml": """
name: fivetran_logs
profile: fivetran_logs
flags: {send_anonymous_usage_stats: false}
""",
    "models/numbers.sql": "select 1 as id, 'a' as kind union all select 1, null",
    "models/unbuildable.sql": "select no_such_column from (select 1 as id)",
    "models/huge.sql": "{{ config(materialized='table') }} select range as id from range(1000000) order by hash(range)",
    "models/after.sql": "select * from {{ ref('unbuildable') }}",
    "models/models.yml": """
models:
  - name: numbers
    columns:
      - name: id
        data_tests:
          - unique
          - accepted_values: {arguments: {values: [1, 2]}}
      - name: kind
        data_tests:
          - not_null: {config: {severity: warn}}
          - accepted_values: {arguments: {values: [b]}, description: Only b is a kind.}
  - name: sums
unit_tests:
  - name: adds_up
    model: sums
    given: []
    expect: {rows: [{total: 3}]}
""",
    "models/sums.sql": "select 2 as total",
}


@pytest.fixture(scope="module")
def failing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small dbt project in which most things fail."""
    project = tmp_path_factory.mktemp("failing")
    for name, text in FILES.items():
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_text(text)
    return project


def test_each_failure_is_explained_in_one_line(failing: Path, tmp_path: Path) -> None:
    before = sorted(failing.rglob("*"))
    result = run_cli("build", "--project-dir", failing, "--profiles-dir", ROOT / ".dbt", cwd=tmp_path)
    assert result.code == 1
    lines = result.out.splitlines()
    assert lines[0].startswith("✗ Built 2 models in")
    assert "1 could not be built; 1 test passed, 1 warned, 3 failed." in lines[0]
    explained = [line.strip() for line in lines if line.startswith("  ")]
    assert explained[0].startswith("✗ model unbuildable: ")
    assert "no_such_column" in explained[0]
    assert explained[0].endswith("(models/unbuildable.sql)")
    assert "✗ numbers.id: must be unique: 1 row fails, for example unique_field 1, n_records 2" in explained
    assert "✗ numbers.kind: Only b is a kind: 1 row fails, for example value_field a, n_records 1" in explained
    assert "✗ unit test adds_up of sums: the model returns other rows than expected" in explained
    assert "! numbers.kind: must not be null: 1 row fails" in explained
    assert "Details: logs/dbt.log" in explained
    assert sorted(failing.rglob("*")) == before, "nothing is written into the project"


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (
            "update {mart} set total_syncs = 0, total_syncs_last_7d = 0",
            "must be true: successful_syncs + failed_syncs <= total_syncs: ",
        ),
        ("insert into {mart} from {mart} limit 1", "must be true: one row for each connection_id: 2 rows fail"),
        (
            "alter table {mart} alter connection_id drop not null; "
            "update {mart} set connection_id = null where connection_id = (select min(connection_id) from {mart})",
            "must be true: connection_id is never null: 1 row fails",
        ),
    ],
    ids=["rule", "key twice", "key missing"],
)
def test_a_broken_rule_is_named_and_a_row_shown(
    built_account: BuiltAccount, tmp_path: Path, broken: str, said: str
) -> None:
    shutil.copy(built_account.database, tmp_path / DATABASE)
    mart = "fivetran_analytics.fct_fivetran_connector_health"
    with duckdb.connect(str(tmp_path / DATABASE)) as connection:
        connection.execute(broken.format(mart=mart))
    selected = ("--select", "fct_fivetran_connector_health", "--exclude-resource-type", "model")
    outcome = build_in(tmp_path, *selected, fivetran_logs_as_of=built_account.truth["as_of"])
    texts = {problem.name: problem.text for problem in outcome.problems}
    rule = texts["rules_of_fct_fivetran_connector_health"]
    assert f"fct_fivetran_connector_health: {said}" in rule
    assert ", for example connection_" in rule


def test_quiet_prints_failures_only(failing: Path, tmp_path: Path) -> None:
    options = ["--project-dir", failing, "--profiles-dir", ROOT / ".dbt", "--quiet"]
    passed = run_cli("build", *options, "--select", "numbers", "--exclude-resource-type", "test", cwd=tmp_path)
    assert (passed.code, passed.out, passed.err) == (0, "", "")
    failed = run_cli("build", *options, "--select", "unbuildable", cwd=tmp_path)
    assert failed.code == 1
    assert "unbuildable" in failed.out


def test_a_build_short_of_memory_says_what_to_set(
    failing: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIVETRAN_LOGS_DUCKDB_MEMORY", "1MB")
    options = ["--project-dir", failing, "--profiles-dir", ROOT / ".dbt", "--select", "huge"]
    result = run_cli("build", *options, cwd=tmp_path)
    assert result.code == 1
    assert result.out.count("set FIVETRAN_LOGS_DUCKDB_MEMORY") == 1, result.out


def test_a_build_is_where_it_was_started(failing: Path, tmp_path: Path) -> None:
    """Even after dbt's own runner, which leaves its database open, has worked elsewhere under the same file name."""
    options = ["--project-dir", str(failing), "--profiles-dir", str(ROOT / ".dbt")]
    (tmp_path / "elsewhere").mkdir()
    with inside(tmp_path / "elsewhere"):
        quietly = ["--quiet", "--log-level", "none", "--log-path", "logs"]
        assert dbtRunner().invoke([*quietly, "run", *options, "--target-path", "target", "--select", "numbers"]).success
    untested = ["--exclude-resource-type", "test"]
    assert run_cli("build", *options, "--select", "numbers", *untested, cwd=tmp_path).code == 0
    assert rows(tmp_path, "select id from fivetran_analytics.numbers") == [(1,), (1,)]


def test_a_project_that_does_not_parse_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "dbt_project.yml").write_text(FILES["dbt_project.yml"])
    (tmp_path / "models" / "broken.sql").write_text("select * from {{ ref('nowhere') }}")
    result = run_cli("build", "--profiles-dir", ROOT / ".dbt", cwd=tmp_path)
    assert result.code == 1
    assert result.err.startswith("Error: ")
    assert "nowhere" in result.err
    assert len(result.err.splitlines()) == 1


# -- where things are found


def test_the_project_is_here_or_the_one_the_command_came_with(failing: Path, tmp_path: Path) -> None:
    with inside(tmp_path):
        assert find_settings().project_dir == packaged_project() == ROOT
        assert find_settings().profiles_dir == ROOT / ".dbt"
        assert find_settings().target_path == tmp_path / "target"
        assert find_settings(project_dir=failing).project_dir == failing
    with inside(failing):
        assert find_settings().project_dir == failing
    (tmp_path / "dbt_project.yml").write_text("name: somebody_elses\n")
    (tmp_path / ".dbt").mkdir()
    (tmp_path / ".dbt" / "profiles.yml").write_text("fivetran_logs: {}\n")
    with inside(tmp_path):
        assert find_settings().project_dir == ROOT
        assert find_settings().profiles_dir == tmp_path / ".dbt"


def test_there_is_one_profile() -> None:
    assert (ROOT / "profiles.yml").resolve() == ROOT / ".dbt" / "profiles.yml"


@pytest.mark.parametrize("stored", ["-----BEGIN-----\nMII\n-----END-----", "-----BEGIN-----\\nMII\\n-----END-----"])
def test_the_private_key_keeps_its_line_breaks(stored: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from dbt.config.renderer import ProfileRenderer
    from dbt_common.context import set_invocation_context

    monkeypatch.setenv("SNOWFLAKE_PRIVATE_KEY", stored)
    set_invocation_context(os.environ)
    profile = yaml.safe_load((ROOT / ".dbt" / "profiles.yml").read_text())["fivetran_logs"]
    rendered = ProfileRenderer({}).render_data(profile["outputs"]["snowflake"])
    assert rendered["private_key"] == "-----BEGIN-----\nMII\n-----END-----"
    assert rendered["account"] == ""
    assert rendered["schema"] == "fivetran_analytics"


def test_the_example_of_the_environment_file_names_what_the_profile_reads() -> None:
    example = (ROOT / ".nao.env.example").read_text()
    read = set(re.findall(r"env_var\(.(\w+)", (ROOT / ".dbt" / "profiles.yml").read_text()))
    assert read
    assert all(name in example for name in read)


def test_plain_dbt_works_from_the_root(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "FIVETRAN_LOGS_DUCKDB": str(tmp_path / "plain.duckdb"),
        "DBT_TARGET_PATH": str(tmp_path / "target"),
        "DBT_LOG_PATH": str(tmp_path / "logs"),
    }
    dbt = [str(Path(sys.executable).with_name("dbt"))]
    debug = subprocess.run([*dbt, "debug"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert debug.returncode == 0, debug.stdout
    assert "All checks passed" in debug.stdout


# -- small things


def test_as_of_is_utc() -> None:
    for text in ("2026-06-18T14:00", "2026-06-18T14:00Z", "2026-06-18 16:00:00+02:00"):
        assert parse_as_of(text) == datetime(2026, 6, 18, 14)
    with pytest.raises(UserError):
        parse_as_of("")


def test_vars_are_yaml_or_json() -> None:
    assert parse_vars("{a: 1}") == parse_vars('{"a": 1}') == {"a": 1}
    assert parse_vars(None) == {}
    for wrong in ("[1]", "{a", "word"):
        with pytest.raises(UserError):
            parse_vars(wrong)


def test_the_first_cause_is_the_telling_line() -> None:
    text = "Database Error in model x (models/x.sql)\n  Catalog Error: Table y does not exist!\n  LINE 1: ..."
    assert first_cause(text) == "Catalog Error: Table y does not exist!"
    assert first_cause("Runtime Error\n  all of it") == "all of it"
    assert first_cause("") == ""


def test_secrets_are_blanked_out_and_ordinary_words_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SNOWFLAKE_PRIVATE_KEY", "-----BEGIN-----\\nabcdefgh\\n-----END-----")
    monkeypatch.setenv("SOME_TOKEN", "yes")
    monkeypatch.setenv("SNOWFLAKE_PRIVATE_KEY_PATH", "/keys/snow.p8")
    assert redact("got abcdefgh and yes from /keys/snow.p8") == "got *** and yes from /keys/snow.p8"
