"""Schemas, tables and columns at the source and in the destination, how they hang together, and how they changed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from .clock import HOUR, MINUTE, SECOND, iso, timestamps
from .incidents import MIGRATION_DAYS_AGO
from .messages import record
from .model import INFO, Column, LogRow, Table
from .world import World

ENTERPRISE_TABLES = frozenset(
    {"audit_trail", "source_foreign_key", "schema_lineage", "table_lineage", "column_lineage"}
    | {f"{side}_{level}" for side in ("source", "destination") for level in ("schema", "table", "column")}
    | {f"{side}_{level}_change_event" for side in ("source", "destination") for level in ("schema", "table", "column")}
)


class _Catalogue:
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


def tables(world: World) -> dict[str, pa.Table]:
    """The lineage tables; adds the log's schema events to the world, and what changed to `schema_changes`."""
    source, destination = _Catalogue(10_001), _Catalogue(500_001)
    links: dict[str, list[tuple[int, int, int]]] = {"schema": [], "table": [], "column": []}
    builder = _Builder(world, source, destination, links)
    for position in range(len(world.connections)):
        builder.connection(position)
    builder.stories()
    return _as_tables(world, source, destination, links, builder.foreign_keys)


class _Builder:
    def __init__(self, world: World, source: _Catalogue, destination: _Catalogue, links: dict) -> None:
        self.world, self.source, self.destination, self.links = world, source, destination, links
        self.foreign_keys: list[dict[str, Any]] = []
        self.schema_ids: dict[tuple[int, str], tuple[int, int]] = {}
        self.table_ids: dict[tuple[int, str, str], tuple[int, int]] = {}
        self.column_ids: dict[tuple[int, str, str, str], tuple[int, int]] = {}

    def connection(self, position: int) -> None:
        """Everything a connection has from the start; one set up within the log's time also says so in the log."""
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
                self._log(
                    made + 5,
                    position,
                    sync,
                    "create_table",
                    schema=table.schema,
                    name=table.name,
                    columns={column.name: column.destination_type for column in table.columns},
                    primary_key_clause="id",
                )

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
        self.destination.column(pair[1], "_fivetran_synced", "TIMESTAMP_TZ", False, made)
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

    def column(self, position: int, table: Table, column: Column, seen: int, made: int) -> None:
        home = self.table_ids[position, table.schema, table.name]
        pair = (
            self.source.column(home[0], column.name, column.source_type, column.is_primary_key, seen),
            self.destination.column(home[1], column.name, column.destination_type, column.is_primary_key, made),
        )
        self.column_ids[position, table.schema, table.name, column.name] = pair
        self.links["column"].append((pair[1], pair[0], made))

    # -- what changed later

    def stories(self) -> None:
        """Changes with a known answer. The log tells of the destination's at once, the metadata some minutes later."""
        world, ago = self.world, self.world.window.ago
        at = world.position("inventory_pg")
        if at is not None and world.window.days > MIGRATION_DAYS_AGO + 2:
            table = next(table for table in world.connections[at].tables if table.name == "stock_levels")
            when = ago(days=MIGRATION_DAYS_AGO, hours=-0.25)
            self._retype(at, table, "reorder_point", "VARCHAR", "STRING", when)
            self._log(
                when + MINUTE,
                at,
                -1,
                "alter_table",
                schema=table.schema,
                table=table.name,
                type="DROP_COLUMN",
                properties={"columnName": "legacy_code"},
            )
            self._told(
                when + MINUTE, at, table, "legacy_code", "column", "dropped", "destination", "sync_log", None, None
            )
            later = ago(days=MIGRATION_DAYS_AGO - 1)
            self._add_column(at, table, Column("batch_no", "INTEGER", "INTEGER"), later)
        at = world.position("shop_de")
        if at is not None and world.window.days > 26:
            self._add_table(
                at,
                Table(
                    "shop_de",
                    "gift_card",
                    40,
                    0.2,
                    columns=[Column("id", "BIGINT", "LONG", True), Column("balance", "NUMERIC", "DOUBLE")],
                    source_schema="shop_de",
                ),
                ago(days=25, hours=2),
            )
        at = world.position("erp_sql")
        if at is not None and world.window.days > 34:
            when, gone = ago(days=33, hours=1), Table("erp_sql_public", "old_vendors", 0)
            self._log(when, at, -1, "drop_table", schema=gone.schema, name=gone.name)
            self._told(when, at, gone, None, "table", "dropped", "destination", "sync_log", None, None)
        at = world.position("two_regions")
        if at is not None and world.window.days > 41:
            when, name = ago(days=40, hours=3), "two_regions_apac"
            self.schema(at, "apac", name, when, when + 20 * MINUTE)
            self._log(when + 10 * MINUTE, at, -1, "create_schema", schema=name)
            empty = Table(name, "", 0)
            self._told(when, at, Table("apac", "", 0), None, "schema", "added", "source", "metadata", None, None)
            self._told(when + 20 * MINUTE, at, empty, None, "schema", "added", "destination", "metadata", None, None)

    def _retype(self, at: int, table: Table, column: str, source_type: str, destination_type: str, when: int) -> None:
        pair = self.column_ids[at, table.schema, table.name, column]
        before = [
            self.source.columns[pair[0] - self.source.base]["type"],
            self.destination.columns[pair[1] - self.destination.base]["type"],
        ]
        self.source.retype(pair[0], source_type, when)
        self.destination.retype(pair[1], destination_type, when + 20 * MINUTE)
        self._log(
            when + 10 * MINUTE,
            at,
            -1,
            "alter_table",
            schema=table.schema,
            table=table.name,
            type="CHANGE_COLUMN_TYPE",
            properties={"columnName": column, "dataType": destination_type},
        )
        self._told(when, at, table, column, "column", "type_changed", "source", "metadata", before[0], source_type)
        self._told(
            when + 20 * MINUTE,
            at,
            table,
            column,
            "column",
            "type_changed",
            "destination",
            "metadata",
            before[1],
            destination_type,
        )

    def _add_column(self, at: int, table: Table, column: Column, when: int) -> None:
        self.column(at, table, column, when, when + 20 * MINUTE)
        self._log(
            when + 10 * MINUTE,
            at,
            -1,
            "alter_table",
            schema=table.schema,
            table=table.name,
            type="ADD_COLUMN",
            properties={"columnName": column.name, "dataType": column.destination_type},
        )
        self._told(when, at, table, column.name, "column", "added", "source", "metadata", None, column.source_type)
        self._told(
            when + 20 * MINUTE,
            at,
            table,
            column.name,
            "column",
            "added",
            "destination",
            "metadata",
            None,
            column.destination_type,
        )

    def _add_table(self, at: int, table: Table, when: int) -> None:
        self.table(at, table, when, when + 20 * MINUTE)
        self._log(
            when + 10 * MINUTE,
            at,
            -1,
            "create_table",
            schema=table.schema,
            name=table.name,
            columns={column.name: column.destination_type for column in table.columns},
            primary_key_clause="id",
        )
        self._told(when, at, table, None, "table", "added", "source", "metadata", None, None)
        self._told(when + 20 * MINUTE, at, table, None, "table", "added", "destination", "metadata", None, None)

    def _log(self, time: int, position: int, sync: int, event: str, **data: Any) -> None:
        self.world.rows.append(LogRow(time, position, sync, event, INFO, record(**data)))
        if self.world.plan == "standard":
            self.world.change_times.append((self.world.connections[position].id, time))

    def _told(
        self,
        time: int,
        at: int,
        table: Table,
        column: str | None,
        level: str,
        change: str,
        side: str,
        evidence: str,
        previous: str | None,
        new: str | None,
    ) -> None:
        """A change as fct_fivetran_schema_change_history has it; without metadata only the log tells."""
        enterprise = self.world.plan == "enterprise"
        if not enterprise and side == "source":
            return
        if enterprise and evidence == "sync_log":
            self.world.change_times.append((self.world.connections[at].id, time))
        if not enterprise and evidence == "metadata":
            evidence, time, previous = "sync_log", time - 10 * MINUTE, None
        self.world.schema_changes.append(
            {
                "change_detected_at": iso(time),
                "connection_id": self.world.connections[at].id,
                "schema_name": table.source_schema if side == "source" and table.name else table.schema,
                "table_name": table.name or None,
                "column_name": column,
                "change_level": level,
                "change_type": change,
                "side": side,
                "evidence": evidence,
                "previous_data_type": previous,
                "new_data_type": new,
            }
        )


