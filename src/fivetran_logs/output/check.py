"""How `fivetran-logs check` is shown: what is there, then what is wrong, what it costs, how to mend it."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from fivetran_logs.commands.check import ERROR, INFO, WARNING, Finding, Report
from fivetran_logs.failures.secrets import redact

_MARKS = {ERROR: ("✗", "red"), WARNING: ("!", "yellow"), INFO: ("·", "dim")}


def to_json(report: Report) -> str:
    """The report as JSON, times in ISO 8601 UTC."""
    return redact(json.dumps(report.to_dict(), indent=2, default=_json_value, ensure_ascii=False)) + "\n"


def _json_value(value: Any) -> str:
    return value.isoformat() if isinstance(value, (date, datetime)) else str(value)


def show(console: Console, report: Report, *, everything: bool = False) -> None:
    """Prints the report. Without `everything`, what nobody misses is only counted."""
    target = report.target
    if report.connected:
        _line(console, "✓", "green", f"Connected to {target.name} ({target.type}), writes to {target.schema}")
    for schema, tables in report.schemas.items():
        plan = f"; plan: {report.plan}" if report.plan else ""
        place = f"{report.database}.{schema}" if report.database else schema
        _line(console, "✓" if tables else "✗", "green" if tables else "red", f"{tables} of 35 tables in {place}{plan}")
    if report.unknown_tables:
        _line(console, "·", "dim", f"{len(report.unknown_tables)} other tables there are left alone")
    if report.tables:
        console.print()
        console.print(_tables(report))
    shown = [f for f in report.findings if everything or f.level != INFO]
    for level in (ERROR, WARNING, INFO):
        for finding in (f for f in shown if f.level == level):
            _finding(console, finding)
    _verdict(console, report, hidden=len(report.findings) - len(shown))


def _tables(report: Report) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    several = len(report.schemas) > 1
    for heading in (["schema"] if several else []) + ["table", "rows", "newest event", "newest arrival", "found as"]:
        table.add_column(heading, justify="right" if heading == "rows" else "left", no_wrap=True)
    for state in report.tables:
        rows = "unreadable" if state.rows is None else f"{state.rows:,}"
        found_as = "" if state.found_as == state.table else state.found_as
        cells = [state.table, rows, _time(state.newest_event), _time(state.newest_arrival), found_as]
        table.add_row(*([state.schema] if several else []), *cells)
    return table


def _time(value: datetime | None) -> str:
    return f"{value:%Y-%m-%d %H:%M}" if value else ""


def _finding(console: Console, finding: Finding) -> None:
    mark, style = _MARKS[finding.level]
    console.print()
    _line(console, mark, style, finding.text)
    if finding.marts:
        _line(console, " ", "", f"touches {', '.join(finding.marts)}", "dim")
    if finding.remedy:
        _line(console, " ", "", f"→ {finding.remedy}")


def _verdict(console: Console, report: Report, hidden: int) -> None:
    errors = sum(f.level == ERROR for f in report.findings)
    warnings = sum(f.level == WARNING for f in report.findings)
    console.print()
    if errors:
        _line(console, "✗", "red", f"{errors} to mend before a build: results would be wrong or empty.")
    else:
        detail = f", with {warnings} gap{'' if warnings == 1 else 's'} named above" if warnings else ""
        _line(console, "✓", "green", f"Ready to build{detail}.")
    if hidden:
        _line(console, " ", "", f"{hidden} more that nobody misses: fivetran-logs check --all", "dim")


def _line(console: Console, mark: str, style: str, text: str, text_style: str = "") -> None:
    console.print(Text.assemble((f"{mark} ", style), (redact(text), text_style)), soft_wrap=True)
