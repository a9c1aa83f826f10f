"""The choices and shared options of the verbs, with their types and help."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from fivetran_logs.dbt.open import Options


class Contract(str, Enum):
    """How a simulated account is billed."""

    tiers = "tiers"
    credits = "credits"
    fixed = "fixed"


class AccountPlan(str, Enum):
    """Fivetran plans that differ in the tables they write."""

    enterprise = "enterprise"
    standard = "standard"


class Names(str, Enum):
    """Generations of table and column names."""

    current = "current"
    connector = "connector"
    oldest = "oldest"


class Format(str, Enum):
    """How `query` prints an answer."""

    table = "table"
    csv = "csv"
    json = "json"


class FileFormat(str, Enum):
    """What `export` writes."""

    parquet = "parquet"
    csv = "csv"


class FocusVersion(str, Enum):
    """Versions of FinOps FOCUS."""

    v1_2 = "1.2"
    v1_3 = "1.3"
    v1_4 = "1.4"


class Change(str, Enum):
    """What `what-if` can reckon."""

    drop_tables = "drop-tables"
    resync = "resync"
    reschedule = "reschedule"
    history_mode = "history-mode"
    merge = "merge"


class CheckFormat(str, Enum):
    """How `check` prints what it found."""

    table = "table"
    json = "json"


Target = Annotated[
    str | None,
    typer.Option("--target", "-t", metavar="NAME", help="Target of the profile; default: the profile's own."),
]
ProfilesDir = Annotated[
    Path | None,
    typer.Option("--profiles-dir", metavar="DIR", help="Directory that holds profiles.yml; default: searched for."),
]
ProjectDir = Annotated[
    Path | None,
    typer.Option("--project-dir", metavar="DIR", help="The dbt project; default: here, or the built-in one."),
]
AsOfOption = Annotated[
    str | None,
    typer.Option(
        "--as-of", metavar="TIMESTAMP", help="Measure every “now” from this instant, UTC, e.g. 2026-06-18T14:00."
    ),
]
VarsOption = Annotated[
    str | None, typer.Option("--vars", metavar="YAML", help="dbt variables, e.g. '{fivetran_logs_top_consumers: 20}'.")
]
ManifestOption = Annotated[
    Path | None,
    typer.Option(
        "--manifest", metavar="FILE", help="target/manifest.json of your own dbt project: what reads a table."
    ),
]
FormatOption = Annotated[Format, typer.Option("--format", "-f", help="How to print it.")]
OutputFile = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write to this file instead of printing.")
]
NoProgress = Annotated[bool, typer.Option("--no-progress", help="Print no progress.")]
Seed = Annotated[int, typer.Option(help="The same seed gives the same account.")]
Days = Annotated[int, typer.Option(min=1, help="Days of log.")]
Plan = Annotated[AccountPlan, typer.Option(help="Which tables the account has.")]


def options_of(
    target: str | None,
    profiles_dir: Path | None,
    project_dir: Path | None,
    as_of: str | None = None,
    variables: str | None = None,
) -> Options:
    from fivetran_logs.dbt.open import Options

    return Options(target, profiles_dir, project_dir, as_of, variables)
