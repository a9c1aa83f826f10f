"""The same account, the same answers: every engine that runs here builds what DuckDB builds, in two deliveries.

Stand-ins (fakesnow, bqemulator) prove that adapter, wiring and SQL fit together, not how the warehouse itself behaves.
"""

from __future__ import annotations

import fcntl
import json
import os
import pickle
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

sys.path.insert(0, str(Path(__file__).resolve().parent))

import accounts
import servers
from accounts import Account
from compare import comparable, mart_differences, numbered_by_content

ROOT = servers.ROOT
SAMPLE = ROOT.parent / "shared" / "fixtures" / "platform_sample"
BUILD_SECONDS = 900

pytestmark = pytest.mark.engines

# Data tests that fail on a stand-in, and why. The marts are still compared.
NOT_TESTED = {
    "snowflake": {
        "bills_are_allocated_to_the_cent": "fakesnow adds up decimals as floats, so a bill ends in 0.31999999999"
    },
}


# Stand-ins that cannot read comments: fakesnow none within a create statement, bqemulator no change of options.
WITHOUT_COMMENTS = ("snowflake", "bigquery")

# `make engines` skips tests that take minutes and add little; `make engines ALL=1` runs them too.
EVERYTHING = os.environ.get("FIVETRAN_LOGS_ENGINES") == "all"

# Engines on which data tests run by default; the marts are compared on all of them.
TESTED = {"postgres"}

# Engines on which the sample is built by default.
SAMPLED = {"postgres"}

# The schemas of the two halves of an account, and the tables read from both.
HALVES = ("half_one", "half_two")
STAGED = {
    "stg_fivetran_log__connection": ("connection_id", "connection_name", "connector_type_id"),
    "stg_fivetran_log__log": ("id", "connection_id"),
    "stg_fivetran_log__incremental_mar": ("measured_date", "destination_id", "connection_name", "table_name"),
    "stg_fivetran_log__usage_cost": ("measured_month", "destination_id", "amount"),
}

# Engines that keep the SQL of a view, so that the second build does not create staging views again.
LEAVES_VIEWS_ALONE = ("snowflake", "bigquery")

WITHOUT_TESTS = ["--exclude-resource-type", "test", "--exclude-resource-type", "unit_test"]

# Marts are written into a schema for each account: the variable of the profile that names it.
SCHEMA_VARIABLES = {"bigquery": "BIGQUERY_DATASET"}


@dataclass
class Engine:
    """An engine that is up: its environment and the variables that lead the project's profile to it."""

    name: str
    home: Path
    variables: dict[str, str]
    built: dict[str, list[dict[str, list[dict]]]] = field(default_factory=dict)
    views_left_alone: set[str] = field(default_factory=set)


def profiles(variables: dict[str, str], directory: Path) -> Path:
    """The directory of the project's own profile; where a stand-in listens, a copy that says on which port."""
    if "STAND_IN_PORT" not in variables:
        return ROOT / ".dbt"
    document = yaml.safe_load((ROOT / ".dbt" / "profiles.yml").read_text(encoding="utf-8"))
    output = document["fivetran_logs"]["outputs"][variables["FIVETRAN_LOGS_TARGET"]]
    port = int(variables["STAND_IN_PORT"])
    if output["type"] == "bigquery":
        output |= {"method": "oauth-secrets", "token": "unused", "api_endpoint": f"http://127.0.0.1:{port}"}
    else:
        output |= {"host": "127.0.0.1", "port": port, "protocol": "http"}
    (directory / "profiles.yml").write_text(yaml.safe_dump(document), encoding="utf-8")
    return directory


def build_arguments(
    variables: dict[str, str], directory: Path, account: str, as_of: object, *options: str, **more: object
) -> list[str]:
    """dbt's arguments for a build with the project's own profile."""
    given: dict[str, object] = {"fivetran_platform_schema": f"{account}_log", "fivetran_logs_as_of": str(as_of), **more}
    # On DuckDB tests/models/test_models.py runs them.
    given["fivetran_logs_unit_tests"] = variables["FIVETRAN_LOGS_TARGET"] == "postgres"
    if variables["FIVETRAN_LOGS_TARGET"] in WITHOUT_COMMENTS:
        given["fivetran_logs_persist_docs"] = False
    return [
        "build",
        "--project-dir",
        str(ROOT),
        "--profiles-dir",
        str(profiles(variables, directory)),
        "--target-path",
        str(directory / "target"),
        "--log-path",
        str(directory / "logs"),
        "--no-use-colors",
        "--vars",
        json.dumps(given),
        *options,
    ]


def staging_arguments(variables: dict[str, str], directory: Path, account: str) -> list[str]:
    """dbt's arguments that read the divided tables from both schemas."""
    select = ["--select", *STAGED, *WITHOUT_TESTS]
    return build_arguments(
        variables, directory, account, accounts.AS_OF, *select, fivetran_platform_schemas=list(HALVES)
    )


