"""dbt-bigquery without BigQuery: Google's own analyzer of its SQL judges each statement that dbt would send.

GoogleSQL (ZetaSQL), as WebAssembly from a wheel, knows BigQuery's grammar, functions and types. Each statement is
resolved against what earlier ones created, so a missing column or a wrong type is found as BigQuery finds it. Nothing
is computed: a query that dbt runs for its answer gets one row of zeros and nulls. A second build is incremental.

python bigquery_analyzer.py TABLES REPORT STEP ...

TABLES  a file: {dataset: {table: {column: type}}}
REPORT  the file to write: a JSON line for each statement, with `refused` where the analyzer does
STEP    a JSON list, the arguments of a run of dbt; or a file of statements that end in `;` at the end of a line
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import sys
import threading
import traceback
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import google.api_core.exceptions
import wasmtime
from dbt.adapters.bigquery import connections, impl
from google.cloud.bigquery import SchemaField
from google.cloud.bigquery.table import Row
from zetasql.core.exceptions import ServerError
from zetasql.core.wasm_client import WasmClient
from zetasql.wasi import get_wasm_path
from zetasql.wasi._pb2.zetasql.local_service import local_service_pb2
from zetasql.wasi._pb2.zetasql.proto import options_pb2, simple_catalog_pb2
from zetasql.wasi._pb2.zetasql.public import options_pb2 as features_pb2
from zetasql.wasi._pb2.zetasql.public import type_pb2
from zetasql.wasi._pb2.zetasql.resolved_ast import resolved_node_kind_pb2

PROJECT = "platform"
# names of types, as the client's API has them
KINDS = {
    "STRING": type_pb2.TYPE_STRING,
    "INTEGER": type_pb2.TYPE_INT64,
    "INT64": type_pb2.TYPE_INT64,
    "FLOAT": type_pb2.TYPE_DOUBLE,
    "FLOAT64": type_pb2.TYPE_DOUBLE,
    "BOOLEAN": type_pb2.TYPE_BOOL,
    "BOOL": type_pb2.TYPE_BOOL,
    "NUMERIC": type_pb2.TYPE_NUMERIC,
    "BIGNUMERIC": type_pb2.TYPE_BIGNUMERIC,
    "DATE": type_pb2.TYPE_DATE,
    "DATETIME": type_pb2.TYPE_DATETIME,
    "TIMESTAMP": type_pb2.TYPE_TIMESTAMP,
    "TIME": type_pb2.TYPE_TIME,
    "BYTES": type_pb2.TYPE_BYTES,
    "JSON": type_pb2.TYPE_JSON,
    "INTERVAL": type_pb2.TYPE_INTERVAL,
}
NAMES = {kind: name for name, kind in reversed(KINDS.items())}
# the analyzer can do more than BigQuery's documentation says
NOT_IN_BIGQUERY = {"FEATURE_CONCAT_MIXED_TYPES"}
RELATION = re.compile(r"`?(\w+)`?\.`?(\w+)`?\.`?(\w+)`?")
INFORMATION_SCHEMA = {
    "COLUMNS": ("table_catalog", "table_schema", "table_name", "column_name", "data_type", "ordinal_position"),
    "VIEWS": ("table_catalog", "table_schema", "table_name", "view_definition"),
}

Columns = dict[str, type_pb2.TypeProto]


def compiled_once(engine: wasmtime.Engine, path: str) -> wasmtime.Module:
    """The analyzer as machine code, kept beside its environment: compiling it takes minutes of processor time."""
    kept = Path(sys.prefix) / "analyzer.cwasm"
    if not kept.exists():
        made = kept.with_suffix(f".{os.getpid()}")
        made.write_bytes(wasmtime.Module(engine, Path(path).read_bytes()).serialize())
        made.replace(kept)
    return wasmtime.Module.deserialize_file(engine, str(kept))


def type_of(name: str) -> type_pb2.TypeProto:
    return type_pb2.TypeProto(type_kind=KINDS[name.upper()])


def schema_field(name: str, of_type: type_pb2.TypeProto) -> SchemaField:
    if of_type.type_kind == type_pb2.TYPE_ARRAY:
        return SchemaField(name, NAMES.get(of_type.array_type.element_type.type_kind, "RECORD"), mode="REPEATED")
    if of_type.type_kind == type_pb2.TYPE_STRUCT:
        fields = [schema_field(field.field_name, field.field_type) for field in of_type.struct_type.field]
        return SchemaField(name, "RECORD", fields=fields)
    return SchemaField(name, NAMES[of_type.type_kind])


# What is read of a resolved statement. The expressions in it can be nested deeper than protobuf reads in Python.
OUTLINE = {"name_path", "output_column_list", "column_definition_list", "resume_byte_position"}
AROUND = ("resolved_statement", "parent", "_node")


def outline(data: bytes, message: Any) -> bytes:
    """A serialized message without the fields that nobody reads."""
    place, kept = 0, bytearray()
    while place < len(data):
        begun = place
        tag, place = varint(data, place)
        content = place
        if tag & 7 == 0:
            _, place = varint(data, place)
        elif tag & 7 == 2:
            length, content = varint(data, place)
            place = content + length
        else:
            place += 8 if tag & 7 == 1 else 4
        field = message.fields_by_number.get(tag >> 3)
        name = field.name if field else ""
        if name in OUTLINE:
            kept += data[begun:place]
        elif name.endswith(AROUND):
            inside = outline(data[content:place], field.message_type)
            kept += as_varint(tag) + as_varint(len(inside)) + inside
    return bytes(kept)


def varint(data: bytes, place: int) -> tuple[int, int]:
    """A number of protobuf's, and the place behind it."""
    value = shift = 0
    while True:
        byte = data[place]
        place += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, place


