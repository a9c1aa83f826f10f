"""bqemulator as a server, with repairs.

- It fetches DuckDB's spatial extension from the network at every start, for geography: left out, no model has any.
- Of a SAFE. function inside another it translates the outer one only: both.
- STRING() of what SAFE.PARSE_JSON gives keeps its quotes: unquoted, as of PARSE_JSON.
- An apostrophe in a comment is taken for the start of a text: comments are taken out.
- ALTER TABLE ... SET OPTIONS, which writes descriptions, is not understood: it does nothing.
- The SQL of a view it keeps in a spelling of its own, and tells without apostrophes: as it was written.
- CREATE TABLE with columns and a query in parentheses, as dbt writes a contract, is not understood: parentheses off.

python bqemulator_server.py PORT
"""

from __future__ import annotations

import re
import sys
from typing import Any

from bqemulator.catalog import ddl_sync
from bqemulator.cli import main
from bqemulator.sql.rewriter import create_table_schema_ctas, information_schema, safe_helpers
from bqemulator.sql.rules import json_helpers
from bqemulator.sql.translator import SQLTranslator
from bqemulator.storage.engine import DuckDBEngine
from sqlglot import exp

_produces_json = json_helpers._produces_json
_translate = SQLTranslator.translate
_first_select = create_table_schema_ctas._first_select
_detect_plain_create_view = ddl_sync._detect_plain_create_view


COMMENT = re.compile(r"""('(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`[^`]*`)|--[^\n]*|/\*.*?\*/""", re.DOTALL)


OPTIONS = re.compile(r"\s*alter\s+(table|view)\s+\S+\s+set\s+options\b", re.IGNORECASE)


def without_comments(sql: str) -> str:
    return COMMENT.sub(lambda found: found[1] or " ", sql)


def translate(self: SQLTranslator, bq_sql: str, **options: Any) -> Any:
    sql = without_comments(bq_sql)
    return _translate(self, "select 1" if OPTIONS.match(sql) else sql, **options)


def load_nothing(self: DuckDBEngine) -> None:
    """In place of an extension."""


def rewrite_safe_functions(tree: exp.Expression) -> bool:
    modified = False
    while (node := tree.find(exp.SafeFunc)) is not None:
        node.replace(exp.Anonymous(this="TRY", expressions=[node.this.copy()]))
        modified = True
    return modified


def produces_json(node: exp.Expression) -> bool:
    if isinstance(node, exp.Anonymous) and node.name.upper() == "TRY":
        return produces_json(node.expressions[0])
    return bool(_produces_json(node))


def first_select(body: Any) -> Any:
    while isinstance(body, exp.Subquery):
        body = body.this
    return _first_select(body)


def literal(value: str | None) -> str:
    if value is None:
        return "NULL"
    return "'" + value.replace("\\", r"\\").replace("'", r"\'").replace("\n", r"\n") + "'"


class AsWritten:
    """Stands for the query of a view where the emulator asks for its SQL."""

    def __init__(self, statement: str) -> None:
        self.statement = statement

    def sql(self, **_: Any) -> str:
        return re.split(r"\bas\b", self.statement, maxsplit=1, flags=re.IGNORECASE)[1]


def detect_plain_create_view(statement: str) -> tuple[Any, Any]:
    target, body = _detect_plain_create_view(statement)
    return target, body and AsWritten(statement)


if __name__ == "__main__":
    DuckDBEngine._load_spatial = load_nothing
    DuckDBEngine._load_format_extensions = load_nothing
    SQLTranslator.translate = translate
    safe_helpers._rewrite_safe_funcs = rewrite_safe_functions
    json_helpers._produces_json = produces_json
    create_table_schema_ctas._first_select = first_select
    ddl_sync._detect_plain_create_view = detect_plain_create_view
    information_schema._sql_literal = literal
    main(
        ["start", "--rest-port", sys.argv[1], "--grpc-port", "0", "--ephemeral", "--no-admin", "--log-level", "WARNING"]
    )
