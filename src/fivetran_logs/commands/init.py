"""`fivetran-logs init`: writes the files a user edits into a directory."""

from __future__ import annotations

import shlex
from pathlib import Path

from fivetran_logs.dbt.initialised import write_directory
from fivetran_logs.output.console import near, output, print_warning
from fivetran_logs.output.summary import show_next


def run(directory: Path, *, force: bool) -> int:
    written = write_directory(directory, force=force)
    console = output()
    console.print(f"✓ {len(written.new)} files written to {near(written.directory)}", markup=False)
    if written.kept:
        print_warning(f"kept your {', '.join(written.kept)}; --force replaces them.")
    steps = {
        f"cd {shlex.quote(str(directory))}": "every command works from there",
        "cp .nao.env.example .nao.env": "name your warehouse there",
        "fivetran-logs check": "is the source complete?",
        "fivetran-logs build": "every model and test",
    }
    show_next(console, steps)
    return 0
