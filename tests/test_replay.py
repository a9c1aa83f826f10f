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


def deliver(database: duckdb.DuckDBPyConnection, rows: list[tuple[str, tuple]]) -> None:
    """Writes rows as Fivetran would: connections, usage and cost replace what they restate, the rest is added."""
    keys = {
        "connection": ["connection_id"],
        "incremental_mar": ["connection_name", "table_name", "measured_date"],
        "usage_cost": ["measured_month", "destination_id"],
    }
    for table, row in rows:
        columns = [column.strip().split()[0] for column in replay.SOURCE[table].split(",")]
        values = dict(zip(columns, row, strict=True))
        if table in keys:
            condition = " and ".join(f"{key} = ?" for key in keys[table])
            database.execute(f"delete from fivetran_log.{table} where {condition}", [values[key] for key in keys[table]])
        database.execute(f"insert into fivetran_log.{table} values ({', '.join('?' * len(row))})", list(row))


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


def differences(database: duckdb.DuckDBPyConnection, other: str) -> list[str]:
    """Marts that differ from those of another database file, with an example row of each side."""
    found = []
    database.execute(f"attach '{other}' as expected (read_only)")
    marts = database.execute(
        "select table_name from information_schema.tables "
        "where table_catalog = current_database() and table_schema = 'fivetran_analytics' order by 1"
    ).fetchall()
    assert len(marts) >= 13
    for (mart,) in marts:
        columns = [column[0] for column in database.execute(f"from fivetran_analytics.{mart} limit 0").description]
        relation = f"fivetran_analytics.{mart}"
        ours = database.execute(f"from {relation} except all from expected.{relation}").fetchall()
        theirs = database.execute(f"from expected.{relation} except all from {relation}").fetchall()
        if not same_but_for_rounding(ours, theirs):
            named = [{name: value for name, value in zip(columns, rows[0], strict=True)} if rows else None for rows in (ours, theirs)]
            found.append(f"{mart}: {len(ours)} rows only incremental, {len(theirs)} only full, e.g. {named[0]} / {named[1]}")
    database.execute("detach expected")
    return found


@pytest.mark.parametrize("seed", range(REPLAYS))
def test_slices_equal_one_full_build(seed: int, statements: replay.Statements, tmp_path) -> None:
    chance = random.Random(seed)
    account = RandomAccount(seed)
    arrivals = sorted(account.deliveries, key=lambda delivery: delivery[0])
    cuts = sorted(chance.sample(range(24, 24 * (account.days + 32)), 4)) + [24 * (account.days + 40)]
    sliced = replay.open_replay(str(tmp_path / "sliced.duckdb"), statements)
    delivered = 0
    is_built = False
    for number, cut in enumerate(cuts):
        batch = [(table, row) for hour, table, row in arrivals[delivered:] if hour <= cut]
        deliver(sliced, batch)
        delivered += len(batch)
        as_of = START + timedelta(hours=cut + chance.choice([0, 0, 0, -30, -24 * 9, 24 * 5]))
        if is_built and chance.random() < 0.3:
            replay.run(sliced, statements.incremental, as_of, stop_after=chance.randint(1, 80))
        replay.run(sliced, statements.incremental if is_built else statements.full, as_of)
        is_built = True
        if number == len(cuts) - 1 or chance.random() < 0.3:
            path = tmp_path / f"full_{number}.duckdb"
            full = replay.open_replay(str(path), statements)
            deliver(full, [(table, row) for _, table, row in arrivals[:delivered]])
            replay.run(full, statements.full, as_of)
            full.close()
            assert differences(sliced, str(path)) == [], f"slice {number} of {cuts}, as of {as_of}"
        if chance.random() < 0.25:  # the Platform connection is re-synced: seven days of log are left
            sliced.execute("delete from fivetran_log.log where time_stamp < ?", [as_of - timedelta(days=7)])
    sliced.close()
