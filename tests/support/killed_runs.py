"""Alert runs in processes of their own, killed at a message, again and again until one ends.

They are forked from a process that has imported what a run needs: four seconds of each run.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from alert_servers import NOW, Server, incident

from fivetran_logs.alerts import state_table
from fivetran_logs.alerts.findings import Findings
from fivetran_logs.cli import run
from fivetran_logs.commands import alert as verb

# what a run imports when it needs it
IMPORTED = ["apprise", "dbt.cli.main", "dbt.adapters.duckdb", "dbt.context.providers"]


def alert_run(directory: Path, environment: dict[str, str], alerts: int, clock: float) -> None:
    """One run in a directory that finds so many incidents, by a clock that is so many seconds late."""
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(directory)
    verb._look = lambda options: (Findings([incident(f"i{n}") for n in range(alerts)], NOW), NOW)
    state_table.time = SimpleNamespace(time=lambda: time.time() + clock, sleep=time.sleep)
    sys.exit(run(["alert"]))


def killed_until_one_ends(directory: Path, server: Server, alerts: int, pauses: tuple[float, ...]) -> int:
    """The number of kills. Each comes some seconds after a run's first message; a lock ends before the next run."""
    forked = multiprocessing.get_context("forkserver")
    forked.set_forkserver_preload([*IMPORTED, __name__])
    kills = 0
    for number in range(20):
        clock = number * 2.0 * state_table.LEASE_SECONDS
        process = forked.Process(target=alert_run, args=(directory, dict(os.environ), alerts, clock))
        before = len(server.taken)
        process.start()
        deadline = time.monotonic() + 60
        while process.is_alive() and len(server.taken) == before and time.monotonic() < deadline:
            time.sleep(0.001)
        time.sleep(pauses[number % len(pauses)])  # before or after the state is written
        if process.is_alive():
            process.kill()
            kills += 1
        process.join()
        if process.exitcode == 0:
            return kills
    pytest.fail("No run ended.")
