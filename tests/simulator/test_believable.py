"""What the demo shows: an account that an engineer would believe, and nothing that is there for tests only."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import duckdb
import pytest

from fivetran_logs.simulator import simulate
from fivetran_logs.simulator.owners import BUDGETS, OWNERS

SEEDS = Path(__file__).parents[2] / "seeds"
FREQUENCIES = {1, 5, 15, 30, 60, 120, 180, 360, 480, 720, 1440}  # minutes that Fivetran offers


@pytest.fixture(scope="module")
def account(tmp_path_factory) -> Path:
    directory = tmp_path_factory.mktemp("demo") / "account"
    simulate(directory)
    return directory


@pytest.fixture(scope="module")
def ask(account):
    with duckdb.connect() as connection:
        for file in account.glob("*.parquet"):
            connection.execute(f"create view \"{file.stem}\" as select * from read_parquet('{file}')")
        yield lambda query: connection.execute(query).fetchall()


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_names_are_names(ask):
    for table, column in (("connection", "connection_name"), ("destination", "name"), ("team", "name")):
        for (name,) in ask(f'select {column} from "{table}"'):
            assert re.fullmatch(r"[A-Za-z][A-Za-z0-9_ ]{2,29}", name), name


def test_no_record_is_odd(ask):
    assert ask("select max(length(message_data)) < 2000 from log") == [(True,)]
    assert ask("select count(*) from log where message_data is not null and not json_valid(message_data)") == [(0,)]
    assert ask("select count(*) from log where message_data like '\"%' or message_data like '%<%'") == [(0,)]
    assert ask(
        "select count(*) from log anti join connection using (connection_id) where connection_id is not null"
    ) == [(0,)]
    assert ask("select count(*) from (select sync_id from log where message_event = 'sync_end' group by all"
               " having count(distinct id) > 1)") == [(0,)]  # fmt: skip


def test_no_sync_moves_more_than_one_can_believe(ask):
    syncs = """
        select l.connection_id, sync_id, sum(cast(json_extract(message_data, '$.count') as bigint)) as moved
        from (select distinct on (id, time_stamp) * from log where message_event = 'records_modified') as l
        group by all
    """
    most, typical = ask(f"select max(moved), median(moved) from ({syncs})")[0]
    assert most < 10_000_000
    assert 300 < typical < 20_000


def test_schedules_are_those_of_their_kind(ask):
    frequency = {}
    for kind, minutes in ask(
        "select connector_type_id, sync_frequency from connection where sync_frequency is not null"
    ):
        assert minutes in FREQUENCIES
        frequency.setdefault(kind, set()).add(minutes)
    assert min(frequency["postgres_rds"]) <= 30
    assert frequency["salesforce"] >= {60}
    assert frequency["google_ads"] == frequency["facebook_ads"] == frequency["linkedin_ads"] == {360}
    assert frequency["google_sheets"] == {1440}


def test_syncs_are_no_longer_than_their_schedule_and_few_fail(ask):
    syncs = """
        select
            connection_id, sync_id,
            date_diff('second', min(time_stamp), max(time_stamp)) as seconds,
            max(json_extract_string(message_data, '$.status')) filter (message_event = 'sync_end') as status
        from log where sync_id is not null group by all
    """
    late = ask(
        f"select connection_name from ({syncs}) join connection using (connection_id)"
        " where not _fivetran_deleted and seconds > 60 * sync_frequency"
    )
    assert late == []
    failed = ask(f"select avg(cast(status like 'FAILURE%' as int)) from ({syncs}) where status is not null")[0][0]
    assert 0.001 < failed < 0.02


def test_rows_and_prices_are_those_of_a_middling_company(ask):
    months = ask(
        """
        select
            cost.measured_month, sum(amount)::double as usd,
            (select sum(incremental_rows) from incremental_mar as m
             where m.free_type = 'PAID' and m.measured_date like cost.measured_month || '%') as paid
        from usage_cost as cost group by all order by 1
        """
    )
    assert len(months) >= 4
    for month, usd, paid in months:
        assert 2e6 < paid < 20e6, month
        assert 400 < usd / paid * 1e6 < 1000, month


def test_schema_changes_are_those_of_people_who_work(ask):
    """In 90 days: what new connections bring, aside from it a change every week or two, and few that break."""
    altered = ask("select json_extract_string(message_data, '$.type'), count(*) from log"
                  " where message_event = 'alter_table' group by all")  # fmt: skip
    counts = dict(altered)
    assert 8 <= counts["ADD_COLUMN"] <= 24
    assert counts["DROP_COLUMN"] + counts["CHANGE_COLUMN_TYPE"] <= 4


def test_owners_and_budgets_fit_the_seeds(account, ask):
    places = {place for (place,) in ask("select name from destination")}
    known = set(
        ask("select c.connection_name, d.name from connection as c join destination as d on d.id = destination_id")
    )
    owners, budgets = read(account / OWNERS), read(account / BUDGETS)
    teams = {team for (team,) in ask("select name from team")}
    people = {email for (email,) in ask('select email from "user" where not _fivetran_deleted')}
    for row in owners:
        assert (row["connection_name"], row["destination_name"]) in known
        assert row["team"] in teams
        assert row["owner_email"] in people
        assert row["criticality"] in {"critical", "high", "medium", "low"}
    keys = [(row["connection_name"], row["destination_name"]) for row in owners]
    assert len(keys) == len(set(keys)) > 25
    scopes = {"account": {""}, "destination": places, "team": teams, "connection": {name for name, _ in known}}
    for row in budgets:
        assert row["scope"] in scopes[row["scope_type"]]
        assert row["budget_usd"] or row["budget_paid_active_rows"]
    for rows, seed in ((owners, "fivetran_connection_owners"), (budgets, "fivetran_budgets")):
        with (SEEDS / f"{seed}.csv").open(encoding="utf-8") as file:
            assert list(rows[0]) == next(csv.reader(file))
