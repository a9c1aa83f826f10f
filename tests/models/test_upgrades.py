"""Stored rows follow today's rules and settings, whichever version or setting derived them; history stays.

A version of the past is made by damaging what a build stored: rows as other rules would have derived them, events
twice, columns that did not exist. One test builds with an older commit, where git still has it.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import compare
import duckdb
import pytest
import yaml
from helpers import DATABASE, NO_TESTS, ROOT, build_in, manifest_of, rows, run_cli

from fivetran_logs.dbt.build import Outcome

STORED = "fivetran_analytics_intermediate.int_fivetran_log__"
LOST_BEFORE = "2026-06-04"  # after the first build the source has lost what is older
AS_OF = "2026-06-20T00:00:00"
# Ids of what an older version stored stay.
IDS = {"error_id", "change_id", "activity_id", "caused_by_change_id"}
# States that people have built with: before rules had a version (fa85630 and f833e5b are 60 and 120 commits older),
# with the second version of the facts, and main as it is. With each, how many chains a build derives again.
RELEASES = {"96a2068": 2, "4fa3635": 1, "main": 0}
OLD_MARTS = ("sync_performance_trends", "table_syncs", "error_monitoring", "daily_api_usage", "schema_change_history")

COMPARED = ("syncs", "sync_days", "sync_baselines", "table_syncs", "api_days", "issues", "logged_changes")
SELECTED = ("--select", *(f"+int_fivetran_log__{name}" for name in COMPARED))


def event(
    number: int, minute: int, name: str, data: dict[str, Any] | None = None, level: str = "INFO", **more
) -> tuple:
    """A row of the log: sync `number` of a connection that syncs once a day."""
    text = None if data is None else json.dumps(data, **more)
    return (f"{number}-{minute}", f"2026-06-{number:02} 10:{minute:02}:00", level, name, text, f"s{number}")


def history() -> Iterator[tuple]:
    """Eighteen days of one connection; the 15th takes long, the 2nd and the 16th fail."""
    for day in range(1, 19):
        failed = day in (2, 16)
        minutes = 40 if day == 15 else 10 + day % 3
        yield event(day, 0, "sync_start")
        yield event(day, 1, "records_modified", {"schema": "s", "table": "t", "operationType": "UPDATED", "count": day})
        yield event(day, 2, "api_call", {"method": "GET"})
        yield event(day, 3, "extract_summary", {"status": "SUCCESS", "totalQueries": 3})
        if failed:
            yield event(day, 4, "error", {"type": "denied", "message": "No access to t"}, "SEVERE")
        if day in (3, 17):
            yield event(day, 5, "create_table", {"schema": "s", "name": f"new_{day}", "columns": {"id": "LONG"}})
        if day in (1, 18):
            yield event(day, 6, "warning", {"reason": "slow", "message": "The source is slow"}, "WARNING")
        yield event(day, minutes, "sync_end", {"status": "FAILURE" if failed else "SUCCESSFUL"})


def write(directory: Path, events: Iterator[tuple], arrived: str = "occurred") -> None:
    """Appends rows to the log; they arrive as they happen, or all at one time."""
    with duckdb.connect(str(directory / DATABASE)) as database:
        database.execute("create schema if not exists fivetran_log")
        database.execute(
            "create table if not exists fivetran_log.log (id varchar, time_stamp timestamp, connection_id varchar, "
            "event varchar, message_event varchar, message_data varchar, sync_id varchar, _fivetran_synced timestamp)"
        )
        database.executemany(
            "insert into fivetran_log.log values (?, ?, 'c', ?, ?, ?, ?, ?)",
            [(*row, row[1] if arrived == "occurred" else arrived) for row in events],
        )


def run(directory: Path, *statements: str) -> None:
    with duckdb.connect(str(directory / DATABASE)) as database:
        for statement in statements:
            database.execute(statement)


def built(directory: Path, *options: str, **variables: Any) -> Outcome:
    outcome = build_in(directory, *NO_TESTS, *SELECTED, *options, fivetran_logs_as_of=AS_OF, **variables)
    assert outcome.succeeded, outcome.problems
    return outcome


def stored(directory: Path, without: set[str] = IDS) -> dict[str, list[dict]]:
    """What is stored of syncs, issues and schema changes."""
    with duckdb.connect(str(directory / DATABASE), read_only=True) as database:
        found = {name: compare.read_rows(database, f"from {STORED}{name}") for name in COMPARED}
    return in_order(found, without | {"loaded_at", "rules_version"})


def in_order(tables: dict[str, list[dict]], without: set[str]) -> dict[str, list[dict]]:
    """The rows less some columns, in an order of their own."""
    return {
        name: sorted(
            ({key: compare.comparable(value) for key, value in row.items() if key not in without} for row in table),
            key=lambda row: json.dumps(row, default=str, sort_keys=True),
        )
        for name, table in tables.items()
    }


def different(expected: dict[str, list[dict]], found: dict[str, list[dict]]) -> list[str]:
    """Sentences, one a difference."""
    told = [f"{name}: only one has it" for name in set(expected) ^ set(found)]
    for name in sorted(set(expected) & set(found)):
        left, right = expected[name], found[name]
        if len(left) != len(right):
            told.append(f"{name}: {len(right)} rows, not {len(left)}")
        told += [
            f"{name}: {key} is {other.get(key)!r}, not {value!r}"
            for row, other in zip(left, right, strict=False)
            for key, value in row.items()
            if not compare.is_same(value, other.get(key)) and not nearly(value, other.get(key))
        ]
    return told


def nearly(left: Any, right: Any) -> bool:
    """A sum of fractions depends on the order of the rows."""
    return isinstance(left, float) and isinstance(right, float) and abs(left - right) <= 1e-6 * max(1, abs(left))


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An account, built by today's rules while the source had everything."""
    directory = tmp_path_factory.mktemp("upgrades")
    write(directory, history())
    built(directory)
    return directory


