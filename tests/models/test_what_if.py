"""`fivetran-logs what-if` gives the difference of the true price list; a wrong name is one sentence."""

from __future__ import annotations

import csv
import io
import json
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import helpers
import pytest

from fivetran_logs.commands.demo import load_settings
from fivetran_logs.dbt.open import DEMO_SEEDS
from fivetran_logs.simulator import simulate
from fivetran_logs.simulator.billing import DISCOUNT_FACTOR

MARTS = ("fct_fivetran_cost_allocation", "fct_fivetran_table_syncs")
Account = tuple[Path, dict[str, Any], str]


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Account:
    """A year and a half of usage without a log, built with its own price list: directory, truth, options."""
    directory = tmp_path_factory.mktemp("what_if")
    simulate(directory / "account", usage_only=True, days=500)
    assert helpers.run_cli("load", directory / "account", cwd=directory).code == 0
    truth = json.loads((directory / "account" / "truth.json").read_text(encoding="utf-8"))
    load_settings(directory / "account", directory / helpers.DATABASE)
    options = json.dumps({"fivetran_logs_as_of": truth["as_of"], "fivetran_logs_seed_tables": DEMO_SEEDS})
    outcome = helpers.build_in(
        directory,
        "--select",
        *(f"+{name}" for name in MARTS),
        *helpers.NO_TESTS,
        fivetran_logs_as_of=truth["as_of"],
        fivetran_logs_seed_tables=DEMO_SEEDS,
    )
    assert outcome.succeeded, outcome
    return directory, truth, options


def ask(account: Account, *arguments: str) -> dict[str, str]:
    directory, _, options = account
    result = helpers.run_cli("what-if", *arguments, "--vars", options, "--format", "csv", cwd=directory)
    assert result.code == 0, result.err
    (row,) = csv.DictReader(io.StringIO(result.out))
    return row


def list_price(truth: dict[str, Any], month: str, units: int) -> Decimal:
    """What the contract charges a connection for so many rows, before the cent: worked out from truth.json alone."""
    lists = [step for step in truth["price_curve"] if step["meter"] == "connection_mar"]
    begin = max(step["valid_from"] for step in lists if step["valid_from"] <= month)
    steps = [step for step in lists if step["valid_from"] == begin]
    assert {step["scope"] for step in steps} == {"connection"}
    total, base = Decimal(0), Decimal(0)
    for step in steps:
        end = units if step["to_units"] is None else min(units, step["to_units"])
        total += max(end - step["from_units"], 0) * Decimal(str(step["usd_per_million"])) / 1_000_000
        if step["base_usd"] is not None and step["from_units"] < units <= (step["to_units"] or units):
            base = Decimal(str(step["base_usd"]))
    return max(total, base) * DISCOUNT_FACTOR


def last_month(truth: dict[str, Any]) -> tuple[str, dict[str, dict[str, int]]]:
    """The last complete month, and the paid rows of each connection that is there, by table."""
    month = max(row["month_date"] for row in truth["prices"] if row["month_date"] < truth["as_of"][:8] + "01")
    rows: dict[str, dict[str, int]] = {}
    for row in truth["prices"]:
        if row["month_date"] == month and row["connection_id"]:
            tables = rows.setdefault(row["connection_id"], {})
            tables[f"{row['schema_name']}.{row['table_name']}"] = row["paid_active_rows"]
    return month, rows


def in_odd_place(truth: dict[str, Any], month: str) -> set[str]:
    """Connections of destinations whose bill of the month has a line that no price list explains."""
    places = {
        row["destination_id"]
        for row in truth["charges"]
        if row["month_date"] == month and row["charge_kind"] not in ("connection_rows", "transformation")
    }
    in_credits = {row["destination_id"] for row in truth["credits"]} - {row["destination_id"] for row in truth["cost"]}
    return {row["connection_id"] for row in truth["prices"] if row["destination_id"] in places | in_credits}


def plain(account: Account) -> tuple[str, dict[str, dict[str, int]]]:
    month, rows = last_month(account[1])
    odd = in_odd_place(account[1], month)
    return month, {connection: tables for connection, tables in rows.items() if connection not in odd}


