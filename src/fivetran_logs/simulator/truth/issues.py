"""fct_fivetran_error_monitoring."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import Any

import numpy as np

from ..clock import day_of, iso
from ..messages import FAILURES
from ..model import SEVERE
from ..world import World
from .facts import CountedIssue, Facts
from .schema_changes import OWN_TABLE
from .thresholds import REPORT_DAYS, USUAL_SHARE


def issue_counts(world: World, known: Facts) -> dict[str, Any]:
    """fct_fivetran_error_monitoring: counts, and what recurs (where a connection and its types show one text only)."""
    counts = Counter(
        (world.connection_id(one.connection), "SEVERE" if one.severity == SEVERE else "WARNING", one.source)
        for one in known.issues
    )
    # the end of a failed sync repeats the text of the error before it: they are one kind
    texts: dict[tuple[int, str], list[CountedIssue]] = defaultdict(list)
    texts_of_type: dict[tuple[int, str], set[str]] = defaultdict(set)
    for one in known.issues:
        text = one.template.removeprefix("end ")
        texts[one.connection, text].append(one)
        texts_of_type[one.connection, one.error_type].add(text)
    tables = affected_tables(world, known)
    kinds = []
    for (number, text), told in sorted(texts.items(), key=lambda item: (item[0][0], item[0][1])):
        types = sorted({one.error_type for one in told})
        if any(len(texts_of_type[number, name]) != 1 for name in types) or not all(one.message for one in told):
            continue
        category = FAILURES.get(text)
        in_syncs = {one.sync for one in told if one.sync >= 0}
        loose = {int(day_of(one.time)) for one in told if one.sync < 0}
        times = [one.time for one in told]
        kinds.append(
            {
                "connection_id": world.connection_id(number),
                "error_types": types,
                "error_category": category.category if category else None,
                "is_recurring_error": len(in_syncs) >= 2 or len(loose) >= 2,
                "rows": len(told),
                "occurrences": sum(not one.is_echo for one in told),
                "first_seen_at": iso(min(times)),
                "last_seen_at": iso(max(times)),
                "affected_tables": len(tables[text]),
                "sample_message": told[0].message[:300],
            }
        )
    return {
        "counts": [
            {"connection_id": connection, "severity": severity, "log_source": source, "issues": number}
            for (connection, severity, source), number in sorted(
                counts.items(), key=lambda item: tuple(map(str, item[0]))
            )
        ],
        "kinds": kinds,
    }


def affected_tables(world: World, known: Facts) -> dict[str, set[int]]:
    """Tables that an error names, or that failed syncs with it left out although half of the successful ones do not.

    By text of the error; a table is its number in World.tables.
    """
    first_day = day_of(world.window.as_of) - REPORT_DAYS - 32
    moment = world.moment()
    recent = day_of(moment) >= first_day
    success = recent & np.array([status == "successful" for status in known.status])
    writes = world.writes
    named = writes.rows.sum(axis=1) > 0  # what changed nothing names no schema
    written: dict[int, set[int]] = defaultdict(set)  # tables by sync, with or without a change
    of_table: dict[int, list[int]] = defaultdict(list)
    for sync, table, has_rows in zip(writes.sync.tolist(), writes.table.tolist(), named.tolist(), strict=True):
        written[sync].add(table)
        if has_rows and success[sync] and world.tables[table].name != OWN_TABLE:
            of_table[table].append(sync)
    usual: dict[int, list[tuple[int, int]]] = defaultdict(list)  # tables with their first write, by connection
    known_names: dict[tuple[int, str], list[int]] = defaultdict(list)
    for table, syncs in of_table.items():
        at = int(world.table_connection[table])
        first = min(int(moment[sync]) for sync in syncs)
        since = int((success & (world.syncs.connection == at) & (moment >= first)).sum())
        known_names[at, world.tables[table].name].append(table)
        if len(set(syncs)) >= USUAL_SHARE * since:
            usual[at].append((table, first))
    out: dict[str, set[int]] = defaultdict(set)
    for one in known.issues:
        text = one.template.removeprefix("end ")
        name = re.search(r"[Tt]able '(\w+)'", one.message) if day_of(one.time) >= first_day else None
        if name is not None:
            out[text].update(known_names[one.connection, name[1]])
        if one.severity == SEVERE and one.sync >= 0 and recent[one.sync] and known.status[one.sync] == "failed":
            begun = int(moment[one.sync])
            mine = [table for table, first in usual[one.connection] if first <= begun]
            out[text].update(table for table in mine if table not in written[one.sync])
    return out
