"""`fivetran-logs check`: every gap is seen and has a remedy, nothing is written, wrong setups get a sentence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from helpers import DATABASE, PLATFORM_SAMPLE, ROOT, CliResult, dbt_project, run_cli

from fivetran_logs.commands.check import ERROR, INFO, WARNING
from fivetran_logs.dbt.source_tables import read_source_tables
from fivetran_logs.failures.warehouse import sentence

AS_OF = ("--as-of", "2026-01-10T12:00")


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One directory for all, so that dbt parses once."""
    return tmp_path_factory.mktemp("check")


@pytest.fixture
def source(workplace: Path) -> Path:
    """A directory whose DuckDB file holds a small Platform schema: two tables."""
    tmp_path = workplace
    for path in tmp_path.glob(f"{DATABASE}*"):
        path.unlink()
    with duckdb.connect(str(tmp_path / DATABASE)) as connection:
        connection.execute("create schema fivetran_log")
        connection.execute(
            """
            create table fivetran_log.log as select '1' as id, timestamp '2026-01-10 10:00' as time_stamp,
                'c1' as connection_id, 'INFO' as event, 'sync_start' as message_event, null::varchar as message_data,
                's1' as sync_id, timestamp '2026-01-10 11:00' as _fivetran_synced
            """
        )
        connection.execute(
            """
            create table fivetran_log.connector as select 'c1' as connector_id, 'shop' as connector_name,
                's3' as connector_type, 'd1' as destination_id, false as paused, 60 as sync_frequency
            """
        )
    return tmp_path


def change(directory: Path, *statements: str) -> None:
    with duckdb.connect(str(directory / DATABASE)) as connection:
        for statement in statements:
            connection.execute(statement)


def check(directory: Path, *options: str, code: int = 0) -> dict[str, Any]:
    result = run_cli("check", "--format", "json", *(options or AS_OF), cwd=directory)
    assert result.code == code, result.out + result.err
    return json.loads(result.out)


def found(report: dict[str, Any], topic: str, level: str | None = None) -> list[str]:
    return [f["text"] for f in report["findings"] if f["topic"] == topic and level in (None, f["level"])]


def test_a_small_source_is_understood_and_not_changed(source: Path) -> None:
    change(source, "create table fivetran_log.own_notes as select 1 as one")
    before = (source / DATABASE).read_bytes()
    report = check(source)
    assert (source / DATABASE).read_bytes() == before
    assert report["ok"]
    assert report["connected"]
    assert report["plan"] == "standard"
    assert report["schemas"] == {"fivetran_log": 2}
    assert report["unknown_tables"] == ["fivetran_log.own_notes"]
    states = {state["table"]: state for state in report["tables"]}
    assert states["connection"]["found_as"] == "connector"
    assert states["log"]["newest_event"] == "2026-01-10T10:00:00"
    assert states["log"]["rows"] == 1
    assert any("incremental_mar is missing" in text for text in found(report, "table", "warning"))
    assert any("audit_trail is missing" in text for text in found(report, "table", "info"))


def test_the_log_is_old_unless_one_says_so(source: Path) -> None:
    report = check(source, "--max-age-days", "3", code=1)
    assert len(found(report, "freshness", "error")) == 1
    assert found(check(source, *AS_OF), "freshness") == []


