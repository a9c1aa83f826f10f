"""The planted stories with their known answers."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import actions
from ..account import DEV
from ..actions import LOG_DELAY
from ..cast import (
    BROKEN,
    CRASHED,
    DELAYED,
    DEPARTED,
    FLAPPING,
    FORGOTTEN,
    GIVEN_UP,
    IDLE,
    MIGRATED,
    MOVED,
    NEVER_SYNCED,
    RESYNCED,
    RUNNING,
    SLOW,
    TRIAL,
    TWICE,
    TWO_SCHEMAS,
)
from ..clock import iso, iso_date
from ..lineage import FORMER, RELINKED
from ..oddities import HOSTILE_NAME
from ..sessions import HELPED, INVITED_TWICE, JOINED, NIGHT_EDITOR
from ..usage import GONE_CONNECTION
from ..world import World
from .facts import Facts
from .health import incidents
from .schema_changes import planted_changes
from .syncs import baseline
from .thresholds import ANOMALY_RATIO, ANOMALY_SECONDS

HEALTH, SYNCS, MAR, PROBLEMS = (
    f"fct_fivetran_{name}"
    for name in ("connector_health", "sync_performance", "monthly_active_rows", "problematic_connectors")
)


def planted(world: World, known: Facts, health: dict[str, dict], active: list[dict]) -> list[dict[str, Any]]:
    out: list[dict[str, Any]] = []

    def one(name: str, story: str, mart: str, where: dict[str, Any], **values: Any) -> None:
        out.append({"name": name, "story": story, "mart": mart, "where": where, "values": values})

    def some(name: str, story: str, mart: str, where: dict[str, Any], rows: int) -> None:
        out.append({"name": name, "story": story, "mart": mart, "where": where, "rows": rows})

    def of(name: str, deleted: bool = False) -> tuple[int, dict[str, Any]] | None:
        at = world.position(name, deleted=deleted)
        return None if at is None else (at, health[world.connections[at].id])

    def tell(name: str, key: str, story: str, *columns: str, deleted: bool = False, **more: Any) -> None:
        found = of(name, deleted)
        if found is not None:
            row = found[1]
            one(
                key,
                story,
                HEALTH,
                {"connection_id": row["connection_id"]},
                **{column: row[column] for column in columns},
                **more,
            )

    counts = ("total_syncs", "successful_syncs", "failed_syncs")
    tell(
        BROKEN,
        "expired credentials",
        "Every sync of the last three days fails to authenticate",
        "consecutive_failures",
        "failed_syncs_last_7d",
        "success_rate_last_7d",
        "errors_last_7d",
        health_status="broken",
    )
    tell(
        FLAPPING,
        "flapping",
        "Every other sync fails; the last finished one succeeded",
        "success_rate_last_7d",
        "consecutive_failures",
        "failed_syncs_last_7d",
        health_status="degraded",
    )
    tell(FORGOTTEN, "forgotten while paused", "Paused 75 days ago", *counts, health_status="paused", is_paused=True)
    tell(
        GIVEN_UP,
        "paused by Fivetran",
        "Failed for two weeks, then paused",
        "consecutive_failures",
        health_status="paused",
    )
    tell(IDLE, "over-synced and idle", "Every quarter of an hour, never a row", *counts, rows_synced_last_7d=0)
    tell(
        TWICE,
        "deleted",
        "Deleted 50 days ago",
        *counts,
        deleted=True,
        health_status="deleted",
        is_deleted=True,
    )
    tell(TWICE, "created again", "The same name and destination as a deleted one", *counts, is_deleted=False)
    tell(
        NEVER_SYNCED,
        "never synced",
        "Set up twelve days ago, never synced",
        total_syncs=0,
        health_status="never_synced",
        last_sync_status=None,
    )
    tell(
        MOVED,
        "moved",
        "A deleted row names another destination",
        "destination_id",
        *counts,
        is_deleted=False,
    )
    tell(
        RUNNING,
        "running",
        "In the middle of a sync",
        "last_sync_at",
        "last_successful_sync_at",
        last_sync_status="running",
    )
    tell(
        TRIAL,
        "just started",
        "A sync starts at as_of",
        last_sync_status="running",
        last_sync_at=iso(world.window.as_of),
    )
    tell(
        DELAYED,
        "delayed",
        "Daily, silent for four days after a success",
        "hours_since_last_success",
        "consecutive_failures",
        health_status="delayed",
        is_delayed=True,
    )
    tell(TWO_SCHEMAS, "one name, two schemas", "Tables of one name in two schemas", *counts)
    at = of(HOSTILE_NAME)
    if at is not None:
        tell(HOSTILE_NAME, "hostile name", "A name with quotes, markup and more", *counts, connection_name=HOSTILE_NAME)
    _crashed(world, known, one)
    _problems(world, health, one)
    _incidents(world, known, one, some)
    _causes(world, one)
    _slow(world, known, some)
    _recommendations(world, some)
    _usage(world, active, one, some)
    _people(world, one, some)
    _access(world, one, some)
    for number, change in enumerate(planted_changes(world)):
        where = {
            key: change[key]
            for key in ("connection_id", "schema_name", "table_name", "column_name", "change_type", "side")
        }
        values = {key: value for key, value in change.items() if key not in where}
        out.append(
            {
                "name": f"schema change {number + 1}",
                "story": f"{change['change_level']} {change['change_type']}",
                "mart": "fct_fivetran_schema_change_history",
                "where": where,
                "values": values,
            }
        )
    return out


def _crashed(world: World, known: Facts, one) -> None:
    at = world.position(CRASHED)
    for sync in world.syncs_of(at) if at is not None else []:
        if known.status[sync] == "incomplete":
            where = {"connection_id": world.connections[at].id, "sync_started_at": iso(int(world.syncs.start[sync]))}
            one(
                "crashed sync",
                "Started long ago, never ended",
                SYNCS,
                where,
                sync_status="incomplete",
                sync_completed_at=None,
                sync_duration_seconds=None,
            )


def _slow(world: World, known: Facts, some) -> None:
    """Anomalies of the slow source: three times the baseline of at least five syncs, and a minute more."""
    at = world.position(SLOW)
    mine = world.syncs_of(at) if at is not None else []
    anomalies = 0
    for sync in mine:
        if known.status[sync] != "successful":
            continue
        usual, seconds = baseline(world, known, sync), (world.syncs.end[sync] - world.syncs.start[sync]) / 1000
        if usual == "unknown":  # the edges of its window hardly move a median: any reading will do
            usual = float(np.median((world.syncs.end[mine] - world.syncs.start[mine])[: len(mine) // 2])) / 1000
        anomalies += usual is not None and seconds >= ANOMALY_RATIO * usual and seconds - usual >= ANOMALY_SECONDS
    if anomalies:
        where = {"connection_id": world.connections[at].id, "is_duration_anomaly": True}
        some("slow source", "Seven times the usual duration in the last four days", SYNCS, where, int(anomalies))


def _recommendations(world: World, some) -> None:
    """Rules that a story must set off, by the code in seeds/fivetran_recommendation_rules.csv."""
    for name, rule, days in (
        (BROKEN, "broken_credentials", 10),
        (FLAPPING, "repeated_failures", 10),
        (DELAYED, "stale_connection", 10),
        (SLOW, "slow_syncs", 20),
        (IDLE, "over_synced_idle", 10),
        (FORGOTTEN, "forgotten_paused", 80),
        (NEVER_SYNCED, "never_synced", 13),
        (MIGRATED, "breaking_schema_changes", 25),
    ):
        at = world.position(name)
        if at is not None and world.window.days >= days:
            where = {"connection_id": world.connections[at].id, "rule_code": rule}
            some(
                f"recommendation {rule}", f"Rule set off by {name}", "fct_fivetran_connector_recommendations", where, 1
            )


def _problems(world: World, health: dict[str, dict], one) -> None:
    at = world.position(BROKEN)
    if at is not None:
        key = world.connections[at].id
        one(
            "problem: credentials",
            "Named as a problem of authentication",
            PROBLEMS,
            {"connection_id": key},
            top_error_category="authentication",
            consecutive_failures=health[key]["consecutive_failures"],
            failed_syncs_last_7d=health[key]["failed_syncs_last_7d"],
        )


def _incidents(world: World, known: Facts, one, some) -> None:
    """Runs of failed syncs: of the cast's stories."""
    told = {row["connection_id"]: row for row in incidents(world, known)}
    for name in (BROKEN, FLAPPING, MIGRATED, GIVEN_UP, TWO_SCHEMAS):
        at = world.position(name)
        if at is None:
            continue
        where = {"connection_id": world.connections[at].id}
        runs = told.get(where["connection_id"], {"incidents": 0})
        mart = "fct_fivetran_incidents"
        some(f"incidents of {name}", "Runs of consecutive failed syncs", mart, where, runs["incidents"])
        if runs["incidents"] == 1:
            values = {"failed_syncs": runs["failed_syncs"]} | ({"ended_at": None} if runs["is_open"] else {})
            one(f"incident of {name}", "One run of failed syncs", mart, where, **values)


