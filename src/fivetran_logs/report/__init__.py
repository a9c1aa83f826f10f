"""`fivetran-logs report`: one HTML file that needs no server and no network, and the same data as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from fivetran_logs.dbt.project import DbtProject
from fivetran_logs.failures.errors import WRONG_USE, UserError
from fivetran_logs.progress import Progress, silent
from fivetran_logs.report.queries import run_queries
from fivetran_logs.report.told import read_told

DEFAULT_OUTPUT = Path("fivetran_report.html")


@dataclass(frozen=True)
class Written:
    """A written report: the as-of of its figures (UTC without zone), its number of connections, its size in bytes."""

    as_of: datetime
    connections: int
    size: int


def write_report(
    project: DbtProject,
    output: Path,
    *,
    json_file: Path | None = None,
    redact: bool = False,
    alert_state: Path | None = None,
    progress: Progress | None = None,
) -> Written:
    """Reads the marts and writes the report; its as-of is that of the build.

    alert_state  state file of `fivetran-logs alert`: who was told of which incident

    Raises:
        UserError: a model is not built yet, the warehouse refused, or a file cannot be written (exit code 2).
    """
    from fivetran_logs.report.data import make_data, to_json
    from fivetran_logs.report.page import render  # Altair takes a second to import, and `query` does not need it

    progress = progress or silent
    _prepare(output, *([json_file] if json_file else []))
    told = read_told(alert_state)
    answers = run_queries(project, progress)
    data = make_data(answers, redact=redact, told=told)
    progress("drawing", 0.85)
    page = render(data, cache=project.settings.target_path)
    if json_file:
        _write(json_file, to_json(data) + "\n")
    _write(output, page)
    return Written(answers.as_of, len(data["tables"]["connections"]["rows"]), len(page.encode("utf-8")))


def _prepare(*paths: Path) -> None:
    """Checks that the files can be written, before it queries the warehouse."""
    if len({path.resolve() for path in paths}) < len(paths):
        raise UserError(f"The report and its data need two different files, not {paths[0]} for both.", WRONG_USE)
    for path in paths:
        if path.is_dir():
            raise UserError(f"{path} is a directory: name a file in it, such as {path / DEFAULT_OUTPUT}.", WRONG_USE)
        with _writing(path):
            path.parent.mkdir(parents=True, exist_ok=True)


def _write(path: Path, text: str) -> None:
    """Writes a new file beside the old one and then swaps them, so that no reader sees half a file."""
    with _writing(path):
        part = path.with_name(f".{path.name}.part")
        try:
            part.write_text(text, encoding="utf-8", newline="\n")
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror or error}.", WRONG_USE) from error
