-- The bill by month and destination, in dollars or in credits. A month that a source table tells twice (text with and without a day)
-- is told once in each currency. Where as-of lies within a month whose bill is known whole, only the part of the usage seen by then has been billed.
{%- set usd_per_credit = var('fivetran_logs_usd_per_credit') %}
{%- set usd_per_currency = {'USD': 1} %}
{%- do usd_per_currency.update(var('fivetran_logs_usd_per_currency') or {}) %}
{%- set no_price = 'cast(null as ' ~ fivetran_logs.type_decimal() ~ ')' %}
{%- set price = no_price if usd_per_credit is none else usd_per_credit %}

with

usage_days as (

    select * from {{ ref('int_fivetran_log__usage_days') }}

),

told as (

    select
        {{ fivetran_logs.month_in_text('measured_month') }} as month_date,
        destination_id,
        coalesce(nullif(upper(trim(currency)), ''), 'USD') as unit,
        amount,
        _fivetran_synced,
        measured_month
    from {{ ref('stg_fivetran_log__usage_cost') }}

    union all

    select
        {{ fivetran_logs.month_in_text('measured_month') }} as month_date,
        destination_id,
        'credits' as unit,
        cast(credits_consumed as {{ fivetran_logs.type_decimal() }}) as amount,
        _fivetran_synced,
        measured_month
    from {{ ref('stg_fivetran_log__credits_used') }}

),

ranked as (

    select
        *,
        row_number() over (
            partition by month_date, destination_id, unit order by _fivetran_synced desc nulls last, measured_month desc
        ) as rank_in_month
    from told
    where month_date is not null

),

in_dollars as (

    select
        *,
        case
            when unit = 'credits' then null
            {%- for currency, usd in usd_per_currency.items() %}
            when unit = '{{ currency | upper }}' then amount * {{ usd }}
            {%- endfor %}
        end as amount_usd
    from ranked
    where rank_in_month = 1

),

-- amounts in money win over credits with a price; a currency without a rate is named, and left out of the sum
bills as (

    select
        month_date,
        destination_id,
        coalesce(
            sum(amount_usd),
            case when max(case when unit <> 'credits' and amount is not null then 1 else 0 end) = 0 then max(amount) * {{ price }} end
        ) as amount,
        max(case when unit = 'credits' then amount end) as credits,
        min(case when unit <> 'credits' and amount is not null and amount_usd is null then unit end) as currency_without_rate
    from in_dollars
    group by month_date, destination_id

),

months as (

    select
        month_date,
        destination_id,
        sum(paid_active_rows) as paid_active_rows,
        sum(free_active_rows + paid_active_rows) as total_active_rows,
        sum(case when measured_date <= {{ fivetran_logs.as_of_date() }} then paid_active_rows else 0 end) as paid_rows_so_far,
        sum(case when measured_date <= {{ fivetran_logs.as_of_date() }} then free_active_rows + paid_active_rows else 0 end) as total_rows_so_far,
        min(measured_date) as first_measured_date
    from usage_days
    group by 1, 2

)

select
    bills.month_date,
    bills.destination_id,
    round(bills.amount, 2) as bill_usd,
    round(
        round(bills.amount, 2) * {{ fivetran_logs.share_so_far(
            'months.paid_rows_so_far', 'months.paid_active_rows', 'months.total_rows_so_far', 'months.total_active_rows'
        ) }},
        2
    ) as cost_usd,
    round(
        bills.credits * {{ fivetran_logs.share_so_far(
            'months.paid_rows_so_far', 'months.paid_active_rows', 'months.total_rows_so_far', 'months.total_active_rows'
        ) }},
        2
    ) as credits,
    bills.currency_without_rate,
    coalesce(months.first_measured_date <= {{ fivetran_logs.as_of_date() }}, false) as has_usage
from bills
left join months
    on
        bills.month_date = months.month_date
        and coalesce(bills.destination_id, '') = coalesce(months.destination_id, '')
where bills.month_date <= {{ fivetran_logs.as_of_date() }}
