"""`fivetran-logs report`: writes the marts as one HTML file."""

from __future__ import annotations

from pathlib import Path

from fivetran_logs.alerts.store import find_store
from fivetran_logs.dbt.open import Options, open_project
from fivetran_logs.output.console import near, output, progress_bar
from fivetran_logs.report import DEFAULT_OUTPUT, write_report


def run(
    options: Options,
    *,
    output_file: Path | None,
    json_file: Path | None,
    redact: bool,
    alert_state: str | None,
    show: bool,
) -> int:
    project, _ = open_project(options)
    path = output_file or DEFAULT_OUTPUT
    state = find_store(options, alert_state).read()
    with progress_bar("Reporting", show=show) as progress:
        written = write_report(project, path, json_file=json_file, redact=redact, alert_state=state, progress=progress)
    console = output()
    connections = "1 connection" if written.connections == 1 else f"{written.connections:,} connections"
    console.print(
        f"✓ {near(path)}: {connections} as of {written.as_of:%Y-%m-%d %H:%M} UTC, "
        f"{written.size / 1e6:.1f} MB. Open it in a browser.",
        markup=False,
    )
    if json_file:
        console.print(f"✓ {near(json_file)}: its data", markup=False)
    return 0
