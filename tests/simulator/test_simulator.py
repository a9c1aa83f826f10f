"""The simulator: repeatable, whole, shaped as the source is, and in agreement with its own truth."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
import yaml

from fivetran_logs.simulator import simulate

DAYS = 60
CONTRACT = Path(__file__).parents[2] / "models" / "staging" / "_fivetran_log__sources.yml"


class Account:
    """A simulated account on disk and its truth; with oddities by default."""

    def __init__(self, directory: Path, **options) -> None:
        self.directory = directory
        self.summary = simulate(directory, **{"oddities": True} | options)
        self.truth = json.loads((directory / "truth.json").read_text(encoding="utf-8"))

    def table(self, name: str):
        return pq.read_table(self.directory / f"{name}.parquet")

    def sql(self, query: str) -> list[tuple]:
        """Runs a query, with {name} replaced by a table's file."""
        files = {path.stem: f"read_parquet('{path}')" for path in self.directory.glob("*.parquet")}
        with duckdb.connect() as connection:
            return connection.execute(query.format(**files)).fetchall()


@pytest.fixture(scope="module")
def account(tmp_path_factory) -> Account:
    return Account(tmp_path_factory.mktemp("current") / "account", days=DAYS)


@pytest.fixture(scope="module")
def oldest(tmp_path_factory) -> Account:
    return Account(tmp_path_factory.mktemp("oldest") / "account", days=20, plan="standard", names="oldest")


def checksums(directory: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in directory.iterdir()}


# The event list without rows that were delivered twice.
EVENTS = "(select distinct on (id, time_stamp, message_event, connection_id, message_data) * from {log})"


def contract() -> dict[str, dict]:
    """The sources YAML: table to {'plan', 'columns': {name: older names}, 'legacy'}."""
    tables = yaml.safe_load(CONTRACT.read_text(encoding="utf-8"))["sources"][0]["tables"]

    def meta(node: dict) -> dict:
        return node.get("meta") or (node.get("config") or {}).get("meta") or {}

    return {
        table["name"]: {
            "plan": meta(table).get("plan"),
            "legacy": meta(table).get("legacy") or [],
            "columns": {
                column["name"]: meta(column).get("legacy") or []
                for column in table["columns"]
                if not meta(column).get("undocumented")
            },
        }
        for table in tables
    }


# -- repeatable and whole


def test_same_arguments_give_the_same_bytes(tmp_path):
    for name in ("one", "two"):
        simulate(tmp_path / name, days=10, seed=11)
    simulate(tmp_path / "other", days=10, seed=12)
    assert checksums(tmp_path / "one") == checksums(tmp_path / "two")
    assert checksums(tmp_path / "one")["log.parquet"] != checksums(tmp_path / "other")["log.parquet"]


def test_a_second_run_replaces_the_first(tmp_path):
    simulate(tmp_path / "account", days=10, plan="enterprise")
    simulate(tmp_path / "account", days=10, plan="standard")
    assert not (tmp_path / "account" / "audit_trail.parquet").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["account"]


