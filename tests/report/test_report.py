"""The report in a real browser: what its pages show equals the marts, and nothing in an account can break them."""

from __future__ import annotations

import copy
import csv
import io
import json
import os
import re
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import duckdb
import helpers
import numpy as np
import pytest
from browser import PAGES, THEMES, WIDTHS, Opened, chromium, number, opened
from helpers import ROOT, run_cli, unpacked

from fivetran_logs.alerts.state import Group, State, StateFile, Told
from fivetran_logs.report.data import _share, make_data, records, to_json
from fivetran_logs.report.page import pack, render
from fivetran_logs.report.queries import queried_tables, read_sql, run_queries
from fivetran_logs.report.schema import TYPES, read_schema

MARTS = "fivetran_analytics"
SCREENSHOTS = ROOT / "target" / "report_screenshots"  # to look at: a hundred pages if FIVETRAN_LOGS_SCREENSHOTS is set
CONNECTIONS = "Every connection"
CONSUMERS = "By connection and month"
EMPTY_AS_OF = helpers.EMPTY_AS_OF
MOST_BYTES = 4_000_000
MOST_SECONDS = 3.0  # for what a reader does in a long table, on two cores that other tests share
MOST_TO_OPEN, MOST_FOR_A_PAGE = 1.5, 0.5  # seconds of the processor of the machine that browser.YARDSTICK is of


@dataclass(frozen=True)
class Report:
    """A report that was written: the page, its data, and where the marts lie."""

    html: Path
    data: dict[str, Any]
    directory: Path

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """Rows of the marts, as dictionaries."""
        with helpers.opened(self.directory) as connection:
            connection.execute(f"set schema = '{MARTS}'")
            answer = connection.execute(sql)
            names = [column[0] for column in answer.description]
            return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]

    def row(self, sql: str) -> dict[str, Any]:
        (row,) = self.rows(sql)
        return row


def write(directory: Path, where: Path, *options: str) -> Report:
    """Runs the command on what a directory holds."""
    html, data = where / "report.html", where / "report.json"
    with helpers.one_thread():
        done = run_cli("report", "--output", html, "--json", data, "--no-progress", *options, cwd=directory)
    assert done.code == 0, done.err
    assert f"{html.stat().st_size / 1e6:.1f} MB" in done.out
    return Report(html, json.loads(data.read_text(encoding="utf-8")), directory)