def as_varint(value: int) -> bytes:
    written = bytearray()
    while value > 0x7F:
        written.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*written, value])


class Warehouse:
    """The relations that exist, and an analyzer that knows them."""

    def __init__(self, report: Path) -> None:
        wasmtime.Module.from_file = staticmethod(compiled_once)
        self.analyzer = WasmClient(get_wasm_path())
        self.relations: dict[tuple[str, str], Columns] = {}
        self.views: dict[tuple[str, str], str] = {}
        self.datasets: set[str] = set()
        self.report = report
        self.lock = threading.Lock()
        self.options = options_pb2.AnalyzerOptionsProto()
        language = self.analyzer.call_grpc_func(
            "ZetaSqlLocalService_GetLanguageOptions",
            local_service_pb2.LanguageOptionsRequest(maximum_features=True),
            options_pb2.LanguageOptionsProto,
        )
        refused = {features_pb2.LanguageFeature.Value(name) for name in NOT_IN_BIGQUERY}
        features = [feature for feature in language.enabled_language_features if feature not in refused]
        language.ClearField("enabled_language_features")
        language.enabled_language_features.extend(features)
        language.ClearField("supported_statement_kinds")
        language.supported_statement_kinds.extend(
            kind for name, kind in resolved_node_kind_pb2.ResolvedNodeKind.items() if name.endswith("_STMT")
        )
        language.product_mode = features_pb2.PRODUCT_EXTERNAL
        if "QUALIFY" not in language.reserved_keywords:
            language.reserved_keywords.append("QUALIFY")
        self.options.language_options.CopyFrom(language)
        self.options.default_timezone = "UTC"

    def catalog(self, sql: str) -> simple_catalog_pb2.SimpleCatalogProto:
        """Of the relations whose names the SQL has; all of them take seconds to hand over."""
        root = simple_catalog_pb2.SimpleCatalogProto(name="root")
        root.builtin_function_options.language_options.CopyFrom(self.options.language_options)
        for alias in ("int", "smallint", "integer", "bigint", "tinyint", "byteint"):
            root.named_type.add(name=alias).type.type_kind = type_pb2.TYPE_INT64
        project = root.catalog.add(name=PROJECT)
        named = {(dataset, table) for _, dataset, table in RELATION.findall(sql)}
        datasets = {dataset: project.catalog.add(name=dataset) for dataset in sorted(self.datasets)}
        for dataset, table in sorted(named & self.relations.keys()):
            listed = datasets[dataset].table.add(name=table, full_name=f"{PROJECT}.{dataset}.{table}")
            for name, of_type in self.relations[dataset, table].items():
                listed.column.add(name=name, is_writable_column=True).type.CopyFrom(of_type)
        for dataset in datasets.values():
            schema = dataset.catalog.add(name="INFORMATION_SCHEMA")
            for view, columns in INFORMATION_SCHEMA.items():
                listed = schema.table.add(name=view)
                for name in columns:
                    kind = type_pb2.TYPE_INT64 if name == "ordinal_position" else type_pb2.TYPE_STRING
                    listed.column.add(name=name).type.type_kind = kind
        return root

    def run(self, sql: str) -> tuple[str, Columns, list[list[Any]]]:
        """The last statement's kind, the columns of its answer, and rows."""
        with self.lock:
            catalog = self.catalog(sql)
            place, kind, columns = 0, "SCRIPT", {}
            while sql.encode()[place:].strip():
                request = local_service_pb2.AnalyzeRequest(simple_catalog=catalog, options=self.options)
                request.parse_resume_location.input = sql
                request.parse_resume_location.byte_position = place
                data = self.analyzer._call_grpc_method("ZetaSqlLocalService_Analyze", request.SerializeToString())
                response = local_service_pb2.AnalyzeResponse
                answer = response.FromString(outline(data, response.DESCRIPTOR))
                kind, columns = self.done(answer.resolved_statement, sql)
                place = answer.resume_byte_position
            return kind, columns, self.rows(sql, columns)

    def done(self, statement: Any, sql: str) -> tuple[str, Columns]:
        """What a statement is, after what it creates exists."""
        which = statement.WhichOneof("node")
        node = getattr(statement, which)
        while which.startswith("resolved_create"):
            deeper = node.WhichOneof("node") if node.DESCRIPTOR.oneofs_by_name.get("node") else None
            if deeper is None:
                break
            which, node = deeper, getattr(node, deeper)
        if which == "resolved_query_stmt_node":
            return "SELECT", {column.name: column.column.type for column in node.output_column_list}
        if which == "resolved_create_table_as_select_stmt_node":
            created = {column.name: column.type for column in node.parent.column_definition_list}
            self.relations[tuple(node.parent.parent.name_path[-2:])] = created
            return "CREATE_TABLE_AS_SELECT", {}
        if which == "resolved_create_table_stmt_node":
            created = {column.name: column.type for column in node.parent.column_definition_list}
            self.relations[tuple(node.parent.parent.name_path[-2:])] = created
            return "CREATE_TABLE", {}
        if which == "resolved_create_view_stmt_node":
            view = tuple(node.parent.parent.name_path[-2:])
            self.relations[view] = {column.name: column.column.type for column in node.parent.output_column_list}
            self.views[view] = re.split(r"\bas\b", sql, maxsplit=1, flags=re.IGNORECASE)[1]
            return "CREATE_VIEW", {}
        if which == "resolved_create_schema_stmt_node":
            parent = node.parent
            self.datasets.add((parent if hasattr(parent, "name_path") else parent.parent).name_path[-1])
        if which == "resolved_drop_stmt_node":
            self.relations.pop(tuple(node.name_path[-2:]), None)
        return which.removeprefix("resolved_").removesuffix("_stmt_node").upper(), {}

    def rows(self, sql: str, columns: Columns) -> list[list[Any]]:
        listed = re.search(r"`([^`]+)`\.`?INFORMATION_SCHEMA`?\.`?(COLUMNS|VIEWS)", sql, re.IGNORECASE)
        if listed and listed[2].upper() == "VIEWS":
            return [[table, text] for (dataset, table), text in self.views.items() if dataset == listed[1]]
        if listed:
            return [
                [dataset, table, name, schema_type(of_type)]
                for (dataset, table), described in self.relations.items()
                if dataset == listed[1]
                for name, of_type in described.items()
            ]
        zeros = {type_pb2.TYPE_INT64: 0, type_pb2.TYPE_BOOL: False}
        return [[zeros.get(of_type.type_kind) for of_type in columns.values()]]

    def judge(self, sql: str, node: str = "") -> tuple[SimpleNamespace, Any]:
        """In place of a job of BigQuery's: writes what the analyzer says, and fails where it refuses."""
        node = node or (connections.get_node_info() or {}).get("unique_id", "")
        said = {"node": node, "bytes": len(sql.encode()), "sql": sql}
        try:
            kind, columns, rows = self.run(sql)
        except ServerError as refusal:
            self.write({**said, "refused": str(refusal)})
            raise google.api_core.exceptions.BadRequest(str(refusal)) from None
        except Exception:
            self.write({**said, "refused": traceback.format_exc()})
            raise
        self.write(said)
        places = {name: place for place, name in enumerate(columns)}
        answer = Answer(Row(tuple(row), places) for row in rows)
        answer.schema = [schema_field(name, of_type) for name, of_type in columns.items()]
        job = dict.fromkeys(("destination", "total_bytes_processed", "total_bytes_billed", "slot_millis", "location"))
        job |= {"job_id": "", "project": PROJECT, "num_dml_affected_rows": 0}
        return SimpleNamespace(**job, statement_type=kind), answer

    def write(self, said: dict[str, Any]) -> None:
        with self.lock, self.report.open("a", encoding="utf-8") as file:
            file.write(json.dumps(said) + "\n")


