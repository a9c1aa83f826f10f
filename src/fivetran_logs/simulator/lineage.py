"""Schemas, tables and columns at the source and in the destination, their lineage and their changes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from .cast import (
    DRIFTING,
    FLAPPING,
    HISTORY_MODE,
    KEEPS_DELETED,
    KEYLESS,
    MIGRATED,
    OVERSIZED,
    SELDOM_OVERSIZED,
    TWO_SCHEMAS,
)
from .clock import DAY, HOUR, MINUTE, SECOND, timestamps
from .incidents import MIGRATION_DAYS_AGO
from .messages import record
from .model import INFO, Column, LogRow, SchemaChange, Table
from .world import World

LOGGED, LATE = 10 * MINUTE, 20 * MINUTE  # after a change at the source: the log's, the destination's metadata
# Columns that sources gained: connection, table, column, source and destination type, days ago.
GAINED = [
    ("salesforce", "opportunity", "renewal_risk__c", "PICKLIST", "STRING", 96),
    ("app_db", "orders", "gift_message", "TEXT", "STRING", 83),
    ("salesforce", "account", "csm_region__c", "PICKLIST", "STRING", 71),
    ("hubspot", "contact", "lead_source_detail", "STRING", "STRING", 58),
    ("app_db", "payments", "network_token_id", "VARCHAR", "STRING", 44),
    ("google_ads", "campaign_stats", "video_views", "BIGINT", "LONG", 39),
    ("shop_de", "order", "discount_codes", "STRING", "STRING", 32),
    ("zendesk", "ticket", "csat_comment", "STRING", "STRING", 27),
    ("web_shop", "carts", "abandoned_at", "DATETIME", "TIMESTAMP_TZ", 15),
    ("stripe_eu", "charge", "radar_risk_level", "STRING", "STRING", 12),
    ("app_db", "customers", "marketing_opt_in", "BOOLEAN", "BOOLEAN", 5),
]
# Tables that a source gained, one after the other.
NEW_TABLES = ("board", "component", "epic", "issue_link", "project_role", "worklog")
DRIFT_DAYS_AGO = 9
# A column of those that got another name, which the log tells as one dropped and one added: old and new name, days ago.
RENAMED = ("zendesk", "ticket", "csat_comment", "csat_remark", 20)
# A destination table of this connection had another source table before, named with this ending.
RELINKED, FORMER = "zendesk", "_before_2024"
ENTERPRISE_TABLES = frozenset(
    {"audit_trail", "source_foreign_key", "schema_lineage", "table_lineage", "column_lineage"}
    | {f"{side}_{level}" for side in ("source", "destination") for level in ("schema", "table", "column")}
    | {f"{side}_{level}_change_event" for side in ("source", "destination") for level in ("schema", "table", "column")}
)


class Side:
    """Objects of one side with their change events. Positions of rows are ids minus `base`."""

    def __init__(self, base: int) -> None:
        self.base = base
        self.schemas: list[dict[str, Any]] = []
        self.tables: list[dict[str, Any]] = []
        self.columns: list[dict[str, Any]] = []
        self.events: dict[str, list[dict[str, Any]]] = {"schema": [], "table": [], "column": []}

    def schema(self, connection: str, destination: str, name: str, at: int) -> int:
        identity = self.base + len(self.schemas)
        self.schemas.append(
            {"id": identity, "connection_id": connection, "destination_id": destination, "created_at": at, "name": name}
        )
        self.events["schema"].append(
            {
                "detected_at": at,
                "schema_id": identity,
                "connection_id": connection,
                "destination_id": destination,
                "change_type": "CREATED",
            }
        )
        return identity

    def table(self, schema: int, name: str, at: int) -> int:
        home = self.schemas[schema - self.base]
        identity = self.base + len(self.tables)
        self.tables.append(
            {
                "id": identity,
                "connection_id": home["connection_id"],
                "destination_id": home["destination_id"],
                "schema_id": schema,
                "created_at": at,
                "name": name,
            }
        )
        self.events["table"].append(
            {
                "detected_at": at,
                "table_id": identity,
                "connection_id": home["connection_id"],
                "destination_id": home["destination_id"],
                "change_type": "CREATED",
            }
        )
        return identity

    def column(self, table: int, name: str, kind: str, key: bool, at: int) -> int:
        home = self.tables[table - self.base]
        identity = self.base + len(self.columns)
        self.columns.append(
            {
                "id": identity,
                "connection_id": home["connection_id"],
                "destination_id": home["destination_id"],
                "table_id": table,
                "created_at": at,
                "is_primary_key": key,
                "name": name,
                "type": kind,
                "updated_at": at,
            }
        )
        for attribute, value in (("name", name), ("type", kind)):
            self._column_event(identity, at, attribute, value, "CREATED")
        return identity

    def retype(self, column: int, kind: str, at: int) -> None:
        self.columns[column - self.base].update(type=kind, updated_at=at)
        self._column_event(column, at, "type", kind, "MODIFIED")

    def _column_event(self, column: int, at: int, attribute: str, value: str, change: str) -> None:
        home = self.columns[column - self.base]
        self.events["column"].append(
            {
                "attribute_name": attribute,
                "detected_at": at,
                "entity_type": "COLUMN",
                "column_id": column,
                "connection_id": home["connection_id"],
                "destination_id": home["destination_id"],
                "change_type": change,
                "new_value": value,
            }
        )


class Schema:
    """All objects of both sides, how they depend on each other, how they changed, and the log's events about that."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.source, self.destination = Side(10_001), Side(500_001)
        self.sides = {"source": self.source, "destination": self.destination}
        self.links: dict[str, list[tuple[int, int, int]]] = {"schema": [], "table": [], "column": []}
        self.foreign_keys: list[dict[str, Any]] = []
        self.changes: list[SchemaChange] = []
        self.rows: list[LogRow] = []
        self.old_names: list[LogRow] = []  # those of them that are half of a rename
        self.schema_ids: dict[tuple[int, str], tuple[int, int]] = {}
        self.table_ids: dict[tuple[int, str, str], tuple[int, int]] = {}
        self.column_ids: dict[tuple[int, str, str, str], tuple[int, int]] = {}
        for position in range(len(world.connections)):
            self.connection(position)
        self.stories()

    def connection(self, position: int) -> None:
        """Everything a connection has from the start; if set up within the log's time, the log records it."""
        world, connection = self.world, self.world.connections[position]
        mine = world.syncs_of(position) if connection.signed_up >= world.window.start else np.empty(0, dtype=np.int64)
        if connection.schedule == "none" or (connection.signed_up >= world.window.start and not len(mine)):
            return
        sync = int(mine[0]) if len(mine) else -1
        # Found at the source early in the first sync, and made in the destination while it loads.
        seen = int(world.syncs.start[sync]) + SECOND if len(mine) else connection.signed_up + HOUR
        made = seen + 2 * SECOND
        for table in connection.tables:
            new = (position, table.schema) not in self.schema_ids
            self.schema(position, table.source_schema, table.schema, seen, made)
            if new and len(mine):
                self._log(made, position, sync, "create_schema", schema=table.schema)
            self.table(position, table, seen, made)
            if len(mine):
                self._log_table(made + 5, position, sync, table)

    def schema(self, position: int, source_name: str, name: str, seen: int, made: int) -> None:
        if (position, name) in self.schema_ids:
            return
        connection = self.world.connections[position]
        pair = (
            self.source.schema(connection.id, connection.destination, source_name, seen),
            self.destination.schema(connection.id, connection.destination, name, made),
        )
        self.schema_ids[position, name] = pair
        self.links["schema"].append((pair[1], pair[0], made))

    def table(self, position: int, table: Table, seen: int, made: int) -> None:
        home = self.schema_ids[position, table.schema]
        pair = self.source.table(home[0], table.name, seen), self.destination.table(home[1], table.name, made)
        self.table_ids[position, table.schema, table.name] = pair
        self.links["table"].append((pair[1], pair[0], made))
        for column in table.columns:
            self.column(position, table, column, seen, made)
        for name, kind in self._own_columns(position, table):
            self.destination.column(pair[1], name, kind, False, made)
        for column in table.columns:
            if column.name == "owner_id":
                own = self.column_ids[position, table.schema, table.name, column.name][0]
                first = self.column_ids[position, table.schema, table.name, "id"][0]
                self.foreign_keys.append(
                    {
                        "column_id": own,
                        "created_at": seen,
                        "foreign_key_reference": str(first),
                        "ordinal": 1,
                        "updated_at": seen,
                    }
                )

    def _own_columns(self, position: int, table: Table) -> list[tuple[str, str]]:
        """Columns that Fivetran adds in the destination."""
        name = self.world.connections[position].name
        own = [("_fivetran_synced", "TIMESTAMP_TZ")]
        if name in KEEPS_DELETED:
            own.append(("_fivetran_deleted", "BOOLEAN"))
        if table.name in HISTORY_MODE.get(name, ()):
            own += [
                ("_fivetran_start", "TIMESTAMP_TZ"),
                ("_fivetran_end", "TIMESTAMP_TZ"),
                ("_fivetran_active", "BOOLEAN"),
            ]
        return own

    def column(self, position: int, table: Table, column: Column, seen: int, made: int) -> None:
        home = self.table_ids[position, table.schema, table.name]
        has_key = self.world.connections[position].name != KEYLESS
        pair = (
            self.source.column(home[0], column.name, column.source_type, has_key and column.is_primary_key, seen),
            self.destination.column(home[1], column.name, column.destination_type, column.is_primary_key, made),
        )
        self.column_ids[position, table.schema, table.name, column.name] = pair
        self.links["column"].append((pair[1], pair[0], made))

    # -- later changes

    def stories(self) -> None:
        """Changes with a known answer. The log records those of the destination at once, metadata minutes later."""
        world, ago = self.world, self.world.window.ago
        at = world.position(MIGRATED)
        if at is not None and world.window.days > MIGRATION_DAYS_AGO + 2:
            table = self._table(at, "stock_levels")
            when = ago(days=MIGRATION_DAYS_AGO, hours=-0.25)
            self._retype(at, table, "reorder_point", "VARCHAR", "STRING", when)
            properties = {"columnName": "legacy_code"}
            self._alter(when + MINUTE, at, table, "DROP_COLUMN", properties)
            self._change(at, "destination", "column", "dropped", table, "legacy_code", logged=when + MINUTE)
            self._add_column(at, table, Column("batch_no", "INTEGER", "INTEGER"), ago(days=MIGRATION_DAYS_AGO - 1))
        at = world.position("shop_de")
        if at is not None and world.window.days > 26:
            columns = [Column("id", "BIGINT", "LONG", True), Column("balance", "NUMERIC", "DOUBLE")]
            table = Table("shop_de", "gift_card", 40, 0.2, columns=columns, source_schema="shop_de")
            self._add_table(at, table, ago(days=25, hours=2))
        at = world.position(RELINKED)
        if at is not None:
            self._relink(at, world.connections[at].tables[0])
        at = world.position(FLAPPING)
        if at is not None and world.window.days > 34:
            when, gone = ago(days=33, hours=1), Table(f"{FLAPPING}_public", "old_vendors", 0)
            self._log(when, at, -1, "drop_table", schema=gone.schema, name=gone.name)
            self._change(at, "destination", "table", "dropped", gone, logged=when)
        at = world.position(TWO_SCHEMAS)
        if at is not None and world.window.days > 41:
            self._add_schema(at, "apac", f"{TWO_SCHEMAS}_apac", ago(days=40, hours=3))
        at = world.position(DRIFTING)
        if at is not None:
            for number, name in enumerate(NEW_TABLES):
                columns = [Column("id", "BIGINT", "LONG", True), Column("name", "STRING", "STRING")]
                table = Table(DRIFTING, name, 4, 0.2, columns=columns, source_schema=DRIFTING)
                self._add_table(at, table, ago(days=DRIFT_DAYS_AGO, hours=number))
        for name, times in ((OVERSIZED, 4), (SELDOM_OVERSIZED, 1)):
            at = world.position(name)
            for number in range(times if at is not None else 0):
                when = ago(days=2 + number, hours=number)
                self._log(when, at, -1, "json_value_too_long", column="metadata", length=17_301_504)
        for name, table, column, source_type, destination_type, days in GAINED:
            at, when = world.position(name), ago(days=days, hours=4)
            if at is not None and max(world.window.start, world.connections[at].signed_up) < when - 2 * DAY:
                self._add_column(at, self._table(at, table), Column(column, source_type, destination_type), when)
        name, table, old, new, days = RENAMED
        at = world.position(name)
        if at is not None and (at, name, table, old) in self.column_ids:
            mine = world.syncs_of(at)
            self._rename(at, self._table(at, table), old, new, int(mine[world.syncs.start[mine] >= ago(days=days)][0]))

    def _table(self, at: int, name: str) -> Table:
        return next(table for table in self.world.connections[at].tables if table.name == name)

    def _retype(self, at: int, table: Table, column: str, source_type: str, destination_type: str, when: int) -> None:
        ids = self.column_ids[at, table.schema, table.name, column]
        for side, identity, new, late in (
            (self.source, ids[0], source_type, 0),
            (self.destination, ids[1], destination_type, LATE),
        ):
            old = side.columns[identity - side.base]["type"]
            side.retype(identity, new, when + late)
            types = {"old_type": old, "new_type": new}
            name = "destination" if late else "source"
            logged = when + LOGGED if late else None
            self._change(at, name, "column", "type_changed", table, column, when + late, logged, **types)
        properties = {"columnName": column, "dataType": destination_type}
        self._alter(when + LOGGED, at, table, "CHANGE_COLUMN_TYPE", properties)

    def _add_column(self, at: int, table: Table, column: Column, when: int) -> None:
        self.column(at, table, column, when, when + LATE)
        properties = {"columnName": column.name, "dataType": column.destination_type}
        self._alter(when + LOGGED, at, table, "ADD_COLUMN", properties)
        self._added(at, "column", table, when, column)

    def _rename(self, at: int, table: Table, old: str, new: str, sync: int) -> None:
        """Within a sync; the metadata know the new column only."""
        seen = int(self.world.syncs.start[sync]) + SECOND
        made = seen + 2 * SECOND
        types = [
            side.columns[identity - side.base]["type"]
            for side, identity in zip(
                self.sides.values(), self.column_ids[at, table.schema, table.name, old], strict=True
            )
        ]
        self.column(at, table, Column(new, *types), seen, made)
        self._alter(made + 5, at, table, "DROP_COLUMN", {"columnName": old}, sync)
        self._alter(made + 6, at, table, "ADD_COLUMN", {"columnName": new, "dataType": types[1]}, sync)
        told = self.world.has_sync_ids  # without, the log does not say that one sync did both
        if told:
            self.old_names.append(self.rows[-2])
        else:
            self._change(at, "destination", "column", "dropped", table, old, logged=made + 5)
        kind, more = ("renamed", {"old_name": old}) if told else ("added", {})
        for side, type_of_side, noticed, logged in zip(self.sides, types, (seen, made), (None, made + 6), strict=True):
            self._change(at, side, "column", kind, table, new, noticed, logged, new_type=type_of_side, **more)

    def _add_table(self, at: int, table: Table, when: int) -> None:
        self.table(at, table, when, when + LATE)
        self._log_table(when + LOGGED, at, -1, table)
        self._added(at, "table", table, when)

    def _add_schema(self, at: int, source_name: str, name: str, when: int) -> None:
        self.schema(at, source_name, name, when, when + LATE)
        self._log(when + LOGGED, at, -1, "create_schema", schema=name)
        self._added(at, "schema", Table(name, "", 0, source_schema=source_name), when)

    def _added(self, at: int, level: str, table: Table, when: int, column: Column | None = None) -> None:
        name = column.name if column else None
        source = {"new_type": column.source_type} if column else {}
        destination = {"new_type": column.destination_type} if column else {}
        self._change(at, "source", level, "added", table, name, when, **source)
        self._change(at, "destination", level, "added", table, name, when + LATE, when + LOGGED, **destination)

    def _change(
        self,
        at: int,
        side: str,
        level: str,
        kind: str,
        table: Table,
        column: str | None = None,
        noticed: int | None = None,
        logged: int | None = None,
        **more: str | None,
    ) -> None:
        schema = table.source_schema if side == "source" else table.schema
        self.changes.append(
            SchemaChange(
                at, side, level, kind, schema, table.name or None, column, noticed=noticed, logged=logged, **more
            )
        )

    def _alter(self, time: int, at: int, table: Table, kind: str, properties: dict[str, str], sync: int = -1) -> None:
        self._log(
            time, at, sync, "alter_table", schema=table.schema, table=table.name, type=kind, properties=properties
        )

    def _log_table(self, time: int, at: int, sync: int, table: Table) -> None:
        columns = {column.name: column.destination_type for column in table.columns}
        names = {"schema": table.schema, "name": table.name}
        self._log(time, at, sync, "create_table", **names, columns=columns, primary_key_clause="id")

    def _relink(self, position: int, table: Table) -> None:
        """Another source table fed the same destination table before: its link is still listed."""
        schema, pair = self.schema_ids[position, table.schema], self.table_ids[position, table.schema, table.name]
        before = self.source.tables[pair[0] - self.source.base]["created_at"] - HOUR
        former = self.source.table(schema[0], f"{table.name}{FORMER}", before)
        self.links["table"].append((pair[1], former, before))

    def _log(self, time: int, position: int, sync: int, event: str, **data: Any) -> None:
        self.rows.append(LogRow(time, position, sync, event, INFO, record(**data)))


