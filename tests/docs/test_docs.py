"""Everything the documents name exists: links, commands, options, make targets, variables, columns, queries."""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from helpers import read_yaml
from sqlfluff.core import Linter

from fivetran_logs.alerts.findings import KINDS, LABELS
from fivetran_logs.report.schema import TYPES, read_schema

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [
    *(ROOT / f"{name}.md" for name in ("README", "CONTRIBUTING", "CHANGELOG")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
IDS = [str(path.relative_to(ROOT)) for path in DOCUMENTS]
OF_THE_PROJECT = [
    path for path in DOCUMENTS if path.parent.name != "warehouses"
]  # those are full of engines' own names

# Names of the outside world that a document may mention.
FOREIGN = {
    "accepted_values",
    "authorized_keys",
    "current_timestamp",
    "dbt_fivetran_log",
    "dbt_fivetran_logs",  # the user that the key pair guide creates
    "fivetran_analytics",  # schema of the marts on DuckDB
    "fivetran_analytics_intermediate",
    "fivetran_metadata",
    "fivetran_platform_<table>_identifier",
    "rsa_key",
    "rsa_public_key",
    "rsa_public_key_2",
}


def prose(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def own_prose(path: Path) -> str:
    """A document without the names of another project, which docs/migrating.md has in headings and first cells."""
    if path.name != "migrating.md":
        return prose(path)
    lines = [re.sub(r"^\|[^|]*\|", "| ", line) for line in prose(path).splitlines() if not line.startswith("### ")]
    return re.sub(r"`fivetran_(?:log|platform)_[a-z_]*", "`", "\n".join(lines))


def code_blocks(text: str, language: str = "[a-z]*") -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def inline_code(text: str) -> list[str]:
    return re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))


def all_code(text: str) -> list[str]:
    return [line for block in code_blocks(text) for line in block.splitlines()] + inline_code(text)


def anchor(heading: str) -> str:
    """The anchor GitHub gives a heading."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


@cache
def yaml_nodes(kind: str) -> dict[str, dict]:
    """The models, seeds or source tables that the YAML files describe, by name."""
    nodes: dict[str, dict] = {}
    for path in [*(ROOT / "models").rglob("*.yml"), *(ROOT / "seeds").glob("*.yml")]:
        content = read_yaml(path) or {}
        for node in content.get(kind) or []:
            for item in node.get("tables", []) if kind == "sources" else [node]:
                nodes[item["name"]] = item
    return nodes


def columns_of(kind: str, name: str) -> set[str]:
    return {column["name"] for column in yaml_nodes(kind).get(name, {}).get("columns") or []}


@cache
def variables() -> set[str]:
    """Variables of dbt_project.yml, including those that only a comment names."""
    return set(
        re.findall(r"\b(fivetran_(?:logs|platform)_[a-z_]+)\b", (ROOT / "dbt_project.yml").read_text(encoding="utf-8"))
    )


@cache
def query_names() -> set[str]:
    texts = (path.read_text(encoding="utf-8") for path in (ROOT / "analyses").glob("*.sql"))
    return {name for text in texts for name in re.findall(r"(?m)^-- name: (\S+)$", text)}


@cache
def known_words() -> set[str]:
    """Every name of this project and its source that a document may use."""
    words = set(FOREIGN) | query_names() | variables()
    words |= {name.removeprefix("fivetran_logs_") for name in variables()}
    for kind in ("models", "seeds", "sources"):
        for name in yaml_nodes(kind):
            words |= {name, *columns_of(kind, name)}
    for model in [*(ROOT / "models").rglob("*.sql"), *(ROOT / "tests" / "dbt").glob("*.sql")]:
        words.add(model.stem)
    for macro_file in (ROOT / "macros").rglob("*.sql"):
        words |= set(re.findall(r"{%-? macro ([a-z_0-9]+)", macro_file.read_text(encoding="utf-8")))
    with open(ROOT / "seeds" / "fivetran_recommendation_rules.csv", newline="", encoding="utf-8") as file:
        words |= {row["rule_code"] for row in csv.DictReader(file)}
    # events, statuses and severities: values rather than names
    for path in [
        *(ROOT / "models").rglob("*.yml"),
        *(ROOT / "models").rglob("*.sql"),
        *(ROOT / "macros").rglob("*.sql"),
    ]:
        words |= set(re.findall(r"\b[a-z]+(?:_[a-z0-9]+)+\b", path.read_text(encoding="utf-8")))
    for path in (ROOT / "seeds").glob("*.yml"):
        words |= set(re.findall(r"\b[a-z]+(?:_[a-z0-9]+)+\b", path.read_text(encoding="utf-8")))
    for name, table in read_schema().tables.items():
        words |= {name, *(column.name for column in table.columns)}
    words |= {*TYPES, "total_rows", "report_days"}
    words |= {*KINDS, *LABELS, "fivetran_logs_alerts", "fivetran_logs_alert_state"}
    words |= {path.name for path in ROOT.iterdir()} | {path.stem for path in (ROOT / "src").rglob("*.py")}
    return words


@pytest.mark.parametrize("path", DOCUMENTS, ids=IDS)
def test_links_lead_somewhere(path: Path) -> None:
    dead = []
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(path)):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, fragment = target.partition("#")
        linked = (path.parent / file).resolve() if file else path
        found = linked.exists() and linked.is_relative_to(ROOT)
        if found and fragment:
            found = fragment in {anchor(heading) for heading in re.findall(r"(?m)^#+ (.*)$", prose(linked))}
        if not found:
            dead.append(target)
    assert not dead


@pytest.mark.parametrize("path", DOCUMENTS, ids=IDS)
def test_paths_named_in_code_exist(path: Path) -> None:
    folders = r"(?:models|macros|seeds|analyses|src|tests|docs|\.dbt|\.ci)"
    named = {
        found for code in all_code(prose(path)) for found in re.findall(rf"(?:^|[\s`(])({folders}/[\w./-]*[\w/])", code)
    }
    assert sorted(name for name in named if not (ROOT / name).exists()) == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=IDS)
def test_make_targets_exist(path: Path) -> None:
    targets = set(re.findall(r"(?m)^([a-z][a-z_-]*):", (ROOT / "Makefile").read_text(encoding="utf-8")))
    named = {found for code in all_code(prose(path)) for found in re.findall(r"\bmake ([a-z][a-z-]+)", code)}
    assert sorted(named - targets) == []


@cache
def help_of(command: str) -> str | None:
    """The text that `fivetran-logs COMMAND --help` prints; None if the command does not exist."""
    script = Path(sys.executable).with_name("fivetran-logs")
    done = subprocess.run(
        [str(script if script.exists() else shutil.which("fivetran-logs")), *command.split(), "--help"],
        capture_output=True,
        text=True,
        env={**os.environ, "COLUMNS": "240", "TERM": "dumb", "NO_COLOR": "1"},
        check=False,
    )
    return done.stdout if done.returncode == 0 else None


@pytest.mark.parametrize("path", DOCUMENTS, ids=IDS)
def test_commands_options_and_queries_exist(path: Path) -> None:
    wrong = []
    for code in all_code(prose(path)):
        for command, rest in re.findall(
            r"(?<![\w./-])(?:\.venv/bin/)?fivetran-logs ([a-z]+(?:-[a-z]+)*)\b([^#`]*)", code
        ):
            text = help_of(command)
            below = re.match(r" ([a-z]+)\b", rest)
            if command in ("alert", "export") and below:
                text = help_of(f"{command} {below.group(1)}")
            if text is None:
                wrong.append(f"fivetran-logs {command}")
                continue
            wrong += [f"{command} {option}" for option in re.findall(r"--[a-z-]+", rest) if option not in text]
            if command == "query":
                wrong += [
                    f"query {name}" for name in re.findall(r"^ ([a-z][a-z0-9_]+)", rest) if name not in query_names()
                ]
    assert not wrong


def test_every_command_is_in_the_readme() -> None:
    listed = re.findall(r"(?m)^[│|\s]*([a-z]+(?:-[a-z]+)*)  +\S", (help_of("") or "").split("Commands", 1)[-1])
    assert listed, "fivetran-logs --help lists its commands"
    named = set(re.findall(r"`fivetran-logs ([a-z]+(?:-[a-z]+)*)", prose(ROOT / "README.md")))
    assert set(listed) == named


@pytest.mark.parametrize("path", DOCUMENTS, ids=IDS)
def test_variables_exist(path: Path) -> None:
    named = set(re.findall(r"\b(fivetran_(?:logs|platform)_[a-z_]+)\b", own_prose(path)))
    assert sorted(named - known_words()) == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=IDS)
def test_environment_variables_exist(path: Path) -> None:
    readers = (".dbt/profiles.yml", ".nao.env.example", "macros/rules/as_of.sql")
    known = "".join((ROOT / name).read_text(encoding="utf-8") for name in readers)
    named = set(re.findall(r"\b((?:SNOWFLAKE|FIVETRAN_LOGS)_[A-Z_]+)\b", prose(path)))
    assert sorted(name for name in named if name not in known) == []


@pytest.mark.parametrize("path", OF_THE_PROJECT, ids=lambda path: str(path.relative_to(ROOT)))
def test_names_in_code_are_names_of_something(path: Path) -> None:
    named = {code for code in inline_code(own_prose(path)) if re.fullmatch(r"[a-z]+(_[a-z0-9]+)+", code)}
    assert sorted(named - known_words()) == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=IDS)
def test_columns_named_beside_a_mart_are_its_columns(path: Path) -> None:
    wrong = []
    for line in prose(path).splitlines():
        words = re.findall(r"`([a-z][a-z0-9_]*)`", line)
        if line.startswith("| `fct_fivetran_"):
            columns = columns_of("models", words[0])
            assert columns, f"{words[0]} is described"
            wrong += [
                (words[0], word) for word in words[1:] if word not in columns and word not in yaml_nodes("models")
            ]
    assert not wrong


def marts_listed_in(path: Path) -> set[str]:
    return set(re.findall(r"(?m)^\| `(fct_[a-z_]+)` \|", prose(path)))


def test_every_mart_is_in_the_readme_and_in_no_second_list() -> None:
    marts = {path.stem for path in (ROOT / "models" / "marts").rglob("fct_*.sql")}
    assert marts_listed_in(ROOT / "README.md") == marts
    summary = ROOT / "docs" / "PROJECT_SUMMARY.md"
    assert marts_listed_in(summary) == set()
    assert "README.md#marts" in prose(summary)


def test_the_summary_places_every_intermediate_model() -> None:
    """Each in the row of its folder."""
    rows = dict(re.findall(r"(?m)^\| `([a-z_]+)` \| (.*)$", prose(ROOT / "docs" / "PROJECT_SUMMARY.md")))
    missing = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "models" / "intermediate").rglob("*.sql")
        if path.stem.removeprefix("int_fivetran_log__")
        not in re.findall(r"[a-z_]+", rows.get(path.parent.name, "").split("|")[0])
    ]
    assert sorted(missing) == []


def duckdb_queries() -> list[str]:
    blocks = code_blocks(prose(ROOT / "README.md"), "sql")
    return [block for block in blocks if "DuckDB" in block.splitlines()[0]]


def test_the_readme_answers_four_questions() -> None:
    assert len(duckdb_queries()) == 4


@pytest.mark.parametrize("number", range(4))
def test_readme_queries_run(built_account, number: int) -> None:
    assert built_account.rows(duckdb_queries()[number]), "the simulated account has an answer to each of the four"


def test_the_grants_are_sql_of_snowflake() -> None:
    """Parsed, not run. The script promises least privilege, so it may grant nothing else."""
    script = ROOT / "docs" / "warehouses" / "snowflake_grants.sql"
    parsed = Linter(dialect="snowflake").parse_string(prose(script))
    assert parsed.violations == []
    sql = re.sub(r"--[^\n]*", "", prose(script))
    granted = {
        privilege.strip() for found in re.findall(r"(?m)^grant ([a-z, ]+) on ", sql) for privilege in found.split(",")
    }
    assert granted == {"usage", "create schema", "select"}
    assert "future tables" in sql
    for page in ("docs/warehouses/snowflake.md", "docs/SETUP_GUIDE.md", "docs/PRIVATE_KEY_SETUP.md"):
        assert "snowflake_grants.sql" in prose(ROOT / page), page
