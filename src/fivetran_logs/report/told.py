"""Who was told of which incident and when: from the state file of `fivetran-logs alert`, which no mart knows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from fivetran_logs.alerts.state import StateFile
from fivetran_logs.dbt.warehouse import Rows

TABLE = "told"
_INCIDENT = "incident:"  # what keys of alerts about incidents begin with
_COLUMNS = ["incident", "receiver", "told_at", "told_severity"]


@dataclass(frozen=True)
class Told:
    """The rows of the table `told`, and when alerts last ran (UTC without zone); None where no state file is known."""

    rows: Rows
    until: datetime | None = None


NOBODY = Told(Rows(_COLUMNS, []))


def read_told(state_file: Path | None) -> Told:
    """What receivers know of open incidents.

    Raises:
        UserError: the file is damaged, or of a newer version.
    """
    if state_file is None or not state_file.is_file():  # before the first run of `alert` there is none
        return NOBODY
    state = StateFile(state_file).read()
    rows = [
        (key.removeprefix(_INCIDENT), group.receiver, told.told_at, told.severity)
        for group in state.groups.values()
        for key, told in group.told.items()
        if key.startswith(_INCIDENT)
    ]
    until = datetime.fromisoformat(state.last_run_at) if state.last_run_at else None
    return Told(Rows(_COLUMNS, sorted(rows, key=lambda row: (row[2], row[1], row[0]))), until)
