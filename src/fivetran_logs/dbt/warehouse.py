"""The user's warehouse, reached through dbt's adapter and profile: one connection, SQL in, typed rows out."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fivetran_logs.dbt.project import DbtProject, release_connections
from fivetran_logs.dbt.settings import PROJECT_NAME, Settings
from fivetran_logs.failures.errors import WRONG_USE, UserError
from fivetran_logs.failures.explain import explain
from fivetran_logs.failures.secrets import misplaced

if TYPE_CHECKING:
    from dbt.config.runtime import Profile
    from dbt.contracts.graph.manifest import Manifest


@dataclass(frozen=True)
class Target:
    """The database of a profile's target. `path` is set for DuckDB only."""

    name: str
    type: str
    database: str | None
    schema: str
    path: str | None = None
    has_key: bool = False  # signs in with a private key


@dataclass(frozen=True)
class Rows:
    """A query's answer. Values are Python's own: int, Decimal, bool, str, date, datetime, None."""

    columns: list[str]
    rows: list[tuple[Any, ...]]

    def dicts(self) -> list[dict[str, Any]]:
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


class Warehouse:
    """An open connection."""

    def __init__(self, adapter: Any, target: Target) -> None:
        self._adapter = adapter
        self.target = target

    def query(self, sql: str, *, limit: int | None = None) -> Rows:
        """Runs one statement and returns its rows, at most `limit`.

        Raises:
            UserError: the warehouse refused it.
        """
        try:
            _, table = self._adapter.execute(sql, fetch=True, limit=limit)
        except Exception as error:
            self._roll_back()
            raise explain(error, database=self.target.path) from error
        return Rows(list(table.column_names), [tuple(row.values()) for row in table.rows])

    def execute(self, sql: str) -> None:
        """Runs one statement that writes, and commits it.

        Raises:
            UserError: the warehouse refused it.
        """
        try:
            self._adapter.execute(sql, auto_begin=True, fetch=False)
            self._adapter.commit_if_has_connection()
        except Exception as error:
            self._roll_back()
            raise explain(error, database=self.target.path) from error

    def relation(self, name: str) -> str:
        """A table of the target's schema, as SQL names it."""
        return str(self._relation(name))

    def own_schema(self) -> str:
        """The target's schema, as SQL names it."""
        schema = self._relation("any").without_identifier()
        # these two know a schema only within the database they are connected to
        return str(schema.include(database=False) if self.target.type in ("postgres", "redshift") else schema)

    def _relation(self, name: str) -> Any:
        return self._adapter.Relation.create(
            database=self.target.database,
            schema=self.target.schema,
            identifier=name,
            quote_policy=self._adapter.config.quoting,
        )

    def _roll_back(self) -> None:
        """Rolls back: on PostgreSQL, for example, a failed statement blocks its transaction for all later ones."""
        handle = self._adapter.connections.get_thread_connection().handle
        with suppress(Exception):  # some clients have no transactions, and the first failure is raised anyway
            handle.rollback()

    def use_macros(self, manifest: Manifest) -> None:
        """Lets `macro` and `schemas` run the project's macros."""
        from dbt.context.providers import generate_runtime_macro_context

        manifest.build_flat_graph()
        self._adapter.set_macro_resolver(manifest)
        self._adapter.set_macro_context_generator(generate_runtime_macro_context)

    def macro(self, name: str, **arguments: Any) -> Any:
        """The return value of a macro of the project, run as a model would run it.

        Raises:
            UserError: the warehouse refused it.
        """
        try:
            return self._adapter.execute_macro(name, project=PROJECT_NAME, kwargs=arguments)
        except Exception as error:
            raise explain(error, database=self.target.path) from error

    def schemas(self, database: str | None) -> list[str]:
        """Names of the schemas that can be seen in a database.

        Raises:
            UserError: the database does not exist, or the user may not use it.
        """
        try:
            return sorted(self._adapter.list_schemas(database))
        except Exception as error:
            raise explain(error, database=self.target.path) from error

    def has(self, relation_name: str) -> bool:
        """Whether a relation, named as dbt names it in SQL, exists and can be read."""
        try:
            self.query(f"select 1 as one from {relation_name} where 1 = 0")
        except UserError:
            return False
        return True


def read_target(settings: Settings) -> Target:
    """The target a command will use, without connecting.

    Raises:
        UserError: the profile does not have it, or lacks what it needs (exit code 2).
    """
    return _target(_load_profile(settings, {}))


def target_and_options(project: DbtProject) -> tuple[Target, list[tuple[str, Any]]]:
    """The target, and the options that dbt would write to its log, which has no secrets.

    Raises:
        UserError: the profile does not have it, or lacks what it needs (exit code 2).
    """
    profile = _load_profile(project.settings, project.variables)
    return _target(profile), sorted(profile.credentials.connection_info())


@contextmanager
def open_warehouse(project: DbtProject) -> Iterator[Warehouse]:
    """Connects to the project's target.

    Raises:
        UserError: no such target, no connection, or the DuckDB file is in use.
    """
    from dbt.adapters.factory import get_adapter, register_adapter, reset_adapters
    from dbt.config.runtime import RuntimeConfig, load_project
    from dbt.mp_context import get_mp_context

    settings = project.settings
    profile = _load_profile(settings, project.variables)
    target = _target(profile)
    adapter = None
    try:
        try:
            dbt_project = load_project(str(settings.project_dir), False, profile, project.variables)
            config = RuntimeConfig.from_parts(dbt_project, profile, Namespace(vars=project.variables))
            reset_adapters()
            register_adapter(config, get_mp_context())
            adapter = get_adapter(config)
            connection = adapter.acquire_connection("fivetran_logs")
            _ = connection.handle  # opens it
        except Exception as error:
            raise explain(error, database=target.path) from error
        yield Warehouse(adapter, target)
    finally:
        if adapter is not None:
            adapter.cleanup_connections()
        release_connections()


def _load_profile(settings: Settings, variables: dict[str, Any]) -> Profile:
    from dbt.config.runtime import load_profile
    from dbt.flags import set_from_args
    from dbt_common.context import set_invocation_context
    from dbt_common.events.event_manager_client import cleanup_event_logger

    cleanup_event_logger()  # until dbt has run a command it logs to standard output, but that is for answers
    set_invocation_context(os.environ)
    set_from_args(Namespace(PROFILES_DIR=str(settings.profiles_dir), PROJECT_DIR=str(settings.project_dir)), None)
    try:
        return load_profile(str(settings.project_dir), variables, target_override=settings.target)
    except Exception as error:
        raise explain(error, profiles_dir=settings.profiles_dir, target=settings.target) from error


def _target(profile: Profile) -> Target:
    credentials = profile.credentials
    # The path of Snowflake's key is judged with the key itself, in more detail.
    wrong_place = misplaced(credentials.to_dict(), diagnosed=["private_key_path"])
    if wrong_place:
        raise UserError(wrong_place, WRONG_USE)
    if credentials.type == "snowflake" and not credentials.account:
        raise UserError(
            f"The target {profile.target_name} needs SNOWFLAKE_ACCOUNT and the other variables of .nao.env.example: "
            "copy that file to .nao.env and fill it in.",
            WRONG_USE,
        )
    return Target(
        name=profile.target_name,
        type=credentials.type,
        database=credentials.database,
        schema=credentials.schema,
        path=getattr(credentials, "path", None) if credentials.type == "duckdb" else None,
        has_key=bool(getattr(credentials, "private_key", None) or getattr(credentials, "private_key_path", None)),
    )
