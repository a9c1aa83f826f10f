"""However an account's history arrives, the marts are those of one full build over all of it."""

from __future__ import annotations

import math
import os
import random
from datetime import timedelta

import duckdb
import pytest
import replay
from random_account import START, RandomAccount

REPLAYS = int(os.environ.get("FIVETRAN_LOGS_REPLAYS", "50"))


@pytest.fixture(scope="module")
def statements(tmp_path_factory: pytest.TempPathFactory) -> replay.Statements:
    return replay.capture(tmp_path_factory.mktemp("capture"))


RESTATED = {
    "connection": ["connection_id"],
    "incremental_mar": ["connection_name", "table_name", "measured_date"],
    "usage_cost": ["measured_month", "destination_id"],
}


def deliver(database: duckdb.DuckDBPyConnection, name: str, rows: list[tuple[str, tuple]]) -> None:
    """Writes rows as Fivetran would: connections, usage and cost replace what they restate, the rest is added."""
    database.execute(f"use {name}")
    for table, definition in replay.SOURCE.items():
        columns = [column.split()[0] for column in definition.split(", ")]
        values = [row for kind, row in rows if kind == table]
        if table in RESTATED:
            places = [columns.index(key) for key in RESTATED[table]]
            values = list({tuple(row[place] for place in places): row for row in values}.values())
            condition = " and ".join(f"{key} = ?" for key in RESTATED[table])
            for row in values:
                database.execute(
                    f"delete from fivetran_log.{table} where {condition}", [row[place] for place in places]
                )
        if values:
            database.executemany(f"insert into fivetran_log.{table} values ({', '.join('?' * len(columns))})", values)


def same_but_for_rounding(ours: list[tuple], theirs: list[tuple]) -> bool:
    """Whether rows differ in the last digits of fractions only: a sum of those depends on the order of the rows."""

    def exact(row: tuple) -> tuple:
        return tuple(round(value, 3) if isinstance(value, float) else value for value in row)

    def close(one: object, other: object) -> bool:
        if isinstance(one, float) and isinstance(other, float):
            return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)
        return one == other

    def order(row: tuple) -> str:
        return repr(exact(row))

    pairs = zip(sorted(ours, key=order), sorted(theirs, key=order), strict=False)
    return len(ours) == len(theirs) and all(close(*values) for pair in pairs for values in zip(*pair, strict=True))


def differences(database: duckdb.DuckDBPyConnection) -> list[str]:
    """Marts of `sliced` that differ from those of `whole`, with an example row of each side."""
    found = []
    marts = database.execute(
        "select table_name from information_schema.tables "
        "where table_catalog = 'sliced' and table_schema = 'fivetran_analytics' order by 1"
    ).fetchall()
    assert len(marts) >= 13
    for (mart,) in marts:
        sliced, whole = f"sliced.fivetran_analytics.{mart}", f"whole.fivetran_analytics.{mart}"
        columns = [column[0] for column in database.execute(f"from {sliced} limit 0").description]
        ours = database.execute(f"from {sliced} except all from {whole}").fetchall()
        theirs = database.execute(f"from {whole} except all from {sliced}").fetchall()
        if not same_but_for_rounding(ours, theirs):
            named = [dict(zip(columns, rows[0], strict=True)) if rows else None for rows in (ours, theirs)]
            found.append(
                f"{mart}: {len(ours)} rows only incremental, {len(theirs)} only full, e.g. {named[0]} / {named[1]}"
            )
    return found


@pytest.mark.parametrize("seed", range(REPLAYS))
def test_slices_equal_one_full_build(seed: int, statements: replay.Statements) -> None:
    chance = random.Random(seed)
    account = RandomAccount(seed, days=25)
    arrivals = sorted(account.deliveries, key=lambda delivery: delivery[0])
    cuts = [*sorted(chance.sample(range(24, 24 * (account.days + 32)), 3)), 24 * (account.days + 40)]
    with replay.open_replay(statements) as database:
        delivered = 0
        last = chance.randint(1, len(cuts) - 1)
        for number, cut in enumerate(cuts):
            batch = [(table, row) for hour, table, row in arrivals[delivered:] if hour <= cut]
            deliver(database, "sliced", batch)
            delivered += len(batch)
            as_of = START + timedelta(hours=cut + chance.choice([0, 0, 0, -30, -24 * 9, 24 * 5]))
            if number and chance.random() < 0.3:
                replay.run(database, "sliced", statements.incremental, as_of, stop_after=chance.randint(1, 40))
            replay.run(database, "sliced", statements.incremental if number else statements.full, as_of)
            if number == last:
                deliver(database, "whole", [(table, row) for _, table, row in arrivals[:delivered]])
                replay.run(database, "whole", statements.full, as_of)
                assert differences(database) == [], f"slice {number} of {cuts}, as of {as_of}"
                break
            if chance.random() < 0.25:  # the Platform connection is re-synced: seven days of log are left
                database.execute(
                    "delete from sliced.fivetran_log.log where time_stamp < ?", [as_of - timedelta(days=7)]
                )
