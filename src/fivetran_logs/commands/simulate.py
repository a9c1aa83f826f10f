"""`fivetran-logs simulate`: a realistic account as Parquet files."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

from fivetran_logs.dbt.as_of import parse_as_of
from fivetran_logs.failures.errors import WRONG_USE, UserError
from fivetran_logs.output.console import output, progress_bar
from fivetran_logs.output.summary import show_next


def run(directory: Path, *, as_of: str | None, show: bool, **options: Any) -> int:
    if as_of:
        options["as_of"] = parse_as_of(as_of)
    account = simulate_account(directory, show=show, **options)
    console = output()
    console.print(
        f"✓ {len(account.tables)} tables, {sum(account.tables.values()):,} rows in {directory}: "
        f"{account.connections} connections, {account.log_rows:,} log rows up to {account.as_of:%Y-%m-%d %H:%M} UTC."
    )
    console.print(
        f"  {account.planted} findings were planted; {directory / 'truth.json'} lists what the marts must show."
    )
    show_next(console, {f"fivetran-logs load {shlex.quote(str(directory))} && fivetran-logs build": "what it shows"})
    return 0


def simulate_account(directory: Path, *, show: bool, **options: Any):
    """Runs the simulator with a progress bar; turns its errors into wrong use (exit code 2)."""
    from fivetran_logs.simulator import simulate

    try:
        with progress_bar("Simulating", show=show) as progress:
            return simulate(directory, progress=progress, **options)
    except (ValueError, OSError) as error:
        raise UserError(str(error), WRONG_USE) from error
