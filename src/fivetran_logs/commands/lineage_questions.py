"""The SQL of `fivetran-logs lineage`, which a build compiles in advance with all other queries."""

from __future__ import annotations

from fivetran_logs.dbt.marts import Question

PLACES = ("@last@", "@middle@", "@first@")


def _is(place: str, column: str) -> str:
    """The condition that a name is the one asked for, in any case; hashed, so that no name is ever part of the SQL."""
    hashed = '{{ dbt.hash("lower(' + column + ')") }}'
    return f"('{place}' = '' or {hashed} = '{place}')"


def _side(side: str, level: str) -> str:
    parts = [f"{side}_column_name"] if level == "column" else []
    parts += [f"{side}_table_name", f"{side}_schema_name"]
    conditions = [_is(place, part) for place, part in zip(PLACES, parts, strict=False)]
    if level == "table":  # a table has two parts: a name of three is a column's
        conditions.append("'@first@' = ''")
    return " and ".join(conditions)


def _path(side: str, level: str) -> str:
    parts = [f"coalesce({side}_schema_name, '?')", f"coalesce({side}_table_name, '?')"]
    name = f"{side}_{level}_name"
    if level == "column":
        parts.append(name)
    return f"case when {name} is not null then " + " || '.' || ".join(parts) + " end"


def _level(level: str) -> str:
    types = level == "column"
    source_type, destination_type = (
        ("source_data_type", "destination_data_type") if types else ("cast(null as {{ dbt.type_string() }})",) * 2
    )
    return f"""select
    '{level}' as level,
    connection_name,
    {_path("source", level)} as comes_from,
    {source_type} as source_type,
    destination_name,
    {_path("destination", level)} as goes_to,
    {destination_type} as destination_type,
    is_living,
    known_on,
    linked_at,
    destination_schema_name as destination_schema,
    destination_table_name as destination_table
from {{{{ ref('fct_fivetran_{level}_lineage') }}}}
where ({_side("source", level)}) or ({_side("destination", level)})"""


LINEAGE = Question(
    "lineage",
    f"{_level('table')}\n\nunion all\n\n{_level('column')}\n\norder by 1 desc, 8 desc, 2, 3, 6, 10\n",
    "The lineage",
)
NAMES = Question(
    "names of lineage",
    "\nunion\n".join(
        f"select {side}_{level}_name as name from {{{{ ref('fct_fivetran_{level}_lineage') }}}}"
        for level in ("table", "column")
        for side in ("source", "destination")
    )
    + "\n",
    "The names of tables and columns",
)
QUESTIONS = (LINEAGE, NAMES)
