"""The manifest of the account's own dbt project: models on nearly all tables, a mart a connection, dashboards."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .account import DEV, EU, PROD, TEAMS
from .world import World

MANIFEST = "manifest.json"
DATABASES = {PROD: "ANALYTICS", EU: "northwind-eu", DEV: "dev"}
# Tables that no model reads: with many rows, with few, and on a free trial.
UNREAD = {("facebook_ads", "basic_ad_actions"), ("zendesk", "organization"), ("clickstream", "identify")}
# Dashboards and the connections whose marts they show.
DASHBOARDS = {
    "board_report": ("app_db", "salesforce", "netsuite"),
    "campaign_overview": ("google_ads", "facebook_ads", "hubspot"),
    "stock_alerts": ("inventory_pg",),
}


def write(world: World, directory: Path) -> None:
    """Writes manifest.json, with the parts of dbt's manifest (version 12) that tell what reads what."""
    (directory / MANIFEST).write_text(json.dumps(manifest(world), indent=1) + "\n", encoding="utf-8")


def manifest(world: World) -> dict[str, Any]:
    sources: dict[str, Any] = {}
    nodes: dict[str, Any] = {}
    marts: dict[str, str] = {}
    for connection in world.connections:
        staged = []
        if connection.deleted:
            continue
        for table in connection.tables:
            if (connection.name, table.name) in UNREAD:
                continue
            # Snowflake folds names to upper case
            fold = str.upper if connection.destination == PROD else str
            source = f"source.northwind.{table.schema}.{table.name}"
            sources[source] = {
                "resource_type": "source",
                "database": DATABASES[connection.destination],
                "schema": fold(table.schema),
                "identifier": fold(table.name),
                "name": table.name,
                "source_name": table.schema,
            }
            staged.append(_model(nodes, f"stg_{table.schema}__{table.name}", [source]))
        if staged:
            marts[connection.name] = _model(nodes, f"fct_{connection.name}", staged)
    exposures = {
        f"exposure.northwind.{name}": {
            "resource_type": "exposure",
            "name": name,
            "type": "dashboard",
            "owner": {"name": TEAMS[0].name, "email": world.people[1].email},
            "depends_on": {"nodes": [marts[one] for one in shown if one in marts]},
        }
        for name, shown in DASHBOARDS.items()
    }
    return {
        "metadata": {
            "dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json",
            "project_name": "northwind",
            "adapter_type": "snowflake",
        },
        "nodes": nodes,
        "sources": sources,
        "exposures": exposures,
    }


def _model(nodes: dict[str, Any], name: str, reads: list[str]) -> str:
    key = f"model.northwind.{name}"
    nodes[key] = {"resource_type": "model", "name": name, "depends_on": {"nodes": reads}}
    return key
