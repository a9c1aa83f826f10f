-- Tables that come by themselves
--
-- Several tables were added in the last 30 days, later than a week after the set-up of the connection.
--
-- Why it matters: Where the policy for schema changes is to allow all, each new table of the source is synced and paid for,
-- whoever made it and whatever is in it.
--
-- How to fix: Look at the new tables with the query new_tables_and_columns, deselect unwanted ones, and let the connection
-- block new tables or new schemas, so that somebody decides.

select
    connection_id,
    {{ fivetran_logs.counted('new_tables_last_30d', 'table') }} || ' added in the last 30 days, after its set-up.' as evidence,
    {{ fivetran_logs.as_money('null') }} as estimated_monthly_savings_usd
from {{ ref('int_fivetran_log__rule_inputs') }}
where
    not is_paused
    and new_tables_last_30d >= {{ var('fivetran_logs_rule_new_tables') }}