def schema_type(of_type: type_pb2.TypeProto) -> str:
    """As the information schema writes it."""
    return {"INTEGER": "INT64", "FLOAT": "FLOAT64", "BOOLEAN": "BOOL"}.get(
        NAMES.get(of_type.type_kind, "STRUCT"), NAMES.get(of_type.type_kind, "STRUCT")
    )


class Answer(list):
    """Rows with the names and types of their columns."""

    schema: list[SchemaField]


class Client:
    """What dbt-bigquery asks of Google's client beside queries."""

    def __init__(self, warehouse: Warehouse) -> None:
        self.warehouse = warehouse

    def get_table(self, table: Any) -> SimpleNamespace:
        if table is None:
            return SimpleNamespace(num_rows=0)
        name = (table.dataset_id, table.table_id)
        if name not in self.warehouse.relations:
            raise google.api_core.exceptions.NotFound(str(name))
        return SimpleNamespace(
            project=PROJECT,
            dataset_id=name[0],
            table_id=name[1],
            table_type="VIEW" if name in self.warehouse.views else "TABLE",
            schema=[schema_field(column, of_type) for column, of_type in self.warehouse.relations[name].items()],
            num_rows=0,
            time_partitioning=None,
            range_partitioning=None,
            clustering_fields=None,
            description=None,
        )

    def list_tables(self, dataset: Any, max_results: int | None = None) -> Any:
        if dataset.dataset_id not in self.warehouse.datasets:
            raise google.api_core.exceptions.NotFound(dataset.dataset_id)
        return iter(
            [
                self.get_table(SimpleNamespace(dataset_id=schema, table_id=name))
                for schema, name in sorted(self.warehouse.relations)
                if schema == dataset.dataset_id
            ]
        )

    def list_routines(self, _dataset: Any) -> list[Any]:
        return []

    def list_datasets(self, **_: Any) -> list[SimpleNamespace]:
        return [SimpleNamespace(dataset_id=name) for name in sorted(self.warehouse.datasets)]

    def create_dataset(self, dataset: Any, **_: Any) -> None:
        self.warehouse.datasets.add(dataset.dataset_id)

    def delete_table(self, table: Any, **_: Any) -> None:
        self.warehouse.relations.pop((table.dataset_id, table.table_id), None)
        self.warehouse.views.pop((table.dataset_id, table.table_id), None)

    def update_table(self, *_: Any) -> None:
        """Descriptions: nobody reads them here."""

    def close(self) -> None:
        """Nothing is open."""


