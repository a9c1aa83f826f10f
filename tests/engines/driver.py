"""Runs in an engine's own environment: loads tables and writes marts out, through the client that dbt's adapter uses.

python driver.py ENGINE load SCHEMA DIRECTORY     tables described in DIRECTORY/tables.json, one CSV each; replaces them
python driver.py ENGINE dump SCHEMA DIRECTORY [PREFIX]   every relation whose name begins so (fct_), as JSON lines
python driver.py ENGINE steps FILE                several in one process, dbt too: a JSON list of [verb, *arguments]
"""

from __future__ import annotations

import csv
import datetime
import decimal
import io
import json
import os
import sys
from pathlib import Path
from typing import Any

PROJECT = "platform"
TYPES = {
    "postgres": {
        "text": "text",
        "json": "jsonb",
        "timestamp": "timestamptz",
        "boolean": "boolean",
        "bigint": "bigint",
        "double": "double precision",
        "numeric": "numeric(28,6)",
    },
    "snowflake": {
        "text": "varchar",
        "json": "varchar",
        "timestamp": "timestamp_ntz",
        "boolean": "boolean",
        "bigint": "number(38,0)",
        "double": "float",
        "numeric": "number(28,6)",
    },
    "spark": {
        "text": "string",
        "json": "string",
        "timestamp": "timestamp",
        "boolean": "boolean",
        "bigint": "bigint",
        "double": "double",
        "numeric": "decimal(28,6)",
    },
    "bigquery": {
        "text": "STRING",
        "json": "JSON",
        "timestamp": "TIMESTAMP",
        "boolean": "BOOL",
        "bigint": "INT64",
        "double": "FLOAT64",
        "numeric": "NUMERIC",
    },
}


def plain(value: Any) -> Any:
    """A value as JSON holds it: timestamps as text without zone, decimals as floats."""
    if isinstance(value, decimal.Decimal):
        return float(value)
    if isinstance(value, datetime.datetime):
        return value.replace(tzinfo=None).isoformat(sep=" ")
    if isinstance(value, datetime.date):
        return value.isoformat()
    return value


