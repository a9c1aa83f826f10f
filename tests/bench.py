"""Measures builds against one hand-written query: `make bench`, or `python tests/bench.py 100000 1000000`.

`--engine postgres` measures the same builds on PostgreSQL, which the engines' tests bring along.

For each size of log: a full build, a build after one more day, a build with nothing new, each with its data tests.
Model time is the time models spend in the database (the sum over the statements dbt sends for them, one model at a
time; DuckDB itself uses all cores), which leaves aside dbt's own parsing and bookkeeping; test time is that of the data
tests; wall time has all. Beside them are what a build costs whatever the data: nodes, data tests, and statements sent,
`begin` and `commit` among them. The floor is the least that must be done: read the same log once, parse the same keys,
roll them up by sync. A log delivers rows twice, so a right answer needs each event once: that is the second floor.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "support"))

import count_statements  # noqa: E402

DAYS = 365
THREADS = 2
MEMORY = "3GB"  # as in the profile
KEYS = (
    "status reason taskType task_type type message schema table name operationType operation_type count actor id "
    "extract_time_s extract_volume_mb process_time_s process_volume_mb load_time_s load_volume_mb properties "
    "total_queries totalQueries total_rows totalRows oldProperties"
)
NOISE = "read_start read_end import_progress processed_records update_state info copy_rows"
FLOOR = """
create or replace temp table floor as
with parsed as (
    select
        connection_id, sync_id, time_stamp, message_event, event,
        case when json_valid(message_data) then from_json(message_data, '{shape}') end as d
    from {log}
    where message_event not in ({noise})
)
select
    connection_id,
    sync_id,
    min(time_stamp) filter (message_event = 'sync_start') as started_at,
    max(time_stamp) filter (message_event = 'sync_end') as completed_at,
    max(d.status) filter (message_event = 'sync_end') as status,
    max(d.reason) as reason,
    max(coalesce(d.taskType, d.task_type)) as task_type,
    {stages},
    sum(try_cast(d.count as bigint))
        filter (coalesce(d.operationType, d.operation_type) = 'REPLACED_OR_INSERTED') as inserted,
    sum(try_cast(d.count as bigint)) filter (coalesce(d.operationType, d.operation_type) = 'UPDATED') as updated,
    sum(try_cast(d.count as bigint)) filter (coalesce(d.operationType, d.operation_type) = 'DELETED') as deleted,
    sum(try_cast(coalesce(d.total_queries, d.totalQueries) as bigint)) as queries,
    sum(try_cast(coalesce(d.total_rows, d.totalRows) as bigint)) as rows_extracted,
    count(distinct d.schema || '.' || d.table) as tables,
    count(*) filter (event = 'WARNING') as warnings,
    count(*) filter (event = 'SEVERE') as errors,
    max(d.message) as message, max(d.type) as type, max(d.name) as name, max(d.actor) as actor, max(d.id) as id,
    max(d.properties) as properties, max(d.oldProperties) as old_properties
