-- Deleted rows kept for ever
--
-- Rows that the source deletes stay in the destination: its tables have the column _fivetran_deleted, and many rows were
-- deleted in the last 30 days. Where the source does not list the columns (Standard plan), the rule says nothing.
--
-- Why it matters: The tables grow although the source does not, queries that forget the filter count deleted rows, and
-- personal data stays after its deletion.
--
-- How to fix: Remove what is marked as deleted from time to time, after the date that your rules of retention set, or read the
-- tables through views that leave it out.

select
    connection_id,
    {{ fivetran_logs.rows_in_words('kept_deleted_rows_last_30d') }} || ' rows deleted at the source in the last 30 days stay in '
    || {{ fivetran_logs.counted('tables_with_deleted_rows', 'table') }} || ', marked as deleted.' as evidence,
    {{ fivetran_logs.as_money('null') }} as estimated_monthly_savings_usd
from {{ ref('int_fivetran_log__rule_inputs') }}
where
    not is_paused
    and kept_deleted_rows_last_30d >= {{ var('fivetran_logs_rule_kept_deleted_rows') }}
