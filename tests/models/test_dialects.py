"""Every dispatched macro on every engine: it has a branch, standard SQL, or a sentence that stops the build.

The macros are rendered with dbt's own dispatch for another engine. Only tests/engines runs the results.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import dbt.context.providers as providers
import pytest
from helpers import ROOT, BuiltAccount, macros_of

from fivetran_logs.dbt.warehouse import Warehouse
from fivetran_logs.failures.errors import UserError

# an engine and the engines whose branches dbt tries next
ENGINES = {
    "duckdb": ["duckdb"],
    "snowflake": ["snowflake"],
    "postgres": ["postgres"],
    "redshift": ["redshift", "postgres"],
    "bigquery": ["bigquery"],
    "databricks": ["databricks", "spark"],
    "spark": ["spark"],
}
UNKNOWN = "an_engine_nobody_wrote_for"

# macros that query the database, or need a model that is being built: looked up, not rendered
ASK_THE_DATABASE = {
    "answers",
    "create_table",
    "delete_rows",
    "existing_table",
    "fetch_source_columns",
    "mark_as_taken",
    "replace_view",
    "replace_rows",
    "schemas_like_platform",
    "stored_columns",
    "text_of_view",
    "view_texts",
    "views_made_from",
}
# PostgreSQL's branches ask for the server's version, once a run, and keep the answer here
ASKED = {"fivetran_logs_postgres_version": 160000}
# the same on every engine: no branch, and no text
MAY_BE_EMPTY = {"indexed_by", "partitioned_by", "sorted_early_by", "stored_by"}
# standard SQL has no expression for this, so the build stops
WITHOUT_STANDARD = {"canonical_json", "json_document", "json_entries", "json_get", "json_text", "with_json_keys"}

ARGUMENTS = {
    "arrived_as": "timestamp",
    "at": "some_time",
    "column": "some_column",
    "columns": ["some_column"],
    "condition": "1 = 1",
    "count": "3",
    "data_type": "bigint",
    "database": "some_database",
    "date": "some_date",
    "days": 30,
    "delimiter": ".",
    "document": "some_document",
    "earlier": "some_time",
    "expression": "some_number",
    "expressions": ["some_column", "other_column"],
    "field": "some_field",
    "fields": ["some_field"],
    "key": "some_key",
    "known": "some_text",
    "later": "other_time",
    "listed_text": "one_text",
    "number": "some_number",
    "order_by": "some_time",
    "other_text": "other_text",
    "part": 1,
    "partition": "some_key",
    "pattern": "[0-9]+",
    "payload": "some_text",
    "relation": "some_relation",
    "replacement": "#",
    "schema": "some_schema",
    "share": 0.5,
    "sql": "select 1",
    "text": "some_text",
    "timestamp": "some_time",
    "unit": "hour",
    "value": "some_number",
}


def macro_texts() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "macros").rglob("*.sql")))


DISPATCHED = sorted(set(re.findall(r"adapter\.dispatch\('(\w+)', *'fivetran_logs'\)", macro_texts())))
DEFINED = {
    name: [parameter.split("=")[0].strip() for parameter in parameters.split(",") if parameter.strip()]
    for name, parameters in re.findall(r"{%-? *macro (\w+)\(([^)]*)\)", macro_texts())
}
RENDERED = [name for name in DISPATCHED if name not in ASK_THE_DATABASE]


@pytest.fixture(scope="module")
def warehouse(built_account: BuiltAccount) -> Iterator[Warehouse]:
    with macros_of(built_account, **ASKED) as opened:
        yield opened


def rendered(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch, name: str, engines: list[str]) -> object:
    """What the branch for an engine gives."""
    monkeypatch.setattr(providers, "get_adapter_type_names", lambda _type: engines)
    branch = next(f"{engine}__{name}" for engine in [*engines, "default"] if f"{engine}__{name}" in DEFINED)
    return warehouse.macro(branch, **{parameter: ARGUMENTS[parameter] for parameter in DEFINED[branch]})


def test_macros_are_found() -> None:
    assert len(RENDERED) > 15
    assert set(DISPATCHED) >= ASK_THE_DATABASE


@pytest.mark.parametrize("name", DISPATCHED)
def test_every_dispatched_macro_has_a_default(name: str) -> None:
    assert f"default__{name}" in DEFINED


@pytest.mark.parametrize("name", DISPATCHED)
def test_what_postgres_does_its_own_way_redshift_does_too(name: str) -> None:
    """dbt tries PostgreSQL's branch on Redshift, whose functions of the same names take other arguments."""
    assert f"postgres__{name}" not in DEFINED or f"redshift__{name}" in DEFINED


@pytest.mark.parametrize("engine", ENGINES)
def test_every_macro_gives_sql_on_every_engine(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch, engine: str
) -> None:
    for name in RENDERED:
        text = rendered(warehouse, monkeypatch, name, ENGINES[engine])
        assert name in MAY_BE_EMPTY or str(text or "").strip() or isinstance(text, bool), name


def test_an_unknown_engine_gets_standard_sql_or_a_sentence(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in RENDERED:
        if name in WITHOUT_STANDARD:
            with pytest.raises(UserError, match=f"fivetran_logs has no {name} for .*: write the macro"):
                rendered(warehouse, monkeypatch, name, [UNKNOWN])
        else:
            text = rendered(warehouse, monkeypatch, name, [UNKNOWN])
            assert name in MAY_BE_EMPTY or str(text or "").strip() or isinstance(text, bool), name