@pytest.fixture(scope="module")
def report(built_account, tmp_path_factory) -> Report:
    return write(built_account.directory, tmp_path_factory.mktemp("report"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as started:
        yield started


@pytest.fixture
def page(browser, report) -> Iterator[Opened]:
    """The Enterprise account's report, wide; the test fails if the page complained or asked the network."""
    with opened(browser, report.html) as tab:
        yield tab
        assert not tab.complaints
        assert tab.requests == [report.html.as_uri()]


@pytest.fixture(scope="module")
def tab_of_readers(browser, report) -> Iterator[Opened]:
    with opened(browser, report.html) as tab:
        yield tab


@pytest.fixture
def read_only(tab_of_readers, report) -> Iterator[Opened]:
    """The same page for tests that read and follow links, and leave no table sorted or filtered: loaded once."""
    tab_of_readers.go("overview")
    yield tab_of_readers
    assert not tab_of_readers.complaints
    assert tab_of_readers.requests == [report.html.as_uri()]


def photograph(tab: Opened, name: str) -> None:
    """A picture for people, which no test reads: half a second each."""
    if not os.environ.get("FIVETRAN_LOGS_SCREENSHOTS"):
        return
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    tab.page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)


def walk(
    browser: Any,
    file: Path,
    addresses: list[str],
    name: str,
    widths=WIDTHS,
    themes=THEMES,
    resized: tuple[int, ...] = (),
    also: Callable[[Opened], None] = lambda tab: None,
) -> dict[str, str]:
    """Looks at pages in the widths and themes; says the text of each in the first width.

    resized  widths to which the reader draws the window of the first
    also     what else to do on each page of the first width
    """
    texts: dict[str, str] = {}
    for width in widths:
        with opened(browser, file, width=width) as tab:
            for address in addresses:
                tab.go(address)
                texts.setdefault(address, tab.page.locator("main").inner_text())
                key = address.split("/")[0]
                assert tab.overflow() <= 0, (key, width)
                assert tab.check("cut_off") == [], (key, width)
                assert tab.check("charts") == [], (key, width)
                assert tab.check("accessibility") == [], (key, width)
                for theme in themes:
                    tab.theme(theme)
                    assert tab.check("contrast") == [], (key, width, theme)
                    photograph(tab, f"{name}_{key}_{width}_{theme}")
                if width == widths[0]:
                    also(tab)
                for other in resized if width == widths[0] else ():
                    tab.page.set_viewport_size({"width": other, "height": 900})
                    tab.settle()
                    assert tab.overflow() <= 0, (key, other)
                    assert tab.check("cut_off") == [], (key, other)
                tab.page.set_viewport_size({"width": width, "height": 900})
            assert tab.complaints == []
            assert tab.requests == [file.as_uri()]
    return texts


def connection_address(report: Report, **wanted: Any) -> str:
    """The address of the page of the first connection that is so."""
    rows = records(report.data, "connections")
    return "connection/" + next(row for row in rows if wanted.items() <= row.items())["connection_id"]


def details(report: Report) -> list[str]:
    """Addresses of pages of one thing: a broken connection, its incident, team and owner, a check and a rule."""
    number, broken = next(
        (number, row)
        for number, row in enumerate(records(report.data, "connections"))
        if row["health_status"] == "broken" and row["team"]
    )
    incident = next(
        row for row in records(report.data, "incidents") if row["is_waiting"] and row["connection"] == number
    )
    return [
        f"connection/{quote(broken['connection_id'])}",
        f"incident/{incident['incident_id']}",
        f"team/{quote(broken['team'])}",
        f"owner/{quote(broken['owner'])}",
        f"check/{records(report.data, 'compliance_checks')[0]['check_code']}",
        f"rule/{records(report.data, 'recommendations')[0]['rule_code']}",
    ]


def close(shown: float | None, value: float | None, places: int) -> bool:
    """Whether a figure as shown is the value rounded to so many places."""
    if shown is None or value is None:
        return shown is None and value is None
    return abs(shown - value) <= 0.5 * 10**-places + 1e-9


def compact(shown: float | None, value: float | None) -> bool:
    """Whether a figure such as 6.85 M is the value, to the three digits shown."""
    return shown is not None and value is not None and abs(shown - float(value)) <= max(0.005 * abs(float(value)), 0.5)


# -- every page


def test_every_page_is_filled_in_both_widths_and_themes(browser, report) -> None:
    addresses = [*PAGES, *details(report)]
    texts = walk(browser, report.html, addresses, "enterprise", resized=(768, 1000, 1440))
    assert len(set(texts.values())) == len(addresses)
    built_as_of = report.row(f"select max(as_of_at) as at from {MARTS}_intermediate.int_fivetran_log__calendar")["at"]
    as_of = f"{built_as_of:%-d %b %Y, %H:%M} UTC"
    for address, text in texts.items():
        assert len(text) > 800, address
        assert "missing or empty" not in text, address
        assert as_of in text, address
        # the window of a check or rule is in its own words
        assert re.search(r"last \d+ days|month|now", text) or address.startswith(("check/", "rule/")), address
        assert not re.search(r"undefined|NaN|\[object|null\b|Invalid", text), address


def test_pages_are_reached_by_their_links(page) -> None:
    titles = set()
    for link in page.page.locator("nav.pages a").all():
        link.click()
        page.settle()
        assert link.get_attribute("aria-current") == "page"
        assert page.page.locator("[aria-current=page]").count() == 1
        assert page.page.evaluate("() => document.activeElement.id") == "main"
        titles.add(page.page.title())
    assert len(titles) == len(PAGES)
    page.page.go_back()
    page.settle()
    assert page.shown(".eyebrow") == [PAGES[-2].upper()]


def test_an_unknown_address_is_no_dead_end(browser, report) -> None:
    with opened(browser, report.html, address="connection/nobody") as tab:
        assert tab.heading == "This connection is not in the report"
        tab.page.get_by_role("link", name="All connections").click()
        assert tab.rows(CONNECTIONS)
        tab.go("%E0%A4%A")
        assert tab.complaints == []
        assert tab.shown(".eyebrow") == ["OVERVIEW"]


# -- figures


def test_headline_figures_equal_the_marts(read_only, report) -> None:
    today = report.row("select * from fct_fivetran_executive_dashboard where is_latest")
    recent = report.row(f"""
        select
            count(*) as syncs,
            count(*) filter (where sync_status = 'failed') as failed,
            count(*) filter (where sync_status = 'successful')
                / count(*) filter (where sync_status in ('successful', 'failed')) as success_rate
        from fct_fivetran_sync_performance
        where coalesce(sync_completed_at, sync_started_at) > timestamp '{report.data["as_of"][:19]}' - interval 7 day
    """)
    assert read_only.heading.startswith(
        f"{today['healthy_connectors']} of {today['active_connectors']} active connections"
    )
    cards = {
        card.locator("h2").inner_text(): [
            card.locator(".figure").inner_text(),
            *card.locator(".change").all_inner_texts(),
        ]
        for card in read_only.page.locator(".card").all()
    }
    assert len(cards) == 6
    assert read_only.page.locator(".card .spark[role=img]").count() == 6
    assert close(number(cards["Platform health score"][0]), today["platform_health_score"], 1)
    assert close(number(cards["Healthy connections"][0]), today["connector_health_percentage"] / 100, 3)
    success, change, effect, base = cards["Success rate of syncs"]
    same = same_weeks(report)
    difference = same["rate_last"] - same["rate_before"]
    assert abs(number(change) - 100 * abs(difference)) < 0.06
    assert ("up" if difference > 0 else "down") in change
    assert effect.startswith(f"over the {same['connections']} connections of both weeks; {same['new']} new connections")
    assert "gone" not in effect
    assert same["gone"] == 0
    assert close(number(success), recent["success_rate"], 3)
    assert base == f"{recent['failed']} of {recent['syncs']:,} syncs failed, last 7 days"
    assert compact(number(cards["Paid active rows, month to date"][0]), today["paid_active_rows"])
    assert close(number(cards["Billed, month to date"][0]), float(today["month_to_date_cost_usd"]), 0)
    assert close(number(cards["Errors"][0]), today["errors_last_7d"], 0)
    assert close(number(cards["Errors"][1]), abs(today["error_trend_pct"]), 3)
    assert f"{today['errors_previous_7d']} in the 7 before" in cards["Errors"][2]
    # against the same day of last month, and 7 days before
    last_month = report.row(f"""
        select * from fct_fivetran_executive_dashboard
        where report_date = date '{today["report_date"]}' - interval 1 month
    """)
    paid_change = today["paid_active_rows"] / last_month["paid_active_rows"] - 1
    assert close(number(cards["Paid active rows, month to date"][1]), abs(paid_change), 3)
    assert ("more" if paid_change > 0 else "less") in cards["Paid active rows, month to date"][1]
    assert compact(number(cards["Paid active rows, month to date"][2].split(":")[1]), last_month["paid_active_rows"])
    week_before = report.row(f"""
        select * from fct_fivetran_executive_dashboard where report_date = date '{today["report_date"]}' - 7
    """)
    score_change = today["platform_health_score"] - week_before["platform_health_score"]
    assert abs(number(cards["Platform health score"][1]) - abs(score_change)) < 0.06
    assert ("up" if score_change > 0 else "down") in cards["Platform health score"][1]


def same_weeks(report) -> dict[str, Any]:
    """Success rate and 95th percentile of connections with outcomes (with completed syncs) in both weeks."""
    as_of = datetime.fromisoformat(report.data["as_of"][:19])
    weeks: dict[str, list[tuple[str, str, float | None]]] = {"last": [], "before": []}
    for sync in report.rows("select * from fct_fivetran_sync_performance"):
        age = as_of - (sync["sync_completed_at"] or sync["sync_started_at"])
        if timedelta(0) <= age < timedelta(days=14):
            week = weeks["last" if age < timedelta(days=7) else "before"]
            week.append((sync["connection_id"], sync["sync_status"], sync["sync_duration_seconds"]))
    finished = {
        name: {connection for connection, status, _ in week if status in ("successful", "failed")}
        for name, week in weeks.items()
    }
    measured = {
        name: {connection for connection, _, seconds in week if seconds is not None} for name, week in weeks.items()
    }
    found: dict[str, Any] = {
        "connections": len(finished["last"] & finished["before"]),
        "new": len(finished["last"] - finished["before"]),
        "gone": len(finished["before"] - finished["last"]),
    }
    for name, week in weeks.items():
        outcomes = [
            status == "successful"
            for connection, status, _ in week
            if status in ("successful", "failed") and connection in finished["last"] & finished["before"]
        ]
        seconds = [
            duration
            for connection, _, duration in week
            if duration is not None and connection in measured["last"] & measured["before"]
        ]
        found[f"rate_{name}"] = sum(outcomes) / len(outcomes)
        found[f"p95_{name}"] = float(np.percentile(seconds, 95))
    return found


def test_weeks_are_compared_over_the_connections_of_both(report) -> None:
    """Two connections are new in the last week, so all syncs together would give other figures."""
    same = same_weeks(report)
    (summary,), (performance,) = (records(report.data, table) for table in ("summary", "performance"))
    for week, name in (("last", "last_7d"), ("before", "previous_7d")):
        assert close(summary[f"same_success_rate_{name}"], same[f"rate_{week}"], 6)
        assert close(performance[f"same_p95_duration_seconds_{name}"], same[f"p95_{week}"], same[f"p95_{week}"] < 90)
    assert same["new"] > 0
    assert summary["same_success_rate_last_7d"] != summary["success_rate_last_7d"]
    assert summary["connections_with_outcomes_in_both"] == same["connections"]
    assert summary["connections_with_outcomes_only_last_7d"] == same["new"]


@pytest.mark.parametrize(("value", "kept"), [(0.99999999, 0.999999), (1e-9, 0.000001), (1, 1), (0, 0), (0.25, 0.25)])
def test_a_share_is_never_rounded_to_none_or_all(value: float, kept: float) -> None:
    assert _share(value) == kept


def test_attention_and_grid_equal_the_marts(page, report) -> None:
    problems = report.rows("select * from fct_fivetran_problematic_connectors order by priority_rank")
    page.page.locator("details.lesser summary").click()
    listed = page.page.locator(".attention li").all_inner_texts()
    assert len(listed) == len(problems) > 0
    stopped = [row for row in problems if row["health_status"] in ("broken", "delayed", "never_synced")]
    assert len(stopped) > 0
    for text, problem in zip(listed, stopped + [row for row in problems if row not in stopped], strict=True):
        assert problem["connection_name"] in text
        assert problem["severity"].capitalize() in text
        assert problem["problem_summary"] in text
        assert problem["recommended_action"] in text
        if problem in stopped and problem["team"]:
            assert problem["team"] in text
            assert problem["owner"] in text
    for incident in report.rows("select * from fct_fivetran_incidents where is_waiting"):
        text = next(text for text in listed if text.split()[1] == incident["connection_name"])
        assert f"failing since {incident['started_at']:%-d %b %Y, %H:%M} UTC" in text
        assert incident["error_message"] in text
        assert (incident["probable_cause"] or incident["why_no_cause"]) in text
    days = report.rows(f"""
        select days.successful_syncs
        from fct_fivetran_sync_performance_trends as days
        inner join fct_fivetran_connector_health as health using (connection_id)
        where days.activity_date > date '{report.data["as_of"][:10]}' - 30
            and not health.is_deleted and days.failed_syncs > 0
    """)
    signs = Counter()
    names: list[str] = []
    while True:
        names += page.shown(".grid tbody th")
        signs.update(
            page.page.locator(".grid tbody .day").evaluate_all("days => days.map(day => day.classList[1] || '')")
        )
        following = page.page.locator("section:has(.grid) button[title='Next page']")
        if not following.is_enabled():
            break
        following.click()
    assert len(names) == report.row("select count(*) as n from fct_fivetran_connector_health where not is_deleted")["n"]
    assert names[: len(problems)] == [problem["connection_name"] for problem in problems]
    assert signs["failed"] == sum(day["successful_syncs"] == 0 for day in days) > 0
    assert signs["mixed"] == sum(day["successful_syncs"] > 0 for day in days) > 0


def test_the_connections_equal_the_marts_and_the_truth(page, report, built_account) -> None:
    page.go("connections")
    shown = page.all_rows(CONNECTIONS)
    health = report.rows("""
        select health.*, problems.priority_rank, usage.paid_rows
        from fct_fivetran_connector_health as health
        left join fct_fivetran_problematic_connectors as problems using (connection_id)
        left join (
            select connection_id, sum(paid_active_rows) as paid_rows
            from fct_fivetran_monthly_active_rows
            where month_date = (select date_trunc('month', max(report_date)) from fct_fivetran_executive_dashboard)
            group by connection_id
        ) as usage using (connection_id)
        order by priority_rank nulls last, health_score nulls last, connection_name, connection_id
    """)
    truth = {row["connection_id"]: row for row in built_account.truth["connections"]}
    assert len(shown) == len(health) == len(truth)
    for cells, row in zip(shown, health, strict=True):
        known = truth[row["connection_id"]]
        assert cells["Connection"].name == row["connection_name"] == known["connection_name"]
        assert cells["Status"].text.replace(" ", "_").lower() == row["health_status"]
        assert close(cells["Health score"].number, row["health_score"], 1)
        assert abs((cells["Success"].number or 0) - (row["success_rate_last_7d"] or 0)) <= 0.001
        assert abs((cells["Success"].number or 0) - (known["success_rate_last_7d"] or 0)) <= 0.001
        assert cells["Rows synced"].exact == row["rows_synced_last_7d"]
        assert cells["Errors"].exact == row["errors_last_7d"]
        assert cells["Paid rows"].exact == row["paid_rows"]
        stamp = row["last_successful_sync_at"]
        assert (cells["Last success"].title or "").startswith(f"{stamp:%-d %b %Y, %H:%M}" if stamp else "")
        assert bool(stamp) == (cells["Last success"].title is not None)


def test_usage_equals_the_marts(page, report) -> None:
    page.go("usage")
    month = report.data["as_of"][:7]
    usage = report.rows(f"""
        select coalesce(connection_name, '') as name, sum(paid_active_rows) as paid, sum(free_active_rows) as free,
            sum(allocated_cost_usd) as cost
        from fct_fivetran_monthly_active_rows where month_date = date '{month}-01'
        group by connection_id, connection_name order by paid desc
    """)
    shown = page.all_rows(CONSUMERS)
    assert Counter(
        (row["Connection"].name, row["Paid rows"].exact, row["Free rows"].exact) for row in shown
    ) == Counter((row["name"], row["paid"], row["free"]) for row in usage)
    assert sum(row["Cost"].number for row in shown) == pytest.approx(
        float(sum(row["cost"] or 0 for row in usage)), abs=len(usage)
    )
    assert shown[0]["Connection"].name == usage[0]["name"]
    # the figures behind the first chart
    months = report.rows(
        "select sum(paid_active_rows) as paid from fct_fivetran_monthly_active_rows group by month_date "
        "order by month_date desc"
    )
    page.page.locator("figure.chart summary").first.click()
    figures = page.page.locator("figure.chart").first.locator("tbody").evaluate("body => reportChecks.cells(body)")
    assert [number(row["Paid rows"][0]) for row in figures] == [row["paid"] for row in months]


def test_other_pages_equal_the_marts(read_only, report) -> None:
    as_of = f"timestamp '{report.data['as_of'][:19]}'"
    read_only.go("errors")
    categories = report.rows(f"""
        select
            error_category,
            count(*) filter (where severity = 'SEVERE' and occurred_at > {as_of} - interval 7 day) as week,
            count(*) filter (where severity = 'SEVERE') as month,
            count(*) filter (where severity = 'WARNING') as warnings
        from fct_fivetran_error_monitoring
        where occurred_at > {as_of} - interval 30 day and occurred_at <= {as_of} and not is_echo
        group by error_category
    """)
    shown = read_only.all_rows("Errors and warnings by category")
    assert {
        (
            row["Category"].text.lower().replace(" ", "_"),
            row["Errors, 7 days"].number,
            row["Errors, 30 days"].number,
            row["Warnings, 30 days"].number,
        )
        for row in shown
    } == {tuple(row.values()) for row in categories}
    fingerprints = report.row(
        "select count(distinct error_fingerprint) as n from fct_fivetran_error_monitoring "
        f"where occurred_at > {as_of} - interval 30 day and not is_echo"
    )
    assert len(read_only.all_rows("Distinct errors and warnings")) == fingerprints["n"]

    read_only.go("schema")
    breaking = report.row(
        "select count(*) as n from fct_fivetran_schema_change_history "
        f"where is_breaking and caused_by_change_id is null and change_detected_at > {as_of} - interval 30 day"
    )
    assert read_only.heading.startswith(f"{breaking['n']} breaking schema changes in the last 30 days")
    changes = report.rows(f"""
        select change_detected_at, is_breaking from fct_fivetran_schema_change_history
        where change_date > date '{report.data["as_of"][:10]}' - 90 and caused_by_change_id is null
        order by is_breaking desc, change_detected_at desc
    """)
    shown = read_only.all_rows("Every change, breaking ones first")
    assert [row["Change"].text.startswith("Breaking") for row in shown] == [row["is_breaking"] for row in changes]

    read_only.go("governance")
    actions = report.row(f"""
        select count(*) as n, count(*) filter (where is_sensitive) as sensitive
        from fct_fivetran_user_activity where occurred_at > {as_of} - interval 30 day and occurred_at <= {as_of}
    """)
    assert (
        read_only.heading
        == f"{actions['sensitive']} sensitive actions in the last 30 days, among {actions['n']} actions"
    )

    read_only.go("performance")
    durations = report.row(f"""
        select quantile_cont(sync_duration_seconds, 0.5) as half, count(*) filter (where is_duration_anomaly) as slow
        from fct_fivetran_sync_performance where sync_completed_at > {as_of} - interval 7 day
    """)
    assert read_only.heading.startswith(f"Half of the last 7 days' syncs took under {durations['half']:.0f}\u202fs")
    assert any(
        text.startswith(f"{durations['slow']} syncs of the last 7 days took far longer")
        for text in read_only.shown("h2")
    )

    read_only.go("recommendations")
    advice = report.row(
        "select sum(n) as n, sum(usd) as usd, sum(urgent) as urgent from ("
        "select count(*) filter (where is_leading) as n, max(estimated_monthly_savings_usd) as usd, "
        "count(*) filter (where is_leading and priority in ('critical', 'high')) as urgent "
        "from fct_fivetran_connector_recommendations group by connection_id)"
    )
    assert (
        read_only.heading
        == f"{advice['n']} recommendations, {advice['urgent']} urgent; they may save ${advice['usd']:,.0f} a month"
    )
    lines = read_only.all_rows("What to do first")
    assert (
        sum(
            int(number(row["Connection"].text)) if re.fullmatch(r"\d+ connections", row["Connection"].text) else 1
            for row in lines
        )
        == advice["n"]
    )


def test_finance_says_one_range_for_one_sum_and_what_a_unit_costs(read_only, report) -> None:
    """The card of the month's end is the account's line among the budgets; units are those of the mart."""
    read_only.go("finance")
    budget = report.row(
        "select low, high from fct_fivetran_budget_status where scope_type = 'account' and unit = 'usd' "
        "and month_date = (select min(month_date) from fct_fivetran_budget_status)"
    )
    (card,) = [text for text in read_only.shown(".card") if text.startswith("Month end")]
    shown = re.search(r"between \$([\d,.]+) and \$([\d,.]+)", card)
    assert shown, card
    assert [float(text.replace(",", "")) for text in shown.groups()] == [
        round(float(budget["low"])),
        round(float(budget["high"])),
    ]
    units = read_only.all_rows("A million paid rows cost")
    expected = report.rows(
        "select cost_usd, cost_per_million_rows_usd, cost_per_connection_usd, cost_per_table_usd "
        "from fct_fivetran_unit_economics where dimension = 'account' and cost_usd is not null order by month_date desc"
    )
    assert len(units) == len(expected) > 3
    for row, costs in zip(units, expected, strict=True):
        shown_costs = [row[label].number for label in ("Allocated", "A million rows", "A connection", "A table in use")]
        assert all(close(one, float(cost), 0) for one, cost in zip(shown_costs, costs.values(), strict=True))
    kinds = {"billed", "allocated", "projected"}
    assert all(kinds & set(re.findall(r"\w+", text)) for text in read_only.shown(".card"))


def test_months_name_what_is_in_one_of_them_only(browser, read_only, report, tmp_path) -> None:
    """Beside every change from month to month: what is new in May, what was gone after April."""
    read_only.go("finance")
    this_month = date.fromisoformat(report.data["as_of"][:8] + "01")
    ends = [this_month - timedelta(days=1)]
    ends.append(ends[0].replace(day=1) - timedelta(days=1))
    paid = {
        end: {
            row["connection_id"]
            for row in report.rows(
                "select connection_id from fct_fivetran_monthly_active_rows "
                "inner join fct_fivetran_connector_health using (connection_id) "
                f"where month_date = date '{end:%Y-%m-01}' and paid_active_rows > 0"
            )
        }
        for end in ends
    }
    names = dict(map(tuple, (row.values() for row in report.rows(
        "select connection_id, connection_name from fct_fivetran_connector_health"
    ))))  # fmt: skip
    twice = {name for name, count in Counter(names.values()).items() if count > 1}
    shown = {key: f"{name} ({key})" if name in twice else name for key, name in names.items()}
    line = rf"Paid rows in {ends[0]:%B} or in {ends[1]:%B} only: New: (.*)\. Gone: (.*)"
    for address in ("finance", "usage"):
        read_only.go(address)
        (found,) = [found for text in read_only.shown("p.small") if (found := re.fullmatch(line, text))]
        new, gone = (set(names.split(", ")) for names in found.groups())
        assert new == {shown[key] for key in paid[ends[0]] - paid[ends[1]]}, address
        assert gone == {shown[key] for key in paid[ends[1]] - paid[ends[0]]}, address
        assert len(new) == len(gone) + 1 == 3, address
        # one name of two connections, of which one is new and the other gone
        assert {name.split(" (")[0] for name in new} & {name.split(" (")[0] for name in gone} == twice, address


def test_where_the_data_begins_in_the_later_period_nothing_is_new(built_account, report, tmp_path) -> None:
    """Two weeks and two months of which the earlier is before the data: every connection would be new."""
    as_of = datetime.fromisoformat(report.data["as_of"][:-1])
    shutil.copy(built_account.database, tmp_path / helpers.DATABASE)
    with duckdb.connect(str(tmp_path / helpers.DATABASE)) as database:
        database.execute(f"set schema = '{MARTS}'")
        for table, kept in (
            ("fct_fivetran_sync_performance", f"sync_date >= date '{as_of:%Y-%m-%d}' - 6"),
            ("fct_fivetran_monthly_active_rows", f"month_date >= date '{as_of:%Y-%m-01}'"),
        ):
            database.execute(f"create table kept as from {table} where {kept}")
            assert database.execute("select count(distinct connection_id) from kept").fetchone() > (10,)
            kind = database.execute(
                "select case table_type when 'VIEW' then 'view' else 'table' end from information_schema.tables "
                f"where table_schema = '{MARTS}' and table_name = '{table}'"
            ).fetchone()
            database.execute(f"drop {kind[0]} {table}")
            database.execute(f"alter table kept rename to {table}")
    assert records(report.data, "new_and_gone"), "the account as it is has new ones"
    with helpers.inside(tmp_path), helpers.one_thread():
        answers = run_queries(helpers.dbt_project(tmp_path))
        assert answers.tables["new_and_gone"].rows == []
    asked = run_cli("query", "week_over_week", "--format", "json", cwd=tmp_path)
    assert asked.code == 0, asked.err
    weeks = json.loads(asked.out)
    assert sum(week["connections"] or 0 for week in weeks) > 10
    assert [week["new_or_gone_connections"] for week in weeks] == [None, None]


def test_figures_hold_while_bills_are_missing(built_account, report, tmp_path) -> None:
    """Of the open month one destination has costs, half of them without a bill; another lacks last month's bill."""
    shutil.copy(built_account.database, tmp_path / helpers.DATABASE)
    with duckdb.connect(str(tmp_path / helpers.DATABASE)) as database:
        database.execute(f"set schema = '{MARTS}'")
        costs, month = "fct_fivetran_cost_allocation", f"date '{report.data['as_of'][:8]}01'"
        places = database.execute(
            f"select destination_id from {costs} where is_billed and paid_active_rows > 0 and month_date >= {month} - "
            "interval 2 month group by 1 having count(distinct month_date) = 3 order by sum(paid_active_rows) desc"
        ).fetchall()
        one, other = places[0][0], places[1][0]
        database.execute(f"delete from {costs} where month_date = {month} and destination_id is distinct from '{one}'")
        database.execute(
            f"update {costs} set is_billed = false where month_date = {month} and hash(cost_key) % 2 = 0; "
            f"update {costs} set is_billed = false, allocated_cost_usd = null "
            f"where month_date = {month} - interval 1 month and destination_id = '{other}'"
        )
        to_date = database.execute(f"select sum(allocated_cost_usd) from {costs} where month_date = {month}").fetchone()
        teams = {row[0] for row in database.execute("select distinct team from fct_fivetran_mar_forecast").fetchall()}
        unknown = {
            row[0]
            for row in database.execute(
                f"select distinct connection_id from {costs} where destination_id = '{other}' and paid_active_rows > 0"
            ).fetchall()
        }
        (name,) = database.execute(
            f"select max(destination_name) from {costs} where destination_id = '{other}'"
        ).fetchone()
    with helpers.inside(tmp_path), helpers.one_thread():
        answers = run_queries(helpers.dbt_project(tmp_path)).tables
    (open_month,) = [row for row in answers["spend_months"].dicts() if row["stage"] == "open"]
    assert open_month["billed_usd"] + open_month["estimated_usd"] == to_date[0]
    assert open_month["billed_usd"] > 0
    assert open_month["estimated_usd"] > 0
    assert {row["team"] for row in answers["team_costs"].dicts()} >= teams
    changed = {row["connection"] for row in answers["cost_changes"].dicts()}
    assert changed
    assert unknown
    assert not changed & unknown
    asked = {
        query: json.loads(run_cli("query", query, "--format", "json", cwd=tmp_path).out)
        for query in ("team_costs_this_month", "cost_movers")
    }
    assert {row["team"] for row in asked["team_costs_this_month"]} >= teams
    assert len(teams) > 3
    assert asked["cost_movers"]
    assert name not in {row["destination_name"] for row in asked["cost_movers"]}


def test_finance_tells_what_has_come_from_what_is_projected(read_only, report) -> None:
    """A day to come says so; what has no rows, such as transformations, changes by its price."""
    read_only.go("finance")
    cells = read_only.panel("will be exceeded").locator("[data-label='Used up on']").all_inner_texts()
    days = [text.strip().split("\n") for text in cells]
    found = {
        (datetime.strptime(day, "%d %b %Y").date().isoformat() > report.data["as_of"][:10], bool(words))
        for day, *words in days
        if day[0].isdigit()
    }
    assert found == {(True, True), (False, False)}
    changes = read_only.all_rows("changed the bill of May most")
    without_rows = [row for row in changes if row["Paid rows"].number == row["Rows before"].number == 0]
    assert without_rows
    assert all(row["By rows"].number == 0 and row["By price"].number for row in without_rows)


def test_finance_shows_credits_and_transformations(browser, read_only, report, tmp_path) -> None:
    read_only.go("finance")
    assert not any("in credits" in text for text in read_only.shown(".card"))
    runs = report.row(
        "select sum(projected_cost_usd) as usd from fct_fivetran_mar_forecast "
        "where charge_kind = 'transformation' and months_ahead = 0"
    )
    (end,) = [text for text in read_only.shown(".card") if text.startswith("Month end")]
    assert f"${runs['usd']:.2f} of it for transformations" in end
    data = copy.deepcopy(report.data)
    table = data["tables"]["spend_months"]
    names = [column["name"] for column in table["columns"]]
    (month,) = [row for row in table["rows"] if row[names.index("month_date")][:7] == data["as_of"][:7]]
    month[names.index("credits")] = 47
    month[names.index("billed_usd")] = 1000
    month[names.index("estimated_usd")] = 234  # of a destination that has no bill yet
    with opened(browser, page_of(data, tmp_path)) as tab:
        tab.go("finance")
        (to_date,) = [text for text in tab.shown(".card") if text.startswith("June to date")]
        assert "$1,234\n" in to_date
        assert "$1,000 billed so far, the rest projected" in to_date
        assert tab.page.get_by_text("Allocated and projected to date").count()
        (card,) = [text for text in tab.shown(".card") if "in credits" in text]
    assert re.search(r"^June in credits\s+47\s+billed so far", card), card


def downloaded(tab: Opened, caption: str) -> list[dict[str, str]]:
    with tab.page.expect_download() as waiting:
        tab.panel(caption).get_by_role("button", name="CSV").click()
    content = Path(waiting.value.path()).read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(content)))


