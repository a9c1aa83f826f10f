"""What each rule and check means, why it matters, how to fix and how to silence it: in the report, no mart knows it.

`make docs` writes the file from the SQL files and the seeds, as it does the pages in docs/rules and docs/checks.
"""

from __future__ import annotations

import json
from importlib.resources import files

from fivetran_logs.dbt.warehouse import Rows

TABLE = "rules"


def read_rules() -> Rows:
    """The rows of the table `rules`."""
    rules = json.loads(files(__package__).joinpath("rules.json").read_text(encoding="utf-8"))
    return Rows(list(rules[0]), [tuple(rule.values()) for rule in rules])