def test_an_interrupted_run_leaves_what_was_there(tmp_path):
    simulate(tmp_path / "account", days=10)
    before = checksums(tmp_path / "account")

    def interrupt(what: str, share: float) -> None:
        if what.startswith("writing log"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        simulate(tmp_path / "account", days=12, progress=interrupt)
    assert checksums(tmp_path / "account") == before
    assert [path.name for path in tmp_path.iterdir()] == ["account"]


def test_other_files_are_never_replaced(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(FileExistsError, match="no earlier simulation"):
        simulate(tmp_path, days=10)
    assert (tmp_path / "thesis.txt").read_text() == "years of work"


@pytest.mark.parametrize(
    "options",
    [{"days": 3}, {"plan": "free"}, {"names": "ancient"}, {"log_rows": 0}],
    ids=lambda options: next(iter(options)),
)
def test_wrong_arguments_write_nothing(tmp_path, options):
    with pytest.raises(ValueError, match=next(iter(options))):
        simulate(tmp_path / "account", **options)
    assert list(tmp_path.iterdir()) == []


def test_progress_runs_from_nothing_to_all(tmp_path):
    shares: list[float] = []
    simulate(tmp_path / "account", days=10, progress=lambda what, share: shares.append(share))
    assert shares[0] == 0
    assert shares[-1] == 1
    assert shares == sorted(shares)


# -- shaped as the source


def test_tables_and_columns_are_those_of_the_source(account):
    expected = {table: set(entry["columns"]) for table, entry in contract().items()}
    found = {path.stem: set(pq.read_schema(path).names) for path in account.directory.glob("*.parquet")}
    assert found.keys() == expected.keys()
    for table, columns in found.items():
        # transformation_id is of old logs only
        assert expected[table] - columns <= {"transformation_id"}, table
        assert columns <= expected[table], table


def test_standard_lacks_exactly_the_enterprise_tables(oldest):
    expected = {table for table, entry in contract().items() if entry["plan"] != "enterprise"}
    found = {path.stem for path in oldest.directory.glob("*.parquet")}
    assert found == expected - {"connection"} | {"connector"}


def test_older_generations_use_older_names(oldest):
    assert {"connector_id", "connector_name", "connector_type"} <= set(oldest.table("connector").column_names)
    assert "connector_id" in oldest.table("log").column_names
    assert "sync_id" not in oldest.table("log").column_names
    assert "connector_name" in oldest.table("incremental_mar").column_names
    events = dict(oldest.sql("select message_event, count(*) from {log} group by 1"))
    assert {"api_call", "sql_query", "status", "dbt_run_start"} <= events.keys()
    assert not {"extract_summary", "sync_stats", "transformation_start"} & events.keys()
    ends = oldest.sql("select count(*) from {log} where message_event = 'sync_end' and message_data is null")
    assert ends[0][0] > 1000


def test_the_connector_generation_keeps_sync_ids(tmp_path):
    account = Account(tmp_path / "account", days=10, names="connector")
    assert {"connector_id", "sync_id"} <= set(account.table("log").column_names)
    assert account.truth["sync_totals"]["api_calls"] > 0


def test_the_newest_event_is_as_of_and_times_are_milliseconds(tmp_path):
    as_of = datetime(2026, 2, 3, 4, 5, 6, 789000)
    account = Account(tmp_path / "account", days=10, as_of=as_of)
    newest, odd, late = account.sql(
        "select max(time_stamp), count(*) filter (epoch_us(time_stamp) % 1000 <> 0),"
        " count(*) filter (_fivetran_synced < time_stamp) from {log}"
    )[0]
    assert newest == as_of
    assert odd == 0
    assert late == 0
    assert account.summary.as_of == as_of


def test_syncs_hang_together(account):
    broken = account.sql(
        f"""
        with syncs as (
            select
                connection_id, sync_id,
                min(time_stamp) filter (message_event = 'sync_start') as started_at,
                max(time_stamp) filter (message_event = 'sync_end') as ended_at,
                min(time_stamp) as first_at,
                max(time_stamp) as last_at,
                count(*) filter (message_event = 'sync_start') as starts
            from {EVENTS} where sync_id is not null group by 1, 2
        )
        select count(*) from syncs
        where starts <> 1 or first_at <> started_at or ended_at < last_at or ended_at <= started_at
        """
    )
    assert broken == [(0,)]


def test_rows_arrive_late_and_some_twice(account):
    delivered, events = account.sql(f"select (select count(*) from {{log}}), (select count(*) from {EVENTS})")[0]
    assert 0 < delivered - events < delivered * 0.01
    hours = account.sql("select median(date_diff('hour', time_stamp, _fivetran_synced)) from {log}")[0][0]
    assert 4 < hours < 20


def test_one_id_stands_for_two_events(account):
    pairs = account.sql(
        f"select count(*) from (select id, time_stamp from {EVENTS} group by 1, 2"
        " having count(distinct message_event) > 1)"
    )
    assert pairs == [(1,)]


def test_json_is_damaged_here_and_there_and_whole_elsewhere(account):
    damaged, encoded_twice, huge = account.sql(
        "select count(*) filter (not json_valid(message_data)),"
        " count(*) filter (message_data like '\"%'), max(length(message_data)) from {log}"
    )[0]
    assert 3 <= damaged <= 12
    assert encoded_twice >= 3
    assert huge > 50_000


def test_lineage_refers_to_what_is_there(account):
    for level in ("schema", "table", "column"):
        for side in ("source", "destination"):
            orphans = account.sql(
                f"select count(*) from {{{level}_lineage}} as l"
                f" left join {{{side}_{level}}} as o on l.{side}_{level}_id = o.id where o.id is null"
            )
            assert orphans == [(0,)], (level, side)
    orphans = account.sql(
        "select count(*) from {destination_table} as t left join {destination_schema} as s on t.schema_id = s.id"
        " left join {connection} as c on t.connection_id = c.connection_id"
        " where s.id is null or c.connection_id is null"
    )
    assert orphans == [(0,)]


def test_every_reference_to_a_person_or_place_exists(account):
    strangers = account.sql(
        "select count(*) from {connection} as c left join {user} as u on c.connecting_user_id = u.id"
        " left join {destination} as d on c.destination_id = d.id"
        " left join {connector_type} as t on c.connector_type_id = t.id"
        " where u.id is null or d.id is null or t.id is null"
    )
    assert strangers == [(0,)]
    unlisted = account.sql(
        "select m.role_id from {resource_membership} as m left join {role} as r on m.role_id = r.id where r.id is null"
    )
    assert unlisted == [("role_before_roles",)], "what is odd is odd on purpose"


def test_keys_are_unique_where_the_source_says_so(account):
    for table, key in {
        "incremental_mar": "free_type, measured_date, schema_name, sync_type, table_name,"
        " connection_name, destination_id",
        "usage_cost": "measured_month, destination_id",
        "transformation_runs": "free_type, job_id, measured_date, project_type, destination_id",
        "audit_trail": "captured_at, id",
        "source_column_change_event": "attribute_name, detected_at, entity_type, column_id",
        "destination_column_change_event": "attribute_name, detected_at, column_id",
    }.items():
        repeated = account.sql(f"select count(*) from (select {key} from {{{table}}} group by all having count(*) > 1)")
        assert repeated == [(0,)], table


# -- in agreement with its truth


def test_counts_of_source_rows(account):
    counted = {path.stem: pq.read_metadata(path).num_rows for path in account.directory.glob("*.parquet")}
    assert account.truth["source_rows"] == counted
    assert account.truth["log_rows"] == account.summary.log_rows == counted["log"]


def test_syncs_of_each_connection_as_the_log_tells_them(account):
    """A second, naive reading of the log: plain JSON only, so the one connection with damaged records stands aside."""
    told = account.sql(
        f"""
        with ends as (
            select
                connection_id, sync_id, max(time_stamp) as ended_at,
                max_by(coalesce(json_extract_string(message_data, '$.status'), 'SUCCESSFUL'), time_stamp) as status
            from {EVENTS} where message_event = 'sync_end' and json_valid(message_data) group by 1, 2
        )
        select
            connection_id, count(*) filter (status = 'SUCCESSFUL'), count(*) filter (status like 'FAILURE%'),
            max(ended_at) filter (status = 'SUCCESSFUL')
        from ends group by 1
        """
    )
    log = {connection: (good, bad, last) for connection, good, bad, last in told}
    compared = 0
    for row in account.truth["connections"]:
        if row["connection_name"] in ("app_db", "facebook_ads") or row["connection_id"] not in log:
            continue
        good, bad, last = log[row["connection_id"]]
        assert (row["successful_syncs"], row["failed_syncs"]) == (good, bad), row["connection_name"]
        assert row["last_successful_sync_at"] == (last.isoformat(timespec="microseconds") if last else None)
        compared += 1
    assert compared > 30


def test_rows_synced_as_the_log_tells_them(account):
    rows = account.sql(
        f"""
        with records as (
            select
                case when json_type(message_data) = 'VARCHAR' then json_extract_string(message_data, '$')
                else message_data end as data
            from {EVENTS} where message_event = 'records_modified' and json_valid(message_data)
        )
        select sum(json_extract(data, '$.count')::bigint) from records
        """
    )[0][0]
    assert account.truth["sync_totals"]["rows_synced"] == rows
    assert rows > 2**31


def test_sums_of_the_truth_agree_with_each_other(account):
    truth = account.truth
    by_connection = sum(row["total_syncs"] for row in truth["connections"])
    assert by_connection == sum(truth["sync_totals"]["by_status"].values())
    issues = sum(row["issues"] for row in truth["issues"]["counts"])
    assert issues >= truth["sync_totals"]["errors"] + truth["sync_totals"]["warnings"]
    assert truth["days"][-1]["report_date"] == truth["as_of"][:10]
    assert len(truth["days"]) == 90


def test_active_rows_as_incremental_mar_has_them(account):
    rows, paid = account.sql(
        "select sum(incremental_rows), sum(incremental_rows) filter (upper(free_type) = 'PAID') from {incremental_mar}"
    )[0]
    assert sum(row["total_active_rows"] for row in account.truth["mar"]) == rows
    assert sum(row["paid_active_rows"] for row in account.truth["mar"]) == paid
    kinds = {kind for (kind,) in account.sql("select distinct free_type from {incremental_mar}")}
    assert {"PAID", "paid", "INITIAL_SYNC", "FREE_RESYNC", "CONNECTOR_TRIAL"} <= kinds


def test_every_month_and_destination_has_its_cost(account):
    amounts = account.sql("select measured_month || '-01', destination_id, amount::double from {usage_cost}")
    assert {(month, place): amount for month, place, amount in amounts} == {
        (row["month_date"], row["destination_id"]): row["amount_usd"] for row in account.truth["cost"]
    }
    assert max(month for month, _, _ in amounts) == account.truth["as_of"][:8] + "01"


def test_planted_stories_are_well_formed(account):
    ids = {row["connection_id"] for row in account.truth["connections"]}
    names = [entry["name"] for entry in account.truth["planted"]]
    assert len(names) == len(set(names))
    for entry in account.truth["planted"]:
        assert entry["mart"].startswith("fct_fivetran_")
        assert entry["where"]
        assert ("values" in entry) != ("rows" in entry)
        if entry["where"].get("connection_id") is not None:
            assert entry["where"]["connection_id"] in ids
    assert {
        "expired credentials",
        "flapping",
        "deleted",
        "created again",
        "never synced",
        "crashed sync",
        "hostile name",
        "running",
        "delayed",
        "over-synced and idle",
        "slow source",
    } <= set(names)


def test_stories_show_in_the_health_of_their_connections(account):
    health = {(row["connection_name"], row["is_deleted"]): row for row in account.truth["connections"]}
    assert health["linkedin_ads", False]["consecutive_failures"] >= 10
    assert health["linkedin_ads", False]["health_status"] == "broken"
    assert health["erp_sql", False]["success_rate_last_7d"] == pytest.approx(0.5, abs=0.05)
    assert health["erp_sql", False]["consecutive_failures"] == 0
    assert health["sales_targets_sheet", False]["is_delayed"]
    assert health["feature_flags_pg", False]["rows_synced_last_7d"] == 0
    assert health["stripe_uk", False]["total_syncs"] == 0
    assert health["netsuite_emea", False]["last_sync_status"] == "running"
    assert health["clickstream", False]["last_sync_at"] == account.truth["as_of"]


def test_scores_are_scores(account):
    parts = ("reliability_score", "freshness_score", "stability_score", "performance_score", "health_score")
    scores = [row[part] for row in account.truth["connections"] for part in parts]
    numbers = [score for score in scores if score is not None and score != "unknown"]
    assert all(0 <= score <= 100 for score in numbers)
    assert len(numbers) > 120
    assert {"healthy", "degraded", "broken", "delayed", "never_synced", "deleted"} <= {
        row["health_status"] for row in account.truth["connections"]
    }


def test_no_secret_ever_looks_real(account):
    found = account.sql(
        "select count(*) from {log}"
        ' where regexp_matches(message_data, \'"[a-z_]*(password|secret|token|apiKey)":"[^*]\')'
    )
    assert found == [(0,)]


# -- size


@pytest.mark.parametrize("rows", [60_000, 300_000])
def test_the_log_is_about_as_large_as_asked_for(tmp_path, rows):
    account = Account(tmp_path / "account", days=60, log_rows=rows)
    assert account.summary.log_rows == pytest.approx(rows, rel=0.15)
    ids = account.sql("select count(*), count(distinct (connection_id, destination_id, signed_up)) from {connection}")[
        0
    ]
    assert ids[0] == ids[1] <= 1002
