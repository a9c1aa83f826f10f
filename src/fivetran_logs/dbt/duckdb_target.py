"""Finds and reads the DuckDB file of a profile without dbt, whose import alone takes seconds.

It handles only the plain case: a target with the options below. For any other (MotherDuck, attached databases,
extensions, another engine) `find_duckdb_target` returns None, and dbt's own adapter connects instead.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from fivetran_logs.dbt.settings import Settings
from fivetran_logs.dbt.warehouse import Rows, Target
from fivetran_logs.failures.duckdb_file import literal, quoted, refuse_sqlite
from fivetran_logs.failures.errors import UserError, one_line
from fivetran_logs.failures.explain import explain
from fivetran_logs.failures.secrets import misplaced, redact
from fivetran_logs.yaml_files import read_yaml

_NO_FILE = re.compile(r"^\w\w+:|:memory:")  # md:name, s3://..., and a database that ends with its process
_OPTIONS = {"type", "path", "schema", "database", "threads", "settings"}
# With these variables dbt chooses another profile or target than we would.
_CHOSEN_BY_DBT = ("DBT_TARGET", "DBT_PROFILE")


@dataclass(frozen=True)
class DuckdbTarget:
    """A file as the profile describes it. `options` is the target's part of the profile, its Jinja resolved."""

    target: Target
    path: Path
    options: dict[str, Any]


class DuckdbConnection:
    """An open file, read-only; it answers like a `Warehouse`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, target: Target) -> None:
        self._connection = connection
        self.target = target

    def query(self, sql: str, *, limit: int | None = None) -> Rows:
        """Runs one statement and returns its rows, at most `limit`.

        Raises:
            UserError: DuckDB refused it.
        """
        try:
            answer = self._connection.execute(sql)
            rows = answer.fetchall() if limit is None else answer.fetchmany(limit)
        except duckdb.Error as error:
            raise explain(error, database=self.target.path) from error
        columns = [column[0] for column in answer.description]
        return Rows(columns, [tuple(map(_python_value, row)) for row in rows])

    def has(self, relation_name: str) -> bool:
        """Whether a relation, named as dbt names it in SQL, exists and can be read."""
        try:
            self.query(f"select 1 as one from {relation_name} where 1 = 0")
        except UserError:
            return False
        return True


def find_duckdb_target(settings: Settings) -> DuckdbTarget | None:
    """The DuckDB file of the profile, whether it exists or not; None if only dbt can decide."""
    if any(os.environ.get(name) for name in _CHOSEN_BY_DBT):
        return None
    try:
        project = read_yaml(settings.project_dir / "dbt_project.yml")
        profiles = read_yaml(settings.profiles_dir / "profiles.yml")
        profile = profiles[_rendered(project["profile"])]
        name = settings.target or _rendered(profile.get("target", "default"))
        options = _rendered(profile["outputs"][name])
        return _duckdb_target(name, options)
    except Exception:
        # dbt explains an unusual or wrong profile better.
        return None


def _duckdb_target(name: str, options: dict[str, Any]) -> DuckdbTarget | None:
    path, schema = options["path"], options["schema"]
    plain = options["type"] == "duckdb" and set(options) <= _OPTIONS and not _NO_FILE.search(path)
    plain = plain and not misplaced(options)  # dbt's way also explains a secret in a wrong place
    if not plain:
        return None
    database = Path(path).stem
    if options.get("database", database) != database:
        return None
    target = Target(name=name, type="duckdb", database=database, schema=schema, path=path)
    return DuckdbTarget(target, Path(path), options)


@contextmanager
def open_duckdb_target(found: DuckdbTarget) -> Iterator[DuckdbConnection]:
    """Opens the file read-only, so that several can read at once, with the profile's settings.

    Raises:
        UserError: another process writes to it, it is not a DuckDB file, or a setting is wrong.
    """
    refuse_sqlite(found.path)
    try:
        connection = duckdb.connect(str(found.path), read_only=True)
    except (duckdb.Error, OSError) as error:
        raise explain(error, database=found.path) from error
    try:
        for name, value in found.options.get("settings", {}).items():
            try:
                connection.execute(f"set {quoted(name)} = {literal(str(value))}")
            except duckdb.Error as error:
                text = f"The profile's setting {name} is not accepted by DuckDB: {one_line(str(error))}"
                raise UserError(redact(text)) from error
        yield DuckdbConnection(connection, found.target)
    finally:
        connection.close()


def _rendered(value: Any) -> Any:
    """A part of a profile with its Jinja resolved; it may call `env_var` and nothing else."""
    if isinstance(value, dict):
        return {key: _rendered(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_rendered(item) for item in value]
    if not isinstance(value, str) or "{" not in value:
        return value
    import jinja2

    environment = jinja2.Environment(undefined=jinja2.StrictUndefined)
    environment.filters |= {f"as_{kind}": str for kind in ("number", "bool", "text", "native")}
    return environment.from_string(value).render(env_var=_env_var)


def _env_var(name: str, default: str | None = None) -> str:
    value = os.environ.get(name, default)
    if value is None:
        raise KeyError(name)
    return value


def _python_value(value: Any) -> Any:
    """A value as dbt's adapter would return it, so that both ways give the same answer."""
    if isinstance(value, float):
        return Decimal(repr(value))
    return json.dumps(value, default=str) if isinstance(value, (dict, list, tuple)) else value