def _causes(world: World, one) -> None:
    """The one change that broke a connection, at the time of the record that stays: the trail's, else the log's."""
    late = 0 if world.plan == "enterprise" else LOG_DELAY
    edited = [one.time + late for one in world.actions if one.story == "credentials edited"]
    dropped = [one.logged for one in world.schema.changes if one.column == "legacy_code" and one.kind == "dropped"]
    for name, cause, times in ((BROKEN, "credential", edited), (MIGRATED, "schema_change", dropped)):
        at = world.position(name)
        if at is not None and times:
            where = {"connection_id": world.connections[at].id, "cause_type": cause}
            one(f"cause of {name}", "The change that broke it", "fct_fivetran_incidents", where, cause_at=iso(times[0]))


def _usage(world: World, active: list[dict], one, some) -> None:
    month = iso_date(world.window.as_of)[:8] + "01"
    before = sorted({row["month_date"] for row in active})
    before = before[-2] if len(before) > 1 else None
    keys = ("month_date", "connection_id", "schema_name", "table_name")
    at = world.position(RESYNCED)
    if at is not None:
        mine = [row for row in active if row["connection_id"] == world.connections[at].id]
        for row in mine:
            if row["month_date"] != month:
                continue
            earlier = [
                other for other in mine if other["month_date"] == before and other["table_name"] == row["table_name"]
            ]
            one(
                f"MAR spike: {row['table_name']}",
                "Paid and free rows after a forced re-sync",
                MAR,
                {key: row[key] for key in keys},
                free_active_rows=row["free_active_rows"],
                paid_active_rows=row["paid_active_rows"],
                total_active_rows=row["total_active_rows"],
                previous_month_total_active_rows=earlier[0]["total_active_rows"] if earlier else None,
            )
    for row in active:
        if row["connection_name"] == GONE_CONNECTION:
            one(
                f"usage of a connection that is gone, {row['month_date']}",
                "A name that matches nothing stays, with a null id",
                MAR,
                {"month_date": row["month_date"], "connection_name": GONE_CONNECTION},
                connection_id=None,
                paid_active_rows=row["paid_active_rows"],
            )
    for deleted in (True, False):
        at = world.position(TWICE, deleted=deleted)
        if at is not None:
            mine = [row for row in active if row["connection_id"] == world.connections[at].id]
            for row in mine:
                if row["table_name"] == "basic_ad":
                    one(
                        f"MAR of a name used twice, {row['month_date']}{', deleted' if deleted else ''}",
                        "By date of set-up",
                        MAR,
                        {key: row[key] for key in keys},
                        paid_active_rows=row["paid_active_rows"],
                        free_active_rows=row["free_active_rows"],
                    )


