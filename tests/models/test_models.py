"""What a model owes its reader: rows and columns described, keys and rules tested, one clock, one dialect."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import count_statements
import pytest
import yaml
from dbt.adapters.duckdb.impl import DuckDBAdapter
from helpers import DATABASE, BuiltAccount, dbt_project, inside, manifest_of, read_yaml

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "models" / "staging" / "_fivetran_log__sources.yml"
# Rules of one folder share a YAML that is written for them: tests/docs/test_rules.py.
RULES = sorted((ROOT / "models").rglob("rules/*__*.sql"))
MODELS = sorted(set((ROOT / "models").rglob("*.sql")) - set(RULES))
BUILT_ON_STAGING = [path for path in MODELS if path.parent.name != "staging"]
MARTS = [path for path in MODELS if path.stem.startswith("fct_")]
STAGING = [path for path in MODELS if path.parent.name == "staging"]

# A column of a mart has one of these types; two are spelled by engine, the usual spelling last.
CONTRACT_TYPES = {
    "string",
    "bigint",
    "boolean",
    "date",
    "timestamp",
    "double precision",
    "numeric(18,2)",
    "numeric(28,6)",
}
# Lists without a key: a record delivered twice appears twice, and two events can have the same time.
WITHOUT_KEY = {
    "int_fivetran_log__usage_rows",  # the rows of a source table whose key test is source_keys_are_unique
    "int_fivetran_log__log_records",
    "int_fivetran_log__connection_events",
    "fivetran_recommendation_matches",
    "fivetran_check_outcomes",  # of objects; the findings made of it have a key
}
# Names beside ids, a choice of columns, counts that tests of replays rest on: no rule to test.
WITHOUT_RULE = {
    "fct_fivetran_incident_causes",
    "fct_fivetran_budget_status",
    "int_fivetran_log__resource_names",
    "fct_fivetran_table_syncs",
    "fivetran_recommendation_matches",
    "fivetran_check_outcomes",  # this and the next are tried on whole accounts: tests/models/test_compliance.py
    "int_fivetran_log__source_gaps",
}
LONGEST_MODEL = 170  # lines that are not blank
LONGEST_NAME_IN_POSTGRES = 63


def name_of(path: Path) -> str:
    return path.stem


@cache
def documents() -> dict[Path, dict[str, Any]]:
    """Every YAML file under models, read."""
    return {path: read_yaml(path) for path in sorted((ROOT / "models").rglob("*.yml"))}


@cache
def described(model: Path) -> dict[str, Any]:
    """What the YAML beside a model says of it; staging shares one with the sources, whose words it has."""
    if model in STAGING:
        (node,) = (node for node in documents()[SOURCES]["models"] if node["name"] == model.stem)
        return node
    path = model.with_suffix(".yml")
    assert path.exists(), f"{model.name} has no {path.name} beside it"
    nodes = documents()[path].get("models") or []
    assert [node["name"] for node in nodes] == [model.stem], f"{path.name} describes {model.stem} and nothing else"
    return nodes[0]


def data_tests(model: Path) -> list[Any]:
    """The data tests of a model and of its columns."""
    node = described(model)
    return [*(node.get("data_tests") or [])] + [
        test for column in node["columns"] for test in column.get("data_tests") or []
    ]


def text_without_comments(path: Path) -> str:
    text = re.sub(r"{#.*?#}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    return re.sub(r"--[^\n]*", "", text)


@pytest.mark.parametrize("model", MODELS, ids=name_of)
def test_the_first_sentence_says_what_a_row_is(model: Path) -> None:
    description = " ".join(described(model)["description"].split())
    assert description.startswith("One row per "), description
    assert re.match(r"One row per [^.]+[.:]", description), "the first sentence ends"


@pytest.mark.parametrize("model", MODELS, ids=name_of)
def test_columns_are_described_in_sentences(model: Path) -> None:
    for column in described(model)["columns"]:
        text = (column.get("description") or "").strip()
        assert len(text) >= 5, f"{column['name']} is not described"
        assert text.endswith("."), f"{column['name']}: {text}"


@pytest.fixture(scope="module")
def columns_built(built_account) -> dict[str, list[str]]:
    """The columns each model gives, in order: of the relation, or of the query where a model leaves none behind."""
    manifest = manifest_of(built_account.directory)
    models = [node for node in manifest.nodes.values() if node.resource_type == "model"]
    columns = {}
    with built_account.connect() as connection:
        for node in models:
            if node.config.materialized == "ephemeral":
                # as dbt left it on disk: a later command in the same place writes a manifest without compiled code
                folder = built_account.settings.target_path / "compiled" / "fivetran_logs"
                compiled = folder / node.original_file_path
                relation = f"({compiled.read_text(encoding='utf-8')})"
            else:
                relation = node.relation_name
            columns[node.name] = [row[0] for row in connection.execute(f"describe select * from {relation}").fetchall()]
    return columns


@pytest.mark.parametrize("model", MODELS, ids=name_of)
def test_every_column_is_described_and_no_other(model: Path, columns_built: dict[str, list[str]]) -> None:
    listed = [column["name"] for column in described(model)["columns"]]
    built = columns_built[model.stem]
    if model in STAGING:
        assert built[-1] == "platform_schema", "which is no column of the source, and so not in its description"
        built = built[:-1]
    assert len(listed) == len(set(listed))
    assert not set(built) - set(listed), "columns without a description"
    assert not set(listed) - set(built), "described, but not there"


def test_a_source_table_is_two_files_in_one_order() -> None:
    """Its entry in the sources YAML, which describes its model with the same words, and a model of one line."""
    (source,) = documents()[SOURCES]["sources"]
    models = documents()[SOURCES]["models"]
    assert {model.stem for model in STAGING} == {model["name"] for model in models}
    for table, model in zip(source["tables"], models, strict=True):
        assert model["name"] == f"stg_fivetran_log__{table['name']}"
        assert model["columns"] is table["columns"], "an anchor, no copy"
        assert model["description"] is table["description"]
        sql = (SOURCES.parent / f"{model['name']}.sql").read_text(encoding="utf-8")
        assert sql == f"{{{{ stage_source('{table['name']}') }}}}\n"


@pytest.mark.parametrize("model", MARTS, ids=name_of)
def test_columns_of_marts_are_typed(model: Path) -> None:
    for column in described(model)["columns"]:
        data_type = column.get("data_type") or ""
        by_engine = re.search(r"get\(target.type, '([^']+)'\)", data_type)
        assert (by_engine.group(1) if by_engine else data_type) in CONTRACT_TYPES, column


def test_marts_have_enforced_contracts() -> None:
    project = yaml.safe_load((ROOT / "dbt_project.yml").read_text(encoding="utf-8"))
    assert project["models"]["fivetran_logs"]["marts"]["+contract"] == {"enforced": True}


@pytest.mark.parametrize("model", BUILT_ON_STAGING, ids=name_of)
def test_keys_are_tested(model: Path) -> None:
    if model.stem in WITHOUT_KEY:
        return
    assert any(isinstance(test, dict) and {"unique_key", "key_and_rules"} & set(test) for test in data_tests(model))


@cache
def unit_tests() -> dict[str, list[str]]:
    """Names of the unit tests of each model."""
    found: dict[str, list[str]] = {}
    for document in documents().values():
        for test in document.get("unit_tests") or []:
            found.setdefault(test["model"], []).append(test["name"])
    return found


@pytest.mark.parametrize("model", [*BUILT_ON_STAGING, *RULES], ids=name_of)
def test_rules_are_unit_tested(model: Path) -> None:
    assert (model.stem in unit_tests()) != (model.stem in WITHOUT_RULE)


@pytest.fixture
def columns_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each unit test asks for the columns of each of its inputs, a thousand times in all, and none changes a table."""
    ask, known = DuckDBAdapter.get_columns_in_relation, {}

    def asked_once(self: DuckDBAdapter, relation: Any) -> Any:
        if "__dbt_tmp" in relation.identifier:
            return ask(self, relation)
        if str(relation) not in known:
            known[str(relation)] = ask(self, relation)
        return list(known[str(relation)])

    monkeypatch.setattr(DuckDBAdapter, "get_columns_in_relation", asked_once)


