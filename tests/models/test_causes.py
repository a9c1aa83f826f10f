"""Causes and waves of an account in which they are known: what is claimed is right, and no decoy is taken."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import known_causes
import pytest

from fivetran_logs.simulator.causes import simulate_causes

SEED = 3


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    directory = tmp_path_factory.mktemp("causes")
    return directory, known_causes.build(directory, SEED)


def test_claims_are_right_and_decoys_are_not_taken(account: tuple[Path, dict[str, Any]]) -> None:
    score = known_causes.score(*account)
    assert score.precision >= 0.95, score
    assert score.recall >= 0.85, score
    assert score.decoys_claimed == 0, score
    assert min(score.claimed, score.decoys) > 30, score


def test_waves_are_those_that_were_planted(account: tuple[Path, dict[str, Any]]) -> None:
    """With the same scope, start, end and members."""
    directory, truth = account
    assert known_causes.waves(directory) == known_causes.planted_waves(truth)
    assert {wave["scope_type"] for wave in truth["waves"]} == {"destination", "connector_type", "account"}


def test_who_made_a_change_is_named_by_address(account: tuple[Path, dict[str, Any]]) -> None:
    sentences = [claim["probable_cause"] for claim in known_causes.claims(account[0]).values()]
    named = [sentence for sentence in sentences if sentence and " by " in sentence]
    assert named
    assert all("@example.com" in sentence for sentence in named)


def test_the_same_arguments_write_the_same_account(tmp_path: Path) -> None:
    for name in ("one", "two"):
        simulate_causes(tmp_path / name, seed=SEED)
    files = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert len(files) > 5
    assert all((tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes() for name in files)
