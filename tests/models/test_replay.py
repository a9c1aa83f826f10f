"""However an account's history arrives, the marts are those of one full build over all of it."""

from __future__ import annotations

import os
import random
from datetime import timedelta

import compare
import duckdb
import pytest
import replay
from random_account import START, RandomAccount

REPLAYS = int(os.environ.get("FIVETRAN_LOGS_REPLAYS", "30"))
FEW = 4  # `make test` replays so many; `make engines` and `make replay` replay them all


@pytest.fixture(scope="module")
def statements(tmp_path_factory: pytest.TempPathFactory) -> replay.Statements:
    return replay.capture(tmp_path_factory.mktemp("capture"))


RESTATED = {
    "connection": ["connection_id"],
    "incremental_mar": ["connection_name", "table_name", "measured_date", "free_type"],  # re-classed rows stand beside
    "usage_cost": ["measured_month", "destination_id"],
}


def deliver(
    database: duckdb.DuckDBPyConnection, name: str, rows: list[tuple[str, tuple]], older_schema: set[str]
) -> None:
    """Writes rows as Fivetran would: connections, usage and cost replace what they restate, the rest is added.

    The log of the connections of `older_schema` comes by the other Platform schema.
    """
    database.execute(f"use {name}")
    for table, definition in replay.SOURCE.items():
        columns = [column.split()[0] for column in definition.split(", ")]
        values = [row for kind, row in rows if kind == table]
        if table in RESTATED:
            places = [columns.index(key) for key in RESTATED[table]]
            values = list({tuple(row[place] for place in places): row for row in values}.values())
            condition = " and ".join(f"old.{key} is not distinct from new.{key}" for key in RESTATED[table])
            if values:
                new = replay.as_table(database, table, values)
                database.execute(f"delete from fivetran_log.{table} as old using {new} as new where {condition}")
        other = [row for row in values if table == "log" and row[columns.index("connection_id")] in older_schema]
        for schema, part in zip(replay.SCHEMAS, ([row for row in values if row not in other], other), strict=True):
            if part:
                database.execute(f"insert into {schema}.{table} from {replay.as_table(database, table, part)}")


def differences(database: duckdb.DuckDBPyConnection, source_lost_rows: bool) -> list[str]:
    """How the marts of `sliced` differ from those of `whole`, in sentences."""
    marts = database.execute(
        "select table_name from information_schema.tables "
        "where table_catalog = 'sliced' and table_schema = 'fivetran_analytics' order by 1"
    ).fetchall()
    assert len(marts) >= 13
    found = []
    for (mart,) in marts:
        if mart == "fct_fivetran_platform_freshness" and source_lost_rows:
            continue  # it judges a log by the arrivals that the source still has
        sliced, whole = (f"{name}.fivetran_analytics.{mart}" for name in ("sliced", "whole"))
        if mart.startswith("fct_fivetran_compliance"):  # earlier builds judged other days
            which = f"where check_date in (select check_date from {whole})"
            if source_lost_rows:
                which += " and check_code <> 'monitoring_alive'"
            since = " exclude (first_failed_on)" if mart == "fct_fivetran_compliance_checks" else ""
            sliced, whole = (f"(select *{since} from {table} {which})" for table in (sliced, whole))
        if database.execute(
            f"(from {sliced} except all from {whole}) union all (from {whole} except all from {sliced}) limit 1"
        ).fetchall():  # if only in the last digits of a fraction, they are the same: a sum depends on the order of rows
            ours, theirs = (compare.read_rows(database, f"from {table}") for table in (sliced, whole))
            found += [f"{mart}: {told}" for told in compare.differences(theirs, ours, compare.keys()[mart])]
    return found


@pytest.mark.parametrize(
    "seed", [pytest.param(seed, marks=pytest.mark.long if seed >= FEW else []) for seed in range(REPLAYS)]
)
def test_slices_equal_one_full_build(seed: int, statements: replay.Statements) -> None:
    """Slices come in any order: newer before older, a Platform schema that joins late, a log whose start is lowered."""
    chance = random.Random(seed)
    account = RandomAccount(seed, days=25)
    cuts = [*sorted(chance.sample(range(24, 24 * (account.days + 32)), 3)), 24 * (account.days + 40)]
    arrivals, older_schema = account.arrivals_backwards(cuts), account.older_schema
    last = chance.randint(1, len(cuts) - 1)
    start_lowered = chance.choice([0, 0, 0, 1, last])  # the first slice that is built from the whole log
    source_lost_rows = False
    with replay.open_replay(statements) as database:
        delivered: list[tuple[float, str, tuple]] = []
        for number, cut in enumerate(cuts):
            new = [delivery for delivery in arrivals if delivery[0] <= cut][len(delivered) :]
            deliver(database, "sliced", [(table, row) for _, table, row in new], older_schema)
            delivered += new
            as_of = START + timedelta(hours=cut + chance.choice([0, 0, 0, -30, -24 * 9, 24 * 5]))
            log_start = START + timedelta(days=-100 if number >= start_lowered else chance.randint(1, 40))
            if number and chance.random() < 0.3:
                stop_after = chance.randint(1, 40)
                replay.run(database, "sliced", statements.incremental, as_of, log_start, stop_after=stop_after)
            again = statements.refreshed if chance.random() < 0.1 else statements.incremental
            replay.run(database, "sliced", again if number else statements.full, as_of, log_start)
            if number == last:
                deliver(database, "whole", [(table, row) for _, table, row in delivered], older_schema)
                replay.run(database, "whole", statements.full, as_of, log_start)
                assert differences(database, source_lost_rows) == [], f"slice {number} of {cuts}, as of {as_of}"
                break
            if chance.random() < 0.25 and number >= start_lowered:  # a re-synced Platform connection keeps seven days
                source_lost_rows = True
                database.execute(
                    "delete from sliced.fivetran_log.log where time_stamp < ?", [as_of - timedelta(days=7)]
                )
