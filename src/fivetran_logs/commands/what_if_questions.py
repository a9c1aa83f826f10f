"""The SQL of `fivetran-logs what-if`, which a build compiles in advance with all other queries."""

from __future__ import annotations

from fivetran_logs.dbt.marts import Question

# dbt compiles the question with these in place of the change and of the hashed names.
CHANGE, CONNECTION, TABLES, INTO, REACHES = "@change@", "@connection@", "@tables@", "@into@", "@reaches@"

WHAT_IF = Question(
    "what-if",
    "select * from {{ fivetran_logs.what_if_hashed("
    + ", ".join(f"'{place}'" for place in (CHANGE, CONNECTION, TABLES, INTO, REACHES))
    + ") }} as changes\n",
    "The what-if",
)
NAMES = Question(
    "names for what-if",
    """select distinct
    connection_id,
    connection_name,
    schema_name,
    table_name
from {{ ref('fct_fivetran_cost_allocation') }}
where connection_id is not null and charge_kind = 'connection_rows'
order by 1, 2, 3, 4
""",
    "The names of connections and tables",
)
QUESTIONS = (WHAT_IF, NAMES)