def test_what_proves_the_code_holds(built_account: BuiltAccount, columns_asked_once: None, tmp_path: Path) -> None:
    """Unit tests and every data test, on the tables of a built account; a build leaves most of them out."""
    shutil.copy(built_account.database, tmp_path / DATABASE)
    # without an as-of: what is set on the command line would win over what a unit test sets
    project = dbt_project(tmp_path, fivetran_logs_unit_tests=True, fivetran_logs_tested_days=None)
    with inside(tmp_path):
        project.run(["run", "--select", "config.materialized:view"])  # the steps, for users part of another query
        ran = project.run(["test"], failures_raise=False)
    assert [result.node.name for result in ran.results if result.status not in ("pass", "warn")] == []
    kinds = Counter(str(result.node.resource_type) for result in ran.results)
    assert kinds["unit_test"] == sum(map(len, unit_tests().values()))
    assert kinds["test"] > len(BUILT_ON_STAGING)


def test_a_build_costs_its_owner_little(built_account: BuiltAccount, tmp_path: Path) -> None:
    """A warehouse bills statements, Fivetran bills model runs, a person waits for both: docs/performance.md."""
    later = len(list((ROOT / "models" / "marts").rglob("fct_*.sql"))) - 14  # marts added since the budget was set
    shutil.copy(built_account.database, tmp_path / DATABASE)
    project = dbt_project(tmp_path, fivetran_logs_as_of=built_account.truth["as_of"])
    sent = count_statements.Sent()
    with inside(tmp_path):
        ran = project.run(["build"], sent)
    cost = sent.cost(ran)
    # a later mart brings its model, its test, and what it stands on
    assert cost.nodes <= 142 + 2 * later
    assert cost.data_tests <= 60
    asked_twice = 5  # two threads may ask for the same columns or comments at once
    assert cost.statements <= 350 + asked_twice
    assert cost.statements_of_run <= 200 + asked_twice