def dbt(home: Path, variables: dict[str, str], directory: Path, arguments: list[str]) -> None:
    """Runs dbt of an engine's own environment; fails with it."""
    done = subprocess.run(
        [str(home / "bin" / "dbt"), *arguments],
        cwd=directory,
        capture_output=True,
        text=True,
        timeout=BUILD_SECONDS,
        check=False,
        env={**os.environ, **variables, "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"},
    )
    assert done.returncode == 0, what_dbt_said(done.stdout) + done.stderr[-2000:]


def what_dbt_said(output: str) -> str:
    lines = [
        line for line in output.splitlines() if " OK " not in line and " START " not in line and " PASS " not in line
    ]
    return "\n".join(lines)[-6000:]


def drive(engine: Engine, directory: Path, verb: str, *arguments: str, builds: int = 1) -> None:
    done = subprocess.run(
        [
            str(engine.home / "bin" / "python"),
            str(servers.HERE / "driver.py"),
            engine.name,
            verb,
            *arguments,
        ],
        cwd=directory,
        capture_output=True,
        text=True,
        timeout=BUILD_SECONDS * builds,
        check=False,
        env={**os.environ, **engine.variables, "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"},
    )
    assert done.returncode == 0, what_dbt_said(done.stdout) + done.stderr[-3000:]


@pytest.fixture(scope="session")
def account_named(of_all_processes: Path) -> Callable[[str], Account]:
    made: dict[str, Account] = {}

    def account(name: str) -> Account:
        if name == "platform_sample" and not SAMPLE.is_dir():
            pytest.skip("the platform sample does not travel with the repository")
        if name not in made:
            directory = of_all_processes / f"account_{name}"
            made[name] = made_once(
                directory,
                lambda: (
                    accounts.simulated(directory)
                    if name == "simulated"
                    else accounts.platform_sample(directory, SAMPLE)
                ),
            )
        return made[name]

    return account


