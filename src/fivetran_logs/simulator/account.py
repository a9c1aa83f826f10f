"""Who and what the simulated account consists of: people, destinations, connections with their tables and habits."""

from __future__ import annotations

import zlib
from datetime import datetime

import numpy as np

from . import incidents
from .catalogue import ADJECTIVES, CALLS, CONNECTOR_TYPES, NOUNS, SECONDS, STAGES, columns_of, connection_id, tables_of
from .clock import DAY, Window, to_ms
from .model import Column, Connection, Destination, Person, Table
from .oddities import HOSTILE_NAME

ACCOUNT_ID = "northwind_loop"
ACCOUNT_NAME = "Northwind Loop"

PROD, EU, DEV = "amber_harbour", "velvet_glacier", "copper_meadow"


def make(
    name: str, type_id: str, destination: str, frequency: int | None, signed_up: int, *, scale: float = 1.0, **more
) -> Connection:
    """A connection with its type's habits; `more` overrides any field."""
    kind = CONNECTOR_TYPES[type_id][1]
    fields: dict = {
        "id": connection_id(more.pop("key", f"{name}/{destination}")),
        "name": name,
        "type_id": type_id,
        "destination": destination,
        "frequency": frequency,
        "signed_up": signed_up,
        "tables": tables_of(more.pop("schema", name), type_id, scale),
        "seconds": float(SECONDS[kind]),
        "calls": float(CALLS[kind]),
        "stages": STAGES[kind],
        "weekend": 0.85 if kind == "event" else 0.45,
        "camel": zlib.crc32(name.encode()) % 10 < 7,
        "first": signed_up,
    }
    fields.update(more)
    return Connection(**fields)


def destinations() -> list[Destination]:
    return [
        Destination(PROD, "Production Snowflake", "snowflake", "AWS_US_EAST_1", to_ms(datetime(2021, 3, 2, 9, 14))),
        Destination(EU, "Europe BigQuery", "big_query", "GCP_EUROPE_WEST3", to_ms(datetime(2023, 5, 22, 7, 40))),
        Destination(
            DEV, "Development Postgres", "postgres_warehouse", "AWS_US_WEST_2", to_ms(datetime(2022, 1, 11, 16))
        ),
    ]


def people() -> list[Person]:
    """The first is the owner; the last ones have left."""
    roster = [
        ("Ada", "Moreno", "Account Administrator", 2021),
        ("Ben", "Okafor", "Account Administrator", 2021),
        ("Chloe", "Lindqvist", "Account Analyst", 2022),
        ("Dev", "Raman", "Account Analyst", 2022),
        ("Elif", "Kaya", "Account Reviewer", 2023),
        ("Farid", "Haddad", "Account Reviewer", 2023),
        ("Greta", "Novak", "Account Billing", 2023),
        ("Hugo", "Silva", "Account Reviewer", 2024),
        ("Ines", "Duarte", "Account Reviewer", 2024),
        ("Jonas", "Weber", "Account Reviewer", 2025),
        ("Kira", "Tanaka", "Account Reviewer", 2026),
        ("Liam", "Walsh", "Account Reviewer", 2022),
    ]
    return [
        Person(
            id=f"{given.lower()}_{connection_id(family).split('_')[1]}",
            given_name=given,
            family_name=family,
            created_at=to_ms(datetime(year, 1 + number % 5, 3 + number, 10, number)),
            deleted=given == "Liam",
            role=role,
        )
        for number, (given, family, role, year) in enumerate(roster)
    ]