def test_problems_of_rows(source: Path) -> None:
    change(
        source,
        "insert into fivetran_log.log select * from fivetran_log.log",
        "insert into fivetran_log.log (id, time_stamp) values ('9', timestamp '2199-01-01')",
        "create table fivetran_log.destination as select 'd1' as id, 'prod' as name from range(2)",
        "create table fivetran_log.audit_trail as select timestamp '2026-01-01' as captured_at, 'a' as id",
        """
        create table fivetran_log.incremental_mar as select timestamp '2026-01-02' as measured_date,
            'd1' as destination_id, 'shop' as connection_name, 's' as schema_name, usage.* exclude (synced),
            'PAID' as free_type, 'UNKNOWN' as sync_type, 5 as incremental_rows, synced as _fivetran_synced
        from (values
            ('cannot tell', timestamp '2026-01-03 02:00', timestamp '2026-01-09 06:00'),
            ('cannot tell', timestamp '2026-01-07 02:00', timestamp '2026-01-09 06:00'),
            ('updated together', timestamp '2026-01-03 02:00', timestamp '2026-01-09 06:00'),
            ('updated together', timestamp '2026-01-03 09:00', timestamp '2026-01-09 06:00'),
            ('arrival tells', timestamp '2026-01-03 02:00', timestamp '2026-01-03 06:00'),
            ('arrival tells', timestamp '2026-01-07 02:00', timestamp '2026-01-07 06:00'),
            ('one row', timestamp '2026-01-03 02:00', timestamp '2026-01-09 06:00')
        ) as usage (table_name, updated_at, synced)
        """,
    )
    report = check(source)
    assert len(found(report, "usage", "warning")) == 1
    assert found(report, "usage")[0].startswith("incremental_mar: 1 time, rows of one table and day arrived together")
    assert report["plan"] == "enterprise"
    assert any(text.startswith("log: 1 key (id, time_stamp)") for text in found(report, "duplicates", "info"))
    assert any(text.startswith("destination: 1 key (id)") for text in found(report, "duplicates", "warning"))
    assert any("2199-01-01" in text for text in found(report, "clock", "warning"))


@pytest.mark.parametrize(
    ("statement", "topic"),
    [
        ("drop table fivetran_log.log", "table"),
        ("delete from fivetran_log.log", "rows"),
        ("alter table fivetran_log.log drop column time_stamp", "column"),
        ("alter table fivetran_log.connector drop column connector_id", "column"),
        ("drop schema fivetran_log cascade", "source"),
        ("drop table fivetran_log.log; drop table fivetran_log.connector", "source"),
    ],
)
def test_what_makes_results_wrong_fails(source: Path, statement: str, topic: str) -> None:
    change(source, statement)
    assert found(check(source, code=1), topic, "error")


def test_another_schema_is_proposed(source: Path) -> None:
    change(source, "create schema fivetran_metadata")
    wrong = check(source, "--vars", "{fivetran_platform_schema: fivetran_meta}", *AS_OF, code=1)
    assert "fivetran_metadata" in wrong["findings"][0]["remedy"]
    assert any("fivetran_metadata" in text for text in found(check(source), "source", "info"))


def test_several_schemas_are_read(source: Path) -> None:
    change(source, "create schema second", "create table second.log as select * from fivetran_log.log")
    report = check(source, "--vars", "{fivetran_platform_schemas: [fivetran_log, second]}", *AS_OF)
    assert report["schemas"] == {"fivetran_log": 2, "second": 1}


def test_schemas_of_our_own_are_no_other_source(source: Path) -> None:
    change(source, *(f"create schema {name}" for name in ("fivetran_logs_meta", "fivetran_metadata_eu")))
    told = found(check(source), "source", "info")
    assert told == ["Other schemas look like a Platform connector's: fivetran_metadata_eu."]


def test_another_database_that_is_not_there(source: Path) -> None:
    report = check(source, "--vars", "{fivetran_platform_database: elsewhere}", *AS_OF, code=1)
    assert any("elsewhere" in text for text in found(report, "source", "error"))


def test_no_file_is_no_connection_and_makes_none(tmp_path: Path) -> None:
    assert found(check(tmp_path, code=1), "connection", "error")
    assert not (tmp_path / DATABASE).exists()


