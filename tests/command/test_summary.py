"""Figures in the answers of `query`: short, and never 0, 1 or 100 % for what is not quite so."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from fivetran_logs.dbt.warehouse import Rows
from fivetran_logs.output.summary import answer_text


@pytest.mark.parametrize(
    ("column", "value", "shown"),
    [
        ("sync_success_rate", 0.99996, "0.99996"),
        ("sync_success_rate", 0.994, "0.99"),
        ("sync_success_rate", 0.0004, "0.0004"),
        ("sync_success_rate", 1e-12, "1e-12"),
        ("sync_success_rate", 1.0, "1"),
        ("sync_success_rate", 0.0, "0"),
        ("success_rate_last_7d", 0.9999, "over 99 %"),
        ("success_rate_last_7d", Decimal("0.001"), "under 1 %"),
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
