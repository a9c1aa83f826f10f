{#- What a change would make of a connection's last complete month, in rows and dollars: a row for each connection of that name and each
    destination that it wrote to, for SQL of your own.
    It counts at the margin: dollars are those of the last rows, and a base charge stays while a row is paid.

        select * from {{ fivetran_logs.what_if('drop-tables', 'app_db', tables=['public.orders']) }} as change

    change      drop-tables, resync, reschedule, history-mode or merge
    connection  its id or name, in any case
    tables      names, or schema.name; without any, all tables of the connection
    into        id or name of the connection that merge adds it to -#}
{% macro what_if(change, connection, tables=[], into=none) %}
    {%- if change not in ('drop-tables', 'resync', 'reschedule', 'history-mode', 'merge') -%}
        {{ exceptions.raise_compiler_error("what_if knows drop-tables, resync, reschedule, history-mode and merge, not " ~ change ~ ".") }}
    {%- endif -%}
    {%- set hashes = [] -%}
    {%- for table in tables -%}{%- do hashes.append(local_md5(table | lower)) -%}{%- endfor -%}
    {{- fivetran_logs.what_if_hashed(
        change, local_md5(connection | lower), hashes | join("', '"), local_md5((into or '') | lower), 'all' if not tables else 'some'
    ) -}}
{% endmacro %}


{#- The same with hashed names, so that no name is ever part of the SQL.

    tables   hashes, joined by quotes and commas
    reaches  all or some tables of the connection -#}
{% macro what_if_hashed(change, connection, tables, into, reaches) %}
{%- set closed = fivetran_logs.month_of(fivetran_logs.as_of_date()) -%}
{%- set name_hash = dbt.hash('lower(coalesce(connections.connection_name, costs.unmatched_name))') -%}
{%- set path_hash = dbt.hash("lower(costs.schema_name || '.' || costs.table_name)") -%}
(
    with

    -- a refund, and a month without a bill, say nothing of the price: there the last bill does
    costs as (

        select
            *,
            coalesce(bill_usd >= 0, false) as is_priced_by_bill,
            case
                when bill_usd >= 0 then coalesce(calibration_factor, last_calibration_factor)
                else last_calibration_factor
            end as price_factor,
            case
                when bill_usd >= 0 then {{ fivetran_logs.as_double('allocated_cost_usd') }}
                when meter is not null then {{ fivetran_logs.as_double('modelled_cost_usd') }} * last_calibration_factor
                else {{ fivetran_logs.as_double('paid_active_rows') }}
                    * coalesce(connection_usd_per_row, destination_usd_per_row, account_usd_per_row)
            end as price_usd,
            coalesce(
                max(case when bill_usd is not null then month_date end) over (),
                max(month_date) over ()
            ) as newest_month,
            {%- for bound, aggregate in {'lowest': 'min', 'highest': 'max'}.items() %}
            {{ aggregate }}(case when calibration_factor > 0 then calibration_factor end) over (partition by destination_id) as {{ bound }}_factor{{ ',' if not loop.last }}
            {%- endfor %}
        from {{ ref('int_fivetran_log__allocated_costs') }}
        where month_date < {{ closed }} and charge_kind = 'connection_rows'

    ),

    writes as (

        select
            connection_id,
            schema_name,
            table_name,
            {{ fivetran_logs.month_of('cast(write_started_at as date)') }} as month_date,
            {{ fivetran_logs.sum_rows('rows_synced') }} as rows_written
        from {{ ref('int_fivetran_log__table_syncs') }}
        group by 1, 2, 3, 4

    ),

    table_months as (

        select
            costs.*,
            connections.connection_name,
            usage_months.total_active_rows,
            writes.rows_written,
            coalesce('{{ connection }}' in ({{ dbt.hash('lower(costs.connection_id)') }}, {{ name_hash }}), false) as is_changed,
            coalesce('{{ into }}' in ({{ dbt.hash('lower(costs.connection_id)') }}, {{ name_hash }}), false) as is_other,
            coalesce(
                '{{ reaches }}' = 'all'
                or {{ dbt.hash('lower(costs.table_name)') }} in ('{{ tables }}')
                or {{ path_hash }} in ('{{ tables }}'),
                false
            ) as is_chosen
        from costs
        left join {{ ref('int_fivetran_log__connections') }} as connections on costs.connection_id = connections.connection_id
        left join {{ ref('int_fivetran_log__usage_months') }} as usage_months on costs.mar_key = usage_months.mar_key
        left join writes
            on
                costs.connection_id = writes.connection_id
                and costs.schema_name = writes.schema_name
                and costs.table_name = writes.table_name
                and costs.month_date = writes.month_date
        where costs.month_date = costs.newest_month

    ),

    sides as (

        select
            is_changed,
            month_date,
            destination_id,
            connection_id,
            max(connection_name) as connection_name,
            max(meter) as meter,
            max(scope) as scope,
            max(price_factor) as calibration_factor,
            max(case when is_priced_by_bill then 1 else 0 end) as is_priced_by_bill,
            max(case when credits is not null then 1 else 0 end) as has_credits,
            max(lowest_factor) as lowest_factor,
            max(highest_factor) as highest_factor,
            sum(price_usd) as cost_usd,
            {{ fivetran_logs.sum_rows('paid_active_rows') }} as paid_rows,
            {{ fivetran_logs.sum_rows('case when is_chosen then paid_active_rows else 0 end') }} as chosen_rows,
            {{ fivetran_logs.sum_rows('case when is_chosen then total_active_rows else 0 end') }} as active_rows,
            sum(case when is_chosen then rows_written end) as rows_written,
            sum(case when is_chosen and rows_written is not null then greatest(rows_written - total_active_rows, 0) end) as repeated_rows,
            sum(case when is_chosen then 1 else 0 end) as chosen_tables,
            case when max(scope) = 'account' then max(units_of_scope) else {{ fivetran_logs.sum_rows('paid_active_rows') }} end as units
        from table_months
        where is_changed or is_other
        group by is_changed, month_date, destination_id, connection_id

    ),

    changes as (

        select
            one.*,
            other.connection_name as into_connection_name,
            coalesce(other.paid_rows, 0) as other_rows,
            one.cost_usd + case when other.month_date is null then 0 else other.cost_usd end as cost_before_usd,
            case when other.month_date is null then one.calibration_factor else other.calibration_factor end as factor_after,
            least(one.is_priced_by_bill, coalesce(other.is_priced_by_bill, 1)) as is_priced_by_bills,
            greatest(one.has_credits, coalesce(other.has_credits, 0)) as is_paid_in_credits,
            other.calibration_factor as other_factor,
            case when one.scope = 'account' then 0 else coalesce(other.units, 0) end as other_units,
            case
                when '{{ change }}' = 'drop-tables' then -one.chosen_rows
                when '{{ change }}' = 'history-mode' then one.repeated_rows
                else 0
            end as rows_change,
            one.meter is not null and (other.month_date is null or other.meter is not null) as has_curve
        from sides as one
        left join sides as other on one.month_date = other.month_date and not other.is_changed and '{{ change }}' = 'merge'
        where one.is_changed

    ),

    planned as (

        select
            *,
            units + other_units + rows_change as units_after
        from changes

    ),

    priced as (

        select
            planned.*,
            case
                when planned.units_after is null or planned.cost_before_usd is null then null
                -- what is priced by the account's total is added up anyway
                when '{{ change }}' = 'merge' and planned.scope = 'account' then 0
                when planned.units_after = 0 then -planned.cost_usd
                when not planned.has_curve then coalesce(planned.rows_change * planned.cost_usd / nullif(planned.paid_rows, 0), 0)
                else
                    {{ fivetran_logs.as_double(fivetran_logs.tier_cost_usd('planned.units_after', 'tier_after')) }}
                    * planned.factor_after
                    - {{ fivetran_logs.as_double(fivetran_logs.tier_cost_usd('planned.units', 'tier_one')) }} * planned.calibration_factor
                    - {{ fivetran_logs.as_double(fivetran_logs.tier_cost_usd('planned.other_units', 'tier_other')) }} * coalesce(planned.other_factor, 0)
            end as cost_change
        from planned
        left join {{ ref('int_fivetran_log__price_tiers') }} as tier_one
            on planned.meter = tier_one.meter and {{ fivetran_logs.is_in_tier('planned.units', 'planned.month_date', 'tier_one') }}
        left join {{ ref('int_fivetran_log__price_tiers') }} as tier_other
            on planned.meter = tier_other.meter and {{ fivetran_logs.is_in_tier('planned.other_units', 'planned.month_date', 'tier_other') }}
        left join {{ ref('int_fivetran_log__price_tiers') }} as tier_after
            on planned.meter = tier_after.meter and {{ fivetran_logs.is_in_tier('planned.units_after', 'planned.month_date', 'tier_after') }}

    )

    select
        '{{ change }}' as change,
        month_date,
        connection_name,
        destination_id,
        into_connection_name,
        {{ fivetran_logs.as_rows('chosen_tables') }} as tables,
        {{ fivetran_logs.as_rows('paid_rows + other_rows') }} as paid_rows_before,
        {{ fivetran_logs.as_rows('paid_rows + other_rows + rows_change') }} as paid_rows_after,
        {{ fivetran_logs.as_rows('rows_change') }} as paid_rows_change,
        {{ fivetran_logs.as_money('cost_before_usd') }} as cost_before_usd,
        {{ fivetran_logs.as_money('cost_before_usd + cost_change') }} as cost_after_usd,
        {{ fivetran_logs.as_money('cost_change') }} as cost_change_usd,
        case
            when '{{ change }}' = 'drop-tables' then 'The paid rows of these tables are left out.'
            when '{{ change }}' = 'resync'
                then 'A re-sync is free for rows that have not changed, and for rows already paid this month. Rows that changed are paid as ever. '
                    || 'Where a file connector appends, each row read again is paid.'
            when '{{ change }}' = 'merge'
                then 'The rows of both are added up: no row is counted less. Rows that both bring would count once, and no table says how many those are.'
            when '{{ change }}' = 'reschedule'
                then 'A row is paid once a month, however often it is synced: a schedule does not change paid rows by itself. '
                    || 'Only tables in history mode, and those that append, are paid for each change that a sync sees; there fewer syncs see fewer. '
                    || coalesce({{ fivetran_logs.rows_in_words('repeated_rows') }} || ' writes of the month were of rows written before in it.', 'No log of the month says how often rows were written.')
            when repeated_rows is null then 'The log has no writes of these tables in the month, so nobody can say how often a row changed in it.'
            else 'In history mode each further change of a row in the month is paid: its syncs wrote ' || {{ fivetran_logs.rows_in_words('rows_written') }}
                || ' rows, of ' || {{ fivetran_logs.rows_in_words('active_rows') }} || ' different ones. Rows written again unchanged count as changed here.'
        end as how_rows,
        case
            when cost_before_usd is null and is_paid_in_credits = 1
                then 'It is paid in credits, which have no price in dollars: set the variable fivetran_logs_usd_per_credit.'
            when cost_before_usd is null then 'No price is known: no bill and no price list.'
            when '{{ change }}' in ('resync', 'reschedule') then 'The same rows cost the same.'
            when rows_change is null then 'Unknown, as the rows are.'
            when '{{ change }}' = 'merge' and scope = 'account'
                then 'The price list adds up the rows of all connections, so that it makes no difference in which connection they are.'
            when has_curve
                then 'By the price list, at the margin: the last rows are the cheapest, and a base charge stays while a row is paid. Times '
                    || {{ fivetran_logs.in_words(fivetran_logs.as_money('factor_after')) }}
                    || case when is_priced_by_bills = 1 then ', as the bill.' else ', as the last bill: that of the month gives no price.' end
                    -- a factor that wanders by a quarter is no discount
                    || case
                        when highest_factor > 1.25 * lowest_factor
                            then ' But the bills of this destination were between ' || {{ fivetran_logs.in_words(fivetran_logs.as_money('lowest_factor')) }}
                                || ' and ' || {{ fivetran_logs.in_words(fivetran_logs.as_money('highest_factor')) }}
                                || ' of the list: it is wrong, or a bill held something else, or the price is agreed for the whole, and then a change saves nothing.'
                        else ''
                    end
            when '{{ change }}' = 'merge' then 'Without a price list nobody can say how much less many rows in one connection cost.'
            when is_priced_by_bills = 0
                then 'At what a row last cost, since the month has no bill that gives a price. Without a price list the average is all that is known: the last rows are cheaper.'
            else 'At what a row of the connection cost in the month. Without a price list the average is all that is known: the last rows are cheaper.'
        end as how_dollars
    from priced
)
{%- endmacro %}
