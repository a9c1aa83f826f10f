"""The command itself on another engine than DuckDB: check, build, query and report, against a real PostgreSQL.

It runs in the tests' own environment, where the extra `postgres` is installed as a user would install it.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import accounts
import pytest
import servers

AS_OF = accounts.AS_OF.isoformat()

# every named query on one connection; each alone would pay for dbt's start again
ALL_QUERIES = """
from fivetran_logs.dbt.project import DbtProject
from fivetran_logs.commands.query import read_queries, run_queries
from fivetran_logs.dbt.settings import find_settings

settings = find_settings()
answers = run_queries(DbtProject(settings, {}), list(read_queries(settings).values()))
for name, answer in answers.items():
    if isinstance(answer, Exception):
        raise SystemExit(f"{name}: {answer}")
print(len(answers))
"""

pytestmark = pytest.mark.engines


@dataclass
class Command:
    """`fivetran-logs` in a directory of its own, with variables that lead it to a server."""

    directory: Path
    variables: dict[str, str]

    def __call__(self, *arguments: str, **changed: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-m", "fivetran_logs", *arguments],
            cwd=self.directory,
            env={**os.environ, **self.variables, **changed},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert "Traceback" not in done.stdout + done.stderr
        return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Command]:
    """On an account that is loaded and not built."""
    try:
        with servers.postgres() as (home, variables):
            account = accounts.simulated(tmp_path_factory.mktemp("account"))
            _drive(home, variables, "load", "fivetran_log", str(account.deliveries[1][0]))
            yield Command(tmp_path_factory.mktemp("command"), variables)
    except servers.Unavailable as reason:
        pytest.skip(str(reason))


def _drive(home: Path, variables: dict[str, str], *arguments: str) -> None:
    driver = [str(home / "bin" / "python"), str(servers.HERE / "driver.py"), "postgres"]
    subprocess.run([*driver, *arguments], env={**os.environ, **variables}, check=True)


@pytest.fixture(scope="module")
def roles(command: Command) -> None:
    """`blind` may see nothing; `reader` all of the source but the log, and may write nowhere."""
    import psycopg2

    host, port = command.variables["POSTGRES_HOST"], command.variables["POSTGRES_PORT"]
    connection = psycopg2.connect(host=host, port=port, user="fivetran", dbname="postgres")
    connection.autocommit = True
    connection.cursor().execute(
        "create role blind login; create role reader login; grant usage on schema fivetran_log to reader; "
        "grant select on all tables in schema fivetran_log to reader; revoke select on fivetran_log.log from reader"
    )
    # this one needs a password; the server trusts all others
    cursor = connection.cursor()
    cursor.execute("create role locked login password 'right'; show hba_file")
    (rules,) = cursor.fetchone()
    path = Path(rules)
    path.write_text(f"host all locked 127.0.0.1/32 scram-sha-256\n{path.read_text()}")
    cursor.execute("select pg_reload_conf()")
    connection.close()


def answer(command: Command, sql: str) -> int:
    """One figure, from the server itself."""
    import psycopg2

    host, port = command.variables["POSTGRES_HOST"], command.variables["POSTGRES_PORT"]
    connection = psycopg2.connect(host=host, port=port, user="fivetran", dbname="postgres")
    try:
        cursor = connection.cursor()
        cursor.execute(sql)
        return cursor.fetchone()[0]
    finally:
        connection.close()


def test_before_a_build_the_report_says_what_is_missing(command: Command) -> None:
    code, said = command("report")
    assert (code, "is not built in postgres yet: run `fivetran-logs build` first" in said) == (1, True), said


def test_check_build_query_report(command: Command) -> None:
    code, said = command("check", "--as-of", AS_OF)
    assert (code, "35 of 35 tables in postgres.fivetran_log; plan: enterprise" in said) == (0, True), said

    code, said = command("build", "--as-of", AS_OF)
    assert code == 0, said[-3000:]

    code, said = command("query", "unhealthy_connectors", "--format", "csv")
    assert (code, said.splitlines()[0].split(",")[0]) == (0, "connection_name"), said
    done = subprocess.run(
        [sys.executable, "-c", ALL_QUERIES],
        cwd=command.directory,
        env={**os.environ, **command.variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert int(done.stdout.split()[-1]) >= 30

    code, said = command("report", "--output", "report.html", "--json", "report.json")
    assert code == 0, said
    data = json.loads((command.directory / "report.json").read_text(encoding="utf-8"))
    assert data["as_of"].startswith(AS_OF[:16])
    tables = {name: table["rows"] for name, table in data["tables"].items()}
    health = answer(command, "select count(*) from fivetran_analytics.fct_fivetran_connector_health")
    assert len(tables["connections"]) == health > 30
    assert "<html" in (command.directory / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("changed", "arguments", "told"),
    [
        ({"POSTGRES_USER": "nobody_here"}, (), "There is no user nobody_here"),
        ({"POSTGRES_USER": "locked", "POSTGRES_PASSWORD": "wr0ng"}, (), "refused the credentials: check user and"),
        ({"POSTGRES_USER": "locked", "POSTGRES_PASSWORD": ""}, (), "wants a password and none is set"),
        ({}, ("--vars", "{fivetran_platform_database: elsewhere}"), "postgres cannot read across databases"),
        ({"POSTGRES_USER": "blind"}, (), "grant select on its tables"),
        ({"PGOPTIONS": "-c default_transaction_read_only=on"}, (), "read-only, and a build writes"),
        (
            {"POSTGRES_USER": "reader"},
            (),
            "may not (create schemas in postgres|write into fivetran_analytics).*log is missing; .*grant select on it",
        ),
    ],
)
def test_a_bad_setup_is_one_sentence(command: Command, roles: None, changed, arguments, told) -> None:
    code, said = command("check", "--as-of", AS_OF, *arguments, **changed)
    assert code == 1
    assert re.search(told, " ".join(said.split())), said
    assert "wr0ng" not in said


def test_a_reader_that_closes_does_not_leave_the_build_hanging(command: Command) -> None:
    build = subprocess.Popen(
        [sys.executable, "-m", "fivetran_logs", "build", "--as-of", AS_OF, "--select", "staging"],
        cwd=command.directory,
        env={**os.environ, **command.variables},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert build.stderr is not None
    build.stderr.readline()
    build.stderr.close()
    assert build.wait(timeout=120) in (0, 1)
