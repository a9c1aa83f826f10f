"""What caused each run of failed syncs in the small account of `causes.py`, and which of them were one wave.

* `incidents`: connection_id, started_at, ended_at, failed_syncs, story, cause_at (time of the one change that did it,
  else null), wave (its name, else null), has_decoy (whether changes that did nothing were planted before it)
* `waves`: name, scope_type, scope_id, started_at, ended_at, incidents [connection_id, started_at], of those that hit
  at least three connections
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from ..clock import iso
from .thresholds import FEWEST_OF_WAVE

if TYPE_CHECKING:
    from ..failures import Failures, Place


def causes(failures: Failures) -> dict[str, Any]:
    """The sections of truth.json about this account."""
    found = [one for place in failures.places for one in _runs(place, failures)]
    waves = []
    for wave in failures.waves:
        members = [one for one in found if one["wave"] == wave.name]
        if len({one["connection_id"] for one in members}) < FEWEST_OF_WAVE:
            for one in members:
                one["wave"] = None
            continue
        ends = [one["ended_at"] for one in members]
        waves.append(
            {
                "name": wave.name,
                "scope_type": wave.scope_type,
                "scope_id": None if wave.scope_type == "account" else wave.scope_id,
                "started_at": min(one["started_at"] for one in members),
                "ended_at": max(ends) if None not in ends else None,
                "incidents": sorted([one["connection_id"], one["started_at"]] for one in members),
            }
        )
    return {"incidents": found, "waves": waves}


def _runs(place: Place, failures: Failures) -> list[dict[str, Any]]:
    """Runs of failures between successes. A run has the cause of the fault that most of its syncs met."""
    at = np.flatnonzero(~place.is_left_out)
    failed = place.fault[at] >= 0
    begins = np.flatnonzero(failed & ~np.concatenate([[False], failed[:-1]]))
    out = []
    for first in begins:
        good = np.flatnonzero(~failed[first:])
        after = first + int(good[0]) if len(good) else len(at)
        met = Counter(int(fault) for fault in place.fault[at[first:after]])
        fault = failures.faults[met.most_common(1)[0][0]]
        out.append(
            {
                "connection_id": place.id,
                "started_at": iso(int(place.start[at[first]])),
                "failed_syncs": int(after - first),
                "ended_at": iso(place.end(at[after])) if after < len(at) else None,
                "story": fault.story,
                "cause_at": iso(fault.cause.time) if fault.cause else None,
                "wave": fault.wave,
                "has_decoy": fault.has_decoy,
            }
        )
    return out
