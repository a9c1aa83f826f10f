"""The shipped analyses: their form, and what each says on a full account and on an empty one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ANALYSES = ROOT / "analyses"
SUBJECTS = [
    "executive",
    "health",
    "MAR",
    "sync performance",
    "errors",
    "problematic connectors",
    "API usage",
    "schema changes",
    "user activity",
    "recommendations",
]
CHECKS = {
    "check_source": "source",
    "check_staging": "staging",
    "check_intermediate": "intermediate",
    "check_sync_data": "sync data",
    "check_health_components": "health components",
    "check_mar": "MAR",
    "check_log_errors": "log errors",
    "check_schema_events": "schema events",
    "check_user_activity": "user activity",
    "check_date_ranges": "date ranges",
}


@dataclass(frozen=True)
class NamedQuery:
    file: str
    name: str
    subject: str
    description: str
    sql: str


def named_queries(directory: Path = ANALYSES) -> list[NamedQuery]:
    """The queries of all files; a reader of its own, so that it can disagree with the command's."""
    found = []
    for path in sorted(directory.glob("*.sql")):
        for block in re.split(r"(?m)^-- name: ", path.read_text(encoding="utf-8"))[1:]:
            name, _, rest = block.partition("\n")
            end = re.search(r";[ \t]*$", rest, re.MULTILINE)
            assert end, f"{name}: no semicolon at a line's end"
            head = re.match(r"-- subject: (.+)\n((?:-- description: .+\n)+)", rest)
            assert head, f"{name}: subject, then description"
            description = " ".join(re.findall(r"(?m)^-- description: (.+)$", head.group(2)))
            found.append(NamedQuery(path.name, name, head.group(1), description, rest[head.end() : end.start()]))
    return found


QUERIES = named_queries()
NAMES = [query.name for query in QUERIES]


def test_there_are_the_three_files() -> None:
    assert {path.name for path in ANALYSES.glob("*.sql")} == {
        "fivetran_analytics_queries.sql",
        "fivetran_data_check.sql",
        "table_row_counts.sql",
    }


def test_names_are_unique_words() -> None:
    assert len(NAMES) == len(set(NAMES))
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in NAMES)


def test_ten_subjects_with_three_questions_each() -> None:
    subjects = [query.subject for query in QUERIES if query.file == "fivetran_analytics_queries.sql"]
    assert list(dict.fromkeys(subjects)) == SUBJECTS
    assert min(subjects.count(subject) for subject in SUBJECTS) >= 3


def test_ten_checks_and_the_counts() -> None:
    assert {query.name for query in QUERIES if query.file == "fivetran_data_check.sql"} == set(CHECKS)
    assert [query.name for query in QUERIES if query.file == "table_row_counts.sql"] == ["table_row_counts"]


def test_the_four_questions_of_the_readme_are_there() -> None:
    assert {
        "unhealthy_connectors",
        "mar_cost_drivers_this_month",
        "recurring_errors_by_type",
        "schema_changes_last_7_days",
    } <= set(NAMES)


@pytest.mark.parametrize("query", QUERIES, ids=NAMES)
def test_form(query: NamedQuery) -> None:
    assert query.description[0].isupper()
    assert query.description.endswith((".", "?"))
    assert ";" not in query.sql, "one statement"
    assert not re.search(r"current_(timestamp|date)|\bnow\(\)|\bgetdate\(", query.sql), "the clock is as_of()"
    assert re.search(r"\border by\b", query.sql.rsplit("from ", 1)[-1]) or query.name == "platform_today", (
        "rows in order"
    )
    if query.file == "fivetran_analytics_queries.sql":
        assert all(model.startswith("fct_") for model in re.findall(r"ref\('([a-z_]+)'\)", query.sql)), "marts only"
