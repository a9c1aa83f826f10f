"""Decides as-of, the time that every "now" means: the user's, or the end of an old export."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import yaml

from fivetran_logs.dbt.duckdb_target import find_duckdb_target, open_duckdb_target
from fivetran_logs.dbt.project import AS_OF_ENVIRONMENT, AS_OF_VARIABLE, DbtProject
from fivetran_logs.dbt.settings import Settings
from fivetran_logs.dbt.warehouse import open_warehouse, read_target
from fivetran_logs.failures.errors import WRONG_USE, UserError
from fivetran_logs.yaml_files import parse_yaml

LOADS_TABLE = "fivetran_logs_meta.loads"  # one row per load, written by `load`
YEARS = range(2000, 2200)  # an as-of outside has a typing error, and some engines cannot count 90 days from it
OLD_EXPORT = timedelta(days=2)  # if the newest log row is older than this, the log is an old export


@dataclass(frozen=True)
class AsOf:
    """The time that every "now" means, UTC without zone, and its origin: `option` or `load`."""

    at: datetime
    source: str

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} UTC"


def parse_vars(text: str | None) -> dict[str, Any]:
    """dbt's `--vars`: YAML or JSON.

    Raises:
        UserError: the text is not a mapping (exit code 2).
    """
    try:
        value = parse_yaml(text) if text else {}
    except yaml.YAMLError:
        value = None
    if not isinstance(value, dict):
        raise UserError(
            "--vars must be a YAML mapping, for example --vars '{fivetran_logs_top_consumers: 20}'.", WRONG_USE
        )
    return _without_dates(value)


def _without_dates(value: Any) -> Any:
    """YAML reads 2026-03-01 as a date. dbt takes variables as JSON, which has no dates, and macros need the text."""
    if isinstance(value, dict):
        return {key: _without_dates(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_dates(item) for item in value]
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, date) else value


def parse_as_of(text: str) -> datetime:
    """An ISO timestamp as UTC without zone. A text without an offset is in UTC.

    Raises:
        UserError: the text is not a timestamp, or is outside of YEARS (exit code 2).
    """
    try:
        at = datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
    except ValueError:
        raise UserError(f"--as-of {text!r} is not a timestamp; use for example 2026-06-18T14:00.", WRONG_USE) from None
    if at.year not in YEARS:
        raise UserError(f"--as-of {text!r} must be in the years {YEARS.start} to {YEARS.stop - 1}.", WRONG_USE)
    return at.astimezone(timezone.utc).replace(tzinfo=None) if at.tzinfo else at


def decide_as_of(settings: Settings, variables: dict[str, Any], option: str | None = None) -> AsOf | None:
    """The as-of to use: the option, else the user's setting, else the newest log time of an old export.

    None means now, or the value of dbt's variable.

    Only a DuckDB target has loads. Opening it here also detects early that another process uses it.

    Raises:
        UserError: the option is not a timestamp, or the DuckDB file is in use.
    """
    if option:
        return AsOf(parse_as_of(option), "option")
    if variables.get(AS_OF_VARIABLE):
        return None
    if os.environ.get(AS_OF_ENVIRONMENT):
        return AsOf(parse_as_of(os.environ[AS_OF_ENVIRONMENT]), "option")
    newest = newest_loaded_log(settings, variables)
    now = datetime.now(timezone.utc).replace(tzinfo=None)
    if newest is None or abs(now - newest) <= OLD_EXPORT:
        return None
    return AsOf(newest, "load")


def newest_loaded_log(settings: Settings, variables: dict[str, Any]) -> datetime | None:
    """The newest log time the last `load` noted, UTC; None if nothing was loaded or the target is not DuckDB."""
    file = find_duckdb_target(settings)
    path = file.target.path if file else read_target(settings).path
    if path is None or not Path(path).is_file():
        return None
    with open_duckdb_target(file) if file else open_warehouse(DbtProject(settings, variables)) as connection:
        if not connection.has(LOADS_TABLE):
            return None
        rows = connection.query(f"select newest_log_at from {LOADS_TABLE} order by loaded_at desc", limit=1).rows
    return rows[0][0] if rows else None


def with_as_of(variables: dict[str, Any], as_of: AsOf | None) -> dict[str, Any]:
    """The variables with as-of among them."""
    return {**variables, AS_OF_VARIABLE: as_of.at.isoformat(sep=" ")} if as_of else dict(variables)
