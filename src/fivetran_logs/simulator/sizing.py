"""The size of the account: connections and frequencies for about the wanted number of log rows."""

from __future__ import annotations

import numpy as np

from . import oddities as odd
from .cast import base_connections, bulk_connections
from .clock import Window
from .history import expected_events
from .model import Connection, Person

FREQUENCIES = [5, 15, 30, 60, 120, 180, 360, 720, 1440]
MOST_CONNECTIONS = 1000
NOISE = 0.8  # events without an effect in a sync, unless a size is given


def size(
    window: Window,
    staff: list[Person],
    log_rows: int | None,
    rng: np.random.Generator,
    *,
    oddities: bool,
    overlaps: bool,
) -> list[Connection]:
    """The cast, thinned or padded; noise fills the rest up to `log_rows`."""
    cast = base_connections(window, staff)
    if oddities:
        odd.bend_cast(cast, window, overlaps=overlaps)
    if log_rows is None:
        return cast
    wanted = log_rows * 0.85
    expected = sum(expected_events(connection, window) for connection in cast)
    if expected >= wanted:
        _thin(cast, window, log_rows * 0.95)
        return cast
    sample = bulk_connections(window, 28, staff, set(), np.random.default_rng(0))
    each = float(np.mean([expected_events(connection, window) for connection in sample]))
    missing = (wanted - expected) / max(each, 1)
    count = int(min(np.ceil(missing), MOST_CONNECTIONS - len(cast)))
    extra = bulk_connections(window, count, staff, {connection.id for connection in cast}, rng)
    # If connections alone are not enough, as many as needed sync more often.
    total = expected + sum(expected_events(connection, window) for connection in extra)
    for frequency in (180, 60, 30, 15):
        for connection in extra:
            if total >= wanted:
                return cast + extra
            total -= expected_events(connection, window)
            connection.frequency = frequency
            connection.seconds = min(connection.seconds, frequency * 60 * 0.4)
            total += expected_events(connection, window)
    return cast + extra


def _thin(cast: list[Connection], window: Window, most: float) -> None:
    """Lets the busiest ordinary connections sync less often until few enough events are left."""
    while True:
        expected = [expected_events(connection, window) for connection in cast]
        if sum(expected) <= most:
            return
        for at in np.argsort(expected)[::-1]:
            connection = cast[at]
            if connection.frequency and connection.frequency < 1440:
                connection.frequency = FREQUENCIES[FREQUENCIES.index(connection.frequency) + 1]
                break
        else:
            return
