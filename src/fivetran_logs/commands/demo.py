"""`fivetran-logs demo`: simulates an account, builds it and shows the findings; writes only to `demo/`."""

from __future__ import annotations

import shlex
from pathlib import Path
from tempfile import TemporaryDirectory

from fivetran_logs.commands.findings import ask
from fivetran_logs.commands.simulate import simulate_account
from fivetran_logs.dbt.as_of import AsOf, with_as_of
from fivetran_logs.dbt.build import build
from fivetran_logs.dbt.manifest import COLUMNS, SEED, read_manifest, write_seed
from fivetran_logs.dbt.open import DEMO_SEEDS, DEMO_TARGET, Options, demo_variables, open_settings
from fivetran_logs.dbt.project import DbtProject
from fivetran_logs.dbt.settings import Settings, find_settings, packaged_project
from fivetran_logs.dbt.source_tables import read_source_tables
from fivetran_logs.dbt.warehouse import read_target
from fivetran_logs.export.load import LoadSummary, load
from fivetran_logs.failures.duckdb_file import literal, open_duckdb
from fivetran_logs.failures.errors import CHECK_FAILED, UserError
from fivetran_logs.output import summary
from fivetran_logs.output.console import build_progress, near, output, progress_bar
from fivetran_logs.progress import Progress
from fivetran_logs.simulator.dbt_project import MANIFEST

ACCOUNT_DIRECTORY = Path("demo/account")
REPORT_FILE = Path("demo/report.html")
SETTINGS = {
    "fivetran_connection_owners": dict.fromkeys(
        ("connection_name", "destination_name", "owner_email", "team", "cost_centre", "environment", "criticality"),
        "varchar",
    )
    | {"expected_every_minutes": "integer"},
    "fivetran_budgets": {
        "scope_type": "varchar",
        "scope": "varchar",
        "month_date": "date",
        "budget_usd": "decimal(28, 6)",
        "budget_paid_active_rows": "bigint",
    },
    "fivetran_price_curve": {
        "valid_from": "date",
        "meter": "varchar",
        "scope": "varchar",
        "from_units": "bigint",
        "to_units": "bigint",
        "usd_per_million": "decimal(28, 6)",
        "base_usd": "decimal(28, 6)",
        "base_kind": "varchar",
    },
    SEED: dict.fromkeys(COLUMNS, "varchar") | {"downstream_models": "bigint", "downstream_exposures": "bigint"},
}
SECTIONS = [summary.STATUS, summary.FRESHNESS, summary.PROBLEMS, summary.COST, summary.ERRORS, summary.ADVICE]


def run(*, seed: int, days: int, plan: str, profiles_dir: Path | None, project_dir: Path | None, show: bool) -> int:
    # The user's own profile need not know the demo's target.
    settings = open_settings(Options(DEMO_TARGET, profiles_dir or packaged_project() / ".dbt", project_dir))
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
    project = DbtProject(settings, with_as_of(demo_variables(settings), as_of))
    with build_progress(show=show, lines=False) as on_step:
        outcome = build(project, (), on_step)
    summary.show_build(console, outcome, settings)
    options = target_options(settings, profiles_dir, project_dir)
    if outcome.models:
        summary.show_findings(console, ask(project, SECTIONS), as_of, options)
    steps = {}
    if outcome.models and not outcome.models_failed:
        with progress_bar("Reporting", show=show) as progress:
            page = write_demo_report(settings, project, progress)
        console.print()
        console.print(f"✓ Wrote the report: {near(page)}")
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
    """The options with which later commands find the demo's marts."""
    named = {"--project-dir": project_dir, "--profiles-dir": profiles_dir}
    try:
        read_target(find_settings(project_dir=project_dir, profiles_dir=profiles_dir, target=DEMO_TARGET))
    except UserError:  # the user's own profile has no such target
        named["--profiles-dir"] = settings.profiles_dir
    options = [f"{name} {shlex.quote(str(path))}" for name, path in named.items() if path]
    return " ".join([f"-t {DEMO_TARGET}", *options])


def load_account(settings: Settings, directory: Path, database: Path, progress: Progress | None = None) -> LoadSummary:
    """Loads the simulated account into a fresh file, because models would keep the history of an earlier demo.

    Raises:
        UserError: another process has the file open.
    """
    with open_duckdb(database):
        pass  # fails if another process has it open, before anything is removed
    for path in (database, database.with_name(database.name + ".wal")):
        path.unlink(missing_ok=True)
    loaded = load(directory, database, read_source_tables(settings.project_dir), progress=progress)
    load_settings(directory, database)
    return loaded


def load_settings(directory: Path, database: Path) -> None:
    """Loads the account's owners, budgets, price lists and what its dbt project reads into a schema of their own."""
    with TemporaryDirectory() as readers, open_duckdb(database) as connection:
        for seed, table in DEMO_SEEDS.items():
            name = f"{table.partition('.')[2].removeprefix('connection_')}.csv"
            if seed == SEED:
                write_seed(read_manifest(directory / MANIFEST), Path(readers) / name)
            file = literal(str((Path(readers) if seed == SEED else directory) / name))
            columns = ", ".join(f"{literal(name)}: {literal(kind)}" for name, kind in SETTINGS[seed].items())
            connection.execute(f"create schema if not exists {table.partition('.')[0]}")
            connection.execute(
                f"create table {table} as select * from read_csv({file}, header = true, columns = {{{columns}}})"
            )


def write_demo_report(settings: Settings, project: DbtProject, progress: Progress | None = None) -> Path:
    """Writes the report on the built marts, and returns its path."""
    from fivetran_logs.report import write_report  # Altair takes a second to import

    path = settings.work_dir / REPORT_FILE
    write_report(project, path, progress=progress)
    return path