def test_leaving_out_a_table_saves_the_difference_of_the_steps(account: Account) -> None:
    month, connections = plain(account)
    chosen = sorted((c for c in connections if len(connections[c]) > 1), key=lambda c: sum(connections[c].values()))
    for connection in (chosen[0], chosen[len(chosen) // 2], chosen[-1]):
        table, rows = max(connections[connection].items(), key=lambda pair: pair[1])
        before = sum(connections[connection].values())
        found = ask(account, "drop-tables", connection, "--table", table)
        assert found["month_date"] == month
        assert (int(found["paid_rows_before"]), int(found["paid_rows_after"])) == (before, before - rows)
        true = list_price(account[1], month, before - rows) - list_price(account[1], month, before)
        assert abs(Decimal(found["cost_change_usd"]) - true) <= Decimal("0.01"), (found, true)
    # the dearest connection spans steps: its average share would be more
    share = Decimal(found["cost_before_usd"]) * rows / before
    assert -Decimal(found["cost_change_usd"]) < share - Decimal("0.05")


def test_the_base_charge_stays_until_no_row_is_left(account: Account) -> None:
    month, connections = plain(account)
    base = list_price(account[1], month, 1)
    small = next(c for c, t in connections.items() if len(t) > 1 and list_price(account[1], month, sum(t.values())) > 0)
    every = [argument for table in connections[small] for argument in ("--table", table)]
    kept = ask(account, "drop-tables", small, *every[2:])
    assert Decimal(kept["cost_after_usd"]) >= base - Decimal("0.01") > 0
    gone = ask(account, "drop-tables", small, *every)
    assert (gone["paid_rows_after"], Decimal(gone["cost_after_usd"])) == ("0", 0)
    assert ask(account, "drop-tables", small) == gone


def test_two_connections_in_one_pay_less_by_the_steps_they_share(account: Account) -> None:
    month, connections = plain(account)
    places = {row["connection_id"]: row["destination_id"] for row in account[1]["prices"]}
    big = max(connections, key=lambda c: sum(connections[c].values()))
    other = max(
        (c for c in connections if c != big and places[c] == places[big]), key=lambda c: sum(connections[c].values())
    )
    rows = [sum(connections[name].values()) for name in (other, big)]
    found = ask(account, "merge", other, "--into", big)
    true = list_price(account[1], month, sum(rows)) - sum(list_price(account[1], month, count) for count in rows)
    assert int(found["paid_rows_after"]) == sum(rows)
    assert true < 0
    assert abs(Decimal(found["cost_change_usd"]) - true) <= Decimal("0.01"), (found, true)


def test_where_the_account_is_priced_as_one_a_merge_changes_nothing(account: Account, tmp_path: Path) -> None:
    """However different the bills of their destinations are from the list."""
    directory, truth, options = account
    month, connections = plain(account)
    one, other = list(connections)[:2]
    shutil.copy(directory / helpers.DATABASE, tmp_path / helpers.DATABASE)
    with duckdb.connect(str(tmp_path / helpers.DATABASE)) as database:
        database.execute(
            "update fivetran_analytics_intermediate.int_fivetran_log__allocated_costs set scope = 'account', "
            "units_of_scope = 9000000, calibration_factor = case connection_id when ? then 2 else 0.5 end "
            "where month_date = ?",
            [one, month],
        )
    found = ask((tmp_path, truth, options), "merge", one, "--into", other)
    assert Decimal(found["cost_change_usd"]) == 0
    assert found["cost_before_usd"] == found["cost_after_usd"]
    assert "no difference in which connection" in found["how_dollars"]


def test_bills_that_do_not_follow_the_list_are_a_warning(account: Account, tmp_path: Path) -> None:
    """With a price agreed for the whole, the factor wanders from month to month, and nothing is saved."""
    directory, truth, options = account
    month, connections = plain(account)
    shutil.copy(directory / helpers.DATABASE, tmp_path / helpers.DATABASE)
    costs = "fivetran_analytics_intermediate.int_fivetran_log__allocated_costs"
    question = ((tmp_path, truth, options), "drop-tables", next(iter(connections)))
    for older, warning in ((0.8, None), (0.6, "between 0.60 and 0.92 of the list")):
        with duckdb.connect(str(tmp_path / helpers.DATABASE)) as database:
            database.execute(
                f"update {costs} set calibration_factor = case when month_date < ? then ? else 0.92 end", [month, older]
            )
        said = ask(*question)["how_dollars"]
        assert warning in said if warning else "of the list" not in said


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ("bill_usd = -8, allocated_cost_usd = -1, calibration_factor = -0.1", "as the last bill"),  # a refund
        ("bill_usd = null, allocated_cost_usd = null, calibration_factor = null", "as the last bill"),
        (
            "bill_usd = null, allocated_cost_usd = null, calibration_factor = null, last_calibration_factor = null, "
            "connection_usd_per_row = null, destination_usd_per_row = null, account_usd_per_row = null, credits = 5",
            "paid in credits, which have no price",
        ),
        ("bill_usd = 0, allocated_cost_usd = 0, calibration_factor = 0", "Times 0.00, as the bill."),
    ],
)
def test_a_month_whose_bill_gives_no_price_is_priced_as_the_last(
    account: Account, tmp_path: Path, changed: str, sentence: str
) -> None:
    """To stop what was refunded is no cost; credits have no dollars, whatever the list says; a bill of 0 saves 0."""
    directory, truth, options = account
    month, connections = plain(account)
    connection = next(c for c, t in connections.items() if len(t) > 1 and list_price(truth, month, sum(t.values())) > 0)
    shutil.copy(directory / helpers.DATABASE, tmp_path / helpers.DATABASE)
    with duckdb.connect(str(tmp_path / helpers.DATABASE)) as database:
        database.execute(
            f"update fivetran_analytics_intermediate.int_fivetran_log__allocated_costs set {changed} "
            "where month_date = ? and connection_id = ?",
            [month, connection],
        )
    found = ask((tmp_path, truth, options), "drop-tables", connection)
    assert sentence in found["how_dollars"]
    if "credits" in changed:
        assert found["cost_before_usd"] == found["cost_change_usd"] == ""
        return
    usd = 0 if "bill_usd = 0" in changed else list_price(truth, month, sum(connections[connection].values()))
    assert abs(Decimal(found["cost_before_usd"]) - usd) <= Decimal("0.02")
    assert Decimal(found["cost_change_usd"]) == -Decimal(found["cost_before_usd"])