from parsed
group by connection_id, sync_id
"""


ONCE = """(
    from fivetran_log.log
    qualify row_number() over (
        partition by id, time_stamp, connection_id, message_event, message_data order by _fivetran_synced desc
    ) = 1
)"""


def floor_seconds(database: Path, log: str = "fivetran_log.log") -> float:
    """The best of three runs of the one-pass query, seconds."""
    import duckdb

    stages = ", ".join(
        f"max(try_cast(d.{stage}_{kind} as double)) as {stage}_{kind}"
        for stage in ("extract", "process", "load")
        for kind in ("time_s", "volume_mb")
    )
    noise = ", ".join(f"'{event}'" for event in NOISE.split())
    sql = FLOOR.format(shape=json.dumps(dict.fromkeys(KEYS.split(), "VARCHAR")), stages=stages, noise=noise, log=log)
    with duckdb.connect(str(database), config={"threads": THREADS, "memory_limit": MEMORY}) as connection:
        times = []
        for _ in range(3):
            start = time.perf_counter()
            connection.execute(sql)
            times.append(time.perf_counter() - start)
    return min(times)


def build(directory: Path, target: str, variables: dict[str, str]) -> dict[str, Any]:
    """Builds all models in this process; its peak memory is the process's own."""
    from dbt.cli.main import dbtRunner

    spent: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    used: dict[str, float] = defaultdict(float)
    before = 0.0
    sent = count_statements.Sent()

    def listen(event: Any) -> None:
        nonlocal before
        sent(event)
        if event.info.name == "SQLQuery":
            before = processor_seconds()
        if event.info.name == "SQLQueryStatus":
            kind, _, name = event.data.node_info.unique_id.partition(".")
            spent[kind][name.rpartition(".")[2]] += event.data.elapsed
            used[kind] += processor_seconds() - before

    start = time.perf_counter()
    result = dbtRunner(callbacks=[listen]).invoke(
        [
            *("build", "--quiet", "--threads", "1", "--target", target, "--log-level-file", "none"),
            *("--project-dir", str(ROOT), "--profiles-dir", str(ROOT / ".dbt")),
            *("--target-path", str(directory / "target"), "--log-path", str(directory / "logs")),
            *("--vars", json.dumps(variables)),
        ]
    )
    if not result.success:
        failed = [one.message for one in result.result or [] if one.status in ("error", "fail")]
        raise SystemExit(f"the build failed: {result.exception or failed}")
    cost = sent.cost(result.result)
    return {
        "nodes": cost.nodes,
        "data_tests": cost.data_tests,
        "statements": cost.statements,
        "statements_of_run": cost.statements_of_run,
        "wall": time.perf_counter() - start,
        "model": sum(spent["model"].values()),
        "test": sum(spent["test"].values()),
        "models": dict(spent["model"]),
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        "processor": processor_seconds(),
        "model_processor": used["model"],
    }


def processor_seconds() -> float:
    """What this process has used, DuckDB's threads among it."""
    return sum(resource.getrusage(resource.RUSAGE_SELF)[:2])


