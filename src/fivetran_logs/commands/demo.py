"""`fivetran-logs demo`: a simulated account, from nothing to findings, in `demo/` and nowhere else."""

from __future__ import annotations

import shlex
from pathlib import Path

from fivetran_logs.commands.findings import ask
from fivetran_logs.commands.simulate import simulate_account
from fivetran_logs.dbt.as_of import AsOf, with_as_of
from fivetran_logs.dbt.build import build
from fivetran_logs.dbt.open import Options, open_settings
from fivetran_logs.dbt.project import DbtProject
from fivetran_logs.dbt.settings import Settings, find_settings, packaged_project
from fivetran_logs.dbt.source_tables import read_source_tables
from fivetran_logs.dbt.warehouse import read_target
from fivetran_logs.export.load import LoadSummary, load
from fivetran_logs.failures.duckdb_file import open_duckdb
from fivetran_logs.failures.errors import CHECK_FAILED, UserError
from fivetran_logs.output import summary
from fivetran_logs.output.console import build_progress, near, output, progress_bar
from fivetran_logs.progress import Progress

TARGET = "demo"
ACCOUNT_DIRECTORY = Path("demo/account")
REPORT_FILE = Path("demo/report.html")
SECTIONS = [summary.STATUS, summary.PROBLEMS, summary.COST, summary.ERRORS, summary.ADVICE]


def run(*, seed: int, days: int, plan: str, profiles_dir: Path | None, project_dir: Path | None, show: bool) -> int:
    # The user's own profile need not know the demo's target.
    settings = open_settings(Options(TARGET, profiles_dir or packaged_project() / ".dbt", project_dir))
    directory = settings.work_dir / ACCOUNT_DIRECTORY
    console = output()

    simulated = simulate_account(directory, show=show, seed=seed, days=days, plan=plan)
    console.print(
        f"✓ Simulated {simulated.connections} connections, {simulated.log_rows:,} log rows: {near(directory)}"
    )
    with progress_bar("Loading", show=show) as progress:
        database = Path(read_target(settings).path or "").resolve()
        loaded = load_account(settings, directory, database, progress)
    console.print(f"✓ Loaded {len(loaded.tables)} tables into {near(database)}")

    as_of = AsOf(simulated.as_of, "load")
    project = DbtProject(settings, with_as_of({}, as_of))
    with build_progress(show=show, lines=False) as on_step:
        outcome = build(project, (), on_step)
    summary.show_build(console, outcome, settings)
    if outcome.models:
        summary.show_findings(console, ask(project, SECTIONS), as_of)
    steps = {}
    if outcome.models and not outcome.models_failed:
        with progress_bar("Reporting", show=show) as progress:
            page = write_demo_report(settings, project, progress)
        console.print()
        console.print(f"✓ Wrote the report: {near(page)}")
        options = target_options(settings, profiles_dir, project_dir)
        steps = {
            near(page): "the report: open it in a browser",
            f"fivetran-logs query {options}": "lists the questions it answers",
            f"fivetran-logs query unhealthy_connectors {options}": "answers one of them",
        }
    steps[near(directory / "truth.json")] = "what happened in this account: the marts must say the same"
    steps["fivetran-logs load DIR && fivetran-logs build"] = "the same with an export of your own"
    summary.show_next(console, steps)
    return 0 if outcome.succeeded else CHECK_FAILED


def target_options(settings: Settings, profiles_dir: Path | None, project_dir: Path | None) -> str:
    """What later commands need, run from here, to find what the demo built."""
    named = {"--project-dir": project_dir, "--profiles-dir": profiles_dir}
    try:
        read_target(find_settings(project_dir=project_dir, profiles_dir=profiles_dir, target=TARGET))
    except UserError:  # the user's own profile has no such target
        named["--profiles-dir"] = settings.profiles_dir
    options = [f"{name} {shlex.quote(str(path))}" for name, path in named.items() if path]
    return " ".join([f"-t {TARGET}", *options])


def load_account(settings: Settings, directory: Path, database: Path, progress: Progress | None = None) -> LoadSummary:
    """Loads the simulated account into a fresh file, since models keep history and an earlier demo's is unwanted.

    Raises:
        UserError: another process has the file open.
    """
    with open_duckdb(database):
        pass  # fails where another process has it open, before anything is removed
    for path in (database, database.with_name(database.name + ".wal")):
        path.unlink(missing_ok=True)
    return load(directory, database, read_source_tables(settings.project_dir), progress=progress)


def write_demo_report(settings: Settings, project: DbtProject, progress: Progress | None = None) -> Path:
    """Writes the report of what was built, and returns its path."""
    from fivetran_logs.report import write_report  # Altair takes a second to import

    path = settings.work_dir / REPORT_FILE
    write_report(project, path, progress=progress)
    return path
