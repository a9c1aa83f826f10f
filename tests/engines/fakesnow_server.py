"""fakesnow as a server, with five repairs.

- It has no temporary tables, which dbt's incremental builds begin with: they become plain ones.
- It takes the backslashes out of a regular expression twice: put back once.
- The SQL of a view it keeps in a spelling of its own: as it was written, as Snowflake does.
- Its flatten fails on a single value and knows no mode: a single value gives no row, nor a list with mode => 'OBJECT'.
- Unsupported statements return an error of the statement, because the connector retries a server error for minutes.

python fakesnow_server.py PORT
"""

from __future__ import annotations

import importlib
import re
import sys
import threading
from string import Template
from typing import Any

import snowflake.connector.errors
import sqlglot
from fakesnow import macros, transforms
from fakesnow import server as serve
from fakesnow.cursor import FakeSnowflakeCursor
from sqlglot import exp

fakesnow_server = importlib.import_module("fakesnow.server")
TEMPORARY = re.compile(r"(create\s+(?:or\s+replace\s+)?)(?:local\s+|global\s+)?temp(?:orary)?\s+", re.IGNORECASE)
VIEW = re.compile(
    r"create\s+or\s+replace\s+view\s+(?P<database>\w+)\.(?P<schema>\w+)\.(?P<name>\w+)\s+as\b", re.IGNORECASE
)
DEFINITIONS = re.compile(
    r"view_definition\s+from\s+\S+information_schema\.views where table_schema = '(\w+)'", re.IGNORECASE
)
OBJECT_ONLY = "case when json_type(to_json({0})) = 'OBJECT' then to_json({0}) end"
LISTS_ONLY = "WHEN json_type(TO_JSON(input)) = 'ARRAY' THEN list_transform("
_execute = FakeSnowflakeCursor.execute
written: dict[tuple[str, str], str] = {}


def execute(self: FakeSnowflakeCursor, command: str, *arguments: Any, **options: Any) -> Any:
    asked = DEFINITIONS.search(command)
    if asked:
        command = definitions(asked[1])
    try:
        done = _execute(self, TEMPORARY.sub(r"\1", command, count=1), *arguments, **options)
        # the answer with the SQL of all views holds such statements too
        if not asked and (made := VIEW.search(command)):
            written[made["schema"].upper(), made["name"].upper()] = command
        return done
    except snowflake.connector.errors.Error:
        raise
    except Exception as error:
        raise snowflake.connector.errors.ProgrammingError(
            msg=f"{type(error).__name__}: {error}", errno=1, sqlstate="42000"
        ) from error


def definitions(schema: str) -> str:
    """A query that gives name and SQL of a schema's views."""
    found = [(name, sql) for (home, name), sql in written.items() if home == schema]
    texts = [[part.replace("\\", "\\\\").replace("'", "''") for part in view] for view in found]
    rows = [f"select '{name}' as table_name, '{sql}' as view_definition" for name, sql in texts]
    return " union all ".join(rows) or "select '' as table_name, '' as view_definition where false"


class NotTriedAgain(fakesnow_server.ServerError):
    def __init__(self, status_code: int, code: str, message: str) -> None:
        super().__init__(422 if status_code == 500 else status_code, code, message)


def with_backslashes(transform: Any, kind: type) -> Any:
    def repaired(expression: Any) -> Any:
        if isinstance(expression, kind) and isinstance(expression.expression, exp.Literal):
            pattern = expression.expression.this
            expression.set("expression", exp.Literal.string(pattern.replace("\\", "\\\\")))
        return transform(expression)

    return repaired


def with_modes(flatten: Any) -> Any:
    def repaired(expression: Any) -> Any:
        function = expression.this if isinstance(expression, (exp.Lateral, exp.TableFromRows)) else None
        options = function.expressions if isinstance(function, exp.Explode) else []
        if any(option.this.name.lower() == "mode" and option.expression.name.upper() == "OBJECT" for option in options):
            given = function.this.expression if isinstance(function.this, exp.Kwarg) else function.this
            given.replace(sqlglot.parse_one(OBJECT_ONLY.format(given.sql("duckdb")), read="duckdb"))
        return flatten(expression)

    return repaired


if __name__ == "__main__":
    FakeSnowflakeCursor.execute = execute
    transforms.regex_replace = with_backslashes(transforms.regex_replace, exp.RegexpReplace)
    transforms.regex_substr = with_backslashes(transforms.regex_substr, exp.RegexpExtract)
    transforms.flatten = with_modes(transforms.flatten)
    flattened = macros.FS_FLATTEN.template
    macros.FS_FLATTEN = Template(flattened.replace("ELSE list_transform(", LISTS_ONLY))
    assert macros.FS_FLATTEN.template != flattened
    fakesnow_server.ServerError = NotTriedAgain
    with serve(port=int(sys.argv[1]), host="127.0.0.1"):
        threading.Event().wait()
