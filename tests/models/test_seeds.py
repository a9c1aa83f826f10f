"""The shipped seeds: portable patterns, one real message for each, complete rules, harmless defaults."""
# ruff: noqa: E501 - messages are quoted as they are

from __future__ import annotations

import csv
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
import yaml
from helpers import ROOT, dbt_project, inside

SEEDS = ROOT / "seeds"
CATEGORIES = {
    "authentication",
    "permission",
    "network",
    "rate_limit",
    "source_data",
    "source_schema",
    "destination",
    "configuration",
    "billing",
    "fivetran_internal",
}
RULES = {
    "broken_credentials",
    "repeated_failures",
    "stale_connection",
    "slow_syncs",
    "over_synced_idle",
    "forgotten_paused",
    "never_synced",
    "mar_spike",
    "repeated_resyncs",
    "rate_limited",
    "breaking_schema_changes",
    "recurring_warnings",
    "unowned_connection",
    "failed_setup_tests",
    "tables_never_changing",
}

# One message a pattern must catch before any other does: error type, event and message as the log has them.
EXAMPLES = {
    "billing_trial_ended": "failure sync_end Your free trial has ended and all of your virtual warehouses have been suspended.",
    "billing_payment_due": "failure sync_end Your account is suspended due to lack of payment method.",
    "billing_project_disabled": "error error Billing has not been enabled for this project. Enable billing in the console",
    "billing_plan_limit": "warning warning Your account is on the Free Plan and has used its rows for this month",
    "billing_subscription_ended": "failure sync_end Your subscription has expired",
    "pg_slot_active": 'error error ERROR: replication slot "fivetran_pgoutput_slot" is active for PID 610',
    "pg_slot_invalidated": "error error We could not sync your data because the replication slot has become invalid. "
    "This slot was invalidated because it was idle for too long",
    "pg_slot_missing": 'error error ERROR: replication slot "fivetran_slot" does not exist',
    "pg_wal_removed": "error error requested WAL segment 0000000100000A1B000000C4 has already been removed",
    "pg_logical_replication_off": "error error ERROR: logical decoding requires wal_level >= logical",
    "pg_publication": 'error error publication "fivetran_pub" does not exist',
    "mysql_binlog_purged": "error error Got fatal error 1236 from master when reading data from binary log: "
    "'Could not find first log file name in binary log index file'",
    "mysql_binlog_settings": "error error Variable binlog_row_image must be set to FULL",
    "mysql_server_id": "error error A slave with the same server_uuid/server_id as this slave has connected to the master",
    "sqlserver_change_tracking": "error error Change tracking is not enabled on table dbo.orders",
    "oracle_archive_log": "error error ORA-01291: missing log file",
    "oracle_supplemental_logging": "error error Database is running in NOARCHIVELOG mode",
    "mongodb_oplog_expired": "error error Command failed with error 286 (ChangeStreamHistoryLost): 'Resume of change "
    "stream was not possible, as the resume point may no longer be in the oplog.'",
    "stream_position_expired": "error error OffsetOutOfRangeException: Offsets out of range with no configured reset policy",
    "teleport_sync_limit": "warning warning Teleport Sync Error",
    "snapshot_too_old": "error error ORA-01555: snapshot too old: rollback segment number 520 too small",
    "source_lock_conflict": "error error Lock wait timeout exceeded; try restarting transaction",
    "source_statement_timeout": "error error ERROR: canceling statement due to statement timeout",
    "source_slow_query": "slow_query warning Query on table 'orders' took 9000 ms, longer than expected",
    "too_many_connections": "error error FATAL: remaining connection slots are reserved for superuser connections",
    "dest_snowflake_resource_monitor": "reconnect_warehouse sync_end Warehouse 'FIVETRAN_WH' cannot be resumed because "
    "resource monitor 'RM' has exceeded its quota.",
    "dest_snowflake_warehouse_suspended": "failure sync_end Unknown failure. Error: Warehouse FIVETRAN_WH is suspended.",
    "dest_snowflake_statement_timeout": "error error Statement reached its statement or warehouse timeout of 3,600 second(s)",
    "dest_snowflake_lock": "error error Statement '01a' has locked table 'ORDERS' in transaction 1 and this lock has not "
    "yet been released. number of waiters for this lock exceeds the 20 statements limit",
    "dest_bigquery_quota": "error error Exceeded rate limits: too many table update operations for this table",
    "dest_concurrent_update": "error error Transaction is aborted due to concurrent update against table x",
    "dest_bigquery_location": "error error Not found: Dataset x:y was not found in location EU",
    "dest_column_limit": "error error ERROR: tables can have at most 1600 columns",
    "dest_dependent_objects": "error error cannot drop table orders because other objects depend on it",
    "dest_disk_full": "error error could not extend file base/16/1: No space left on device",
    "dest_load_errors": "error error Load into table 'orders' failed. Check 'stl_load_errors' system table for details.",
    "dest_cluster_down": "reconnect_warehouse sync_end Cluster 0602-abc is terminated",
    "dest_read_only": "error error cannot execute INSERT in a read-only transaction",
    "dest_out_of_memory": "error error Resources exceeded during query execution",
    "dest_table_changed": "error error Error: Unable to access existing tables",
    "dest_lake_catalog": "error error DELTA_UNSUPPORTED_TIME_TRAVEL_BEYOND_DELETED_FILE_RETENTION_DURATION",
    "dest_name_collision": 'error error relation "orders" already exists',
    "perm_snowflake": "error error SQL access control error: Insufficient privileges to operate on schema 'SALES'",
    "data_null_primary_key": "null_primary_key error A null value was found",
    "data_duplicate_key": "error error Duplicate row detected during DML action",
    "data_value_too_long": "json_value_too_long warning column payload",
    "data_document_too_large": "error error BSONObjectTooLarge: object to insert too large",
    "data_encoding": 'error error invalid byte sequence for encoding "UTF8": 0x00',
    "data_malformed_json": "error error Use JsonReader.setLenient(true) to accept malformed JSON at line 1",
    "data_malformed_csv": "error error Unterminated quoted field: unterminated quote at line 42",
    "data_file_unreadable": "open_file error could not open s3 object 2024/01/orders.csv",
    "data_skipped_records": "skipped_record warning Skipped 12 malformed records of file 'export.json'",
    "data_file_missing": "error error NoSuchKey: The specified key does not exist.",
    "data_invalid_date": 'error error date/time field value out of range: "0000-00-00"',
    "data_type_conversion": "error error Numeric value 'n/a' is not recognized",
    "data_corrupt_source": "error error ORA-01578: ORACLE data block corrupted (file # 4, block # 26)",
    "schema_excluded_by_system": "table_excluded_by_system warning salesforce.x__ChangeEvent has been Excluded by system. "
    "Reason : Not queryable",
    "schema_no_primary_key": "warning warning Table public.events has no primary key",
    "schema_column_missing": 'error error column "discount_pct" does not exist',
    "schema_table_missing": 'error error relation "public.orders" does not exist',
    "schema_unsupported_type": "warning warning Unsupported data type: geography",
    "schema_type_changed": "error error Incompatible data types: STRING cannot become BIGINT",
    "schema_registry": "error error SerializationException: Error retrieving Avro schema for id 7",
    "schema_api_version": "error error API version v12 is deprecated",
    "rate_salesforce": "error error REQUEST_LIMIT_EXCEEDED: TotalRequests Limit exceeded.",
    "rate_hubspot": "error error You have reached your secondly limit. policyName: TEN_SECONDLY_ROLLING",
    "rate_facebook": "error error (#17) User request limit reached",
    "rate_google_quota": "error error RESOURCE_EXHAUSTED: Quota exceeded for quota metric 'Queries'",
    "rate_throughput": "error error ProvisionedThroughputExceededException: The level of configured throughput was exceeded",
    "rate_concurrency": "error error SSS_REQUEST_LIMIT_EXCEEDED: The maximum number of concurrent requests",
    "rate_http_429": "warning warning Server returned HTTP 429 for /v3/contacts",
    "rate_generic": "rate_limit warning API rate limit exceeded for installation",
    "auth_oauth_revoked": 'authentication_error error {"error": "invalid_grant", "error_description": "Token has been '
    'expired or revoked."}',
    "auth_ads_session": "error error Error validating access token: The session has been invalidated because the user "
    "changed their password",
    "auth_salesforce_login": "error error INVALID_SESSION_ID: Session expired or invalid",
    "auth_snowflake_key": "error error JWT token is invalid. [0ce9eb56]",
    "auth_mfa_required": "error error Failed to authenticate: MFA authentication is required, but none of your current "
    "MFA methods are supported",
    "auth_azure_ad": "error error AADSTS7000222: The provided client secret keys for app are expired.",
    "auth_aws_keys": "error error InvalidAccessKeyId: The AWS Access Key Id you provided does not exist in our records.",
    "auth_password_database": 'reconnect sync_end FATAL: password authentication failed for user "fivetran"',
    "auth_account_locked": "reconnect sync_end ORA-28000: the account is locked",
    "auth_ssh_key": "reconnect sync_end Permission denied (publickey).",
    "auth_kafka_sasl": "error error SaslAuthenticationException: Authentication failed",
    "auth_webhook_signature": "error error Signature verification failed for the incoming event",
    "auth_api_key": "authentication_error error Invalid API key provided",
    "perm_sql_object": "permission_denied error permission denied for table orders",
    "perm_bigquery": "error error Access Denied: Dataset p:d: User does not have permission",
    "perm_aws": "error error User: arn:aws:iam::1:user/x is not authorized to perform: s3:ListBucket",
    "perm_cloud_storage": "error error AuthorizationPermissionMismatch: the caller may not read this container",
    "perm_salesforce": "error error API_DISABLED_FOR_ORG: API is not enabled for this Organization or Partner",
    "perm_oauth_scope": "error error This app hasn't been granted all required scopes to make this call",
    "perm_ads_account": "error error USER_PERMISSION_DENIED: User doesn't have permission to access customer.",
    "perm_sharing": "error error The caller does not have permission",
    "perm_broker": "error error TopicAuthorizationException: Not authorized to access topics: [orders]",
    "perm_mongodb": "error error not authorized on local to execute command { find: 'x' }",
    "net_allow_list": 'error error FATAL: no pg_hba.conf entry for host "1.2.3.4", user "fivetran", SSL off',
    "net_ssh_tunnel": "error error Could not open the SSH tunnel: connection refused",
    "net_private_link": "error error The PrivateLink endpoint is pending approval",
    "net_agent_offline": "error error The Hybrid Deployment Agent did not answer",
    "net_dns": "error error java.net.UnknownHostException: db.example.com",
    "net_tls_expired": "error error certificate has expired",
    "net_tls_trust": "error error PKIX path building failed: unable to find valid certification path to requested target",
    "net_tls_hostname": "error error No subject alternative DNS name matching db.example.com found.",
    "net_tls_protocol": "error error The server selected protocol version TLS10 is not accepted by client preferences",
    "net_connection_refused": "error error java.net.ConnectException: Connection refused (Connection refused)",
    "net_connect_timeout": "error error Communications link failure. The driver has not received any packets",
    "net_connection_lost": "error error java.net.SocketException: Connection reset by peer",
    "net_read_timeout": "error error java.net.SocketTimeoutException: Read timed out",
    "net_source_unavailable": "error error 503 Service Unavailable",
    "conf_sdk_code": "error error Traceback (most recent call last): KeyError: 'id'",
    "conf_function": "error error Lambda returned an error: Task failed",
    "conf_database_missing": 'error error database "shop" does not exist',
    "conf_account_missing": "error error Property 1234 was not found, or no longer exists",
    "conf_invalid_address": "error error java.net.MalformedURLException: no protocol: shop",
    "conf_sheet_range": "error error Named range fivetran_orders was not found in the spreadsheet",
    "conf_nothing_selected": "warning warning No tables were selected",
    "conf_missing_setting": "error error Missing required field: report_suite",
    "conf_http_404": "error error 404 Client Error: for url https://api.example.com/v2/x",
    "conf_http_400": "error error INVALID_ARGUMENT: Request contains an invalid argument.",
    "perm_http_403": "error error Server returned HTTP response code: 403 for URL",
    "auth_http_401": "error error 401 Client Error: Unauthorized for url: https://api.example.com",
    "auth_mysql_access_denied": "reconnect sync_end Access denied for user 'fivetran'@'1.2.3.4' (using password: YES)",
    "auth_generic": "authentication_error error",
    "perm_generic": "permission_denied error",
    "dest_reconnect_task": "reconnect_warehouse sync_end",
    "auth_reconnect_task": "reconnect sync_end",
    "schema_forced_resync": "forced_resync_table forced_resync_table",
    "int_out_of_memory": "error error java.lang.OutOfMemoryError: Java heap space",
    "auth_pg_role": 'error error FATAL: role "fivetran" does not exist',
    "perm_oracle_session": "error error ORA-01045: user FIVETRAN lacks CREATE SESSION privilege; logon denied",
    "net_database_starting": "error error FATAL: the database system is starting up",
    "int_exception": "error error java.lang.NullPointerException",
    "int_interrupted": "rescheduled sync_end The sync was interrupted and will run again",
    "conf_transformation_failed": "transformation_failed transformation_failed",
    "conf_setup_test": "connection_failure connection_failure",
    "dest_generic": "error error Failed to load 3 files",
    "net_timeout_generic": "error error The operation timed out after 10 minutes",
    "int_unknown": "error error Unexpected error. Please contact support.",
}

