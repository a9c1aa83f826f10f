"""Dagster: build, then alert and report, once a day.

Try it with: dagster job execute -f dagster_job.py -j fivetran_logs

fivetran-logs needs an environment of its own, because its dependencies are not those of Dagster. FIVETRAN_LOGS_DIR is
the directory that `fivetran-logs init` wrote, with that environment in .venv. If your runs do not keep files, set
FIVETRAN_LOGS_ALERT_STATE to warehouse.
"""

import os
import subprocess
from pathlib import Path

from dagster import Definitions, Failure, OpExecutionContext, ScheduleDefinition, job, op

DIRECTORY = Path(os.environ.get("FIVETRAN_LOGS_DIR", "/srv/fivetran-logs"))


def run(context: OpExecutionContext, *arguments: str) -> bool:
    """Runs the command and logs what it says. True if it succeeded."""
    command = [str(DIRECTORY / ".venv" / "bin" / "fivetran-logs"), *arguments]
    done = subprocess.run(command, cwd=DIRECTORY, capture_output=True, text=True, check=False)
    (context.log.info if done.returncode == 0 else context.log.error)(done.stdout + done.stderr)
    return done.returncode == 0


@op
def build(context: OpExecutionContext) -> bool:
    return run(context, "build", "--quiet", "--no-progress")


@op
def alert_and_report(context: OpExecutionContext, built: bool) -> None:
    """Also after a build that failed in part: what was built is current."""
    told = run(context, "alert")
    reported = run(context, "report", "--output", "fivetran_report.html", "--no-progress")
    if not (built and told and reported):
        raise Failure(f"build: {built}, alert: {told}, report: {reported}")


@job
def fivetran_logs() -> None:
    alert_and_report(build())


definitions = Definitions(
    jobs=[fivetran_logs],
    schedules=[ScheduleDefinition(job=fivetran_logs, cron_schedule="30 6 * * *")],
)