def test_a_connection_that_moved_within_the_month_is_shown_whole(account: Account, tmp_path: Path) -> None:
    directory, _, options = account
    month, connections = plain(account)
    connection, tables = next((c, t) for c, t in connections.items() if len(t) > 1)
    shutil.copy(directory / helpers.DATABASE, tmp_path / helpers.DATABASE)
    with duckdb.connect(str(tmp_path / helpers.DATABASE)) as database:
        database.execute(
            "update fivetran_analytics_intermediate.int_fivetran_log__allocated_costs set destination_id = 'elsewhere' "
            "where month_date = ? and connection_id = ? and schema_name || '.' || table_name = ?",
            [month, connection, next(iter(tables))],
        )
    result = helpers.run_cli("what-if", "drop-tables", connection, "--vars", options, cwd=tmp_path)
    assert result.code == 0, result.err
    shown = [int(line.split()[-1].replace(",", "")) for line in result.out.splitlines() if "paid_rows_before" in line]
    assert len(shown) == 2
    assert sum(shown) == sum(tables.values())
    assert "elsewhere" in result.out


@pytest.mark.parametrize(("change", "word"), [("resync", "free"), ("reschedule", "does not change paid rows")])
def test_what_changes_no_rows_says_why(account: Account, change: str, word: str) -> None:
    found = ask(account, change, next(iter(plain(account)[1])))
    assert (found["paid_rows_change"], Decimal(found["cost_change_usd"])) == ("0", 0)
    assert word in found["how_rows"]


def test_history_without_a_log_is_unknown_and_says_so(account: Account) -> None:
    found = ask(account, "history-mode", next(iter(plain(account)[1])))
    assert found["paid_rows_after"] == found["cost_after_usd"] == ""
    assert "no writes" in found["how_rows"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("drop-tables", "app_dv"), "No connection with usage is called app_dv. Did you mean app_db"),
        (("drop-tables", "x' or 1=1 --"), "No connection with usage is called x' or 1=1 --."),
        (("drop-tables", "app_db", "--table", "ordrs"), "no rows of a table ordrs. Did you mean orders"),
        (("drop-tables", "app_db", "--table", "') or ('1"), "no rows of a table ') or ('1."),
        (("merge", "app_db"), "merge needs --into"),
        (("merge", "app_db", "--into", "APP_DB"), "the same connection"),
        (("reschedule", "app_db", "--table", "orders"), "leave out --table"),
    ],
)
def test_a_wrong_name_is_one_sentence(account: Account, arguments: tuple[str, ...], sentence: str) -> None:
    directory, _, options = account
    result = helpers.run_cli("what-if", *arguments, "--vars", options, cwd=directory)
    assert result.code in (1, 2)
    assert sentence in result.error_lines[-1]
    assert "Traceback" not in result.err


