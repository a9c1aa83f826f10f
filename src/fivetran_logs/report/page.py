"""The HTML file, complete in itself: shell, styles, scripts, chart specifications and data."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from fivetran_logs.report.charts import chart_specs
from fivetran_logs.report.data import Data, records, to_json

# In order: each uses what those before it define. All share one scope.
SCRIPTS = (
    "theme.js", "format.js", "dom.js", "data.js", "address.js", "export.js", "pager.js", "table.js", "sparkline.js",
    "grid.js", "charts.js", "parts.js", "problems.js", "overview.js", "incidents.js", "incident.js",
    "connections.js", "connection.js", "owners.js", "levels.js", "volumes.js", "usage.js", "finance.js",
    "performance.js", "errors.js", "schema_changes.js", "lineage.js", "sessions.js", "governance.js", "access.js",
    "compliance.js", "recommendations.js", "rules.js", "app.js",
)  # fmt: skip
PAGES = {
    "overview": "Overview",
    "incidents": "Incidents",
    "connections": "Connections",
    "owners": "Owners",
    "levels": "Service levels",
    "volumes": "Tables",
    "usage": "Usage and cost",
    "finance": "Finance",
    "performance": "Performance",
    "errors": "Errors",
    "schema": "Schema changes",
    "lineage": "Lineage",
    "governance": "Governance",
    "access": "Access",
    "compliance": "Compliance",
    "recommendations": "Recommendations",
}


def render(data: Data, *, cache: Path | None = None) -> str:
    """The whole page as text.

    cache  directory where the chart library is kept once it has been bundled, which takes seconds
    """
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(lambda name: _read("templates", name)),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
    )
    script = "(async () => {\n'use strict';\n" + "\n".join(_read("static", "js", name) for name in SCRIPTS) + "\n})();"
    library = chart_library(cache)
    problems = [row for row in records(data, "connections") if row["problem_rank"] is not None]
    return environment.get_template("report.html.j2").render(
        account=records(data, "settings")[0]["account_name"],
        as_of=data["as_of"],
        known_until=records(data, "settings")[0]["known_until_at"],
        content_policy=content_policy([script, library]),
        pages=PAGES,
        problems=problems[:10],
        style=Markup(_read("static", "report.css")),
        script=Markup(_inside_script(script)),
        library=pack(_inside_script(library)),
        data=pack(to_json(data)),
        charts=Markup(json_in_html(json.dumps(chart_specs(), separators=(",", ":")))),
    )


def pack(text: str) -> str:
    """A text compressed, in characters that mean nothing to HTML, always the same; `unpack` in data.js undoes it.

    Level 9 takes three times as long as 6, and saves 3 %.
    """
    return base64.b64encode(gzip.compress(text.encode("utf-8"), 6, mtime=0)).decode("ascii")


def json_in_html(text: str) -> str:
    """JSON that is safe inside a script element: it can start no tag and no comment."""
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def content_policy(scripts: list[str]) -> str:
    """A content security policy that allows only our own scripts and no requests."""
    hashes = " ".join(f"'sha256-{_sha256(_inside_script(script))}'" for script in scripts)
    return (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'"
    )


def chart_library(cache: Path | None = None) -> str:
    """Vega, Vega-Lite and Vega-Embed as one script. Bundled once per version and kept."""
    import vl_convert

    kept = cache / f"vega-{vl_convert.__version__}.js" if cache else None
    if kept is not None and kept.is_file():
        return kept.read_text(encoding="utf-8")
    text = vl_convert.javascript_bundle()
    if kept is not None:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(text, encoding="utf-8")
    return text


def _inside_script(text: str) -> str:
    """JavaScript that cannot end its script element."""
    return re.sub(r"<(/script|!--)", r"\\x3c\1", text, flags=re.IGNORECASE)


def _sha256(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


def _read(*path: str) -> Any:
    return files(__package__).joinpath(*path).read_text(encoding="utf-8")
