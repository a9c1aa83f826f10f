"""The documents describe source tables as the sources YAML does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fivetran_logs.dbt.source_tables import read_source_tables

ROOT = Path(__file__).resolve().parents[2]
SOURCE_TABLES = read_source_tables()
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def test_the_setup_guide_lists_what_a_missing_table_costs() -> None:
    rows = []
    for level in ("error", "warning"):
        for table in SOURCE_TABLES:
            if table.gap.level == level:
                name = f"`{table.name}`" + "".join(f" (older: `{old}`)" for old in table.legacy_names)
                plan = f"{table.plan.capitalize()} plan" if table.plan else "every plan"
                rows.append(f"| {name} | {table.gap.loses} | {plan} |")
    guide = (ROOT / "docs" / "SETUP_GUIDE.md").read_text(encoding="utf-8")
    assert "\n".join(["| table missing | lost | exists on |", "|---|---|---|", *rows]) in guide


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_source_tables_are_counted(path: Path) -> None:
    """In every document that gives the number of the connector's tables."""
    counts = re.findall(r"\b(\d\d) (?:raw |source )?tables\b", path.read_text(encoding="utf-8"))
    assert set(counts) <= {str(len(SOURCE_TABLES))}