def test_a_table_downloads_whole_figures(browser, read_only, report, tmp_path) -> None:
    """As a spreadsheet can add them up; a name that it would run as a formula is a text there."""
    read_only.go("finance")
    expected = report.rows(
        "select coalesce(team, 'no team') as team, sum(allocated_cost_usd) as usd from fct_fivetran_cost_allocation "
        "where month_date = (select max(month_date) from fct_fivetran_cost_allocation) group by all"
    )
    assert {row["Team"]: float(row["Allocated to date"]) for row in downloaded(read_only, "causes")} == {
        row["team"]: float(row["usd"]) for row in expected if row["usd"] is not None
    }
    data = copy.deepcopy(report.data)
    table = data["tables"]["team_costs"]
    place = [column["name"] for column in table["columns"]].index("team")
    table["rows"][0][place] = '=1+1, "all"'
    with opened(browser, page_of(data, tmp_path)) as tab:
        tab.go("finance")
        assert downloaded(tab, "causes")[0]["Team"] == '\'=1+1, "all"'


def test_lineage_shows_both_ends_and_says_what_is_left_out(browser, report, page, tmp_path) -> None:
    page.go("lineage")
    tables = report.row(
        "select count(*) filter (where downstream_models + downstream_exposures = 0) as unread,"
        " count(*) filter (where downstream_models + downstream_exposures > 0) as read"
        " from fct_fivetran_table_lineage where coalesce(is_living, true)"
    )
    finding = f"{tables['unread']} tables that nothing in your dbt project reads, {tables['read']} that something does"
    assert page.shown("h1") == [finding]
    title = "Both ends of each column"
    panel = page.panel(title)
    panel.get_by_role("searchbox", name="Search").fill("app_db_public.orders.id")
    (row,) = page.rows(title)
    assert (row["Comes from"].title, row["Goes to"].title) == ("public.orders.id", "app_db_public.orders.id")
    assert (row["Models"].text, row["Dashboards"].text) == ("2", "1")
    panel.get_by_role("button", name="More").click()
    assert "stg_app_db_public__orders" in panel.inner_text()
    assert "board_report" in panel.inner_text()

    content = json.loads(json.dumps(report.data))
    rows = content["tables"]["lineage"]["rows"]
    assert content["tables"]["lineage"]["total_rows"] == len(rows) > 500
    content["tables"]["lineage"].update(rows=rows[:50], total_rows=2_000_000)
    with opened(browser, page_of(content, tmp_path)) as tab:
        tab.go("lineage")
        words = tab.panel(title).inner_text()
        assert "50 of 2,000,000 columns" in words
        assert "fivetran-logs lineage NAME knows the other 1,999,950" in words


