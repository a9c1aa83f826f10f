"""What validators of FOCUS say about exports, in environments of their own: the official one on 1.2, another on 1.4."""

from __future__ import annotations

import re
import subprocess
from decimal import Decimal
from pathlib import Path

import duckdb
import helpers
import pytest
import servers

from fivetran_logs.commands.demo import load_settings
from fivetran_logs.dbt.open import DEMO_SEEDS
from fivetran_logs.simulator import simulate

pytestmark = [pytest.mark.engines, pytest.mark.long]

SECONDS = 400
# what Fivetran's bill has of the constructs that FOCUS makes columns conditional on
SUPPORTED = (
    "SUB_ACCOUNT_SUPPORTED",
    "USAGE_MEASUREMENT_SUPPORTED",
    "BILLING_BASED_ON_PROVISIONED_RESOURCES_SUPPORTED",
    "RESOURCE_TYPE_ASSIGNMENT_SUPPORTED",
    "ACCOUNT_NAMING_SUPPORTED",
    "TAGGING_SUPPORTED",
    "REGION_SUPPORTED",
    "MULTIPLE_PRICING_CATEGORIES_SUPPORTED",
)
# it wants an invoice for each charge in this rule, and none in the one before it
CONTRADICTION = {"InvoiceId-C-005-C"}
RULES_RUN = 150  # fewer were not run for want of something
UNUSED = ("2024-01", Decimal("123.45"))  # a bill without usage, of a destination that nothing else knows
ADJUSTED = ("2026-05", Decimal("-25.00"))  # the same, negative, in a month with other bills


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Usage and bills, built; one bill has no usage, and months have adjustments."""
    directory = tmp_path_factory.mktemp("focus")
    simulate(directory / "account", usage_only=True, days=120)
    assert helpers.run_cli("load", directory / "account", cwd=directory).code == 0
    load_settings(directory / "account", directory / helpers.DATABASE)
    with duckdb.connect(str(directory / helpers.DATABASE)) as connection:
        connection.executemany(
            "insert into fivetran_log.usage_cost (measured_month, destination_id, amount) values (?, 'gone', ?)",
            [UNUSED, ADJUSTED],
        )
    outcome = helpers.build_in(
        directory,
        "--select",
        "+fct_fivetran_focus_costs",
        *helpers.NO_TESTS,
        fivetran_logs_seed_tables=DEMO_SEEDS,
        fivetran_logs_as_of="2026-06-18T14:00:00",
    )
    assert outcome.succeeded, outcome
    return directory


def exported(directory: Path, file: Path, version: str, *days: str) -> Path:
    options = ("--version", version, "--format", file.suffix[1:], "--output", file)
    done = helpers.run_cli("export", "focus", *options, *days, cwd=directory)
    assert done.code == 0, done.err
    return file


def environment(name: str) -> Path:
    try:
        return servers.environment(name)
    except servers.Unavailable as reason:
        pytest.skip(f"{reason} (it needs Python 3.12)")


def failures(file: Path) -> set[str]:
    """The rules that fail, without those that fail because one below them does; by the official validator's totals.

    It opens a file of its own by a relative path, and exits 0 whatever it finds.
    """
    home = environment("focus_12")
    (packages,) = home.glob("lib/python*/site-packages")
    done = subprocess.run(
        [
            *(str(home / "bin" / "focus-validator"), "--data-file", str(file), "--block-download"),
            *("--validate-version", "1.2", "--applicability-criteria", ",".join(SUPPORTED)),
        ],
        cwd=packages,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    totals = re.search(r"Total: \d+ \| Pass: (\d+) \| Fail: (\d+) \| Skipped: \d+", done.stdout)
    assert totals, done.stdout[-2000:] + done.stderr[-2000:]
    failed = set(re.findall(r"(\S+): FAIL ", done.stdout))
    assert len(failed) == int(totals[2]), "it counts other failures than it lists"
    assert int(totals[1]) >= RULES_RUN
    return failed


def billed(file: Path) -> Decimal:
    with duckdb.connect() as connection:
        (found,) = connection.execute("select sum(BilledCost) from read_parquet(?)", [str(file)]).fetchone()
    return found


def test_the_official_validator_finds_nothing_in_the_demo(built, tmp_path: Path) -> None:
    """Without the names of the oddities: the validator takes ASCII for the only text."""
    directory = built(oddities=False).directory
    assert failures(exported(directory, tmp_path / "focus.parquet", "1.2")) == CONTRADICTION


def test_nor_in_a_month_with_adjustments(account: Path, tmp_path: Path) -> None:
    file = exported(account, tmp_path / "focus.parquet", "1.2", "--from", "2026-05", "--to", "2026-06")
    (bill,) = helpers.rows(account, "select sum(amount) from fivetran_log.usage_cost where measured_month = '2026-05'")
    assert billed(file) == bill[0]
    assert failures(file) == CONTRADICTION


def test_nor_in_a_bill_without_usage(account: Path, tmp_path: Path) -> None:
    file = exported(account, tmp_path / "focus.parquet", "1.2", "--to", "2024-02")
    assert billed(file) == UNUSED[1]
    assert failures(file) == CONTRADICTION


def test_another_validator_finds_nothing_in_the_columns_of_1_4(account: Path, tmp_path: Path) -> None:
    file = exported(account, tmp_path / "focus.csv", "1.4")
    tool = [str(environment("focus_14") / "bin" / "focus-toolkit"), "validate", "--dataset", "cost-and-usage"]
    done = subprocess.run([*tool, str(file)], capture_output=True, text=True, timeout=SECONDS, check=False)
    assert "(STRUCTURAL_VALID, SEMANTIC_VALID)" in done.stdout, done.stdout + done.stderr
    assert done.returncode == 0
    file.write_text(file.read_text(encoding="utf-8").replace("BilledCost", "BilledCosts", 1), encoding="utf-8")
    done = subprocess.run([*tool, str(file)], capture_output=True, text=True, timeout=SECONDS, check=False)
    assert "(STRUCTURAL_VALID, SEMANTIC_VALID)" not in done.stdout, "it finds nothing wrong with anything"
