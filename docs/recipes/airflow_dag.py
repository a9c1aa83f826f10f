"""Airflow 3: build, then alert and report. Copy it into your DAGs folder.

fivetran-logs needs an environment of its own, because its dependencies are not those of Airflow. FIVETRAN_LOGS_DIR is
the directory that `fivetran-logs init` wrote, with that environment in .venv; every worker must see it. If they do not
keep files, set FIVETRAN_LOGS_ALERT_STATE to warehouse.
"""

import os
from datetime import datetime, timedelta

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

DIRECTORY = os.environ.get("FIVETRAN_LOGS_DIR", "/srv/fivetran-logs")
COMMAND = f"{DIRECTORY}/.venv/bin/fivetran-logs"

with DAG(
    dag_id="fivetran_logs",
    schedule="30 6 * * *",  # after the sync of the Platform connection
    start_date=datetime(2026, 1, 1),
    catchup=False,  # a build catches up by itself
    max_active_runs=1,
    max_active_tasks=1,  # a DuckDB file takes one at a time
    default_args={"cwd": DIRECTORY, "append_env": True},
):
    build = BashOperator(
        task_id="build",
        bash_command=f"{COMMAND} build --quiet --no-progress",
        retries=1,
        retry_delay=timedelta(minutes=10),
    )
    # also after a build that failed in part; the report's task then makes the run fail
    alert = BashOperator(task_id="alert", bash_command=f"{COMMAND} alert", trigger_rule="all_done")
    report = BashOperator(
        task_id="report", bash_command=f"{COMMAND} report --output fivetran_report.html --no-progress"
    )
    build >> [alert, report]
