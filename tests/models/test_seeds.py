"""The shipped seeds: portable patterns, one real message for each, complete rules, harmless defaults."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
import yaml
from helpers import ROOT, dbt_project, inside

SEEDS = ROOT / "seeds"
# Messages with numbers, names and words that look like an error and are not one.
NO_MATCH = [
    "warning warning Row 401 of table t_403 skipped, id 429",
    "warning warning The customer 500123 changed",
    "info info All went well",
    "connector_sdk_log connector_sdk_log Page 7 came back empty, retrying",
]


def read_csv(path: Path) -> list[dict[str, str]]:
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def read(name: str) -> list[dict[str, str]]:
    return read_csv(SEEDS / f"{name}.csv")


# One message that a pattern must catch before any other does: error type, event and message as the log has them.
EXAMPLES = {row["pattern_id"]: row["message"] for row in read_csv(Path(__file__).parent / "error_pattern_examples.csv")}


def categories() -> set[str]:
    """The categories that the seed's own data test accepts."""
    text = (SEEDS / "fivetran_error_patterns.yml").read_text(encoding="utf-8")
    (values,) = re.findall(r"error_category in \(([^)]*)\)", text)
    return set(re.findall(r"'(\w+)'", values))


@pytest.fixture(scope="module")
def patterns() -> list[dict[str, str]]:
    return sorted(read("fivetran_error_patterns"), key=lambda row: int(row["priority"]))


def first_match(patterns: list[dict[str, str]], text: str) -> dict[str, str] | None:
    return next((row for row in patterns if re.search(row["pattern"], text.lower())), None)


@pytest.mark.parametrize("path", sorted(SEEDS.glob("*.csv")), ids=lambda path: path.stem)
def test_every_seed_is_described(path: Path) -> None:
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    assert {len(row) for row in rows} == {len(rows[0])}, "every row has as many fields as the header"
    seed = yaml.safe_load(path.with_suffix(".yml").read_text(encoding="utf-8"))["seeds"][0]
    assert seed["name"] == path.stem
    assert seed["description"].startswith("One row per")
    assert [column["name"] for column in seed["columns"]] == rows[0]
    assert all(column["description"].strip() for column in seed["columns"])
    assert set(seed["config"]["column_types"]) == set(rows[0])


def test_error_patterns_are_many_and_cover_every_category(patterns: list[dict[str, str]]) -> None:
    assert len(patterns) >= 70
    assert {row["error_category"] for row in patterns} == categories()
    for column in ("pattern_id", "priority", "pattern"):
        values = [row[column] for row in patterns]
        assert len(values) == len(set(values)), f"{column} is unique"


def test_error_patterns_stay_in_the_portable_subset(patterns: list[dict[str, str]]) -> None:
    for row in patterns:
        pattern = row["pattern"]
        assert "\\" not in pattern, f"{row['pattern_id']}: a backslash is escaped differently by every engine"
        assert "(?" not in pattern, f"{row['pattern_id']}: no look-around, no flags, no non-capturing group"
        assert "[:" not in pattern.replace("[ :", ""), f"{row['pattern_id']}: no character class names"
        assert not re.search(r"[*+?]{2}|\{", pattern), f"{row['pattern_id']}: no lazy, possessive or counted repeats"
        assert not re.search(r"\.[*+]", pattern), f"{row['pattern_id']}: engines differ on whether . matches a line end"
        assert pattern == pattern.lower(), f"{row['pattern_id']}: matched against lower-cased text"
        assert "'" not in pattern
        assert '"' not in pattern
        assert not re.fullmatch(r"[0-9]+", pattern)


def test_error_patterns_never_match_everything(patterns: list[dict[str, str]]) -> None:
    for row in patterns:
        assert not re.search(row["pattern"], ""), f"{row['pattern_id']} matches an empty message"
        for word in (
            "error error",
            "warning warning",
            "failure sync_end",
            "failure_with_task sync_end",
            "status status",
        ):
            assert not re.search(row["pattern"], word), f"{row['pattern_id']} matches the bare event '{word}'"


def test_every_pattern_has_an_example_that_no_earlier_pattern_takes(patterns: list[dict[str, str]]) -> None:
    assert set(EXAMPLES) == {row["pattern_id"] for row in patterns}
    wrong = {}
    for pattern_id, message in EXAMPLES.items():
        found = first_match(patterns, message)
        if found is None or found["pattern_id"] != pattern_id:
            wrong[pattern_id] = found and found["pattern_id"]
    assert not wrong