def test_a_connection_explains_its_score(read_only, report) -> None:
    read_only.go(connection_address(report, health_status="broken"))
    connection = report.row(
        "select * from fct_fivetran_connector_health where health_status = 'broken' order by health_score limit 1"
    )
    assert read_only.heading == connection["connection_name"]
    formula = next(text for text in read_only.shown("p.soft") if "sum of" in text)
    parts = [(float(weight), float(score)) for weight, score in re.findall(r"([\d.]+) \u00d7 ([\d.]+)", formula)]
    assert [score for _, score in parts] == [
        pytest.approx(connection[f"{part}_score"], abs=0.06)
        for part in ("reliability", "freshness", "stability", "performance")
    ]
    explained = sum(weight * score for weight, score in parts) / sum(weight for weight, _ in parts)
    assert explained == pytest.approx(connection["health_score"], abs=0.1)
    assert read_only.page.locator("figure.chart:visible").count() >= 4
    for heading in ("recommendation", "kinds of error", "Tables by active rows", "configuration change"):
        assert any(heading in text for text in read_only.shown("h2")), heading


def test_a_broken_connection_answers_first(read_only, report) -> None:
    """Error, since when, what came before, owner, the last twenty syncs and the way into Fivetran, above all else."""
    incident = report.row("select * from fct_fivetran_incidents where is_waiting order by started_at desc limit 1")
    health = report.row(
        f"select * from fct_fivetran_connector_health where connection_id = '{incident['connection_id']}'"
    )
    read_only.go(f"connection/{incident['connection_id']}")
    first = read_only.page.locator("section:visible").first
    text = first.inner_text()
    assert incident["error_message"] in text
    assert f"failing since {incident['started_at']:%-d %b %Y, %H:%M} UTC" in text
    assert (incident["probable_cause"] or incident["why_no_cause"]) in text
    assert health["owner"] in text
    syncs = report.rows(f"""
        select sync_status from fct_fivetran_sync_performance
        where connection_id = '{incident["connection_id"]}' order by sync_started_at desc limit 20
    """)
    strip = first.locator(".strip li").evaluate_all("days => days.map(day => day.classList[1])")
    assert strip == [{"rescheduled": "mixed"}.get(row["sync_status"], row["sync_status"]) for row in reversed(syncs)]
    target = first.get_by_role("link", name="Open in Fivetran").get_attribute("href")
    assert target == f"https://fivetran.com/dashboard/connectors/{incident['connection_id']}/status"
    people = report.row(f"""
        select count(distinct coalesce(user_name, user_email, user_id)) as n from fct_fivetran_access_control
        where resource_type = 'connection' and can_write and resource_id = '{incident["connection_id"]}'
    """)
    assert any(text.startswith(f"{people['n']} people can change it") for text in read_only.shown("h2"))


def test_an_incident_tells_its_story(read_only, report) -> None:
    incident = report.row("select * from fct_fivetran_incidents where is_waiting order by started_at desc limit 1")
    read_only.go(f"incident/{incident['incident_id']}")
    assert incident["connection_name"] in read_only.heading
    assert "Unknown: no state file" in read_only.page.locator("main").inner_text()
    syncs = report.row(f"""
        select count(*) as n from fct_fivetran_sync_performance where connection_id = '{incident["connection_id"]}'
            and sync_status = 'failed' and sync_started_at >= timestamp '{incident["started_at"]}'
    """)
    assert len(read_only.shown(".timeline .was-bad")) == min(syncs["n"], 11)
    causes = report.rows(f"""
        select * from fct_fivetran_incident_causes
        where incident_id = '{incident["incident_id"]}' order by candidate_rank
    """)
    shown = (
        read_only.page.locator("main .table-panel:visible")
        .first.locator("tbody")
        .evaluate("body => reportChecks.cells(body)")
    )
    assert [row["Change"][2] for row in shown] == [cause["change_summary"] for cause in causes] != []
    assert [float(row["Score"][0]) for row in shown] == [pytest.approx(c["cause_score"], abs=0.006) for c in causes]
    stale = read_only.all_rows("without complete new data")
    assert len(stale) == incident["tables_stale"]
    tables = report.rows(f"""
        select table_name, max(case when sync_status = 'successful' then write_completed_at end) as complete
        from fct_fivetran_table_syncs inner join fct_fivetran_sync_performance using (sync_key)
        where fct_fivetran_table_syncs.connection_id = '{incident["connection_id"]}' group by table_name
    """)
    assert {(row["Table"].name, row["Complete until"].text) for row in stale} == {
        (row["table_name"], f"{row['complete']:%-d %b %Y, %H:%M} UTC") for row in tables
    }


