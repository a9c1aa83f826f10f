"""`fivetran-logs export evidence`: a folder that an auditor takes, the same for the same build."""

from __future__ import annotations

import hashlib
import json
import shutil
from datetime import date, datetime
from pathlib import Path

from fivetran_logs import __version__
from fivetran_logs.commands.evidence_questions import CHECKS, FROM, QUESTIONS, TO
from fivetran_logs.commands.query import all_questions
from fivetran_logs.dbt.marts import open_marts
from fivetran_logs.dbt.open import Options, open_project
from fivetran_logs.dbt.settings import Settings, packaged_project
from fivetran_logs.dbt.warehouse import Rows
from fivetran_logs.failures.errors import CHECK_FAILED, WRONG_USE, UserError
from fivetran_logs.failures.secrets import redactor
from fivetran_logs.output.console import messages
from fivetran_logs.output.spreadsheet import to_csv

MANIFEST = "manifest.json"
RULES = Path("models", "marts", "governance", "rules")
FIRST, LAST = "0001-01-01", "9999-12-31"
WORDS = (
    "Results of automated checks on the tables of the Fivetran Platform connector. A pass supports the controls named "
    "beside it; it is no statement of compliance. Each result is of the day in check_date, and was not changed later. "
    "findings.csv is of the newest judged day alone. changes.csv lists who changed which setting, from what to what; "
    "values of secrets are hidden. checks/ holds the SQL of each check, sql/ what was asked."
)


def run(options: Options, first: str | None, last: str | None, directory: Path) -> int:
    begin, end = _day(first, FIRST, "--from"), _day(last, LAST, "--to")
    if begin > end:
        raise UserError(f"--from {begin} is after --to {end}.", WRONG_USE)
    _refuse_others(directory)
    with messages().status("Collecting …"):
        project, _ = open_project(options)
        places = {FROM: begin, TO: end}
        with open_marts(project, QUESTIONS, lambda: all_questions(project.settings)) as marts:
            answers = {question.name: marts.ask(question, replace=places) for question in QUESTIONS}
            sql = {question.name: marts.sql(question, replace=places) for question in QUESTIONS}
    if not answers[CHECKS.name].rows:
        raise UserError(
            "No check was judged in that period: each `fivetran-logs build` judges its own day.", CHECK_FAILED
        )
    shown = {name: _shown(answer) for name, answer in answers.items()}
    files = {f"{name}.csv": to_csv(answer.columns, answer.rows) for name, answer in shown.items()}
    files |= {f"sql/{name}.sql": text.strip() + "\n" for name, text in sql.items()}
    files |= _checks(project.settings)
    rows = {f"{name}.csv": len(answer.rows) for name, answer in answers.items()}
    files[MANIFEST] = _manifest(files, rows, answers[CHECKS.name], begin, end)
    _write(directory, files)
    messages().print(f"✓ {len(files)} files in {directory}", markup=False)
    return 0


def _day(text: str | None, otherwise: str, option: str) -> str:
    try:
        return date.fromisoformat(text or otherwise).isoformat()
    except ValueError:
        raise UserError(f"{option} {text!r} is no day: write 2026-06-30.", WRONG_USE) from None


def _shown(answer: Rows) -> Rows:
    """The answer without secrets; the writer makes formulas inert."""
    hide = redactor()
    return Rows(
        answer.columns,
        [tuple(hide(value) if isinstance(value, str) else value for value in row) for row in answer.rows],
    )


def _checks(settings: Settings) -> dict[str, str]:
    """The SQL file of each check."""
    folder = settings.project_dir / RULES
    if not folder.is_dir():
        folder = packaged_project() / RULES
    return {
        f"checks/{path.stem.removeprefix('fivetran_check__')}.sql": path.read_text(encoding="utf-8")
        for path in sorted(folder.glob("fivetran_check__*.sql"))
    }


def _manifest(files: dict[str, str], rows: dict[str, int], checks: Rows, begin: str, end: str) -> str:
    judged = max(row["judged_at"] for row in checks.dicts())
    listed = [
        {"path": name, "sha256": hashlib.sha256(text.encode()).hexdigest(), "bytes": len(text.encode())}
        | ({"rows": rows[name]} if name in rows else {})
        for name, text in sorted(files.items())
    ]
    content = {
        "what": WORDS,
        "from": None if begin == FIRST else begin,
        "to": None if end == LAST else end,
        "last_judged_at": judged.isoformat() if isinstance(judged, datetime) else str(judged),
        "made_by": f"fivetran-logs {__version__}",
        "files": listed,
    }
    return json.dumps(content, indent=2) + "\n"


def _refuse_others(directory: Path) -> None:
    """Nothing is written over but an earlier export."""
    if directory.exists() and not directory.is_dir():
        raise UserError(f"{directory} is a file: choose a directory.", WRONG_USE)
    if directory.is_dir() and any(directory.iterdir()) and not (directory / MANIFEST).is_file():
        raise UserError(f"{directory} holds something else: choose an empty or a new directory.", WRONG_USE)


def _write(directory: Path, files: dict[str, str]) -> None:
    """All or nothing: the manifest, without which it is no export, is written last."""
    try:
        if directory.is_dir():
            (directory / MANIFEST).unlink(missing_ok=True)
            for entry in ("sql", "checks"):
                shutil.rmtree(directory / entry, ignore_errors=True)
        for name, text in files.items():
            path = directory / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
    except OSError as error:
        raise UserError(f"{directory} cannot be written: {error.strerror or error}", WRONG_USE) from error
