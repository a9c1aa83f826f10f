"""Fixtures of all tests. Simulated and built accounts are made once a session and must not be changed by a test."""

from __future__ import annotations

import fcntl
import gc
import hashlib
import json
import os
import pickle
import shutil
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from functools import cache, wraps
from pathlib import Path
from typing import Any

import helpers
import pytest
from helpers import BuiltAccount
from xdist.scheduler import LoadScopeScheduling

from fivetran_logs.commands.demo import load_settings
from fivetran_logs.dbt import marts, templates
from fivetran_logs.dbt.build import Outcome
from fivetran_logs.dbt.kept_sql import KeptSql
from fivetran_logs.dbt.open import DEMO_SEEDS, DEMO_TARGET
from fivetran_logs.dbt.project import DbtProject
from fivetran_logs.simulator import simulate

# dbt keeps a hundred thousand objects that live as long as the run; to look through them again and again takes time
gc.set_threshold(100_000, 50, 100)


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


# What takes longest begins first, so that no process is left alone with it at the end. The next four need no dbt:
# meanwhile the first process parses the project and builds the account that most tests look at.
LONGEST = (
    *("test_command", "test_report", "test_simulator", "test_billing", "test_believable", "test_loader"),
    *("test_models", "test_replay", "test_schemas", "test_field_cases", "test_survival", "test_pictures"),
    *("test_cli", "test_compliance", "test_upgrades", "test_marts_alone", "test_sql_style", "test_expected_gaps"),
    *("test_check", "test_marts", "test_init", "test_analyses", "test_causes"),
)


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


# Variables that only SQL reads, when dbt runs it: what dbt parses is the same whatever they say. dbt itself parses the
# whole project again for any change of a variable, eight seconds each time.
NOT_PARSED = {
    "fivetran_logs_anomaly_minimum_syncs",
    "fivetran_logs_as_of",
    "fivetran_logs_baseline_days",
    "fivetran_logs_check_domains",
    "fivetran_logs_check_regions",
    "fivetran_logs_check_retention_days",
    "fivetran_logs_check_secret_owners",
    "fivetran_logs_dormant_days",
    "fivetran_logs_report_days",
    "fivetran_logs_tested_days",
    "fivetran_logs_usd_per_currency",
    "fivetran_platform_log_start_date",
    "fivetran_platform_schemas",
    "fivetran_platform_union_databases",
    "fivetran_platform_union_schemas",
}
# A model that reads another table for a seed need not wait for the seed. Parsed without the variable, it does, which
# changes no row. The demo's target parses as the command does.
NOT_PARSED_BUT_BY_THE_DEMO = {"fivetran_logs_seed_tables"}


def place_of(project: DbtProject) -> str:
    """What else the parse depends on."""
    return f"{project.settings.project_dir} {project.settings.target} {os.environ.get('FIVETRAN_LOGS_DUCKDB')}"


def parsed_with(variables: Mapping[str, Any], target: str | None) -> dict[str, Any]:
    """The variables that the parse depends on."""
    others = NOT_PARSED if target == DEMO_TARGET else NOT_PARSED | NOT_PARSED_BUT_BY_THE_DEMO
    return {name: value for name, value in variables.items() if name not in others}