def test_unit_tests_stand_beside_their_model() -> None:
    for path, document in documents().items():
        for test in document.get("unit_tests") or []:
            shared = f"_{path.parent.name}.unit_tests.yml" if path.parent.name == "rules" else ""
            assert path.name in (f"{test['model']}.unit_tests.yml", shared)
            assert (path.parent / f"{test['model']}.sql").exists()
            assert len(test["name"]) <= LONGEST_NAME_IN_POSTGRES, "dbt makes a table of that name"


@pytest.mark.parametrize("model", MODELS, ids=name_of)
def test_a_model_can_be_read_in_one_go(model: Path) -> None:
    lines = [line for line in model.read_text(encoding="utf-8").splitlines() if line.strip()]
    assert len(lines) <= LONGEST_MODEL


@pytest.mark.parametrize("model", [*MODELS, *RULES], ids=name_of)
def test_dialect_lives_in_macros(model: Path) -> None:
    assert "target.type" not in model.read_text(encoding="utf-8")


@pytest.mark.parametrize("model", MODELS, ids=name_of)
def test_a_select_sorts_by_one_expression(model: Path) -> None:
    """Redshift refuses a select whose percentiles sort by two (sync_measures has percentiles of the duration)."""
    text = model.read_text(encoding="utf-8").replace(
        "fivetran_logs.sync_measures(", "fivetran_logs.percentile('duration', "
    )
    for select in re.split(r"(?m)^\s*select$", text):
        assert len(set(re.findall(r"fivetran_logs\.percentile\((.+?), (?:0|')", select))) <= 1


def test_there_is_one_clock() -> None:
    clock = re.compile(
        r"current_timestamp|current_date|\bnow\(|getdate|sysdate|run_started_at|get_current_timestamp", re.I
    )
    for folder in ("models", "macros", "analyses", "tests/dbt"):
        for path in (ROOT / folder).rglob("*.sql"):
            if path != ROOT / "macros" / "rules" / "as_of.sql":
                found = clock.findall(text_without_comments(path))
                assert not found, f"{path.relative_to(ROOT)}: {found}"


def declared_variables() -> set[str]:
    """Variables of dbt_project.yml, including those in a comment because their default is not a constant."""
    text = (ROOT / "dbt_project.yml").read_text(encoding="utf-8")
    return set(yaml.safe_load(text)["vars"]["fivetran_logs"]) | set(re.findall(r"# (fivetran_platform_\S+)", text))


def read_variables() -> set[str]:
    """Variables that SQL or YAML reads. A name built from parts counts as every variable with that beginning."""
    names: set[str] = set()
    for folder in ("models", "macros", "analyses", "seeds", "tests/dbt", "src/fivetran_logs/report/sql"):
        for path in [*(ROOT / folder).rglob("*.sql"), *(ROOT / folder).rglob("*.yml")]:
            text = path.read_text(encoding="utf-8")
            names |= set(re.findall(r"""(?<!env_)var\(\s*['"](\w+)['"]""", text))
    whole = {name for name in names if not name.endswith("_")}
    return whole | {name for name in declared_variables() for part in names - whole if name.startswith(part)}


def test_every_variable_is_declared_and_read() -> None:
    declared, read = declared_variables(), read_variables()
    read = read - {"fivetran_logs_unit_tests"}  # of the command line alone, see dbt_project.yml
    by_table = {name for name in read if re.fullmatch(r"fivetran_platform_\w+_identifier", name)}
    assert "fivetran_platform_<table>_identifier" in declared
    assert read - by_table <= declared, "read and declared nowhere"
    assert declared - {"fivetran_platform_<table>_identifier"} <= read, "declared and read nowhere"
