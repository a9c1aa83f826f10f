"""The connections of the simulated account: ordinary ones with the habits of their kind, and one for each story."""

from __future__ import annotations

import zlib
from datetime import datetime

import numpy as np

from . import incidents
from .account import DEPARTED_PERSON, DEV, EU, PROD
from .catalogue import ADJECTIVES, CALLS, CONNECTOR_TYPES, NOUNS, SECONDS, STAGES, columns_of, connection_id, tables_of
from .clock import DAY, Window, to_ms
from .model import Column, Connection, Person, Table

BROKEN, FLAPPING, SLOW, MIGRATED = "linkedin_ads", "erp_sql", "billing_oracle", "inventory_pg"
RESYNCED, DELAYED, NEVER_SYNCED, IDLE = "loyalty_mysql", "sales_targets_sheet", "stripe_uk", "feature_flags_pg"
FORGOTTEN, GIVEN_UP, TWICE, MOVED = "nps_survey_2024", "hubspot_dach", "facebook_ads_brand", "ga4_export"
RUNNING, CRASHED, TWO_SCHEMAS, TRIAL = "netsuite_emea", "salesforce_legacy", "procurement_sql", "clickstream"
ORIGINAL, TWIN, DEPARTED, DRIFTING = "web_shop", "shop_reporting", "bank_sftp", "jira_dev"
KEYLESS, OVERSIZED, SELDOM_OVERSIZED = "partner_drop", "hubspot", "salesforce"
# Tables with Fivetran's own columns, for a history of each row or for rows deleted at the source: many rows, and few.
HISTORY_MODE = {"stripe_eu": ("charge", "balance_transaction"), "zendesk": ("organization",)}
KEEPS_DELETED = ("app_db", "inventory_pg")

OVER_SYNCED_DAYS = 7.5  # since then the idle connection syncs every quarter of an hour


