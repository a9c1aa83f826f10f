"""Reading JSON on Redshift. We have none, so its SQL is parsed, and DuckDB runs it with the functions written here.

They do what Redshift's documentation says of them. PCRE is Python's `re`, `$1` a group, 65,535 bytes the longest text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import wraps

import dbt.context.providers as providers
import duckdb
import pytest
import sqlfluff
from helpers import ROOT, BuiltAccount, macros_of

from fivetran_logs.dbt.warehouse import Warehouse

LONGEST = 65_535  # bytes of a text
FIELDS = ["status", "reason", "task_type", "count", "actor"]
WHOLE = (
    '{"status":"FAILURE_WITH_TASK","reason":"It said \\"no\\" to C:\\\\data\\n\\u00e9 in {a} [b], twice",'
    '"count": -12.5 ,"taskType" : "reconnect","actor":null}'
)
DAMAGED = [
    *(WHOLE[:length] for length in range(len(WHOLE) + 1)),
    json.dumps(WHOLE),
    json.dumps(WHOLE)[:70],
    WHOLE.replace("\\n", "\n"),
    WHOLE.replace("\\n", "\\q"),
    WHOLE + "}",
    "FAILURE: " + WHOLE,
    '{"properties":{"status":"FAILURE"},"count":1,"count',
    '{"status":FAILURE,"reason":"quoted" or not,"count":12}',
    '{"a":[{"status":"inner"}],"status":"outer","b":{"reason":"{inner]","actor":"in',
    '{"a":{"status":"inner","reason":"never',
    '{"a":{"status":nothing},"status":"outer","count',
    "says status and is no JSON",
    "null",
    "[1]",
    "{}}",
    "",
    None,
]


@pytest.fixture(scope="module")
def warehouse(built_account: BuiltAccount) -> Iterator[Warehouse]:
    with macros_of(built_account) as opened:
        yield opened


@pytest.fixture
def sql_of(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch):
    """What a macro gives on an engine."""

    def sql_of(engine: str, macro: str, /, **arguments: object) -> str:
        monkeypatch.setattr(providers, "get_adapter_type_names", lambda _type: [engine])
        return str(warehouse.macro(macro, **arguments))

    return sql_of


def reading(sql_of, engine: str) -> str:
    """The models' way from a payload to fields, on the table `payloads`."""
    fields = ", ".join(f"{sql_of(engine, 'json_field', document='document', field=name)} as {name}" for name in FIELDS)
    text = sql_of(engine, "json_text", payload="payload")
    document = sql_of(engine, "json_document", text="text", fields=FIELDS)
    return (
        f"with texts as (select nth, trim({text}) as text from payloads), "
        f"documents as (select nth, {document} as document from texts) select nth, {fields} from documents order by nth"
    )


# -- Redshift's functions


def regexp_replace(text: str, pattern: str, replacement: str, position: int, parameters: str) -> str:
    assert (position, parameters) == (1, "p")
    assert len(text.encode()) <= LONGEST
    assert "\\" not in pattern, "literals there take a backslash for an escape"
    pattern = pattern.replace("[:cntrl:]", "\x01-\x1f\x7f")
    return within(re.sub(pattern, lambda found: replacement.replace("$1", (found.groups() or [""])[0] or ""), text))


def within(text: str) -> str:
    assert len(text.encode()) <= LONGEST
    return text


