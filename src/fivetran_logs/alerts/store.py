"""Where the state of alerts is kept: as an option says, else a variable, else a file in the working directory."""

from __future__ import annotations

import os
from pathlib import Path

from fivetran_logs.alerts.state import StateFile, StateStore
from fivetran_logs.alerts.state_table import StateTable
from fivetran_logs.dbt.open import Options, open_settings

STATE_FILE = "fivetran_logs_alerts.json"
IN_THE_WAREHOUSE = "warehouse"  # in place of a file: a table of the target's schema keeps the state


def find_store(options: Options, state: str | None) -> StateStore:
    """The store of the state.

    state  a file, or `warehouse`; None for the default
    """
    open_settings(options)  # reads .nao.env, which may say where
    place = state or os.environ.get("FIVETRAN_LOGS_ALERT_STATE") or STATE_FILE
    return StateTable(options) if place == IN_THE_WAREHOUSE else StateFile(Path(place))