# Names of the simulated connections that have an owner.
SIMULATED_OWNED = (
    "app_db", "web_shop", "google_ads", "facebook_ads", "salesforce", "hubspot", "marketo_eu", "billing_oracle",
    "inventory_pg", "stripe_eu", "netsuite",
)  # fmt: skip

# Messages with numbers, names and words that look like an error and are none of it.
NO_MATCH = [
    "warning warning Row 401 of table t_403 skipped, id 429",
    "warning warning The customer 500123 changed",
    "info info All went well",
    "connector_sdk_log connector_sdk_log Page 7 came back empty, retrying",
]


def read(name: str) -> list[dict[str, str]]:
    with open(SEEDS / f"{name}.csv", newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def patterns() -> list[dict[str, str]]:
    return sorted(read("fivetran_error_patterns"), key=lambda row: int(row["priority"]))


def first_match(patterns: list[dict[str, str]], text: str) -> dict[str, str] | None:
    return next((row for row in patterns if re.search(row["pattern"], text.lower())), None)


@pytest.mark.parametrize("path", sorted(SEEDS.glob("*.csv")), ids=lambda path: path.stem)
def test_every_seed_is_described(path: Path) -> None:
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    assert {len(row) for row in rows} == {len(rows[0])}, "every row has as many fields as the header"
    seed = yaml.safe_load(path.with_suffix(".yml").read_text(encoding="utf-8"))["seeds"][0]
    assert seed["name"] == path.stem
    assert seed["description"].startswith("One row per")
    assert [column["name"] for column in seed["columns"]] == rows[0]
    assert all(column["description"].strip() for column in seed["columns"])
    assert set(seed["config"]["column_types"]) == set(rows[0])


def test_error_patterns_are_many_and_cover_every_category(patterns: list[dict[str, str]]) -> None:
    assert len(patterns) >= 70
    assert {row["error_category"] for row in patterns} == CATEGORIES
    for column in ("pattern_id", "priority", "pattern"):
        values = [row[column] for row in patterns]
        assert len(values) == len(set(values)), f"{column} is unique"


def test_error_patterns_stay_in_the_portable_subset(patterns: list[dict[str, str]]) -> None:
    for row in patterns:
        pattern = row["pattern"]
        assert "\\" not in pattern, f"{row['pattern_id']}: a backslash is escaped differently by every engine"
        assert "(?" not in pattern, f"{row['pattern_id']}: no look-around, no flags, no non-capturing group"
        assert "[:" not in pattern.replace("[ :", ""), f"{row['pattern_id']}: no character class names"
        assert not re.search(r"[*+?]{2}|\{", pattern), f"{row['pattern_id']}: no lazy, possessive or counted repeats"
        assert not re.search(r"\.[*+]", pattern), f"{row['pattern_id']}: engines differ on whether . matches a line end"
        assert pattern == pattern.lower(), f"{row['pattern_id']}: matched against lower-cased text"
        assert "'" not in pattern
        assert '"' not in pattern
        assert not re.fullmatch(r"[0-9]+", pattern)


def test_error_patterns_never_match_everything(patterns: list[dict[str, str]]) -> None:
    for row in patterns:
        assert not re.search(row["pattern"], ""), f"{row['pattern_id']} matches an empty message"
        for word in (
            "error error",
            "warning warning",
            "failure sync_end",
            "failure_with_task sync_end",
            "status status",
        ):
            assert not re.search(row["pattern"], word), f"{row['pattern_id']} matches the bare event '{word}'"


def test_every_pattern_has_an_example_that_no_earlier_pattern_takes(patterns: list[dict[str, str]]) -> None:
    assert set(EXAMPLES) == {row["pattern_id"] for row in patterns}
    wrong = {}
    for pattern_id, message in EXAMPLES.items():
        found = first_match(patterns, message)
        if found is None or found["pattern_id"] != pattern_id:
            wrong[pattern_id] = found and found["pattern_id"]
    assert not wrong


@pytest.fixture(scope="module")
def judged(patterns: list[dict[str, str]], tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], dict[str, str]]:
    """The pattern that decides on a text, as the models find it: in the shape of the text, not in the text."""
    directory = tmp_path_factory.mktemp("shape")
    with inside(directory):
        shape = dbt_project(directory).compile("{{ fivetran_logs.masked('message', fingerprint=false) }}")
    sql = f"select {shape} from (select ? as message)"

    def judge(text: str) -> dict[str, str]:
        row = duckdb.execute(sql, [text]).fetchone()
        assert row is not None
        return first_match(patterns, row[0]) or {"pattern_id": "", "error_category": "other"}

    return judge


