"""fakesnow as a server, less what it cannot do: it has no temporary tables, which dbt's incremental builds begin with.

python fakesnow_server.py PORT
"""

from __future__ import annotations

import re
import sys
import threading
from typing import Any

import fakesnow
from fakesnow.cursor import FakeSnowflakeCursor

TEMPORARY = re.compile(r"(create\s+(?:or\s+replace\s+)?)(?:local\s+|global\s+)?temp(?:orary)?\s+", re.IGNORECASE)
_execute = FakeSnowflakeCursor.execute


def execute(self: FakeSnowflakeCursor, command: str, *arguments: Any, **options: Any) -> Any:
    return _execute(self, TEMPORARY.sub(r"\1", command, count=1), *arguments, **options)


if __name__ == "__main__":
    FakeSnowflakeCursor.execute = execute
    with fakesnow.server(port=int(sys.argv[1]), host="127.0.0.1"):
        threading.Event().wait()
