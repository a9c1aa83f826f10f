"""`fivetran-logs export`: exact names and types, totals that tie out to the bill, cells that no spreadsheet runs."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import helpers
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from helpers import BuiltAccount

from fivetran_logs.commands.export import NOBODY, file_name, parse_day, statements
from fivetran_logs.dbt.warehouse import Rows
from fivetran_logs.failures.errors import UserError
from fivetran_logs.output.spreadsheet import to_csv

BILLS = (
    "select strftime(month_date, '%Y-%m'), sum(allocated_cost_usd) "
    "from fivetran_analytics.fct_fivetran_cost_allocation group by 1"
)


def exported(account: BuiltAccount, directory: Path, *options: str) -> Path:
    file = directory / f"focus.{'csv' if 'csv' in options else 'parquet'}"
    done = helpers.run_cli("export", "focus", *options, "--output", file, cwd=account.directory)
    assert done.code == 0, done.err
    return file


@pytest.mark.parametrize("version", ["1.2", "1.3", "1.4"])
def test_focus_ties_out_to_the_bills(version: str, built_account: BuiltAccount, tmp_path: Path) -> None:
    table = pq.read_table(exported(built_account, tmp_path, "--version", version))
    billed: dict[str, Decimal] = {}
    for row in table.select(["ChargePeriodStart", "BilledCost"]).to_pylist():
        month = f"{row['ChargePeriodStart']:%Y-%m}"
        billed[month] = billed.get(month, Decimal(0)) + row["BilledCost"]
    bills: dict[str, Decimal] = {}
    for row in built_account.truth["cost"]:
        bills[row["month_date"][:7]] = bills.get(row["month_date"][:7], Decimal(0)) + Decimal(str(row["amount_usd"]))
    complete = sorted(bills)[:-1]  # of the open month a bill counts as far as usage has gone
    assert complete
    assert {month: billed[month] for month in complete} == {month: bills[month] for month in complete}
    assert ("ProviderName" in table.column_names) == (version != "1.4")
    assert ("ServiceProviderName" in table.column_names) == (version != "1.2")
    assert ("AllocatedMethodDetails" in table.column_names) == (version != "1.2")
    kinds = {name: table.schema.field(name).type for name in table.column_names}
    assert pa.types.is_decimal(kinds["PricingQuantity"])
    assert kinds["BillingPeriodEnd"] == pa.timestamp("us", tz="UTC")
    assert kinds["InvoiceId"] == kinds["ChargeClass"] == pa.string()


def test_focus_of_some_days_as_csv(built_account: BuiltAccount, tmp_path: Path) -> None:
    file = exported(built_account, tmp_path, "--format", "csv", "--from", "2026-05-01", "--to", "2026-06")
    rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"))))
    assert {row["ChargePeriodStart"] for row in rows} == {"2026-05-01T00:00:00Z"}
    assert {row["ChargeClass"] for row in rows} == {""}


@pytest.mark.parametrize(
    "wrong", [["--from", "2026-02-31"], ["--to", "tomorrow"], ["--from", "2026-06", "--to", "2026-05"]]
)
def test_a_wrong_day_is_one_sentence(wrong: list[str], built_account: BuiltAccount) -> None:
    done = helpers.run_cli("export", "focus", *wrong, cwd=built_account.directory)
    assert (done.code, len(done.error_lines), done.out) == (2, 1, "")


def test_a_day_or_the_first_of_a_month() -> None:
    assert (parse_day("2026-05"), parse_day(" 2026-05-17")) == ("2026-05-01", "2026-05-17")
    with pytest.raises(UserError):
        parse_day("'; drop")


def test_statements_sum_to_the_bills(built_account: BuiltAccount, tmp_path: Path) -> None:
    done = helpers.run_cli("export", "chargeback", "--output", tmp_path, cwd=built_account.directory)
    assert done.code == 0, done.err
    bills = {month: usd for month, usd in built_account.rows(BILLS) if usd is not None}
    assert len(bills) > 2
    for month, usd in bills.items():
        files = sorted((tmp_path / month).iterdir())
        assert files
        lines = [row for file in files for row in csv.DictReader(io.StringIO(file.read_text(encoding="utf-8")))]
        assert sum(Decimal(row["cost_usd"]) for row in lines if row["cost_usd"]) == usd
    one = helpers.run_cli("export", "chargeback", "-m", month, "-o", tmp_path / "one", cwd=built_account.directory)
    assert one.code == 0, one.err
    assert [path.name for path in (tmp_path / "one").iterdir()] == [month]


def test_each_owner_has_a_file_of_its_own_in_the_directory() -> None:
    owners = ["Ann@x.com", "ann@x.com", "../../etc", None, "", "=cmd", "without_owner"]
    answer = Rows(["MONTH_DATE", "OWNER"], [(date(2026, 5, 1), owner) for owner in owners])
    files = statements(answer)
    assert sorted(row[1] or "" for rows in files.values() for row in rows) == sorted(owner or "" for owner in owners)
    assert len(files) == len(owners)
    assert len({str(path).lower() for path in files}) == len(owners)
    assert all(path.parent == Path("2026-05") for path in files)
    assert [rows[0][1] for path, rows in files.items() if path.stem == NOBODY] == [None]
    assert file_name("..") == "owner"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@sum", "\tx", "\rx"])
def test_no_cell_is_run_by_a_spreadsheet(text: str) -> None:
    (_, (cell, number, plain)) = csv.reader(
        io.StringIO(to_csv(["a", "b", "c"], [(text, Decimal("-1.50"), "a=b")]), newline="")
    )
    assert (cell, number, plain) == (f"'{text}", "-1.50", "a=b")
    assert to_csv([text], []).lstrip('"').startswith("'")


def test_values_as_before() -> None:
    row = (None, True, 3, datetime(2026, 5, 1, 2, 3), date(2026, 5, 1))
    assert to_csv(list("abcde"), [row]) == "a,b,c,d,e\n,true,3,2026-05-01T02:03:00,2026-05-01\n"
