-- Tables that never change
--
-- Several tables of the connection were written in the last 30 days without a single changed row.
--
-- Why it matters: Each of them costs queries on the source and time in every sync.
--
-- How to fix: Deselect unused tables in the schema tab, or move them to a connection that syncs less often.

select
    connection_id,
    {{ fivetran_logs.count_in_words('unchanged_tables_last_30d') }} || ' of ' || {{ fivetran_logs.counted('tables_last_30d', 'table') }}
    || ' written in the last 30 days never changed a row.' as evidence,
    {{ fivetran_logs.as_money('null') }} as estimated_monthly_savings_usd
from {{ ref('int_fivetran_log__rule_inputs') }}
where
    not is_paused
    and unchanged_tables_last_30d >= {{ var('fivetran_logs_rule_unchanged_tables') }}
