"""Measures the probable causes of incidents: `make bench-causes`, or `python tests/bench_causes.py --seeds 101 102`.

Each seed is an account of forty connections and 45 days with planted causes, decoys and waves; the marts are built on
it, and what they claim of each incident is compared with what was planted. The rules were tuned on the seeds 101 to
110; those that this prints by default were not looked at meanwhile.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "support"))

import known_causes  # noqa: E402

SEEDS = tuple(range(1, 21))
COLUMNS = ("claimed", "right", "planted", "found", "decoys", "claimed", "waves", "exact")


def line(name: str, score: known_causes.Score) -> str:
    """A row of the table."""
    figures = (score.claimed, score.right, score.planted, score.right, score.decoys, score.decoys_claimed)
    counts = "".join(f"{figure:>9}" for figure in (*figures, score.waves, score.waves_found))
    return f"{name:>8}{score.incidents:>11}{counts}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS)
    parser.add_argument("--stories", action="store_true", help="also what was missed and claimed wrongly, by story")
    chosen = parser.parse_args()
    print(f"{'seed':>8}{'incidents':>11}" + "".join(f"{name:>9}" for name in COLUMNS))
    scores = []
    with tempfile.TemporaryDirectory() as name:
        for seed in chosen.seeds:
            truth = known_causes.build(Path(name), seed)
            scores.append(known_causes.score(Path(name), truth))
            print(line(str(seed), scores[-1]), flush=True)
    total = known_causes.total(scores)
    print(line("all", total))
    if chosen.stories:
        for story in sorted(total.told | total.wrong):
            print(f"{story:>20}: planted {total.told[story]}, missed {total.missed[story]}, wrong {total.wrong[story]}")
    goals = [
        (f"of claimed causes 95 % right: {100 * total.precision:.1f} %", total.precision >= 0.95),
        (f"of planted causes 85 % found: {100 * total.recall:.1f} %", total.recall >= 0.85),
        (f"none claimed where only decoys were: {total.decoys_claimed}", total.decoys_claimed == 0),
    ]
    for goal, holds in goals:
        print(f"  {'holds' if holds else 'MISSED'}: {goal}")
    return 0 if all(holds for _, holds in goals) else 1


if __name__ == "__main__":
    sys.exit(main())
