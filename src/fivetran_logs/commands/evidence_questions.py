"""The SQL of `fivetran-logs export evidence`, which a build compiles in advance with all other queries."""

from __future__ import annotations

from fivetran_logs.dbt.marts import Question
from fivetran_logs.dbt.source_tables import read_source_tables

FROM, TO = "@from@", "@to@"
_CHECKS = "{{ ref('fct_fivetran_compliance_checks') }}"
_FINDINGS = "{{ ref('fct_fivetran_compliance_findings') }}"
_WITHIN = f"check_date between cast('{FROM}' as date) and cast('{TO}' as date)"

LAST_DAY = f"select max(check_date) from {_CHECKS} where {_WITHIN}"
CHECKS = Question(
    "checks", f"select *\nfrom {_CHECKS}\nwhere check_date = ({LAST_DAY})\norder by area, check_code\n", "The checks"
)
HISTORY = Question(
    "history",
    f"select *\nfrom {_CHECKS}\nwhere {_WITHIN}\norder by check_date, check_code\n",
    "The history of the checks",
)
FINDINGS = Question(
    "findings", f"select *\nfrom {_FINDINGS}\nwhere {_WITHIN}\norder by check_code, object_id\n", "The findings"
)
EXCEPTIONS = Question(
    "exceptions",
    "select *\nfrom {{ fivetran_logs.seed_table('fivetran_recommendation_exceptions') }}\n"
    "order by rule_code, connection_name\n",
    "The exceptions",
)
CHANGES = Question(
    "changes",
    "select *\nfrom {{ ref('fct_fivetran_configuration_changes') }}\n"
    f"where cast(occurred_at as date) between cast('{FROM}' as date) and cast('{TO}' as date)\n"
    "order by occurred_at, change_id\n",
    "The changed settings",
)
SOURCE_ROWS = Question(
    "source_rows",
    "\nunion all\n".join(
        f"select '{table.name}' as source_table, count(*) as row_count, max(_fivetran_synced) as newest_arrival_at\n"
        f"from {{{{ ref('stg_fivetran_log__{table.name}') }}}}"
        for table in read_source_tables()
    )
    + "\norder by 1\n",
    "The rows of the source tables",
)
QUESTIONS = (CHECKS, HISTORY, FINDINGS, EXCEPTIONS, CHANGES, SOURCE_ROWS)
