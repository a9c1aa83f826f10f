"""Answers of `query`: they fit the terminal, figures are short and never all or none for what is not quite so."""

from __future__ import annotations

import io
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from rich.console import Console

from fivetran_logs.dbt.warehouse import Rows
from fivetran_logs.failures.errors import printable
from fivetran_logs.output.answers import answer_text, show_answer


@pytest.mark.parametrize(
    ("column", "value", "shown"),
    [
        ("rate", 0.99996, "over 99.9 %"),
        ("rate", 0.994, "99.4 %"),
        ("rate", 1e-12, "under 0.1 %"),
        ("rate", 1.0, "100 %"),
        ("rate", 0.0, "0 %"),
        ("success_rate_last_7d", 0.9999, "over 99.9 %"),
        ("success_rate_last_7d", Decimal("0.001"), "0.1 %"),
        ("share_of_paid", 0.995, "over 99 %"),
        ("share_of_paid", 0.004, "under 1 %"),
        ("month_over_month_pct", -0.216, "-22 %"),
        ("month_over_month_pct", 22.69, "2,269 %"),
        ("rate_limit_events", 3, "3"),
        ("duration_ratio", 0.5, "0.50"),
        ("connector_health_percentage", 99.9991, "99.999"),
        ("connector_health_percentage", 0.004, "0.004"),
        ("duration_ratio", -0.001, "-0.001"),
        ("cost_usd", Decimal("0.999"), "1.00"),
        ("avg_sync_duration_seconds", 1234.5, "1,234.50"),
    ],
)
def test_a_figure_is_short_and_not_rounded_to_all_or_none(column: str, value: Any, shown: str) -> None:
    lines = answer_text(Rows([column], [(value,)])).splitlines()
    assert shown in [line.strip() for line in lines]


WORDS = "It has failed since Tuesday and nobody has looked. " * 3
WIDE = Rows(
    ["connection_name", "problem_summary", "occurred_at", "paid_active_rows", "documentation_url"],
    [(f"connection {number}", WORDS, datetime(2026, 6, 1), 12_345_678, "u" * 70) for number in range(5)],
)


def shown(answer: Rows, width: int = 80, **options: Any) -> str:
    stream = io.StringIO()
    console = Console(file=stream, width=width, color_system=None)
    show_answer(console, console, "What is wrong?", answer, **options)
    return stream.getvalue()


@pytest.mark.parametrize("width", [40, 60, 80, 100, 200])
@pytest.mark.parametrize("everything", [False, True])
@pytest.mark.parametrize("rows", [0, 1, 5])
def test_an_answer_fits_any_terminal_and_names_what_it_leaves_out(width: int, everything: bool, rows: int) -> None:
    text = shown(Rows(WIDE.columns, WIDE.rows[:rows]), width, everything=everything)
    table, _, note = text.rpartition(f"{rows} row")
    assert max(map(len, table.splitlines())) <= width
    words = " ".join(text.split())
    left_out = [column for column in WIDE.columns if column in note]
    assert all(name in words or name.split("_")[0] in words for name in WIDE.columns if rows)
    assert not (left_out and (everything or rows < 4))


def test_first_columns_stay_and_numbers_are_never_folded() -> None:
    text = shown(WIDE)
    assert text.count("12,345,678") == 5
    assert "Not shown: documentation_url;" in " ".join(text.split())


@pytest.mark.parametrize(
    "hostile",
    [
        "\x1b[2J\x1b]0;title\x07",
        "\x1b]8;;https://example.com\x1b\\click\x1b]8;;\x1b\\",
        "\x9b31m",
        "a\u202eb",
        "a\rb\x08",
    ],
)
def test_no_text_acts_on_a_terminal(hostile: str) -> None:
    answer = Rows(["connection_name"], [(hostile,)])
    for text in (shown(answer), shown(answer, everything=True), answer_text(answer), printable(hostile)):
        assert not set(text) & set("\x1b\x07\x9b\u202e\r\x08")
    assert printable("\x1b[2J") == r"\x1b[2J"


def test_text_that_does_not_act_stays_as_it_is() -> None:
    text = "Zürich 🚀 日本 tab\tline\nnext"
    assert printable(text) == text
