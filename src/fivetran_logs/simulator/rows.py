"""Small tables from dictionaries."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from .clock import NEVER, timestamps
from .world import World


def rows_of(world: World, rows: list[dict[str, Any]], **kinds: str) -> pa.Table:
    """A small table; every row arrived with the last Platform sync unless it says otherwise."""
    types = {"text": pa.string(), "bool": pa.bool_(), "int": pa.int32(), "long": pa.int64()}
    columns = {}
    for name, kind in kinds.items():
        values = [row.get(name) for row in rows]
        if kind == "time":
            columns[name] = timestamps(
                np.array([NEVER if value is None else value for value in values], dtype=np.int64)
            )
        else:
            columns[name] = pa.array(values, type=types[kind])
    synced = [row.get("_fivetran_synced", world.synced()) for row in rows]
    columns["_fivetran_synced"] = timestamps(np.array(synced, dtype=np.int64))
    return pa.table(columns)