@pytest.fixture(autouse=True, scope="session")
def _parsed_once(of_all_processes: Path) -> Iterator[None]:
    """What dbt has parsed in one directory it need not parse in the next: ten seconds that most tests share.

    dbt itself decides whether it still holds, by the files, the profile and the variables that the parse depends on.
    """
    run, manifest = DbtProject.run, DbtProject.manifest
    newest: OrderedDict[str, Any] = OrderedDict()  # of this process; a manifest takes much memory

    def parsed(self: DbtProject) -> dict[str, Any]:
        return parsed_with(self.parse_variables, self.settings.target)

    def manifest_of_this_process(self: DbtProject):
        """Of the project's own files, which no test changes."""
        if self._manifest is None and self.settings.project_dir == helpers.ROOT:
            key = f"{place_of(self)} {self.settings.profiles_dir} {sorted(parsed(self).items())}"
            self._manifest = newest.pop(key, None)
            newest[key] = manifest(self)
            while len(newest) > 3:
                newest.popitem(last=False)
        return manifest(self)

    def run_with_what_is_parsed(self: DbtProject, *arguments, **options):
        judge_by_what_is_parsed()
        said = f"{place_of(self)} {sorted(parsed(self).items())}"
        kept = of_all_processes / f"parsed_{hashlib.md5(said.encode()).hexdigest()}.msgpack"
        own = Path(self.settings.target_path).resolve() / "partial_parse.msgpack"
        of_own = own.with_suffix(".said")  # with which variables the last command here was parsed
        of_tests = self.settings.project_dir != helpers.ROOT
        if not (kept.exists() or of_tests) and parsed(self) != self.parse_variables:
            run_with_what_is_parsed(DbtProject(self.settings, parsed(self)), ["parse"])
        if kept.exists() and not (own.exists() and of_own.exists() and of_own.read_text() == said):
            own.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(kept, own)
        try:
            with nullcontext() if of_tests else _written_for_nobody():
                return run(self, *arguments, **options)
        finally:
            if own.exists():
                of_own.write_text(said)
            if own.exists() and not kept.exists():
                whole = kept.with_suffix(f".{os.getpid()}")
                shutil.copy(own, whole)
                whole.replace(kept)

    with pytest.MonkeyPatch.context() as patch:
        # a process compiles a text once anyway; to write megabytes after each command takes longer
        patch.setattr(templates, "write", wraps(templates.write)(lambda directory: None))
        patch.setattr(DbtProject, "run", run_with_what_is_parsed)
        patch.setattr(DbtProject, "manifest", manifest_of_this_process)
        yield


@contextmanager
def _written_for_nobody() -> Iterator[None]:
    """Spares a command of the project what no test reads: a third of a second, a fifth of most builds.

    dbt writes manifest.json and two descriptions of the graph after each build, and makes the graph of the same
    manifest again. A test that asks for the manifest takes the object: `helpers.manifest_of`.
    """
    from dbt.compilation import Compiler
    from dbt.graph import Graph
    from dbt.task import runnable

    link = Compiler.compile

    def linked_once(self: Compiler, manifest: Any, write: bool = True, add_test_edges: bool = False) -> Graph:
        nodes = (add_test_edges, *manifest.nodes, *manifest.unit_tests)
        known = getattr(manifest, "_linked", {})
        if nodes not in known:
            manifest._linked = {**known, nodes: link(self, manifest, False, add_test_edges).graph}
        else:
            self.initialize()
        return Graph(manifest._linked[nodes].copy())

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Compiler, "compile", linked_once)
        patch.setattr(runnable, "write_manifest", lambda *arguments: None)
        yield


@pytest.fixture(autouse=True, scope="session")
def _compiled_once(of_all_processes: Path) -> Iterator[None]:
    """Queries compiled in one directory need not be compiled in the next: three seconds after most builds.

    The name of the file says all that they depend on.
    """
    shared = of_all_processes / "compiled_questions"
    shared.mkdir(exist_ok=True)
    read, write = marts.read_kept_sql, KeptSql.write

    def read_from_all(*arguments: Any) -> KeptSql:
        kept = read(*arguments)
        if kept.path is not None and not kept.path.exists() and (shared / kept.path.name).exists():
            kept.path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(shared / kept.path.name, kept.path)
            content = json.loads(kept.path.read_text(encoding="utf-8"))
            return KeptSql(kept.path, content["sql"], content["relations"])
        return kept

    def write_for_all(self: KeptSql) -> None:
        write(self)
        if self.path is not None and self.path.exists():
            whole = shared / f"{self.path.name}.{os.getpid()}"
            shutil.copy(self.path, whole)
            whole.replace(shared / self.path.name)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(marts, "read_kept_sql", read_from_all)
        patch.setattr(KeptSql, "write", write_for_all)
        yield


@cache
def judge_by_what_is_parsed() -> None:
    """Makes dbt compare only the variables that the parse depends on. Once a process, and not before dbt is needed."""
    from dbt.parser.manifest import ManifestLoader  # it takes seconds to import

    state_check = ManifestLoader.build_manifest_state_check

    def state_check_of_what_is_parsed(self: ManifestLoader):
        all_variables = self.root_project.cli_vars
        self.root_project.cli_vars = parsed_with(all_variables, self.root_project.target_name)
        try:
            return state_check(self)
        finally:
            self.root_project.cli_vars = all_variables

    ManifestLoader.build_manifest_state_check = state_check_of_what_is_parsed


