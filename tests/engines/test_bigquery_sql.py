"""Every statement that a build sends to BigQuery, read by Google's own analyzer of its SQL: `bigquery_analyzer.py`."""

from __future__ import annotations

import json
import os
import subprocess

import pytest
import servers
from helpers import ROOT

from fivetran_logs.dbt.source_tables import read_source_tables

pytestmark = pytest.mark.engines

TYPES = {"text": "STRING", "integer": "INTEGER", "bigint": "INTEGER"}  # others have the same name there
LONGEST = 1_048_576  # bytes of a statement: "Maximum unresolved GoogleSQL query length" in BigQuery's quotas
REFUSED_THERE = "select 'today''s' as day"
SECONDS = 1800


@pytest.fixture(scope="module")
def statements(tmp_path_factory: pytest.TempPathFactory) -> list[dict]:
    """Of two builds, the second incremental, of all named queries, and one that BigQuery refuses."""
    try:
        home = servers.environment("bigquery")
    except servers.Unavailable as reason:
        pytest.skip(str(reason))
    directory = tmp_path_factory.mktemp("bigquery")
    tables = {
        table.name: {column.name: TYPES.get(column.data_type, column.data_type.upper()) for column in table.columns}
        for table in read_source_tables().tables
    }
    (directory / "tables.json").write_text(json.dumps({"fivetran_log": tables}), encoding="utf-8")
    places = ["--project-dir", str(ROOT), "--profiles-dir", str(ROOT / ".dbt"), "--threads", "1"]
    places += ["--target-path", str(directory / "target"), "--log-path", str(directory / "logs")]
    build = ["build", *places, "--exclude-resource-type", "unit_test", "--vars"]
    done = subprocess.run(
        [
            *(str(home / "bin" / "python"), str(servers.HERE / "bigquery_analyzer.py")),
            *(str(directory / "tables.json"), str(directory / "report.jsonl")),
            *(json.dumps([*build, json.dumps({"fivetran_logs_as_of": f"2026-06-{day} 14:00:00"})]) for day in (17, 18)),
            json.dumps(["compile", *places, "--select", "resource_type:analysis"]),
            *(
                str(directory / "target" / "compiled" / "fivetran_logs" / "analyses" / path.name)
                for path in sorted((ROOT / "analyses").glob("*.sql"))
            ),
            json.dumps(["show", *places, "--inline", REFUSED_THERE]),
        ],
        cwd=directory,
        env={
            **os.environ,
            "FIVETRAN_LOGS_TARGET": "bigquery",
            "BIGQUERY_PROJECT": "platform",
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        },
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return [json.loads(line) for line in (directory / "report.jsonl").read_text(encoding="utf-8").splitlines()]


def test_it_refuses_none_of_our_statements(statements: list[dict]) -> None:
    refused = [statement for statement in statements if "refused" in statement]
    ours = [
        f"{statement['node']}: {statement['refused']}" for statement in refused if REFUSED_THERE not in statement["sql"]
    ]
    assert not ours, "\n".join(ours)
    assert len(refused) == 1, "an analyzer that refuses nothing proves nothing"


def test_every_model_was_built_twice(statements: list[dict]) -> None:
    created = [
        statement["node"].split(".")[-1]
        for statement in statements
        if statement["node"].startswith("model.") and "create or replace" in statement["sql"]
    ]
    marts = {path.stem for path in (ROOT / "models" / "marts").rglob("fct_*.sql")}
    assert {mart for mart in marts if created.count(mart) < 2} == set()
    added_to = {statement["node"] for statement in statements if "begin transaction" in statement["sql"]}
    assert len(added_to) >= 5, "no incremental build"


def test_no_statement_is_too_long(statements: list[dict]) -> None:
    assert max(statement["bytes"] for statement in statements) < LONGEST / 2
