"""`fivetran-logs lineage`: a name is found on either side, whatever it holds; the pairs are those of the account."""

from __future__ import annotations

import csv
import io
import json

import pyarrow.parquet as pq
import pytest
from helpers import STANDARD, rows, run_cli

from fivetran_logs.commands.lineage import split_name
from fivetran_logs.failures.errors import UserError


def ask(account, *arguments: str) -> list[dict[str, str]]:
    result = run_cli("lineage", *arguments, "--format", "csv", cwd=account.directory)
    assert result.code == 0, result.err
    return list(csv.DictReader(io.StringIO(result.out)))


def test_every_object_of_the_source_tables_has_its_rows(built_account) -> None:
    def read(table: str) -> list[dict]:
        return pq.read_table(built_account.account / f"{table}.parquet").to_pylist()

    for level in ("table", "column"):
        links = {(row[f"source_{level}_id"], row[f"destination_{level}_id"]) for row in read(f"{level}_lineage")}
        ids = {side: {row["id"] for row in read(f"{side}_{level}")} for side in ("source", "destination")}
        alone = {(number, None) for number in ids["source"] - {link[0] for link in links}}
        alone |= {(None, number) for number in ids["destination"] - {link[1] for link in links}}
        mart = f"fivetran_analytics.fct_fivetran_{level}_lineage"
        found = rows(built_account.directory, f"select source_{level}_id, destination_{level}_id from {mart}")
        assert len(found) > 50
        assert sorted(found, key=str) == sorted(links | alone, key=str)


@pytest.mark.parametrize("name", ["orders.id", "ORDERS.ID", '"public"."orders"."id"', "app_db_public.orders.id"])
def test_a_column_is_found_by_its_name_on_either_side(built_account, name) -> None:
    found = ask(built_account, name)
    mine = [row for row in found if row["connection_name"] == "app_db"]
    assert [(row["comes_from"], row["goes_to"]) for row in mine] == [("public.orders.id", "app_db_public.orders.id")]
    assert {row["level"] for row in found} == {"column"}


def test_a_table_is_found_without_its_columns(built_account) -> None:
    assert {row["level"] for row in ask(built_account, "app_db_public.orders")} == {"table"}


@pytest.mark.parametrize("name", ["x' or 1=1 --", "\\'; drop table x", "ordrs", "наказ", "a b"])
def test_what_nobody_has_is_one_sentence(built_account, name) -> None:
    result = run_cli("lineage", name, cwd=built_account.directory)
    assert result.code == 1
    assert result.error_lines[-1].startswith(f"Error: No table or column is called {name}. ")
    assert "Traceback" not in result.err


@pytest.mark.parametrize("name", ["", ".", "a..b", "a.b.c.d"])
def test_what_is_no_name_is_wrong_use(name) -> None:
    with pytest.raises(UserError) as refused:
        split_name(name)
    assert refused.value.exit_code == 2


def test_an_account_without_lineage_says_why(built) -> None:
    result = run_cli("lineage", "orders", cwd=built(**STANDARD).directory)
    assert result.code == 1
    assert "Enterprise plan" in result.err


def test_json_holds_the_same(built_account) -> None:
    result = run_cli("lineage", "orders.id", "--format", "json", cwd=built_account.directory)
    assert len(json.loads(result.out)) == len(ask(built_account, "orders.id"))