@pytest.fixture(scope="module")
def judged(patterns: list[dict[str, str]], tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], dict[str, str]]:
    """The pattern that decides on a text, as the models find it: in the shape of the text, not in the text."""
    directory = tmp_path_factory.mktemp("shape")
    with inside(directory):
        shape = dbt_project(directory).compile("{{ fivetran_logs.masked('message', fingerprint=false) }}")
    sql = f"select {shape} from (select ? as message)"

    def judge(text: str) -> dict[str, str]:
        row = duckdb.execute(sql, [text]).fetchone()
        assert row is not None
        return first_match(patterns, row[0]) or {"pattern_id": "", "error_category": "other"}

    return judge


def test_examples_are_found_by_their_shape(judged: Callable[[str], dict[str, str]]) -> None:
    found = {pattern_id: judged(message)["pattern_id"] for pattern_id, message in EXAMPLES.items()}
    assert found == {pattern_id: pattern_id for pattern_id in EXAMPLES}


def test_messages_of_sources_and_destinations_are_classified(judged: Callable[[str], dict[str, str]]) -> None:
    """What connectors report, by who has to act; a name that looks like an error decides nothing."""
    messages = read_csv(Path(__file__).parent / "error_messages.csv")
    assert len(messages) > 200
    wrong = [
        (row["message"], row["category"], found["pattern_id"])
        for row in messages
        if (found := judged(f"error error {row['message']}"))["error_category"] != row["category"]
    ]
    assert not wrong


@pytest.mark.parametrize("message", NO_MATCH)
def test_numbers_that_could_be_ids_decide_nothing(patterns: list[dict[str, str]], message: str) -> None:
    assert first_match(patterns, message) is None


def test_re2_agrees_with_the_backtracking_engine(patterns: list[dict[str, str]]) -> None:
    texts = [*EXAMPLES.values(), *NO_MATCH]
    con = duckdb.connect()
    con.execute("create table patterns (pattern_id varchar, pattern varchar)")
    con.executemany("insert into patterns values (?, ?)", [[row["pattern_id"], row["pattern"]] for row in patterns])
    con.execute("create table texts (text varchar)")
    con.executemany("insert into texts values (?)", [[text.lower()] for text in texts])
    found = con.execute(
        "select pattern_id, text from patterns cross join texts where regexp_matches(text, pattern)"
    ).fetchall()
    expected = {
        (row["pattern_id"], text.lower())
        for row in patterns
        for text in texts
        if re.search(row["pattern"], text.lower())
    }
    assert set(found) == expected


@pytest.mark.skipif(shutil.which("grep") is None, reason="grep is the stand-in for POSIX extended expressions")
def test_posix_agrees_with_the_backtracking_engine(patterns: list[dict[str, str]]) -> None:
    texts = [text.lower() for text in [*EXAMPLES.values(), *NO_MATCH]]
    for row in patterns:
        done = subprocess.run(
            ["grep", "-nE", "--", row["pattern"]],
            input="\n".join(texts) + "\n",
            capture_output=True,
            text=True,
            env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"},
            check=False,
        )
        assert done.returncode in (0, 1), f"{row['pattern_id']}: {done.stderr}"
        found = {int(line.split(":", 1)[0]) for line in done.stdout.splitlines()}
        assert found == {i for i, text in enumerate(texts, 1) if re.search(row["pattern"], text)}, row["pattern_id"]


def test_causes_and_actions_are_sentences(patterns: list[dict[str, str]]) -> None:
    for row in patterns:
        for column in ("root_cause", "suggested_action"):
            assert row[column].endswith("."), f"{row['pattern_id']}: {column} is a sentence"
            assert len(row[column]) <= 160, f"{row['pattern_id']}: {column} is short"


def test_recommendation_rules_are_worded_plainly() -> None:
    for row in read("fivetran_recommendation_rules"):
        assert row["documentation_url"].startswith("https://fivetran.com/docs/")
        assert not re.search(r"[{}%]", row["recommendation"]), "plain words, no placeholders"
        assert row["recommendation"].endswith(".")
        assert row["expected_benefit"].endswith(".")


@pytest.mark.parametrize(
    "name",
    ["fivetran_connection_owners", "fivetran_budgets", "fivetran_price_curve", "fivetran_recommendation_exceptions"],
)
def test_what_only_users_know_ships_empty(name: str) -> None:
    assert read(name) == []
