"""The simulator knows what is true of its account; the marts must say exactly that, whatever the plan and the names."""

from __future__ import annotations

import math
from collections import Counter
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import helpers
import pytest

ACCOUNTS = {
    "enterprise": {},
    "standard": helpers.STANDARD,
    "without oddities": {"names": "connector", "oddities": False, "seed": 11},
    "oldest": {"plan": "standard", "names": "oldest", "days": 75, "seed": 12},
}
MARTS = "fivetran_analytics"
CAUSES = {"configuration_change", "credential", "schema_change", "user_action"}


LONG = {"without oddities", "oldest"}


@pytest.fixture(
    scope="module", params=[pytest.param(name, marks=pytest.mark.long if name in LONG else []) for name in ACCOUNTS]
)
def account(request, built):
    return built(**ACCOUNTS[request.param])


@pytest.fixture(scope="module")
def truth(account) -> dict[str, Any]:
    return account.truth


class Marts:
    """The marts of an account as dictionaries, each read once."""

    def __init__(self, account) -> None:
        self.account = account
        self.read: dict[str, list[dict[str, Any]]] = {}

    def rows(self, mart: str) -> list[dict[str, Any]]:
        if mart not in self.read:
            with self.account.connect() as connection:
                answer = connection.execute(f"select * from {MARTS}.{mart}")
                names = [column[0] for column in answer.description]
                self.read[mart] = [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
        return self.read[mart]

    def by(self, mart: str, *keys: str) -> dict[Any, dict[str, Any]]:
        found: dict[Any, dict[str, Any]] = {}
        for row in self.rows(mart):
            key = tuple(plain(row[name]) for name in keys)
            assert key not in found, f"{mart}: {key} appears twice"
            found[key] = row
        return found


@pytest.fixture(scope="module")
def marts(account) -> Marts:
    return Marts(account)


def plain(value: Any) -> Any:
    """A value as truth.json writes it: times as ISO text, decimals as floats."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    return value


def same(found: Any, expected: Any) -> bool:
    found = plain(found)
    if isinstance(found, bool) or isinstance(expected, bool) or found is None or expected is None:
        return found is expected
    if isinstance(found, (int, float)) and isinstance(expected, (int, float)):
        return math.isclose(found, expected, rel_tol=1e-9, abs_tol=1e-6)
    return found == expected


def wrong(
    row: dict[str, Any], expected: dict[str, Any], but: frozenset[str] = frozenset()
) -> dict[str, tuple[Any, Any]]:
    """Columns whose value is not the expected one, as (found, expected)."""
    return {
        name: (plain(row[name]), value)
        for name, value in expected.items()
        if name not in but and value != "unknown" and not same(row[name], value)
    }


def test_planted_things_are_found(marts: Marts, truth) -> None:
    with marts.account.connect() as connection:
        existing = {
            name
            for (name,) in connection.execute(
                "select table_name from information_schema.tables where table_schema = ?", [MARTS]
            ).fetchall()
        }
    looked_at = Counter()
    for planted in truth["planted"]:
        if planted["mart"] not in existing:
            continue
        looked_at[planted["mart"]] += 1
        found = [
            row for row in marts.rows(planted["mart"]) if all(same(row[k], v) for k, v in planted["where"].items())
        ]
        what = f"{planted['name']} ({planted['mart']} {planted['where']})"
        if "rows" in planted:
            assert len(found) == planted["rows"], what
        else:
            assert len(found) == 1, f"{what}: {len(found)} rows"
            assert wrong(found[0], planted["values"]) == {}, what
    assert sum(looked_at.values()) >= 40


def test_health_of_every_connection(marts: Marts, truth) -> None:
    health = marts.by("fct_fivetran_connector_health", "connection_id")
    assert {(connection["connection_id"],) for connection in truth["connections"]} == set(health)
    for connection in truth["connections"]:
        # what no reading of the documentation decides, the truth leaves open as null
        open_questions = {name for name in ("health_status", "is_delayed") if connection.get(name) is None}
        row = health[connection["connection_id"],]
        assert wrong(row, connection, frozenset({"story"} | open_questions)) == {}, connection["connection_name"]


def test_every_day_of_the_dashboard(marts: Marts, truth) -> None:
    days = marts.by("fct_fivetran_executive_dashboard", "report_date")
    assert len(days) == 90
    for day in truth["days"]:
        assert wrong(days[day["report_date"],], day, frozenset({"report_date"})) == {}, day["report_date"]


def test_all_syncs_are_counted(marts: Marts, truth) -> None:
    syncs = marts.rows("fct_fivetran_sync_performance")
    assert Counter(row["sync_status"] for row in syncs) == truth["sync_totals"]["by_status"]
    for name, total in truth["sync_totals"].items():
        if name != "by_status":
            assert sum(row[name] or 0 for row in syncs) == total, name


def test_telling_syncs(marts: Marts, truth) -> None:
    syncs = marts.by("fct_fivetran_sync_performance", "connection_id", "sync_started_at")
    assert len(truth["syncs_sample"]) >= 20
    for sync in truth["syncs_sample"]:
        row = syncs[sync["connection_id"], sync["sync_started_at"]]
        assert wrong(row, sync) == {}, (sync["connection_name"], sync["sync_started_at"])


def test_tables_of_telling_syncs(marts: Marts, truth) -> None:
    started = {row["sync_key"]: plain(row["sync_started_at"]) for row in marts.rows("fct_fivetran_sync_performance")}
    found = {
        (row["connection_id"], started[row["sync_key"]], row["schema_name"], row["table_name"]): row
        for row in marts.rows("fct_fivetran_table_syncs")
    }
    assert len(truth["table_syncs_sample"]) >= 20
    for table in truth["table_syncs_sample"]:
        key = (table["connection_id"], table["sync_started_at"], table["schema_name"], table["table_name"])
        assert wrong(found[key], table, frozenset({"sync_started_at"})) == {}, key


def test_api_calls_of_every_day(marts: Marts, truth) -> None:
    days = marts.by("fct_fivetran_daily_api_usage", "connection_id", "activity_date")
    expected = {(row["connection_id"], row["activity_date"]): row["api_calls"] for row in truth["daily_api_usage"]}
    found = {key: row["api_calls"] for key, row in days.items() if row["api_calls"]}
    assert found == {key: calls for key, calls in expected.items() if calls}


def test_incidents_are_runs_of_failed_syncs(marts: Marts, truth) -> None:
    """Each one, from the start of its first failure to the success that ended it."""
    names = ("started_at", "ended_at", "failed_syncs", "last_success_before_at")
    found: dict[str, list[list]] = {}
    for row in marts.rows("fct_fivetran_incidents"):
        found.setdefault(row["connection_id"], []).append([plain(row[name]) for name in names])
        assert row["is_open"] is (row["ended_at"] is None)
    expected = {
        row["connection_id"]: sorted([plain(run[name]) for name in names] for run in row["runs"])
        for row in truth["incidents"]
    }
    assert {connection: sorted(runs) for connection, runs in found.items()} == expected
    assert all(len(expected[row["connection_id"]]) == row["incidents"] for row in truth["incidents"])


def test_causes_are_those_of_the_stories_and_no_other(marts: Marts, truth) -> None:
    """The edit of credentials before logins fail, and the dropped column before syncs fail of it.

    Which change it was is among what is planted.
    """
    stories = {row["connection_id"]: row["story"] for row in truth["connections"]}
    claimed = [row for row in marts.rows("fct_fivetran_incidents") if row["cause_type"] in CAUSES]
    found = {(stories[row["connection_id"]], row["cause_type"], row["error_category"]) for row in claimed}
    migration = "schema migration: a column dropped, a type changed"
    expected = {("expired credentials", "credential", "authentication"), (migration, "schema_change", "source_schema")}
    assert found == {one for one in expected if one[0] in stories.values()}


def test_waves_are_the_outages(marts: Marts, truth) -> None:
    """Scope, start, end and every member."""
    told = {row["wave_id"]: row for row in marts.rows("fct_fivetran_waves")}
    members: dict[str, list[list[str]]] = {wave: [] for wave in told}
    for row in marts.rows("fct_fivetran_incidents"):
        if row["wave_id"]:
            members[row["wave_id"]].append([row["connection_id"], plain(row["started_at"])])
    names = ("scope_type", "scope_id", "error_category", "started_at", "ended_at")
    found = [
        {name: plain(row[name]) for name in names} | {"incidents": sorted(members[wave])} for wave, row in told.items()
    ]
    assert found == truth["waves"]
    for wave, row in told.items():
        assert (row["incidents"], row["connections"]) == (len(members[wave]), len({one for one, _ in members[wave]}))


def test_service_levels_count_the_incidents_of_each_month(marts: Marts, truth) -> None:
    """Of each connection: those that began in the month, and the hours to recover of those that ended in it."""
    began: Counter[tuple[str, str]] = Counter()
    hours: dict[tuple[str, str], list[float]] = {}
    for row in truth["incidents"]:
        for run in row["runs"]:
            began[row["connection_id"], run["started_at"][:7]] += 1
            if run["ended_at"]:
                took = datetime.fromisoformat(run["ended_at"]) - datetime.fromisoformat(run["started_at"])
                key = row["connection_id"], run["ended_at"][:7]
                hours.setdefault(key, []).append(took.total_seconds() / 3600)
    levels = marts.rows("fct_fivetran_service_levels")
    of_account = Counter()
    for row in (one for one in levels if one["dimension"] == "connection"):
        key = row["dimension_id"], plain(row["month_date"])[:7]
        recovered = hours.get(key)
        expected = {
            "incidents": began[key],
            "mean_hours_to_recover": sum(recovered) / len(recovered) if recovered else None,
            "mean_hours_between_failures": (row["minutes_fresh"] + row["minutes_stale"]) / 60 / began[key]
            if began[key]
            else None,
        }
        assert wrong(row, expected) == {}, key
        of_account[row["month_date"]] += began[key]
    assert of_account == {row["month_date"]: row["incidents"] for row in levels if row["dimension"] == "account"}
    assert sum(of_account.values()) > 10


def test_service_levels_measure_whole_months_and_what_was_overdue(marts: Marts, truth) -> None:
    """All minutes of whoever was there all month count; who fails to the end is stale from the expected gap on.

    The log may begin within its oldest month.
    """
    health = {row["connection_id"]: row for row in marts.rows("fct_fivetran_connector_health")}
    there = {
        row["connection_id"]: row["set_up_at"]
        for row in truth["connections"]
        if row["total_syncs"] and not row["is_paused"] and not row["is_deleted"]
    }
    levels = [row for row in marts.rows("fct_fivetran_service_levels") if row["dimension"] == "connection"]
    oldest, newest = (limit(row["month_date"] for row in levels) for limit in (min, max))
    whole = [
        row
        for row in levels
        if oldest < row["month_date"] < newest and there.get(row["dimension_id"], "9999") < plain(row["month_date"])
    ]
    assert len(whole) > 20
    for row in whole:
        days = (date.fromordinal(row["month_date"].toordinal() + 31).replace(day=1) - row["month_date"]).days
        assert same(row["minutes_fresh"] + row["minutes_stale"], days * 1440.0), row["dimension_name"]
    (broken,) = [row for row in truth["connections"] if row["story"] == "expired credentials"]
    (row,) = [one for one in levels if (one["dimension_id"], one["month_date"]) == (broken["connection_id"], newest)]
    gap = health[broken["connection_id"]]["expected_gap_minutes"]
    overdue = 60 * broken["hours_since_last_success"] - gap
    assert row["minutes_stale"] == pytest.approx(overdue, abs=60)


def test_volumes_are_the_rows_of_each_day(marts: Marts, truth) -> None:
    volumes: Counter[str] = Counter()
    for row in marts.rows("fct_fivetran_table_volumes"):
        volumes[plain(row["sync_date"])] += row["rows_synced"]
    expected = {day["report_date"]: day["rows_synced"] for day in truth["days"]}
    assert {day: volumes[day] for day in expected} == expected


def test_usage_of_every_table_and_month(marts: Marts, truth) -> None:
    names = ("free_active_rows", "paid_active_rows", "total_active_rows")

    def key(row: dict[str, Any]) -> tuple:
        who = row["connection_id"] or row["connection_name"]
        return plain(row["month_date"]), row["destination_id"], who, row["schema_name"], row["table_name"]

    found = {key(row): [row[name] for name in names] for row in marts.rows("fct_fivetran_monthly_active_rows")}
    assert found == {key(row): [row[name] for name in names] for row in truth["mar"]}


def test_allocated_cost_is_the_bill(marts: Marts, truth) -> None:
    costs: dict[tuple, Decimal] = {}
    rows = [row for row in marts.rows("fct_fivetran_cost_allocation") if row["is_billed"]]
    for row in rows:
        key = (plain(row["month_date"]), row["destination_id"])
        costs[key] = costs.get(key, Decimal(0)) + row["allocated_cost_usd"]
    bills = {(row["month_date"], row["destination_id"]): Decimal(str(row["amount_usd"])) for row in truth["cost"]}
    used = {(plain(row["month_date"]), row["destination_id"]) for row in rows}
    assert costs == {key: amount for key, amount in bills.items() if key in used}
    assert {key for key, amount in bills.items() if amount} <= used
    assert len(costs) > 2


def test_runs_of_every_job_and_day(marts: Marts, truth) -> None:
    days = marts.by("fct_fivetran_transformation_runs", "job_id", "run_date")
    expected = truth["transformation_runs"]
    assert {(row["job_id"], row["run_date"]) for row in expected} == days.keys()
    assert {row["runs"] is None for row in expected} == {row["model_runs"] is None for row in expected} == {True, False}
    assert any(row["models_failed"] for row in expected)
    assert any((row["steps"] or 0) > row["runs"] for row in expected if row["runs"])
    for row in expected:
        found = days[row["job_id"], row["run_date"]]
        # older events do not tell the kind of project, which only a job without usage lacks then
        skipped = {"job_id", "run_date"} | ({"project_type"} if row["model_runs"] is None else set())
        assert {name: plain(found[name]) for name in row.keys() - skipped} == {
            name: pytest.approx(row[name]) if name == "duration_seconds" and row[name] else row[name]
            for name in row.keys() - skipped
        }, row


def test_runs_cost_what_transformations_are_charged(marts: Marts) -> None:
    charged: Counter[tuple[str, str]] = Counter()
    for row in marts.rows("fct_fivetran_cost_allocation"):
        if row["charge_kind"] == "transformation" and row["allocated_cost_usd"] is not None:
            charged[plain(row["month_date"]), row["destination_id"]] += row["allocated_cost_usd"]
    costs: Counter[tuple[str, str]] = Counter()
    for row in marts.rows("fct_fivetran_transformation_runs"):
        if row["cost_usd"]:
            costs[plain(row["run_date"])[:7] + "-01", row["destination_id"]] += row["cost_usd"]
    assert {key: round(usd, 2) for key, usd in costs.items()} == {key: usd for key, usd in charged.items() if usd}


def test_issues(marts: Marts, truth) -> None:
    issues = marts.rows("fct_fivetran_error_monitoring")
    counts = Counter((row["connection_id"], row["severity"], row["log_source"]) for row in issues)
    assert counts == {
        (row["connection_id"], row["severity"], row["log_source"]): row["issues"] for row in truth["issues"]["counts"]
    }
    assert len(truth["issues"]["kinds"]) >= 10
    for kind in truth["issues"]["kinds"]:
        found = [
            row
            for row in issues
            if row["connection_id"] == kind["connection_id"] and row["error_type"] in kind["error_types"]
        ]
        expected = {
            name: kind[name]
            for name in ("is_recurring_error", "occurrences", "first_seen_at", "last_seen_at", "affected_tables")
        }
        if kind["error_category"]:
            expected["error_category"] = kind["error_category"]
        for row in found:
            assert wrong(row, expected) == {}, (kind["connection_id"], row["error_type"], row["error_message"])
        assert len(found) == kind["rows"]
    assert sum(kind["affected_tables"] > 0 for kind in truth["issues"]["kinds"]) >= 5


def test_schema_changes(marts: Marts, truth) -> None:
    changes = marts.rows("fct_fivetran_schema_change_history")
    for change in truth["schema_changes"]["planted"]:
        found = [row for row in changes if wrong(row, change) == {}]
        assert len(found) == 1, change
    added = Counter(
        (row["side"], row["change_level"])
        for row in changes
        if row["change_type"] == "added" and row["evidence"] == "metadata"
    )
    assert added == {(row["side"], row["change_level"]): row["rows"] for row in truth["schema_changes"]["added"]}


def test_actions(marts: Marts, truth) -> None:
    actions = marts.rows("fct_fivetran_user_activity")
    expected = truth["user_activity"]
    by_source = Counter(row["log_source"] for row in actions)
    assert {source: by_source.get(source, 0) for source in ("audit_trail", "log")} == expected["by_log_source"]
    by_user = Counter(row["user_id"] for row in actions if row["user_id"])
    assert by_user == expected["user_id_by_actions"]


@pytest.mark.parametrize(
    ("column", "flagged"),
    [
        ("is_unusual_hour", "unusual_hours"),
        ("is_first_time_action", "first_times"),
        ("is_new_admin", "new_admins"),
        ("is_mass_deletion", "mass_deletions"),
    ],
)
def test_what_is_unlike_a_person(marts: Marts, truth, column: str, flagged: str) -> None:
    found = sorted(plain(row["occurred_at"]) for row in marts.rows("fct_fivetran_user_activity") if row[column])
    assert found == sorted(truth["user_activity"][flagged])
    if flagged != "new_admins" or truth["plan"] == "enterprise":  # no log tells of it
        assert found


def test_sessions_are_stories(marts: Marts, truth) -> None:
    rows, expected = marts.rows("fct_fivetran_user_activity"), truth["user_activity"]
    assert len({row["session_id"] for row in rows} - {None}) == expected["sessions"]
    assert sum(row["is_unusual_hour"] is not None for row in rows) == expected["hours_judged"]
    assert len(expected["stories"]) == 2
    for story in expected["stories"]:
        found = {row["session_story"] for row in rows if plain(row["occurred_at"]) == story["at"]}
        assert found == {story["story"]}


def test_everybody_reaches_what_their_roles_say(marts: Marts, truth) -> None:
    """Through teams above theirs, a cycle of teams, roles limited to connector types, and roles that are gone."""
    expected = truth["access"]
    found = Counter(
        tuple(row[name] for name in expected["columns"])
        for row in marts.rows("fct_fivetran_access_control")
        if row["resource_id"] not in expected["without"]
    )
    assert found == Counter(map(tuple, expected["rows"]))
    ways, roles = ({row[name] for row in expected["rows"]} for name in (2, 1))
    assert {"direct", "Administrators", "Payments > Finance", "Card Payments > Payments"} <= ways
    assert "Advertising Connections" in roles


def test_no_secret_is_in_a_mart(marts: Marts, truth) -> None:
    for mart in ("fct_fivetran_user_activity", "fct_fivetran_configuration_changes"):
        texts = [value for row in marts.rows(mart) for value in row.values() if isinstance(value, str)]
        assert any("connection_uri" in text for text in texts), "the edit is there"
        for secret in truth["user_activity"]["secrets"]:
            assert not [text for text in texts if secret in text]


def test_rules_find_these_connections_and_no_other(marts: Marts, truth) -> None:
    found: dict[str, set[str]] = {rule: set() for rule in truth["recommendations"]}
    for row in marts.rows("fct_fivetran_connector_recommendations"):
        if row["rule_code"] in found:
            found[row["rule_code"]].add(row["connection_id"])
    assert {rule: sorted(ids) for rule, ids in found.items()} == truth["recommendations"]
    if truth["plan"] == "enterprise":
        assert all(truth["recommendations"].values()), "each rule has something to find"


def test_a_cause_has_one_recommendation_and_a_problem_one_severity(marts) -> None:
    severities = {row["connection_id"]: row["severity"] for row in marts.rows("fct_fivetran_problematic_connectors")}
    about_problem = {
        "broken_credentials",
        "repeated_failures",
        "stale_connection",
        "never_synced",
        "failed_setup_tests",
    }
    advice = marts.rows("fct_fivetran_connector_recommendations")
    by_cause: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in advice:
        by_cause.setdefault((row["connection_id"], row["leading_rule_code"]), []).append(row)
    compared = 0
    for (connection, leading_rule), rows in by_cause.items():
        (leading,) = (row for row in rows if row["is_leading"])
        assert leading["rule_code"] == leading_rule
        beneath = sorted(row["rule_code"] for row in rows if not row["is_leading"])
        assert beneath == (leading["rules_beneath"] or "").split(", ") if beneath else leading["rules_beneath"] is None
        assert {row["priority"] for row in rows} == {leading["priority"]}
        if connection in severities and leading_rule in about_problem:
            assert leading["priority"] == severities[connection]
            compared += 1
    assert compared
    shared = [(row["connection_id"], row["cause"]) for row in advice if row["is_leading"] and row["cause"]]
    assert len(shared) == len(set(shared))
