"""What the simulated account is charged: by hand, by a second reckoning, and by what its contract says."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from fivetran_logs.commands.demo import SETTINGS
from fivetran_logs.simulator import simulate, usage
from fivetran_logs.simulator.billing import cents_of, cost_of, price_curve, shares, steps_of
from fivetran_logs.simulator.clock import to_ms

MONTHS = [to_ms(datetime(2026, month, 1)) for month in (2, 3, 4, 5)]
CURVE = price_curve("enterprise", MONTHS, activations=False)


class Account:
    def __init__(self, directory: Path, **options) -> None:
        self.directory = directory
        simulate(directory, **{"usage_only": True} | options)
        self.truth = json.loads((directory / "truth.json").read_text(encoding="utf-8"))

    def sql(self, query: str) -> list[tuple]:
        with duckdb.connect() as connection:
            for file in self.directory.glob("*.parquet"):
                connection.execute(f"create view \"{file.stem}\" as select * from read_parquet('{file}')")
            return connection.execute(query).fetchall()

    def charges(self, kind: str) -> list[dict]:
        return [charge for charge in self.truth["charges"] if charge["charge_kind"] == kind]


@pytest.fixture(scope="module")
def account(tmp_path_factory) -> Account:
    return Account(tmp_path_factory.mktemp("usage") / "account")


@pytest.fixture(scope="module")
def odd(tmp_path_factory) -> Account:
    return Account(tmp_path_factory.mktemp("odd") / "account", oddities=True)


@pytest.fixture(scope="module")
def year(tmp_path_factory) -> Account:
    return Account(tmp_path_factory.mktemp("year") / "account", days=400, seed=11)


def cents(amount: float) -> int:
    return round(amount * 100)


# -- by hand


@pytest.mark.parametrize(
    ("rows", "usd"),
    [
        (0, "0"),
        (1, "5"),  # the base charge is the least
        (7_496, "5"),
        (10_000, "6.67"),
        (1_000_000, "667"),
        (2_500_000, "1367.35"),  # 667 + 1.5 x 466.90
        (6_000_000, "2834.75"),  # 667 + 4 x 466.90 + 300.15
    ],
)
def test_a_connection_by_its_own_price_list(rows, usd):
    assert cost_of(steps_of(CURVE, "connection_mar", MONTHS[-1]), rows) == Decimal(usd)


def test_the_account_by_the_older_price_list():
    steps = steps_of(CURVE, "connection_mar", MONTHS[0])
    assert {step.scope for step in steps} == {"account"}
    assert cost_of(steps, 6_000_000) == Decimal("3801.9")  # 5 x 667 + 466.90
    assert cost_of(steps, 1_000) == Decimal("0.667")  # without a base charge


@pytest.mark.parametrize(("runs", "usd"), [(5_000, 0), (7_200, 22), (40_000, 320), (150_000, 840)])
def test_model_runs_by_the_published_table(runs, usd):
    assert cost_of(steps_of(CURVE, "model_runs", MONTHS[0]), runs) == usd


def test_a_discount_is_off_every_list_price():
    assert cents_of(Decimal(5)) == 460
    assert cents_of(Decimal("1367.35")) == 125796  # 1257.962


def test_shares_sum_to_the_whole():
    assert shares(100, [1, 1, 1]) == [34, 33, 33]
    assert shares(5, [0, 0]) == [0, 0]


# -- by a second reckoning


def test_every_charge_follows_from_the_rows_and_the_price_list(year):
    """From the files alone: rows of incremental_mar, steps of price_curve.csv."""
    with (year.directory / "price_curve.csv").open(encoding="utf-8", newline="") as file:
        curve = [row for row in csv.DictReader(file) if row["meter"] == "connection_mar"]

    def price(month: str, units: int) -> tuple[str, float]:
        newest = max(row["valid_from"] for row in curve if row["valid_from"] <= month)
        steps = [row for row in curve if row["valid_from"] == newest]
        usd = sum(
            max(0, min(units, int(row["to_units"] or units)) - int(row["from_units"])) * float(row["usd_per_million"])
            for row in steps
        )
        base = float(steps[0]["base_usd"] or 0) if units <= 1_000_000 else 0
        return steps[0]["scope"], max(usd / 1e6, base) * year.truth["discount_factor"]

    active: dict[str, dict[tuple, int]] = defaultdict(lambda: defaultdict(int))
    for row in year.truth["mar"]:
        who = row["connection_id"] or row["connection_name"]
        active[row["month_date"]][row["destination_id"], who] += row["paid_active_rows"]
    seen = set()
    for charge in year.charges("connection_rows"):
        month, rows = charge["month_date"], active[charge["month_date"]]
        mine = rows[charge["destination_id"], charge["connection_id"] or charge["connection_name"]]
        assert charge["units"] == mine
        scope, usd = price(month, mine)
        if scope == "account":
            total = sum(rows.values())
            usd = price(month, total)[1] * mine / total
        assert charge["amount_usd"] == pytest.approx(usd, abs=0.011)
        seen.add(scope)
    assert seen == {"account", "connection"}  # the contract changed hands
    assert {row["base_usd"] for row in curve if row["scope"] == "connection"} == {"", "5"}


@pytest.mark.parametrize("which", ["account", "odd", "year"])
def test_bills_are_the_sums_of_their_charges_and_charges_of_their_tables(which, request):
    account = request.getfixturevalue(which)
    bills, connections = defaultdict(int), defaultdict(int)
    for charge in account.truth["charges"]:
        bills[charge["month_date"], charge["destination_id"]] += cents(charge["amount_usd"])
        if charge["charge_kind"] == "connection_rows":
            key = charge["month_date"], charge["destination_id"], charge["connection_name"], charge["connection_id"]
            connections[key] += cents(charge["amount_usd"])
    amounts = account.sql("select measured_month || '-01', destination_id, amount from usage_cost")
    assert {(month, place): int(amount * 100) for month, place, amount in amounts} == bills
    tables = defaultdict(int)
    for row in account.truth["prices"]:
        key = row["month_date"], row["destination_id"], row["connection_name"], row["connection_id"]
        tables[key] += cents(row["amount_usd"])
    assert tables == connections


def test_paid_model_runs_are_in_the_bill(account):
    runs = dict(
        account.sql(
            "select substr(measured_date, 1, 7) || '-01', sum(model_runs) from transformation_runs"
            " where free_type = 'PAID' group by 1"
        )
    )
    charged = {row["month_date"]: row["amount_usd"] for row in account.charges("transformation")}
    assert charged
    for month, count in runs.items():
        assert charged.get(month, 0) == pytest.approx(max(count - 5_000, 0) * 0.01 * 0.92, abs=0.006)


# -- how months fill up


def test_connections_fill_their_month_each_in_its_own_way(year):
    shares_by_day_10 = year.sql(
        """
        with months as (
            select
                connection_name, substr(measured_date, 1, 7) as month, sum(incremental_rows) as whole,
                sum(incremental_rows) filter (substr(measured_date, 9, 2) <= '10') as part
            from incremental_mar group by all
            having min(substr(measured_date, 9, 2)) = '01' and max(substr(measured_date, 9, 2)) >= '28'
        )
        select connection_name, avg(part / whole) from months group by all
        """
    )
    share = dict(shares_by_day_10)
    assert len(share) > 20
    assert min(share.values()) < 0.38
    assert max(share.values()) > 0.8
    assert len({round(value, 1) for value in share.values()}) >= 5
    assert share["partner_drop"] < 0.38  # files: every row counts
    assert 0.5 < share["google_ads"] < 0.7  # the 1st counts the last weeks again


def test_advertising_counts_its_last_weeks_again_on_the_first(account):
    days = account.sql(
        "select substr(measured_date, 9, 2) = '01', avg(total)"
        " from (select measured_date, sum(incremental_rows) as total from incremental_mar"
        " where connection_name = 'google_ads' group by 1) group by 1"
    )
    by_kind = dict(days)
    assert 12 < by_kind[True] / by_kind[False] < 45


def test_a_trial_ends_within_a_month(account):
    kinds = account.sql(
        "select free_type, min(measured_date), max(measured_date) from incremental_mar"
        " where connection_name = 'mongo_profiles' and sync_type = 'UNKNOWN' group by 1"
    )
    last_free = {kind: (first, last) for kind, first, last in kinds}
    assert last_free["CONNECTOR_TRIAL"][1] < last_free["PAID"][0]
    assert last_free["CONNECTOR_TRIAL"][1][:7] == last_free["PAID"][0][:7]


def test_deletes_are_paid_since_2026(tmp_path, monkeypatch):
    as_of = datetime(2026, 2, 10)
    rows = (
        "select measured_date < '2026', sum(incremental_rows) from incremental_mar"
        " where connection_name = 'app_db' group by 1"
    )
    now = dict(Account(tmp_path / "now", as_of=as_of).sql(rows))
    monkeypatch.setattr(usage, "DELETES_PAID_SINCE", 0)
    always = dict(Account(tmp_path / "always", as_of=as_of).sql(rows))
    assert now[True] / always[True] == pytest.approx(0.95, abs=0.001)  # 5 % of a database's changes are deletes
    assert now[False] == always[False]


# -- other contracts, and what is odd


def test_a_destination_on_credits_has_no_bill_in_dollars(tmp_path, account):
    credits = Account(tmp_path / "account", contract="credits")
    in_credits = {row["destination_id"] for row in credits.truth["credits"]}
    assert len(in_credits) == 1
    assert not in_credits & {place for (place,) in credits.sql("select destination_id from usage_cost")}
    found = credits.sql("select measured_month || '-01', destination_id, credits_consumed from credits_used")
    assert {(row["month_date"], row["destination_id"], row["credits"]) for row in credits.truth["credits"]} <= set(
        found
    )
    others = [row for row in account.truth["cost"] if row["destination_id"] not in in_credits]
    assert credits.truth["cost"] == others
    assert account.truth["credits"] == []


def test_a_fixed_price_is_the_same_every_month(tmp_path):
    fixed = Account(tmp_path / "account", contract="fixed")
    amounts = defaultdict(set)
    for row in fixed.truth["cost"]:
        amounts[row["destination_id"]].add(row["amount_usd"])
    assert [len(found) for found in amounts.values()] == [1, 1, 1]
    assert fixed.truth["prices"] == []
    assert {row["charge_kind"] for row in fixed.truth["charges"]} == {"fixed_price"}


def test_refunds_activations_and_corrections_are_odd(account, odd):
    def kinds(of: Account) -> set[str]:
        return {kind for (kind,) in of.sql("select distinct free_type from incremental_mar")}

    assert {"REFUND", "ACTIVATION_TRIAL", "FREE_ACTIVATION"} <= kinds(odd)
    assert not {"REFUND", "ACTIVATION_TRIAL", "FREE_ACTIVATION"} & kinds(account)
    assert {row["charge_kind"] for row in account.truth["charges"]} == {"connection_rows", "transformation"}
    assert min(row["amount_usd"] for row in odd.charges("adjustment")) == -25
    assert len(odd.charges("activation")) == 2
    late = odd.sql(
        "select min(date_diff('day', measured_date::date, updated_at)) from incremental_mar where free_type = 'REFUND'"
    )
    assert late[0][0] > 31  # restated after its month was closed


def test_a_wrong_contract_writes_nothing(tmp_path):
    with pytest.raises(ValueError, match="contract"):
        simulate(tmp_path / "account", contract="handshake")
    assert list(tmp_path.iterdir()) == []


# -- as files


def test_usage_without_a_log_is_the_usage_with_one(tmp_path):
    simulate(tmp_path / "whole", days=20)
    simulate(tmp_path / "usage", days=20, usage_only=True)
    files = {path.name for path in (tmp_path / "usage").iterdir()}
    assert {"incremental_mar.parquet", "usage_cost.parquet", "connection.parquet", "price_curve.csv"} <= files
    assert "log.parquet" not in files
    for name in files - {"truth.json"}:
        assert (tmp_path / "usage" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes(), name
    whole, part = (json.loads((tmp_path / name / "truth.json").read_text()) for name in ("whole", "usage"))
    for section in ("price_curve", "discount_factor", "prices", "charges", "credits", "cost", "mar"):
        assert whole[section] == part[section], section


def test_the_price_list_has_the_columns_of_its_seed(account):
    with (account.directory / "price_curve.csv").open(encoding="utf-8", newline="") as file:
        assert next(csv.reader(file)) == list(SETTINGS["fivetran_price_curve"])
    assert set(account.truth["price_curve"][0]) == set(SETTINGS["fivetran_price_curve"])
