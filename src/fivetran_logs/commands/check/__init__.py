"""`fivetran-logs check`: looks at the source before a build, read only, and says what each gap costs.

It asks everything first (`look`), then judges what it saw (`judge`); `output.check` prints it.
"""

from __future__ import annotations

import sys

from fivetran_logs.commands.check.judge import ERROR, INFO, WARNING, Finding, Findings, judge
from fivetran_logs.commands.check.look import Facts, TableState, look
from fivetran_logs.dbt.as_of import AsOf
from fivetran_logs.dbt.open import Options, open_project
from fivetran_logs.dbt.project import DbtProject
from fivetran_logs.dbt.source_tables import read_source_tables
from fivetran_logs.failures.errors import CHECK_FAILED
from fivetran_logs.output.console import messages, output, warn_of_old_log

__all__ = ["ERROR", "INFO", "WARNING", "Facts", "Finding", "Findings", "TableState", "check", "judge", "look"]


def check(project: DbtProject, as_of: AsOf | None = None, max_age_days: float = 3) -> Findings:
    """Looks at connection, grants, tables, columns, rows, freshness; changes nothing.

    as_of         what the log's age is measured against; None is now
    max_age_days  age from which a log is too old to say anything about now

    Raises:
        UserError: wrong use: no such target, no adapter (exit code 2).
    """
    source_tables = read_source_tables(project.settings.project_dir)
    return judge(look(project, source_tables, as_of.at if as_of else None), source_tables, max_age_days)


def run(options: Options, *, as_json: bool, everything: bool, max_age_days: float) -> int:
    """The verb: looks, prints, and returns the exit code."""
    from fivetran_logs.output import check as check_output  # needs this module

    with messages().status("Looking …"):
        project, as_of = open_project(options, judge_key=False)
        findings = check(project, as_of, max_age_days)
    if as_json:
        sys.stdout.write(check_output.to_json(findings))
    else:
        warn_of_old_log(as_of)
        check_output.show(output(), findings, everything=everything)
    return 0 if findings.succeeded else CHECK_FAILED
