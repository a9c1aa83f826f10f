"""Volumes of tables: planted anomalies are found, at most one day in a thousand is found without one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
import volumes

BEGIN = date(2025, 1, 6)  # a Monday


@pytest.fixture(scope="module")
def sql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    directory: Path = tmp_path_factory.mktemp("volumes")
    with volumes.volumes_sql(directory) as compiled:
        yield compiled


def series(*rows: int) -> volumes.Series:
    return {"c": {BEGIN + timedelta(days=at): count for at, count in enumerate(rows)}}


def found(sql: str, *rows: int) -> dict[int, str]:
    """Number of a day and its anomaly."""
    answers = volumes.judged(sql, series(*rows))
    return {(day - BEGIN).days: anomaly for _, day, anomaly, _ in answers if anomaly}


WEEK = (1000, 1100, 900, 1000, 1200, 0, 0)


@pytest.mark.parametrize(("rows", "anomaly"), [(0, "silent"), (100, "drop"), (10_000, "spike")])
def test_an_odd_day_is_found_and_no_other(sql: str, rows: int, anomaly: str) -> None:
    """A weekend without rows is none; the day after the odd one is none."""
    history = WEEK * 9
    assert found(sql, *history, rows, *WEEK[1:], *WEEK) == {len(history): anomaly}


def test_too_little_history_finds_nothing(sql: str) -> None:
    assert volumes.judged(sql, series(*WEEK, *WEEK, *WEEK, 0, 100_000)) == []


def test_a_few_rows_more_or_less_are_no_anomaly(sql: str) -> None:
    assert found(sql, *(4, 3, 5, 2, 6, 1, 3) * 9, 0, 12, 20) == {}


@pytest.mark.parametrize("seed", [1, 2])
def test_simulated_seasons(sql: str, seed: int) -> None:
    ours, plain, missed = volumes.scores(sql, volumes.seasons(seed), seed)
    assert ours.false_per_1000 <= 1, ours
    assert ours.precision > plain.precision, (ours, plain)
    assert ours.recall > plain.recall, (ours, plain, missed)
