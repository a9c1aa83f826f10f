"""`fivetran-logs build`: runs dbt build, then shows the unhealthy connections."""

from __future__ import annotations

from collections.abc import Sequence

from fivetran_logs.commands.findings import ask
from fivetran_logs.dbt.build import build
from fivetran_logs.dbt.open import Options, open_project
from fivetran_logs.failures.errors import CHECK_FAILED
from fivetran_logs.output import summary
from fivetran_logs.output.console import build_progress, output, warn_of_old_log


def run(options: Options, dbt_options: Sequence[str], *, show: bool, quiet: bool) -> int:
    project, as_of = open_project(options)
    console = output()
    if not quiet:
        warn_of_old_log(as_of)
    with build_progress(show=show and not quiet) as on_step:
        outcome = build(project, dbt_options, on_step)
    if not quiet or not outcome.succeeded:
        summary.show_build(console, outcome, project.settings)
    if outcome.models and not quiet:
        here = f"--target {options.target}" if options.target else ""
        summary.show_findings(console, ask(project, [summary.STATUS, summary.PROBLEMS]), as_of, here)
        summary.show_next(console, {f"fivetran-logs query {here}".rstrip(): "all the questions it answers"})
    return 0 if outcome.succeeded else CHECK_FAILED
