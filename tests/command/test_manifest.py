"""The manifest of the user's own dbt project: what reads a table, and what is no manifest."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from helpers import run_cli

from fivetran_logs.dbt import manifest as reader
from fivetran_logs.dbt.initialised import write_directory
from fivetran_logs.dbt.manifest import COLUMNS, listed, read_manifest, readers_seed, write_seed
from fivetran_logs.dbt.settings import find_settings, packaged_project
from fivetran_logs.failures.errors import UserError

VERSION = "https://schemas.getdbt.com/dbt/manifest/v12.json"


def model(*parents: str, kind: str = "model", **more) -> dict:
    return {"resource_type": kind, "depends_on": {"nodes": list(parents)}, **more}


def write(path: Path, **parts) -> Path:
    content = {"metadata": {"dbt_schema_version": VERSION}, "nodes": {}, "sources": {}, "exposures": {}} | parts
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def test_readers_are_found_through_the_graph(tmp_path: Path) -> None:
    path = write(
        tmp_path / "manifest.json",
        sources={
            "source.p.shop.orders": {"database": "A", "schema": "SHOP", "identifier": "ORDERS", "name": "orders"},
            "source.p.copy.orders": {"database": "B", "schema": "shop", "name": "Orders"},
            "source.p.shop.alone": {"database": "A", "schema": "shop", "name": "alone"},
            "source.p.shop.nameless": {"schema": None, "name": "x"},
            "source.p.shop.text": "damaged",
        },
        nodes={
            "model.p.stg": model("source.p.shop.orders", name="stg"),
            "model.p.fct": model("model.p.stg", "model.p.fct", name="fct"),  # a cycle ends
            "snapshot.p.kept": model("source.p.copy.orders", name="kept", kind="snapshot"),
            "test.p.unique": model("model.p.stg", name="unique", kind="test"),
            "model.p.other": model("model.p.unknown", None, 7, name="other"),
            "model.p.damaged": None,
        },
        exposures={
            "exposure.p.board": model("model.p.fct", kind="exposure", name="board", owner={"email": "o@example.com"}),
            "exposure.p.direct": model("source.p.shop.orders", kind="exposure", name="direct", owner={"name": "Ann"}),
        },
    )
    readers = read_manifest(path)
    assert set(readers) == {("shop", "orders"), ("shop", "alone")}
    orders = readers["shop", "orders"]
    assert orders.models == {"stg", "fct", "kept"}
    assert orders.exposures == {"board", "direct"}
    assert orders.owners == {"o@example.com", "Ann"}
    assert orders.databases == {"A", "B"}
    assert not readers["shop", "alone"].models


NO_MANIFESTS = {
    "not there": (None, "cannot be read"),
    "cut short": ('{"metadata": {"dbt_schema', "no valid JSON"),
    "no text": (b"\xff\xfe\x00manifest", "no valid JSON"),
    "nested too deeply": ("[" * 200_000, "no valid JSON"),
    "a list": ("[]", "no manifest of dbt"),
    "catalog": ('{"metadata": {"dbt_schema_version": "https://x/catalog/v1.json"}, "nodes": {}}', "no manifest of dbt"),
    "other shape": (
        f'{{"metadata": {{"dbt_schema_version": "{VERSION}"}}, "nodes": [], "sources": {{}}}}',
        "no manifest of dbt",
    ),
    "too old": (
        '{"metadata": {"dbt_schema_version": "https://x/manifest/v2.json"}, "nodes": {}, "sources": {}}',
        "of version 2",
    ),
    "no sources": (
        f'{{"metadata": {{"dbt_schema_version": "{VERSION}"}}, "nodes": {{}}, "sources": {{}}}}',
        "declares no source",
    ),
}


@pytest.mark.parametrize("what", NO_MANIFESTS)
def test_what_is_no_manifest_is_one_sentence(tmp_path: Path, what: str) -> None:
    content, says = NO_MANIFESTS[what]
    path = tmp_path / "manifest.json"
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    result = run_cli("lineage", "orders", "--manifest", str(path), cwd=tmp_path)
    assert result.code == 2
    assert len(result.error_lines) == 1
    assert says in result.error_lines[0]


def test_a_manifest_of_a_later_dbt_is_read_and_a_huge_one_is_not(tmp_path: Path, monkeypatch) -> None:
    path = write(
        tmp_path / "manifest.json",
        metadata={"dbt_schema_version": VERSION.replace("v12", "v20")},
        sources={"source.p.a.b": {"schema": "a", "name": "b"}},
    )
    assert set(read_manifest(path)) == {("a", "b")}
    monkeypatch.setattr(reader, "LARGEST_MB", 0)
    with pytest.raises(UserError, match="no more than 0 MB are read"):
        read_manifest(path)


def test_the_seed_holds_hostile_names_and_long_lists(tmp_path: Path) -> None:
    name = "o'r\"d\n; drop table x -- <script>, наказ"
    path = write(
        tmp_path / "manifest.json",
        sources={"s": {"schema": "a", "name": name}},
        nodes={f"m{number}": model("s", name=f"model {number:03} {name}") for number in range(300)},
    )
    write_seed(read_manifest(path), tmp_path / "seed.csv")
    with (tmp_path / "seed.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert tuple(row) == COLUMNS
    assert row["table_name"] == name.lower()
    assert row["downstream_models"] == "300"
    assert row["model_names"].endswith(" and 280 more")
    assert "\n" not in row["model_names"]
    assert len(row["model_names"]) < 2000
    assert listed(["x" * 5000]) == "1 with long names"
    assert listed([]) == ""


def test_the_seed_is_written_where_the_user_may_write(tmp_path: Path) -> None:
    home = tmp_path / "home"
    write_directory(home)
    mine = find_settings(work_dir=home)
    assert readers_seed(mine) == home / "seeds" / "fivetran_dbt_readers.csv"
    with pytest.raises(UserError, match="fivetran-logs init"):
        readers_seed(find_settings(project_dir=packaged_project(), work_dir=tmp_path))


def test_the_seed_has_the_columns_that_are_written() -> None:
    shipped = (packaged_project() / "seeds" / "fivetran_dbt_readers.csv").read_text(encoding="utf-8")
    assert shipped == ",".join(COLUMNS) + "\n"


def test_lineage_goes_on_to_models_and_dashboards(built_account) -> None:
    manifest = str(built_account.account / "manifest.json")
    name = "app_db_public.orders.id"
    result = run_cli("lineage", name, "--manifest", manifest, "--format", "csv", cwd=built_account.directory)
    assert result.code == 0, result.err
    found = [(row["level"], row["comes_from"], row["goes_to"]) for row in csv.DictReader(io.StringIO(result.out))]
    assert found == [
        ("column", "public.orders.id", "app_db_public.orders.id"),
        ("model", "app_db_public.orders", "fct_app_db"),
        ("model", "app_db_public.orders", "stg_app_db_public__orders"),
        ("exposure", "app_db_public.orders", "board_report"),
    ]


def test_the_marts_know_what_the_manifest_says(built_account) -> None:
    readers = read_manifest(built_account.account / "manifest.json")
    with built_account.connect() as connection:
        for level in ("table", "column"):
            rows = connection.execute(
                "select lower(destination_schema_name), lower(destination_table_name), downstream_models,"
                f" downstream_exposures from fivetran_analytics.fct_fivetran_{level}_lineage"
            ).fetchall()
            assert len(rows) > 50
            for schema, table, models, exposures in rows:
                reading = readers.get((schema, table), reader.Reading())
                expected = (len(reading.models), len(reading.exposures)) if table else (None, None)
                assert (models, exposures) == expected, (schema, table)
