"""What a warehouse or an export delivers in any condition: JSON cut anywhere, times in every spelling.

The project's macros are rendered for an engine and run on values, in one statement. Plain Python says what is right.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from random import Random

import dbt.context.providers as providers
import duckdb
import pytest
from helpers import DATABASE, ROOT, dbt_project, inside, write_csv

from fivetran_logs.dbt.source_tables import read_source_tables
from fivetran_logs.dbt.warehouse import Warehouse, open_warehouse
from fivetran_logs.export.load import load
from fivetran_logs.export.same_json import canonical_json
from fivetran_logs.export.times import utc_time
from fivetran_logs.simulator import simulate

SqlOf = Callable[..., str]


LOG = ["id", "time_stamp", "connection_id", "message_event", "_fivetran_synced"]
LOG_ROWS = [
    ["a", "2026-06-02 10:00:00.000 -0700", "c1", "sync_start", "1780401600000"],
    ["b", "n/a", "c1", "sync_end", "1780401600000"],
    ["c", "6/18/2026 3:00", "c1", "sync_end", "1780401600000"],
    ["d", None, "c1", "sync_end", "20260618"],
]
COSTS = [["2026-05", "$1,000.00"], ["202604", "40"], ["2026-03", " 1e2 "]]
USAGE = [["2026-05-31 17:00:00.000 -0700", "c", 1], ["31.05.2026", "c", 1], ["2026-06-01", "c", 1]]


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """The project's macros on a small source; nothing is built."""
    directory = tmp_path_factory.mktemp("macros")
    write_csv(directory / "export" / "log.csv", LOG, LOG_ROWS)
    write_csv(directory / "export" / "account.csv", ["id", "created_at"], [["1", "2026-06-18"]])
    write_csv(
        directory / "export" / "incremental_mar.csv", ["measured_date", "connection_name", "incremental_rows"], USAGE
    )
    write_csv(directory / "export" / "usage_cost.csv", ["measured_month", "amount"], COSTS)
    load(directory / "export", directory / DATABASE, read_source_tables())
    with inside(directory):
        project = dbt_project(directory)
        manifest = project.manifest()
        with open_warehouse(project) as opened:
            opened.use_macros(manifest)
            manifest.flat_graph.update(fivetran_logs_postgres_version=180000)
            yield opened