def tables(world: World, schema: Schema) -> dict[str, pa.Table]:
    """The lineage tables."""
    text, number, long = pa.string(), pa.int32(), pa.int64()
    kinds = {
        "connection_id": text,
        "destination_id": text,
        "name": text,
        "type": text,
        "is_primary_key": pa.bool_(),
        "change_type": text,
        "attribute_name": text,
        "entity_type": text,
        "new_value": text,
        "schema_id": number,
        "table_id": long,
        "column_id": long,
        "foreign_key_reference": text,
        "ordinal": number,
        "destination_schema_id": number,
        "source_schema_id": number,
        "destination_table_id": long,
        "source_table_id": long,
        "destination_column_id": long,
        "source_column_id": long,
    }
    as_of = world.window.as_of

    def table(rows: list[dict], names: list[str], id_type: pa.DataType = long) -> pa.Table:
        columns = {}
        for name in names:
            values = [row[name] for row in rows]
            if name.endswith("_at"):
                columns[name] = timestamps(np.array(values, dtype=np.int64))
            else:
                columns[name] = pa.array(values, type=id_type if name == "id" else kinds[name])
        latest = [max(row.get("created_at", 0), row.get("detected_at", 0), row.get("updated_at", 0)) for row in rows]
        columns["_fivetran_synced"] = timestamps(world.arrival(np.minimum(np.array(latest, dtype=np.int64), as_of)))
        return pa.table(columns)

    out = {}
    for side, catalogue in schema.sides.items():
        where = ["destination_id"] if side == "destination" else []
        out[f"{side}_schema"] = table(catalogue.schemas, ["id", *where, "connection_id", "created_at", "name"], number)
        out[f"{side}_table"] = table(
            catalogue.tables, ["id", *where, "schema_id", "connection_id", "created_at", "name"]
        )
        key = ["is_primary_key"] if side == "source" else []
        out[f"{side}_column"] = table(
            catalogue.columns,
            ["id", *where, "table_id", "connection_id", "created_at", *key, "name", "type", "updated_at"],
        )
        for level in ("schema", "table"):
            out[f"{side}_{level}_change_event"] = table(
                catalogue.events[level], ["detected_at", f"{level}_id", "connection_id", *where, "change_type"]
            )
        entity = ["entity_type"] if side == "source" else []
        out[f"{side}_column_change_event"] = table(
            catalogue.events["column"],
            [
                "attribute_name",
                "detected_at",
                *entity,
                "column_id",
                "connection_id",
                *where,
                "change_type",
                "new_value",
            ],
        )
    out["source_foreign_key"] = table(
        schema.foreign_keys, ["column_id", "created_at", "foreign_key_reference", "ordinal", "updated_at"]
    )
    for level, pairs in schema.links.items():
        rows = [
            {f"destination_{level}_id": there, f"source_{level}_id": here, "created_at": at}
            for there, here, at in pairs
        ]
        out[f"{level}_lineage"] = table(rows, [f"destination_{level}_id", f"source_{level}_id", "created_at"])
    return out
