"""fct_fivetran_schema_change_history: changes to objects, as metadata and log let the marts see them."""

from __future__ import annotations

from collections import Counter
from typing import Any

from ..clock import iso
from ..world import World

OWN_TABLE = "fivetran_audit"
LOGGED = ("create_schema", "create_table", "alter_table", "drop_table")


def schema_changes(world: World) -> dict[str, Any]:
    """The planted changes, exactly, and the objects added on each side; one with a new name was not added."""
    return {"planted": planted_changes(world), "added": _added(world)}


def planted_changes(world: World) -> list[dict[str, Any]]:
    """Changes with a known answer. Without the metadata of Enterprise only the log tells, and of one side only."""
    enterprise, out = world.plan == "enterprise", []
    for change in world.schema.changes:
        by_metadata = enterprise and change.noticed is not None
        if not by_metadata and change.logged is None:
            continue
        out.append(
            {
                "change_detected_at": iso(change.noticed if by_metadata else change.logged),
                "connection_id": world.connections[change.connection].id,
                "schema_name": change.schema,
                "table_name": change.table,
                "column_name": change.column,
                "change_level": change.level,
                "change_type": change.kind,
                "side": change.side,
                "evidence": "metadata" if by_metadata else "sync_log",
                "previous_data_type": change.old_type if by_metadata else None,
                "new_data_type": change.new_type,
                "previous_column_name": change.old_name,
            }
        )
    return out


def change_times(world: World) -> list[tuple[str, int]]:
    """Connection id and time of every change of every object, its creation included."""
    if world.plan == "standard":
        return [
            (world.connections[row.connection].id, row.time)
            for row in world.schema.rows
            if row.event in LOGGED and f'"{OWN_TABLE}"' not in (row.data or "") and row not in world.schema.old_names
        ]
    out = [
        (world.connections[change.connection].id, change.logged)
        for change in world.schema.changes
        if change.noticed is None
    ]
    # what the source's change caused in the destination is the same change
    caused = {(level, made) for level, links in world.schema.links.items() for made, _, _ in links}
    for side in world.schema.sides.values():
        for level, events in side.events.items():
            # A new column writes an event for each of its attributes: one change.
            told = [event for event in events if event.get("attribute_name") != "name"]
            told = [event for event in told if (level, event[f"{level}_id"]) not in caused]
            told = [event for event in told if not _is_own(side, level, event[f"{level}_id"])]
            out.extend((event["connection_id"], event["detected_at"]) for event in told)
    return out


def is_caused(change: dict[str, Any], changes: list[dict[str, Any]]) -> bool:
    """Whether a planted change is the destination's half of one at the source."""
    keys = ("connection_id", "table_name", "column_name", "change_type")
    return change["side"] == "destination" and any(
        other["side"] == "source" and all(other[key] == change[key] for key in keys) for other in changes
    )


def _is_own(side: Any, level: str, identity: int) -> bool:
    """Whether it is, or belongs to, the table that Fivetran keeps for itself."""
    if level == "column":
        level, identity = "table", side.columns[identity - side.base]["table_id"]
    return level == "table" and side.tables[identity - side.base]["name"] == OWN_TABLE


def _added(world: World) -> list[dict[str, Any]]:
    if world.plan != "enterprise":
        return []
    renamed = Counter((change.side, change.level) for change in world.schema.changes if change.kind == "renamed")
    return [
        {
            "side": side,
            "change_level": level,
            "rows": sum(not _is_own(catalogue, level, one["id"]) for one in objects) - renamed[side, level],
        }
        for side, catalogue in world.schema.sides.items()
        for level, objects in (
            ("schema", catalogue.schemas),
            ("table", catalogue.tables),
            ("column", catalogue.columns),
        )
    ]
