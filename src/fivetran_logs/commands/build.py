"""`fivetran-logs build`: runs dbt build, then shows the unhealthy connections."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from fivetran_logs.commands.findings import ask
from fivetran_logs.dbt.build import build
from fivetran_logs.dbt.manifest import read_manifest, readers_seed, write_seed
from fivetran_logs.dbt.open import Options, open_project
from fivetran_logs.failures.errors import CHECK_FAILED
from fivetran_logs.output import summary
from fivetran_logs.output.console import build_progress, near, output, warn_of_old_log


def run(options: Options, dbt_options: Sequence[str], *, manifest: Path | None, show: bool, quiet: bool) -> int:
    readers = read_manifest(manifest) if manifest else None
    project, as_of = open_project(options)
    project.judge_options("build", dbt_options)
    console = output()
    if readers is not None:
        seed = readers_seed(project.settings)
        write_seed(readers, seed)
        if not quiet:
            console.print(f"✓ {len(readers)} tables that your dbt project reads: {near(seed)}", markup=False)
    if not quiet:
        warn_of_old_log(as_of)
    with build_progress(show=show and not quiet) as on_step:
        outcome = build(project, dbt_options, on_step)
    if not quiet or not outcome.succeeded:
        summary.show_build(console, outcome, project.settings)
    if outcome.models and not quiet:
        findings = ask(project, [summary.STATUS, summary.FRESHNESS, summary.PROBLEMS])
        summary.show_findings(console, findings, as_of, project.settings.typed)
        summary.show_next(console, {project.settings.to_command("fivetran-logs query"): "all the questions it answers"})
    return 0 if outcome.succeeded else CHECK_FAILED
