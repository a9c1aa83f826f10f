"""What is installed: versions for a bug report, and the requirement of an adapter that is missing."""

from __future__ import annotations

import platform
from importlib import metadata

from fivetran_logs import __version__


def versions() -> dict[str, str]:
    """Versions by name: this command, Python, dbt, its adapters, DuckDB."""
    installed = {found.metadata["Name"]: found.version for found in metadata.distributions() if found.metadata["Name"]}
    related = sorted(name for name in installed if name.startswith("dbt-") and name not in _PARTS)
    return {
        "fivetran-logs": __version__,
        "python": platform.python_version(),
        **{name: installed[name] for name in [*related, "duckdb"] if name in installed},
    }


_PARTS = {"dbt-adapters", "dbt-common", "dbt-extractor", "dbt-protos", "dbt-semantic-interfaces"}