def copy_of(account: Path, directory: Path) -> Path:
    shutil.copy(account / DATABASE, directory / DATABASE)
    return directory


OLDER_RULES = (
    # what was derived by other rules: calls added up, a day with another median, an issue that is none, one missing
    f"update {STORED}sync_facts set api_calls = summary_calls + single_calls, errors = 7",
    f"update {STORED}api_days set api_calls = 99",
    f"update {STORED}sync_days set total_syncs = 5, median_baseline_seconds = 1",
    f"update {STORED}table_syncs set rows_synced = 0",
    f"delete from {STORED}issues where error_message = 'No access to t'",
    f"insert into {STORED}issues by name select 'none' as error_id, * exclude (error_id) from {STORED}issues limit 1",
    f"delete from {STORED}logged_changes where table_name = 'new_17'",
    # events that were read by other rules
    f"update {STORED}events set is_issue = false, message = null where message_event in ('error', 'warning')",
)


def test_rows_of_other_rules_are_derived_again(account: Path, tmp_path: Path) -> None:
    """Every row the source still has, and what it has lost from the payload that was kept."""
    right = stored(account)
    directory = copy_of(account, tmp_path)
    tables = [name.split("__")[1] for name in stored_models() if name.split("__")[1] not in ("events", "arrivals")]
    run(
        directory,
        *OLDER_RULES,
        *(f"update {STORED}{table} set rules_version = '0.0'" for table in tables),
        f"update {STORED}arrivals set rules_version = '0'",
        f"update {STORED}events set rules_version = '0'",
        # an event stored twice, as versions did that named it by its spelling
        f"insert into {STORED}events by name select 'twice ' || event_key as event_key, null as value_key, "
        f"* exclude (event_key, value_key) from {STORED}events where message_event in ('records_modified', 'error')"
        f" and occurred_at > '{LOST_BEFORE}'",
        f"delete from fivetran_log.log where time_stamp < '{LOST_BEFORE}'",
    )
    outcome = built(directory)
    assert different(right, stored(directory)) == []
    assert [note for note in outcome.notes if note.startswith("The rules for reading the log have changed")]
    assert [note for note in outcome.notes if note.startswith("The rules for syncs, issues and schema changes")]
    assert rows(directory, f"select count(*) from {STORED}events where rules_version like '% kept'") == [(9 + 3,)]
    before = rows(directory, f"select event_key, loaded_at from {STORED}events order by 1")
    assert built(directory).notes == []
    assert rows(directory, f"select event_key, loaded_at from {STORED}events order by 1") == before
    assert different(right, stored(directory)) == []


