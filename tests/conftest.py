"""Fixtures of all tests. Simulated and built accounts are made once a session and must not be changed by a test."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import helpers
import pytest
from helpers import BuiltAccount
from xdist.scheduler import LoadScopeScheduling

from fivetran_logs.simulator import simulate


class ByFixtures(LoadScopeScheduling):
    """What shares fixtures stays in one process: an engine, else a file.

    xdist's own groups are written into `_nodeid`, which pytest 9.2 no longer reads: there they scatter everything.
    """

    def _split_scope(self, nodeid: str) -> str:
        file, _, test = nodeid.partition("::")
        if not file.endswith("tests/engines/test_engines.py"):
            return file
        # test_marts_equal_those_of_duckdb[postgres-simulated] shares the server of all that begins with `postgres`
        return f"{file}[{test.partition('[')[2].partition('-')[0]}"


def pytest_xdist_make_scheduler(config: pytest.Config, log) -> ByFixtures:
    return ByFixtures(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Engines first: they take longest."""
    items.sort(key=lambda item: item.get_closest_marker("engines") is None)


@pytest.fixture(autouse=True, scope="session")
def _plain_environment() -> None:
    """No colours, no variables of the developer's own: what is printed is compared."""
    for name in ("FORCE_COLOR", "DBT_PROFILES_DIR", "FIVETRAN_LOGS_DUCKDB", "FIVETRAN_LOGS_TARGET", "COLUMNS"):
        os.environ.pop(name, None)


@pytest.fixture(scope="session")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """simulated(plan=..., names=..., **options) -> directory of Parquet files and truth.json, made once."""
    made: dict[tuple, Path] = {}

    def directory(plan: str = "enterprise", names: str = "current", **options) -> Path:
        key = (plan, names, *sorted(options.items()))
        if key not in made:
            made[key] = tmp_path_factory.mktemp(f"account_{plan}_{names}") / "account"
            simulate(made[key], plan=plan, names=names, **options)
        return made[key]

    return directory


@pytest.fixture(scope="session")
def built(simulated, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., BuiltAccount]:
    """built(plan=..., names=..., **options) -> a simulated account, loaded and built as of its present, made once."""
    made: dict[tuple, BuiltAccount] = {}

    def account(plan: str = "enterprise", names: str = "current", **options) -> BuiltAccount:
        key = (plan, names, *sorted(options.items()))
        if key not in made:
            directory = tmp_path_factory.mktemp(f"built_{plan}_{names}")
            source = simulated(plan, names, **options)
            loaded = helpers.run_cli("load", source, cwd=directory)
            assert loaded.code == 0, loaded.err
            as_of = str(helpers.rows(directory, "select max(newest_log_at) from fivetran_logs_meta.loads")[0][0])
            # Unit tests bring rows of their own: they say nothing about an account.
            outcome = helpers.build_in(directory, *helpers.NO_UNIT_TESTS, fivetran_logs_as_of=as_of)
            made[key] = BuiltAccount(directory, source, outcome, helpers.dbt_project(directory).settings)
        return made[key]

    return account


@pytest.fixture(scope="session")
def built_account(built) -> BuiltAccount:
    """The account most tests look at: Enterprise, current names, the simulator's own size."""
    return built()