def _people(world: World, one, some) -> None:
    activity = "fct_fivetran_user_activity"
    for action in world.actions:
        at = world.connections[action.connection].id if action.connection >= 0 else None
        in_trail = action.trail is not None and world.plan == "enterprise"
        where = {
            "occurred_at": iso(action.time if in_trail else action.time + 2000),
            "log_source": "audit_trail" if in_trail else "log",
        }
        if action.story == "admin at night" and in_trail:
            one(
                "admin at night",
                "The role of administrator given at 02:40",
                activity,
                where,
                user_id=world.people[8].id,
                user_email=world.people[8].email,
                actor_type="user",
                secondary_resource_id=world.people[10].id,
                is_sensitive=True,
            )
        if action.story == "paused by Fivetran":
            one(
                "paused by Fivetran, action",
                "An automatic action",
                activity,
                where,
                actor_type="fivetran",
                connection_id=at,
                user_id=None,
            )
        if action.story == "paused by a user":
            one(
                "paused by a user",
                "Told by trail and log, counted once",
                activity,
                where,
                actor_type="user",
                connection_id=at,
                user_id=world.people[3].id,
            )
            some(
                "paused once",
                "Trail and log make one row",
                activity,
                {"connection_id": at},
                _acts_on(world, action.connection),
            )
        if action.story == "by a user who left" and in_trail:
            one(
                "by a user who left",
                "Stays, with a null name",
                activity,
                where,
                user_id=actions.gone_actor(),
                user_email=None,
            )
        if action.story == "changed at night":
            one(
                "changed at night",
                "At 03:20, by one who works by day",
                activity,
                where,
                user_id=world.people[NIGHT_EDITOR].id,
                connection_id=at,
                is_unusual_hour=True,
                is_configuration_change=True,
            )
        if action.story == "joined administrators" and in_trail:
            one(
                "joined administrators",
                "An administrator by joining a team",
                activity,
                where,
                secondary_resource_id=world.people[JOINED].id,
                action_category="access_control",
                is_new_admin=True,
            )
        if action.story == "by a former id" and in_trail:
            one(
                "by a former id",
                "A user with two ids, one of them deleted",
                activity,
                where,
                user_id=world.people[INVITED_TWICE].id,
                user_email=world.people[HELPED].email,
            )
        if action.story == "named by address":
            who = world.people[action.actor]
            values = {"user_id": who.id, "user_email": who.email, "connection_id": at}
            one(
                f"named by address, {where['occurred_at'][:10]}",
                "An actor before October 2025",
                activity,
                where,
                **values,
            )