def test_it_says_who_was_told(browser, built_account, report, tmp_path) -> None:
    incident = report.row("select * from fct_fivetran_incidents where is_waiting order by started_at desc limit 1")
    told = Told("incident", "it fails", "critical", None, "2026-06-15T15:00:00")
    state = State(last_run_at="2026-06-18T13:00:00")
    state.groups["g"] = Group("night_shift", {}, told.told_at, {f"incident:{incident['incident_id']}": told})
    StateFile(tmp_path / "alerts.json").write(state)
    made = write(built_account.directory, tmp_path, "--alert-state", tmp_path / "alerts.json")
    with opened(browser, made.html, address=f"incident/{incident['incident_id']}") as tab:
        text = tab.page.locator("main").inner_text()
        assert "night_shift at 15 Jun 2026, 15:00 UTC" in text
        assert any("night_shift" in step for step in tab.shown(".timeline li"))
    (tmp_path / "alerts.json").write_text("{")
    command = ["report", "--no-progress", "--output", tmp_path / "r.html", "--alert-state", tmp_path / "alerts.json"]
    assert "is damaged" in failure(run_cli(*command, cwd=built_account.directory), 1)


def test_owners_levels_and_volumes_equal_the_marts(read_only, report) -> None:
    month = f"{report.data['as_of'][:7]}-01"
    read_only.go("owners")
    teams = {row["Team"].name: row for row in read_only.all_rows("teams")}
    known = report.rows(f"""
        select
            health.team,
            count(*) filter (where health_status not in ('paused', 'deleted')) as active,
            count(*) filter (where health_status = 'healthy') as healthy,
            any_value(levels.achieved) as achieved,
            any_value(costs.usd) as usd
        from fct_fivetran_connector_health as health
        left join fct_fivetran_service_levels as levels
            on levels.dimension = 'team' and levels.dimension_id = health.team and levels.month_date = date '{month}'
        left join (
            select team, sum(allocated_cost_usd) as usd from fct_fivetran_cost_allocation
            where month_date = date '{month}' and is_billed group by team
        ) as costs on costs.team = health.team
        where health.team is not null group by health.team
    """)
    assert set(teams) == {row["team"] for row in known}
    for row in known:
        shown = teams[row["team"]]
        assert shown["Healthy"].text == f"{row['healthy']} of {row['active']}"
        assert shown["Fresh"].number is None or abs(shown["Fresh"].number - row["achieved"]) < 0.001
        assert abs((shown["Cost to date"].number or 0) - float(row["usd"] or 0)) <= 0.5

    read_only.go("levels")
    levels = report.rows(f"""
        select *, count(*) filter (where not is_met) over () as missed from fct_fivetran_service_levels
        where dimension = 'connection' and month_date = date '{month}'
    """)
    assert f"{levels[0]['missed']} of {len(levels)} connections" in read_only.heading
    shown = read_only.all_rows("Connections:")
    assert Counter((row["Connection"].name, row["Target"].text) for row in shown) == Counter(
        (row["dimension_name"], "Met" if row["is_met"] else "Missed") for row in levels
    )

    read_only.go("volumes")
    anomalies = report.rows(f"""
        select * from fct_fivetran_table_volumes where anomaly is not null
            and sync_date > date '{report.data["as_of"][:10]}' - {report.data["tables"]["settings"]["rows"][0][3]}
    """)
    shown = read_only.all_rows("unusual day")
    assert Counter(
        (row["Table"].name, row["Day"].text, row["What"].text, row["Rows"].exact) for row in shown
    ) == Counter(
        (row["table_name"], f"{row['sync_date']:%-d %b %Y}", row["anomaly"].capitalize(), row["rows_synced"])
        for row in anomalies
    )
    assert anomalies


def test_a_quiet_day_looks_quiet(browser, report, tmp_path) -> None:
    data = copy.deepcopy(report.data)
    columns = [column["name"] for column in data["tables"]["connections"]["columns"]]
    for row in data["tables"]["connections"]["rows"]:
        row[columns.index("problem_rank")] = None
    with opened(browser, page_of(data, tmp_path)) as tab:
        assert any("Nothing is broken or late" in text for text in tab.shown("h2"))
        assert tab.shown(".attention li") == []


# -- tables


def test_choices_of_a_table_live_in_the_address(browser, report) -> None:
    with opened(browser, report.html, address="connections") as tab:
        panel = tab.panel(CONNECTIONS)
        panel.get_by_role("combobox", name="Status").select_option("healthy")
        panel.get_by_role("searchbox", name="Search").fill("snowflake")
        panel.get_by_role("columnheader", name="Rows synced").get_by_role("button").click()
        panel.locator("summary", has_text="Columns").click()
        panel.get_by_role("checkbox", name="Errors").uncheck()
        rows = [row["Connection"].name for row in tab.rows(CONNECTIONS)]
        assert "Errors" not in tab.rows(CONNECTIONS)[0]
        address = tab.page.url.split("#")[1]
        tab.go("usage")
        tab.page.locator("nav.pages a", has_text="Connections").click()
        tab.settle()
        assert tab.page.url.split("#")[1] == address, "a page is as it was left, and its address says so"
        assert tab.complaints == []
    with opened(browser, report.html, address=address) as tab:
        assert [row["Connection"].name for row in tab.rows(CONNECTIONS)] == rows != []
        assert tab.panel(CONNECTIONS).get_by_role("searchbox", name="Search").input_value() == "snowflake"
        assert tab.panel(CONNECTIONS).get_by_role("columnheader", name="Errors").count() == 0
    with opened(
        browser, report.html, address="connections?all.sort=nonsense&all.hide=x&all.status=gone&other=1"
    ) as tab:
        assert tab.complaints == []


def test_a_table_can_be_taken_along(browser, report, tmp_path) -> None:
    data = copy.deepcopy(report.data)
    columns = [column["name"] for column in data["tables"]["connections"]["columns"]]
    place = columns.index("connection_name")
    for row, text in zip(
        data["tables"]["connections"]["rows"], ['=cmd|" /C calc"!A0', "+1", "-1", "@x", "a,b"], strict=False
    ):
        row[place] = text
    with opened(browser, page_of(data, tmp_path), address="connections", accept_downloads=True) as tab:
        panel = tab.panel(CONNECTIONS)
        with tab.page.expect_download() as download:
            panel.get_by_role("button", name="CSV").click()
        text = Path(download.value.path()).read_text(encoding="utf-8-sig")
        assert re.fullmatch(r"fivetran_every_connection_\d{4}-\d\d-\d\d\.csv", download.value.suggested_filename)
        table = list(csv.DictReader(io.StringIO(text)))
        expected = records(data, "connections")
        assert len(table) == len(expected)
        assert [row["Connection"] for row in table][:5] == ['\'=cmd|" /C calc"!A0', "'+1", "'-1", "'@x", "a,b"]
        assert [row["Rows synced"] for row in table] == [str(row["rows_synced_last_7d"]) for row in expected]
        assert [row["Last success"] for row in table] == [row["last_successful_sync_at"] or "" for row in expected]
        panel.get_by_role("searchbox", name="Search").fill("a,b")
        tab.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        panel.get_by_role("button", name="Copy").click()
        panel.get_by_text("Copied").wait_for()
        copied = tab.page.evaluate("() => navigator.clipboard.readText()").split("\n")
        assert len(copied) == 2
        assert copied[1].startswith("a,b\t")
        tab.page.evaluate("() => { window.print = () => { window.printing = document.body.className; }; }")
        panel.get_by_role("button", name="Print").click()
        assert tab.page.evaluate("() => window.printing") == "print-one"
        tab.page.evaluate("() => window.dispatchEvent(new Event('afterprint'))")
        assert tab.page.evaluate("() => document.body.className") == ""
        assert tab.complaints == []


def test_a_hundred_thousand_rows_do_not_freeze_a_page(browser, report, tmp_path) -> None:
    data = copy.deepcopy(report.data)
    content = data["tables"]["volume_anomalies"]
    place = next(n for n, column in enumerate(content["columns"]) if column["name"] == "rows_synced")
    pattern = content["rows"]
    content["rows"] = [
        [*pattern[n % len(pattern)][:place], n, *pattern[n % len(pattern)][place + 1 :]] for n in range(100_000)
    ]
    with opened(browser, page_of(data, tmp_path)) as tab:
        for what, do in {
            "open": lambda: tab.go("volumes"),
            "sort": lambda: (
                tab.panel("unusual day").get_by_role("columnheader", name="Rows").get_by_role("button").click()
            ),
            "search": lambda: tab.panel("unusual day").get_by_role("searchbox").fill("spike"),
            "sort texts": lambda: (
                tab.panel("unusual day").get_by_role("columnheader", name="Table").get_by_role("button").click()
            ),
            "last page": lambda: tab.panel("unusual day").get_by_role("button", name="Last page").click(),
        }.items():
            begun = time.perf_counter()
            do()
            tab.settle()
            took = time.perf_counter() - begun
            print(f"{what}: {took:.2f} s")
            assert took < MOST_SECONDS, what
        assert tab.complaints == []


@pytest.mark.parametrize(
    ("width", "everything"),
    [(1280, False), pytest.param(1280, True, marks=pytest.mark.long), pytest.param(360, True, marks=pytest.mark.long)],
)
def test_axe_finds_nothing(browser, report, width: int, everything: bool) -> None:
    """It takes seconds a page, so the short test looks at one page of each make."""
    every = [*PAGES, *details(report)]
    with opened(browser, report.html, width=width) as tab:
        for address in every if everything else ["overview", "finance", "access", details(report)[0]]:
            tab.go(address)
            tab.theme("light")
            assert tab.axe() == [], address
            if everything:  # nothing else depends on the theme, and every walk measures contrast
                tab.theme("dark")
                assert tab.axe("color-contrast") == [], address


def test_a_column_sorts_both_ways_and_back(page) -> None:
    page.go("connections")
    as_given = [row["Connection"].name for row in page.all_rows(CONNECTIONS)]
    head = page.panel(CONNECTIONS).get_by_role("columnheader", name="Rows synced")
    for direction in ("descending", "ascending"):
        head.get_by_role("button").click()
        assert head.get_attribute("aria-sort") == direction
        known = [row["Rows synced"].exact for row in page.all_rows(CONNECTIONS)]
        figures = [value for value in known if value is not None]
        assert figures == sorted(figures, reverse=direction == "descending")
        assert known[: len(figures)] == figures, "what is not known comes last"
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "none"
    assert [row["Connection"].name for row in page.all_rows(CONNECTIONS)] == as_given


