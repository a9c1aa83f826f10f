"""docs/migrating.md: what it names as ours exists, each model of Fivetran's package is mapped, its queries are run."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import helpers
import pytest
from test_docs import ROOT, columns_of, prose, variables, yaml_nodes

PAGE = ROOT / "docs" / "migrating.md"
NOTHING = "\N{EN DASH}"


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def codes(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def sections() -> dict[str, list[list[str]]]:
    """The rows of the column tables by heading: `their model → our mart`."""
    found: dict[str, list[list[str]]] = {}
    for block in re.split(r"(?m)^### ", prose(PAGE))[1:]:
        heading, _, body = block.partition("\n")
        body = body.split("\n## ")[0]
        found[heading] = [cells(line) for line in body.splitlines() if line.startswith("| `")]
    return found


@pytest.mark.parametrize("heading", sections())
def test_columns_named_as_ours_are_ours(heading: str) -> None:
    mart = heading.split(" → ")[1]
    assert columns_of("models", mart), f"{mart} is described"
    rows = sections()[heading]
    assert rows
    wrong = []
    for row in rows:
        if row[0] == "`connection_health`":  # heads the table of values
            break
        assert len(row) == 3, row
        ours = codes(row[1])
        assert ours or row[1] == NOTHING, row
        for name in ours:
            model, _, column = name.rpartition(".")
            if column not in columns_of("models", model or mart):
                wrong.append(name)
        # the last column may name columns of the same mart or of a joined one, and models
        known = columns_of("models", mart).union(*(columns_of("models", n.split(".")[0]) for n in ours if "." in n))
        wrong += [
            name
            for name in codes(row[2])
            if re.fullmatch(r"[a-z]+(_[a-z0-9]+)+", name)
            and name not in known | set(yaml_nodes("models"))
            and name not in ("connector_sdk", "sync_end", "sync_stats", "create_table", "alter_table", "free_type")
        ]
    assert not wrong


def test_each_of_their_models_is_mapped_to_marts_that_exist() -> None:
    table = prose(PAGE).split("\n## Models\n")[1].split("\n### ")[0]
    rows = [cells(line) for line in table.splitlines() if line.startswith("| `")]
    mapped = {codes(row[0])[0]: [name for name in codes(row[2]) if "<" not in name] for row in rows}
    assert len(mapped) > 10
    assert [name for ours in mapped.values() for name in ours if name not in yaml_nodes("models")] == []
    described = {heading.split(" → ")[0]: heading.split(" → ")[1] for heading in sections()}
    with_columns = {name: ours for name, ours in mapped.items() if ours and name.startswith("fivetran_platform__")}
    assert described.keys() == with_columns.keys()
    assert all(mart in with_columns[theirs] for theirs, mart in described.items())


def test_every_mart_is_named() -> None:
    marts = {path.stem for path in (ROOT / "models" / "marts").rglob("fct_*.sql")}
    assert sorted(mart for mart in marts if mart not in prose(PAGE)) == []


def test_variables_named_as_ours_are_ours() -> None:
    table = prose(PAGE).split("\n## Variables\n")[1].split("\n## ")[0]
    ours = {
        name
        for line in table.splitlines()
        if line.startswith("| `")
        for name in codes(cells(line)[1])
        if name.startswith("fivetran_")
    }
    assert ours
    assert ours - variables() == {"fivetran_platform_<table>_identifier"}


ACCOUNT = """
create schema fivetran_log;
create table fivetran_log.connection (connection_id varchar, connection_name varchar, destination_id varchar);
insert into fivetran_log.connection values ('c1', 'shop', 'd1');
create table fivetran_log.destination (id varchar, name varchar);
insert into fivetran_log.destination values ('d1', 'warehouse');
create table fivetran_log.user (id varchar, email varchar);
insert into fivetran_log.user values ('u1', 'ada@example.com'), ('u2', 'bob@example.com');
create table fivetran_log.role (id varchar, name varchar);
insert into fivetran_log.role values ('r1', 'Destination Analyst');
create table fivetran_log.resource_membership
    (id bigint, user_id varchar, team_id varchar, destination_id varchar, role_id varchar, _fivetran_deleted boolean);
insert into fivetran_log.resource_membership values
    (1, 'u1', null, 'd1', 'r1', false), (2, 'u1', null, null, 'r2', false), (3, null, 't1', 'd1', 'r1', false),
    (4, 'u2', null, 'd1', 'r1', true), (5, 'u2', null, 'd1', 'unlisted', false);
