"""`fivetran-logs demo`: a simulated account, from nothing to findings, in `demo/` and nowhere else."""

from __future__ import annotations

from pathlib import Path

from fivetran_logs.commands.load import LoadSummary, Progress, load
from fivetran_logs.dbt.project import DbtProject
from fivetran_logs.dbt.settings import Settings
from fivetran_logs.dbt.source_tables import read_source_tables
from fivetran_logs.failures.duckdb_file import open_duckdb

TARGET = "demo"
ACCOUNT_DIRECTORY = Path("demo/account")
REPORT_FILE = Path("demo/report.html")


def load_account(settings: Settings, directory: Path, database: Path, progress: Progress | None = None) -> LoadSummary:
    """Loads the simulated account into a fresh file: models keep history, and that of an earlier demo is not wanted.

    Raises:
        UserError: another process has the file open.
    """
    with open_duckdb(database):
        pass  # fails where somebody has it open, before anything is removed
    for path in (database, database.with_name(database.name + ".wal")):
        path.unlink(missing_ok=True)
    return load(directory, database, read_source_tables(settings.project_dir), progress=progress)


def write_demo_report(settings: Settings, project: DbtProject, progress: Progress | None = None) -> Path:
    """Writes the report of what was built, and says where it is."""
    from fivetran_logs.report import write_report  # Altair takes a second to import

    path = settings.work_dir / REPORT_FILE
    write_report(project, path, report=progress)
    return path