def test_filters_and_search_narrow_a_table(page, report) -> None:
    page.go("connections")
    panel = page.panel(CONNECTIONS)
    expected = Counter(
        row["health_status"] for row in report.rows("select health_status from fct_fivetran_connector_health")
    )
    assert len(expected) >= 5
    for status, count in expected.items():
        panel.get_by_role("combobox", name="Status").select_option(status)
        assert {row["Status"].text.replace(" ", "_").lower() for row in page.rows(CONNECTIONS)} == {status}
        assert panel.get_by_role("status").inner_text().endswith(f"of {sum(expected.values())} in all")
        assert len(page.all_rows(CONNECTIONS)) == count
    panel.get_by_role("combobox", name="Status").select_option("")
    panel.get_by_role("searchbox", name="Search").fill("PRODUCTION snow web_sh")
    assert [row["Connection"].name for row in page.rows(CONNECTIONS)] == ["web_shop"]
    panel.get_by_role("searchbox", name="Search").fill("no such thing")
    assert page.rows(CONNECTIONS) == []
    assert "Nothing matches." in panel.inner_text()
    panel.get_by_role("searchbox", name="Search").fill("")
    assert len(page.all_rows(CONNECTIONS)) == sum(expected.values())


def test_a_row_opens_and_closes(page) -> None:
    page.go("errors")
    panel = page.panel("Distinct errors and warnings")
    button = panel.get_by_role("button", name="More").first
    button.click()
    less = panel.get_by_role("button", name="Less")
    detail = page.page.locator(f"#{less.get_attribute('aria-controls')}")
    assert less.get_attribute("aria-expanded") == "true"
    assert {"Cause", "What to do", "Affected"} <= set(detail.locator("dt").all_inner_texts())
    detail.get_by_role("link").first.click()
    page.settle()
    assert page.page.url.split("#")[1].startswith("connection/")
    page.page.go_back()
    page.settle()
    assert detail.is_visible(), "a table stays as it was left"
    less.click()
    assert not detail.is_visible()


def test_a_narrow_table_sorts_by_a_list(browser, report) -> None:
    with opened(browser, report.html, width=360, address="connections") as tab:
        tab.panel(CONNECTIONS).get_by_role("combobox", name="Sort by").select_option(label="Health score, lowest")
        scores = [row["Health score"].number for row in tab.rows(CONNECTIONS)]
        assert scores == sorted(scores)
        assert (
            tab.page.locator("td[data-label='Errors']").first.evaluate(
                "cell => getComputedStyle(cell, '::before').content"
            )
            == '"Errors"'
        )
        assert tab.complaints == []


# -- keyboard


@pytest.mark.parametrize("address", ["overview", "errors"])
def test_the_keyboard_reaches_everything(browser, report, address: str) -> None:
    with opened(browser, report.html, address=address) as tab:
        tab_through(tab)
        assert tab.complaints == []


def tab_through(page: Opened) -> None:
    wanted = page.page.evaluate(
        "() => { window.wanted = new Set(reportChecks.controls()); return window.wanted.size; }"
    )
    assert wanted > 30
    page.page.keyboard.press("Tab")
    assert page.page.evaluate("() => document.activeElement.className") == "skip"
    for _ in range(wanted + 5):
        found = page.page.evaluate("""() => {
            window.wanted.delete(document.activeElement);
            return getComputedStyle(document.activeElement).outlineStyle;
        }""")
        assert found != "none"
        if not page.page.evaluate("() => window.wanted.size"):
            break
        page.page.keyboard.press("Tab")
    assert page.page.evaluate("() => [...window.wanted].map(element => element.outerHTML.slice(0, 120))") == []


def test_keys_do_what_the_mouse_does(page) -> None:
    page.page.keyboard.press("Tab")
    page.page.keyboard.press("Enter")
    assert page.page.evaluate("() => document.activeElement.id") == "main"
    page.page.locator("nav.pages a", has_text="Connections").focus()
    page.page.keyboard.press("Enter")
    page.settle()
    head = page.panel(CONNECTIONS).get_by_role("columnheader", name="Errors")
    head.get_by_role("button").focus()
    page.page.keyboard.press("Space")
    assert head.get_attribute("aria-sort") == "descending"


# -- themes, print, no script


def test_the_theme_follows_the_system_and_the_choice(browser, report) -> None:
    papers = {}
    for scheme in THEMES:
        with opened(browser, report.html, color_scheme=scheme) as tab:
            paper = lambda tab=tab: tab.page.evaluate("() => getComputedStyle(document.body).backgroundColor")  # noqa: E731
            papers[scheme] = paper()
            other = THEMES[1 - THEMES.index(scheme)]
            tab.theme(other)
            chosen = paper()
            tab.theme("auto")
            assert paper() == papers[scheme] != chosen
            tab.theme(other)
            tab.page.reload()
            tab.settle()
            assert paper() == chosen
    assert len(set(papers.values())) == 2


def test_it_prints(page, report) -> None:
    page.theme("dark")
    page.page.emulate_media(media="print")
    page.page.set_viewport_size({"width": 703, "height": 1000})  # A4 less its margins
    assert page.page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    for address in PAGES:
        page.go(address)
        assert page.overflow() <= 0, address
        assert page.shown("nav, .theme, select, input") == []
        rows = page.page.locator(".data tbody tr:visible:not(.detail)")
        shown_as = set(rows.evaluate_all("rows => rows.map(row => getComputedStyle(row).display)"))
        assert shown_as <= {"table-row"}, address
        wide = page.page.evaluate(
            "() => [...document.querySelectorAll('.table-wrap')].filter(e => e.scrollWidth > e.clientWidth + 1).length"
        )
        assert wide == 0, address
    # tables are tables on paper, with their head
    page.go("finance")
    assert "Allocated to date" in page.shown("thead th")
    # charts that nobody has scrolled to are on paper as well
    page.page.set_viewport_size({"width": 703, "height": 300})
    page.go(connection_address(report, health_status="broken"))
    undrawn = page.page.locator("#page-connection .draw:empty")
    assert undrawn.count() > 0
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    assert page.page.pdf(path=SCREENSHOTS / "enterprise_print.pdf", format="A4").startswith(b"%PDF")
    assert undrawn.count() == 0


def test_rules_and_checks_have_a_page_each(read_only, report) -> None:
    """It says what their page in docs does, and what they find; the lists lead there."""
    for kind, folder in (("rule", "rules"), ("check", "checks")):
        documented = {path.stem: path for path in (ROOT / "docs" / folder).glob("*.md") if path.stem != "README"}
        explained = [row for row in records(report.data, "rules") if row["kind"] == kind]
        assert {row["code"] for row in explained} == set(documented)
        for row in explained:
            text = documented[row["code"]].read_text(encoding="utf-8")
            for key in ("title", "means", "why_it_matters", "how_to_fix", "exception_line", "documentation_url"):
                assert row[key] in text, (row["code"], key)
            assert all(part in text for part in re.split(r"(?<=[.]) (?=For every )", row["how_to_silence"]))
    finds = report.row("""
        select rule_code, any_value(evidence) as evidence from fct_fivetran_connector_recommendations
        group by rule_code order by count(*) desc, rule_code limit 1
    """)
    check = report.row("""
        select check_code, object_name, problem from fct_fivetran_compliance_findings where object_name is not null
        order by all limit 1
    """)
    explained = {row["code"]: row for row in records(report.data, "rules")}
    for list_page, code, found in (
        ("recommendations", finds["rule_code"], finds["evidence"]),
        ("compliance", check["check_code"], check["problem"]),
    ):
        read_only.go(list_page)
        kind = explained[code]["kind"]
        read_only.page.locator(f"#page-{list_page} a[href='#{kind}/{code}']:visible").first.click()
        read_only.settle()
        assert read_only.heading == explained[code]["title"]
        shown = read_only.page.locator("main").inner_text()
        for key in ("means", "why_it_matters", "how_to_fix", "how_to_silence"):
            assert explained[code][key].replace("`", "") in shown, key
        for line in (explained[code]["thresholds"] or "").splitlines():
            assert line in shown
        assert found in shown
        assert read_only.page.locator(f"#page-{kind} a[href='{explained[code]['documentation_url']}']").count() == 1
    for kind in ("rule", "check"):
        read_only.go(f"{kind}/nobody")
        assert read_only.heading == f"This {kind} is not in the report"


def test_without_scripts_it_says_the_worst(browser, report) -> None:
    with opened(browser, report.html, java_script_enabled=False) as tab:
        text = tab.page.locator("main").inner_text()
        for row in report.rows("select connection_name, problem_summary from fct_fivetran_problematic_connectors"):
            assert row["connection_name"] in text
            assert row["problem_summary"] in text


# -- what accounts lack


def test_the_standard_plan_says_what_is_missing(browser, built, tmp_path) -> None:
    account = built(**helpers.STANDARD)
    texts = walk(browser, write(account.directory, tmp_path).html, PAGES, "standard", widths=(1280,), themes=("light",))
    missing = {"schema": "_change_event", "governance": "audit_trail", "lineage": "column_lineage"}
    for address, table in missing.items():
        assert table in texts[address]
        assert "Enterprise" in texts[address]
        assert "missing or empty" in texts[address]
    assert all("missing or empty" not in texts[address] for address in PAGES if address not in missing)


@pytest.fixture(scope="module")
def empty(empty_account) -> Path:
    """The marts of a source whose log is empty and has no other table beside it."""
    return empty_account.directory


def test_an_empty_account_says_why(browser, empty, tmp_path) -> None:
    made = write(empty, tmp_path, "--as-of", EMPTY_AS_OF)
    pages = [page for page in PAGES if page != "compliance"]  # it lists every check, as not assessable

    def only_notes(tab: Opened) -> None:
        assert tab.shown("figure, table") == [], "no chart and no table without a row"
        assert len(tab.shown(".note")) >= 1

    texts = walk(browser, made.html, pages, "empty", widths=(360,), also=only_notes)
    for address, text in texts.items():
        assert re.search(
            r"\b(log|incremental_mar|resource_membership|column_lineage)\b.*(missing or empty|has not synced)",
            text.replace("\n", " "),
        ), address
        assert "18 Jun 2026" in text or address in ("errors", "finance", "performance", "schema", "usage"), address


