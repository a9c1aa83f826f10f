"""fakesnow as a server, with four repairs.

- It has no temporary tables, which dbt's incremental builds begin with: they become plain ones.
- It takes the backslashes out of a regular expression twice: put back once.
- The SQL of a view it keeps in a spelling of its own: as it was written, as Snowflake does.
- Unsupported statements return an error of the statement, because the connector retries a server error for minutes.

python fakesnow_server.py PORT
"""

from __future__ import annotations

import importlib
import re
import sys
import threading
from typing import Any

import snowflake.connector.errors
from fakesnow import server as serve
from fakesnow import transforms
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
_execute = FakeSnowflakeCursor.execute
written: dict[tuple[str, str], str] = {}


def execute(self: FakeSnowflakeCursor, command: str, *arguments: Any, **options: Any) -> Any:
    if asked := DEFINITIONS.search(command):
        command = definitions(asked[1])
    try:
        done = _execute(self, TEMPORARY.sub(r"\1", command, count=1), *arguments, **options)
        if made := VIEW.search(command):
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


if __name__ == "__main__":
    FakeSnowflakeCursor.execute = execute
    transforms.regex_replace = with_backslashes(transforms.regex_replace, exp.RegexpReplace)
    transforms.regex_substr = with_backslashes(transforms.regex_substr, exp.RegexpExtract)
    fakesnow_server.ServerError = NotTriedAgain
    with serve(port=int(sys.argv[1]), host="127.0.0.1"):
        threading.Event().wait()
