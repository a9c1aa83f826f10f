"""What commands print with: one console for answers, one for what is said meanwhile, progress that suits both."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from fivetran_logs.commands.build import TESTS, Step
from fivetran_logs.failures.errors import redact

WIDTH_OF_A_FILE = 160  # columns, where the output is no terminal and so has no width


def output() -> Console:
    """Standard output: answers. Made anew each time, so that a redirected stream is honoured."""
    return _console(stderr=False)


def messages() -> Console:
    """Standard error: progress, notes, errors."""
    return _console(stderr=True)


def _console(*, stderr: bool) -> Console:
    console = Console(stderr=stderr, highlight=False)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = WIDTH_OF_A_FILE
    return console


def print_error(message: str) -> None:
    """One line on standard error, without secrets and without markup."""
    console = messages()
    console.print("[bold red]Error:[/] ", end="")
    console.print(redact(message), markup=False, soft_wrap=True)


def print_warning(message: str) -> None:
    console = messages()
    console.print("[yellow]Note:[/] ", end="")
    console.print(redact(message), markup=False, soft_wrap=True)


Report = Callable[[str, float], None]


@contextmanager
def progress(title: str, *, show: bool = True) -> Iterator[Report]:
    """A bar that takes (what, share of the work done, 0 to 1). Where nobody watches: a line per tenth of the work."""
    console = messages()
    if not show or not console.is_terminal:
        yield _lines(console, title) if show else _silent
        return
    columns = (
        SpinnerColumn(),
        TextColumn("[bold]{task.description}[/]"),
        BarColumn(bar_width=30),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
        TextColumn("[dim]{task.fields[what]}[/]"),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(title, total=1.0, what="")

        def report(what: str, share: float) -> None:
            bar.update(task, completed=share, what=what[:40])

        yield report


def _silent(_what: str, _share: float) -> None:
    return


@contextmanager
def build_progress(*, show: bool = True) -> Iterator[Callable[[Step], None]]:
    """A bar over dbt's nodes. Where nobody watches: one line per model and seed, and per test that does not pass."""
    console = messages()
    if show and not console.is_terminal:
        yield lambda step: _print_step(console, step)
        return
    with progress("Building", show=show) as report:
        report("reading the project", 0.0)
        yield lambda step: report(step.name, step.number / max(step.total, step.number, 1))


def _print_step(console: Console, step: Step) -> None:
    if step.kind not in TESTS or step.status not in ("pass", "success"):
        line = (
            f"{step.number}/{max(step.total, step.number)} {step.kind} {step.name} {step.status} {step.seconds:.1f} s"
        )
        console.print(line, markup=False, soft_wrap=True)


def _lines(console: Console, title: str) -> Report:
    last = -1

    def report(what: str, share: float) -> None:
        nonlocal last
        tenth = int(share * 10)
        if tenth > last:
            last = tenth
            console.print(f"{title}: {tenth * 10} % {what}", markup=False, soft_wrap=True)

    return report


def near(path: Path) -> str:
    """A path as short as it can be said from here."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)
