"""Fixtures of all tests. Simulated and built accounts are made once a session and must not be changed by a test."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import helpers
import pytest
from helpers import BuiltAccount
from xdist.scheduler import LoadScopeScheduling

from fivetran_logs.commands.demo import load_settings
from fivetran_logs.dbt.open import DEMO_SEEDS
from fivetran_logs.dbt.project import DbtProject
from fivetran_logs.simulator import simulate


class ByFixtures(LoadScopeScheduling):
    """What shares fixtures stays in one process: an engine, else a file.

    xdist's own groups are written into `_nodeid`, which pytest 9.2 no longer reads: there they scatter everything.
    """

    def _split_scope(self, nodeid: str) -> str:
        file, _, test = nodeid.partition("::")
        if not file.endswith("tests/engines/test_engines.py"):
            return file
        # test_marts_equal_those_of_duckdb[postgres-simulated] shares the server of all that begins with `postgres`;
        # what is only parsed shares an environment, for which a second process would wait
        shared = test.partition("[")[2].partition("-")[0] if test.startswith("test_marts") else "parse"
        return f"{file}[{shared}"


def pytest_xdist_make_scheduler(config: pytest.Config, log) -> ByFixtures:
    return ByFixtures(config, log)


# What takes longest begins first, so that no process is left alone with it at the end.
LONGEST = ("test_command", "test_cli", "test_replay", "test_report", "test_survival", "test_schemas", "test_analyses")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Engines first, then the other long ones, then the rest as it stands."""

    def place(item: pytest.Item) -> int:
        if item.path.stem == "test_engines":
            return -1
        return LONGEST.index(item.path.stem) if item.path.stem in LONGEST else len(LONGEST)

    items.sort(key=place)


@pytest.fixture(autouse=True, scope="session")
def _plain_environment() -> None:
    """No colours, and no variables of the developer, because tests compare the output."""
    for name in ("FORCE_COLOR", "DBT_PROFILES_DIR", "FIVETRAN_LOGS_DUCKDB", "FIVETRAN_LOGS_TARGET", "COLUMNS"):
        os.environ.pop(name, None)


@pytest.fixture(scope="session")
def of_all_processes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory that the processes of one run have in common."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(autouse=True, scope="session")
def _parsed_once(of_all_processes: Path) -> Iterator[None]:
    """What dbt has parsed in one directory it need not parse in the next: ten seconds that most tests share.

    dbt itself decides whether it still holds, by the files, the variables and the profile.
    """
    run = DbtProject.run

    def run_with_what_is_parsed(self: DbtProject, *arguments, **options):
        said = f"{self.settings.project_dir} {self.settings.target} {sorted(self.parse_variables.items())}"
        kept = of_all_processes / f"parsed_{hashlib.md5(said.encode()).hexdigest()}.msgpack"
        own = Path(self.settings.target_path).resolve() / "partial_parse.msgpack"
        if kept.exists() and not own.exists():
            own.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(kept, own)
        try:
            return run(self, *arguments, **options)
        finally:
            if own.exists() and not kept.exists():
                whole = kept.with_suffix(f".{os.getpid()}")
                shutil.copy(own, whole)
                whole.replace(kept)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DbtProject, "run", run_with_what_is_parsed)
        yield


@pytest.fixture(scope="session")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """simulated(plan=..., names=..., **options) -> directory of Parquet files and truth.json, made once.

    With all that readers trip over, unless it is asked for without: oddities=False.
    """
    made: dict[tuple, Path] = {}

    def directory(plan: str = "enterprise", names: str = "current", **options) -> Path:
        options = {"oddities": True} | options
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
            load_settings(source, directory / helpers.DATABASE)
            outcome = helpers.build_in(directory, fivetran_logs_as_of=as_of, fivetran_logs_seed_tables=DEMO_SEEDS)
            made[key] = BuiltAccount(directory, source, outcome, helpers.dbt_project(directory).settings)
        return made[key]

    return account


@pytest.fixture(scope="session")
def built_account(built) -> BuiltAccount:
    """The account most tests look at: Enterprise, current names, the simulator's own size."""
    return built()