def test_a_key_at_fault_is_found_before_connecting(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SNOWFLAKE_PRIVATE_KEY", "-----BEGIN PUBLIC KEY-----\nMIIsecretsecret\n-----END PUBLIC KEY-----")
    result = run_cli("check", "--target", "snowflake", cwd=source)
    assert result.code in (1, 2)
    assert "secretsecret" not in result.out + result.err
    assert "snowflake" in result.out + result.err  # without the adapter: which extra to install


def test_the_table_names_cost_and_remedy(source: Path) -> None:
    result: CliResult = run_cli("check", *AS_OF, cwd=source)
    assert result.code == 0
    for words in (
        f"2 of {len(read_source_tables())} tables",
        "incremental_mar is missing",
        "fct_fivetran_monthly_active_rows",
        "→",
        "Ready",
    ):
        assert words in result.out


def test_the_old_sample_is_ready(tmp_path: Path) -> None:
    if not PLATFORM_SAMPLE.is_dir():
        pytest.skip("the shared sample is not here")
    assert run_cli("load", PLATFORM_SAMPLE, cwd=tmp_path).code == 0
    assert check(tmp_path, "--all")["ok"]


def test_the_marts_a_gap_names_are_downstream(tmp_path: Path) -> None:
    manifest = dbt_project(tmp_path).manifest()
    manifest.build_parent_and_child_maps()
    for table in read_source_tables():
        seen, waiting = set(), [f"source.fivetran_logs.fivetran_log.{table.name}"]
        while waiting:
            for child in manifest.child_map.get(waiting.pop(), []):
                if child not in seen:
                    seen.add(child)
                    waiting.append(child)
        downstream = {node.rsplit(".", 1)[-1] for node in seen}
        gaps = {table.name: table.gap, **{f"{table.name}.{c.name}": c.gap for c in table.columns if c.gap}}
        for name, gap in gaps.items():
            assert gap.level in (ERROR, WARNING, INFO), name
            assert set(gap.marts) <= downstream, name
            assert gap.remedy.endswith("."), name
            assert gap.loses or not gap.marts, name


def test_a_column_that_nobody_reads_is_named(source: Path) -> None:
    """Renamed by Fivetran, say: the old name is missing, the new one is here."""
    change(source, "alter table fivetran_log.log rename column message_data to message_details")
    report = check(source)
    assert any("log.message_data is missing" in text for text in found(report, "column", "warning"))
    assert "Nothing reads these columns of the source: log.message_details." in found(report, "column", "warning")


def test_every_extra_of_the_profile_exists() -> None:
    profile = yaml.safe_load((ROOT / ".dbt" / "profiles.yml").read_text(encoding="utf-8"))["fivetran_logs"]["outputs"]
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert all(f"\n{output['type']} = [" in pyproject for output in profile.values() if output["type"] != "duckdb")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ('FATAL: password authentication failed for user "u"', "credentials"),
        ('FATAL:  database "nowhere" does not exist', "no database nowhere"),
        ("250001 (08001): 394304: JWT token is invalid. [abc]", "refused the key"),
        ("Role 'X' specified in the connect string is not granted to this user.", "grant role X"),
        ("002003 (02000): Database 'RAW' does not exist or not authorized.", "RAW does not exist"),
        ("permission denied for table log", "grant select"),
        ('Cannot execute statement of type "CREATE" on database "a" which is attached in read-only mode!', "read-only"),
        ("cross-database references are not implemented: a.b.c", "another database"),
        ("column owner_entries.freshness_target does not exist", "lacks the column freshness_target"),
        ("cannot execute CREATE VIEW in a read-only transaction", "read-only"),
        ('connection to server on socket "/run/.s.PGSQL.5432" failed: No such file', "set POSTGRES_HOST"),
        (
            "Could not render {{ env_var('POSTGRES_PORT', '5432') | as_number }}: "
            "Could not convert value 'abc' into type 'number'",
            "POSTGRES_PORT must be a number, and is 'abc'",
        ),
        ('IO Error: Failed to download extension "motherduck" at URL "http://x"', "extensions.duckdb.org"),
        ("Your request is not authenticated. Please check your MotherDuck token.", "motherduck_token"),
        ("Catalog Error: no database/share named 'fivetran' found", "create database fivetran"),
    ],
)
def test_wrong_setups_are_one_sentence(said: str, told: str) -> None:
    assert told in (sentence(said) or "")


def test_a_case_sensitive_schema_is_found(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / DATABASE)) as connection:
        connection.execute('create schema "Fivetran_Log"')
        connection.execute(
            "create table \"Fivetran_Log\".log as select '1' as id, timestamp '2026-01-10' as time_stamp"
        )
    assert check(tmp_path, code=1)["schemas"] == {"fivetran_log": 1}
