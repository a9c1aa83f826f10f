"""A simulated Fivetran account: the tables its Platform connector would write, and the right answers about it.

`simulate` writes one Parquet file per source table (names as in the Platform connector's documentation) and
`truth.json`. The same arguments give the same bytes. `truth/sections.py` documents the format of the truth.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

import numpy as np

from . import actions, dbt_project, governance, lineage, older, owners, text, truth
from . import oddities as odd
from .account import destinations, people
from .billing import CONTRACTS, PRICE_CURVE, write_curve
from .clock import DAY, Window, iso, to_datetime, to_ms
from .history import draw, events_of, no_history
from .log import REPEATED, LogWriter
from .sdk import sdk_log
from .sizing import NOISE, size
from .usage import Usage, draw_usage, transformation_runs, transformation_table, usage_tables
from .world import GENERATIONS, World
from .writer import TRUTH, as_named, replacing, write_table, write_truth

__all__ = ["SimulationSummary", "simulate"]

AS_OF = datetime(2026, 6, 18, 14, 0)
WITH_USAGE = ("account", "connection", "connector_type", "destination")  # what usage names
FEWEST_DAYS, MOST_DAYS = 10, 3650


@dataclass(frozen=True)
class SimulationSummary:
    """The written account. `tables` counts the rows of each file; `as_of` is UTC without zone."""

    directory: Path
    as_of: datetime
    plan: str
    names: str
    connections: int
    log_rows: int
    tables: dict[str, int]
    planted: int


def simulate(
    directory: Path,
    *,
    seed: int = 7,
    days: int = 120,
    plan: Literal["enterprise", "standard"] = "enterprise",
    names: Literal["current", "connector", "oldest"] = "current",
    as_of: datetime = AS_OF,
    log_rows: int | None = None,
    oddities: bool = False,
    contract: Literal["tiers", "credits", "fixed"] = "tiers",
    usage_only: bool = False,
    progress: Callable[[str, float], None] | None = None,
) -> SimulationSummary:
    """Writes a simulated account into `directory`, replacing an earlier simulation there, all or nothing.

    days      length of the log, 10 to 3,650; longer stories are left out or shortened
    plan      'standard' lacks the tables that only enterprise accounts have
    names     generation of table and column names; 'oldest' also has no sync ids and older kinds of event
    as_of     newest log time, UTC, to the millisecond
    log_rows  about how many log rows, made of more connections (1,000 at most), then more frequent syncs, then noise;
              fewer than some 450 a day the cast cannot make. None: what it makes by itself, 360,000 in 120 days
    oddities  also what readers trip over: damaged records, markup in names, counts beyond 2^31; for tests
    contract  how the account is billed: by price list; the same with one destination in credits; a fixed price
    usage_only  writes usage, bills and what they name, without a log: for years of it in little time
    progress  called with what is being done and the share that is done, from 0 to 1

    Raises ValueError for arguments that make no account, FileExistsError where `directory` holds something else.
    """
    if days < FEWEST_DAYS:
        raise ValueError(f"days must be at least {FEWEST_DAYS}, not {days}")
    if days > MOST_DAYS:
        raise ValueError(f"days must be at most {MOST_DAYS:,}, not {days:,}")
    if plan not in ("enterprise", "standard"):
        raise ValueError(f"plan must be 'enterprise' or 'standard', not {plan!r}")
    if names not in GENERATIONS:
        raise ValueError(f"names must be one of {', '.join(GENERATIONS)}, not {names!r}")
    if contract not in CONTRACTS:
        raise ValueError(f"contract must be one of {', '.join(CONTRACTS)}, not {contract!r}")
    if log_rows is not None and log_rows < 1:
        raise ValueError(f"log_rows must be positive, not {log_rows}")
    tell = progress or (lambda what, share: None)
    with replacing(Path(directory)) as fresh:
        tell("drawing syncs", 0.0)
        world = _world(seed, days, plan, names, to_ms(as_of), log_rows, oddities, quiet=usage_only)
        tell("drawing usage", 0.2)
        runs, run_events = transformation_runs(world)
        usage = draw_usage(world, runs, contract=contract, oddities=oddities)
        if usage_only:
            return _write_usage(Path(directory), fresh, world, usage, runs, tell)
        sdk_records, sdk_issues = sdk_log(world)
        world.actions = actions.all_actions(world)
        world.schema = lineage.Schema(world)
        world.rows += [*run_events, *actions.log_rows(world), *world.schema.rows, *older.status_events(world)]
        world.issues += sdk_issues
        if oddities:
            odd.apply(world)
        tables = {
            **usage_tables(world, usage),
            "transformation_runs": transformation_table(world, runs),
            "connector_sdk_log": sdk_records,
            **governance.tables(world),
            **lineage.tables(world, world.schema),
        }
        counts: dict[str, int] = {}
        for number, (table, rows) in enumerate(sorted(tables.items())):
            if plan == "standard" and table in lineage.ENTERPRISE_TABLES:
                continue
            tell(f"writing {table}", 0.4 + 0.1 * number / len(tables))
            name, rows = as_named(table, rows, names)
            counts[name] = write_table(fresh / f"{name}.parquet", [rows])
        owners.write(world, fresh)
        dbt_project.write(world, fresh)
        write_curve(fresh / PRICE_CURVE, usage.bills.curve)
        counts["log"] = _write_log(world, fresh / "log.parquet", tell)
        tell("writing the truth", 0.98)
        account = {
            "as_of": iso(world.window.as_of),
            "plan": plan,
            "names": names,
            "seed": seed,
            "days": days,
            "log_rows": counts["log"],
            "source_rows": dict(sorted(counts.items())),
        }
        sections = truth.sections(world, usage, runs)
        write_truth(fresh / TRUTH, account | sections)
    tell("done", 1.0)
    return SimulationSummary(
        directory=Path(directory),
        as_of=to_datetime(world.window.as_of),
        plan=plan,
        names=names,
        connections=len({connection.id for connection in world.connections}),
        log_rows=counts["log"],
        tables=dict(sorted(counts.items())),
        planted=len(sections["planted"]),
    )


def _write_usage(directory: Path, fresh: Path, world: World, usage: Usage, runs: list, tell) -> SimulationSummary:
    """The account without a log, and the part of the truth that is about money."""
    tables = {
        **usage_tables(world, usage),
        "transformation_runs": transformation_table(world, runs),
        **{name: rows for name, rows in governance.tables(world).items() if name in WITH_USAGE},
    }
    counts = {}
    for table, rows in sorted(tables.items()):
        name, rows = as_named(table, rows, world.names)
        counts[name] = write_table(fresh / f"{name}.parquet", [rows])
    owners.write(world, fresh)
    write_curve(fresh / PRICE_CURVE, usage.bills.curve)
    account = {
        "as_of": iso(world.window.as_of),
        "plan": world.plan,
        "names": world.names,
        "seed": world.seed,
        "days": round(world.window.days),
        "source_rows": counts,
    }
    write_truth(fresh / TRUTH, account | truth.usage_sections(world, usage, runs))
    tell("done", 1.0)
    return SimulationSummary(
        directory=directory,
        as_of=to_datetime(world.window.as_of),
        plan=world.plan,
        names=world.names,
        connections=len({connection.id for connection in world.connections}),
        log_rows=0,
        tables=counts,
        planted=0,
    )


def _world(
    seed: int, days: int, plan: str, names: str, as_of: int, log_rows: int | None, oddities: bool, *, quiet: bool
) -> World:
    """The account and its history; a quiet one has no syncs."""
    window = Window(as_of - days * DAY, as_of)
    staff = people()
    cast = size(
        window, staff, log_rows, np.random.default_rng([seed, 0]), oddities=oddities, overlaps=names != "oldest"
    )
    drawn = no_history(cast) if quiet else draw(cast, window, seed)
    world = World(
        window=window,
        seed=seed,
        plan=plan,
        names=names,
        destinations=destinations(),
        people=staff,
        connections=cast,
        sync_ids=text.uuids(np.random.default_rng([seed, 3]), len(drawn["syncs"])),
        oddities=oddities,
        **drawn,
    )
    if quiet:
        return world
    older.older_queries(world)
    # What is missing to the wanted size is noise: most of a real log is.
    if log_rows is None:
        noise = NOISE
    else:
        noise = max(log_rows / (1 + REPEATED) - events_of(drawn) - 3500, 0) / len(world.syncs)
    world.syncs.noise[:] = world.rng("noise").poisson(noise, len(world.syncs))
    return world


def _write_log(world: World, path: Path, tell: Callable[[str, float], None]) -> int:
    def batches():
        written = 0
        for batch in LogWriter(world).batches():
            yield as_named("log", batch, world.names)[1]
            written += batch.num_rows
            tell(f"writing log: {written:,} rows", 0.5 + 0.45 * min(written / max(world.expected_rows(), 1), 1))

    return write_table(path, batches())