def test_the_macro_serves_sql_of_ones_own(account: Account) -> None:
    directory, truth, _ = account
    connection = next(c for c, tables in plain(account)[1].items() if len(tables) > 1)
    table = next(iter(plain(account)[1][connection]))
    project = helpers.dbt_project(directory, fivetran_logs_as_of=truth["as_of"], fivetran_logs_seed_tables=DEMO_SEEDS)
    sql = project.compile(
        f"select paid_rows_after from {{{{ fivetran_logs.what_if('drop-tables', '{connection.upper()}', "
        f"tables=['{table}']) }}}} as changes"
    )
    assert (
        str(helpers.rows(directory, sql)[0][0])
        == ask(account, "drop-tables", connection, "--table", table)["paid_rows_after"]
    )


@pytest.mark.parametrize(
    ("first_list", "problem", "sentences"),
    [
        ("2026-01-01", None, []),
        ("2026-01-01", "A gap follows.", ["Price list connection_mar of 2026-01-01, step from 0: A gap follows."]),
        (
            "2026-03-01",
            None,
            [
                "The first price list connection_mar begins on 2026-03-01, and paid rows in 2026-02-01: "
                "bills before the list are shared by rows."
            ],
        ),
    ],
)
def test_a_bad_price_list_is_a_sentence(
    tmp_path: Path, first_list: str, problem: str | None, sentences: list[str]
) -> None:
    """The SQL that the build's test and `check` share; rows of January are free, so no list need cover them."""
    project = helpers.dbt_project(tmp_path, fivetran_logs_as_of=helpers.EMPTY_AS_OF)
    sql = project.compile("{{ fivetran_logs.price_curve_problems('tiers', 'months') }}")
    with duckdb.connect() as connection:
        connection.execute("create table tiers (meter varchar, valid_from date, from_units bigint, problem varchar)")
        connection.execute("insert into tiers values ('connection_mar', ?, 0, ?)", [first_list, problem])
        connection.execute("insert into tiers values ('model_runs', '2026-04-01', 0, null)")
        connection.execute("create table months (month_date date, paid_active_rows bigint)")
        connection.execute("insert into months values ('2026-01-01', 0), ('2026-02-01', 5)")
        assert [row[-1] for row in connection.execute(sql).fetchall()] == sentences


def test_history_mode_pays_each_further_write_that_the_log_has(built_account) -> None:
    """Reckoned anew from the marts: what the syncs of the month wrote beyond the different rows of each table."""
    connection, month, paid, further = built_account.rows(
        """
        with months as (
            select max(month_date) as month_date from fivetran_analytics.fct_fivetran_monthly_active_rows
            where is_month_complete and allocated_cost_usd is not null
        ),
        writes as (
            select
                connection_id, schema_name, table_name, date_trunc('month', write_started_at) as month_date,
                sum(rows_synced) as rows_written
            from fivetran_analytics.fct_fivetran_table_syncs group by all
        )
        select
            rows.connection_id, month_date, sum(paid_active_rows),
            sum(greatest(rows_written - total_active_rows, 0))
        from fivetran_analytics.fct_fivetran_monthly_active_rows as rows
        inner join months using (month_date)
        left join writes using (connection_id, schema_name, table_name, month_date)
        where connection_id is not null
        group by all having sum(paid_active_rows) > 0 and count(rows_written) > 0 order by 4 desc, 1 limit 1
        """
    )[0]
    assert further > 0
    options = ("--vars", json.dumps({"fivetran_logs_as_of": built_account.truth["as_of"]}), "--format", "csv")
    result = helpers.run_cli("what-if", "history-mode", connection, *options, cwd=built_account.directory)
    assert result.code == 0, result.err
    (found,) = csv.DictReader(io.StringIO(result.out))
    assert (found["month_date"], int(found["paid_rows_before"])) == (f"{month:%Y-%m-%d}", paid)
    assert int(found["paid_rows_change"]) == further
    assert Decimal(found["cost_change_usd"]) > 0
    assert "each further change" in found["how_rows"]
