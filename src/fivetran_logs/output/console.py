"""Consoles for commands: one for answers, one for progress and errors, and a progress bar."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from fivetran_logs.dbt.as_of import AsOf
from fivetran_logs.dbt.build import Step
from fivetran_logs.failures.dbt import TESTS
from fivetran_logs.failures.errors import printable
from fivetran_logs.failures.secrets import redact
from fivetran_logs.progress import Progress, silent

WIDTH_OF_A_FILE = 160  # columns, if the output is not a terminal and so has no width


def output(*, without_terminal: int = WIDTH_OF_A_FILE) -> Console:
    """Standard output: answers. A new console each time, because the stream may be redirected.

    without_terminal  columns, if the output is not a terminal and COLUMNS is not set
    """
    return _console(stderr=False, without_terminal=without_terminal)


def messages() -> Console:
    """Standard error: progress, notes, errors."""
    return _console(stderr=True)


def _console(*, stderr: bool, without_terminal: int = WIDTH_OF_A_FILE) -> Console:
    console = Console(stderr=stderr, highlight=False)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = without_terminal
    return console


def print_error(message: str) -> None:
    """One line on standard error, without secrets and without markup."""
    console = messages()
    console.print("[bold red]Error:[/] ", end="")
    console.print(printable(redact(message)), markup=False, soft_wrap=True)


def print_warning(message: str) -> None:
    console = messages()
    console.print("[yellow]Note:[/] ", end="")
    console.print(printable(redact(message)), markup=False, soft_wrap=True)


@contextmanager
def progress_bar(title: str, *, show: bool = True) -> Iterator[Progress]:
    """A bar that takes (what, share of the work done, 0 to 1). Nothing without a terminal: a step ends with a line."""
    console = messages()
    if not show or not console.is_terminal:
        yield silent
        return
    from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (
        SpinnerColumn(),
        TextColumn("[bold]{task.description}[/]"),
        BarColumn(bar_width=30),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
        TextColumn("[dim]{task.fields[what]}[/]"),
    )
    with Bar(*columns, console=console, transient=True) as bar:
        task = bar.add_task(title, total=1.0, what="")

        def progress(what: str, share: float) -> None:
            bar.update(task, completed=share, what=what[:40])

        yield progress


@contextmanager
def build_progress(*, show: bool = True, lines: bool = True) -> Iterator[Callable[[Step], None]]:
    """A bar over dbt's nodes. Without a terminal: a line per model and seed, and per test that does not pass.

    lines  False: without a terminal, print nothing
    """
    console = messages()
    if show and lines and not console.is_terminal:
        yield lambda step: _print_step(console, step)
        return
    with progress_bar("Building", show=show) as progress:
        progress("reading the project", 0.0)
        yield lambda step: progress(step.name, step.number / max(step.total, step.number, 1))


def _print_step(console: Console, step: Step) -> None:
    if step.kind not in TESTS or step.status not in ("pass", "success"):
        line = (
            f"{step.number}/{max(step.total, step.number)} {step.kind} {step.name} {step.status} {step.seconds:.1f} s"
        )
        console.print(line, markup=False, soft_wrap=True)


def warn_of_old_log(as_of: AsOf | None) -> None:
    """Prints that the end of a loaded export counts as now."""
    if as_of and as_of.source == "load":
        print_warning(f"the loaded log ends {as_of}, which counts as now; --as-of sets another time.")


def near(path: Path) -> str:
    """The shortest form of a path from the working directory."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)
