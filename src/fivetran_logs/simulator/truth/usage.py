"""Active rows and dollars by month; model runs."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..clock import iso_date
from ..usage import GONE_CONNECTION, Usage
from ..world import World


def mar(world: World, usage: Usage) -> list[dict[str, Any]]:
    """fct_fivetran_monthly_active_rows: rows by month, connection, schema and table."""
    month, paid = usage.month(), usage.is_paid()
    keys = np.stack([month, usage.connection, usage.table], axis=1)
    unique, inverse = np.unique(keys, axis=0, return_inverse=True)
    inverse = inverse.reshape(-1)
    free_rows, paid_rows = np.zeros(len(unique), dtype=np.int64), np.zeros(len(unique), dtype=np.int64)
    np.add.at(paid_rows, inverse[paid], usage.rows[paid])
    np.add.at(free_rows, inverse[~paid], usage.rows[~paid])
    out = []
    for (at, number, table), free, paying in zip(unique.tolist(), free_rows.tolist(), paid_rows.tolist(), strict=True):
        connection = world.connections[number] if number >= 0 else None
        out.append(
            {
                "month_date": iso_date(usage.months[at]),
                "connection_id": connection.id if connection else None,
                "connection_name": connection.name if connection else GONE_CONNECTION,
                "destination_id": connection.destination if connection else world.destinations[0].id,
                "schema_name": world.tables[table].schema if connection else GONE_CONNECTION,
                "table_name": world.tables[table].name if connection else "conversation_history",
                "free_active_rows": free,
                "paid_active_rows": paying,
                "total_active_rows": free + paying,
            }
        )
    return out


def cost(world: World, usage: Usage) -> list[dict[str, Any]]:
    return [
        {"month_date": iso_date(month), "destination_id": place, "amount_usd": cents / 100}
        for (month, place), cents in usage.cents.items()
    ]


def transformation_runs(runs: list[dict]) -> dict[str, Any]:
    """fct_fivetran_transformation_runs: model runs by job; and how its runs in the log ended."""
    jobs: dict[str, dict[str, Any]] = {}
    for run in runs:
        job = jobs.setdefault(
            run["job_id"],
            {
                "job_id": run["job_id"],
                "job_name": run["job_name"],
                "model_runs": 0,
                "rows": 0,
                "succeeded": 0,
                "failed": 0,
            },
        )
        job["model_runs"] += run["model_runs"]
        job["rows"] += 1
        if run["failed"] is not None:
            job["failed" if run["failed"] else "succeeded"] += 1
    return {"jobs": [jobs[key] for key in sorted(jobs)]}