create table fivetran_log.destination_membership (destination_id varchar, user_id varchar, role varchar);
insert into fivetran_log.destination_membership values ('d1', 'u1', 'Destination Analyst'), ('d0', 'u2', 'Admin');
create table fivetran_log.usage_cost (measured_month varchar, destination_id varchar, amount decimal(18, 2));
insert into fivetran_log.usage_cost values ('2026-05', 'd1', 30);
create table fivetran_log.incremental_mar (free_type varchar, measured_date varchar, schema_name varchar,
    sync_type varchar, table_name varchar, connection_name varchar, destination_id varchar, incremental_rows bigint,
    updated_at timestamp);
insert into fivetran_log.incremental_mar values
    ('PAID', '2026-05-01', 's', 'UPDATE', 'a', 'shop', 'd1', 100000, '2026-05-02'),
    ('PAID', '2026-05-02', 's', 'UPDATE', 'b', 'shop', 'd1', 200000, '2026-05-03'),
    ('FREE_RESYNC', '2026-05-02', 's', 'RESYNC', 'b', 'shop', 'd1', 300000, '2026-05-03');
create table fivetran_log.audit_trail (captured_at timestamp, id varchar, user_id varchar, action varchar,
    primary_resource_type varchar, primary_resource_id varchar);
insert into fivetran_log.audit_trail values ('2026-05-01 10:00:01', 't1', 'u1', 'EDIT', 'CONNECTION', 'c1');
create table fivetran_log.log (id varchar, time_stamp timestamp, connection_id varchar, event varchar,
    message_event varchar, message_data varchar, sync_id varchar);
insert into fivetran_log.log values
    ('e1', '2026-05-01 10:00:00', 'c1', 'INFO', 'edit_connection', '{"actor":"u1","id":"c1"}', null),
    ('e2', '2026-05-01 11:00:00', 'c1', 'INFO', 'pause_connection', '{"actor":"gone@example.com"}', null),
    ('e3', '2026-05-01 12:00:00', 'c1', 'INFO', 'pause_connection', '{"actor":"Fivetran"}', null),
    ('e4', '2026-05-01 13:00:00', 'c1', 'INFO', 'create_table', '{"schema":"s","name":"a"}', 's1'),
    ('e5', '2026-05-01 13:00:01', 'c1', 'INFO', 'sync_end', '{"status":"SUCCESSFUL"}', 's1');
"""
# the rows of each query of the page, in the page's order, as text
EXPECTED = {
    "usage_history": [("2026-05-01", "d1", "warehouse", 300000, 300000, 600000, 30.0, 50.0)],
    "schema_changelog": [("c1", "2026-05-01 13:00:00", "create_table", '{"schema":"s","name":"a"}')],
    "audit_user_activity": [
        ("2026-05-01", "2026-05-01 10:00:00", "c1", "ada@example.com", "u1", "edit_connection"),
        ("2026-05-01", "2026-05-01 11:00:00", "c1", "gone@example.com", None, "pause_connection"),
    ],
    "destination_role": [("u1", "d1", "Destination Analyst"), ("u2", "d0", "Admin"), ("u2", "d1", "unlisted")],
}


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An account with an audit trail, built as far as the page's queries read."""
    directory = tmp_path_factory.mktemp("migrated")
    with duckdb.connect(str(directory / helpers.DATABASE)) as database:
        database.execute(ACCOUNT)
    select = ["+fct_fivetran_monthly_active_rows", "+fct_fivetran_user_activity", "path:models/staging"]
    outcome = helpers.build_in(
        directory, "--select", *select, *helpers.NO_TESTS, fivetran_logs_as_of="2026-06-18T08:00:00"
    )
    assert outcome.problems == []
    return directory


def queries() -> list[str]:
    return re.findall(r"(?s)```sql\n(.*?)```", PAGE.read_text(encoding="utf-8"))


def test_every_query_of_the_page_is_tested() -> None:
    assert len(queries()) == len(EXPECTED)


@pytest.mark.parametrize(
    ("query", "expected"), list(zip(queries(), EXPECTED.values(), strict=True)), ids=list(EXPECTED)
)
def test_queries_of_the_page_give_the_rows_they_promise(
    migrated: Path, query: str, expected: list[tuple[object, ...]]
) -> None:
    found = [
        tuple(v if isinstance(v, int) or v is None else plain(v) for v in row) for row in helpers.rows(migrated, query)
    ]
    assert sorted((row[: len(expected[0])] for row in found), key=str) == sorted(expected, key=str)


def plain(value: object) -> object:
    try:
        return float(str(value))
    except ValueError:
        return str(value)


def test_where_a_trail_exists_the_logs_rows_of_the_mart_are_fewer_than_theirs(migrated: Path) -> None:
    """As the page says: the action that both tell of is the trail's."""
    sources = helpers.rows(
        migrated,
        "select log_source, count(*) from fivetran_analytics.fct_fivetran_user_activity group by all order by 1",
    )
    assert sources == [("audit_trail", 1), ("log", 2)]