def test_examples_are_found_by_their_shape(judged: Callable[[str], dict[str, str]]) -> None:
    found = {pattern_id: judged(message)["pattern_id"] for pattern_id, message in EXAMPLES.items()}
    assert found == {pattern_id: pattern_id for pattern_id in EXAMPLES}


def test_messages_of_sources_and_destinations_are_classified(judged: Callable[[str], dict[str, str]]) -> None:
    """What connectors report, by who has to act; a name that looks like an error decides nothing."""
    with open(Path(__file__).parent / "error_messages.csv", newline="", encoding="utf-8") as file:
        messages = list(csv.DictReader(file))
    assert len(messages) > 200
    wrong = [
        (row["message"], row["category"], found["pattern_id"])
        for row in messages
        if (found := judged(f"error error {row['message']}"))["error_category"] != row["category"]
    ]
    assert not wrong


@pytest.mark.parametrize("message", NO_MATCH)
def test_numbers_that_could_be_ids_decide_nothing(patterns: list[dict[str, str]], message: str) -> None:
    assert first_match(patterns, message) is None


def test_re2_agrees_with_the_backtracking_engine(patterns: list[dict[str, str]]) -> None:
    texts = [*EXAMPLES.values(), *NO_MATCH]
    con = duckdb.connect()
    con.execute("create table patterns (pattern_id varchar, pattern varchar)")
    con.executemany("insert into patterns values (?, ?)", [[row["pattern_id"], row["pattern"]] for row in patterns])
    con.execute("create table texts (text varchar)")
    con.executemany("insert into texts values (?)", [[text.lower()] for text in texts])
    found = con.execute(
        "select pattern_id, text from patterns cross join texts where regexp_matches(text, pattern)"
    ).fetchall()
    expected = {
        (row["pattern_id"], text.lower())
        for row in patterns
        for text in texts
        if re.search(row["pattern"], text.lower())
    }
    assert set(found) == expected


