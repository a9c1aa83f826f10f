"""Runs dbt in this process, quietly: its output goes to logs/dbt.log, its failures become one line."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fivetran_logs.dbt import templates
from fivetran_logs.dbt.quicker import quicken_dbt
from fivetran_logs.dbt.settings import Settings
from fivetran_logs.failures.errors import WRONG_USE, UserError, one_line
from fivetran_logs.failures.explain import explain
from fivetran_logs.failures.secrets import redact_values, redactor
from fivetran_logs.yaml_files import read_yaml

if TYPE_CHECKING:  # dbt takes seconds to import, so functions import it when they need it
    from dbt.contracts.graph.manifest import Manifest
    from dbt_common.events.base_types import EventMsg

Vars = Mapping[str, Any]
AS_OF_VARIABLE = "fivetran_logs_as_of"
AS_OF_ENVIRONMENT = "FIVETRAN_LOGS_AS_OF"  # macro `as_of` reads it if the variable is not set


class DbtProject:
    """One dbt project with one set of variables. The same variables and target each time keep partial parsing alive.

    As-of is among the variables, but goes to dbt through the environment, where a new value does not void the parse.
    """

    def __init__(self, settings: Settings, variables: Vars | None = None) -> None:
        self.settings = settings
        self.variables = dict(variables or {})
        self._manifest: Manifest | None = None

    @cached_property
    def as_of_is_apart(self) -> bool:
        """Whether as-of may go through the environment. The project's own as-of would win over it."""
        files = (self.settings.project_dir / name for name in ("dbt_project.yml", "vars.yml"))
        return not any(_sets_as_of(read_yaml(path)) for path in files if path.is_file())

    @property
    def parse_variables(self) -> dict[str, Any]:
        """The variables dbt parses with."""
        if not self.as_of_is_apart:
            return self.variables
        return {name: value for name, value in self.variables.items() if name != AS_OF_VARIABLE}

    def at(self, as_of: str) -> DbtProject:
        """The same project with another as-of; it keeps this one's parse."""
        other = DbtProject(self.settings, {**self.variables, AS_OF_VARIABLE: as_of})
        other._manifest = self._manifest if self.as_of_is_apart else None
        return other

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

        quicken_dbt()
        templates.read(self.settings.target_path)
        if self._manifest is not None:
            _forget_what_ran(self._manifest)
        log_level = "debug" if _without_secrets() else "none"
        runner = dbtRunner(manifest=self._manifest, callbacks=[on_event] if on_event else None)
        verb, *options = command
        release_connections()  # an earlier dbt in this process may have left a logger with another file
        try:
            with self._as_of_in_environment():
                outcome = runner.invoke(
                    [*self._global_options(verb, log_level), verb, *self._common_options(), *options]
                )
        finally:
            release_connections()
            templates.write(self.settings.target_path)
        if outcome.exception is not None:
            settings = self.settings
            error = explain(outcome.exception, profiles_dir=settings.profiles_dir, target=settings.target)
            raise error from outcome.exception
        if failures_raise and not outcome.success:
            raise UserError(f"dbt {verb} failed; details are in {self.settings.log_file}.")
        return outcome.result

    def judge_options(self, verb: str, options: Sequence[str]) -> None:
        """Refuses options that dbt does not know, without the seconds of a parse.

        Raises:
            UserError: in dbt's words (exit code 2).
        """
        from click import Context, UsageError
        from dbt.cli.main import cli

        try:
            cli.commands[verb].make_context(verb, [*self._common_options(), *options], parent=Context(cli))
        except UsageError as error:
            raise UserError(one_line(error.format_message()), WRONG_USE) from error

    def compile(self, sql: str) -> str:
        """SQL with its Jinja resolved for the user's target.

        Raises:
            UserError: the SQL names something that the project lacks.
        """
        manifest = self.manifest()
        try:
            result = self.run(["compile", "--no-populate-cache", "--inline", sql])
        finally:
            # dbt leaves a node that it could not parse among the nodes, and would fail on it the next time
            for name in [name for name, node in manifest.nodes.items() if node.resource_type == "sql_operation"]:
                manifest.nodes.pop(name)
        # a manifest that dbt kept may hold another inline query beside this one
        nodes = [one.node for one in result.results if one.node.raw_code.strip() == sql.strip()]
        return nodes[-1].compiled_code

    def _global_options(self, verb: str, log_level: str) -> list[str]:
        quiet = ["--quiet", "--no-print", "--log-level", "none"]
        if verb in ("parse", "compile"):  # nobody reads their artifacts; to write them takes longer than to compile
            quiet.append("--no-write-json")
        return [*quiet, "--log-level-file", log_level, "--log-path", str(self.settings.log_path)]

    def _common_options(self) -> list[str]:
        settings = self.settings
        options = ["--project-dir", str(settings.project_dir), "--profiles-dir", str(settings.profiles_dir)]
        options += ["--target-path", str(settings.target_path)]
        if settings.target:
            options += ["--target", settings.target]
        if self.parse_variables:
            options += ["--vars", json.dumps(self.parse_variables, sort_keys=True)]
        return options

    @contextmanager
    def _as_of_in_environment(self) -> Iterator[None]:
        """Sets it only while dbt runs, because one process may build as of several times."""
        as_of = self.variables.get(AS_OF_VARIABLE)
        before = os.environ.get(AS_OF_ENVIRONMENT)
        if as_of and self.as_of_is_apart:
            os.environ[AS_OF_ENVIRONMENT] = str(as_of)
        try:
            yield
        finally:
            os.environ.pop(AS_OF_ENVIRONMENT, None)
            if before is not None:
                os.environ[AS_OF_ENVIRONMENT] = before


def _forget_what_ran(manifest: Manifest) -> None:
    """Makes a manifest as it was parsed: dbt keeps compiled SQL in its nodes. What our macros keep is of one run."""
    for node in manifest.nodes.values():
        if getattr(node, "compiled", False):
            node.compiled = node.extra_ctes_injected = False
            node.compiled_code = node._pre_injected_sql = None
            node.extra_ctes = []


def _sets_as_of(content: Any) -> bool:
    """Whether as-of has a value anywhere in a file of variables."""
    if not isinstance(content, dict):
        return False
    return any(value if name == AS_OF_VARIABLE else _sets_as_of(value) for name, value in content.items())


def release_connections() -> None:
    """Closes the DuckDB file, which dbt would keep open until the process ends."""
    try:
        from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    except ImportError:
        return
    DuckDBConnectionManager.close_all_connections()


def _without_secrets() -> bool:
    """Keeps secrets out of dbt's log and the messages in run_results.json. Returns whether the log is safe.

    dbt blanks out only values of variables that begin with DBT_ENV_SECRET_, and only whole. Its scrubber, which every
    line passes before it is written, is replaced by ours; a dbt without this function gets no log.
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
    """In place of dbt's own: it redacts messages, and writes the text at once, in a fifth of the time of dbt's pieces.

    A manifest has no messages, and its profile values were judged before.
    """
    from dbt_common.utils.encoding import JSONEncoder

    text = json.dumps(redact_values(content) if "results" in content else content, cls=JSONEncoder)
    file = Path(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return True
