"""Turns any failure into one line with a remedy: the one place that asks the modules of each kind in turn."""

from __future__ import annotations

import re
from pathlib import Path

from fivetran_logs.failures import dbt, duckdb_file, snowflake_keys, warehouse
from fivetran_logs.failures.errors import CHECK_FAILED, WRONG_USE, UserError, without_colours


def explain(
    error: BaseException,
    *,
    profiles_dir: Path | None = None,
    target: str | None = None,
    database: Path | str | None = None,
) -> UserError:
    """The error to raise instead of one from dbt, a warehouse or DuckDB.

    profiles_dir, target  where dbt looked for the target, and its name
    database              the DuckDB file, if the target has one

    Raises:
        KeyboardInterrupt: the error is an interruption; it is raised again.
        UserError: the error is one already; it is raised again.
    """
    if isinstance(error, (KeyboardInterrupt, UserError)):
        raise error
    text = without_colours(str(error))
    wrong_setup = dbt.missing_adapter(text) or dbt.missing_target(text, profiles_dir, target)
    if wrong_setup:
        return UserError(wrong_setup, WRONG_USE)
    code = WRONG_USE if re.search("Usage|Option|Profile", type(error).__name__) else CHECK_FAILED
    return UserError(remedy(text, database) or dbt.first_cause(text) or type(error).__name__, code)


def remedy(text: str, database: Path | str | None = None) -> str | None:
    """The sentence for a known message from any of them; None for an unknown one."""
    return (
        duckdb_file.sentence(text, database)
        or snowflake_keys.sentence(text)
        or warehouse.sentence(without_colours(text))
    )
