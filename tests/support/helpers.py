"""What the tests share: running the command, building accounts into files of their own, small exports."""

from __future__ import annotations

import base64
import csv
import gzip
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import yaml
from dbt_common.invocation import get_invocation_id

from fivetran_logs.cli import run
from fivetran_logs.dbt.as_of import AS_OF_VARIABLE, with_as_of
from fivetran_logs.dbt.build import Outcome, build
from fivetran_logs.dbt.project import DbtProject, release_connections
from fivetran_logs.dbt.settings import Settings, find_settings
from fivetran_logs.dbt.warehouse import Warehouse, open_warehouse

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

ROOT = Path(__file__).resolve().parents[2]
PLATFORM_SAMPLE = ROOT.parent / "shared" / "fixtures" / "platform_sample"
DATABASE = "fivetran_logs.duckdb"
EMPTY_AS_OF = "2026-06-18T14:00:00"
NO_TESTS = ("--exclude-resource-type", "test")
STANDARD = {"plan": "standard", "days": 75}  # options of the one account of the Standard plan that tests look at


@contextmanager
def inside(directory: Path) -> Iterator[None]:
    """With another working directory."""
    before = Path.cwd()
    os.chdir(directory)
    try:
        yield
    finally:
        os.chdir(before)


@dataclass(frozen=True)
class CliResult:
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str

    @property
    def error_lines(self) -> list[str]:
        """The lines on standard error."""
        return [line for line in self.err.splitlines() if line.strip()]


def run_cli(*arguments: str | Path, cwd: Path) -> CliResult:
    """Runs the command in this process, in a directory; the environment it changes is restored."""
    out, err = io.StringIO(), io.StringIO()
    environment = dict(os.environ)
    try:
        with inside(cwd), redirect_stdout(out), redirect_stderr(err):
            code = run([str(argument) for argument in arguments])
    finally:
        os.environ.clear()
        os.environ.update(environment)
    return CliResult(code, out.getvalue(), err.getvalue())


def spawn_cli(*arguments: str | Path, cwd: Path) -> subprocess.Popen[str]:
    """Starts the command in a process of its own, which hears Ctrl-C although what runs in the background may not."""
    return subprocess.Popen(
        [sys.executable, "-m", "fivetran_logs", *map(str, arguments)],
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def dbt_project(directory: Path, **variables: Any) -> DbtProject:
    """The project as the command sees it from a directory: DuckDB file, target and logs all there."""
    with inside(directory):
        settings = find_settings(project_dir=ROOT, profiles_dir=ROOT / ".dbt")
    return DbtProject(settings, with_as_of(variables, None))


def manifest_of(directory: Path, **variables: Any) -> Manifest:
    """What dbt has parsed for a build in a directory with these variables."""
    with inside(directory):
        return dbt_project(directory, **variables).manifest()


def build_in(directory: Path, *options: str, **variables: Any) -> Outcome:
    """Builds the models over what `directory` holds, with dbt's options and variables."""
    with inside(directory):
        return build(dbt_project(directory, **variables), options)


def run_dbt(*arguments: str, cwd: Path) -> CliResult:
    """Runs dbt itself in this process, on the file of a directory: it prints what the command does not."""
    from dbt.cli.main import dbtRunner  # it takes seconds to import

    printed = io.StringIO()
    project = dbt_project(cwd)
    with inside(cwd):
        runner = dbtRunner(manifest=project.manifest())
        with redirect_stdout(printed):
            ran = runner.invoke([*arguments, *project._common_options(), "--log-path", str(project.settings.log_path)])
    release_connections()
    code = 0 if ran.success else 1 if ran.exception is None else 2
    return CliResult(code, printed.getvalue(), str(ran.exception or ""))


@contextmanager
def opened(directory: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The DuckDB file of a directory, read-only, in UTC."""
    connection = duckdb.connect(str(directory / DATABASE), read_only=True)
    try:
        connection.execute("set TimeZone = 'UTC'")
        yield connection
    finally:
        connection.close()


def rows(directory: Path, sql: str) -> list[tuple[Any, ...]]:
    """The answer to one statement on the DuckDB file of a directory."""
    with opened(directory) as connection:
        return connection.execute(sql).fetchall()


@dataclass(frozen=True)
class BuiltAccount:
    """A simulated account, loaded and built in a directory of its own."""

    directory: Path
    account: Path
    outcome: Outcome
    settings: Settings

    @property
    def database(self) -> Path:
        return self.directory / DATABASE

    @property
    def truth(self) -> dict[str, Any]:
        return json.loads((self.account / "truth.json").read_text(encoding="utf-8"))

    def connect(self):
        """A read-only connection, as a context manager."""
        return opened(self.directory)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return rows(self.directory, sql)


@contextmanager
def one_thread() -> Iterator[None]:
    """DuckDB files opened meanwhile add up in one order; with more threads the last digits of means vary."""
    connect = duckdb.connect

    def connected(*arguments: Any, **options: Any) -> duckdb.DuckDBPyConnection:
        connection = connect(*arguments, **options)
        connection.execute("set threads = 1")
        return connection

    duckdb.connect = connected
    try:
        yield
    finally:
        duckdb.connect = connect


@contextmanager
def macros_of(built_account: BuiltAccount, **asked: Any) -> Iterator[Warehouse]:
    """The project's macros on a built account, with the variables it was built with: dbt need not parse again.

    asked: answers that macros would ask the database for, as they remember them.
    """
    as_of = str(built_account.rows("select max(newest_log_at) from fivetran_logs_meta.loads")[0][0])
    project = DbtProject(built_account.settings, {AS_OF_VARIABLE: as_of})
    with inside(built_account.directory):
        manifest = project.manifest()
        with open_warehouse(project) as opened:
            opened.use_macros(manifest)
            manifest.flat_graph.update(
                {f"{get_invocation_id()} {question}": answer for question, answer in asked.items()}
            )
            yield opened


def empty_source(directory: Path) -> None:
    """A Platform schema whose only table is an empty log: a schema without one stops a build."""
    with duckdb.connect(str(directory / DATABASE)) as database:
        database.execute("create schema fivetran_log; create table fivetran_log.log (id varchar)")


def read_yaml(path: Path) -> Any:
    """A YAML file, by the parser in C where there is one: seven times as fast."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def write_csv(path: Path, columns: Sequence[str], records: Sequence[Sequence[Any]]) -> Path:
    """A CSV as RFC 4180 wants it; None is empty, an empty text is quoted."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_STRINGS) if hasattr(csv, "QUOTE_STRINGS") else csv.writer(file)
        writer.writerow(columns)
        writer.writerows(records)
    return path


def fresh(directory: Path) -> Path:
    """An empty directory in place of what was there."""
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    return directory


def unpacked(file: Path) -> str:
    """The source of a page with its compressed parts in plain text."""

    def plain(found: re.Match[str]) -> str:
        return found[1] + gzip.decompress(base64.b64decode(found[2])).decode("utf-8")

    source = file.read_text(encoding="utf-8")
    text, count = re.subn(r'(<script type="text/plain" id="[\w-]+">)([^<]*)', plain, source)
    assert count == 2, "data and chart library"
    return text
