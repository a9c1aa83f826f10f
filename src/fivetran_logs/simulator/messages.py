"""Texts of errors and warnings, by kind. Numbers, ids, dates, addresses and quoted values vary; the rest does not."""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np

from .clock import iso_date


@dataclass(frozen=True)
class FailureKind:
    """A failure, as the log reports it.

    category    its error_category in the marts
    error_type  `type` of the error event
    message     text of the error event; {n}, {m} numbers, {uuid}, {date}, {ip}
    task        taskType of a FAILURE_WITH_TASK, None for a plain failure
    """

    category: str
    error_type: str
    message: str
    task: str | None = None


FAILURES: dict[str, FailureKind] = {
    "authentication": FailureKind(
        "authentication",
        "authentication_error",
        "Authentication failed: the access token has expired or was revoked (401 Unauthorized, request {uuid})",
        "reconnect",
    ),
    "permission": FailureKind(
        "permission",
        "permission_denied",
        "Permission denied: the authorized user may no longer read object 'contacts' (403 Forbidden, {uuid})",
        "reconnect",
    ),
    "network": FailureKind(
        "network",
        "connection_timeout",
        "Connection to {ip} timed out after {n} ms, attempt {m} of 5: could not reach the host over the network",
    ),
    "rate_limit": FailureKind(
        "rate_limit",
        "rate_limit_exceeded",
        "429 Too Many Requests: API rate limit of {n} calls a day reached, retry after {m} seconds (trace {uuid})",
    ),
    "source_data": FailureKind(
        "source_data",
        "null_primary_key",
        "Null value in primary key column of table 'shipments', row {n} of batch {uuid}",
    ),
    "source_schema": FailureKind(
        "source_schema",
        "schema_mismatch",
        "Column 'legacy_code' does not exist in table 'stock_levels' (position {n})",
    ),
    "destination": FailureKind(
        "destination",
        "warehouse_unavailable",
        "Destination warehouse 'LOAD_WH' is suspended: query {uuid} was aborted after {n} seconds",
        "reconnect_warehouse",
    ),
    "file": FailureKind(
        "source_data",
        "open_file",
        "Could not open file 'drops/{date}/part-{n}.csv': invalid or corrupt compressed file",
    ),
    "internal": FailureKind(
        "fivetran_internal",
        "internal_error",
        "An internal error occurred in worker {n}. Contact Fivetran support with reference {uuid}",
    ),
}

# Kind of source to type and text of the warning that its syncs raise now and then.
WARNINGS: dict[str, tuple[str, str]] = {
    "application": (
        "table_excluded_by_system",
        "Table 'user_setting_{m}' has been excluded by system. Reason: not queryable",
    ),
    "database": ("slow_query", "Query on table 'orders' took {n} ms, longer than expected"),
    "event": ("unsupported_type", "Column 'shape_{m}' has the unsupported type 'geometry' and was skipped"),
    "file": ("skipped_record", "Skipped {n} malformed records of file 'export-{date}.json'"),
}

PRIORITY_FIRST_REASON = (
    "Rescheduled after the most recent data was synced. Priority-first sync will go on with historical data: "
    "this is intended behavior"
)
RATE_LIMIT_REASON = "API rate limit reached: {n} calls today. The sync was rescheduled to {date} {m}:00 UTC"


def fill(template: str, rng: np.random.Generator, time: int) -> str:
    """The template with made-up values; the date is that of `time` (ms)."""
    words = rng.integers(0, 2**32, size=4, dtype=np.uint64)
    digits = "".join(f"{int(word):08x}" for word in words)
    a, b, c, d = rng.integers(1, 254, size=4)
    return template.format(
        n=int(rng.integers(1000, 90000)),
        m=int(rng.integers(1, 5)),
        uuid=f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-8{digits[17:20]}-{digits[20:32]}",
        date=iso_date(time),
        ip=f"10.{a}.{b}.{c}:{5000 + int(d)}",
    )


def record(**fields: object) -> str:
    """Compact JSON, as the log has it; fields that are None are left out."""
    return json.dumps({key: value for key, value in fields.items() if value is not None}, separators=(",", ":"))