def truth(world: World) -> dict[str, Any]:
    """fct_fivetran_schema_change_history: the planted changes, exactly, and the objects added on each side."""
    return {"planted": world.schema_changes, "added": world.added_objects}


def _as_tables(
    world: World, source: _Catalogue, destination: _Catalogue, links: dict, keys: list
) -> dict[str, pa.Table]:
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
    for side, catalogue in (("source", source), ("destination", destination)):
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
        keys, ["column_id", "created_at", "foreign_key_reference", "ordinal", "updated_at"]
    )
    for level, pairs in links.items():
        rows = [
            {f"destination_{level}_id": there, f"source_{level}_id": here, "created_at": at}
            for there, here, at in pairs
        ]
        out[f"{level}_lineage"] = table(rows, [f"destination_{level}_id", f"source_{level}_id", "created_at"])
    if world.plan == "enterprise":
        for catalogue in (source, destination):
            for events in catalogue.events.values():
                # A new column writes an event for each of its attributes: one change.
                told = [event for event in events if event.get("attribute_name") != "name"]
                world.change_times.extend((event["connection_id"], event["detected_at"]) for event in told)
    world.added_objects = (
        [
            {"side": side, "change_level": level, "rows": len(rows)}
            for side, catalogue in (("source", source), ("destination", destination))
            for level, rows in (
                ("schema", catalogue.schemas),
                ("table", catalogue.tables),
                ("column", catalogue.columns),
            )
        ]
        if world.plan == "enterprise"
        else []
    )
    return out
