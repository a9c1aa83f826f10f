-- Breaking schema changes
--
-- In the last 30 days a column or table was dropped, renamed or changed in type.
--
-- Why it matters: Models, reports and exports that name the old column or table break, or silently read null.
--
-- How to fix: List the changes with the query breaking_schema_changes, and check the queries on those tables. Ask the owner of
-- the source to announce the next change.

select
    connection_id,
    {{ fivetran_logs.counted('breaking_changes_last_30d', 'breaking schema change') }} || ' in the last 30 days.' as evidence,
    {{ fivetran_logs.as_money('null') }} as estimated_monthly_savings_usd
from {{ ref('int_fivetran_log__rule_inputs') }}
where
    not is_paused
    and breaking_changes_last_30d >= {{ var('fivetran_logs_rule_breaking_schema_changes') }}
