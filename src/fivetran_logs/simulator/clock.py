"""Time inside the simulator: whole milliseconds since 1970 (UTC) in int64, so that numpy does the arithmetic."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

import numpy as np
import pyarrow as pa

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

NEVER = np.int64(-(2**62))  # "has not happened": earlier than everything, so that a forgotten check shows at once

_EPOCH = datetime(1970, 1, 1)


def to_ms(moment: datetime) -> int:
    """Milliseconds of a datetime; one with a zone is converted to UTC, one without is UTC already."""
    if moment.tzinfo is not None:
        moment = moment.astimezone(timezone.utc).replace(tzinfo=None)
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def to_datetime(ms: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=int(ms))


def iso(ms: int | None) -> str | None:
    """ISO text without zone, e.g. 2026-06-18T14:00:00.250000; None for NEVER."""
    if ms is None or int(ms) == int(NEVER):
        return None
    return to_datetime(ms).isoformat(timespec="microseconds")


def iso_date(ms: int) -> str:
    return to_datetime(ms).date().isoformat()


def month_start(ms: int) -> int:
    day = to_datetime(ms)
    return to_ms(datetime(day.year, day.month, 1))


def next_month(ms: int) -> int:
    return month_start(month_start(ms) + 32 * DAY)


def day_of(ms: np.ndarray | int) -> np.ndarray | int:
    """Days since 1970."""
    return ms // DAY


def weekday(ms: np.ndarray) -> np.ndarray:
    """0 is Monday (1970-01-01 was a Thursday)."""
    return (ms // DAY + 3) % 7


def hour(ms: np.ndarray) -> np.ndarray:
    return (ms // HOUR) % 24


def timestamps(ms: np.ndarray) -> pa.Array:
    """Arrow timestamps in microseconds; NEVER becomes null."""
    ms = np.asarray(ms, dtype=np.int64)
    return pa.array(ms * 1000, mask=ms == NEVER).cast(pa.timestamp("us"))


@dataclass(frozen=True)
class Window:
    """The stretch of log that exists: (start, as_of]."""

    start: int
    as_of: int

    @property
    def days(self) -> float:
        return (self.as_of - self.start) / DAY

    def ago(self, days: float = 0, hours: float = 0, minutes: float = 0) -> int:
        """The instant that lies so far before as_of."""
        return int(self.as_of - days * DAY - hours * HOUR - minutes * MINUTE)