def made_once(directory: Path, make: Callable[[], Any]) -> Any:
    """What `make` returns, made in the directory by the first process that asks; others wait and read it."""
    directory.mkdir(exist_ok=True)
    answer = directory / "answer.pickle"
    with (directory / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not answer.exists():
            answer.write_bytes(pickle.dumps(make()))
    return pickle.loads(answer.read_bytes())


@pytest.fixture(scope="session")
def duckdb_answers(account_named, of_all_processes: Path) -> Callable[[str], list[dict[str, list[dict]]]]:
    """What DuckDB says after each delivery of an account."""
    made: dict[str, list[dict[str, list[dict]]]] = {}

    def answers_in(directory: Path, name: str) -> list[dict[str, list[dict]]]:
        database = directory / "answers.duckdb"
        variables = {"FIVETRAN_LOGS_TARGET": "duckdb", "FIVETRAN_LOGS_DUCKDB": str(database)}
        answers = []
        for delivery, as_of in account_named(name).deliveries:
            accounts.load_into_duckdb(database, delivery, f"{name}_log")
            options = build_arguments(variables, directory, name, as_of, *WITHOUT_TESTS)
            dbt(Path(sys.prefix), variables, directory, options)
            answers.append(accounts.dump_duckdb(database, "fivetran_analytics"))
        if account_named(name).halves:
            for schema, half in zip(HALVES, account_named(name).halves, strict=True):
                accounts.load_into_duckdb(database, half, schema)
            dbt(Path(sys.prefix), variables, directory, staging_arguments(variables, directory, name))
            answers.append(accounts.dump_duckdb(database, "fivetran_analytics_staging", "stg_"))
        return answers

    def answers(name: str) -> list[dict[str, list[dict]]]:
        if name not in made:
            directory = of_all_processes / f"duckdb_{name}"
            made[name] = made_once(directory, lambda: answers_in(directory, name))
        return made[name]

    return answers


@pytest.fixture(scope="session", params=["bigquery", "spark", "snowflake", "postgres"])
def engine(request) -> Iterator[Engine]:
    start: Callable[[], AbstractContextManager] = getattr(servers, request.param)
    started = False
    try:
        with start() as (home, variables):
            started = True
            yield Engine(request.param, home, variables)
    except servers.Unavailable as reason:
        if started:
            raise
        pytest.skip(str(reason))


def answers_of(engine: Engine, account: Account, directory: Path) -> list[dict[str, list[dict]]]:
    """What the engine says after each delivery; the second build is incremental."""
    if account.name not in engine.built:
        engine.built[account.name] = []
        schema = f"analytics_{account.name}"
        variable = SCHEMA_VARIABLES.get(engine.name, f"{engine.name.upper()}_SCHEMA")
        engine.variables[variable] = schema
        steps: list[tuple[str, ...]] = []
        for number, (delivery, as_of) in enumerate(account.deliveries):
            # data tests once, on the account that has something of everything, on what both builds made
            options = (
                [part for test in NOT_TESTED.get(engine.name, ()) for part in ("--exclude", test)]
                if number and account.name == "simulated" and (EVERYTHING or engine.name in TESTED)
                else WITHOUT_TESTS
            )
            steps += [
                ("load", f"{account.name}_log", str(delivery)),
                ("dbt", *build_arguments(engine.variables, directory, account.name, as_of, *options)),
                ("dump", schema, str(directory / str(number))),
            ]
        if account.halves:
            steps += [
                ("load", half_schema, str(half)) for half_schema, half in zip(HALVES, account.halves, strict=True)
            ]
            steps.append(("dbt", *staging_arguments(engine.variables, directory, account.name)))
            steps += [("dump", f"{schema}_staging", str(directory / "halves"), name) for name in STAGED]
        if engine.name == "spark":
            # in one process: its session takes longer to start than most models to build
            (directory / "steps.json").write_text(json.dumps(steps), encoding="utf-8")
            drive(engine, directory, "steps", str(directory / "steps.json"), builds=len(account.deliveries))
        else:
            for verb, *arguments in steps:
                if verb == "dbt":
                    dbt(engine.home, engine.variables, directory, arguments)
                    results = json.loads((directory / "target" / "run_results.json").read_text(encoding="utf-8"))[
                        "results"
                    ]
                    engine.views_left_alone |= {
                        result["unique_id"].split(".")[-1] for result in results if result["message"] == "UNCHANGED"
                    }
                else:
                    drive(engine, directory, verb, *arguments)
        for part in [*map(str, range(len(account.deliveries))), *(["halves"] if account.halves else [])]:
            engine.built[account.name].append(
                {
                    file.stem: [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
                    for file in (directory / part).glob("*.jsonl")
                }
            )
    return engine.built[account.name]


# So small an account syncs too seldom for many connections to fail in one night, and the seed of budgets is empty; the
# unit tests of both marts run on PostgreSQL.
WITHOUT_ROWS = {"fct_fivetran_budget_status", "fct_fivetran_waves"}


@pytest.mark.parametrize("name", ["simulated", "platform_sample"])
def test_marts_equal_those_of_duckdb(engine, name, account_named, duckdb_answers, tmp_path) -> None:
    if name == "platform_sample" and not (EVERYTHING or engine.name in SAMPLED):
        pytest.skip("a second account takes minutes here: make engines ALL=1")
    account = account_named(name)
    expected = duckdb_answers(name)
    found = answers_of(engine, account, tmp_path)
    assert len(found) == len(expected)
    told: list[str] = []
    deliveries = zip(expected, found[: len(account.deliveries)], strict=False)
    for delivery, (there, here) in enumerate(deliveries, start=1):
        if name == "simulated":
            assert {mart for mart, rows in there.items() if not rows} == WITHOUT_ROWS, "others would prove nothing"
        found_differences = mart_differences(numbered_by_content(there), numbered_by_content(here))
        told += [f"delivery {delivery}, {difference}" for difference in found_differences]
    assert not told, f"{len(told)} differences, the first of them:\n" + "\n".join(told[:40])
    if name == "simulated" and engine.name != "spark":
        staging_views = {path.stem for path in (ROOT / "models" / "staging").glob("*.sql")}
        assert engine.views_left_alone == (staging_views if engine.name in LEAVES_VIEWS_ALONE else set())
    if account.halves:
        for table, columns in STAGED.items():
            here, there = (
                Counter(tuple(comparable(row[column]) for column in columns) for row in answers[-1][table])
                for answers in (found, expected)
            )
            assert here == there, f"{table}, read from two schemas: {here - there} {there - here}"
            assert len(there) > 2, "too few rows to prove anything"


@pytest.mark.parametrize("target", ["databricks", "redshift", "motherduck"])
def test_adapters_without_an_engine_parse(target, tmp_path) -> None:
    """All that can be said of them here: the project's profile, macros and YAML suit their adapters."""
    variables = {"DATABRICKS_HOST": "unused", "DATABRICKS_HTTP_PATH": "unused", "DATABRICKS_TOKEN": "unused"}
    home = Path(sys.prefix)
    if target == "motherduck":
        target, variables = "duckdb", {"FIVETRAN_LOGS_DUCKDB": "md:platform", "motherduck_token": "unused"}
    else:
        try:
            home = servers.environment("parse")
        except servers.Unavailable as reason:
            pytest.skip(str(reason))
    done = subprocess.run(
        [
            *(str(home / "bin" / "dbt"), "parse", "--target", target, "--project-dir", str(ROOT)),
            *("--profiles-dir", str(ROOT / ".dbt"), "--target-path", str(tmp_path), "--log-path", str(tmp_path)),
        ],
        capture_output=True,
        text=True,
        timeout=BUILD_SECONDS,
        check=False,
        env={**os.environ, **variables},
    )
    assert done.returncode == 0, done.stdout[-3000:]