def test_tables_without_a_version_are_derived_again(account: Path, tmp_path: Path) -> None:
    """As tables of versions that had none, and lacked other columns too: none of them is read."""
    right = stored(account)
    directory = copy_of(account, tmp_path)
    lacking = {
        "sync_facts": ("first_event_at", "summary_calls", "single_calls"),
        "issues": ("patterns_version",),
        "arrivals": ("last_arrival_at", "first_event_at"),
        "events": ("value_key", "previous_sync_id", "synced_at", "details", "query_count"),
    }
    run(
        directory,
        *OLDER_RULES,
        # the log of today's source names these events as an older version did: by the spelling of their payload
        f"update {STORED}events set event_key = md5(concat_ws('|', 'log', log.id, epoch_us(time_stamp)::varchar, "
        "log.connection_id, log.message_event, coalesce(message_data, '~'))) from fivetran_log.log as log "
        f"where log.time_stamp = {STORED}events.occurred_at",
        *(f"alter table {STORED}{name.split('__')[1]} drop column rules_version" for name in stored_models()),
        *(f"alter table {STORED}{table} drop column {name}" for table, names in lacking.items() for name in names),
    )
    outcome = built(directory)
    assert len(outcome.notes) == 2, outcome.notes
    assert different(right, stored(directory)) == []


def test_a_full_refresh_derives_stored_events_again(account: Path, tmp_path: Path) -> None:
    right = stored(account)
    directory = copy_of(account, tmp_path)
    run(directory, *OLDER_RULES, f"delete from fivetran_log.log where time_stamp < '{LOST_BEFORE}'")
    built(directory, "--full-refresh")
    assert different(right, stored(directory)) == []


def test_a_build_that_ended_in_between_is_made_up_for(account: Path, tmp_path: Path) -> None:
    """The hours were counted again and the build was killed; then again after the events."""
    right = stored(account)
    directory = copy_of(account, tmp_path)
    facts = [f"update {STORED}{name.split('__')[1]} set rules_version = '0'" for name in stored_models()]
    run(directory, *OLDER_RULES, *facts)
    for model in ("int_fivetran_log__arrivals", "int_fivetran_log__events"):
        some = build_in(directory, *NO_TESTS, "--select", model, fivetran_logs_as_of=AS_OF)
        assert some.succeeded, some.problems
    built(directory)
    assert different(right, stored(directory)) == []


def test_a_setting_that_judges_stored_rows_is_applied_to_all(account: Path, tmp_path: Path) -> None:
    directory = copy_of(account, tmp_path)
    anomalies = (
        "select count(*) filter (where is_duration_anomaly), sum(baseline_duration_seconds) "
        f"from {STORED}sync_baselines"
    )
    assert rows(directory, anomalies)[0][0] == 1
    taken = rows(directory, f"select event_key, loaded_at from {STORED}events order by 1")
    changed = {"fivetran_logs_baseline_days": 3, "fivetran_logs_anomaly_minimum_syncs": 4}
    outcome = built(directory, **changed)
    assert [note.partition(":")[0] for note in outcome.notes] == [
        "fivetran_logs_baseline_days was 30 and is 3",
        "fivetran_logs_anomaly_minimum_syncs was 5 and is 4",
    ]
    assert rows(directory, f"select event_key, loaded_at from {STORED}events order by 1") == taken
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    write(fresh, history())
    built(fresh, **changed)
    assert different(stored(fresh), stored(directory)) == []
    assert rows(directory, anomalies)[0][0] == 0  # three syncs are too few


