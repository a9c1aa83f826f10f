-- Tables without a primary key
--
-- Source tables of the connection have no primary key, and the connection has many paid rows this month. Where the source does
-- not list the columns (Standard plan), the rule says nothing.
--
-- Why it matters: Without a key Fivetran makes one of the values of the row. Then a changed row is a new row: the old one stays,
-- marked as deleted, and both are paid for.
--
-- How to fix: Define a primary key at the source, or choose key columns in the connection where its type allows that.

select
    connection_id,
    {{ fivetran_logs.counted('keyless_tables', 'table') }} || ' without a primary key; ' || {{ fivetran_logs.rows_in_words('paid_rows_this_month') }}
    || ' paid rows of the connection this month so far.' as evidence,
    {{ fivetran_logs.as_money('null') }} as estimated_monthly_savings_usd
from {{ ref('int_fivetran_log__rule_inputs') }}
where
    not is_paused
    and keyless_tables > 0
    and paid_rows_this_month >= {{ var('fivetran_logs_rule_keyless_paid_rows') }}