@contextmanager
def made_by_one(directory: Path) -> Iterator[bool]:
    """Whether this process is the one to fill a directory that all processes use; the others wait until it has."""
    directory.parent.mkdir(parents=True, exist_ok=True)
    done = directory.with_suffix(".done")
    with directory.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if done.exists():
            yield False
        else:
            shutil.rmtree(directory, ignore_errors=True)
            yield True
            done.touch()


def name_of_options(*options: Any) -> str:
    return hashlib.md5(repr(options).encode()).hexdigest()[:10]


@pytest.fixture(scope="session")
def simulated(of_all_processes: Path) -> Callable[..., Path]:
    """simulated(plan=..., names=..., **options) -> directory of Parquet files and truth.json, made once.

    With all that readers trip over, unless it is asked for without: oddities=False.
    """

    def directory(plan: str = "enterprise", names: str = "current", **options) -> Path:
        options = {"oddities": True} | options
        made = of_all_processes / f"account_{name_of_options(plan, names, sorted(options.items()))}"
        with made_by_one(made) as is_mine:
            if is_mine:
                simulate(made / "account", plan=plan, names=names, **options)
        return made / "account"

    return directory


@pytest.fixture(scope="session")
def built(simulated, of_all_processes: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., BuiltAccount]:
    """built(plan=..., names=..., **options) -> a simulated account, loaded and built as of its present, made once.

    Each process has a copy of its own, because two cannot open one DuckDB file when either may write.
    """
    made: dict[str, BuiltAccount] = {}

    def account(plan: str = "enterprise", names: str = "current", **options) -> BuiltAccount:
        key = name_of_options(plan, names, sorted(options.items()))
        if key not in made:
            source = simulated(plan, names, **options)
            shared = of_all_processes / f"built_{key}"
            outcome = shared / "outcome.pickle"
            with made_by_one(shared) as is_mine:
                if is_mine:
                    place = shared / "account"
                    place.mkdir(parents=True)
                    outcome.write_bytes(pickle.dumps(build_account(source, place)))
            made[key] = copied(shared, tmp_path_factory.mktemp(f"built_{plan}_{names}") / "account", source)
        return made[key]

    return account


def copied(shared: Path, directory: Path, source: Path = Path()) -> BuiltAccount:
    """A copy of a built account for one process."""
    shutil.copytree(shared / "account", directory, ignore=shutil.ignore_patterns("logs"))
    outcome = pickle.loads((shared / "outcome.pickle").read_bytes())
    return BuiltAccount(directory, source, outcome, helpers.dbt_project(directory).settings)


def build_account(source: Path, directory: Path) -> Outcome:
    """Loads a simulated account into a directory and builds it as of its present."""
    loaded = helpers.run_cli("load", source, cwd=directory)
    assert loaded.code == 0, loaded.err
    as_of = str(helpers.rows(directory, "select max(newest_log_at) from fivetran_logs_meta.loads")[0][0])
    load_settings(source, directory / helpers.DATABASE)
    return helpers.build_in(directory, fivetran_logs_as_of=as_of, fivetran_logs_seed_tables=DEMO_SEEDS)


@pytest.fixture(scope="session")
def built_account(built) -> BuiltAccount:
    """The account most tests look at: Enterprise, current names, the simulator's own size."""
    return built()


@pytest.fixture(scope="session")
def empty_account(of_all_processes: Path, tmp_path_factory: pytest.TempPathFactory) -> BuiltAccount:
    """A source whose only table is an empty log, built and tested as of helpers.EMPTY_AS_OF."""
    shared = of_all_processes / "built_empty"
    outcome = shared / "outcome.pickle"
    with made_by_one(shared) as is_mine:
        if is_mine:
            place = shared / "account"
            place.mkdir(parents=True)
            helpers.empty_source(place)
            outcome.write_bytes(pickle.dumps(helpers.build_in(place, fivetran_logs_as_of=helpers.EMPTY_AS_OF)))
    return copied(shared, tmp_path_factory.mktemp("built_empty") / "account")