def test_a_redelivered_event_moves_to_the_sync_it_names_last(account: Path, tmp_path: Path) -> None:
    """In syncs, tables, calls, issues and days; and the sync that lost it is computed again."""
    directory = copy_of(account, tmp_path)

    def moved() -> Iterator[tuple]:
        for row in history():
            yield (*row[:5], "s17") if row[5] == "s16" and row[3] in ("records_modified", "api_call", "error") else row

    again = [row for row, old in zip(moved(), history(), strict=True) if row != old]
    assert len(again) == 3
    write(directory, iter(again), arrived="2026-06-19 12:00:00")
    built(directory)
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    write(fresh, moved())
    built(fresh)
    assert different(stored(fresh, without=set()), stored(directory, without=set())) == []


# -- who must raise a version, and who must name a setting


def stored_models() -> dict[str, Path]:
    """The incremental models that are derived from the log; marts that are kept by day are not."""
    return {
        path.stem: path
        for path in sorted((ROOT / "models" / "intermediate").rglob("*.sql"))
        if "incremental_materialization()" in path.read_text(encoding="utf-8")
    }


def test_settings_that_stored_rows_depend_on_are_stored(account: Path) -> None:
    """Each variable that an incremental model reads, itself or by a macro, is one it stores or need not store."""
    needs_none = {
        "fivetran_logs_as_of",  # rows later than as-of are deleted
        "fivetran_platform_log_start_date",  # the hours count what it lets through
        "fivetran_logs_forget_history",
    }
    manifest = manifest_of(account)

    def read_by(sql: str, macros: list[str], seen: set[str]) -> set[str]:
        found = set(re.findall(r"\bvar\(\s*'(\w+)'", sql))
        for name in macros:
            if name.startswith("macro.fivetran_logs.") and name not in seen:
                seen.add(name)
                macro = manifest.macros[name]
                found |= read_by(macro.macro_sql, macro.depends_on.macros, seen)
        return found

    settings = {}
    for name in stored_models():
        node = manifest.nodes[f"model.fivetran_logs.{name}"]
        settings[name] = set(node.config.meta.get("stored_settings") or [])
        found = read_by(node.raw_code, node.depends_on.macros, set())
        assert found <= needs_none | settings[name], name
    baselines = settings.pop("int_fivetran_log__sync_baselines")
    assert len(baselines) == 4
    assert settings.pop("int_fivetran_log__sync_days") == baselines  # it reads them
    assert not any(settings.values())


RULES = {
    "events": ("macros/rules/events.sql", "models/intermediate/log/*.sql", "macros/incremental/copies.sql"),
    "facts": (
        "macros/rules/syncs.sql",
        "macros/rules/issues.sql",
        "macros/rules/columns_created.sql",
        "models/intermediate/syncs/*.sql",
        "models/intermediate/issues/int_fivetran_log__issue*s.sql",
        "models/intermediate/schema_changes/int_fivetran_log__logged_changes.sql",
    ),
}


def hash_of_rules(chain: str) -> str:
    """Of the SQL of a chain, without comments and blanks."""
    text = ""
    for pattern in RULES[chain]:
        for path in sorted(ROOT.glob(pattern)):
            sql = re.sub(r"(?s)\{#.*?#\}", "", path.read_text(encoding="utf-8"))
            text += re.sub(r"\s+", "", re.sub(r"(?m)--.*$", "", sql))
    return hashlib.md5(text.encode()).hexdigest()[:12]


