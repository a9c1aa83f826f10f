"""fct_fivetran_error_monitoring."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from ..clock import day_of, iso
from ..messages import FAILURES
from ..model import SEVERE
from ..world import World
from .facts import CountedIssue, Facts


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
