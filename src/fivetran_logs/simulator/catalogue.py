"""What sources look like: connector types with their tables, columns and habits; and names for everything."""

from __future__ import annotations

import zlib

from .model import Column, Table

# fmt: off
# id: (official name, type, tables: name -> (changed rows a day, probability that a sync finds a change))
CONNECTOR_TYPES: dict[str, tuple[str, str, dict[str, tuple[float, float]]]] = {
    "postgres_rds": ("Amazon RDS for PostgreSQL", "database", {
        "orders": (42_000, 0.45), "order_lines": (118_000, 0.45), "customers": (5_200, 0.2),
        "payments": (39_000, 0.35), "products": (640, 0.06), "inventory": (9_800, 0.18), "coupons": (110, 0.02),
        "addresses": (2_100, 0.12)}),
    "mysql_rds": ("Amazon RDS for MySQL", "database", {
        "sessions": (96_000, 0.95), "carts": (31_000, 0.7), "cart_items": (64_000, 0.7), "wishlists": (900, 0.06),
        "reviews": (420, 0.04)}),
    "sql_server_rds": ("Amazon RDS for SQL Server", "database", {
        "gl_entries": (18_000, 0.9), "gl_accounts": (40, 0.04), "vendors": (260, 0.2),
        "purchase_orders": (3_100, 0.8)}),
    "oracle_rds": ("Amazon RDS for Oracle", "database", {
        "invoices": (26_000, 0.95), "invoice_lines": (91_000, 0.95), "tax_codes": (12, 0.03), "ledgers": (4_400, 0.7)}),
    "mongo": ("MongoDB", "database", {
        "profiles": (14_000, 0.9), "preferences": (6_500, 0.7), "devices": (8_200, 0.8)}),
    "google_ads": ("Google Ads", "application", {
        "campaign_stats": (24_000, 1.0), "ad_group_stats": (88_000, 1.0), "keyword_stats": (190_000, 1.0),
        "campaign_history": (60, 0.3)}),
    "facebook_ads": ("Facebook Ads", "application", {
        "basic_ad": (36_000, 1.0), "ad_history": (180, 0.4), "basic_ad_actions": (72_000, 1.0)}),
    "salesforce": ("Salesforce", "application", {
        "account": (1_900, 0.35), "contact": (3_600, 0.45), "opportunity": (1_250, 0.4), "lead": (4_100, 0.45),
        "task": (7_200, 0.55), "user": (25, 0.02)}),
    "hubspot": ("HubSpot", "application", {
        "contact": (5_400, 0.9), "company": (800, 0.6), "deal": (650, 0.6), "email_event": (48_000, 0.95)}),
    "connector_sdk": ("Connector SDK", "application", {
        "shipments": (6_100, 0.9), "carriers": (15, 0.05), "tracking_events": (33_000, 0.95)}),
    "s3": ("Amazon S3", "file", {"partner_sales": (22_000, 1.0)}),
    "sftp": ("SFTP", "file", {"bank_statements": (3_400, 1.0)}),
    "segment": ("Segment", "event", {"page": (410_000, 1.0), "track": (530_000, 1.0), "identify": (21_000, 0.6)}),
    "webhooks": ("Webhooks", "event", {"event": (12_500, 0.85)}),
    "stripe": ("Stripe", "application", {
        "charge": (16_000, 0.95), "balance_transaction": (19_000, 0.95), "refund": (500, 0.5), "dispute": (20, 0.05),
        "customer": (2_300, 0.8)}),
    "zendesk": ("Zendesk Support", "application", {
        "ticket": (2_700, 1.0), "ticket_comment": (9_900, 1.0), "user": (600, 0.9), "organization": (30, 0.3)}),
    "shopify": ("Shopify", "application", {
        "order": (8_800, 0.95), "order_line": (21_000, 0.95), "product": (350, 0.3), "customer": (4_700, 0.9)}),
    "netsuite_suiteanalytics": ("NetSuite SuiteAnalytics", "application", {
        "transactions": (5_300, 1.0), "transaction_lines": (23_000, 1.0), "items": (90, 0.5)}),
    "jira": ("Jira", "application", {"issue": (900, 0.9), "issue_field_history": (7_400, 0.9), "sprint": (6, 0.2)}),
    "linkedin_ads": ("LinkedIn Ad Analytics", "application", {
        "ad_analytics_by_campaign": (9_400, 0.95), "ad_analytics_by_creative": (27_000, 0.95)}),
    "google_sheets": ("Google Sheets", "file", {"targets": (400, 0.6)}),
    "fivetran_log": ("Fivetran Platform", "application", {
        "log": (3_000, 1.0), "incremental_mar": (220, 1.0), "connection": (3, 0.2)}),
    "bigquery_db": ("BigQuery", "database", {"events": (36_000, 1.0), "users": (4_800, 0.9)}),
    "intercom": ("Intercom", "application", {"conversation_history": (1_700, 1.0)}),
}

SECONDS = {"database": 75, "application": 140, "file": 45, "event": 22}
CALLS = {"database": 16, "application": 60, "file": 5, "event": 8}
STAGES = {
    "database": (0.45, 0.2, 0.35), "application": (0.7, 0.1, 0.2), "file": (0.3, 0.3, 0.4), "event": (0.3, 0.25, 0.45),
}
_MIX = {"database": (0.45, 0.5, 0.05), "application": (0.85, 0.15, 0.0), "file": (1, 0, 0), "event": (1, 0, 0)}