def write_rows(path: Path, names: list[str], rows: list[tuple[Any, ...]]) -> None:
    with path.open("w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps({name.lower(): plain(value) for name, value in zip(names, row, strict=True)}) + "\n")


def tables_of(directory: Path) -> dict[str, dict[str, str]]:
    return json.loads((directory / "tables.json").read_text(encoding="utf-8"))


def connect(engine: str) -> Any:
    if engine == "postgres":
        import psycopg2

        connection = psycopg2.connect(
            host=os.environ["POSTGRES_HOST"],
            port=os.environ["POSTGRES_PORT"],
            user=os.environ["POSTGRES_USER"],
            password=os.environ["POSTGRES_PASSWORD"],
            dbname=os.environ["POSTGRES_DATABASE"],
        )
        connection.autocommit = True
        return connection
    if engine == "snowflake":
        import snowflake.connector

        return snowflake.connector.connect(
            user="fivetran",
            password="unused",
            account="stand_in",
            host="127.0.0.1",
            protocol="http",
            port=int(os.environ["STAND_IN_PORT"]),
            database="platform",
            session_parameters={"CLIENT_OUT_OF_BAND_TELEMETRY_ENABLED": False},
        )
    if engine == "spark":
        from pyspark.sql import SparkSession

        return SparkSession.builder.enableHiveSupport().config("spark.sql.session.timeZone", "UTC").getOrCreate()
    if engine == "bigquery":
        from google.api_core.client_options import ClientOptions
        from google.auth.credentials import AnonymousCredentials
        from google.cloud import bigquery

        return bigquery.Client(
            project=PROJECT,
            credentials=AnonymousCredentials(),
            client_options=ClientOptions(api_endpoint=f"http://127.0.0.1:{os.environ['STAND_IN_PORT']}"),
        )
    raise SystemExit(f"no such engine: {engine}")


def load(engine: str, schema: str, directory: Path) -> None:
    if engine in LOADERS:
        LOADERS[engine](schema, directory)
        return
    connection = connect(engine)
    cursor = connection.cursor()
    if engine == "snowflake":
        cursor.execute("create database if not exists platform")
        cursor.execute("use database platform")
    cursor.execute(f"create schema if not exists {schema}")
    types = TYPES[engine]
    for table, columns in tables_of(directory).items():
        name = f'{schema}."{table.upper() if engine == "snowflake" else table}"'
        described = ", ".join(
            f'"{column.upper() if engine == "snowflake" else column}" {types[kind]}' for column, kind in columns.items()
        )
        cursor.execute(
            f"drop table if exists {name} cascade" if engine == "postgres" else f"drop table if exists {name}"
        )
        cursor.execute(f"create table {name} ({described})")
        path = directory / f"{table}.csv"
        if engine == "postgres":
            cursor.execute("set timezone = 'UTC'")
            with path.open(encoding="utf-8") as file:
                cursor.copy_expert(f"copy {name} from stdin with (format csv, header true, null '\\N')", file)
        else:
            insert(cursor, name, columns, path)
    connection.close()


def insert(cursor: Any, name: str, columns: dict[str, str], path: Path, batch: int = 2000) -> None:
    """Rows as one JSON text a batch: a stand-in that parses SQL in Python takes minutes over rows of literals."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [[None if value == "\\N" else value for value in row] for row in csv.reader(file)][1:]
    selected = ", ".join(f"value[{place}]::{TYPES['snowflake'][kind]}" for place, kind in enumerate(columns.values()))
    for start in range(0, len(rows), batch):
        text = json.dumps(rows[start : start + batch], ensure_ascii=False).replace("\\", "\\\\").replace("'", "''")
        cursor.execute(f"insert into {name} select {selected} from table(flatten(input => parse_json('{text}')))")


def load_into_spark(schema: str, directory: Path) -> None:
    session = connect("spark")
    session.sql(f"create schema if not exists {schema}")
    for table, columns in tables_of(directory).items():
        rows = session.read.csv(
            str(directory / f"{table}.csv"),
            schema=", ".join(f"`{column}` {TYPES['spark'][kind]}" for column, kind in columns.items()),
            header=True,
            nullValue="\\N",
            emptyValue="",
            escape='"',
            multiLine=True,
            mode="FAILFAST",
        )
        session.sql(f"drop table if exists {schema}.`{table}`")
        rows.coalesce(1).write.saveAsTable(f"{schema}.{table}")


def load_into_bigquery(schema: str, directory: Path) -> None:
    from google.cloud import bigquery

    client = connect("bigquery")
    client.create_dataset(f"{PROJECT}.{schema}", exists_ok=True)
    for table, columns in tables_of(directory).items():
        lines = []
        with (directory / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                present = {column: value for column, value in row.items() if value != "\\N"}
                lines.append(
                    json.dumps(
                        {
                            column: json.loads(value) if columns[column] == "json" else value
                            for column, value in present.items()
                        }
                    )
                )
        client.load_table_from_file(
            io.BytesIO("\n".join(lines).encode()),
            f"{PROJECT}.{schema}.{table}",
            job_config=bigquery.LoadJobConfig(
                schema=[bigquery.SchemaField(column, TYPES["bigquery"][kind]) for column, kind in columns.items()],
                source_format="NEWLINE_DELIMITED_JSON",
                write_disposition="WRITE_TRUNCATE",
            ),
        ).result()


LOADERS = {"spark": load_into_spark, "bigquery": load_into_bigquery}


def dump_spark(schema: str, directory: Path, prefix: str) -> None:
    session = connect("spark")
    for (table,) in session.sql(f"show tables in {schema} like '{prefix}*'").select("tableName").collect():
        rows = session.table(f"{schema}.{table}")
        # a timestamp would arrive in the zone of this machine
        texts = rows.selectExpr(
            *(f"cast({name} as string) {name}" if kind == "timestamp" else name for name, kind in rows.dtypes)
        )
        write_rows(directory / f"{table}.jsonl", texts.columns, [tuple(row) for row in texts.collect()])


def dump_bigquery(schema: str, directory: Path, prefix: str) -> None:
    client = connect("bigquery")
    for table in client.list_tables(schema):
        if table.table_id.startswith(prefix):
            rows = client.query(f"select * from `{PROJECT}`.`{schema}`.`{table.table_id}`").result()
            names = [field.name for field in rows.schema]
            write_rows(directory / f"{table.table_id}.jsonl", names, [row.values() for row in rows])


DUMPERS = {"spark": dump_spark, "bigquery": dump_bigquery}


def dump(engine: str, schema: str, directory: Path, prefix: str = "fct_") -> None:
    directory.mkdir(parents=True, exist_ok=True)
    if engine in DUMPERS:
        DUMPERS[engine](schema, directory, prefix)
        return
    cursor = connect(engine).cursor()
    # fakesnow's list of tables lacks views, and a timestamp that is null leaves it as 1970, which its text does not
    cursor.execute(
        "select table_schema, table_name, column_name, data_type from information_schema.columns "
        f"where lower(table_schema) = '{schema}' and lower(table_name) like '{prefix}%' order by ordinal_position"
    )
    tables: dict[tuple[str, str], list[str]] = {}
    for table_schema, table, column, data_type in cursor.fetchall():
        is_text = engine == "snowflake" and data_type.lower().startswith("timestamp")
        sql = f'cast("{column}" as varchar) as "{column}"' if is_text else f'"{column}"'
        tables.setdefault((table_schema, table), []).append(sql)
    for (table_schema, table), columns in tables.items():
        cursor.execute(f'select {", ".join(columns)} from "{table_schema}"."{table}"')
        names = [column[0] for column in cursor.description]
        write_rows(directory / f"{table.lower()}.jsonl", names, cursor.fetchall())


def run(engine: str, verb: str, *arguments: str) -> None:
    if verb == "steps":
        for step in json.loads(Path(arguments[0]).read_text(encoding="utf-8")):
            run(engine, *step)
    elif verb == "dbt":
        from dbt.cli.main import dbtRunner

        result = dbtRunner().invoke(list(arguments))
        if not result.success:
            raise SystemExit(f"dbt failed: {result.exception or ''}")
    else:
        schema, directory, *prefix = arguments
        {"load": load, "dump": dump}[verb](engine, schema, Path(directory), *prefix)


if __name__ == "__main__":
    run(*sys.argv[1:])
