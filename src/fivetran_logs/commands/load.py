"""`fivetran-logs load`: loads an export into the target's DuckDB file."""

from __future__ import annotations

from pathlib import Path

from fivetran_logs.dbt.open import Options, open_settings
from fivetran_logs.dbt.source_tables import read_source_tables
from fivetran_logs.dbt.warehouse import read_target
from fivetran_logs.export.load import load
from fivetran_logs.failures.errors import WRONG_USE, UserError
from fivetran_logs.output import summary
from fivetran_logs.output.console import output, print_warning, progress_bar


def run(directory: Path, options: Options, *, append: bool, show: bool) -> int:
    settings = open_settings(options)
    with progress_bar("Loading", show=show) as progress:
        target = read_target(settings)
        if target.path is None or target.path == ":memory:":
            raise UserError(
                f"load writes DuckDB files, and the target {target.name} is {target.type}: choose another --target.",
                WRONG_USE,
            )
        source_tables = read_source_tables(settings.project_dir)
        loaded = load(directory, Path(target.path), source_tables, append=append, progress=progress)
    if loaded.unknown_files:
        print_warning(f"skipped {', '.join(loaded.unknown_files)}: not the name of a Platform connector table.")
    console = output()
    summary.show_load(console, loaded)
    summary.show_next(console, {options.to_command("fivetran-logs build"): "every model and test"})
    return 0