@pytest.mark.parametrize("chain", sorted(RULES))
def test_rules_that_changed_have_a_new_version(chain: str) -> None:
    recorded = yaml.safe_load((ROOT / "tests" / "models" / "rules_versions.yml").read_text(encoding="utf-8"))[chain]
    text = (ROOT / "macros" / "rules" / "rules_version.sql").read_text(encoding="utf-8")
    version = re.search(rf"'{chain}': '(\d+)'", text)
    assert version is not None
    found = {"version": int(version[1]), "hash": hash_of_rules(chain)}
    assert found == recorded, (
        f"The SQL of {RULES[chain]} has changed. If stored rows hold other values now, raise '{chain}' in "
        f"macros/rules/rules_version.sql. Then record in tests/models/rules_versions.yml: {found}"
    )


# -- versions of the past


@pytest.fixture(scope="module")
def simulated_source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small simulated account in a DuckDB file, and the time it ends."""
    directory = tmp_path_factory.mktemp("released")
    options = ("--days", "10", "--log-rows", "5000", "--oddities")
    assert run_cli("simulate", directory / "account", *options, cwd=directory).code == 0
    loaded = run_cli("load", directory / "account", cwd=directory)
    assert loaded.code == 0, loaded.err
    return directory


def commit_of(release: str) -> str:
    """The commit, as git here has it; main may be known as its origin's only."""
    git = shutil.which("git")
    for name in (release, f"origin/{release}") if git else ():
        found = subprocess.run(
            [git, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}"], cwd=ROOT, capture_output=True, text=True
        )
        if found.returncode == 0:
            return found.stdout.strip()
    pytest.skip(f"no git history with {release} here")


def version_of(chain: str, directory: Path = ROOT) -> str:
    """The version of a chain's rules in a checkout; those without one are the first."""
    path = directory / "macros" / "rules" / "rules_version.sql"
    found = re.search(rf"'{chain}': '(\d+)'", path.read_text(encoding="utf-8")) if path.exists() else None
    return found[1] if found else "1"


@pytest.mark.parametrize(
    "release", [pytest.param(name, marks=pytest.mark.long if RELEASES[name] < 2 else []) for name in RELEASES]
)
def test_a_released_version_is_upgraded(release: str, simulated_source: Path, tmp_path: Path) -> None:
    commit = commit_of(release)
    old = tmp_path / "old"
    old.mkdir()
    archive = subprocess.run(["git", "archive", commit], cwd=ROOT, capture_output=True, check=True).stdout
    subprocess.run(["tar", "-x", "-C", str(old)], input=archive, check=True)
    raised = [chain for chain in RULES if version_of(chain, old) != version_of(chain)]
    assert release == "main" or len(raised) >= RELEASES[release]
    as_of = str(rows(simulated_source, "select max(newest_log_at) from fivetran_logs_meta.loads")[0][0])
    directory = copy_of(simulated_source, tmp_path)
    made = subprocess.run(
        [
            *(sys.executable, "-m", "dbt.cli.main", "build", *NO_TESTS, "--quiet"),
            *("--select", *(f"+fct_fivetran_{mart}" for mart in OLD_MARTS)),
            *("--project-dir", str(old), "--profiles-dir", str(old / ".dbt")),
            *("--vars", json.dumps({"fivetran_logs_as_of": as_of})),
        ],
        cwd=directory,
        capture_output=True,
        text=True,
    )
    assert made.returncode == 0, made.stdout[-2000:] + made.stderr[-2000:]
    outcome = build_in(directory, *NO_TESTS, *SELECTED, fivetran_logs_as_of=as_of)
    assert outcome.succeeded, outcome.problems
    # new rules for events are new facts too, and one sentence for each chain says so
    assert len(outcome.notes) == (2 if "events" in raised else len(raised)), outcome.notes
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    copy_of(simulated_source, fresh)
    assert build_in(fresh, *NO_TESTS, *SELECTED, fivetran_logs_as_of=as_of).succeeded
    assert different(stored(fresh), stored(directory)) == []