@pytest.mark.skipif(shutil.which("grep") is None, reason="grep is the stand-in for POSIX extended expressions")
def test_posix_agrees_with_the_backtracking_engine(patterns: list[dict[str, str]]) -> None:
    texts = [text.lower() for text in [*EXAMPLES.values(), *NO_MATCH]]
    for row in patterns:
        done = subprocess.run(
            ["grep", "-nE", "--", row["pattern"]],
            input="\n".join(texts) + "\n",
            capture_output=True,
            text=True,
            env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"},
            check=False,
        )
        assert done.returncode in (0, 1), f"{row['pattern_id']}: {done.stderr}"
        found = {int(line.split(":", 1)[0]) for line in done.stdout.splitlines()}
        assert found == {i for i, text in enumerate(texts, 1) if re.search(row["pattern"], text)}, row["pattern_id"]


def test_causes_and_actions_are_sentences(patterns: list[dict[str, str]]) -> None:
    for row in patterns:
        for column in ("root_cause", "suggested_action"):
            assert row[column].endswith("."), f"{row['pattern_id']}: {column} is a sentence"
            assert len(row[column]) <= 160, f"{row['pattern_id']}: {column} is short"


def test_recommendation_rules_are_the_ones_the_model_knows() -> None:
    rules = read("fivetran_recommendation_rules")
    assert {row["rule_code"] for row in rules} == RULES
    assert len(rules) == len(RULES)
    for row in rules:
        assert row["category"] in {"reliability", "performance", "cost", "configuration", "governance"}
        assert row["default_priority"] in {"critical", "high", "medium", "low"}
        assert row["effort"] in {"low", "medium", "high"}
        assert row["is_enabled"] in {"true", "false"}
        assert row["documentation_url"].startswith("https://fivetran.com/docs/")
        assert not re.search(r"[{}%]", row["recommendation"]), "plain words, no placeholders"


def test_shipped_owners_and_budgets_touch_no_real_account() -> None:
    account = pytest.importorskip("fivetran_logs.simulator.account")
    destinations = {destination.id: destination.name for destination in account.destinations()}
    owners = read("fivetran_connection_owners")
    assert owners, "the demo shows what owners are for"
    simulated = {
        account.connection_id(f"{name}/{destination}") for name in SIMULATED_OWNED for destination in destinations
    }
    for row in owners:
        assert row["connection_name"] in simulated, "an id of the simulated account, never a name that others use too"
        assert row["destination_name"] in destinations.values()
        assert row["owner_email"].endswith("@example.com"), "an address of nobody"
    assert read("fivetran_budgets") == []
