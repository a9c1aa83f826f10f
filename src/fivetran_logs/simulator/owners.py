"""Owners of connections and monthly budgets: two CSV files with the columns of the seeds."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from .account import DEV, TEAMS
from .world import World

OWNERS, BUDGETS = "owners.csv", "budgets.csv"
OWNER_COLUMNS = [
    "connection_name",
    "destination_name",
    "owner_email",
    "team",
    "cost_centre",
    "environment",
    "criticality",
    "expected_every_minutes",
    "freshness_target",
]
BUDGET_COLUMNS = ["scope_type", "scope", "month_date", "budget_usd", "budget_paid_active_rows"]
_BUDGETS = [
    ("account", "", "", 5500, ""),
    ("destination", "Production Snowflake", "", 4400, ""),
    ("destination", "Europe BigQuery", "", 1100, ""),
    ("team", "Shop Platform", "", 2400, ""),
    ("team", "Marketing", "", 700, ""),
    ("team", "Finance", "", 1200, ""),
    ("connection", "app_db", "", "", 2_000_000),
    ("connection", "loyalty_mysql", "", 250, 400_000),
]


def write(world: World, directory: Path) -> None:
    """owners.csv and budgets.csv, in the columns of seeds/fivetran_connection_owners.csv and fivetran_budgets.csv."""
    _write(directory / OWNERS, OWNER_COLUMNS, _owners(world))
    _write(directory / BUDGETS, BUDGET_COLUMNS, _BUDGETS)


def _owners(world: World) -> list[tuple[str, ...]]:
    """A row for each name and destination that a team owns."""
    places = {place.id: place.name for place in world.destinations}
    teams = {team.name: team for team in TEAMS}
    rows = {}
    for connection in world.connections:
        team = teams.get(connection.team)
        if team is None:
            continue
        place = places[connection.destination]
        environment = "development" if connection.destination == DEV else "production"
        rows[connection.name, place] = (
            connection.name,
            place,
            world.people[team.lead].email,
            team.name,
            team.cost_centre,
            environment,
            connection.criticality,
            "",
            "0.995" if connection.criticality == "critical" else "",
        )
    return list(rows.values())


def _write(path: Path, columns: list[str], rows: Iterable[tuple]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
