"""The one way to open a project: turns options into a project that can run dbt and query the warehouse."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from fivetran_logs.dbt.as_of import AsOf, decide_as_of, parse_vars, with_as_of
from fivetran_logs.dbt.duckdb_target import find_duckdb_target, open_duckdb_target
from fivetran_logs.dbt.initialised import renew_if_older
from fivetran_logs.dbt.project import DbtProject
from fivetran_logs.dbt.settings import Settings, find_settings
from fivetran_logs.dbt.warehouse import read_target
from fivetran_logs.failures.errors import UserError
from fivetran_logs.failures.snowflake_keys import fatal_sentence

DEMO_TARGET = "demo"
# The demo's own owners, budgets and price lists, which its target reads in place of the seeds that the user edits.
DEMO_SEEDS = {
    "fivetran_connection_owners": "demo_settings.connection_owners",
    "fivetran_budgets": "demo_settings.budgets",
    "fivetran_price_curve": "demo_settings.price_curve",
    "fivetran_dbt_readers": "demo_settings.dbt_readers",
}


@dataclass(frozen=True)
class Options:
    """The options of every command that reads a warehouse, as typed."""

    target: str | None = None
    profiles_dir: Path | None = None
    project_dir: Path | None = None
    as_of: str | None = None
    variables: str | None = None

    def to_command(self, command: str) -> str:
        """A command to print, with the options without which it would look elsewhere."""
        given = {
            "-t": self.target,
            "--profiles-dir": self.profiles_dir,
            "--project-dir": self.project_dir,
            "--as-of": self.as_of,
            "--vars": self.variables,
        }
        words = [f"{name} {shlex.quote(str(value))}" for name, value in given.items() if value is not None]
        return " ".join([command, *words])


def open_settings(options: Options) -> Settings:
    """Finds project, profile and target; renews an initialised directory's copy of the package if it is older."""
    settings = find_settings(project_dir=options.project_dir, profiles_dir=options.profiles_dir, target=options.target)
    renew_if_older(settings.project_dir)
    return replace(settings, typed=options.to_command("").strip())


def open_project(options: Options, *, judge_key: bool = True) -> tuple[DbtProject, AsOf | None]:
    """The project with its variables, and the as-of among them.

    judge_key  refuse a private key that cannot work; `check` judges the key itself, in more detail

    Raises:
        UserError: wrong options (exit code 2), a key that cannot work, or the DuckDB file is in use.
    """
    settings = open_settings(options)
    given = {**demo_variables(settings), **parse_vars(options.variables)}
    if (
        judge_key
        and find_duckdb_target(settings) is None
        and read_target(settings).has_key
        and (wrong := fatal_sentence())
    ):
        raise UserError(wrong)
    as_of = decide_as_of(settings, given, options.as_of)
    return DbtProject(settings, with_as_of(given, as_of)), as_of


def demo_variables(settings: Settings) -> dict[str, Any]:
    """The variables that make the demo's target read the demo's own tables for seeds; empty for another target."""
    file = find_duckdb_target(settings) if settings.target == DEMO_TARGET else None
    if file is None or not file.path.is_file():
        return {}
    with open_duckdb_target(file) as connection:
        tables = {seed: table for seed, table in DEMO_SEEDS.items() if connection.has(table)}
    return {"fivetran_logs_seed_tables": tables} if tables else {}
