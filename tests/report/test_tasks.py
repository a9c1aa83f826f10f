"""Six things people come for, as a new user does them: the answer is right and on the screen after at most three steps.

A step is a click or a word typed into the report, or a command in a terminal of 80 columns. Answers come from the
simulator's truth.
"""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from browser import Opened, chromium, opened
from helpers import CliResult, run_cli

MOST_STEPS = 3
BROKEN, CAUSE, CULPRIT = "linkedin_ads", "client_secret", "elif.kaya@example.com"  # what the simulator plants
EMPTY, ITS_CONNECTION = "targets", "sales_targets_sheet"


@dataclass
class Reader:
    """Somebody who opens the report, and counts what they do."""

    tab: Opened
    steps: int = 0

    def page(self, label: str) -> None:
        self.step()
        self.tab.page.locator("nav.pages").get_by_role("link", name=label, exact=True).click()
        self.tab.settle()

    def follow(self, label: str) -> None:
        self.step()
        self.tab.page.locator("main").get_by_role("link", name=label, exact=True).first.click()
        self.tab.settle()

    def look_for(self, caption: str, words: str) -> None:
        self.step()
        self.tab.panel(caption).get_by_label("Search").fill(words)

    def save(self, caption: str, directory: Path) -> list[dict[str, str]]:
        self.step()
        with self.tab.page.expect_download() as download:
            self.tab.panel(caption).get_by_role("button", name="CSV").click()
        file = directory / "saved.csv"
        download.value.save_as(file)
        return list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"))))

    def step(self) -> None:
        self.steps += 1
        assert self.steps <= MOST_STEPS


@pytest.fixture(scope="module")
def report(built_account, tmp_path_factory) -> Path:
    file = tmp_path_factory.mktemp("tasks") / "report.html"
    assert run_cli("report", "--output", file, "--no-progress", cwd=built_account.directory).code == 0
    return file


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as started:
        yield started


@pytest.fixture
def reader(browser, report) -> Iterator[Reader]:
    with opened(browser, report, accept_downloads=True) as tab:
        yield Reader(tab)
        assert tab.complaints == []


def ask(built_account, *command: str) -> CliResult:
    """One command in the directory of the account, in a terminal's width."""
    done = run_cli(*command, cwd=built_account.directory)
    assert done.code == 0, done.err
    return done


def rows(built_account, *command: str) -> list[dict[str, Any]]:
    return json.loads(ask(built_account, "query", *command, "--format", "json").out)


def costs(built_account) -> dict[str, float]:
    """Dollars of each connection in the open month, as they were charged."""
    month = built_account.truth["as_of"][:7]
    found: dict[str, float] = defaultdict(float)
    for charge in built_account.truth["charges"]:
        if charge["month_date"].startswith(month) and charge["connection_id"]:
            found[charge["connection_id"]] += charge["amount_usd"]
    return found


def deleters(built_account, connection_id: str) -> set[str]:
    """E-mail addresses of those who may delete a connection: whose role manages it."""
    access = built_account.truth["access"]
    place = {name: number for number, name in enumerate(access["columns"])}
    users = {
        row[place["user_id"]]
        for row in access["rows"]
        if (row[place["resource_type"]], row[place["resource_id"]]) == ("connection", connection_id)
        and row[place["access_level"]] == "manage"
    }
    return {email for user, email in built_account.rows("select id, email from fivetran_log.user") if user in users}


def connection_id(built_account, name: str) -> str:
    return next(row["connection_id"] for row in built_account.truth["connections"] if row["connection_name"] == name)


def test_which_connection_do_i_look_at_first_and_why(built_account, reader: Reader) -> None:
    first = reader.tab.page.locator(".attention > li").first.inner_text()
    for words in (BROKEN, CAUSE, CULPRIT, "12 syncs failed"):
        assert words in first
    assert reader.steps == 0
    said = " ".join(ask(built_account, "query", "open_incidents").out.split())
    for words in (BROKEN, CAUSE, CULPRIT):
        assert words in said


