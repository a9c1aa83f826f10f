-- Two connections, one source
--
-- Another, older connection reads the same database: the same kind of source, host, port and database, as entered at set-up or
-- in the last edit, and tables of the same name. Where the log does not tell the host, the rule says nothing. The savings are
-- what this month's rows of the connection cost, if the other one has all its tables.
--
-- Why it matters: The source is queried twice, and each row is paid for twice, because Fivetran counts rows by connection.
--
-- How to fix: Let one connection sync to the destination, and copy or share the tables within the warehouse. If two
-- destinations are needed, deselect the tables that only one of them uses.

select
    connection_id,
    'It reads the same database as an older connection: '
    || {{ fivetran_logs.count_in_words('tables_shared_with_twin') }} || ' of its ' || {{ fivetran_logs.counted('tables_beside_twin', 'table') }}
    || ' written in the last 30 days are synced by both.' as evidence,
    {{ fivetran_logs.as_money('case when tables_shared_with_twin = tables_beside_twin then cost_of_month_usd end') }} as estimated_monthly_savings_usd
from {{ ref('int_fivetran_log__rule_inputs') }}
where
    not is_paused
    and tables_shared_with_twin >= {{ var('fivetran_logs_rule_shared_tables') }}
