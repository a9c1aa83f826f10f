{#- What is wrong with the price lists, a sentence a row: for the test of a build, and for `fivetran-logs check` after one.

    price_tiers, usage_months  the relations of int_fivetran_log__price_tiers and int_fivetran_log__usage_months -#}
{% macro price_curve_problems(price_tiers, usage_months) %}
    {%- set first_day = fivetran_logs.date_in_words('min(price_tiers.valid_from)') %}
select
    price_tiers.meter,
    price_tiers.valid_from,
    price_tiers.from_units,
    'Price list ' || price_tiers.meter || ' of ' || {{ fivetran_logs.date_in_words('price_tiers.valid_from') }}
    || ', step from ' || {{ fivetran_logs.count_in_words('price_tiers.from_units') }} || ': ' || price_tiers.problem as problem
from {{ price_tiers }} as price_tiers
where price_tiers.problem is not null

union all

select
    price_tiers.meter,
    min(price_tiers.valid_from) as valid_from,
    0 as from_units,
    'The first price list ' || price_tiers.meter || ' begins on ' || {{ first_day }} || ', and paid rows in '
    || {{ fivetran_logs.date_in_words('min(months.first_month)') }} || ': bills before the list are shared by rows.' as problem
from {{ price_tiers }} as price_tiers
cross join (select min(month_date) as first_month from {{ usage_months }} where paid_active_rows > 0) as months
where price_tiers.meter = 'connection_mar'
group by price_tiers.meter
having min(price_tiers.valid_from) > min(months.first_month)
{% endmacro %}
