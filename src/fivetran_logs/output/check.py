"""The output of `fivetran-logs check`: what exists, what is wrong, what it costs, how to fix it."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from fivetran_logs.commands.check import ERROR, INFO, WARNING, Finding, Findings
from fivetran_logs.failures.errors import printable
from fivetran_logs.failures.secrets import redact

_MARKS = {ERROR: ("✗", "red"), WARNING: ("!", "yellow"), INFO: ("·", "dim")}


def to_json(findings: Findings) -> str:
    """The findings as JSON, times in ISO 8601 UTC."""
    return redact(json.dumps(findings.to_dict(), indent=2, default=_json_value, ensure_ascii=False)) + "\n"


def _json_value(value: Any) -> str:
    return value.isoformat() if isinstance(value, (date, datetime)) else str(value)


def show(console: Console, findings: Findings, *, everything: bool = False) -> None:
    """Prints the findings. Without `everything`, minor gaps are only counted."""
    facts = findings.facts
    if facts.connected:
        target = facts.target
        _line(console, "✓", "green", f"Connected to {target.name} ({target.type}), writes to {target.schema}")
    for schema, tables in findings.schemas.items():
        plan = f"; plan: {findings.plan}" if findings.plan else ""
        place = f"{facts.database}.{schema}" if facts.database else schema
        mark, style = ("✓", "green") if tables else ("✗", "red")
        _line(console, mark, style, f"{tables} of {findings.declared_tables} tables in {place}{plan}")
    if facts.unknown_tables:
        others = len(facts.unknown_tables)
        _line(console, "·", "dim", f"{others} other {'table' if others == 1 else 'tables'} there will not be read")
    if facts.tables:
        console.print()
        console.print(_tables(findings))
        _known_until(console, findings)
    shown = [f for f in findings.findings if everything or f.level != INFO]
    for level in (ERROR, WARNING, INFO):
        for finding in (f for f in shown if f.level == level):
            _finding(console, finding)
    _verdict(console, findings, hidden=len(findings.findings) - len(shown))


def _tables(findings: Findings) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    several = len(findings.schemas) > 1
    for heading in (["schema"] if several else []) + ["table", "rows", "newest event", "newest arrival", "found as"]:
        table.add_column(heading, justify="right" if heading == "rows" else "left", no_wrap=True)
    for state in findings.facts.tables:
        rows = "unreadable" if state.rows is None else f"{state.rows:,}"
        found_as = "" if state.found_as == state.table else state.found_as
        cells = [state.table, rows, _time(state.newest_event), _time(state.newest_arrival), found_as]
        table.add_row(*map(printable, [*([state.schema] if several else []), *cells]))
    return table


def _known_until(console: Console, findings: Findings) -> None:
    """How far each log tells what happened, beside as-of: what came after is unknown."""
    facts = findings.facts
    for state in facts.tables:
        known_until = state.newest_arrival or state.newest_event
        if state.table == "log" and known_until:
            of = f" of {state.schema}" if len(findings.schemas) > 1 else ""
            as_of = f"; as of {_time(facts.as_of)}" if facts.as_of else ""
            _line(console, "·", "dim", f"The log{of} is known until {_time(known_until)} UTC{as_of}.")


def _time(value: datetime | None) -> str:
    return f"{value:%Y-%m-%d %H:%M}" if value else ""


def _finding(console: Console, finding: Finding) -> None:
    mark, style = _MARKS[finding.level]
    console.print()
    _line(console, mark, style, finding.text)
    if finding.marts:
        _line(console, " ", "", f"affects {', '.join(finding.marts)}", "dim")
    if finding.remedy:
        _line(console, " ", "", f"→ {finding.remedy}")


def _verdict(console: Console, findings: Findings, hidden: int) -> None:
    errors = sum(f.level == ERROR for f in findings.findings)
    warnings = sum(f.level == WARNING for f in findings.findings)
    console.print()
    if errors:
        _line(
            console, "✗", "red", f"Fix {_count(errors, 'error')} before you build, or results will be wrong or empty."
        )
    else:
        detail = f"; {_count(warnings, 'gap')} named above" if warnings else ""
        _line(console, "✓", "green", f"Ready to build{detail}.")
    if hidden:
        _line(console, " ", "", f"{_count(hidden, 'minor gap')} hidden: fivetran-logs check --all", "dim")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _line(console: Console, mark: str, style: str, text: str, text_style: str = "") -> None:
    console.print(Text.assemble((f"{mark} ", style), (printable(redact(text)), text_style)), soft_wrap=True)