@pytest.fixture
def sql_of(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> SqlOf:
    """sql_of(engine, macro, **arguments): what a macro gives on an engine."""

    def rendered(engine: str, macro: str, /, **arguments: object) -> str:
        monkeypatch.setattr(providers, "get_adapter_type_names", lambda _type: [engine])
        return str(warehouse.macro(macro, **arguments)).strip()

    return rendered


# -- JSON

FIELDS = [
    *("status", "reason", "task_type", "type", "message", "schema", "table", "name", "operation_type", "actor", "id"),
    *("properties", "old_properties", "count", "total_queries", "total_rows", "extract_time_s"),
]
NESTED_DEEPEST = 6
TWINS = {field: f"inner {field}" for field in FIELDS}
TRICKY = 'He said "no": {a} [b], C:\\data\\ and ":{" é\n\t\u0007 🚀 "status":"X"'
OBJECTS = [
    {"status": "FAILURE_WITH_TASK", "reason": TRICKY, "taskType": "reconnect", "count": -12.5, "actor": None},
    {
        "columns": {"id": "BIGINT", "name": "VARCHAR(256)", "schema": "VARCHAR(64)"},
        "name": "customers",
        "schema": "shop",
    },
    {
        "objects": [{"name": "orders", "total_queries": 7}, {"name": "refunds", "total_queries": 5, "total_rows": 4}],
        "status": "SUCCESS",
        "total_queries": 12,
        "total_rows": 3400,
    },
    {
        "id": "job_1",
        "name": "Daily models",
        "result": {"stepResults": [{"step": {"name": "dbt run", "id": "step_9"}, "success": True, "schema": []}]},
        "schedule": {"integrations": ["c1", "c2"]},
        "status": "x",
    },
    {"properties": {"columnName": "n", "dataType": TRICKY}, "type": "ADD_COLUMN", "table": "t", "oldProperties": {}},
    {"schema": "shop", "table": "orders", "operationType": "UPDATED", "count": 4294967296, "extract_time_s": 5e-05},
    {
        "before": TWINS,
        **{field: f"outer {field}" for field in FIELDS},
        "after": [{"status": "inner"}, [{"name": "inner"}]],
    },
    {"a": {"b": [{"c": [{"status": "inner", "d": []}]}]}, "status": "outer", "e": {}},
    {"a": [[[[[[[["status", {"status": "inner"}]]]]]]]], "status": "outer", "name": "n"},
    {TRICKY: TRICKY, "message": "", "Status": "another name", "status ": "another", "type": '\\"', "reason": "\\\\"},
]
MORE = [
    "FAILURE: " + json.dumps(OBJECTS[0]),
    json.dumps(OBJECTS[0]) + "}",
    json.dumps(OBJECTS[0]) + ' and {"status":"another"}',
    '{"status":FAILURE,"count":12,"reason":"x"}',
    '{"status":"S","reason":"line one\nline two\u0001"}',
    '{"status":"S","reason":"C:\\data","count":1',
    '{"status":"S","properties":{"a":nothing},"count":1,"x":',
    '{"count":1.2.3,"total_rows":7,"x":',
    "says status and is no JSON",
    *("null", "[1]", '"text"', "{}}", "{", '{"', "", '"', '"{', '[{"status":"x"'),
]


def texts() -> list[str]:
    """Every prefix of every object, as Fivetran writes it, in alphabetical order, backwards, and encoded twice."""
    whole = []
    for number, fields in enumerate(OBJECTS):
        ordered = [dict(sorted(fields.items())), dict(reversed(fields.items()))]
        whole.append(json.dumps(fields, separators=(",", ":")))
        whole.append(json.dumps(ordered[0]))
        whole.append(json.dumps(ordered[1], ensure_ascii=False))
        whole.append(json.dumps(json.dumps(ordered[number % 2], separators=(",", ":"))))
    found = [text[:length] for text in whole for length in range(len(text) + 1)] + MORE
    return sorted(set(found))


def told_at_the_top(text: str, names: list[str]) -> dict[str, str | None]:
    """What a payload says of these names, by a scanner that goes through it character by character."""
    if text.startswith('"'):
        text = string_at(text, 0)[0]
    text = text.strip(" ")
    try:
        pairs = json.loads(text)
        pairs = pairs if isinstance(pairs, dict) else {}
    except ValueError:
        pairs = dict(pairs_at_the_top(text, text.find("{") + 1)) if "{" in text else {}
    told = {}
    for field in names:
        first, *others = field.split("_")
        values = [pairs.get(name) for name in (field, first + "".join(map(str.capitalize, others)))]
        value = next((value for value in values if value is not None), None)
        told[field] = value if isinstance(value, str) or value is None else json.dumps(value)
    return told


def pairs_at_the_top(text: str, at: int) -> Iterator[tuple[str, object]]:
    name: str | None = None
    while at < len(text):
        if text[at] in " ,:":
            name = None if text[at] == "," else name
            at += 1
        elif text[at] == '"':
            value, at = string_at(text, at)
            is_name = name is None
            if not is_name:
                yield name, value
            name = value if is_name and text[at : at + 3].lstrip(" ").startswith(":") else None
        elif text[at] in "{[":
            end = end_of_nested(text, at)
            if end is None:
                return
            if name is not None:
                yield from parsed(name, text[at:end])
            name, at = None, end
        elif text[at] in "}]":
            return
        else:
            scalar = re.compile(r'[^\]\[{}", ]+').match(text, at)
            at = scalar.end()
            if at < len(text) and name is not None:
                yield from parsed(name, scalar[0])
            name = None


def string_at(text: str, at: int) -> tuple[str, int]:
    """The string that begins at a quote, as far as it goes, and where it ends."""
    units, at = "", at + 1
    short = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
    while at < len(text) and text[at] != '"':
        if plain := re.compile(r'[^"\\\x00-\x1f]+').match(text, at):
            units, at = units + plain[0], plain.end()
            continue
        escaped = text[at] == "\\"
        at += escaped
        following = text[at : at + 1]
        if escaped and following == "u" and re.fullmatch("u[0-9a-fA-F]{4}", text[at : at + 5]):
            units += chr(int(text[at + 1 : at + 5], 16))
            at += 5
        elif escaped and len(text) - at < 5 and re.fullmatch("u[0-9a-fA-F]{0,3}", text[at:]):
            at = len(text)
        else:
            units += short.get(following, following) if escaped else " " if following < " " else following
            at += 1
    together = units.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")
    return together, at + 1


def end_of_nested(text: str, at: int) -> int | None:
    depth, deepest = 0, 0
    while at < len(text):
        if text[at] == '"':
            at = string_at(text, at)[1]
            continue
        depth += (text[at] in "{[") - (text[at] in "}]")
        deepest = max(deepest, depth)
        at += 1
        if not depth:
            return at if deepest <= NESTED_DEEPEST else None
    return None


def parsed(name: str, text: str) -> Iterator[tuple[str, object]]:
    try:
        yield name, json.loads(text)
    except ValueError:
        return


def same(told: str | None, expected: str | None) -> bool:
    if told == expected or told is None or expected is None:
        return told == expected
    try:
        return json.loads(told) == json.loads(expected)
    except ValueError:
        return False


def reading(sql_of: SqlOf, engine: str, names: list[str]) -> str:
    """The models' way from a payload to fields, on the table `payloads`."""
    fields = ", ".join(f"{sql_of(engine, 'json_field', document='document', field=name)} as a_{name}" for name in names)
    text = sql_of(engine, "json_text", payload="payload")
    document = sql_of(engine, "json_document", text="text", fields=names)
    return (
        f"with texts as (select nth, trim({text}) as text from payloads), "
        f"documents as (select nth, {document} as document from texts) select nth, {fields} from documents order by nth"
    )


def wrong(connection: duckdb.DuckDBPyConnection, payloads: list[str], sql: str, names: list[str]) -> list[tuple]:
    """(payload, field, what was told, what is right) wherever they differ; numbers may be spelled otherwise."""
    connection.execute("create table payloads (nth integer, payload varchar)")
    connection.execute("insert into payloads select unnest(range(len($1))), unnest($1::varchar[])", [payloads])
    found = connection.execute(sql).fetchall()
    assert len(found) == len(payloads)
    return sorted(
        (
            (payloads[nth], field, told, expected)
            for nth, *values in found
            for (field, expected), told in zip(told_at_the_top(payloads[nth], names).items(), values, strict=True)
            if not same(told, expected)
        ),
        key=lambda one: len(one[0]),
    )


def test_damaged_json_says_what_stood_at_its_top(sql_of: SqlOf) -> None:
    payloads = texts()
    assert len(payloads) > 5000
    with duckdb.connect() as connection:
        differences = wrong(connection, payloads, reading(sql_of, "duckdb", FIELDS), FIELDS)
    assert not differences, f"{len(differences)}, the shortest: {differences[0]}"


def names_read(warehouse: Warehouse) -> list[str]:
    """Every name that a model or a macro of the project reads from a payload."""
    sql = "".join(
        path.read_text(encoding="utf-8") for folder in ("models", "macros") for path in (ROOT / folder).rglob("*.sql")
    )
    literal = set(re.findall(r"json_field\([^()]*, '([a-z_]+)'\)", sql))
    numbers = {field for field, _ in warehouse.macro("payload_numbers").values()}
    return sorted(literal | numbers | set(warehouse.macro("payload_texts")))


def test_no_name_is_taken_from_an_inner_twin(warehouse: Warehouse, sql_of: SqlOf) -> None:
    """Each name that is read, within an object, a list and a text before and after the outer one; cut anywhere."""
    names = names_read(warehouse)
    assert {"step_results", "process_time_s", "status", "dbt_job_id", "column_name"} < set(names)
    payloads = set()
    for name in names:
        inner, outer = {name: "inner"}, {name: "outer"}
        for fields in (
            {"a": inner} | outer,
            outer | {"a": [inner, [inner]]},
            {"a": {"b": [inner]}, **outer, "c": json.dumps(inner)},
            {"a": [{"b": inner}]},
        ):
            text = json.dumps(fields)
            payloads |= {text[:length] for length in range(len(text) + 1)}
    with duckdb.connect() as connection:
        differences = wrong(connection, sorted(payloads), reading(sql_of, "duckdb", names), names)
    assert not differences, f"{len(differences)}, the shortest: {differences[0]}"


def test_every_kind_of_payload_can_be_cut_anywhere(warehouse: Warehouse, sql_of: SqlOf, tmp_path) -> None:
    """One payload of each event that the simulated log has, its fields in an order of chance; every prefix of it."""
    simulate(tmp_path / "account", seed=3, days=40)
    with duckdb.connect() as connection:
        found = connection.execute(
            "select message_event, min(message_data) from read_parquet(?) "
            "where length(message_data) between 20 and 900 group by all order by all",
            [str(tmp_path / "account" / "log.parquet")],
        ).fetchall()
    assert len(found) > 20
    random = Random(18)
    payloads = set()
    for _, text in found:
        fields = list(json.loads(text).items())
        random.shuffle(fields)
        shuffled = json.dumps(dict(fields), separators=random.choice([(",", ":"), (", ", ": ")]))
        payloads |= {whole[:length] for whole in (text, shuffled) for length in range(len(whole) + 1)}
    names = names_read(warehouse)
    with duckdb.connect() as connection:
        differences = wrong(connection, sorted(payloads), reading(sql_of, "duckdb", names), names)
    assert not differences, f"{len(differences)}, the shortest: {differences[0]}"


# How other engines spell what DuckDB does too. Both read regular expressions as DuckDB does.
SPELLINGS = {
    "bigquery": {
        r"\bregexp_replace\(": "replace_all(",
        r"\bsafe[.]parse_json\(": "parsed(",
        r", wide_number_mode => 'round'": "",
        r"\br'": "'",
        r"\bjson_value\(": "json_scalar(",
        r"\bjson_query\((\w+), '[$][.](\w+)'\)": r"json_extract(\1, '$.\2')",
        r"\bto_json_string\(": "to_json_text(",
    },
    "snowflake": {
        r"\\\\\\\\": r"\\\\",
        r"\bregexp_replace\(": "replace_all(",
        r"\bregexp_substr_all\(": "regexp_extract_all(",
        r"\btry_parse_json\(": "parsed(",
        r"\bcharindex\('\{', ": "first_brace(",
        r":(\w+)::varchar": r" ->> '\1'",
    },
}


@pytest.mark.parametrize("engine", SPELLINGS)
def test_other_engines_read_damaged_json_alike(sql_of: SqlOf, engine: str) -> None:
    sql = reading(sql_of, engine, FIELDS)
    for pattern, replacement in SPELLINGS[engine].items():
        sql = re.sub(pattern, replacement, sql)
    sql = sql.replace("'\\\\1'", "'\\1'").replace("'\\\\\"'", "'\\\"'")
    with duckdb.connect() as connection:
        connection.execute("create macro replace_all(t, p, r) as regexp_replace(t, p, r, 'g')")
        connection.execute("create macro parsed(t) as case when json_valid(t) then cast(t as json) end")
        connection.execute("create macro first_brace(t) as strpos(t, '{')")
        connection.execute(
            "create macro json_scalar(d, p) as case when json_type(d, p) not in ('OBJECT', 'ARRAY') then d ->> p end"
        )
        connection.execute("create macro to_json_text(d) as cast(d as varchar)")
        differences = wrong(connection, texts()[::7], sql, FIELDS)
    assert not differences, f"{len(differences)}, the shortest: {differences[0]}"


# -- one event, however its JSON is spelled


def some_value(chance: Random, depth: int = 0) -> object:
    """A value as payloads have them: objects in lists in objects, too."""
    kind = chance.choice(
        ["text", "text", "whole", "fraction", "other", "list", "objects", "object"][: 8 if depth < 3 else 5]
    )
    if kind == "text":
        return "".join(chance.choices(["a", "é", "🚀", '"', "\\", "/", "\n", ",", ":", "{", "}", "[", "1.0", " "], k=4))
    if kind == "whole":
        return chance.choice([0, 1, -7, 10, 4_294_967_296, 1_000_000_000_000])
    if kind == "fraction":
        return chance.choice([0.5, -12.25, 1e-5, 1234567.5])
    if kind == "other":
        return chance.choice([True, False, None])
    if kind == "list":
        return [some_value(chance, depth=3) for _ in range(chance.randint(0, 3))]
    if kind == "objects":
        return [{"x": number, "y": some_value(chance, depth + 1)} for number in range(chance.randint(0, 3))]
    return {chance.choice("abcdefgh") + str(n): some_value(chance, depth + 1) for n in range(chance.randint(0, 4))}


def respelled(value: object, chance: Random) -> str:
    """The same value as another writer of JSON might put it."""
    blank = chance.choice(["", " ", "\n\t"])
    if isinstance(value, dict):
        pairs = [f"{respelled(key, chance)}{blank}:{respelled(item, chance)}" for key, item in value.items()]
        chance.shuffle(pairs)
        return "{" + blank + f",{blank}".join(pairs) + blank + "}"
    if isinstance(value, list):
        return "[" + f"{blank},".join(respelled(item, chance) for item in value) + blank + "]"
    if isinstance(value, str):
        text = json.dumps(value, ensure_ascii=chance.random() < 0.5).replace("/", chance.choice(["/", "\\/"]))
        return text.replace("a", chance.choice(["a", "\\u0061"]))
    if type(value) is int:
        return chance.choice([str(value), f"{value}.0", f"{value}.00", f"{value}e0", f"{value}E+0"])
    if isinstance(value, float):
        return chance.choice([repr(value), f"{value:.17e}"] if abs(value) < 1e-4 else [repr(value), f"{value}0"])
    return json.dumps(value)


@pytest.mark.parametrize("form", ["models", "loader"])
def test_one_form_for_all_spellings(sql_of: SqlOf, form: str) -> None:
    """And another form for other values."""
    chance = Random(1)
    payloads = [{"count": number, **{str(n): some_value(chance) for n in range(4)}} for number in range(300)]
    spelled = [(number, respelled(payload, chance)) for number, payload in enumerate(payloads) for _ in range(6)]
    sql = canonical_json("text") if form == "loader" else sql_of("duckdb", "canonical_json", text="text", fields=FIELDS)
    with duckdb.connect() as database:
        database.execute("create table payloads (number integer, text varchar)")
        database.executemany("insert into payloads values (?, ?)", spelled)
        found = database.execute(f"select number, {sql}, min(text), max(text) from payloads group by all").fetchall()
    forms = [number for number, *_ in found]
    assert [row for row in found if forms.count(row[0]) > 1][:2] == []
    assert len({form for _, form, *_ in found}) == len(payloads)


# -- times

THREE = "2026-06-18 03:00:00"
TIMES = {
    THREE: THREE,
    "2026-06-18T03:00:00": THREE,
    " 2026-06-18 03:00:00 ": THREE,
    "2026-06-18T03:00:00Z": THREE,
    "2026-06-18 03:00:00z": THREE,
    "2026-06-18 03:00:00 UTC": THREE,
    "2026-06-18t03:00:00z": THREE,
    "2026-06-18 03:00:00 utc": THREE,
    '"2026-06-18T03:00:00Z"': THREE,
    '"1781751600"': THREE,
    "2026-06-18 03:00:00 GMT": THREE,
    "2026-06-18 03:00": THREE,
    "2026-06-18T03:00Z": THREE,
    "2026/06/18 03:00:00": THREE,
    "2026-06-17 20:00:00-07": THREE,
    "2026-06-17 20:00:00 -07": THREE,
    "2026-06-17 20:00:00-0700": THREE,
    "2026-06-17 20:00:00.000 -0700": THREE,
    "2026-06-17T20:00-07:00": THREE,
    "2026-06-18 03:00:00.000 +0000": THREE,
    "2026-06-18T03:00:00+00:00": THREE,
    "2026-06-18 08:30:00+0530": THREE,
    "2026-06-18T03:00:00.000000000Z": THREE,
    "2026-06-18 03:00:00.25": "2026-06-18 03:00:00.250000",
    "2026-06-18 03:00:00,25": "2026-06-18 03:00:00.250000",
    "2026-06-18T05:00:00,123456789+02:00": "2026-06-18 03:00:00.123456",
    "2026-06-18": "2026-06-18 00:00:00",
    "2024-02-29": "2024-02-29 00:00:00",
    "1781751600": THREE,
    " 1781751600 ": THREE,
    "1781751600.25": "2026-06-18 03:00:00.250000",
    "1781751600250": "2026-06-18 03:00:00.250000",
    "1781751600250.0": "2026-06-18 03:00:00.250000",
    "1.78175160025E12": "2026-06-18 03:00:00.250000",
    "1781751600250125": "2026-06-18 03:00:00.250125",
    "1781751600250125000": "2026-06-18 03:00:00.250125",
    "9999-12-31 23:59:59": "9999-12-31 23:59:59",
    "9999-12-31 23:59:59-01:00": None,
    "0001-01-01 00:00:00+01:00": None,
    "0000-01-01 00:00:00": None,
    "10000-01-01 00:00:00": None,
    "99999-12-31": None,
    "-0044-03-15": None,
    "6/18/2026 3:00": None,
    "18.06.2026 03:00": None,
    "18-06-26": None,
    "2026-02-30 00:00:00": None,
    "2026-13-01": None,
    "2026-06": None,
    "2026-06-18 25:00:00": None,
    "20260618": None,
    "20260618030000": None,
    "46191.125": None,
    "2026": None,
    "0": None,
    "-1781751600": None,
    "178175160025000000000000": None,
    "infinity": None,
    "epoch": None,
    "now": None,
    "nan": None,
    "n/a": None,
    "": None,
}
NUMBERS = {text: time for text, time in TIMES.items() if re.fullmatch("-?[0-9]+([.][0-9]+)?", text)}


@pytest.mark.parametrize("zone", ["UTC", "America/New_York"])
@pytest.mark.parametrize(
    ("data_type", "expected"),
    [
        ("varchar", TIMES),
        ("double", NUMBERS),
        ("decimal(38, 6)", NUMBERS),
        ("bigint", {text: time for text, time in NUMBERS.items() if text.lstrip("-").isdigit() and len(text) < 20}),
        ("timestamp", {THREE: THREE, "10000-01-01 00:00:00": None, "infinity": None, "0044-03-15 (BC) 00:00:00": None}),
        ("timestamp with time zone", {"2026-06-18 05:00:00+02": THREE, "10000-01-02 00:00:00+00": None}),
        ("timestamp_ns", {THREE: THREE}),
        ("timestamp_ms", {THREE: THREE, "10000-01-01 00:00:00": None}),
        ("date", {"2026-06-18": "2026-06-18 00:00:00", "10000-01-01": None, "infinity": None}),
    ],
)
def test_each_time_is_read_on_its_own(sql_of: SqlOf, zone: str, data_type: str, expected: dict) -> None:
    time = sql_of("duckdb", "to_utc_timestamp", column="spelling", arrived_as=data_type)
    with duckdb.connect() as connection:
        connection.execute(f"set TimeZone = '{zone}'")
        connection.execute("create table texts as select unnest(?::varchar[]) as text", [list(expected)])
        connection.execute(f"create table spellings as select text, cast(text as {data_type}) as spelling from texts")
        found = dict(connection.execute(f"select text, cast({time} as varchar) from spellings").fetchall())
        day = sql_of("duckdb", "date_in_text", text="text")
        days = dict(connection.execute(f"select text, cast({day} as varchar) from texts").fetchall())
    assert {text: comparable_time(time) for text, time in found.items()} == expected
    if data_type == "varchar":
        assert days == {text: time and time[:10] for text, time in expected.items()}


def comparable_time(text: str | None) -> str | None:
    whole, dot, fraction = (text or "").partition(".")
    return whole + (f".{fraction:0<6}" if dot else "") or None


def test_the_loader_reads_times_as_staging_does() -> None:
    for data_type, expected in (("VARCHAR", TIMES), ("DOUBLE", NUMBERS), ("DECIMAL(38,6)", NUMBERS)):
        with duckdb.connect() as connection:
            connection.execute("set TimeZone = 'America/New_York'")
            connection.execute("create table texts as select unnest(?::varchar[]) as text", [list(expected)])
            time = utc_time(f"cast(text as {data_type})", data_type)
            found = connection.execute(f"select text, cast({time} as varchar) from texts").fetchall()
        assert {text: comparable_time(time) for text, time in found} == expected
    assert utc_time("flag", "BOOLEAN") is None


def test_times_and_numbers_that_nobody_can_read_are_counted(warehouse: Warehouse) -> None:
    def counted(table: str) -> list[tuple]:
        sql = warehouse.macro("unreadable_values", table_name=table, schema="fivetran_log")
        return [tuple(row) for row in warehouse.query(sql).rows] if sql else []

    assert counted("log") == [("time_stamp", 3, 2, "6/18/2026 3:00"), ("_fivetran_synced", 4, 1, "20260618")]
    assert counted("incremental_mar") == [("measured_date", 3, 1, "31.05.2026")]
    assert counted("usage_cost") == [("measured_month", 3, 1, "202604"), ("amount", 3, 1, "$1,000.00")]
    assert counted("account") == []
    assert counted("team") == []


def test_months_are_read_like_days(sql_of: SqlOf) -> None:
    expected = {
        "2026-05": "2026-05-01",
        "2026-05-31": "2026-05-01",
        "2026-05-31 17:00:00.000 -0700": "2026-06-01",
        "1780272000000": "2026-06-01",
        "May 2026": None,
        "2026-13": None,
    }
    with duckdb.connect() as connection:
        connection.execute("create table texts as select unnest(?::varchar[]) as text", [list(expected)])
        month = sql_of("duckdb", "month_in_text", text="text")
        found = dict(connection.execute(f"select text, cast({month} as varchar) from texts").fetchall())
    assert found == expected
