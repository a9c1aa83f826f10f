"""The summary at the end: what was loaded, what was built, what is wrong, what to do next."""

from __future__ import annotations

from dataclasses import dataclass

from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from fivetran_logs.dbt.as_of import AsOf
from fivetran_logs.dbt.build import Outcome, Problem
from fivetran_logs.dbt.settings import Settings
from fivetran_logs.dbt.warehouse import Rows
from fivetran_logs.export.load import LoadSummary
from fivetran_logs.failures.errors import printable
from fivetran_logs.output.answers import GAP, STATUS_STYLE, answer_table
from fivetran_logs.output.console import near

NARROWEST_TEXT = 12  # columns of a text in the findings: all of them are to be seen, in a narrow terminal too


@dataclass(frozen=True)
class Section:
    """One part of the findings: a shipped query, the columns to show, and the number of rows."""

    query: str
    title: str
    columns: dict[str, str]
    rows: int
    nothing: str


STATUS = Section("health_status_counts", "", {}, 20, "")
FRESHNESS = Section("platform_log_freshness", "", {}, 20, "")
PROBLEMS = Section(
    "problematic_connectors",
    "Needs attention",
    {
        "severity": "severity",
        "connection_name": "connection",
        "destination_name": "destination",
        "problem_summary": "why",
        "recommended_action": "what to do",
    },
    8,
    "No active connection has a problem.",
)
COST = Section(
    "mar_cost_drivers_this_month",
    "What drives the bill this month",
    {
        "connection_name": "connection",
        "table_name": "table",
        "paid_active_rows": "paid rows",
        "share_of_paid": "share",
        "allocated_cost_usd": "cost, $",
        "month_over_month_pct": "growth",
    },
    5,
    "No paid rows this month.",
)
ERRORS = Section(
    "recurring_errors_by_type",
    "Recurring errors",
    {
        "error_type": "type",
        "error_category": "category",
        "occurrences": "times",
        "affected_connections": "connections",
        "last_seen_at": "last seen",
    },
    5,
    "No error recurred in the last 30 days.",
)
ADVICE = Section(
    "top_recommendations",
    "What to do first",
    {
        "priority": "priority",
        "connection_name": "connection",
        "recommendation": "recommendation",
        "evidence": "because",
        "rules_beneath": "same cause",
        "estimated_monthly_savings_usd": "saves $/month",
    },
    5,
    "Nothing to recommend.",
)


def show_load(console: Console, summary: LoadSummary) -> None:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold", padding=(0, GAP, 0, 0))
    for heading in ("table", "rows", *(["new", "changed"] if summary.appended else []), "file"):
        table.add_column(heading, justify="left" if heading in ("table", "file") else "right", overflow="fold")
    for loaded in summary.tables:
        counts = [f"{loaded.rows:,}"]
        if summary.appended:
            counts += [f"{loaded.rows_new:,}", f"{loaded.rows_changed:,}"]
        table.add_row(Text(printable(loaded.name)), *counts, Text(printable(loaded.file)))
    console.print(table)
    total = sum(loaded.rows for loaded in summary.tables)
    _line(
        console,
        f"{_number(len(summary.tables), 'table')}, {total:,} rows in {near(summary.database)}, schema fivetran_log.",
        "bold",
    )
    if summary.newest_log_at:
        _line(console, f"Newest log time: {summary.newest_log_at:%Y-%m-%d %H:%M:%S} UTC.")
    for loaded in summary.tables:
        if loaded.kept_as_text:
            names = ", ".join(loaded.kept_as_text)
            _line(
                console,
                f"{loaded.name}: values do not fit the type, so these columns stay text: {names}.",
                "yellow",
            )
    if summary.is_other_account:
        advice = "to see only this account, delete the file first or name another with FIVETRAN_LOGS_DUCKDB"
        _line(console, f"The file held another account, and models keep its history: {advice}.", "yellow")
    if summary.untouched_tables:
        some = ", ".join(summary.untouched_tables[:4])
        more = len(summary.untouched_tables) - 4
        _line(console, f"Unchanged from earlier loads: {some}{f' and {more} more' if more > 0 else ''}.", "yellow")


def show_build(console: Console, outcome: Outcome, settings: Settings) -> None:
    """Counts first, then a line for each failure."""
    if not outcome.done:
        _line(console, "Nothing was built: no model or test matches the selection.", "yellow")
        return
    built = [_number(outcome.models, "model"), _number(outcome.seeds, "seed")]
    tests = [f"{outcome.tests_passed:,} test{'' if outcome.tests_passed == 1 else 's'} passed"]
    if outcome.tests_warned:
        tests.append(f"{outcome.tests_warned:,} warned")
    tests.append(f"{outcome.tests_failed:,} failed")
    line = Text()
    line.append("✓ " if outcome.succeeded else "✗ ", "bold green" if outcome.succeeded else "bold red")
    line.append(f"Built {' and '.join(filter(None, built)) or 'nothing'} in {_duration(outcome.seconds)}; ", "bold")
    if outcome.models_failed:
        line.append(f"{outcome.models_failed:,} could not be built; ", "bold red")
    line.append(f"{', '.join(tests)}.", "bold red" if outcome.tests_failed else "bold")
    if outcome.skipped:
        line.append(f" {outcome.skipped:,} skipped because something they depend on failed.", "yellow")
    console.print(line)
    for note in outcome.notes:
        console.print(Text(f"  · {note}", "cyan"), soft_wrap=True)
    for problem, others in _told_once(outcome.problems):
        style = "yellow" if problem.is_warning else "red"
        same = f" The same of {_number(others, 'other model')}." if others else ""
        mark = "!" if problem.is_warning else "✗"
        console.print(Text(f"  {mark} {printable(problem.text)}{same}", style), soft_wrap=True)
    for advice in dict.fromkeys(filter(None, (problem.advice for problem in outcome.problems))):
        _line(console, f"  → {advice}")
    if outcome.problems:
        _line(console, f"  Details: {near(settings.log_file)}", "dim")