def test_a_table_that_is_missing_takes_only_its_own(browser, report, tmp_path) -> None:
    """Without usage_cost the page shows no money. Without usage the page explains that, and the other pages stay."""
    data = copy.deepcopy(report.data)
    for row in data["tables"]["source_tables"]["rows"]:
        row[2] = 0 if row[1] in ("incremental_mar", "usage_cost") else row[2]
    for table in data["tables"].values():
        for place, column in enumerate(table["columns"]):
            if column["name"].endswith("usd"):
                for row in table["rows"]:
                    row[place] = None
    file = page_of(data, tmp_path)
    with opened(browser, file) as tab:
        assert tab.page.locator(".card").count() == 4
        assert "$" not in tab.page.locator("main").inner_text()
        tab.go("usage")
        assert tab.heading == "Usage is not known"
        assert tab.complaints == []


# -- names that mean harm


HOSTILE = [
    "<script>window.hacked = 1; alert(1)</script>",
    "\"><img src=x onerror='window.hacked = 1'>",
    "</script><script>window.hacked = 1</script><!--",
    "'; drop table log; -- {{ 7 * 7 }} ${window.hacked = 1} `x`",
    "javascript:window.hacked=1",
    "x" * 500,
    "👩‍🚀🔥" * 40,
    "\u202edetrever \u0000\ufeff \u2028 line",
    "constructor",
    "__proto__",
]


def vandalise(database: duckdb.DuckDBPyConnection) -> None:
    """Puts such names everywhere in the marts that a name, an address or a message can stand."""
    wanted = [
        "connection_name",
        "destination_name",
        "connector_name",
        "schema_name",
        "table_name",
        "column_name",
        "user_name",
        "user_email",
        "resource_name",
        "secondary_resource_name",
        "error_message",
        "root_cause",
        "suggested_action",
        "changed_fields",
        "old_values",
        "new_values",
        "problem_summary",
        "recommended_action",
        "recommendation",
        "evidence",
        "documentation_url",
        "new_data_type",
        "action_type",
        "error_type",
    ]
    views = database.execute(
        "select table_name from information_schema.views where table_schema = ?", [MARTS]
    ).fetchall()
    for (view,) in views:
        database.execute(f"create table {MARTS}.kept as from {MARTS}.{view}")
        database.execute(f"drop view {MARTS}.{view}")
        database.execute(f"alter table {MARTS}.kept rename to {view}")
    columns = database.execute(
        "select table_name, column_name from information_schema.columns "
        "where table_schema = ? and column_name in (select unnest(?))",
        [MARTS, wanted],
    ).fetchall()
    assert {column for _, column in columns} == set(wanted)
    database.execute(
        "create temporary table hostile as select row_number() over () - 1 as n, name from (select unnest(?) as name)",
        [[text.replace("\u0000", "") for text in HOSTILE]],
    )
    for table, column in columns:
        database.execute(f"""
            update {MARTS}.{table} set {column} = (select name from hostile where n = hash({column}) % {len(HOSTILE)})
            where {column} is not null
        """)


def test_hostile_names_are_only_names(browser, built_account, tmp_path) -> None:
    directory = tmp_path / "account"
    directory.mkdir()
    shutil.copy(built_account.database, directory / helpers.DATABASE)
    with duckdb.connect(str(directory / helpers.DATABASE)) as database:
        vandalise(database)
    made = write(directory, tmp_path)
    source = made.html.read_text(encoding="utf-8")
    assert source.count("<script") == 4
    names = {row["connection_name"] for row in records(made.data, "connections")}
    assert len(names) == len(HOSTILE)
    addresses = [*PAGES, *details(made)]

    def opens(tab: Opened) -> None:
        for button in tab.page.locator(".more:visible").all()[:3]:
            button.click()
        assert tab.overflow() <= 0
        assert tab.page.evaluate("() => window.hacked") is None
        assert tab.page.locator("main img, main script, main iframe").count() == 0
        assert tab.page.evaluate("() => [...document.links].every(link => /^(https?:|file:)/.test(link.protocol))")

    walk(browser, made.html, addresses, "hostile", themes=(), also=opens)  # colours do not depend on names
    with opened(browser, made.html, address="connections") as tab:
        assert {row["Connection"].name for row in tab.all_rows(CONNECTIONS)} == {name.strip() for name in names}
        assert tab.complaints == []
    outside = re.sub(r"<script.*?</script>|<bdi.*?</bdi>", "", source, flags=re.DOTALL)
    assert "\u202e" in unpacked(made.html)
    assert "\u202e" not in outside, "a name cannot turn the direction of what follows"


def test_only_its_own_scripts_run(browser, report) -> None:
    with opened(browser, report.html) as tab:
        tab.page.evaluate("""() => {
            const script = document.createElement('script');
            script.textContent = 'window.hacked = 1';
            document.head.append(script);
            const image = '<img src="https://example.com/x.png" onerror="window.hacked = 1">';
            document.body.insertAdjacentHTML('beforeend', image);
            fetch('https://example.com').catch(() => {});
        }""")
        tab.page.wait_for_timeout(100)
        assert tab.page.evaluate("() => window.hacked") is None
        assert len(tab.complaints) >= 3
        assert all("Content Security Policy" in text for text in tab.complaints)
        assert tab.answered == [report.html.as_uri()]


# -- redaction


def real_names(made: Report) -> dict[str, set[str]]:
    """Every name, address and id of the account, by what it is; read from the source, not from the report."""
    found = {}
    for kind, sql in {
        "connections": "select distinct connection_name from fct_fivetran_connector_health",
        "ids": "select distinct connection_id from fct_fivetran_connector_health",
        "destinations": "select distinct name from fivetran_log.destination",
        "accounts": "select distinct name from fivetran_log.account",
        "emails": "select distinct email from fivetran_log.user",
        "people": "select distinct given_name || ' ' || family_name from fivetran_log.user",
        "messages": "select distinct error_message from fct_fivetran_error_monitoring",
        "tables": "select distinct table_name from fct_fivetran_monthly_active_rows",
        "columns": "select distinct column_name from fct_fivetran_schema_change_history",
        "schemas": "select distinct schema_name from fct_fivetran_monthly_active_rows",
        "syncs": "select distinct sync_id from fct_fivetran_sync_performance",
    }.items():
        found[kind] = {row[0] for row in map(tuple, (row.values() for row in made.rows(sql))) if row[0]}
        assert found[kind], kind
    return found


def aliased_texts(data: dict[str, Any]) -> Iterator[str]:
    """Cells of the columns that redaction is about."""
    for name, table in data["tables"].items():
        aliased = {column.name for column in read_schema().tables[name].columns if column.alias}
        for place, column in enumerate(table["columns"]):
            if column["name"] in aliased:
                yield from column.get("values", [])
                yield from (row[place] for row in table["rows"] if isinstance(row[place], str))


def test_redaction_leaves_no_name(browser, built_account, report, tmp_path) -> None:
    made = write(built_account.directory, tmp_path, "--redact")
    assert made.data["redacted"]
    assert not report.data["redacted"]
    begin_of_program = '<script type="application/json" id="chart-specs">'
    plain_source, program = unpacked(report.html).split(begin_of_program)
    source, same_program = unpacked(made.html).split(begin_of_program)
    assert same_program == program, "what follows the data says nothing of the account"
    source += (tmp_path / "report.json").read_text(encoding="utf-8")
    cells = set(aliased_texts(made.data))
    real = real_names(report)
    own = " ".join(column.name for table in read_schema().tables.values() for column in table.columns)
    own += (ROOT / "src" / "fivetran_logs" / "report" / "rules.json").read_text(encoding="utf-8")  # the same for all
    for kind, names in real.items():
        assert not names & cells, kind
        # words of the language, such as a table called page, and of the report itself stand elsewhere too
        distinctive = {name for name in names if re.search(r"[_@ ]|^\w{8}-\w{4}-", name) or kind in ("ids", "emails")}
        distinctive = {name for name in distinctive if name not in own}
        assert distinctive or kind in ("columns",), kind
        escaped = {json.dumps(name, ensure_ascii=False)[1:-1] for name in distinctive} | set(map(escape, distinctive))
        assert any(name in plain_source for name in escaped), kind
        assert {name for name in escaped if name in source} == set(), kind
    with opened(browser, made.html, address="connections") as tab:
        shown = [row["Connection"].name for row in tab.all_rows(CONNECTIONS)]
        assert len(shown) == len(made.data["tables"]["connections"]["rows"])
        assert all(re.fullmatch(r"connection-[a-z2-7]{6,}", name) for name in shown)
        tab.go("governance")
        assert all(re.match(r"(user-|email-|unknown|Fivetran)", row["Who"].name) for row in tab.rows("Who acted"))
        assert "aliases" in tab.page.locator("footer").inner_text()
        photograph(tab, "redacted_governance_1280_light")
        assert tab.complaints == []
    # one to one, and the same in the next report and in the rest of this one
    pairs = set(
        zip(
            *[[row["connection_name"] for row in records(each.data, "connections")] for each in (report, made)],
            strict=True,
        )
    )
    assert len(pairs) == len(dict(pairs)) == len({alias for _, alias in pairs})
    with helpers.inside(built_account.directory), helpers.one_thread():
        answers = run_queries(helpers.dbt_project(built_account.directory))
    now = datetime(2026, 1, 1, tzinfo=timezone.utc)
    again = make_data(answers, redact=True, now=now)
    assert again["tables"] == made.data["tables"]
    assert make_data(answers, redact=False, now=now)["tables"] == report.data["tables"]
    elsewhere = make_data(type(answers)(answers.as_of, "another account", answers.tables), redact=True, now=now)
    assert {row["connection_name"] for row in records(elsewhere, "connections")}.isdisjoint(
        {row["connection_name"] for row in records(again, "connections")}
    )


# -- the data


def test_the_json_is_what_the_page_holds(read_only, report) -> None:
    assert read_only.page.evaluate("() => window.fivetranReport.data") == report.data
    assert unpacked(report.html).count('"format":"fivetran-logs-report"') == 1
    assert pack(to_json(report.data)) == pack(to_json(report.data)) in report.html.read_text(encoding="utf-8")


