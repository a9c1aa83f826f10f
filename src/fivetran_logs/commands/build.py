"""`fivetran-logs build`: dbt build with a progress callback, measured from the right instant, its outcome as data."""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from fivetran_logs.commands.load import LOADS_TABLE
from fivetran_logs.dbt.duckdb_target import find_duckdb_target, open_duckdb_target
from fivetran_logs.dbt.project import AS_OF_ENVIRONMENT, AS_OF_VARIABLE, DbtProject, first_cause
from fivetran_logs.dbt.settings import Settings
from fivetran_logs.dbt.warehouse import open_warehouse, read_target
from fivetran_logs.failures.errors import WRONG_USE, UserError, one_line, redact

if TYPE_CHECKING:
    from dbt_common.events.base_types import EventMsg

OLD_EXPORT = timedelta(days=2)  # a log whose newest row is further than this from now is an old export

TESTS = ("test", "unit_test")


@dataclass(frozen=True)
class AsOf:
    """The instant every "now" is measured from, UTC without zone, and where it comes from: `option` or `load`."""

    at: datetime
    source: str

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} UTC"


@dataclass(frozen=True)
class Step:
    """One node dbt has finished. `total` is 0 until dbt has said how many there are."""

    number: int
    total: int
    kind: str
    name: str
    status: str
    seconds: float


@dataclass(frozen=True)
class Problem:
    """A model or test that failed or warned, in one line a person can act on."""

    name: str
    is_test: bool
    is_warning: bool
    text: str


@dataclass
class Outcome:
    """What a build did. `done` counts finished nodes by kind (`model`, `seed`, `test` ...) and dbt's status."""

    seconds: float
    done: Counter[tuple[str, str]] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)
    slowest: list[tuple[str, float]] = field(default_factory=list)

    @property
    def succeeded(self) -> bool:
        return all(problem.is_warning for problem in self.problems)

    def count(self, kinds: Sequence[str], *statuses: str) -> int:
        return sum(n for (kind, status), n in self.done.items() if kind in kinds and status in statuses)

    @property
    def models(self) -> int:
        return self.count(["model"], "success")

    @property
    def models_failed(self) -> int:
        return sum(not (problem.is_test or problem.is_warning) for problem in self.problems)

    @property
    def seeds(self) -> int:
        return self.count(["seed"], "success")

    @property
    def tests_passed(self) -> int:
        return self.count(TESTS, "pass")

    @property
    def tests_failed(self) -> int:
        return self.count(TESTS, "fail", "error")

    @property
    def tests_warned(self) -> int:
        return self.count(TESTS, "warn")

    @property
    def skipped(self) -> int:
        return sum(n for (_, status), n in self.done.items() if status == "skipped")


def parse_vars(text: str | None) -> dict[str, Any]:
    """dbt's `--vars`: YAML or JSON.

    Raises:
        UserError: it is no mapping (exit code 2).
    """
    try:
        value = yaml.safe_load(text) if text else {}
    except yaml.YAMLError:
        value = None
    if not isinstance(value, dict):
        raise UserError(
            "--vars must be a YAML mapping, for example --vars '{fivetran_logs_top_consumers: 20}'.", WRONG_USE
        )
    return value


def parse_as_of(text: str) -> datetime:
    """An ISO timestamp as UTC without zone; without an offset it is UTC already.

    Raises:
        UserError: it is none (exit code 2).
    """
    try:
        at = datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
    except ValueError:
        raise UserError(f"--as-of {text!r} is no timestamp: write for example 2026-06-18T14:00.", WRONG_USE) from None
    return at.astimezone(timezone.utc).replace(tzinfo=None) if at.tzinfo else at


def decide_as_of(settings: Settings, variables: dict[str, Any], option: str | None = None) -> AsOf | None:
    """The as-of to use: the option, what the user set, else the newest log time of an old export.

    None is now, or what a variable of dbt says.

    Only a DuckDB target knows of loads. Opening it here also finds out early that another process has it.

    Raises:
        UserError: the option is no timestamp, or the DuckDB file is in use.
    """
    if option:
        return AsOf(parse_as_of(option), "option")
    if variables.get(AS_OF_VARIABLE):
        return None
    if os.environ.get(AS_OF_ENVIRONMENT):
        return AsOf(parse_as_of(os.environ[AS_OF_ENVIRONMENT]), "option")
    newest = newest_loaded_log(settings, variables)
    now = datetime.now(timezone.utc).replace(tzinfo=None)
    if newest is None or abs(now - newest) <= OLD_EXPORT:
        return None
    return AsOf(newest, "load")


