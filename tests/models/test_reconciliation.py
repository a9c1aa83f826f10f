"""Why a month differs from Fivetran's dashboard: the reasons against the source, the parts against the mart."""

from __future__ import annotations

import csv
import io
from datetime import date

import helpers
import pytest

from fivetran_logs.commands.explain_difference import lines_of_month, parse_month
from fivetran_logs.dbt.warehouse import Rows
from fivetran_logs.failures.errors import UserError

ACCOUNTS = {"enterprise": {}, "standard": helpers.STANDARD}
MARTS = "fivetran_analytics"


@pytest.fixture(scope="module", params=list(ACCOUNTS))
def account(request, built):
    return built(**ACCOUNTS[request.param])


def test_free_types_add_up_to_the_months_of_each_destination(account) -> None:
    figures, parts = (
        account.rows(
            f"select month_date, destination_id, sum(paid_active_rows), sum(free_active_rows) from {MARTS}.{mart} "
            f"where {condition} group by 1, 2 order by 1, 2"
        )
        for mart, condition in (
            ("fct_fivetran_monthly_active_rows", "total_active_rows > 0"),
            ("fct_fivetran_mar_reconciliation", "reason = 'free_type'"),
        )
    )
    assert figures
    assert parts == figures


def test_reasons_have_the_rows_of_the_source(account) -> None:
    """The simulated account restates nothing: its source rows can be added up by hand."""
    as_of = account.rows("select cast(max(newest_log_at) as date) from fivetran_logs_meta.loads")[0][0]
    found = {
        (reason, detail, month): rows
        for reason, detail, month, rows in account.rows(
            "select reason, detail, month_date, sum(total_active_rows) "
            f"from {MARTS}.fct_fivetran_mar_reconciliation group by 1, 2, 3"
        )
    }
    expected: dict[tuple[str, str, date], int] = {}
    for day, free_type, name, is_known, rows in account.rows(
        """
        select
            cast(usage.measured_date as date) as day, upper(usage.free_type), usage.connection_name,
            known.connection_name is not null, sum(usage.incremental_rows)
        from fivetran_log.incremental_mar as usage
        left join (select distinct connection_name, destination_id from fivetran_log.connection) as known
            on usage.connection_name = known.connection_name and usage.destination_id = known.destination_id
        group by 1, 2, 3, 4
        """
    ):
        month = day.replace(day=1)
        after = date(month.year + month.month // 12, month.month % 12 + 1, 1)
        places = [("free_type", free_type, month)]
        if day == as_of:
            places.append(("open_day", day.isoformat(), month))
        if day == month:
            before = date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1)
            places += [("time_zone", "first day", month), ("time_zone", "first day of the month after", before)]
        if (after - day).days == 1:
            places += [("time_zone", "last day", month), ("time_zone", "last day of the month before", after)]
        if not is_known:
            places.append(("unmatched_connection", name, month))
        for place in places:
            expected[place] = expected.get(place, 0) + rows
    simple = {"free_type", "open_day", "time_zone", "unmatched_connection"}
    assert {place: rows for place, rows in found.items() if place[0] in simple and rows} == {
        place: rows for place, rows in expected.items() if rows and place[2] <= as_of.replace(day=1)
    }
    assert {place[0] for place in found} >= simple


def test_deleted_connections_have_their_months(account) -> None:
    found, expected = (
        account.rows(query)
        for query in (
            f"select month_date, sum(total_active_rows) from {MARTS}.fct_fivetran_mar_reconciliation "
            "where reason = 'deleted_connection' group by 1 order by 1",
            f"select month_date, sum(total_active_rows) from {MARTS}.fct_fivetran_monthly_active_rows "
            f"inner join {MARTS}.fct_fivetran_connector_health using (connection_id) where is_deleted "
            "group by 1 order by 1",
        )
    )
    assert found
    assert found == expected


def test_the_command_shows_one_month(account) -> None:
    result = helpers.run_cli("explain-difference", "--format", "csv", cwd=account.directory)
    assert result.code == 0, result.err
    lines = list(csv.DictReader(io.StringIO(result.out)))
    (figure,) = (line for line in lines if line["reason"] == "figure")
    complete = account.rows(
        f"select month_date, sum(paid_active_rows) from {MARTS}.fct_fivetran_monthly_active_rows "
        "where is_month_complete group by 1 order by 1 desc limit 1"
    )[0]
    assert int(figure["paid_active_rows"]) == complete[1]
    of_types = [int(line["paid_active_rows"]) for line in lines if line["reason"] == "free_type"]
    assert sum(of_types) == complete[1]
    assert {"restated", "late_usage", "after_as_of"} <= {line["reason"] for line in lines if line["place"] == "none"}

    nothing = helpers.run_cli("explain-difference", "--month", "1999-01", cwd=account.directory)
    assert nothing.code == 2
    assert "no usage in 1999-01" in nothing.err


def answer(*months: tuple[date, int]) -> Rows:
    return Rows(["MONTH_DATE", "IS_MONTH_COMPLETE", "POSITION", "REASON"], [(*month, 0, "figure") for month in months])


def test_the_last_complete_month_comes_first() -> None:
    open_month, complete, older = (date(2026, 6, 1), 0), (date(2026, 5, 1), 1), (date(2026, 4, 1), 1)
    assert lines_of_month(answer(open_month, complete, older), None) == (complete[0], Rows(["reason"], [("figure",)]))
    assert lines_of_month(answer(open_month), None)[0] == open_month[0]
    assert lines_of_month(answer(open_month, complete), open_month[0])[0] == open_month[0]


def test_an_account_without_usage_gets_a_sentence() -> None:
    with pytest.raises(UserError, match="no usage to explain"):
        lines_of_month(answer(), None)


@pytest.mark.parametrize("text", ["May", "2026", "2026-13", "2026-5", "2026-05-01", "-", "\uff12026-05"])
def test_what_is_no_month_is_wrong_use(text: str) -> None:
    with pytest.raises(UserError) as error:
        parse_month(text)
    assert error.value.exit_code == 2


def test_a_month_is_its_first_day() -> None:
    assert parse_month(" 2026-05 ") == date(2026, 5, 1)
