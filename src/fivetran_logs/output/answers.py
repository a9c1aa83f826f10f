"""Answers as tables for people: they fit the terminal, figures are short, and no text acts on the terminal."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from fivetran_logs.dbt.warehouse import Rows
from fivetran_logs.failures.errors import printable

STATUS_STYLE = {
    "healthy": "green",
    "degraded": "yellow",
    "delayed": "yellow",
    "broken": "red",
    "critical": "bold red",
    "high": "red",
    "medium": "yellow",
    "low": "dim",
}
GAP = 2  # blanks between columns
NARROWEST_TEXT = 18  # a text is folded to this width before a column after it is left out
WHOLE_WORD = 28  # a word up to this length is never folded; longer ones are hashes, paths and the like
WIDTH_WITHOUT_TERMINAL = 80
FEW_ROWS = 3  # up to so many rows are shown one below the other, with all columns, if not all fit side by side
_SHARE = re.compile(r"(^|_)(rate|share|pct)(_(of|last|7d|30d)|$)")


@dataclass(frozen=True)
class Column:
    """One column of a table: its heading, the texts of its cells, and the widths it can take."""

    name: str
    heading: str
    cells: list[str]
    is_number: bool
    narrowest_text: int = NARROWEST_TEXT

    @property
    def widest(self) -> int:
        return max([_longest_word(self.heading), *map(_longest_line, self.cells)])

    @property
    def narrowest(self) -> int:
        """Numbers and times are never folded; a text is, between words where it can be: an address stays whole."""
        if self.is_number or self.widest <= self.narrowest_text:
            return self.widest
        longest = max(map(_longest_word, self.cells), default=0)
        return max(self.narrowest_text, _longest_word(self.heading), longest if longest <= WHOLE_WORD else 0)


def show_answer(console: Console, notes: Console, description: str, answer: Rows, *, everything: bool = False) -> None:
    """A query's answer: a table as wide as the console; its description and the number of rows on `notes`.

    The last columns are left out if they do not fit, and named. With `everything`, and for few rows, all are written,
    if need be one below the other.
    """
    notes.print(Text(description, "dim"))
    columns = read_columns(answer)
    shown = fitting(columns, console.width)
    if len(shown) < len(columns) and (everything or len(answer.rows) <= FEW_ROWS):
        _show_below_each_other(console, columns, len(answer.rows))
        shown = columns
    elif answer.rows:
        console.print(_as_table(shown, console.width))
    note = f"{len(answer.rows):,} row{'' if len(answer.rows) == 1 else 's'}"
    if left_out := [column.name for column in columns[len(shown) :]]:
        note += f". Not shown: {', '.join(left_out)}; --all shows them, --columns chooses"
    notes.print(Text(note, "dim"), soft_wrap=not notes.is_terminal)


def answer_table(rows: Rows, width: int, *, limit: int, headings: dict[str, str], narrowest_text: int) -> Table:
    """The first rows as a table of a given width, with the columns that fit if texts are folded to `narrowest_text`."""
    return _as_table(fitting(read_columns(rows, limit, headings, narrowest_text), width), width)


def answer_text(rows: Rows) -> str:
    """The answer with all columns as plain text, as wide as it needs to be."""
    columns = read_columns(rows)
    width = sum(max(column.widest, cell_len(column.heading)) + GAP for column in columns)
    console = Console(width=max(width, 1), color_system=None)
    with console.capture() as captured:
        console.print(_as_table(columns, width))
    return captured.get()


def show_queries(console: Console, queries: Iterable[Any]) -> None:
    """All queries, by subject. Without a terminal: one a line, its columns separated by tabs."""
    if not console.is_terminal:
        for query in queries:
            print(query.name, query.subject, query.description, sep="\t")
        return
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, GAP, 0, 0))
    subject = None
    for query in queries:
        if query.subject != subject:
            subject = query.subject
            table.add_row(Text(f"\n{subject}", "bold"), "")
        table.add_row(Text(f"  {query.name}", "cyan"), Text(query.description))
    console.print(table)
    console.print("\n[dim]Run one: fivetran-logs query NAME. Find one: fivetran-logs query --find cost[/]")


# -- layout


def read_columns(
    rows: Rows,
    limit: int | None = None,
    headings: dict[str, str] | None = None,
    narrowest_text: int = NARROWEST_TEXT,
) -> list[Column]:
    """The columns of an answer with the texts of their cells."""
    shown = headings or {name: name.replace("_", " ") for name in rows.columns}
    columns = []
    for name, heading in shown.items():
        position = rows.columns.index(name)
        values = [row[position] for row in rows.rows[:limit]]
        cells = [cell_text(value, name) for value in values]
        columns.append(Column(name, heading, cells, any(map(_is_measure, values)), narrowest_text))
    return columns


def fitting(columns: list[Column], width: int) -> list[Column]:
    """The first columns that fit side by side, at least one: a query names first what answers its question."""
    taken = 0
    for number, column in enumerate(columns):
        taken += column.narrowest + (GAP if number else 0)
        if taken > width and number:
            return columns[:number]
    return columns


def widths(columns: list[Column], width: int) -> list[int]:
    """The width of each column: as narrow as it can be, and what remains to those that have more to say."""
    given = [column.narrowest for column in columns]
    spare = width - sum(given) - GAP * (len(columns) - 1)
    while spare > 0:
        lacking = [number for number, column in enumerate(columns) if given[number] < column.widest]
        if not lacking:
            break
        for number in lacking[:spare]:
            given[number] += 1
        spare -= min(spare, len(lacking))
    if len(columns) == 1:
        given[0] = min(given[0], width)
    return given


def _as_table(columns: list[Column], width: int) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="bold", padding=(0, GAP - 1, 0, 0))
    for column, given in zip(columns, widths(columns, width), strict=True):
        justify = "right" if column.is_number else "left"
        table.add_column(column.heading, justify=justify, overflow="fold", width=given)
    for cells in zip(*(column.cells for column in columns), strict=True):
        table.add_row(*(Text(cell, _style(column, cell)) for column, cell in zip(columns, cells, strict=True)))
    return table


def _show_below_each_other(console: Console, columns: list[Column], rows: int) -> None:
    for number in range(rows):
        table = Table(box=None, show_header=False, pad_edge=False, padding=(0, GAP, 0, 0))
        table.add_column(no_wrap=True)
        table.add_column(overflow="fold")
        for column in columns:
            table.add_row(Text(column.name, "dim"), Text(column.cells[number], _style(column, column.cells[number])))
        console.print(table)
        if number < rows - 1:
            console.print()


def _style(column: Column, cell: str) -> str:
    return STATUS_STYLE.get(cell, "") if column.name in ("severity", "priority", "health_status") else ""


def _longest_word(text: str) -> int:
    return max((cell_len(word) for word in text.split()), default=1)


def _longest_line(text: str) -> int:
    return max((cell_len(line) for line in text.splitlines()), default=1)


# -- cells


def cell_text(value: Any, column: str) -> str:
    """A value as a person writes it: numbers grouped, times short, shares in percent, nulls empty."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if _is_number(value) and _SHARE.search(column):
        return _percent(float(value), 1 if "rate" in column else 0)
    if isinstance(value, (float, Decimal)):
        return _decimal(value, column) if value != int(value) or column.endswith("_usd") else f"{int(value):,}"
    return f"{value:,}" if isinstance(value, int) else printable(str(value))


def _decimal(value: float | Decimal, column: str) -> str:
    """Two decimal places, or as many as it takes: never 0, 1 or a whole 100 % for what is not quite so."""
    whole = {0.0, 100.0} if column.endswith("_percentage") else {0.0, 1.0}
    for places in range(2, 9):
        text = f"{float(value):,.{places}f}"
        if column.endswith("_usd") or abs(float(text.replace(",", ""))) not in whole:
            return text
    return f"{float(value):.3g}"


def _percent(share: float, places: int) -> str:
    """Percent; never 0 or 100 for what is not quite so."""
    text = f"{share * 100:,.{places}f}"
    smallest = 10**-places
    if share > 0 and float(text.replace(",", "")) == 0:
        return f"under {smallest:g} %"
    if share < 1 and float(text.replace(",", "")) == 100:
        return f"over {100 - smallest:g} %"
    return f"{text.removesuffix('.0')} %"


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)


def _is_measure(value: Any) -> bool:
    return _is_number(value) or isinstance(value, date)
