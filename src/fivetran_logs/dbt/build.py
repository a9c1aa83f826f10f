"""Runs `dbt build` with a callback for each step, and returns its outcome as data."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from fivetran_logs.dbt.failing_rows import first_failing_rows
from fivetran_logs.dbt.project import DbtProject
from fivetran_logs.failures.dbt import TESTS, failed_node
from fivetran_logs.failures.errors import one_line
from fivetran_logs.failures.explain import remedy
from fivetran_logs.failures.secrets import redact

if TYPE_CHECKING:
    from dbt_common.events.base_types import EventMsg

_OURS = "fivetran_logs: "  # how the sentences begin that our macros log (macro say_once)


@dataclass(frozen=True)
class Step:
    """One node that dbt has finished. `total` is 0 until dbt reports the number of nodes."""

    number: int
    total: int
    kind: str
    name: str
    status: str
    seconds: float


@dataclass(frozen=True)
class Problem:
    """A model or test that failed or warned, in one line; `advice` is the remedy, if known."""

    name: str
    is_test: bool
    is_warning: bool
    text: str
    advice: str | None = None


@dataclass
class Outcome:
    """The outcome of a build. `done` counts finished nodes by kind (`model`, `seed`, `test` ...) and dbt's status.

    notes  what the models say they did, once: that they derived stored rows again, and why
    """

    seconds: float
    done: Counter[tuple[str, str]] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
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


def build(project: DbtProject, options: Sequence[str] = (), on_step: Callable[[Step], None] | None = None) -> Outcome:
    """Runs `dbt build` with dbt's own options and calls `on_step` for every node that finishes.

    Raises:
        UserError: the build could not start; a node that fails is in the outcome instead.
    """
    started = datetime.now(timezone.utc)
    tracker = _Tracker(on_step or (lambda _step: None))
    project.manifest()  # parsed apart, it also serves the queries that come after the build
    result = project.run(["build", *options], tracker, failures_raise=False)
    outcome = Outcome((datetime.now(timezone.utc) - started).total_seconds())
    times = []
    results = getattr(result, "results", None) or []
    failed = [one.node for one in results if one.node.resource_type == "test" and str(one.status) in ("fail", "warn")]
    rows = first_failing_rows(project, failed)
    for node_result in results:
        node, status = node_result.node, str(node_result.status)
        kind = str(node.resource_type)
        outcome.done[kind, status] += 1
        if kind == "model" and status == "success":
            times.append((node.name, node_result.execution_time))
        if status in ("fail", "error", "warn", "runtime error", "partial success"):
            text = redact(failed_node(node_result, rows.get(node.unique_id)))
            advice = remedy(node_result.message or "")
            problem = Problem(node.name, kind in TESTS, status == "warn", text, advice and redact(advice))
            outcome.problems.append(problem)
    outcome.problems += [Problem(name, False, True, redact(text)) for name, text in tracker.warnings]
    outcome.notes = [redact(text) for text in dict.fromkeys(tracker.notes)]
    outcome.slowest = sorted(times, key=lambda item: -item[1])[:10]
    return outcome


class _Tracker:
    """Counts dbt's events; they come from several threads."""

    def __init__(self, on_step: Callable[[Step], None]) -> None:
        self._on_step = on_step
        self._lock = threading.Lock()
        self._total = 0
        self._finished: set[str] = set()  # dbt may report a node twice
        self.warnings: list[tuple[str, str]] = []  # what a macro of ours warned of: the node, and the words
        self.notes: list[str] = []  # what a macro of ours said

    def __call__(self, event: EventMsg) -> None:
        if event.info.name == "LogStartLine":
            self._total = max(self._total, event.data.total)
        elif event.info.name == "JinjaLogWarning":
            self.warnings.append((event.data.node_info.node_name or "source", one_line(event.data.msg)))
        elif event.info.name == "JinjaLogInfo" and event.data.msg.startswith(_OURS):
            self.notes.append(one_line(event.data.msg.removeprefix(_OURS)))
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
                    # The pipe is closed, as by `head`. An error here would end dbt's thread, and dbt would hang.
                    self._on_step = lambda _step: None