def load_seed(adapter: Any, _database: str, schema: str, table: str, rows: Any, types: Any, _delimiter: str) -> None:
    fields = adapter._agate_to_schema(rows, types)
    adapter.connections.get_thread_connection().handle.warehouse.relations[schema, table] = {
        field.name: type_of(field.field_type) for field in fields
    }


def install(warehouse: Warehouse) -> None:
    """Puts the warehouse where dbt-bigquery expects Google."""
    connections.create_bigquery_client = lambda _credentials: Client(warehouse)
    connections.BigQueryConnectionManager.raw_execute = lambda _self, sql, *_, **__: warehouse.judge(sql)
    connections.BigQueryConnectionManager.cancel_open = lambda _self: []
    impl.BigQueryAdapter.load_dataframe = load_seed


if __name__ == "__main__":
    from dbt.cli.main import dbtRunner

    warehouse = Warehouse(Path(sys.argv[2]))
    for dataset, tables in json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")).items():
        warehouse.datasets.add(dataset)
        for table, columns in tables.items():
            warehouse.relations[dataset, table] = {name: type_of(kind) for name, kind in columns.items()}
    install(warehouse)
    for step in sys.argv[3:]:
        if step.startswith("["):
            dbtRunner().invoke(json.loads(step))
            continue
        for statement in re.split(r";\n", Path(step).read_text(encoding="utf-8")):
            with contextlib.suppress(google.api_core.exceptions.BadRequest):
                warehouse.judge(statement, node=Path(step).stem)
