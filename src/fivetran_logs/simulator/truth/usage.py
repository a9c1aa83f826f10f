"""Active rows and dollars by month; model runs."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal
from typing import Any

import numpy as np

from ..clock import iso_date
from ..usage import Usage, credits_of, stranger
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
        out.append(
            {
                "month_date": iso_date(usage.months[at]),
                **named(world, number, table),
                "free_active_rows": free,
                "paid_active_rows": paying,
                "total_active_rows": free + paying,
            }
        )
    return out


def named(world: World, number: int, table: int) -> dict[str, Any]:
    """The columns that say whose rows they are."""
    if number < 0:
        name, place, table_name = stranger(number)
        ids = {"connection_id": None, "connection_name": name, "destination_id": place}
        return ids | {"schema_name": name, "table_name": table_name}
    connection = world.connections[number]
    return {
        "connection_id": connection.id,
        "connection_name": connection.name,
        "destination_id": connection.destination,
        "schema_name": world.tables[table].schema,
        "table_name": world.tables[table].name,
    }


def price_curve(usage: Usage) -> list[dict[str, Any]]:
    """The price lists of the contract, in the columns of the seed `fivetran_price_curve`."""
    return [
        {name: float(value) if isinstance(value, Decimal) else value for name, value in asdict(step).items()}
        for step in usage.bills.curve
    ]


def prices(world: World, usage: Usage) -> list[dict[str, Any]]:
    """What the paid rows of each table were charged in each month; empty where a fixed price was agreed."""
    return [
        {
            "month_date": iso_date(month),
            **named(world, connection, table),
            "paid_active_rows": rows,
            "amount_usd": cents / 100,
        }
        for (month, connection, table), (rows, cents) in usage.bills.prices.items()
    ]


def charges(world: World, usage: Usage) -> list[dict[str, Any]]:
    """The lines of the bills: all of a month and destination sum to `cost`."""
    out = []
    for charge in usage.bills.charges:
        connection = charge.connection
        who = connection if connection is not None and connection >= 0 else None
        name = None if connection is None else stranger(connection)[0] if who is None else world.connections[who].name
        out.append(
            {
                "month_date": iso_date(charge.month),
                "destination_id": charge.destination,
                "charge_kind": charge.kind,
                "connection_id": None if who is None else world.connections[who].id,
                "connection_name": name,
                "units": charge.units,
                "amount_usd": charge.cents / 100,
            }
        )
    return out


def credits(usage: Usage) -> list[dict[str, Any]]:
    """credits_used of the months of `cost`: the destinations that are billed in credits."""
    return [
        {"month_date": iso_date(month), "destination_id": place, "credits": credits_of(cents)}
        for (month, place), cents in usage.cents.items()
        if place in usage.bills.in_credits
    ]


def cost(world: World, usage: Usage) -> list[dict[str, Any]]:
    """usage_cost: the bills in dollars."""
    return [
        {"month_date": iso_date(month), "destination_id": place, "amount_usd": cents / 100}
        for (month, place), cents in usage.cents.items()
        if place not in usage.bills.in_credits
    ]


def transformation_runs(runs: list[dict]) -> list[dict[str, Any]]:
    """fct_fivetran_transformation_runs: jobs by day; null what only the other source has."""
    days: dict[tuple[str, str], dict[str, Any]] = {}
    counted = ("model_runs", "paid_model_runs")
    logged = ("runs", "failed_runs", "duration_seconds", "steps", "models_succeeded", "models_failed")
    for run in runs:
        day = days.setdefault(
            (run["job_id"], run["measured_date"]),
            {"job_id": run["job_id"], "run_date": run["measured_date"], "job_name": run["job_name"]}
            | {"destination_id": None, "project_type": run["project_type"]}
            | dict.fromkeys((*counted, *logged)),
        )
        figures: dict[str, Any] = {}
        if run["in_usage"]:
            day["destination_id"] = run["destination_id"]
            figures |= {
                "model_runs": run["model_runs"],
                "paid_model_runs": run["model_runs"] if run["free_type"] == "PAID" else 0,
            }
        if run["failed"] is not None:
            figures |= {
                "runs": 1,
                "failed_runs": int(run["failed"]),
                "duration_seconds": (run["ended_at"] - run["started_at"]) / 1000,
                "steps": run["steps"],
                "models_succeeded": run["model_runs"],
                "models_failed": run["models_failed"],
            }
        for name, figure in figures.items():
            day[name] = (day[name] or 0) + figure
    return [days[key] for key in sorted(days)]
