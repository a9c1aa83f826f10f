"""Rules: their pages are current (`make docs`) and complete."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from helpers import ROOT

from fivetran_logs.dbt.source_tables import read_source_tables

sys.path.insert(0, str(ROOT / "scripts"))
import write_rules

NAMES = [(catalogue, rule) for catalogue in write_rules.CATALOGUES for rule in write_rules.read_rules(catalogue)]


def test_lists_and_pages_are_current() -> None:
    stale = [
        name
        for name, text in write_rules.written().items()
        if not (ROOT / name).exists() or (ROOT / name).read_text(encoding="utf-8") != text
    ]
    assert not stale, "run `make docs`"
    assert write_rules.stale_pages() == [], "run `make docs`"


@pytest.mark.parametrize(("catalogue", "rule"), NAMES, ids=[rule.code for _, rule in NAMES])
def test_a_rule_selects_what_the_mart_reads(catalogue: write_rules.Catalogue, rule: write_rules.Rule) -> None:
    last_select = rule.sql[("\n" + rule.sql).rindex("\nselect\n") :]
    places = [last_select.index(name) for name, _ in catalogue.columns]
    assert places == sorted(places)
    if catalogue is write_rules.RECOMMENDATIONS:
        assert rule.sql.startswith("select\n    connection_id,\n")
        assert "\nwhere\n" in rule.sql
    else:
        assert rule.title == rule.words["check_name"]
        assert all(f" as {name}" in last_select for name, _ in catalogue.columns)
    assert all(text.endswith(".") for text in (rule.means, rule.why, rule.fix))


def test_a_check_needs_tables_that_are_declared() -> None:
    tables = {table.name: {column.name for column in table.columns} for table in read_source_tables()}
    for rule in write_rules.read_rules(write_rules.CHECKS):
        for needed in rule.words["needs"].split(" "):
            table, _, column = needed.partition(".")
            assert not column or table in rule.words["needs"].split(" "), needed
            assert column in ("", *tables[table]), needed


def test_a_rule_needs_a_file_and_a_row(tmp_path: Path) -> None:
    catalogue = write_rules.RECOMMENDATIONS
    folder = tmp_path / catalogue.folder
    folder.mkdir(parents=True)
    (tmp_path / "seeds").mkdir()
    seed = tmp_path / "seeds" / f"{catalogue.seed}.csv"
    seed.write_text("rule_code\nnew_rule\n", encoding="utf-8")
    with pytest.raises(ValueError, match="no SQL file for \\['new_rule'\\]"):
        write_rules.read_rules(catalogue, tmp_path)
    path = folder / f"{catalogue.prefix}new_rule.sql"
    path.write_text("-- New rule\n--\n-- It fits.\n\nselect 1\n", encoding="utf-8")
    with pytest.raises(ValueError, match="head comment"):
        write_rules.read_rules(catalogue, tmp_path)
    path.write_text(
        "-- New rule\n--\n-- It\n-- fits.\n--\n-- Why it matters: Yes.\n--\n-- How to fix: Do.\n\nselect 1\n",
        encoding="utf-8",
    )
    (rule,) = write_rules.read_rules(catalogue, tmp_path)
    assert (rule.title, rule.means, rule.why, rule.fix, rule.sql) == ("New rule", "It fits.", "Yes.", "Do.", "select 1")
