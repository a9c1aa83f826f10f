"""The verbs of `fivetran-logs export`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fivetran_logs.cli.options import (
    AsOfOption,
    FileFormat,
    FocusVersion,
    OutputFile,
    ProfilesDir,
    ProjectDir,
    Target,
    VarsOption,
    options_of,
)

export_app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Write files for finance (FOCUS columns, a statement for each owner) and for auditors (evidence).",
)


@export_app.command("focus", epilog="Example: fivetran-logs export focus --version 1.3 --output fivetran.parquet")
def export_focus(
    version: Annotated[FocusVersion, typer.Option("--version", help="Of the specification.")] = FocusVersion.v1_4,
    format_: Annotated[FileFormat, typer.Option("--format", "-f", help="Of the file.")] = FileFormat.parquet,
    output_file: OutputFile = None,
    first: Annotated[
        str | None, typer.Option("--from", metavar="DAY", help="Charges that begin on this day or later, UTC.")
    ] = None,
    last: Annotated[str | None, typer.Option("--to", metavar="DAY", help="Charges that begin before this day.")] = None,
    target: Target = None,
    profiles_dir: ProfilesDir = None,
    project_dir: ProjectDir = None,
    as_of: AsOfOption = None,
    variables: VarsOption = None,
) -> int:
    """Write what has been billed with the names and types of FinOps FOCUS."""
    from fivetran_logs.commands import export as verb

    options = options_of(target, profiles_dir, project_dir, as_of, variables)
    return verb.run_focus(
        options, version=version.value, format_=format_.value, first=first, last=last, output_file=output_file
    )


@export_app.command("chargeback", epilog="Example: fivetran-logs export chargeback --month 2026-05")
def export_chargeback(
    month: Annotated[str | None, typer.Option("--month", "-m", metavar="YYYY-MM", help="Default: all months.")] = None,
    directory: Annotated[
        Path, typer.Option("--output", "-o", metavar="DIR", help="Where to write, in a directory for each month.")
    ] = Path("chargeback"),
    target: Target = None,
    profiles_dir: ProfilesDir = None,
    project_dir: ProjectDir = None,
    as_of: AsOfOption = None,
    variables: VarsOption = None,
) -> int:
    """Write a CSV for each owner and month. All files of a month sum to its bills; what nobody owns has its own."""
    from fivetran_logs.commands import export as verb

    options = options_of(target, profiles_dir, project_dir, as_of, variables)
    return verb.run_chargeback(options, month=month, output=directory)


@export_app.command(epilog="Example: fivetran-logs export evidence --from 2026-01-01 --to 2026-06-30 --output evidence")
def evidence(
    first: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="First day; default: all history.")
    ] = None,
    last: Annotated[str | None, typer.Option("--to", metavar="DATE", help="Last day; default: the newest.")] = None,
    directory: Annotated[
        Path, typer.Option("--output", "-o", metavar="DIR", help="New or empty directory, or an earlier export.")
    ] = Path("evidence"),
    target: Target = None,
    profiles_dir: ProfilesDir = None,
    project_dir: ProjectDir = None,
    variables: VarsOption = None,
) -> int:
    """Write a folder for an auditor: compliance checks, their history and findings, the SQL, row counts and hashes."""
    from fivetran_logs.commands import export_evidence as verb

    return verb.run(options_of(target, profiles_dir, project_dir, None, variables), first, last, directory)
