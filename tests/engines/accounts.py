"""What is loaded into every engine: accounts as CSV files with a list of tables and types, delivered in two parts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
from compare import read_marts

from fivetran_logs.dbt.source_tables import read_source_tables
from fivetran_logs.simulator import simulate

AS_OF = datetime(2026, 6, 18, 14)
FIRST_AS_OF = datetime(2026, 6, 15, 9, 30)
DAYS = 30
LOG_ROWS = 12_000
GROWING = ("log", "connector_sdk_log", "audit_trail", "incremental_mar")  # the others are kept up to date in place
KINDS = {
    "VARCHAR": "text",
    "TIMESTAMP": "timestamp",
    "BOOLEAN": "boolean",
    "INTEGER": "bigint",
    "BIGINT": "bigint",
    "DOUBLE": "double",
}
CSV = """header = true, delim = ',', quote = '"', escape = '"', nullstr = '\\N'"""
STAGED = ("connection", "log", "incremental_mar", "usage_cost")  # read from two schemas, each engine in its own way
OLDER = "connection_id as connector_id, connection_name as connector_name, connector_type_id as connector_type"
JSON_COLUMNS = {("log", "message_data"), ("audit_trail", "old_values"), ("audit_trail", "new_values")}


@dataclass(frozen=True)
class Account:
    """Directories of two deliveries, the second with all that the first had, and the moments to build them as of.

    `halves`: some of its tables as two Platform connections would write them, a row in ten by both.
    """

    name: str
    deliveries: tuple[tuple[Path, datetime], ...]
    halves: tuple[Path, ...] = ()


def simulated(directory: Path) -> Account:
    """A month of the simulated account; the first delivery is what had arrived three days before its end."""
    simulate(directory / "parquet", days=DAYS, log_rows=LOG_ROWS, as_of=AS_OF, oddities=True)
    files = sorted((directory / "parquet").glob("*.parquet"))
    sources = {file.stem: f"read_parquet('{file}')" for file in files}
    growing = tuple(name for name in sources if name in GROWING or name.endswith("_change_event"))
    first = export(directory / "first", sources, arrived_by=FIRST_AS_OF, only=growing)
    second = export(directory / "second", sources)
    return Account("simulated", ((first, FIRST_AS_OF), (second, AS_OF)), halves(directory, sources))


def halves(directory: Path, sources: dict[str, str]) -> tuple[Path, Path]:
    """A few hundred rows of the staged tables, divided; the second half with the names of old."""
    one, two = {}, {}
    for table in STAGED:
        numbered = f"(select *, row_number() over () as nth from (from {sources[table]} order by all))"
        few = f"(from {numbered} where nth <= 400)"
        older = f"rename ({OLDER})" if table == "connection" else ""
        one[table] = f"(select * exclude (nth) from {few} where nth % 2 = 0 or nth % 10 = 1)"
        two["connector" if older else table] = f"(select * exclude (nth) {older} from {few} where nth % 2 = 1)"
    return export(directory / "one", one), export(directory / "two", two)


def platform_sample(directory: Path, sample: Path) -> Account:
    """The sample of another project, all of it as text, as a bare CSV import leaves it."""
    sources = {file.stem: f"read_csv('{file}', all_varchar = true)" for file in sorted(sample.glob("*.csv"))}
    first = export(directory / "first", sources, arrived_by=datetime(2022, 6, 1), only=("log",))
    second = export(directory / "second", sources)
    return Account("platform_sample", ((first, datetime(2022, 6, 1)), (second, datetime(2024, 1, 1))))


def export(
    directory: Path, sources: dict[str, str], arrived_by: datetime | None = None, only: tuple[str, ...] = ()
) -> Path:
    """Writes each source as `<table>.csv` with `tables.json`: {table: {column: kind}}; null is \\N."""
    directory.mkdir(parents=True)
    declared = {
        (table.name, column.name): column.data_type for table in read_source_tables().tables for column in table.columns
    }
    tables: dict[str, dict[str, str]] = {}
    with duckdb.connect() as database:
        for table, source in sources.items():
            columns = {
                name: KINDS.get(data_type, "numeric")
                for name, data_type, *_ in database.execute(f"describe from {source}").fetchall()
            }
            where = ""
            if arrived_by is not None and "_fivetran_synced" in columns and (not only or table in only):
                where = f"where cast(_fivetran_synced as timestamp) <= timestamp '{arrived_by}'"
            for name, kind in columns.items():
                if kind == "text" and (declared.get((table, name)) == "json" or (table, name) in JSON_COLUMNS):
                    bad = database.execute(
                        f'select count(*) from {source} where "{name}" is not null and not json_valid("{name}")'
                    ).fetchone()
                    columns[name] = "text" if bad and bad[0] else "json"
            database.execute(
                f"copy (from {source} {where}) to '{directory / table}.csv' (header, nullstr '\\N', force_quote *)"
            )
            tables[table] = columns
    (directory / "tables.json").write_text(json.dumps(tables), encoding="utf-8")
    return directory


def load_into_duckdb(database: Path, delivery: Path, schema: str) -> None:
    """The same files into a DuckDB file, in the types the sources YAML declares; JSON as text."""
    native = {"json": "varchar", "text": "varchar", "numeric": "decimal(28,6)"}
    tables = json.loads((delivery / "tables.json").read_text(encoding="utf-8"))
    with duckdb.connect(str(database)) as connection:
        connection.execute(f"create schema if not exists {schema}")
        for table, columns in tables.items():
            types = ", ".join(f"'{name}': '{native.get(kind, kind)}'" for name, kind in columns.items())
            connection.execute(
                f'create or replace table {schema}."{table}" as '
                f"from read_csv('{delivery / table}.csv', {CSV}, columns = {{{types}}})"
            )


def dump_duckdb(database: Path, schema: str, prefix: str = "fct_") -> dict[str, list[dict]]:
    """Every mart of a DuckDB file, in the form `driver.py dump` writes."""
    with duckdb.connect(str(database), read_only=True) as connection:
        return read_marts(connection, schema, prefix)
