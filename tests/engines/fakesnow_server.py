"""fakesnow as a server, with three repairs.

- It has no temporary tables, which dbt's incremental builds begin with: they become plain ones.
- It takes the backslashes out of a regular expression twice: put back once.
- What it cannot do is answered as an error of the statement: a failing server, the connector asks again for minutes.

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
_execute = FakeSnowflakeCursor.execute


def execute(self: FakeSnowflakeCursor, command: str, *arguments: Any, **options: Any) -> Any:
    try:
        return _execute(self, TEMPORARY.sub(r"\1", command, count=1), *arguments, **options)
    except snowflake.connector.errors.Error:
        raise
    except Exception as error:
        raise snowflake.connector.errors.ProgrammingError(
            msg=f"{type(error).__name__}: {error}", errno=1, sqlstate="42000"
        ) from error


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