def test_what_will_this_month_cost_a_team(built_account, reader: Reader) -> None:
    health = built_account.rows("select connection_id, team from fivetran_analytics.fct_fivetran_connector_health")
    charged = costs(built_account)
    to_date = sum(charged.get(connection, 0) for connection, team in health if team == "Marketing")
    ((projected,),) = built_account.rows(
        "select sum(projected_cost_usd) from fivetran_analytics.fct_fivetran_mar_forecast "
        f"where team = 'Marketing' and month_date = date '{built_account.truth['as_of'][:7]}-01'"
    )
    reader.page("Owners")
    (team,) = [row for row in reader.tab.rows("teams") if row["Team"].name == "Marketing"]
    assert team["Cost to date"].number == pytest.approx(to_date, rel=0.02)  # without its price list, by paid rows
    assert to_date < team["Month end"].number == pytest.approx(float(projected), abs=1)
    (row,) = rows(built_account, "team_costs_this_month", "--where", "team=Marketing")
    assert float(row["cost_to_date_usd"]) == pytest.approx(team["Cost to date"].number, abs=0.5)
    assert float(row["projected_cost_usd"]) == pytest.approx(float(projected), abs=0.5)


def test_who_can_delete_a_connection(built_account, reader: Reader) -> None:
    known = deleters(built_account, connection_id(built_account, BROKEN))
    assert len(known) > 3
    reader.page("Connections")
    reader.follow(BROKEN)
    answer = next(text for text in reader.tab.shown("section.panel") if "can delete it" in text)
    names = {
        name
        for name, email in built_account.rows("select given_name || ' ' || family_name, email from fivetran_log.user")
        if email in known
    }
    who = answer.split("Delete too")[1].split("Change only")[0]
    assert {name.strip() for name in who.split(",")} == names
    found = rows(built_account, "who_can_delete_a_connection", "--where", f"connection_name={BROKEN}")
    assert {row["user_email"] for row in found} == known


def test_why_is_a_table_empty_and_since_when(built_account, reader: Reader) -> None:
    truth = next(row for row in built_account.truth["connections"] if row["connection_name"] == ITS_CONNECTION)
    since = truth["last_successful_sync_at"][:10]
    reader.page("Tables")
    reader.look_for("Rows of every table", EMPTY)
    (row,) = [row for row in reader.tab.rows("Rows of every table") if row["Connection"].name == ITS_CONNECTION]
    assert (row["Last row"].text, row["Why none since"].text) == ("4 days ago", "Its connection is late")
    where = ("quiet_tables", "--where", f"table_name={EMPTY}", "--where", f"connection_name={ITS_CONNECTION}")
    (answer,) = rows(built_account, *where)
    assert (answer["last_rows_date"], answer["reason"]) == (since, "its connection is late")


def test_send_finance_the_numbers(built_account, reader: Reader, tmp_path: Path) -> None:
    charged = sum(
        charge["amount_usd"]
        for charge in built_account.truth["charges"]
        if charge["month_date"].startswith(built_account.truth["as_of"][:7])
    )
    reader.page("Finance")
    saved = reader.save("of the cost of", tmp_path)
    assert sum(float(row["Allocated to date"] or 0) for row in saved) == pytest.approx(charged, abs=0.5)
    ask(built_account, "export", "chargeback", "--output", str(tmp_path / "statements"))
    files = list((tmp_path / "statements").rglob("*.csv"))
    assert len(files) > 5


def test_prove_to_the_auditor_who_changed_what(built_account, reader: Reader, tmp_path: Path) -> None:
    reader.page("Governance")
    reader.look_for("settings changed", BROKEN)
    saved = reader.save("settings changed", tmp_path)
    assert any(CAUSE in " ".join(row.values()) and "Elif Kaya" in " ".join(row.values()) for row in saved), saved
    ask(built_account, "export", "evidence", "--output", str(tmp_path / "evidence"))
    with (tmp_path / "evidence" / "changes.csv").open(encoding="utf-8", newline="") as file:
        changes = [(row["connection_name"], row["field_path"], row["user_email"]) for row in csv.DictReader(file)]
    assert (BROKEN, CAUSE, CULPRIT) in changes