def _told_once(problems: list[Problem]) -> list[tuple[Problem, int]]:
    """Problems in the order to show them, each with the number of other models that failed in the same words."""
    told: dict[tuple[bool, bool, str], list[Problem]] = {}
    for problem in sorted(problems, key=lambda p: (p.is_warning, p.is_test, p.text)):
        _, _, cause = problem.text.partition(": ")
        words = (
            problem.text
            if problem.is_test or problem.is_warning
            else cause.partition(". ")[0].partition(" (models/")[0]
        )
        told.setdefault((problem.is_warning, problem.is_test, words), []).append(problem)
    return [(max(same, key=lambda problem: len(problem.text)), len(same) - 1) for same in told.values()]


def show_findings(console: Console, answers: list[tuple[Section, Rows]], as_of: AsOf | None, options: str = "") -> None:
    """The findings of a build. Commands printed here need `options` to find the same marts."""
    by_query = {section.query: rows for section, rows in answers}
    if STATUS.query in by_query:
        console.print()
        console.print(_status_line(by_query[STATUS.query], as_of))
    if FRESHNESS.query in by_query:
        _known_until(console, by_query[FRESHNESS.query])
    for section, rows in answers:
        if section in (STATUS, FRESHNESS):
            continue
        console.print()
        console.print(_section(section, rows, options, console.width))


def show_next(console: Console, steps: dict[str, str]) -> None:
    """The next steps: a command or a file, and its content. A terminal wraps the lines, so commands can be copied."""
    width = max(map(len, steps))
    console.print()
    console.print(Text("Next", "bold"))
    for step, what in steps.items():
        console.print(Text.assemble("  ", (step, "cyan"), " " * (width - len(step) + 3), (what, "dim")), soft_wrap=True)


def _status_line(rows: Rows, as_of: AsOf | None) -> Text:
    counts = _status_counts(rows)
    total = sum(counts.values())
    text = Text("Right now" if as_of is None else f"As of {as_of}", "bold")
    if not total:
        return text.append(": the source has no connections. Load an export: fivetran-logs load DIR", "yellow")
    text.append(f", {_number(total, 'connection')}: ")
    for position, (status, count) in enumerate(counts.items()):
        text.append(", " if position else "")
        text.append(f"{count} {status.replace('_', ' ')}", STATUS_STYLE.get(status, "dim"))
    return text.append(".")


def _known_until(console: Console, rows: Rows) -> None:
    """How far the log reaches, and a finding for each Platform schema whose log is late itself."""
    schemas = [{name.lower(): value for name, value in row.items()} for row in rows.dicts()]
    if not schemas:
        return
    oldest = min(row["known_until_at"] for row in schemas)
    of_several = " at the least" if len(schemas) > 1 else ""
    _line(console, f"The log is known until {oldest:%Y-%m-%d %H:%M} UTC{of_several}; lateness is judged there.", "dim")
    for row in schemas:
        if row["is_late"]:
            hours = f"{float(row['hours_behind']):,.0f} hours old, and arrives every"
            usual = f"{float(row['expected_gap_minutes']) / 60:,.0f} hours at the latest"
            advice = "see whether the Platform connection still syncs"
            _line(console, f"The log of {row['platform_schema']} is {hours} {usual}: {advice}.", "yellow")


def _status_counts(rows: Rows) -> dict[str, int]:
    number = next((name for name in rows.columns if name in ("connections", "connectors", "total_connectors")), None)
    if number is None or "health_status" not in rows.columns:
        return {}
    return {row["health_status"]: int(row[number]) for row in rows.dicts()}


def _section(section: Section, rows: Rows, options: str, width: int) -> RenderableType:
    title = Text(section.title, "bold")
    if not rows.rows:
        return Group(title, Text(f"  {section.nothing}", "green"))
    shown = {column: heading for column, heading in section.columns.items() if column in rows.columns}
    table = answer_table(rows, width, limit=section.rows, headings=shown, narrowest_text=NARROWEST_TEXT)
    more = f"fivetran-logs query {section.query} {options}".rstrip()
    if len(rows.rows) > section.rows:
        more = f"{len(rows.rows) - section.rows} more: {more}"
    return Group(title, table, Padding(Text(more, "dim"), (0, 0, 0, 2), expand=False))


def _number(count: int, noun: str) -> str:
    return "" if count == 0 else f"{count:,} {noun}{'' if count == 1 else 's'}"


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{int(seconds) // 60} min {int(seconds) % 60} s"


def _line(console: Console, text: str, style: str = "") -> None:
    console.print(Text(printable(text), style))
