"""A small account in which every compliance check passes, or every one fails, with the answers.

The large account is believable; this one is built to be judged. Each thing that is planted says which check it is for,
and the answers are written beside it by hand: no check is worked out a second time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from .lineage import ENTERPRISE_TABLES
from .messages import record
from .writer import TRUTH, replacing, write_table, write_truth

AS_OF = datetime(2026, 6, 18, 14)
# What the answers rest on; a build has to be given it.
SETTINGS: dict[str, Any] = {
    "fivetran_logs_check_regions": ["AWS_EU_WEST_1"],
    "fivetran_logs_check_domains": ["example.com"],
    "fivetran_logs_check_secret_owners": ["ada@example.com"],
    "fivetran_logs_check_retention_days": 60,
    "fivetran_logs_dormant_days": 30,
}
ACCOUNT, WAREHOUSE, ELSEWHERE = "small_account", "eu_warehouse", "us_warehouse"
TEXT, TIME, FLAG, NUMBER = pa.string(), pa.timestamp("us"), pa.bool_(), pa.int64()
COLUMNS: dict[str, dict[str, pa.DataType]] = {
    "account": {"id": TEXT, "name": TEXT, "created_at": TIME},
    "destination": {"id": TEXT, "account_id": TEXT, "name": TEXT, "region": TEXT, "is_active": FLAG},
    "connector_type": {"id": TEXT, "official_connector_name": TEXT},
    "connection": {
        "connection_id": TEXT,
        "connection_name": TEXT,
        "connector_type_id": TEXT,
        "destination_id": TEXT,
        "connecting_user_id": TEXT,
        "paused": FLAG,
        "signed_up": TIME,
        "sync_frequency": NUMBER,
        "_fivetran_deleted": FLAG,
    },
    "user": {
        "id": TEXT,
        "email": TEXT,
        "given_name": TEXT,
        "family_name": TEXT,
        "created_at": TIME,
        "verified": FLAG,
        "_fivetran_deleted": FLAG,
    },
    "log": {
        "id": TEXT,
        "time_stamp": TIME,
        "connection_id": TEXT,
        "event": TEXT,
        "message_event": TEXT,
        "message_data": TEXT,
        "sync_id": TEXT,
    },
    "audit_trail": {
        "captured_at": TIME,
        "id": TEXT,
        "user_id": TEXT,
        "action": TEXT,
        "interaction_method": TEXT,
        "old_values": TEXT,
        "new_values": TEXT,
        "primary_resource_id": TEXT,
        "primary_resource_type": TEXT,
        "secondary_resource_id": TEXT,
        "secondary_resource_type": TEXT,
    },
    "destination_schema": {"id": NUMBER, "destination_id": TEXT, "connection_id": TEXT, "name": TEXT},
    "destination_table": {"id": NUMBER, "schema_id": NUMBER, "connection_id": TEXT, "name": TEXT},
    "destination_column": {"id": NUMBER, "table_id": NUMBER, "connection_id": TEXT, "name": TEXT},
    "team": {"id": TEXT, "account_id": TEXT, "name": TEXT, "parent_id": TEXT, "_fivetran_deleted": FLAG},
    "team_membership": {"role_id": TEXT, "team_id": TEXT, "user_id": TEXT, "_fivetran_deleted": FLAG},
    "role": {"id": TEXT, "account_id": TEXT, "name": TEXT, "_fivetran_deleted": FLAG},
    "role_permission": {"permission": TEXT, "role_id": TEXT, "_fivetran_deleted": FLAG},
    "resource_membership": {
        "id": NUMBER,
        "account_id": TEXT,
        "connection_id": TEXT,
        "destination_id": TEXT,
        "role_id": TEXT,
        "team_id": TEXT,
        "user_id": TEXT,
        "created_at": TIME,
        "_fivetran_deleted": FLAG,
    },
}
OWNERS = (
    "connection_name,destination_name,owner_email,team,cost_centre,environment,criticality,expected_every_minutes,"
    "freshness_target"
)


@dataclass
class Planted:
    """Rows by source table, rows of the seed of owners, and the answers by check."""

    holds: bool
    enterprise: bool
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {table: [] for table in COLUMNS})
    owners: list[str] = field(default_factory=list)
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)

    def add(self, table: str, **values: Any) -> None:
        self.rows[table].append(values)

    def expect(self, check: str, passing: int, failing: Iterable[str], *, enterprise: bool = False) -> None:
        """What a check says: the objects that pass, the ids of those that fail."""
        failing = [] if self.holds else sorted(failing)
        assert self.holds or failing, check
        if enterprise and not self.enterprise:
            self.answers[check] = {"result": "not_assessable", "looked_at": 0, "failing": []}
        else:
            result = "fail" if failing else "pass"
            self.answers[check] = {"result": result, "looked_at": passing + len(failing), "failing": failing}

    def log(self, at: datetime, event: str, connection: str | None = None, **data: Any) -> None:
        severity, sync = data.pop("severity", "INFO"), data.pop("sync_id", None)
        self.add(
            "log",
            id=f"event {len(self.rows['log'])}",
            time_stamp=at,
            connection_id=connection,
            event=severity,
            message_event=event,
            message_data=record(**data),
            sync_id=sync,
        )

    def sync(self, connection: str, at: datetime, status: str = "SUCCESSFUL") -> None:
        """A sync of ten minutes."""
        sync_id = f"{connection} {at:%Y%m%d%H}"
        self.log(at, "sync_start", connection, sync_id=sync_id)
        severity = "SEVERE" if status == "FAILURE" else "WARNING" if status == "RESCHEDULED" else "INFO"
        reason = None if status == "SUCCESSFUL" else f"{status.lower()} for the test"
        end = {"status": status, "reason": reason, "severity": severity, "sync_id": sync_id}
        self.log(at + timedelta(minutes=10), "sync_end", connection, **end)

    def trail(self, at: datetime, user: str | None, action: str, kind: str, identity: str) -> None:
        self.add(
            "audit_trail",
            captured_at=at,
            id=f"trail {len(self.rows['audit_trail'])}",
            user_id=user,
            action=action,
            interaction_method="WEB_UI",
            primary_resource_type="ACCOUNT",
            primary_resource_id=ACCOUNT,
            secondary_resource_type=kind,
            secondary_resource_id=identity,
        )


def simulate_compliance(directory: Path, *, holds: bool, plan: str = "enterprise") -> None:
    """Writes the account and truth.json into `directory`, in which every check passes (`holds`) or fails.

    Checks whose tables only the enterprise plan has are not assessable on the standard plan.
    """
    planted = Planted(holds, plan == "enterprise")
    _places(planted)
    _access(planted)
    _connections(planted)
    _syncs(planted)
    _changes(planted)
    _schema(planted)
    with replacing(Path(directory)) as fresh:
        for table, columns in COLUMNS.items():
            if plan == "enterprise" or table not in ENTERPRISE_TABLES:
                write_table(fresh / f"{table}.parquet", [_table(planted.rows[table], columns)])
        (fresh / "owners.csv").write_text("\n".join([OWNERS, *planted.owners]) + "\n", encoding="utf-8")
        truth = {"as_of": AS_OF.isoformat(), "plan": plan, "compliance": dict(sorted(planted.answers.items()))}
        write_truth(fresh / TRUTH, truth)


def _table(rows: list[dict[str, Any]], columns: dict[str, pa.DataType]) -> pa.Table:
    """Every row arrived an hour after it happened, or with the last sync of the Platform connection."""
    arrays = {name: pa.array([row.get(name) for row in rows], type=kind) for name, kind in columns.items()}
    happened = [row.get("time_stamp") or row.get("captured_at") for row in rows]
    synced = [at + timedelta(hours=1) if at else AS_OF for at in happened]
    return pa.table(arrays | {"_fivetran_synced": pa.array(synced, type=TIME)})


def _days(first: datetime, last: datetime) -> Iterator[datetime]:
    while first <= last:
        yield first
        first += timedelta(days=1)


def _places(planted: Planted) -> None:
    planted.add("account", id=ACCOUNT, name="Small account", created_at=datetime(2024, 1, 1))
    planted.add("destination", id=WAREHOUSE, account_id=ACCOUNT, name="EU", region="AWS_EU_WEST_1", is_active=True)
    if not planted.holds:
        planted.add("destination", id=ELSEWHERE, account_id=ACCOUNT, name="US", region="AWS_US_EAST_1", is_active=True)
    planted.expect("region_of_processing", 1, [ELSEWHERE])
    for kind in ("mysql", "hubspot", "s3"):
        planted.add("connector_type", id=kind, official_connector_name=kind.upper())
    for name, deleted in (("ada", False), ("bob", False), ("carol", False), ("eve", True)):
        planted.add(
            "user",
            id=name,
            email=f"{name}@example.com",
            given_name=name.title(),
            family_name="Test",
            created_at=datetime(2025, 1, 1),
            verified=True,
            _fivetran_deleted=deleted,
        )


def _access(planted: Planted) -> None:
    """Two administrators and an editor, through teams; else one, a deleted one, and a guest with a role of his own."""
    for role, name, permission in (
        ("r1", "Account Administrator", "ACCOUNT_MANAGE"),
        ("r2", "Editor", "CONNECTION_EDIT"),
    ):
        planted.add("role", id=role, account_id=ACCOUNT, name=name, _fivetran_deleted=False)
        planted.add("role_permission", role_id=role, permission=permission, _fivetran_deleted=False)
    for team, role in (("ops", "r1"), ("data", "r2")):
        planted.add("team", id=team, account_id=ACCOUNT, name=team.title(), _fivetran_deleted=False)
        _grant(planted, role, team_id=team)
    for user, team in (("ada", "ops"), ("carol", "ops" if planted.holds else "data"), ("bob", "data")):
        planted.add("team_membership", role_id="r3", team_id=team, user_id=user, _fivetran_deleted=False)
    planted.log(datetime(2026, 5, 15, 11), "sync_now", "orders", actor="ada")  # records are older than what is judged
    active = ["bob", "carol"] if planted.holds else ["bob"]
    for user in active:
        planted.log(datetime(2026, 6, 3, 11), "sync_now", "orders", actor=user)
    if not planted.holds:
        planted.add(
            "user",
            id="guest",
            email="admin@elsewhere.org",
            created_at=datetime(2025, 1, 1),
            verified=False,
            _fivetran_deleted=False,
        )
        _grant(planted, "r1", user_id="eve")
        _grant(planted, "r2", user_id="guest")
        planted.add("role", id="r9", account_id=ACCOUNT, name="Helper", _fivetran_deleted=False)
        planted.add("role_permission", role_id="r9", permission="USER_EDIT", _fivetran_deleted=False)
        _grant(planted, "r9", user_id="guest")
    planted.expect("custom_roles_are_narrow", 1, ["r9"])
    planted.expect("admins_within_limit", 2 if planted.holds else 0, ["ada"])
    planted.expect("deleted_users_hold_no_role", 1 if planted.holds else 0, ["eve"])
    planted.expect("write_access_is_used", 3 if planted.holds else 2, ["carol", "guest"])
    for check in ("users_are_verified", "users_of_known_domains", "users_are_persons"):
        planted.expect(check, 3, ["guest"])
    planted.expect("access_by_teams", 2, ["USER eve", "USER guest"])


def _grant(planted: Planted, role: str, **to: str) -> None:
    number = len(planted.rows["resource_membership"]) + 1
    planted.add("resource_membership", id=number, account_id=ACCOUNT, role_id=role, _fivetran_deleted=False, **to)


def _connections(planted: Planted) -> None:
    def connection(
        name: str, kind: str, since: datetime, environment: str = "", user: str = "ada", deleted: bool = False
    ) -> None:
        planted.add(
            "connection",
            connection_id=name,
            connection_name=name,
            connector_type_id=kind,
            destination_id=WAREHOUSE,
            connecting_user_id=user,
            paused=False,
            signed_up=since,
            sync_frequency=1440,
            _fivetran_deleted=deleted,
        )
        if environment:
            planted.owners.append(f"{name},,ada@example.com,Data,CC-1,{environment},high,,")

    connection("orders", "mysql", datetime(2025, 1, 1), "production")
    connection("orders_test", "mysql", datetime(2024, 12, 1), "test")
    connection("leads", "hubspot", datetime(2026, 5, 10), "production")
    connection("old", "s3", datetime(2025, 1, 1), "production", deleted=True)
    if planted.holds:
        connection("leads_test", "hubspot", datetime(2026, 5, 1), "test")
    else:
        connection("rogue", "s3", datetime(2025, 6, 1), user="eve")
    passing = 4 if planted.holds else 3
    planted.expect("inventory_has_owner", passing, ["rogue"])
    planted.expect("connections_of_departed_users", passing, ["rogue"])
    planted.expect("test_before_production", 1 if planted.holds else 0, ["leads"])


def _syncs(planted: Planted) -> None:
    """Daily syncs to the morning of as-of. Where nothing holds, the log begins late and ends three days early."""
    last = datetime(2026, 6, 18, 9) if planted.holds else datetime(2026, 6, 15, 9)
    for at in _days(datetime(2026, 4, 10, 9) if planted.holds else datetime(2026, 5, 10, 9), last):
        postponed = not planted.holds and at.day % 2 == 0
        planted.sync("orders", at, "RESCHEDULED" if postponed else "SUCCESSFUL")
    for at in _days(datetime(2026, 5, 11, 9), last):
        fails = at == datetime(2026, 5, 25, 9) or (not planted.holds and at >= datetime(2026, 6, 10))
        planted.sync("leads", at, "FAILURE" if fails else "SUCCESSFUL")
    if planted.holds:  # else the next daily sync repairs it
        planted.sync("leads", datetime(2026, 5, 25, 11))
    for at in _days(datetime(2026, 5, 12, 8), datetime(2026, 5, 20, 8)):
        planted.sync("old", at)
    text = "could not log in" if planted.holds else "could not log in with user=etl password=hunter2"
    at = datetime(2026, 6, 1, 9, 1)
    planted.log(at, "warning", "orders", severity="WARNING", type="login", message=text, sync_id="orders 2026060109")
    planted.expect("monitoring_alive", 1 if planted.holds else 0, ["fivetran_log"])
    planted.expect("evidence_kept", 1 if planted.holds else 0, ["fivetran_log"])
    planted.expect("incidents_answered", 2 if planted.holds else 1, ["leads"])
    planted.expect("recovery_time", 1 if planted.holds else 0, ["leads"])
    planted.expect("capacity_suffices", 2 if planted.holds else 1, ["orders"])
    planted.expect("secrets_in_errors", 2 if planted.holds else 1, ["orders"])


def _changes(planted: Planted) -> None:
    """What people did. 2026-06-03 is a Wednesday, 2026-06-07 a Sunday."""
    wednesday, sunday = datetime(2026, 6, 3, 10), datetime(2026, 6, 7, 3)
    planted.log(wednesday, "edit_connection_via_api", "orders", actor="ada", properties={"sync_frequency": 1440})
    if planted.holds:
        planted.log(datetime(2026, 5, 20, 12), "delete_connection_via_api", "old", actor="ada")
    else:
        for hour in (0, 1):
            at = sunday + timedelta(hours=hour)
            planted.log(at, "edit_connection", "leads", actor="ada", properties={"sync_frequency": 1440 + hour})
    planted.expect("off_hours_changes", 2 if planted.holds else 1, ["leads"])
    planted.expect("changes_by_code", 2 if planted.holds else 1, ["leads"])
    planted.expect("destructive_actions_traced", 1 if planted.holds else 0, ["old"])
    for user in ["ada"] if planted.holds else ["ada", "bob"]:
        planted.log(wednesday, "generate_api_secret", None, actor=user)
    planted.expect("api_secrets_known", 1, ["bob"])
    planted.trail(wednesday, "ada", "EDIT", "DESTINATION", WAREHOUSE)
    planted.trail(wednesday, "ada" if planted.holds else "bob", "EDIT", "USER", "bob")
    if not planted.holds:
        planted.trail(wednesday, None, "EDIT", "CONNECTION", "rogue")
    planted.expect("changes_have_an_actor", 1, ["CONNECTION rogue"], enterprise=True)
    planted.expect("access_changed_by_another", 1 if planted.holds else 0, ["bob"], enterprise=True)


def _schema(planted: Planted) -> None:
    dropped = datetime(2026, 6, 2 if planted.holds else 4, 9, 5)
    planted.log(dropped, "drop_table", "orders", schema="orders_public", name="coupons")
    if planted.holds:
        planted.log(datetime(2026, 6, 3, 9), "change_schema_config_via_api", "orders", actor="ada", properties={})
    planted.expect("breaking_changes_answered", 1 if planted.holds else 0, ["orders"])
    planted.add("destination_schema", id=1, destination_id=WAREHOUSE, connection_id="orders", name="orders_public")
    names = {11: ("orders", "orders", ["id", "email_hash"])}
    if not planted.holds:
        names |= {12: ("orders", "customers", ["id", "email"]), 13: ("old", "files", ["id"])}
    for number, (connection, table, columns) in names.items():
        planted.add("destination_table", id=number, schema_id=1, connection_id=connection, name=table)
        for place, column in enumerate(columns):
            identity = 10 * number + place
            planted.add("destination_column", id=identity, table_id=number, connection_id=connection, name=column)
    planted.expect("personal_columns_known", 1 if planted.holds else 2, ["12"], enterprise=True)
    planted.expect("data_of_deleted_connections", 1 if planted.holds else 0, ["old"], enterprise=True)
