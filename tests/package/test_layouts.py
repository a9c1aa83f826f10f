"""The layouts of docs/schemas.md in somebody else's project: where our models go, and who may build on them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from dbt.cli.main import dbtRunner
from helpers import ROOT, inside

PAGE = (ROOT / "docs" / "schemas.md").read_text(encoding="utf-8")
PACKAGE = ("dbt_project.yml", "models", "macros", "seeds", "analyses", "tests/dbt")
PROFILE = """
host:
  target: prod
  outputs:
    prod: {type: duckdb, path: host.duckdb, schema: analytics}
"""


def layouts() -> dict[str, tuple[str, str, dict[str, str]]]:
    """By heading: what goes into dbt_project.yml, a macro, and the schema of each layer."""
    found = {}
    for section in re.split(r"(?m)^## ", PAGE)[1:]:
        settings = re.search(r"(?s)```yaml\n(.*?)```", section)
        if settings:
            macro = re.search(r"(?s)```sql\n(.*?)```", section)
            schemas = dict(re.findall(r"(?m)^\| (\w+) \| (\w+) \|$", section))
            found[section.partition("\n")[0]] = (settings.group(1), macro.group(1) if macro else "", schemas)
    return found


def installed(directory: Path, settings: dict[str, Any], macro: str = "") -> None:
    """A project that installs this one with these settings."""
    package = directory / "dbt_packages" / "fivetran_logs"
    (package / "tests").mkdir(parents=True)
    for name in PACKAGE:
        (package / name).symlink_to(ROOT / name)
    (directory / "macros").mkdir()
    (directory / "macros" / "names.sql").write_text(macro, encoding="utf-8")
    project = {"name": "host", "version": "1.0.0", "config-version": 2, "profile": "host", **settings}
    (directory / "dbt_project.yml").write_text(yaml.safe_dump(project), encoding="utf-8")
    (directory / "profiles.yml").write_text(PROFILE, encoding="utf-8")


def parsed(directory: Path, settings: dict[str, Any], macro: str = "") -> dict[str, Any]:
    """Its manifest."""
    installed(directory, settings, macro)
    with inside(directory):
        done = dbtRunner().invoke(["--quiet", "--log-level", "none", "parse", "--profiles-dir", "."])
    assert done.success, done.exception
    return json.loads((directory / "target" / "manifest.json").read_text(encoding="utf-8"))


def layer(node: dict[str, Any]) -> str:
    return "seeds" if node["resource_type"] == "seed" else node["fqn"][1]


def ours(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        node
        for node in manifest["nodes"].values()
        if node["package_name"] == "fivetran_logs" and node["resource_type"] in ("model", "seed")
    ]


def test_there_are_three_layouts() -> None:
    assert len(layouts()) == 3
    assert all(schemas.keys() == {"marts", "staging", "intermediate", "seeds"} for _, _, schemas in layouts().values())


@pytest.mark.long
@pytest.mark.parametrize("heading", layouts())
def test_models_go_where_the_page_says(heading: str, tmp_path: Path) -> None:
    settings, macro, schemas = layouts()[heading]
    manifest = parsed(tmp_path, yaml.safe_load(settings), macro)
    assert {(layer(node), node["schema"]) for node in ours(manifest)} == set(schemas.items())


OWNERS = "connection_name,destination_name,owner_email,team,cost_centre,environment,criticality,expected_every_minutes,"


@pytest.mark.long
def test_a_build_lands_where_the_page_says(tmp_path: Path) -> None:
    """In production, beside version 0.x of Fivetran's package, whose staging models have our names; with a seed of its
    own in place of ours, and the flag without which dbt warns of that.
    """
    settings, macro, schemas = layouts()["Production schemas by name"]
    project = yaml.safe_load(settings)
    project["flags"] = {"require_ref_searches_node_package_before_root": True}
    project["seeds"]["fivetran_logs"]["fivetran_connection_owners"] = {"+enabled": False}
    installed(tmp_path, project, macro)
    files = {
        "dbt_packages/fivetran_log/dbt_project.yml": "{name: fivetran_log, version: 0.7.4, config-version: 2, "
        "models: {+schema: stg_fivetran_log}}",
        "dbt_packages/fivetran_log/models/stg_fivetran_log__log.sql": "select 'of Fivetran' as whose",
        "dbt_packages/fivetran_log/models/fivetran_log__audit_table.sql": "from {{ ref('stg_fivetran_log__log') }}",
        "seeds/fivetran_connection_owners.csv": f"{OWNERS}freshness_target\nc,,,Shop,,,,60,0.9\n",
        "models/events.sql": "select id from {{ ref('fivetran_logs', 'stg_fivetran_log__log') }}",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    with duckdb.connect(str(tmp_path / "host.duckdb")) as database:
        database.execute("create schema fivetran_log; create table fivetran_log.log as select 'e1' as id")
    warned: list[str] = []
    listener = dbtRunner(
        callbacks=[lambda event: warned.append(event.info.msg) if event.info.level == "warn" else None]
    )
    with inside(tmp_path):
        selected = ["--select", "+events", "+fivetran_log__audit_table", "+fct_fivetran_daily_api_usage"]
        done = listener.invoke(["--quiet", "--log-level", "none", "build", "--profiles-dir", ".", *selected])
    assert done.success, done.exception or [result.message for result in done.result if result.message]
    assert [text for text in warned if "root project" in text] == []
    with duckdb.connect(str(tmp_path / "host.duckdb")) as database:
        made = "select table_name, table_schema from information_schema.tables where table_schema <> 'fivetran_log'"
        places = database.execute(made).fetchall()
        assert database.execute("from stg_fivetran_log.fivetran_log__audit_table").fetchall() == [("of Fivetran",)]
        assert database.execute("from analytics.events").fetchall() == [("e1",)]
    layers = {"fct": "marts", "stg": "staging", "int": "intermediate", "fivetran": "seeds"}
    theirs = {("events", "analytics"), ("fivetran_connection_owners", "analytics")}
    theirs |= {(path.stem, "stg_fivetran_log") for path in tmp_path.glob("dbt_packages/fivetran_log/models/*.sql")}
    assert theirs <= set(places)
    ours = {(layers[name.split("_")[0]], schema) for name, schema in places if (name, schema) not in theirs}
    assert ours == set(schemas.items())
    (tmp_path / "models" / "bare.sql").write_text("from {{ ref('stg_fivetran_log__log') }}", encoding="utf-8")
    with inside(tmp_path):
        done = dbtRunner().invoke(["--quiet", "--log-level", "none", "parse", "--profiles-dir", "."])
    assert "stg_fivetran_log__log" in str(done.exception)


@pytest.mark.long
def test_every_mart_can_be_off(tmp_path: Path) -> None:
    """With all of them off nothing stops the parse."""
    manifest = parsed(tmp_path, {"models": {"fivetran_logs": {"marts": {"+enabled": False}}}})
    assert {layer(node) for node in ours(manifest)} == {"staging", "intermediate", "seeds"}
    assert manifest["exposures"] == {}


@pytest.mark.long
def test_steps_as_views_are_refused_in_a_sentence(tmp_path: Path) -> None:
    """A build of nothing but views did not end. Marts alone may be views."""
    parsed(tmp_path, {"models": {"fivetran_logs": {"+materialized": "view"}}})
    with duckdb.connect(str(tmp_path / "host.duckdb")) as database:
        database.execute("create schema fivetran_log; create table fivetran_log.log (id varchar)")
    with inside(tmp_path):
        options = ["--profiles-dir", ".", "--select", "stg_fivetran_log__log"]
        done = dbtRunner().invoke(["--quiet", "--log-level", "none", "build", *options])
    assert not done.success
    assert "`+materialized: view` under `models: fivetran_logs: marts:` alone" in done.result.results[0].message


def test_marts_are_public_and_no_model_reads_one(tmp_path: Path) -> None:
    """So that any one of them can be off by itself. In the first layout, which a parse of its own would only repeat."""
    settings, macro, schemas = next(iter(layouts().values()))
    exposed = {"vars": {"fivetran_logs": {"fivetran_logs_exposures": True}}}
    manifest = parsed(tmp_path, {**exposed, **yaml.safe_load(settings)}, macro)
    assert {(layer(node), node["schema"]) for node in ours(manifest)} == set(schemas.items())
    models = [node for node in ours(manifest) if node["resource_type"] == "model"]
    marts = {node["unique_id"] for node in models if node["name"].startswith("fct_")}
    assert len(marts) >= 13
    assert [node["name"] for node in models if marts & set(node["depends_on"]["nodes"])] == []
    assert {node["access"] for node in models if node["unique_id"] in marts} == {"public"}
    assert {node["access"] for node in models if node["unique_id"] not in marts} == {"protected"}
    assert {node["group"] for node in models} == {"fivetran_logs"}
    assert [exposure["name"] for exposure in manifest["exposures"].values()] == ["fivetran_logs_report"]


def test_the_exposure_names_what_the_report_reads() -> None:
    content = yaml.safe_load((ROOT / "analyses" / "_report.yml").read_text(encoding="utf-8"))
    read: set[str] = set()
    for path in (ROOT / "src" / "fivetran_logs" / "report" / "sql").glob("*.sql"):
        read |= set(re.findall(r"ref\('(\w+)'\)", path.read_text(encoding="utf-8")))
    assert {f"ref('{name}')" for name in read} == set(content["exposures"][0]["depends_on"])