def newest_loaded_log(settings: Settings, variables: dict[str, Any]) -> datetime | None:
    """The newest log time the last `load` noted, UTC; None where nothing was loaded or the target is no DuckDB file."""
    file = find_duckdb_target(settings)
    path = file.target.path if file else read_target(settings).path
    if path is None or not Path(path).is_file():
        return None
    with open_duckdb_target(file) if file else open_warehouse(DbtProject(settings, variables)) as connection:
        if not connection.has(LOADS_TABLE):
            return None
        rows = connection.query(f"select newest_log_at from {LOADS_TABLE} order by loaded_at desc", limit=1).rows
    return rows[0][0] if rows else None


def with_as_of(variables: dict[str, Any], as_of: AsOf | None) -> dict[str, Any]:
    """The variables with as-of among them."""
    return {**variables, AS_OF_VARIABLE: as_of.at.isoformat(sep=" ")} if as_of else dict(variables)


def build(project: DbtProject, options: Sequence[str] = (), on_step: Callable[[Step], None] | None = None) -> Outcome:
    """Runs `dbt build` with dbt's own options and tells `on_step` of every node that finishes.

    Raises:
        UserError: the build could not start; a node that fails is in the outcome instead.
    """
    started = datetime.now(timezone.utc)
    tracker = _Tracker(on_step or (lambda _step: None))
    result = project.run(["build", *options], tracker, failures_raise=False)
    outcome = Outcome((datetime.now(timezone.utc) - started).total_seconds())
    times = []
    for node_result in getattr(result, "results", None) or []:
        node, status = node_result.node, str(node_result.status)
        kind = str(node.resource_type)
        outcome.done[kind, status] += 1
        if kind == "model" and status == "success":
            times.append((node.name, node_result.execution_time))
        if status in ("fail", "error", "warn", "runtime error", "partial success"):
            outcome.problems.append(_problem(node_result, kind, status))
    outcome.slowest = sorted(times, key=lambda item: -item[1])[:10]
    return outcome


class _Tracker:
    """Counts dbt's events; they come from several threads."""

    def __init__(self, on_step: Callable[[Step], None]) -> None:
        self._on_step = on_step
        self._lock = threading.Lock()
        self._total = 0
        self._finished: set[str] = set()  # dbt may tell of a node twice

    def __call__(self, event: EventMsg) -> None:
        if event.info.name == "LogStartLine":
            self._total = max(self._total, event.data.total)
        elif event.info.name == "NodeFinished":
            info = event.data.node_info
            if info.materialized == "ephemeral":
                return  # dbt does not number these
            with self._lock:
                if info.unique_id in self._finished:
                    return
                self._finished.add(info.unique_id)
                number, seconds = len(self._finished), event.data.run_result.execution_time
                step = Step(number, self._total, info.resource_type, info.node_name, info.node_status, seconds)
                try:
                    self._on_step(step)
                except (OSError, SystemExit):
                    # Nobody reads on, as after `| head`. Raised here it would end dbt's thread, and dbt wait forever.
                    self._on_step = lambda _step: None


def _problem(node_result: Any, kind: str, status: str) -> Problem:
    node = node_result.node
    is_warning = status == "warn"
    if kind in TESTS:
        return Problem(node.name, True, is_warning, redact(_test_text(node_result, kind, status)))
    text = f"{kind} {node.name}: {first_cause(node_result.message or status)} ({node.original_file_path})"
    return Problem(node.name, False, is_warning, redact(text))


def _test_text(node_result: Any, kind: str, status: str) -> str:
    node, rows = node_result.node, node_result.failures or 0
    if status in ("error", "runtime error"):
        return f"test {node.name} could not run: {first_cause(node_result.message or '')}"
    if kind == "unit_test":
        model = (node.tested_node_unique_id or "").split(".")[-1]
        return f"unit test {node.name} of {model}: the model gives other rows than expected"
    generic = getattr(node, "test_metadata", None)
    attached = (getattr(node, "attached_node", None) or "").split(".")[-1]
    column = getattr(node, "column_name", None)
    if node.description:
        what = one_line(node.description).rstrip(".")
    elif generic is None:
        what = f"{node.name} ({node.original_file_path})"
    else:
        what = _generic_text(generic.name, generic.kwargs or {})
    where = f"{attached}.{column}" if attached and column else attached
    return f"{where + ': ' if where else ''}{what}: {rows:,} {'row breaks' if rows == 1 else 'rows break'} this"


def _generic_text(name: str, kwargs: dict[str, Any]) -> str:
    arguments = {**kwargs, **(kwargs.get("arguments") or {})}
    if name == "accepted_values":
        return f"must be one of {', '.join(map(str, arguments.get('values', [])))}"
    if name in ("relationships", "found_in"):
        return f"must be found in {arguments.get('to')}"
    return {"unique": "must be unique", "not_null": "must not be null"}.get(name, f"test {name}")
