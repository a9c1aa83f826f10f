"""The incidents of single connections: each function changes the drawn syncs of one connection (see model.Draft).

Every story has its own connection, so that no answer interferes with another; an outage is that of a destination.
Distances are counted back from as_of; if a window is too short for a story, it shows the part that fits.
"""

from __future__ import annotations

import numpy as np

from .clock import DAY, HOUR, MINUTE, to_datetime
from .model import CANCELED, FAILURE, FAILURE_WITH_TASK, RESCHEDULED, SUCCESSFUL, UNFINISHED, Draft

MIGRATION_DAYS_AGO = 20
RESYNC_DAYS_AGO = 10
OUTAGE_DAYS_AGO, OUTAGE_HOURS_AGO, OUTAGE_HOURS = 16, 11.8, 2.5  # the night of a suspended warehouse


def plain(draft: Draft) -> None:
    """Nothing happens."""


def _fail(draft: Draft, which: np.ndarray, kind: str, status: int = FAILURE) -> None:
    draft.status[which] = status
    draft.failure[which] = kind


def expired_credentials(draft: Draft) -> None:
    """A token expires three days ago: every sync since fails and asks to reconnect."""
    _fail(draft, draft.start >= draft.as_of - 3 * DAY, "authentication", FAILURE_WITH_TASK)


def suspended_warehouse(draft: Draft) -> None:
    """A resource monitor suspends the warehouse of a destination for a night's hours: what syncs then fails."""
    begin = draft.as_of - int(OUTAGE_DAYS_AGO * DAY + OUTAGE_HOURS_AGO * HOUR)
    _fail(draft, (draft.start >= begin) & (draft.start < begin + OUTAGE_HOURS * HOUR), "destination", FAILURE_WITH_TASK)


def slow_source(draft: Draft) -> None:
    """Durations grow to seven times the usual in the last four days."""
    slow = draft.start >= draft.as_of - 4 * DAY
    draft.seconds[slow] *= 7 * draft.rng.uniform(0.9, 1.1, int(slow.sum()))


def schema_migration(draft: Draft) -> None:
    """A column goes and a type changes: the five syncs that follow fail, then it is repaired."""
    first = int(np.searchsorted(draft.start, draft.as_of - MIGRATION_DAYS_AGO * DAY))
    which = np.zeros(len(draft.start), dtype=bool)
    which[first : first + 5] = True
    if draft.start[0] < draft.as_of - MIGRATION_DAYS_AGO * DAY:
        _fail(draft, which, "source_schema")


def forced_resync(draft: Draft) -> None:
    """The sync after the re-sync reads all history and takes long; the days after move more than usual."""
    at = draft.as_of - RESYNC_DAYS_AGO * DAY
    first = int(np.searchsorted(draft.start, at))
    if 0 < first < len(draft.start):
        draft.seconds[first] *= 12
        draft.volume[first] *= 300
        draft.volume[first + 1 :] *= 4


def flapping(draft: Draft) -> None:
    """Every other sync of the last ten days fails; the last finished one succeeds."""
    recent = np.flatnonzero(draft.start >= draft.as_of - 10 * DAY)[::-1]
    which = np.zeros(len(draft.start), dtype=bool)
    # The very last may still be running: count back from the one before it.
    which[recent[2::2]] = True
    _fail(draft, which, "network")


def failing_to_the_end(draft: Draft) -> None:
    """Nothing works in the last two weeks of its life."""
    _fail(draft, draft.start >= draft.connection.last - 14 * DAY, "permission", FAILURE_WITH_TASK)


def month_end_rate_limit(draft: Draft) -> None:
    """Two of three syncs in the last three days of a month are rescheduled."""
    late = np.array(
        [(to_datetime(int(start) + 3 * DAY).month != to_datetime(int(start)).month) for start in draft.start]
    )
    which = late & (np.arange(len(draft.start)) % 3 != 0)
    draft.status[which] = RESCHEDULED
    draft.failure[which] = "rate_limit"


def priority_first(draft: Draft) -> None:
    """While history is read, three of four syncs end as RESCHEDULED, as intended."""
    which = np.arange(len(draft.start)) % 4 != 3
    draft.status[which] = RESCHEDULED
    draft.failure[which] = "priority_first"


def across_midnight(draft: Draft) -> None:
    """The evening sync starts shortly before midnight and ends after it."""
    evening = (draft.start // HOUR) % 24 >= 12
    draft.start[evening] = (draft.start[evening] // DAY) * DAY + 23 * HOUR + 50 * MINUTE
    draft.seconds[evening] = np.maximum(draft.seconds[evening], 1200)
    keep = draft.start <= draft.as_of
    draft.keep(keep)


def historical_first(draft: Draft) -> None:
    """The first sync of a new connection reads everything there is."""
    if draft.start[0] < draft.connection.signed_up + 2 * DAY:
        draft.seconds[0] *= 40
        draft.volume[0] *= 120


def nothing_new(draft: Draft) -> None:
    """Syncs that find no changes."""
    draft.volume[:] = 0


def still_running(draft: Draft) -> None:
    """The last sync takes longer than the time left; those before it are back early enough."""
    draft.seconds[:-1] = np.minimum(draft.seconds[:-1], 3 * 3600)
    draft.seconds[-1] = 4 * 3600


def crashed(draft: Draft) -> None:
    """One sync, nine days ago, never ends."""
    which = int(np.searchsorted(draft.start, draft.as_of - 9 * DAY))
    if 0 < which < len(draft.start) - 1:
        draft.status[which] = UNFINISHED


def overlapping(draft: Draft) -> None:
    """Every tenth sync goes on while the next one has long begun; one in forty is canceled."""
    step = draft.connection.frequency * 60
    index = np.arange(len(draft.start))
    long = (index % 10 == 4) & (draft.start < draft.as_of - 3 * DAY)
    draft.seconds[long] = step * 1.25
    canceled = (index % 40 == 9) & (draft.status == SUCCESSFUL)
    draft.status[canceled] = CANCELED