def base_connections(window: Window, staff: list[Person], *, overlaps: bool) -> list[Connection]:
    """The cast: ordinary connections first, then one connection for each story.

    overlaps  False where syncs have no id: there two that overlap could not be told apart
    """
    ago = window.ago
    old = to_ms(datetime(2023, 9, 4, 11, 20))
    cast = [
        # -- ordinary ones, each with the habits of its kind
        make(
            "app_db",
            "postgres_rds",
            PROD,
            60,
            old,
            growth=1.5,
            warning_rate=0.002,
            failure_rate=0.004,
            failure="network",
            empty_writes=0.02,
            story="database that grows",
        ),
        make("web_shop", "mysql_rds", PROD, 15, ago(10), failure_rate=0.003, seconds=40, story="busy database"),
        make(
            "google_ads",
            "google_ads",
            PROD,
            1440,
            old + DAY,
            mar_share=0.03,
            seconds=900,
            calls=420,
            story="restates its last 28 days every day",
        ),
        make(
            "facebook_ads",
            "facebook_ads",
            PROD,
            360,
            old + 9 * DAY,
            mar_share=0.05,
            failure_rate=0.012,
            failure="internal",
            seconds=420,
            calls=180,
            story="restates its last 28 days",
        ),
        make("salesforce", "salesforce", PROD, 360, old + 3 * DAY, warning_rate=0.03, camel=False, story="CRM"),
        make(
            "hubspot",
            "hubspot",
            PROD,
            360,
            old + 40 * DAY,
            warning_rate=0.0,
            shape=incidents.month_end_rate_limit,
            calls=900,
            story="runs into its rate limit at month end",
        ),
        make(
            "fleet_tracker",
            "connector_sdk",
            PROD,
            360,
            ago(200),
            failure_rate=0.01,
            failure="source_data",
            story="Connector SDK",
        ),
        make(
            "partner_drop",
            "s3",
            PROD,
            720,
            old + 80 * DAY,
            schedule="irregular",
            failure_rate=0.01,
            failure="file",
            story="files when they come",
        ),
        make("bank_sftp", "sftp", EU, 1440, old + 300 * DAY, weekend=0.0, story="file a day, none at weekends"),
        make(
            "clickstream",
            "segment",
            PROD,
            5,
            ago(4),
            schedule="anchored",
            last=window.as_of,
            free_type="CONNECTOR_TRIAL",
            mar_share=0.9,
            seconds=21,
            story="event stream on trial, one sync starts at as_of",
        ),
        make("order_hooks", "webhooks", EU, 180, old + 410 * DAY, seconds=25, tells_frequency=False, story="webhook"),
        make(
            "stripe_eu",
            "stripe",
            EU,
            360,
            old + 260 * DAY,
            camel=False,
            free_type=None,
            story="payments, 'paid' in small letters",
        ),
        make("zendesk", "zendesk", EU, 1440, old + 270 * DAY, warning_rate=0.05, story="support desk"),
        make("shop_de", "shopify", EU, 360, ago(170), failure_rate=0.004, story="shop"),
        make(
            "netsuite",
            "netsuite_suiteanalytics",
            PROD,
            720,
            old + 60 * DAY,
            seconds=1500,
            story="ERP, long syncs across midnight",
            shape=incidents.across_midnight,
        ),
        make("jira_dev", "jira", DEV, 720, ago(300), paid=False, free_type="FREE_PLAN", story="free rows only"),
        make("planning_sheet", "google_sheets", DEV, 1440, ago(310), paid=False, free_type="FREE_PLAN", story="small"),
        make(
            "fivetran_platform",
            "fivetran_log",
            PROD,
            1440,
            old - 30 * DAY,
            schedule="anchored",
            last=window.ago(minutes=10),
            story="the Platform connection itself, daily",
            has_usage=False,
        ),
        make(
            "mongo_profiles",
            "mongo",
            EU,
            360,
            ago(35),
            story="set up lately: historical sync, initial rows free",
            shape=incidents.historical_first,
        ),
        # -- stories with a known answer, one connection each
        make(
            "marketo_eu", "marketo", EU, 360, ago(220), shape=incidents.expired_credentials, story="expired credentials"
        ),
        make(
            "billing_oracle",
            "oracle_rds",
            PROD,
            360,
            ago(400),
            seconds=420,
            shape=incidents.slow_source,
            growth=1.0,
            weekend=1.0,
            story="slow source",
        ),
        make(
            "inventory_pg",
            "postgres_rds",
            PROD,
            360,
            ago(500),
            shape=incidents.schema_migration,
            scale=0.1,
            story="schema migration",
        ),
        make(
            "loyalty_mysql",
            "mysql_rds",
            PROD,
            360,
            ago(380),
            shape=incidents.forced_resync,
            scale=0.2,
            story="forced re-sync and MAR spike",
        ),
        make("erp_sql", "sql_server_rds", PROD, 360, ago(350), shape=incidents.flapping, story="flapping"),
        make(
            "old_survey",
            "google_sheets",
            PROD,
            360,
            ago(600),
            paused=True,
            last=ago(75),
            story="forgotten while paused",
        ),
        make(
            "abandoned_leads",
            "hubspot",
            EU,
            360,
            ago(330),
            paused=True,
            last=ago(20),
            shape=incidents.failing_to_the_end,
            scale=0.2,
            story="paused by Fivetran after failing for two weeks",
        ),
        make(
            "idle_feature_flags",
            "postgres_rds",
            DEV,
            5,
            ago(7.5),
            seconds=9,
            calls=3,
            shape=incidents.nothing_new,
            scale=0.001,
            paid=False,
            has_usage=False,
            story="over-synced and idle",
        ),
        make(
            "ads_reporting",
            "facebook_ads",
            PROD,
            360,
            ago(420),
            key="ads_reporting/first",
            deleted=True,
            last=ago(50),
            scale=0.3,
            mar_share=0.05,
            story="deleted, then created again",
        ),
        make(
            "ads_reporting",
            "facebook_ads",
            PROD,
            360,
            ago(46),
            key="ads_reporting/second",
            scale=0.3,
            mar_share=0.05,
            story="created again under the same name",
        ),
        make("new_idea", "stripe", PROD, 360, ago(12), schedule="none", has_usage=False, story="never synced"),
        make(
            "warehouse_copy",
            "bigquery_db",
            PROD,
            360,
            ago(190),
            scale=0.2,
            story="moved: a deleted row in another destination",
        ),
        make(
            "nightly_finance",
            "netsuite_suiteanalytics",
            EU,
            1440,
            ago(240),
            schedule="anchored",
            last=ago(hours=1, minutes=25),
            seconds=9000,
            key="nightly_finance",
            shape=incidents.still_running,
            story="in the middle of a sync",
        ),
        make(
            "crm_archive", "salesforce", EU, 1440, ago(260), shape=incidents.crashed, scale=0.1, story="a crashed sync"
        ),
        make(
            "weekly_targets",
            "google_sheets",
            PROD,
            1440,
            ago(280),
            schedule="anchored",
            last=ago(days=4, hours=3),
            story="delayed: daily, silent for four days",
        ),
        make(
            "two_regions",
            "sql_server_rds",
            EU,
            720,
            ago(210),
            shape=incidents.plain,
            story="one table name in two schemas",
        ),
        make(
            "big_history",
            "oracle_rds",
            DEV,
            720,
            ago(230),
            paid=False,
            free_type="FREE_PLAN",
            seconds=800,
            shape=incidents.overlapping if overlaps else incidents.plain,
            story="syncs that overlap; counts beyond 2^31",
        ),
        make(
            "priority_crm",
            "salesforce",
            PROD,
            60,
            ago(6),
            scale=0.4,
            shape=incidents.priority_first,
            story="priority-first sync",
        ),
        make(
            HOSTILE_NAME, "webhooks", PROD, 360, ago(205), key="hostile", schema="hostile_hooks", story="hostile name"
        ),
    ]
    for number, connection in enumerate(cast):
        connection.user = staff[number % 4].id
    by_name = {connection.name: connection for connection in cast}
    sheet = by_name["two_regions"]
    twin = [
        Table("two_regions_emea", table.name, table.rows_per_day * 0.4, 1.0, table.mix, table.columns, "emea")
        for table in sheet.tables
        if table.name in ("gl_entries", "purchase_orders")
    ]
    for table in sheet.tables:
        table.changes = 1.0 if table.name in ("gl_entries", "purchase_orders") else table.changes
    # Twins lie side by side, so that one follows the other within a sync, always in this order.
    sheet.tables = sorted(sheet.tables + twin, key=lambda table: (table.name, table.schema))
    inventory = by_name["inventory_pg"]
    inventory.tables = [
        Table(
            table.schema,
            "stock_levels" if table.name == "inventory" else table.name,
            table.rows_per_day,
            table.changes,
            table.mix,
            [
                *columns_of("inventory"),
                Column("legacy_code", "VARCHAR", "STRING"),
                Column("reorder_point", "INTEGER", "INTEGER"),
            ]
            if table.name == "inventory"
            else table.columns,
            "public",
        )
        for table in inventory.tables
    ]
    by_name["big_history"].tables[1].rows_per_day = 4.0e9
    by_name["google_ads"].tables.append(
        Table("google_ads", "fivetran_audit", 30, 1.0, (1, 0, 0), columns_of("fivetran_audit"), "google_ads")
    )
    return [
        connection
        for connection in cast
        if connection.last >= window.start or connection.schedule == "none" or connection.paused
    ]