def make(
    name: str, type_id: str, destination: str, frequency: int, signed_up: int, *, scale: float = 1.0, **more
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


def base_connections(window: Window, staff: list[Person]) -> list[Connection]:
    """The cast, as far as it lived within the window."""
    cast = [*_databases(window), *_applications(window), *_files_and_events(window), _twin(window)]
    for number, connection in enumerate(cast):
        connection.user = staff[DEPARTED_PERSON if connection.name == DEPARTED else number % 4].id
    by_name = {connection.name: connection for connection in cast}
    _two_schemas(by_name[TWO_SCHEMAS])
    _migrated(by_name[MIGRATED])
    by_name["google_ads"].tables.append(
        Table("google_ads", "fivetran_audit", 30, 1.0, (1, 0, 0), columns_of("fivetran_audit"), "google_ads")
    )
    return [one for one in cast if one.last >= window.start or one.schedule == "none" or one.paused]


def _databases(window: Window) -> list[Connection]:
    ago, old = window.ago, to_ms(datetime(2023, 9, 4, 11, 20))
    shop, finance, supply = "Shop Platform", "Finance", "Supply Chain"
    return [
        make(
            "app_db",
            "postgres_rds",
            PROD,
            30,
            old,
            growth=1.25,
            warning_rate=0.001,
            failure_rate=0.0012,
            failure="network",
            empty_writes=0.01,
            team=shop,
            criticality="critical",
            story="the company's main database",
        ),
        make(
            "web_shop",
            "mysql_rds",
            PROD,
            60,
            ago(62),
            failure_rate=0.003,
            seconds=40,
            team=shop,
            criticality="high",
            story="database set up two months ago",
        ),
        make(
            "mongo_profiles",
            "mongo",
            EU,
            180,
            ago(35),
            shape=incidents.historical_first,
            team="Marketing",
            story="set up lately: historical sync, initial rows free",
        ),
        make(
            SLOW,
            "oracle_rds",
            PROD,
            180,
            ago(400),
            seconds=420,
            shape=incidents.slow_source,
            growth=1.0,
            weekend=1.0,
            team=finance,
            criticality="critical",
            story="slow source",
        ),
        make(
            MIGRATED,
            "postgres_rds",
            PROD,
            180,
            ago(500),
            shape=incidents.schema_migration,
            scale=0.1,
            team=supply,
            criticality="high",
            story="schema migration: a column dropped, a type changed",
        ),
        make(
            RESYNCED,
            "mysql_rds",
            PROD,
            180,
            ago(380),
            shape=incidents.forced_resync,
            scale=0.2,
            is_resynced=True,
            team=shop,
            criticality="medium",
            story="forced re-sync and MAR spike",
        ),
        make(
            FLAPPING,
            "sql_server_rds",
            PROD,
            180,
            ago(350),
            scale=2.0,
            shape=incidents.flapping,
            team=finance,
            criticality="critical",
            story="behind a firewall that lets through every other sync",
        ),
        make(
            IDLE,
            "postgres_rds",
            DEV,
            15,
            ago(260),
            was=(ago(OVER_SYNCED_DAYS), 360),
            seconds=9,
            calls=3,
            shape=incidents.nothing_new,
            scale=0.001,
            has_usage=False,
            team=shop,
            criticality="low",
            story="over-synced and idle",
        ),
        make(
            MOVED,
            "bigquery_db",
            PROD,
            1440,
            ago(190),
            team="Marketing",
            story="moved: a deleted row in another destination",
        ),
        make(
            TWO_SCHEMAS,
            "sql_server_rds",
            EU,
            360,
            ago(210),
            shape=incidents.plain,
            writes_in_turn=True,
            team=supply,
            story="one table name in two schemas",
        ),
    ]


def _applications(window: Window) -> list[Connection]:
    ago, old = window.ago, to_ms(datetime(2023, 9, 4, 11, 20))
    marketing, revenue, finance = "Marketing", "Revenue Operations", "Finance"
    return [
        make(
            "google_ads",
            "google_ads",
            PROD,
            360,
            old + DAY,
            mar_share=0.03,
            seconds=640,
            calls=420,
            team=marketing,
            story="restates its last 28 days",
        ),
        make(
            "facebook_ads",
            "facebook_ads",
            PROD,
            360,
            old + 9 * DAY,
            mar_share=0.05,
            failure_rate=0.006,
            failure="internal",
            seconds=420,
            calls=180,
            team=marketing,
            story="restates its last 28 days",
        ),
        make(
            BROKEN,
            "linkedin_ads",
            EU,
            360,
            ago(220),
            mar_share=0.05,
            calls=140,
            shape=incidents.expired_credentials,
            team=marketing,
            criticality="high",
            story="expired credentials",
        ),
        make(
            "salesforce",
            "salesforce",
            PROD,
            60,
            old + 3 * DAY,
            warning_rate=0.004,
            camel=False,
            team=revenue,
            criticality="critical",
            story="CRM",
        ),
        make(
            "salesforce_emea",
            "salesforce",
            EU,
            60,
            ago(6),
            scale=0.4,
            shape=incidents.priority_first,
            team=revenue,
            story="priority-first sync",
        ),
        make(
            CRASHED,
            "salesforce",
            EU,
            1440,
            ago(260),
            shape=incidents.crashed,
            scale=0.1,
            team=revenue,
            criticality="low",
            story="a crashed sync",
        ),
        make(
            "hubspot",
            "hubspot",
            PROD,
            180,
            old + 40 * DAY,
            shape=incidents.month_end_rate_limit,
            calls=420,
            team=revenue,
            criticality="high",
            story="runs into its rate limit at month end",
        ),
        make(
            GIVEN_UP,
            "hubspot",
            EU,
            360,
            ago(330),
            paused=True,
            last=ago(20),
            shape=incidents.failing_to_the_end,
            scale=0.2,
            team=revenue,
            story="paused by Fivetran after failing for two weeks",
        ),
        make(
            "stripe_eu",
            "stripe",
            EU,
            180,
            old + 260 * DAY,
            camel=False,
            team="Payments",
            criticality="critical",
            story="payments",
        ),
        make(NEVER_SYNCED, "stripe", PROD, 180, ago(12), schedule="none", has_usage=False, story="never synced"),
        make(
            "zendesk",
            "zendesk",
            EU,
            360,
            old + 270 * DAY,
            warning_rate=0.012,
            team="Customer Support",
            story="support desk",
        ),
        make("shop_de", "shopify", EU, 360, ago(170), failure_rate=0.004, failure="internal", team="Shop Platform"),
        make(
            "netsuite",
            "netsuite_suiteanalytics",
            PROD,
            720,
            old + 60 * DAY,
            seconds=1500,
            shape=incidents.across_midnight,
            team=finance,
            criticality="critical",
            story="ERP, long syncs across midnight",
        ),
        make(
            RUNNING,
            "netsuite_suiteanalytics",
            EU,
            1440,
            ago(240),
            schedule="anchored",
            last=ago(minutes=25),
            seconds=1500,
            key="nightly_finance",
            shape=incidents.still_running,
            team=finance,
            criticality="high",
            story="in the middle of a sync",
        ),
        make(
            "jira_dev", "jira", DEV, 360, ago(300), scale=0.4, team="Data Platform", criticality="low", story="tickets"
        ),
        make(
            TWICE,
            "facebook_ads",
            PROD,
            360,
            ago(420),
            key="ads_reporting/first",
            deleted=True,
            last=ago(50),
            scale=0.3,
            mar_share=0.05,
            team=marketing,
            story="deleted, then created again",
        ),
        make(
            TWICE,
            "facebook_ads",
            PROD,
            360,
            ago(46),
            key="ads_reporting/second",
            scale=0.3,
            mar_share=0.05,
            team=marketing,
            story="created again under the same name",
        ),
        make(
            "fleet_tracker",
            "connector_sdk",
            PROD,
            180,
            ago(200),
            failure_rate=0.003,
            failure="source_data",
            team="Supply Chain",
            criticality="high",
            story="Connector SDK",
        ),
        make(
            "fivetran_platform",
            "fivetran_log",
            PROD,
            1440,
            old - 30 * DAY,
            schedule="anchored",
            last=window.ago(minutes=10),
            has_usage=False,
            team="Data Platform",
            criticality="high",
            story="the Platform connection itself, daily",
        ),
    ]


def _files_and_events(window: Window) -> list[Connection]:
    ago, old = window.ago, to_ms(datetime(2023, 9, 4, 11, 20))
    return [
        make(
            "partner_drop",
            "s3",
            PROD,
            720,
            old + 80 * DAY,
            schedule="irregular",
            failure_rate=0.006,
            failure="file",
            team="Supply Chain",
            story="files when they come",
        ),
        make(
            "bank_sftp",
            "sftp",
            EU,
            1440,
            old + 300 * DAY,
            weekend=0.0,
            team="Finance",
            criticality="high",
            story="file a day, none at weekends",
        ),
        make(
            TRIAL,
            "segment",
            PROD,
            15,
            ago(4),
            schedule="anchored",
            last=window.as_of,
            free_type="CONNECTOR_TRIAL",
            mar_share=0.9,
            seconds=34,
            story="event stream on trial, one sync starts at as_of",
        ),
        make(
            "order_hooks",
            "webhooks",
            EU,
            180,
            old + 410 * DAY,
            seconds=25,
            tells_frequency=False,
            team="Payments",
            story="webhook",
        ),
        make("planning_sheet", "google_sheets", DEV, 1440, ago(310), team="Finance", criticality="low", story="small"),
        make(
            FORGOTTEN,
            "google_sheets",
            PROD,
            1440,
            ago(600),
            paused=True,
            last=ago(75),
            story="forgotten while paused",
        ),
        make(
            DELAYED,
            "google_sheets",
            PROD,
            1440,
            ago(280),
            schedule="anchored",
            last=ago(days=4, hours=3),
            team="Revenue Operations",
            story="delayed: daily, silent for four days",
        ),
    ]


def _twin(window: Window) -> Connection:
    """Someone has set up a second connection to the database of another."""
    twin = make(
        TWIN,
        "mysql_rds",
        DEV,
        360,
        window.ago(24),
        reads=ORIGINAL,
        shape=incidents.plain,
        team="Shop Platform",
        criticality="low",
        story="reads the same database as another connection",
    )
    twin.tables = [table for table in twin.tables if table.name in ("carts", "cart_items")]
    return twin


def _two_schemas(connection: Connection) -> None:
    """Two of its tables also in a second schema."""
    both = ("gl_entries", "purchase_orders")
    twin = [
        Table(f"{connection.name}_emea", table.name, table.rows_per_day * 0.4, 1.0, table.mix, table.columns, "emea")
        for table in connection.tables
        if table.name in both
    ]
    for table in connection.tables:
        table.changes = 1.0 if table.name in both else table.changes
    # Twins lie side by side, so that one follows the other within a sync, always in this order.
    connection.tables = sorted(connection.tables + twin, key=lambda table: (table.name, table.schema))


def _migrated(connection: Connection) -> None:
    """The table that the schema migration is about."""
    stock = next(table for table in connection.tables if table.name == "inventory")
    stock.name = "stock_levels"
    stock.columns = [
        *stock.columns,
        Column("legacy_code", "VARCHAR", "STRING"),
        Column("reorder_point", "INTEGER", "INTEGER"),
    ]


BULK_TYPES = [
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


def bulk_connections(
    window: Window, count: int, staff: list[Person], taken: set[str], rng: np.random.Generator
) -> list[Connection]:
    """`count` more connections like the ordinary ones, to make an account large."""
    out = []
    for number in range(count):
        type_id = BULK_TYPES[number % len(BULK_TYPES)]
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
