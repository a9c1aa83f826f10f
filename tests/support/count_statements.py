"""What a build costs its owner beside time: nodes that run, data tests, and statements sent to the warehouse.

A statement is what dbt reports as one query (event SQLQuery), BEGIN and COMMIT among them: a warehouse bills, and a
person waits for, each of them.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Cost:
    """Counts of one dbt command. `by_kind` has the statements by the kind of node that sent them."""

    nodes: int
    data_tests: int
    statements: int
    by_kind: dict[str, int]

    @property
    def statements_of_run(self) -> int:
        """What `dbt run` sends of them."""
        return self.statements - self.by_kind.get("test", 0) - self.by_kind.get("seed", 0)


class Sent:
    """What dbt calls for each event: counts the statements by the kind of node that sent them."""

    def __init__(self) -> None:
        self.by_kind: Counter[str] = Counter()

    def __call__(self, event: Any) -> None:
        if event.info.name == "SQLQuery":
            self.by_kind[event.data.node_info.unique_id.partition(".")[0] or "dbt itself"] += 1

    def cost(self, result: Any) -> Cost:
        """The counts of a command, from them and dbt's result."""
        kinds = Counter(str(one.node.resource_type) for one in result)
        return Cost(sum(kinds.values()), kinds["test"], sum(self.by_kind.values()), dict(self.by_kind))


def cost(directory: Path, as_of: str, verb: str, *options: str, project: Path = ROOT) -> Cost:
    """Runs dbt on the DuckDB file of a directory and counts. Raises CalledProcessError where dbt fails.

    In a process of its own, since dbt leaves files open.
    """
    done = subprocess.run(
        [sys.executable, __file__, str(directory), str(project), as_of, verb, *options],
        cwd=directory,
        check=True,
        capture_output=True,
        text=True,
    )
    return Cost(**json.loads(done.stdout.splitlines()[-1]))


def count(directory: Path, project: Path, as_of: str, verb: str, *options: str) -> dict[str, Any]:
    from dbt.cli.main import dbtRunner

    sent = Sent()
    result = dbtRunner(callbacks=[sent]).invoke(
        [
            *(verb, "--quiet", "--target", "duckdb", "--log-level-file", "none"),
            *("--project-dir", str(project), "--profiles-dir", str(project / ".dbt")),
            *("--target-path", str(directory / "target"), "--log-path", str(directory / "logs")),
            *("--vars", json.dumps({"fivetran_logs_as_of": as_of}), *options),
        ]
    )
    if not result.success:
        raise SystemExit(f"dbt {verb} failed: {result.exception or result.result}")
    return asdict(sent.cost(result.result))


if __name__ == "__main__":
    where, project, *arguments = sys.argv[1:]
    print(json.dumps(count(Path(where), Path(project), *arguments)))