def bulk_connections(
    window: Window, count: int, staff: list[Person], taken: set[str], rng: np.random.Generator
) -> list[Connection]:
    """`count` more connections like the ordinary ones, to make an account large."""
    kinds = [
        "postgres_rds",
        "mysql_rds",
        "sql_server_rds",
        "mongo",
        "google_ads",
        "salesforce",
        "hubspot",
        "stripe",
        "zendesk",
        "shopify",
        "netsuite_suiteanalytics",
        "jira",
        "segment",
        "s3",
    ]
    out = []
    for number in range(count):
        type_id = kinds[number % len(kinds)]
        name = f"{type_id.split('_')[0]}_{NOUNS[number % len(NOUNS)]}_{number:04d}"
        identity = f"{ADJECTIVES[number % len(ADJECTIVES)]}_{NOUNS[(number * 7) % len(NOUNS)]}_{number:04d}"
        if identity in taken:
            raise AssertionError(f"connection id {identity} is taken")
        connection = make(
            name,
            type_id,
            (PROD, EU, PROD, DEV)[number % 4],
            360,
            int(window.ago(days=float(rng.uniform(window.days + 10, 900)))),
            scale=float(rng.lognormal(-1.5, 0.8)),
            failure_rate=float(rng.choice([0, 0, 0.004, 0.01, 0.03])),
            failure=str(rng.choice(["network", "rate_limit", "internal", "permission", "destination"])),
            warning_rate=float(rng.choice([0, 0, 0.01])),
            bulk=True,
            story="bulk",
        )
        connection.id = identity
        connection.user = staff[number % 4].id
        out.append(connection)
    return out
