"""Runs dbt in this process, quietly: its own words go to logs/dbt.log, its failures become one line."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from fivetran_logs.dbt.settings import Settings
from fivetran_logs.failures.errors import UserError
from fivetran_logs.failures.explain import explain
from fivetran_logs.failures.secrets import redact_values, redactor

if TYPE_CHECKING:  # dbt takes seconds to import, so it is imported where it is used
    from dbt.contracts.graph.manifest import Manifest
    from dbt_common.events.base_types import EventMsg

Vars = Mapping[str, Any]


class DbtProject:
    """One dbt project with one set of variables. The same variables and target each time keep partial parsing alive."""

    def __init__(self, settings: Settings, variables: Vars | None = None) -> None:
        self.settings = settings
        self.variables = dict(variables or {})
        self._manifest: Manifest | None = None

    def manifest(self) -> Manifest:
        """The parsed project, parsed once."""
        if self._manifest is None:
            self._manifest = self.run(["parse"])
        return self._manifest

    def run(
        self, command: Sequence[str], on_event: Callable[[EventMsg], None] | None = None, *, failures_raise: bool = True
    ) -> Any:
        """Runs a dbt command and returns dbt's result.

        Raises:
            UserError: wrong options or target (exit code 2), no connection, an error in the project.
            KeyboardInterrupt: the user stopped it.
        """
        from dbt.cli.main import dbtRunner

        log_level = "debug" if _without_secrets() else "none"
        runner = dbtRunner(manifest=self._manifest, callbacks=[on_event] if on_event else None)
        verb, *options = command
        release_connections()  # a host's own dbt may have left one: dbt would write to its file, whatever the directory
        try:
            outcome = runner.invoke([*self._global_options(log_level), verb, *self._common_options(), *options])
        finally:
            release_connections()
        if outcome.exception is not None:
            settings = self.settings
            error = explain(outcome.exception, profiles_dir=settings.profiles_dir, target=settings.target)
            raise error from outcome.exception
        if failures_raise and not outcome.success:
            raise UserError(f"dbt {verb} failed; details are in {self.settings.log_file}.")
        return outcome.result

    def compile(self, sql: str) -> str:
        """SQL with its Jinja resolved for the user's target.

        Raises:
            UserError: the SQL names what the project does not have.
        """
        self.manifest()
        result = self.run(["compile", "--no-populate-cache", "--inline", sql])
        return result.results[0].node.compiled_code

    def _global_options(self, log_level: str) -> list[str]:
        quiet = ["--quiet", "--no-print", "--log-level", "none"]
        return [*quiet, "--log-level-file", log_level, "--log-path", str(self.settings.log_path)]

    def _common_options(self) -> list[str]:
        settings = self.settings
        options = ["--project-dir", str(settings.project_dir), "--profiles-dir", str(settings.profiles_dir)]
        options += ["--target-path", str(settings.target_path)]
        if settings.target:
            options += ["--target", settings.target]
        if self.variables:
            options += ["--vars", json.dumps(self.variables, sort_keys=True)]
        return options


def release_connections() -> None:
    """Lets go of the DuckDB file, which dbt otherwise keeps open for as long as the process lives."""
    try:
        from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    except ImportError:
        return
    DuckDBConnectionManager.close_all_connections()


def _without_secrets() -> bool:
    """Keeps secrets out of what dbt writes: its log and the messages in run_results.json. Whether the log is safe.

    dbt blanks out only values of variables that begin with DBT_ENV_SECRET_, and only whole. Its scrubber, which every
    line passes before it is written, gives way to ours; a dbt without that place keeps no log.
    """
    from dbt.events import logging
    from dbt_common.clients.system import write_json

    for name, module in list(sys.modules.items()):
        if name.startswith("dbt.artifacts.") and getattr(module, "write_json", None) is write_json:
            module.write_json = _write_json
    if not hasattr(logging, "env_scrubber"):
        return False
    logging.env_scrubber = redactor()
    return True


def _write_json(path: str, content: dict[str, Any]) -> bool:
    """dbt's own, with messages redacted. A manifest has none, and what the profile brings into it is judged before."""
    from dbt_common.clients.system import write_json

    return write_json(path, redact_values(content) if "results" in content else content)