# Columns between the key and the times of creation and change, by kind of source; advertising has its own.
_POOLS: dict[str, list[tuple[str, str, str]]] = {
    "database": [
        ("name", "VARCHAR", "STRING"), ("status", "VARCHAR", "STRING"), ("amount", "NUMERIC", "DOUBLE"),
        ("quantity", "INTEGER", "INTEGER"), ("currency", "CHAR", "STRING"), ("country", "VARCHAR", "STRING"),
        ("email_hash", "VARCHAR", "STRING"), ("is_active", "BOOLEAN", "BOOLEAN"), ("unit_price", "INTEGER", "INTEGER"),
        ("payload", "JSONB", "JSON"), ("notes", "TEXT", "STRING"), ("owner_id", "BIGINT", "LONG")],
    "application": [
        ("name", "STRING", "STRING"), ("status", "STRING", "STRING"), ("owner_id", "BIGINT", "LONG"),
        ("amount", "DECIMAL", "DOUBLE"), ("currency", "STRING", "STRING"), ("country", "STRING", "STRING"),
        ("is_deleted", "BOOLEAN", "BOOLEAN"), ("source", "STRING", "STRING"), ("external_id", "STRING", "STRING"),
        ("metadata", "JSON", "JSON"), ("description", "STRING", "STRING"), ("priority", "STRING", "STRING")],
    "ads": [
        ("campaign_id", "BIGINT", "LONG"), ("date", "DATE", "LOCALDATE"), ("impressions", "BIGINT", "LONG"),
        ("clicks", "BIGINT", "LONG"), ("cost_micros", "BIGINT", "LONG"), ("conversions", "DECIMAL", "DOUBLE"),
        ("currency", "STRING", "STRING"), ("device", "STRING", "STRING"), ("status", "STRING", "STRING")],
    "event": [
        ("anonymous_id", "STRING", "STRING"), ("user_id", "STRING", "STRING"), ("event", "STRING", "STRING"),
        ("context_page_url", "STRING", "STRING"), ("context_ip", "STRING", "STRING"),
        ("context_user_agent", "STRING", "STRING"), ("properties", "JSON", "JSON"),
        ("sent_at", "TIMESTAMP", "TIMESTAMP_TZ")],
    "file": [
        ("account", "STRING", "STRING"), ("amount", "DECIMAL", "DOUBLE"), ("currency", "STRING", "STRING"),
        ("booked_on", "DATE", "LOCALDATE"), ("region", "STRING", "STRING"), ("quantity", "INTEGER", "INTEGER"),
        ("comment", "STRING", "STRING")],
}

# fmt: on

ADJECTIVES = """
amused basic bold brisk calm candid chilly clever cosmic crisp daring deft eager early fabled faint fierce
fluent gentle glossy golden hasty hidden honest humble icy jolly keen lively lofty lucid mellow merry modest
noble patient placid plucky polite proud quaint quick quiet rapid rustic sandy serene shy silent silver sleepy
sober solar steady stout sturdy subtle sunny swift tidy timid vivid wary witty zesty
""".split()  # noqa: SIM905
NOUNS = """
acorn anchor arbor basin beacon birch bridge brook candle canyon cedar cliff clover comet coral creek crest
delta dune ember falcon fern fjord forest garden grove gull harbor heron hill island ivy jetty kestrel lagoon
lantern lark maple marsh meadow mesa mill moss oak orchard otter pebble pine plum pond prairie quarry raven
reef ridge river robin saddle shore sparrow spruce stone summit thicket tide trail tundra valley willow wren
""".split()  # noqa: SIM905


def connection_id(key: str) -> str:
    """A Fivetran-like id, always the same for a key."""
    code = zlib.crc32(key.encode())
    return f"{ADJECTIVES[code % len(ADJECTIVES)]}_{NOUNS[(code // 97) % len(NOUNS)]}"


def columns_of(table: str, kind: str = "database") -> list[Column]:
    """Five to nine columns, always the same for a table name and a kind of source."""
    code, pool = zlib.crc32(table.encode()), _POOLS[kind]
    chosen = [pool[(code + 5 * i) % len(pool)] for i in range(2 + code % 5)]
    return [
        Column("id", "BIGINT", "LONG", True),
        *(Column(*column) for column in dict.fromkeys(chosen)),
        Column("created_at", "TIMESTAMP", "TIMESTAMP_TZ"),
        Column("updated_at", "TIMESTAMP", "TIMESTAMP_TZ"),
    ]


def tables_of(name: str, type_id: str, scale: float = 1.0) -> list[Table]:
    """The connector type's tables as a connection of that name lands them."""
    _, kind, catalogue = CONNECTOR_TYPES[type_id]
    schema = f"{name}_public" if kind == "database" else name
    return [
        Table(
            schema=schema,
            name=table,
            rows_per_day=rows * scale,
            changes=changes,
            mix=_MIX[kind],
            columns=columns_of(table, "ads" if type_id.endswith("_ads") else kind),
            source_schema="public" if kind == "database" else name,
        )
        for table, (rows, changes) in catalogue.items()
    ]
