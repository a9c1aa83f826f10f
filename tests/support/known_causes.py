"""Builds the small account whose causes are known, and compares what the marts claim with what was planted."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from helpers import DATABASE, build_in, rows, run_cli

from fivetran_logs.simulator.causes import AS_OF, simulate_causes

MARTS = ("fct_fivetran_incidents", "fct_fivetran_incident_causes", "fct_fivetran_waves")
_CLAIMS = """
select
    connection_id, strftime(started_at, '%Y-%m-%dT%H:%M:%S.%f'), wave_id, cause_type,
    strftime(cause_at, '%Y-%m-%dT%H:%M:%S.%f'), cause_id, probable_cause, why_no_cause
from fivetran_analytics.fct_fivetran_incidents
"""
_WAVES = """
select
    waves.scope_type, waves.scope_id,
    strftime(waves.started_at, '%Y-%m-%dT%H:%M:%S.%f'), strftime(waves.ended_at, '%Y-%m-%dT%H:%M:%S.%f'),
    list(
        [incidents.connection_id, strftime(incidents.started_at, '%Y-%m-%dT%H:%M:%S.%f')]
        order by incidents.connection_id, incidents.started_at
    )
from fivetran_analytics.fct_fivetran_waves as waves
inner join fivetran_analytics.fct_fivetran_incidents as incidents on waves.wave_id = incidents.wave_id
group by all
"""


@dataclass
class Score:
    """What was claimed of what was planted, in incidents."""

    incidents: int = 0
    planted: int = 0
    claimed: int = 0
    right: int = 0
    decoys: int = 0  # incidents before which there were decoys and no cause
    decoys_claimed: int = 0
    waves: int = 0
    waves_found: int = 0
    missed: Counter[str] = field(default_factory=Counter)  # planted and not found, by story
    wrong: Counter[str] = field(default_factory=Counter)  # claimed wrongly, by story
    told: Counter[str] = field(default_factory=Counter)  # planted, by story

    def add(self, other: Score) -> None:
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)

    @property
    def precision(self) -> float:
        return self.right / self.claimed if self.claimed else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.planted if self.planted else 1.0


def build(directory: Path, seed: int) -> dict[str, Any]:
    """Simulates, loads and builds in a directory, in place of what was built there before; gives the truth."""
    account = directory / "account"
    simulate_causes(account, seed=seed)
    (directory / DATABASE).unlink(missing_ok=True)
    loaded = run_cli("load", account, cwd=directory)
    assert loaded.code == 0, loaded.err
    select = ["--select", *(f"+{mart}" for mart in MARTS), "--exclude", "resource_type:test", "resource_type:unit_test"]
    outcome = build_in(directory, *select, fivetran_logs_as_of=AS_OF.isoformat())
    assert outcome.succeeded, outcome
    return json.loads((account / "truth.json").read_text(encoding="utf-8"))


def waves(directory: Path) -> list[list[Any]]:
    """Of each wave its scope, start, end and members."""
    return sorted([list(row) for row in rows(directory, _WAVES)], key=str)


def planted_waves(truth: dict[str, Any]) -> list[list[Any]]:
    """The same of what was planted."""
    names = ("scope_type", "scope_id", "started_at", "ended_at", "incidents")
    return sorted([[wave[name] for name in names] for wave in truth["waves"]], key=str)


def claims(directory: Path) -> dict[tuple[str, str], dict[str, Any]]:
    """What is said of each incident."""
    names = ("wave_id", "cause_type", "cause_at", "cause_id", "probable_cause", "why_no_cause")
    return {(row[0], row[1]): dict(zip(names, row[2:], strict=True)) for row in rows(directory, _CLAIMS)}


def score(directory: Path, truth: dict[str, Any]) -> Score:
    """Compares the marts with the truth. A claim is right if it names the very change, or that it was a wave."""
    said = claims(directory)
    out = Score()
    assert said.keys() == {(one["connection_id"], one["started_at"]) for one in truth["incidents"]}
    for one in truth["incidents"]:
        claim = said[one["connection_id"], one["started_at"]]
        is_planted = one["cause_at"] is not None or one["wave"] is not None
        is_claimed = claim["cause_type"] is not None
        if claim["wave_id"] is not None:
            is_right = one["wave"] is not None
        else:
            is_right = is_claimed and claim["cause_at"] == one["cause_at"]
        is_decoy = one["has_decoy"] and not is_planted
        out.incidents += 1
        out.planted += is_planted
        out.claimed += is_claimed
        out.right += is_right
        out.decoys += is_decoy
        out.decoys_claimed += is_decoy and is_claimed
        out.told[one["story"]] += is_planted
        out.missed[one["story"]] += is_planted and not is_right
        out.wrong[one["story"]] += is_claimed and not is_right
    found = waves(directory)
    out.waves = len(truth["waves"])
    out.waves_found = sum(wave in found for wave in planted_waves(truth))
    return out


def total(scores: Iterable[Score]) -> Score:
    out = Score()
    for one in scores:
        out.add(one)
    return out