def build_apart(
    directory: Path, target: str, as_of: str, python: str = sys.executable, **environment: str
) -> dict[str, Any]:
    """The same in a process of its own."""
    variables = {"fivetran_logs_as_of": as_of}
    ran = subprocess.run(
        [python, __file__, "--build", str(directory), "--target", target, "--vars", json.dumps(variables)],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(ran.stdout.splitlines()[-1])


def measure_duckdb(size: int, directory: Path) -> dict[str, Any]:
    """Floor, full build, one day more and nothing new, for a log of about `size` rows."""
    import duckdb

    from fivetran_logs.simulator import simulate

    account = directory / "account"
    summary = simulate(account, days=DAYS, log_rows=size)
    yesterday = summary.as_of - timedelta(days=1)
    database = directory / "bench.duckdb"
    with duckdb.connect(str(database)) as connection:
        connection.execute("create schema fivetran_log")
        for file in sorted(account.glob("*.parquet")):
            condition = f"where time_stamp <= '{yesterday}'" if file.stem == "log" else ""
            connection.execute(f"create table fivetran_log.\"{file.stem}\" as from '{file}' {condition}")

    def built(as_of: datetime) -> dict[str, Any]:
        return build_apart(directory, "duckdb", as_of.isoformat(), FIVETRAN_LOGS_DUCKDB=str(database))

    source_bytes = database.stat().st_size
    full = built(yesterday)
    size_full = database.stat().st_size
    with duckdb.connect(str(database)) as connection:
        new_rows = connection.execute(
            f"insert into fivetran_log.log from '{account / 'log.parquet'}' where time_stamp > '{yesterday}'"
        ).fetchone()[0]
    return {
        "rows": summary.log_rows,
        "new_rows": new_rows,
        "full": full,
        "day": built(summary.as_of),
        "nothing": built(summary.as_of),
        "floor": floor_seconds(database),
        "once": floor_seconds(database, ONCE),
        "bytes": size_full - source_bytes,
        "source_bytes": source_bytes,
    }


def measure_postgres(size: int, directory: Path) -> dict[str, Any]:
    """The same builds on a PostgreSQL of the moment; no floor, and memory is that of the client alone."""
    sys.path.insert(0, str(ROOT / "tests" / "engines"))
    import accounts
    import servers

    from fivetran_logs.simulator import simulate

    account = directory / "account"
    summary = simulate(account, days=DAYS, log_rows=size)
    yesterday = summary.as_of - timedelta(days=1)
    sources = {file.stem: f"read_parquet('{file}')" for file in sorted(account.glob("*.parquet"))}
    with servers.postgres() as (home, variables):
        python = str(home / "bin" / "python")

        def load(delivery: Path) -> None:
            driver = str(ROOT / "tests" / "engines" / "driver.py")
            command = [python, driver, "postgres", "load", "fivetran_log", str(delivery)]
            subprocess.run(command, check=True, env={**os.environ, **variables})

        def built(as_of: datetime) -> dict[str, Any]:
            return build_apart(directory, "postgres", as_of.isoformat(), python, **variables)

        load(accounts.export(directory / "first", sources, arrived_by=yesterday, only=accounts.GROWING))
        full = built(yesterday)
        second = accounts.export(directory / "second", sources)
        load(second)
        return {"rows": summary.log_rows, "full": full, "day": built(summary.as_of), "nothing": built(summary.as_of)}


def report(results: list[dict[str, Any]]) -> None:
    """Prints what a build is, ratios as a Markdown table, growth between sizes, the slowest models of the largest."""
    print(f"{platform.machine()}, {os.cpu_count()} cores, {datetime.now().date()}\n")
    for kind, name in (("full", "A full build"), ("nothing", "A build with nothing new")):
        build = results[-1][kind]
        print(
            f"{name}: {build['nodes']} nodes, {build['data_tests']} data tests, {build['statements']} statements, "
            f"{build['statements_of_run']} of them without seeds and tests, as `dbt run`"
        )
    print()
    print(
        "| log rows | full ÷ floor | full ÷ floor, each event once | day ÷ full | nothing new ÷ full "
        "| tests of a day ÷ full | full, model seconds | day | nothing new | full, wall seconds | day | nothing new "
        "| peak memory | source | built |"
    )
    print("|" + "---:|" * 15)
    for one in results:
        builds = [one[kind] for kind in ("full", "day", "nothing")]
        full = builds[0]["model"]
        cells = [
            f"{one['rows']:,}",
            *(f"{full / one[kind]:.1f}" if kind in one else "" for kind in ("floor", "once")),
            *(f"{build['model'] / full:.3f}" for build in builds[1:]),
            f"{one['day']['test'] / full:.3f}",
            *(f"{build['model']:.1f}" for build in builds),
            *(f"{build['wall']:.0f}" for build in builds),
            f"{max(build['memory'] for build in builds) / 2**30:.2f} GiB" if "floor" in one else "",
            f"{one['source_bytes'] / 2**20:,.0f} MiB" if "floor" in one else "",
            f"{one['bytes'] / 2**20:,.0f} MiB" if "floor" in one else "",
        ]
        print(f"| {' | '.join(cells)} |")
    print()
    for smaller, larger in pairwise(results):
        exponent = math.log(larger["full"]["model"] / smaller["full"]["model"]) / math.log(
            larger["rows"] / smaller["rows"]
        )
        print(f"Growth from {smaller['rows']:,} to {larger['rows']:,} rows: exponent {exponent:.2f}")
    for kind in ("full", "day"):
        models = results[-1][kind]["models"]
        print(f"\nThe ten slowest models, {kind} build of {results[-1]['rows']:,} rows, share of its model time:")
        for name, seconds in sorted(models.items(), key=lambda item: -item[1])[:10]:
            print(f"  {seconds / sum(models.values()):5.1%}  {name}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=[100_000, 1_000_000], help="log rows")
    parser.add_argument("--engine", choices=["duckdb", "postgres"], default="duckdb")
    parser.add_argument("--build", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--target", help=argparse.SUPPRESS)
    parser.add_argument("--vars", type=json.loads, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.build:
        print(json.dumps(build(arguments.build, arguments.target, arguments.vars)))
        return
    measure = measure_postgres if arguments.engine == "postgres" else measure_duckdb
    results = []
    for size in sorted(arguments.sizes):
        with tempfile.TemporaryDirectory() as folder:
            results.append(measure(size, Path(folder)))
            print(f"measured {results[-1]['rows']:,} rows", file=sys.stderr)
    report(results)


if __name__ == "__main__":
    main()