def parsed(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return None


def is_valid_json(text: str) -> bool:
    return isinstance(parsed(within(text)), dict | list)


def json_extract_path_text(text: str, field: str, null_if_invalid: bool) -> str | None:
    document = parsed(within(text))
    value = document.get(field) if isinstance(document, dict) else None
    return value if isinstance(value, str) or value is None else json.dumps(value)


def json_extract_array_element_text(text: str, place: int, null_if_invalid: bool) -> str | None:
    document = parsed(within(text))
    value = document[place] if isinstance(document, list) and len(document) > place else None
    return value if isinstance(value, str) or value is None else json.dumps(value)


def of_null_null(function: Callable[..., object]) -> Callable[..., object]:
    @wraps(function)
    def unless_null(text: str | None, *arguments: object) -> object:
        return None if text is None else function(text, *arguments)

    return unless_null


FUNCTIONS = {
    "regexp_replace": (regexp_replace, ["varchar", "varchar", "varchar", "integer", "varchar"], "varchar"),
    "is_valid_json": (is_valid_json, ["varchar"], "boolean"),
    "json_extract_path_text": (json_extract_path_text, ["varchar", "varchar", "boolean"], "varchar"),
    "json_extract_array_element_text": (json_extract_array_element_text, ["varchar", "integer", "boolean"], "varchar"),
}
WRITTEN_OTHERWISE = {
    r"\boctet_length\(": "strlen(",
    r"\bcan_json_parse\(": "json_valid(",
    r"\bjson_parse\(([^)]*)\)": r"cast(\1 as json)",
    r"\bis_object\((\w+)\)": r"(json_type(\1) = 'OBJECT')",
    r", unpivot (\S+) as entry at field": r", unnest(json_keys(\1)) as entry(field)",
    r"listagg\(distinct field, (.*)\) within group \((.*)\)": r"string_agg(distinct field, \1 \2)",
}


@pytest.fixture
def stand_in() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        for name, (function, arguments, returned) in FUNCTIONS.items():
            connection.create_function(
                f"redshift_{name}", of_null_null(function), arguments, returned, null_handling="special"
            )
        yield connection


def as_redshift(sql: str) -> str:
    sql = re.sub(rf"\b({'|'.join(FUNCTIONS)})\(", r"redshift_\1(", sql)
    for pattern, replacement in WRITTEN_OTHERWISE.items():
        sql = re.sub(pattern, replacement, sql)
    return sql


# -- what holds


def test_every_union_is_one_that_it_knows() -> None:
    """It has `union` and `union all`, BigQuery `union all` and `union distinct`: union_distinct writes what differs."""
    unknown = re.compile(r"\b(?:union(?! all\b)|intersect|except)\s+(?:distinct|select)\b")
    elsewhere = ("set_operators.sql", "json_keys.sql")  # the macro itself, and a branch of PostgreSQL's
    files = [path for folder in ("models", "macros", "analyses") for path in (ROOT / folder).rglob("*.sql")]
    assert len(files) > 100
    assert not [path for path in files if path.name not in elsewhere and unknown.search(path.read_text("utf-8"))]


@pytest.mark.parametrize("macro", ["reading", "keys"])
def test_its_sql_is_redshifts(sql_of, macro: str) -> None:
    keys = {"relation": "changes", "text": "earlier", "other_text": "later", "column": "fields"}
    sql = reading(sql_of, "redshift") if macro == "reading" else sql_of("redshift", "with_json_keys", **keys)
    errors = [error["description"] for error in sqlfluff.lint(sql + "\n", dialect="redshift", rules=["LT12"])]
    assert not [error for error in errors if "unparsable" in error], errors


def test_damaged_json_is_read_as_on_duckdb(sql_of, stand_in: duckdb.DuckDBPyConnection) -> None:
    stand_in.execute("create table payloads (nth integer, payload varchar)")
    stand_in.executemany("insert into payloads values (?, ?)", list(enumerate(DAMAGED)))
    expected = stand_in.execute(reading(sql_of, "duckdb")).fetchall()
    found = stand_in.execute(as_redshift(reading(sql_of, "redshift"))).fetchall()
    assert {row[1] for row in expected} >= {"FAILURE_WITH_TASK", "FAI", None}
    # Redshift treats an empty text as missing; in earlier versions a missing field was an empty text
    expected = [tuple(None if value == "" else value for value in row) for row in expected]
    differences = [
        (DAMAGED[there[0]], there, here) for there, here in zip(expected, found, strict=True) if there != here
    ]
    assert not differences, differences[:3]


@pytest.mark.parametrize("letter", ["x", "é", "\\n", "\\\\", '\\"', "€"])
@pytest.mark.parametrize("encoded_twice", [False, True])
def test_a_text_cut_at_its_greatest_length_is_read(sql_of, stand_in, letter: str, encoded_twice: bool) -> None:
    text = '{"status":"FAILURE","reason":"' + letter * LONGEST
    text = json.dumps(text, ensure_ascii=False) if encoded_twice else text
    cut = text.encode()[:LONGEST].decode(errors="ignore")
    stand_in.execute("create table payloads as select 0 as nth, ? as payload", [cut])
    ((_, status, reason, *_),) = stand_in.execute(as_redshift(reading(sql_of, "redshift"))).fetchall()
    assert status == "FAILURE"
    assert reason or encoded_twice


def test_keys_are_listed_as_on_duckdb(sql_of, stand_in: duckdb.DuckDBPyConnection) -> None:
    texts = ['{"b":1,"a":{"c":2}}', '{"B":[1],"a":null}', "{}", "[1]", "null", '"text"', '{"a":1', "", None]
    stand_in.execute("create table texts as select unnest(?::varchar[]) as text", [texts])
    stand_in.execute("create table changes as select one.text as earlier, two.text as later from texts one, texts two")
    stand_in.execute("insert into changes from changes")
    arguments = {"relation": "changes", "text": "earlier", "other_text": "later", "column": "fields"}
    expected, found = (
        stand_in.execute(f"from ({as_redshift(sql)}) order by all").fetchall()
        for sql in (sql_of(engine, "with_json_keys", **arguments) for engine in ("duckdb", "redshift"))
    )
    assert len(expected) == 2 * len(texts) ** 2
    assert found == expected