def _access(world: World, one, some) -> None:
    """Who keeps what they should not have."""
    access, of = "fct_fivetran_access_control", {"resource_type": "destination", "resource_id": DEV}
    one(
        "a role of a former id",
        "A deleted user who still holds a role",
        access,
        {"user_id": world.people[INVITED_TWICE].id, **of},
        is_deleted_user=True,
        access_level="read",
        granted_through="direct",
    )
    at = world.position(DEPARTED)
    if at is not None:
        one(
            "a token of one who left",
            "The authorization of a departed user still runs the connection",
            "fct_fivetran_compliance_findings",
            {"check_code": "connections_of_departed_users", "object_id": world.connections[at].id},
            is_excepted=False,
        )
    some(
        "a cycle of teams",
        "Teams above each other end somewhere",
        access,
        {"granted_through": "Guild South > Guild North", "resource_type": "destination"},
        int(world.oddities),
    )
    at = world.position(RELINKED)
    if at is not None and world.plan == "enterprise":
        connection, table = world.connections[at].id, world.connections[at].tables[0].name
        for name, living in ((table + FORMER, False), (table, True)):
            one(
                f"a stale link: {name}",
                "Of two links to one table the newest lives",
                "fct_fivetran_table_lineage",
                {"connection_id": connection, "source_table_name": name},
                destination_table_name=table,
                is_living=living,
            )


def _acts_on(world: World, position: int) -> int:
    return sum(
        action.connection == position and (actions.in_log(world, action) or world.plan == "enterprise")
        for action in world.actions
    )
