"""The instant every "now" is measured from: the user's, or the end of an old export."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import yaml

from fivetran_logs.dbt.project import DbtProject
from fivetran_logs.dbt.settings import Settings
from fivetran_logs.dbt.warehouse import open_warehouse, read_target
from fivetran_logs.failures.errors import WRONG_USE, UserError

AS_OF_VARIABLE = "fivetran_logs_as_of"
LOADS_TABLE = "fivetran_logs_meta.loads"  # what `load` notes of each load
OLD_EXPORT = timedelta(days=2)  # a log whose newest row is further than this from now is an old export


@dataclass(frozen=True)
class AsOf:
    """The instant every "now" is measured from, UTC without zone, and where it comes from: `option` or `load`."""

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
        value = yaml.safe_load(text) if text else {}
    except yaml.YAMLError:
        value = None
    if not isinstance(value, dict):
        raise UserError(
            "--vars must be a YAML mapping, for example --vars '{fivetran_logs_top_consumers: 20}'.", WRONG_USE
        )
    return value


def parse_as_of(text: str) -> datetime:
    """An ISO timestamp as UTC without zone; without an offset it is UTC already.

    Raises:
        UserError: the text is not a timestamp (exit code 2).
    """
    try:
        at = datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
    except ValueError:
        raise UserError(f"--as-of {text!r} is not a timestamp; use for example 2026-06-18T14:00.", WRONG_USE) from None
    return at.astimezone(timezone.utc).replace(tzinfo=None) if at.tzinfo else at


def decide_as_of(settings: Settings, variables: dict[str, Any], option: str | None = None) -> AsOf | None:
    """The as-of to use: the option, a variable the user set, else the newest log time of an old export; None is now.

    Only a DuckDB target knows of loads. Opening it here also finds out early that another process has it.

    Raises:
        UserError: the option is not a timestamp, or the DuckDB file is in use.
    """
    if option:
        return AsOf(parse_as_of(option), "option")
    if variables.get(AS_OF_VARIABLE):
        return None
    newest = newest_loaded_log(settings, variables)
    now = datetime.now(timezone.utc).replace(tzinfo=None)
    if newest is None or abs(now - newest) <= OLD_EXPORT:
        return None
    return AsOf(newest, "load")


def newest_loaded_log(settings: Settings, variables: dict[str, Any]) -> datetime | None:
    """The newest log time the last `load` noted, UTC; None where nothing was loaded or the target is not DuckDB."""
    target = read_target(settings)
    if target.path is None or not Path(target.path).is_file():
        return None
    with open_warehouse(DbtProject(settings, variables)) as warehouse:
        if not warehouse.has(LOADS_TABLE):
            return None
        rows = warehouse.query(f"select newest_log_at from {LOADS_TABLE} order by loaded_at desc", limit=1).rows
    return rows[0][0] if rows else None


def with_as_of(variables: dict[str, Any], as_of: AsOf | None) -> dict[str, Any]:
    """The variables with as-of among them, written the same way each time so that dbt need not parse again."""
    return {**variables, AS_OF_VARIABLE: as_of.at.isoformat(sep=" ")} if as_of else dict(variables)