def test_figures_that_cannot_be_read_are_no_empty_page(browser, report, tmp_path) -> None:
    cut = tmp_path / "cut.html"
    cut.write_text(re.sub(r'(id="report-data">[^<]{1000})[^<]*', r"\1", report.html.read_text(encoding="utf-8")))
    old = "delete window.DecompressionStream"
    for file, script, said in ((cut, "", "A part of this file is missing"), (report.html, old, "browser is too old")):
        profile = browser.new_context()
        profile.add_init_script(script)
        tab = profile.new_page()
        tab.goto(file.as_uri())
        tab.wait_for_selector("h1")
        assert said in tab.inner_text("main")
        profile.close()


def check_cell(column: dict[str, Any], cell: Any, tables: dict[str, Any]) -> bool:
    """Whether a cell is what its type says."""
    if cell is None:
        return True
    kind = column["type"]
    if kind in ("category", "reference"):
        count = len(column["values"]) if kind == "category" else len(tables[column["table"]]["rows"])
        return isinstance(cell, int) and 0 <= cell < count
    if kind in ("integer", "days_ago"):
        return isinstance(cell, int) and not isinstance(cell, bool)
    if kind == "boolean":
        return isinstance(cell, bool)
    if kind == "text":
        return isinstance(cell, str)
    if kind == "timestamp":
        return bool(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", cell))
    if kind == "date":
        return bool(date.fromisoformat(cell))
    low, high = {"score": (0, 100)}.get(kind, (-1e15, 1e15))
    return isinstance(cell, (int, float)) and not isinstance(cell, bool) and low <= cell <= high


def test_the_data_is_as_its_schema_says(report) -> None:
    schema = read_schema()
    assert report.data["format"] == "fivetran-logs-report"
    assert report.data["version"] == schema.version
    assert list(report.data["tables"]) == list(schema.tables)
    filled = set()
    for name, content in report.data["tables"].items():
        described = schema.tables[name].columns
        assert [(column["name"], column["type"]) for column in content["columns"]] == [
            (column.name, column.type) for column in described
        ]
        for row in content["rows"]:
            for column, cell in zip(content["columns"], row, strict=True):
                assert check_cell(column, cell, report.data["tables"]), (name, column["name"], cell)
                if cell is not None:
                    filled.add((name, column["name"]))
        assert content.get("total_rows", len(content["rows"])) >= len(content["rows"])
    never = {(name, column.name) for name, table in schema.tables.items() for column in table.columns} - filled
    # what somebody must do: nothing, where every budget fits; what failed together: nothing did
    never -= {("budget_lines", "note"), ("incidents", "wave_summary")}
    never -= {("spend_months", "estimated_usd")}  # the demo's open month has a bill
    never -= {("field_changes", "unread_because")}  # every record of the demo can be read
    never -= {("told", column.name) for column in schema.tables["told"].columns}  # no state file of alerts
    never -= {
        ("compliance_findings", name) for name in ("excepted_until", "exception_reason")
    }  # the demo excepts nothing
    assert never == set(), "a column that is null on a full account is read from the wrong place"


def test_the_schema_is_documented() -> None:
    text = (ROOT / "docs" / "report.md").read_text(encoding="utf-8")
    schema = read_schema()
    assert f"version {schema.version}" in text
    for name, table in schema.tables.items():
        assert f"`{name}`" in text, name
        assert len({column.name for column in table.columns}) == len(table.columns)
        for column in table.columns:
            assert column.description.endswith("."), column
    for kind in TYPES:
        assert f"`{kind}`" in text, kind


def test_queries_are_written_for_every_engine() -> None:
    only_somewhere = (
        r"::|\bilike\b|\bqualify\b|group by all|filter \(|\bexclude\b|\bstrftime\b|\bepoch\b|\bmedian\(|\bquantile|"
        r"\blist\(|\bstruct\b|date_trunc|\binterval\b|\biff\(|\bnvl\("
    )
    for name in queried_tables():
        sql = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", read_sql(name), flags=re.DOTALL)
        assert not re.search(only_somewhere, sql, re.IGNORECASE), name
        assert "{{ ref(" in read_sql(name), name


# -- the command


def failure(result, code: int) -> str:
    assert result.code == code, result.err
    (line,) = [line for line in result.error_lines if not line.startswith("Note:")]
    assert line.startswith("Error: ")
    return line


def test_without_marts_it_says_to_build(empty, tmp_path) -> None:
    command = ["report", "--no-progress", "--as-of", EMPTY_AS_OF]
    shutil.copytree(empty / "target", tmp_path / "target")  # what dbt has parsed
    with duckdb.connect(str(tmp_path / helpers.DATABASE)) as database:
        database.execute("create schema fivetran_log")
    assert f"run `fivetran-logs build --as-of {EMPTY_AS_OF}` first" in failure(run_cli(*command, cwd=tmp_path), 1)
    assert not (tmp_path / "fivetran_report.html").exists()
    # half of them
    shutil.copy(empty / helpers.DATABASE, tmp_path / helpers.DATABASE)
    with duckdb.connect(str(tmp_path / helpers.DATABASE)) as database:
        database.execute(f"drop table {MARTS}.fct_fivetran_connector_benchmark")
    assert "fct_fivetran_connector_benchmark is not built in" in failure(run_cli(*command, cwd=tmp_path), 1)


def test_files_it_cannot_write(empty, tmp_path) -> None:
    (tmp_path / "file").write_text("in the way")
    (tmp_path / "directory").mkdir()
    same = tmp_path / "same.html"
    for options, says in {
        ("--output", tmp_path / "directory"): "is a directory",
        ("--output", tmp_path / "file" / "report.html"): "cannot be written",
        ("--json", tmp_path / "directory"): "is a directory",
        ("--output", same, "--json", same): "two different files",
    }.items():
        assert says in failure(run_cli("report", "--no-progress", *options, cwd=empty), 2).lower(), options
    assert not same.exists()
    assert not (empty / "fivetran_report.html").exists(), "nothing is written where the other file cannot be"


def test_it_overwrites_whole_files(empty, tmp_path) -> None:
    target = tmp_path / "new" / "deep" / "report.html"
    target.parent.mkdir(parents=True)
    target.write_text("old")
    assert run_cli("report", "--no-progress", "--as-of", EMPTY_AS_OF, "--output", target, cwd=empty).code == 0
    assert target.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert [path.name for path in target.parent.iterdir()] == ["report.html"], "nothing is left beside it"


# -- scale


def page_of(data: dict[str, Any], directory: Path) -> Path:
    """The page of some data, as the command would write it."""
    file = directory / "page.html"
    file.write_text(render(data, cache=directory.parent), encoding="utf-8")
    return file


def enlarge(data: dict[str, Any], connections: int, days: int) -> dict[str, Any]:
    """The account with so many connections, each with a sync every day; long tables as long as queries let them be."""
    random = np.random.default_rng(1)
    data = copy.deepcopy(data)
    tables = data["tables"]

    def stretch(name: str, count: int, **columns: Any) -> None:
        content = tables[name]
        pattern = content["rows"]
        rows = [list(pattern[place % len(pattern)]) for place in range(count)]
        for place, column in enumerate(content["columns"]):
            values = columns.get(column["name"])
            if values is None and column["type"] == "reference":
                values = random.integers(0, len(tables[column["table"]]["rows"]), count).tolist()
            for row, value in zip(rows, values if values is not None else (), strict=False):
                row[place] = value
        content["rows"] = rows
        if "total_rows" in content:
            content["total_rows"] = 10 * count

    numbers = range(connections)
    stretch(
        "connections",
        connections,
        connection_id=[f"connection_{number:04d}" for number in numbers],
        connection_name=[f"a_connection_of_the_usual_length_{number:04d}" for number in numbers],
    )
    grid = connections * days
    stretch(
        "connection_days",
        grid,
        connection=np.repeat(np.arange(connections), days).tolist(),
        days_ago=np.tile(np.arange(days), connections).tolist(),
        rows_synced=random.integers(0, 5_000_000, grid).tolist(),
        median_duration_seconds=random.uniform(90, 9000, grid).round().astype(int).tolist(),
        p95_duration_seconds=random.uniform(90, 9000, grid).round().astype(int).tolist(),
    )
    for name, count in {
        "connection_issue_days": grid // 10,
        "connection_months": connections * 13,
        "table_usage": connections * 10,
        "connection_fingerprints": 5000,
        "fingerprints": 500,
        "slow_syncs": 300,
        "schema_changes": 1500,
        "actions": 1500,
        "lineage": 3000,
        "recommendations": connections * 2,
        "recent_syncs": connections * 20,
        "table_volumes": connections * 10,
        "service_levels": connections * 4,
        "connection_access": connections,
        "incidents": 500,
        "incident_syncs": 3000,
        "incident_causes": 2000,
        "volume_anomalies": 500,
    }.items():
        stretch(name, count)
    return data


def test_a_thousand_connections_stay_small_and_open_fast(browser, report, tmp_path) -> None:
    data = enlarge(report.data, 1000, 90)
    assert len(data["tables"]["connection_days"]["rows"]) == 90_000
    file = page_of(data, tmp_path)
    assert file.stat().st_size < MOST_BYTES
    with opened(browser, file) as tab:
        with tab.processor_seconds() as opening:
            tab.page.reload()
            tab.settle()
        assert opening[0] < MOST_TO_OPEN
        assert len(tab.page.locator(".grid tbody tr").all()) <= 50
        for address in [*PAGES, "connection/connection_0999"]:
            with tab.processor_seconds() as spent:
                tab.go(address)
            assert spent[0] < MOST_FOR_A_PAGE, address
            assert tab.page.locator("tbody tr:visible").count() < 300, address
        tab.go("connections")
        assert tab.panel(CONNECTIONS).get_by_role("status").inner_text() == "1\u201325 of 1,000"
        tab.panel(CONNECTIONS).get_by_role("button", name="Last page").click()
        assert len(tab.rows(CONNECTIONS)) == 25
        tab.panel(CONNECTIONS).get_by_role("searchbox", name="Search").fill("length_0999")
        assert [row["Connection"].name for row in tab.rows(CONNECTIONS)] == ["a_connection_of_the_usual_length_0999"]
        assert tab.complaints == []
    print(f"{file.stat().st_size / 1e6:.1f} MB, opens in {opening[0]:.2f} s of the processor")
